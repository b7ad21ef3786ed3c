"""``ancrage themes recode``: coding offline, or with a chat model under a budget."""

import sys
from typing import Annotated

import typer

from assistant.cli import options as o

ChatModel = Annotated[
    str | None,
    typer.Option(
        "--chat-model",
        metavar="NAME|none",
        help="A chat model that codes, such as openai:gpt-5.4-mini: the texts leave the machine.",
        show_default="ANCRAGE_CHAT_MODEL, or none",
    ),
]
Budget = Annotated[
    int | None,
    typer.Option(
        "--budget",
        metavar="TOKENS",
        min=1,
        help="The most tokens that a chat model may take, prompts and answers.",
        show_default="what is estimated",
    ),
]
Yes = Annotated[bool, typer.Option("--yes", help="Spend the budget without asking.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what it would take.")]


def recode(
    context: typer.Context,
    chat_model: ChatModel = None,
    budget: Budget = None,
    yes: Yes = False,
    dry_run: DryRun = False,
    as_json: o.AsJson = False,
    data: o.Data = None,
    debug: o.Debug = False,
) -> None:
    """Code what is not coded yet in the present state, or have a chat model code."""
    from assistant.cli.loading import code
    from assistant.cli.opening import opened
    from assistant.cli.output import bar, print_json
    from assistant.cli.spending import show_estimate, show_spent

    with opened(data or context.obj) as assistant:
        planned = assistant.recode_budget(chat_model)
        if planned["chat_model"] is None:
            if not dry_run:
                code(assistant)
            share = assistant.doctor()["coded_share"]
            if as_json:
                print_json({"coded_share": share})
            else:
                print(f"{share:.0%} of what people said is coded.")
            return
        budget = budget or max(1, planned["tokens"])
        # With --json stdout is the document's alone.
        show_estimate(planned, budget, sys.stderr if as_json else sys.stdout)
        asks = not (yes or dry_run) and planned["texts"] > 0
        agreed = not dry_run
        if asks:
            agreed = sys.stdin.isatty() and typer.confirm(
                f"Have {planned['chat_model']} code, for {budget:,} tokens at most?", err=True
            )
        done = None
        if agreed:
            with bar("Coding") as step:
                done = assistant.recode(planned["chat_model"], budget, step)
    used = done and done["used"]
    if as_json:
        share = done and done["coded_share"]
        print_json({"estimate": planned, "budget": budget, "used": used, "coded_share": share})
    elif done:
        show_spent(done)
    elif not dry_run:
        print("Nothing was sent.")
    if asks and not agreed and not sys.stdin.isatty():
        raise typer.BadParameter(
            "nobody can be asked here; add --yes to spend, or --dry-run to see what it takes."
        )
    if used and used["failed"]:
        raise typer.Exit(1)
