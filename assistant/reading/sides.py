"""Values that stand side by side in a question: which it is limited to, which it compares with."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from assistant.reading.finding import Found
from assistant.reading.sayings import sayings
from assistant.reading.text import Asked, Span
from assistant.reading.types import Limits


@dataclass
class Side:
    """Values of one field in the order in which the question names them, and where."""

    values: list[str] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)

    def add(self, value: str, span: Span) -> None:
        """Add a value, once."""
        if value not in self.values:
            self.values.append(value)
            self.spans.append(span)


def sides_of(found: Found) -> dict[str, Side]:
    """The values of each field of which a question can name two."""
    sides: dict[str, Side] = {}
    for value in found.values:
        sides.setdefault(f"segment:{value.segment}", Side()).add(value.value, value.span)
    for each in found.channels:
        sides.setdefault("channels", Side()).add(each.value, each.span)
    for stage in found.stages:
        sides.setdefault("stages", Side()).add(stage.stage, stage.word)
    for band, span in found.bands:
        sides.setdefault("score", Side()).add(band, span)
    return sides


_LINKS = (
    "the|in|at|on|with|our|those|ones|of|la|le|les|l'|en|chez|au|aux|nos|de|des|du|d'|ceux|celles"
)
_LEAD = re.compile(
    r"\b(?:than|versus|vs\.?|against|compared? (?:to|with)|relative to|unlike"
    r"|par rapport(?: a| au| aux)?"
    r"|comparee?s? (?:a|au|aux|avec)|contre|face (?:a|au|aux)|que)"
    rf"(?: ?(?:{_LINKS}|celui|celle))* ?$"
)


def contested(question: Asked, sides: Mapping[str, Side]) -> bool:
    """Whether two values stand side by side for one to win: "web or store, who does better?"."""
    for side in sides.values():
        if len(side.values) != 2:
            continue
        between = question.plain[side.spans[0][1] : side.spans[1][0]]
        before = question.plain[: side.spans[0][0]]
        either = re.fullmatch(rf" ?,? ?(?:or|ou|vs\.?|versus)(?: (?:{_LINKS}))* ?", between)
        joined = re.fullmatch(rf" ?(?:and|et)(?: (?:{_LINKS}))* ?", between)
        joined = joined and re.search(rf"\b(?:between|entre)(?: (?:{_LINKS}))* ?$", before)
        if (either or joined) and sayings(question.language).contest.search(question.plain):
            return True
    return False


def paired(question: Asked, sides: Mapping[str, Side]) -> bool:
    """Whether two values of a field are contrasted, or one stands behind a word for comparing."""
    return any(
        (len(side.values) == 2 and _contrasted(question, side.spans))
        or (len(side.values) == 1 and _behind_contrast(question, side.spans[0]))
        for side in sides.values()
    )


def parted(
    question: Asked, sides: Mapping[str, Side], by: str | None, *, comparing: bool, counting: bool
) -> tuple[Limits, Limits | None, str | None]:
    """What the question is limited to, what it is compared with, and the cut of three or more."""
    one: dict[str, list[str]] = {}
    two: dict[str, list[str]] = {}
    cut: str | None = None
    for name, side in sides.items():
        values = side.values
        several = len(values) > 2 and name.startswith("segment:") and comparing
        if (name == by and len(values) != 2) or several:
            cut = name
            continue
        if len(values) > 2 and comparing and name == "channels":
            cut = "channel"
            continue
        if comparing and _behind_contrast(question, side.spans[0]) and len(values) == 1:
            two[name] = values
            continue
        if len(values) == 2 and (comparing or _contrasted(question, side.spans)):
            if _behind_contrast(question, side.spans[0]):
                values = values[::-1]
            one[name], two[name] = values[:1], values[1:]
            continue
        one[name] = values[:1] if name == "score" else values
        if counting and name.startswith("segment:") and _one_by_one(question, side.spans):
            cut = name
    return _limits(one), (_limits(two) if two else None), cut


def _one_by_one(question: Asked, spans: Sequence[Span]) -> bool:
    """Whether several values are to be counted each by itself: "in France and in Belgium"."""
    if len(spans) < 2:
        return False
    return not re.search(r"\b(?:ou|or)\b", question.plain[spans[0][1] : spans[-1][0]])


def _behind_contrast(question: Asked, span: Span) -> bool:
    return bool(_LEAD.search(question.plain[max(0, span[0] - 50) : span[0]]))


def _contrasted(question: Asked, spans: Sequence[Span]) -> bool:
    between = question.plain[spans[0][1] : spans[1][0]]
    return bool(_LEAD.search(between) or re.search(r"\b(?:vs|versus|than|contre)\b", between))


def _limits(values: Mapping[str, Sequence[str]]) -> Limits:
    return Limits(
        stages=tuple(values.get("stages", ())),
        segment={
            name.removeprefix("segment:"): each[0] if len(each) == 1 else tuple(each)
            for name, each in values.items()
            if name.startswith("segment:")
        },
        channels=tuple(values.get("channels", ())),
        score=_band(values.get("score", ())),
    )


def _band(values: Sequence[str]) -> Literal["low", "high"] | None:
    return None if not values else "low" if values[0] == "low" else "high"
