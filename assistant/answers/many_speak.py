"""How many speak of a theme: complain of it, praise it, and leave after it."""

from dataclasses import replace

from assistant.answers import levels, trend
from assistant.answers.asked import PRAISING, SPEAKING
from assistant.answers.parts import Desk, between, clear, first, people, share
from assistant.answers.shares import corrected, told
from assistant.answers.whole import parts_of, tell_everybody
from corpus.metrics.types import Figure
from corpus.types import FEWEST

MOST_THEMES = 4


def compose(desk: Desk) -> bool:
    """Write the answer for the themes of the question; False where nobody wrote."""
    asked = desk.reading.text.lower()
    measure = (
        "share"
        if SPEAKING.search(asked) and not desk.said.negative.search(asked)
        else "positive"
        if PRAISING.search(asked)
        else "negative"
    )
    if desk.ask.by:
        return _themes_by(desk, measure)
    told = [_theme(desk, theme, measure) for theme in desk.ask.themes[:MOST_THEMES]]
    return any(told)


def _theme(desk: Desk, theme: str, measure: str) -> bool:
    """How many speak of a theme in the way asked about, then how else it is spoken of."""
    said, ask = desk.said, replace(levels.plain(desk), themes=(theme,))
    figures = desk.book.all("themes", ask)
    found = first(figures, f"themes.{measure}", theme=theme)
    name, where = desk.theme(theme), levels.where(desk)
    if found is None:
        return _nobody(desk, name, where)
    if found.value is None:
        _few(desk, found, name, where)
        return True
    if not _corrected(desk, found, measure, where):
        text = said.say(
            f"n_many_{measure}",
            theme=name,
            who=levels.of_those_who_wrote(desk, found),
            share=levels.percent(said, found),
        )
        desk.claim("finding", levels.sentence(f"{where}{text}"), [found], style="lead")
    _spoken(desk, figures, theme, measure)
    if measure != "share":
        _corrected_share(desk, theme)
    tell_everybody(desk, "themes", found, themes=(theme,))
    _since(desk, theme, measure)
    return True


def _spoken(desk: Desk, figures: list[Figure], theme: str, measure: str) -> None:
    """The other ways of speaking of it, in one sentence."""
    said = desk.said
    others = [
        found
        for name in ("share", "negative", "positive")
        if name != measure and (found := first(figures, f"themes.{name}", theme=theme))
    ]
    shown = [each for each in others if each.value is not None]
    if not shown:
        return
    parts = [
        said.say(
            f"n_also_{each.name.split('.')[1]}",
            n=said.number(int(each.numerator or 0)),
            share=said.percent(each.value or 0),
        )
        for each in shown
    ]
    desk.claim("finding", levels.sentence(said.joined(parts)), shown)


def _corrected(desk: Desk, found: Figure, measure: str, where: str) -> bool:
    """The share that people's labels correct, then what the coder counts; False without labels."""
    better = corrected(desk, found)
    if better is None:
        return False
    said, (made, _) = desk.said, told(desk, found)
    text = said.say(f"n_corrected_{measure}", theme=desk.theme(found.about["theme"]), share=made)
    desk.claim("finding", levels.sentence(f"{where}{text}"), [better], style="lead")
    text = said.say(
        "n_raw",
        who=levels.of_those_who_wrote(desk, found),
        share=said.percent(found.value or 0),
    )
    desk.claim("finding", levels.sentence(text), [found])
    return True


def _corrected_share(desk: Desk, theme: str) -> None:
    """How many texts speak of it, once what people read corrects it."""
    found = first(desk.book.run("corrected", levels.plain(desk)), "corrected.share", theme=theme)
    if found:
        said = desk.said
        text = said.say(
            "n_corrected",
            share=said.percent(found.value or 0),
            between=between(said, found),
            n=said.number(found.n),
        )
        desk.claim("finding", levels.sentence(text), [found])


def _since(desk: Desk, theme: str, measure: str) -> None:
    """When it changed, if it did beyond chance."""
    series = desk.book.run("trend", replace(levels.plain(desk), themes=(theme,)))
    only = {"only": "complaints"} if measure == "negative" else {}
    for found in series:
        alike = found.about.get("theme") == theme and found.about.get("only") == only.get("only")
        if found.name == "trend.break" and alike and clear(found):
            trend.tell_break(desk, series, found)


def _nobody(desk: Desk, name: str, where: str) -> bool:
    """Say that nobody among those who wrote speaks of it; False where nobody wrote."""
    said = desk.said
    wrote = first(desk.book.all("themes", replace(levels.plain(desk), themes=())), "themes.share")
    if wrote is None or not wrote.denominator:
        return False
    text = said.say("n_nobody", people=levels.writers(said, wrote), theme=name)
    desk.claim("limit", levels.sentence(f"{where}{text}"), [wrote], style="lead")
    return True


def _few(desk: Desk, figure: Figure, name: str, where: str) -> None:
    """Say why a share is withheld."""
    said = desk.said
    form = (
        "n_few_wrote"
        if (figure.denominator or 0) < FEWEST
        else f"n_few_{figure.name.split('.')[1]}"
    )
    text = said.say(form, people=levels.writers(said, figure), theme=name)
    desk.claim("limit", levels.sentence(f"{where}{text}"), [figure], style="lead")
    if form != "n_few_wrote":
        _spoken(desk, desk.book.all("themes", replace(levels.plain(desk), themes=desk.ask.themes)),
                figure.about["theme"], figure.name.split(".")[1])  # fmt: skip


def _themes_by(desk: Desk, measure: str) -> bool:
    """Each part's share, the largest first."""
    said, by = desk.said, desk.ask.by or ""
    told = False
    for theme in desk.ask.themes[:MOST_THEMES]:
        found: list[tuple[str, Figure]] = []
        for value in parts_of(desk):
            ask = levels.plain(desk, levels.within(desk.ask.filters, by, value))
            figures = desk.book.all("themes", replace(ask, themes=(theme,)))
            figure = first(figures, f"themes.{measure}", theme=theme)
            found += [(value, figure)] if figure else []
        if not found:
            continue
        told = True
        found.sort(key=lambda each: -(each[1].value or 0))
        name = desk.theme(theme)
        desk.draft.introduce(said.say(f"n_by_{measure}", theme=name, by=levels.cut_name(said, by)))
        for value, figure in found:
            text = f"{levels.part(desk, by, value)}{said.say('colon')}"
            if figure.value is None:
                n = figure.denominator or 0
                form = "n_under_thirty" if n < FEWEST else "n_under_ten"
                text += said.say(form, people=levels.writers(said, figure))
            else:
                text += share(said, figure)
            desk.claim("finding", text, [figure], style="bullet")
    return told


def left_after(desk: Desk) -> bool:
    """How many of those who complain of it left, beside the others."""
    said = desk.said
    loss = desk.book.all("loss", replace(levels.plain(desk), themes=()))
    told = False
    for theme in desk.ask.themes[:MOST_THEMES]:
        own, rest = (first(loss, f"loss.{n}", theme=theme) for n in ("left", "left-others"))
        name = desk.theme(theme)
        if own is None:
            continue
        told = True
        if own.value is None or rest is None or rest.value is None:
            who = people(said, own, own.denominator or 0)
            text = said.say("n_few_left", theme=name, people=who)
            desk.claim("limit", levels.sentence(text), [own], style="lead")
            continue
        text = said.say("n_left_after", theme=name, own=share(said, own), rest=share(said, rest))
        desk.claim("behaviour", levels.sentence(text), [own, rest], style="lead")
        ratio = first(loss, "loss.risk-ratio", theme=theme)
        if ratio and ratio.low is not None and ratio.high is not None:
            sure = (ratio.low - 1) * (ratio.high - 1) > 0
            text = said.say(
                "n_left_ratio" if sure else "n_left_ratio_unsure",
                ratio=levels.amount(said, ratio),
                between=levels.interval(said, ratio),
            )
            desk.claim("behaviour", levels.sentence(text), [ratio])
    return told or compose(desk)
