"""The journey: who speaks of each stage, how, of what, with which score, and who left afterwards.

Shares are of those who wrote something that is coded (``journey.share``) or of those who speak of
the stage (``negative``, ``emotion``, ``channel``, ``theme`` and, of these, who blames it:
``complaint``, or praises it: ``praise``). Who speaks of a stage well and badly counts among those
who speak of it badly. The feeling is each one's mean polarity, from -1 to 1, averaged over those
who speak of the stage: the emotion curve. Scores are those that the source gives a stage. Cells of
a stage and a theme, an emotion or a channel that fewer than ten hold are left out.

Compared with others (``Ask.against``) there is ``difference`` too: the feeling less theirs.

What is remembered (peak, ending, change) is in ``_remembered``, what weighs most in ``_moments``,
what the map assumes of each stage (``assumed``) in ``_assumed``.
A stage that nobody writes about may still lose customers: the words show what is noticed, not what
happens there, and what goes with a stage need not come from it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from corpus.codebook import Codebook
from corpus.metrics import score, statistics
from corpus.metrics._assumed import assumed
from corpus.metrics._behaviour import share
from corpus.metrics._moments import moments
from corpus.metrics._remembered import remembered
from corpus.metrics.relations import counted, heard, query, quoted
from corpus.metrics.statistics import Moments
from corpus.metrics.types import FEWEST_IN_CELL, Ask, Base, Figure
from corpus.store import Store
from corpus.types import FEWEST, STAGES

SUMMARY = (
    "Each stage: who speaks of it and how, its emotions, themes and scores, who left afterwards, "
    "and what the later score remembers."
)


def compute(store: Store, codebook: Codebook, ask: Ask) -> list[Figure]:
    """Moments of truth, then each stage in the journey's order, then what is remembered."""
    base = counted(store, ask)
    stages = _Stages(store, ask, base)
    curve = stages.figures() + stages.crossed(
        "theme",
        "theme",
        {theme.id for theme in codebook.themes},
        {"theme": "true", "complaint": "bad", "praise": "good"},
    )
    curve += stages.crossed(
        "emotion",
        "unnest(emotions)",
        {sign.id for sign in codebook.emotions},
    )
    curve += stages.crossed("channel", "channel")
    curve += _scores(store, codebook, ask)
    if ask.against:
        others = _Stages(store, replace(ask, filters=ask.against), base)
        curve += stages.differences(others)
    curve += assumed(store, ask)
    weighed = moments(store, ask, base)
    order = _order(codebook, (figure.about["stage"] for figure in curve + weighed))
    first = [figure for figure in weighed if figure.name == "journey.moment"]
    rest = curve + [figure for figure in weighed if figure.name != "journey.moment"]
    rest.sort(key=lambda figure: order[figure.about["stage"]])
    return first + rest + remembered(store, ask, base)


def _order(codebook: Codebook, found: Iterable[str]) -> dict[str, int]:
    """The usual order of stages, then the codebook's own, then others by name."""
    known = dict.fromkeys((*STAGES, *(sign.id for sign in codebook.stages), *sorted(set(found))))
    return {stage: place for place, stage in enumerate(known)}


def _scores(store: Store, codebook: Codebook, ask: Ask) -> list[Figure]:
    """The scores that the source gives a stage, scale by scale."""
    return [
        replace(figure, name="journey.score")
        for figure in score.compute(store, codebook, replace(ask, by="stage"))
    ]


class _Stages:
    """How many speak of each stage, and the figures that are counted from it."""

    def __init__(self, store: Store, ask: Ask, base: Base) -> None:
        self._store, self._ask, self._base = store, ask, base
        self._heard = heard(store, ask, base)
        self._rows = self._sql(
            "SELECT stage, count(*) AS n, count_if(bad) AS bad, avg(tone) AS mean, "
            f"coalesce(var_samp(tone), 0) AS variance FROM {self._people()} GROUP BY stage"
        )
        self._speaking = {row["stage"]: int(row["n"]) for row in self._rows}

    def figures(self) -> list[Figure]:
        """Share, negative share and feeling of each stage."""
        return [
            figure
            for row in self._rows
            for figure in (self._share(row), self._negative(row), self._feeling(row))
        ]

    def crossed(
        self,
        key: str,
        column: str,
        known: set[str] | None = None,
        measures: Mapping[str, str] | None = None,
    ) -> list[Figure]:
        """Of those who speak of a stage, the share with each theme, emotion or channel there.

        ``measures`` are conditions on the mentions by the name of the share that they make;
        without them there is one share, of all mentions.
        """
        measures = measures or {key: "true"}
        cells = f"(SELECT who, stage, good, bad, {column} AS cell FROM placed)"
        each = ", ".join(f"bool_or({kept}) AS {name}" for name, kept in measures.items())
        counts = ", ".join(f"count_if({name}) AS {name}" for name in measures)
        rows = self._sql(
            f"SELECT stage, cell, {counts} FROM (SELECT stage, cell, who, {each} FROM {cells} "
            "WHERE cell IS NOT NULL GROUP BY ALL) GROUP BY stage, cell"
        )
        found = []
        for measure, kept in measures.items():
            for row in sorted(rows, key=lambda row: (-row[measure], row["cell"])):
                if row[measure] < FEWEST_IN_CELL or (known and row["cell"] not in known):
                    continue
                found.append(
                    self._part(
                        f"journey.{measure}",
                        {"stage": row["stage"], key: row["cell"]},
                        int(row[measure]),
                        self._speaking[row["stage"]],
                        f"SELECT count(DISTINCT who) / {self._of(row['stage'])} AS value FROM "
                        f"{cells} WHERE stage = {quoted(row['stage'])} "
                        f"AND cell = {quoted(row['cell'])} AND {kept}",
                    )
                )
        return found

    def differences(self, others: "_Stages") -> list[Figure]:
        """By stage the feeling less that of ``others``, where both are known."""
        pairs = {
            own["stage"]: (own, other)
            for own in self._rows
            for other in others._rows
            if own["stage"] == other["stage"] and min(own["n"], other["n"]) >= FEWEST
        }
        gaps = {
            stage: statistics.difference(*(_moments(row) for row in pair))
            for stage, pair in pairs.items()
        }
        corrected = statistics.benjamini_hochberg([p for _, _, p in gaps.values()])
        return [
            Figure(
                name="journey.difference",
                about={"stage": stage},
                value=pairs[stage][0]["mean"] - pairs[stage][1]["mean"],
                unit="score",
                base=self._base,
                n=int(pairs[stage][0]["n"]),
                method="mean polarity less that of the others, Welch interval, "
                "Benjamini-Hochberg p",
                query=f"SELECT ({self._feeling_query(stage)}) - ({others._feeling_query(stage)}) "
                "AS value",
                denominator=int(pairs[stage][0]["n"] + pairs[stage][1]["n"]),
                low=low,
                high=high,
                p=p,
            )
            for (stage, (low, high, _)), p in zip(gaps.items(), corrected, strict=True)
        ]

    def _sql(self, body: str) -> list[dict[str, Any]]:
        return self._store.sql(query(self._store, self._ask, self._base, body))

    def _people(self) -> str:
        return (
            "(SELECT who, stage, bool_or(bad) AS bad, "
            "sum(tone) / sum(n) AS tone FROM placed GROUP BY who, stage)"
        )

    def _of(self, stage: str) -> str:
        return f"(SELECT count(DISTINCT who) FROM placed WHERE stage = {quoted(stage)})"

    def _share(self, row: dict[str, Any]) -> Figure:
        return self._part(
            "journey.share",
            {"stage": row["stage"]},
            int(row["n"]),
            self._heard,
            f"SELECT {self._of(row['stage'])} / (SELECT count(*) FROM heard) AS value",
        )

    def _negative(self, row: dict[str, Any]) -> Figure:
        return self._part(
            "journey.negative",
            {"stage": row["stage"]},
            int(row["bad"]),
            int(row["n"]),
            f"SELECT count_if(bad) / count(*) AS value FROM {self._people()} "
            f"WHERE stage = {quoted(row['stage'])}",
        )

    def _part(
        self, name: str, about: dict[str, str], numerator: int, denominator: int, body: str
    ) -> Figure:
        text = query(self._store, self._ask, self._base, body)
        return share(name, about, numerator, denominator, text, base=self._base)

    def _feeling(self, row: dict[str, Any]) -> Figure:
        n = int(row["n"])
        few = n < FEWEST
        low, high = (None, None)
        if not few:
            low, high = statistics.mean_interval(_moments(row))
        return Figure(
            name="journey.feeling",
            about={"stage": row["stage"]},
            value=None if few else row["mean"],
            unit="score",
            base=self._base,
            n=n,
            method="mean polarity of each one who speaks of it, -1 to 1, Student's interval",
            query=self._feeling_query(row["stage"]),
            low=low,
            high=high,
            withheld="few" if few else None,
        )

    def _feeling_query(self, stage: str) -> str:
        body = f"SELECT avg(tone) AS value FROM {self._people()} WHERE stage = {quoted(stage)}"
        return query(self._store, self._ask, self._base, body)


def _moments(row: Mapping[str, Any]) -> Moments:
    return Moments(int(row["n"]), row["mean"], row["variance"])
