"""``ancrage themes accept|merge|dismiss|rename``: what a person decides of themes."""

from typing import Annotated

import typer

from assistant.cli import options as o

Candidate = Annotated[
    str, typer.Argument(metavar="ID", help="A candidate that `themes discover` lists.")
]
Seed = Annotated[int, typer.Option(help="The seed that the candidate was discovered with.")]
French = Annotated[str | None, typer.Option("--fr", metavar="LABEL", help="Its French label.")]
English = Annotated[str | None, typer.Option("--en", metavar="LABEL", help="Its English label.")]


def accept(
    context: typer.Context,
    candidate: Candidate,
    fr: French = None,
    en: English = None,
    group: Annotated[str | None, typer.Option(help="The group that it belongs to.")] = None,
    seed: Seed = 0,
    as_json: o.AsJson = False,
    data: o.Data = None,
    debug: o.Debug = False,
) -> None:
    """Make a candidate a theme of the codebook, under its own words or another label."""
    from assistant.cli.opening import opened
    from assistant.cli.output import print_json, show_decision

    with opened(data or context.obj) as assistant:
        found = assistant.judge_candidate(
            candidate, "accept", label=_label(fr, en) or None, group=group, seed=seed
        )
    (print_json if as_json else show_decision)(found)


def merge(
    context: typer.Context,
    candidate: Candidate,
    into: Annotated[str, typer.Option(metavar="THEME", help="The theme that it is part of.")],
    seed: Seed = 0,
    as_json: o.AsJson = False,
    data: o.Data = None,
    debug: o.Debug = False,
) -> None:
    """Make a candidate's central clauses examples of a theme that there is."""
    from assistant.cli.opening import opened
    from assistant.cli.output import print_json, show_decision

    with opened(data or context.obj) as assistant:
        found = assistant.judge_candidate(candidate, "merge", into=into, seed=seed)
    (print_json if as_json else show_decision)(found)


def dismiss(
    context: typer.Context,
    candidate: Candidate,
    seed: Seed = 0,
    as_json: o.AsJson = False,
    data: o.Data = None,
    debug: o.Debug = False,
) -> None:
    """Never propose a candidate again."""
    from assistant.cli.opening import opened
    from assistant.cli.output import print_json, show_decision

    with opened(data or context.obj) as assistant:
        found = assistant.judge_candidate(candidate, "dismiss", seed=seed)
    (print_json if as_json else show_decision)(found)


def rename(
    context: typer.Context,
    theme: Annotated[str, typer.Argument(metavar="THEME")],
    fr: French = None,
    en: English = None,
    as_json: o.AsJson = False,
    data: o.Data = None,
    debug: o.Debug = False,
) -> None:
    """Give a theme another label; its id stays, and with it what people said of it."""
    if not (label := _label(fr, en)):
        raise typer.BadParameter("give the label: --fr, --en or both.")

    from assistant.cli.opening import opened
    from assistant.cli.output import print_json, show_decision

    with opened(data or context.obj) as assistant:
        found = assistant.rename_theme(theme, label)
    (print_json if as_json else show_decision)(found)


def _label(fr: str | None, en: str | None) -> dict[str, str]:
    return {language: text for language, text in (("fr", fr), ("en", en)) if text is not None}
