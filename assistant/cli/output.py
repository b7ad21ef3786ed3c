"""What a person reads in the terminal. Results go to stdout, progress and the rest to stderr."""

import json
import re
import shlex
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.markdown import Markdown
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from assistant.types import SHARE_POINTS

REASONS_SHOWN = 5
"""Quarantined rows that are printed of each file; ``--json`` gives all."""

MOVED_SHOWN = 10
"""Passages that a change of the codebook moves, as printed."""

HIDDEN = {
    "zero-width": "zero-width characters",
    "tags": "tag characters",
    "bidi": "marks that reorder text",
    "control": "control characters",
    "comment": "comments",
    "style": "text in a style that nobody sees",
    "alternative": "alternative texts",
}
"""What each kind of hidden text is called."""

_UNBOUNDED = 1_000_000

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def plain(text: object) -> str:
    """``text`` without what would command the terminal: customers' words are not ours."""
    return _CONTROLS.sub("", str(text))


def _in_line(text: object) -> str:
    return " ".join(plain(text).split())


def print_json(document: object) -> None:
    """One JSON document on stdout."""
    json.dump(document, sys.stdout, ensure_ascii=False, indent=2, allow_nan=False)
    sys.stdout.write("\n")


def warn(sentence: str) -> None:
    """A sentence on stderr."""
    print(plain(sentence), file=sys.stderr, flush=True)


def show_loaded(path: str, loaded: Mapping[str, Any]) -> None:
    """What became of one file, with the mapping that ``--map`` can correct."""
    print(plain(f"{path}: {loaded['kind']}, {loaded['status']} ({loaded['source_id']})"))
    if loaded["mapping"]:
        guessed = ", ".join(f"{field} ← {column}" for field, column in loaded["mapping"].items())
        print(plain(f"  {guessed}"))
    if loaded["unused"]:
        print(plain(f"  not used: {', '.join(loaded['unused'])} (--map FIELD=COLUMN takes them)"))
    print(
        f"  {loaded['rows_read']:,} rows read, {loaded['rows_loaded']:,} loaded, "
        f"{loaded['rows_quarantined']:,} quarantined"
    )
    if loaded["hidden"]:
        told = ", ".join(f"{n:,} × {HIDDEN[kind]}" for kind, n in loaded["hidden"].items())
        print(f"  hidden text left out: {told}")
    if loaded["addressed"]:
        print(f"  {loaded['addressed']:,} passages speak to a machine: counted, kept from prompts")
    quarantine = loaded["quarantine"]
    for each in quarantine[:REASONS_SHOWN]:
        print(plain(f"    row {each['row']}: {each['reason']}"))
    if len(quarantine) > REASONS_SHOWN:
        print(f"    and {len(quarantine) - REASONS_SHOWN:,} more (--json gives all)")


def show_answer(answer: Mapping[str, Any]) -> None:
    """The answer, then its citations and facts, each with the command that opens it."""
    console = Console(highlight=False)
    console.print(Markdown(plain(answer["text"])))
    lines = [
        line
        for citation in answer["citations"]
        for line in (
            f"[{citation['id']}] {_where(citation)}",
            f"     > {_in_line(citation['quote'])}",
            f"     ancrage show {citation['passage_id']}",
        )
    ]
    for fact in answer["facts"]:
        lines += [f"[{fact['id']}] {fact['label']}", f"     ancrage sql {_shell(fact['query'])}"]
    evidence = answer["evidence"]
    lines += [
        "",
        f"{evidence['records_in_scope']:,} of {evidence['records_total']:,} records in scope; "
        f"{evidence['embedded_share']:.0%} searchable by meaning. "
        f"Go on with --conversation {answer['conversation_id']}",
    ]
    print()
    print(plain("\n".join(lines)))


def _where(citation: Mapping[str, Any]) -> str:
    place = [f"{name} {value}" for name, value in citation["locator"].items()]
    return " · ".join(
        [citation["source"], citation["kind"], *place, *filter(None, [citation["date"]])]
    )


def _shell(text: str) -> str:
    """``text`` as one argument: SQL is full of single quotes, so in double ones if it may be."""
    return shlex.quote(text) if set(text) & set('"$`\\!') else f'"{text}"'


def show_conversations(conversations: Sequence[Mapping[str, Any]]) -> None:
    """Every conversation on a line, as `ancrage conversations show` takes them."""
    if not conversations:
        print("There is no conversation; ask something with `ancrage ask`.")
        return
    show_rows(
        [
            {
                "id": each["id"],
                "last": each["changed"][:16],
                "turns": each["n"],
                "title": each["title"],
            }
            for each in conversations
        ]
    )


def show_conversation(conversation: Mapping[str, Any]) -> None:
    """Every question with its answer as it was given."""
    print(plain(conversation["title"]))
    for turn in conversation["turns"]:
        print(plain(f"\n{turn['number']}. {turn['question']} ({turn['made'][:16]} UTC)\n"))
        if turn["answer"]:
            show_answer(turn["answer"])
        else:
            print("The answer was not kept by the version of that time.")


def show_passage(passage: Mapping[str, Any]) -> None:
    """One passage between its neighbours."""
    print(plain(f"{passage['id']}\n{_where(passage)}"))
    about = [f"{name}: {passage[name]}" for name in ("stage", "channel") if passage[name]]
    about += [f"{name}: {value}" for name, value in passage["segments"].items()]
    about += [f"{s['name']}: {s['value']:g} of {s['maximum']:g}" for s in passage["scores"]]
    if about:
        print(plain("; ".join(about)))
    for near in passage["context"]:
        mark = "▶ " if near["id"] == passage["id"] else "  "
        print()
        print(plain("\n".join(mark + line for line in near["text"].splitlines())))


def show_sources(sources: Sequence[Mapping[str, Any]]) -> None:
    """Every source on a line."""
    if not sources:
        print("Nothing is loaded; load files with `ancrage ingest PATH...`.")
        return
    show_rows(
        [
            {
                name: source[name]
                for name in ("id", "name", "kind", "language", "rows_loaded", "rows_quarantined")
            }
            for source in sources
        ]
    )


def show_rows(rows: Sequence[Mapping[str, Any]]) -> None:
    """Rows as a table."""
    if not rows:
        print("No rows.")
        return
    table = Table(*map(plain, rows[0]), box=None, pad_edge=False)
    for row in rows:
        table.add_row(*("" if value is None else _in_line(value) for value in row.values()))
    # In a pipe a table is as wide as its values; cut ones could not be used.
    width = None if sys.stdout.isatty() else _UNBOUNDED
    Console(highlight=False, markup=False, width=width).print(table)


def show_state(state: Mapping[str, Any]) -> None:
    """What ``doctor`` found, a line each."""
    for name, value in state.items():
        print(plain(f"{name.replace('_', ' ')}: {'none' if value is None else value}"))


@contextmanager
def bar(doing: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on stderr, drawn from the first step on; lines where that is no terminal."""
    console = Console(stderr=True, highlight=False)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    progress = Progress(*columns, console=console, transient=True)
    tenths = -1

    def step(done: int, total: int) -> None:
        nonlocal tenths
        if not console.is_terminal:
            if total and done * 10 // total > tenths:
                tenths = done * 10 // total
                warn(f"{doing}: {done:,} of {total:,}")
            return
        if not progress.tasks:
            progress.add_task(doing, total=total)
            progress.start()
        progress.update(progress.tasks[0].id, completed=done, total=total)

    try:
        yield step
    finally:
        if progress.tasks:
            progress.stop()


def show_themes(themes: Sequence[Mapping[str, Any]]) -> None:
    """One line a theme that anybody speaks of: share with its interval, praise, blame, trend."""
    table = Table(box=None, pad_edge=False)
    for name in ("theme", "records", "share", "95 %", "+", "-", "trend"):
        table.add_column(name, justify="left" if name in ("theme", "trend") else "right")
    said = [theme for theme in themes if theme["n"]]
    for theme in said:
        known = theme["share"] is not None
        table.add_row(
            plain(theme["label"].get("en") or theme["id"]),
            f"{theme['n']:,}",
            f"{theme['share']:.1%}" if known else "—",
            f"{theme['low']:.1%} to {theme['high']:.1%}" if known else "too few",
            f"{theme['polarity']['+']:,}",
            f"{theme['polarity']['-']:,}",
            theme["trend"] or "",
        )
    console = Console(highlight=False)
    if not said:
        console.print("Nothing is coded within these filters.")
        return
    console.print(table)
    first = said[0]
    if first["corrected"]:
        told = (
            f"corrected for the coder's errors, known from {first['labelled']:,} labelled records"
        )
    else:
        told = "raw: `ancrage themes sample` begins to measure how well the coder knows them"
    whole = "customers who" if first["base"] == "customers" else "records that"
    console.print(f"Shares are of {first['of']:,} {whole} say something, {told}.")


def show_change(change: Mapping[str, Any]) -> None:
    """What a codebook changes, and the records that move on the sample that was compared."""
    for name in ("added", "removed", "changed"):
        if change[name]:
            print(plain(f"{name.capitalize()}: {', '.join(change[name])}"))
    moved = change["moved"]
    print(f"{len(moved):,} of {change['compared']:,} coded passages compared would move.")
    for each in moved[:MOVED_SHOWN]:
        before, after = (", ".join(each[side]) or "nothing" for side in ("before", "after"))
        print(plain(f"  {each['passage_id']}: {before} → {after}"))
    if len(moved) > MOVED_SHOWN:
        print(f"  and {len(moved) - MOVED_SHOWN:,} more (--json gives all)")
    done = "is in use" if change["applied"] else "is in use still"
    print(f"Version {change['version']} {done}.")


def show_records(records: Sequence[Mapping[str, Any]]) -> None:
    """Each passage with the spans that mention the theme, as `themes correct` takes them."""
    for record in records:
        print(plain(f"{record['passage_id']} ({record['source']})"))
        for mention in record["mentions"]:
            words = record["text"][mention["start"] : mention["end"]]
            span = f"{mention['start']}:{mention['end']}"
            print(f"  {span} {mention['polarity']} {mention['probability']:.2f} {_in_line(words)}")
    if not records:
        print("Nobody is known to speak of it.")


def show_decision(found: Mapping[str, Any]) -> None:
    """What was decided of a theme, and what that changed."""
    if found["theme"] is None:
        print("It will not be proposed again.")
        return
    print(plain(f"{found['theme']}: version {found['version']} of the codebook is in use."))
    show_correction(found)


def show_correction(found: Mapping[str, Any]) -> None:
    """What a correction changed."""
    for each in found["changed"]:
        print(f"{each['id']}: {each['before']:,} → {each['after']:,} records")
    if not found["changed"]:
        print("It is kept; no theme is told by more or fewer records.")


def show_scores(scores: Sequence[Mapping[str, Any]]) -> None:
    """How well each theme is known, in all and per language, with 95 % intervals."""
    table = Table(box=None, pad_edge=False)
    for name in ("theme", "language", "people", "precision", "recall", "kappa", "alpha"):
        table.add_column(name, justify="left" if name in ("theme", "language") else "right")
    for each in scores:
        measures = [each[name] for name in ("precision", "recall", "kappa", "alpha")]
        table.add_row(
            each["theme"],
            each["language"] or "all",
            f"{each['people']:,} of {each['n']:,}",
            *(_estimate(measure) for measure in measures),
        )
    Console(highlight=False).print(table)


def show_summaries(analyses: Sequence[Mapping[str, str]]) -> None:
    """The analyses, and what each gives."""
    table = Table(box=None, pad_edge=False, show_header=False)
    for each in analyses:
        table.add_row(each["name"], each["gives"])
    Console(highlight=False).print(table)


def show_facts(facts: Sequence[Mapping[str, Any]]) -> None:
    """Each fact with its interval and how many it rests on."""
    table = Table(box=None, pad_edge=False)
    for name in ("", "value", "95 %", "n", "p"):
        table.add_column(name, justify="right" if name else "left")
    for each in facts:
        unit = each["unit"]
        bounds = [each["low"], each["high"]]
        table.add_row(
            _in_line(each["label"]),
            (each["withheld"] and f"withheld: {each['withheld']}") or _figure(each["value"], unit),
            "" if None in bounds else " to ".join(_figure(bound, unit) for bound in bounds),
            f"{each['n']:,} {each['base']}",
            "" if each["p"] is None else f"{each['p']:.3f}",
        )
    Console(highlight=False).print(table)


def show_canvas(canvas: Mapping[str, Any]) -> None:
    """The canvas stage by stage, each cell with whose it is; then what is noticed, and the gaps."""
    console = Console(highlight=False, markup=False)
    console.print(plain(canvas["title"]))
    if canvas["about"]:
        console.print(plain(canvas["about"]))
    lanes = {lane["id"]: lane["label"] for lane in canvas["lanes"]}
    for stage in canvas["stages"]:
        console.print(f"\n{plain(stage['label'])}")
        for lane, label in lanes.items():
            for cell in canvas["cells"]:
                if (cell["stage"], cell["lane"]) == (stage["id"], lane):
                    marks = " ".join((*cell["facts"], *cell["citations"], *cell["gaps"]))
                    text = f"{_in_line(label)} · {cell['kind']} · {_in_line(cell['text'])}"
                    console.print(f"  {text} [{marks}]" if marks else f"  {text}")
    for each in (*canvas["marks"], *canvas["gaps"]):
        console.print(f"{each.get('id') or each['kind']}: {_in_line(each['text'])}")
    for note in canvas["notes"]:
        console.print(plain(note))


def _figure(value: float, unit: str) -> str:
    if unit == "share":
        return f"{value:.1%}"
    if unit == SHARE_POINTS:
        return f"{100 * value:.1f} points"
    return f"{value:,.0f}" if unit == "count" else f"{value:,.2f}"


def _estimate(measure: Mapping[str, float] | None) -> str:
    if measure is None:
        return "—"
    return f"{measure['value']:.2f} ({measure['low']:.2f}–{measure['high']:.2f})"


def show_candidates(candidates: Sequence[Mapping[str, Any]]) -> None:
    """Each proposed theme with its most central clauses."""
    for each in candidates:
        size = f"{each['size']:,} clauses of {each['records']:,} records"
        print(plain(f"{each['id']}  {each['label']} ({size}, stability {each['stability']:.2f})"))
        for clause in each["central"][:3]:
            print(f"  {_in_line(clause['text'])}")
    if not candidates:
        print("Nothing stands out among what is coded with nothing.")
