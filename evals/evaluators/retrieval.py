"""Whether the search finds the passages that a good answer cites.

nDCG@10 has linear gains (Järvelin and Kekäläinen 2002). A question whose passages are all in the
other language is told apart. Names and codes are what meaning finds worst: words that stand in one
passage alone, drawn from the corpus itself, are searched for by themselves.
"""

import re
from collections.abc import Iterator, Sequence

from corpus.analysis import stems
from evals.retrieval import ndcg_at, recall_at
from evals.sample import drawn
from evals.types import Asked, Case, Metric, Row
from evals.world import World

METRICS = (
    Metric("ndcg@10", "how high the passages stand among the first ten"),
    Metric("recall@5", "passages among the first five"),
    Metric("recall@20", "passages among the first twenty"),
    Metric("mrr", "one over the place of the first passage that is right"),
    Metric("rare-words", "words of one passage alone that find it among the first five"),
)

MOST = 20

RARE = 40
"""Words of one passage that are searched for."""

_WORD = re.compile(r"[^\W\d_]{6,}")


def rows(world: World) -> Iterator[Row]:
    """A row for each case that names passages."""
    for case in world.cases:
        if not case.passages:
            continue
        gold = [
            identity
            for part in case.passages
            for identity, (text, _) in world.texts.items()
            if part in text or part == identity
        ]
        found = world.system.search(case.asked, MOST)
        if found is None:
            reason = "the system shows no passages"
            yield Row(case.id, case.language, case.group, ineligible=reason)
        elif not gold:
            yield Row(case.id, case.language, case.group, failed="its passage is not in the corpus")
        else:
            yield _row(case, list(found), gold, world)
    for word, identity in _rare(world):
        language = world.texts[identity][1]
        found = world.system.search(Asked(word, language), 5)
        name = f"word-{word}"
        if found is None:
            yield Row(name, language, name, ineligible="the system shows no passages")
        else:
            values = {"rare-words": float(identity in list(found)[:5])}
            yield Row(name, language, name, values, shown={"in": identity})


def _rare(world: World) -> list[tuple[str, str]]:
    """Words drawn from those that stand in one passage alone, in any form, with that passage."""
    place: dict[str, str | None] = {}
    written: dict[str, str] = {}
    for identity, (text, language) in world.texts.items():
        for word in {*_WORD.findall(text.lower())}:
            for stem in stems(word, language):
                written[stem] = word
                place[stem] = None if place.get(stem, identity) != identity else identity
    alone = [(written[stem], where) for stem, where in sorted(place.items()) if where]
    return drawn(alone, RARE, "rare words")


def _row(case: Case, found: Sequence[str], gold: Sequence[str], world: World) -> Row:
    wanted = dict.fromkeys(gold, 1)
    first = next((at for at, identity in enumerate(found, 1) if identity in wanted), None)
    values = {
        "ndcg@10": ndcg_at(10, found, wanted),
        "recall@5": recall_at(5, found, wanted),
        "recall@20": recall_at(20, found, wanted),
        "mrr": 1 / first if first else 0.0,
    }
    spoken = {world.texts[identity][1] for identity in gold}
    other = case.language not in spoken
    language = f"{case.language}→{min(spoken)}" if other else case.language
    return Row(case.id, language, case.group, values, shown={"found": list(found[:5])})
