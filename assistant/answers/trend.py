"""How something goes over time: its level now and at the start, where it broke, what stands out.

Of themes, those who complain of them; else the score, or the number of answers where that is asked
for. A change is told where it is beyond chance; a period that the data do not cover whole is told
to be left out.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date as Date
from datetime import timedelta

from assistant.answers import compare, levels, moved, steps
from assistant.answers.asked import COUNTED, SPEAKING
from assistant.answers.parts import Desk, clear, first
from assistant.answers.series import (
    breaks,
    extremes,
    grain_name,
    listed,
    of_series,
    the,
    when,
    whole,
)
from assistant.reading.known import known
from corpus.filters import Filters
from corpus.metrics._periods import GRAINS
from corpus.metrics.types import Figure
from corpus.store import Store
from corpus.types import FEWEST

MOST_THEMES, MOST_ODD = 3, 3

OTHER = 0.5
"""The share of what is written that comes from other sources, from which a break is told so."""


def compose(desk: Desk) -> bool:
    """Write the answer; False where nothing is dated."""
    asked = desk.reading.text.lower()
    if not desk.ask.themes:
        return steps.compose(desk, asked) or _overall(desk, asked)
    only = not (SPEAKING.search(asked) and not desk.said.negative.search(asked))
    told = [_theme(desk, theme, only=only) for theme in desk.ask.themes[:MOST_THEMES]]
    return any(told)


def _series(desk: Desk, themes: tuple[str, ...], grain: str | None = None) -> list[Figure]:
    by = desk.ask.by if desk.ask.by in GRAINS else grain
    return desk.book.all("trend", replace(desk.ask, against=None, by=by, themes=themes))


# Themes --------------------------------------------------------------------------------------


def _theme(desk: Desk, theme: str, *, only: bool) -> bool:
    series = _series(desk, (theme,))
    about = {"theme": theme} | ({"only": "complaints"} if only else {})
    counts = whole(series, "trend.count", about)
    if not counts:
        return False
    beside = _since(desk, theme)
    turned = breaks(series, about)
    for found in turned:
        tell_break(desk, series, found, where=levels.where(desk))
    if not (turned or beside):
        _still(desk, theme, counts, only=only)
    _ends(desk, counts)
    _odd(desk, series, about)
    _incomplete(desk, series, about)
    if turned:
        since = Date.fromisoformat(turned[-1].about["since"])
        filters = replace(desk.ask.filters, since=since)
        desk.quotes("quote", 2, theme=theme, tone="-" if only else None, filters=filters)
    return True


def _since(desk: Desk, theme: str) -> bool:
    """What is said since a day, beside what was said before it; False where nothing was."""
    before = _before(desk)
    if before is None:
        return False
    ask = replace(desk.ask, against=before, by=None, themes=(theme,))
    if not any(f.name == "compare.share" for f in desk.book.all("compare", ask)):
        return False
    return compare.compose(replace(desk, ask=ask))


def _still(desk: Desk, theme: str, counts: Sequence[Figure], *, only: bool) -> None:
    """No change beyond chance: the level of the whole time."""
    said = desk.said
    ask = replace(levels.plain(desk), themes=(theme,))
    name = "themes.negative" if only else "themes.share"
    found = first(desk.book.all("themes", ask), name, theme=theme)
    if found is None:
        return
    if found.value is None:
        text = said.say(
            "n_still_few",
            theme=desk.theme(theme),
            people=levels.writers(said, found),
        )
        desk.claim("limit", _lead(desk, text), [found], style="lead")
        return
    text = said.say(
        "n_still_only" if only else "n_still",
        theme=desk.theme(theme),
        first=the(desk, counts[0]),
        last=the(desk, counts[-1]),
        who=levels.of_those_who_wrote(desk, found),
        share=levels.percent(said, found),
    )
    desk.claim("finding", _lead(desk, text), [found, counts[0], counts[-1]], style="lead")


def _lead(desk: Desk, text: str) -> str:
    return levels.sentence(f"{levels.where(desk)}{text}")


def _ends(desk: Desk, counts: Sequence[Figure]) -> None:
    """How many there were in the first and in the last whole period with enough answers."""
    counts = [f for f in counts if (f.denominator or 0) >= FEWEST]
    if len(counts) < 2:
        return
    said, (start, end) = desk.said, (counts[0], counts[-1])
    text = said.say(
        "n_ends",
        k1=said.number(int(end.value or 0)),
        n1=said.number(int(end.denominator or 0)),
        last=when(desk, end),
        k0=said.number(int(start.value or 0)),
        n0=said.number(int(start.denominator or 0)),
        first=when(desk, start),
    )
    desk.claim("finding", levels.sentence(text), [end, start])


def tell_break(desk: Desk, series: Sequence[Figure], found: Figure, *, where: str = "") -> None:
    """When a level changed, from what to what."""
    said = desk.said
    about = dict(found.about)
    before, after = (first(series, f"trend.break-{side}", **about) for side in ("before", "after"))
    if not (before and after):
        return
    way = "up" if (found.value or 0) > 0 else "down"
    values = {
        "when": the(desk, found),
        "grain": grain_name(desk, found),
        "before": _told_level(desk, before),
        "after": _told_level(desk, after),
        **levels.gaps(said, found),
    }
    if "theme" in about:
        form = "n_break_complaints" if "only" in about else "n_break_theme"
        text = said.say(f"{form}_{way}", theme=desk.theme(about["theme"]), **values)
    elif "scale" in about:
        text = said.say(f"n_break_score_{way}", scale=levels.noun(desk, found), **values)
    else:
        text = said.say(f"n_break_count_{way}", **values)
    style = "lead" if where or "theme" in about else "plain"
    desk.claim("finding", levels.sentence(f"{where}{text}"), [found, before, after], style=style)
    caution = levels.sentence(said.say("n_other_sources"))
    told = any(claim.text == caution for claim in desk.draft.claims)
    if "theme" in about and not told and other_sources(desk, series, found):
        desk.claim("limit", caution, [found])


def other_sources(desk: Desk, series: Sequence[Figure], found: Figure) -> bool:
    """Whether what was written after a break comes from other sources than what was before it.

    Before is from the break before, after is until the next one, as the two levels are.
    """
    since, filters = found.about["since"], desk.ask.filters
    turns = sorted(f.about["since"] for f in breaks(series, _own(found)))
    first_day = max((turn for turn in turns if turn < since), default="")
    last_day = min((turn for turn in turns if turn > since), default="9999")
    before, after = Counter[str](), Counter[str]()
    for source, days in _written(desk.store).items():
        if source in filters.source or not filters.source:
            before[source] = sum(n for day, n in days if first_day <= day < since)
            after[source] = sum(n for day, n in days if since <= day < last_day)
    before, after = +before, +after
    if not (before and after):
        return False
    shares = (abs(before[s] / before.total() - after[s] / after.total()) for s in before | after)
    return sum(shares) / 2 > OTHER


def _written(store: Store) -> dict[str, list[tuple[str, int]]]:
    """How much customers wrote in each source, day by day."""
    text = (
        "SELECT source_id, date, count(*) AS n FROM told WHERE written AND date IS NOT NULL "
        "AND voice NOT IN ('employee', 'leader') GROUP BY source_id, date"
    )

    def found() -> dict[str, list[tuple[str, int]]]:
        by_source: dict[str, list[tuple[str, int]]] = {}
        for row in store.sql(text):
            by_source.setdefault(row["source_id"], []).append((row["date"][:10], int(row["n"])))
        return by_source

    return store.kept.get(("written", text), found)


def _own(figure: Figure) -> dict[str, str]:
    """What says which series a break is of."""
    return {key: v for key, v in figure.about.items() if key in ("theme", "only", "scale", "of")}


def _told_level(desk: Desk, figure: Figure) -> str:
    said = desk.said
    if figure.unit == "share":
        k, n = (said.number(int(each or 0)) for each in (figure.numerator, figure.denominator))
        return f"{said.percent(figure.value or 0)} ({said.say('made_of', k=k, n=n)})"
    if figure.unit == "count":
        return levels.amount(said, figure)
    return f"{levels.amount(said, figure)} ({levels.made(said, figure)})"


def _odd(desk: Desk, series: Sequence[Figure], about: Mapping[str, str]) -> None:
    """Single periods that stand out."""
    said = desk.said
    odd = [
        f for f in series if f.name == "trend.anomaly" and of_series(f, about) and (f.p or 0) < 0.05
    ]
    for figure in odd[:MOST_ODD]:
        same = {k: v for k, v in figure.about.items() if k in GRAINS}
        count = first(whole(series, "trend.count", about), "trend.count", **same)
        if count is None:
            continue
        way = "up" if (figure.value or 0) > 0 else "down"
        text = said.say(
            f"n_odd_{way}" if count.denominator else f"n_odd_count_{way}",
            when=when(desk, figure),
            k=said.number(int(count.value or 0)),
            n=said.number(int(count.denominator or 0)),
            **levels.gaps(said, figure),
        )
        desk.claim("finding", levels.sentence(text), [figure, count])


def _incomplete(desk: Desk, series: Sequence[Figure], about: Mapping[str, str]) -> None:
    """The periods that the data do not cover whole."""
    partly = [f for f in series if of_series(f, about) and "incomplete" in f.about]
    partly = [f for f in partly if f.name == partly[0].name]
    if partly:
        said = desk.said
        text = said.say("n_incomplete", periods=said.joined([when(desk, f) for f in partly]))
        desk.claim("limit", levels.sentence(text), partly)


# The score, the number of answers ------------------------------------------------------------


def _overall(desk: Desk, asked: str) -> bool:
    counted = bool(COUNTED.search(asked)) and not desk.reading.score
    if not (counted or desk.reading.score) and _spoken_of(desk):
        before = _before(desk)
        if before is None or moved.at_a_stage(desk, before):
            # How many records there are says nothing of how a stage is spoken of.
            return before is not None
    first_series = series = _series(desk, ())
    shown = _scores(series)
    # Too few answers a week may be enough of them a month, or a quarter.
    for grain in ("month", "quarter"):
        if counted or len(shown) > 1 or desk.ask.by in GRAINS:
            break
        series = _series(desk, (), grain)
        shown = _scores(series)
    if counted or not shown:
        series = first_series
    counts = whole(series, "trend.count", {"of": "records"})
    if len(counts) < 2:
        return False
    if counted or not shown:
        _volume(desk, series, counts)
        return True
    beside = _score_since(desk)
    if not beside or breaks(series, {"scale": shown[-1].about["scale"]}):
        _score(desk, series, shown)
    else:
        _each(desk, shown)
    for found in breaks(series, {"of": "records"})[-1:]:
        tell_break(desk, series, found)
    _themes_that_turned(desk, series)
    _incomplete(desk, series, {"scale": shown[0].about["scale"]})
    return True


def _spoken_of(desk: Desk) -> bool:
    """Whether a stage is asked about that no record is of by its source, but people speak of."""
    stages = desk.ask.filters.stage
    return bool(stages) and not known(desk.store).given.intersection(stages)


def _score_since(desk: Desk) -> bool:
    """The score since a day, beside what it was before; False where it was not asked before."""
    before = _before(desk)
    if before is None:
        return False
    ask = replace(desk.ask, against=before, by=None)
    figures = desk.book.all("change", ask)
    whole = first(figures, "change.difference")
    if whole is None or whole.value is None:
        return False
    moved.lead(replace(desk, ask=ask), figures, whole)
    return True


def _before(desk: Desk) -> Filters | None:
    """What was before the day since which is asked; None where there is no such day."""
    filters = desk.ask.filters
    if filters.since is None or filters.until is not None:
        return None
    return replace(filters, since=None, until=filters.since - timedelta(days=1))


def _scores(series: Sequence[Figure]) -> list[Figure]:
    """The score of the whole periods with enough answers."""
    return [f for f in whole(series, "trend.score", {}) if f.value is not None]


def _score(desk: Desk, series: Sequence[Figure], shown: Sequence[Figure]) -> None:
    """The score now and at the start, and when its level changed."""
    said, (start, end) = desk.said, (shown[0], shown[-1])
    turned = breaks(series, {"scale": end.about["scale"]})
    for number, found in enumerate(turned):
        tell_break(desk, series, found, where="" if number else levels.where(desk))
    values = {
        "scale": levels.noun(desk, end, of=True),
        "last": when(desk, end),
        "after": f"{levels.amount(said, end)} ({levels.made(said, end)})",
    }
    if len(shown) < 2:
        text = said.say("n_score_once", **values)
        desk.claim("finding", levels.sentence(text), [end])
        return
    values["first"] = when(desk, start)
    values["before"] = f"{levels.amount(said, start)} ({levels.made(said, start)})"
    if turned:
        text = said.say("n_score_ends", **values)
        desk.claim("finding", levels.sentence(text), [end, start])
        _each(desk, shown)
        return
    # A slow rise may have no date that stands out.
    form = "n_score_still" if _overlap(start, end) else "n_score_slow"
    desk.claim("finding", _lead(desk, said.say(form, **values)), [end, start],
               style="lead")  # fmt: skip
    if not _each(desk, shown):
        _range(desk, shown)
    # The ends are two points among many: the whole time's level is what holds.
    ask = replace(levels.plain(desk), score=end.about["scale"], themes=())
    entire = first(desk.book.run("score", ask), "", **levels.same_scale(end))
    if entire and entire.unit == end.unit:
        text = said.say(
            "n_score_whole", level=levels.level(desk, entire), made=levels.made(said, entire)
        )
        desk.claim("finding", levels.sentence(text), [entire])


def _each(desk: Desk, shown: Sequence[Figure]) -> bool:
    """Each period on a line; False where they were not asked for, or are too many."""
    if not listed(desk, shown):
        return False
    for figure in shown:
        level = f"{levels.level(desk, figure)} ({levels.made(desk.said, figure)})"
        text = f"{when(desk, figure)}{desk.said.say('colon')}{level}"
        desk.claim("finding", text[:1].upper() + text[1:], [figure], style="bullet")
    return True


def _range(desk: Desk, shown: Sequence[Figure]) -> None:
    """The lowest and the highest period, where they lie between the first and the last."""
    if ends := extremes(shown):
        said, (low, high) = desk.said, ends
        text = said.say(
            "n_score_range",
            low=levels.amount(said, low),
            low_when=when(desk, low),
            high=levels.amount(said, high),
            high_when=when(desk, high),
        )
        desk.claim("finding", levels.sentence(text), [low, high])


def _overlap(one: Figure, other: Figure) -> bool:
    return (one.low or 0) <= (other.high or 0) and (other.low or 0) <= (one.high or 0)


def _volume(desk: Desk, series: Sequence[Figure], counts: Sequence[Figure]) -> None:
    said, (start, end) = desk.said, (counts[0], counts[-1])
    text = said.say(
        "n_volume_ends",
        last=when(desk, end),
        after=said.number(int(end.value or 0)),
        first=when(desk, start),
        before=said.number(int(start.value or 0)),
    )
    desk.claim("finding", _lead(desk, text), [end, start], style="lead")
    told = _each_count(desk, series)
    turned = breaks(series, {"of": "records"})
    for found in turned:
        tell_break(desk, series, found)
    if not turned:
        desk.claim("finding", levels.sentence(said.say("n_volume_still")), [end, start])
    _odd(desk, series, {"of": "records"})
    if not told:
        _incomplete(desk, series, {"of": "records"})


def _each_count(desk: Desk, series: Sequence[Figure]) -> bool:
    """The answers of each period on a line, also of those that the data do not cover whole."""
    counts = [f for f in series if f.name == "trend.count" and of_series(f, {"of": "records"})]
    if not listed(desk, counts):
        return False
    for figure in counts:
        count = desk.said.number(int(figure.value or 0))
        form = "n_count_part" if "incomplete" in figure.about else "n_count_whole"
        text = desk.said.say(form, when=when(desk, figure), n=count)
        desk.claim("finding", text[:1].upper() + text[1:], [figure], style="bullet")
    return True


def _themes_that_turned(desk: Desk, series: Sequence[Figure]) -> None:
    """Which complaints changed in the same time; their mentions where complaints did not."""
    found = [f for f in series if f.name == "trend.break" and "theme" in f.about and clear(f)]
    found.sort(key=lambda figure: "only" not in figure.about)
    each = {figure.about["theme"]: figure for figure in reversed(found)}
    chosen = sorted(each.values(), key=lambda figure: -abs(figure.value or 0))[:MOST_THEMES]
    if chosen:
        desk.draft.heading(desk.said.say("n_head_turned"))
    for figure in chosen:
        tell_break(desk, series, figure)
