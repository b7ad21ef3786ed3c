"""What pleases, why people stay, what is said, a stage summed up: over gold codes and by hand."""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from assistant.answers import love, said, stage, stay
from assistant.answers.book import FactBook
from assistant.answers.parts import Desk
from assistant.draft import Draft
from assistant.reading.types import Limits, Reading
from assistant.verify import verify
from assistant.words import words
from corpus import tables as t
from corpus.codebook import Codebook, starting_codebook
from corpus.filters import Filters
from corpus.metrics.types import Ask
from corpus.passages import rows_of
from corpus.store import Store
from corpus.types import Cell, Event, Imported, Record, Source, Voice
from evals.worlds import gold_store
from tests.corpus.worlds import Answer, fill

FR, EN = "fr", "en"
PLEASES, COMPLAINS = "delivery-delay", "price"


@pytest.fixture(scope="module")
def codebook() -> Codebook:
    return starting_codebook()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The demo company with 1,200 customers with a map whose payment is reassuring."""
    store = gold_store(tmp_path_factory.mktemp("world"), customers=1200)
    _add_map(store)
    yield store
    store.close()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "store.duckdb")
    yield store
    store.close()


def _add_map(store: Store) -> None:
    cell = Cell(
        "Achat", "Inès", "purchase", "Payer", "thinking", "« Je sais tout ce que je paie. »",
        2, True, "", {"row": 1},
    )  # fmt: skip
    rows = rows_of(Imported("journey", 1, cells=(cell,)), "carte.csv", "carte.csv", ["fr"])
    (passage,) = rows[t.passages]
    own = {"passage_id": passage["id"], "source_id": "carte.csv"}
    rows[t.coded].append({**own, "record_id": passage["id"], "state": "gold"})
    rows[t.mentions].append(
        _mention(passage["id"], None, "carte.csv", passage["text"], "checkout-fees", "+")
    )
    store.replace(_source("carte.csv", "journey"), rows)


def _mention(
    passage: str, record: str | None, source: str, text: str, theme: str, polarity: str
) -> dict[str, object]:
    return {
        "passage_id": passage,
        "record_id": record or passage,
        "source_id": source,
        "span_start": text.find("\n") + 1,
        "span_end": len(text),
        "theme": theme,
        "polarity": polarity,
        "emotions": [],
        "stage": "purchase",
        "probability": 1.0,
        "version": 1,
        "method": "gold",
    }


def _source(name: str, kind: str) -> Source:
    return Source(name, name, kind, name, {}, 1, 1, 0, "fr")  # type: ignore[arg-type]


def _voices(store: Store, texts: Sequence[tuple[Voice, str]]) -> None:
    """Records of these voices, each a complaint about the price."""
    records = tuple(
        Record(str(number), "", text, None, None, {}, voice=voice)
        for number, (voice, text) in enumerate(texts)
    )
    name = "voix.csv"
    rows = rows_of(
        Imported("feedback", len(records), records=records), name, name, ["fr"] * len(records)
    )
    for passage in rows[t.passages]:
        own = {"passage_id": passage["id"], "record_id": passage["parent"], "source_id": name}
        rows[t.coded].append({**own, "state": "gold"})
        rows[t.mentions].append(
            _mention(passage["id"], passage["parent"], name, passage["text"], "price", "-")
        )
    store.replace(_source(name, "feedback"), rows)


# Asking --------------------------------------------------------------------------------------


class Told:
    """One answer: whether there was one, its claims and its text."""

    def __init__(self, desk: Desk, compose: Callable[[Desk], bool]) -> None:
        self.given = compose(desk)
        kept, self.dropped = verify(
            desk.draft.claims,
            desk.draft.citations,
            desk.book.made,
            desk.store,
            [" ".join(desk.said.months)],
            computed=[claim.text for claim in desk.draft.claims],
        )
        desk.draft.keep_cited(kept)
        self.claims, self.citations = desk.draft.claims, desk.draft.citations
        self.facts = {fact.id: fact for fact in desk.book.made}
        self.text = desk.draft.markdown()
        assert not self.dropped, self.dropped


def ask(
    store: Store,
    codebook: Codebook,
    compose: Callable[[Desk], bool],
    language: str,
    *,
    themes: tuple[str, ...] = (),
    voices: tuple[Voice, ...] = (),
    stages: tuple[str, ...] = (),
    segment: dict[str, str] | None = None,
) -> Told:
    limits = Limits(stages=stages, segment=segment or {})
    reading = Reading("?", language, "said", themes=themes, voices=voices, limits=limits)
    wanted = Ask(filters=limits.within(Filters(kind=("feedback",))), themes=themes)
    book = FactBook(store, codebook, language)
    desk = Desk(store, codebook, reading, wanted, book, Draft(), words(language))
    return Told(desk, compose)


def _people(store: Store) -> pd.DataFrame:
    """Who said what: one row a person, theme and stage, with what was good and bad of it."""
    rows = store.sql(
        "SELECT coalesce(customer_key, 'record ' || r.id) AS who, theme, m.stage, "
        "polarity = '+' AS good, polarity = '-' AS bad FROM mentions AS m "
        "JOIN records AS r ON r.id = m.record_id WHERE voice IN ('customer', 'prospect')"
    )
    return pd.DataFrame(rows)


def _heard(store: Store) -> int:
    rows = store.sql(
        "SELECT count(DISTINCT coalesce(customer_key, 'record ' || id)) AS n FROM records "
        "WHERE id IN (SELECT record_id FROM coded)"
    )
    return int(rows[0]["n"])


def _only(people: pd.DataFrame, side: str, other: str) -> pd.Series:
    each = people.groupby(["who", "theme"])[[side, other]].any()
    return each[each[side] & ~each[other]].groupby("theme").size()


def _as(language: str, n: int) -> str:
    return words(language).number(n)


# All four ------------------------------------------------------------------------------------

ASKED = {
    "love": (love.compose, {}),
    "love-theme": (love.compose, {"themes": ("staff-attitude",)}),
    "love-stage": (love.compose, {"stages": ("support",)}),
    "love-segment": (love.compose, {"segment": {"pays": "BE"}}),
    "stay": (stay.compose, {}),
    "stay-segment": (stay.compose, {"segment": {"pays": "FR"}}),
    "said-theme": (said.compose, {"themes": ("delivery-delay",)}),
    "said-stage": (said.compose, {"stages": ("delivery",)}),
    "said-segment": (said.compose, {"segment": {"pays": "BE"}}),
    "said-customers": (said.compose, {"themes": ("price",), "voices": ("customer",)}),
    "stage": (stage.compose, {"stages": ("purchase",)}),
    "stages": (stage.compose, {"stages": ("delivery", "support")}),
    "stage-unspoken": (stage.compose, {"stages": ("recommendation",)}),
    "journey": (stage.compose, {}),
}


@pytest.mark.parametrize("language", [FR, EN])
@pytest.mark.parametrize("name", ASKED)
def test_answers_read_as_prose_and_stand_on_their_evidence(world, codebook, name, language):
    compose, limits = ASKED[name]
    told = ask(world, codebook, compose, language, **limits)
    assert told.given
    assert not re.search(r"[{}]|\bNone\b|segment:|\bnan\b", told.text)
    assert ".." not in "".join(c.text for c in told.claims if not c.citations)
    own = "\n".join(claim.text for claim in told.claims if claim.kind != "quote")
    if language == FR:
        assert not re.search(r" [:;?!%»]|« ", own), own
    assert len(re.findall(r"(?m)^\*\*.+\*\*$", told.text)) <= 8
    quotes = [claim for claim in told.claims if claim.citations]
    assert quotes or name in ("journey", "stage-unspoken")
    cited = [citation.passage_id for citation in told.citations]
    assert len(cited) == len(set(cited))


@pytest.mark.parametrize("compose", [love.compose, stay.compose, said.compose, stage.compose])
def test_nothing_is_said_of_nothing(empty, codebook, compose):
    told = ask(empty, codebook, compose, FR)
    assert (told.given, told.text) == (False, "")


# What pleases --------------------------------------------------------------------------------


@pytest.mark.parametrize("language", [FR, EN])
def test_what_pleases_most_leads_with_its_share(world, codebook, language):
    people, heard = _people(world), _heard(world)
    good, bad = _only(people, "good", "bad"), _only(people, "bad", "good")
    strong = good[good > bad.reindex(good.index, fill_value=0)]
    theme = strong.sort_values(ascending=False).index[0]
    lead = ask(world, codebook, love.compose, language).claims[0].text
    assert codebook.theme(theme).label[language] in lead
    assert words(language).percent(strong[theme] / heard) in lead
    assert _as(language, int(strong[theme])) in lead
    assert _as(language, heard) in lead


def test_the_first_complaint_speaks_against(world, codebook):
    bad = _only(_people(world), "bad", "good").sort_values(ascending=False)
    told = ask(world, codebook, love.compose, FR)
    counter = [claim for claim in told.claims if claim.kind == "counter" and not claim.citations]
    assert codebook.theme(bad.index[0]).label["fr"] in counter[-1].text


def test_praise_of_few_is_not_counted(empty, codebook):
    fill(empty, [Answer(f"C{n}", 5, {"price": "-"}) for n in range(40)])
    for themes, start in (((), "Rien ne plaît à assez"), (("price",), "Prix : trop peu en disent")):
        told = ask(empty, codebook, love.compose, FR, themes=themes)
        lead = told.claims[0].text.replace("\u00a0", " ")
        assert lead.startswith(start)
        assert "100 % (40 clients sur 40" in lead


def test_what_more_people_complain_of_is_told_with_that(empty, codebook):
    mixed = [Answer(f"C{n}", 5, {PLEASES: "+" if n < 15 else "-"}) for n in range(60)]
    fill(empty, mixed)
    told = ask(empty, codebook, love.compose, FR)
    lead, but, also = (claim.text.replace("\u00a0", " ") for claim in told.claims)
    assert "15 clients sur 60" in lead
    assert but.startswith("Mais ils sont plus nombreux")
    assert "45 clients sur 60" in but
    assert also == "Délai de livraison : c’est aussi le premier sujet de plainte."


@pytest.mark.parametrize(
    ("n", "language", "text"),
    [
        (1, FR, "La question ne porte que sur 1 client : trop peu pour en tirer des parts."),
        (12, FR, "La question ne porte que sur 12 clients : trop peu pour en tirer des parts."),
        (1, EN, "Only 1 customer falls within the question: too few to give shares."),
        (12, EN, "Only 12 customers fall within the question: too few to give shares."),
    ],
)
def test_of_few_there_is_no_share(empty, codebook, n, language, text):
    fill(empty, [Answer(f"C{each}", 9, {"price": "+"}) for each in range(n)])
    told = ask(empty, codebook, love.compose, language)
    assert told.claims[0].text.replace("\u00a0", " ") == text
    assert "%" not in told.text


# Why they stay -------------------------------------------------------------------------------


def _ends(good: int, bad: int) -> list[Answer]:
    """100 promoters and 100 others; so many of each speak well of delivery."""
    answers = []
    for n in range(200):
        best, place = n < 100, n % 100
        says = place < (good if best else bad)
        themes = {PLEASES: "+"} if says else {COMPLAINS: "-" if not best else "0"}
        answers.append(Answer(f"C{n}", 10 if best else 4, themes))
    return answers


@pytest.mark.parametrize("language", [FR, EN])
def test_what_tells_promoters_apart_leads(empty, codebook, language):
    fill(empty, _ends(good=60, bad=20))
    told = ask(empty, codebook, stay.compose, language)
    lead = told.claims[0].text.replace("\u00a0", " ")
    who = {FR: "60 clients sur 100", EN: "60 customers of 100"}[language]
    more = {FR: "40 points de plus", EN: "40 points more"}[language]
    assert all(part in lead for part in (who, more, codebook.theme(PLEASES).label[language]))
    assert {FR: "les promoteurs", EN: "promoters"}[language] in lead


def test_a_difference_within_chance_is_no_reason_to_stay(empty, codebook):
    fill(empty, _ends(good=42, bad=40))
    lead = ask(empty, codebook, stay.compose, FR).claims[0].text
    assert "n’en disent pas nettement plus de bien que les autres" in lead
    assert "82 clients sur 200" in lead


def _bought(who: str) -> Event:
    return Event("purchase", date(2026, 2, 1), who)


@pytest.mark.parametrize(("back", "text"), [(30, "peut tenir du hasard"), (90, "rachètent plus")])
def test_whether_they_come_back_is_told_from_what_they_buy(empty, codebook, back, text):
    """Of 160 who praise, ``back`` in 100 buy again; of the 40 others, 12."""
    answers = _ends(good=100, bad=60)
    praising = [a.customer for a in answers if a.said and PLEASES in a.said]
    others = [a.customer for a in answers if a.customer not in praising]
    again = [*praising[: back * len(praising) // 100], *others[:12]]
    late = Event("visit", date(2027, 1, 1), "X")
    fill(empty, answers, [*map(_bought, again), late])
    told = ask(empty, codebook, stay.compose, FR)
    (done,) = [c for c in told.claims if c.kind == "behaviour" and "180 jours" in c.text]
    assert text in done.text


# What is said --------------------------------------------------------------------------------


@pytest.mark.parametrize("language", [FR, EN])
def test_a_theme_is_told_with_its_share_and_both_sides(world, codebook, language):
    people, heard = _people(world), _heard(world)
    theme = "delivery-delay"
    n = people[people.theme == theme].who.nunique()
    told = ask(world, codebook, said.compose, language, themes=(theme,))
    assert words(language).percent(n / heard) in told.claims[0].text
    assert _as(language, n) in told.claims[0].text
    for side, other in (("good", "bad"), ("bad", "good")):
        assert f" {_as(language, int(_only(people, side, other)[theme]))} " in told.claims[1].text
    quoted = {citation.passage_id for citation in told.citations}
    tones = _tones(world, theme, quoted)
    assert tones == {"+", "-"}
    assert len(quoted) == said.MOST_QUOTES


def _tones(store: Store, theme: str, passages: set[str]) -> set[str]:
    rows = store.sql(f"SELECT DISTINCT passage_id, polarity FROM mentions WHERE theme = '{theme}'")
    return {row["polarity"] for row in rows if row["passage_id"] in passages} - {"0"}


def test_who_speaks_of_it_more_is_told_beyond_chance(empty, codebook):
    answers = [
        Answer(
            f"C{n}", 5, {PLEASES if n % 200 < (120 if n < 200 else 40) else COMPLAINS: "-"},
            segments={"pays": "BE" if n < 200 else "FR"},
        )
        for n in range(400)
    ]  # fmt: skip
    fill(empty, answers)
    told = ask(empty, codebook, said.compose, FR, themes=(PLEASES,))
    (more,) = [c.text.replace("\u00a0", " ") for c in told.claims if "parle plus que" in c.text]
    assert "« pays : BE » (120 clients sur 200, 40 points de plus, entre 31 et 48)" in more
    alike = [
        Answer(f"C{n}", 5, {PLEASES: "-"}, segments={"pays": "BE"[: n % 2 + 1]}) for n in range(80)
    ]
    fill(empty, alike)
    told = ask(empty, codebook, said.compose, FR, themes=(PLEASES,))
    assert "ne varie pas au-delà du hasard" in told.text


SAID: list[tuple[Voice, str]] = [
    ("leader", "Nos clients partent pour le prix, je le vois chaque semaine dans nos chiffres."),
    ("leader", "Nous avons baissé nos tarifs au printemps et personne ne nous en a remerciés."),
    ("employee", "En caisse on nous parle du prix toute la journée et je ne sais que répondre."),
    ("prospect", "Je trouve la même frontale moins chère ailleurs, j'ai comparé sur trois sites."),
    ("customer", "Les prix ont encore augmenté cette année et je commence à regarder ailleurs."),
]


@pytest.mark.parametrize(
    "voices", [("leader",), ("employee",), ("prospect",), ("employee", "leader")]
)
@pytest.mark.parametrize("language", [FR, EN])
def test_named_voices_are_quoted_alone_and_never_counted_into_a_share(
    empty, codebook, voices, language
):
    _voices(empty, SAID)
    told = ask(empty, codebook, said.compose, language, themes=("price",), voices=voices)
    quotes = {citation.quote for citation in told.citations}
    assert quotes == {text for voice, text in SAID if voice in voices}
    assert "%" not in told.text
    kind = "quote" if voices == ("prospect",) else "internal"
    assert {claim.kind for claim in told.claims} == {kind}


def test_voices_that_say_nothing_of_it_are_not_made_to(empty, codebook):
    _voices(empty, SAID)
    told = ask(empty, codebook, said.compose, FR, themes=("values",), voices=("leader",))
    assert (told.given, told.text) == (False, "")


# A stage -------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", [FR, EN])
def test_a_stage_leads_with_who_speaks_of_it_and_badly(world, codebook, language):
    people, heard = _people(world), _heard(world)
    there = people[people.stage == "purchase"]
    n, bad = there.who.nunique(), there[there.bad].who.nunique()
    lead = ask(world, codebook, stage.compose, language, stages=("purchase",)).claims[0].text
    for share in (n / heard, bad / n):
        assert words(language).percent(share) in lead
    for count in (n, bad):
        assert _as(language, count) in lead


def test_the_map_is_quoted_beside_what_customers_say(world, codebook):
    told = ask(world, codebook, stage.compose, FR, stages=("purchase",))
    maps = [claim for claim in told.claims if claim.kind == "journey" and claim.citations]
    assert [citation.quote for citation in told.citations if citation.kind == "journey"] == [
        "Je sais tout ce que je paie"
    ]
    assert "le font surtout en mal" in maps[0].text
    assert "«\u00a0Je sais tout ce que je paie\u00a0»" in maps[0].text


def test_what_is_done_at_a_stage_is_counted_from_events(world, codebook):
    told = ask(world, codebook, stage.compose, FR, stages=("purchase",))
    done = [claim for claim in told.claims if claim.kind == "behaviour"]
    assert any("paiements commencés" in claim.text for claim in done)


def test_without_a_stage_every_stage_has_a_line(world, codebook):
    told = ask(world, codebook, stage.compose, FR)
    people, heard = _people(world), _heard(world)
    n = people[people.stage == "delivery"].who.nunique()
    (line,) = [claim.text for claim in told.claims if claim.text.startswith("Livraison")]
    assert words(FR).percent(n / heard) in line
    assert len(told.claims) - 1 == sum(
        people[people.stage == each].who.nunique() >= 10 for each in people.stage.dropna().unique()
    )
