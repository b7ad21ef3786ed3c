"""An answer while it is being composed: claims, their evidence, and the order of the page."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from assistant.types import Citation, Claim, ClaimKind, Fact
from corpus.types import Passage

Style = Literal["heading", "intro", "lead", "bullet", "plain"]

_NO_CLAIM = ("heading", "intro")

_ACTIVE = re.compile(r"([\\`*_\[\]<>#|~])")
_OPENING = re.compile(r"^(\s*)(?:(?=[-+=])|(\d+)(?=[.)]))", re.MULTILINE)
"""What would make a list or a heading of a line."""


@dataclass
class Draft:
    """Claims in the order of the page, under headings that go when their claims go."""

    citations: list[Citation] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    _items: list[tuple[Style, str]] = field(default_factory=list)
    _bold: dict[str, str] = field(default_factory=dict)

    def cite(self, passage: Passage, start: int, end: int) -> str:
        """The id of the citation of a span, made once."""
        for known in self.citations:
            if (known.passage_id, known.start, known.end) == (passage.id, start, end):
                return known.id
        citation = Citation(
            id=f"c{len(self.citations) + 1}",
            passage_id=passage.id,
            source=passage.source,
            kind=passage.kind,
            quote=passage.text[start:end],
            start=start,
            end=end,
            locator=dict(passage.locator),
            date=passage.date.isoformat() if passage.date else None,
            language=passage.language,
        )
        self.citations.append(citation)
        return citation.id

    def heading(self, text: str) -> None:
        """Start a section."""
        self._items.append(("heading", text))

    def end_section(self) -> None:
        """Take back a heading that nothing was said under."""
        while self._items and self._items[-1][0] in ("heading", "intro"):
            self._items.pop()

    def introduce(self, text: str) -> None:
        """Say what the claims that follow are; it goes when they go."""
        self._items.append(("intro", text))

    def claim(
        self,
        kind: ClaimKind,
        text: str,
        *,
        style: Style = "plain",
        citations: Sequence[str] = (),
        facts: Iterable[Fact] = (),
        unknown: Sequence[str] = (),
        bold: str = "",
    ) -> None:
        """Add one sentence; ``bold`` is the part of it that is set in bold.

        ``unknown`` are ids of facts that there are not, which whoever wrote it refers to.
        """
        claim = Claim(
            id=f"k{len(self.claims) + 1}",
            text=text,
            kind=kind,
            citations=tuple(citations),
            facts=(*(fact.id for fact in facts), *unknown),
        )
        self.put(claim, style)
        if bold:
            self._bold[claim.id] = bold

    def put(self, claim: Claim, style: Style = "plain") -> None:
        """Add a claim that is made already; its citations are those of this draft."""
        self.claims.append(claim)
        self._items.append((style, claim.id))

    @property
    def written(self) -> int:
        """How much is written so far, for ``bring_forward`` and ``take``."""
        return len(self._items)

    def claims_until(self, place: int | None) -> list[Claim]:
        """The claims among what was written before a place, by default all."""
        before = {value for style, value in self._items[:place] if style not in _NO_CLAIM}
        return [claim for claim in self.claims if claim.id in before]

    def bring_forward(self, start: int, end: int) -> None:
        """Put what was written from ``start`` to ``end`` before the first section."""
        place = next((i for i, (style, _) in enumerate(self._items) if style == "heading"), start)
        if place >= start:
            return
        items = self._items
        moved = items[start:end]
        self._items = [*items[:place], *moved, *items[place:start], *items[end:]]
        order = {text: i for i, (style, text) in enumerate(self._items) if style not in _NO_CLAIM}
        self.claims.sort(key=lambda claim: order[claim.id])

    def take(self, other: "Draft", start: int) -> None:
        """Add what another draft, of the same facts, holds from ``start`` on."""
        claims = {claim.id: claim for claim in other.claims}
        citations = {citation.id: citation for citation in other.citations}
        for style, value in other._items[start:]:
            claim = claims.get(value) if style not in _NO_CLAIM else None
            if claim is None:
                if style in _NO_CLAIM:
                    self._items.append((style, value))
                continue
            named = f"k{len(self.claims) + 1}"
            cited = tuple(self._taken(citations[each]) for each in claim.citations)
            self.claims.append(replace(claim, id=named, citations=cited))
            self._items.append((style, named))
            if value in other._bold:
                self._bold[named] = other._bold[value]

    def _taken(self, citation: Citation) -> str:
        named = f"c{len(self.citations) + 1}"
        self.citations.append(replace(citation, id=named))
        return named

    def keep_cited(self, kept: Sequence[Claim]) -> None:
        """Forget the claims that were not kept, and the citations that no kept claim uses."""
        self.claims = list(kept)
        used = {citation for claim in kept for citation in claim.citations}
        remaining = [citation for citation in self.citations if citation.id in used]
        renamed = {c.id: f"c{number}" for number, c in enumerate(remaining, start=1)}
        self.citations = [replace(c, id=renamed[c.id]) for c in remaining]
        self.claims = [
            replace(claim, citations=tuple(renamed[c] for c in claim.citations)) for claim in kept
        ]

    def loses_lead(self, kept: Sequence[Claim]) -> bool:
        """Whether there are leads, the sentences that answer, and none is among those kept."""
        leads = {value for style, value in self._items if style == "lead"}
        return bool(leads) and leads.isdisjoint(claim.id for claim in kept)

    def markdown(self) -> str:
        """The page: claims in order, with the markers of their citations and facts."""
        claims = {claim.id: claim for claim in self.claims}
        blocks: list[str] = []
        waiting: list[tuple[Style, str]] = []
        previous: Style | None = None
        for style, value in self._items:
            if style in ("heading", "intro"):
                # A heading takes the place of what no claim followed, an opening that of another.
                waiting = [] if style == "heading" else [w for w in waiting if w[0] == "heading"]
                shown = f"**{escape(value)}**" if style == "heading" else escape(value)
                waiting.append((style, shown))
                continue
            if value not in claims:
                continue
            if waiting:
                # What is introduced is a list: where none of it was kept, its opening goes too.
                blocks += [text for of, text in waiting if of == "heading" or style == "bullet"]
                waiting, previous = [], None
            line = self._line(claims[value], style)
            if style == "bullet" and previous == "bullet":
                blocks[-1] += f"\n{line}"
            elif style == "plain" and previous == "plain":
                blocks[-1] += f" {line}"
            else:
                blocks.append(line)
            previous = style
        return "\n\n".join(blocks)

    def _line(self, claim: Claim, style: Style) -> str:
        # A quote that runs over lines keeps them, as hard breaks within its paragraph.
        text = escape(claim.text).replace("\n", "  \n  ")
        if bold := escape(self._bold.get(claim.id, "")):
            text = text.replace(bold, f"**{bold}**", 1)
        markers = "".join(f" [{marker}]" for marker in (*claim.citations, *claim.facts))
        return f"- {text}{markers}" if style == "bullet" else f"{text}{markers}"


def escape(text: str) -> str:
    """``text`` as Markdown that shows it as it is: corpus text must not become markup."""
    return _OPENING.sub(r"\1\2\\", _ACTIVE.sub(r"\\\1", text))
