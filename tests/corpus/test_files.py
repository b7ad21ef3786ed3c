"""What a file is by its content, and its text."""

import gzip
import io
import re
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import InputError
from corpus.files import LONGEST_LINE, RawFile, decode, repair

FRENCH = "Déçu : « le colis » n’était pas là, ça a coûté 12 € de plus…\nL'été où naît l'œuvre."
LETTERS = "abcdefghijklmnopqrstuvwxyzàâäçéèêëîïôöùûüÿæœ"
WORDS = st.text(LETTERS, min_size=1, max_size=9)
BETWEEN = st.text(
    " \n.,;:!?'\"()-/%0123456789«»’‘“”–—…€°\u00a0\u202f😀👍❤🇫", min_size=1, max_size=4
)
TYPED = (
    st.lists(
        st.one_of(
            WORDS, WORDS.map(str.capitalize), WORDS.map(lambda word: f"{word}s".upper()), BETWEEN
        )
    )
    .map("".join)
    .filter(lambda text: not re.search(r"[ÂÃ][^\sa-zA-Z]", text))
)
"""What people type in French: capitals begin words, or a whole word is in capitals.

Nobody types « Âœ » or « Ãé »: that is what mojibake looks like, and it is repaired.
"""


def text_of(data: bytes, name: str = "avis.txt") -> str:
    return RawFile(name, data).text


def zipped(*names: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), "x")
    return data.getvalue()


# Encodings -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le-bom", "utf-16-be-bom", "cp1252"]
)
def test_french_in_every_usual_encoding(encoding: str) -> None:
    bom = {"utf-16-le-bom": b"\xff\xfe", "utf-16-be-bom": b"\xfe\xff"}.get(encoding, b"")
    assert text_of(bom + FRENCH.encode(encoding.removesuffix("-bom"))) == FRENCH


def test_latin_1() -> None:
    french = "Très déçu : la livraison a été retardée, où est passé mon colis ?\n" * 3
    assert text_of(french.encode("latin-1")) == french


def test_a_lone_accent_in_cp1252() -> None:
    assert text_of("Le colis est arrivé hier soir.".encode("cp1252")) == (
        "Le colis est arrivé hier soir."
    )


@given(TYPED)
def test_sound_text_is_untouched(text: str) -> None:
    assert repair(text) == text
    assert decode(text.encode(), "avis.txt") == text


@given(st.text("aeiou éèàùçêôîûœ«»’…–-—€.,!? \u00a0", min_size=1, max_size=80))
def test_french_letters_are_untouched(text: str) -> None:
    assert repair(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "« Très bien » 👍🏽 à 20 °C — œuf, naïf, Noël",
        "Ça va ? Âge : 12 ans. MÉTÉO À ÂNE",
        "l’été… “bof” ‘non’ – fin",
        "Å Øre, Ñandú, Straße, İstanbul",
        "¿Qué tal? ¡Olé!",
        "Спасибо, всё хорошо",
        "送料が高すぎます",
    ],
)
def test_what_only_looks_odd_is_untouched(text: str) -> None:
    assert repair(text) == text


@pytest.mark.parametrize(
    "meant",
    [
        "Le colis est arrivé abîmé, très déçu",
        "l’été à la plage",
        "« parfait »",
        "12 € de frais",
        "Génial 👍",
    ],
)
@pytest.mark.parametrize("read_as", ["sloppy-windows-1252", "latin-1"])
def test_mojibake_is_repaired(meant: str, read_as: str) -> None:
    assert repair(meant.encode().decode(read_as)) == meant


def test_a_sound_line_beside_a_broken_one_stays() -> None:
    sound = "« Ça » coûte 12 €"
    assert repair(f"{sound}\ntrÃ¨s dÃ©Ã§u") == f"{sound}\ntrès déçu"


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_line_ends_become_newlines(end: str) -> None:
    assert text_of(f"un{end}deux{end}{end}quatre".encode()) == "un\ndeux\n\nquatre"


# What it is ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "format"),
    [
        (b"%PDF-1.7 ...", "pdf"),
        (b"\n%PDF-1.4", "pdf"),
        (zipped("xl/workbook.xml"), "xlsx"),
        (zipped("word/document.xml"), "docx"),
        (b"note;avis\n", "text"),
    ],
)
def test_the_content_tells_the_format(data: bytes, format: str) -> None:
    assert RawFile("renamed.csv", data).format == format


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty"),
        (b" \r\n\t\n", "is empty"),
        (zipped("avis.csv"), "is a ZIP archive"),
        (zipped("avis.csv")[:40], "is a damaged ZIP file"),
        (gzip.compress(b"x", mtime=0), "is a binary file"),
        (b"\x89PNG\r\n\x1a\n", "is a binary file"),
        (b"\xd0\xcf\x11\xe0", "is a binary file"),
        (b"abc\0\0def", "is not a text file"),
        (b"a" * (LONGEST_LINE + 1), "line of 1,000,001 characters"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(data: bytes, says: str) -> None:
    with pytest.raises(InputError) as refused:
        RawFile("avis.csv", data).text  # noqa: B018
    message = str(refused.value)
    assert message.startswith("avis.csv ")
    assert says in message
    assert "\n" not in message


def test_a_line_of_a_million_characters_is_read() -> None:
    assert len(text_of(b"a" * LONGEST_LINE)) == LONGEST_LINE


def test_a_pdf_is_no_text() -> None:
    with pytest.raises(InputError, match="is not a text file"):
        RawFile("rapport.txt", b"%PDF-1.7").text  # noqa: B018


def test_reading_a_path(tmp_path: Path) -> None:
    path = tmp_path / "Avis.CSV"
    path.write_bytes(b"note\n5\n")
    file = RawFile.read(path)
    assert (file.name, file.suffix, file.data) == ("Avis.CSV", ".csv", b"note\n5\n")


def test_a_path_that_is_not_there_or_a_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        RawFile.read(tmp_path / "absent.csv")
    with pytest.raises(InputError, match="is a folder"):
        RawFile.read(tmp_path)


def test_the_fingerprint_is_of_the_content_alone() -> None:
    assert RawFile("a.csv", b"x").fingerprint == RawFile("b.csv", b"x").fingerprint
    assert RawFile("a.csv", b"x").fingerprint != RawFile("a.csv", b"y").fingerprint
