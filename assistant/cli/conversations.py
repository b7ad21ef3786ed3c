"""``ancrage conversations``: list them, reopen one, rename, delete, export."""

from typing import Annotated

import typer

from assistant.cli import options as o

conversations_app = typer.Typer(invoke_without_command=True)

Id = Annotated[str, typer.Argument(metavar="ID", help="A conversation that the list names.")]
Title = Annotated[
    str, typer.Option("--title", metavar="WORDS", help="Only those whose title has these words.")
]


@conversations_app.callback()
def conversations(
    context: typer.Context,
    title: Title = "",
    as_json: o.AsJson = False,
    data: o.Data = None,
    debug: o.Debug = False,
) -> None:
    """List the conversations, or see to one of them."""
    context.obj = data
    if context.invoked_subcommand is None:
        list_(context, title, as_json, data, debug)


@conversations_app.command("list")
def list_(
    context: typer.Context,
    title: Title = "",
    as_json: o.AsJson = False,
    data: o.Data = None,
    debug: o.Debug = False,
) -> None:
    """List the conversations, the most recent first."""
    from assistant.cli.opening import opened
    from assistant.cli.output import print_json, show_conversations

    with opened(data or context.obj) as assistant:
        found = assistant.conversations(title)
    if as_json:
        print_json({"conversations": found})
    else:
        show_conversations(found)


@conversations_app.command()
def show(
    context: typer.Context,
    conversation_id: Id,
    as_json: o.AsJson = False,
    data: o.Data = None,
    debug: o.Debug = False,
) -> None:
    """Reopen a conversation: its questions, and the answers as they were given."""
    from assistant.cli.opening import opened
    from assistant.cli.output import print_json, show_conversation

    with opened(data or context.obj) as assistant:
        found = assistant.conversation(conversation_id)
    (print_json if as_json else show_conversation)(found)


@conversations_app.command()
def rename(
    context: typer.Context,
    conversation_id: Id,
    title: Annotated[str, typer.Argument(metavar="TITLE")],
    as_json: o.AsJson = False,
    data: o.Data = None,
    debug: o.Debug = False,
) -> None:
    """Give a conversation another title."""
    from assistant.cli.opening import opened
    from assistant.cli.output import plain, print_json

    with opened(data or context.obj) as assistant:
        found = assistant.rename_conversation(conversation_id, title)
    if as_json:
        print_json(found)
    else:
        print(plain(f"{found['id']} is called: {found['title']}"))


@conversations_app.command()
def delete(
    context: typer.Context,
    conversation_id: Id,
    as_json: o.AsJson = False,
    data: o.Data = None,
    debug: o.Debug = False,
) -> None:
    """Delete a conversation with all its turns."""
    from assistant.cli.opening import opened
    from assistant.cli.output import plain, print_json

    with opened(data or context.obj) as assistant:
        assistant.delete_conversation(conversation_id)
    if as_json:
        print_json({"deleted": conversation_id})
    else:
        print(plain(f"{conversation_id} and all its turns are deleted."))


@conversations_app.command()
def export(
    context: typer.Context,
    conversation_id: Id,
    as_json: o.AsJson = False,
    data: o.Data = None,
    debug: o.Debug = False,
) -> None:
    """Print a conversation as Markdown to hand on; with --json as JSON."""
    from assistant.cli.opening import opened
    from assistant.cli.output import plain

    with opened(data or context.obj) as assistant:
        text = assistant.export_conversation(conversation_id, "json" if as_json else "markdown")
    print(text if as_json else plain(text), end="")
