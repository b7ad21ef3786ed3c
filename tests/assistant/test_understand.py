"""Reading a question: language, intent, side, whose evidence, and the words of its subject."""

import pytest

from assistant.understand import understand
from assistant.words import ANSWER_LANGUAGES, words


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Pourquoi perdons-nous des clients au paiement ?", "fr"),
        ("Why do we lose customers at checkout?", "en"),
        ("remboursement ?", "fr"),
        ("Refunds?", "en"),
        # Answers are not written in German.
        ("Warum verlieren wir unsere Kunden bei der Bezahlung?", "en"),
    ],
)
def test_the_language_is_that_of_the_question(text, language):
    question = understand(text)
    assert question.language == language
    assert question.words.language == language


def test_the_language_of_the_answer_can_be_set():
    question = understand("Why do customers leave?", "fr")
    assert question.language == "fr"
    assert question.words.language == "fr"
    # It is still read as English.
    assert question.intent == "why"
    assert [c.word for c in question.concepts] == ["leave"]


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("Quelle part des clients part ?", "figure"),
        ("Combien de clients partent ?", "figure"),
        ("What percentage of customers leave?", "figure"),
        ("How many customers leave?", "figure"),
        ("Pourquoi les clients partent-ils ?", "why"),
        ("Qu’est-ce qui fait partir les clients ?", "why"),
        ("Why do customers leave?", "why"),
        ("Quels sont les quatre leviers ?", "list"),
        ("What are the four levers?", "list"),
        ("Les clients sont-ils prêts à payer ?", "yes-no"),
        ("Est-ce que les clients paieraient ?", "yes-no"),
        ("Are customers ready to pay?", "yes-no"),
        ("Que disent les clients du prix ?", "what"),
        ("What do customers say of the price?", "what"),
    ],
)
def test_the_intent(text, intent):
    assert understand(text).intent == intent


@pytest.mark.parametrize(
    ("text", "polarity"),
    [
        ("Pourquoi les clients sont-ils mécontents ?", -1),
        ("Pourquoi perdons-nous des clients ?", -1),
        ("Why do travellers dislike the lounges?", -1),
        ("Why do customers leave?", -1),
        ("Qu'est-ce que les clients apprécient ?", 1),
        ("What do travellers like?", 1),
        ("Pourquoi restent-ils fidèles ?", 1),
        # What is denied is not praised.
        ("Les clients ne recommandent pas la marque ?", -1),
        ("Why don't they like the food?", -1),
        ("Pourquoi n'aiment-ils pas le site ?", -1),
        ("Que disent les clients du prix ?", 0),
        ("What do travellers say about the food?", 0),
        # Both sides are neither.
        ("Qu'est-ce que les clients aiment et détestent ?", 0),
    ],
)
def test_the_side_that_is_asked_for(text, polarity):
    assert understand(text).polarity == polarity


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Que disent les clients du prix ?", {"feedback"}),
        ("What do travellers complain about?", {"feedback"}),
        ("Que pense la direction du paiement ?", {"internal"}),
        ("What do employees believe about refunds?", {"internal"}),
        ("Que suppose la carte du parcours ?", {"journey"}),
        ("What does the journey map assume?", {"journey"}),
        ("Que dit la recherche de la confiance ?", {"research"}),
        ("According to surveys, what builds trust?", {"research"}),
        ("Que disent les avis et les études du prix ?", {"feedback", "research"}),
        ("Pourquoi le paiement échoue-t-il ?", set()),
        # A bank card is no map.
        ("Pourquoi la carte bancaire est-elle refusée ?", set()),
        ("Que vaut la carte de fidélité ?", set()),
    ],
)
def test_whose_evidence_is_asked_for(text, kinds):
    assert set(understand(text).kinds) == kinds


@pytest.mark.parametrize(
    ("text", "subjects"),
    [
        ("Que disent les clients du remboursement ?", ["remboursement"]),
        ("What do customers say about refunds?", ["refunds"]),
        ("Where do employees believe refunds fail?", ["refunds"]),
        ("Où sont les remboursements ?", ["remboursements"]),
        ("Que pense la direction du paiement ?", ["paiement"]),
        ("Pourquoi la carte bancaire est-elle refusée ?", ["carte", "bancaire", "refusée"]),
        ("Pourquoi les clients sont-ils mécontents ?", []),
        ("Les assurés résilient-ils ?", ["résilient"]),
        ("What do travellers like about the lounge?", ["lounge"]),
        ("L’assureur décroche-t-il le téléphone ?", ["décroche", "téléphone"]),
    ],
)
def test_the_words_of_the_subject(text, subjects):
    assert [c.word for c in understand(text).concepts if c.is_subject] == subjects


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Que disent les clients de Decathlon ?", {"Decathlon"}),
        ("What do customers say about Zorglub in 2031?", {"Zorglub", "2031"}),
        ("« Decathlon » est-il aimé ?", {"Decathlon"} - {"Decathlon"}),
        ("Remboursement : pourquoi ?", set()),
        ("Que disent-ils ? Remboursement ou prix ?", set()),
        ("Il y a 12 raisons", set()),
    ],
)
def test_names_and_years_are_known_as_such(text, names):
    assert {c.word for c in understand(text).concepts if c.named} == names


def test_a_word_stands_under_its_stem_and_its_translations():
    (concept,) = understand("What do customers say about refunds?").concepts
    assert concept.forms["en"] == ("refund",)
    assert "rembours" in concept.forms["fr"]
    assert concept.within(frozenset({"rembours"}), "fr")
    assert not concept.within(frozenset({"rembours"}), "en")
    assert ("en", "refund") in concept.pairs()


def test_acts_are_subjects_and_feelings_are_not():
    act, feeling = (understand(f"Why do they {word}?").concepts[0] for word in ("leave", "dislike"))
    assert (act.act, act.polar, act.is_subject) == (True, False, True)
    assert (feeling.act, feeling.polar, feeling.is_subject) == (False, True, False)


def test_judging_words_are_no_subjects():
    better, service = understand("Pour un meilleur service").concepts
    assert (better.judges, better.is_subject) == (True, False)
    assert (service.judges, service.is_subject) == (False, True)


@pytest.mark.parametrize("text", ["", "?", "   ", "¿¡…", "🙂", "a" * 4000, "[c1] ** <b> {x} %s"])
def test_any_text_can_be_read(text):
    assert understand(text).language


# The words of the answers --------------------------------------------------------------------


def test_both_languages_can_say_the_same():
    french, english = (words(language)._say for language in ANSWER_LANGUAGES)
    assert set(french) == set(english)
    for name in french:
        fields = [
            sorted(part.split("}")[0] for part in said[name].split("{")[1:])
            for said in (french, english)
        ]
        assert fields[0] == fields[1], name


def test_french_typography_is_put_in():
    said = words("fr")
    assert said.quote("oui") == "«\u00a0oui\u00a0»"
    assert said.quote("« oui »") == "« oui »"
    assert said.percent(0.316) == "32\u00a0%"
    assert said.number(12345) == "12\u202f345"
    assert said.figure("32 % et 5%") == "32\u00a0% et 5\u00a0%"
    assert said.joined(["a", "b", "c"]) == "a, b et c"
    assert said.either(["a", "b"]) == "a ou b"


def test_english_typography_is_put_in():
    said = words("en")
    assert said.quote("yes") == "“yes”"
    assert said.percent(0.316) == "32%"
    assert said.number(12345) == "12,345"
    assert said.figure("32 % and 5\u00a0%") == "32% and 5%"
    assert said.joined(["a"]) == "a"


def test_values_are_taken_as_they_are():
    assert "{x} : %s" in words("fr").say("fact_scope", scope="{x} : %s")
