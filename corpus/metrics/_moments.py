"""Moments of truth: the stages where what is spoken of badly weighs most.

Three parts, each of which is a figure of its own:

- spread: of those who wrote, how many speak badly of the stage;
- memory: ``journey.memory``, the latest score of those who speak badly of it, where it was not
  given before they did, less that of the others who wrote;
- loss: ``journey.loss``, how many of those who speak badly of it left afterwards
  (``journey.left``), less how many of the others who wrote left after writing.

``journey.moment`` is a place in an order, 1 the weightiest: stages are ranked on each part that is
known, and put in the order of their mean rank, the more widely spread first where two are equal.
It weighs no part against another and has no meaning beyond the order. All of it goes with speaking
badly of the stage; none of it is shown to come from there.
"""

from collections.abc import Mapping

from scipy.stats import rankdata

from corpus.metrics import statistics
from corpus.metrics._asked import Asked
from corpus.metrics._behaviour import share
from corpus.metrics.relations import Scale, heard, main_scale, of_all_feedback, quoted
from corpus.metrics.statistics import Moments
from corpus.metrics.types import FEWEST_IN_CELL, Ask, Base, Figure
from corpus.remembering import latest
from corpus.store import Store
from corpus.types import FEWEST

_GONE = "(SELECT customer_key, gone AS day FROM customers WHERE gone IS NOT NULL)"
_WRITERS = (
    "(SELECT customer_key, min(date) AS day FROM scope WHERE coded AND customer_key IS NOT NULL "
    "AND date IS NOT NULL GROUP BY customer_key)"
)


def moments(store: Store, ask: Ask, base: Base) -> list[Figure]:
    """The order of the stages, and memory, loss and leaving of each."""
    asked = _Asked(store, ask, base)
    memory = _memory(asked)
    known = store.sql("SELECT 1 AS one FROM events WHERE kind = 'churn' LIMIT 1")
    left, loss = _leaving(asked) if known else ({}, {})
    return [*_order(asked, memory, loss), *memory.values(), *left.values(), *loss.values()]


class _Asked(Asked):
    def badly(self, who: str = "who") -> str:
        """Who speaks badly of which stage, and since which day."""
        return (
            f"(SELECT {who}, stage, min(date) AS day FROM placed WHERE bad GROUP BY {who}, stage)"
        )


# Spread and order ---------------------------------------------------------------------------------


def _order(asked: _Asked, memory: Mapping[str, Figure], loss: Mapping[str, Figure]) -> list[Figure]:
    wrote = heard(asked.store, asked.ask, asked.base)
    if wrote < FEWEST:
        return []
    spread = {
        row["stage"]: int(row["n"])
        for row in asked.sql(f"SELECT stage, count(*) AS n FROM {asked.badly()} GROUP BY stage")
        if row["n"] >= FEWEST_IN_CELL
    }
    if not spread:
        return []
    # On a scale of effort more is worse.
    scale = next(iter(memory.values())).about if memory else {}
    sign = 1 if scale.get("kind") == "ces-1" else -1
    parts: list[dict[str, float]] = [
        {stage: float(n) for stage, n in spread.items()},
        {s: sign * f.value for s, f in memory.items() if s in spread and f.value is not None},
        {s: f.value for s, f in loss.items() if s in spread and f.value is not None},
    ]
    ranks = [
        dict(zip(part, rankdata([-value for value in part.values()]), strict=True))
        for part in parts
        # A part that is known of one stage alone orders nothing.
        if len(part) > 1
    ]
    # Among few that are known a rank is smaller than among many: shares of the whole compare.
    mean = {
        stage: sum(places) / len(places) if places else 0.0
        for stage in spread
        for places in [[rank[stage] / len(rank) for rank in ranks if stage in rank]]
    }
    found = []
    for place, stage in enumerate(sorted(spread, key=lambda s: (mean[s], -spread[s], s)), 1):
        about = {"stage": stage, "spread": f"{spread[stage] / wrote:.4f}"}
        columns = [_spread(asked, stage)]
        for name, part in (("memory", memory), ("loss", loss)):
            figure = part.get(stage)
            if figure and figure.value is not None:
                about[name] = f"{figure.value:.4f}"
                columns.append(f"({figure.query}) AS {name}")
        found.append(
            Figure(
                name="journey.moment",
                about=about,
                value=float(place),
                unit="count",
                base=asked.base,
                n=spread[stage],
                method="place by the mean rank of spread, memory and loss, as far as known",
                query=f"SELECT {', '.join(columns)}",
                replayed="counts",
            )
        )
    return found


def _spread(asked: _Asked, stage: str) -> str:
    counts = asked.text(
        f"SELECT count(*) / (SELECT count(*) FROM heard) AS value FROM {asked.badly()} "
        f"WHERE stage = {quoted(stage)}"
    )
    return f"({counts}) AS spread"


# Memory -------------------------------------------------------------------------------------------


def _latest(asked: _Asked, scale: Scale) -> str:
    """The latest answer of each one who wrote."""
    kept = f"WHERE {scale.same()} AND who IN (SELECT who FROM heard)"
    if of_all_feedback(asked.ask, asked.base):
        return f"(SELECT who, worth, day FROM latest_answers {kept})"
    return latest(f"rated {kept}")


def _memory(asked: _Asked) -> dict[str, Figure]:
    scale = main_scale(asked.store, asked.ask, asked.base)
    if scale is None:
        return {}
    last, badly = _latest(asked, scale), asked.badly()
    after = "(latest.day < badly.day) IS NOT TRUE"
    rows = asked.sql(
        f"SELECT * FROM (WITH latest AS MATERIALIZED {last} "
        f"SELECT stage, {_sums('')}, {_sums('later', after)} FROM latest "
        f"JOIN {badly} AS badly USING (who) GROUP BY stage "
        f"UNION ALL SELECT NULL, {_sums('')}, 0, 0, 0 FROM latest)"
    )
    whole = next(row for row in rows if row["stage"] is None)
    pairs = {}
    for row in rows:
        own = _moments(row["laterx0"], row["laterx1"], row["laterx2"])
        rest = _moments(*(whole[f"x{power}"] - row[f"x{power}"] for power in range(3)))
        if row["stage"] is not None and own and rest:
            pairs[row["stage"]] = own, rest
    gaps = {stage: statistics.difference(*pair) for stage, pair in pairs.items()}
    corrected = statistics.benjamini_hochberg([p for _, _, p in gaps.values()])
    found = {}
    for (stage, (low, high, _)), p in zip(gaps.items(), corrected, strict=True):
        own, rest = pairs[stage]
        mine = f"{badly} AS badly ON badly.who = latest.who AND badly.stage = {quoted(stage)}"
        found[stage] = Figure(
            name="journey.memory",
            about={"stage": stage, **scale.about()},
            value=own.mean - rest.mean,
            unit=scale.unit,
            base=asked.base,
            n=own.n,
            method="mean latest score of those who speak badly of the stage less the others', "
            "Welch interval, Benjamini-Hochberg p",
            query=asked.text(
                f"SELECT avg(worth) FILTER (badly.who IS NOT NULL AND {after}) "
                "- avg(worth) FILTER (badly.who IS NULL) AS value "
                f"FROM {last} AS latest LEFT JOIN {mine}"
            ),
            denominator=own.n + rest.n,
            low=low,
            high=high,
            p=p,
        )
    return found


def _sums(name: str, kept: str = "true") -> str:
    return ", ".join(
        f"coalesce(sum({each}) FILTER ({kept}), 0) AS {name}x{power}"
        for power, each in enumerate(("1", "worth", "worth * worth"))
    )


def _moments(n: float, total: float, squares: float) -> Moments | None:
    if n < FEWEST_IN_CELL:
        return None
    mean = total / n
    return Moments(int(n), mean, max(0.0, squares - n * mean * mean) / (n - 1))


# Loss ---------------------------------------------------------------------------------------------


def _leaving(asked: _Asked) -> tuple[dict[str, Figure], dict[str, Figure]]:
    """By stage who left of those who speak badly of it, and the difference to the others.

    Who had left before speaking (in a survey of leavers) is on neither side.
    """
    badly = (
        f"(SELECT * FROM {asked.badly('customer_key')} "
        "WHERE customer_key IS NOT NULL AND day IS NOT NULL)"
    )
    counts = (
        "count(*) FILTER ((gone <= {0}.day) IS NOT TRUE) AS {0}, "
        "count(*) FILTER (gone > {0}.day) AS {0}_left"
    )
    both = f"{counts.format('badly')}, {counts.format('writer')}"
    # Whoever speaks badly of a stage has written.
    rows = asked.sql(
        "SELECT * FROM (WITH writer AS MATERIALIZED (SELECT customer_key, wrote.day, gone.day AS "
        f"gone FROM {_WRITERS} AS wrote LEFT JOIN {_GONE} AS gone USING (customer_key)) "
        f"SELECT stage, {both} FROM {badly} AS badly JOIN writer USING (customer_key) "
        f"GROUP BY stage UNION ALL SELECT NULL, 0, 0, {counts.format('writer')} FROM writer)"
    )
    whole = next(row for row in rows if row["stage"] is None)
    left, sides = {}, {}
    for row in rows:
        if row["stage"] is None:
            continue
        k, n = int(row["badly_left"]), int(row["badly"])
        others = (
            int(whole["writer_left"] - row["writer_left"]),
            int(whole["writer"] - row["writer"]),
        )
        left[row["stage"]] = _left(asked, badly, row["stage"], k, n)
        if min(n, others[1]) >= FEWEST:
            sides[row["stage"]] = (k, n, *others)
    tests = [statistics.shares_differ(*counted) for counted in sides.values()]
    corrected = statistics.benjamini_hochberg(tests)
    loss = {
        stage: _loss(asked, badly, stage, counted, p)
        for (stage, counted), p in zip(sides.items(), corrected, strict=True)
    }
    return left, loss


def _left(asked: _Asked, badly: str, stage: str, k: int, n: int) -> Figure:
    text = asked.text(
        "SELECT count_if(gone.day > badly.day) / count(*) AS value "
        f"FROM {badly} AS badly LEFT JOIN {_GONE} AS gone USING (customer_key) "
        f"WHERE stage = {quoted(stage)} AND (gone.day <= badly.day) IS NOT TRUE"
    )
    return share("journey.left", {"stage": stage}, k, n, text)


def _loss(
    asked: _Asked, badly: str, stage: str, counts: tuple[int, int, int, int], p: float
) -> Figure:
    k, n, others_left, others = counts
    # The difference needs a cell of ten on its two sides together, not on each.
    few = k + others_left < FEWEST_IN_CELL
    low, high = (None, None) if few else statistics.share_difference(*counts)
    since = "coalesce(badly.day, writer.day)"
    return Figure(
        name="journey.loss",
        about={"stage": stage},
        value=None if few else k / n - others_left / others,
        unit="share",
        base="customers",
        n=n,
        method="share that left afterwards less that of the others who wrote, Newcombe interval, "
        "Fisher's exact test, Benjamini-Hochberg p",
        query=asked.text(
            f"SELECT count_if(bad AND left_after) / count_if(bad) - count_if(NOT bad AND "
            "left_after) / count_if(NOT bad) AS value FROM (SELECT badly.day IS NOT NULL AS bad, "
            f"coalesce(gone.day > {since}, false) AS left_after FROM {_WRITERS} AS writer "
            f"LEFT JOIN (SELECT * FROM {badly} WHERE stage = {quoted(stage)}) AS badly "
            f"USING (customer_key) LEFT JOIN {_GONE} AS gone USING (customer_key) "
            f"WHERE (gone.day <= {since}) IS NOT TRUE)"
        ),
        denominator=n + others,
        low=low,
        high=high,
        p=None if few else p,
        withheld="few-in-cell" if few else None,
    )
