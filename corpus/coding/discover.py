"""Candidate themes: what the clauses that the codebook left uncoded have in common.

Clauses are clustered by the vectors of their texts with average linkage (Sokal & Michener 1958),
which leaves alone what resembles nothing. A cluster is proposed if resampling finds it again.
Compared on 1,200 clauses in French and English, before the lengths of texts were taken out:
average linkage gave 20 stable clusters with 29 % of the clauses and a mean cosine of 0.30 within
them; KMeans at most 11, with 40 % and 0.22; HDBSCAN 12, with 16 % and 0.31.

A candidate is to be read before it is believed: from vectors drawn with the covariance of those
of 1,200 real clauses, but without clusters, one to three candidates came where the real ones gave
six to twelve; with 250 clauses or fewer there was hardly a difference.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import log, sqrt

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import AgglomerativeClustering
from sklearn.metrics import silhouette_score

FEWEST_TEXTS = 30
"""With fewer different texts, nothing is proposed."""

SMALLEST, FEWEST_RECORDS = 8, 5
"""The different texts and the records that a theme has at least."""

STABLE = 0.5
"""Below this mean Jaccard a cluster is "dissolved" when the clauses are drawn anew (Hennig)."""

FEWEST_DATED = 20
"""With fewer dated clauses there is no trend."""

MOST_CLUSTERED = 3000
"""Texts that are compared pairwise (36 MB); the others join the theme that they resemble."""

_FEWEST_DIMENSIONS, _MOST_DIMENSIONS = 10, 30
_DISTANCES = (0.6, 0.7, 0.8)
_RESAMPLINGS = 5
_CENTRAL, _BORDERLINE, _WORDS = 10, 5, 8

Floats = NDArray[np.float32]
Ints = NDArray[np.intp]

_WORD = re.compile(r"[^\W\d_]+")
# What may stand between the two words of a term: "service client", "temps d'attente".
_JOINT = re.compile(r" (?:de |d'|du |des |en |à |au |of )?|['-]")

_STOP = {
    "fr": frozenset(
        "ai aie ainsi alors après as assez au aucun aucune aujourd aussi autre autres aux "
        "avaient avais avait avant avec avez avoir avons bien c car ce ceci cela celle celles "
        "celui cependant ces cet cette ceux chaque chez ci comme comment d dans de depuis des "
        "donc dont du déjà elle elles en encore entre es est et etc eu eux fait faire faut fois "
        "font hui il ils j jamais je jusqu l la le les leur leurs lors lorsque lui là m ma mais "
        "me mes moi moins mon même mêmes n ne ni non nos notre nous on ont ou où par parce pas "
        "pendant peu peut peuvent plus plusieurs pour pourtant pouvoir puis puisque qu quand "
        "que quel quelle quelles quelque quelques quels qui quoi rien s sa sans se sera serait "
        "ses si son sont sous suis sur t ta te tes toi ton toujours tous tout toute toutes tres "
        "trop très tu un une va vers voilà vos votre vous vraiment vu y ça été étaient étais "
        "était étant être".split()
    ),
    "en": frozenset(
        "a about after again all almost already also although always am among an and another "
        "any anyone anything are aren as at be because been before being between both but by "
        "can cannot could couldn d did didn do does doesn doing don done down during each "
        "either else even ever every few for from further get gets getting give go got had hadn "
        "has hasn have haven having he her here him his how however i if in into is isn it its "
        "itself just ll m made make many may me might more most much must my myself never no "
        "nor not nothing now of off on once one only onto or other others our out over own "
        "quite rather re really s same shall she should shouldn since so some something still "
        "such t than that the their them then there these they this those though through to too "
        "two under until up upon us ve very was wasn we well were weren what when where whether "
        "which while who whom whose why will with within without won would wouldn yet you "
        "your".split()
    ),
}
_ALL_STOP = frozenset().union(*_STOP.values())


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of a record's text; ``date`` is the record's (of a month, its first day)."""

    text: str
    language: str
    record: str
    date: date | None


@dataclass(frozen=True, slots=True)
class Trend:
    """The theme's shares (0 to 1) of the first and the last third of the dated clauses.

    ``direction`` is the sign of the slope of its share over time, 0 where chance explains it.
    """

    direction: int
    first: float
    last: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """A theme to name, or to reject, by reading its clauses; indices are those of the clauses.

    ``words`` by language, the most telling first. ``central`` are the clauses nearest to its
    centroid, ``borderline`` those that are nearly another theme's. ``stability``: 0 to 1.
    """

    label: str
    words: Mapping[str, tuple[str, ...]]
    size: int
    records: int
    trend: Trend | None
    central: tuple[int, ...]
    borderline: tuple[int, ...]
    stability: float


def candidates(clauses: Sequence[Clause], vectors: Floats, seed: int) -> list[Candidate]:
    """The themes that stand out, those of most records first; the same for the same ``seed``.

    ``vectors`` (clauses × dimensions, of length one) are those of multilingual e5 or alike. Texts
    that are the same count once in the clustering: copies make a theme larger, never a theme.
    """
    copies = _copies(clauses)
    if len(copies) < FEWEST_TEXTS:
        return []
    texts = [clauses[same[0]] for same in copies]
    own_vectors = vectors[[same[0] for same in copies]]
    dimensions = min(_MOST_DIMENSIONS, max(_FEWEST_DIMENSIONS, len(texts) // 10))
    points = _points(texts, own_vectors, dimensions)
    random = np.random.default_rng(seed)
    drawn = np.sort(random.permutation(len(points))[:MOST_CLUSTERED])
    found = _best_clusters(_distances(points[drawn]))
    if found is None:
        return []
    labels, furthest = found
    centroids = _centroids(points[drawn], labels)
    compared = [texts[index] for index in drawn]
    stabilities = _stabilities(compared, own_vectors[drawn], dimensions, labels, furthest, random)
    nearness = points @ centroids.T
    theme = _themes(nearness, furthest)
    theme[drawn] = labels
    telling = _telling(texts, theme)
    proposed = []
    for own, stability in enumerate(stabilities):
        members = np.flatnonzero(theme == own)
        indices = [index for member in members for index in copies[member]]
        records = len({clauses[index].record for index in indices})
        majority = Counter(texts[member].language for member in members).most_common(1)[0][0]
        words = telling[own][majority]
        # Texts with no word in common are alike in their punctuation, say, and not in a subject.
        if records < FEWEST_RECORDS or stability < STABLE or not words:
            continue
        central = _central(members, nearness[:, own], texts)
        borderline = _borderline(np.setdiff1d(members, central), nearness, own)
        proposed.append(
            Candidate(
                label=", ".join(words[:3]),
                words={each: said for each, said in telling[own].items() if said},
                size=len(indices),
                records=records,
                trend=_trend(clauses, frozenset(indices)),
                central=tuple(copies[member][0] for member in central),
                borderline=tuple(copies[member][0] for member in borderline),
                stability=stability,
            )
        )
    return sorted(proposed, key=lambda candidate: (-candidate.records, candidate.central))


def bare(text: str) -> str:
    """The words of a text alone: two texts with the same ones count as copies."""
    return " ".join(re.findall(r"\w+", text.casefold()))


def _copies(clauses: Sequence[Clause]) -> list[list[int]]:
    """The indices of the clauses with the same words, for each different text."""
    same: defaultdict[str, list[int]] = defaultdict(list)
    for index, clause in enumerate(clauses):
        same[bare(clause.text)].append(index)
    return list(same.values())


def _points(texts: Sequence[Clause], vectors: Floats, dimensions: int) -> Floats:
    """What the texts are about: texts × ``dimensions``, of length one at most.

    The vectors of e5 all point one way, and their language and the length of their text show in
    them more than most subjects do: what these explain is taken out by least squares. Otherwise
    the clusters are of one language each, and of short texts or of long ones.
    """
    lengths = np.log([1 + len(clause.text.split()) for clause in texts])
    counted = Counter(clause.language for clause in texts)
    columns = [np.ones(len(texts)), lengths, lengths**2]
    for language in sorted(counted):
        if counted[language] >= FEWEST_TEXTS:
            columns.append(np.array([float(clause.language == language) for clause in texts]))
    known = np.stack(columns, axis=1)
    rest = vectors - known @ np.linalg.lstsq(known, vectors, rcond=None)[0]
    # Where nothing but rounding is left, it must not be stretched to a direction.
    rest /= np.maximum(np.linalg.norm(rest, axis=1, keepdims=True), 1e-3)
    axes = np.linalg.svd(rest - rest.mean(axis=0), full_matrices=False)[2][:dimensions]
    # Not stretched to length one again: what is about nothing common lies off the axes, so its
    # point is near the origin and far from all others.
    points: Floats = (rest @ axes.T).astype(np.float32)
    return points


def _distances(points: Floats) -> Floats:
    """One less the dot product of each two points: texts × texts, from 0 to 2."""
    distances: Floats = np.clip(1 - points @ points.T, 0, 2)
    np.fill_diagonal(distances, 0)
    return distances


def _linked(distances: Floats, furthest: float) -> Ints:
    """The cluster of each text: those whose mean distance is at most ``furthest`` are joined."""
    linkage = AgglomerativeClustering(
        n_clusters=None, metric="precomputed", linkage="average", distance_threshold=furthest
    )
    labels: Ints = linkage.fit_predict(distances)
    return labels


def _best_clusters(distances: Floats) -> tuple[Ints, float] | None:
    """Clusters numbered from 0 (-1: in none), and the distance of linkage that made them.

    The distance is the one with the best silhouette (Rousseeuw 1987), to which texts in clusters
    too small to be a theme add nothing; None where no distance leaves two clusters.
    """
    best, best_score = None, 0.0
    for furthest in _DISTANCES:
        labels = _linked(distances, furthest)
        large = np.flatnonzero(np.bincount(labels) >= SMALLEST)
        numbers = np.full(labels.max() + 1, -1)
        numbers[large] = np.arange(len(large))
        labels = numbers[labels]
        inside = labels >= 0
        if len(large) < 2:
            continue
        among = distances[np.ix_(inside, inside)]
        score = silhouette_score(among, labels[inside], metric="precomputed") * inside.mean()
        if score > best_score:
            best, best_score = (labels, furthest), score
    return best


def _centroids(points: Floats, labels: Ints) -> Floats:
    """The mean point of each cluster: clusters × dimensions."""
    return np.stack([points[labels == own].mean(axis=0) for own in range(labels.max() + 1)])


def _themes(nearness: Floats, furthest: float) -> Ints:
    """The cluster that each text resembles most, as closely as linkage asks; else -1."""
    return np.where(nearness.max(axis=1) >= 1 - furthest, nearness.argmax(axis=1), -1)


def _stabilities(
    texts: Sequence[Clause],
    vectors: Floats,
    dimensions: int,
    labels: Ints,
    furthest: float,
    random: np.random.Generator,
) -> list[float]:
    """The mean Jaccard of each cluster with the most similar one of five bootstrap samples.

    Hennig (2007), "Cluster-wise assessment of cluster stability", Computational Statistics & Data
    Analysis 52: a cluster is compared by those of its members that were drawn. The axes are found
    anew too, since with few texts it is they that are an accident.
    """
    best = np.zeros((_RESAMPLINGS, labels.max() + 1))
    for scores in best:
        drawn = np.unique(random.integers(len(labels), size=len(labels)))
        points = _points([texts[index] for index in drawn], vectors[drawn], dimensions)
        again = _linked(_distances(points), furthest)
        sizes = np.bincount(again)
        for own in range(len(scores)):
            inside = labels[drawn] == own
            shared = np.bincount(again[inside], minlength=len(sizes))
            scores[own] = (shared / (sizes + inside.sum() - shared)).max()
    return [float(mean) for mean in best.mean(axis=0)]


def _central(members: Ints, nearness: Floats, texts: Sequence[Clause]) -> list[int]:
    """The texts nearest to the centroid, one of each record."""
    nearest: dict[str, int] = {}
    for member in members[np.argsort(-nearness[members], kind="stable")]:
        nearest.setdefault(texts[member].record, int(member))
    return list(nearest.values())[:_CENTRAL]


def _borderline(members: Ints, nearness: Floats, own: int) -> list[int]:
    """The texts that are nearly as near, or nearer, to another centroid than to their own."""
    others = np.delete(nearness[members], own, axis=1).max(axis=1)
    order = np.argsort(nearness[members, own] - others, kind="stable")
    return [int(member) for member in members[order][:_BORDERLINE]]


def _trend(clauses: Sequence[Clause], members: frozenset[int]) -> Trend | None:
    dated = sorted((c.date, i in members) for i, c in enumerate(clauses) if c.date is not None)
    if len(dated) < FEWEST_DATED or not any(own for _, own in dated):
        return None
    days = np.array([day.toordinal() for day, _ in dated], dtype=float)
    own = np.array([own for _, own in dated], dtype=float)
    # By day, not by rank: clauses of one day, or of one month, are in the same third.
    first, last = days[(len(days) - 1) // 3], days[len(days) - 1 - (len(days) - 1) // 3]
    spread = days.std() * own.std()
    slope = float(((days - days.mean()) * own).mean() / spread) if spread else 0.0
    # A correlation by chance has a variance of 1 / (n - 1), whatever is correlated (Pitman 1937).
    direction = int(np.sign(slope)) if abs(slope) * sqrt(len(dated) - 1) >= 1.96 else 0
    return Trend(direction, float(own[days <= first].mean()), float(own[days >= last].mean()))


def _telling(texts: Sequence[Clause], theme: Ints) -> list[dict[str, tuple[str, ...]]]:
    """For each theme and language, the words that its texts hold more than the others do.

    Class-based TF-IDF (Grootendorst 2022, "BERTopic") within a language, a term counted once a
    text; the texts of no theme are one more class.
    """
    holders: defaultdict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    for clause, own in zip(texts, theme, strict=True):
        holders[int(own), clause.language].update(set(_terms(clause.text, clause.language)))
    everywhere: defaultdict[str, Counter[str]] = defaultdict(Counter)
    classes: Counter[str] = Counter()
    for (_, language), held in holders.items():
        everywhere[language].update(held)
        classes[language] += 1
    telling: list[dict[str, tuple[str, ...]]] = [{} for _ in range(int(theme.max()) + 1)]
    for (own, language), held in holders.items():
        if own < 0:
            continue
        usual = everywhere[language].total() / classes[language]
        weights = {
            term: count * log(1 + usual / everywhere[language][term])
            for term, count in held.items()
            # A word of one text is that text's, not the theme's.
            if count > 1
        }
        telling[own][language] = _different(
            sorted(weights, key=lambda term: (-weights[term], term))
        )
    return telling


def _terms(text: str, language: str) -> Iterator[str]:
    """The words of a text that carry meaning, and the pairs of neighbours among them."""
    text = " ".join(text.lower().replace("’", "'").split())
    stop = _STOP.get(language, _ALL_STOP)
    words = [word for word in _WORD.finditer(text) if len(word[0]) > 2 and word[0] not in stop]
    yield from (word[0] for word in words)
    for one, two in pairwise(words):
        if _JOINT.fullmatch(text, one.end(), two.start()):
            yield text[one.start() : two.end()]


def _different(terms: Sequence[str]) -> tuple[str, ...]:
    """The first terms, without those that only repeat a word, in this form or another."""
    chosen: list[str] = []
    said: set[str] = set()
    for term in terms:
        starts = {word[:5] for word in _WORD.findall(term)}
        if len(chosen) < _WORDS and not starts & said:
            chosen.append(term)
            said |= starts
    return tuple(chosen)
