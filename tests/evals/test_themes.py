"""The measures of coding, on values worked out by hand and on tiny data of the same shape."""

import json
from importlib.resources import files

import numpy as np
import pytest

from corpus.codebook import starting_codebook
from corpus.coding.mentions import Mention
from corpus.demo.texts import Mention as Marked
from evals import themes
from evals.themes import (
    Labelled,
    auroc,
    by_theme,
    caching,
    english_reviews,
    feeling,
    few,
    french_reviews,
    held,
    matched,
    micro,
    nothing,
    outcomes,
    restaurants,
    semeval,
    sentences,
    shares,
)
from retrieval.embeddings import HashedWords

IDS = ("price", "service")


def labelled(*themes: str) -> Labelled:
    return Labelled("Un texte.", "fr", frozenset(themes))


def test_outcomes_are_counted_by_text():
    truth = held([frozenset({"price"}), frozenset(IDS), frozenset()], IDS)
    coded = held([frozenset({"service"}), frozenset(IDS), frozenset({"price"})], IDS)
    assert outcomes(coded, truth).tolist() == [[0, 1, 1], [2, 0, 0], [0, 1, 0]]


def test_micro_averages_over_all_labels():
    found = micro(np.array([[0.0, 1, 1], [2, 0, 0], [0, 1, 0]]), seed=0)
    assert found["precision"]["value"] == 0.5
    assert found["recall"]["value"] == pytest.approx(2 / 3, abs=1e-4)
    assert found["f1"]["value"] == pytest.approx(4 / 7, abs=1e-4)
    assert found["f1"]["low"] <= found["f1"]["value"] <= found["f1"]["high"]
    assert (found["labels"], found["f1"]["n"]) == (3, 3)


def test_micro_of_no_text_has_no_value():
    assert micro(np.zeros((0, 3)), seed=0)["f1"] == {"value": None, "n": 0}


def test_each_theme_has_its_own_precision_and_recall():
    truth = np.array([[True, False], [True, False], [False, False]])
    coded = np.array([[True, False], [False, False], [False, True]])
    found = by_theme(coded, truth, IDS, 0)
    assert found["price"] == {"precision": 1.0, "recall": 0.5, "labelled": 2, "coded": 1}
    assert found["service"] == {"precision": 0.0, "recall": None, "labelled": 0, "coded": 1}
    assert list(by_theme(coded, truth, IDS, 2)) == ["price"]


def test_a_lesson_lacks_what_it_does_not_hold():
    lesson = labelled("price").lesson(IDS)
    assert (lesson.holds, lesson.lacks) == ({"price"}, {"service"})


def test_few_draws_as_many_of_each_theme_or_all():
    pool = [labelled("price")] * 9 + [labelled("service")] * 2 + [labelled()] * 9
    drawn = few(pool, IDS, 3, seed=1)
    assert [sum(theme in each.themes for each in drawn) for theme in IDS] == [3, 2]
    assert len(drawn) == 5


def test_few_is_the_same_for_the_same_seed():
    pool = [Labelled(str(number), "fr", frozenset({"price"})) for number in range(50)]
    assert few(pool, IDS, 5, seed=3) == few(pool, IDS, 5, seed=3)
    assert few(pool, IDS, 5, seed=3) != few(pool, IDS, 5, seed=4)


def test_a_text_is_embedded_once():
    asked = []

    class Counting(HashedWords):
        def embed_documents(self, texts):
            asked.extend(texts)
            return super().embed_documents(texts)

    embed = caching(Counting())
    first = embed(["un", "deux", "un"])
    assert (first.shape, first.dtype) == ((3, 256), np.float32)
    assert (embed(["deux"]) == first[1]).all()
    assert asked == ["un", "deux"]
    assert caching(None)(["un"]) is None


def test_a_good_coder_makes_shares_closer_than_the_sample(monkeypatch):
    monkeypatch.setattr(themes, "LABELLED", 60)
    monkeypatch.setattr(themes, "LOTS", 30)
    chance = np.random.default_rng(0)
    truth = chance.random((500, 2)) < (0.2, 0.4)
    sure = np.where(truth, 0.9, 0.1) + chance.uniform(-0.05, 0.05, truth.shape)
    found = shares(sure, truth, IDS, seed=0)
    assert found["rmse_ratio"] < 0.3
    unsure = shares(chance.random(truth.shape), truth, IDS, seed=0)
    assert unsure["rmse_ratio"] == pytest.approx(1, abs=0.15)
    assert unsure["held_by_90%_interval"] > 0.75
    assert found["themes"]["price"]["share"] == pytest.approx(truth[:, 0].mean(), abs=1e-4)


def test_a_review_feels_as_its_clauses_do_on_average():
    class Told:
        def pleasant(self, texts, languages):
            assert set(languages) == {"en"}
            return np.array([0.9 if "super" in text else 0.1 for text in texts])

    scores = feeling(
        Told(), ["Accueil super. Prix super.", "Accueil super. Prix nul.", "Nul."], "fr", "en"
    )
    assert scores == pytest.approx([np.log(9), 0, -np.log(9)])


def test_auroc_is_the_share_of_pairs_in_order():
    found = auroc(np.array([0.1, 0.4, 0.3, 0.9]), np.array([False, False, True, True]), seed=0)
    assert (found["value"], found["n"]) == (0.75, 4)


def test_reviews_are_good_by_stars_or_by_what_they_recommend(tmp_path):
    avis, lounge = tmp_path / "avis.csv", tmp_path / "lounge.csv"
    avis.write_text("id,note,avis\n1,1,Nul\n2,3,Moyen\n3,4,Bien\n", encoding="utf-8")
    lounge.write_text("content,recommended\nGood,1\n ,1\nBad,0\n", encoding="utf-8")
    assert [(each.text, each.good) for each in french_reviews(avis)] == [
        ("Nul", False),
        ("Bien", True),
    ]
    assert [(each.text, each.good) for each in english_reviews(lounge)] == [
        ("Good", True),
        ("Bad", False),
    ]


def test_mentions_match_by_theme_and_place():
    def said(theme, start, end):
        return Mention(start, end, theme, "+", (), None, 0.9)

    gold = [Marked("price", "+", (), "use", 0, 10), Marked("price", "-", (), "use", 20, 30)]
    near = said("price", 5, 12)
    assert matched([said("service", 0, 10), said("price", 9, 15), near], gold) == [(near, gold[0])]


def test_the_restaurants_have_a_theme_for_each_category():
    codebook, categories = restaurants()
    assert sorted(categories.values()) == sorted(theme.id for theme in codebook.themes)
    assert len(categories) == 12


def test_semeval_in_small(tmp_path, monkeypatch):
    monkeypatch.setattr(themes, "LABELLED", 6)
    monkeypatch.setattr(themes, "LOTS", 3)
    said = {
        "fr": ("Le serveur était charmant .", "La cuisine était délicieuse ."),
        "en": ("The waiter was charming .", "The food was delicious ."),
    }
    categories = ("SERVICE#GENERAL", "FOOD#QUALITY")
    for language, texts in said.items():
        rows = [
            {"text": text, "split": split, "aspects": [{"category": category}]}
            for split in ("train", "dev")
            for text, category in zip(texts, categories, strict=True)
        ]
        lines = "\n".join(map(json.dumps, rows))
        (tmp_path / f"{language}.jsonl").write_text(lines, encoding="utf-8")
    assert len(sentences(tmp_path, "dev", restaurants()[1])) == 4
    found = semeval(tmp_path, nothing, draws=2)
    assert found["definitions"] == found["definitions_without_embedder"]
    assert found["definitions"]["fr"]["f1"]["value"] == 1
    assert found["taught_20_a_category"]["fr"]["f1_of_taught_all"]["n"] == 2
    assert found["taught_all"]["taught"] == 4
    assert found["shares"]["sentences"] == 8
    with pytest.raises(ValueError, match="'test'"):
        semeval(tmp_path, nothing, split="test")


def test_the_insurance_labels_hold_ids_and_themes_alone():
    lines = files("evals").joinpath("gold", "insurance_themes.jsonl").read_text("utf-8")
    rows = [json.loads(line) for line in lines.splitlines()]
    ids = {theme.id for theme in starting_codebook().themes}
    assert len({row["id"] for row in rows}) == len(rows) == 200
    assert all(row.keys() == {"id", "themes"} and row["id"].isdecimal() for row in rows)
    assert {theme for row in rows for theme in row["themes"]} <= ids
    assert {feels for row in rows for feels in row["themes"].values()} <= {"+", "-", "0"}
