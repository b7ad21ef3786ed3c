"""A canvas as Markdown: one table, what is noticed, the gaps, and the evidence by its numbers."""

from assistant.draft import escape
from assistant.handing_on import places
from assistant.journey.layout import fact_line
from assistant.journey.types import Canvas, CanvasCell
from assistant.journey.workbook import gap_text, say, told
from assistant.types import Citation
from assistant.words import Words, words


def markdown(canvas: Canvas) -> str:
    """The canvas as GitHub's Markdown has tables."""
    said = words(canvas.language)
    blocks = [f"# {_plain(canvas.title)}"]
    if canvas.about:
        blocks.append(f"> {_plain(canvas.about)}")
    blocks.append(_table(canvas, said))
    for name, lines in (
        ("marks", [mark.text for mark in canvas.marks]),
        ("gaps", [gap_text(canvas, gap.id) for gap in canvas.gaps]),
        ("facts", [f"{fact.id} · {fact_line(said, fact)}" for fact in canvas.facts]),
        ("citations", [_citation(said, each) for each in canvas.citations]),
    ):
        if lines:
            listed = "\n".join(f"- {_plain(line)}" for line in lines)
            blocks += [f"## {_plain(say(said, f'heading_{name}'))}", listed]
    blocks += [_plain(note) for note in canvas.notes]
    return "\n\n".join(blocks) + "\n"


def _table(canvas: Canvas, said: Words) -> str:
    head = ["", *(_plain(stage.label) for stage in canvas.stages)]
    rows = [head, ["---"] * len(head)]
    for lane in canvas.lanes:
        fields = (canvas.field(stage.id, lane.id) for stage in canvas.stages)
        rows.append(
            [
                f"**{_plain(lane.label)}**",
                *("<br>".join(_cell(canvas, said, cell) for cell in field) for field in fields),
            ]
        )
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _cell(canvas: Canvas, said: Words, cell: CanvasCell) -> str:
    parts = [f"*{_plain(say(said, f'kind_of_{cell.kind}'))}* · {_plain(told(cell))}"]
    parts += [_plain(said.quote(each.quote)) for each in canvas.quotes(cell)]
    parts += [f"**≠ {_plain(gap_text(canvas, gap))}**" for gap in cell.gaps]
    markers = " ".join(f"[{each}]" for each in (*cell.citations, *cell.facts))
    return "<br>".join(parts) + (f" {_plain(markers)}" if markers else "")


def _citation(said: Words, citation: Citation) -> str:
    where = ", ".join(places(said, citation.locator))
    kind = say(said, f"kind_of_{citation.kind}")
    about = " · ".join(part for part in (kind, citation.source, where, citation.date or "") if part)
    return f"{citation.id} · {said.quote(citation.quote)} · {about}"


def _plain(text: str) -> str:
    """Text on one line that Markdown shows as it is."""
    return escape(" ".join(text.splitlines()).replace("&", "&amp;"))
