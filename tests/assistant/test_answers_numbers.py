"""A number, parts side by side, how things went and why a score moved, against pandas."""

import re
from dataclasses import dataclass
from datetime import date as Date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from assistant.answers import change, compare, how_many, trend
from assistant.answers.choose import open_desk
from assistant.draft import Draft
from assistant.reading.types import Intent, Limits, Reading
from assistant.verify import verify
from corpus.codebook import starting_codebook
from corpus.coding.quantify import Share
from corpus.filters import Filters
from corpus.store import Store
from evals.worlds import gold_store
from tests.corpus.worlds import Answer, fill

MODULES = {"how-many": how_many, "compare": compare, "trend": trend, "change": change}


@dataclass
class Told:
    """An answer: whether there is one, its text, and what the verifier dropped."""

    there: bool
    text: str
    dropped: list[str]
    claims: list[str]


def tell(store: Store, intent: Intent, text: str = "x", language: str = "fr", **kw: Any) -> Told:
    reading = Reading(text, language, intent, **kw)
    desk = open_desk(store, starting_codebook(), reading, Filters(kind=("feedback",)), Draft())
    there = MODULES[intent].compose(desk)
    months = [" ".join(desk.said.months)]
    draft = desk.draft
    computed = [claim.text for claim in draft.claims]
    kept, dropped = verify(
        draft.claims, draft.citations, desk.book.made, store, months, computed=computed
    )
    draft.keep_cited(kept)
    plain = re.sub(r" \[[fc]\d+\]", "", draft.markdown())
    return Told(there, plain, [each.text for each in dropped], [each.text for each in kept])


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = gold_store(tmp_path_factory.mktemp("world"), customers=900)
    return store


@pytest.fixture
def small(tmp_path: Path) -> Store:
    store = Store(tmp_path / "store.duckdb")
    fill(
        store,
        [
            Answer(
                f"c{i}",
                9 if i % 2 else 5,
                {"price": "-"} if i < 20 else {},
                date=Date(2026, 1 + i % 2, 10),
                segments={"pays": "BE" if i < 50 else "FR"},
            )
            for i in range(100)
        ],
    )
    return store


QUESTIONS: list[tuple[Intent, dict[str, Any]]] = [
    ("how-many", {"themes": ("price",)}),
    ("how-many", {"themes": ("price",), "by": "segment:pays"}),
    ("how-many", {"themes": ("price",), "limits": Limits(segment={"pays": "BE"})}),
    ("how-many", {"score": "nps", "limits": Limits(since=Date(2026, 1, 1))}),
    ("how-many", {"score": "nps", "by": "segment:pays"}),
    ("how-many", {"limits": Limits(stages=("purchase",))}),
    ("how-many", {"leaving": True}),
    ("how-many", {"leaving": True, "themes": ("refund-delay",)}),
    ("how-many", {"by": "channel"}),
    ("how-many", {}),
    ("compare", {"by": "segment:segment"}),
    ("compare", {"by": "segment:segment", "themes": ("price",)}),
    ("compare", {"by": "stage"}),
    ("compare", {"limits": Limits(segment={"pays": "BE"}), "themes": ("price",)}),
    (
        "compare",
        {"limits": Limits(segment={"pays": "BE"}), "against": Limits(segment={"pays": "FR"})},
    ),
    ("trend", {"themes": ("authentication",)}),
    ("trend", {"score": "nps"}),
    ("trend", {"text": "nombre de réponses"}),
    ("change", {"score": "nps"}),
    (
        "change",
        {
            "score": "nps",
            "limits": Limits(since=Date(2026, 4, 1)),
            "against": Limits(until=Date(2026, 3, 31)),
        },
    ),
]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(("intent", "asked"), QUESTIONS)
def test_every_sentence_stands_and_is_well_written(
    world: Store, intent: Intent, asked: dict[str, Any], language: str
) -> None:
    told = tell(world, intent, language=language, **asked)
    assert told.there
    assert told.dropped == []
    assert told.text
    ours = "\n".join(each for each in told.claims if not each.startswith(("«", "“")))
    assert "{" not in ours
    assert "segment:" not in ours
    assert "None" not in ours
    assert not re.search(r"::|: :|\.\.", ours)
    if language == "fr":
        assert not re.search(r" [:;?!%»]|« ", ours)
        assert not re.search(r"\bde (?:avril|août|octobre)\b", ours)


def test_complaints_are_counted_as_pandas_counts_them(small: Store) -> None:
    rows = pd.DataFrame(small.sql("SELECT * FROM mentions"))
    complaining = rows[rows.polarity == "-"].record_id.nunique()
    wrote = len(small.sql("SELECT DISTINCT record_id FROM coded"))
    told = tell(small, "how-many", "combien se plaignent du prix", themes=("price",))
    assert f"{complaining} clients sur les {wrote} qui ont écrit" in told.text
    assert f"{100 * complaining / wrote:.0f}\u00a0%" in told.text


def test_the_nps_of_a_part_comes_with_everybodys(small: Store) -> None:
    told = tell(small, "how-many", score="nps", limits=Limits(segment={"pays": "BE"}))
    assert "NPS de 0 (50 réponses" in told.text
    assert "Tous confondus\u00a0: NPS de 0 (100 réponses" in told.text


def test_a_theme_that_few_complain_of_has_no_share(tmp_path: Path) -> None:
    store = Store(tmp_path / "store.duckdb")
    fill(store, [Answer(f"c{i}", 8, {"price": "-"} if i < 3 else {}) for i in range(60)])
    told = tell(store, "how-many", themes=("price",), language="en")
    assert "fewer than ten of the 60 customers who wrote complain about it" in told.text
    assert "%" not in told.text
    assert told.dropped == []


def test_too_few_scores_have_no_level_and_nobody_is_no_answer(tmp_path: Path) -> None:
    store = Store(tmp_path / "store.duckdb")
    assert not tell(store, "how-many").there
    assert not tell(store, "trend").there
    assert not tell(store, "change").there
    assert not tell(store, "compare", by="channel").there
    fill(store, [Answer(None, 9, {}) for _ in range(5)])
    told = tell(store, "how-many", score="nps")
    assert "5 notes seulement" in told.text
    assert told.dropped == []
    assert "5 réponses, avec un texte chaque fois." in tell(store, "how-many").text


def test_parts_that_differ_are_told_apart_from_those_that_do_not(tmp_path: Path) -> None:
    store = Store(tmp_path / "store.duckdb")
    fill(
        store,
        [
            Answer(f"{part}{i}", score, {"price": "-"} if cheap else {}, segments={"pays": part})
            for part, score, cheap in (("BE", 10, False), ("FR", 3, True))
            for i in range(40)
        ],
    )
    sides: dict[str, Any] = {
        "limits": Limits(segment={"pays": "BE"}),
        "against": Limits(segment={"pays": "FR"}),
    }
    told = tell(store, "compare", language="en", **sides)
    assert "“Belgium” scores better than “France”: a gap of 200 points" in told.text
    assert "100% (40 of 40)" in told.text
    assert told.dropped == []


def test_a_move_is_told_and_a_gap_within_chance_is_said_to_be(small: Store) -> None:
    # The even rows are of January and bad, the odd ones of February and good.
    told = tell(
        small,
        "change",
        score="nps",
        language="en",
        limits=Limits(since=Date(2026, 2, 1)),
        against=Limits(until=Date(2026, 1, 31)),
    )
    assert told.text.startswith("The NPS rises by 200 points")
    assert told.dropped == []
    still = tell(
        small,
        "compare",
        limits=Limits(segment={"pays": "BE"}),
        against=Limits(segment={"pays": "FR"}),
    )
    assert "ne dépasse pas le hasard" in still.text
    assert still.dropped == []


def test_shares_that_people_corrected_are_told(
    small: Store, monkeypatch: pytest.MonkeyPatch
) -> None:

    monkeypatch.setattr("corpus.coding.judgements.labels", lambda store: [1])
    share = {"price": Share(0.25, 0.2, 0.3, 120, 0.2)}
    monkeypatch.setattr("corpus.metrics.corrected.corrected", lambda *given: share)
    told = tell(small, "how-many", themes=("price",))
    assert "120 textes que vous avez relus" in told.text
    assert "25\u00a0%" in told.text
    assert told.dropped == []


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_corrected_share_leads_and_what_the_coder_counts_follows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    # Given 40 of 100 who complain of the price by the coder, and half of all by people
    store = Store(tmp_path / "store.duckdb")
    fill(store, [Answer(f"c{i}", 5, {"price": "-"} if i < 40 else {}) for i in range(100)])
    monkeypatch.setattr("corpus.coding.judgements.labels", lambda store: [1])
    share = {"price": Share(0.5, 0.4, 0.6, 150, 0.4)}
    monkeypatch.setattr("corpus.metrics.corrected.corrected", lambda *given: share)
    told = tell(store, "how-many", "how many complain", themes=("price",), language=language)
    # Then the corrected share leads with its interval, and what the coder counts follows
    lead, after = told.text.split("\n\n")[:2]
    assert re.search(r"50\u00a0?% (?:of the texts \(corrected|des textes \(part corrigée)", lead)
    assert re.search(r"before correction.*40 customers|avant correction.*40 clients", after, re.I)
    assert told.dropped == []


def test_too_few_to_compare_are_counted(tmp_path: Path) -> None:
    store = Store(tmp_path / "few.duckdb")
    answers = [
        Answer(f"c{i}", None, {"price": "-"}, segments={"pays": ("BE", "FR")[i % 2]})
        for i in range(24)
    ]
    fill(store, answers)
    sides = {"limits": Limits(segment={"pays": "BE"}), "against": Limits(segment={"pays": "FR"})}
    told = tell(store, "compare", language="en", **sides)
    assert told.there
    assert (
        "Too few wrote to compare “Belgium” (12 customers) and “France” (12 customers)."
        in told.text
    )
    store.close()


def test_a_part_of_two_is_compared_with_the_other_by_name(small: Store) -> None:
    told = tell(small, "compare", language="en", limits=Limits(segment={"pays": "BE"}))
    assert "“France”" in told.text


@pytest.mark.parametrize("language", ["fr", "en"])
def test_since_a_day_is_set_beside_what_was_before(tmp_path: Path, language: str) -> None:
    # Given 10 of 50 who complain of the price before July, and 30 of 50 since
    store = Store(tmp_path / "since.duckdb")
    fill(
        store,
        [
            Answer(
                f"c{month}{i}",
                5,
                {"price": "-"} if i < (10 if month < 7 else 30) else {"queue": "-"},
                date=Date(2026, month, 1 + i // 2),
            )
            for month in (5, 8)
            for i in range(50)
        ],
    )
    told = tell(
        store, "trend", "worse?", language, themes=("price",), limits=Limits(since=Date(2026, 7, 1))
    )
    lead = told.text.split("\n\n")[0].replace("\u202f", " ").replace("\u00a0", " ")
    if language == "en":
        assert lead.startswith(
            "Price: since July 2026, 60% (30 of 50) speak of it, against 20% (10 of 50) before "
            "July 2026, 40 points more"
        )
    else:
        assert lead.startswith(
            "Prix : depuis juillet 2026, 60 % (30 sur 50) en parlent, contre 20 % (10 sur 50) "
            "avant juillet 2026, soit 40 points de plus"
        )
    assert told.dropped == []
    store.close()


def test_one_theme_that_is_asked_about_is_corrected_for_no_other(tmp_path: Path) -> None:
    # Given a difference that stands by itself, among twenty themes that do not differ
    store = Store(tmp_path / "one.duckdb")
    others = {each.id: "-" for each in starting_codebook().themes[:20] if each.id != "price"}
    fill(
        store,
        [
            Answer(
                f"{part}{i}",
                5,
                ({"price": "-"} if i < share else {}) | others,
                segments={"pays": part},
            )
            for part, share in (("BE", 26), ("FR", 12))
            for i in range(60)
        ],
    )
    sides = {"limits": Limits(segment={"pays": "BE"}), "against": Limits(segment={"pays": "FR"})}
    alone = tell(store, "compare", language="en", themes=("price",), **sides)
    assert "points more" in alone.text
    assert "No theme is spoken of more" in tell(store, "compare", language="en", **sides).text
    store.close()


def test_too_few_of_a_theme_are_counted_by_who_wrote(tmp_path: Path) -> None:
    store = Store(tmp_path / "few.duckdb")
    fill(
        store,
        [
            Answer(
                f"{part}{i}", 5, {"price": "-"} if i < 2 else {"queue": "-"}, segments={"p": part}
            )
            for part in ("BE", "FR")
            for i in range(40)
        ],
    )
    sides = {"limits": Limits(segment={"p": "BE"}), "against": Limits(segment={"p": "FR"})}
    told = tell(store, "compare", language="en", themes=("price",), **sides)
    assert "too few" in told.text
    assert told.text.count("40") == 2
    assert told.dropped == []
    store.close()


def test_answers_by_month_are_told_month_by_month(tmp_path: Path) -> None:
    store = Store(tmp_path / "months.duckdb")
    fill(
        store,
        [
            Answer(f"c{month}{i}", 5, date=Date(2026, month, 1 + i % 28))
            for month in range(1, 6)
            for i in range(10 * month)
        ],
    )
    told = tell(store, "how-many", "combien de réponses par mois ?", by="month")
    for month, count in (("Janvier", 10), ("Mars", 30), ("Mai", 50)):
        assert re.search(rf"{month} 2026(, période incomplète)?\W+{count}", told.text)
    assert told.dropped == []
    store.close()
