"""A number: how many complain, what share, which level a score has, how many left or wrote.

The number that is asked for comes first, with what it is made of. Where the question limits whose
feedback it is, the same number for everybody follows, and where it changed beyond chance, when.
"""

from dataclasses import replace

from assistant.answers import levels, many_answered, many_at_stage, many_speak, trend
from assistant.answers.asked import AVERAGED, BLAMING, COUNTED, NAMING, SCORED
from assistant.answers.parts import Desk, clear, first
from assistant.answers.whole import MOST_PARTS, tell_everybody
from assistant.reading.known import known
from assistant.reading.records import find_records
from assistant.reading.text import asked as as_asked
from corpus.analysis import stems
from corpus.metrics._periods import GRAINS
from corpus.metrics.types import Ask, Figure


def compose(desk: Desk) -> bool:
    """Write the answer; False where there is nothing to count."""
    reading = desk.reading
    asked = reading.text.lower()
    if desk.ask.by in GRAINS:
        return trend.compose(desk)
    if desk.ask.themes:
        return many_speak.left_after(desk) if reading.leaving else many_speak.compose(desk)
    if reading.limits.records and COUNTED.search(asked):
        return _records(desk)
    # Whoever asks how many are unhappy at a stage asks how it is spoken of, unless by a score.
    blamed = desk.ask.filters.stage and BLAMING.search(asked) and not reading.score
    if reading.score or (SCORED.search(asked) and not blamed and not reading.limits.score):
        return _score(desk)
    if desk.ask.filters.stage:
        return many_at_stage.compose(desk)
    if reading.leaving:
        return many_answered.left(desk)
    return many_answered.compose(desk)


def _records(desk: Desk) -> bool:
    """How many records of a kind there are, and how they score where that is asked too."""
    told = many_answered.compose(desk)
    question = as_asked(desk.reading.text, desk.reading.language)
    rest = question.without(find_records(question, known(desk.store))[2])
    return (bool(SCORED.search(rest.plain)) and _score(desk)) or told


def of_a_word(desk: Desk) -> bool:
    """Whether the question is how many write a word that is only part of what a theme is about.

    "How many mention showers?" is not answered by how many speak of the place.
    """
    reading = desk.reading
    if reading.intent != "how-many" or not NAMING.search(reading.text.lower()):
        return False
    labels = {
        stem for theme in desk.ask.themes for stem in stems(desk.theme(theme), reading.language)
    }
    return bool(reading.about) and not any(
        stem in labels for word in reading.about for stem in stems(word, reading.language)
    )


def _score(desk: Desk) -> bool:
    said, by = desk.said, desk.ask.by
    ask = levels.plain(desk)
    if by:
        return _score_by(desk)
    every = desk.book.all("score", ask)
    shown = [figure for figure in every if figure.value is not None]
    where = levels.where(desk)
    if not every:
        return False
    if not shown:
        text = said.say("n_few_scored", n=said.number(every[0].n))
        desk.claim("limit", levels.sentence(f"{where}{text}"), [every[0]], style="lead")
        tell_everybody(desk, "score", every[0])
        return True
    main = shown[0]
    mean = _mean(desk, ask, main)
    for figure in (mean, main) if mean else (main,):
        made = levels.made(said, figure)
        text = said.say("n_score_is", level=levels.level(desk, figure), made=made)
        style = "lead" if figure is (mean or main) else "plain"
        lead = where if style == "lead" else ""
        desk.claim("finding", levels.sentence(f"{lead}{text}"), [figure], style=style)
    tell_everybody(desk, "means" if mean else "score", mean or main)
    if not desk.reading.score and len(shown) > 1:
        others = [f"{levels.level(desk, f)} ({levels.made(said, f)})" for f in shown[1:3]]
        text = said.say("n_other_scales", scales=said.joined(others))
        desk.claim("finding", levels.sentence(text), shown[1:3])
    if main.about.get("kind") == "binary":
        # Its breaks are of a mean of noughts and ones, which nobody reads.
        return True
    series = desk.book.run("trend", replace(ask, score=main.about["scale"], themes=()))
    for found in series:
        if found.name == "trend.break" and "scale" in found.about and clear(found):
            trend.tell_break(desk, series, found)
    return True


def _mean(desk: Desk, ask: Ask, main: Figure) -> Figure | None:
    """The mean of the scale that is told, where a mean is asked for and its figure is another."""
    if main.about.get("kind") != "csat" or not AVERAGED.search(desk.reading.text.lower()):
        return None
    return first(desk.book.run("means", ask), "means.mean", **levels.same_scale(main))


def _score_by(desk: Desk) -> bool:
    """The level of each part on the scale that most answered on, the best first."""
    said, by = desk.said, desk.ask.by or ""
    shown = desk.book.run("score", replace(desk.ask, against=None))
    if not shown:
        return False
    # How satisfied people are is read off a scale before a yes or no.
    main = next((f for f in shown if f.about.get("kind") != "binary"), shown[0])
    if main.about.get("kind") == "csat" and AVERAGED.search(desk.reading.text.lower()):
        shown = desk.book.run("means", replace(desk.ask, against=None))
    same = [f for f in shown if levels.same_scale(f) == levels.same_scale(main)]
    same.sort(key=lambda figure: -(figure.value or 0))
    desk.draft.introduce(said.say("n_score_by", by=levels.cut_name(said, by)))
    for figure in same[:MOST_PARTS]:
        text = f"{levels.part(desk, by, figure.about[by])}{said.say('colon')}"
        text += f"{levels.level(desk, figure)} ({levels.made(said, figure)})"
        desk.claim("finding", text, [figure], style="bullet")
    return True
