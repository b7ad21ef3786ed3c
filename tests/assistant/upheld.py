"""What every answer made of figures has to hold, whatever it is of."""

import re
from collections.abc import Collection, Iterable

import pytest

from assistant.answers.parts import Desk
from assistant.verify import verify
from corpus.store import Store


def upheld(
    desk: Desk, store: Store, given: Iterable[str], *, computed: Collection[str] = ()
) -> str:
    """The answer's text without its markers: every sentence stands, every query replays."""
    draft, made = desk.draft, desk.book.made
    _, dropped = verify(draft.claims, draft.citations, made, store, given, computed=computed)
    assert dropped == []
    for fact in made:
        row = store.sql(fact.query)[0]
        assert fact.value is None or row["value"] == pytest.approx(fact.value), fact.name
    text = re.sub(r" \[f\d+\]", "", draft.markdown())
    assert "{" not in text
    return text
