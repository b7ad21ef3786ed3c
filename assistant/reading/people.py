"""Kinds of customers that a question names: « les nouveaux clients », "loyal shoppers"."""

import re

from assistant.reading.known import Known
from assistant.reading.sayings import Sayings, sayings, whole
from assistant.reading.text import Asked, Span
from assistant.reading.values import NamedValue, Vocabulary, vocabulary


def find_people(asked: Asked, known: Known) -> tuple[list[NamedValue], list[tuple[str, Span]]]:
    """The kinds of customers that the question names, and those that the corpus lacks."""
    said = sayings(asked.language)
    words = vocabulary(known.segments, asked.language)
    found = _kinds(asked, words, said)
    left = asked.without([each.span for each in found])
    return found, _kinds_lacking(left, words, said)


def _kinds(asked: Asked, words: Vocabulary, said: Sayings) -> list[NamedValue]:
    """Kinds of customers: beside a word for people, as a noun, or side by side with another."""
    plain = asked.plain
    bare = [
        NamedValue(segment, value, match.span())
        for pattern, segment, value in words.kinds
        for match in pattern.finditer(plain)
    ]
    sure = []
    for each in bare:
        before, behind = plain[: each.span[0]], plain[each.span[1] :]
        theirs = rf"\b(?:{said.people}) $"
        beside = re.match(rf" (?:{said.people})\b", behind) or re.search(theirs, before)
        if _RENDERED.search(before) and not beside:
            continue
        kind = plain[slice(*each.span)]
        noun = said.kind_nouns.fullmatch(kind)
        if noun or beside_people(plain, each.span, said) or _as_noun(before, kind, behind, said):
            sure.append(each)
    spoken = {each.segment for each in sure}
    for each in bare:
        others = {other.value for other in bare if other.segment == each.segment}
        row = each.segment in spoken or _in_row(plain, each, bare)
        if each not in sure and row and len(others) > 1:
            sure.append(each)
    return sure


_RENDERED = re.compile(r"\b(?:rend|rendent|rendre|rester|restent|makes?|keeps?)\b.{0,30}$")


def _in_row(plain: str, each: NamedValue, bare: list[NamedValue]) -> bool:
    """Whether another value of the segment stands next to it: "new vs loyal"."""
    for other in bare:
        if other.segment != each.segment or other.value == each.value:
            continue
        first, second = sorted((each.span, other.span))
        between = plain[first[1] : second[0]]
        if re.fullmatch(r"(?: ?\W? ?)(?:\w+\.? ){0,3}", between):
            return True
    return False


_NOUN_BEFORE = re.compile(r"\b(?:les|des|nos|aux|the|our|leurs|ces|vos)(?: plus| most)? $")

_AMONG = re.compile(r"\b(?:chez|parmi) (?:les|nos|ces|vos)(?: plus)? $")

_DETERMINER = re.compile(
    r"\b(?:les|des|nos|aux|leurs|ces|vos|une?"
    r"|(?:combien|nombre|part|plus|moins|peu|trop) de)(?: plus)? $"
)
_NOUN_BEHIND = re.compile(
    r" ?(?:$|[?!.,;:)]| (?:et|ou|vs|and|or|par|than|que|qui|dans|en|chez|au|aux|se|nous|sont|ont|"
    r"disent|pensent|de|du|par|n|ne|restent|partent|comme|contre|versus|who|in|at|on|are)\b)"
)


def _as_noun(before: str, kind: str, behind: str, said: Sayings) -> bool:
    """« les fidèles », but not « les nouveaux tarifs »."""
    if said.language != "fr":
        return False
    if not said.before_nouns.fullmatch(kind) and _DETERMINER.search(before):
        return True
    return bool(
        _AMONG.search(before) or (_NOUN_BEFORE.search(before) and _NOUN_BEHIND.match(behind))
    )


def _kinds_lacking(asked: Asked, words: Vocabulary, said: Sayings) -> list[tuple[str, Span]]:
    """Kinds of customers that no value of the corpus stands for: "VIP customers"."""
    had = {pattern.pattern for pattern, _, _ in words.kinds}
    found = [
        (asked.text[match.start() : match.end()], match.span())
        for match in said.ages.finditer(asked.plain)
    ]
    asked = asked.without(span for _, span in found)
    for kind in said.kinds.values():
        pattern = whole(kind)
        if pattern.pattern in had:
            continue
        for match in pattern.finditer(asked.plain):
            noun = said.kind_nouns.fullmatch(match[0])
            beside = noun or beside_people(asked.plain, match.span(), said)
            if beside and not _named(match[0], words):
                found.append((asked.text[match.start() : match.end()], match.span()))
    return found


def _named(word: str, words: Vocabulary) -> bool:
    """Whether a word is a value, or a part of one, by itself."""
    return any(
        len(phrase) == 1
        for key in (word, word.rstrip("s"))
        for phrase, *_ in words.phrases.get(key, ())
    )


_TRAVELLING = re.compile(r"\b(?:voyag|travel|fly)\w* (?:pour |en |for |on |as a |as )?$")


def beside_people(plain: str, span: Span, said: Sayings, *, goods: bool = True) -> bool:
    """Whether a word for people, or for what they bought, stands right before or behind."""
    before, behind = plain[: span[0]], plain[span[1] :]
    if goods and (
        re.match(rf"[ -](?:{said.goods})\b", behind)
        or re.search(rf"\b(?:{said.goods}) ?[=:]? ?$", before)
    ):
        return True
    return bool(
        _TRAVELLING.search(before)
        or re.match(rf"[ -](?:and \w+ |or \w+ |et \w+ )?(?:{said.people})\b", behind)
        or (
            said.language == "fr"
            and re.search(rf"\b(?:{said.people}) (?:les plus |plus |tres |tout |d'|de )?$", before)
        )
    )
