"""A chat model as the judge of whether evidence carries a paraphrase, where one is set.

What the rules drop it never sees, and where it fails the offline score says.
"""

from importlib import resources
from typing import Any

from assistant.agent.bounds import Meter
from assistant.agent.verdict import verdict, version_of
from assistant.verify.evidence import Evidence
from assistant.verify.support import Judged
from corpus.errors import AncrageError
from corpus.settings import Settings
from corpus.store import Store

PROMPT = resources.files("assistant.agent").joinpath("judge.md").read_text("utf-8")


class Judge:
    """Judges the sentences of one answer, within what an answer and a day may take."""

    def __init__(self, name: str, settings: Settings, store: Store) -> None:
        self.name, self._settings = name, settings
        self._meter = Meter(name, settings, store)
        self.failed = 0

    def __call__(self, evidence: Evidence) -> Judged | None:
        """Whether the spans that a claim cites carry it, and why; None where no verdict comes.

        Passages that speak to a model are not shown to one, unless asked for.
        """
        if evidence.addressed and not self._settings.chat_flagged:
            return None
        material = {
            "sentence": evidence.rest.strip(),
            "evidence": [citation.quote for citation in evidence.cited],
            "known of it": evidence.besides,
        }
        try:
            found = verdict(self.name, self._settings, self._meter, PROMPT, material)
        except AncrageError:
            self.failed += 1
            return None
        return Judged(found.yes, found.reason)

    @property
    def usage(self) -> dict[str, Any]:
        """What the answer's verdicts took, with the version of their instructions; {} for none."""
        if not (self._meter.requests or self.failed):
            return {}
        named = {"model": self.name, "prompt": version_of(PROMPT), "failed": self.failed}
        return {**named, **self._meter.as_dict()}
