"""Verbatims for a finding: typical, strongest and recent ones, and what speaks against it.

A quote is a slice of a passage: the mention's span widened to the sentences that it stands in, and
to a neighbour where it is short. It is picked for reading well, one of each customer, no two
nearly alike, spread over channels, languages, segments and sources. What is picked illustrates a
share, and is no sample to count in: ``quotes.available`` says how many people there are to quote.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from hashlib import md5
from typing import Any, Literal

from corpus.analysis import stems
from corpus.codebook import Codebook, Polarity
from corpus.metrics._on_theme import About, closeness
from corpus.metrics._readable import SHORTEST, WORD, readable, to_machines, widened
from corpus.metrics.relations import among, counted, query, quoted
from corpus.metrics.types import Ask, Figure
from corpus.store import Store
from corpus.types import Score, Voice

SUMMARY = "How many people there are to quote on each theme, for and against."

LEAST = 0.4
"""A quote worth less is left out: fewer are better than one that has to be explained."""

POOL, MOST_READ = 120, 1_000
"""Customers whose mentions are looked at for each kind of pick: what 100 ms allow; they are those
that come first, and among so many mentions there are as many unless few say it all."""

ALIKE = 0.6
"""The share of common words (Jaccard) from which two quotes are nearly the same."""

ON_THEME, OFF = 0.7, -0.4
"""What words of the theme add to a quote's worth; where they are of another one, it is left out."""

Kind = Literal["typical", "strongest", "recent", "against"]

_TURNS: tuple[Kind, ...] = ("typical", "strongest", "recent", "against")

# Which mentions are looked at first, for each kind of pick.
_FIRST: dict[Kind, str] = {
    "typical": "probability >= 0.8 DESC, drawn, span_start, mention",
    "strongest": "felt + extreme DESC, drawn, span_start, mention",
    "recent": "date DESC NULLS LAST, drawn, span_start, mention",
    "against": "probability >= 0.8 DESC, drawn, span_start, mention",
}


@dataclass(frozen=True, slots=True)
class Quote:
    """A slice of a passage, what it was picked for, and the first score given with it."""

    passage_id: str
    start: int
    end: int
    record_id: str
    kind: Kind
    language: str
    score: Score | None = None


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A quote that could be picked; ``place`` is where it comes from, field by field."""

    quote: Quote
    who: int
    words: frozenset[str]
    stems: frozenset[str]
    worth: float
    drawn: str
    place: frozenset[str]


def compute(store: Store, codebook: Codebook, ask: Ask) -> list[Figure]:
    """How many speak well and ill of each theme in words long enough to be quoted."""
    base = counted(store, ask)
    known = {theme.id for theme in codebook.themes}
    long = "(SELECT record_id FROM told JOIN passages ON parent = told.id "
    long += f"WHERE length(text) >= {SHORTEST})"
    rows = store.sql(
        query(
            store,
            ask,
            base,
            "SELECT theme, count(DISTINCT who) FILTER (good) AS good, "
            "count(DISTINCT who) FILTER (bad) AS bad, count(DISTINCT who) AS n FROM said "
            f"WHERE record_id IN {long} GROUP BY theme ORDER BY n DESC, theme",
        )
    )
    return [
        Figure(
            name="quotes.available",
            about={"theme": row["theme"], "polarity": polarity},
            value=int(row[tone]),
            unit="count",
            base=base,
            n=int(row["n"]),
            method="those who wrote enough to be quoted",
            query=query(
                store,
                ask,
                base,
                f"SELECT count(DISTINCT who) FILTER ({tone}) AS value FROM said "
                f"WHERE theme = {quoted(row['theme'])} AND record_id IN {long}",
            ),
            numerator=int(row[tone]),
            denominator=int(row["n"]),
        )
        for row in rows
        if row["theme"] in known
        for tone, polarity in sorted((("bad", "-"), ("good", "+")), key=lambda t: -row[t[0]])
    ]


def pick(
    store: Store,
    ask: Ask,
    *,
    theme: str | None,
    tone: Polarity | None,
    most: int,
    language: str | None = None,
    voices: Sequence[Voice] = (),
    codebook: Codebook | None = None,
) -> list[Quote]:
    """Up to ``most`` quotes on a theme (None: on any), in turn of each kind that there is.

    ``tone`` is the finding's: "-" where it is a complaint; with it, one in four speaks against it.
    Without, or for "0", all tones are typical. Those in ``language`` come first; where ``voices``
    are named, theirs alone are quoted. With a ``codebook``, those come first whose words are of the
    theme by it: a code may be wrong. The same for the same ``ask.seed``.
    """
    finding = tone if tone in ("+", "-") else None
    kinds = _kinds(finding)
    about = _closeness(store, codebook) if theme and codebook else None

    @cache
    def pool(kind: Kind) -> Sequence[_Candidate]:
        held = _pool(store, ask, kind, theme, finding, voices)
        return _on_theme(held, theme, about) if theme and about else held

    found: list[_Candidate] = []
    for turn in range(most):
        for kind in kinds[turn % len(kinds) :] + kinds[: turn % len(kinds)]:
            # What speaks against a finding has its own turn and fills no other's.
            if kind == "against" and turn % len(kinds) != len(kinds) - 1:
                continue
            best = _best(pool(kind), found, language)
            if best:
                found.append(best)
                break
    order = {kind: number for number, kind in enumerate(_TURNS)}
    return [each.quote for each in sorted(found, key=lambda each: order[each.quote.kind])]


def ready(store: Store, ask: Ask, most: int, *, theme: str, tone: Polarity) -> None:
    """Read what ``pick`` begins with: many answers pick from the same, which is kept."""
    for kind in _kinds(tone)[:most]:
        _pool(store, ask, kind, theme, tone, ())


def _pool(
    store: Store,
    ask: Ask,
    kind: Kind,
    theme: str | None,
    finding: Polarity | None,
    voices: Sequence[Voice],
) -> Sequence[_Candidate]:
    """What could be picked of a kind; few answers need those of every kind."""
    ask = ask.of_customers()
    key = ("quotes", repr(ask), kind, str(theme), str(finding), str(voices))
    return store.kept.get(key, lambda: _read(store, ask, kind, theme, finding, voices))


def _kinds(finding: Polarity | None) -> list[Kind]:
    return [kind for kind in _TURNS if finding or kind != "against"]


def _closeness(store: Store, codebook: Codebook) -> About:
    made_with, about = store.kept.get(("closeness",), lambda: (codebook, closeness(codebook)))
    return about if made_with == codebook else closeness(codebook)


def _on_theme(pool: Sequence[_Candidate], theme: str, about: About) -> list[_Candidate]:
    """The candidates with what their words say of the theme; without those of another theme."""
    found = []
    for each in pool:
        nearer = about(each.stems, each.quote.language, theme)
        if nearer > OFF:
            found.append(replace(each, worth=each.worth + ON_THEME * nearer))
    return found


def _best(
    pool: Sequence[_Candidate], found: Sequence[_Candidate], language: str | None
) -> _Candidate | None:
    """The one most worth reading among those that bring somebody, and something, new."""
    fresh = [
        each
        for each in pool
        if not any(each.who == other.who or _alike(each.words, other.words) for other in found)
    ]
    taken = Counter(field for each in found for field in each.place)

    def worth(each: _Candidate) -> tuple[float, str]:
        crowd = sum(taken[field] for field in each.place) / max(1, len(found) * len(each.place))
        own = 1.0 if language and each.quote.language == language else 0.0
        return each.worth + own - 0.5 * crowd, each.drawn

    return max(fresh, key=worth, default=None)


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    common = len(one & other)
    return common >= ALIKE * len(one | other) or common >= 0.8 * min(len(one), len(other))


# Candidates ----------------------------------------------------------------------------------


def _read(
    store: Store,
    ask: Ask,
    kind: Kind,
    theme: str | None,
    finding: Polarity | None,
    voices: Sequence[Voice],
) -> list[_Candidate]:
    of = f"length >= {SHORTEST}"
    if theme:
        of += f" AND theme = {quoted(theme)}"
    if voices:
        of += f" AND voice IN {among(tuple(voices))}"
    if tone := _wanted(kind, finding):
        of += f" AND polarity = {quoted(tone)}"
    rows = _mentions(store, ask, kind, of)
    return _weighed([each for row in rows if (each := _candidate(row, kind, ask.seed))], kind)


def _wanted(kind: Kind, tone: Polarity | None) -> Polarity | None:
    return _other(tone) if kind == "against" else tone


def _other(tone: Polarity | None) -> Polarity | None:
    return {"+": "-", "-": "+"}.get(tone or "")  # type: ignore[return-value]  # one of the two


def _mentions(store: Store, ask: Ask, kind: Kind, kept: str) -> list[dict[str, Any]]:
    """The mentions looked at for a kind of pick, in their order, of each customer one.

    ``kept`` says of what they are.
    """
    drawn = f"md5(passage_id || {quoted(str(ask.seed))}) AS drawn"
    held = f"mention, who, date, probability, felt, extreme, span_start, {drawn}"
    first = _FIRST[kind]
    # Numbers alone are sorted, and but the first; texts are read of those that are kept.
    body = (
        "SELECT nth, chosen.who, passage_id, id, text, addressed, span_start, span_end, polarity, "
        "probability, felt, score, extreme, first, language, channel, source_id, segments FROM "
        f"(SELECT row_number() OVER (ORDER BY {first}) AS nth, mention, who FROM "
        f"(SELECT * FROM (SELECT {held} FROM uttered WHERE {kept} ORDER BY {first} "
        f"LIMIT {MOST_READ}) QUALIFY row_number() OVER (PARTITION BY who ORDER BY {first}) = 1) "
        f"QUALIFY nth <= {POOL}) AS chosen "
        "JOIN quotable USING (mention) ORDER BY nth"
    )
    return store.sql(query(store, ask, counted(store, ask), body))


def _candidate(row: Mapping[str, Any], kind: Kind, seed: int) -> _Candidate | None:
    """The mention as a quote of a kind, if it can be one."""
    text = row["text"]
    if to_machines(text, row["addressed"]):
        return None
    span = widened(text, row["language"], row["span_start"], row["span_end"])
    if span is None:
        return None
    said = text[slice(*span)]
    reads = readable(said)
    if reads <= 0:
        return None
    worth = reads + 2 * min(0.0, row["probability"] - 0.9)
    # A complaint of somebody delighted is there, but oftener coded wrong.
    if row["score"] is not None and row["polarity"] != "0":
        goes_along = row["score"] - 0.5 if row["polarity"] == "+" else 0.5 - row["score"]
        worth += min(0.0, 1.6 * goes_along)
    if worth < LEAST:
        return None
    if kind == "strongest":
        worth += 0.25 * min(2, row["felt"]) + 0.3 * row["extreme"]
    score = Score(**row["first"]) if row["first"] else None
    passage, language = row["passage_id"], row["language"]
    place = {f"{name}:{row[name]}" for name in ("language", "channel", "source_id")}
    return _Candidate(
        Quote(passage, *span, row["id"], kind, language, score),
        row["who"],
        frozenset(each.lower() for each in WORD.findall(said)),
        frozenset(stems(said, language)),
        worth,
        md5(f"{seed}{passage}".encode(), usedforsecurity=False).hexdigest(),
        frozenset({*place, row["segments"] or "{}"}),
    )


def _weighed(held: Sequence[_Candidate], kind: Kind) -> list[_Candidate]:
    """Those whose words the others use are typical, and to the point; recent came first."""
    # Within a language: what many write in another one is no less typical for it.
    using: dict[str, Counter[str]] = {}
    for each in held:
        using.setdefault(each.quote.language, Counter()).update(each.stems)
    shared = []
    most: dict[str, float] = {}
    for each in held:
        own = each.quote.language
        common = sum(using[own][term] - 1 for term in each.stems)
        shared.append(common / max(1, len(each.stems)))
        most[own] = max(most.get(own, 0.0), shared[-1])
    weighed = []
    for place, (each, alike) in enumerate(zip(held, shared, strict=True)):
        likest = most[each.quote.language]
        extra = alike / likest if likest else 0.5
        if kind == "recent":
            extra += 0.8 * (1 - place / len(held))
        weighed.append(replace(each, worth=each.worth + extra))
    return weighed
