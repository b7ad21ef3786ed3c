"""The command line."""

import os
import sys
import traceback
from collections.abc import Sequence

from assistant.quiet import no_telemetry

DONE, FAILED, WRONG_CALL, INTERRUPTED = 0, 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code. An error is one sentence on stderr."""
    no_telemetry()
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    # Looked for here, since a call that cannot be parsed has no options yet.
    debug = "--debug" in arguments

    import typer
    from typer.exceptions import TyperException

    from assistant.cli.commands import app
    from corpus.errors import AncrageError

    try:
        code = typer.main.get_command(app).main(arguments, "ancrage", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else DONE
    except TyperException as error:
        return _say(error.format_message().replace("Value error, ", ""), error.exit_code)
    except AncrageError as error:
        return _say(str(error), FAILED, error if debug else None)
    except BrokenPipeError:
        # Whoever read the output has had enough; nothing may be flushed to it at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except (KeyboardInterrupt, typer.Abort):
        return _say("Interrupted; what was done so far stays.", INTERRUPTED)
    except Exception as error:
        sentence = (
            f"Something failed that should not ({type(error).__name__}: {error}); "
            "run the command again with --debug to see where."
        )
        return _say(sentence, FAILED, error if debug else None)


def _say(sentence: str, code: int, error: Exception | None = None) -> int:
    from assistant.cli.output import plain

    if error:
        traceback.print_exception(error)
    print(plain(sentence), file=sys.stderr)
    return code
