"""``ancrage journey``: the canvas of what the map assumes and what customers say."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli import options as o

if TYPE_CHECKING:
    from assistant.journeying import Which
    from corpus.filters import Filters

journey_app = typer.Typer(invoke_without_command=True)

Output = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", metavar="FILE", help="Write it: .xlsx, .md, .svg, .png or .pdf."
    ),
]
LabelLanguage = Annotated[
    str | None, typer.Option("--label-language", metavar="fr|en", help="The canvas' own language.")
]
Map = Annotated[
    str | None, typer.Option("--map", metavar="NAME", help="Which map, where there are several.")
]
Against = Annotated[
    list[str] | None,
    typer.Option(
        "--against",
        metavar="FLAG=VALUE",
        help="What to compare with, as until=2026-03-31 or segment=K=V; repeatable.",
    ),
]


@journey_app.callback()
def journey(context: typer.Context, as_json: o.AsJson = False, data: o.Data = None) -> None:
    """Lay out the journey: what the map assumes beside what customers say."""
    context.obj = data
    if context.invoked_subcommand is None:
        show(context, as_json=as_json, data=data)


@journey_app.command()
@o.filtered("kind", "score_min", "score_max")
def show(
    context: typer.Context,
    filters: "Filters",
    output: Output = None,
    map_name: Map = None,
    against: Against = None,
    label_language: LabelLanguage = None,
    as_json: o.AsJson = False,
    data: o.Data = None,
    debug: o.Debug = False,
) -> None:
    """The canvas of the map and of the feedback, to print or to write to a file."""
    _give(context, "map", filters, output, label_language, as_json, data, map_name, against)


@journey_app.command()
@o.filtered("kind", "score_min", "score_max")
def draft(
    context: typer.Context,
    filters: "Filters",
    output: Output = None,
    label_language: LabelLanguage = None,
    as_json: o.AsJson = False,
    data: o.Data = None,
    debug: o.Debug = False,
) -> None:
    """A map proposed from what customers say and do, each cell cited, for people to correct."""
    _give(context, "draft", filters, output, label_language, as_json, data)


@journey_app.command()
def template(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE.xlsx", help="Where to write it.")],
    label_language: LabelLanguage = None,
    data: o.Data = None,
    debug: o.Debug = False,
) -> None:
    """Write the blank canvas, its lanes explained; filled in, it loads with `ancrage ingest`."""
    if file.suffix.lower() != ".xlsx":
        raise typer.BadParameter("it is a workbook: FILE.xlsx.", param_hint="FILE.xlsx")

    from assistant.cli.opening import opened
    from assistant.cli.writing import write_file

    with opened(data or context.obj) as assistant:
        content = assistant.journey_template(file.name, _language(label_language) or "en")
    write_file(file, content)
    print(f"The canvas is in {file}.")


def _give(
    context: typer.Context,
    which: "Which",
    filters: "Filters",
    output: Path | None,
    label_language: str | None,
    as_json: bool,
    data: Path | None,
    map_name: str | None = None,
    against: list[str] | None = None,
) -> None:
    from assistant.cli.opening import opened
    from assistant.cli.output import print_json, show_canvas
    from assistant.cli.writing import write_file
    from assistant.journey.files import FORMS
    from corpus.errors import InputError
    from corpus.filters import read_filters
    from corpus.metrics.types import Ask

    form = output.suffix.lower().removeprefix(".") if output else ""
    if output and form not in (*FORMS, "json"):
        listed = ", ".join(f".{each}" for each in (*FORMS, "json"))
        raise typer.BadParameter(f"its name must end in {listed}.", param_hint="--output")
    try:
        compared = read_filters(against) if against else None
    except InputError as error:
        raise typer.BadParameter(str(error), param_hint="--against") from None
    ask, tongue = Ask(filters, compared), _language(label_language)
    with opened(data or context.obj) as assistant:
        if output and form != "json":
            content = assistant.journey_file(form, ask, tongue, map_name=map_name, which=which)
        found = None
        if as_json or not output or form == "json":
            found = assistant.journey(ask, tongue, map_name=map_name, which=which)
    if output:
        write_file(output, content if form != "json" else _json(found))
        if not as_json:
            print(f"The canvas is in {output}.")
    if as_json:
        print_json(found)
    elif found is not None and not output:
        show_canvas(found)


def _language(given: str | None) -> str | None:
    if given not in (None, "fr", "en"):
        raise typer.BadParameter("it is fr or en.", param_hint="--label-language")
    return given


def _json(found: object) -> bytes:
    import json

    return json.dumps(found, ensure_ascii=False, indent=2).encode()
