"""The product is broken on purpose in ten ways; ``ancrage eval --against`` must say so of each.

The demo company is loaded as the product loads it, and every run goes through the command line. A
broken product is one whose own code does something else at one place: an index that finds nothing,
a count by records where it should be by customers. What the suites know of it is what they know of
any answer.
"""

import json
import re
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from importlib.resources import files
from io import StringIO
from pathlib import Path

import pytest
import yaml

import assistant.ask
import corpus.metrics.relations
import corpus.metrics.score
import corpus.store
import retrieval.lexical
from assistant.abstain import Answerability
from assistant.cli import main
from assistant.core import Assistant
from assistant.draft import Draft
from assistant.reading.types import Limits
from corpus.demo.generate import write
from corpus.files import RawFile
from corpus.settings import Settings

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]

ROWS = {
    file.name.removesuffix(".yaml"): yaml.safe_load(file.read_text("utf-8"))
    for file in files("evals").joinpath("suites").iterdir()
    if file.name.endswith(".yaml")
}
"""The product's own cases as they are written, by kind."""


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    with Assistant(Settings(data=folder / "data")) as opened:
        for path in write(folder / "demo"):
            opened.ingest(RawFile.read(path), origin=str(path))
        opened.embed()
        opened.code()
    return folder / "data"


@dataclass(frozen=True)
class Evaluated:
    """What one ``ancrage eval`` gave: its exit code, its run, and what it said had regressed."""

    code: int
    run: Path
    regressed: tuple[str, ...]

    @property
    def figures(self) -> list[dict]:
        return [
            {**metric, "suite": suite["name"]}
            for suite in json.loads(self.run.read_text("utf-8"))["suites"]
            for metric in suite["metrics"]
        ]


@pytest.fixture(scope="module")
def evaluate(data, tmp_path_factory) -> Callable[..., Evaluated]:
    def run(cases: Sequence[dict], suites: Sequence[str], against: Path | None = None):
        folder = tmp_path_factory.mktemp("run")
        for kind, rows in ROWS.items():
            text = yaml.safe_dump([row for row in rows if row in cases], allow_unicode=True)
            (folder / f"{kind}.yaml").write_text(text, "utf-8")
        given = ["eval", *suites, "--data", data, "--cases", folder, "--json", folder / "run.json"]
        given += ["--against", against] if against else []
        with redirect_stdout(StringIO()) as said:
            code = main([*map(str, given)])
        marked = re.findall(r"^(\S+ \S+): .*REGRESSED$", said.getvalue(), re.MULTILINE)
        return Evaluated(code, folder / "run.json", tuple(marked))

    return run


# Ways to break it ----------------------------------------------------------------------------


def spoil(monkeypatch, change: Callable[[Draft], None]) -> None:
    """Change what is about to be told, after it was verified."""
    keep = Draft.keep_cited

    def kept(draft: Draft, claims) -> None:
        keep(draft, claims)
        change(draft)

    monkeypatch.setattr(Draft, "keep_cited", kept)


def without_lexical_index(monkeypatch) -> None:
    monkeypatch.setattr(retrieval.lexical.LexicalIndex, "search", lambda *given, **named: [])


def swapped_citations(monkeypatch) -> None:
    def swap(draft: Draft) -> None:
        places = [at for at, claim in enumerate(draft.claims) if claim.citations]
        for one, other in zip(places[::2], places[1::2], strict=False):
            first, second = draft.claims[one], draft.claims[other]
            draft.claims[one] = replace(first, citations=second.citations)
            draft.claims[other] = replace(second, citations=first.citations)

    spoil(monkeypatch, swap)


def rounded_counts(monkeypatch) -> None:
    thousands = re.compile(r"(?<![\d.,])\d{1,3}(?:[,\u202f]\d{3})+(?![\d.])|(?<![\d.,])\d{3}(?!\d)")

    def rounded(found: re.Match[str]) -> str:
        return str(round(int(re.sub(r"\D", "", found[0])), -2))

    def round_off(draft: Draft) -> None:
        draft.claims = [
            replace(claim, text=thousands.sub(rounded, claim.text)) for claim in draft.claims
        ]

    spoil(monkeypatch, round_off)


def always_answering(monkeypatch) -> None:
    sure = Answerability(1.0, None)
    monkeypatch.setattr(assistant.ask, "answerability", lambda *given: sure)
    understood = assistant.ask.read

    def everything(*given, **named):
        return replace(understood(*given, **named), lacks=(), leftover=(), unsure=())

    monkeypatch.setattr(assistant.ask, "read", everything)


def never_answering(monkeypatch) -> None:
    unsure = Answerability(0.0, "weak")
    monkeypatch.setattr(assistant.ask, "answerability", lambda *given: unsure)
    monkeypatch.setattr(assistant.ask, "_computed", lambda *given: None)


def whole_documents(monkeypatch) -> None:
    def widen(draft: Draft) -> None:
        draft.citations = [
            replace(each, passage_id=each.passage_id.partition(":")[0]) for each in draft.citations
        ]

    spoil(monkeypatch, widen)


def mixed_scales(monkeypatch) -> None:
    query = corpus.metrics.score.query

    def mixed(store, ask, base, body: str) -> str:
        one = "'all' AS name, 'nps' AS kind, 0 AS minimum, 10 AS maximum"
        return query(store, ask, base, body.replace("name, kind, minimum, maximum", one))

    monkeypatch.setattr(corpus.metrics.score, "query", mixed)


def an_ignored_filter(monkeypatch) -> None:
    within = Limits.within

    def deaf(limits, filters):
        return within(replace(limits, segment={}), filters)

    monkeypatch.setattr(Limits, "within", deaf)


def a_loud_customer(monkeypatch) -> None:
    # Nobody is known by a key often enough: every text counts for a customer.
    monkeypatch.setattr(corpus.metrics.relations, "MOSTLY", 2.0)


def a_leaked_name(monkeypatch) -> None:
    def sign(draft: Draft) -> None:
        for at, claim in enumerate(draft.claims):
            if claim.citations:
                draft.claims[at] = replace(claim, text=f"{claim.text} (said by Marie Lefort)")
                return

    spoil(monkeypatch, sign)


def of(*kinds: str, most: int = 100) -> list[dict]:
    return [row for kind in kinds for row in ROWS[kind][:most]]


def with_figures(held: Callable[[dict], bool]) -> list[dict]:
    """The cases with a figure of which this holds."""
    return [row for rows in ROWS.values() for row in rows if any(map(held, row.get("figures", ())))]


QUOTING = of("lookup", most=12)
OF_SCALES = with_figures(lambda figure: figure["unit"] in ("score", "points"))[:16]
COUNTING = with_figures(lambda figure: figure["unit"] == "count")[:16]
LOOKED_UP = of("unanswerable") + of("lookup", most=8)
OF_SEGMENTS = [row for row in with_figures(bool) if row.get("filters", {}).get("segment")][:24]
OF_PEOPLE = with_figures(lambda figure: figure["unit"] == "share")[:12] + of("why", most=8)
WAYS = {
    "drop the lexical index": (without_lexical_index, QUOTING, ("retrieval",)),
    "swap two citations": (swapped_citations, QUOTING, ("grounding",)),
    "round a count": (rounded_counts, COUNTING, ("counts", "grounding")),
    "answer always": (always_answering, LOOKED_UP, ("abstention",)),
    "answer never": (never_answering, LOOKED_UP, ("abstention",)),
    "cite documents in place of passages": (whole_documents, QUOTING, ("grounding",)),
    "mix scales": (mixed_scales, OF_SCALES, ("counts",)),
    "ignore a filter": (an_ignored_filter, OF_SEGMENTS, ("counts",)),
    "count the loud customer 40 times": (a_loud_customer, OF_PEOPLE, ("counts",)),
    "leak a name": (a_leaked_name, QUOTING, ("privacy",)),
}  # fmt: skip
SUITES = sorted({suite for *_, suites in WAYS.values() for suite in suites})
USED = [row for rows in ROWS.values() for row in rows if any(row in w[1] for w in WAYS.values())]


@pytest.fixture(scope="module")
def whole(evaluate) -> Evaluated:
    """The unbroken product, asked every case that a broken one is asked."""
    return evaluate(USED, SUITES)


def test_the_unbroken_product_passes_and_gives_the_same_figures_again(evaluate, whole):
    again = evaluate(USED, SUITES, whole.run)
    assert (whole.code, again.code, again.regressed) == (0, 0, ())
    assert again.figures == whole.figures


@pytest.mark.parametrize("way", WAYS)
def test_a_broken_product_is_caught(way, evaluate, whole, monkeypatch):
    spoil, cases, suites = WAYS[way]
    spoil(monkeypatch)
    found = evaluate(cases, suites, whole.run)
    assert found.code == 1, f"{way} was not caught"
    assert found.regressed
