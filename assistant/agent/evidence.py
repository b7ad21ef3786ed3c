"""What a chat model was given to answer from: passages as p1…, facts as f1…, as data.

Corpus text is an attacker's channel: each passage is one line of JSON whose angle brackets are
escaped, so that nothing in it can close the element that it stands in.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from assistant.answers.book import FactBook
from assistant.types import SHARE_POINTS, Citation, Claim, Fact
from corpus.store import Store
from corpus.tokens import count_tokens
from corpus.types import Passage

LONGEST = 1_200
"""Characters of a passage that a model is shown; a quote from beyond could not be copied."""


class Given:
    """The passages and facts that one model was given for one answer."""

    def __init__(self, store: Store, book: FactBook, *, flagged: bool = False) -> None:
        self.store, self.book, self.flagged = store, book, flagged
        self.passages: dict[str, Passage] = {}
        self.sentences: dict[str, Claim] = {}
        self.spans: dict[str, str] = {}

    @property
    def facts(self) -> dict[str, Fact]:
        """The facts by the ids under which the model knows them."""
        return {fact.id: fact for fact in self.book.made}

    def passage_lines(self, passages: Iterable[Passage], most: int) -> str:
        """Passages as lines of JSON, each under its id, as many as fit in ``most`` tokens.

        Those that speak to a model rather than to the company are left out, unless asked for.
        """
        passages = [p for p in passages if self.flagged or not p.addressed]
        scores = self.store.scores_of({passage.parent for passage in passages})
        lines: list[str] = []
        spent = 0
        for passage in passages:
            about: dict[str, Any] = {"id": self._named(passage), "kind": passage.kind}
            if passage.date:
                about["date"] = passage.date.isoformat()
            if given := scores.get(passage.parent):
                about["score"] = f"{given[0].value:g} of {given[0].maximum:g} ({given[0].name})"
            about |= {key: value for key, value in (("stage", passage.stage),) if value}
            line = as_line({**about, "source": passage.source, "text": passage.text[:LONGEST]})
            tokens = count_tokens(line)
            if spent + tokens > most and lines:
                break
            spent += tokens
            lines.append(line)
        return "\n".join(lines)

    def sentence_lines(self, claims: Iterable[Claim], cited: Sequence[Citation], most: int) -> str:
        """Sentences of the composed answer as lines of JSON, each under an id of its own.

        What they stand on is known here by that id; whoever repeats them need not repeat it.
        """
        spans = {citation.id: citation for citation in cited}
        known = {p.id: p for p in self.store.passages([c.passage_id for c in cited])}
        lines: list[str] = []
        for claim in claims:
            name = f"s{len(lines) + 1}"
            lines.append(as_line({"id": name, "kind": claim.kind, "text": claim.text}))
            if lines[1:] and sum(map(count_tokens, lines)) > most:
                lines.pop()
                break
            self.sentences[name] = claim
            for citation in map(spans.__getitem__, claim.citations):
                self.passages[citation.id] = known[citation.passage_id]
                self.spans[citation.id] = citation.quote
        return "\n".join(lines)

    def _named(self, passage: Passage) -> str:
        for name, known in self.passages.items():
            if known.id == passage.id:
                return name
        name = f"p{len(self.passages) + 1}"
        self.passages[name] = passage
        return name


def fact_lines(facts: Sequence[Fact], most: int) -> str:
    """Facts as lines of JSON, as many as fit in ``most`` tokens; none that is withheld."""
    lines: list[str] = []
    spent = 0
    for fact in facts:
        if fact.value is None:
            continue
        line = as_line(_told(fact))
        spent += count_tokens(line)
        if spent > most and lines:
            break
        lines.append(line)
    return "\n".join(lines)


def _told(fact: Fact) -> dict[str, Any]:
    """A fact as a model needs it: a share as a percentage, as sentences say it."""
    scale = 100 if fact.hundredfold else 1
    told: dict[str, Any] = {"id": fact.id, "fact": fact.label, "name": fact.name}
    for key, value in (("value", fact.value), ("low", fact.low), ("high", fact.high)):
        if value is not None:
            told[key] = round(scale * value, 1 if scale == 100 else 2)
    told["unit"] = {"share": "%", SHARE_POINTS: "points"}.get(fact.unit, fact.unit)
    if fact.numerator is not None and fact.denominator is not None:
        told["of"] = f"{fact.numerator:g} of {fact.denominator:g} {fact.base}"
    if fact.p is not None:
        told["p"] = round(fact.p, 4)
    return told


def as_line(value: Mapping[str, Any]) -> str:
    """A line of JSON that holds no angle bracket, so that no text of it closes its element."""
    text = json.dumps(value, ensure_ascii=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e")
