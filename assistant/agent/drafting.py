"""From the claims of a chat model to a draft: ids to spans and facts, quotes copied, kinds kept."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from assistant.agent.claims import Said
from assistant.agent.evidence import Given
from assistant.draft import Draft
from assistant.types import Citation, Claim, Dropped, Fact
from assistant.words import Words, typeset
from corpus.types import Passage

_MARKS = re.compile(r"\s*[\[(](?:[cfp]\d+(?:\s*,\s*)?)+[\])]")
"""Ids that a model writes into its sentence all the same."""

_OUTER = " \t\n\"'«»“”„‹›\u00a0\u202f"

SECTIONS = (
    ("counter", "head_against"),
    ("journey", "head_journey"),
    ("internal", "head_internal"),
    ("research", "head_research"),
)
"""The kinds that stand under a heading of their own, after the findings, and its words."""

UNDER = {"reported": "research"}

AGAIN = "it says again what was said"
"""The reason of a sentence that small models write over and over."""

Check = Callable[
    [Sequence[Claim], Sequence[Citation], Mapping[str, str]], tuple[list[Claim], list[Dropped]]
]


class Sheet:
    """The claims of a model that hold, each verified when it comes, and why the others do not.

    ``check`` verifies one claim with the citations that it may refer to and, by its id, the
    sentence that it was to repeat; ``heard`` is told each claim that holds, as it will stand on
    the page: its ids stay.
    """

    def __init__(
        self, given: Given, said: Words, check: Check, heard: Callable[[Claim], None]
    ) -> None:
        self._given, self._said, self._check, self._heard = given, said, check, heard
        self.citations: list[Citation] = []
        self.held: list[tuple[int, Said, Claim]] = []
        self.faults: list[tuple[int, Dropped]] = []
        self.repeated: list[Dropped] = []

    def take(self, each: Said, place: int, repeated: str | None = None) -> None:
        """Put one claim at its place in the answer, if it holds.

        ``repeated`` is the sentence that it was to repeat, for a model that holds little.
        """
        trial = Draft(citations=list(self.citations))
        _claim(each, self._given, self._said, trial)
        own = trial.claims[0]
        text = own.text
        if any(claim.text == text for _, _, claim in self.held):
            self.repeated.append(Dropped(text, AGAIN))
            return
        # What is quoted repeats its passage.
        source = {own.id: repeated} if repeated and own.kind != "quote" else {}
        kept, dropped = self._check(trial.claims, trial.citations, source)
        self.faults += [(place, one) for one in dropped]
        for claim in kept:
            claim = replace(claim, id=f"k{len(self.held) + 1}")
            self.citations = trial.citations
            self.held.append((place, each, claim))
            self._heard(claim)

    def laid_out(self) -> Draft:
        """The claims that hold as a page: the findings, then each section under its heading."""
        draft, headings = Draft(citations=self.citations), dict(SECTIONS)
        sections: list[str | None] = [None, *headings]
        section: str | None = None
        lead = True
        for _, each, claim in sorted(
            self.held, key=lambda one: (sections.index(_section(one[1])), one[0])
        ):
            if (own := _section(each)) != section:
                section = own
                if own:
                    draft.heading(self._said.say(headings[own]))
            bullet = own is not None or each.kind == "quote"
            draft.put(claim, "bullet" if bullet else "lead" if lead else "plain")
            lead = lead and bullet
        return draft


def _section(each: Said) -> str | None:
    kind = UNDER.get(each.kind, each.kind)
    return kind if any(kind == name for name, _ in SECTIONS) else None


def _claim(each: Said, given: Given, said: Words, draft: Draft) -> None:
    quoted = each.kind == "quote" and bool(each.citations)
    spans = [(given.passages.get(c.passage), c.quote.strip(_OUTER)) for c in each.citations]
    # What is quoted is what is cited, whatever the sentence says.
    citations = [_cited(*span, draft) for span in (spans[:1] if quoted else spans)]
    text = typeset(_MARKS.sub("", each.text).strip(), said.language)
    for _, quote in spans:
        text = _as_it_stands(quote, text)
    if quoted and (passage := spans[0][0]):
        text = said.quote(spans[0][1]) + _about(passage, given, said)
    known = given.facts
    facts: list[Fact | str] = [known.get(name, name) for name in each.facts]
    draft.claim(
        each.kind,
        text,
        citations=citations,
        facts=[fact for fact in facts if isinstance(fact, Fact)],
        unknown=[name for name in facts if isinstance(name, str)],
    )


def _as_it_stands(quote: str, text: str) -> str:
    """A sentence with what it quotes set as it stands there, whatever its spaces are."""
    words = r"\s+".join(map(re.escape, quote.split()))
    return re.sub(words, lambda _: quote, text) if words else text


def _cited(passage: Passage | None, quote: str, draft: Draft) -> str:
    """The citation of a quote; of what stands in no passage a name that no citation has."""
    start = passage.text.find(quote) if passage and quote else -1
    if passage is None or start < 0:
        return f"none: {quote[:80]}"
    return draft.cite(passage, start, start + len(quote))


def _about(passage: Passage, given: Given, said: Words) -> str:
    """Whose score and of when, as quotes of composed answers say it."""
    scores = given.store.scores_of([passage.parent]).get(passage.parent, [])
    about = []
    if scores and scores[0].kind != "binary":
        about.append(f"{scores[0].value:g}/{scores[0].maximum:g}")
    if passage.date:
        about.append(said.day(passage.date))
    return f" ({', '.join(about)})" if about else ""
