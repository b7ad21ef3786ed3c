"""Which language a text is in."""

import pytest

from corpus.language import LANGUAGES, detect, detect_all, detect_question

TEXTS = {
    "fr": "Le colis est arrivé en retard et personne n'a répondu à mes messages.",
    "en": "The parcel came late and nobody answered any of my messages.",
    "nl": "Het pakket kwam te laat aan en niemand heeft op mijn berichten geantwoord.",
    "de": "Das Paket kam zu spät an und niemand hat auf meine Nachrichten geantwortet.",
    "es": "El paquete llegó tarde y nadie ha respondido a ninguno de mis mensajes.",
    "it": "Il pacco è arrivato in ritardo e nessuno ha risposto ai miei messaggi.",
}


def test_every_language_has_a_text() -> None:
    assert set(TEXTS) == set(LANGUAGES)


@pytest.mark.parametrize("language", TEXTS)
def test_a_sentence_is_recognised(language: str) -> None:
    assert detect(TEXTS[language]) == language


@pytest.mark.parametrize("text", ["", "OK", "5/5", "👍👍👍", "12345678901234567890", "Nul !!!"])
def test_a_very_short_text_has_no_language_of_its_own(text: str) -> None:
    assert detect(text) == ""


def test_short_texts_follow_the_others() -> None:
    assert detect_all([TEXTS["fr"], "OK", TEXTS["fr"], TEXTS["en"], ""]) == [
        "fr",
        "fr",
        "fr",
        "en",
        "fr",
    ]


def test_short_texts_alone_are_taken_for_english() -> None:
    assert detect_all(["OK", "Top"]) == ["en", "en"]
    assert detect_all([]) == []


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Pourquoi perd-on des clients au paiement ?", "fr"),
        ("Quels sont les quatre comportements qui favorisent l'attachement ?", "fr"),
        ("Et la livraison ?", "fr"),
        ("Le remboursement chez Decathlon", "fr"),
        ("Que dit-on d’Amazon ?", "fr"),
        ("Why are we losing customers at checkout?", "en"),
        ("What do insured customers say about refunds?", "en"),
        ("And delivery?", "en"),
        ("What is the boiling point of tungsten?", "en"),
        ("How do customers see Le Slip Français?", "en"),
    ],
)
def test_the_language_of_a_question(question: str, language: str) -> None:
    assert detect_question(question) == language
