"""What customers did after they spoke, or after something went wrong, against those who didn't.

Those who complain of a theme (some mention negative, none positive) are compared with those who
wrote and don't, among customers with events. Each is followed from their first complaint, the
others from their first words: leaving (``left``), buying or renewing within 90 days (``bought``),
and of those who reached a checkout or a basket again within 90 days whether they finished one
(``checkout``, ``basket``). They are matched on the quarter of those words, earlier purchases (0, 1,
2 or 3, more) and the segments that nearly all have: a Mantel-Haenszel relative risk, and of
leaving the number beyond what the others' risk would give. The shares beside it are not matched.

Only what happens after the words counts. Words from the day of leaving on, and those of a source
nearly all of whose writers left (a survey of leavers), come after the fact and are left out; so
are records without customer or date, and events counted by day and segment, which join nobody.
Customers who write are not all customers: ``silent`` says how many left without a word.

``loss.incident`` is the same from events alone: leaving after a day by what went wrong before it
(see ``_behaviour``), matched on earlier purchases and segments. All of this is what goes together,
not what causes what: who complains differs also in what no stratum holds.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from corpus.codebook import Codebook
from corpus.metrics import statistics
from corpus.metrics._behaviour import (
    attributes,
    band,
    landmark,
    share,
    stratum,
    tried_by,
)
from corpus.metrics._matched import EXCESS, RATIO, SUMS, Compared, compared
from corpus.metrics.relations import cut, query, quoted
from corpus.metrics.types import FEWEST_IN_CELL, Ask, Figure, Unit, Withheld
from corpus.sessions import MISHAPS
from corpus.store import Store
from corpus.types import FEWEST, MOSTLY

SUMMARY = "What customers did after they complained or after a mishap, against comparable others."

HORIZON = 90
"""Within how many days they come back, or don't."""

_OUTCOMES = ("left", "bought", "checkout", "basket")
_WORDS = f"""
gone AS (SELECT customer_key AS who, gone FROM customers WHERE gone IS NOT NULL),
spoken AS (SELECT scope.record_id, scope.source_id, scope.who, scope.date, scope.segments, gone.gone
  FROM scope LEFT JOIN gone ON gone.who = scope.who WHERE scope.coded AND scope.date IS NOT NULL
  AND scope.customer_key IN (SELECT customer_key FROM customers)),
exits AS (SELECT source_id FROM spoken GROUP BY source_id
  HAVING count(DISTINCT who) >= {FEWEST_IN_CELL}
  AND count(DISTINCT who) FILTER (gone IS NOT NULL) >= {MOSTLY} * count(DISTINCT who)),
words AS (SELECT record_id, who, date, segments FROM spoken
  WHERE (gone IS NULL OR date < gone) AND source_id NOT IN (SELECT source_id FROM exits)),
firsts AS (SELECT who, min(date) AS since, substr(min(date || segments), 11)::JSON AS segments
  FROM words GROUP BY who)"""


def compute(store: Store, codebook: Codebook, ask: Ask) -> list[Figure]:
    """Per theme and then per mishap, the one with most leavers beyond expectation first.

    ``loss.excess``, ``loss.risk-ratio``, ``loss.left`` and ``loss.left-others``; the same of
    coming back: ``loss.bought-ratio``, ``loss.bought``, ``loss.bought-others`` and so on.
    """
    if not store.sql("SELECT 1 AS one FROM events WHERE customer_key IS NOT NULL LIMIT 1"):
        return []
    known = {theme.id for theme in codebook.themes}
    themes = _groups(store, ask, "theme", _of_themes(store, ask), known)
    day = landmark(store, ask)
    if day is None:
        return themes
    return themes + _groups(
        store, ask, "incident", _of_mishaps(store, ask, tried_by(store, ask, day)), None
    )


def _of_themes(store: Store, ask: Ask) -> str:
    """The strata of each theme and outcome: ``part, outcome, stratum, n1, k1, n0, k0``.

    The others of a theme are all who wrote less those who complain of it.
    """
    names = attributes(store, ask, "scope", "coded AND customer_key IS NOT NULL")
    place = stratum(names, cut("quarter", date="since"), band("earlier"))
    window = f"BETWEEN since + 1 AND since + {HORIZON}"
    outcomes = {
        "left": ("true", "lost"),
        "bought": ("followed", "bought"),
        "checkout": ("checkouts > 0", "checkouts_paid > 0"),
        "basket": ("baskets > 0", "baskets_paid > 0"),
    }
    counts = ", ".join(
        f"{{'outcome': '{name}', 'n': count_if({of}), 'k': count_if({of} AND {did})}}"
        for name, (of, did) in outcomes.items()
    )
    cells = f"unnest([{counts}], recursive := true)"
    return f"""(WITH {_WORDS},
complaints AS (SELECT words.who, said.theme, min(words.date) FILTER (said.bad) AS since
  FROM said JOIN words USING (record_id) GROUP BY words.who, said.theme
  HAVING bool_or(said.bad) AND NOT bool_or(said.good)),
marks AS (SELECT who, since FROM firsts UNION SELECT who, since FROM complaints),
later AS (SELECT marks.who, since, count(*) FILTER (bought AND date < since) AS earlier,
  coalesce(bool_or(churn AND date > since), false) AS lost,
  coalesce(bool_or(bought AND date {window}), false) AS bought,
  since + {HORIZON} <= (SELECT max(ended) FROM ways) AS followed,
  count(*) FILTER (checkout AND date {window}) AS checkouts,
  count(*) FILTER (checkout AND purchase AND date {window}) AS checkouts_paid,
  count(*) FILTER (cart AND date {window}) AS baskets,
  count(*) FILTER (cart AND purchase AND date {window}) AS baskets_paid
  FROM marks LEFT JOIN tries ON tries.who = marks.who GROUP BY marks.who, since),
known AS (SELECT *, {place} AS stratum
  FROM later JOIN (SELECT who, segments FROM firsts) USING (who)),
own AS (SELECT theme AS part, stratum, {cells} FROM complaints JOIN known USING (who, since)
  GROUP BY theme, stratum),
whole AS (SELECT stratum, {cells} FROM firsts JOIN known USING (who, since) GROUP BY stratum),
less AS (SELECT theme AS part, stratum, {cells} FROM complaints
  JOIN firsts ON firsts.who = complaints.who
  JOIN known ON known.who = firsts.who AND known.since = firsts.since GROUP BY theme, stratum),
added AS (SELECT part, outcome, stratum, n AS n1, k AS k1, 0 AS n0, 0 AS k0 FROM own
  UNION ALL SELECT part, outcome, stratum, 0, 0, -n, -k FROM less
  UNION ALL SELECT part, outcome, stratum, 0, 0, n, k FROM whole
  CROSS JOIN (SELECT DISTINCT theme AS part FROM complaints))
SELECT part, outcome, stratum, sum(n1) AS n1, sum(k1) AS k1, sum(n0) AS n0, sum(k0) AS k0
FROM added GROUP BY part, outcome, stratum)"""


def _of_mishaps(store: Store, ask: Ask, people: str) -> str:
    """The same of each mishap: leaving among those it happened to and those it did not."""
    place = stratum(attributes(store, ask, "sorts", "known > 0", "sum(known)"), band("bought"))
    parts = ", ".join(
        f"{{'part': '{each}', 'n1': count_if({each} > 0), 'k1': count_if({each} > 0 AND lost), "
        f"'n0': count_if({each} = 0), 'k0': count_if({each} = 0 AND lost)}}"
        for each in MISHAPS
    )
    return (
        f"(SELECT 'left' AS outcome, {place} AS stratum, unnest([{parts}], recursive := true) "
        f"FROM {people} GROUP BY stratum)"
    )


def _groups(store: Store, ask: Ask, key: str, strata: str, known: set[str] | None) -> list[Figure]:
    """The figures of each theme or mishap that enough people are of."""
    strata = f"({query(store, ask, 'customers', f'SELECT * FROM {strata}')})"
    rows = store.sql(
        f"SELECT part, outcome, {SUMS} FROM {strata} GROUP BY part, outcome HAVING sum(n1) > 0"
    )
    found: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    for row in rows:
        if known is None or row["part"] in known:
            found[row["part"]][row["outcome"]] = row
    risks = {
        (part, outcome): risk
        for part, outcomes in found.items()
        for outcome, row in outcomes.items()
        if min(row["n1"], row["n0"]) >= FEWEST
        and row["k1"] + row["k0"] >= FEWEST_IN_CELL
        and (risk := compared(row))
    }
    correct = statistics.holm if known is None else statistics.benjamini_hochberg
    p = dict(zip(risks, correct([risk.p for risk in risks.values()]), strict=True))
    heaviest = sorted(
        found,
        key=lambda part: (
            -risks[part, "left"].excess if (part, "left") in risks else float("inf"),
            -found[part]["left"]["n1"],
            part,
        ),
    )
    figures: list[Figure] = []
    for part in heaviest:
        for outcome in _OUTCOMES:
            if outcome not in found[part]:
                continue
            row = found[part][outcome]
            if row["n1"] < FEWEST and outcome != "left":
                continue
            cells = f"{strata} WHERE part = {quoted(part)} AND outcome = '{outcome}'"
            risk = risks.get((part, outcome))
            figures += _figures({key: part}, outcome, row, cells, risk, p.get((part, outcome)))
    return figures


def _figures(
    about: Mapping[str, str],
    outcome: str,
    row: Mapping[str, Any],
    cells: str,
    risk: Compared | None,
    p: float | None,
) -> list[Figure]:
    def text(value: str) -> str:
        return f"SELECT {value} AS value FROM {cells}"

    n1, k1, n0, k0 = (int(row[name]) for name in ("n1", "k1", "n0", "k0"))
    own = "loss.incident-left" if "incident" in about else f"loss.{outcome}"
    ratio = {"left": "loss.risk-ratio"}.get(outcome, f"loss.{outcome}-ratio")
    ratio = "loss.incident" if "incident" in about else ratio
    excess = "loss.incident-excess" if "incident" in about else "loss.excess"
    withheld: Withheld | None = None
    if risk is None:
        withheld = "few" if min(n1, n0) < FEWEST else "few-in-cell"

    def contrast(name: str, unit: Unit, value: str, method: str, bounds: str) -> Figure:
        def of(field: str) -> float | None:
            return None if risk is None else float(getattr(risk, field))

        return Figure(
            name=name,
            about=about,
            value=of(bounds),
            unit=unit,
            base="customers",
            n=n1 + n0,
            method=method,
            query=text(value),
            low=of("low" if bounds == "ratio" else f"{bounds}_low"),
            high=of("high" if bounds == "ratio" else f"{bounds}_high"),
            p=p,
            withheld=withheld,
        )

    matched = "Mantel-Haenszel relative risk matched in strata, Greenland-Robins variance"
    shares = [
        share(own, about, k1, n1, text("sum(k1) / sum(n1)")),
        share(f"{own}-others", about, k0, n0, text("sum(k0) / sum(n0)")),
    ]
    if withheld:
        return shares[:1]
    figures = [contrast(ratio, "ratio", RATIO, matched, "ratio"), *shares]
    if outcome == "left":
        method = f"those of the group who left times 1 - 1/ratio, {matched}"
        figures.insert(0, contrast(excess, "count", EXCESS, method, "excess"))
    return figures
