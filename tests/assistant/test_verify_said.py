"""What a claim says of its evidence: numbers in any format, figures, paraphrases."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from assistant.draft import Draft
from assistant.types import Fact
from assistant.verify import verify
from assistant.verify.clauses import parting
from assistant.verify.support import WEAK
from corpus.types import Passage

TABLE = """\
id;date;client;note;magasin;avis
A1;2026-03-10;C1;1;Lyon;Le colis est arrivé trois semaines après la date promise.
A2;2026-04-11;C2;5;Paris;Le vendeur a été patient et le retour est facile.
A3;2026-05-12;C3;2;Lille;Les frais sont passés de 4 à 9 euros, alors j’achète ailleurs.
"""


@pytest.fixture
def passages(load, store) -> list[Passage]:
    loaded = load(TABLE)
    return list(store.passages_of(loaded.source.id))


@pytest.fixture
def judge(store) -> Callable[..., str | None]:
    """The reason for which a claim over passages or facts is dropped, or None."""

    def judge(text: str, *cited: Passage, facts=(), given=()) -> str | None:
        draft = Draft()
        ids = [draft.cite(passage, 0, len(passage.text)) for passage in cited]
        draft.claim("finding", text, citations=ids, facts=facts)
        kept, dropped = verify(draft.claims, draft.citations, facts, store, given)
        assert len(kept) + len(dropped) == 1
        return dropped[0].reason if dropped else None

    return judge


def fact(value: float, **given: object) -> Fact:
    usual = {
        "id": "f1", "name": "themes.negative", "label": "Part de ceux qui se plaignent de : Prix",
        "value": value, "unit": "share", "numerator": None, "denominator": None,
        "base": "customers", "n": 1000, "low": None, "high": None, "method": "", "filter": {},
        "query": "", "replay": "", "about": {"theme": "price"},
    }  # fmt: skip
    return Fact(**{**usual, **given})


# Numbers in every format ---------------------------------------------------------------------

THIN, HARD = "\u202f", "\u00a0"


def as_percent(share: float, places: int, style: str) -> str:
    number = f"{100 * share:.{places}f}"
    return {
        "fr": number.replace(".", ",") + THIN + "%",
        "fr hard": number.replace(".", ",") + HARD + "%",
        "fr word": number.replace(".", ",") + " pour cent",
        "en": number + "%",
        "en word": number + " per cent",
    }[style]


def as_count(count: int, style: str) -> str:
    grouped = f"{count:,}"
    return {
        "plain": str(count),
        "fr": grouped.replace(",", THIN),
        "fr hard": grouped.replace(",", HARD),
        "fr space": grouped.replace(",", " "),
        "en": grouped,
    }[style]


PERCENTS = ("fr", "fr hard", "fr word", "en", "en word")
COUNTS = ("plain", "fr", "fr hard", "fr space", "en")
KEEP = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@KEEP
@given(st.floats(0.001, 0.999), st.sampled_from((0, 1)), st.sampled_from(PERCENTS))
def test_a_share_is_told_in_any_format_rounded(judge, share, places, style):
    said = as_percent(share, places, style)
    text = (
        f"{said} of customers complain." if "en" in style else f"{said} des clients s’en plaignent."
    )
    assert judge(text, facts=[fact(share)]) is None


@KEEP
@given(st.floats(0.001, 0.999), st.integers(0, 100), st.sampled_from(PERCENTS))
def test_another_share_is_not(judge, share, other, style):
    forms = {round(100 * share), round(100 * (1 - share))}
    assume(all(abs(other - 100 * s) > 1 for s in (share, 1 - share)) and other not in forms)
    said = as_percent(other / 100, 0, style)
    assert judge(f"{said} des clients s’en plaignent.", facts=[fact(share)]) is not None


@KEEP
@given(st.integers(0, 10**7), st.sampled_from(COUNTS))
def test_a_count_is_told_in_any_format(judge, count, style):
    counted = fact(count, unit="count", label="Réponses", about={}, n=count)
    assert judge(f"Il y a {as_count(count, style)} réponses.", facts=[counted]) is None


@KEEP
@given(st.integers(3, 10**7), st.integers(3, 10**7), st.sampled_from(COUNTS))
def test_another_count_is_not(judge, count, other, style):
    assume(count != other)
    counted = fact(count, unit="count", label="Réponses", about={}, n=count)
    assert judge(f"Il y a {as_count(other, style)} réponses.", facts=[counted]) is not None


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Un client sur quatre se plaint du prix.", True),
        ("Un client sur trois se plaint du prix.", False),
        ("One customer in four complains of prices.", True),
        ("One customer in five complains of prices.", False),
        ("Un quart des clients se plaignent du prix.", True),
        ("La moitié des clients se plaignent du prix.", False),
        ("A quarter of customers complain of prices.", True),
        ("A third of customers complain of prices.", False),
        ("Three quarters do not complain of prices.", True),
        ("More than a quarter of customers complain of prices.", True),
        ("Moins d’un quart des clients se plaignent du prix.", False),
        ("255 clients sur 1 000 se plaignent du prix.", True),
        ("1 000 clients sur 255 se plaignent du prix.", False),
        ("Environ 250 clients se plaignent du prix.", True),
        ("Environ 350 clients se plaignent du prix.", False),
        ("Deux cent cinquante-cinq clients se plaignent du prix.", True),
        ("Deux cent soixante clients se plaignent du prix.", False),
    ],
)
def test_fractions_ratios_and_rounded_numbers(judge, text, kept):
    share = fact(0.255, numerator=255, denominator=1000)
    assert (judge(text, facts=[share]) is None) is kept


def test_a_bound_is_held_against_the_value_and_not_its_rounding(judge):
    assert judge("Plus de 14 % s’en plaignent.", facts=[fact(0.146)]) is None
    assert judge("Plus de 15 % s’en plaignent.", facts=[fact(0.146)]) is not None


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Le colis a trois semaines de retard après la date promise.", True),
        ("Le colis a quatre semaines de retard après la date promise.", False),
        ("The parcel came 3 weeks after the promised date.", True),
        ("Le client a noté 1/5 en mars 2026.", True),
        ("Le client a noté 1/5 en avril 2026.", False),
        # Five is the score's maximum, and no number of weeks.
        ("Le colis a cinq semaines de retard après la date promise.", False),
    ],
)
def test_numbers_and_dates_of_a_passage(judge, passages, text, kept):
    assert (judge(text, passages[0]) is None) is kept


def test_from_one_to_another_is_not_the_way_back(judge, passages):
    assert judge("Les frais passent de 4 à 9 euros.", passages[2]) is None
    assert "goes from" in str(judge("Les frais passent de 9 à 4 euros.", passages[2]))


# What figures are of, and which way they go --------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("12 % se plaignent du prix.", True),
        ("12 % se félicitent du prix.", False),
        ("12 % complain of prices.", True),
        ("12 % are pleased with prices.", False),
        ("88 % ne se plaignent pas du prix.", True),
        ("12 % ne se plaignent pas du prix.", False),
        ("12 % se plaignent du délai de remboursement.", False),
    ],
)
def test_a_figure_is_told_of_its_theme_and_in_its_sense(judge, text, kept):
    assert (judge(text, facts=[fact(0.12)]) is None) is kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Le NPS gagne 6 points.", True),
        ("Le NPS perd 6 points.", False),
        ("NPS rose by 6 points.", True),
        ("NPS fell by 6 points.", False),
    ],
)
def test_a_difference_goes_its_way(judge, text, kept):
    rise = fact(6.04, name="change.difference", unit="points", label="Évolution de nps", about={})
    assert (judge(text, facts=[rise]) is None) is kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Le plus grand écart est de −10 points.", True),
        ("Le plus grand écart est de +10 points.", False),
        ("The largest gap is −10 points.", True),
        ("The gap is 10 points more.", False),
    ],
)
def test_a_sign_tells_which_way_a_difference_goes(judge, text, kept):
    gap = fact(-10.2, name="compare.theme", unit="points", label="Écart", about={})
    assert (judge(text, facts=[gap]) is None) is kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Les silencieux partent plus souvent que les autres : 24 % contre 11 %.", True),
        ("Les silencieux partent moins souvent que les autres : 24 % contre 11 %.", False),
        ("The silent leave more often than the others, 24% against 11%.", True),
        ("The silent leave less often than the others, 24% against 11%.", False),
        ("La part est plus basse ici, 11 % contre 24 %.", True),
        ("La part est plus élevée ici, 11 % contre 24 %.", False),
    ],
)
def test_of_two_figures_the_larger_is_the_larger(judge, text, kept):
    two = [
        fact(0.24, id="f1", label="Part des partis, parmi les silencieux", about={}),
        fact(0.11, id="f2", label="Part des partis, parmi les autres", about={}),
    ]
    assert (judge(text, facts=two) is None) is kept


def test_before_and_after_keep_their_order(judge):
    two = [
        fact(227, id="f1", name="trend.break-before", unit="count", label="Avant", about={}),
        fact(501, id="f2", name="trend.break-after", unit="count", label="Après", about={}),
    ]
    assert judge("On passe de 227 à 501 réponses.", facts=two) is None
    assert judge("On passe de 501 à 227 réponses.", facts=two) is not None


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Hardly any of them buy again: 3.2%.", True),
        ("Almost everyone buys again: 3.2%.", False),
        ("La plupart ne rachètent pas : 96,8 %.", True),
        ("Presque personne ne renonce : 96,8 %.", False),
    ],
)
def test_most_and_hardly_any_are_held_to_the_share(judge, text, kept):
    few = fact(0.032, name="funnel.came-back", label="Ont racheté sous 7 jours", about={})
    assert (judge(text, facts=[few]) is None) is kept


def test_a_change_between_two_quarters_goes_its_way(judge):
    two = [
        fact(
            31.1,
            id="f1",
            name="score.nps",
            unit="points",
            label="NPS",
            about={"quarter": "2025-Q2"},
        ),
        fact(
            9.5, id="f2", name="score.nps", unit="points", label="NPS", about={"quarter": "2026-Q1"}
        ),
    ]
    assert judge("Le NPS a reculé, de 31,1 à 9,5 points.", facts=two) is None
    assert judge("Le NPS a progressé, de 9,5 à 31,1 points.", facts=two) is not None
    assert judge("D’un trimestre à l’autre, de 9,5 à 31,1.", facts=two) is None


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Chez Onde, 7 points de moins que les autres.", True),
        ("Chez Onde, 7 points de plus que les autres.", False),
        ("Les autres en parlent, contre Onde : 7 points de plus.", True),
        ("The others speak of it, against Onde: 7 points less.", False),
    ],
)
def test_a_difference_to_the_others_may_begin_with_them(judge, text, kept):
    label = "Écart de la part qui en parle : Onde par rapport à tous les autres"
    less = fact(-0.07, name="compare.share", label=label, about={"against": "rest"})
    assert (judge(text, facts=[less]) is None) is kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("On est satisfait à 89 % en magasin et à 67 % sur le web.", True),
        ("On est satisfait à 67 % en magasin et à 89 % sur le web.", False),
        ("89 % des clients du web sont satisfaits, contre 67 % en magasin.", False),
    ],
)
def test_each_figure_stands_beside_its_own_name(judge, text, kept):
    two = [
        fact(0.89, id="f1", name="score.csat", label="Part des satisfaits magasin", about={}),
        fact(0.67, id="f2", name="score.csat", label="Part des satisfaits web", about={}),
    ]
    assert (judge(text, facts=two) is None) is kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Liked by some, complained about by more (4% against 5%).", True),
        ("Complained about by some, liked by more (5% against 4%).", False),
        ("More like it than complain of it: 4% against 5%.", False),
    ],
)
def test_more_is_said_of_the_side_that_it_stands_beside(judge, text, kept):
    two = [
        fact(
            0.04, id="f1", name="themes.positive", label="Share of those who are pleased", about={}
        ),
        fact(0.05, id="f2", name="themes.negative", label="Share of those who complain", about={}),
    ]
    assert (judge(text, facts=two) is None) is kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("« Note basse » : les deux premiers cinquièmes de l’échelle.", True),
        ("“Low rating”: the lower two fifths of the scale.", True),
        ("Deux cinquièmes des clients se plaignent du prix.", True),
        ("Trois cinquièmes des clients se plaignent du prix.", False),
        ("A tenth of customers complain of prices.", False),
    ],
)
def test_parts_of_a_scale_are_no_share_and_fifths_of_customers_are(judge, text, kept):
    assert (judge(text, facts=[fact(0.4)]) is None) is kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("43% of refunds take more than 14 days.", True),
        ("43% of refunds take less than 14 days.", False),
        ("57% of refunds take less than 14 days.", True),
    ],
)
def test_a_bound_of_a_label_is_not_turned_round(judge, text, kept):
    slow = fact(
        0.43, name="mishaps.rate", label="How often: refund after more than 14 days", about={}
    )
    assert (judge(text, facts=[slow]) is None) is kept


# Paraphrases ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Le vendeur est patient et le retour est facile.",
        "The seller was patient and returns are easy.",
    ],
)
def test_a_paraphrase_is_kept_in_either_language(judge, passages, text):
    assert judge(text, passages[1]) is None


@pytest.mark.parametrize(
    "text",
    [
        "Le vendeur est impatient et le retour est difficile.",
        "Le vendeur n’a pas été patient et le retour n’est pas facile.",
        "Le stationnement autour de la boutique manque de places couvertes.",
    ],
)
def test_a_paraphrase_of_the_contrary_or_of_something_else_is_dropped(judge, passages, text):
    assert judge(text, passages[1]) == WEAK


@pytest.mark.parametrize(
    ("said", "held", "parts"),
    [
        # A denial is of the word that it stands before, not of all behind it.
        ("He did not buy the goggles.", "Wanted goggles. Did not buy.", False),
        ("He bought the goggles.", "Wanted goggles. Did not buy.", True),
        ("Le client n’a rien acheté.", "Je n’ai rien acheté.", False),
        ("Aucun client ne lit le tableau.", "Nos clients lisent le tableau.", True),
        ("Customers read the chart.", "Nos clients ne lisent pas le tableau.", True),
        ("Customers do not read the chart.", "Nos clients ne lisent pas le tableau.", False),
        ("La notice est claire.", "Notice peu claire.", True),
        ("La notice n’est pas claire.", "Notice peu claire.", False),
        ("Tout le monde lit le tableau.", "Ils ne lisent que le tableau.", False),
        # « moins cher » is the contrary of « plus cher », and « d’après » says by whom.
        ("Le magasin est moins cher.", "Le magasin est plus cher.", True),
        ("D’après elle, il part avant l’hiver.", "Il part avant l’hiver.", False),
        # "Not a single" denies what follows, also without « ne ».
        ("Not a single parcel was late.", "Plus un seul retard de colis.", False),
        # What is asked is not said.
        ("Elle ne peut pas payer sans compte.", "Je peux payer sans compte ? Dommage.", False),
    ],
)
def test_a_claim_parts_from_its_evidence_by_denial_or_opposite(said, held, parts):
    found = parting(said, held)
    assert bool(found.contrary or found.afar or found.denied) is parts


@pytest.mark.parametrize(
    ("said", "astray"),
    [
        ("53 % citent la réputation du service.", False),
        ("40 % citent la réputation du service.", True),
        ("For 48% of them, reviews count.", False),
        ("For 40% of them, the reputation of the service counts.", True),
    ],
)
def test_a_percentage_keeps_the_words_that_it_is_told_with(said, astray):
    held = "53 % citent la réputation du service client, 40 % le bouche-à-oreille, 48 % les avis."
    assert (parting(said, held).astray > 0) is astray


@pytest.mark.parametrize(
    ("said", "astray"),
    [
        ("Au magasin de Lille, l’attente en caisse est courte.", False),
        ("Au magasin de Lyon, l’attente en caisse est courte.", True),
    ],
)
def test_a_name_keeps_the_words_that_it_is_told_with(said, astray):
    held = "Le magasin de Lille a une attente en caisse courte. Le parking de Lyon est plein."
    assert (parting(said, held).astray > 0) is astray


def test_a_name_that_begins_the_sentence_is_a_name(judge, passages):
    assert "Nielsen" in str(judge("Nielsen affirme que le retour est facile.", passages[1]))
    assert judge("Renvoyer est facile et le vendeur patient.", passages[1]) is None


def test_the_embedder_is_asked_once_and_only_of_paraphrases(store, passages):
    asked: list[list[str]] = []

    def embed(texts):
        asked.append(list(texts))
        return [[1.0, 0.0] for _ in texts]

    draft = Draft()
    ids = [draft.cite(passage, 0, len(passage.text)) for passage in passages]
    draft.claim("quote", f"« {passages[0].text} »", citations=ids[:1])
    draft.claim("finding", "Le vendeur est patient et le retour est facile.", citations=ids[1:2])
    draft.claim("finding", "Les frais sont passés de 4 à 9 euros.", citations=ids[2:])
    kept, _ = verify(draft.claims, draft.citations, [], store, embed=embed)
    assert len(kept) == 3
    assert len(asked) == 1
    assert passages[0].text not in asked[0]
    assert {passages[1].text, passages[2].text} < set(asked[0])
    assert kept[0].support_score == 1.0
    assert 0 < kept[1].support_score < 1


@pytest.mark.parametrize(
    ("text", "dropped"),
    [
        ("Le colis est arrivé trois semaines après la date promise.", False),
        ("The parcel came three weeks after the promised date.", False),
        ("Le colis est arrivé trois jours après la date promise.", True),
        ("The parcel came three months after the promised date.", True),
    ],
)
def test_a_number_is_told_in_the_unit_that_it_has(judge, passages, text: str, dropped: bool):
    reason = judge(text, passages[0])
    assert (reason is not None and "unit" in reason) == dropped
    assert dropped or reason is None


def test_where_both_units_stand_either_is_told(judge, load, store):
    loaded = load(
        "id;date;avis\nB1;2026-03-10;Plié il fait 38 cm, et déplié 38 m de corde.\n", "b.csv"
    )
    (passage,) = store.passages_of(loaded.source.id)
    assert judge("Plié, il fait 38 cm.", passage) is None
    assert "unit" in judge("Plié, il fait 38 mm.", passage)


def test_a_city_is_the_same_in_both_languages(judge, load, store):
    text = "La boutique de Gand ouvre tard, et les vendeurs y sont aimables."
    loaded = load(f"id;date;avis\nG1;2026-03-10;{text}\n", "g.csv")
    (passage,) = store.passages_of(loaded.source.id)
    assert judge("The shop in Ghent opens late, and its staff are kind.", passage) is None
    assert "London" in judge("The shop in London opens late, and its staff are kind.", passage)


def test_the_language_of_a_passage_may_be_named(judge, load, store):
    text = "De winkel is duur maar de verkopers zijn heel vriendelijk en snel."
    loaded = load(f"id;date;avis\nN1;2026-03-10;{text}\n", "n.csv")
    (passage,) = store.passages_of(loaded.source.id)
    assert passage.language == "nl"
    assert "name" not in (judge("A Dutch-speaking customer finds the shop dear.", passage) or "")
    assert "name" in judge("A German-speaking customer finds the shop dear.", passage)


def test_a_people_is_named_by_what_is_theirs(judge, load, store):
    text = "Our Belgian shoppers are used to a handling fee, every web shop has one."
    loaded = load(f"id;date;avis\nP1;2026-03-10;{text}\n", "p.csv")
    (passage,) = store.passages_of(loaded.source.id)
    assert judge("Belgians are used to the handling fee that every web shop has.", passage) is None
    assert judge("The Belgians are used to the handling fee of web shops.", passage) is None
    assert "Germans" in judge("The Germans are used to the handling fee of web shops.", passage)
