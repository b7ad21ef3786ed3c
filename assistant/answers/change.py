"""Why a score moved between two periods: its level in each, who answered, what they wrote about.

What is within chance is told to be, the whole move first. What goes with a move need not have
caused it, and what no theme carries is told as such.
"""

from collections.abc import Sequence

from assistant.answers import compare, levels, moved, trend
from assistant.answers.parts import Desk, clear, first
from corpus.metrics.types import Figure

MOST_SEGMENTS, MOST_THEMES = 2, 4


def compose(desk: Desk) -> bool:
    """Write the answer; False where no score can be followed."""
    if desk.ask.themes:
        # A theme has no mix of answers to be divided by: how much more it is spoken of is told.
        return compare.compose(desk) if desk.ask.against else trend.compose(desk)
    figures = desk.book.all("change", desk.ask)
    whole = first(figures, "change.difference")
    if whole is None or whole.withheld in ("no-score", "no-dates"):
        return False
    if whole.value is None:
        return moved.few(desk, whole)
    moved.lead(desk, figures, whole)
    _mix(desk, figures, whole)
    _segments(desk, figures, whole)
    _themes(desk, figures)
    return True


def _mix(desk: Desk, figures: Sequence[Figure], whole: Figure) -> None:
    """Whether it is who answered that changed, or what the same people answered."""
    said = desk.said
    mix, rate = first(figures, "change.mix"), first(figures, "change.rate")
    if not (mix and rate):
        return
    values = {
        "segment": mix.about["segment"],
        "mix": levels.gap(said, mix),
        "rate": levels.gap(said, rate),
    }
    if not clear(mix):
        form = "n_mix_none_rate" if clear(rate) else "n_mix_none"
    elif not clear(whole):
        form = "n_mix_alone_up" if (mix.value or 0) > 0 else "n_mix_alone_down"
    elif (mix.value or 0) * (whole.value or 0) < 0:
        form = "n_mix_against"
    else:
        values["part"] = said.say(f"n_part_{_portion((mix.value or 0) / (whole.value or 1))}")
        form = "n_mix_up" if (whole.value or 0) > 0 else "n_mix_down"
    desk.claim("finding", levels.sentence(said.say(form, **values)), [mix, rate, whole])


def _portion(ratio: float) -> str:
    """How much of the move it is, as one says it."""
    bounds = ((0.15, "little"), (0.4, "some"), (0.6, "half"), (0.85, "most"))
    return next((name for bound, name in bounds if ratio < bound), "all")


def _segments(desk: Desk, figures: Sequence[Figure], whole: Figure) -> None:
    """The segments whose weight or whose answers changed beyond chance, where the whole did."""
    mix = first(figures, "change.mix")
    if not (clear(whole) or (mix and clear(mix))):
        return
    said = desk.said
    found = [
        f for f in figures
        if f.name in ("change.segment-mix", "change.segment-rate") and f.value and clear(f)
    ]  # fmt: skip
    found.sort(key=lambda figure: -abs(figure.value or 0))
    for figure in found[:MOST_SEGMENTS]:
        key, value = next((k, v) for k, v in figure.about.items() if k.startswith("segment:"))
        kind = "mix" if figure.name.endswith("-mix") else "rate"
        way = "up" if (figure.value or 0) > 0 else "down"
        text = said.say(
            f"n_segment_{kind}_{way}",
            part=levels.part(desk, key, value),
            **levels.gaps(said, figure),
        )
        desk.claim("finding", text[:1].upper() + text[1:] + ".", [figure], style="bullet")


def _themes(desk: Desk, figures: Sequence[Figure]) -> None:
    """What those who wrote speak of otherwise, and what no theme carries."""
    said = desk.said
    written = first(figures, "change.written")
    if written is None:
        return
    desk.draft.heading(said.say("n_head_written"))
    n = said.number(written.n)
    if written.value is None:
        text = said.say("n_written_few", n=n)
        desk.claim("limit", levels.sentence(text), [written])
        return
    way = "still" if not clear(written) else "up" if written.value > 0 else "down"
    text = said.say(f"n_written_{way}", n=n, **levels.gaps(said, written))
    desk.claim("finding", levels.sentence(text), [written], style="lead")
    carried = [f for f in figures if f.name == "change.theme"]
    unclear = first(figures, "change.theme-unclear")
    for figure in carried[:MOST_THEMES]:
        _theme(desk, figures, figure)
    if not carried and unclear and clear(written):
        text = said.say(
            "n_no_part",
            theme=desk.theme(unclear.about["theme"]),
            **levels.gaps(said, unclear),
        )
        desk.claim("finding", levels.sentence(text), [unclear])
    rest = first(figures, "change.unexplained")
    if rest and rest.value is not None and carried:
        text = said.say("n_rest", **levels.gaps(said, rest))
        desk.claim("limit", levels.sentence(text), [rest], style="lead")
    if carried:
        tone = "+" if (carried[0].value or 0) > 0 else "-"
        desk.quotes("quote", 2, theme=carried[0].about["theme"], tone=tone)  # type: ignore[arg-type]


def _theme(desk: Desk, figures: Sequence[Figure], figure: Figure) -> None:
    """A theme's part of the move: that it is complained of, or praised, more or less."""
    said, theme = desk.said, figure.about["theme"]
    way = "up" if (figure.value or 0) > 0 else "down"
    text = said.say(f"n_theme_{way}", theme=desk.theme(theme), **levels.gaps(said, figure))
    used = [figure]
    for tone in ("complaints", "praise"):
        part = first(figures, f"change.theme-{tone}", theme=theme)
        if part and clear(part):
            text += said.say(f"n_theme_{tone}_{part.about['spoken']}")
            used.append(part)
    desk.claim("finding", text[:1].upper() + text[1:] + ".", used, style="bullet",
               bold=desk.theme(theme))  # fmt: skip
