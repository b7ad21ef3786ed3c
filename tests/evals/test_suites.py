"""The suites' own parts: cases, statistics, rows, comparison of runs, reports."""

import json
from collections import Counter
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.core import Assistant
from corpus.errors import InputError, ModelError
from corpus.files import RawFile
from corpus.settings import Settings
from evals.cases import cases, spread
from evals.evaluators import suite, suites
from evals.evaluators.abstention import area
from evals.evaluators.themes import alpha, f1, kappa, share_error
from evals.junit import write_junit
from evals.material import Checked, Material, of_corpus
from evals.report import write_report
from evals.run import moves, read_run, run
from evals.statistics import columns_of, difference, estimate, mean_of
from evals.systems.passages import as_answer
from evals.systems.product import Product
from evals.systems.words import Words
from evals.told import numbers, says, shows
from evals.types import Case, Figure, Nugget
from evals.world import World

SAID = [
    "The delivery was late and nobody told me.",
    "La livraison est arrivée en retard, sans prévenir.",
    "Great shoes, I love them.",
    "The refund took six weeks.",
]


@pytest.fixture(scope="module")
def assistant(tmp_path_factory):
    data = tmp_path_factory.mktemp("said") / "data"
    rows = "".join(f'{n},"{text}",{1 + n}\n' for n, text in enumerate(SAID))
    with Assistant(Settings(data=data, embeddings="none")) as assistant:
        file = RawFile("said.csv", ("id,review,stars\n" + rows).encode())
        assistant.ingest(file, origin="said.csv")
        yield assistant


CASES = (
    Case("late", "why", "en", "Why are deliveries late?", nuggets=(Nugget(("nobody told",)),),
         passages=("The delivery was late and nobody told me",)),
    Case("far", "unanswerable", "en", "Who won the cup in 1998?", status=("abstained",)),
)  # fmt: skip


# Cases ---------------------------------------------------------------------------------------


def test_the_cases_are_two_hundred_and_half_french():
    found = cases()
    assert len(found) >= 200
    assert len({case.id for case in found}) == len(found)
    languages = Counter(case.language for case in found)
    assert abs(languages["fr"] - languages["en"]) <= 0.05 * len(found)


@pytest.mark.parametrize(
    ("text", "says_why"),
    [
        ("- {id: a, language: fr, question: b, nugets: []}", "nugets"),
        ("- {id: a, language: fr}", "question"),
        ("- {id: a, language: fr, question: b, figures: [{what: c, value: 1}]}", "unit"),
        ("a: b", "list"),
        ("- [", "YAML"),
        ("- {id: a, language: fr, question: b}\n- {id: a, language: en, question: c}", "id a"),
    ],
)
def test_a_bad_case_is_refused_with_its_place(tmp_path, text, says_why):
    (tmp_path / "own.yaml").write_text(text, "utf-8")
    with pytest.raises(InputError, match=says_why):
        cases(tmp_path)


@given(st.integers(1, 50), st.integers(1, 60))
def test_fewer_cases_are_spread_evenly(whole, most):
    every = tuple(Case(str(n), "why", "en", "?") for n in range(whole))
    some = spread(every, most)
    assert len(some) == min(whole, most)
    assert [case.id for case in some] == sorted({case.id for case in some}, key=int)


# Statistics ----------------------------------------------------------------------------------

VALUES = st.lists(st.floats(0, 1), min_size=2, max_size=30)


@given(VALUES)
def test_an_interval_holds_the_mean_and_lies_within_the_values(values):
    rows = [{"x": value} for value in values]
    found = estimate(rows, [str(n) for n in range(len(rows))], mean_of("x"))
    assert min(values) - 1e-9 <= found.low <= found.high <= max(values) + 1e-9
    assert found == estimate(rows, [str(n) for n in range(len(rows))], mean_of("x"))


@given(VALUES)
def test_a_run_does_not_differ_from_itself(values):
    rows = [{"x": value} for value in values]
    found = difference(rows, rows, [str(n) for n in range(len(rows))], mean_of("x"))
    assert (found.value, found.low, found.high) == (0, 0, 0)


def test_cases_of_one_group_widen_the_interval():
    rows = [{"x": float(n % 2)} for n in range(40)]
    alone = estimate(rows, [str(n) for n in range(40)], mean_of("x"))
    grouped = estimate(rows, [str(n % 2) for n in range(40)], mean_of("x"))
    assert grouped.high - grouped.low > 2 * (alone.high - alone.low)


def test_agreement_is_that_of_the_libraries():
    from sklearn.metrics import cohen_kappa_score, f1_score

    rows = [
        {"right": 2.0, "missed": 1.0, "extra": 0.0, "neither": 7.0},
        {"right": 1.0, "missed": 0.0, "extra": 2.0, "neither": 7.0},
    ]
    marked = [1] * 4 + [0] * 16
    coded = [1] * 3 + [0] + [1] * 2 + [0] * 14
    columns = columns_of(rows)
    assert f1(columns) == pytest.approx(f1_score(marked, coded))
    assert kappa(columns) == pytest.approx(cohen_kappa_score(marked, coded))
    assert kappa(columns) < alpha(columns) < f1(columns)


def test_the_area_rewards_knowing_what_it_cannot_know():
    sure = [{"answerability": n / 10, "unfit": float(n < 5)} for n in range(10)]
    unsure = [{"answerability": 1 - n / 10, "unfit": float(n < 5)} for n in range(10)]
    assert area(columns_of(sure)) < 0.5 < area(columns_of(unsure))


# Reading answers -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "figure", "there"),
    [
        ("1 885 paiements, soit 32 % [f1]", Figure("", 1885, "count", 0), True),
        ("1\u202f885 paiements, soit 32\u202f% [f1]", Figure("", 0.317, "share", 0.005), True),
        ("1,885 of them, 32% [f31]", Figure("", 31, "count", 0), False),
        ("68% go through", Figure("", 0.32, "share", 0.005), True),
        ("a mean of 3.4 out of 5", Figure("", 3.41, "score", 0.05), True),
        ("a mean of 3.9 out of 5", Figure("", 3.41, "score", 0.05), False),
        ("1,900 of them", Figure("", 1885, "count", 0), False),
    ],
)
def test_a_figure_is_found_as_it_is_rounded(text, figure, there):
    from evals.told import plain

    assert shows(figure, plain(text)) is there


def test_the_number_of_a_quarter_is_no_number():
    assert [number for number, _ in numbers("Q3 2026: 12,5 %")] == [2026, 12.5]


def test_words_are_found_whatever_their_accents_and_apostrophes():
    assert says("L’Étape « Paiement »", ("l'etape",))
    assert not says("L’étape", ("paiement",))


# Runs ----------------------------------------------------------------------------------------


def test_every_suite_says_what_its_figures_mean(assistant):
    assert {"retrieval", "answers", "grounding", "counts", "abstention"} <= set(suites())
    for name in suites():
        metrics = suite(name).METRICS
        assert len({metric.name for metric in metrics}) == len(metrics)
        assert all(metric.means for metric in metrics)
    with pytest.raises(InputError, match="no suite"):
        suite("retrievel")


def test_a_run_counts_what_it_could_not_score_and_sets_baselines_beside(assistant, tmp_path):
    class Silent:
        name = "silent"

        def answer(self, asked):
            raise ModelError("It is out.")

        def search(self, query, limit):
            return None

    judged = World(Product(assistant), assistant, CASES, of_corpus(assistant))
    beside = [World(Words(assistant), assistant, CASES), World(Silent(), assistant, CASES)]
    result = json.loads(json.dumps(run(suites(), judged, beside)))
    by_name = {each["name"]: each for each in result["suites"]}
    assert by_name["retrieval"]["failed"] == 0
    (recall,) = [m for m in by_name["retrieval"]["metrics"] if m["name"] == "recall@5"]
    assert (recall["value"], recall["n"]) == (1, 1)
    assert recall["baseline"]["bm25"]["difference"]["value"] == 0
    assert recall["baseline"]["silent"] is None
    refused = next(m for m in by_name["abstention"]["metrics"] if m["name"] == "refused")
    assert refused["baseline"]["bm25"]["value"] == 0

    alone = run(["abstention"], beside[1], ())["suites"][0]
    assert (alone["n"], alone["failed"], alone["ineligible"]) == (0, 2, 0)

    write_junit(result, tmp_path / "run.xml")
    root = ElementTree.parse(tmp_path / "run.xml").getroot()
    assert {each.get("name") for each in root} == set(suites())
    write_report(result, judged.seen, tmp_path / "run.html")
    page = (tmp_path / "run.html").read_text("utf-8")
    assert "recall@5" in page
    assert "http://" not in page.replace("http://www.w3.org", "").replace("http://purl.org", "")


def test_a_run_twice_over_gives_the_same_figures(assistant):
    names = [name for name in suites() if name != "speed"]

    def figures():
        world = World(Product(assistant), assistant, CASES, of_corpus(assistant))
        made = run(names, world, [World(Words(assistant), assistant, CASES)])["suites"]
        return [(each["name"], each["metrics"], each["cases"]) for each in made]

    assert figures() == figures()


def test_a_name_that_nothing_loaded_holds_is_told(assistant):
    class Leaking(Product):
        def answer(self, asked):
            given = dict(super().answer(asked))
            return given | {"text": given["text"] + " That is what Marie Lefort said."}

    def strangers(system):
        suites_of = run(["privacy"], World(system, assistant, CASES), ())["suites"][0]
        return {metric["name"]: metric["value"] for metric in suites_of["metrics"]}["strangers"]

    assert strangers(Product(assistant)) == 0
    assert strangers(Leaking(assistant)) == 1


def test_a_filter_kept_at_a_change_of_subject_is_told():
    from evals.evaluators.conversation import _judged

    belgium = {"kind": ["feedback"], "segment": {"pays": "BE"}}
    period = {"since": None, "until": None}
    understood = {"text": "", "filters": belgium, "period": period, "themes": [], "intent": "said"}
    answer = {"text": "", "status": "answered", "understood": understood}
    case = Case("c", "followups", "en", "And?", before=("How many in Belgium?",), fresh=True)
    assert _judged(case, answer)[0]["carried-over"] == 1
    answer["understood"] = {**understood, "filters": {"kind": ["feedback"]}}
    assert _judged(case, answer)[0]["carried-over"] == 0


def test_the_checker_is_judged_by_people(assistant):
    claims = [
        Checked(f"c{n}", "en", f"c{n}", "It is so.", n % 2 == 0, 0.9 - 0.1 * (n % 2), n % 4 != 1)
        for n in range(20)
    ]
    material = Material(checked=lambda: claims)
    result = run(["support"], World(Product(assistant), assistant, (), material), ())
    found = {metric["name"]: metric["value"] for metric in result["suites"][0]["metrics"]}
    assert (found["auroc"], found["kept"], found["caught"]) == (1, 1, 0.5)
    assert found["kappa"] == pytest.approx(0.5)


def test_shares_of_themes_are_off_by_what_is_coded_too_much_and_too_little():
    rows = [
        {"themes": 2.0, "gap fees": 1.0}, {"themes": 2.0, "gap fees": -1.0},
        {"themes": 2.0, "gap queue": 1.0}, {"themes": 2.0},
    ]  # fmt: skip
    # Fees: one too many and one missed; the queue: one of four too many; the mean of both.
    assert share_error(columns_of(rows)) == pytest.approx(100 * (0 + 1 / 4) / 2)


def test_what_got_worse_is_told_from_noise(assistant, tmp_path):
    many = tuple(
        Case(f"c{n}", "why", "en", "Why are deliveries late?", nuggets=(Nugget(("nobody told",)),))
        for n in range(20)
    )
    whole = run(["answers"], World(Product(assistant), assistant, many), ())
    worse = json.loads(json.dumps(whole))
    for case in worse["suites"][0]["cases"]:
        case["values"]["vital"] = 0.0
    (tmp_path / "before.json").write_text(json.dumps(whole), "utf-8")
    before = read_run(tmp_path / "before.json")
    found = {each["metric"]: each for each in moves(worse, before)}
    assert found["vital"]["told"] == "worse"
    assert found["vital"]["regressed"]
    assert found["words"]["told"] == "noise"
    assert not any(each["regressed"] for each in moves(before, before))
    (tmp_path / "bad.json").write_text("{}", "utf-8")
    with pytest.raises(InputError, match="no run"):
        read_run(tmp_path / "bad.json")


def test_an_answer_of_passages_cites_them_letter_for_letter():
    rows = {"p1": {"source": "said.csv", "kind": "feedback"}}
    answer = as_answer([("p1", "was late", "It was late.")], rows)
    (citation,) = answer["citations"]
    assert "It was late."[citation["start"] : citation["end"]] == "was late"
    with pytest.raises(ValueError, match="does not hold"):
        as_answer([("p1", "was early", "It was late.")], rows)
