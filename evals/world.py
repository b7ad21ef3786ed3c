"""What an evaluator sees: the system that is judged, the loaded corpus, and the answers so far."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from assistant.core import Assistant
from corpus.errors import AncrageError, NotFoundError
from evals.types import Answered, Asked, Case, Row, System


@dataclass
class World:
    """One system and the cases it is asked, over the corpus that ``assistant`` has loaded.

    Every case is asked once; all evaluators judge the same answers. What an answer cites is looked
    up in the corpus, whoever gave the answer. ``apart`` is the same system over a corpus without
    the passages that some cases take out of reach; they are asked there.
    """

    system: System
    assistant: Assistant
    cases: Sequence[Case]
    apart: System | None = None
    _answers: dict[str, Answered | str] = field(default_factory=dict)
    _passages: dict[str, dict[str, Any] | None] = field(default_factory=dict)

    def answer(self, case: Case) -> Answered | str:
        """The system's answer to a case, or the sentence that says why there is none."""
        if case.id not in self._answers:
            try:
                asked = Asked(case.question, case.language, case.before, case.given)
                system = self.apart if case.without and self.apart else self.system
                self._answers[case.id] = system.answer(asked)
            except AncrageError as error:
                self._answers[case.id] = str(error)
        return self._answers[case.id]

    def answered(self, cases: Sequence[Case]) -> Iterator[tuple[Case, Answered | Row]]:
        """Each case with its answer, or with the row that says why there is none to judge."""
        for case in cases:
            if case.without and self.apart is None:
                reason = "no passage can be put out of this system's reach"
                yield case, Row(case.id, case.language, case.id, ineligible=reason)
                continue
            answer = self.answer(case)
            if isinstance(answer, str):
                yield case, Row(case.id, case.language, case.id, failed=answer)
            else:
                yield case, answer

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


def row_of(case: Case, values: Mapping[str, float], shown: Mapping[str, Any] | None = None) -> Row:
    """The row of a case; one to which no metric applies is ineligible, and says so."""
    reason = None if values else "nothing of this suite is expected of this case"
    return Row(case.id, case.language, case.id, values, ineligible=reason, shown=shown or {})
