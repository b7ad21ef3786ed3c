"""The options that commands share, and what becomes of them."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from inspect import Parameter, signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from corpus.types import EVIDENCE_KINDS, FileKind

if TYPE_CHECKING:
    from corpus.filters import Filters

_DAY = ["%Y-%m-%d"]

Data = Annotated[
    Path | None,
    typer.Option("--data", help="The data directory.", show_default="ANCRAGE_DATA, or ./.ancrage"),
]
Debug = Annotated[bool, typer.Option("--debug", help="Show where an error came from.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
NoWait = Annotated[bool, typer.Option("--no-wait", help="Leave the embedding to `ancrage serve`.")]
Host = Annotated[str, typer.Option(help="The address to listen on.")]
Port = Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 takes a free one.")]

LoadAs = Annotated[
    FileKind | None, typer.Option("--kind", help="What the files are, where the guess is wrong.")
]
Mapping = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="FIELD=COLUMN", help="Which column holds a field; repeatable."),
]

Kinds = Annotated[
    list[str] | None,
    typer.Option(
        "--kind", metavar="|".join(EVIDENCE_KINDS), help="The kind of evidence; repeatable."
    ),
]
Sources = Annotated[
    list[str] | None, typer.Option("--source", help="A source's file name or id; repeatable.")
]
Stages = Annotated[
    list[str] | None, typer.Option("--stage", help="A stage of the journey; repeatable.")
]
Languages = Annotated[
    list[str] | None, typer.Option("--language", help="The evidence's language; repeatable.")
]
Channels = Annotated[list[str] | None, typer.Option("--channel", help="A channel; repeatable.")]
Segments = Annotated[
    list[str] | None,
    typer.Option(
        "--segment",
        metavar="K=V",
        help="A segment attribute; repeatable, values of one name are alternatives.",
    ),
]
Since = Annotated[
    datetime | None, typer.Option("--since", formats=_DAY, help="The first day, YYYY-MM-DD.")
]
Until = Annotated[
    datetime | None, typer.Option("--until", formats=_DAY, help="The last day, YYYY-MM-DD.")
]
ScoreMin = Annotated[
    float | None,
    typer.Option(min=0, max=1, help="The lowest score, as a share of its scale: 0 worst, 1 best."),
]
ScoreMax = Annotated[float | None, typer.Option(min=0, max=1, help="The highest score, likewise.")]


_FILTERS: dict[str, Any] = {
    "kind": Kinds,
    "source": Sources,
    "stage": Stages,
    "since": Since,
    "until": Until,
    "segment": Segments,
    "language": Languages,
    "channel": Channels,
    "score_min": ScoreMin,
    "score_max": ScoreMax,
}
"""The options that narrow what is looked at, in the order in which they are listed."""

_LAST = ("as_json", "data", "debug")


def filtered(*without: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the options of the filters, but those ``without``.

    The command takes what was given as ``filters``.
    """
    names = [name for name in _FILTERS if name not in without]

    def narrowed(command: Callable[..., None]) -> Callable[..., None]:
        @wraps(command)
        def run(*arguments: Any, **options: Any) -> None:
            given = {name: options.pop(name, None) for name in names}
            command(*arguments, filters=_read(given), **options)

        own = signature(command).parameters.values()
        kept = [each.replace(kind=Parameter.KEYWORD_ONLY) for each in own if each.name != "filters"]
        added = [
            Parameter(name, Parameter.KEYWORD_ONLY, default=None, annotation=_FILTERS[name])
            for name in names
        ]
        first = [each for each in kept if each.name not in _LAST]
        every = [*first, *added, *(each for each in kept if each.name in _LAST)]
        # This is what Typer makes the command's options from.
        run.__signature__ = signature(command).replace(parameters=every)  # type: ignore[attr-defined]
        run.__annotations__ = {each.name: each.annotation for each in every} | {"return": None}
        return run

    return narrowed


def pairs(values: list[str] | None, option: str, form: str) -> dict[str, str]:
    """``K=V`` texts as a mapping; anything else is a wrong call."""
    found = {}
    for value in values or ():
        key, equals, rest = value.partition("=")
        if not (key.strip() and equals and rest.strip()):
            raise typer.BadParameter(f"{value!r} is not of the form {form}.", param_hint=option)
        if key.strip() in found:
            raise typer.BadParameter(
                f"{key.strip()} is given twice; only one can hold (segment:NAME=COLUMN and "
                "score:KIND=COLUMN name several).",
                param_hint=option,
            )
        found[key.strip()] = rest.strip()
    return found


def _read(given: dict[str, Any]) -> "Filters":
    """The filters that a command was given; what they refuse is a wrong call."""
    since, until = given["since"], given["until"]
    from corpus.errors import InputError
    from corpus.filters import Filters, alternatives

    segments = [
        pair
        for each in given["segment"] or ()
        for pair in pairs([each], "--segment", "K=V").items()
    ]

    try:
        return Filters(
            kind=tuple(given.get("kind") or ()),
            source=tuple(given["source"] or ()),
            stage=tuple(given["stage"] or ()),
            language=tuple(given["language"] or ()),
            channel=tuple(given["channel"] or ()),
            since=since.date() if since else None,
            until=until.date() if until else None,
            score_min=given.get("score_min"),
            score_max=given.get("score_max"),
            segment=alternatives(segments),
        )
    except InputError as error:
        raise typer.BadParameter(str(error)) from None
