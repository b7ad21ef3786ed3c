"""Actions as slides: one finding each, with its figure, its chart, two quotes and what to do.

A finding is a cause, and its slide has the best of its actions that is not set aside; the others,
the figures with their queries and the sources stand in the speaker's notes.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from babel.dates import format_date
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE
from pptx.enum.text import MSO_ANCHOR
from pptx.util import Inches, Pt

from assistant.actions.files import causal, line, say
from assistant.words import Words

Json = Mapping[str, Any]

_BLANK = 6
# Both come without types.
_Colour: Any = RGBColor
_Data: Any = CategoryChartData
_INK, _QUIET = _Colour(0x1D, 0x2A, 0x2E), _Colour(0x4A, 0x5B, 0x61)
_ACCENT = _Colour(0x0F, 0x5C, 0x66)
_WIDE, _HIGH = Inches(13.333), Inches(7.5)
_LONGEST_QUOTE = 260


def slides(found: Json, said: Words) -> bytes:
    """The deck: what it is, then a slide for each finding."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = _WIDE, _HIGH
    findings = list(_findings(found["actions"]))
    _title(deck, said, len(findings))
    for actions in findings:
        _finding(deck, found, actions, said)
    file = io.BytesIO()
    deck.save(file)
    return file.getvalue()


def _findings(actions: Sequence[Json]) -> Iterator[list[Json]]:
    """The actions of each cause that something is to be done about, in the board's order."""
    causes: dict[str, list[Json]] = {}
    for each in actions:
        if each["facts"] and each["status"] != "dismissed" and each["horizon"] != "not-now":
            causes.setdefault(each["cause"], []).append(each)
    yield from causes.values()


def _title(deck: Any, said: Words, n: int) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[_BLANK])
    _text(slide, (0.8, 2.4, 11.7, 1.5), say(said, "deck"), 36, bold=True, colour=_ACCENT)
    day = format_date(datetime.now(UTC).date(), "long", locale=said.language)
    _text(slide, (0.8, 4.0, 11.0, 1.5), say(said, "deck_made", n=n, day=day), 18, colour=_QUIET)


def _finding(deck: Any, found: Json, actions: Sequence[Json], said: Words) -> None:
    first = actions[0]
    facts = {fact["id"]: fact for fact in found["facts"]}
    own = [facts[name] for name in first["facts"]]
    cited = {each["id"]: each for each in found["citations"]}
    quotes = [cited[name] for name in first["citations"]][:2]
    slide = deck.slides.add_slide(deck.slide_layouts[_BLANK])
    _text(slide, (0.6, 0.35, 12.1, 1.0), _headline(first, own[0], said), 24, bold=True)
    _chart(slide, first, said)
    for number, quote in enumerate(quotes):
        top = 1.5 + 1.55 * number
        _text(slide, (6.9, top, 5.9, 1.0), said.quote(_short(quote["quote"])), 15, italic=True)
        about = ", ".join(part for part in (quote["source"], quote["date"] or "") if part)
        _text(slide, (6.9, top + 1.02, 5.9, 0.4), about, 11, colour=_QUIET)
    _text(slide, (0.6, 4.85, 12.1, 0.4), say(said, "action"), 13, colour=_ACCENT, bold=True)
    _text(slide, (0.6, 5.2, 12.1, 0.55), first["title"], 22, bold=True)
    _text(slide, (0.6, 5.8, 12.1, 1.4), first["does"], 14)
    notes = "\n".join(_notes(first, actions[1:], own, quotes, said))
    slide.notes_slide.notes_text_frame.text = notes


def _headline(action: Json, complains: Json, said: Words) -> str:
    """How many complain of the cause, with the interval and of how many."""
    share, low, high = (said.percent(complains[name] or 0) for name in ("value", "low", "high"))
    of = say(said, f"of_{complains['base']}")
    n = said.number(complains["n"])
    return say(said, "finding", cause=action["cause"], share=share, low=low, high=high, n=n, of=of)


def _short(text: str) -> str:
    """A quote that fits: cut at a word, with the sign that it was."""
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE].rsplit(' ', 1)[0]} […]"


def _chart(slide: Any, action: Json, said: Words) -> None:
    """What the action may concern: the ends of the interval and its middle."""
    impact = action["impact"]
    of = say(said, f"of_{impact['of']}")
    low, middle, high = (round(impact[end]) for end in ("low", "value", "high"))
    told = say(said, "range", low=said.number(low), high=said.number(high), of=of)
    _text(slide, (0.6, 1.4, 6.0, 0.6), say(said, "concerned", range=told), 14, colour=_QUIET)
    data = _Data(number_format="#,##0")
    data.categories = [say(said, name) for name in ("at_least", "middle", "at_most")]
    data.add_series(of, (low, middle, high))
    placed = [Inches(each) for each in (0.6, 2.0, 5.9, 2.7)]
    chart = slide.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, *placed, data).chart
    chart.has_legend = chart.has_title = False
    chart.value_axis.visible = chart.value_axis.has_major_gridlines = False
    chart.value_axis.minimum_scale = 0
    chart.category_axis.reverse_order = True
    chart.category_axis.tick_labels.font.size = Pt(13)
    chart.category_axis.format.line.fill.background()
    plot = chart.plots[0]
    plot.gap_width = 45
    plot.has_data_labels = True
    plot.data_labels.font.size = Pt(13)
    fill = plot.series[0].format.fill
    fill.solid()
    fill.fore_color.rgb = _ACCENT


def _notes(
    action: Json, others: Sequence[Json], facts: Sequence[Json], quotes: Sequence[Json], said: Words
) -> Iterator[str]:
    yield say(said, "notes_figures")
    for fact in facts:
        yield f"- {line(said, fact)}\n  {fact['query']}"
    yield say(said, "notes_quotes")
    for quote in quotes:
        yield f"- {said.quote(quote['quote'])} ({quote['source']}, {quote['passage_id']})"
    mechanism = action["mechanism"]
    yield f"{say(said, 'notes_mechanism')} – {mechanism['name']}. {mechanism['shows']}"
    yield say(said, "notes_not_shown", text=mechanism["not_shown"])
    yield from (f"- {source}" for source in mechanism["sources"])
    yield say(said, "notes_causal", causal=causal(action, said), why=action["causal_why"])
    yield say(said, "notes_trial", how=action["test"]["how"])
    if others:
        yield say(said, "notes_others")
        yield from (f"- {each['title']}" for each in others)


def _text(
    slide: Any,
    box: tuple[float, float, float, float],
    text: str,
    size: int,
    *,
    bold: bool = False,
    italic: bool = False,
    colour: RGBColor = _INK,
) -> None:
    left, top, width, height = (Inches(each) for each in box)
    frame = slide.shapes.add_textbox(left, top, width, height).text_frame
    frame.word_wrap = True
    frame.vertical_anchor = MSO_ANCHOR.TOP
    run = frame.paragraphs[0].add_run()
    run.text = text
    run.font.size, run.font.bold, run.font.italic = Pt(size), bold, italic
    run.font.color.rgb = colour
