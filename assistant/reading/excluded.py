"""What a question leaves out: « hors Belgique », "everyone but new customers"."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from assistant.reading.channels import find_channels
from assistant.reading.known import Known
from assistant.reading.people import find_people
from assistant.reading.sayings import sayings
from assistant.reading.segments import find_segments
from assistant.reading.text import Asked, Span

_LINK = r"(?:[ ,]|\b(?:and|or|nor|et|ou|ni|the|of|in|from|by|our|les|la|le|des|de|du|d|l|nos|en|au"
_LINK += r"|aux|par|sur|dans|customers?|clients?|those|ones|ceux|celles|insurance|assurance"
_LINK += r"|hors|sauf|hormis|excepte|sans|except|excepting|excluding|outside|without)\b|')*"
"""What may stand between values that are left out together, « hors » once more too."""


@dataclass(frozen=True, slots=True)
class Excluded:
    """The values that are left out, by their segment, the channels, and where that is said."""

    values: Mapping[str, tuple[str, ...]]
    channels: tuple[str, ...]
    spans: list[Span]


def find_excluded(asked: Asked, has: Known) -> Excluded:
    """The values of segments and the channels that the question leaves out.

    Where the words that leave something out name no value, all that stands behind them is left
    out; some of these words leave out nothing then: "outside the store" is a place.
    """
    said = sayings(asked.language)
    values: dict[str, list[str]] = {}
    channels: list[str] = []
    spans: list[Span] = []
    for pattern, sure in ((said.excluded, True), (said.but, False)):
        for match in pattern.finditer(asked.plain):
            if any(start <= match.start() < end for start, end in spans):
                continue
            # What is left out already behind it is not its own.
            stop = min(start for start, _ in [*spans, (match.end(), 0)] if start > match.start())
            stop = min(stop, match.end())
            inside = asked.without([(0, match.start()), (stop, len(asked.plain))])
            people = find_people(inside, has)[0]
            inside = inside.without(each.span for each in people)
            named = sorted((*people, *find_segments(inside, has)[0]), key=lambda each: each.span)
            # "Outside the store" is a place.
            by = find_channels(inside, has)[0] if sure and not named else []
            end = _end(
                asked, match.start(), [*(each.span for each in named), *(each.span for each in by)]
            )
            for one in (each for each in named if each.span[1] <= end):
                values.setdefault(one.segment, []).append(one.value)
            channels += [each.value for each in by if each.span[1] <= end]
            if end > match.start():
                behind = re.match(rf" (?:{said.people})\b", asked.plain[end:])
                spans.append((match.start(), end + (behind.end() if behind else 0)))
            elif sure:
                spans.append((match.start(), stop))
    found = {name: tuple(dict.fromkeys(each)) for name, each in values.items()}
    return Excluded(found, tuple(dict.fromkeys(channels)), spans)


def _end(asked: Asked, start: int, spans: list[Span]) -> int:
    """Where the values end that follow one another; ``start`` where there is none."""
    end = start
    for begins, ends in spans:
        if end > start and not re.fullmatch(_LINK, asked.plain[end:begins]):
            break
        end = ends
    return end
