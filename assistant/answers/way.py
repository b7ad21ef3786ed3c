"""Where they stop on the way to a purchase: every step, and the one that loses most.

Asked without naming a step: "at which step do we lose people?", « où s'arrêtent les prospects ? ».
"""

from dataclasses import replace

from assistant.answers import levels
from assistant.answers.asked import explained_by_stopping, where_they_stop
from assistant.answers.parts import Desk, first
from assistant.draft import Style
from corpus.metrics.types import Figure

MOST_CHANGES = 2


def compose(desk: Desk) -> bool:
    """Write the answer; False where the question is not wholly of that, or has no funnel."""
    if not _asked(desk):
        return False
    ask = levels.plain(desk, replace(desk.ask.filters, stage=()))
    funnel = desk.book.run("funnel", replace(ask, by=None, themes=()))
    rates = [figure for figure in funnel if figure.name == "funnel.rate"]
    lost = {f.about["step"]: f for f in funnel if f.name == "funnel.lost"}
    if len(rates) < 2:
        return False
    where = levels.where(desk, ask.filters)
    _worst(desk, rates, lost, where)
    for rate in rates:
        _step(desk, rate, lost[rate.about["step"]], first(funnel, "funnel.step", **rate.about))
    if ends := first(funnel, "funnel.step", step="purchase"):
        text = desk.said.say("w_end", n=desk.said.number(int(ends.value or 0)))
        desk.claim("behaviour", levels.sentence(text), [ends])
    for change in [f for f in funnel if f.name == "funnel.change"][:MOST_CHANGES]:
        tell_changed(desk, change)
    if "prospect" in desk.reading.voices:
        desk.draft.claim("limit", desk.said.say("w_prospects"))
    return True


def _asked(desk: Desk) -> bool:
    """Whether it is asked where they stop, and nothing that this would leave out."""
    reading = desk.reading
    cut = reading.by not in (None, "stage")
    if reading.themes or reading.score or reading.limits.score or reading.lacks or cut:
        return False
    if reading.against or reading.limits.languages or desk.ask.filters.stage:
        return False
    return where_they_stop(reading.text) and all(map(explained_by_stopping, reading.leftover))


def _worst(desk: Desk, rates: list[Figure], lost: dict[str, Figure], where: str) -> None:
    """The step at which most are lost, and the one that loses the greatest share."""
    most = max(rates, key=lambda rate: lost[rate.about["step"]].value or 0)
    share = min(rates, key=lambda rate: rate.value or 0)
    form = "w_both" if most is share else "w_most"
    for rate, said in ((most, form), (share, "w_share")):
        if said == "w_share" and most is share:
            continue
        of = lost[rate.about["step"]]
        text = desk.said.say(
            said,
            steps=desk.said.say(f"steps_{rate.about['step']}"),
            lost=desk.said.number(int(of.value or 0)),
            n=desk.said.number(int(rate.denominator or 0)),
            share=desk.said.percent(1 - (rate.value or 0)),
        )
        desk.claim("behaviour", levels.sentence(f"{where}{text}"), [of, rate], style="lead")
        where = ""


def _step(desk: Desk, rate: Figure, lost: Figure, reached: Figure | None) -> None:
    said = desk.said
    text = said.say(
        "w_step",
        steps=said.say(f"steps_{rate.about['step']}"),
        n=said.number(int(rate.denominator or 0)),
        lost=said.number(int(lost.value or 0)),
        share=said.percent(1 - (rate.value or 0)),
    )
    figures = [figure for figure in (rate, lost, reached) if figure]
    desk.claim("behaviour", text[:1].upper() + text[1:], figures, style="bullet")


def tell_changed(desk: Desk, figure: Figure, style: Style = "plain") -> None:
    """Since when a part of the sessions goes on less often beside the others."""
    said = desk.said
    text = said.say(
        "w_changed",
        steps=said.say(f"steps_{figure.about['step']}"),
        month=said.month(figure.about["since"]),
        part=levels.part_of_sessions(said, figure),
        gap=levels.gap(said, figure),
    )
    desk.claim("behaviour", levels.sentence(text), [figure], style=style)
