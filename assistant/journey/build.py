"""A canvas put together: the map and the feedback side by side, or a draft from the corpus."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from assistant.answers.book import FactBook
from assistant.journey.board import Board, side
from assistant.journey.draft import TO_FILL_IN, draft_rows, put_draft
from assistant.journey.gaps import gaps
from assistant.journey.mapped import map_rows, maps, put_map, rows_of
from assistant.journey.marks import marks
from assistant.journey.opportunities import put_opportunities
from assistant.journey.types import Canvas, Gap, Lane, MapRow, Stage
from assistant.journey.voices import put_assumed, put_voices
from assistant.words import ANSWER_LANGUAGES, typeset, words
from corpus.codebook import Codebook
from corpus.errors import NotFoundError
from corpus.metrics.types import Ask
from corpus.store import Store
from corpus.types import STAGES

LANES = (
    "goal",
    "touchpoint",
    "channel",
    "doing",
    "thinking",
    "said",
    "belief",
    "emotion",
    "pain",
    "moment",
    "loss",
    "opportunity",
    "metric",
    "owner",
)
"""The usual lanes from top to bottom; the map's own come after what the customer thinks."""

_OWN_AFTER = "thinking"

_ALWAYS = (
    "goal",
    "touchpoint",
    "said",
    "emotion",
    "pain",
    "moment",
    "loss",
    "opportunity",
    "owner",
)
"""Lanes that a canvas has even where they are empty: what is not known is to be seen."""


def canvas(
    store: Store,
    codebook: Codebook,
    ask: Ask,
    language: str | None = None,
    map_name: str | None = None,
    *,
    coded: float = 1.0,
) -> Canvas:
    """The canvas of one map within ``ask``'s filters; without a map, of the feedback alone.

    ``ask.against`` is what it is compared with. ``language`` is the reader's, by default that of
    most records. ``map_name`` chooses among several maps. ``coded`` is the share of the texts that
    is coded. Raises NotFoundError for a map that is not loaded.
    """
    names = maps(store)
    if map_name is not None and map_name not in names:
        raise NotFoundError(f"No map is called {map_name}; there are {', '.join(names) or 'none'}.")
    name = map_name or (names[0] if names else None)
    board = _board(store, codebook, ask, language)
    rows = rows_of(store, name) if name else []
    if ask.filters.stage:
        rows = [row for row in rows if row["stage"] in ask.filters.stage]
    stages = _stages(board, [row["stage"] for row in rows])
    put_map(board, rows)
    if name:
        put_assumed(board, stages, name)
    put_voices(board, stages)
    put_opportunities(board, stages)
    found = gaps(board, name) if name else []
    title = board.say("title_map", map=name) if name else board.say("title")
    about = ""
    if ask.against:
        one = side(board.said, ask.filters, ask.against)
        other = side(board.said, ask.against, ask.filters)
        about = board.say("against", one=one, other=other)
    return _canvas(
        board,
        stages,
        map_rows(rows),
        title=title,
        name=name,
        names=names,
        about=about,
        coded=coded,
        found=found,
    )


def draft(
    store: Store,
    codebook: Codebook,
    ask: Ask,
    language: str | None = None,
    *,
    coded: float = 1.0,
) -> Canvas:
    """A map proposed from the corpus alone, each of its cells cited or computed."""
    ask = replace(ask, against=None)
    board = _board(store, codebook, ask, language)
    stages = _stages(board, [])
    put_draft(board, stages)
    put_opportunities(board, stages)
    names = maps(store)
    about = board.say("draft_beside" if names else "draft_more")
    return _canvas(
        board,
        stages,
        draft_rows(board, stages),
        title=board.say("draft"),
        name=None,
        names=names,
        about=about,
        coded=coded,
        is_draft=True,
    )


def _board(store: Store, codebook: Codebook, ask: Ask, language: str | None) -> Board:
    if language is None:
        # The store's first language that answers are written in.
        spoken = store.languages_in_scope(ask.filters, 0.0)
        language = next((each for each in spoken if each in ANSWER_LANGUAGES), "en")
    said = words(language)
    return Board(store, codebook, ask, said, FactBook(store, codebook, said.language))


def _stages(board: Board, mapped: Sequence[str]) -> list[str]:
    """The stages of the map and of what people speak of, in the journey's order.

    A map's own stage stands where the map has it: after the one before it.
    """
    spoken = [
        figure.about["stage"]
        for figure in board.book.all("journey", board.ask)
        if figure.name == "journey.share"
    ]
    own = [sign.id for sign in board.codebook.stages if sign.id not in STAGES]
    found = {*mapped, *spoken}
    order = [stage for stage in (*STAGES, *own) if stage in found]
    before: str | None = None
    for stage in dict.fromkeys(mapped):
        if stage not in order:
            order.insert(order.index(before) + 1 if before else 0, stage)
        before = stage
    order += [stage for stage in dict.fromkeys(spoken) if stage not in order]
    kept = board.ask.filters.stage
    return [stage for stage in order if not kept or stage in kept]


def _lanes(board: Board, *, is_draft: bool) -> list[Lane]:
    """The lanes that have cells, and those that are there in any case."""
    used = dict.fromkeys(cell.lane for cell in board.cells)
    order = list(LANES)
    place = order.index(_OWN_AFTER) + 1
    order[place:place] = [lane for lane in used if lane not in LANES]
    always = TO_FILL_IN if is_draft else _ALWAYS
    return [
        Lane(lane, board.say(f"lane_{lane}"), board.say(f"explain_{lane}"))
        if lane in LANES
        else Lane(lane, lane, "")
        for lane in order
        if lane in used or lane in always
    ]


def _canvas(
    board: Board,
    stages: Sequence[str],
    rows: Sequence[MapRow],
    *,
    title: str,
    name: str | None,
    names: Iterable[str],
    about: str,
    coded: float,
    found: Sequence[Gap] = (),
    is_draft: bool = False,
) -> Canvas:
    marked = marks(board, stages)
    notes = [board.say("note_shares")]
    if coded < 1:
        # Rounded down: what is not finished must not read 100 %.
        notes.append(board.say("note_coded", share=board.said.percent(int(coded * 100) / 100)))
    return Canvas(
        title=title,
        language=board.said.language,
        draft=is_draft,
        map=name,
        maps=tuple(names),
        about=about,
        stages=tuple(
            Stage(stage, typeset(board.word("stage", stage), board.said.language))
            for stage in stages
        ),
        lanes=tuple(_lanes(board, is_draft=is_draft)),
        cells=tuple(board.cells),
        marks=tuple(marked),
        gaps=tuple(found),
        citations=tuple(board.cites.citations),
        facts=tuple(board.book.made),
        rows=tuple(rows),
        notes=tuple(notes),
        filters=board.ask.filters.as_dict(),
        against=board.ask.against.as_dict() if board.ask.against else None,
    )
