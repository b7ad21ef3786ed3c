"""Values of segments that a question names: "in Belgium", « à Lille », « chez APRIL Moto »."""

import re
from dataclasses import replace

from assistant.reading.known import Known
from assistant.reading.lands import find_lands
from assistant.reading.people import beside_people
from assistant.reading.sayings import Sayings, sayings
from assistant.reading.text import Asked, Span, plain_words, stem_of
from assistant.reading.values import NamedValue, Vocabulary, is_land, parts_of, vocabulary


def find_segments(asked: Asked, known: Known) -> tuple[list[NamedValue], list[tuple[str, Span]]]:
    """The values that the question names, and the words for those that the corpus lacks."""
    said = sayings(asked.language)
    words = vocabulary(known.segments, asked.language)
    found = _phrases(asked, words, said)
    # « United » of "the United Kingdom" is no airline.
    called = find_lands(asked, words, said)[0]
    found = [each for each in found if not any(_within(each.span, one.span) for one in called)]
    found += _by_a_part(asked, found, known)
    left = asked.without([each.span for each in found])
    lands, lacking = find_lands(left, words, said)
    left = left.without([*(each.span for each in lands), *(span for _, span in lacking)])
    lacking += _owned(left, said)
    return sorted((*found, *lands), key=lambda each: each.span), lacking


def _within(span: Span, other: Span) -> bool:
    """Whether a stretch is a part of a longer one."""
    return other[0] <= span[0] and span[1] <= other[1] and span != other


def _by_a_part(asked: Asked, found: list[NamedValue], known: Known) -> list[NamedValue]:
    """Values that one just named makes plain: "is first class better than business?"."""
    more = []
    for each in found:
        own = set(parts_of(each.value))
        plain = asked.without([other.span for other in found]).plain
        behind = plain[each.span[1] : each.span[1] + _NEAR]
        ahead = max(0, each.span[0] - _NEAR)
        before = plain[ahead : each.span[0]]
        for segment, value in known.segments:
            parts = set(parts_of(value))
            apart = parts - own
            if segment != each.segment or len(apart) != 1 or apart == parts:
                continue
            part = apart.pop()
            match = re.search(rf"\b(?:{_BESIDE}) (?P<part>{part})\b", behind)
            start = each.span[1]
            if not match:
                match = re.search(rf"\b(?P<part>{part}) (?:{_BESIDE}) $", before)
                start = ahead
            if match and not is_land(part, asked.language):
                at = start + match.start("part")
                more.append(NamedValue(segment, value, (at, at + len(part))))
    return more


_BESIDE = "or|than|and|vs|versus|against|ou|et|que|contre"
_NEAR = 40
"""Characters on either side of a value in which another may be named by its part."""


def long_names(asked: Asked, known: Known) -> list[Span]:
    """Where the question has a value of several words, whatever else these mean: "APRIL Moto"."""
    words = vocabulary(known.segments, asked.language)
    found = _phrases(asked, words, sayings(asked.language))
    return [each.span for each in found if " " in asked.plain[slice(*each.span)].strip()]


def _phrases(asked: Asked, words: Vocabulary, said: Sayings) -> list[NamedValue]:
    written = asked.words()
    candidates: list[tuple[int, NamedValue]] = []
    shy: list[tuple[int, NamedValue]] = []
    for at, word in enumerate(written):
        for key in {word.plain, word.stem} - {""}:
            for phrase, segment, value, guarded in words.phrases.get(key, ()):
                run = written[at : at + len(phrase)]
                as_written = tuple(each.plain for each in run) == phrase
                # « mutuelle » is no "Crédit Mutuel": only a whole value is named by a stem, and
                # « merci » no "Mercer": a name is written as it is.
                whole = (key,) == phrase and len(parts_of(value)) == 1
                if not as_written and not (whole and _may_be(word.plain, value)):
                    continue
                span = word.start, run[-1].end
                sure = not guarded or beside_people(asked.plain, span, said)
                named = len(phrase), NamedValue(segment, value, span)
                (candidates if sure else shy).append(named)
    # "Business and Team plans": beside a value, another of the segment is one too.
    candidates += [
        each for each in shy if any(_beside(asked.plain, each[1], one) for _, one in candidates)
    ]
    kept: list[NamedValue] = []
    same: dict[tuple[Span, str], list[str]] = {}
    for _, each in candidates:
        segments = same.setdefault((each.span, plain_words(each.value)), [])
        if each.segment not in segments and parts_of(each.value):
            segments.append(each.segment)
    candidates = [(size, _which(each, same, asked)) for size, each in candidates]
    for _, each in sorted(candidates, key=lambda pair: (-pair[0], pair[1].span)):
        if not any(each.span[0] < o.span[1] and o.span[0] < each.span[1] for o in kept):
            kept.append(each)
    return kept


def _may_be(word: str, value: str) -> bool:
    """Whether a word with a value's stem may be meant by it; a name changes only at its end."""
    name = plain_words(value)
    return not value[:1].isupper() or word.startswith(name) or name.startswith(word)


def _beside(plain: str, one: NamedValue, other: NamedValue) -> bool:
    first, second = sorted((one.span, other.span))
    between = plain[first[1] : second[0]]
    return one.segment == other.segment and bool(
        re.fullmatch(rf" ?(?:,|/|{_BESIDE}) ?(?:the |les? |la )?", between)
    )


def _which(each: NamedValue, same: dict[tuple[Span, str], list[str]], asked: Asked) -> NamedValue:
    """A value with the other segments that have it, unless the question names the segment."""
    segments = same[each.span, plain_words(each.value)]
    if len(segments) == 1:
        return each
    said = [name for name in segments if names_segment(asked, name)]
    if len(said) == 1:
        return replace(each, segment=said[0])
    return replace(each, others=tuple(name for name in segments if name != each.segment))


def names_segment(asked: Asked, segment: str) -> bool:
    """Whether the question has a word of the segment's name."""
    stems = {
        stem_of(word, asked.language) for word in plain_words(segment.replace("_", " ")).split()
    }
    return any(word.stem and word.stem in stems for word in asked.words())


def _owned(asked: Asked, said: Sayings) -> list[tuple[str, Span]]:
    """Names of shops and teams that the corpus does not have: « le magasin de Lyon »."""
    if said.language == "fr":
        way = rf"\b(?:{said.owned}) (?:de |d'|a )(?P<name>[\w'-]+)"
    else:
        way = rf"\b(?:the|our|your) (?P<name>[\w'-]+) (?:{said.owned})\b"
    found = []
    for match in re.finditer(way, asked.plain):
        written = asked.text[slice(*match.span("name"))]
        if written[:1].isupper() and not written.isupper():
            found.append((written, match.span("name")))
    return found
