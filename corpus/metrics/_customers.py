"""Customers as their events tell them: how long at risk, what they ordered and spent."""

YEAR = 365.25


def spans(part: str) -> str:
    """A relation ``customer_key, first, gone, part``: first and last day, and the latest part."""
    return (
        "(SELECT customer_key, min(date) AS first, min(date) FILTER (kind = 'churn') AS gone, "
        f"max_by({part}, (date, {part})) AS part FROM done WHERE customer_key IS NOT NULL "
        "GROUP BY customer_key)"
    )


def people(part: str) -> str:
    """A relation with a row for each customer: ``part, gone, years, orders, spent, revenue``.

    ``spent`` is what was paid for the ``paid`` orders whose amount is known.
    """
    horizon = "(SELECT max(date) FROM done)"
    back = "count(amount) FILTER (kind = 'refund') > 0"
    return (
        "(SELECT customer_key, any_value(part) AS part, any_value(gone) AS gone, "
        f"(coalesce(any_value(gone), {horizon}) - any_value(first)) / {YEAR} AS years, "
        "count(*) FILTER (kind = 'purchase') AS orders, "
        "count(*) FILTER (kind = 'purchase' AND amount > 0) AS paid, "
        "coalesce(sum(amount) FILTER (kind = 'purchase' AND amount > 0), 0) AS spent, "
        f"spent - CASE WHEN {back} "
        "THEN coalesce(sum(abs(amount)) FILTER (kind = 'refund'), 0) "
        "ELSE coalesce(sum(abs(amount)) FILTER (kind = 'return'), 0) END AS revenue "
        f"FROM done JOIN {spans(part)} AS spans USING (customer_key) "
        "WHERE gone IS NULL OR date <= gone OR kind IN ('refund', 'return') GROUP BY customer_key)"
    )


SUMS = ", ".join(
    f"sum({a}) AS {a}, sum({a} * {a}) AS {a}_{a}" for a in ("years", "orders", "paid")
) + (
    ", sum(spent) AS spent, sum(spent * spent) AS spent_spent, sum(spent * paid) AS spent_paid, "
    "sum(revenue) AS revenue, sum(revenue * revenue) AS revenue_revenue, "
    "sum(orders * years) AS orders_years, sum(revenue * years) AS revenue_years"
)
"""The sums over customers from which ratios and their intervals are made: ``a`` and ``a_b``."""
