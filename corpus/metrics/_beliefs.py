"""What internal voices speak of more often, or less, than customers do."""

from dataclasses import replace

from corpus.filters import Filters
from corpus.metrics import statistics
from corpus.metrics._said import Voices, World, spoken_of
from corpus.metrics.relations import heard, query
from corpus.metrics.types import FEWEST_IN_CELL, Ask, Figure
from corpus.types import FEWEST


def beliefs(world: World) -> list[Figure]:
    """The themes of which internal voices speak more or less often than customers.

    With fewer than FEWEST internal voices, how many of them speak of each theme and no more.
    """
    own = replace(world.ask, filters=Filters(kind=("internal",), stage=world.ask.filters.stage))
    of = heard(world.store, own, "records")
    rows = world.store.sql(
        query(
            world.store,
            own,
            "records",
            "SELECT theme, count(DISTINCT who) AS n FROM said GROUP BY theme",
        )
    )
    spoken = {row["theme"]: int(row["n"]) for row in rows}
    themes = [each.id for each in world.codebook.themes]
    if world.ask.themes:
        themes = [each for each in themes if each in world.ask.themes]
    if of < FEWEST:
        held = [(theme, spoken[theme]) for theme in themes if theme in spoken]
        held.sort(key=lambda each: (-each[1], each[0]))
        return [_believed(world, own, theme, k, of) for theme, k in held]
    if world.of < FEWEST:
        return []
    compared = []
    for theme in themes:
        k, said = spoken.get(theme, 0), world.said.get((theme, ""), Voices()).n
        # The side that speaks of it more often must be more than a handful.
        if (k if k * world.of > said * of else said) >= FEWEST_IN_CELL:
            compared.append((theme, k, said))
    tests = [statistics.shares_differ(k, of, said, world.of) for _, k, said in compared]
    corrected = statistics.benjamini_hochberg(tests)
    found = [
        (_belief(world, own, theme, k, of, said, p), _believed(world, own, theme, k, of))
        for (theme, k, said), p in zip(compared, corrected, strict=True)
    ]
    # Few internal voices: no gap is called one unless its own interval leaves nought out.
    found = [pair for pair in found if (pair[0].low or 0.0) > 0 or (pair[0].high or 0.0) < 0]
    found.sort(key=lambda pair: -abs(pair[0].value or 0.0))
    return [each for pair in found for each in pair]


def _belief(world: World, own: Ask, theme: str, k: int, of: int, said: int, p: float) -> Figure:
    low, high = statistics.share_difference(k, of, said, world.of)
    share = (
        f"SELECT count(DISTINCT who) / (SELECT count(*) FROM heard) FROM said "
        f"WHERE {spoken_of(theme, '')}"
    )
    internal = query(world.store, own, "records", share)
    return Figure(
        name="gaps.belief",
        about={"theme": theme},
        value=k / of - said / world.of,
        unit="share",
        base=world.base,
        n=of,
        method="share of internal voices less that of customers, Newcombe interval, "
        "Fisher's test, Benjamini-Hochberg p",
        query=f"SELECT ({internal}) - ({world.query(share)}) AS value",
        denominator=world.of,
        low=low,
        high=high,
        p=p,
    )


def _believed(world: World, own: Ask, theme: str, k: int, of: int) -> Figure:
    """How many internal voices speak of a theme; never a share, they are a few interviews."""
    return Figure(
        name="gaps.believed",
        about={"theme": theme},
        value=k,
        unit="count",
        base="records",
        n=of,
        method="count",
        query=query(
            world.store,
            own,
            "records",
            f"SELECT count(DISTINCT who) AS value FROM said WHERE {spoken_of(theme, '')}",
        ),
        numerator=k,
        denominator=of,
    )
