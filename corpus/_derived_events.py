"""What is derived from events, as SELECTs: see ``derived`` for what each table is."""

from datetime import date as Date

from corpus import customers as people
from corpus import sessions
from corpus import tables as t
from corpus.enumerated import Run, enumerated, named


def doings(run: Run) -> str:
    columns = named(run, t.events, "kind", "stage", "channel")
    return (
        "WITH named AS (SELECT keys.customer_key, coalesce(session, name || ' ' || date) AS "
        f"session, date, amount, {columns}, segments, count FROM events LEFT JOIN keys "
        "ON keys.name = events.customer_key), visits AS (SELECT session, "
        "CAST(row_number() OVER () - 1 AS INTEGER) AS visit FROM "
        "(SELECT DISTINCT session FROM named WHERE session IS NOT NULL)) "
        "SELECT named.* EXCLUDE (session), visit FROM named LEFT JOIN visits USING (session) "
        "ORDER BY customer_key, date"
    )


def profiles(_: Run) -> str:
    return "SELECT segments FROM told UNION SELECT segments FROM doings"


def kinds(_: Run) -> str:
    return "SELECT kind, mode(stage) AS stage FROM doings GROUP BY kind"


def ways(_: Run) -> str:
    return sessions.sorts_of("doings")


def _steps(run: Run) -> tuple[str, int]:
    """The relation of the sessions, and the number of the last step."""
    steps, channels = sessions.steps_of(run(sessions.reached_steps("ways")))
    # Without a funnel nobody asks for its sessions.
    steps, channels = (steps, channels) if steps else (sessions.STEPS, ("",))
    return sessions.reaching(steps, channels, "doings"), len(steps) - 1


def funnel_sessions(run: Run) -> str:
    reaching, _ = _steps(run)
    return f"{reaching} ORDER BY who"


def lost_sessions(run: Run) -> str:
    reaching, last = _steps(run)
    return sessions.coming_back(f"({reaching})", last, "doings")


def alike(run: Run) -> str:
    _, last = _steps(run)
    return sessions.alike(last, "funnel_sessions")


def walked(run: Run) -> str:
    _, last = _steps(run)
    return sessions.walking(last, "funnel_sessions")


def stops(run: Run) -> str:
    _, last = _steps(run)
    return sessions.stops(f"({sessions.stopping(last, 'funnel_sessions')})")


def stopped(run: Run) -> str:
    _, last = _steps(run)
    ended = f"({sessions.stopping(last, 'funnel_sessions')})"
    return f"{sessions.stopped_at(ended)} ORDER BY who"


def tries(_: Run) -> str:
    return f"{sessions.trying('doings')} ORDER BY who"


def cases(_: Run) -> str:
    return (
        "SELECT incident, hit, date, channel, segments, sum(n) AS n "
        f"FROM {sessions.going_wrong('doings')} GROUP BY ALL"
    )


def tried_before(run: Run) -> str:
    text = "SELECT min(date) AS first, max(date) AS last FROM events WHERE customer_key IS NOT NULL"
    day = sessions.parting(run(text))
    return f"SELECT * FROM {sessions.tried(day or Date.min, 'doings')}"


def customers(_: Run) -> str:
    return (
        "SELECT customer_key, min(date) AS first, max(date) AS last, "
        "min(date) FILTER (kind = 'churn') AS gone FROM doings "
        "WHERE customer_key IS NOT NULL GROUP BY customer_key ORDER BY customer_key"
    )


def deeds(_: Run) -> str:
    return (
        "SELECT DISTINCT customer_key, kind, date FROM doings WHERE customer_key IS NOT NULL "
        "AND kind IN ('purchase', 'renewal', 'return', 'churn') ORDER BY customer_key, date"
    )


def did(_: Run) -> str:
    days = ", ".join(
        f"coalesce(list(date) FILTER (kind = '{kind}'), []) AS {name}"
        for kind, name in (("purchase", "bought"), ("return", "returned"))
    )
    return (
        f"SELECT customer_key, {days}, min(date) FILTER (kind = 'churn') AS gone FROM deeds "
        "GROUP BY customer_key ORDER BY customer_key"
    )


def tallied(_: Run) -> str:
    owners = (
        "SELECT kind, coalesce(customer_key, visit) AS owner, count(*) AS paid, "
        "sum(amount) AS total FROM doings WHERE amount IS NOT NULL GROUP BY ALL"
    )
    return (
        "SELECT * FROM (SELECT kind, sum(n) AS n, count(customer_key) AS people, "
        "count_if(n > 1 AND customer_key IS NOT NULL) AS again FROM (SELECT kind, customer_key, "
        "sum(count) AS n FROM doings GROUP BY ALL) GROUP BY kind) LEFT JOIN (SELECT kind, "
        "sum(paid) AS paid, sum(total) AS total, count(*) AS owners, sum(total * total) AS aa, "
        f"sum(total * paid) AS ab, sum(paid * paid) AS bb FROM ({owners}) GROUP BY kind) "
        "USING (kind)"
    )


def known_as(_: Run) -> str:
    columns = "SELECT customer_key, date, CAST(channel AS VARCHAR) AS channel, segments FROM"
    return (
        "SELECT customer_key, max(date) AS date, channel, segments FROM "
        f"({columns} doings UNION ALL {columns} told WHERE voice IN ('customer', 'prospect')) "
        "WHERE customer_key IS NOT NULL GROUP BY customer_key, channel, segments "
        "ORDER BY customer_key"
    )


def everybody(_: Run) -> str:
    return "SELECT DISTINCT customer_key FROM known_as ORDER BY customer_key"


def uses(run: Run) -> str:
    channel = enumerated(run, "channel", "known_as")
    return f"SELECT * REPLACE ({channel} AS channel) FROM {people.channels_used()}"


def belongs(run: Run) -> str:
    name, value = (enumerated(run, column, people.SEGMENTS) for column in ("name", "value"))
    return (
        f"SELECT * REPLACE ({name} AS name, {value} AS value) FROM {people.latest_segments()} "
        "ORDER BY name, customer_key"
    )


def varying(_: Run) -> str:
    # Whatever differs within somebody's events differs from the first of their sets of segments.
    pairs = " UNION ".join(
        f"SELECT first, segments FROM doings JOIN (SELECT {whose}, min(segments) AS first "
        f"FROM doings WHERE {whose} IS NOT NULL GROUP BY {whose} "
        f"HAVING min(segments) <> max(segments)) USING ({whose})"
        for whose in ("customer_key", sessions.SESSION)
    )
    first, own = (f"CAST({each} AS MAP(VARCHAR, VARCHAR))" for each in ("first", "segments"))
    return (
        f"SELECT DISTINCT name FROM (SELECT {first} AS one, {own} AS other, "
        f"unnest(map_keys({first}) || map_keys({own})) AS name FROM ({pairs})) "
        "WHERE one[name] IS DISTINCT FROM other[name]"
    )
