"""``ancrage themes``: what feedback is about, and the codebook by which that is known."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli import options as o
from assistant.cli.judging import accept, dismiss, merge, rename
from assistant.cli.recoding import recode

if TYPE_CHECKING:
    from corpus.filters import Filters

themes_app = typer.Typer(invoke_without_command=True)
for _command in (recode, accept, merge, dismiss, rename):
    themes_app.command()(_command)

File = Annotated[Path, typer.Argument(metavar="FILE", help="A codebook, as YAML.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")]


@themes_app.callback()
@o.filtered()
def themes(
    context: typer.Context,
    filters: "Filters",
    as_json: o.AsJson = False,
    data: o.Data = None,
    debug: o.Debug = False,
) -> None:
    """Say what feedback is about, theme by theme, or see to the codebook."""
    context.obj = data
    if context.invoked_subcommand:
        if filters.as_dict():
            raise typer.BadParameter("filters go with `ancrage themes` alone.")
        return

    from assistant.cli.opening import opened
    from assistant.cli.output import print_json, show_themes, warn

    with opened(data) as assistant:
        found = assistant.themes(filters)
        coded = assistant.doctor()["coded_share"]
    if coded < 1:
        warn(f"Only {coded:.0%} is coded so far: `ancrage themes recode` does the rest.")
    (print_json if as_json else show_themes)(found)


@themes_app.command()
def export(
    context: typer.Context,
    file: File,
    data: o.Data = None,
    debug: o.Debug = False,
) -> None:
    """Write the codebook in use to a file, to be edited."""
    from assistant.cli.opening import opened
    from corpus.errors import InputError

    with opened(data or context.obj) as assistant:
        text = assistant.export_codebook()
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{file} cannot be written: {error.strerror}.") from None
    print(f"The codebook is in {file}.")


@themes_app.command()
def load(
    context: typer.Context,
    file: File,
    dry_run: DryRun = False,
    no_wait: o.NoWait = False,
    as_json: o.AsJson = False,
    data: o.Data = None,
    debug: o.Debug = False,
) -> None:
    """Put a codebook in use, after saying which records move."""
    from assistant.cli.loading import code
    from assistant.cli.opening import opened
    from assistant.cli.output import print_json, show_change
    from corpus.files import RawFile

    raw = RawFile.read(file)
    with opened(data or context.obj) as assistant:
        change = assistant.load_codebook(raw.text, raw.name, apply=not dry_run)
        if not (dry_run or no_wait):
            code(assistant)
    (print_json if as_json else show_change)(change)


@themes_app.command()
def records(
    context: typer.Context,
    theme: Annotated[str, typer.Argument(metavar="THEME")],
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many.")] = 20,
    as_json: o.AsJson = False,
    data: o.Data = None,
    debug: o.Debug = False,
) -> None:
    """List what people say of a theme, the surest first."""
    from assistant.cli.opening import opened
    from assistant.cli.output import print_json, show_records

    with opened(data or context.obj) as assistant:
        found = assistant.theme_records(theme, limit=limit)
    (print_json if as_json else show_records)(found)


@themes_app.command()
def correct(
    context: typer.Context,
    passage_id: Annotated[str, typer.Argument(metavar="PASSAGE_ID")],
    span: Annotated[str, typer.Argument(metavar="START:END")],
    theme: Annotated[str, typer.Argument(metavar="THEME")],
    wrong: Annotated[bool, typer.Option("--not", help="The span is not about the theme.")] = False,
    polarity: Annotated[str | None, typer.Option(metavar="+|-|0", help="How it feels.")] = None,
    as_json: o.AsJson = False,
    data: o.Data = None,
    debug: o.Debug = False,
) -> None:
    """Say that a span of a passage is, or is not, about a theme; the coder learns from it."""
    first, colon, last = span.partition(":")
    if not (colon and first.isascii() and first.isdigit() and last.isascii() and last.isdigit()):
        raise typer.BadParameter(f"{span!r} is not of the form START:END.", param_hint="START:END")
    if polarity not in (None, "+", "-", "0"):
        raise typer.BadParameter("it is +, - or 0.", param_hint="--polarity")

    from assistant.cli.opening import opened
    from assistant.cli.output import print_json, show_correction

    with opened(data or context.obj) as assistant:
        found = assistant.correct(
            passage_id,
            int(first),
            int(last),
            theme,
            holds=not wrong,
            polarity=polarity,  # type: ignore[arg-type]  # one of the three, as was just seen
        )
    (print_json if as_json else show_correction)(found)


@themes_app.command()
def sample(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="Where to write it.")],
    size: Annotated[int, typer.Option(min=1, max=5000, help="How many records.")] = 300,
    seed: Annotated[int, typer.Option(help="Another seed draws other records.")] = 0,
    data: o.Data = None,
    debug: o.Debug = False,
) -> None:
    """Draw records for people to code: fill in `themes` (price -; staff-attitude +, or none)."""
    from assistant.cli.opening import opened
    from corpus.errors import InputError

    with opened(data or context.obj) as assistant:
        text = assistant.sample_themes(size, seed)
    try:
        file.write_text(text, encoding="utf-8-sig")
    except OSError as error:
        raise InputError(f"{file} cannot be written: {error.strerror}.") from None
    print(f"The sample is in {file}; fill in its last column and give it to `themes score`.")


@themes_app.command()
def score(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="The sample, filled in.")],
    coder: Annotated[str, typer.Option(help="Who coded it.")] = "me",
    as_json: o.AsJson = False,
    data: o.Data = None,
    debug: o.Debug = False,
) -> None:
    """Learn what somebody coded, and say how well each theme is known."""
    from assistant.cli.opening import opened
    from assistant.cli.output import print_json, show_scores
    from corpus.files import RawFile

    raw = RawFile.read(file)
    with opened(data or context.obj) as assistant:
        found = assistant.score_themes(raw.text, coder, raw.name)
    (print_json if as_json else show_scores)(found)


@themes_app.command()
def discover(
    context: typer.Context,
    seed: Annotated[int, typer.Option(help="The same seed proposes the same.")] = 0,
    as_json: o.AsJson = False,
    data: o.Data = None,
    debug: o.Debug = False,
) -> None:
    """Propose themes for what the codebook has none for, with how stable each is."""
    from assistant.cli.opening import opened
    from assistant.cli.output import print_json, show_candidates

    with opened(data or context.obj) as assistant:
        found = assistant.discover_themes(seed)
    (print_json if as_json else show_candidates)(found)
