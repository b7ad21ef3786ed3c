"""How well the coder knows each theme, and the shares corrected by what it gets wrong."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

import numpy as np
from sqlalchemy import func, select

from corpus import tables as t
from corpus.codebook import Codebook
from corpus.coding import judgements, model_codes
from corpus.coding.agreement import Reliability, reliability
from corpus.coding.clauses import units
from corpus.coding.judgements import Label
from corpus.coding.quantify import Share, corrected_share
from corpus.coding.themes import Embed, ThemeCoder
from corpus.filters import Filters
from corpus.store import Store

FOLDS = 5

ENOUGH = 100
"""Labelled records in scope from which shares are corrected; with fewer they are called raw."""

LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Known:
    """How well one theme is known in one language, or in all (``language`` None)."""

    theme: str
    language: str | None
    people: int
    measures: Reliability


def cross(store: Store, codebook: Codebook, embed: Embed, seed: int = 0) -> list[Label]:
    """The labels with the probabilities of a coder that did not learn from them (5 folds)."""
    labels = judgements.labels(store)
    records = sorted({label.record_id for label in labels})
    Random(seed).shuffle(records)  # noqa: S311 - folds, not secrets
    crossed: dict[str, dict[str, float]] = {}
    texts = _texts(store, records)
    for fold in range(FOLDS):
        held = [record for record in records[fold::FOLDS] if record in texts]
        if not held:
            continue
        coder = ThemeCoder(codebook, judgements.lessons(store, codebook, frozenset(held)), embed)
        for record in held:
            crossed[record] = _probabilities(coder, texts[record])
    found = [
        replace(label, probabilities=crossed[label.record_id])
        for label in labels
        if label.record_id in crossed
    ]
    judgements.keep_labels(store, found)
    return found


def _coded(store: Store) -> list[Label]:
    """The labels with the probabilities of what coded their records.

    A chat model did not learn from people, so what it found counts as it stands; the coder's are
    those that were crossed, without which a label tells nothing.
    """
    labels = judgements.labels(store)
    version, codebook = judgements.current_codebook(store)
    p = t.passages.c
    query = select(p.parent, p.digest).where(p.parent.in_([label.record_id for label in labels]))
    with store.reading() as connection:
        rows = connection.execute(query).all()
    modelled = model_codes.found_by_models(store, version, [row.digest for row in rows])
    whole: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        whole[row.parent].append(row.digest)
    found = []
    for label in labels:
        digests = whole.get(label.record_id, [])
        if digests and all(digest in modelled for digest in digests):
            said = {each.theme: each.probability for d in digests for each in modelled[d]}
            probabilities = dict.fromkeys((theme.id for theme in codebook.themes), 0.0) | said
            found.append(replace(label, probabilities=probabilities))
        elif label.probabilities:
            found.append(label)
    return found


def _probabilities(coder: ThemeCoder, passages: Sequence[tuple[str, str]]) -> dict[str, float]:
    """The highest probability of any unit, brought to a scale on which a half is the cut."""
    parts = [
        (text[start:end], language)
        for text, language in passages
        for start, end in units(text, language)
    ]
    if not parts:
        return dict.fromkeys(coder.ids, 0.0)
    about = coder.probabilities([text for text, _ in parts], [language for _, language in parts])
    highest = np.where(about >= coder.least, about, 0.0).max(axis=0)
    return {theme: round(float(each), 4) for theme, each in zip(coder.ids, highest, strict=True)}


def _texts(store: Store, records: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    p = t.passages.c
    query = select(p.parent, p.text, p.language).where(p.parent.in_(records)).order_by(p.id)
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    with store.reading() as connection:
        for row in connection.execute(query):
            found[row.parent].append((row.text, row.language))
    return found


def known(store: Store, codebook: Codebook, *, by_language: bool = True) -> list[Known]:
    """The coder against people: each theme that either saw, in all and in each language."""
    labels = _coded(store)
    languages = {
        record: passages[0][1]
        for record, passages in _texts(store, [label.record_id for label in labels]).items()
    }
    return [
        found
        for theme in codebook.themes
        for language in (None, *(sorted(set(languages.values())) if by_language else ()))
        for found in _known(
            theme.id,
            language,
            [each for each in labels if language in (None, languages.get(each.record_id))],
        )
    ]


def _known(theme: str, language: str | None, labels: Sequence[Label]) -> Iterator[Known]:
    coder = [label.probabilities.get(theme, 0.0) > 0 for label in labels]
    people = [theme in label.themes for label in labels]
    if any(coder) or any(people):
        weights = [label.weight for label in labels]
        yield Known(theme, language, sum(people), reliability(coder, people, weights))


def corrected(store: Store, codebook: Codebook, filters: Filters) -> Mapping[str, Share]:
    """The shares of the records in scope, corrected; nothing where too few are labelled."""
    r, m = t.records.c, t.mentions.c
    written = store.where(t.records, filters) & ((r.title != "") | (r.text != ""))
    held = (
        select(m.record_id, m.theme, func.max(m.probability).label("probability"))
        .join(t.records, r.id == m.record_id)
        .where(written)
        .group_by(m.record_id, m.theme)
    )
    with store.reading() as connection:
        place = {
            record: number
            for number, record in enumerate(
                connection.scalars(select(r.id).where(written).order_by(r.id))
            )
        }
        labels = _first_of_each(label for label in _coded(store) if label.record_id in place)
        if len(labels) < ENOUGH:
            return {}
        marked: dict[str, Any] = {theme.id: np.zeros(len(place)) for theme in codebook.themes}
        for record, theme, probability in connection.execute(held):
            if theme in marked:
                marked[theme][place[record]] = probability
    where = np.array([place[label.record_id] for label in labels])
    weights = np.array([label.weight for label in labels])
    found = {}
    for theme, probabilities in marked.items():
        # What was labelled taught the coder, so for those records its crossed word counts.
        probabilities[where] = [label.probabilities.get(theme, 0.0) for label in labels]
        truth = np.array([theme in label.themes for label in labels])
        found[theme] = corrected_share(probabilities, where, truth, weights, LEVEL)
    return found


def _first_of_each(labels: Iterator[Label]) -> list[Label]:
    """One person's label of each record."""
    found: dict[str, Label] = {}
    for label in labels:
        found.setdefault(label.record_id, label)
    return list(found.values())
