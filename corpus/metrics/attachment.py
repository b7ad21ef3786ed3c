"""Attachment: what customers say of each of its behaviours, and what they do; no index of the two.

The behaviours are those that the codebook gives its themes. Said: of those who wrote, who speaks
well (``attachment.positive``) and who speaks badly (``attachment.negative``) of at least one thing
of a behaviour; someone can do both.

Done, by behaviour: of the customers who speak badly of it (``..._after_blame``) and of those who
only speak well of it (``..._after_praise``), how many within ``FOLLOWED`` days of first doing so
bought again, returned something or left, and how many were promoters in the last NPS that they gave
with those words or later. Followed are those whose whole window is observed and who had not left.

Done, by everyone: of customers whose first experience went wrong and of those whose it did not, how
many bought again within ``FOLLOWED`` days, and the difference; of buyers, who returned something,
the regret that shows; who is a promoter; and who lapsed, that is, came on two days or more, closed
no account and has not been seen for the last ``FOLLOWED`` days. What went wrong is told by events
alone (see ``_experiences``).

Praise goes with coming back also because those who come back are pleased to begin with: none of
these figures shows that a behaviour made anyone stay.
"""

from collections.abc import Mapping

from corpus.codebook import Codebook
from corpus.customers import FOLLOWED, after_first, habits
from corpus.metrics import statistics
from corpus.metrics._asked import Asked
from corpus.metrics._behaviour import share
from corpus.metrics.relations import (
    among,
    counted,
    heard,
    of_all_feedback,
    of_events,
    of_people,
    quoted,
)
from corpus.metrics.types import Ask, Base, Figure
from corpus.remembering import last_nps
from corpus.store import Store
from corpus.types import FEWEST

SUMMARY = "By attachment behaviour, what customers say and what they then do, each its own figure."

_DEEDS = {
    "bought": "bought",
    "returned": "returned",
    "left": "gone",
    "promoted": "promoter",
}
_SIDES = {"blame": "bad", "praise": "good AND NOT bad"}


def compute(store: Store, codebook: Codebook, ask: Ask) -> list[Figure]:
    """What is said of each behaviour and done after it, then what everybody does."""
    asked = _Asked(store, ask, counted(store, ask))
    behaviours: dict[str, tuple[str, ...]] = {}
    for theme in codebook.themes:
        if theme.behaviour:
            known = behaviours.get(theme.behaviour, ())
            behaviours[theme.behaviour] = (*known, theme.id)
    found = []
    if behaviours:
        found = _said(asked, behaviours) + _done_after(asked, behaviours)
    return found + _after_experience(asked) + _promoters(asked) + _habits(asked)


class _Asked(Asked):
    def share(
        self, name: str, about: Mapping[str, str], counts: tuple[int, int], body: str, base: Base
    ) -> Figure:
        """A share of ``counts``, numerator and denominator, that ``body`` gives again."""
        return share(f"attachment.{name}", about, *counts, self.text(body), base=base)


# Said ---------------------------------------------------------------------------------------------


def _themes(behaviours: Mapping[str, tuple[str, ...]]) -> str:
    """A relation ``theme, behaviour``."""
    rows = (
        f"({quoted(theme)}, {quoted(behaviour)})"
        for behaviour, themes in behaviours.items()
        for theme in themes
    )
    return f"(SELECT * FROM (VALUES {', '.join(rows)}) AS known (theme, behaviour))"


def _said(asked: _Asked, behaviours: Mapping[str, tuple[str, ...]]) -> list[Figure]:
    wrote = heard(asked.store, asked.ask, asked.base)
    rows = asked.sql(
        "SELECT behaviour, count(DISTINCT who) FILTER (good) AS positive, "
        f"count(DISTINCT who) FILTER (bad) AS negative FROM said JOIN {_themes(behaviours)} "
        "AS known USING (theme) GROUP BY behaviour"
    )
    counts = {row["behaviour"]: row for row in rows}
    return [
        asked.share(
            measure,
            {"behaviour": behaviour},
            (int(counts.get(behaviour, {}).get(measure, 0)), wrote),
            f"SELECT count(DISTINCT who) / (SELECT count(*) FROM heard) AS value FROM said "
            f"WHERE theme IN {among(themes)} AND {column}",
            asked.base,
        )
        for behaviour, themes in behaviours.items()
        for measure, column in (("positive", "good"), ("negative", "bad"))
    ]


# Done by those who said it ------------------------------------------------------------------------


def _followed(asked: _Asked, themes: str) -> str:
    """What each customer did after first speaking of a behaviour.

    One row ``behaviour, side, bought, returned, gone, promoter`` for a customer and a behaviour;
    ``promoter`` is null where no NPS was given then or later, the others where the window is not
    observed whole. ``themes`` is a relation ``theme, behaviour``.
    """
    opinions = (
        "(SELECT customer_key, behaviour, bool_or(good) AS good, bool_or(bad) AS bad, "
        "min(date) FILTER (bad) AS blamed, min(date) FILTER (good) AS praised "
        f"FROM said JOIN {themes} AS known USING (theme) "
        "WHERE (good OR bad) AND customer_key IS NOT NULL AND date IS NOT NULL "
        "GROUP BY customer_key, behaviour)"
    )
    sides = " ".join(f"WHEN {condition} THEN {quoted(side)}" for side, condition in _SIDES.items())
    told = (
        f"(SELECT customer_key, behaviour, CASE {sides} END AS side, "
        f"CASE WHEN bad THEN blamed ELSE praised END AS day FROM {opinions})"
    )
    within = f"{{day}} > told.day AND {{day}} - told.day <= {FOLLOWED}"
    deeds = ", ".join(
        f"coalesce(len(list_filter({days}, lambda d: {within.format(day='d')})) > 0, false) "
        f"AS {days}"
        for days in ("bought", "returned")
    )
    # Of those who had not left before, who leaves within the window leaves first in it.
    acted = (
        f"(SELECT told.customer_key, behaviour, side, told.day, {deeds}, "
        f"coalesce({within.format(day='did.gone')}, false) AS gone FROM {told} AS told "
        "LEFT JOIN did USING (customer_key) WHERE (did.gone <= told.day) IS NOT TRUE)"
    )
    whole = f"acted.day <= (SELECT max(ended) FROM ways) - {FOLLOWED}"
    seen = ", ".join(f"CASE WHEN {whole} THEN {name} END AS {name}" for name in _OBSERVED)
    return (
        f"(SELECT behaviour, side, {seen}, CASE WHEN nps.day >= acted.day THEN promoter END "
        f"AS promoter FROM {acted} AS acted LEFT JOIN {_last_nps(asked)} AS nps "
        "ON nps.who = customer_key)"
    )


def _last_nps(asked: _Asked) -> str:
    """The last NPS that each one gave: ``who, day``, whether it is a ``promoter``'s."""
    return "last_nps" if of_all_feedback(asked.ask, asked.base) else last_nps()


_OBSERVED = ("bought", "returned", "gone")


def _done_after(asked: _Asked, behaviours: Mapping[str, tuple[str, ...]]) -> list[Figure]:
    counts = ", ".join(
        f"count({column}) AS {deed}_of, count(*) FILTER ({column}) AS {deed}"
        for deed, column in _DEEDS.items()
    )
    rows = {
        (row["behaviour"], row["side"]): row
        for row in asked.sql(
            f"SELECT behaviour, side, {counts} FROM {_followed(asked, _themes(behaviours))} "
            "GROUP BY behaviour, side"
        )
    }
    return [
        asked.share(
            f"{deed}_after_{side}",
            {"behaviour": behaviour, "days": str(FOLLOWED)},
            (int(row[deed]), int(row[f"{deed}_of"])),
            f"SELECT count_if({column}) / count({column}) AS value FROM "
            f"{_followed(asked, _themes({behaviour: themes}))} WHERE side = {quoted(side)}",
            "customers",
        )
        for behaviour, themes in behaviours.items()
        for deed, column in _DEEDS.items()
        for side in _SIDES
        if (row := rows.get((behaviour, side))) and row[f"{deed}_of"]
    ]


# Done by everybody --------------------------------------------------------------------------------


def _after_experience(asked: _Asked) -> list[Figure]:
    """Bought again after a first experience, by whether it went wrong, and the difference."""
    again = of_events(asked.ask, "after_first", after_first())
    row = asked.sql(
        "SELECT count(*) FILTER (wrong AND again) AS k1, count(*) FILTER (wrong) AS n1, "
        "count(*) FILTER (NOT wrong AND again) AS k2, count(*) FILTER (NOT wrong) AS n2 "
        f"FROM {again}"
    )[0]
    k1, n1, k2, n2 = (int(row[name]) for name in ("k1", "n1", "k2", "n2"))
    if not n1 + n2:
        return []
    about = {"days": str(FOLLOWED)}
    shares = [
        asked.share(
            f"repurchase_after_{name}",
            about,
            counts,
            f"SELECT count_if(again) / count(*) AS value FROM {again} WHERE {side}",
            "customers",
        )
        for name, side, counts in (
            ("incident", "wrong", (k1, n1)),
            ("smooth", "NOT wrong", (k2, n2)),
        )
    ]
    few = min(n1, n2) < FEWEST
    low, high = (None, None) if few else statistics.share_difference(k1, n1, k2, n2)
    gap = Figure(
        name="attachment.repurchase_gap",
        about=about,
        value=None if few else k1 / n1 - k2 / n2,
        unit="share",
        base="customers",
        n=n1,
        method="share after a first experience that went wrong less that of the others, "
        "Newcombe interval",
        query=asked.text(
            "SELECT count_if(wrong AND again) / count_if(wrong) - count_if(NOT wrong AND again) "
            f"/ count_if(NOT wrong) AS value FROM {again}"
        ),
        denominator=n1 + n2,
        low=low,
        high=high,
        withheld="few" if few else None,
    )
    return [*shares, gap]


def _promoters(asked: _Asked) -> list[Figure]:
    """Of those who gave an NPS, who gave 9 or 10 the last time."""
    last = _last_nps(asked)
    row = asked.sql(f"SELECT count_if(promoter) AS k, count(*) AS n FROM {last}")[0]
    if not row["n"]:
        return []
    body = f"SELECT count_if(promoter) / count(*) AS value FROM {last}"
    return [asked.share("promoters", {}, (int(row["k"]), int(row["n"])), body, asked.base)]


def _habits(asked: _Asked) -> list[Figure]:
    """Who of the buyers returned something, and who of those who came lapsed."""
    people = of_people(asked.store, asked.ask, "habits", habits())
    shares: tuple[tuple[str, dict[str, str], str, str], ...] = (
        ("returned", {}, "bought", "returned"),
        ("lapsed", {"days": str(FOLLOWED)}, "came AND NOT gone", "away"),
    )
    counts = ", ".join(
        f"count(*) FILTER ({of} AND {condition}) AS {name}, count(*) FILTER ({of}) AS {name}_of"
        for name, _, of, condition in shares
    )
    row = asked.sql(f"SELECT {counts} FROM {people}")[0]
    return [
        asked.share(
            name,
            about,
            (int(row[name]), int(row[f"{name}_of"])),
            f"SELECT count(*) FILTER ({condition}) / count(*) AS value FROM {people} WHERE {of}",
            "customers",
        )
        for name, about, of, condition in shares
        if row[f"{name}_of"]
    ]
