"""What an evaluator sees: the system that is judged, the loaded corpus, and the answers so far."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from assistant.core import Assistant
from corpus.errors import AncrageError, NotFoundError
from evals.juror import Juror
from evals.material import Material
from evals.types import Answered, Case, Row, Seen, System

Verdict = tuple[Mapping[str, float], Mapping[str, Any]]
"""What an evaluator finds of an answer: a number for each metric that applies, and what to show."""

Judge = Callable[[Case, Answered], Verdict]

NOTHING = "nothing of this suite is expected of this case"
OUT_OF_REACH = "no passage can be put out of this system's reach"


@dataclass
class World:
    """One system and the cases it is asked, over the corpus that ``assistant`` has loaded.

    Every case is asked once; all evaluators judge the same answers. What an answer cites is looked
    up in the corpus, whoever gave the answer. ``material`` is what else the product is judged by,
    ``logged`` what was logged while each case was answered. ``apart`` is the same system over a
    corpus without the passages that some cases take out of reach; they are asked there.
    ``juror`` is a chat model that gives verdicts, where one was named.
    """

    system: System
    assistant: Assistant
    cases: Sequence[Case] = ()
    material: Material = field(default_factory=Material)
    apart: System | None = None
    juror: Juror | None = None
    _answers: dict[str, Answered | str] = field(default_factory=dict)
    logged: dict[str, list[str]] = field(default_factory=dict)
    _passages: dict[str, dict[str, Any] | None] = field(default_factory=dict)

    def answer(self, case: Case) -> Answered | str:
        """The system's answer to a case, or the sentence that says why there is none."""
        if case.id not in self._answers:
            try:
                system = self.apart if case.without and self.apart else self.system
                with _listening(self.logged.setdefault(case.id, [])):
                    self._answers[case.id] = system.answer(case.asked)
            except AncrageError as error:
                self._answers[case.id] = str(error)
        return self._answers[case.id]

    def scored(self, cases: Iterable[Case], judge: Judge) -> Iterator[Row]:
        """The row of each case: as ``judge`` scores its answer, or failed where it has none.

        A case to which no metric applies is ineligible, and says so.
        """
        for case in cases:
            if case.without and self.apart is None:
                yield Row(case.id, case.language, case.group, ineligible=OUT_OF_REACH)
                continue
            answer = self.answer(case)
            if isinstance(answer, str):
                yield Row(case.id, case.language, case.group, failed=answer)
                continue
            values, shown = judge(case, answer)
            reason = None if values else NOTHING
            yield Row(case.id, case.language, case.group, values, ineligible=reason, shown=shown)

    @property
    def seen(self) -> Seen:
        """The cases that were asked, with their answers."""
        known = {case.id: case for case in self.cases}
        return {name: (known[name], answer) for name, answer in self._answers.items()}

    def passage(self, passage_id: str) -> dict[str, Any] | None:
        """A passage of the corpus; None where it has none of that id."""
        if passage_id not in self._passages:
            try:
                self._passages[passage_id] = self.assistant.show(passage_id)
            except NotFoundError:
                self._passages[passage_id] = None
        return self._passages[passage_id]

    @cached_property
    def texts(self) -> dict[str, tuple[str, str]]:
        """The text and the language of every passage that can be cited, by its id."""
        rows = self.assistant.sql("SELECT id, text, language FROM passages ORDER BY id")
        return {row["id"]: (row["text"], row["language"]) for row in rows}


@contextmanager
def _listening(lines: list[str]) -> Iterator[None]:
    """Keep what is logged meanwhile, by whichever part."""

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(record.getMessage())

    ear, root = Ear(), logging.getLogger()
    root.addHandler(ear)
    try:
        yield
    finally:
        root.removeHandler(ear)
