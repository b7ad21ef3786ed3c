"""``ancrage eval``: how good the answers are, over the suites."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from assistant.cli import options as o
from assistant.cli.drafting import generate


class _OrRun(TyperGroup):
    """A group whose first word may be a suite's name: then the suites are run."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Take what names no command for what ``run`` is given."""
        if not args or args[0] not in self.commands:
            args = ["run", *args]
        return super().parse_args(ctx, args)


eval_app = typer.Typer(cls=_OrRun)
eval_app.command("generate")(generate)


@eval_app.command("run")
def evaluate(
    suites: Annotated[
        list[str] | None, typer.Argument(metavar="[SUITE]...", help="Without any, all of them.")
    ] = None,
    to_json: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Write the run as JSON.")
    ] = None,
    report: Annotated[
        Path | None, typer.Option(metavar="FILE.html", help="Write the run as one HTML file.")
    ] = None,
    junit: Annotated[
        Path | None, typer.Option(metavar="FILE.xml", help="Write the run as JUnit XML.")
    ] = None,
    against: Annotated[
        str | None,
        typer.Option(
            metavar="RUN",
            help="An earlier run: its file, id or commit, or last; exits with 1 if worse.",
        ),
    ] = None,
    history: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Where runs are kept.", show_default="evals in the data directory"
        ),
    ] = None,
    cases: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.csv|DIR",
            help="Cases of your own: approved ones of `eval generate`, or YAML files.",
        ),
    ] = None,
    baseline: Annotated[
        list[str] | None,
        typer.Option(metavar="bm25|tutorial", help="A baseline in the same run; repeatable."),
    ] = None,
    endpoint: Annotated[
        str | None,
        typer.Option(metavar="MODEL@URL", help="A peer that speaks OpenAI's chat API, likewise."),
    ] = None,
    chat_model: Annotated[
        str | None, typer.Option(metavar="NAME|none", help="The chat model that is judged.")
    ] = None,
    judge: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="A chat model that judges sentences: the suite judge."),
    ] = None,
    judge_itself: Annotated[
        bool, typer.Option("--judge-itself", help="Let the model that is judged be the judge.")
    ] = False,
    shared: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Sets that others made, in the place of what is loaded."),
    ] = None,
    most: Annotated[
        int | None, typer.Option(min=1, help="That many cases alone, spread over all kinds.")
    ] = None,
    data: o.Data = None,
    debug: o.Debug = False,
) -> None:
    """Run evaluation suites; the cases that come with it are about the demo company.

    `ancrage eval generate FILE.csv` drafts cases from your own corpus.
    """
    from assistant.cli.opening import settings_for
    from assistant.cli.output import warn
    from assistant.core import Assistant
    from assistant.models import chosen
    from corpus.files import RawFile
    from evals.apart import without
    from evals.cases import cases as read_cases
    from evals.cases import spread
    from evals.evaluators import suite
    from evals.evaluators import suites as known
    from evals.history import FOLDER, alike, find, keep, runs
    from evals.junit import write_junit
    from evals.juror import Juror
    from evals.material import of_corpus
    from evals.own.sheet import read_sheet, with_gold
    from evals.report import write_report
    from evals.run import moves, run
    from evals.sets import run_sets
    from evals.systems import opened
    from evals.systems.product import Product
    from evals.world import World

    names = suites or known()
    for name in names:
        suite(name)
    settings, tell = settings_for(data), lambda name: warn(f"{name}…")
    verdicts = chosen(judge, settings) if judge else None
    if verdicts and verdicts == chosen(chat_model, settings) and not judge_itself:
        raise typer.BadParameter(
            f"{verdicts} is the model that is judged; name another, or add --judge-itself.",
            param_hint="--judge",
        )
    set_beside = {"--cases": cases, "--endpoint": endpoint, "--judge": judge}
    if shared and (set_too := [name for name, given in set_beside.items() if given]):
        raise typer.BadParameter(
            f"Public sets bring their own questions and are put to this product: leave out "
            f"{' and '.join(set_too)}.",
            param_hint="--shared",
        )
    folder = history or settings.data / FOLDER
    before = find(against, folder) if against else None
    if shared:
        result, seen = run_sets(shared, settings, names, baseline or (), chat_model, most, tell)
    else:
        table = cases is not None and not cases.is_dir()
        read = read_sheet(RawFile.read(cases)) if cases and table else read_cases(cases)
        asked = spread(read, most)
        out = sorted({identity for case in asked for identity in case.without})
        with without(settings, out) as reduced, Assistant(settings) as assistant:
            asked = with_gold(asked, assistant.sql)
            product = Product(assistant, chat_model)
            elsewhere = Product(reduced, chat_model) if reduced else None
            juror = Juror(verdicts, assistant) if verdicts else None
            judged = World(product, assistant, asked, of_corpus(assistant), elsewhere, juror)
            there = {each.name: each for each in opened(reduced, baseline or ())} if reduced else {}
            beside = [
                World(system, assistant, asked, apart=there.get(system.name))
                for system in opened(assistant, baseline or (), endpoint)
            ]
            result, seen = run(names, judged, beside, tell), judged.seen
            product.forget()
    warn(f"The run is kept as {keep(result, seen, folder)}.")
    if report:
        lines = runs(folder)
        write_report(result, seen, report, alike(lines, lines[-1]))
    if junit:
        write_junit(result, junit)
    if to_json:
        to_json.write_text(json.dumps(result, ensure_ascii=False, indent=1), "utf-8")
    _print(result)
    if before:
        moved = moves(result, before)
        print_moves(moved)
        if any(each["regressed"] for each in moved):
            raise typer.Exit(1)


@eval_app.command("runs")
def list_runs(
    history: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where runs are kept.")
    ] = None,
    as_json: o.AsJson = False,
    data: o.Data = None,
    debug: o.Debug = False,
) -> None:
    """List the runs that are kept, the oldest first; --against takes their ids."""
    from assistant.cli.opening import settings_for
    from assistant.cli.output import print_json
    from evals.history import FOLDER, runs

    found = runs(history or settings_for(data).data / FOLDER)
    if as_json:
        print_json({"runs": found})
        return
    for line in found:
        names = ", ".join(suite["name"] for suite in line["suites"])
        typer.echo(f"{line['id']}  {line['system']}, {line['cases']} cases: {names}")
    if not found:
        typer.echo("No run is kept yet; `ancrage eval` makes one.")


def _print(result: Mapping[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    if judge := result["run"].get("judge"):
        typer.echo(_agreement(judge))
    for suite in result["suites"]:
        table = Table(
            title=f"{suite['name']}: {suite['n']} scored, {suite['failed']} failed, "
            f"{suite['ineligible']} ineligible",
            title_justify="left",
        )
        systems = list(dict.fromkeys(n for m in suite["metrics"] for n in m["baseline"]))
        for name in ("metric", result["run"]["system"], "95 %", "n", *systems):
            table.add_column(name, justify="left" if name == "metric" else "right")
        for metric in suite["metrics"]:
            beside = [metric["baseline"].get(name) for name in systems]
            table.add_row(
                f"{metric['name']} {'↑' if metric['better'] == 'higher' else '↓'}",
                f"{metric['value']:.3f}",
                f"{metric['low']:.3f}–{metric['high']:.3f}",
                str(metric["n"]),
                *(f"{each['value']:.3f}" if each else "–" for each in beside),
            )
        console.print(table)


def _agreement(judge: Mapping[str, Any]) -> str:
    """How far the judge agrees with people, as a sentence."""
    named = f"{judge['model']} judges (instructions {judge['prompt']})"
    if not (agrees := judge["agreement"]):
        return f"{named}; it gave no verdict on any sentence that people judged."
    return (
        f"{named}; it agrees with people on {agrees['value']:.2f} "
        f"({agrees['low']:.2f}–{agrees['high']:.2f}) of {agrees['n']} sentences, and said nothing "
        f"on {agrees['failed']}."
    )


def print_moves(moved: Sequence[Mapping[str, Any]]) -> None:
    """Print what moved beyond chance, and how much did not."""
    for each in moved:
        if each["told"] != "noise" or each["regressed"]:
            mark = "REGRESSED" if each["regressed"] else each["told"]
            typer.echo(
                f"{each['suite']} {each['metric']}: {each['value']:+.3f} "
                f"({each['low']:+.3f} to {each['high']:+.3f}, n = {each['n']}), {mark}"
            )
    still = sum(each["told"] == "noise" for each in moved)
    typer.echo(f"{still} of {len(moved)} figures moved within noise, or not at all.")
