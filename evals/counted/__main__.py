"""Whether answers show the figures that questions ask for, and whether their queries replay.

    python -m evals.counted --data DIR [--show] [--labelled N]

``DIR`` holds the demo company, loaded and coded. With ``--labelled``, a sample of N texts is first
coded as their labels say, through the door by which people give theirs: shares are then corrected
(this changes ``DIR``). Each question of ``questions.yaml`` is asked, and
every expected figure is looked for among the facts that the answer's sentences name (a value, a
numerator, or a share's complement) and, rounded, in those sentences. ``right``: all are there.
``wrong``: sentences name facts of the unit asked for, and not the expected ones. ``not answered``:
none is named, or the answer abstains. ``failed``: no answer could be made. Prints them by kind,
and every fact whose query does not give its value again.
"""

import argparse
import csv
import io
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from math import isclose
from pathlib import Path
from typing import Any, Literal

import yaml
from statsmodels.stats.proportion import proportion_confint

from assistant.core import Assistant
from assistant.types import Answer, Claim, Fact
from corpus.settings import Settings
from evals.counted.measures import Tables, expected
from evals.demo import tables
from evals.replay import unequal

Outcome = Literal["right", "wrong", "not answered", "failed"]
EXACT = 1e-6
"""How far a fact may be from what pandas counts: both round nothing."""


@cache
def questions() -> list[dict[str, Any]]:
    """The questions, in the order of the file."""
    content: list[dict[str, Any]] = yaml.safe_load(
        (Path(__file__).parent / "questions.yaml").read_text("utf-8")
    )
    return content


@dataclass(frozen=True, slots=True)
class Judged:
    """How one question was answered; ``shown`` are the figures of the unit asked for."""

    outcome: Outcome
    expected: Sequence[float]
    shown: Sequence[float]
    replayed: int
    failed: Sequence[str]


def _figures(fact: Fact, unit: str) -> Iterator[float]:
    """What of a fact can be the figure asked for."""
    if unit == "count":
        values = [fact.numerator] + ([fact.value] if fact.unit == "count" else [])
        yield from (abs(value) for value in values if value is not None)
    elif fact.value is not None and fact.unit == unit:
        yield fact.value
        if "against" in fact.about:
            yield -fact.value  # which of the two is the better one, words say
        if unit == "share":
            yield 1 - fact.value


def _close(one: float, other: float, within: float) -> bool:
    return isclose(one, other, rel_tol=EXACT, abs_tol=max(within, EXACT))


def said(value: float, unit: str, text: str) -> bool:
    """Whether a sentence shows a figure, rounded as answers round: never more than by one half."""
    text = re.sub(r"(?<=\d)[\s,\u00a0\u202f](?=\d{3}\b)", "", text)
    numbers = [
        (float(whole.replace(",", ".")), len(whole.partition("." if "." in whole else ",")[2]))
        for whole in re.findall(r"\d+(?:[.,]\d+)?", text)
    ]
    size = abs(100 * value if unit == "share" else value)
    return any(abs(number - size) <= 0.5 * 10**-digits + EXACT for number, digits in numbers)


def _found(wanted: float, unit: str, within: float, told: Sequence[tuple[Claim, Fact]]) -> bool:
    return any(
        _close(figure, wanted, within)
        and (
            said(figure, unit, claim.text)
            or (unit == "share" and said(1 - figure, unit, claim.text))
        )
        for claim, fact in told
        for figure in _figures(fact, unit)
    )


def judge(question: dict[str, Any], answer: Answer, known: Tables, assistant: Assistant) -> Judged:
    """Set an answer against what is expected, and run its facts' queries again."""
    facts = {fact.id: fact for fact in answer.facts}
    # How far to trust a finding is no answer to how many.
    told = [
        (claim, facts[name])
        for claim in answer.claims
        if claim.kind != "limit"
        for name in claim.facts
        if name in facts
    ]
    unit, within = question["unit"], question.get("within", 0.0)
    wanted = [expected(known, each) for each in question["expect"]]
    shown = [figures[0] for _, fact in told if (figures := list(_figures(fact, unit)))]
    outcome: Outcome
    if answer.status in ("abstained", "clarify") or not shown:
        outcome = "not answered"
    else:
        all_there = all(_found(value, unit, within, told) for value in wanted)
        outcome = "right" if all_there else "wrong"
    failed = [name for fact in answer.facts if (name := unequal(asdict(fact), assistant))]
    return Judged(outcome, wanted, shown, len(answer.facts), failed)


def _asked(question: dict[str, Any], known: Tables, assistant: Assistant) -> tuple[str, Judged]:
    """The answer's text, what the verifier dropped of it, and how it did.

    One that cannot be made is a failure, not the end.
    """
    try:
        answer = assistant.ask(question["question"])
    except Exception as error:
        return f"{type(error).__name__}: {error}", Judged("failed", [], [], 0, [])
    dropped = [f"(dropped: {each.text} {each.reason})" for each in answer.dropped]
    return "\n".join([answer.text, *dropped]), judge(question, answer, known, assistant)


def main() -> None:
    """Ask every question and print how the answers did."""
    assert __doc__
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="the demo company's directory")
    parser.add_argument("--show", action="store_true", help="print the answers that are not right")
    parser.add_argument("--labelled", type=int, default=0, help="texts to label by the truth first")
    given = parser.parse_args()
    known = tables(given.data / "store.duckdb")
    results: list[tuple[dict[str, Any], str, Judged]] = []
    with Assistant(Settings(data=given.data)) as assistant:
        if given.labelled:
            label(assistant, known, given.labelled)
        for question in questions():
            results.append((question, *_asked(question, known, assistant)))
    _print(results, show=given.show)


def label(assistant: Assistant, known: Tables, size: int) -> None:
    """Code a sample of the texts as their own labels say."""
    said = known["mentions"].groupby("number")["theme"].agg(set)
    rows = list(csv.DictReader(io.StringIO(assistant.sample_themes(size))))
    for row in rows:
        themes = said.get(int(row["record_id"].rsplit("-", 1)[1]), set())
        row["themes"] = ", ".join(sorted(themes)) or "none"
    filled = io.StringIO()
    writer = csv.DictWriter(filled, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    assistant.score_themes(filled.getvalue(), "the labels", "labels.csv")


def _print(results: Sequence[tuple[dict[str, Any], str, Judged]], *, show: bool) -> None:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for of in ("kind", "language", None):
        for question, _, judged in results:
            counts[question[of] if of else "all"][judged.outcome] += 1
    print(f"{'':12}{'n':>4}{'right':>8}{'wrong':>8}{'not answered':>14}{'failed':>8}")
    for group, found in counts.items():
        n = found.total()
        low, high = proportion_confint(found["right"], n, method="wilson")
        print(
            f"{group:12}{n:4}{found['right']:8}{found['wrong']:8}{found['not answered']:14}"
            f"{found['failed']:8}"
            f"   right {found['right'] / n:.2f} [{low:.2f}, {high:.2f}]"
        )
    for question, text, judged in results:
        if judged.outcome != "right":
            wanted = ", ".join(f"{value:.4g}" for value in judged.expected) or text
            shown = ", ".join(f"{value:.4g}" for value in judged.shown[:6]) or "none"
            print(f"{question['id']} {judged.outcome}: {question['question']}")
            print(f"    {wanted} expected, shown {shown}")
            if show:
                print("    " + text.replace("\n", "\n    "))
    replayed = sum(judged.replayed for _, _, judged in results)
    failed = [f"{q['id']} {name}" for q, _, judged in results for name in judged.failed]
    print(f"{replayed} facts replayed, {len(failed)} not equal.")
    for line in failed:
        print(f"    {line}")


if __name__ == "__main__":
    main()
