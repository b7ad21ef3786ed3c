"""From the claims of a chat model to a draft: ids to spans and facts, quotes copied, kinds kept."""

import re
from collections.abc import Sequence

from assistant.agent.claims import Said
from assistant.agent.evidence import Given
from assistant.draft import Draft, Style
from assistant.types import Fact
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


def ordered(claims: Sequence[Said]) -> list[Said]:
    """The claims as they stand on the page: the findings, then each section's."""
    places = {None: 0} | {kind: place for place, (kind, _) in enumerate(SECTIONS, start=1)}
    return sorted(claims, key=lambda each: places[_section(each)])


def drafted(claims: Sequence[Said], given: Given, said: Words) -> Draft:
    """The claims, in their order, on a page; one claim for each.

    What refers to nothing stays, for the verifier to drop and to count.
    """
    draft, headings = Draft(), dict(SECTIONS)
    section, lead = None, True
    for each in claims:
        if (own := _section(each)) != section:
            section = own
            if own:
                draft.heading(said.say(headings[own]))
        bullet = own is not None or each.kind == "quote"
        style: Style = "bullet" if bullet else "lead" if lead else "plain"
        lead = lead and bullet
        _claim(each, style, given, said, draft)
    return draft


def _section(each: Said) -> str | None:
    kind = UNDER.get(each.kind, each.kind)
    return kind if any(kind == name for name, _ in SECTIONS) else None


def _claim(each: Said, style: Style, given: Given, said: Words, draft: Draft) -> None:
    spans = [(given.passages.get(c.passage), c.quote.strip(_OUTER)) for c in each.citations]
    citations = [_cited(passage, quote, draft) for passage, quote in spans]
    text = typeset(_MARKS.sub("", each.text).strip(), said.language)
    if each.kind == "quote" and spans and spans[0][0] is not None:
        # What is quoted is what is cited, whatever the sentence says.
        text, citations = said.quote(spans[0][1]) + _about(spans[0][0], given, said), citations[:1]
    known = given.facts
    facts: list[Fact | str] = [known.get(name, name) for name in each.facts]
    draft.claim(
        each.kind,
        text,
        style=style,
        citations=citations,
        facts=[fact for fact in facts if isinstance(fact, Fact)],
        unknown=[name for name in facts if isinstance(name, str)],
    )


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
