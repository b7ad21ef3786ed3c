"""What people remember, as their answers tell: relations of SQL over ``rated`` or all answers."""

SCALE = "name, kind, minimum, maximum"
"""What tells a scale, see ``metrics.relations.Scale``."""

WINDOW = 30
"""Days after an experience within which a score counts as one after it."""

HORIZON = 365
"""Days before a score within which what was said counts as before it."""


_ORDER = "(coalesce(date, DATE '0001-01-01'), record_id)"


def latest(answers: str = "rated") -> str:
    """Everybody's latest answer on each scale: ``who, worth, day`` and the scale.

    One without a day is it only where there is no other. A condition may follow ``answers``.
    """
    return (
        f"(SELECT who, {SCALE}, max_by(worth, {_ORDER}) AS worth, max(date) AS day "
        f"FROM {answers} GROUP BY ALL)"
    )


def last_nps(answers: str = "rated WHERE true") -> str:
    """The last NPS that each one gave, on whichever scale: ``who, day``, if a ``promoter``'s.

    A condition follows ``answers``.
    """
    return (
        f"(SELECT who, max(date) AS day, max_by(value, {_ORDER}) >= 9 AS promoter "
        f"FROM {answers} AND kind = 'nps' GROUP BY who)"
    )


def after_experience(answers: str = "rated WHERE true") -> str:
    """Each customer's latest answer on a scale, and the experience before it.

    ``worth, middle, ending`` and the scale; a condition follows ``answers``.
    """
    last = (
        f"(SELECT {SCALE}, max_by({{worth: worth, middle: middle::INTEGER, "
        f"ending: ending::INTEGER}}, (date, record_id)) AS pair FROM {answers} "
        f"AND lived_ago <= {WINDOW} GROUP BY customer_key, {SCALE})"
    )
    return f"(SELECT * EXCLUDE (pair), unnest(pair) FROM {last})"


def recalled(signals: str = "signalled", last: str = "latest_answers") -> str:
    """Everybody with a latest answer, and signals on two days or more before it.

    ``worth, peak, beginning, ending, average`` and the scale; ``last`` is what ``latest`` gives.
    """
    # Of one day, the mean: nothing tells what came first.
    days = (
        f"(SELECT who, {SCALE}, signals.date, any_value(worth) AS worth, avg(signal) AS signal "
        f"FROM {signals} AS signals JOIN {last} AS latest USING (who) "
        f"WHERE signals.date < day AND day - signals.date <= {HORIZON} GROUP BY ALL)"
    )
    return (
        # As far on either side, the bad one is kept: the margin is for rounding.
        f"(SELECT {SCALE}, any_value(worth) AS worth, CASE WHEN -min(signal) >= "
        "max(signal) - 1e-9 THEN min(signal) ELSE max(signal) END AS peak, "
        "min_by(signal, date) AS beginning, max_by(signal, date) AS ending, "
        f"avg(signal) AS average FROM {days} GROUP BY who, {SCALE} HAVING count(*) >= 2)"
    )
