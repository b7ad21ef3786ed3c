"""What people decided, as the store keeps it: codebooks, corrections, labels, dismissals."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import delete, insert, select

from corpus import tables as t
from corpus.bulk import bulk_insert
from corpus.codebook import Codebook, Polarity, read_codebook, starting_codebook, write_codebook
from corpus.coding.mentions import Correction
from corpus.coding.themes import Lesson
from corpus.passages import text_digest
from corpus.store import Store


def now() -> str:
    """The time to keep beside what people did, to the second, UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


# Codebooks -----------------------------------------------------------------------------------


def current_codebook(store: Store) -> tuple[int, Codebook]:
    """The version in use and its codebook; 1 is the starting one, for commerce and services."""
    query = select(t.codebooks).order_by(t.codebooks.c.version.desc()).limit(1)
    with store.reading() as connection:
        row = connection.execute(query).first()
    if row is None:
        return 1, starting_codebook()
    return int(row.version), read_codebook(row.content, f"version {row.version}")


def keep_codebook(store: Store, codebook: Codebook) -> int:
    """Keep a codebook as the next version, beside those before it; gives its version.

    The same codebook again is no new version.
    """
    version, before = current_codebook(store)
    if codebook == before:
        return version
    rows = [{"version": version + 1, "content": write_codebook(codebook), "made": now()}]
    if version == 1:
        rows.insert(0, {"version": 1, "content": write_codebook(before), "made": now()})
    with store.writing() as connection:
        connection.execute(insert(t.codebooks), rows)
    return version + 1


def theme_ids(store: Store) -> set[str]:
    """The ids of the themes of every version: what people said of one is never another's."""
    with store.reading() as connection:
        contents = connection.scalars(select(t.codebooks.c.content)).all()
    books = [read_codebook(content) for content in contents] or [starting_codebook()]
    return {theme.id for book in books for theme in book.themes}


# Corrections and labels ----------------------------------------------------------------------


def keep_correction(store: Store, correction: Correction) -> None:
    """Keep a correction; a later one of the same span and theme takes its place."""
    same = t.corrections.c
    with store.writing() as connection:
        connection.execute(
            delete(t.corrections).where(
                same.passage_id == correction.passage_id,
                same.span_start == correction.start,
                same.span_end == correction.end,
                same.theme == correction.theme,
            )
        )
        connection.execute(
            insert(t.corrections),
            {
                "passage_id": correction.passage_id,
                "span_start": correction.start,
                "span_end": correction.end,
                "theme": correction.theme,
                "holds": correction.holds,
                "polarity": correction.polarity,
                "digest": text_digest(store.passage(correction.passage_id).text),
                "made": now(),
            },
        )


def corrections(store: Store) -> list[Correction]:
    """Every correction whose text is still the one that was corrected, the earliest first."""
    c, p = t.corrections.c, t.passages.c
    query = (
        select(t.corrections)
        .join(t.passages, (p.id == c.passage_id) & (p.digest == c.digest))
        .order_by(c.made, c.passage_id, c.span_start, c.span_end, c.theme)
    )
    with store.reading() as connection:
        return [
            Correction(
                row.passage_id, row.span_start, row.span_end, row.theme, row.holds, row.polarity
            )
            for row in connection.execute(query)
        ]


@dataclass(frozen=True, slots=True)
class Label:
    """What one person said a record is about, all of it; ``weight`` is how many it stands for.

    ``probabilities`` are the coder's for each theme, had it not learned from this label;
    ``version`` is the codebook's that the person went by.
    """

    record_id: str
    coder: str
    themes: Mapping[str, Polarity]
    weight: float
    probabilities: Mapping[str, float] = field(default_factory=dict)
    version: int = 1


def keep_labels(store: Store, given: Sequence[Label]) -> None:
    """Keep labels; those that the same person gave the same records before are replaced."""
    with store.writing() as connection:
        for label in given:
            connection.execute(
                delete(t.labels).where(
                    t.labels.c.record_id == label.record_id, t.labels.c.coder == label.coder
                )
            )
        bulk_insert(
            connection,
            t.labels,
            [
                {
                    "record_id": label.record_id,
                    "coder": label.coder,
                    "themes": dict(label.themes),
                    "weight": label.weight,
                    "probabilities": dict(label.probabilities),
                    "version": label.version,
                }
                for label in given
            ],
        )


def labels(store: Store) -> list[Label]:
    """Every label, by record and person."""
    query = select(t.labels).order_by(t.labels.c.record_id, t.labels.c.coder)
    with store.reading() as connection:
        return [
            Label(
                row.record_id,
                row.coder,
                row.themes,
                row.weight,
                row.probabilities,
                row.version,
            )
            for row in connection.execute(query)
        ]


def lessons(store: Store, codebook: Codebook, without: Collection[str] = ()) -> list[Lesson]:
    """What corrections and labels teach of a codebook's themes, but for some records' labels."""
    corrected = corrections(store)
    labelled = [each for each in labels(store) if each.record_id not in without]
    wanted = {each.passage_id for each in corrected}
    of_records = {each.record_id for each in labelled}
    query = select(
        t.passages.c.id, t.passages.c.parent, t.passages.c.text, t.passages.c.language
    ).where(t.passages.c.id.in_(wanted) | t.passages.c.parent.in_(of_records))
    with store.reading() as connection:
        rows = connection.execute(query).all()
    by_id = {row.id: row for row in rows}
    found = [
        Lesson(
            text=by_id[each.passage_id].text,
            language=by_id[each.passage_id].language,
            holds=frozenset({each.theme} if each.holds else ()),
            lacks=frozenset(() if each.holds else {each.theme}),
            span=(each.start, each.end),
        )
        for each in corrected
        if each.passage_id in by_id
    ]
    by_record = {row.parent: row for row in reversed(rows) if row.parent in of_records}
    for label in labelled:
        if row := by_record.get(label.record_id):
            now_called = _now_called(codebook, _themes_of(store, label.version))
            holds = {new for old in label.themes for new in now_called.get(old, ())}
            # Of a theme that the person did not know of nothing was said.
            lacks = {new for each in now_called.values() for new in each} - holds
            found.append(Lesson(row.text, row.language, frozenset(holds), frozenset(lacks)))
    return found


def _themes_of(store: Store, version: int) -> frozenset[str]:
    """The ids of the themes of one version of the codebook."""
    query = select(t.codebooks.c.content).where(t.codebooks.c.version == version)
    with store.reading() as connection:
        content = connection.scalar(query)
    codebook = read_codebook(content) if content else starting_codebook()
    return frozenset(theme.id for theme in codebook.themes)


def _now_called(codebook: Codebook, known: frozenset[str]) -> dict[str, list[str]]:
    """For each theme that was known, those of the codebook that stand for it alone today.

    A theme keeps its id, or names under ``was`` what it took over; what was split says of neither
    part whether it was meant.
    """
    found: dict[str, list[str]] = {}
    for theme in codebook.themes:
        for old in (theme.id, *theme.was):
            if old in known:
                found.setdefault(old, []).append(theme.id)
    return {old: new for old, new in found.items() if len(new) == 1}


# Candidate themes ----------------------------------------------------------------------------


def keep_dismissal(store: Store, candidate: str, digests: Collection[str]) -> None:
    """Keep that a candidate theme was dismissed, by the names of its central clauses."""
    rows = [{"candidate": candidate, "digest": each, "made": now()} for each in sorted(digests)]
    with store.writing() as connection:
        connection.execute(delete(t.dismissals).where(t.dismissals.c.candidate == candidate))
        connection.execute(insert(t.dismissals), rows)


def dismissals(store: Store) -> list[frozenset[str]]:
    """For each candidate theme that was dismissed, the names of its central clauses."""
    found: dict[str, set[str]] = {}
    with store.reading() as connection:
        for row in connection.execute(select(t.dismissals)):
            found.setdefault(row.candidate, set()).add(row.digest)
    return [frozenset(each) for each in found.values()]
