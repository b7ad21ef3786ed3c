"""What pleases: the themes most praised, who praises them more, and what speaks against.

Someone praises a theme who speaks well of it and never badly. A theme's complaints stand beside its
praise, and the first complaint of all ends the answer: what pleases most is often said less than
what displeases.
"""

from collections.abc import Sequence
from dataclasses import replace

from assistant.answers.parts import (
    Desk,
    clear,
    decimal,
    first,
    percent_points,
    quote_complaints,
    quote_praise,
    ranked,
    share,
    too_few,
)
from assistant.answers.shares import told
from corpus.metrics.types import Figure

MOST_THEMES, MOST_ALSO = 3, 4


def compose(desk: Desk) -> bool:
    """Write the answer; False where there is nothing to say it with."""
    themes = desk.run("themes")
    praised = _asked(desk, ranked(themes, "themes.positive"))
    if not praised:
        return _hardly(desk, themes)
    if desk.ask.themes:
        strong, split = praised, []
    else:
        strong = [f for f in praised if not _blamed_more(f, themes)]
        split = [f for f in praised if f not in strong]
    if not strong:
        strong, split = split[:1], split[1:]
    for place, praise in enumerate(strong[:MOST_THEMES]):
        _praised(desk, praise, themes, "love_theme" if place or desk.ask.themes else "love_lead")
    _also(desk, strong[MOST_THEMES : MOST_THEMES + MOST_ALSO])
    _split(desk, split[:MOST_THEMES], themes)
    if not desk.ask.themes:
        if not desk.ask.filters.stage:
            _stage(desk)
        _against(desk, praised[0], themes, {f.about["theme"] for f in strong[:MOST_THEMES]})
    return True


def _blamed_more(praise: Figure, themes: Sequence[Figure]) -> bool:
    blame = first(themes, "themes.negative", theme=praise.about["theme"])
    return blame is not None and (blame.value or 0) > (praise.value or 0)


def _asked(desk: Desk, figures: Sequence[Figure]) -> list[Figure]:
    themes = desk.ask.themes
    return [f for f in figures if not themes or f.about["theme"] in themes]


def _hardly(desk: Desk, themes: Sequence[Figure]) -> bool:
    """Say that hardly anybody praises, and what those few say."""
    said = desk.said
    negative = _asked(desk, ranked(themes, "themes.negative"))
    if negative:
        top = negative[0]
        name = desk.theme(top.about["theme"])
        form = "love_hardly" if desk.ask.themes else "love_hardly_any"
        text = said.say(form, theme=name, share=share(said, top))
        desk.claim("finding", f"{text}.", [top], style="lead", bold=name)
    elif not too_few(desk):
        return False
    desk.draft.heading(said.say("head_praise"))
    for theme in desk.ask.themes or (None,):
        quote_praise(desk, "quote", 2, theme=theme)
    return True


def _praised(desk: Desk, praise: Figure, themes: Sequence[Figure], form: str) -> None:
    said, theme = desk.said, praise.about["theme"]
    name = desk.theme(theme)
    made, figure = told(desk, praise)
    text = said.say(form, theme=name, share=made)
    desk.claim("finding", f"{text}.", [figure], style="lead", bold=name)
    stands_out(desk, theme)
    blame = first(themes, "themes.negative", theme=theme)
    if blame:
        more = _blamed_more(praise, themes)
        text = said.say("love_blamed_more" if more else "love_blamed", share=share(said, blame))
        desk.claim("counter", f"{text}.", [blame])
    alone = bool(desk.ask.themes)
    quote_praise(desk, "quote", 3 if alone else 2, theme=theme)
    if alone and blame:
        quote_complaints(desk, "counter", 1, theme=theme)


def stands_out(desk: Desk, theme: str) -> bool:
    """Say that those with the best scores praise it more, where they do beyond chance."""
    filters = replace(desk.ask.filters, score_min=None, score_max=None)
    found = first(desk.run("stays", filters=filters), "stays.difference", theme=theme)
    if found is None or not clear(found) or (found.value or 0) < 0:
        return False
    said = desk.said
    text = said.say("stands_out", best=best(desk, found), **percent_points(said, found))
    desk.claim("finding", f"{text}.", [found])
    return True


def best(desk: Desk, figure: Figure) -> str:
    """Who the best scores come from, as the reader calls them."""
    return desk.said.say("best_nps" if figure.about.get("kind") == "nps" else "best_scores")


def _also(desk: Desk, praised: Sequence[Figure]) -> None:
    if not praised:
        return
    said = desk.said
    named = [f"{desk.theme(f.about['theme'])} ({said.percent(f.value or 0)})" for f in praised]
    text = said.say("love_also", themes=said.joined(named))
    desk.claim("finding", f"{text}.", praised, style="lead")


def _split(desk: Desk, praised: Sequence[Figure], themes: Sequence[Figure]) -> None:
    """What is praised by some, and complained of by more."""
    said = desk.said
    blamed = [first(themes, "themes.negative", theme=f.about["theme"]) for f in praised]
    pairs = [
        (good, bad)
        for good, bad in zip(praised, blamed, strict=True)
        # Shares that read the same would seem to contradict the sentence.
        if bad and said.percent(good.value or 0) != said.percent(bad.value or 0)
    ]
    if not pairs:
        return
    named = [
        said.say(
            "split_pair",
            theme=desk.theme(good.about["theme"]),
            good=said.percent(good.value or 0),
            bad=said.percent(bad.value or 0),
        )
        for good, bad in pairs
    ]
    text = said.say("love_split", pairs=said.joined(named))
    desk.claim("counter", f"{text}.", [f for pair in pairs for f in pair], style="lead")


def _stage(desk: Desk) -> None:
    """The stage that is told best, and whether more good than bad is said of it."""
    journey, said = desk.run("journey"), desk.said
    feelings = ranked(journey, "journey.feeling")
    if len(feelings) < 2:
        return
    top = feelings[0]
    name = desk.word("stage", top.about["stage"])
    badly = first(journey, "journey.negative", stage=top.about["stage"])
    good = top.low is not None and top.low > 0
    if badly is None:
        return
    low, high = (decimal(said, each or 0, 2) for each in (top.low, top.high))
    text = said.say(
        "love_stage" if good else "love_no_stage",
        stage=name,
        value=decimal(said, top.value or 0, 2),
        low=low,
        high=high,
        share=share(said, badly),
    )
    desk.claim("finding", f"{text}.", [top, badly], style="lead", bold=name)


def _against(desk: Desk, praise: Figure, themes: Sequence[Figure], told: set[str]) -> None:
    """The first complaint; ``told`` are the themes whose complaints stand beside their praise."""
    complaints = ranked(themes, "themes.negative")
    if not complaints:
        return
    said, top = desk.said, complaints[0]
    name = desk.theme(top.about["theme"])
    desk.draft.heading(said.say("head_against"))
    # Beyond chance where the two intervals lie apart.
    outweighs = (top.low or 0) > (praise.high or 0)
    form = "love_against_more" if outweighs else "love_against"
    form = "love_against_same" if top.about["theme"] in told else form
    text = said.say(form, theme=name, share=share(said, top))
    desk.claim("counter", f"{text}.", [top], style="lead", bold=name)
    quote_complaints(desk, "counter", 1, theme=top.about["theme"])
