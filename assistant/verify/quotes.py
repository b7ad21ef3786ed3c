"""Quotations: copied byte for byte, and none invented."""

import re

from assistant.types import Citation
from corpus.types import Passage

QUOTED = re.compile(r"«[^»]*»|“[^”]*”|\"[^\"]*\"")
_WORDS = re.compile(r"\w+")

LONG_QUOTE = 4
"""Words: a quotation of this length that is no citation's text is an invented one."""


def exact(citation: Citation, passage: Passage | None) -> bool:
    """Whether a citation is the very text of its passage's span."""
    return passage is not None and passage.text[citation.start : citation.end] == citation.quote


def fault(rest: str, about: str, words_of_facts: str) -> str | None:
    """Why a quotation among the claim's own words (``rest``) is an invented one."""
    for quoted in QUOTED.findall(rest):
        told = quoted.strip('«»“”"\u00a0 ') in about or not _new_words(quoted, words_of_facts)
        if len(_WORDS.findall(quoted)) > LONG_QUOTE and not told:
            return "it quotes what no citation holds"
    return None


def _new_words(quoted: str, known: str) -> bool:
    """Whether a quotation holds a word that is not in what is known."""
    held = set(_WORDS.findall(known.lower()))
    return not held.issuperset(_WORDS.findall(quoted.lower()))
