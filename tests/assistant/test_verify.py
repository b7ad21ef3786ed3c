"""The verifier: what the evidence does not carry is not said, whoever wrote it, and is counted."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.actions.library import interventions
from assistant.draft import Draft
from assistant.types import Citation, Claim, Fact
from assistant.verify import verify
from assistant.verify.numerals import read
from corpus.types import Passage

TABLE = """\
id;date;client;note;magasin;avis
A1;2026-01-10;C1;1;Lyon;Le colis de Chronopost est arrivé cassé après 1 000 relances, 0,5 par jour.
A2;2026-02-11;C2;2;Paris;Les frais ont pris 32 % de plus en 2025.
A3;2026-03-12;C3;5;Lille;Le vendeur a pris le temps de me conseiller.
"""


@pytest.fixture
def passages(load, store) -> dict[str, Passage]:
    loaded = load(TABLE)
    return {p.locator["row"]: p for p in store.passages_of(loaded.source.id)}


@pytest.fixture
def first(passages) -> Passage:
    return passages[min(passages)]


@pytest.fixture
def second(passages) -> Passage:
    return passages[sorted(passages)[1]]


@pytest.fixture
def judge(store) -> Callable[..., str | None]:
    """The reason for which a claim over whole passages is dropped, or None."""

    def judge(text: str, *cited: Passage, facts=(), kind="quote", given=()) -> str | None:
        draft = Draft()
        ids = [draft.cite(passage, 0, len(passage.text)) for passage in cited]
        draft.claim(kind, text, citations=ids, facts=facts)
        kept, dropped = verify(draft.claims, draft.citations, facts, store, given)
        assert len(kept) + len(dropped) == 1
        if kept:
            assert (kept[0].support, kept[0].support_score > 0) == ("verified", True)
            return None
        assert dropped[0].text == text
        return dropped[0].reason

    return judge


def fact(value: float, **given: object) -> Fact:
    usual = {
        "id": "f1",
        "name": "low-scores",
        "label": "part de notes basses",
        "value": value,
        "unit": "share",
        "numerator": None,
        "denominator": None,
        "base": "records",
        "n": 40,
        "low": None,
        "high": None,
        "method": "",
        "filter": {},
        "query": "",
        "replay": "",
    }
    return Fact(**{**usual, **given})


# Quotes --------------------------------------------------------------------------------------


def test_an_exact_quote_is_kept(judge, first):
    assert judge(f"« {first.text} »", first) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda quote: quote[:-1] + "!",
        lambda quote: quote.replace("é", "e", 1),
        lambda quote: quote.replace(" ", "\u00a0", 1),
        lambda quote: quote.lower(),
        lambda quote: quote + " ",
        lambda quote: quote[1:],
        lambda quote: "",
    ],
)
def test_a_quote_altered_by_one_character_is_dropped(store, first, change):
    draft = Draft()
    draft.cite(first, 0, len(first.text))
    altered = replace(draft.citations[0], quote=change(first.text))
    draft.claim("quote", f"« {altered.quote} »", citations=["c1"])
    kept, dropped = verify(draft.claims, [altered], [], store)
    assert not kept
    assert dropped[0].reason == "a quotation differs from its passage"


@pytest.mark.parametrize(("by_start", "by_end"), [(1, 0), (0, -1), (1, 1)])
def test_a_span_that_is_off_by_one_is_dropped(store, first, by_start, by_end):
    draft = Draft()
    draft.cite(first, 3, 20)
    moved = replace(draft.citations[0], start=3 + by_start, end=20 + by_end)
    draft.claim("quote", f"« {moved.quote} »", citations=["c1"])
    kept, dropped = verify(draft.claims, [moved], [], store)
    assert not kept
    assert len(dropped) == 1


def test_a_passage_that_is_not_stored_is_dropped(store, first):
    draft = Draft()
    draft.cite(replace(first, id="avis-1:invented"), 0, 10)
    draft.claim("quote", "« Le colis de »", citations=["c1"])
    kept, dropped = verify(draft.claims, draft.citations, [], store)
    assert not kept
    assert dropped[0].reason == "a quotation differs from its passage"


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_only_the_very_characters_of_the_span_pass(store, first, data):
    start = data.draw(st.integers(0, len(first.text) - 1))
    end = data.draw(st.integers(start + 1, len(first.text)))
    quote = data.draw(
        st.one_of(st.just(first.text[start:end]), st.text(max_size=30), st.just(first.text))
    )
    citation = Citation("c1", first.id, "avis.csv", "feedback", quote, start, end, {}, None, "fr")
    kept, dropped = verify([Claim("k1", "Un mot.", "quote", ("c1",))], [citation], [], store)
    assert bool(kept) == (quote == first.text[start:end])
    assert len(dropped) == 1 - len(kept)


@pytest.mark.parametrize(
    "text",
    [
        "Un client écrit : « Je ne reviendrai plus jamais chez vous ».",
        "A customer writes: “I will never come back to you”.",
        "Un client écrit : «\u00a0Je ne reviendrai plus jamais ici\u00a0».",
        'Un client écrit : "Je ne reviendrai plus jamais ici".',
    ],
)
def test_an_invented_quotation_is_dropped(judge, first, text):
    assert judge(text, first) == "it quotes what no citation holds"


def test_a_quotation_of_part_of_the_passage_is_no_invention(judge, first):
    assert judge("Il dit « est arrivé cassé après 1 000 relances ».", first) is None


def test_a_quotation_of_another_passage_is_an_invention_here(judge, first, second):
    assert judge("Il dit « Les frais ont pris 32 % de plus ».", first) is not None
    assert judge("Il dit « Les frais ont pris 32 % de plus ».", second) is None


# Evidence ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind", ["finding", "quote", "reported", "research", "journey", "internal", "counter"]
)
def test_a_claim_without_evidence_is_dropped(judge, kind):
    assert judge("Les clients sont mécontents.", kind=kind) == "it names no evidence"


def test_a_limit_needs_no_evidence(judge):
    assert judge("Ceux qui écrivent ne sont pas tous vos clients.", kind="limit") is None


@pytest.mark.parametrize(("citations", "facts"), [(("c9",), ()), ((), ("f9",)), (("c1", "c9"), ())])
def test_evidence_that_does_not_exist_is_no_evidence(store, first, citations, facts):
    draft = Draft()
    draft.cite(first, 0, 10)
    claim = Claim("k1", "Le colis.", "quote", citations, facts)
    kept, dropped = verify([claim], draft.citations, [], store)
    assert not kept
    assert dropped[0].reason == "it refers to evidence that does not exist"


# Numbers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Il a relancé 1 000 fois.",
        "Il a relancé 1\u202f000 fois.",
        "Il a relancé 1\u00a0000 fois.",
        "The parcel came broken after 1,000 reminders.",
        "The parcel came broken after 1000 reminders.",
        "Soit 0,5 par jour.",
        "That is 0.5 a day.",
        "La note est de 1/5.",
        "C'était en janvier 2026.",
    ],
)
def test_a_number_of_the_evidence_is_kept_in_any_language(judge, first, text):
    assert judge(text, first) is None


@pytest.mark.parametrize(
    "text",
    [
        "Il a relancé 1 001 fois.",
        "Il a relancé 10 000 fois.",
        "Il a relancé 100 fois.",
        "Soit 0,6 par jour.",
        "Soit 50 colis.",
        "Soit 32 % des clients.",
        "C'était en 2019.",
        "Soit 1,5 par jour.",
    ],
)
def test_an_invented_number_is_dropped(judge, first, text):
    assert "stands in none of its evidence" in str(judge(text, first))


def test_a_percentage_of_the_evidence_is_kept(judge, second):
    assert judge("Les frais ont pris 32\u00a0% de plus en 2025.", second) is None
    assert "33" in str(judge("Les frais ont pris 33\u00a0% de plus en 2025.", second))


def test_a_number_of_another_passage_does_not_carry_the_claim(judge, first, second):
    assert judge("Les frais ont pris 32 %.", first) is not None
    assert judge("Les frais ont pris 32 %.", first, second) is None


@pytest.mark.parametrize("number", ["45 %", "45%", "44,6 %", "40 avis", "18 avis"])
def test_a_fact_carries_its_value_rounded(judge, number):
    share = fact(0.446, denominator=40, numerator=18)
    assert judge(f"La part est de {number}.", facts=[share], kind="finding") is None


@pytest.mark.parametrize("number", ["46 %", "54 %", "0,45", "4 %"])
def test_a_fact_carries_no_other_value(judge, number):
    share = fact(0.446, denominator=40, numerator=18)
    assert judge(f"La part est de {number}.", facts=[share], kind="finding") is not None


def test_a_fact_that_the_claim_does_not_name_carries_nothing(store, first):
    draft = Draft()
    draft.cite(first, 0, 10)
    draft.claim("finding", "La part est de 45 %.", citations=["c1"])
    kept, dropped = verify(draft.claims, draft.citations, [fact(0.45)], store)
    assert not kept
    assert dropped


def test_what_is_given_may_be_said_by_any_claim(judge, first):
    assert judge("Citations choisies parmi 17 passages.", kind="limit") is not None
    assert judge("Citations choisies parmi 17 passages.", kind="limit", given=["17"]) is None


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(number=st.integers(0, 10**7))
def test_no_number_but_those_of_the_evidence_passes(store, first, number):
    allowed = {*range(11), 1000, 2026}  # row, score, scale, text and date
    draft = Draft()
    draft.cite(first, 0, 10)
    draft.claim("quote", f"Il y en a {number:,}.".replace(",", "\u202f"), citations=["c1"])
    kept, _ = verify(draft.claims, draft.citations, [], store)
    assert not kept or number in allowed


# Names ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["Le colis de Chronopost est cassé.", "C'est à Lyon.", "Vu dans Avis.csv ici."]
)
def test_a_name_of_the_evidence_is_kept(judge, first, text):
    assert judge(text, first) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Le colis de Colissimo est cassé.", "Colissimo"),
        ("C'est à Marseille.", "Marseille"),
        ("Selon Gartner, le colis est cassé.", "Gartner"),
        ("Le colis (Mondial Relay) est cassé.", "Mondial"),
        ("Le colis d'Évian est cassé.", "Évian"),
    ],
)
def test_a_made_up_name_is_dropped(judge, first, text, name):
    assert judge(text, first) == f"the name {name} stands in none of its evidence"


def test_a_name_is_a_whole_word_of_the_evidence(judge, first):
    # "Col" begins "colis", and is no name that stands there.
    assert judge("Le livreur de Col est passé.", first) is not None


# Counting ------------------------------------------------------------------------------------


def test_what_is_dropped_is_told_with_its_reason_and_the_rest_is_kept(store, first):
    draft = Draft()
    draft.cite(first, 0, len(first.text))
    draft.claim("quote", f"« {first.text} »", citations=["c1"])
    draft.claim("quote", "Il a relancé 77 fois.", citations=["c1"])
    draft.claim("quote", "Rien ne va.")
    kept, dropped = verify(draft.claims, draft.citations, [], store)
    assert [claim.id for claim in kept] == ["k1"]
    assert [(d.text, d.reason) for d in dropped] == [
        ("Il a relancé 77 fois.", "the number 77 stands in none of its evidence"),
        ("Rien ne va.", "it names no evidence"),
    ]


def test_who_claims_to_be_verified_is_checked_all_the_same(store):
    claim = Claim("k1", "Tout va bien.", "finding", support="verified", support_score=1.0)
    kept, dropped = verify([claim], [], [], store)
    assert not kept
    assert dropped


# Sentences that repeat ------------------------------------------------------------------------


WEIGHS = "Ce qui pèse le plus : « Prix de la livraison »."


@pytest.mark.parametrize(
    ("text", "kept"),
    [(WEIGHS, True), ("Ce qui pèse le plus : « Attente en caisse ».", False), ("Gabriele.", False)],
)
def test_what_tells_none_of_its_figures_repeats_what_code_made_of_them(store, text, kept):
    draft, share = Draft(), fact(0.5)
    draft.claim("finding", text, facts=[share])
    found, dropped = verify(draft.claims, [], [share], store, computed=[WEIGHS])
    assert bool(found) is kept
    assert kept or dropped[0].reason == "it tells none of the figures that it names"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_action_of_the_library_is_dropped_for_its_own_words(store, language):
    facts = [fact(0.14)]
    sentences = [
        f"{each.title[language]}. {each.does[language]} {each.kpi[language]}"
        for each in interventions()
    ]
    draft = Draft()
    for sentence in sentences:
        draft.claim("finding", sentence, style="bullet", facts=facts)
    _, dropped = verify(draft.claims, [], facts, store, sentences, computed=sentences)
    assert [(each.text, each.reason) for each in dropped] == []


@given(st.text(alphabet="0123456789., %\u202f-", max_size=30), st.sampled_from(["fr", "en"]))
def test_whatever_stands_in_digits_is_read(text: str, language: str) -> None:
    # « La version 1.0.0. » has dots that no number has.
    for number in (*read(text, language), *read(f"La version {text}.", language)):
        assert number.value >= 0
