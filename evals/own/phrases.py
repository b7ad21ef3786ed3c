"""What a corpus talks of, in its own words: nouns, and nouns with what belongs to them.

No parser is needed: a noun stands after a determiner and before a word that begins something else,
nearly always; a verb or an adjective does not. In French the determiner tells the gender, so that
a question can take the right article.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from assistant.reading.text import fold
from assistant.words import words
from corpus.analysis import stems
from evals.own.types import Passage

SHORTEST = 4
"""Letters of a noun."""

NOUN = 0.6
"""Of the places after a determiner the share where it ends there; half as much of all places."""

ELSEWHERE = 0.1
"""The most of its places that may follow what no noun follows."""

_TOKEN = re.compile(r"[^\W\d_]+'|[^\W_]+(?:-[^\W_]+)*|[^\w\s]|\n")
_ELIDED = re.compile(r"\b([ldnjmtsc]|qu|jusqu|lorsqu|puisqu)'", re.IGNORECASE)


@dataclass
class Phrase:
    """A noun phrase without its article: how often each determiner stands before it, and where."""

    words: str
    before: Counter[str] = field(default_factory=Counter)
    places: set[str] = field(default_factory=set)


@cache
def wording(language: str) -> Mapping[str, Any]:
    """How questions are worded in a language."""
    text = files("evals.own").joinpath("wording.yaml").read_text("utf-8")
    found: Mapping[str, Any] = yaml.safe_load(text)[language]
    return found


@cache
def listed(language: str, name: str) -> frozenset[str]:
    """One of the word lists."""
    return frozenset(str(wording(language)[name]).split())


def tokens(text: str) -> list[str]:
    """The words and marks of a text; an elided word keeps its apostrophe."""
    return _TOKEN.findall(_ELIDED.sub(r"\1' ", text.replace("’", "'")))


@dataclass
class _Seen:
    """How a corpus uses its words, counted."""

    everywhere: Counter[str] = field(default_factory=Counter)
    after: Counter[str] = field(default_factory=Counter)
    """... after a determiner, and after a pronoun or another word that no noun follows."""
    odd: Counter[str] = field(default_factory=Counter)
    named: Counter[str] = field(default_factory=Counter)
    """... with a capital within a sentence."""
    found: dict[str, Phrase] = field(default_factory=dict)

    def ends(self, word: str) -> int:
        """How often a phrase is this word alone."""
        return sum(self.found[word].before.values()) if word in self.found else 0


def phrases(passages: Sequence[Passage], language: str) -> list[Phrase]:
    """The nouns and noun phrases of the passages, in the order of the alphabet."""
    seen = _Seen()
    for passage in passages:
        if passage.language == language:
            _read(passage, language, seen)
    kept = [
        phrase
        for words, phrase in sorted(seen.found.items())
        if (_is_noun if " " not in words else _is_whole)(phrase, seen, language)
    ]
    # « Fenetre » is « fenêtre »: of spellings that differ by accents the most usual one.
    usual: dict[str, Phrase] = {}
    for phrase in kept:
        known = usual.setdefault(fold(phrase.words), phrase)
        if sum(phrase.before.values()) > sum(known.before.values()):
            usual[fold(phrase.words)] = phrase
    return list(usual.values())


def _read(passage: Passage, language: str, seen: _Seen) -> None:
    """Count the words of a passage, and the phrases after its determiners."""
    said = wording(language)
    function, never = listed(language, "function"), listed(language, "never_after")
    joined = frozenset(said["joined"])
    read = tokens(passage.text)
    low = [word.lower() for word in read]
    for at, word in enumerate(low):
        if not word[0].isalpha():
            continue
        before = low[at - 1] if at else "."
        seen.everywhere[word] += 1
        seen.odd[word] += before in never
        seen.named[word] += read[at][0].isupper() and before[0].isalpha()
        if before in said["articles"]:
            seen.after[word] += 1
            for words in _ending(low, at, function, joined):
                phrase = seen.found.setdefault(words, Phrase(words))
                phrase.before[before] += 1
                phrase.places.add(passage.id)


def _is_noun(phrase: Phrase, seen: _Seen, language: str) -> bool:
    """Whether a word is a noun that something can be asked about."""
    word, said = phrase.words, wording(language)
    after, everywhere = seen.after[word], seen.everywhere[word]
    return (
        _usable(word, seen, language)
        and seen.ends(word) >= NOUN * after
        and after >= NOUN / 2 * everywhere
        # « Je l'accepte », « le classer »: these may stand before a verb too.
        and any(each not in said["pronouns"] for each in phrase.before)
    )


def _usable(word: str, seen: _Seen, language: str) -> bool:
    return (
        len(word) >= SHORTEST
        and word.isalpha()
        and len(own := stems(word, language)) == 1
        and own[0] not in _stopped(language)
        and seen.odd[word] <= ELSEWHERE * seen.everywhere[word]
        and 2 * seen.named[word] <= seen.everywhere[word]
        # « Mon sentiments »: a slip of the pen where the singular is known.
        and not (language == "fr" and word[-1] in "sx" and word[:-1] in seen.everywhere)
    )


def _is_whole(phrase: Phrase, seen: _Seen, language: str) -> bool:
    """Whether a phrase of several words names something: met in two places, its head a noun."""
    parts = [part for part in re.split(r"[ ']", phrase.words) if len(part) > 2]
    if len(phrase.places) < 2 or len(parts) != 2:
        return False
    head, other = parts if language == "fr" else parts[::-1]
    whole = phrase.words.count(" ") + phrase.words.count("'") > 1
    return (
        len(stems(phrase.words, language)) == 2
        and all(_usable(part, seen, language) for part in parts)
        and all(not part.endswith(("ment", "ly")) or seen.ends(part) > 1 for part in parts)
        and seen.ends(head) >= 2
        # « La carte de fidélité », “the payment page”: what belongs to a noun is one too.
        and (seen.ends(other) >= 1 or (language == "fr" and not whole))
    )


@cache
def _stopped(language: str) -> frozenset[str]:
    """The stems of what nothing can be asked about, and of what only judges."""
    listed_ones = {s for word in listed(language, "no_subject") for s in stems(word, language)}
    said = words(language)
    return frozenset(listed_ones | said.judging | said.good | said.bad | said.audience)


def _ending(
    low: Sequence[str], at: int, function: frozenset[str], joined: frozenset[str]
) -> Iterator[str]:
    """The phrases that begin at a place and end before what begins something else."""

    def ends(place: int) -> bool:
        return place >= len(low) or not low[place][0].isalpha() or low[place] in function

    if ends(at + 1):
        yield low[at]
        if at + 2 < len(low) and low[at + 1] in joined and ends(at + 3):
            yield " ".join(low[at : at + 3]).replace("' ", "'")
    elif ends(at + 2):
        yield " ".join(low[at : at + 2])


def with_article(phrase: Phrase, language: str) -> dict[str, str]:
    """The phrase as a question's template takes it: ``x``, and in French ``le`` and ``de``."""
    if language != "fr":
        return {"x": phrase.words}
    articles = wording("fr")["articles"]
    kinds = Counter[str]()
    for word, n in phrase.before.items():
        kinds["elided" if word in ("l'", "cet") else articles[word]] += n
    # « Mon assurance », « l'usine »: a vowel hides the gender, and needs none.
    vowel = phrase.words[0] in "aeiouéèêàâîôœ" or kinds["elided"] > 0
    article = "l'" if vowel else max(("le", "la"), key=lambda each: kinds[each])
    whole = f"l’{phrase.words}" if vowel else f"{article} {phrase.words}"
    return {"x": phrase.words, "le": whole, "de": f"du {phrase.words}" if article == "le" else
            f"de {whole}"}  # fmt: skip
