"""Saying that the corpus does not have what a question asks about."""

from assistant.answers.parts import Desk

MOST_NAMED = 6


def tell(desk: Desk) -> str:
    """Say which words name nothing here and which stages there are; the sentence that says so."""
    said = desk.said
    lacks = said.joined([said.quote(word) for word in desk.reading.lacks])
    form = "lacks_one" if len(desk.reading.lacks) == 1 else "lacks_many"
    reason = f"{said.say(form, words=lacks)}."
    desk.draft.claim("limit", reason, style="lead")
    anywhere = desk.book.run("journey", desk.anywhere)
    spoken = [f for f in anywhere if f.name == "journey.share"]
    spoken.sort(key=lambda figure: -(figure.value or 0))
    named = [
        f"{desk.word('stage', f.about['stage'])} ({said.percent(f.value or 0)})"
        for f in spoken[:MOST_NAMED]
    ]
    if named:
        text = said.say("lacks_has", stages=said.joined(named))
        desk.claim("limit", f"{text}.", spoken[:MOST_NAMED])
    return reason
