"""Sets that others made, posed to the suites: a few rows of each, where the shared folder is."""

import json

import pytest

from corpus.errors import InputError
from corpus.settings import Settings
from evals.evaluators import suites
from evals.pool import Passage, load
from evals.sample import drawn
from evals.sets import run_sets, sets

pytestmark = pytest.mark.shared


@pytest.fixture
def settings(tmp_path):
    return Settings(data=tmp_path / "data", embeddings="none")


def test_every_set_names_suites_that_there_are(shared):
    found = sets(shared("data"))
    assert len(found) >= 11
    for each in found.values():
        assert {*each.SUITES} <= {*suites()}
        assert each.MOST > 0


def test_what_is_drawn_is_drawn_again_and_in_order():
    rows = list(range(100))
    some = drawn(rows, 10, "a")
    assert some == drawn(rows, 10, "a") == sorted(some)
    assert some != drawn(rows, 10, "b")
    assert drawn(rows, 200, "a") == rows


@pytest.mark.parametrize(
    ("suite", "titles"),
    [
        ("support", {"support: faithbench", "support: summedits"}),
        ("privacy", {"privacy: presidio_pii"}),
        ("injection", {"injection: bipia"}),
        (
            "retrieval",
            {
                f"retrieval: {name}"
                for name in ("assurance_avis_fr", "clapnq", "m_absa_fr_en", "mtrag", "piaf_fr")
            },
        ),
    ],
)
def test_a_suite_is_measured_on_the_sets_that_have_it(shared, settings, suite, titles):
    result, _ = run_sets(shared("data"), settings, [suite], ["bm25"], most=3)
    by_name = {each["name"]: each for each in result["suites"]}
    assert {*by_name} == titles
    for each in by_name.values():
        assert each["failed"] == 0
        assert each["n"] > 0
        assert each["metrics"]
        names = [case["case"] for case in each["cases"]]
        assert len({*names}) == len(names)
    assert result == json.loads(json.dumps(result))


def test_a_folder_without_a_set_is_told(tmp_path, settings):
    with pytest.raises(InputError, match="no set"):
        run_sets(tmp_path, settings, ["retrieval"])


def test_a_pool_is_loaded_once_and_replaced_by_another(settings):
    from assistant.core import Assistant

    one = [Passage("A", "The sea is salt.", "en"), Passage("B", "La mer est salée.", "fr")]
    with Assistant(settings) as assistant:
        ids = load(assistant, "one", one)
        assert load(assistant, "one", one) == ids
        assert [assistant.show(each)["text"] for each in ids] == [
            "A\nThe sea is salt.",
            "B\nLa mer est salée.",
        ]
        (other,) = load(assistant, "other", one[:1])
        assert [row["id"] for row in assistant.sql("SELECT id FROM passages")] == [other]
