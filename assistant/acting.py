"""The part of the Assistant that is about actions: what to do, what was decided and came of it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from datetime import date as Date
from threading import RLock
from typing import Any

from assistant.actions.board import board, only
from assistant.actions.files import as_file
from assistant.actions.frameworks import framework_text, keep_framework
from assistant.actions.library import intervention
from assistant.actions.life import STATUSES, Life, Status, edited, keep, lives, moved, new_life
from assistant.actions.match import Decided, causal_of
from assistant.actions.measuring import check_part, measured
from corpus.codebook import Language
from corpus.coding.flow import Coding
from corpus.errors import InputError, NotFoundError
from corpus.store import Store


class Acting:
    """What an Assistant can do with actions; it brings the store, the codebook and their lock."""

    store: Store
    coding: Coding
    _writing: RLock

    def actions(self, language: str = "en", status: str | None = None) -> dict[str, Any]:
        """What the evidence calls for, the most first, and what was decided of it.

        Gives ``actions, facts, citations, framework``; ``status`` keeps those of one. Raises
        InputError for a status that there is not.
        """
        if status is not None and status not in STATUSES:
            raise InputError(f"There is no status {status}; there are {', '.join(STATUSES)}.")
        found = self._board(language)
        kept = [each for each in found["actions"] if status in (None, each["status"])]
        return only(found, kept) if status else found

    def action(self, action_id: str, language: str = "en") -> dict[str, Any]:
        """One action with its evidence; raises NotFoundError."""
        return _alone(self._board(language), action_id)

    def actions_file(self, form: str, language: str = "en", status: str | None = None) -> bytes:
        """Actions with their evidence as a file, see ``actions.files``; raises InputError."""
        _, codebook = self.coding.codebook()
        tongue: Language = "fr" if language == "fr" else "en"
        labels = {theme.id: theme.label[tongue] for theme in codebook.themes}
        return as_file(self.actions(language, status), form, language, labels)

    def change_action(
        self,
        action_id: str,
        *,
        status: Status | None = None,
        on: Date | None = None,
        reason: str = "",
        changes: Mapping[str, Any] | None = None,
        language: str = "en",
    ) -> dict[str, Any]:
        """Decide of an action: its ``status`` since the day ``on`` (today), and its fields.

        ``changes`` may hold ``owner, note, part, effort, horizon, causal_low, causal_high``; null
        takes back what somebody set. To become measured it is measured, up to the day ``on``.
        Gives the action. Raises NotFoundError, or InputError for what cannot be; then nothing is
        kept.
        """
        with self._writing:
            known = lives(self.store)
            life = edited(known.get(action_id) or new_life(action_id), **(changes or {}))
            if action_id not in known:
                # What is done already need not be what is proposed, but its cause must be found.
                _alone(self._board(language, {**known, action_id: life}), action_id)
            if life.part:
                check_part(self.store, life.part)
            if status == "measured":
                life = self._measured(life, known, on, language)
            elif status is not None:
                if status == "accepted" and life.status == "proposed":
                    life = replace(life, expected=self._expected(life, known, language))
                life = moved(life, status, on or _today(), reason)
            keep(self.store, life)
        return self.action(action_id, language)

    def _measured(
        self, life: Life, known: Mapping[str, Life], until: Date | None, language: str
    ) -> Life:
        found = moved(life, "measured", _today())
        each = intervention(life.intervention)
        assert each is not None
        # What was expected of it is what was before it was measured.
        others = {key: other for key, other in known.items() if key != life.id}
        causal = causal_of(each, life, Decided.of(others).learned)
        _, codebook = self.coding.codebook()
        outcome = measured(self.store, codebook, life, causal, known, until, language)
        return replace(found, outcome=outcome)

    def _expected(self, life: Life, known: Mapping[str, Life], language: str) -> dict[str, Any]:
        """What is expected of an action now, to be set beside what comes of it."""
        found = self._board(language, {**known, life.id: life})
        (action,) = _alone(found, life.id)["actions"]
        return {name: action[name] for name in ("expected", "impact", "causal")}

    def framework(self) -> str:
        """The framework of attachment in use, as YAML."""
        return framework_text(self.store)

    def load_framework(self, text: str, name: str) -> dict[str, Any]:
        """Put a framework in use; raises InputError for what is none."""
        with self._writing:
            found = keep_framework(self.store, text, name)
        return {"name": found.name, "behaviours": list(found.behaviours)}

    def _board(self, language: str, known: Mapping[str, Life] | None = None) -> dict[str, Any]:
        """The board with what is decided, or with these lives in its place."""
        _, codebook = self.coding.codebook()
        tongue = "fr" if language == "fr" else "en"
        decided = lives(self.store) if known is None else known
        # What people decided is no part of what analyses count, so it is part of the key.
        key = ("board", tongue, repr(decided), framework_text(self.store))
        found: dict[str, Any] = self.store.kept.get(
            key, lambda: board(self.store, codebook, tongue, decided)
        )
        return found


def _alone(found: Mapping[str, Any], action_id: str) -> dict[str, Any]:
    """A board with one action alone; raises NotFoundError."""
    kept = [each for each in found["actions"] if each["id"] == action_id]
    if not kept:
        raise NotFoundError(f"There is no action {action_id}; `ancrage actions` lists them.")
    return only(found, kept)


def _today() -> Date:
    return datetime.now(UTC).date()
