"""Running a fact's query again."""

from collections.abc import Mapping
from math import isclose
from typing import Any

from assistant.core import Assistant
from corpus.errors import InputError


def unequal(fact: Mapping[str, Any], assistant: Assistant) -> str | None:
    """What is wrong with a fact's query; None where it gives the value, or the counts, again."""
    try:
        rows = assistant.sql(fact["query"])
    except InputError as error:
        return f"{fact['name']}: {error}"
    if not rows:
        return f"{fact['name']}: no row"
    # A query without `value` gives the counts that the value was made from.
    if fact["value"] is None or "value" not in rows[0]:
        return None
    value = rows[0]["value"]
    if value is None or not isclose(value, fact["value"], rel_tol=1e-9, abs_tol=1e-9):
        return f"{fact['name']}: {value} for {fact['value']}"
    return None
