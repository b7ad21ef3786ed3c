"""What customers are worth: who stays, what they order, and the value of a customer's lifetime.

A customer is at risk from the first event that names the customer to the first churn event, else to
the last day of the data. Churn is the number of churn events over the customer-years at risk; its
interval is the exact one of a Poisson rate (Garwood 1936). Retention over a year or a month is what
a constant rate leaves, exp(-rate x time). Whoever stops coming without an event that says so counts
as staying, and whoever is first seen late was a customer for longer than is counted: both are
limits of the data, not of the arithmetic.

Orders and revenue per customer and year, and the mean order, are ratios of sums over customers,
with the linearised interval of a ratio (Cochran 1977, chapter 6). Revenue is what was bought less
what was paid back.

CLV = m r / (1 + d - r) (Gupta and Lehmann 2003): m the margin of a customer and year, r the
retention of a year, d the discount. It takes the same m and r for ever and for everyone. Margin and
discount are not in the data: they are assumptions, ``MARGIN`` and ``DISCOUNT`` unless ``Ask`` gives
others, and the figures ``value.clv_…`` show what another assumption would give. Its interval is
that of retention alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, sqrt
from typing import Any

from scipy.stats import t
from statsmodels.stats.rates import confint_poisson

from corpus.codebook import Codebook
from corpus.customers import FOLLOWED, buying_again, people
from corpus.errors import InputError
from corpus.metrics._behaviour import share
from corpus.metrics.relations import cut, of_events, query, quoted
from corpus.metrics.types import FEWEST_IN_CELL, Ask, Figure, Unit, Withheld
from corpus.store import Store
from corpus.types import FEWEST

SUMMARY = (
    "Retention, churn, orders and revenue of customers, their repurchase, and the value of a "
    "customer's lifetime under stated assumptions."
)

AT_ANY_STAGE = True

CUT_UP = True

MARGIN = 0.3
"""The share of revenue that is margin, where ``Ask.assumptions`` gives no ``margin``: a guess."""

DISCOUNT = 0.1
"""The discount of a year, where ``Ask.assumptions`` gives no ``discount``: a usual one."""

_NO_PART = "''"
_SUMS = ", ".join(
    f"sum({a}) AS {a}, sum({a} * {a}) AS {a}_{a}" for a in ("years", "orders", "paid")
)
_SUMS += (
    ", sum(spent) AS spent, sum(spent * spent) AS spent_spent, sum(spent * paid) AS spent_paid, "
    "sum(revenue) AS revenue, sum(revenue * revenue) AS revenue_revenue, "
    "sum(orders * years) AS orders_years, sum(revenue * years) AS revenue_years"
)
# The sums over customers from which ratios and their intervals are made: ``a`` and ``a_b``.

_PERIODS = {"": 1.0, "_month": 1 / 12}
_STEPS = {
    "retention_lower": ("retention", -0.01),
    "retention_higher": ("retention", 0.01),
    "margin_lower": ("margin", 0.9),
    "margin_higher": ("margin", 1.1),
    "discount_lower": ("discount", -0.02),
    "discount_higher": ("discount", 0.02),
}
"""What ``value.clv_…`` changes: retention by a point, margin by a tenth, discount by two points."""


def compute(store: Store, codebook: Codebook, ask: Ask) -> list[Figure]:
    """CLV, retention, churn, orders, amounts and repurchase; by a segment, if ``ask.by`` is one.

    Empty where no event names a customer. Raises InputError for assumptions that cannot be.
    """
    assumed = _assumptions(ask)
    part = cut(ask.by) if ask.by and ask.by.startswith("segment:") else _NO_PART
    rows = store.sql(
        query(
            store,
            ask,
            "customers",
            f"SELECT part, count(*) AS n, count(gone) AS gone, {_SUMS} FROM {_people(ask, part)} "
            "WHERE part IS NOT NULL GROUP BY part ORDER BY n DESC, part",
        )
    )
    known = any(row["gone"] for row in rows)
    return [
        figure for row in rows for figure in _Part(store, ask, part, row, assumed).figures(known)
    ]


def _people(ask: Ask, part: str) -> str:
    return of_events(ask, "worth", people(part)) if part == _NO_PART else people(part)


def _assumptions(ask: Ask) -> dict[str, float]:
    assumed = {"margin": MARGIN, "discount": DISCOUNT, **ask.assumptions}
    unknown = [name for name in assumed if name not in ("margin", "discount")]
    if unknown:
        raise InputError(f"Nothing assumes {', '.join(unknown)}; name margin or discount.")
    if not 0 < assumed["margin"] <= 1:
        raise InputError("The margin is a share of the revenue: above 0 and at most 1.")
    if not 0 < assumed["discount"] <= 1:
        raise InputError("The discount of a year is a share: above 0 and at most 1.")
    return assumed


@dataclass(frozen=True, slots=True)
class _Part:
    """The customers of one part, as sums."""

    store: Store
    ask: Ask
    part: str
    row: Mapping[str, Any]
    assumed: Mapping[str, float]

    def figures(self, known: bool) -> list[Figure]:
        """All of them; ``known`` says whether the data tells of anybody who left."""
        return [
            *self._clv(known),
            *self._staying(known),
            self._ratio("revenue", "revenue", "years", "money"),
            self._ratio("orders", "orders", "years", "ratio"),
            self._ratio("amount", "spent", "paid", "money"),
            *self._repurchase(),
        ]

    def _about(self) -> dict[str, str]:
        by = self.ask.by
        return {by: self.row["part"]} if by and by.startswith("segment:") else {}

    def _text(self, expression: str) -> str:
        return query(
            self.store,
            self.ask,
            "customers",
            f"SELECT {expression} AS value FROM {_people(self.ask, self.part)} "
            f"WHERE part = {quoted(self.row['part'])}",
        )

    def _few(self, known: bool) -> Withheld | None:
        if not known:
            return "no-events"
        if self.row["n"] < FEWEST or not self.row["years"]:
            return "few"
        return "few-in-cell" if self.row["gone"] < FEWEST_IN_CELL else None

    # Staying ----------------------------------------------------------------------------------

    def _rates(self) -> tuple[float, float, float]:
        """Churn events per customer-year: the rate and its interval."""
        gone, years = int(self.row["gone"]), float(self.row["years"])
        low, high = confint_poisson(gone, years, method="exact-c")
        return gone / years, float(low), float(high)

    def _staying(self, known: bool) -> list[Figure]:
        withheld = self._few(known)
        rate, least, most = (0.0, 0.0, 0.0) if withheld else self._rates()
        found = []
        for name, years in _PERIODS.items():
            stays = tuple(exp(-years * each) for each in (rate, most, least))
            leaves = tuple(1 - each for each in (stays[0], stays[2], stays[1]))
            text = f"exp(-{years!r} * count(gone) / sum(years))"
            for measure, (value, low, high), expression in (
                ("retention", stays, text),
                ("churn", leaves, f"1 - {text}"),
            ):
                found.append(
                    Figure(
                        name=f"value.{measure}{name}",
                        about=self._about(),
                        value=None if withheld else value,
                        unit="share",
                        base="customers",
                        n=int(self.row["n"]),
                        method="churn events over customer-years at risk, exact Poisson interval",
                        query=self._text(expression),
                        numerator=None if withheld else int(self.row["gone"]),
                        denominator=float(self.row["years"]),
                        low=None if withheld else low,
                        high=None if withheld else high,
                        withheld=withheld,
                    )
                )
        return found

    # Buying -----------------------------------------------------------------------------------

    def _ratio(self, name: str, above: str, below: str, unit: Unit) -> Figure:
        """A ratio of two sums over customers."""
        row, n = self.row, int(self.row["n"])
        few = n < FEWEST or row["paid" if unit == "money" else "orders"] < FEWEST_IN_CELL
        few = few or not row[below]
        value = low = high = None
        if not few:
            value = row[above] / row[below]
            # The sum of squares of what each customer differs by from the ratio.
            squares = (
                row[f"{above}_{above}"]
                - 2 * value * row[f"{above}_{below}"]
                + value * value * row[f"{below}_{below}"]
            )
            error = sqrt(max(0.0, squares) * n / (n - 1)) / row[below]
            half = float(t.ppf(0.975, n - 1)) * error
            low, high = value - half, value + half
        return Figure(
            name=f"value.{name}",
            about=self._about(),
            value=value,
            unit=unit,
            base="customers",
            n=n,
            method="ratio of sums over customers, linearised interval",
            query=self._text(f"sum({above}) / sum({below})"),
            numerator=None if few else row[above],
            denominator=row[below],
            low=low,
            high=high,
            withheld="few" if few else None,
        )

    def _repurchase(self) -> list[Figure]:
        """Of those whose first purchase was long enough ago, who bought again within the window."""
        again = buying_again(self.part)
        if self.part == _NO_PART:
            again = of_events(self.ask, "bought_again", again)
        mine = f"FROM {again} WHERE part = {quoted(self.row['part'])}"
        counts = self.store.sql(
            query(
                self.store,
                self.ask,
                "customers",
                f"SELECT count(*) FILTER (again) AS k, count(*) AS n {mine}",
            )
        )[0]
        k, n = int(counts["k"]), int(counts["n"])
        if not n:
            return []
        text = query(
            self.store,
            self.ask,
            "customers",
            f"SELECT count_if(again) / count(*) AS value {mine}",
        )
        return [share("value.repurchase", {**self._about(), "days": str(FOLLOWED)}, k, n, text)]

    # Lifetime ---------------------------------------------------------------------------------

    def _clv(self, known: bool) -> list[Figure]:
        withheld = self._few(known)
        if self.row["paid"] < FEWEST_IN_CELL:
            withheld = withheld or "few"
        found = [self._lifetime("clv", {}, withheld)]
        if withheld:
            return found
        return found + [
            self._lifetime(f"clv_{name}", {changed: step}, None)
            for name, (changed, step) in _STEPS.items()
        ]

    def _lifetime(
        self, name: str, changed: Mapping[str, float], withheld: Withheld | None
    ) -> Figure:
        """CLV with the assumptions, one of which may be changed by a step."""
        margin = self.assumed["margin"] * changed.get("margin", 1.0)
        discount = max(0.0, self.assumed["discount"] + changed.get("discount", 0.0))
        step = changed.get("retention", 0.0)
        about = self._about() | {"margin": f"{margin:g}", "discount": f"{discount:g}"}
        value = low = high = None
        if withheld is None:
            yearly = margin * self.row["revenue"] / self.row["years"]
            stays = [min(1.0, exp(-rate) + step) for rate in self._rates()]
            about |= {"retention": f"{stays[0]:.4f}", "yearly": f"{yearly:.2f}"}
            if discount == 0 and stays[1] == 1:
                withheld = "undefined"
            else:
                value, high, low = (yearly * each / (1 + discount - each) for each in stays)
        stay = f"least(1.0, exp(-count(gone) / sum(years)) + {step!r})"
        return Figure(
            name=f"value.{name}",
            about=about,
            value=value,
            unit="money",
            base="customers",
            n=int(self.row["n"]),
            method="m r / (1 + d - r), interval of r alone",
            query=self._text(
                f"{margin!r} * sum(revenue) / sum(years) * {stay} / (1 + {discount!r} - {stay})"
            ),
            low=low,
            high=high,
            withheld=withheld,
        )
