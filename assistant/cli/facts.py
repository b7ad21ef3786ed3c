"""``ancrage facts``: computed figures, each with the query that gives it again."""

from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli import options as o

if TYPE_CHECKING:
    from corpus.filters import Filters


@o.filtered()
def facts(
    filters: "Filters",
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="The analysis; without it, the list.")
    ] = None,
    theme: Annotated[
        list[str] | None, typer.Option("--theme", help="A theme of the codebook; repeatable.")
    ] = None,
    by: Annotated[
        str | None,
        typer.Option(help="Cut up by stage, channel, language, source, month, segment:NAME…"),
    ] = None,
    score: Annotated[str | None, typer.Option(help="The scale of that name alone.")] = None,
    against: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FLAG=VALUE",
            help="What to compare with, as until=2026-03-31 or segment=K=V; repeatable.",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed draws the same.")] = 0,
    as_json: o.AsJson = False,
    data: o.Data = None,
    debug: o.Debug = False,
) -> None:
    """Compute the facts of one analysis, each with its interval and its query."""
    from assistant.analyses import summaries
    from assistant.cli.opening import opened
    from assistant.cli.output import print_json, show_facts, show_summaries
    from corpus.errors import InputError
    from corpus.filters import read_filters
    from corpus.metrics.types import Ask

    if name is None:
        (print_json if as_json else show_summaries)(summaries())
        return
    try:
        compared = read_filters(against) if against else None
    except InputError as error:
        raise typer.BadParameter(str(error), param_hint="--against") from None
    with opened(data) as assistant:
        found = assistant.facts(name, Ask(filters, compared, by, tuple(theme or ()), score, seed))
    (print_json if as_json else show_facts)(found)
