"""How many answered, wrote and left."""

from dataclasses import replace

from assistant.answers import levels
from assistant.answers.parts import Desk, between, first
from assistant.answers.whole import MOST_PARTS, among_all, tell_everybody
from corpus.metrics.types import Figure


def compose(desk: Desk) -> bool:
    """Tell how many answers, texts and customers; False where there are none."""
    said, by = desk.said, desk.ask.by
    figures = desk.book.run("volume", replace(desk.ask, against=None))
    records = [f for f in figures if f.name == "volume.records"]
    if not records or not records[0].value:
        return False
    if by:
        desk.draft.introduce(said.say("n_volume_by", by=levels.cut_name(said, by)))
        for figure in records[:MOST_PARTS]:
            text = f"{levels.part(desk, by, figure.about[by])}{said.say('colon')}"
            desk.claim("finding", text + _answers(desk, figure), [figure], style="bullet")
        return True
    written, customers = (first(figures, f"volume.{n}") for n in ("written", "customers"))
    used = [each for each in (records[0], written, customers) if each]
    form = "n_volume_known" if customers and customers.value else "n_volume"
    text = said.say(
        form,
        answers=_answers(desk, records[0]),
        written=said.number(int(written.value or 0)) if written else "0",
        customers=said.number(int(customers.value or 0)) if customers else "0",
    )
    where = levels.where(desk)
    desk.claim("finding", levels.sentence(f"{where}{text}"), used, style="lead")
    everybody = levels.everybody(desk.ask.filters)
    if everybody != desk.ask.filters:
        whole = first(desk.book.run("volume", levels.plain(desk, everybody)), "volume.records")
        if whole:
            text = among_all(desk, _answers(desk, whole))
            desk.claim("finding", levels.sentence(text), [whole])
    return True


def _answers(desk: Desk, figure: Figure) -> str:
    form = "n_answers_one" if figure.value == 1 else "n_answers_many"
    return desk.said.say(form, n=desk.said.number(int(figure.value or 0)))


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
