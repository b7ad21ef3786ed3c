"""Whether what is said stands on what is cited: quotes, figures, kinds of evidence.

Citation recall and precision follow ALCE (Gao and others 2023, Enabling Large Language Models to
Generate Text with Citations), with what can be checked by reading in the place of their model of
entailment: a claim is carried where every quote in it stands in a passage that it cites and every
number in it stands in a cited passage or is a cited fact's, rounded. A citation counts as needed
where the claim is not carried without it, or where the claim says a word of what it quotes.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from corpus.analysis import stems
from evals.replay import unequal
from evals.told import QUOTED, numbers, plain
from evals.types import Answered, Case, Metric, Row
from evals.world import Verdict, World

METRICS = (
    Metric("citation-recall", "claims that what they cite carries", slack=0.02),
    Metric("citation-precision", "citations that the claim needs", slack=0.02),
    Metric("quotes-exact", "quotations that stand in the passage, letter for letter", slack=0.0),
    Metric("figures-replayed", "facts whose query gives the figure again", slack=0.0),
    Metric("kinds-apart", "claims that cite the kind of evidence that they tell of", slack=0.0),
    Metric("dropped", "sentences that the verifier took out, in an answer", "lower", slack=0.5),
)

KINDS = {
    "quote": {"feedback"},
    "research": {"research"},
    "journey": {"journey"},
    "internal": {"internal"},
}
"""What a claim of a kind may cite, where it cites passages at all."""


LONGEST_NAME = 6
"""Words of a theme's or a segment's name; what is longer in quotation marks is a quotation."""


def rows(world: World) -> Iterator[Row]:
    """A row for each case that is answered."""

    def judged(case: Case, answer: Answered) -> Verdict:
        given = answer["status"] not in ("abstained", "clarify")
        return _judged(answer, world) if given else ({}, {})

    return world.scored([c for c in world.cases if "answered" in c.status], judged)


def _judged(answer: Answered, world: World) -> Verdict:
    citations = {each["id"]: each for each in answer["citations"]}
    facts = {each["id"]: each for each in answer["facts"]}
    claims = [each for each in answer["claims"] if each["kind"] != "limit"]
    values: dict[str, float] = {}
    loose: list[str] = []
    needed: list[bool] = []
    apart: list[bool] = []
    for claim in claims:
        cited = [citations[each] for each in claim["citations"] if each in citations]
        counted = [facts[each] for each in claim["facts"] if each in facts]
        text = _without_expected(claim["text"], answer.get("actions", ()))
        if not carried(text, cited, counted, world):
            loose.append(claim["text"])
        needed += [_needed(text, each, cited, counted, world) for each in cited]
        if cited and claim["kind"] in KINDS:
            apart.append({each["kind"] for each in cited} <= KINDS[claim["kind"]])
    if claims:
        values["citation-recall"] = 1 - len(loose) / len(claims)
    if needed:
        values["citation-precision"] = sum(needed) / len(needed)
    if apart:
        values["kinds-apart"] = sum(apart) / len(apart)
    if citations:
        exact = [_exact(each, world) for each in citations.values()]
        values["quotes-exact"] = sum(exact) / len(exact)
    if told := [fact for fact in facts.values() if fact["value"] is not None]:
        failed = [why for fact in told if (why := unequal(fact, world.assistant))]
        values["figures-replayed"] = 1 - len(failed) / len(told)
        loose += failed
    if "dropped" in answer:
        values["dropped"] = float(len(answer["dropped"]))
    return values, {"loose": loose}


def _without_expected(text: str, actions: Sequence[Mapping[str, Any]]) -> str:
    """A claim without what is expected of an action: a supposition, said as one, is no evidence."""
    for action in actions:
        if action["title"] in text:
            return text[: text.index(action["title"]) + len(action["title"])]
    return text


def _exact(citation: Mapping[str, Any], world: World) -> bool:
    passage = world.passage(citation["passage_id"])
    return bool(
        passage and passage["text"][citation["start"] : citation["end"]] == citation["quote"]
    )


def carried(
    text: str,
    citations: Sequence[Mapping[str, Any]],
    facts: Sequence[Mapping[str, Any]],
    world: World,
) -> bool:
    """Whether the quotes and the numbers of a claim stand in what it cites."""
    if not citations and not facts:
        return False
    passages = [found["text"] for each in citations if (found := world.passage(each["passage_id"]))]
    quotes = [one or other for one, other in QUOTED.findall(text)]
    names = [str(value) for fact in facts for value in (fact["label"], *fact["about"].values())]
    # A study without an author is called by its file's name, in the same marks.
    names += [str(each["source"]) for each in citations]
    loose = [
        quote for quote in quotes if not any(_held(quote, each) for each in (*passages, *names))
    ]
    # The name of a theme or a segment stands in the same marks as a quotation.
    if loose and (not facts or max(len(quote.split()) for quote in loose) > LONGEST_NAME):
        return False
    told = [*passages, *names, *(_beside(each, world) for each in citations)]
    known = {number for each in told for number, _ in numbers(each)}
    sizes = [size for fact in facts for size in _sizes(fact)]
    return all(
        number in known or any(abs(number - size) <= 0.5 * 10**-digits + 1e-9 for size in sizes)
        for number, digits in numbers(QUOTED.sub(" ", text))
    )


def _beside(citation: Mapping[str, Any], world: World) -> str:
    """The date and the scores of a passage, which stand in brackets after a quote of it."""
    passage = world.passage(citation["passage_id"]) or {}
    scores = [f"{each['value']} {each['maximum']}" for each in passage.get("scores", ())]
    return " ".join([str(passage.get("date") or "").replace("-", " "), *scores])


def _held(quote: str, text: str) -> bool:
    return " ".join(quote.split()).rstrip("….") in " ".join(text.split())


def _sizes(fact: Mapping[str, Any]) -> Iterator[float]:
    """Every number that a sentence may say of a fact: its parts, and the years of its filter."""
    share = 100 if fact["unit"] == "share" else 1
    for name in ("value", "low", "high"):
        if (value := fact[name]) is not None:
            yield abs(share * value)
            if share == 100:
                yield abs(100 * (1 - value))
    yield from (abs(fact[name]) for name in ("numerator", "denominator", "n") if fact[name])
    told = str({**fact["filter"], **fact["about"]})
    yield from (abs(number) for number, _ in numbers(told.replace("-", " ")))
    # A tenth of a scale is told with it: « sur 5 ».
    yield from (5.0, 7.0, 10.0, 95.0)


def _needed(
    text: str,
    citation: Mapping[str, Any],
    citations: Sequence[Mapping[str, Any]],
    facts: Sequence[Mapping[str, Any]],
    world: World,
) -> bool:
    passage = world.texts.get(citation["passage_id"])
    if passage is None:
        return False
    rest = [each for each in citations if each is not citation]
    if not carried(text, rest, facts, world):
        return carried(text, citations, facts, world)
    shown, language = citation["quote"], passage[1]
    return bool({*stems(plain(text), language)} & {*stems(shown, language)})
