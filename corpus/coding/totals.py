"""How much of the feedback is about each theme, counted over everything that is coded."""

from dataclasses import dataclass
from typing import Any, Literal

from scipy.stats import binomtest
from sqlalchemy import Integer, and_, case, cast, func, literal, null, select

from corpus import tables as t
from corpus.codebook import Codebook
from corpus.filters import Filters
from corpus.store import Store
from corpus.types import FEWEST, MOSTLY

CLEARLY = 2.0
"""Standard errors by which a share must differ between the halves to be called a trend."""

Trend = Literal["up", "down", "flat"]


@dataclass(frozen=True, slots=True)
class Total:
    """What is known of a theme: how many records and customers speak of it, and how.

    ``share`` is of the customers (or records, see ``base``) who wrote anything in scope, with its
    Wilson interval at 95 %; None where they are fewer than FEWEST. ``polarity`` counts records.
    ``records`` are those in scope that are coded. ``trend`` compares the later half of the days
    in scope to the earlier.
    """

    theme: str
    n: int
    customers: int
    base: Literal["customers", "records"]
    of: int
    records: int
    share: float | None
    low: float | None
    high: float | None
    polarity: dict[str, int]
    trend: Trend | None


def totals(store: Store, codebook: Codebook, filters: Filters) -> list[Total]:
    """The total of each theme of the codebook, the most frequent first."""
    r, m = t.records.c, t.mentions.c
    # A record that is not coded yet may be about anything: it counts on neither side.
    written = and_(store.where(t.records, filters), r.id.in_(select(t.coded.c.record_id)))
    nameless = func.concat("record ", r.id)
    who = func.coalesce(r.customer_key, nameless)
    scope = select(
        func.count().label("records"),
        func.count(r.customer_key).label("named"),
        func.count(who.distinct()).label("people"),
        func.quantile_disc(r.date, 0.5).label("middle"),
    ).where(written)
    with store.reading() as connection:
        whole = connection.execute(scope).one()
        late = case((r.date > literal(whole.middle), 1), (r.date.is_not(None), 0))
        halves = (
            connection.execute(
                select(late.label("late"), func.count().label("n"))
                .where(written, r.date.is_not(None))
                .group_by(late)
            ).all()
            if whole.middle
            else []
        )
        held = (
            select(
                m.theme,
                m.record_id,
                func.max(who).label("who"),
                (func.max(late) if whole.middle else cast(null(), Integer)).label("late"),
                func.max(cast(m.polarity == "+", Integer)).label("good"),
                func.max(cast(m.polarity == "-", Integer)).label("bad"),
            )
            .join(t.records, r.id == m.record_id)
            .where(written)
            .group_by(m.theme, m.record_id)
            .subquery()
        )
        counted = connection.execute(
            select(
                held.c.theme,
                func.count().label("n"),
                func.count(held.c.who.distinct()).label("people"),
                func.sum(held.c.late).label("late"),
                func.count(held.c.late).label("dated"),
                func.sum(case((held.c.good > held.c.bad, 1), else_=0)).label("good"),
                func.sum(case((held.c.bad > held.c.good, 1), else_=0)).label("bad"),
            ).group_by(held.c.theme)
        ).all()
    by_customer = bool(whole.records) and whole.named >= MOSTLY * whole.records
    of = whole.people if by_customer else whole.records
    found = {row.theme: row for row in counted}
    sizes = {row.late: row.n for row in halves}
    return sorted(
        (
            _total(theme.id, found.get(theme.id), by_customer, of, int(whole.records), sizes)
            for theme in codebook.themes
        ),
        key=lambda total: (-total.n, total.theme),
    )


def _total(
    theme: str, row: Any, by_customer: bool, of: int, records: int, sizes: dict[int, int]
) -> Total:
    n, people = (int(row.n), int(row.people)) if row else (0, 0)
    good, bad = (int(row.good), int(row.bad)) if row else (0, 0)
    numerator = people if by_customer else n
    share = low = high = None
    if of >= FEWEST:
        interval = binomtest(numerator, of).proportion_ci(method="wilson")
        share, low, high = numerator / of, float(interval.low), float(interval.high)
    return Total(
        theme=theme,
        n=n,
        customers=people,
        base="customers" if by_customer else "records",
        of=of,
        records=records,
        share=share,
        low=low,
        high=high,
        polarity={"+": good, "-": bad, "0": n - good - bad},
        trend=_trend(int(row.dated), int(row.late or 0), sizes) if row else None,
    )


def _trend(n: int, late: int, sizes: dict[int, int]) -> Trend | None:
    """Two proportions of the dated records, pooled.

    None where a half is too small or hardly anybody speaks of it.
    """
    before, after = sizes.get(0, 0), sizes.get(1, 0)
    if min(before, after) < FEWEST or n < FEWEST:
        return None
    pooled = n / (before + after)
    error = (pooled * (1 - pooled) * (1 / before + 1 / after)) ** 0.5
    z = (late / after - (n - late) / before) / error if error else 0.0
    return "up" if z > CLEARLY else "down" if z < -CLEARLY else "flat"
