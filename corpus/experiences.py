"""Experiences and what went wrong in them, as the events tell: relations of SQL.

An experience is what shares a customer and a session: an order from the visit to the parcel or the
refund. Where events have no session it is one customer's day. It went wrong where something was out
of stock, late, or refused when paying and not bought after all, or where money took more than
``SLOW`` days to come back. What went wrong on its last day is its ending, anything before its
middle. What no event tells (a fee that put off, a rude answer) is not seen.
"""

from corpus.sessions import SESSION, SLOW

_INNER = f"""
SELECT customer_key, max(date) AS ended, bool_or(kind = 'purchase') AS bought,
bool_or(kind = 'payment_failed') AS refused,
min(date) FILTER (kind IN ('late_delivery', 'out_of_stock')) AS first_wrong,
max(date) FILTER (kind IN ('late_delivery', 'out_of_stock')) AS last_wrong,
min(date) FILTER (kind = 'return') AS returned, max(date) FILTER (kind = 'refund') AS refunded
FROM {{events}} WHERE customer_key IS NOT NULL AND kind IN ('purchase', 'delivery', 'late_delivery',
'out_of_stock', 'payment_failed', 'return', 'refund')
GROUP BY customer_key, {SESSION}
"""


def experiences(events: str = "doings") -> str:
    """A relation ``customer_key, ended, middle, ending`` of ``doings`` or of ``done``.

    One row for a customer and a last day; ``middle`` and ``ending`` say whether something went
    wrong there.
    """
    slow = f"coalesce(refunded - returned > {SLOW}, false)"
    inner = _INNER.format(events=events).replace("\n", " ")
    return (
        "(SELECT customer_key, ended, bool_or(coalesce(first_wrong < ended, false) "
        f"OR (refused AND bought) OR ({slow} AND refunded < ended)) AS middle, "
        "bool_or(coalesce(last_wrong = ended, false) OR (refused AND NOT bought) "
        f"OR ({slow} AND refunded = ended)) AS ending FROM ({inner}) GROUP BY customer_key, ended)"
    )
