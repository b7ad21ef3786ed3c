"""Questions with an answer and without: what the assistant makes of each.

``pool`` asks those of ClapNQ of one corpus that holds the passages of both kinds: what has no
answer there has a passage on its very topic. ``twins`` asks sixty questions of real reviews, and
each again once the records that hold its evidence are taken out.
"""

import csv
import random
import re
import shutil
import tempfile
from collections.abc import Container, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any, Literal

import yaml
from sqlalchemy import delete

from assistant.answerability import features
from assistant.core import Assistant
from assistant.gather import gather
from assistant.scope import find_scope
from assistant.understand import understand
from corpus import tables as t
from corpus.filters import Filters
from corpus.settings import Settings
from evals.pool import Passage, load
from evals.sample import drawn, rows_of
from evals.sets.piaf_fr import MOST

Half = Literal["fit", "report"]
Key = tuple[str, str, bool]
"""The set, the question, and whether there is an answer."""

SOME = 75
"""Questions of PIAF of each half that have an answer, and as many that have none."""

OF_RECORDS = (t.scores, t.mentions, t.coded)
"""The tables whose rows go with a record, by its id."""


@dataclass(frozen=True)
class Asked:
    """One question as it was asked: whether there is an answer, and what came of it.

    ``figures`` says that the answer is made of figures, of ``n`` people or records at the most.
    """

    set: str
    half: Half
    question: str
    language: str
    answerable: bool
    status: str
    score: float
    figures: bool
    n: float
    features: dict[str, dict[str, float]] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        """What of the questions it is."""
        return self.set, self.question, self.answerable

    @property
    def answered(self) -> bool:
        """Whether an answer was given, if only in part."""
        return self.status in ("answered", "partial")


def clapnq(folder: Path, seed: int = 0) -> Iterator[tuple[dict[str, Any], bool, Half]]:
    """The questions of ClapNQ, whether there is an answer, and the half that each is of."""
    chance = random.Random(seed)  # noqa: S311 - a reproducible draw, no secret
    halves = {kind: chance.sample([0, 1] * 75, 150) for kind in (True, False)}
    for kind in ("answerable", "unanswerable"):
        for row in rows_of(folder / f"clapnq_dev_{kind}.jsonl"):
            half: Half = "report" if halves[kind == "answerable"].pop() else "fit"
            yield row, kind == "answerable", half


def pool(folder: Path, data: Path, done: Container[Key] = (), seed: int = 0) -> Iterator[Asked]:
    """The questions of ClapNQ not ``done``; ``data`` is where the pool is, or is loaded."""
    rows = list(clapnq(folder, seed))
    passages = [Passage(p["title"], p["text"], "en") for row, *_ in rows for p in row["passages"]]
    with Assistant(Settings(data=data)) as assistant:
        load(assistant, "clapnq", passages)
        for row, answerable, half in rows:
            if ("clapnq", row["input"], answerable) not in done:
                yield ask(assistant, "clapnq", half, row["input"], answerable)


def piaf(folder: Path, data: Path, done: Container[Key] = (), seed: int = 0) -> Iterator[Asked]:
    """French questions of paragraphs: SOME of each half with their paragraph, and SOME without.

    The halves have no article in common. The paragraphs of what has no answer are left out, those
    beside them in the article stay. Questions that the shared set poses are none of these.
    """
    corpus = rows_of(folder / "corpus.jsonl")
    with (folder / "qrels.tsv").open(encoding="utf-8") as lines:
        gold = {row["query-id"]: row["corpus-id"] for row in csv.DictReader(lines, delimiter="\t")}
    titles = {each["_id"]: each["title"] for each in corpus}
    every = rows_of(folder / "queries.jsonl")
    posed = {row["_id"] for row in drawn(every, MOST, "piaf_fr")}
    chance = random.Random(seed)  # noqa: S311 - a reproducible draw, no secret
    articles = sorted(set(titles.values()))
    fit = set(chance.sample(articles, len(articles) // 2))
    gone = set(chance.sample(sorted(titles), len(titles) // 3))
    rows: list[tuple[dict[str, Any], bool, Half]] = []
    for half in ("fit", "report"):
        for answerable in (True, False):
            fits = [
                row
                for row in every
                if row["_id"] not in posed
                and (titles[gold[row["_id"]]] in fit) == (half == "fit")
                and (gold[row["_id"]] not in gone) == answerable
            ]
            rows += [(row, answerable, half) for row in chance.sample(fits, min(SOME, len(fits)))]
    passages = [Passage(p["title"], p["text"], "fr") for p in corpus if p["_id"] not in gone]
    with Assistant(Settings(data=data)) as assistant:
        load(assistant, "piaf", passages)
        for row, answerable, half in rows:
            if ("piaf", row["text"], answerable) not in done:
                yield ask(assistant, "piaf", half, row["text"], answerable)


def questions() -> list[dict[str, str]]:
    """The sixty questions, each with the words of its evidence."""
    text = resources.files("evals.abstaining").joinpath("questions.yaml").read_text("utf-8")
    found: list[dict[str, str]] = yaml.safe_load(text)
    return found


def twins(
    stores: dict[str, Path], asked: Sequence[dict[str, str]], done: Container[Key] = ()
) -> Iterator[Asked]:
    """The questions not ``done``, of the store of their corpus and of it without their evidence.

    A record is taken out where its title, its text or the value of a segment holds the words: from
    the store, from both indexes and from what is coded.
    """
    for corpus, store in stores.items():
        of_corpus = [each for each in asked if each["corpus"] == corpus]
        with _copy(store) as assistant:
            for each in of_corpus:
                if (corpus, each["text"], True) not in done:
                    yield ask(assistant, corpus, _half(each), each["text"], True)
        for each in of_corpus:
            if (corpus, each["text"], False) in done:
                continue
            with _copy(store) as assistant:
                take_out(assistant, each["evidence"])
                yield ask(assistant, corpus, _half(each), each["text"], False)


@contextmanager
def _copy(store: Path) -> Iterator[Assistant]:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        shutil.copytree(store, data)
        with Assistant(Settings(data=data)) as assistant:
            yield assistant


def _half(question: dict[str, str]) -> Half:
    return "report" if question["half"] == "report" else "fit"


def take_out(assistant: Assistant, words: str) -> int:
    """Remove the records that hold the words, and all that was made of them; how many they were."""
    store, index = assistant.store, assistant.index
    held = re.compile(words, re.IGNORECASE)
    rows = store.sql("SELECT id, title, text, segments FROM records")
    gone = [row["id"] for row in rows if held.search(" ".join(map(str, list(row.values())[1:])))]
    before = set(store.digests())
    with store.writing() as connection:
        for start in range(0, len(gone), 500):
            some = gone[start : start + 500]
            connection.execute(delete(t.passages).where(t.passages.c.parent.in_(some)))
            connection.execute(delete(t.records).where(t.records.c.id.in_(some)))
            for table in OF_RECORDS:
                connection.execute(delete(table).where(table.c.record_id.in_(some)))
    sources = [source.id for source in store.sources()]
    index.lexical.update(sources, (p for each in sources for p in store.passages_of(each)))
    if index.dense is not None:
        index.dense.remove(before - set(store.digests()))
    return len(gone)


def ask(assistant: Assistant, of: str, half: Half, text: str, answerable: bool) -> Asked:
    """Ask one question, and look at the evidence that its answer was judged by."""
    answer = assistant.ask(text)
    question = understand(text)
    scope = find_scope(question, Filters(), assistant.store, assistant.index)
    evidence = gather(question, scope, assistant.index, assistant.vectors)
    figures = [fact for fact in answer.facts if "." in fact.name]
    return Asked(
        of,
        half,
        text,
        answer.language,
        answerable,
        answer.status,
        answer.answerability,
        bool(figures),
        max((fact.n for fact in figures), default=0),
        features(evidence),
    )
