"""The question of an analysis, read back from the command that gives its facts again."""

import shlex
from typing import Any

from corpus.filters import read_filters
from corpus.metrics.types import Ask

_FILTERS = "kind source stage language channel since until segment score-min score-max".split()


def asked(replay: str) -> tuple[str, Ask]:
    """The analysis that ``replay`` names, and what it is asked.

    Raises ValueError (InputError among others) where it is not such a command.
    """
    program, command, name, *rest = shlex.split(replay)
    if (program, command) != ("ancrage", "facts"):
        raise ValueError(f"{replay} gives no facts.")
    filters: list[str] = []
    against: list[str] = []
    themes: list[str] = []
    more: dict[str, Any] = {}
    flags = iter(rest)
    for flag in flags:
        if flag == "--json":
            continue
        key, value = flag.removeprefix("--"), next(flags)
        if key in _FILTERS:
            filters.append(f"{key}={value}")
        elif key == "against":
            against.append(value)
        elif key == "theme":
            themes.append(value)
        elif key in ("by", "score"):
            more[key] = value
        elif key == "seed":
            more[key] = int(value)
        else:
            raise ValueError(f"{flag} is not known.")
    return name, Ask(
        filters=read_filters(filters),
        against=read_filters(against) if against else None,
        themes=tuple(themes),
        **more,
    )
