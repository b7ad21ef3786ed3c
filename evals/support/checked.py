"""Claims as the verifier has them: why a rule drops each, and the score of those that none does."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant import verify as verifier
from assistant.core import Assistant
from assistant.verify.evidence import Evidence, known_of
from assistant.verify.support import FEATURES, Embed, alike, features, is_paraphrase, score
from evals.material import Checked
from evals.support.claims import Judged, claims
from evals.support.summaries import Summary

MODELS = Path(verifier.__file__).with_name("support.json")


@dataclass(frozen=True)
class Row:
    """A claim, why a rule drops it, and else its features if it is a paraphrase."""

    judged: Judged
    reason: str
    features: Mapping[str, float] | None


def rows_of(judged: Sequence[Judged], embed: Embed | None) -> list[Row]:
    """Every claim as the rules leave it to the score."""
    found = []
    for each in judged:
        _, reason = each.verdict()
        by_rule = "" if reason == verifier.support.WEAK else reason
        found.append(Row(each, by_rule, None if by_rule else _features(each, embed)))
    return found


def _features(each: Judged, embed: Embed | None) -> dict[str, float] | None:
    passages = each.store.passages([c.passage_id for c in each.citations])
    evidence = Evidence(each.claim, each.citations, each.facts, known_of(passages, each.store), "")
    if not is_paraphrase(evidence):
        return None
    known = (evidence.quoted, evidence.besides, evidence.score)
    return features(evidence.rest, *known, alike([evidence], embed)[0])


def told(rows: Sequence[Row], model: str, half: str) -> list[tuple[Row, float, bool]]:
    """The score of each claim of a half, and whether it is kept."""
    threshold = json.loads(MODELS.read_text("utf-8"))[model]["threshold"]
    embedded = model != "words"
    found = []
    for row in rows:
        if row.judged.half == half:
            value = 0.0 if row.reason else 1.0
            if row.features is not None:
                value = score(row.features, embedded=embedded)
            found.append(
                (row, value, not row.reason and value >= (threshold if row.features else 0))
            )
    return found


def of_demo(assistant: Assistant) -> Iterator[Checked]:
    """The claims over the demo company that nothing was made on, as its verifier judges them."""
    index = assistant.index
    embed = _embedder(assistant) if index.dense is not None else None
    with claims(assistant.store, None, ("report",)) as (judged, _):
        rows = rows_of(judged, embed)
    for row, value, kept in told(rows, "words and meaning" if embed else "words", "report"):
        each = row.judged
        yield Checked(
            f"{each.id} {each.alteration or 'true'}",
            each.language,
            each.id,
            each.claim.text,
            each.carried,
            value,
            kept,
            each.alteration,
        )


def _embedder(assistant: Assistant) -> Embed:
    return lambda texts: assistant.index.embed_sentences(list(texts))


def of_summaries(summaries: Iterable[Summary]) -> Iterator[Checked]:
    """Summaries that people judged, by the verifier's score of words; nothing is fitted here."""
    threshold = json.loads(MODELS.read_text("utf-8"))["words"]["threshold"]
    for number, each in enumerate(summaries):
        found = each.features()
        known = {name: found.get(name, 0.0) for name in FEATURES} | {"unlike": 0.0}
        value = 0.0 if found["fault"] else score(known, embedded=False)
        yield Checked(
            f"{each.of}-{number}",
            "en",
            each.document,
            each.text,
            each.carried,
            value,
            value >= threshold,
            "" if each.carried else "by a model",
        )
