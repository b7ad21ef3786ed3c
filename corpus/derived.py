"""Tables kept beside the truth so that analyses are quick: derived from it, built again at will.

``Store.sql`` builds those that a query names and that are older than what they derive from, so
that no query ever sees one that is stale, and dropping them does no harm.

Numbers stand for long keys: ``customer_key`` for a customer, ``record_id`` for a record, ``visit``
for what belongs together (a session or, without one, a customer's day). ``who`` is the customer's
number or, of a record without one, its own below zero. Themes, stages, kinds and
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
- ``kinds`` and ``ways``: the stage that each kind of event belongs to; the events by kind, channel
  and segments, see ``sorts`` in ``metrics.relations``.
- ``varying``: the ``name`` of each segment that changes within a customer's or a visit's events, or
  that not all of them have. Any of somebody's sets of segments tells the others, so that where
  these tables have ``segments``, those asked for can be picked.
- ``funnel_sessions``: sessions on the way to a purchase; ``lost_sessions``: those that were lost,
  counted by step and customer, and how many came back, see ``metrics.funnel``.
- ``alike``: those sessions counted by month and all that is known of them; ``walked``: their
  customers, counted by the steps that they reached, with what their sessions sum to.
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

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Table

from corpus import _derived_events as events
from corpus import _derived_records as records
from corpus import customers, remembering
from corpus import tables as t
from corpus.enumerated import Run
from corpus.experiences import experiences

VERSION = 9
"""Raised when a definition changes, so that every store builds its tables again."""


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


def _whole(relation: Callable[[str], str], of: str = "doings") -> Callable[[Run], str]:
    """The definition of a table that is a relation over all events, or over what customers say."""
    return lambda _: f"SELECT * FROM {relation(of)}"


_SPOKEN = "WHERE voice NOT IN ('employee', 'leader')"
_CUSTOMERS, _SIGNALS = f"answers {_SPOKEN}", f"(SELECT * FROM signals {_SPOKEN})"


_ALL = (
    Derived("keys", (t.records, t.events), records.keys),
    Derived("told", ("keys", t.records, t.coded, t.scores), records.told),
    Derived("mentioned", ("told", t.mentions), records.mentioned),
    Derived("themed", ("mentioned",), records.themed),
    Derived("told_by_stage", ("told", "mentioned"), records.by_stage("told")),
    Derived("quotable", ("told", t.mentions, t.passages, t.scores), records.quotable),
    Derived("doings", ("keys", t.events), events.doings),
    Derived("profiles", ("told", "doings"), events.profiles),
    Derived("kinds", ("doings",), events.kinds),
    Derived("ways", ("doings",), events.ways),
    Derived("varying", ("doings",), events.varying),
    Derived("lived", ("doings",), _whole(experiences)),
    Derived("answers", ("told", "lived", t.scores), records.answers),
    Derived("answers_by_stage", ("told", "mentioned", "answers"), records.by_stage("answers")),
    Derived("signals", ("told", "answers", "mentioned"), records.signals),
    Derived("latest_answers", ("answers",), _whole(remembering.latest, _CUSTOMERS)),
    Derived("last_nps", ("answers",), _whole(remembering.last_nps, _CUSTOMERS)),
    Derived("answers_after", ("answers",), _whole(remembering.after_experience, _CUSTOMERS)),
    Derived("recalled", ("signals", "latest_answers"), _whole(remembering.recalled, _SIGNALS)),
    Derived("stretches", ("told",), records.stretches),
    Derived("funnel_sessions", ("doings", "ways"), events.funnel_sessions),
    Derived("lost_sessions", ("doings", "ways"), events.lost_sessions),
    Derived("alike", ("funnel_sessions",), events.alike),
    Derived("walked", ("funnel_sessions",), events.walked),
    Derived("stops", ("funnel_sessions",), events.stops),
    Derived("stopped", ("stops", "funnel_sessions"), events.stopped),
    Derived("tries", ("doings",), events.tries),
    Derived("cases", ("doings",), events.cases),
    Derived("deeds", ("doings",), events.deeds),
    Derived("did", ("deeds",), events.did),
    Derived("tallied", ("doings",), events.tallied),
    Derived("customers", ("doings",), events.customers),
    Derived("habits", ("doings",), _whole(customers.habits)),
    Derived("worth", ("doings",), _whole(partial(customers.people, "''"))),
    Derived("bought_again", ("doings",), _whole(partial(customers.buying_again, "''"))),
    Derived("after_first", ("doings",), _whole(customers.after_first)),
    Derived("paces", ("doings", "keys"), _whole(customers.rates)),
    Derived("fadings", ("doings",), _whole(customers.fading_now)),
    Derived("known_as", ("doings", "told"), events.known_as),
    Derived("everybody", ("known_as",), events.everybody),
    Derived("uses", ("known_as",), events.uses),
    Derived("belongs", ("known_as", "profiles"), events.belongs),
    Derived("tried_before", ("doings",), events.tried_before),
)

DERIVED = {each.name: each for each in _ALL}
"""Every derived table by its name, those that others are made of first."""
