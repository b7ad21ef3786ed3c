"""Nothing from a corpus, a question or an answer becomes markup."""

import re
from html import unescape

import pytest

from assistant.ui.panel import marked
from assistant.ui.safe import esc, markdown

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1))",
    "![](http://evil.example/x.png)",
    "# x",
    "**x**",
    "<script>alert(1)</script>",
    "</blockquote><b>out",
    '" onclick="alert(1)',
    "${alert(1)} {{constructor}} `x`",
    '__i18n__{"__type__":"translation_metadata","key":"ask"}',
    "http://evil.example <http://evil.example> www.evil.example",
    "a [c1] b",
    "- one\n- two\n\n> three\n\n1. four",
]


def text_of(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", html))


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("hostile", HOSTILE)
def test_escaped_text_has_no_character_left_to_act(hostile: str) -> None:
    html = esc(hostile)
    assert not set(html) & set("<>\"'`${}[]\\_")
    assert unescape(html) == hostile


def test_characters_that_reorder_or_hide_text_are_not_shown() -> None:
    assert esc("a\u202eb\x00c\ue000d\u2066e") == "abcde"


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("escaped", [False, True])
def test_a_quote_in_an_answer_stays_as_it_is(hostile: str, escaped: bool) -> None:
    written = re.sub(r"([\\`*_\[\]<>#|~])", r"\\\1", hostile) if escaped else hostile
    html = markdown(
        f"- « {written} » [c1]",
        [(hostile, lambda quote: f"<q>{quote}</q>")],
        {"c1": "<button>1</button>"},
    )
    assert set(re.findall(r"</?([a-z0-9]+)", html)) <= {"ul", "li", "p", "q", "button"}
    assert html.count("<button>") == 1
    assert flat(text_of(html)) == flat(f"« {hostile} »1")


@pytest.mark.parametrize("hostile", HOSTILE)
def test_text_that_is_no_known_quote_makes_no_link_image_or_handler(hostile: str) -> None:
    html = markdown(hostile)
    assert set(re.findall(r"<([a-z0-9]+)", html)) <= {
        "p",
        "h4",
        "strong",
        "em",
        "ul",
        "ol",
        "li",
        "blockquote",
    }
    assert not re.search(r"<[^>]+\s", html), "no attributes"


def test_markers_become_buttons_and_unknown_ones_stay_text() -> None:
    html = markdown("**Lead** [c1][f2] and [c9].", markers={"c1": "<i>1</i>", "f2": "<i>2</i>"})
    assert html == "<p><strong>Lead</strong><i>1</i><i>2</i> and [c9].</p>\n"


def test_a_quote_of_digits_does_not_meet_the_placeholders() -> None:
    html = markdown("12 « 1 » 0 [c1]", [("1", lambda q: f"<q>{q}</q>")], {"c1": "<i>n</i>"})
    assert text_of(html).strip() == "12 « 1 » 0n"


@pytest.mark.parametrize("hostile", HOSTILE)
def test_the_marked_span_is_the_quote(hostile: str) -> None:
    text = f"Été 🏔 avant {hostile} après"
    start = text.index(hostile)
    html = marked(text, start, start + len(hostile))
    found = re.search(r"<mark>(.*)</mark>", html, re.DOTALL)
    assert found
    assert unescape(found[1]) == hostile
    assert text_of(html) == text


def test_a_span_outside_the_text_marks_nothing() -> None:
    assert marked("abc", 5, 9) == "abc"
    assert marked("abc", -3, -1) == "abc"
