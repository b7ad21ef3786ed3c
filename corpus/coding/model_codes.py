"""What chat models coded, as the store keeps it: paid for once, used whenever it is coded anew.

It belongs to a text and a version of the codebook, not to a record: the same text loaded again
finds its codes. They hold places in the text, never its words.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Select, func, select

from corpus import tables as t
from corpus.addressing import speaks_to_model
from corpus.bulk import bulk_insert
from corpus.coding.judgements import now
from corpus.coding.mentions import Mention
from corpus.store import Store

KINDS = ("feedback", "internal")
"""People's own words; what a map assumes is left to the offline coder."""

PAGE = 500
"""Texts read at a time."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A text that a model has not coded."""

    digest: str
    text: str


def waiting(store: Store, version: int, model: str) -> Iterator[Waiting]:
    """Each text of people's own that a model has not coded with this version, once.

    In an order that has nothing to do with the sources: what a budget reaches is a sample.
    """
    p = t.passages.c
    place = func.md5(p.digest)
    query = (
        select(
            p.digest,
            func.min(p.text).label("text"),
            func.min(p.addressed).label("addressed"),
            place.label("place"),
        )
        .where(p.kind.in_(KINDS), p.digest.not_in(_by(version, model)))
        .group_by(p.digest)
        .order_by(place)
        .limit(PAGE)
    )
    last = ""
    while True:
        with store.reading() as connection:
            rows = connection.execute(query.where(place > last)).all()
        if not rows:
            return
        for row in rows:
            known = speaks_to_model(row.text) if row.addressed is None else row.addressed
            # What speaks to a model is left to the offline coder.
            if not known:
                yield Waiting(row.digest, row.text)
        last = rows[-1].place


def _by(version: int, model: str) -> Select[Any]:
    """The texts that a model has coded with this version."""
    c = t.model_codes.c
    return select(c.digest).where(c.version == version, c.model == model)


def count_by(store: Store, version: int, model: str) -> int:
    """How many of the texts there are a model has coded with this version of the codebook."""
    p = t.passages.c
    query = select(func.count(p.digest.distinct())).where(
        p.kind.in_(KINDS), p.digest.in_(_by(version, model))
    )
    with store.reading() as connection:
        return connection.scalar(query) or 0


def keep(
    store: Store, version: int, model: str, coded: Sequence[tuple[str, Sequence[Mention]]]
) -> None:
    """Keep what a model found in some texts, by their digests."""
    made = now()
    with store.writing() as connection:
        bulk_insert(
            connection,
            t.model_codes,
            [
                {
                    "digest": digest,
                    "version": version,
                    "model": model,
                    "mentions": [asdict(mention) for mention in mentions],
                    "made": made,
                }
                for digest, mentions in coded
            ],
        )


def marks(store: Store, version: int) -> list[tuple[str, int]]:
    """Each model that coded with this version, and how many texts: what changes with every one."""
    c = t.model_codes.c
    query = select(c.model, func.count()).where(c.version == version).group_by(c.model)
    with store.reading() as connection:
        return [(model, n) for model, n in connection.execute(query.order_by(c.model))]


def found_by_models(
    store: Store, version: int, digests: Sequence[str]
) -> Mapping[str, list[Mention]]:
    """The mentions in those of the texts that a model coded; the last model to do so counts."""
    c = t.model_codes.c
    query = (
        select(c.digest, c.mentions)
        .where(c.version == version, c.digest.in_(digests))
        .order_by(c.made, c.model)
    )
    with store.reading() as connection:
        return {
            row.digest: [
                Mention(**{**each, "emotions": tuple(each["emotions"])}) for each in row.mentions
            ]
            for row in connection.execute(query)
        }
