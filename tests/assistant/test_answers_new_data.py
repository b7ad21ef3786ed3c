"""Questions on a survey that nobody here had seen: asked through the assistant, read as told."""

from collections.abc import Callable, Iterator

import pytest

from assistant.core import Assistant
from assistant.types import Answer
from corpus.files import RawFile
from corpus.settings import Settings

HEADER = (
    "date;client;agence;category;country;note;"
    "Effort (1 = très facile, 7 = très difficile);pourquoi cette note ?"
)
SAID = {
    "facture": ("Une erreur sur ma facture, encore un montant prélevé à tort.", 1, 7),
    "réseau": ("Le réseau coupe tout le temps.", 3, 5),
    "accueil": ("Le personnel est très aimable et souriant.", 5, 1),
    "livraison": ("La livraison est arrivée en retard.", 2, 6),
    "retour": ("J’ai renvoyé le produit, et le retour était compliqué.", 2, 6),
}


def _rows() -> list[str]:
    """Ten months of forty answers; what is late grows from July on, and Metz has the network."""
    rows = []
    for n in range(400):
        month, agency = n // 40 + 1, ("Lille", "Metz", "Nantes")[n % 3]
        told = list(SAID)[n % 5]
        if month >= 7 and n % 4 == 0:
            told = "livraison"
        if agency == "Metz" and n % 2:
            told = "réseau"
        text, mark, effort = SAID[told]
        category, country = ("Tables", "Sofas")[n % 2], ("France", "Netherlands")[n % 2]
        rows.append(
            f"2026-{month:02d}-{n % 28 + 1:02d};C{n};{agency};{category};{country};{mark};{effort};"
            f"{text} ({n})"
        )
    return rows


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Answer]]:
    data = tmp_path_factory.mktemp("new") / "data"
    content = "\n".join([HEADER, *_rows()]).encode()
    with Assistant(Settings(data=data, embeddings="none")) as assistant:
        assistant.ingest(RawFile("enquete.csv", content), origin="enquete.csv")
        assistant.code()
        yield assistant.ask


@pytest.mark.parametrize(
    "question",
    [
        "Quel est notre chiffre d’affaires ?",
        "Quelle est notre part de marché aux Pays-Bas ?",
        "Et quelle est notre marge brute ?",
        "What is our revenue?",
        "What is our market share in France?",
        "How much are our profits?",
    ],
)
def test_what_nothing_loaded_measures_is_told_so(ask, question):
    answer = ask(question)
    assert answer.status == "abstained"
    measured = {"fr": "ne le mesure", "en": "measures this"}[answer.language]
    assert measured in answer.abstained_because
    assert not answer.citations


def test_revenue_is_a_total_where_purchases_are_loaded(tmp_path):
    events = "client;date;kind;amount\n" + "\n".join(
        f"C{n};2026-0{n % 9 + 1}-05;purchase;10" for n in range(60)
    )
    with Assistant(Settings(data=tmp_path, embeddings="none")) as assistant:
        assistant.ingest(RawFile("events.csv", events.encode()), origin="events.csv", kind="events")
        answer = assistant.ask("What is our revenue?")
    assert "600" in answer.text


def test_a_value_that_the_question_names_is_not_missing(ask):
    answer = ask("Le réseau est-il meilleur à Lille qu’à Metz ?")
    assert answer.status != "abstained"
    assert "ne figure dans aucun" not in answer.text


@pytest.mark.parametrize(
    "question", ["Qu’est-ce qui pèse le plus sur la note ?", "What weighs most on the score?"]
)
def test_what_weighs_on_a_score_is_a_why(ask, question):
    answer = ask(question)
    assert answer.status == "answered"
    assert answer.understood.intent == "why"


def test_how_many_answered_is_not_how_many_of_one_part(ask):
    answer = ask("Quel est le CES moyen par agence ?")
    answered = [fact for fact in answer.facts if fact.name == "volume.customers"]
    assert not answered or answered[0].value == 400


def test_a_column_is_named_in_either_language(ask):
    answer = ask("Quelle catégorie a la meilleure note ?")
    assert answer.status == "answered"
    assert "Tables" in answer.text
    assert "Sofas" in answer.text


def test_a_country_is_called_by_its_name_in_the_language_of_the_question(ask):
    answer = ask("Combien parlent de la facture aux Pays-Bas ?")
    assert answer.text.startswith("Pays-Bas")


@pytest.mark.parametrize(
    "question",
    ["La livraison est-elle moins bonne qu’avant ?", "La facturation s’est-elle aggravée ?"],
)
def test_whether_it_has_got_worse_is_asked_of_time(ask, question):
    assert ask(question).understood.intent == "trend"


def test_a_stage_that_is_only_spoken_of_is_set_beside_what_it_was_before(ask):
    answer = ask("La livraison s’est-elle dégradée depuis juillet 2026 ?")
    assert answer.status == "answered"
    names = {fact.name for fact in answer.facts}
    assert names & {"journey.negative", "compare.share"}
    assert "réponses, " not in answer.text


@pytest.mark.parametrize(
    ("question", "worst"),
    [
        ("Quel mois a eu la plus mauvaise note ?", True),
        ("Quel mois a eu la meilleure note ?", False),
    ],
)
def test_the_worst_and_the_best_month_are_not_the_same(ask, question, worst):
    assert ("au plus bas" in ask(question).text) == worst
