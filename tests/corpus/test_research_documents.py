"""Articles of our own writing, as publishers put them on the web, read through the importer."""

from datetime import date

import pytest

from corpus.errors import InputError
from corpus.files import RawFile
from corpus.importers import research
from corpus.tokens import count_tokens

FRENCH = """Aller au contenu
Accueil > Blog > Relation client
Relation client

Pourquoi vos abonnés partent sans prévenir

Par Claire Dubois, Directrice de l'expérience client chez Novalia
Mis à jour le 12 mars 2024
Temps de lecture : 6 min
Partager sur LinkedIn
Contenu sponsorisé par Zendora

Nous utilisons des cookies pour améliorer votre expérience. Tout accepter

Un abonné qui part ne le dit presque jamais. Il cesse d'ouvrir les messages, puis il oublie tout.

Lire aussi : Notre guide des parcours

1. Les signaux faibles

Trois signaux reviennent dans notre étude (1) :

  • une baisse d'usage ;
  • un appel au support sans réponse ;
  • une facture contestée.

2. Les remèdes

Il faut rappeler vite. En 2022, 41 % des abonnés rappelés sous 24 h sont restés. Écoutez-les ici.

Et ensuite ?

Il reste à mesurer. Rien ne remplace une question ouverte posée au bon moment de la relation.

(1) Enquête Novalia auprès de 1 200 abonnés, 2023.

Articles similaires

Le guide du score
Publié le 4 janvier 2025
Comment mesurer ce que pensent vraiment les clients de votre marque ?

Demandez une démo
Inscrivez-vous à notre newsletter
© 2024 Novalia. Tous droits réservés.
"""

ENGLISH = """Skip to main content
Customer Experience
Why silence is the loudest complaint
Jane Doe
March 4, 2023
5 min read
Share this article
Most unhappy customers never write to you. They stop coming, and the dashboard stays green.
What the numbers say
In a survey by Acme Research, 67% of customers who left had never complained to anybody.
Read more: The cost of churn
They also mention price, but less often than managers think. See https://silence.example.org.
Download the full report
You may also like
How to listen
Ten ways to listen to customers at scale
Subscribe to our newsletter
This site is registered on wpml.org as a development site.
Contact us
"""


def load(text, name="article.txt", **mapping):
    data = text if isinstance(text, bytes) else text.encode()
    return research.read(RawFile(name, data), mapping).document


def test_a_french_article_gives_its_sections_and_nothing_of_the_page_around_it():
    document = load(FRENCH)
    assert [(piece.heading, piece.text) for piece in document.pieces] == [
        (
            "",
            "Un abonné qui part ne le dit presque jamais. Il cesse d'ouvrir les messages, puis il "
            "oublie tout.",
        ),
        (
            "1. Les signaux faibles",
            "Trois signaux reviennent dans notre étude (1) :\n• une baisse d'usage ;\n"
            "• un appel au support sans réponse ;\n• une facture contestée.",
        ),
        (
            "2. Les remèdes",
            "Il faut rappeler vite. En 2022, 41 % des abonnés rappelés sous 24 h sont restés.",
        ),
        (
            "Et ensuite ?",
            "Il reste à mesurer. Rien ne remplace une question ouverte posée au bon "
            "moment de la relation.",
        ),
        ("Notes", "(1) Enquête Novalia auprès de 1 200 abonnés, 2023."),
    ]
    assert document.notes == {"(1)": "Enquête Novalia auprès de 1 200 abonnés, 2023."}


def test_a_french_article_says_who_wrote_it_when_and_for_whom():
    document = load(FRENCH)
    assert document.title == "Pourquoi vos abonnés partent sans prévenir"
    assert (document.author, document.publisher) == ("Claire Dubois", "Novalia")
    assert document.sponsor == "Zendora"
    assert document.date == date(2024, 3, 12)
    assert document.language == ""


def test_an_english_article_of_one_paragraph_a_line():
    document = load(ENGLISH)
    assert document.title == "Why silence is the loudest complaint"
    assert (document.author, document.date) == ("Jane Doe", date(2023, 3, 4))
    assert document.publisher == "silence.example.org"
    assert [piece.heading for piece in document.pieces] == ["", "What the numbers say"]
    text = "\n".join(piece.text for piece in document.pieces)
    assert "67% of customers" in text
    assert "managers think" in text
    for furniture in ("Skip", "min read", "Share", "Read more", "Download", "listen", "wpml"):
        assert furniture not in text


def test_locators_say_where_a_person_finds_the_piece():
    locators = [dict(piece.locator) for piece in load(FRENCH).pieces]
    assert locators[0] == {"paragraph": 1}
    assert locators[1] == {"heading": "1. Les signaux faibles", "paragraph": 2}
    assert locators[2] == {"heading": "2. Les remèdes", "paragraph": 4}


PROSE = "Les clients attendent une réponse claire, et ils la veulent le jour même sans relancer. "


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("Ecrit par\nPaul van Damme Rédacteur Maison Verte\n", ("Paul van Damme", "Maison Verte")),
        ("By Anna O'Neil\n", ("Anna O'Neil", "")),
        ("Anna Roe | Head of Research at Acme Labs\n", ("Anna Roe", "Acme Labs")),
        ("Jean-Luc Petit, Consultant chez Maison CX\n", ("Jean-Luc Petit", "Maison CX")),
        ("Par ailleurs\n", ("", "")),
        ("Customer Loyalty\n3 mai 2024\n", ("", "")),
        ("Jean Petit\n", ("", "")),
    ],
)
def test_bylines(head, expected):
    document = load(f"Un titre qui en dit assez long\n\n{head}\n{PROSE}\n\n{PROSE}")
    assert (document.author, document.publisher) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Publié le jeudi 1er septembre 2022", date(2022, 9, 1)),
        ("avril 2, 2025", date(2025, 4, 2)),
        ("Published on 3 May 2024", date(2024, 5, 3)),
        ("Mis en ligne le 03/05/2024 à 10:30", date(2024, 5, 3)),
        ("2024-05-03T10:00:00Z", date(2024, 5, 3)),
        ("Octobre 2023", date(2023, 10, 1)),
        ("31 février 2024", None),
        ("Le 12 mai 2021, tout a changé pour nos clients.", None),
    ],
)
def test_dates(line, expected):
    assert load(f"Un titre qui en dit assez long\n\n{line}\n\n{PROSE}\n\n{PROSE}").date == expected


@pytest.mark.parametrize(
    "line",
    [
        "[Sponsorisé par Zendora] Un titre qui en dit assez long",
        "Un titre qui en dit assez long\n\nEn partenariat avec Zendora",
        "Sponsored by Zendora\n\nUn titre qui en dit assez long",
    ],
)
def test_sponsors(line):
    document = load(f"{line}\n\n{PROSE}\n\n{PROSE}")
    assert (document.title, document.sponsor) == ("Un titre qui en dit assez long", "Zendora")
    assert "Zendora" not in document.pieces[0].text


def test_a_study_made_with_a_partner_is_not_sponsored():
    text = f"{PROSE}\n\nUne étude menée en partenariat avec un institut le confirme. {PROSE}"
    document = load(text)
    assert document.sponsor == ""
    assert "institut" in document.pieces[0].text


def test_overrides_win_and_unknown_fields_are_named():
    document = load(FRENCH, author="Moi", date="2020-01-02", sponsor="")
    assert (document.author, document.date, document.sponsor) == ("Moi", date(2020, 1, 2), "")
    with pytest.raises(InputError, match=r"no field auteur; .*title, author, publisher"):
        load(FRENCH, auteur="Moi")
    with pytest.raises(InputError, match="not understood"):
        load(FRENCH, date="hier")


def test_long_sections_are_cut_between_sentences_within_the_bound():
    paragraphs = [f"Le cas {n} est simple. " + PROSE * n for n in (1, 30, 2, 9, 1)]
    document = load("Un titre qui en dit assez long\n\n" + "\n\n".join(paragraphs))
    assert len(document.pieces) > 2
    for piece in document.pieces:
        assert count_tokens(piece.text) <= 350
        assert piece.text.endswith(".")
    whole = " ".join(" ".join(piece.text for piece in document.pieces).split())
    assert whole == " ".join(" ".join(paragraphs).split())


def test_a_long_list_is_cut_between_its_items_and_runs_without_spaces_are_bounded():
    items = "\n".join(f"- point {n} : {PROSE}" for n in range(40))
    document = load(f"{PROSE} Voici :\n{items}\n\n{'x' * 9_000}\n")
    assert all(count_tokens(piece.text) <= 350 for piece in document.pieces)
    assert sum(piece.text.count("• point") for piece in document.pieces) == 40
    assert sum(piece.text.count("x") for piece in document.pieces) >= 9_000


def test_a_tiny_last_piece_takes_from_its_neighbour():
    document = load("\n\n".join([PROSE * 7, PROSE * 3, "Voilà la fin de cette histoire."]))
    assert all(count_tokens(piece.text) >= 60 for piece in document.pieces)


def test_wrapped_lines_are_joined():
    text = (
        "Customers wait for many reasons, and most of\nthose reasons are known to the people "
        "who\ncould change them. This text was wrapped by\na mail program, as many still do it."
        "\n\nA second paragraph stands alone here, and it\nis joined as well.\n"
    )
    assert load(text).pieces[0].text.split("\n\n")[1] == (
        "A second paragraph stands alone here, and it is joined as well."
    )


def test_a_bare_number_before_a_last_line_is_no_note_by_itself():
    document = load(f"{PROSE}\n\n3 Clients sur quatre partent sans rien dire à personne.")
    assert document.notes == {}
    assert "3 Clients" in document.pieces[0].text


def test_other_pages_in_the_middle_do_not_hide_the_rest():
    long = PROSE * 4
    document = load(
        f"Titre de cet article ici\n\n{long}\n\nSur le même thème\n\nUn autre article"
        f"\n\nLa suite du propos\n\n{long}\n\n{long}"
    )
    assert [piece.heading for piece in document.pieces] == ["", "La suite du propos"]
    assert "autre article" not in "".join(piece.text for piece in document.pieces)


@pytest.mark.parametrize(
    "line",
    [
        "Contact center",
        "E-mail : réponse attendue sous 48 h",
        "Voir plus loin que le score",
        "Thème : les raisons du départ",
        "Retour",
        "Image : ce que les clients retiennent",
        "Commentaires",
    ],
)
def test_what_only_resembles_furniture_is_kept(line):
    document = load(f"Un titre qui en dit assez long\n\n{PROSE}\n\n{line}\n\n{PROSE}\n\n{PROSE}")
    assert any(line in (piece.heading, *piece.text.split("\n")) for piece in document.pieces)


def test_a_menu_is_dropped_and_a_list_of_channels_is_not():
    document = load(
        f"- Accueil\n- Blog\n- Contact\n\nUn titre qui en dit assez long\n\n{PROSE}\n\n"
        "Ils écrivent par :\n\n- Facebook\n- courrier\n- téléphone\n"
    )
    assert document.title == "Un titre qui en dit assez long"
    assert document.pieces[0].text.endswith("par :\n• Facebook\n• courrier\n• téléphone")
    assert "Blog" not in document.pieces[0].text


@pytest.mark.parametrize("text", ["Un titre\n", "blog\n8m\nPartager\n", "• \n", "1234\n5678\n"])
def test_a_file_with_nothing_to_cite_is_refused(text):
    with pytest.raises(InputError, match="no sentence that could be cited"):
        load(text)


@pytest.mark.parametrize(
    ("name", "text", "low", "high"),
    [
        ("a.txt", FRENCH, 0.5, 0.5),
        ("a.bin", ENGLISH, 0.5, 0.5),
        ("a.md", "# Titre\n\nUne phrase entière se lit ici.\n", 0.7, 0.8),
        ("a.txt", "<html><body><p>Une phrase.</p></body></html>", 0.7, 0.8),
        ("a.txt", "id\tnote\tavis\n1\t5\tBien.\n2\t4\tMoyen.\n", 0, 0),
        ("a.txt", "id;note;avis\n1;5;Bien.\n2;4;Moyen.\n", 0, 0),
        ("a.csv", 'id,note,avis\n1,5,"Bien, oui. Très."\n2,4,Moyen.\n', 0, 0),
        ("a.txt", '{"id": 1, "text": "Une phrase."}\n{"id": 2, "text": "Deux."}\n', 0, 0),
        ("a.md", "map: achat\nstages:\n  - name: besoin\n  - name: choix\n", 0, 0),
        ("a.bin", b"\x89PNG\r\n\x1a\n", 0, 0),
        ("a.txt", b"", 0, 0),
        ("a.txt", "Un client attend, puis part, ravi.\nUn autre écrit, appelle, reste.", 0.5, 0.5),
        ("a.txt", "Anne: Vous partez ?\nMarc: Oui, j'ai bien trop attendu.\nAnne: Ah.", 0.5, 0.5),
    ],
)
def test_claims_go_by_the_content(name, text, low, high):
    data = text if isinstance(text, bytes) else text.encode()
    assert low <= research.claims(RawFile(name, data)) <= high
