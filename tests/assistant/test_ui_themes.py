"""The themes' page without a browser: what it says, and that corpus text stays inert."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from assistant.ui import candidates, theme_records, themes
from assistant.ui.effects import Effect, effects, moved
from assistant.ui.safe import esc
from assistant.ui.themes_events import FEEDBACK, Made, ThemesEvents, View, chosen
from assistant.ui.words import THIN
from corpus.choices import Choices
from corpus.codebook import starting_codebook
from corpus.coding.mentions import BY_PERSON
from corpus.errors import NotFoundError

CODEBOOK = starting_codebook()
HOSTILE = '<img src=x onerror="pwned()"> ${pwned()} {{constructor}}'
CHOICES = Choices(
    source=("avis.csv", HOSTILE),
    stage=("delivery",),
    channel=("web",),
    language=("fr", "en"),
    segment={"pays": ("FR", "BE")},
    first=date(2026, 1, 1),
    last=date(2026, 6, 30),
)


def total(theme: str = "price", **given: Any) -> dict[str, Any]:
    known = CODEBOOK.theme(theme)
    return {
        "id": theme,
        "label": dict(known.label) if known else {"fr": theme, "en": theme},
        "group": known.group if known else "offer",
        "n": 112,
        "customers": 110,
        "base": "customers",
        "of": 758,
        "share": 0.145,
        "low": 0.122,
        "high": 0.172,
        "corrected": False,
        "polarity": {"+": 12, "-": 93, "0": 7},
        "trend": "up",
        "kappa": None,
        **given,
    }


def record(text: str = "Trop cher.", *mentions: dict[str, Any]) -> dict[str, Any]:
    said = {"start": 0, "end": 4, "polarity": "-", "probability": 0.999, "method": "clauses"}
    return {
        "passage_id": f"p{HOSTILE}",
        "source": f"{HOSTILE}.csv",
        "text": text,
        "language": "fr",
        "date": "2026-04-16",
        "mentions": [{**said, **each} for each in mentions or ({},)],
    }


def test_a_theme_says_its_share_its_interval_and_what_is_known_of_it() -> None:
    html = themes.tree("fr", CODEBOOK, [total()])
    for words in (
        "Offre et prix",
        f"14,5{THIN}%",
        f"de 12,2 à 17,2{THIN}%",
        "brute",
        "112 enregistrements",
        "en hausse",
        "fiabilité non mesurée",
        f"Parts brutes{THIN}: de 758 clients ayant écrit.",
    ):
        assert words in html
    # The bars end at 20 %.
    assert "width:72.50%" in html
    assert "left:61.00%;right:14.00%" in html


def test_a_withheld_share_says_why_and_draws_nothing() -> None:
    given = {"share": None, "low": None, "high": None, "of": 12, "n": 3}
    html = themes.tree("en", CODEBOOK, [total(**given)])
    assert "Share withheld: fewer than 30 customers" in html
    assert 'class="bar"' not in html
    assert "3 records" in html


def test_a_corrected_share_has_its_own_base() -> None:
    kappa = {"value": 0.62, "low": 0.41, "high": 0.78}
    given = {"corrected": True, "base": "records", "of": 868, "labelled": 120, "kappa": kappa}
    html = themes.tree("en", CODEBOOK, [total(**given), total("fit")])
    assert "Shares corrected by 120 records that people coded: of 868 records." in html
    assert "Raw shares: of 758 customers who wrote." in html
    assert "κ 0.62" in html
    assert "0.41 to 0.78" in html
    assert "reliability not measured" in html


def test_groups_follow_their_most_frequent_theme() -> None:
    html = themes.tree("en", CODEBOOK, [total("fit"), total("price"), total("quality")])
    assert html.count("<h3>Product</h3>") == 1
    assert html.index("<h3>Product</h3>") < html.index("<h3>Offer and prices</h3>")


def test_nothing_coded_and_nothing_within_the_filters_are_told_apart() -> None:
    none = [total(n=0)]
    assert "nothing is coded yet" in themes.tree("en", CODEBOOK, none)
    assert "within these limits" in themes.tree("en", CODEBOOK, none, narrowed=True)


def test_coding_never_reads_finished_before_it_is() -> None:
    assert themes.coding("en", 1.0) == ""
    assert "99%" in themes.coding("en", 0.9996)


def test_spans_are_marked_and_text_is_inert() -> None:
    text = f"{HOSTILE} trop cher, vraiment cher"
    start = len(HOSTILE) + 1
    html = theme_records.records(
        "fr",
        CODEBOOK,
        "price",
        [record(text, {"start": start, "end": start + 9}, {"start": 0, "end": 4})],
        more=True,
    )
    assert "<mark>trop cher</mark>" in html
    assert "<img" not in html
    assert "${" not in html
    assert "{{" not in html
    assert esc(HOSTILE[4:]) in html
    # Two mentions of one record are told apart, each with buttons of its own.
    assert html.count('class="judge"') == 2
    assert "passage 2" in html


def test_a_code_is_never_wholly_sure_and_a_persons_word_is_named() -> None:
    html = theme_records.records(
        "en", CODEBOOK, "price", [record(), record("So dear", {"method": BY_PERSON})], more=False
    )
    assert "coded, 99% sure" in html
    assert "said by a person" in html
    assert 'data-event="more"' not in html


def test_a_long_record_is_shown_around_its_span_and_whole_on_demand() -> None:
    text = "a" * 900 + " cher " + "b" * 900
    html = theme_records.records(
        "en", CODEBOOK, "price", [record(text, {"start": 901, "end": 905})], more=False
    )
    first, whole = html.split("<details", 1)
    assert "<mark>cher</mark>" in first
    assert "a" * 900 not in first
    assert "a" * 900 in whole


def test_spans_that_overlap_are_one() -> None:
    assert theme_records.highlighted("abcdef", [(3, 5), (1, 4)]) == (
        "a<mark>bcd</mark><mark>e</mark>f"
    )


def test_the_form_offers_what_there_is_and_takes_nothing_else() -> None:
    html = themes.filters("fr", CHOICES)
    assert "<img" not in html
    assert "livraison" in html
    assert 'name="segment:pays"' in html
    assert themes.filters("fr", Choices((), (), (), (), {}, None, None)) == ""
    sent = {"channel": "web", "stage": "moon", "segment:pays": "BE", "since": "x", "until": ""}
    found = chosen(sent, CHOICES)
    assert (found.kind, found.channel, found.stage) == (("feedback",), ("web",), ())
    assert (found.segment, found.since, found.until) == ({"pays": "BE"}, None, None)


def test_what_changed_names_the_theme_that_was_corrected_first() -> None:
    changed = [
        {"id": "price", "before": 200, "after": 120},
        {"id": "delivery-delay", "before": 120, "after": 118},
    ]
    text = moved("fr", CODEBOOK, changed, about=("delivery-delay",))
    assert text == f"Délai de livraison{THIN}: 120 → 118 · Prix{THIN}: 200 → 120"
    assert moved("en", CODEBOOK, []) == "no total changed"


def test_a_correction_takes_the_place_of_an_earlier_one_of_the_same_span() -> None:
    made = Made().put(Effect("k", "said", "waiting", "…")).put(Effect("k", "said", "done", HOSTILE))
    assert [each.state for each in made.effects] == ["done"]
    assert "<img" not in effects("en", made.effects)


def test_candidates_show_their_texts_and_the_three_decisions() -> None:
    candidate = {
        "id": HOSTILE,
        "label": HOSTILE,
        "words": {"fr": ("cadeau", "emballage"), "en": ()},
        "size": 32,
        "records": 31,
        "trend": {"direction": 1, "first": 0.1, "last": 0.2},
        "central": [{"text": HOSTILE}] * 10,
        "borderline": [],
        "stability": 0.58,
    }
    html = candidates.section("fr", CODEBOOK, [candidate], 3)
    assert "<img" not in html
    assert "${" not in html
    assert "Les 10 phrases centrales" in html
    assert 'value="cadeau, emballage"' in html
    assert 'data-seed="4"' in html
    for decision in ("accept", "merge", "dismiss"):
        assert f'data-decision="{decision}"' in html
    assert "Aucun candidat" in candidates.section("fr", CODEBOOK, [])


class Correcting:
    """As much of an Assistant as a correction needs."""

    coding = SimpleNamespace(codebook=lambda: (1, CODEBOOK), progress=lambda: (43, 100))

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.asked: list[Any] = []

    def correct(self, *given: Any, **named: Any) -> dict[str, Any]:
        self.asked.append((given, named))
        if self.error:
            raise self.error
        return {"changed": [{"id": "price", "before": 3, "after": 2}]}


def sent(**given: str) -> Any:
    data = {"key": "k", "passage": "p", "start": "0", "end": "4", "theme": "price", **given}
    return SimpleNamespace(_data=data)


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ({"verdict": "right", "polarity": "-"}, (True, "-", None)),
        ({"verdict": "polarity", "polarity": "+"}, (True, "+", None)),
        ({"verdict": "not", "polarity": "-"}, (False, "-", None)),
        ({"verdict": "other", "polarity": "-", "other": "fit"}, (False, "-", "fit")),
        ({"verdict": "made up", "polarity": "?"}, (False, None, None)),
    ],
)
def test_each_button_is_one_correction(given: dict[str, str], asked: tuple[Any, ...]) -> None:
    assistant: Any = Correcting()
    steps = list(ThemesEvents(assistant).correct(View("en"), Made(), sent(**given)))
    ((where, named),) = assistant.asked
    assert where == ("p", 0, 4, "price")
    assert (named["holds"], named["polarity"], named["instead"]) == asked
    assert "recoding" in steps[0][0]
    assert "Price: 3 → 2" in steps[-1][0]


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (NotFoundError("No passage has the id <p>."), esc("No passage has the id <p>.")),
        (RuntimeError("secret path"), "something went wrong"),
    ],
)
def test_a_correction_that_fails_says_so(error: Exception, sentence: str) -> None:
    assistant: Any = Correcting(error)
    steps = list(ThemesEvents(assistant).correct(View("en"), Made(), sent(verdict="not")))
    assert sentence in steps[-1][0]
    assert "secret" not in steps[-1][0]
    assert 'data-state="failed"' in steps[-1][0]


def test_pages_of_records_do_not_repeat_what_a_recoding_moved() -> None:
    asked: list[int] = []

    def theme_records_of(theme: str, filters: Any, limit: int, offset: int) -> list[Any]:
        asked.append(offset)
        first = offset and offset - 1  # one of those before was pushed back
        return [{**record(), "passage_id": str(n)} for n in range(first, first + limit)]

    assistant: Any = SimpleNamespace(
        coding=Correcting.coding, theme_records=theme_records_of, choices=lambda: CHOICES
    )
    events = ThemesEvents(assistant)
    _, view = events.theme(View(), SimpleNamespace(_data={"theme": "price"}))  # type: ignore[arg-type]
    _, view = events.more(view)
    shown = [each["passage_id"] for each in view.records]
    assert asked == [0, 20]
    assert len(shown) == len(set(shown)) == 39
    assert view.filters == FEEDBACK
