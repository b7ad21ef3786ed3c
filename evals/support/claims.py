"""The claims of ``evals/gold`` with their evidence, as the verifier is given them."""

import json
import tempfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from assistant.draft import Draft
from assistant.types import Citation, Claim, ClaimKind, Fact
from assistant.verify import verify
from corpus.files import RawFile
from corpus.ingest import ingest
from corpus.store import Store
from corpus.types import Passage

GOLD = Path(__file__).parent.parent / "gold"
HALVES = {"fit": GOLD / "claims.jsonl", "report": GOLD / "claims_held.jsonl"}
"""Claims that rules and score were made on, and others that were written before those were read."""

KINDS: dict[str, ClaimKind] = {
    "fact": "finding",
    "feedback": "finding",
    "internal": "internal",
    "journey": "journey",
    "research": "research",
    "shared": "research",
}
"""The kind of claim that an answer makes of each kind of evidence."""

BEGINNING = 40
"""Characters by which a span of a file is found again in the passage that holds it."""


@dataclass(frozen=True)
class Judged:
    """One claim, whether its evidence carries it, and where it comes from.

    ``alteration`` is what was changed in it, "" in one that is true, "elsewhere" in a true one
    that cites another passage.
    """

    id: str
    half: str
    language: str
    kind: str
    alteration: str
    claim: Claim
    citations: tuple[Citation, ...]
    facts: tuple[Fact, ...]
    store: Store

    @property
    def carried(self) -> bool:
        """Whether the evidence carries the claim."""
        return not self.alteration

    def verdict(self, **given: Any) -> tuple[float, str]:
        """The verifier's score, 0 for what it drops, and the reason for which it does."""
        kept, dropped = verify([self.claim], self.citations, self.facts, self.store, **given)
        return (kept[0].support_score, "") if kept else (0.0, dropped[0].reason)


@contextmanager
def claims(
    demo: Store, research: Path | None, halves: Collection[str] = tuple(HALVES)
) -> Iterator[tuple[list[Judged], int]]:
    """The claims, true, altered and true of another passage, and how many lack their evidence.

    ``demo`` holds the demo company, ``research`` the shared articles; ``halves`` are those read.
    """
    with tempfile.TemporaryDirectory() as directory:
        articles = Store(Path(directory) / "store.duckdb")
        try:
            for file in sorted(research.glob("*.txt")) if research else ():
                raw = RawFile(file.name, file.read_bytes())
                ingest(articles, raw, b"none", origin=file.name, kind="research")
            yield _claims(demo, articles, research, halves)
        finally:
            articles.close()


def _claims(
    demo: Store, articles: Store, research: Path | None, halves: Collection[str]
) -> tuple[list[Judged], int]:
    rows = [
        {**json.loads(line), "half": half}
        for half, file in HALVES.items()
        if half in halves
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
    ids = {
        f"{row['source']}:{row['id'].rpartition(':')[2]}": row["id"]
        for row in demo.sql("SELECT id, source FROM passages")
    }
    whole = [p for source in articles.sources() for p in articles.passages_of(source.id)]
    found: list[Judged] = []
    evidence: dict[str, tuple[str, tuple[Citation, ...]]] = {}
    lacking = 0
    for row in rows:
        store, draft = demo, Draft()
        facts = tuple(_fact(fact) for fact in row.get("facts", ()))
        if "span" in row:
            store = articles
            cite(draft, row["span"], whole, research)
        elif "passages" in row:
            for passage in demo.passages([ids[p] for p in row["passages"] if p in ids]):
                draft.cite(passage, 0, len(passage.text))
        if not (facts or draft.citations):
            lacking += 1
            continue
        citations = tuple(draft.citations)
        if citations:
            evidence[row["id"]] = (f"{row['half']} {row['kind']}", citations)
        for text, alteration in ((row["text"], ""), (row["altered"], row["alteration"])):
            found.append(_judged(row, text, alteration, citations, facts, store))
    return [*found, *_elsewhere(found, evidence)], lacking


def _judged(
    row: Any,
    text: str,
    alteration: str,
    citations: tuple[Citation, ...],
    facts: tuple[Fact, ...],
    store: Store,
) -> Judged:
    claim = Claim(
        "k1", text, KINDS[row["kind"]], tuple(c.id for c in citations), tuple(f.id for f in facts)
    )
    names = (row["id"], row["half"], row["language"], row["kind"])
    return Judged(*names, alteration, claim, citations, facts, store)


def _elsewhere(
    found: Sequence[Judged], evidence: dict[str, tuple[str, tuple[Citation, ...]]]
) -> Iterator[Judged]:
    """Each true claim of a passage, citing the next other passage of its kind and half."""
    for each in found:
        if not each.carried or not each.citations:
            continue
        group, own = evidence[each.id]
        others = [c for of, c in evidence.values() if of == group]
        place = others.index(own)
        for citations in (*others[place + 1 :], *others[:place]):
            if {c.passage_id for c in citations}.isdisjoint(c.passage_id for c in own):
                yield replace(each, alteration="elsewhere", citations=citations)
                break


def cite(
    draft: Draft, span: dict[str, Any], passages: Sequence[Passage], research: Path | None
) -> None:
    """Cite the span of a research file in the passage that holds its beginning."""
    file = research / span["file"] if research else None
    if file is None or not file.exists():
        return
    text = file.read_text(encoding="utf-8")[span["start"] : span["end"]]
    wanted = "".join(filter(str.isalnum, text))
    for passage in passages:
        places = [i for i, character in enumerate(passage.text) if character.isalnum()]
        held = "".join(passage.text[i] for i in places)
        if passage.source == span["file"] and wanted[:BEGINNING] in held:
            start = held.index(wanted[:BEGINNING])
            end = min(start + len(wanted), len(places)) - 1
            draft.cite(passage, places[start], places[end] + 1)
            return


def _fact(row: dict[str, Any]) -> Fact:
    return Fact(**{"query": "", "withheld": None, **row})
