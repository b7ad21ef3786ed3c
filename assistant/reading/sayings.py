"""What questions say in each language: the word lists beside this file, as patterns."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from re import Pattern
from typing import Any

import yaml

from assistant.reading.text import composed, fold, stem_of
from assistant.words import ANSWER_LANGUAGES, words

_ARTICLES = (
    r"(?:[ '-](?:the|our|your|my|de|des|du|d|la|le|les|l|nos|notre|vos|leurs|of|by|from|own|aux"
    r"|store|shop|ils|elles|t-elle|t-il|t|en|elle|il|chez|a|an|propres|team))*"
)


@dataclass(frozen=True, slots=True)
class StageWords:
    """The words of a stage: its names, and those that name it only where a place is meant.

    ``says`` is how texts show a sense narrower than the stage's; none for a name of the whole.
    """

    stage: str
    names: Pattern[str] | None
    alone: Pattern[str] | None
    says: str = ""


@dataclass(frozen=True)
class Sayings:
    """The words of one language; see the comments in fr.yaml."""

    language: str
    telling: frozenset[str]
    intents: tuple[tuple[str, Pattern[str]], ...]
    research: Pattern[str]
    bare: Pattern[str]
    opens: Pattern[str]
    leans: Pattern[str]
    leans_not: Pattern[str]
    moved: Pattern[str]
    vague: Pattern[str]
    beside: Pattern[str]
    people: str
    goods: str
    kind_nouns: Pattern[str]
    before_nouns: Pattern[str]
    place: str
    stage_words: str
    stages: tuple[StageWords, ...]
    channels: Mapping[str, Pattern[str]]
    kinds: Mapping[str, str]
    values: Mapping[str, frozenset[str]]
    countries: Mapping[str, Pattern[str]]
    languages: Mapping[str, Pattern[str]]
    scores: Mapping[str, Pattern[str]]
    score_names: Mapping[str, Pattern[str]]
    marks: Mapping[str, str]
    records: Mapping[str, Pattern[str]]
    bare_score: Pattern[str]
    voices: Mapping[str, Pattern[str]]
    voiced: Pattern[str]
    voice_after: Pattern[str]
    leaving: Pattern[str]
    disliking: Pattern[str]
    by: str
    which: str
    cuts: Mapping[str, str]
    dimensions: Mapping[str, str]
    idioms: Pattern[str]
    framing: frozenset[str]
    fillers: frozenset[str]
    beginnings: tuple[str, ...]
    polite: Pattern[str]
    setting: Pattern[str]
    contest: Pattern[str]
    ages: Pattern[str]
    owned: str
    themes: Mapping[str, tuple[str, ...]]
    weak_themes: Mapping[str, tuple[str, ...]]
    excluded: Pattern[str]
    but: Pattern[str]
    said: Mapping[str, str]
    cuts_said: Mapping[str, str]
    kinds_said: Mapping[str, str]


@cache
def sayings(language: str) -> Sayings:
    """The words of ``language``; English for one that questions are not read in."""
    if language not in ANSWER_LANGUAGES:
        language = "en"
    text = resources.files("assistant.reading").joinpath(f"{language}.yaml").read_text("utf-8")
    data = yaml.load(_unaccented(text), Loader=yaml.CSafeLoader)
    spoken = yaml.load(text, Loader=yaml.CSafeLoader)
    said = words(language)
    questions = data["questions"]
    intents = [(name, _asking(entry)) for each in data["intents"] for name, entry in each.items()]
    return Sayings(
        language=language,
        telling=frozenset(data["telling"].split()),
        intents=tuple((name, re.compile(pattern)) for name, pattern in intents),
        research=re.compile(next(pattern for name, pattern in intents if name == "research")),
        bare=re.compile(questions["bare"]),
        opens=re.compile(questions["opens"]),
        leans=re.compile(questions["leans"]),
        leans_not=re.compile(questions["leans_not"]),
        moved=re.compile(questions["moved"]),
        vague=re.compile(questions["vague"]),
        beside=re.compile(questions["beside"]),
        people=data["people"],
        goods=data["goods"],
        kind_nouns=whole(data["kind_nouns"]),
        before_nouns=whole(data["before_nouns"]),
        place=data["place"],
        stage_words=data["stage_words"],
        stages=tuple(_stages(data["stages"])),
        channels=_whole(data["channels"]),
        kinds=data["kinds"],
        values={key: frozenset(each.split()) for key, each in data["values"].items()},
        countries=_whole(data["countries"]),
        languages=_whole(data["languages"]),
        scores=_whole(data["scores"]),
        score_names=_whole(data["score_names"]),
        marks=data["marks"],
        records=_whole(data["records"]),
        bare_score=whole(data["bare_score"]),
        voices=_whole(data["voices"]),
        voiced=re.compile(rf"\b{data['voiced']}{_ARTICLES} ?$"),
        voice_after=re.compile(rf"^.{{0,12}}?{data['voice_after']}\b"),
        leaving=re.compile(data["leaving"]),
        disliking=whole(data["disliking"]),
        by=data["by"],
        which=data["which"],
        cuts=data["cuts"],
        dimensions=data["dimensions"],
        idioms=whole(data["idioms"]),
        polite=whole(data["polite"]),
        setting=re.compile(rf"^\W*(?:{data['setting']})\b[^?:.,;!]*[:.,;!] *"),
        contest=whole(data["contest"]),
        ages=whole(data["ages"].replace("{people}", data["people"])),
        owned=data["owned"],
        themes=_named_themes(data["themes"]),
        weak_themes=_named_themes(data["weak_themes"]),
        excluded=re.compile(data["excluded"]),
        but=re.compile(data["but"]),
        said=spoken["said"],
        cuts_said=spoken["cuts_said"],
        kinds_said=spoken["kinds_said"],
        beginnings=_beginnings([pattern for _, pattern in intents]),
        framing=_written([pattern for _, pattern in intents], language)
        | said.frame
        | said.judging
        | said.audience
        | _stems(data["fillers"], language),
        fillers=frozenset(data["fillers"].split()),
    )


def _unaccented(text: str) -> str:
    """A word list without accents; the escapes of its patterns, such as ``\\W``, stay."""
    return "".join(each if each.isascii() else fold(each) for each in composed(text))


def whole(words: str) -> Pattern[str]:
    """A pattern of words that stand by themselves."""
    return re.compile(rf"(?<![^\W_])(?:{words})(?![^\W_])")


def _named_themes(listed: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    return {theme: tuple(names.split("; ")) for theme, names in listed.items()}


def _whole(listed: Mapping[str, str]) -> dict[str, Pattern[str]]:
    return {name: whole(words) for name, words in listed.items()}


def _stages(listed: Mapping[str, Mapping[str, Any]]) -> list[StageWords]:
    found = []
    for stage, entry in listed.items():
        for sense in (entry, *entry.get("narrow", ())):
            names, alone = (
                whole(sense[each]) if sense.get(each) else None for each in ("names", "alone")
            )
            found.append(StageWords(stage, names, alone, sense.get("says", "")))
    return found


def _asking(entry: str | Sequence[str] | Mapping[str, Any]) -> str:
    """The pattern of an entry of the intents: as it stands, a list, or one list after another."""
    if isinstance(entry, str):
        return entry
    if isinstance(entry, Mapping):
        unless = rf"(?!.*{_asking(entry['unless'])})" if "unless" in entry else ""
        first, then = _asking(entry["first"]), _asking(entry["then"])
        return rf"^{unless}.*{first}[^?]{{0,{entry['within']}}}{then}"
    return rf"\b(?:{'|'.join(entry)})\b"


def _written(patterns: Sequence[str], language: str) -> frozenset[str]:
    """The stems of the words of the intents: what asks, and not what is asked about."""
    return _stems(" ".join(re.findall(r"(?<!\\)\b[a-z]{4,}", " ".join(patterns))), language)


def _beginnings(patterns: Sequence[str]) -> tuple[str, ...]:
    """How the words of the intents begin that are listed by their beginnings."""
    return tuple(dict.fromkeys(re.findall(r"\b([a-z]{4,})\\w[*+]", " ".join(patterns))))


def _stems(listed: str, language: str) -> frozenset[str]:
    return frozenset(stem_of(fold(word), language) for word in listed.split()) - {""}
