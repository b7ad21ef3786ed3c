"""The files of a canvas: a workbook that loads back as it was, and pictures that hold all of it."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
import zipfile
from dataclasses import replace

import pypdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from assistant.journey.files import FORMS, as_file
from assistant.journey.layout import canvas_page, evidence_pages
from assistant.journey.shapes import Page, Text
from assistant.journey.types import Canvas, CanvasCell, Lane, MapRow, Stage
from assistant.types import Citation
from corpus.errors import InputError
from corpus.files import RawFile
from corpus.importers import choose, importer
from corpus.types import Cell

HOSTILE = (
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(1+1)",
    '<script>alert(1)</script>&<img src=x onerror="alert(1)">',
    "_x0041_ 100 % | *gras* $x^2$ ${y} `z` [a](http://b.c)",
    "https://example.org",
    "12,50",
    "Été : « où ? »\nÀ la ligne",
)


def cells(*texts: str) -> list[MapRow]:
    return [
        MapRow("Carte", "Inès", "purchase", "Payer", "pain", text, -1, True, "Équipe")
        for text in texts
    ]


def canvas(rows: list[MapRow], language: str = "fr") -> Canvas:
    """A canvas of these rows of a map, each with a customer's words beside it."""
    stages = tuple(dict.fromkeys(row.stage for row in rows))
    lanes = tuple(dict.fromkeys(row.lane for row in rows))
    shown = []
    quotes = []
    for n, row in enumerate(rows, 1):
        cell = CanvasCell(f"k{n}", row.stage, row.lane, "journey", row.text, persona=row.persona,
                          emotion=row.emotion, truth=row.moment_of_truth)  # fmt: skip
        said = CanvasCell(f"s{n}", row.stage, row.lane, "feedback", row.text, (f"c{n}",))
        quotes.append(Citation(f"c{n}", f"p{n}", "avis.csv", "feedback", row.text, 0,
                               len(row.text), {"row": n}, "2026-03-01", language))  # fmt: skip
        shown += [cell, said]
    return Canvas(
        title="Parcours",
        language=language,
        draft=False,
        map="Carte",
        maps=("Carte",),
        about="",
        stages=tuple(Stage(stage, stage) for stage in stages),
        lanes=tuple(Lane(lane, lane, "") for lane in lanes),
        cells=tuple(shown),
        marks=(),
        gaps=(),
        citations=tuple(quotes),
        facts=(),
        rows=tuple(rows),
        notes=("Une note.",),
        filters={},
        against=None,
    )


def loaded(data: bytes) -> tuple[Cell, ...]:
    file = RawFile("parcours.xlsx", data)
    assert choose(file) == "journey"
    found = importer("journey").read(file, {})
    assert found.quarantined == ()
    return found.cells


def back(rows: list[MapRow]) -> list[MapRow]:
    """What a workbook of these rows is read as."""
    return [
        MapRow(each.map, each.persona, each.stage, each.step, each.lane, each.text, each.emotion,
               each.moment_of_truth, each.owner)
        for each in loaded(as_file(canvas(rows), "xlsx"))
    ]  # fmt: skip


# Any text that an importer can have read: without outer white space, and no error of a workbook's.
ERRORS = {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"}
words = (
    st.text(st.characters(exclude_categories=("Cs",)), max_size=60)
    .map(str.strip)
    .filter(lambda text: text not in ERRORS)
)
STAGES = st.sampled_from(["need", "purchase", "support", "essayage", "=stage", "lane"])
LANES = st.sampled_from(["pain", "thinking", "metric", "coulisses", "@voie"])


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.builds(
            MapRow,
            map=words.filter(bool),
            persona=words,
            stage=STAGES,
            step=words,
            lane=LANES,
            text=words.filter(bool) | st.sampled_from(HOSTILE),
            emotion=st.sampled_from([None, -2, -1, 0, 1, 2]),
            moment_of_truth=st.booleans(),
            owner=words,
        ),
        min_size=1,
        max_size=5,
    )
)
def test_a_workbook_loads_back_as_the_same_map(rows: list[MapRow]) -> None:
    assert back(rows) == rows


def test_hostile_text_is_text_in_the_workbook_and_loads_back() -> None:
    rows = cells(*HOSTILE)
    assert back(rows) == rows
    data = as_file(canvas(rows), "xlsx")
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        names = book.namelist()
        sheets = b"".join(book.read(name) for name in names if "worksheets/sheet" in name)
        styles = book.read("xl/styles.xml")
    assert b"<f>" not in sheets
    assert b"hyperlink" not in sheets
    # Who edits such a cell in a spreadsheet still has a text.
    assert b'quotePrefix="1"' in styles
    assert not [name for name in names if "externalLink" in name or name.endswith(".bin")]


def test_the_sheets_beside_the_map_are_never_read_as_one() -> None:
    # A stage that is called like the importer's own columns, and customers' words beside it.
    rows = [
        replace(row, stage=stage)
        for row, stage in zip(cells("a", "b", "c"), ("lane", "text", "stage"), strict=True)
    ]
    assert back(rows) == rows


def test_a_text_that_no_workbook_holds_is_refused() -> None:
    with pytest.raises(InputError, match="fits in no cell"):
        as_file(canvas(cells("x" * 32_768)), "xlsx")


def test_a_form_that_there_is_not_is_refused() -> None:
    with pytest.raises(InputError, match="no docx"):
        as_file(canvas(cells("a")), "docx")


# Pictures -------------------------------------------------------------------------------------


def touching(page: Page) -> list[tuple[str, str]]:
    """The lines of text that cover one another."""
    lines = [each for each in page.shapes if isinstance(each, Text) and each.text.strip()]
    return [
        (one.text, other.text)
        for n, one in enumerate(lines)
        for other in lines[n + 1 :]
        if one.x < other.x + other.width - 0.1
        and other.x < one.x + one.width - 0.1
        and one.y < other.y + other.height - 0.1
        and other.y < one.y + one.height - 0.1
    ]


def outside(page: Page) -> list[str]:
    return [
        each.text
        for each in page.shapes
        if isinstance(each, Text)
        and not (
            each.x >= 0
            and each.y >= 0
            and each.x + each.width <= page.width
            and each.y + each.height <= page.height
        )
    ]


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(STAGES, LANES, words.filter(bool)), min_size=1, max_size=8))
def test_no_text_is_cut_or_covered(fields: list[tuple[str, str, str]]) -> None:
    rows = [replace(cells(text)[0], stage=stage, lane=lane) for stage, lane, text in fields]
    for page in (canvas_page(canvas(rows)), *evidence_pages(canvas(rows))):
        assert touching(page) == []
        assert outside(page) == []


def test_long_words_are_broken_and_columns_kept() -> None:
    page = canvas_page(canvas(cells("w" * 400, "un deux " * 60)))
    assert outside(page) == []
    assert touching(page) == []
    written = "".join(each.text for each in page.shapes if isinstance(each, Text))
    # The map's cell, the customer's, the quote beneath that one.
    assert written.count("w") == 3 * 400


def test_a_canvas_larger_than_any_page_is_refused() -> None:
    rows = [replace(cells("a")[0], stage=f"s{n}") for n in range(80)]
    with pytest.raises(InputError, match="too large"):
        canvas_page(canvas(rows))


def test_pictures_hold_the_text_and_nothing_that_acts() -> None:
    rows = cells(*HOSTILE, "Œuvre d’été à 30\u202f% 👍\u200b")
    drawn = as_file(canvas(rows), "svg").decode()
    root = ET.fromstring(drawn)
    tags = {each.tag.rsplit("}", 1)[-1] for each in root.iter()}
    assert not tags & {"script", "img", "image", "a", "foreignObject"}
    text = "".join(root.itertext())
    assert "<script>alert(1)</script>" in text
    assert "=cmd|' /C calc'!A0" in text
    # No mathematics is made of dollars, and what the font lacks is shown to be lacking.
    assert "$x^2$" in text
    assert "Œuvre d’été à 30\u202f%" in text

    pages = pypdf.PdfReader(io.BytesIO(as_file(canvas(rows), "pdf"))).pages
    assert len(pages) >= 2
    assert "Œuvre d’été" in pages[0].extract_text()
    assert "avis.csv" in pages[1].extract_text()

    with Image.open(io.BytesIO(as_file(canvas(rows), "png"))) as image:
        assert image.format == "PNG"
        assert image.width > 400


def test_markdown_shows_hostile_text_as_it_is() -> None:
    made = as_file(canvas(cells(*HOSTILE)), "md").decode()
    table = [line for line in made.split("\n") if line.startswith("|")]
    # A bar or a line end in a cell would make another cell or row of it.
    assert len(table) == 3
    assert "<script>" not in made
    assert "\\<script\\>" in made
    assert "=cmd\\|' /C calc'!A0" in made


def test_every_form_is_made() -> None:
    assert set(FORMS) == {"xlsx", "md", "svg", "png", "pdf"}
