"""Whether a question leans on the turn before, and what it takes over from it."""

import re
from collections.abc import Mapping
from dataclasses import replace

from assistant.reading.sayings import sayings
from assistant.reading.text import Asked
from assistant.reading.types import Intent, Limits, Reading
from assistant.words import words

_OF_SOMETHING: tuple[Intent, ...] = ("said", "research", "do")
"""Intents that need something to be about: "show me examples" is of what was asked before."""

_OF_WHAT_WAS_SAID: tuple[Intent, ...] = ("compare", "trend", "how-many", "love", "research")
"""Intents that a short question without subject asks of what was spoken of: "any good news?"."""

_OF_FIGURES: tuple[Intent, ...] = ("compare", "trend", "how-many")
"""Intents that count whatever was asked about: "since when?" of customers who leave."""

_OF_CHANGE: tuple[Intent, ...] = ("change", "trend")

FEW = 6
"""Words up to which a question that only names limits leans on the one before."""


def leans(asked: Asked, reading: Reading, *, intent_said: bool) -> bool:
    """Whether a question cannot be understood without the turn before it."""
    said = sayings(asked.language)
    plain = asked.plain
    thanked = said.polite.sub(" ", plain).lstrip(" ,.!")
    if said.bare.search(plain):
        return True
    named = bool(reading.themes or reading.limits.stages)
    subject = named or bool(reading.leftover)
    if said.opens.search(plain) or said.opens.search(thanked):
        asks = intent_said and subject and len(_words(thanked)) > 2 * FEW
        return not asks or (not named and bool(_MORE.search(plain)))
    if _POINTS.search(plain):
        return True
    if named and intent_said:
        return False
    if _unnamed(plain, said.people) or said.moved.search(plain):
        return True
    if said.leans.search(said.leans_not.sub(" ", plain)):
        return True
    if subject and intent_said:
        return False
    if intent_said and reading.intent in _OF_SOMETHING and reading.limits == Limits():
        return not subject
    if not intent_said:
        return len(_words(plain)) <= FEW
    # "Is it worse by phone?" says neither what nor who.
    whole = subject or reading.score or re.search(rf"\b(?:{said.people})\b", plain)
    return not whole and reading.intent in _OF_WHAT_WAS_SAID and len(_words(plain)) <= FEW


_POINTS = re.compile(
    r"\b(?:ce|cet|cette|ces) \w+-la\b|\bthose (?:customers|people)\b(?! (?:who|that))"
)
_MORE = re.compile(r"\b(?:of (?:those|these|them)|d'entre (?:eux|elles))\b")
_THEY = re.compile(r"\b(?:they|them|ils|elles|eux)\b")


def _unnamed(plain: str, people: str) -> bool:
    """Whether the question speaks of people that it has not named: "what do they complain of?"."""
    they = _THEY.search(plain)
    return bool(they and not re.search(rf"\b(?:{people})\b", plain[: they.start()]))


def _words(plain: str) -> list[str]:
    return re.findall(r"[^\W_]+", plain)


def set_beside(asked: Asked, reading: Reading, before: Reading) -> bool:
    """Whether a question sets a value beside that of the turn before: "and KLM next to them?"."""
    new, old = reading.limits, before.limits
    other = (new.segment.keys() & old.segment.keys()) or (new.channels and old.channels)
    return bool(other and sayings(asked.language).beside.search(asked.plain))


def compared_with(reading: Reading, before: Reading) -> Reading:
    """The turn before, compared with what the reading names."""
    return replace(
        before,
        text=reading.text,
        language=reading.language,
        about=reading.about,
        intent="compare",
        against=replace(reading.limits, stages=(), score=None),
        by=None,
        follows=True,
    )


_TOGETHER = re.compile(
    r"\b(?:tou(?:s|tes) (?:les |nos )?(?P<all>[\w -]{3,30}?) confondue?s"
    r"|(?:across |for |in |with |over )?all (?:the |our )?(?P<all2>[\w -]{3,30}?)"
    r" (?:together|combined|taken together|alike)"
    r"|(?:across|over) all (?:the |our )?(?P<all3>\w+))\b"
)
"""What takes a limit of the turn before back: « tous pays confondus », "across all channels"."""


def put_together(asked: Asked, cuts: Mapping[str, str]) -> str | None:
    """The cut whose parts a question takes together; "" where it is everybody's."""
    match = _TOGETHER.search(asked.plain)
    if match is None:
        return None
    named = next(filter(None, match.groupdict().values()))
    return next((name for name, words in cuts.items() if re.fullmatch(words, named)), "")


def without_cut(before: Reading, cut: str) -> Reading:
    """The turn before, without its limit to a part; of an unnamed cut, to any segment."""
    if cut in _LIMITED:
        return replace(before, limits=replace(before.limits, **{_LIMITED[cut]: ()}))  # type: ignore[arg-type]
    named = before.limits.segment.items()
    kept = {name: value for name, value in named if cut and f"segment:{name}" != cut}
    return replace(before, limits=replace(before.limits, segment=kept))


_LIMITED = {"channel": "channels", "stage": "stages", "language": "languages"}
"""The cuts that are no segments, and the limit to a part of each."""


def taken_over(reading: Reading, before: Reading, *, intent_said: bool) -> Reading:
    """The reading with what it leaves unsaid taken from the turn before."""
    subject = bool(reading.themes or reading.limits.stages)
    dated = before.against and (before.against.since or before.against.until)
    moved = dated or (before.intent in _OF_CHANGE and (before.limits.since or before.limits.until))
    if reading.intent == "why" and not subject and moved:
        # Why, of something that moved: what made it move.
        reading = replace(reading, intent="change")
    limits = _over(reading.limits, before.limits, subject=subject)
    if reading.lacks and not reading.limits.segment:
        # "Do the pro customers too?" are others than those of the turn before.
        limits = replace(limits, segment={})
    alone = before.intent == "compare" and not before.against and not before.by
    if alone and reading.limits.segment and not reading.limits.channels:
        # One channel was set against the others: now it is these customers.
        limits = replace(limits, channels=())
    same = not intent_said or reading.intent in (before.intent, "change")
    leftover = tuple(each for each in before.leftover if each not in _of_map(before))
    intent = reading.intent if intent_said else before.intent
    if intent == before.intent == "research" and limits != before.limits:
        # Research knows nothing of our customers: "and the new ones?" asks what those say.
        intent = "said"
    against = reading.against
    # What was lacking is not asked of any more where another value is named: "and the loyal ones?".
    elsewhere = reading.limits.segment or reading.limits.channels
    if against is None and same and before.against:
        against = _unsaid(before.against, reading.limits)
    return replace(
        reading,
        intent=intent,
        themes=reading.themes if subject else before.themes,
        limits=limits,
        against=against,
        by=reading.by or (before.by if same and not against else None),
        score=reading.score or before.score,
        voices=reading.voices or before.voices,
        leaving=reading.leaving or (before.leaving and (same or reading.intent in _OF_FIGURES)),
        lacks=reading.lacks or (() if subject or elsewhere else before.lacks),
        leftover=reading.leftover or (() if subject else leftover),
        follows=True,
    )


MOST_ABOUT = 8
"""Words of the turns before that a question is searched for with."""


def about(reading: Reading, before: Reading) -> tuple[str, ...]:
    """What a reading is about, and then what the turns were that it leans on."""
    kept = [each for each in before.about if each not in _of_map(before)]
    return tuple(dict.fromkeys((*reading.about, *kept)))[:MOST_ABOUT]


def _of_map(reading: Reading) -> set[str]:
    """The words that say of a question that it is of the map: the next one need not be."""
    named = words(reading.language).kinds["journey"].finditer(reading.text)
    said = {word for match in named for word in match[0].lower().split()}
    return {each for each in reading.leftover if each.lower() in said}


def _over(new: Limits, old: Limits, *, subject: bool) -> Limits:
    return new.over(replace(old, stages=()) if subject else old)


def _unsaid(against: Limits, said: Limits) -> Limits | None:
    """What the turn before compared with, less what the new one says itself."""
    kept = replace(
        against,
        since=None if said.since or said.until else against.since,
        until=None if said.since or said.until else against.until,
        stages=() if said.stages else against.stages,
        channels=() if said.channels else against.channels,
        segment={k: v for k, v in against.segment.items() if k not in said.segment},
    )
    return kept if kept != Limits() else None
