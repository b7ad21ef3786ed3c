"""Where the journey map and what the company believes part from what customers say.

``gaps.unmentioned`` is a pain of the map of which hardly anybody complains, ``gaps.unmapped`` a
complaint that is frequent at a stage and no pain of the map, ``gaps.emotion`` a stage (and
``gaps.cell-emotion`` a cell) whose emotion is opposite to how customers speak, ``gaps.belief`` a
theme of which internal voices speak more often, or less, than customers, and ``gaps.believed``
how many of them do. Without a coded map there is ``gaps.map`` in place of the first four.

Cells are compared by the themes that they are coded with, the surest alone for their emotion.
Where the codebook never places a theme at the cell's stage, no mention could be of both, so
mentions at any stage count. Filters limit whose feedback is looked at and, by stage, which cells;
internal voices are taken whole. A complaint that nobody wrote may still be suffered in silence,
and one of which the company speaks less is not one that it denies.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from corpus.codebook import Codebook
from corpus.metrics import statistics
from corpus.metrics._assumed import UNFELT
from corpus.metrics._beliefs import beliefs
from corpus.metrics._said import Voices, World, spoken_of, who_said
from corpus.metrics.relations import among, counted, heard, quoted
from corpus.metrics.types import FEWEST_IN_CELL, Ask, Figure, Withheld
from corpus.store import Store
from corpus.types import FEWEST

SUMMARY = "Where the journey map and internal beliefs part from what customers say."

HARDLY = 0.01
"""Up to this share of those who wrote is hardly anybody."""

FREQUENT = 0.02
"""From this share of those who wrote a complaint is frequent."""

NAMED = 0.7
"""From this probability a theme that only the heading of a cell (stage, step, lane) names counts:
a heading is no sentence of anybody's, but "Créer son compte" tells what a thought beside it is of.
"""

_BALANCE = "(count_if(good AND NOT bad) - count_if(bad AND NOT good)) / count(*)"


@dataclass(frozen=True, slots=True)
class _Cell:
    """A coded cell and its themes, the surest first."""

    id: str
    map: str
    stage: str
    lane: str
    emotion: int | None
    themes: tuple[str, ...]


def compute(store: Store, codebook: Codebook, ask: Ask) -> list[Figure]:
    """Opposite emotions, unmapped complaints, unmentioned pains, then beliefs; largest first."""
    base = counted(store, ask)
    of = heard(store, ask, base)
    world = World(store, codebook, ask, base, of, who_said(store, ask, base))
    cells = _cells(store, codebook, ask)
    return [*_of_map(world, cells), *beliefs(world)]


def _of_map(world: World, cells: Sequence[_Cell]) -> list[Figure]:
    reason: Withheld | None = "no-map" if not cells else "few" if world.of < FEWEST else None
    if reason:
        return [
            Figure(
                name="gaps.map",
                about={},
                value=None,
                unit="count",
                base="cells",
                n=len(cells),
                method="coded cells of the map",
                query="SELECT count(*) AS value FROM cells WHERE id IN "
                "(SELECT passage_id FROM mentions)",
                withheld=reason,
            )
        ]
    emotions = [*_stage_emotions(world), *_cell_emotions(world, cells)]
    return [
        *sorted(emotions, key=lambda each: -abs(each.value or 0.0)),
        *_unmapped(world, cells),
        *_unmentioned(world, cells),
    ]


def _cells(store: Store, codebook: Codebook, ask: Ask) -> list[_Cell]:
    """The coded cells at the stages and of the themes asked for."""
    known = [theme.id for theme in codebook.themes if not ask.themes or theme.id in ask.themes]
    if not known:
        return []
    at = f" AND cells.stage IN {among(ask.filters.stage)}" if ask.filters.stage else ""
    rows = store.sql(
        "SELECT cells.id, any_value(map) AS map, any_value(cells.stage) AS stage, "
        "any_value(lane) AS lane, any_value(emotion) AS emotion, theme, "
        "max(probability) AS surest FROM cells JOIN mentions ON passage_id = cells.id "
        "JOIN passages ON passages.id = cells.id "
        f"WHERE (span_end > strpos(passages.text, chr(10)) OR probability >= {NAMED}) "
        f"AND theme IN {among(tuple(known))}{at} "
        "GROUP BY cells.id, theme ORDER BY cells.id, surest DESC, theme"
    )
    found = []
    for _, group in groupby(rows, key=lambda row: row["id"]):
        of = list(group)
        first = of[0]
        themes = tuple(row["theme"] for row in of)
        found.append(
            _Cell(
                first["id"], first["map"], first["stage"], first["lane"], first["emotion"], themes
            )
        )
    return found


# Pains and complaints ------------------------------------------------------------------------


def _unmentioned(world: World, cells: Sequence[_Cell]) -> list[Figure]:
    """Pains of which hardly anybody complains; of several themes the one most complained of."""
    found = []
    for cell in cells:
        if cell.lane != "pain":
            continue
        theme = max(cell.themes, key=lambda each: world.voices(each, cell.stage).complain)
        complain = world.voices(theme, cell.stage).complain
        if complain > HARDLY * world.of:
            continue
        low, high = statistics.wilson(complain, world.of)
        found.append(
            Figure(
                name="gaps.unmentioned",
                about=_about(cell, theme),
                value=complain,
                unit="count",
                base=world.base,
                n=world.of,
                method="those who complain of the pain's theme, Wilson interval",
                query=world.query(
                    f"SELECT count(DISTINCT who) AS value FROM said "
                    f"WHERE bad AND {spoken_of(theme, world.place(theme, cell.stage))}"
                ),
                numerator=complain,
                denominator=world.of,
                low=low * world.of,
                high=high * world.of,
            )
        )
    return sorted(found, key=lambda each: (each.value or 0.0, each.about["passage"]))


def _unmapped(world: World, cells: Sequence[_Cell]) -> list[Figure]:
    """Complaints that are frequent at a stage and no pain of any map there."""
    mapped = {
        (theme, world.place(theme, cell.stage))
        for cell in cells
        if cell.lane == "pain" or (cell.lane not in UNFELT and (cell.emotion or 0) < 0)
        for theme in cell.themes
    }
    anywhere = {theme for theme, _ in mapped}
    found = []
    for (theme, stage), voices in world.said.items():
        known = world.codebook.theme(theme)
        few = voices.complain < max(FEWEST_IN_CELL, FREQUENT * world.of)
        if not stage or known is None or few or {(theme, stage), (theme, "")} & mapped:
            continue
        # Where no word tells the stage, coding takes the theme's first: that says nothing of it.
        if known.stages[:1] == (stage,) and theme in anywhere:
            continue
        low, high = statistics.wilson(voices.complain, world.of)
        found.append(
            Figure(
                name="gaps.unmapped",
                about={"theme": theme, "stage": stage},
                value=voices.complain / world.of,
                unit="share",
                base=world.base,
                n=world.of,
                method="share, Wilson interval",
                query=world.query(
                    "SELECT count(DISTINCT who) / (SELECT count(*) FROM heard) AS value "
                    f"FROM said WHERE bad AND {spoken_of(theme, stage)}"
                ),
                numerator=voices.complain,
                denominator=world.of,
                low=low,
                high=high,
            )
        )
    return sorted(found, key=lambda each: (-(each.value or 0.0), each.about["theme"]))


def _about(cell: _Cell, theme: str) -> dict[str, str]:
    return {"theme": theme, "stage": cell.stage, "map": cell.map, "passage": cell.id}


# Emotions ------------------------------------------------------------------------------------


def _stage_emotions(world: World) -> Iterator[Figure]:
    """The stages whose mean emotion on a map is opposite to how customers speak there."""
    felt = f"lane NOT IN {among(UNFELT)}"
    if world.ask.filters.stage:
        felt += f" AND stage IN {among(world.ask.filters.stage)}"
    rows = world.store.sql(
        f"SELECT map, stage, avg(emotion) AS emotion FROM cells WHERE {felt} "
        "AND emotion IS NOT NULL GROUP BY map, stage ORDER BY map, stage"
    )
    for row in rows:
        expected = (
            f"(SELECT avg(emotion) FROM cells WHERE map = {quoted(row['map'])} "
            f"AND stage = {quoted(row['stage'])} AND {felt})"
        )
        voices = world.said.get(("", row["stage"]), Voices())
        about = {"stage": row["stage"], "map": row["map"]}
        yield from _opposite(
            world, about, row["emotion"], expected, voices, spoken_of("", row["stage"])
        )


def _cell_emotions(world: World, cells: Sequence[_Cell]) -> Iterator[Figure]:
    """The cells whose emotion is opposite to how customers speak of their surest theme."""
    for cell in cells:
        if cell.lane in UNFELT or not cell.emotion:
            continue
        theme = cell.themes[0]
        expected = f"(SELECT emotion FROM cells WHERE id = {quoted(cell.id)})"
        spoken = spoken_of(theme, world.place(theme, cell.stage))
        voices = world.voices(theme, cell.stage)
        yield from _opposite(world, _about(cell, theme), cell.emotion, expected, voices, spoken)


def _opposite(
    world: World,
    about: Mapping[str, str],
    emotion: float,
    expected: str,
    voices: Voices,
    spoken: str,
) -> Iterator[Figure]:
    """The map's emotion less the mean polarity, both from -1 to 1, where they are opposite."""
    if voices.n < FEWEST:
        return
    low, high = statistics.net_interval(voices.good, voices.bad, voices.n)
    if low <= 0 <= high or emotion * voices.balance >= 0:
        return
    yield Figure(
        name="gaps.cell-emotion" if "passage" in about else "gaps.emotion",
        about=about,
        value=emotion / 2 - voices.balance,
        unit="score",
        base=world.base,
        n=voices.n,
        method="emotion of the map less mean polarity, both from -1 to 1, adjusted Wald interval",
        query=world.query(
            f"SELECT {expected} / 2.0 - {_BALANCE} AS value FROM (SELECT who, bool_or(good) "
            f"AS good, bool_or(bad) AS bad FROM said WHERE {spoken} GROUP BY who)"
        ),
        low=emotion / 2 - high,
        high=emotion / 2 - low,
    )
