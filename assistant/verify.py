"""The verifier: a claim is supported by its evidence or it is not said.

It does not care who wrote the sentence. Quotes are checked byte for byte against the store,
numbers and names of the rest of the sentence against what is cited and computed.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from assistant.types import Citation, Claim, Dropped, Fact
from corpus.store import Store
from corpus.types import Passage

_NUMBER = re.compile(r"\d+(?:[.,\u00a0\u202f]\d+)*")
_SPACED = re.compile(r"(?<![\d.,])\d{1,3}(?: \d{3})+(?!\d)")
"""A number whose thousands are set apart by plain spaces."""

_NAME = re.compile(r"(?:(?<=[\w,;:’'()] )|(?<=\w[’'])|(?<=\())[A-ZÉÈÀÂÊÎÔÛÇ][\w’'.&-]+")
_QUOTED = re.compile(r"«[^»]*»|“[^”]*”|\"[^\"]*\"")

_WORDS = re.compile(r"\w+")

LONG_QUOTE = 4
"""Words: a quotation of this length that is no citation's text is an invented one."""


def verify(
    claims: Sequence[Claim],
    citations: Sequence[Citation],
    facts: Sequence[Fact],
    store: Store,
    given: Iterable[str] = (),
) -> tuple[list[Claim], list[Dropped]]:
    """The claims that their evidence carries, and the others with the reason.

    ``given`` are texts that any claim may draw numbers and names from: the question, and what
    was counted while answering.
    """
    passages = {p.id: p for p in store.passages([c.passage_id for c in citations])}
    about = _about(passages.values(), store)
    broken = {c.id for c in citations if not _exact(c, passages.get(c.passage_id))}
    by_id = {c.id: c for c in citations}
    facts_by_id = {fact.id: fact for fact in facts}
    common = " ".join(given)
    kept: list[Claim] = []
    dropped: list[Dropped] = []
    for claim in claims:
        cited = [by_id[c] for c in claim.citations if c in by_id]
        reason = _fault(
            claim,
            cited,
            [facts_by_id[f] for f in claim.facts if f in facts_by_id],
            broken,
            common + " " + " ".join(about.get(c.passage_id, "") for c in cited),
        )
        if reason:
            dropped.append(Dropped(claim.text, reason))
        else:
            kept.append(replace(claim, support="verified", support_score=1.0))
    return kept, dropped


def _exact(citation: Citation, passage: Passage | None) -> bool:
    return passage is not None and passage.text[citation.start : citation.end] == citation.quote


def _fault(
    claim: Claim, cited: list[Citation], facts: list[Fact], broken: set[str], about: str
) -> str | None:
    if len(cited) != len(claim.citations) or len(facts) != len(claim.facts):
        return "it refers to evidence that does not exist"
    if any(citation.id in broken for citation in cited):
        return "a quotation differs from its passage"
    if not (cited or facts) and claim.kind != "limit":
        return "it names no evidence"
    rest = claim.text
    for citation in cited:
        rest = rest.replace(citation.quote, " ")
    words_of_facts = " ".join([*(fact.label for fact in facts), *_told(facts)])
    for quoted in _QUOTED.findall(rest):
        told = quoted.strip('«»“”"\u00a0 ') in about or not _new_words(quoted, words_of_facts)
        if len(_WORDS.findall(quoted)) > LONG_QUOTE and not told:
            return "it quotes what no citation holds"
    evidence = " ".join([*(c.quote for c in cited), about, words_of_facts])
    known = set(map(_plain_number, _NUMBER.findall(evidence) + _numbers(evidence)))
    for fact in facts:
        known |= _forms(fact)
    for number in _numbers(rest):
        if _plain_number(number) not in known:
            return f"the number {number} stands in none of its evidence"
    lower = evidence.lower()
    for name in (found.strip(".’'") for found in _NAME.findall(rest)):
        stands = re.search(rf"(?<!\w){re.escape(name.lower())}(?!\w)", lower)
        if not stands:
            return f"the name {name} stands in none of its evidence"
    return None


def _told(facts: Iterable[Fact]) -> Iterable[str]:
    """What facts are of and limited to, in the store's words."""
    for fact in facts:
        for name, value in (*fact.about.items(), *fact.filter.items()):
            yield name
            pairs = value.items() if isinstance(value, dict) else ()
            yield from (word for pair in pairs for word in pair)
            yield from map(str, value if isinstance(value, list | tuple) else [value])


def _new_words(quoted: str, known: str) -> bool:
    """Whether a quotation holds a word that is not in what is known."""
    held = set(_WORDS.findall(known.lower()))
    return not held.issuperset(_WORDS.findall(quoted.lower()))


def _numbers(text: str) -> list[str]:
    return _NUMBER.findall(_SPACED.sub(lambda found: found[0].replace(" ", "\u202f"), text))


def _plain_number(number: str) -> str:
    """A number without its language: 1 000 and 1,000 are 1000; 0,5 and 0.5 are 0.5."""
    bare = re.sub(r"[\u00a0\u202f]", "", number)
    bare = re.sub(r"[.,](?=\d{3}(?:\D|$))", "", bare).replace(",", ".")
    whole, point, decimals = bare.partition(".")
    decimals = decimals.rstrip("0")
    return (whole.lstrip("0") or "0") + (point + decimals if decimals else "")


def _forms(fact: Fact) -> set[str]:
    """The ways to write a fact's numbers: rounded, as a percentage, without its sign.

    A share may be told by those who are left: 68 % go on, 32 % do not.
    """
    whole = [fact.numerator, fact.denominator, fact.n]
    forms = {_rounded(value, 0) for value in whole if value is not None}
    bounds = [value for value in (fact.value, fact.low, fact.high) if value is not None]
    if fact.unit == "share":
        shares = [*bounds, *(1 - share for share in bounds)]
        return forms | {_rounded(100 * share, places) for share in shares for places in (0, 1)}
    return forms | {_rounded(value, places) for value in bounds for places in (0, 1, 2)}


def _rounded(value: float, places: int) -> str:
    return _plain_number(f"{abs(value):.{places}f}")


def _about(passages: Iterable[Passage], store: Store) -> dict[str, str]:
    """What is known of each passage, its text included, in words that a claim may use."""
    passages = list(passages)
    sources = {source.id: source for source in store.sources()}
    scores = store.scores_of({passage.parent for passage in passages})
    known = {}
    for passage in passages:
        source = sources.get(passage.source_id)
        if source is None:
            continue  # removed while the answer was made
        parts = [passage.text, source.name, source.title, source.author, source.publisher]
        parts += [source.sponsor, *source.notes.values(), *passage.segments.values()]
        parts += [str(value) for value in passage.locator.values()]
        for date in (passage.date, source.date):
            parts += [date.isoformat().replace("-", " ")] if date else []
        parts += [f"{s.value:g} {s.maximum:g}" for s in scores.get(passage.parent, [])]
        known[passage.id] = " ".join(parts)
    return known
