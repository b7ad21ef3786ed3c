"""Figures of research: found as they are written, and attributed to who measured them."""

from datetime import date

import pytest

from assistant.figures import attribute, figures_in
from corpus.types import Passage, Source

NOTES = {
    "(1)": "Daniel Kahneman, The riddle of experience, TED 2010",
    "(2)": "Résultats de l'enquête Why service matters, Oracle 2012",
}


def source(**given: object) -> Source:
    usual = {
        "id": "note-1",
        "name": "note.md",
        "kind": "research",
        "fingerprint": "",
        "mapping": {},
        "rows_read": 1,
        "rows_loaded": 1,
        "rows_quarantined": 0,
        "language": "fr",
        "publisher": "La Revue du Client",
        "date": date(2022, 9, 1),
    }
    return Source(**{**usual, **given})


def attributed(text: str, span: str = "", **given: object):
    """What is said of the figures of ``span`` in ``text``."""
    span = span or text
    start = text.index(span)
    passage = Passage(
        id="note-1:1",
        kind="research",
        source_id="note-1",
        source="note.md",
        parent="note-1",
        text=text,
        language="fr",
        locator={},
    )
    return attribute(passage, start, start + len(span), source(**given))


# Finding figures -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("32 % partent", ["32 %"]),
        ("32% leave", ["32%"]),
        ("12,5\u00a0% ou 12.5 %", ["12,5\u00a0%", "12.5 %"]),
        ("une hausse de 1\u202f250 %", ["1\u202f250 %"]),
        ("une hausse de 1 250 %", ["1 250 %"]),
        ("−3 %, puis +5 points, puis -2 %", ["−3 %", "+5 points", "-2 %"]),
        ("trente, soit 30 pour cent", ["30 pour cent"]),
        ("30 per cent of customers, 30 percent", ["30 per cent", "30 percent"]),
        ("32 % d'abord, 32 % ensuite", ["32 %"]),
        ("« 32 % »", ["32 %"]),
        ("un taux >32 % ou =33 %", ["32 %", "33 %"]),
        ("de 20-30 %", ["30 %"]),
    ],
)
def test_percentages_are_found_as_they_are_written(text, figures):
    assert list(figures_in(text)) == figures


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("Un client sur trois s'en va.", "Un client sur trois"),
        ("one in three leaves", "one in three"),
        ("two customers out of five", "two customers out of five"),
        ("1 in 26 complains", "1 in 26"),
        ("1 client sur 26 se plaint", "1 client sur 26"),
        ("3 customers out of 10", "3 customers out of 10"),
        ("Sur 26 clients mécontents, un seul se plaint.", "Sur 26 clients mécontents, un"),
    ],
)
def test_ratios_are_found(text, figure):
    assert list(figures_in(text)) == [figure]


@pytest.mark.parametrize(
    "text",
    [
        "Cela a une influence sur les ventes.",
        "Un avis sur le site, one person in the shop",
        "publié en 2022, 12 pages",
        "40 magasins en 2022 et 10 in 2010",
        "le modèle x86",
        "Aucun chiffre ici.",
    ],
)
def test_what_is_no_share_is_no_figure(text):
    assert figures_in(text) == ()


# Who measured it -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "who", "year"),
    [
        ("32 % des clients partent (PWC).", "PWC", ""),
        ("32 % des clients partent (Baymard Institute, 2021).", "Baymard Institute", "2021"),
        ("Selon une étude de PWC, 86 % paieraient.", "PWC", ""),
        ("Selon Statista, 40 % des Belges renoncent.", "Statista", ""),
        ("D’après les conclusions de Bain & Company, 80 % le pensent.", "Bain & Company", ""),
        ("Forrester a constaté que 41 % gagnent.", "Forrester", ""),
        ("Une enquête menée par l'Ifop donne 30 %.", "Ifop", ""),
        ("L’indice 2024 de l’expérience client de Forrester tombe à 69 %.", "Forrester", "2024"),
        ("Gartner found that 30% of customers leave.", "Gartner", ""),
        ("According to Gallup, 30% of adults leave.", "Gallup", ""),
        ("According to a survey by Gallup, 30% of adults leave.", "Gallup", ""),
        ("A study by Bain & Company puts it at 30%.", "Bain & Company", ""),
        ("Our survey, run by Ipsos in 2020, says 30%.", "Ipsos", ""),
    ],
)
def test_a_figure_belongs_to_who_is_named_beside_it(text, who, year):
    report = attributed(text)
    assert (report.measured, report.when, report.inferred) == (who, year, "")


def test_the_bracket_at_the_end_of_a_bullet_is_said_of_all_its_figures():
    text = "• 32 % quittent dès la première fois. 59 % partent à la deuxième (PWC)."
    report = attributed(text, "32 % quittent dès la première fois.")
    assert (report.measured, report.inferred) == ("PWC", "")


def test_the_bracket_of_another_bullet_says_nothing_of_this_one():
    text = "• 75 % pourraient disparaître (Havas Group).\n• 32 % quittent la marque (PWC)."
    assert attributed(text, "32 % quittent la marque").measured == "PWC"
    assert attributed(text, "75 % pourraient disparaître").measured == "Havas Group"


def test_a_name_a_sentence_before_is_only_taken_as_near():
    text = "Forrester a mesuré la fidélité. Le chiffre monte de 41 %."
    report = attributed(text, "Le chiffre monte de 41 %.")
    assert (report.measured, report.inferred) == ("Forrester", "near")


def test_a_marked_footnote_names_the_measurer():
    text = "Interrogés (2), 15 % des Français s'en plaignent."
    report = attributed(text, notes=NOTES)
    assert (report.measured, report.when, report.inferred) == ("Oracle", "2012", "")


def test_the_only_survey_among_the_footnotes_is_inferred():
    report = attributed("32 % répondent rarement.", notes=NOTES)
    assert (report.measured, report.when, report.inferred) == ("Oracle", "2012", "only")


def test_of_two_surveys_none_is_inferred():
    both = {**NOTES, "(3)": "Baromètre de la relation client, Kantar 2019"}
    assert attributed("32 % répondent rarement.", notes=both).measured == ""


@pytest.mark.parametrize(
    "text",
    [
        "32 % des clients partent.",
        "Selon les clients, 32 % partent.",
        "Notre étude montre que 32 % partent.",
        "The study found that 32% leave.",
        "Customers reported 32% more trouble.",
        "Le NPS montre 32 % de promoteurs.",
    ],
)
def test_who_is_not_named_is_not_made_up(text):
    assert attributed(text).measured == ""


def test_it_is_never_the_reader_s_own_company():
    report = attributed("32 % des clients partent.")
    assert (report.measured, report.reported, report.own) == ("", "La Revue du Client", False)


def test_a_publisher_s_own_figure_is_known_as_such():
    report = attributed("PWC found that 32% leave.", publisher="PWC France")
    assert report.own
    assert not attributed("Gallup found that 32% leave.", publisher="PWC France").own


def test_publisher_and_author_report_it():
    report = attributed("32 % partent.", publisher="Oracle", author="David Lopes")
    assert report.reported == "Oracle (David Lopes)"
    team = attributed("32 % partent.", publisher="Oracle CX", author="L'équipe Oracle")
    assert team.reported == "Oracle CX"


# On whom, and who paid -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "population"),
    [
        ("32 % des clients quittent la marque.", "clients"),
        ("70 % des clients potentiels sont perdus.", "clients potentiels"),
        ("13 % des clients non satisfaits partagent.", "clients non satisfaits"),
        ("93 % des Français le disent.", "Français"),
        ("80 % des dirigeants le pensent.", "dirigeants"),
        ("30% of the customers leave.", "customers"),
        ("7 % des consommateurs français répondent toujours.", "consommateurs français"),
        ("La part est de 32 %.", ""),
    ],
)
def test_on_whom_it_was_measured_is_copied_or_unknown(text, population):
    assert attributed(text).population == population


@pytest.mark.parametrize(
    ("text", "sponsor"),
    [
        ("Une étude commandée par Zendesk donne 32 %.", "Zendesk"),
        ("A poll paid for by Acme Corp found 32%.", "Acme Corp"),
        ("32 % partent.", ""),
    ],
)
def test_who_paid_is_named_where_the_text_says_so(text, sponsor):
    assert attributed(text).sponsor == sponsor


def test_who_paid_for_the_document_paid_for_its_figures():
    assert attributed("32 % partent.", sponsor="Oracle").sponsor == "Oracle"
