"""Values of segments that a question names: « les nouveaux clients », "in Belgium", « à Lille »."""

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from assistant.reading import countries
from assistant.reading.known import Known, listed
from assistant.reading.sayings import Sayings, sayings, whole
from assistant.reading.text import Asked, Span, plain_words, stem_of
from assistant.words import ANSWER_LANGUAGES
from retrieval.lexicon import translations

SHORTEST = 3
"""Letters of a single word that may name a value."""

ALIAS = 4
"""... of a part of a value that may stand for the whole: "Heathrow"."""


@dataclass(frozen=True, slots=True)
class NamedValue:
    """A value that a stretch of the question names, under its segment.

    ``others`` are the other segments that have this very value, where nothing says which is meant.
    """

    segment: str
    value: str
    span: Span
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Vocabulary:
    """How the values of a corpus are named in one language.

    ``phrases`` are words in a row, by the first; ``kinds`` patterns that count beside a word for
    people; ``countries`` a corpus's own value by the country's code; ``named_so`` the first value
    of another segment that begins with a country's name: "Qatar Airways".
    """

    phrases: dict[str, list[tuple[tuple[str, ...], str, str, bool]]]
    kinds: tuple[tuple[re.Pattern[str], str, str], ...]
    countries: dict[str, tuple[str, str]]
    named_so: dict[str, tuple[str, str]]


def find_people(asked: Asked, known: Known) -> tuple[list[NamedValue], list[tuple[str, Span]]]:
    """The kinds of customers that the question names, and those that the corpus lacks."""
    said = sayings(asked.language)
    words = _vocabulary(known.segments, asked.language)
    found = _kinds(asked, words, said)
    left = asked.without([each.span for each in found])
    return found, _kinds_lacking(left, words, said)


def find_segments(asked: Asked, known: Known) -> tuple[list[NamedValue], list[tuple[str, Span]]]:
    """The values that the question names, and the words for those that the corpus lacks."""
    said = sayings(asked.language)
    words = _vocabulary(known.segments, asked.language)
    found = _phrases(asked, words, said)
    found += _by_a_part(asked, found, known)
    left = asked.without([each.span for each in found])
    lands, lacking = _countries(left, words, said)
    left = left.without([*(each.span for each in lands), *(span for _, span in lacking)])
    lacking += _owned(left, said)
    return sorted((*found, *lands), key=lambda each: each.span), lacking


def _by_a_part(asked: Asked, found: list[NamedValue], known: Known) -> list[NamedValue]:
    """Values that one just named makes plain: "is first class better than business?"."""
    more = []
    for each in found:
        own = set(_parts(each.value))
        plain = asked.without([other.span for other in found]).plain
        near = plain[each.span[1] : each.span[1] + _NEAR]
        for segment, value in known.segments:
            parts = set(_parts(value))
            apart = parts - own
            if segment != each.segment or len(apart) != 1 or apart == parts:
                continue
            match = re.search(
                rf"\b(?:or|than|and|vs|versus|ou|et|que|contre) ({apart.pop()})\b", near
            )
            if match and not _is_land(match[1], asked.language):
                start = each.span[1] + match.start(1)
                more.append(NamedValue(segment, value, (start, start + len(match[1]))))
    return more


_NEAR = 40
"""Characters behind a value in which another may be named by its part."""


def long_names(asked: Asked, known: Known) -> list[Span]:
    """Where the question has a value of several words, whatever else these mean: "APRIL Moto"."""
    words = _vocabulary(known.segments, asked.language)
    found = _phrases(asked, words, sayings(asked.language))
    return [each.span for each in found if " " in asked.plain[slice(*each.span)].strip()]


def _phrases(asked: Asked, words: _Vocabulary, said: Sayings) -> list[NamedValue]:
    written = asked.words()
    candidates: list[tuple[int, NamedValue]] = []
    for at, word in enumerate(written):
        for key in {word.plain, word.stem} - {""}:
            for phrase, segment, value, guarded in words.phrases.get(key, ()):
                run = written[at : at + len(phrase)]
                as_written = tuple(each.plain for each in run) == phrase
                # « mutuelle » is no "Crédit Mutuel": only a whole value is named by a stem.
                if not as_written and ((key,) != phrase or len(_parts(value)) > 1):
                    continue
                span = word.start, run[-1].end
                if guarded and not _beside_people(asked.plain, span, said):
                    continue
                candidates.append((len(phrase), NamedValue(segment, value, span)))
    kept: list[NamedValue] = []
    same: dict[tuple[Span, str], list[str]] = {}
    for _, each in candidates:
        segments = same.setdefault((each.span, plain_words(each.value)), [])
        if each.segment not in segments and _parts(each.value):
            segments.append(each.segment)
    candidates = [(size, _which(each, same, asked)) for size, each in candidates]
    for _, each in sorted(candidates, key=lambda pair: (-pair[0], pair[1].span)):
        if not any(each.span[0] < o.span[1] and o.span[0] < each.span[1] for o in kept):
            kept.append(each)
    return kept


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


_TRAVELLING = re.compile(r"\b(?:voyag|travel|fly)\w* (?:pour |en |for |on |as a |as )?$")


def _beside_people(plain: str, span: Span, said: Sayings, *, goods: bool = True) -> bool:
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


def _countries(
    asked: Asked, words: _Vocabulary, said: Sayings
) -> tuple[list[NamedValue], list[tuple[str, Span]]]:
    found: list[NamedValue] = []
    lacking: list[tuple[str, Span]] = []
    for code, span in _lands(asked, said):
        named_so = words.named_so.get(asked.plain[slice(*span)])
        if named_so and not _of_land(asked.plain, span, said):
            found.append(NamedValue(*named_so, span))
        elif code in words.countries:
            found.append(NamedValue(*words.countries[code], span))
        elif code in said.countries:
            lacking.append((asked.text[span[0] : span[1]], span))
    return found, lacking


_FROM = re.compile(
    r"\b(?:in|from|to|across|for|within|en|au|aux|a|de|du|des|depuis|pour)(?: the| la| le| l')? ?$"
)


def _of_land(plain: str, span: Span, said: Sayings) -> bool:
    """Whether a country's name stands for the country: "in Qatar", "Swiss customers"."""
    return bool(_FROM.search(plain[: span[0]])) or _beside_people(plain, span, said, goods=False)


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


def _lands(asked: Asked, said: Sayings) -> list[tuple[str, Span]]:
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


_RENDERED = re.compile(r"\b(?:rend|rendent|rendre|rester|restent|makes?|keeps?)\b.{0,30}$")


def _kinds(asked: Asked, words: _Vocabulary, said: Sayings) -> list[NamedValue]:
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
        if _RENDERED.search(before) and not re.match(rf" (?:{said.people})\b", behind):
            continue
        noun = said.kind_nouns.fullmatch(plain[slice(*each.span)])
        if noun or _beside_people(plain, each.span, said) or _as_noun(before, behind, said):
            sure.append(each)
    spoken = {each.segment for each in sure}
    for each in bare:
        others = {other.value for other in bare if other.segment == each.segment}
        row = each.segment in spoken or _in_row(plain, each, bare)
        if each not in sure and row and len(others) > 1:
            sure.append(each)
    return sure


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
_NOUN_BEHIND = re.compile(
    r" ?(?:$|[?!.,;:)]| (?:et|ou|vs|and|or|par|than|que|qui|dans|en|chez|au|aux|se|nous|sont|ont|"
    r"disent|pensent|de|du|par|n|ne|restent|partent|comme|contre|versus|who|in|at|on|are)\b)"
)


def _as_noun(before: str, behind: str, said: Sayings) -> bool:
    """« les fidèles », but not « les nouveaux tarifs »."""
    if said.language != "fr":
        return False
    return bool(
        _AMONG.search(before) or (_NOUN_BEFORE.search(before) and _NOUN_BEHIND.match(behind))
    )


def _kinds_lacking(asked: Asked, words: _Vocabulary, said: Sayings) -> list[tuple[str, Span]]:
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
            beside = noun or _beside_people(asked.plain, match.span(), said)
            if beside and not _named(match[0], words):
                found.append((asked.text[match.start() : match.end()], match.span()))
    return found


def _named(word: str, words: _Vocabulary) -> bool:
    """Whether a word is a value, or a part of one, by itself."""
    return any(
        len(phrase) == 1
        for key in (word, word.rstrip("s"))
        for phrase, *_ in words.phrases.get(key, ())
    )


@lru_cache(maxsize=32)
def _vocabulary(values: tuple[tuple[str, str], ...], language: str) -> _Vocabulary:
    said = sayings(language)
    by_segment: dict[str, list[str]] = {}
    for segment, value in values:
        by_segment.setdefault(segment, []).append(value)
    lands: dict[str, tuple[str, str]] = {}
    kinds: list[tuple[re.Pattern[str], str, str]] = []
    phrases: dict[str, list[tuple[tuple[str, ...], str, str, bool]]] = {}
    counts = {each: _counts(by_segment, each) for each in by_segment}
    for segment, value in values:
        if countries.of_countries(by_segment[segment]):
            code = countries.code_of(value)
            if code:
                lands.setdefault(code, (segment, value))
            continue
        kind = kind_of(value)
        if kind and kind in said.kinds:
            kinds.append((whole(said.kinds[kind]), segment, value))
            continue
        for phrase in (*_ways(value, counts[segment], language), *_with_name(segment, value)):
            guarded = len(phrase) == 1 and stem_of(phrase[0], language) in said.framing
            entry = phrase, segment, value, guarded
            phrases.setdefault(phrase[0], []).append(entry)
    named_so: dict[str, tuple[str, str]] = {}
    for segment, value in values:
        parts = _parts(value)
        if len(parts) > 1 and not countries.of_countries(by_segment[segment]):
            named_so.setdefault(parts[0], (segment, value))
    return _Vocabulary(phrases, tuple(kinds), lands, named_so)


def _counts(by_segment: dict[str, list[str]], own: str) -> dict[str, int]:
    """In how many values of a segment a word stands; whole values of the others count too."""
    counts: dict[str, int] = {}
    for segment, values in by_segment.items():
        for value in values:
            parts = _parts(value)
            if segment == own or len(parts) == 1:
                for word in set(parts):
                    counts[word] = counts.get(word, 0) + 1
    return counts


def _ways(value: str, counts: dict[str, int], language: str) -> set[tuple[str, ...]]:
    """The ways of writing a value: itself, and the part of it that no other value has."""
    plain = _parts(value)
    if not plain or (len(plain) == 1 and (len(plain[0]) < SHORTEST or plain[0].isdigit())):
        return set()
    ways = {plain}
    if len(plain) == 1:
        ways |= {(form,) for form in _forms(plain[0], language) if len(form) >= SHORTEST}
        return ways
    framing = sayings(language).framing
    own = [
        word
        for word in plain
        if (len(word) >= ALIAS or (len(word) == SHORTEST and not _VOWEL.search(word)))
        and counts[word] == 1
        and not word.isdigit()
        and not _is_land(word, language)
        and stem_of(word, language) not in framing
    ]
    for word in own:
        ways |= {(word,), (word + "s",), *((each,) for each in _same(word, language))}
    return ways


def _with_name(segment: str, value: str) -> set[tuple[str, ...]]:
    """A part of a value beside its segment's name: "business lounges" of a lounge's type."""
    names = [
        word for word in plain_words(segment.replace("_", " ")).split() if len(word) > SHORTEST
    ]
    parts = _parts(value)
    if len(parts) < 2:
        return set()
    return {(part, form) for part in parts for name in names for form in (name, f"{name}s")}


_VOWEL = re.compile("[aeiouy]")
"""Three letters without one are an acronym, and name as well as a longer word: "KLM"."""


def _is_land(word: str, language: str) -> bool:
    lands = sayings(language).countries.values()
    return word in countries.names(language) or any(each.fullmatch(word) for each in lands)


def _forms(word: str, language: str) -> set[str]:
    """A word's stem, and those that it has in the question's language if it is of the other."""
    found = {stem_of(word, language)}
    for other in ANSWER_LANGUAGES:
        if other != language:
            found.update(translations(stem_of(word, other), other))
    return (found | _same(word, language)) - {""}


def _same(word: str, language: str) -> frozenset[str]:
    """The words that the word list gives for a value that is a common noun."""
    for ways in sayings(language).values.values():
        if word in ways:
            return ways
    return frozenset()


def _parts(value: str) -> tuple[str, ...]:
    """The plain words of a value: « british-airways », "FamilyLeisure"."""
    return tuple(plain_words(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", value)).split())


def kind_of(value: str) -> str | None:
    """The kind of customers that a value stands for, if it is a usual one."""
    plain = plain_words(value)
    for language in ANSWER_LANGUAGES:
        for kind, words in sayings(language).kinds.items():
            if kind == plain or re.fullmatch(words, plain):
                return kind
    return None


def segment_of_countries(known: Known) -> str | None:
    """The segment whose values are countries."""
    for segment, values in listed(known).items():
        if countries.of_countries(values):
            return segment
    return None
