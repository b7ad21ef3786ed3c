"""The part of the Assistant that looks after the conversations that it had, and their ratings."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal, get_args

from assistant.handing_on import as_markdown
from corpus import conversations as kept
from corpus import ratings as said
from corpus.errors import InputError
from corpus.filters import Filters
from corpus.privacy import redact
from corpus.ratings import Verdict
from corpus.store import Store

ExportForm = Literal["markdown", "json"]

LONGEST_TITLE = 200
"""Characters of a title that somebody gives."""

LONGEST_COMMENT = 2_000
"""Characters of what somebody says of an answer."""

_ID = re.compile(r"[^\x00-\x1f\x7f/@]{1,200}")
"""What can stand in an address, and is no email."""


class Conversing:
    """Conversations listed, reopened, renamed, deleted, exported; answers rated."""

    store: Store

    def conversations(self, title: str = "") -> list[dict[str, Any]]:
        """The conversations whose title has these words, the most recent first."""
        return kept.conversations(self.store, title)

    def conversation(self, conversation_id: str) -> dict[str, Any]:
        """One conversation, its answers as they were given; raises NotFoundError."""
        return kept.conversation(self.store, conversation_id)

    def rename_conversation(self, conversation_id: str, title: str) -> dict[str, Any]:
        """Give a conversation another title; raises NotFoundError, InputError for no title."""
        title = " ".join(redact(title).split())
        if not 1 <= len(title) <= LONGEST_TITLE:
            raise InputError(f"A title has 1 to {LONGEST_TITLE} characters.")
        kept.rename(self.store, conversation_id, title)
        return kept.conversation(self.store, conversation_id)

    def delete_conversation(self, conversation_id: str) -> None:
        """Delete a conversation with all its turns; raises NotFoundError."""
        kept.remove(self.store, conversation_id)

    def export_conversation(self, conversation_id: str, form: ExportForm = "markdown") -> str:
        """A conversation as a file to hand on; raises NotFoundError."""
        if form not in get_args(ExportForm):
            raise InputError(f"A conversation is exported as markdown or json, not {form}.")
        found = kept.conversation(self.store, conversation_id)
        if form == "json":
            return json.dumps(found, ensure_ascii=False, indent=2) + "\n"
        return as_markdown(found)

    def rate(self, answer_id: str, verdict: Verdict, comment: str = "") -> dict[str, Any]:
        """Keep a thumb up or down on an answer, and perhaps why; the last one counts.

        Raises NotFoundError for an answer that no conversation holds, InputError for another
        verdict or too long a comment.
        """
        if verdict not in get_args(Verdict):
            raise InputError(f"An answer is rated up or down, not {verdict}.")
        comment = " ".join(redact(comment).split())
        if len(comment) > LONGEST_COMMENT:
            raise InputError(f"A comment has up to {LONGEST_COMMENT:,} characters.")
        return said.rate(self.store, answer_id, verdict, comment)

    def ratings(self, conversation_id: str | None = None) -> list[dict[str, Any]]:
        """Every rated answer, or those of a conversation, with its question, the last first."""
        return said.ratings(self.store, conversation_id)


def check_kept(
    conversation_id: str | None, filters: Filters | None, reading: Mapping[str, Any] | None
) -> None:
    """Refuse what a turn must not keep: an id that no address can hold, and personal data.

    Raises InputError. Questions are redacted; a filter for what redaction takes away matches
    nothing that is loaded.
    """
    if conversation_id and not _ID.fullmatch(conversation_id):
        raise InputError(
            "A conversation's id has 1 to 200 characters, and no slash, no @ and no line end."
        )
    # A source is called as its file is, and is one that there is.
    narrowed = {**(filters or Filters()).as_dict(), "source": ()}
    if any(redact(text) != text for text in _texts([narrowed, reading or {}])):
        raise InputError(
            "Nothing that is loaded holds an email, phone or card number; filter by something else."
        )


def _texts(value: Any) -> Iterator[str]:
    """Every text within a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from (text for each in value.values() for text in _texts(each))
    elif isinstance(value, list | tuple):
        yield from (text for each in value for text in _texts(each))
