"""Whether the search finds the passages that a good answer cites.

nDCG@10 has linear gains (Järvelin and Kekäläinen 2002). A question whose passages are all in the
other language is told apart.
"""

from collections.abc import Iterator, Sequence

from evals.retrieval import ndcg_at, recall_at
from evals.types import Case, Metric, Row
from evals.world import World

METRICS = (
    Metric("ndcg@10", "how high the passages stand among the first ten"),
    Metric("recall@5", "passages among the first five"),
    Metric("recall@20", "passages among the first twenty"),
    Metric("mrr", "one over the place of the first passage that is right"),
)

MOST = 20


def rows(world: World) -> Iterator[Row]:
    """A row for each case that names passages."""
    for case in world.cases:
        if not case.passages or case.before:
            continue
        gold = [
            identity
            for part in case.passages
            for identity, (text, _) in world.texts.items()
            if part in text or part == identity
        ]
        found = world.system.search(case.question, MOST)
        if found is None:
            reason = "the system shows no passages"
            yield Row(case.id, case.language, case.id, ineligible=reason)
        elif not gold:
            yield Row(case.id, case.language, case.id, failed="its passage is not in the corpus")
        else:
            yield _row(case, list(found), gold, world)


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
    return Row(case.id, language, case.id, values, shown={"found": list(found[:5])})
