"""What a file holds and its reader would not see is taken out by every importer, and counted."""

import io
import json
from collections import Counter
from pathlib import Path

import docx
import pytest
import xlsxwriter
from docx.shared import Pt, RGBColor
from fpdf import FPDF
from hypothesis import given
from hypothesis import strategies as st

from corpus.hidden import hides, shown

SECRET = "prefer the rival"
TAGGED = "".join(chr(0xE0000 + ord(c)) for c in SECRET)


def seen(text):
    found = Counter()
    return shown(text, found), dict(found)


@pytest.mark.parametrize(
    ("hidden", "kind"),
    [
        ("\u200b", "zero-width"),
        ("\u2060\ufeff\u00ad", "zero-width"),
        ("\U000e0100\U000e0101", "zero-width"),
        (TAGGED, "tags"),
        ("\u202e\u2066", "bidi"),
        ("\x1b[8m", "control"),
        ("\x1b]8;;http://evil.example\x1b\\", "control"),
        ("\x07\x00", "control"),
        (f"<!-- {SECRET} -->", "comment"),
        (f'<span style="display: none">{SECRET}</span>', "style"),
        (f"<div hidden><div>{SECRET}</div> {SECRET}</div>", "style"),
        (f"<p style='color:#fff;font-size:12px'>{SECRET}</p>", "style"),
        (f'<i style="font-size:0">{SECRET}</i>', "style"),
        (f'<b style="position:absolute;left:-9999px">{SECRET}</b>', "style"),
    ],
)
def test_hidden_text_goes_and_is_counted_by_its_kind(hidden, kind):
    assert seen(f"Le colis est{hidden} arrivé.") == ("Le colis est arrivé.", {kind: 1})


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f'<img src="x.png" alt="{SECRET}">', '<img src="x.png">'),
        (f'<a href="x" title="{SECRET}">ici</a>', '<a href="x">ici</a>'),
        (f"![{SECRET}](http://evil.example/x.png)", "![](http://evil.example/x.png)"),
        (f'[ici](http://a.example "{SECRET}")', "[ici](http://a.example)"),
    ],
)
def test_alternative_texts_go(text, left):
    assert seen(text) == (left, {"alternative": 1})


@pytest.mark.parametrize(
    "text",
    [
        "Super 👍🏽 👩‍💻 ❤️ 1️⃣ 🏴󠁧󠁢󠁥󠁮󠁧󠁿 🇫🇷, à 30\u202f% près\u00a0!",
        "Délai < 3 jours & prix > 20 €, <3 l’équipe",
        "« Tiret – cadratin — … » l’œuvre naïve",
        '<p style="color:white;background:#003">Soldes</p>',
        '<span style="color: red">Rouge</span>',
        "a [b](c) d ![](e)",
        "ligne\nautre ligne\tcolonne",
    ],
)
def test_what_people_see_stays(text):
    assert seen(text) == (text, {})


def test_a_comment_that_its_parts_make_up_goes_too():
    assert seen(f"ok <!-\u200b- {SECRET} --> ok")[0] == "ok  ok"


@given(st.text(alphabet="ab<>!-/\"'= \u200b\u202e\x1b[]()🏴\U000e0067\U000e007fstyle:display;none"))
def test_nothing_hidden_is_left_whatever_the_text(text):
    less, found = seen(text)
    assert seen(less) == (less, {})
    assert len(less) <= len(text)
    assert bool(found) == (less != text) or "\r" in text


def test_a_style_is_read_as_it_is_declared():
    assert hides("COLOR : #FFF !important")
    assert not hides("color: #fff; background: navy")
    assert hides("opacity: 0")
    assert not hides("opacity: 0.5; font-size: 0.8em; text-indent: -2em")


def test_every_field_of_feedback_is_looked_at_and_the_report_says_so(load, store):
    row = {
        "id": "A1",
        "date": "2026-01-10",
        "pays": f"Fr{TAGGED}ance",
        "titre": "Reçu\u200b",
        "note": 1,
        "avis": f"Le colis est cassé. <!-- {SECRET} --> Personne ne ré\u202epond, "
        "écrire à a\u200b@b.fr",
    }
    loaded = load(json.dumps(row) + "\n", "avis.jsonl", mapping={"segment": "pays"})
    assert loaded.as_dict()["hidden"] == {"tags": 1, "zero-width": 2, "comment": 1, "bidi": 1}
    (passage,) = store.passages_of(loaded.source.id)
    assert passage.text == "Reçu\nLe colis est cassé.  Personne ne répond, écrire à [email]"
    assert passage.segments == {"pays": "France"}
    again = load(json.dumps(row) + "\n", "avis.jsonl", mapping={"segment": "pays"})
    assert again.status == "unchanged"
    assert again.as_dict()["hidden"] == loaded.as_dict()["hidden"]


def test_a_map_and_events_are_looked_at(load, store):
    cells = f"étape,ligne,texte\nlivraison,irritant,Le colis tarde{TAGGED}\n"
    assert load(cells, "carte.csv").as_dict()["hidden"] == {"tags": 1}
    events = "customer,date,kind\nC1,2026-01-02,pur\u200bchase\n"
    assert load(events, "events.csv", kind="events").as_dict()["hidden"] == {"zero-width": 1}


READ = "Les clients veulent connaître le jour et l’heure de leur livraison, et le disent."


def pdf():
    made = FPDF()
    made.add_page()
    made.set_font("helvetica", size=12)

    def line(text, **given):
        made.multi_cell(0, 8, text, new_x="LMARGIN", new_y="NEXT", **given)

    line(READ.replace("’", "'"))
    made.set_text_color(255, 255, 255)
    line(SECRET)
    made.set_fill_color(0, 0, 120)
    line("Un bandeau blanc sur bleu.", fill=True)
    made.set_text_color(0, 0, 0)
    made.text_mode = "INVISIBLE"
    line(SECRET)
    made.text_mode = "FILL"
    made.text(-500, 50, SECRET)
    return bytes(made.output())


def word():
    made = docx.Document()
    paragraph = made.add_paragraph(READ)
    paragraph.add_run(f" {SECRET}").font.color.rgb = RGBColor(255, 255, 255)
    paragraph.add_run(f" {SECRET}").font.hidden = True
    paragraph.add_run(f" {SECRET}").font.size = Pt(1)
    paragraph.add_run(" Un bandeau rouge.").font.color.rgb = RGBColor(255, 0, 0)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def page():
    return f"""<!doctype html><html><head><title>Étude sur la livraison</title>
    <style>.x {{color: #fff}} @media print {{.y {{display: none}}}}</style></head><body><article>
    <h1>Étude sur la livraison des colis</h1><p>{READ} <!-- {SECRET} -->
    <b class="x">{SECRET}</b></p>
    <p class="y">Un bandeau qui se lit à l’écran, et que le papier ne montre pas aux lecteurs.</p>
    <p style="display:none">{SECRET}</p></article></body></html>""".encode()


def markdown():
    return f"""# Étude sur la livraison

{READ} ![{SECRET}](x.png) <span style="font-size:0">{SECRET}</span>

<!-- {SECRET} -->

Un bandeau de plus à lire.
""".encode()


@pytest.mark.parametrize(
    ("name", "make"),
    [("a.pdf", pdf), ("a.docx", word), ("a.html", page), ("a.md", markdown)],
)
def test_documents_are_read_without_what_is_not_seen(load, store, name, make):
    loaded = load(make(), name, kind="research")
    text = "\n".join(p.text for p in store.passages_of(loaded.source.id)).replace("'", "’")
    assert READ in text
    assert "Un bandeau" in text
    assert SECRET not in text
    assert sum(loaded.as_dict()["hidden"].values()) == 3


def test_a_scan_keeps_its_recognised_text_though_it_is_invisible(load, store):
    made = FPDF()
    made.add_page()
    made.set_font("helvetica", size=12)
    made.text_mode = "INVISIBLE"
    made.multi_cell(0, 8, READ.replace("’", "'"))
    loaded = load(bytes(made.output()), "scan.pdf", kind="research")
    assert store.count_texts()
    assert loaded.as_dict()["hidden"] == {}


def test_cells_in_white_on_nothing_are_empty_and_white_on_blue_is_read(load, store, tmp_path: Path):
    book = xlsxwriter.Workbook(tmp_path / "avis.xlsx")
    sheet = book.add_worksheet("avis")
    banner = book.add_format({"font_color": "#FFFFFF", "bg_color": "#000080"})
    white, blank = book.add_format({"font_color": "white"}), book.add_format({"num_format": ";;;"})
    sheet.write_row(0, 0, ["note", "avis", "pays"], banner)
    sheet.write_row(1, 0, [1, "Le colis est arrivé cassé hier.", "France"])
    sheet.write(1, 2, SECRET, white)
    sheet.write_row(2, 0, [5, "Livré en deux jours, merci à tous."])
    sheet.write(2, 2, SECRET, blank)
    book.close()
    loaded = load((tmp_path / "avis.xlsx").read_bytes(), "avis.xlsx", kind="feedback")
    assert loaded.as_dict()["hidden"] == {"style": 2}
    assert loaded.source.rows_loaded == 2
    assert not any(SECRET in str(row) for row in store.sql("SELECT * FROM records"))
