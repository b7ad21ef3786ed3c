"""Markdown, HTML, PDF and DOCX through the research importer, and files meant to break it."""

import io
import socket
import zipfile
from datetime import date
from pathlib import Path

import docx
import pytest
from fpdf import FPDF
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.documents import word
from corpus.errors import InputError
from corpus.files import RawFile
from corpus.importers import research

SHARED = Path(__file__).parents[3] / "shared" / "research"

MARKDOWN = """---
title: Why customers leave
author: [Jane Roe, John Doe]
date: 2024-05-03
publisher: Maison CX
sponsor: Acme
---
# Why customers leave

Some **bold** text with a [link](https://x.example) and `code`[^1].
A second line.

<script>alert("secret")</script>

## Reasons

We found three:

1. price
2. wait
   - on the phone
3. oblivion

| Reason | Share |
|---|---|
| Price | 20 % |

### Deep

> They never complain. They go.

[^1]: Own survey, 2023, n = 400.
"""

HTML = """<!DOCTYPE html><html lang="fr"><head><title>Pourquoi nos clients partent | Maison</title>
<meta name="author" content="Jeanne Martin"><meta property="og:site_name" content="Maison CX">
<meta property="article:published_time" content="2023-05-04T10:00:00Z">
<script>var x = "secret";</script><style>.secret {color: red}</style></head><body>
<nav><a href="/">Accueil</a> <a href="/b">Blog</a></nav>
<article><h1>Pourquoi nos clients partent</h1>
<p>Le départ d'un client se prépare longtemps. Il hésite, il compare, puis il ne revient plus.</p>
<h2>Les raisons</h2><p>On distingue trois raisons :</p>
<ul><li>le prix <b>trop haut</b></li><li>l'attente au <a href="x">téléphone</a></li><li>l'oubli</li>
</ul><h3>Le prix</h3><p>Le prix n'explique qu'un départ sur cinq selon notre enquête de 2022.</p>
<table><tr><th>Raison</th><th>Part</th></tr><tr><td>Prix</td><td>20 %</td></tr></table>
<p><a href="#">Partager</a></p></article>
<aside><h3>Sur le même thème</h3><a href="#">Un autre article</a></aside>
<footer>© 2023 Maison CX</footer></body></html>"""


@pytest.fixture(autouse=True)
def _no_network(monkeypatch):
    def refuse(*_):
        raise AssertionError("the importer reached for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)


def load(name, data):
    data = data.encode() if isinstance(data, str) else data
    return research.read(RawFile(name, data), {}).document


def pieces(document):
    return [(piece.heading, piece.text) for piece in document.pieces]


def test_markdown_keeps_the_words_and_drops_the_markup():
    document = load("a.md", MARKDOWN)
    assert pieces(document) == [
        ("", "Some bold text with a link and code[^1]. A second line."),
        (
            "Reasons",
            "We found three:\n1. price\n2. wait\n• on the phone\n3. oblivion\n\n"
            "Reason | Share\nPrice | 20 %",
        ),
        ("Reasons › Deep", "They never complain. They go."),
        ("Notes", "[^1] Own survey, 2023, n = 400."),
    ]
    assert document.title == "Why customers leave"
    assert (document.author, document.publisher) == ("Jane Roe, John Doe", "Maison CX")
    assert (document.sponsor, document.date) == ("Acme", date(2024, 5, 3))
    assert document.notes == {"[^1]": "Own survey, 2023, n = 400."}


def test_front_matter_that_is_no_map_is_ignored():
    document = load("a.md", "---\n- [x\n---\n# Titre\n\nUne phrase entière se lit ici.\n")
    assert document.title == "Titre"


def test_a_web_page_gives_its_article():
    document = load("a.html", HTML)
    assert pieces(document) == [
        (
            "",
            "Le départ d'un client se prépare longtemps. Il hésite, il compare, puis il ne "
            "revient plus.",
        ),
        (
            "Les raisons",
            "On distingue trois raisons :\n• le prix trop haut\n"
            "• l'attente au téléphone\n• l'oubli",
        ),
        (
            "Les raisons › Le prix",
            "Le prix n'explique qu'un départ sur cinq selon notre enquête de "
            "2022.\n\nRaison | Part\nPrix | 20 %",
        ),
    ]
    assert document.title == "Pourquoi nos clients partent"
    assert (document.author, document.publisher) == ("Jeanne Martin", "Maison CX")
    assert document.date == date(2023, 5, 4)


def make_pdf(pages=3, **options):
    pdf = FPDF()
    pdf.set_title("Microsoft Word - brouillon.docx")

    def write(text, size=11, style="", height=6):
        pdf.set_font("helvetica", style, size)
        pdf.multi_cell(0, height, text, new_x="LMARGIN", new_y="NEXT")

    for page in range(1, pages + 1):
        pdf.add_page()
        write("Maison CX - confidential", 8)
        if page == 1:
            write("What makes customers stay for years", 20, "B", 10)
            write("By Jane Roe, Head of Research at Maison CX")
            write("3 May 2024")
        write(("Waiting", "Price", "Trust")[page % 3] + " and what it does", 14, "B", 10)
        subject = ("wait", "pay", "trust")[page % 3]
        write(
            f"Customers who {subject} more than they expected to leave twice as often as the "
            f"others, and they rarely say why. This is page {page} and its own para-\n"
            f"graph about those who {subject}."
        )
        pdf.ln(4)
        write(f"They ask to {subject} less:\n- today\n- and tomorrow")
        pdf.set_y(-30)
        write(f"Page {page} of {pages}", 8)
    if options.get("password"):
        pdf.set_encryption(owner_password="o", user_password=options["password"])
    return bytes(pdf.output())


def test_a_pdf_has_its_pages_headings_and_no_running_lines():
    document = load("a.pdf", make_pdf())
    assert document.title == "What makes customers stay for years"
    assert (document.author, document.publisher) == ("Jane Roe", "Maison CX")
    assert document.date == date(2024, 5, 3)
    assert [(piece.heading, piece.locator["page"]) for piece in document.pieces] == [
        ("Price and what it does", 1),
        ("Trust and what it does", 2),
        ("Waiting and what it does", 3),
    ]
    assert document.pieces[0].text == (
        "Customers who pay more than they expected to leave twice as often as the others, and they "
        "rarely say why. This is page 1 and its own paragraph about those who pay.\n\n"
        "They ask to pay less:\n• today\n• and tomorrow"
    )


def test_a_pdf_without_text_is_probably_a_scan():
    pdf = FPDF()
    pdf.add_page()
    pdf.rect(10, 10, 100, 100)
    with pytest.raises(InputError, match=r"no text that can be read \(is it a scan\?\)"):
        load("scan.pdf", bytes(pdf.output()))


def test_a_protected_or_damaged_pdf_is_refused():
    with pytest.raises(InputError, match="protected"):
        load("a.pdf", make_pdf(1, password="secret"))
    with pytest.raises(InputError, match=r"a\.pdf"):
        load("a.pdf", b"%PDF-1.7\nnothing follows")


def make_docx():
    document = docx.Document()
    document.add_heading("Pourquoi ils partent", 0)
    document.add_paragraph("Par Jeanne Martin")
    document.add_paragraph("Le 3 mai 2024")
    document.add_heading("Les raisons", 1)
    document.add_paragraph("Ils en donnent deux :")
    for item in ("le prix", "l’attente"):
        document.add_paragraph(item, style="List Bullet")
    document.add_heading("Le prix", 2)
    document.add_paragraph("Un départ sur cinq vient du prix.")
    table = document.add_table(2, 2)
    for row, cells in enumerate((("Raison", "Part"), ("Prix", "20 %"))):
        for column, cell in enumerate(cells):
            table.cell(row, column).text = cell
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_a_docx_by_its_styles():
    document = load("a.docx", make_docx())
    assert (document.title, document.author) == ("Pourquoi ils partent", "Jeanne Martin")
    assert document.date == date(2024, 5, 3)
    assert pieces(document) == [
        ("Les raisons", "Ils en donnent deux :\n• le prix\n• l’attente"),
        (
            "Les raisons › Le prix",
            "Un départ sur cinq vient du prix.\n\nRaison | Part\nPrix | 20 %",
        ),
    ]


def test_a_docx_that_unzips_to_too_much_is_refused(monkeypatch):
    monkeypatch.setattr(word, "LARGEST", 10_000)
    with pytest.raises(InputError, match="MB unzipped"):
        load("bomb.docx", make_docx())


def test_entities_are_not_expanded():
    source = zipfile.ZipFile(io.BytesIO(make_docx()))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for part in source.namelist():
            data = source.read(part)
            if part == "word/document.xml":
                data = data.replace(
                    b"<w:document ",
                    b'<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]><w:document ',
                    1,
                ).replace(b"Un d", b"&e;Un d", 1)
            target.writestr(part, data)
    try:
        text = str(load("a.docx", out.getvalue()).pieces)
    except InputError:
        text = ""
    assert "root:" not in text


def test_a_spreadsheet_is_sent_elsewhere():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        target.writestr("xl/workbook.xml", "<x/>")
    with pytest.raises(InputError, match="spreadsheet"):
        load("a.docx", out.getvalue())
    assert research.claims(RawFile("a.docx", out.getvalue())) == 0


def refuses_or_reads(name, data):
    file = RawFile(name, data)
    assert 0 <= research.claims(file) <= 1
    try:
        document = research.read(file, {}).document
    except InputError:
        return
    assert document.pieces
    assert all(piece.text.strip() for piece in document.pieces)


BREAKING = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@BREAKING
@given(st.binary(max_size=300), st.sampled_from(["a.txt", "a.md", "a.html", "a.pdf", "a.docx"]))
def test_arbitrary_bytes_are_refused_in_a_sentence(data, name):
    refuses_or_reads(name, data)


@BREAKING
@given(
    st.text(st.sampled_from("aÉ 1.:?-•#*|<>&;/pdivul[]()^`~_\"'\n\n\t"), max_size=300),
    st.sampled_from(["", "---\n", "<html><body><p>", "# a\n", "Par "]),
)
def test_arbitrary_text_is_refused_or_read(text, start):
    refuses_or_reads("a.md", (start + text).encode())
    refuses_or_reads("a.txt", (start + text).encode())


@BREAKING
@given(st.data(), st.sampled_from([make_pdf(1), make_docx()]))
def test_damaged_files_are_refused_or_read(data, whole):
    at = data.draw(st.integers(0, len(whole) - 1))
    other = data.draw(st.binary(min_size=1, max_size=20))
    refuses_or_reads("a", whole[:at] + other + whole[at + data.draw(st.integers(0, 50)) :])


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.exists(), reason="the shared research folder is absent")
@pytest.mark.parametrize(
    ("name", "author", "publisher", "sponsor", "published", "headings"),
    [
        (
            "inetum-realdolmen-perdre-un-client",
            "Christel Vanhoof",
            "Inetum-Realdolmen",
            "",
            date(2022, 9, 1),
            6,
        ),
        ("okoone-procter-fidelite-strategie-cx", "Alexander Procter", "", "", date(2025, 4, 2), 5),
        ("oracle-lopes-attachement", "David Lopes", "Oracle", "", None, 0),
        ("oracle-sponsorise-ambassadeur-kahneman", "", "", "Oracle", None, 3),
        ("vflun-fidelisation-emotion", "", "vflun.com", "", None, 5),
    ],
)
def test_the_shared_articles(name, author, publisher, sponsor, published, headings):
    document = research.read(RawFile.read(SHARED / f"{name}.txt"), {}).document
    assert (document.author, document.publisher) == (author, publisher)
    assert (document.sponsor, document.date) == (sponsor, published)
    assert len({piece.heading for piece in document.pieces if piece.heading}) == headings
    text = "\n".join(piece.text for piece in document.pieces)
    for furniture in (
        "Lire aussi",
        "Partager",
        "newsletter",
        "wpml",
        "Voir tous",
        "Skip to",
        "Découvrez plus",
        "Publié le",
        "Contactez",
        "Sur le même",
        "S’inscrire",
    ):
        assert furniture not in text


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.exists(), reason="the shared research folder is absent")
def test_the_lists_and_notes_of_the_shared_articles_stay_whole():
    def read(name):
        return research.read(RawFile.read(SHARED / f"{name}.txt"), {}).document

    lopes = read("oracle-lopes-attachement")
    [behaviours] = [piece.text for piece in lopes.pieces if "•" in piece.text]
    assert behaviours.count("•") == 4
    assert behaviours.partition("•")[0].rstrip().endswith(":")
    [figures] = [
        piece.text
        for piece in read("inetum-realdolmen-perdre-un-client").pieces
        if "méditer" in piece.heading
    ]
    assert [
        figure
        for figure in ("75", "70", "30", "32", "59", "72", "13", "45")
        if f"{figure}\u00a0%" not in figures and f"{figure} %" not in figures
    ] == []
    sponsored = read("oracle-sponsorise-ambassadeur-kahneman")
    assert set(sponsored.notes) == {"1", "(2)"}
    assert "Oracle 2012" in sponsored.notes["(2)"]
    assert sponsored.pieces[-1].heading == "Notes"
