"""The journey's page as HTML: the canvas with its curve, the gaps, and the evidence of a cell."""

from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode

from assistant.journey.files import FORMS
from assistant.journey.types import CELL_KINDS, Canvas, CanvasCell
from assistant.journey.workbook import say as canvas_say
from assistant.types import Citation, Fact
from assistant.ui.answer import citation_data, folded_fact, lang_attribute, trouble
from assistant.ui.journey_curve import curve
from assistant.ui.safe import esc
from assistant.ui.themes import select
from assistant.ui.words import UiLanguage, day, place, say
from assistant.words import words
from corpus.choices import Choices
from corpus.filters import Filters

Query = dict[str, list[str] | str]


def compared(language: UiLanguage, choices: Choices, maps: tuple[str, ...]) -> str:
    """The fields of the form beside the filters: which map, and what it is compared with."""
    fields = []
    if len(maps) > 1:
        fields.append(select(language, "map", say(language, "journey_map"), maps))
    others = [
        select(language, f"against:segment:{name}", name, values)
        for name, values in choices.segment.items()
    ]
    if choices.first and choices.last:
        others += [
            f"<label><span>{esc(say(language, name))}</span><input type='date' "
            f"name='against:{name}' min='{choices.first}' max='{choices.last}'></label>"
            for name in ("since", "until")
        ]
    if others:
        title = esc(say(language, "journey_against"))
        fields.append(f"<fieldset><legend>{title}</legend>{''.join(others)}</fieldset>")
    return "".join(fields)


def page(language: UiLanguage, canvas: Canvas, filters: Filters, against: Filters | None) -> str:
    """The whole canvas."""
    if not canvas.stages:
        note = f'<p class="note">{esc(say(language, "journey_empty"))}</p>'
        return _whole(language, note + _files(language, canvas, filters, against))
    about = f'<p class="note">{esc(canvas.about)}</p>' if canvas.about else ""
    return _whole(
        language,
        f'<h2 class="canvas-title">{esc(canvas.title)}</h2>{about}{_legend(canvas)}'
        f"{_files(language, canvas, filters, against)}{_table(language, canvas)}"
        f"{_lists(language, canvas)}",
    )


def failed(language: UiLanguage, sentence: str) -> str:
    """Why there is no canvas."""
    return _whole(language, trouble(sentence))


def _whole(language: UiLanguage, body: str) -> str:
    return f'<div class="journey" lang="{language}">{body}</div>'


def _legend(canvas: Canvas) -> str:
    said = words(canvas.language)
    used = {cell.kind for cell in canvas.cells}
    keys = "".join(
        f'<li class="kind-{kind}"><span class="swatch"></span>'
        f"{esc(canvas_say(said, f'side_of_{kind}'))}</li>"
        for kind in CELL_KINDS
        if kind in used
    )
    if canvas.gaps:
        keys += f'<li class="gap-key">≠ {esc(canvas_say(said, "side_of_gap"))}</li>'
    return f'<ul class="canvas-legend">{keys}</ul>'


def _files(language: UiLanguage, canvas: Canvas, filters: Filters, against: Filters | None) -> str:
    """Links to the same canvas as files, from the API."""
    query: Query = {**_query(filters), "label_language": language}
    if canvas.map:
        query["map"] = canvas.map
    if canvas.draft:
        query["draft"] = "true"
    if against:
        query["against"] = [
            f"{key}={each}"
            for key, value in _query(against).items()
            for each in (value if isinstance(value, list) else [value])
        ]
    links = [(form.upper(), query | {"format": form}) for form in FORMS] if canvas.stages else []
    if canvas.stages and not canvas.draft:
        more: Query = {**_query(filters), "label_language": language}
        links.append((say(language, "journey_draft"), more | {"draft": "true", "format": "xlsx"}))
    made = "".join(
        f'<a class="plain" download href="./v1/journey?{esc(urlencode(each, doseq=True))}">'
        f"{esc(name)}</a>"
        for name, each in links
    )
    blank = (
        f'<a class="plain" download href="./v1/journey/template?label_language={language}">'
        f"{esc(say(language, 'journey_blank'))}</a>"
    )
    take = esc(say(language, "journey_take"))
    return f'<p class="canvas-files"><span>{take}</span>{made}{blank}</p>'


def _query(filters: Filters) -> Query:
    values = filters.as_dict()
    segments = values.pop("segment", {})
    values.pop("kind", None)
    return {
        **values,
        **({"segment": [f"{k}={v}" for k, v in segments.items()]} if segments else {}),
    }


# The canvas ----------------------------------------------------------------------------------


def _table(language: UiLanguage, canvas: Canvas) -> str:
    head = "".join(f'<th scope="col">{esc(stage.label)}</th>' for stage in canvas.stages)
    rows = "".join(_row(language, canvas, lane.id, lane.label, lane.explains)
                   for lane in canvas.lanes)  # fmt: skip
    columns = "<col>" * len(canvas.stages)
    return (
        f'<div class="canvas-scroll" tabindex="0" role="region" aria-label="{esc(canvas.title)}">'
        f'<table class="canvas" style="--stages:{len(canvas.stages)}"><colgroup><col class="lanes">'
        f"{columns}</colgroup><thead><tr><td></td>{head}</tr></thead><tbody>{rows}</tbody>"
        "</table></div>"
    )


def _row(language: UiLanguage, canvas: Canvas, lane: str, label: str, explains: str) -> str:
    drawn = ""
    name = f'<th scope="row" title="{esc(explains)}">{esc(label)}</th>'
    if lane == "emotion":
        title = say(language, "journey_curve")
        drawn = (
            f'<tr class="curve-row">{name}<td colspan="{len(canvas.stages)}">'
            f"{curve(language, canvas, title)}</td></tr>"
        )
        name = '<td class="under"></td>'
    fields = ""
    for stage in canvas.stages:
        shown = (_cell(language, canvas, cell) for cell in canvas.field(stage.id, lane))
        fields += f"<td>{''.join(shown)}</td>"
    return f"{drawn}<tr>{name}{fields}</tr>"


def _cell(language: UiLanguage, canvas: Canvas, cell: CanvasCell) -> str:
    said = words(canvas.language)
    about = f'<span class="persona">{esc(cell.persona)}</span>' if cell.persona else ""
    star = '<span class="star" aria-hidden="true">★</span> ' if cell.truth else ""
    felt = ""
    if cell.emotion:
        felt = f' <span class="felt">{esc(f"{cell.emotion:+d}".replace("-", "−"))}</span>'
    quotes = "".join(
        f'<span class="cell-quote"{lang_attribute(each.language)}>{esc(said.quote(each.quote))}'
        "</span>"
        for each in canvas.quotes(cell)
    )
    texts = {gap.id: gap.text for gap in canvas.gaps}
    gaps = "".join(f'<span class="gap">≠ {esc(texts[each])}</span>' for each in cell.gaps)
    body = f"{about}<span>{star}{esc(cell.text)}{felt}</span>{quotes}{gaps}"
    kind = f'<span class="sr-only">{esc(canvas_say(said, f"side_of_{cell.kind}"))} </span>'
    if not (cell.facts or cell.citations):
        return f'<div class="cell kind-{cell.kind}">{kind}{body}</div>'
    return (
        f'<button type="button" class="cell kind-{cell.kind}" data-event="evidence" '
        f'data-cell="{esc(cell.id)}">{kind}{body}</button>'
    )


def _lists(language: UiLanguage, canvas: Canvas) -> str:
    """What is noticed and the gaps, in words, and how the figures are to be read."""
    stages = {stage.id: stage.label for stage in canvas.stages}
    found = ""
    for key, each in (("journey_marks", canvas.marks), ("journey_gaps", canvas.gaps)):
        items = "".join(
            f"<li>{f'<strong>{esc(stages[one.stage])}</strong> · ' if one.stage in stages else ''}"
            f"{esc(one.text)}</li>"
            for one in each
        )
        if items:
            found += f"<section><h3>{esc(say(language, key))}</h3><ul>{items}</ul></section>"
    notes = "".join(f'<p class="quiet">{esc(note)}</p>' for note in canvas.notes)
    return f'<div class="canvas-lists">{found}</div>{notes}'


# Evidence ------------------------------------------------------------------------------------


def nothing(language: UiLanguage) -> str:
    """The panel before any cell is opened."""
    return (
        f'<div lang="{language}"><h2 class="panel-title" tabindex="-1">'
        f"{esc(say(language, 'panel'))}</h2>"
        f'<p class="panel-hint">{esc(say(language, "journey_nothing"))}</p></div>'
    )


def evidence(language: UiLanguage, canvas: Canvas, cell_id: str) -> str:
    """The figures and the quotes of a cell, and the gaps that it is part of."""
    cell = next((each for each in canvas.cells if each.id == cell_id), None)
    if cell is None:
        return nothing(language)
    gaps = [gap for gap in canvas.gaps if gap.id in cell.gaps]
    facts = [*cell.facts, *(each for gap in gaps for each in gap.facts)]
    known = {fact.id: fact for fact in canvas.facts}
    tongue = lang_attribute(canvas.language)
    figures = "".join(
        folded_fact(language, "cell", n, _as_json(known[each]), tongue)
        for n, each in enumerate(dict.fromkeys(facts), 1)
    )
    cited = "".join(
        _citation(language, canvas, each.id, n)
        for n, each in enumerate((c for c in canvas.citations if c.id in cell.citations), 1)
    )
    side = canvas_say(words(canvas.language), f"side_of_{cell.kind}")
    told = "".join(f'<p class="gap">≠ {esc(gap.text)}</p>' for gap in gaps)
    empty = (
        ""
        if figures or cited
        else f'<p class="quiet">{esc(say(language, "journey_no_evidence"))}</p>'
    )
    return (
        f'<div lang="{language}"><h2 class="panel-title" tabindex="-1">'
        f"{esc(say(language, 'panel'))}</h2>"
        f'<p class="kind-line"><span class="badge kind-{cell.kind}">'
        f"{esc(say(language, f'kind_{cell.kind}'))}</span>"
        f"<span>{esc(side)}</span></p>"
        f'<p class="panel-source">{esc(cell.text)}</p>{told}{cited}{figures}{empty}'
        f'<button type="button" class="plain back" data-event="back">'
        f"← {esc(say(language, 'journey_back'))}</button></div>"
    )


def _citation(language: UiLanguage, canvas: Canvas, citation_id: str, position: int) -> str:
    each = next(found for found in canvas.citations if found.id == citation_id)
    where = " · ".join(
        part
        for part in (each.source, place(language, each.locator), day(language, each.date))
        if part
    )
    data = citation_data(_as_json(each), position)
    return (
        f'<blockquote class="passage kind-{esc(each.kind)}"{lang_attribute(each.language)}>'
        f"{esc(each.quote)}</blockquote><p class='record-about'>{esc(where)} "
        f'<button type="button" class="plain"{data}>{esc(say(language, "journey_context"))}'
        "</button></p>"
    )


def _as_json(value: Fact | Citation) -> dict[str, Any]:
    return asdict(value)
