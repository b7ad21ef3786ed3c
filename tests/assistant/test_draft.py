"""An answer's page while it is composed: order, headings that go, markers, and inert text."""

import re
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from assistant.draft import Draft, escape
from corpus.types import Passage

PASSAGE = Passage(
    id="avis-1:A1",
    kind="feedback",
    source_id="avis-1",
    source="avis.csv",
    parent="avis-1:A1",
    text="Le colis est cassé. Personne ne répond.",
    language="fr",
    locator={"row": 2},
)


@pytest.fixture
def draft() -> Draft:
    return Draft()


def test_a_citation_is_the_span_itself(draft):
    assert draft.cite(PASSAGE, 3, 8) == "c1"
    citation = draft.citations[0]
    assert (citation.quote, citation.start, citation.end) == ("colis", 3, 8)
    assert (citation.passage_id, citation.source, citation.kind) == (
        PASSAGE.id,
        "avis.csv",
        "feedback",
    )
    assert citation.date is None


def test_a_span_is_cited_once(draft):
    assert [draft.cite(PASSAGE, 0, end) for end in (5, 9, 5)] == ["c1", "c2", "c1"]
    assert len(draft.citations) == 2


def test_claims_stand_in_order_with_their_markers(draft):
    draft.heading("Ce que disent les clients")
    draft.claim("finding", "Un.", style="lead", citations=[draft.cite(PASSAGE, 0, 5)])
    draft.introduce("Dans leurs mots :")
    for end in (9, 12):
        draft.claim(
            "quote", f"Jusqu'à {end}", style="bullet", citations=[draft.cite(PASSAGE, 0, end)]
        )
    draft.claim("limit", "Deux.")
    draft.claim("limit", "Trois.")
    assert draft.markdown() == (
        "**Ce que disent les clients**\n\n"
        "Un. [c1]\n\n"
        "Dans leurs mots :\n\n"
        "- Jusqu'à 9 [c2]\n- Jusqu'à 12 [c3]\n\n"
        "Deux. Trois."
    )


def test_headings_and_introductions_go_with_their_claims(draft):
    draft.heading("Un")
    draft.introduce("Voici :")
    draft.claim("quote", "Parti.", style="bullet")
    draft.heading("Vide")
    draft.heading("Deux")
    draft.claim("limit", "Reste.")
    draft.heading("Fin")
    draft.introduce("Rien :")
    draft.keep_cited([claim for claim in draft.claims if claim.text == "Reste."])
    assert draft.markdown() == "**Deux**\n\nReste."


def test_an_introduction_under_a_heading_goes_alone(draft):
    draft.heading("Un")
    draft.claim("limit", "Reste.")
    draft.introduce("Voici :")
    draft.claim("quote", "Parti.", style="bullet")
    draft.heading("Deux")
    draft.claim("limit", "Aussi.")
    draft.keep_cited([claim for claim in draft.claims if claim.kind == "limit"])
    assert draft.markdown() == "**Un**\n\nReste.\n\n**Deux**\n\nAussi."


def test_nothing_is_an_empty_page(draft):
    draft.heading("Un")
    assert draft.markdown() == ""


def test_what_is_not_cited_any_more_is_forgotten_and_the_rest_renumbered(draft):
    for end in (5, 9, 12):
        draft.claim("quote", f"{end}", citations=[draft.cite(PASSAGE, 0, end)])
    draft.keep_cited(draft.claims[1:])
    assert [(c.id, c.end) for c in draft.citations] == [("c1", 9), ("c2", 12)]
    assert [claim.citations for claim in draft.claims] == [("c1",), ("c2",)]
    assert draft.markdown() == "9 [c1] 12 [c2]"


def test_bold_is_set_once_and_only_where_it_was_asked_for(draft):
    draft.claim("reported", "32 %, soit 32 % *des* clients.", bold="32 %")
    assert draft.markdown() == "**32 %**, soit 32 % \\*des\\* clients."


@pytest.mark.parametrize(
    "text",
    [
        "**gras** et _italique_",
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[un lien](http://exemple.fr) ![image](http://exemple.fr/x.png)",
        "voir [c1] et [f2]",
        "`code` ~~barré~~ | tableau |",
        "# Titre",
        "\\* déjà échappé",
        "<http://exemple.fr>",
    ],
)
def test_corpus_text_is_no_markup(text):
    html = MarkdownIt("commonmark", {"html": True}).render(f"Il dit {escape(text)}")
    assert re.sub(r"</?p>|\n", "", html).count("<") == 0
    assert unescape(re.sub(r"</?p>|\n", "", html)) == f"Il dit {text}"


@settings(deadline=None)
@given(text=st.text(alphabet=r"ab *_[]()<>#|~`\!c1&;", min_size=1, max_size=40))
def test_no_text_makes_a_marker_or_a_tag(text):
    escaped = escape(text)
    assert not re.search(r"(?<!\\)(?:\\\\)*[\[\]<>*_`]", escaped)
    html = MarkdownIt("commonmark", {"html": True}).render(f"x{escaped}x")
    assert set(re.findall(r"<[^>]*>", html)) <= {"<p>", "</p>"}


def test_a_heading_is_no_markup_either(draft):
    draft.heading("a*b [c1]")
    draft.claim("limit", "Reste.")
    assert draft.markdown().startswith("**a\\*b \\[c1\\]**")


def test_a_quote_over_lines_keeps_them(draft):
    draft.claim("quote", "« Un\ndeux »", style="bullet")
    assert draft.markdown() == "- « Un  \n  deux »"
    html = MarkdownIt("commonmark").render(draft.markdown())
    assert html.count("<li>") == 1
    assert "<br" in html


@pytest.mark.parametrize(
    "text",
    [
        "« Un\n\n- deux »",
        "« Un\n- deux »",
        "« Un\n+ deux »",
        "« Un\n1. deux »",
        "« Un\n2) deux »",
        "« Un\n# deux »",
        "« Un\n--- »",
        "« Un\n===",
    ],
)
def test_a_quote_makes_no_list_and_no_heading(draft, text):
    draft.claim("quote", text, style="bullet")
    html = MarkdownIt("commonmark", {"html": True}).render(draft.markdown())
    assert html.count("<li>") == 1
    assert not re.search("<h[1-6]|<ol", html)
