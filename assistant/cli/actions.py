"""``ancrage actions``: what to do, what was decided of it, and what came of it."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.cli import options as o

if TYPE_CHECKING:
    from datetime import date as Date

actions_app = typer.Typer(invoke_without_command=True)

Action = Annotated[str, typer.Argument(metavar="ID", help="An action of `ancrage actions`.")]
Language = Annotated[str, typer.Option(metavar="fr|en", help="The language of the proposals.")]
Status = Annotated[
    str | None,
    typer.Option(metavar="proposed|accepted|running|measured|dismissed", help="Those alone."),
]
On = Annotated[
    datetime | None,
    typer.Option("--on", formats=["%Y-%m-%d"], help="The day, YYYY-MM-DD; today without it."),
]
Owner = Annotated[str | None, typer.Option(help="Who sees to it; '' takes it back.")]
Note = Annotated[str | None, typer.Option(help="A note, in the place of the one before.")]
Part = Annotated[
    str | None,
    typer.Option(
        metavar="K=V",
        help="The segment in which it is done; the others are then its control. '' takes it back.",
    ),
]


@actions_app.callback()
def actions(
    context: typer.Context,
    language: Language = "en",
    status: Status = None,
    as_json: o.AsJson = False,
    data: o.Data = None,
    debug: o.Debug = False,
) -> None:
    """List what the evidence calls for, or decide of it."""
    context.obj = data
    if context.invoked_subcommand is None:
        _list(data, language, status, as_json)


@actions_app.command("list")
def list_actions(
    context: typer.Context,
    language: Language = "en",
    status: Status = None,
    as_json: o.AsJson = False,
    data: o.Data = None,
    debug: o.Debug = False,
) -> None:
    """List what the evidence calls for, the most first, and what was decided of it."""
    _list(data or context.obj, language, status, as_json)


def _list(data: Path | None, language: str, status: str | None, as_json: bool) -> None:
    from assistant.cli.opening import opened
    from assistant.cli.output import print_json
    from assistant.cli.output_actions import show_actions

    with opened(data) as assistant:
        found = assistant.actions(_tongue(language), status)
    (print_json if as_json else show_actions)(found)


@actions_app.command()
def show(
    context: typer.Context,
    action: Action,
    language: Language = "en",
    as_json: o.AsJson = False,
    data: o.Data = None,
    debug: o.Debug = False,
) -> None:
    """Show one action: its evidence, its mechanism, how to try it and what came of it."""
    from assistant.cli.opening import opened

    with opened(data or context.obj) as assistant:
        _shown(assistant.action(action, _tongue(language)), as_json)


@actions_app.command()
def accept(
    context: typer.Context,
    action: Action,
    on: On = None,
    owner: Owner = None,
    note: Note = None,
    language: Language = "en",
    as_json: o.AsJson = False,
    data: o.Data = None,
    debug: o.Debug = False,
) -> None:
    """Accept an action; what is expected of it now is kept beside it."""
    changes = _given(owner=owner, note=note)
    _change(context, data, action, "accepted", on, changes, language, as_json)


@actions_app.command()
def start(
    context: typer.Context,
    action: Action,
    on: On = None,
    part: Part = None,
    owner: Owner = None,
    note: Note = None,
    language: Language = "en",
    as_json: o.AsJson = False,
    data: o.Data = None,
    debug: o.Debug = False,
) -> None:
    """Say that an action is under way since a day, which it will be measured from."""
    changes = _given(owner=owner, note=note, part=part)
    _change(context, data, action, "running", on, changes, language, as_json)


@actions_app.command()
def measure(
    context: typer.Context,
    action: Action,
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The last day that counts, YYYY-MM-DD."),
    ] = None,
    language: Language = "en",
    as_json: o.AsJson = False,
    data: o.Data = None,
    debug: o.Debug = False,
) -> None:
    """Compare the same facts before it began and after, and say what else changed."""
    _change(context, data, action, "measured", until, {}, language, as_json)


@actions_app.command()
def dismiss(
    context: typer.Context,
    action: Action,
    reason: Annotated[str, typer.Option(help="Why; it is shown beside it.")],
    language: Language = "en",
    as_json: o.AsJson = False,
    data: o.Data = None,
    debug: o.Debug = False,
) -> None:
    """Dismiss an action with the reason; it is not proposed again until it is accepted."""
    _change(context, data, action, "dismissed", None, {}, language, as_json, reason)


@actions_app.command()
def edit(
    context: typer.Context,
    action: Action,
    owner: Owner = None,
    note: Note = None,
    part: Part = None,
    effort: Annotated[str | None, typer.Option(metavar="S|M|L", help="The effort.")] = None,
    horizon: Annotated[
        str | None, typer.Option(metavar="quick-win|project|innovation|not-now", help="Its place.")
    ] = None,
    causal: Annotated[
        str | None,
        typer.Option(
            metavar="LOW:HIGH",
            help="The share of the gap that may be causal, as 0.1:0.4; '' takes it back.",
        ),
    ] = None,
    language: Language = "en",
    as_json: o.AsJson = False,
    data: o.Data = None,
    debug: o.Debug = False,
) -> None:
    """Change what an action is judged by, its owner or its note."""
    changes = _given(owner=owner, note=note, part=part, effort=effort, horizon=horizon)
    if causal is not None:
        changes["causal_low"], changes["causal_high"] = _ends(causal)
    _change(context, data, action, None, None, changes, language, as_json)


@actions_app.command()
def export(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Where to write it: .csv, .xlsx, .md or .pptx.")
    ],
    table: Annotated[
        str, typer.Option(metavar="actions|evidence|jira", help="Which table a .csv is.")
    ] = "actions",
    language: Language = "en",
    status: Status = None,
    data: o.Data = None,
    debug: o.Debug = False,
) -> None:
    """Write the actions with their evidence: tables, a workbook, slides, or tasks for Jira."""
    form = file.suffix.lower().removeprefix(".")
    if form not in ("csv", "xlsx", "md", "pptx"):
        raise typer.BadParameter(
            "its name must end in .csv, .xlsx, .md or .pptx.", param_hint="FILE"
        )
    if table not in ("actions", "evidence", "jira"):
        raise typer.BadParameter("it is actions, evidence or jira.", param_hint="--table")
    if form == "csv" and table != "actions":
        form = table

    from assistant.cli.opening import opened
    from assistant.cli.writing import write_file

    with opened(data or context.obj) as assistant:
        content = assistant.actions_file(form, _tongue(language), status)
    write_file(file, content)
    print(f"The actions are in {file}.")


@actions_app.command()
def framework(
    context: typer.Context,
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE.yaml]", help="The framework to put in use.")
    ] = None,
    data: o.Data = None,
    debug: o.Debug = False,
) -> None:
    """Print the framework of attachment in use, as YAML, or put another in use."""
    from assistant.cli.opening import opened
    from corpus.files import RawFile

    raw = RawFile.read(file) if file else None
    with opened(data or context.obj) as assistant:
        if raw is None:
            print(assistant.framework(), end="")
            return
        found = assistant.load_framework(raw.text, raw.name)
    print(f"{found['name']} is in use: {', '.join(found['behaviours'])}.")


def _change(
    context: typer.Context,
    data: Path | None,
    action: str,
    status: Any,
    on: datetime | None,
    changes: dict[str, Any],
    language: str,
    as_json: bool,
    reason: str = "",
) -> None:
    day: Date | None = on.date() if on else None

    from assistant.cli.opening import opened

    with opened(data or context.obj) as assistant:
        found = assistant.change_action(
            action,
            status=status,
            on=day,
            reason=reason,
            changes=changes,
            language=_tongue(language),
        )
    _shown(found, as_json)


def _shown(found: dict[str, Any], as_json: bool) -> None:
    from assistant.cli.output import print_json
    from assistant.cli.output_actions import show_action

    (print_json if as_json else show_action)(found)


def _given(**values: str | None) -> dict[str, Any]:
    """The options that were given."""
    return {name: value for name, value in values.items() if value is not None}


def _tongue(language: str) -> str:
    if language not in ("fr", "en"):
        raise typer.BadParameter("it is fr or en.", param_hint="--language")
    return language


def _ends(text: str) -> tuple[float | None, float | None]:
    if not text:
        return None, None
    low, colon, high = text.partition(":")
    try:
        return float(low), float(high if colon else "")
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is not of the form LOW:HIGH.", param_hint="--causal"
        ) from None
