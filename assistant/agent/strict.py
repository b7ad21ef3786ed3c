"""What a model's sentence must do beside what the verifier asks of any: tell what it stands on.

A figure that is named but not told carries nothing, and a model that holds little is asked to
repeat sentences: what it adds to them is its own.
"""

import re
from collections.abc import Iterator
from typing import Any

from assistant.agent.claims import LONGEST_SHORT
from assistant.types import Claim
from assistant.verify.numerals import read
from assistant.verify.terms import terms_of

REPEATED, KEPT = 4 / 5, 1 / 2
"""The share of its content words that a sentence must have from the one that it repeats, and of
that one's that it must keep: what it leaves out may be what the rest is about."""

_WORD = re.compile(r"\w+")
_WHERE = " — "
"""What stands before it in a composed sentence says what its figures are limited to."""


def fault(claim: Claim, repeats: str | None) -> str | None:
    """Why a sentence may not be said, or None; ``repeats`` is the one that it was to repeat."""
    if claim.facts and not claim.citations and not read(claim.text):
        return "it tells none of the figures that it names"
    if repeats is None or claim.kind == "quote":
        return None
    if len(claim.text) >= LONGEST_SHORT - 1 and claim.text[-1:] not in ".!?…»”":
        return "it is not finished"
    said, source = terms_of(claim.text), terms_of(repeats)
    shared = sum(bool(term.keys & source.keys) for term in said.terms)
    if not said.terms or shared < REPEATED * len(said.terms):
        return "it says more than the sentence that it repeats"
    if not _in_order(_numbers(claim.text), _numbers(repeats)):
        return "its numbers are not those of the sentence that it repeats"
    where, follows, _ = repeats.partition(_WHERE)
    kept = sum(bool(term.keys & said.keys) for term in source.terms)
    if kept < KEPT * len(source.terms) or (follows and any(_missing(where, claim.text))):
        return "it leaves out what the sentence that it repeats is about"
    return None


def _numbers(text: str) -> list[tuple[float, str | None]]:
    return [(number.value, number.unit) for number in read(text)]


def _in_order(said: list[Any], source: list[Any]) -> bool:
    """Whether all that is said stands in the source in the same order: none moved, none twice."""
    rest = iter(source)
    return all(each in rest for each in said)


def _missing(where: str, text: str) -> Iterator[str]:
    words = set(_WORD.findall(text.lower()))
    return (word for word in _WORD.findall(where.lower()) if word not in words)
