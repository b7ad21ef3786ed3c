"""What the map assumes: its cells, each the exact words of the map."""

from collections.abc import Sequence
from typing import Any

from assistant.journey.board import Board
from assistant.journey.types import MapRow
from corpus.metrics.relations import quoted
from corpus.store import Store


def maps(store: Store) -> list[str]:
    """The maps that are loaded, the one with most cells first."""
    rows = store.sql("SELECT map, count(*) AS n FROM cells GROUP BY map ORDER BY n DESC, map")
    return [row["map"] for row in rows]


def rows_of(store: Store, name: str) -> list[dict[str, Any]]:
    """The cells of a map, in the order in which they were loaded."""
    return store.sql(
        "SELECT id, map, persona, stage, step, lane, text, emotion, moment_of_truth, owner "  # noqa: S608 - quoted
        f"FROM cells WHERE map = {quoted(name)} ORDER BY source_id, rowid"
    )


def put_map(board: Board, rows: Sequence[dict[str, Any]]) -> None:
    """Every cell of the map in its lane, then whom each stage answers to."""
    passages = {each.id: each for each in board.store.passages([row["id"] for row in rows])}
    owners: dict[str, list[str]] = {}
    for row in rows:
        passage = passages.get(row["id"])
        citations: tuple[str, ...] = ()
        if passage:
            # A passage of a cell is its heading, a line end, and its text.
            start = len(passage.text) - len(row["text"])
            citations = (board.cites.cite(passage, start, len(passage.text)),)
        board.put(
            row["stage"],
            row["lane"],
            "journey",
            row["text"],
            citations=citations,
            persona=row["persona"],
            step=row["step"],
            owner=row["owner"],
            emotion=row["emotion"],
            truth=row["moment_of_truth"],
        )
        if row["owner"] and row["owner"] not in owners.setdefault(row["stage"], []):
            owners[row["stage"]].append(row["owner"])
    for stage, names in owners.items():
        for name in names:
            board.put(stage, "owner", "journey", name)


def map_rows(rows: Sequence[dict[str, Any]]) -> list[MapRow]:
    """The cells of the map as they are written to a file."""
    return [MapRow(**{name: row[name] for name in row if name != "id"}) for row in rows]
