"""Questions in a chat model's words, kept only where the passages are judged to answer them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib.resources import files

from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage

from assistant.agent.bounds import Meter
from assistant.agent.evidence import as_line
from assistant.agent.verdict import verdict, version_of
from assistant.models import load_chat_model, problem_of
from assistant.words import typeset
from corpus.errors import ConfigurationError, ModelError
from corpus.language import detect_question
from corpus.settings import Settings
from corpus.store import Store
from evals.own.types import Draft

MOST_SHOWN, LONGEST = 6, 800
"""Passages that the model is shown, and characters of each."""

MOST = 120
"""Tokens of a question."""

SHORTEST_QUESTION, LONGEST_QUESTION = 4, 40
"""Words."""


class Writer:
    """Words the questions of lookups; what else is drafted stays as it is."""

    def __init__(
        self, name: str, settings: Settings, store: Store, warn: Callable[[str], None]
    ) -> None:
        self._name, self._settings, self._store, self._warn = name, settings, store, warn
        self._ask, self._check = (
            files("evals.own").joinpath(file).read_text("utf-8")
            for file in ("ask.md", "answerable.md")
        )

    def __call__(self, draft: Draft) -> Draft | None:
        """The draft in the model's words; None where its passages do not answer the question.

        Where the model gives no question that can be used, the draft keeps its own. Raises
        ConfigurationError where the model never would.
        """
        if draft.case.kind != "lookup":
            return draft
        passages = draft.evidence.split("\n[")[:MOST_SHOWN]
        material = {
            "language": {"fr": "French", "en": "English"}[draft.case.language],
            "passages": [text[:LONGEST] for text in passages],
        }
        meter = Meter(self._name, self._settings, self._store)
        try:
            question = self._question(material, meter, draft.case.language)
            asked = question or draft.case.question
            given = verdict(
                self._name, self._settings, meter, self._check, {"question": asked, **material}
            )
        except ConfigurationError:
            raise
        except ModelError as error:
            self._warn(f"{draft.case.question} stays as it is: {error}")
            return draft
        if not given.yes:
            return None
        by = f"{self._name} (instructions {version_of(self._ask)}, {given.prompt})"
        note = f"{'worded and ' if question else ''}found answerable by {by}: {given.reason}"
        return replace(draft, case=replace(draft.case, question=asked), note=note)

    def _question(self, material: Mapping[str, object], meter: Meter, language: str) -> str | None:
        messages: list[BaseMessage] = [SystemMessage(self._ask), HumanMessage(as_line(material))]
        meter.allow(messages)
        model = load_chat_model(self._name, self._settings, MOST, timeout=meter.seconds or 1.0)
        try:
            said = model.invoke(messages)
        except Exception as error:  # each provider's package raises its own
            raise problem_of(self._name, error) from error
        meter.add(messages, [said])
        text = " ".join(str(said.text).strip().strip('"«»“”').split())
        usable = (
            text.endswith("?")
            and SHORTEST_QUESTION <= len(text.split()) <= LONGEST_QUESTION
            and detect_question(text) == language
        )
        return typeset(text.replace("'", "’"), language) if usable else None
