"""``ancrage eval generate``: cases drafted from one's own corpus, for people to approve."""

from pathlib import Path
from typing import Annotated

import typer

from assistant.cli import options as o


def generate(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="Where the drafts go.")],
    number: Annotated[
        int, typer.Option("-n", "--number", min=1, max=2_000, help="How many are drafted.")
    ] = 40,
    kind: Annotated[
        list[str] | None,
        typer.Option(
            metavar="lookup|counts|unanswerable|thumbs", help="Only this kind; repeatable."
        ),
    ] = None,
    language: Annotated[
        list[str] | None,
        typer.Option(
            metavar="fr|en",
            help="The language of the questions; repeatable.",
            show_default="the corpus's own",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed drafts the same cases.")] = 0,
    chat_model: Annotated[
        str, typer.Option(metavar="NAME|none", help="The chat model that words the questions.")
    ] = "none",
    force: Annotated[
        bool, typer.Option("--force", help="Write over a file that is there.")
    ] = False,
    data: o.Data = None,
    debug: o.Debug = False,
) -> None:
    """Draft cases from your own corpus and from rated answers, for people to approve in a CSV."""
    if file.exists() and not force:
        raise typer.BadParameter(
            f"{file} is there already, perhaps with what somebody approved; name another file, "
            "or add --force.",
            param_hint="FILE.csv",
        )
    from collections import Counter

    from assistant.cli.opening import opened, settings_for
    from assistant.cli.output import warn
    from assistant.cli.writing import write_file
    from assistant.core import Assistant
    from assistant.models import chosen
    from corpus.errors import BusyError
    from evals.own.generate import generate as draft
    from evals.own.sheet import write_sheet

    settings = settings_for(data)
    model = chosen(chat_model, settings)
    with opened(data) as assistant:
        writer = None
        if model:
            from evals.own.written import Writer

            if not isinstance(assistant, Assistant):
                raise BusyError(f"A server has {settings.data}; stop it to draft with a model.")
            writer = Writer(model, settings, assistant.store, warn)
        drafts = draft(
            assistant, number, kinds=kind or (), languages=language or (), seed=seed, better=writer
        )
    write_file(file, write_sheet(drafts))
    counted = Counter((each.case.kind, each.case.language) for each in drafts)
    told = ", ".join(f"{n} {of} ({code})" for (of, code), n in sorted(counted.items()))
    print(f"{len(drafts)} drafts are in {file}: {told}.")
    print(f"Write yes or no under approved, edit what is wrong, and run: "
          f"ancrage eval --cases {file}")  # fmt: skip
