"""The verifier: a claim is supported by its evidence or it is not said.

Quotes are checked byte for byte against the store,
numbers, dates and names of the rest of the sentence against what is cited and computed, what it
says of its figures against the figures, and a paraphrase by a calibrated score of its support.
It does not ask who wrote the sentence.
One rule a module: ``quotes``, ``numbers``, ``dates``, ``names``, ``figures``, ``repeating``,
``support``.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from assistant.types import Citation, Claim, Dropped, Fact
from assistant.verify import dates, figures, names, numbers, quotes, repeating, support
from assistant.verify.evidence import Evidence, Themes, known_of, themes_of
from corpus.codebook import Codebook, starting_codebook
from corpus.store import Store


def verify(
    claims: Sequence[Claim],
    citations: Sequence[Citation],
    facts: Sequence[Fact],
    store: Store,
    given: Iterable[str] = (),
    *,
    codebook: Codebook | None = None,
    embed: support.Embed | None = None,
    repeated: Mapping[str, str] = MappingProxyType({}),
    computed: Collection[str] = (),
    judge: support.Judge | None = None,
) -> tuple[list[Claim], list[Dropped]]:
    """The claims that their evidence carries, and the others with the reason.

    ``given`` are texts that any claim may draw numbers and names from: the question, and what
    was counted while answering. ``codebook`` names the themes of figures. ``embed`` gives the
    vectors of texts, or None; it is asked once, for the claims that paraphrase passages.
    ``repeated`` are, by a claim's id, the sentences that such a claim was to repeat;
    ``computed`` the sentences that code made of figures; ``judge`` says in the place of the score
    whether a paraphrase is carried.
    """
    passages = {p.id: p for p in store.passages([c.passage_id for c in citations])}
    about = known_of(passages.values(), store)
    broken = {c.id for c in citations if not quotes.exact(c, passages.get(c.passage_id))}
    cited = {c.id: c for c in citations}
    counted = {fact.id: fact for fact in facts}
    common = " ".join(given)
    themes = themes_of(codebook or starting_codebook())
    evidence = [
        Evidence(
            claim,
            [cited[c] for c in claim.citations if c in cited],
            [counted[f] for f in claim.facts if f in counted],
            about,
            common,
            repeated.get(claim.id),
        )
        for claim in claims
    ]
    reasons = [_fault(each, broken, themes, computed) for each in evidence]
    left = [each for each, reason in zip(evidence, reasons, strict=True) if reason is None]
    scores = iter(support.judge(left, embed, judge))
    kept: list[Claim] = []
    dropped: list[Dropped] = []
    for claim, reason in zip(claims, reasons, strict=True):
        score, fault = next(scores) if reason is None else (0.0, reason)
        if fault is None:
            kept.append(replace(claim, support="verified", support_score=round(score, 3)))
        else:
            dropped.append(Dropped(claim.text, fault))
    return kept, dropped


def _fault(
    evidence: Evidence, broken: set[str], themes: Themes, computed: Collection[str]
) -> str | None:
    """The first rule that a claim breaks, as the reason to drop it."""
    claim, cited, facts, rest = evidence.claim, evidence.cited, evidence.facts, evidence.rest
    if not evidence.exists:
        return "it refers to evidence that does not exist"
    if any(citation.id in broken for citation in cited):
        return "a quotation differs from its passage"
    if not (cited or facts) and claim.kind != "limit":
        return "it names no evidence"
    return (
        quotes.fault(rest, evidence.about, evidence.words_of_facts)
        or dates.fault(rest, facts, evidence.common, evidence.own)
        or numbers.fault(
            dates.without_quarters(rest),
            facts,
            f"{evidence.texts}\n{evidence.words_of_facts}",
            evidence.besides,
            evidence.common,
            len(claim.citations) + len(facts),
        )
        or names.fault(rest, evidence.everything, leading=bool(cited and not facts))
        or figures.fault(rest, facts, themes)
        or repeating.fault(claim.text, evidence.repeated)
        or (None if cited or claim.kind == "limit" else repeating.untold(claim.text, computed))
    )
