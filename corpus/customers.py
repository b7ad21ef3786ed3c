"""Customers as their events tell them, as relations of SQL over ``doings`` or a part of them.

How long they were at risk, what they ordered and spent, what they do by habit, whether they come
less and less.
"""

from corpus.experiences import experiences

YEAR = 365.25

FOLLOWED = 180
"""Days for which what customers do is followed."""

QUARTER = 91
"""Days of either period that is looked at before leaving: a quarter of a year."""

TIMES = 5
"""How many usual gaps without a visit are fading."""

FEWEST_DAYS = 4
"""Days on which somebody must have come to have a usual gap."""

# Worth ---------------------------------------------------------------------------------------


def spans(part: str, events: str = "done") -> str:
    """A relation ``customer_key, first, gone, part``: first and last day, and the latest part."""
    return (
        "(SELECT customer_key, min(date) AS first, min(date) FILTER (kind = 'churn') AS gone, "
        f"max_by({part}, (date, {part})) AS part FROM {events} WHERE customer_key IS NOT NULL "
        "GROUP BY customer_key)"
    )


def people(part: str, events: str = "done") -> str:
    """A relation with a row for each customer: ``part, gone, years, orders, spent, revenue``.

    ``spent`` is what was paid for the ``paid`` orders whose amount is known.
    """
    horizon = f"(SELECT max(date) FROM {events})"
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
        f"FROM {events} JOIN {spans(part, events)} AS spans USING (customer_key) "
        "WHERE gone IS NULL OR date <= gone OR kind IN ('refund', 'return') GROUP BY customer_key)"
    )


def buying_again(part: str, events: str = "done") -> str:
    """A relation ``customer_key, part, again`` of those whose first purchase was long enough ago.

    ``again``: they bought a second time while they were followed.
    """
    bought = f"(SELECT customer_key, date FROM {events} WHERE kind = 'purchase')"
    first = f"(SELECT customer_key, min(date) AS day FROM {bought} GROUP BY customer_key)"
    return (
        "(SELECT customer_key, any_value(part) AS part, bool_or(date > day "
        f"AND date - day <= {FOLLOWED}) AS again FROM {bought} AS bought "
        f"JOIN {first} AS first USING (customer_key) "
        f"JOIN {spans(part, events)} AS spans USING (customer_key) "
        f"WHERE day <= (SELECT max(date) FROM {events}) - {FOLLOWED} GROUP BY customer_key)"
    )


# Habits --------------------------------------------------------------------------------------


def habits(events: str = "done") -> str:
    """A relation of each customer: ``bought, returned, gone``, whether they ``came`` or are away.

    They came on two days before the last stretch for which customers are followed, and are ``away``
    where they did nothing in it.
    """
    since = f"(SELECT max(date) FROM {events}) - {FOLLOWED}"
    return (
        "(SELECT customer_key, max(segments) AS segments, bool_or(kind = 'purchase') AS bought, "
        "bool_or(kind = 'return') AS returned, bool_or(kind = 'churn') AS gone, "
        f"min(date) < max(date) FILTER (date <= {since}) AS came, max(date) <= {since} AS away "
        f"FROM {events} WHERE customer_key IS NOT NULL GROUP BY customer_key)"
    )


def after_first(events: str = "done") -> str:
    """A relation ``customer_key, wrong, again``: after a first experience, which may have gone so,
    whether they bought again while they were followed.
    """
    first = (
        "(SELECT customer_key, min(ended) AS ended, min_by(middle OR ending, ended) AS wrong "
        f"FROM {experiences(events)} GROUP BY customer_key)"
    )
    return (
        "(SELECT customer_key, any_value(wrong) AS wrong, coalesce(bool_or(bought.date > ended "
        f"AND bought.date - ended <= {FOLLOWED}), false) AS again FROM {first} AS first "
        f"LEFT JOIN (SELECT customer_key, date FROM {events} WHERE kind = 'purchase') AS bought "
        f"USING (customer_key) WHERE ended <= (SELECT max(date) FROM {events}) - {FOLLOWED} "
        "GROUP BY customer_key)"
    )


# Coming less and less ------------------------------------------------------------------------


def _came(events: str) -> str:
    return (
        f"SELECT DISTINCT customer_key AS who, date FROM {events} "
        "WHERE kind IN ('visit', 'purchase') AND customer_key IS NOT NULL"
    )


def rates(events: str = "done") -> str:
    """A relation ``who, lost, recent, earlier``: days of coming in the two quarters before a day.

    The day is that of leaving; those who stayed are dealt days of others' leaving, in an order by
    chance that is the same each time.
    """
    return f"""(WITH came AS ({_came(events)}),
people AS (SELECT customer_key AS who, min(date) AS first,
  min(date) FILTER (kind = 'churn') AS gone FROM {events} WHERE customer_key IS NOT NULL
  GROUP BY customer_key),
leavers AS (SELECT gone, row_number() OVER (ORDER BY drawn) - 1 AS turn FROM people
  JOIN keys ON keys.customer_key = who WHERE gone IS NOT NULL AND gone - first >= {2 * QUARTER}),
stayers AS (SELECT who, first, (row_number() OVER (ORDER BY drawn) - 1)
  % (SELECT nullif(count(*), 0) FROM leavers) AS turn FROM people
  JOIN keys ON keys.customer_key = who WHERE gone IS NULL),
dealt AS (SELECT who, gone AS day, true AS lost FROM people
  WHERE gone IS NOT NULL AND gone - first >= {2 * QUARTER}
  UNION ALL SELECT who, gone, false FROM stayers
  JOIN leavers ON leavers.turn = stayers.turn
  WHERE gone - first >= {2 * QUARTER})
SELECT dealt.who, lost,
  count(*) FILTER (came.date >= day - {QUARTER} AND came.date < day) AS recent,
  count(*) FILTER (came.date >= day - {2 * QUARTER} AND came.date < day - {QUARTER}) AS earlier
FROM dealt LEFT JOIN came ON came.who = dealt.who GROUP BY dealt.who, lost)"""


def fading_now(events: str = "done") -> str:
    """A relation ``who, fading`` of those who came often enough and did not leave."""
    return f"""(WITH gaps AS (SELECT who, date,
  date - lag(date) OVER (PARTITION BY who ORDER BY date) AS gap FROM ({_came(events)})),
usual AS (SELECT who, max(date) AS last, median(gap) AS gap FROM gaps GROUP BY who
  HAVING count(*) >= {FEWEST_DAYS})
SELECT who, (SELECT max(date) FROM {events}) - last > {TIMES} * gap AS fading FROM usual
WHERE who NOT IN (SELECT customer_key FROM {events}
  WHERE kind = 'churn' AND customer_key IS NOT NULL))"""


# Where they are found --------------------------------------------------------------------------


def channels_used(known: str = "known_as") -> str:
    """A relation ``customer_key, channel, once``: each channel, one of a customer's marked."""
    return (
        "(SELECT customer_key, channel, row_number() OVER (PARTITION BY customer_key) = 1 AS once "
        f"FROM (SELECT DISTINCT customer_key, channel FROM {known} WHERE channel <> ''))"
    )


SEGMENTS = (
    "(SELECT segments, pair.key AS name, pair.value AS value FROM (SELECT segments, "
    "unnest(map_entries(CAST(segments AS MAP(VARCHAR, VARCHAR)))) AS pair FROM profiles))"
)
"""A relation ``segments, name, value``: each set of segments read out once, not in every row."""


def latest_segments(known: str = "known_as") -> str:
    """A relation ``customer_key, name, value``: the latest value of each segment."""
    return (
        "(SELECT customer_key, name, arg_max(value, (date, value)) AS value "
        f"FROM {known} JOIN {SEGMENTS} USING (segments) WHERE value <> '' "
        "GROUP BY customer_key, name)"
    )
