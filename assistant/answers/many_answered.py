"""How many answered, wrote and left."""

from collections.abc import Sequence
from dataclasses import replace

from assistant.answers import levels
from assistant.answers.parts import Desk, between, first, plural
from assistant.answers.whole import MOST_PARTS, among_all, tell_everybody
from corpus.metrics.types import Figure


def compose(desk: Desk) -> bool:
    """Tell how many answers, texts and customers; False where there are none."""
    said, by, kind = desk.said, desk.ask.by, desk.reading.limits.records
    if others := [each for each in desk.reading.voices if each != "customer"]:
        return _of_voices(desk, others)
    figures = desk.book.run("volume", replace(desk.ask, against=None))
    records = [f for f in figures if f.name == "volume.records"]
    if not records or not records[0].value:
        return False
    if by:
        text = levels.where(desk) + said.say("n_volume_by", by=levels.cut_name(said, by))
        desk.draft.introduce(levels.sentence(text).rstrip("."))
        for figure in records[:MOST_PARTS]:
            part = levels.part(desk, by, figure.about[by])
            text = f"{part}{said.say('colon')}{_answers(desk, figure, kind)}"
            desk.claim("finding", text, [figure], style="bullet")
        return True
    counted = _answers(desk, records[0], kind)
    written, customers = (first(figures, f"volume.{n}") for n in ("written", "customers"))
    used = [each for each in (records[0], written, customers) if each]
    form = "n_volume_known" if customers and customers.value else "n_volume"
    if written and written.value == records[0].value:
        form += "_all"
    text = said.say(
        form,
        answers=counted,
        written=said.number(int(written.value or 0)) if written else "0",
        customers=said.number(int(customers.value or 0)) if customers else "0",
    )
    where = levels.where(desk)
    desk.claim("finding", levels.sentence(f"{where}{text}"), used, style="lead")
    if desk.reading.limits.records == "reviews":
        # « Avis » is also what everything that customers say is called.
        _all_files(desk)
    everybody = levels.everybody(desk.ask.filters)
    if everybody != desk.ask.filters:
        whole = first(desk.book.run("volume", levels.plain(desk, everybody)), "volume.records")
        if whole:
            text = among_all(desk, _answers(desk, whole, kind))
            desk.claim("finding", levels.sentence(text), [whole])
    return True


def _of_voices(desk: Desk, voices: Sequence[str]) -> bool:
    """How many answers those gave who are no customers, as far as the sources tell them apart."""
    said = desk.said
    figures = desk.book.run("volume", levels.plain(desk))
    found = [each for v in voices if (each := first(figures, "volume.voice", voice=v))]
    for figure in found:
        name = said.say(f"voice_{figure.about['voice']}")
        text = f"{name}{said.say('colon')}{_answers(desk, figure)}"
        desk.claim("finding", levels.sentence(levels.where(desk) + text), [figure], style="lead")
    return bool(found)


def _all_files(desk: Desk) -> None:
    ask = levels.plain(desk, replace(desk.ask.filters, source=()))
    whole = first(desk.book.run("volume", ask), "volume.records")
    if whole:
        text = desk.said.say("n_all_files", value=_answers(desk, whole))
        desk.claim("finding", levels.sentence(text), [whole])


def _answers(desk: Desk, figure: Figure, kind: str = "") -> str:
    """How many answers there are, called what records of a kind are called."""
    named = f"n_{kind or 'answers'}"
    form = "many" if plural(desk.said, figure.value or 0) else "one"
    return desk.said.say(f"{named}_{form}", n=desk.said.number(int(figure.value or 0)))


def left(desk: Desk) -> bool:
    """The share of the known customers who left, and how many of them never said a word."""
    said, where = desk.said, levels.where(desk)
    left = first(desk.book.run("volume", levels.plain(desk)), "volume.left")
    if left is None:
        return False
    text = said.say(
        "n_many_left",
        share=said.percent(left.value or 0),
        k=said.number(int(left.numerator or 0)),
        n=said.number(int(left.denominator or 0)),
        between=between(said, left),
    )
    desk.claim("behaviour", levels.sentence(f"{where}{text}"), [left], style="lead")
    silent = desk.book.run("silent", levels.plain(desk))
    unheard = first(silent, "silent.left")
    if unheard:
        text = said.say(
            "n_left_silent",
            n=said.number(int(unheard.numerator or 0)),
            share=said.percent(unheard.value or 0),
        )
        desk.claim("behaviour", levels.sentence(text), [unheard])
    tell_everybody(desk, "volume", left)
    return True
