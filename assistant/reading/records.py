"""The kind of records that a question counts: "support cases", « formulaires de départ »."""

import re
from pathlib import Path

from assistant.reading.known import Known
from assistant.reading.sayings import sayings
from assistant.reading.text import Asked, Span, fold

_SIGNS = {
    "exits": (r"depart|exit|farewell|churn|leav|resili|cancel|sortie|offboard", ()),
    "cases": (r"assist|support|ticket|\bsav\b|dossier|help ?desk|\bcases?\b", ("ces-1", "ces-2")),
    "nps": (r"\bnps\b", ("nps",)),
    "survey": (r"satisf|csat|survey|enquete|sondage|questionnaire", ("csat",)),
    "reviews": (r"\bavis\b|review|rating", ("stars", "rating")),
}
"""How a file shows what its records are: by its name, else by the kind of its first scale."""


def find_records(asked: Asked, has: Known) -> tuple[str, tuple[str, ...], list[Span]]:
    """The kind of records that are asked about, the files that hold it, and where it is named.

    Nothing where the corpus has no such files, or has no others.
    """
    for kind, pattern in sayings(asked.language).records.items():
        own = "own" if "own" in pattern.groupindex else 0
        spans = [match.span(own) for match in pattern.finditer(asked.plain)]
        files = _files_of(kind, has) if spans else ()
        if files and set(files) < has.files:
            return kind, files, spans
    return "", (), []


def _files_of(kind: str, has: Known) -> tuple[str, ...]:
    """The files whose records are of a kind: reviews, cases, exits, survey or nps."""
    name, scales = _SIGNS[kind]
    named = [each for each in sorted(has.files) if re.search(name, _plain(each))]
    if named:
        return tuple(named)
    claimed = {each for other, _ in _SIGNS.values() for each in has.files
               if re.search(other, _plain(each))}  # fmt: skip
    rated = [file for scale, of in has.scores if of in scales for file in has.rated[scale]]
    return tuple(dict.fromkeys(each for each in rated if each not in claimed))


def _plain(file: str) -> str:
    return re.sub(r"[\W_]+", " ", fold(Path(file).stem))
