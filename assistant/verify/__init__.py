"""The verifier: a claim is supported by its evidence or it is not said.

Quotes are checked byte for byte against the store,
numbers, dates and names of the rest of the sentence against what is cited and computed, what it
says of its figures against the figures, and a paraphrase by a calibrated score of its support.
It does not ask who wrote the sentence.
One rule a module: ``quotes``, ``numbers``, ``dates``, ``names``, ``figures``, ``support``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from assistant.types import Citation, Claim, Dropped, Fact
from assistant.verify import dates, figures, names, numbers, quotes, support
from assistant.verify.evidence import Evidence, Themes, known_of, themes_of
from corpus.codebook import Codebook, starting_codebook
from corpus.store import Store

WEAK = "its evidence does not carry it"
"""The reason of a paraphrase whose support is too low."""


def verify(
    claims: Sequence[Claim],
    citations: Sequence[Citation],
    facts: Sequence[Fact],
    store: Store,
    given: Iterable[str] = (),
    codebook: Codebook | None = None,
    embed: support.Embed | None = None,
) -> tuple[list[Claim], list[Dropped]]:
    """The claims that their evidence carries, and the others with the reason.

    ``given`` are texts that any claim may draw numbers and names from: the question, and what
    was counted while answering. ``codebook`` names the themes of figures. ``embed`` gives the
    vectors of texts, or None; it is asked once, for the claims that paraphrase passages.
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
        )
        for claim in claims
    ]
    reasons = [_fault(each, broken, themes) for each in evidence]
    left = [each for each, reason in zip(evidence, reasons, strict=True) if reason is None]
    scores = iter(support.judge(left, embed))
    kept: list[Claim] = []
    dropped: list[Dropped] = []
    for claim, reason in zip(claims, reasons, strict=True):
        score, enough = next(scores) if reason is None else (0.0, False)
        if enough:
            kept.append(replace(claim, support="verified", support_score=round(score, 3)))
        else:
            dropped.append(Dropped(claim.text, reason or WEAK))
    return kept, dropped


def _fault(evidence: Evidence, broken: set[str], themes: Themes) -> str | None:
    """The first rule that a claim breaks, as the reason to drop it."""
    claim, facts, rest = evidence.claim, evidence.facts, evidence.rest
    if not evidence.exists:
        return "it refers to evidence that does not exist"
    if any(citation.id in broken for citation in evidence.cited):
        return "a quotation differs from its passage"
    if not (evidence.cited or facts) and claim.kind != "limit":
        return "it names no evidence"
    return (
        quotes.fault(rest, evidence.about, evidence.words_of_facts)
        or dates.fault(rest, facts, evidence.everything)
        or numbers.fault(
            dates.without_quarters(rest),
            facts,
            f"{evidence.texts}\n{evidence.words_of_facts}",
            evidence.besides,
            evidence.common,
            len(claim.citations) + len(facts),
        )
        or names.fault(rest, evidence.everything, leading=bool(evidence.cited and not facts))
        or figures.fault(rest, facts, themes)
    )
