"""The options that commands share, and what becomes of them."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
    typer.Option("--segment", metavar="K=V", help="A segment attribute; repeatable."),
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


def filters(
    kind: list[str] | None,
    source: list[str] | None,
    stage: list[str] | None,
    since: datetime | None,
    until: datetime | None,
    segment: list[str] | None,
    language: list[str] | None,
    channel: list[str] | None,
    score_min: float | None,
    score_max: float | None,
) -> "Filters":
    """The filters that a command was given; what they refuse is a wrong call."""
    segments = pairs(segment, "--segment", "K=V")

    from corpus.errors import InputError
    from corpus.filters import Filters

    try:
        return Filters(
            kind=tuple(kind or ()),
            source=tuple(source or ()),
            stage=tuple(stage or ()),
            language=tuple(language or ()),
            channel=tuple(channel or ()),
            since=since.date() if since else None,
            until=until.date() if until else None,
            score_min=score_min,
            score_max=score_max,
            segment=segments,
        )
    except InputError as error:
        raise typer.BadParameter(str(error)) from None
