"""The commands: each opens the Assistant, has it do one thing and prints what it gives.

What is heavy to import is imported inside them, so that ``--help`` is there at once.
"""

import socket
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.cli import options as o
from assistant.cli.actions import actions_app
from assistant.cli.conversations import conversations_app
from assistant.cli.evaluation import eval_app
from assistant.cli.facts import facts
from assistant.cli.journey import journey_app
from assistant.cli.themes import themes_app

if TYPE_CHECKING:
    from assistant.core import Assistant
    from corpus.filters import Filters

app = typer.Typer(
    help="Answer questions about customer experience from your own evidence.",
    no_args_is_help=True,
    add_completion=False,
)
sources_app = typer.Typer(invoke_without_command=True)
app.add_typer(sources_app, name="sources")
app.add_typer(themes_app, name="themes")
app.add_typer(conversations_app, name="conversations")
app.add_typer(journey_app, name="journey")
app.add_typer(actions_app, name="actions")
app.command()(facts)
app.add_typer(eval_app, name="eval")

HOST, PORT = "127.0.0.1", 7860


# Loading and serving -------------------------------------------------------------------------


@app.command()
def demo(
    no_serve: Annotated[
        bool, typer.Option("--no-serve", help="Load and embed everything, then return.")
    ] = False,
    host: o.Host = HOST,
    port: o.Port = PORT,
    data: o.Data = None,
    debug: o.Debug = False,
) -> None:
    """Load the demo company and open the app."""
    from assistant.cli.loading import load
    from assistant.cli.opening import opened, settings_for
    from assistant.cli.output import warn
    from assistant.core import Assistant
    from assistant.server import listen
    from corpus.demo.generate import write

    with opened(data) as assistant:
        # A taken port is told before the work, not after it.
        here = isinstance(assistant, Assistant)
        listening = listen(host, port) if here and not no_serve else None
        warn(
            "Foulée is a fictional company: its customers, their words and its figures are made up."
        )
        paths = write(settings_for(data).data.absolute() / "demo")
        report = load(assistant, paths, wait=no_serve)
        if report["failed"]:
            raise typer.Exit(1)
        if not isinstance(assistant, Assistant):
            warn(f"The demo company is in the app at {assistant.url}, which runs already.")
        elif listening:
            _serve(assistant, listening, host)


@app.command()
def ingest(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="The files to load.")],
    kind: o.LoadAs = None,
    mapping: o.Mapping = None,
    no_wait: o.NoWait = False,
    as_json: o.AsJson = False,
    data: o.Data = None,
    debug: o.Debug = False,
) -> None:
    """Load feedback, research, journey maps and events."""
    columns = o.pairs(mapping, "--map", "FIELD=COLUMN")

    from assistant.cli.loading import load
    from assistant.cli.opening import opened
    from assistant.cli.output import print_json

    with opened(data) as assistant:
        report = load(assistant, paths, kind=kind, mapping=columns, wait=not no_wait, quiet=as_json)
    if as_json:
        print_json(report)
    if report["failed"]:
        raise typer.Exit(1)


@app.command()
def serve(
    host: o.Host = HOST, port: o.Port = PORT, data: o.Data = None, debug: o.Debug = False
) -> None:
    """Serve the app and the API until Ctrl+C."""
    from assistant.cli.opening import opened
    from assistant.core import Assistant
    from assistant.server import listen
    from corpus.errors import BusyError

    with opened(data) as assistant:
        if not isinstance(assistant, Assistant):
            raise BusyError(f"The data directory is served already, at {assistant.url}.")
        _serve(assistant, listen(host, port), host)


def _serve(assistant: "Assistant", listening: socket.socket, host: str) -> None:
    from assistant.cli.output import warn
    from assistant.server import is_loopback, serve, until_stopped

    if not is_loopback(host):
        warn(f"Whoever can reach {host} can read and change the data: there is no login yet.")
    with until_stopped():
        serve(
            assistant,
            listening,
            host,
            announce=lambda url: print(f"Ancrage is at {url} (Ctrl+C stops it).", flush=True),
        )


# Questions -----------------------------------------------------------------------------------


@app.command()
@o.filtered()
def ask(
    filters: "Filters",
    question: Annotated[str, typer.Argument(metavar="QUESTION")],
    conversation: Annotated[
        str | None, typer.Option(metavar="ID", help="The conversation to go on with, or to begin.")
    ] = None,
    chat_model: Annotated[
        str | None, typer.Option(metavar="NAME|none", help="The chat model to answer with.")
    ] = None,
    as_json: o.AsJson = False,
    data: o.Data = None,
    debug: o.Debug = False,
) -> None:
    """Answer a question from the evidence."""
    if not question.strip():
        raise typer.BadParameter("it is empty; ask something.", param_hint="QUESTION")
    from assistant.cli.coming import shown
    from assistant.cli.opening import opened
    from assistant.cli.output import print_json, show_answer

    with opened(data) as assistant:
        model = assistant.doctor()["chat_model"] if chat_model is None else chat_model
        given: dict[str, Any] = {"conversation_id": conversation, "chat_model": chat_model}
        if as_json or model in (None, "none"):
            answer = assistant.ask(question, filters, **given).as_dict()
        else:
            answer = shown(assistant.stream(question, filters, **given))
    (print_json if as_json else show_answer)(answer)


@app.command()
def rate(
    answer_id: Annotated[str, typer.Argument(metavar="ANSWER_ID", help="The id in `ask --json`.")],
    verdict: Annotated[str, typer.Argument(metavar="up|down")],
    comment: Annotated[str, typer.Option(help="Why, or what would have been right.")] = "",
    as_json: o.AsJson = False,
    data: o.Data = None,
    debug: o.Debug = False,
) -> None:
    """Say that an answer was good or bad; `eval generate` makes a case of it."""
    if verdict not in ("up", "down"):
        raise typer.BadParameter("it is up or down.", param_hint="up|down")
    from assistant.cli.opening import opened
    from assistant.cli.output import print_json

    with opened(data) as assistant:
        found = assistant.rate(answer_id, "up" if verdict == "up" else "down", comment)
    if as_json:
        print_json(found)
    else:
        print(f"The answer {answer_id} is rated {verdict}.")


@app.command()
def show(
    passage_id: Annotated[str, typer.Argument(metavar="PASSAGE_ID")],
    as_json: o.AsJson = False,
    data: o.Data = None,
    debug: o.Debug = False,
) -> None:
    """Open a citation: the passage and what stands around it."""
    from assistant.cli.opening import opened
    from assistant.cli.output import print_json, show_passage

    with opened(data) as assistant:
        passage = assistant.show(passage_id)
    (print_json if as_json else show_passage)(passage)


@app.command()
def sql(
    query: Annotated[str, typer.Argument(metavar="SELECT")],
    as_json: o.AsJson = False,
    data: o.Data = None,
    debug: o.Debug = False,
) -> None:
    """Run one read-only SELECT; with --json its rows are objects."""
    from assistant.cli.opening import opened
    from assistant.cli.output import print_json, show_rows

    with opened(data) as assistant:
        rows = assistant.sql(query)
    (print_json if as_json else show_rows)(rows)


# Sources -------------------------------------------------------------------------------------


@sources_app.callback()
def sources(
    context: typer.Context,
    as_json: o.AsJson = False,
    data: o.Data = None,
    debug: o.Debug = False,
) -> None:
    """List what is loaded, or remove it."""
    context.obj = data
    if context.invoked_subcommand:
        return

    from assistant.cli.opening import opened
    from assistant.cli.output import print_json, show_sources

    with opened(data) as assistant:
        found = assistant.sources()
    if as_json:
        print_json({"sources": found})
    else:
        show_sources(found)


@sources_app.command()
def remove(
    context: typer.Context,
    source_id: Annotated[str, typer.Argument(metavar="ID")],
    as_json: o.AsJson = False,
    data: o.Data = None,
    debug: o.Debug = False,
) -> None:
    """Remove a source and all that it brought."""
    from assistant.cli.opening import opened
    from assistant.cli.output import print_json

    with opened(data or context.obj) as assistant:
        assistant.remove(source_id)
    if as_json:
        print_json({"removed": source_id})
    else:
        print(f"{source_id} and all that it brought is removed.")


# Upkeep --------------------------------------------------------------------------------------


@app.command()
def reindex(
    no_wait: o.NoWait = False,
    as_json: o.AsJson = False,
    data: o.Data = None,
    debug: o.Debug = False,
) -> None:
    """Drop both indexes and make them anew from the records."""
    from assistant.cli.loading import embed
    from assistant.cli.opening import opened
    from assistant.cli.output import print_json
    from assistant.client import RemoteAssistant

    # Dropped before they are opened, since one made with another model cannot be.
    with opened(data, drop_index=True) as assistant:
        if isinstance(assistant, RemoteAssistant):
            assistant.reindex()
        if not no_wait:
            embed(assistant)
        state = assistant.doctor()
    if as_json:
        print_json(state)
    else:
        print(
            f"{state['lexical_index']:,} passages are indexed by words, "
            f"{state['dense_index']:,} by meaning."
        )


@app.command()
def doctor(as_json: o.AsJson = False, data: o.Data = None, debug: o.Debug = False) -> None:
    """Look after the data directory and the parts; exit 1 where something is wrong."""
    from assistant.cli.opening import opened
    from assistant.cli.output import print_json, show_state

    with opened(data) as assistant:
        state = assistant.doctor()
    (print_json if as_json else show_state)(state)
    if not state["healthy"]:
        raise typer.Exit(1)
