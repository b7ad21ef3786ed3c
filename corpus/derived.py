"""Tables kept beside the truth so that analyses are quick: derived from it, built again at will.

``Store.sql`` builds those that a query names and that are older than what they derive from, so
that no query ever sees one that is stale, and dropping them does no harm.

Numbers stand for long keys: ``customer_key`` for a customer, ``record_id`` for a record, ``visit``
for what belongs together (a session or, without one, a customer's day). ``who`` is the customer's
number or, of a record without one, its own below zero, see ``RECORD``. Themes, stages, kinds and
the like are held as enumerations, which compare and sort as their texts do.

- ``keys``: one row for each customer: ``name``, the number, and a place in an order by chance.
- ``told``: one row for a record, without its texts, whether it is ``written`` and ``coded``, and
  how good its first score is (``overall``).
- ``told_by_stage`` and ``answers_by_stage``: the rows of ``told`` and ``answers``, each once for
  each stage that its record is of or speaks of (``spoken_of``).
- ``mentioned``: one row for a coded record, a theme and the stage that is spoken of (``place``),
  with ``good``, ``bad``, the sum ``tone`` of ``n`` polarities, ``emotions``, and the record's
  columns; ``themed``: the same of all stages together.
- ``quotable``: one row for a mention, with what quotes are chosen by and made of: the text, its
  record's columns and ``first`` score.
- ``answers``: one row for a score with its record's columns, how many days ago the customer's
  last experience ended (``lived_ago``), and what went wrong in its ``middle`` or at its ``ending``.
- ``doings``: the events; ``tallied``: each kind of them counted, see ``metrics.doings``.
- ``profiles``: the segments that a record or an event has, each set of them once.
- ``kinds`` and ``ways``: the stage that each kind of event belongs to; the channels in which
  each step on the way to a purchase is reached.
- ``funnel_sessions`` and ``lost_sessions``: sessions on the way to a purchase, and whether those
  who were lost came back, see ``metrics.funnel``.
- ``alike``: those sessions counted by month and all that is known of them; ``walked``: their
  customers, counted by the steps that they reached.
- ``stops`` and ``stopped``: where sessions stop short of a purchase, numbered, and who stopped so.
- ``tries``: sessions with a basket, a checkout, a purchase, a renewal or leaving in them.
- ``cases``: what could go wrong, counted by day, channel and segments, and whether it did.
- ``deeds``: the days on which customers bought, renewed, returned something or left; ``did``: a row
  for a customer, the days on which they ``bought`` and ``returned``, and the first of leaving.
- ``lived``: the experiences of customers, see ``experiences``.
- ``habits``, ``worth``, ``bought_again``, ``after_first``, ``paces``, ``fadings``: what is counted
  of customers, see ``customers``.
- ``signals``: how good each record is, from -1 to 1: its first score, else how its words speak;
  with its record's columns.
- ``latest_answers``, ``last_nps``, ``answers_after`` and ``recalled``: of what customers and
  prospects say, the latest answers and what was lived and said before them, see ``remembering``.
- ``stretches``: stretches of text that stand in several coded records, each with a number
  (``copy``) in their order, see ``metrics.voices``.
- ``uses`` and ``belongs``: a customer's channels, one of them marked (``once``), and the latest
  value of each segment.
- ``everybody``: the customers of events or feedback.
- ``customers``: one row for each customer of the events: first and last day, and of leaving.
- ``known_as``: all channels and segments of customers of events or feedback, and the last day.
- ``tried_before``: the customers known before the landmark, with what went wrong, see ``sessions``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date as Date
from functools import partial
from typing import Any

from sqlalchemy import Table

from corpus import customers, remembering, sessions
from corpus import tables as t
from corpus.experiences import experiences

VERSION = 6
"""Raised when a definition changes, so that every store builds its tables again."""

Run = Callable[[str], Sequence[dict[str, Any]]]
"""Runs a SELECT and gives its rows."""

RECORD = "(-1 - record_id)"
"""``who`` of a record that counts for itself."""

COPIED = 40
"""Characters of a stretch that two texts share by copying, hardly by chance."""

MOST_VALUES = 10_000
"""A column of more different values is no enumeration."""


@dataclass(frozen=True, slots=True)
class Derived:
    """A table that is the SELECT of ``definition`` over ``of``: tables, or others by name."""

    name: str
    of: tuple[Table | str, ...]
    definition: Callable[[Run], str]

    def truth(self) -> set[Table]:
        """The tables that it is derived from in the end."""
        found: set[Table] = set()
        for each in self.of:
            found |= DERIVED[each].truth() if isinstance(each, str) else {each}
        return found


def _named(run: Run, table: Table, *names: str) -> str:
    """These columns of a table, as enumerations of the values that they have."""
    return ", ".join(f"{_enumerated(run, table, name)} AS {name}" for name in names)


def _enumerated(run: Run, table: Table, name: str) -> str:
    rows = run(
        f"SELECT DISTINCT {name} AS value FROM {table.name} WHERE {name} IS NOT NULL "
        f"LIMIT {MOST_VALUES + 1}"
    )
    if not 0 < len(rows) <= MOST_VALUES:
        return f"{table.name}.{name}"
    values = ", ".join("'" + row["value"].replace("'", "''") + "'" for row in _sorted(rows))
    return f"CAST({table.name}.{name} AS ENUM ({values}))"


def _sorted(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: str(row["value"]))


# Records -------------------------------------------------------------------------------------

_OF_RECORD = (
    "customer_key, who, date, stage, channel, language, segments, source_id, voice, coded, overall"
)


def _keys(_: Run) -> str:
    return (
        "SELECT customer_key AS name, "
        "CAST(row_number() OVER (ORDER BY customer_key) - 1 AS INTEGER) AS customer_key, "
        "CAST(row_number() OVER (ORDER BY md5(customer_key)) AS INTEGER) AS drawn FROM "
        "(SELECT customer_key FROM records UNION SELECT customer_key FROM events) "
        "WHERE customer_key IS NOT NULL ORDER BY 2"
    )


def _told(run: Run) -> str:
    columns = _named(run, t.records, "stage", "channel", "language", "source_id", "voice")
    number = "CAST(row_number() OVER (ORDER BY id) - 1 AS INTEGER)"
    return (
        f"SELECT *, coalesce(customer_key, {RECORD}) AS who FROM (SELECT {number} AS record_id, "
        f"id, keys.customer_key, date, segments, {columns}, "
        "(title <> '' OR text <> '') AS written, id IN (SELECT record_id FROM coded) AS coded, "
        "first.goodness AS overall FROM records LEFT JOIN keys ON keys.name = records.customer_key "
        "LEFT JOIN (SELECT record_id AS scored, goodness FROM scores WHERE rank = 0) AS first "
        "ON first.scored = records.id) ORDER BY who"
    )


def _mentioned(run: Run) -> str:
    theme, place = (_enumerated(run, t.mentions, name) for name in ("theme", "stage"))
    carried = ", ".join(f"any_value(r.{each}) AS {each}" for each in _OF_RECORD.split(", "))
    felt = "from_json(emotions, '[\"VARCHAR\"]')"
    return (
        f"SELECT r.record_id, any_value(r.id) AS id, {theme} AS theme, {place} AS place, "
        "bool_or(polarity = '+') AS good, bool_or(polarity = '-') AS bad, count(*) AS n, "
        "count_if(polarity = '+') - count_if(polarity = '-') AS tone, "
        f"list_distinct(flatten(list({felt}))) AS emotions, {carried} FROM mentions "
        "JOIN (SELECT * FROM told WHERE coded) AS r ON r.id = mentions.record_id "
        "GROUP BY r.record_id, mentions.theme, mentions.stage ORDER BY who, record_id"
    )


def _themed(_: Run) -> str:
    carried = ", ".join(f"any_value({each}) AS {each}" for each in _OF_RECORD.split(", "))
    return (
        "SELECT record_id, any_value(id) AS id, theme, min(place) AS place, bool_or(good) AS good, "
        f"bool_or(bad) AS bad, {carried} FROM mentioned GROUP BY record_id, theme "
        "ORDER BY who, record_id"
    )


def _quotable(run: Run) -> str:
    theme, place, polarity = (
        _enumerated(run, t.mentions, name) for name in ("theme", "stage", "polarity")
    )
    carried = ", ".join(f"r.{each}" for each in _OF_RECORD.split(", "))
    return (
        "SELECT CAST(row_number() OVER (ORDER BY theme, polarity) AS INTEGER) AS mention, * FROM "
        f"(SELECT passage_id, CAST(span_start AS INTEGER) AS span_start, "
        f"CAST(span_end AS INTEGER) AS span_end, {theme} AS theme, {place} AS place, "
        f"{polarity} AS polarity, probability, json_array_length(emotions) AS felt, p.score, "
        "coalesce(2 * abs(p.score - 0.5), 0) AS extreme, p.text, p.addressed, "
        "length(p.text) AS length, "
        "CASE WHEN s.name IS NOT NULL THEN {'name': s.name, 'value': value, 'minimum': minimum, "
        f"'maximum': maximum, 'kind': s.kind}} END AS first, r.record_id, r.id, {carried} "
        "FROM mentions JOIN told AS r ON r.id = mentions.record_id "
        "JOIN passages AS p ON p.id = passage_id "
        "LEFT JOIN (SELECT * FROM scores WHERE rank = 0) AS s ON s.record_id = r.id) ORDER BY 1"
    )


def _answers(run: Run) -> str:
    scored = (
        "SELECT r.record_id, r.id, rank, value, minimum, maximum, goodness, "
        f"{_named(run, t.scores, 'name', 'kind')}, "
        "CASE WHEN kind <> 'nps' THEN value WHEN value >= 9 THEN 100.0 WHEN value <= 6 "
        "THEN -100.0 ELSE 0.0 END AS worth, "
        "r.* EXCLUDE (record_id, id, written) FROM scores "
        "JOIN told AS r ON r.id = scores.record_id"
    )
    return (
        "SELECT answer.*, answer.date - ended AS lived_ago, middle, ending "
        f"FROM ({scored}) AS answer ASOF LEFT JOIN lived "
        "ON answer.customer_key = lived.customer_key AND answer.date >= lived.ended "
        "ORDER BY who, record_id, rank"
    )


def _by_stage(table: str) -> Callable[[Run], str]:
    """The rows of a table again for each stage that their records are of or speak of."""
    stages = (
        "SELECT record_id, CAST(stage AS VARCHAR) AS spoken_of FROM told WHERE stage IS NOT NULL "
        "UNION SELECT record_id, CAST(place AS VARCHAR) FROM mentioned WHERE place IS NOT NULL"
    )
    return lambda _: (
        f"SELECT spoken_of, {table}.* FROM {table} JOIN ({stages}) USING (record_id) "
        "ORDER BY spoken_of, who"
    )


def _signals(_: Run) -> str:
    first = "(SELECT record_id, min_by(goodness, rank) AS goodness FROM answers GROUP BY record_id)"
    words = "(SELECT record_id, sum(tone) / sum(n) AS tone FROM mentioned GROUP BY record_id)"
    return (
        f"SELECT record_id, coalesce(2 * goodness - 1, tone) AS signal, {_OF_RECORD} FROM (SELECT "
        f"* FROM {first} AS first FULL JOIN {words} AS words USING (record_id)) "
        "JOIN told USING (record_id) ORDER BY who, date"
    )


def _stretches(_: Run) -> str:
    marks = r"[^\pL\pN''’ -]+"  # in a literal of SQL
    shared = (
        "SELECT * FROM (SELECT DISTINCT record_id, trim(stretch) AS stretch "
        "FROM (SELECT * FROM told WHERE coded) JOIN records USING (id), "
        "unnest(regexp_split_to_array(lower(strip_accents(title || '. ' || text)), "
        f"'{marks}')) AS s(stretch) WHERE length(trim(stretch)) >= {COPIED}) "
        "QUALIFY count(*) OVER (PARTITION BY stretch) > 1"
    )
    return (
        "SELECT record_id, CAST(dense_rank() OVER (ORDER BY stretch) AS INTEGER) AS copy, stretch "
        f"FROM ({shared}) ORDER BY record_id"
    )


# Events --------------------------------------------------------------------------------------


def _doings(run: Run) -> str:
    columns = _named(run, t.events, "kind", "stage", "channel")
    return (
        "WITH named AS (SELECT keys.customer_key, coalesce(session, name || ' ' || date) AS "
        f"session, date, amount, {columns}, segments, count FROM events LEFT JOIN keys "
        "ON keys.name = events.customer_key), visits AS (SELECT session, "
        "CAST(row_number() OVER () - 1 AS INTEGER) AS visit FROM "
        "(SELECT DISTINCT session FROM named WHERE session IS NOT NULL)) "
        "SELECT named.* EXCLUDE (session), visit FROM named LEFT JOIN visits USING (session) "
        "ORDER BY customer_key, date"
    )


def _profiles(_: Run) -> str:
    return "SELECT segments FROM told UNION SELECT segments FROM doings"


def _kinds(_: Run) -> str:
    return "SELECT kind, mode(stage) AS stage FROM doings GROUP BY kind"


def _ways(_: Run) -> str:
    return sessions.reached_steps("doings")


def _steps(run: Run) -> tuple[str, int]:
    """The relation of the sessions, and the number of the last step."""
    steps, channels = sessions.steps_of(run("SELECT kind, channel FROM ways"))
    # Without a funnel nobody asks for its sessions.
    steps, channels = (steps, channels) if steps else (sessions.STEPS, ("",))
    return sessions.reaching(steps, channels, "doings"), len(steps) - 1


def _funnel_sessions(run: Run) -> str:
    reaching, _ = _steps(run)
    return f"{reaching} ORDER BY who"


def _lost_sessions(run: Run) -> str:
    reaching, last = _steps(run)
    return sessions.coming_back(f"({reaching})", last, "doings")


def _alike(run: Run) -> str:
    _, last = _steps(run)
    return sessions.alike(last, "funnel_sessions")


def _walked(_: Run) -> str:
    return sessions.walking("funnel_sessions")


def _stops(run: Run) -> str:
    _, last = _steps(run)
    return sessions.stops(f"({sessions.stopping(last, 'funnel_sessions')})")


def _stopped(run: Run) -> str:
    _, last = _steps(run)
    ended = f"({sessions.stopping(last, 'funnel_sessions')})"
    return f"{sessions.stopped_at(ended)} ORDER BY who"


def _tries(_: Run) -> str:
    return f"{sessions.trying('doings')} ORDER BY who"


def _cases(_: Run) -> str:
    return (
        "SELECT incident, hit, date, channel, segments, sum(n) AS n "
        f"FROM {sessions.going_wrong('doings')} GROUP BY ALL"
    )


def _tried_before(run: Run) -> str:
    text = "SELECT min(date) AS first, max(date) AS last FROM events WHERE customer_key IS NOT NULL"
    day = sessions.parting(run(text))
    return f"SELECT * FROM {sessions.tried(day or Date.min, 'doings')}"


def _customers(_: Run) -> str:
    return (
        "SELECT customer_key, min(date) AS first, max(date) AS last, "
        "min(date) FILTER (kind = 'churn') AS gone FROM doings "
        "WHERE customer_key IS NOT NULL GROUP BY customer_key ORDER BY customer_key"
    )


def _deeds(_: Run) -> str:
    return (
        "SELECT DISTINCT customer_key, kind, date FROM doings WHERE customer_key IS NOT NULL "
        "AND kind IN ('purchase', 'renewal', 'return', 'churn') ORDER BY customer_key, date"
    )


def _did(_: Run) -> str:
    days = ", ".join(
        f"coalesce(list(date) FILTER (kind = '{kind}'), []) AS {name}"
        for kind, name in (("purchase", "bought"), ("return", "returned"))
    )
    return (
        f"SELECT customer_key, {days}, min(date) FILTER (kind = 'churn') AS gone FROM deeds "
        "GROUP BY customer_key ORDER BY customer_key"
    )


def _tallied(_: Run) -> str:
    owners = (
        "SELECT kind, coalesce(customer_key, visit) AS owner, count(*) AS paid, "
        "sum(amount) AS total FROM doings WHERE amount IS NOT NULL GROUP BY ALL"
    )
    return (
        "SELECT * FROM (SELECT kind, sum(count) AS n, count(DISTINCT customer_key) AS people "
        "FROM doings GROUP BY kind) LEFT JOIN (SELECT kind, sum(paid) AS paid, "
        "sum(total) AS total, count(*) AS owners, sum(total * total) AS aa, "
        f"sum(total * paid) AS ab, sum(paid * paid) AS bb FROM ({owners}) GROUP BY kind) "
        "USING (kind)"
    )


def _uses(_: Run) -> str:
    return (
        "SELECT customer_key, channel, row_number() OVER (PARTITION BY customer_key) = 1 AS once "
        "FROM (SELECT DISTINCT customer_key, channel FROM known_as WHERE channel <> '') "
        "ORDER BY customer_key"
    )


def _everybody(_: Run) -> str:
    return "SELECT DISTINCT customer_key FROM known_as ORDER BY customer_key"


def _belongs(_: Run) -> str:
    return (
        "SELECT customer_key, pair.key AS name, arg_max(pair.value, (date, pair.value)) AS value "
        "FROM (SELECT customer_key, date, "
        "unnest(map_entries(CAST(segments AS MAP(VARCHAR, VARCHAR)))) AS pair FROM known_as) "
        "WHERE pair.value <> '' GROUP BY customer_key, pair.key ORDER BY customer_key"
    )


def _whole(relation: Callable[[str], str], of: str = "doings") -> Callable[[Run], str]:
    """The definition of a table that is a relation over all events, or over what customers say."""
    return lambda _: f"SELECT * FROM {relation(of)}"


_SPOKEN = "WHERE voice NOT IN ('employee', 'leader')"
_CUSTOMERS, _SIGNALS = f"answers {_SPOKEN}", f"(SELECT * FROM signals {_SPOKEN})"


def _known_as(_: Run) -> str:
    columns = "SELECT customer_key, date, CAST(channel AS VARCHAR) AS channel, segments FROM"
    return (
        "SELECT customer_key, max(date) AS date, channel, segments FROM "
        f"({columns} doings UNION ALL {columns} told WHERE voice IN ('customer', 'prospect')) "
        "WHERE customer_key IS NOT NULL GROUP BY customer_key, channel, segments "
        "ORDER BY customer_key"
    )


_ALL = (
    Derived("keys", (t.records, t.events), _keys),
    Derived("told", ("keys", t.records, t.coded, t.scores), _told),
    Derived("mentioned", ("told", t.mentions), _mentioned),
    Derived("themed", ("mentioned",), _themed),
    Derived("told_by_stage", ("told", "mentioned"), _by_stage("told")),
    Derived("quotable", ("told", t.mentions, t.passages, t.scores), _quotable),
    Derived("doings", ("keys", t.events), _doings),
    Derived("profiles", ("told", "doings"), _profiles),
    Derived("kinds", ("doings",), _kinds),
    Derived("ways", ("doings",), _ways),
    Derived("lived", ("doings",), _whole(experiences)),
    Derived("answers", ("told", "lived", t.scores), _answers),
    Derived("answers_by_stage", ("told", "mentioned", "answers"), _by_stage("answers")),
    Derived("signals", ("told", "answers", "mentioned"), _signals),
    Derived("latest_answers", ("answers",), _whole(remembering.latest, _CUSTOMERS)),
    Derived("last_nps", ("answers",), _whole(remembering.last_nps, _CUSTOMERS)),
    Derived("answers_after", ("answers",), _whole(remembering.after_experience, _CUSTOMERS)),
    Derived("recalled", ("signals", "latest_answers"), _whole(remembering.recalled, _SIGNALS)),
    Derived("stretches", ("told",), _stretches),
    Derived("funnel_sessions", ("doings", "ways"), _funnel_sessions),
    Derived("lost_sessions", ("doings", "ways"), _lost_sessions),
    Derived("alike", ("funnel_sessions",), _alike),
    Derived("walked", ("funnel_sessions",), _walked),
    Derived("stops", ("funnel_sessions",), _stops),
    Derived("stopped", ("stops", "funnel_sessions"), _stopped),
    Derived("tries", ("doings",), _tries),
    Derived("cases", ("doings",), _cases),
    Derived("deeds", ("doings",), _deeds),
    Derived("did", ("deeds",), _did),
    Derived("tallied", ("doings",), _tallied),
    Derived("customers", ("doings",), _customers),
    Derived("habits", ("doings",), _whole(customers.habits)),
    Derived("worth", ("doings",), _whole(partial(customers.people, "''"))),
    Derived("bought_again", ("doings",), _whole(partial(customers.buying_again, "''"))),
    Derived("after_first", ("doings",), _whole(customers.after_first)),
    Derived("paces", ("doings", "keys"), _whole(customers.rates)),
    Derived("fadings", ("doings",), _whole(customers.fading_now)),
    Derived("known_as", ("doings", "told"), _known_as),
    Derived("everybody", ("known_as",), _everybody),
    Derived("uses", ("known_as",), _uses),
    Derived("belongs", ("known_as",), _belongs),
    Derived("tried_before", ("doings",), _tried_before),
)

DERIVED = {each.name: each for each in _ALL}
"""Every derived table by its name, those that others are made of first."""
