"""Countries that a question names, as values of the corpus or as what it lacks."""

import re

from assistant.reading import countries
from assistant.reading.known import Known, listed
from assistant.reading.people import beside_people
from assistant.reading.sayings import Sayings
from assistant.reading.text import Asked, Span
from assistant.reading.values import NamedValue, Vocabulary


def find_lands(
    asked: Asked, words: Vocabulary, said: Sayings
) -> tuple[list[NamedValue], list[tuple[str, Span]]]:
    """The countries that the question names, and the words for those that the corpus lacks."""
    found: list[NamedValue] = []
    lacking: list[tuple[str, Span]] = []
    for code, span in _named_lands(asked, said):
        named_so = words.named_so.get(asked.plain[slice(*span)])
        if named_so and not _of_land(asked.plain, span, said):
            found.append(NamedValue(*named_so, span))
        elif code in words.countries:
            found.append(NamedValue(*words.countries[code], span))
        elif code in said.countries:
            lacking.append((asked.text[span[0] : span[1]], span))
    return found, lacking


_FROM = re.compile(
    r"\b(?:in|from|to|across|for|within|outside|except|hors|sauf|en|au|aux|a|de|du|des|depuis|pour)"
    r"(?: the| la| le| l')? ?$"
)


def _of_land(plain: str, span: Span, said: Sayings) -> bool:
    """Whether a country's name stands for the country: "in Qatar", "Swiss customers"."""
    return bool(_FROM.search(plain[: span[0]])) or beside_people(plain, span, said, goods=False)


def _named_lands(asked: Asked, said: Sayings) -> list[tuple[str, Span]]:
    found: list[tuple[str, Span]] = []
    written = asked.words()
    shouted = asked.text.isupper()
    known = countries.names(asked.language)
    at = 0
    while at < len(written):
        for size in (4, 3, 2, 1):
            run = written[at : at + size]
            code = known.get(" ".join(word.plain for word in run)) if len(run) == size else None
            if size == 1 and not shouted:
                # "BE" is a country, "be" is none.
                code = code or countries.code_as_written(asked.text[run[0].start : run[0].end])
            if code:
                found.append((code, (run[0].start, run[-1].end)))
                at += size - 1
                break
        at += 1
    for code, pattern in said.countries.items():
        for match in pattern.finditer(asked.plain):
            if not any(match.start() < span[1] and span[0] < match.end() for _, span in found):
                found.append((code, match.span()))
    return sorted(found, key=lambda each: each[1])


def segment_of_countries(known: Known) -> str | None:
    """The segment whose values are countries."""
    for segment, values in listed(known).items():
        if countries.of_countries(values):
            return segment
    return None
