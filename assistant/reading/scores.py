"""The end of a scale, the scale, and the voices that a question names."""

import re
from typing import Literal

from assistant.reading.known import Known
from assistant.reading.sayings import sayings
from assistant.reading.text import Asked, Span, fold, plain_words
from corpus.types import Voice

Band = Literal["low", "high"]

_KINDS = {
    "nps": ("nps",),
    "csat": ("csat",),
    "ces": ("ces-1", "ces-2"),
    "stars": ("stars", "rating"),
}
_NEAR = 30
"""Characters within which a word for saying makes a voice of those who work here."""


def find_bands(asked: Asked) -> list[tuple[Band, Span]]:
    """The dissatisfied or the satisfied, where the question limits itself to them.

    Of « les fidèles mécontents » the judging word is the span: the others say who they are.
    """
    found: list[tuple[Band, Span]] = []
    bands: tuple[Band, ...] = ("low", "high")
    for band in bands:
        for match in sayings(asked.language).scores[band].finditer(asked.plain):
            own = "own" if match.groupdict().get("own") else 0
            found.append((band, match.span(own)))
    return sorted(found, key=lambda each: each[1])


def find_score(asked: Asked, known: Known) -> tuple[str | None, list[Span]]:
    """The scale that the question asks about, as the store calls it, and where it says so."""
    spans: list[Span] = []
    asked = asked.without(match.span() for match in _JUDGED.finditer(asked.plain))
    asked = asked.without(
        (word.start, word.end)
        for word in asked.words()
        if asked.text[word.start : word.end].lower().startswith("noté")
    )
    named = _scale(asked, known)
    for key, pattern in sayings(asked.language).score_names.items():
        match = pattern.search(asked.plain)
        if not match:
            continue
        spans += [each.span() for each in pattern.finditer(asked.plain)]
        of_kind = [name for name, kind in known.scores if kind in _KINDS[key]]
        if named is None and of_kind:
            named = of_kind[0]
    return named, spans


_RECOMMENDING = re.compile(r"\brecomm(?:end|and)\w*")


def recommending(asked: Asked, known: Known) -> str | None:
    """The scale that says who recommends, where a question asks it: yes or no, else the NPS."""
    if not _RECOMMENDING.search(asked.plain):
        return None
    yes_or_no = [
        name for name, kind in known.scores if kind == "binary" and _RECOMMENDING.search(fold(name))
    ]
    return next(iter([*yes_or_no, *(name for name, kind in known.scores if kind == "nps")]), None)


_JUDGED = re.compile(r"\b(?:mieux|bien|mal|plus|moins) notee?s?\b")
""""Rated" names no scale: « le mieux noté » without its accent is no « note »."""

MANY, MANY_SHARE = 30, 0.1
"""Answers that make a scale one that may be meant: so many, and of the most frequent's."""


def scales_meant(asked: Asked, known: Known) -> tuple[str, ...]:
    """The scales that a bare "the score" may mean, where they are of several kinds."""
    if not sayings(asked.language).bare_score.search(asked.plain):
        return ()
    most = max(known.answered.values(), default=0)
    of_kind: dict[str, str] = {}
    for name, kind in known.scores:
        family = next((key for key, kinds in _KINDS.items() if kind in kinds), None)
        if family and known.answered.get(name, 0) >= max(MANY, MANY_SHARE * most):
            of_kind.setdefault(family, name)
    return tuple(of_kind.values()) if len(of_kind) > 1 else ()


_PLAIN = frozenset("rating score note sur out of 5 10 7 overall average".split())
"""Words of the names of scales that tell none from another."""


def _scale(asked: Asked, known: Known) -> str | None:
    """The scale whose own name, or the word that sets it apart, the question uses."""
    words = {word.plain for word in asked.words()}
    for name, _ in known.scores:
        if set(plain_words(name.replace("_", " ")).split()) <= words:
            return name
    if words.isdisjoint({"rating", "ratings", "score", "scores", "note", "notes"}):
        return None
    for name, _ in known.scores:
        own = set(plain_words(name.replace("_", " ")).split()) - _PLAIN
        if own & words:
            return name
    return None


def find_voices(asked: Asked) -> tuple[tuple[Voice, ...], list[Span]]:
    """Whose words are asked for, where they are not the customers'.

    Those who work here are voices beside a word for saying: "staff" alone is what customers
    speak of.
    """
    said = sayings(asked.language)
    # « Est-ce que les vendeurs… » has no « ce que » of theirs.
    whole = re.sub(r"\best-ce qu", lambda match: " " * len(match[0]), fold(asked.text))
    voices: dict[Voice, None] = {}
    spans: list[Span] = []
    silent: list[tuple[Voice, Span]] = []
    kinds: tuple[Voice, ...] = ("customer", "leader", "employee", "prospect")
    for voice in kinds:
        for match in said.voices[voice].finditer(asked.plain):
            before = whole[max(0, match.start() - _NEAR) : match.start()]
            behind = asked.plain[match.end() : match.end() + _NEAR]
            speaks = (
                said.voiced.search(before)
                or said.voice_after.search(behind)
                or (_OPENS.fullmatch(whole[: match.start()]) and _TOPIC.match(behind))
            )
            if any(match.start() < end and start < match.end() for start, end in spans):
                continue
            if speaks and _SPOKEN_OF.search(before):
                continue
            if voice in ("customer", "prospect") or speaks:
                voices.setdefault(voice)
                spans.append(match.span())
            else:
                silent.append((voice, match.span()))
    for voice, span in silent:
        # "What both leaders and employees tell us": who is named beside a voice speaks too.
        if any(_JOINED.fullmatch(whole[slice(*_between(span, other))]) for other in spans):
            voices.setdefault(voice)
            spans.append(span)
    return tuple(each for each in kinds if each in voices), spans


_OPENS = re.compile(r"\W*(?:my|our|the|your|mes|nos|les|vos)? ?")
"""Before those whom a question names first, to ask then what they say: "My agents: …"."""

_SPOKEN_OF = re.compile(
    r"\b(?:say|says|said|think|thinks|thought|feel|feels)(?: \w+)? (?:about|of|on)"
    r" (?:(?:the|their|our|your|its|my) )?(?:\w+ )?$"
    r"|\b(?:dit|disent|pense|pensent|raconte|racontent)(?:[- ](?:t-)?(?:ils|elles|il|elle|on))?"
    r"(?: (?:les|nos|ces|vos) (?!avis|verbatims?|mots|propos|temoignages?|paroles?|reponses?)\w+)?"
    r" (?:de|du|des|d'|sur)(?: (?:leurs?|nos|notre|votre|vos|mes|mon|la|les|le|l'|son|sa|ses))? ?$"
)
"""Before those whom others speak of: « que disent-ils de leur conseiller »."""

_TOPIC = re.compile(r" ?[:,;–—-].{0,25}\b(?:they|ils|elles)\b")

_JOINED = re.compile(
    r" ?(?:,|and|or|as well as|et|ou|comme|ainsi que|autant que)"
    r" ?(?:(?:from|of|by|the|our|de|des|du|la|le|les|nos) ?)*"
)


def _between(one: Span, other: Span) -> Span:
    first, second = sorted((one, other))
    return first[1], second[0]
