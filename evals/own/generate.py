"""Drafts of every kind and language, drawn with a seed."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from random import Random

from assistant.words import ANSWER_LANGUAGES
from corpus.analysis import STEMMED, stems
from corpus.errors import InputError
from evals.own.drafters import drafter
from evals.own.types import Draft, Holder, Own, Passage

SHARES = {"lookup": 0.5, "counts": 0.25, "unanswerable": 0.25}
"""How the number asked for is dealt among the kinds; rated answers are drafted beside it."""

THUMBS = "thumbs"

MOST_PASSAGES = 20_000
"""Passages that questions are drafted from; of more, the same sample each time."""

LEAST_SHARE = 0.02
"""A language with a smaller share of the passages gets no questions unless it is asked for."""

Better = Callable[[Draft], Draft | None]
"""What a chat model makes of a draft: another wording, or None where it cannot be answered."""


def generate(
    holder: Holder,
    number: int,
    *,
    kinds: Sequence[str] = (),
    languages: Sequence[str] = (),
    seed: int = 0,
    better: Better | None = None,
) -> list[Draft]:
    """So many drafts, dealt among kinds and the corpus's languages, and all rated answers.

    Where a kind or a language has too few, there are fewer. Raises InputError where nothing can
    be drafted.
    """
    for kind in kinds:
        drafter(kind)
    for language in languages:
        if language not in ANSWER_LANGUAGES:
            raise InputError(f"Questions are drafted in {' and '.join(ANSWER_LANGUAGES)}, "
                             f"not in {language}.")  # fmt: skip
    passages = _passages(holder)
    spoken = {
        code: n for code, n in Counter(p.language for p in passages).items()
        if code in ANSWER_LANGUAGES and (code in languages or not languages)
        and (languages or n >= LEAST_SHARE * len(passages))
    }  # fmt: skip
    wanted = {kind: SHARES[kind] for kind in SHARES if kind in kinds or not kinds}
    held = {language: _held(passages, language) for language in spoken}
    found: list[Draft] = []
    for kind, of_kind in dealt(number, wanted).items():
        for language, n in dealt(of_kind, spoken).items():
            random = Random(f"{seed} {kind} {language}")  # noqa: S311 - a sample, not a secret
            own = Own(holder, language, passages, random, held[language])
            found += _numbered(islice(_kept(drafter(kind).drafts(own), better), n), kind, language)
    if THUMBS in kinds or not kinds:
        for language in languages or ANSWER_LANGUAGES:
            own = Own(holder, language, passages, Random(seed), {})  # noqa: S311
            found += drafter(THUMBS).drafts(own)
    if not found:
        raise InputError("Nothing could be drafted: the corpus has too little in these languages.")
    return found


def dealt(number: int, weights: Mapping[str, float]) -> dict[str, int]:
    """A number dealt in proportion to the weights, by the largest remainders."""
    total = sum(weights.values())
    if not total:
        return {}
    exact = {name: number * weight / total for name, weight in weights.items()}
    found = {name: int(value) for name, value in exact.items()}
    by_rest = sorted(exact, key=lambda name: (found[name] - exact[name], name))
    for name in by_rest[: number - sum(found.values())]:
        found[name] += 1
    return found


def _kept(drafts: Iterator[Draft], better: Better | None) -> Iterator[Draft]:
    """The drafts as a chat model words them, each question once."""
    asked: set[str] = set()
    for draft in drafts:
        one = better(draft) if better else draft
        if one and one.case.question not in asked:
            asked.add(one.case.question)
            yield one


def _numbered(drafts: Iterator[Draft], kind: str, language: str) -> Iterator[Draft]:
    for number, draft in enumerate(drafts, 1):
        yield replace(draft, case=replace(draft.case, id=f"{kind}-{language}-{number:03}"))


def _held(passages: Sequence[Passage], language: str) -> dict[str, tuple[Passage, ...]]:
    found: dict[str, list[Passage]] = defaultdict(list)
    for passage in passages:
        if passage.language == language:
            for stem in passage.stems:
                found[stem].append(passage)
    return {stem: tuple(some) for stem, some in found.items()}


def _passages(holder: Holder) -> tuple[Passage, ...]:
    rows = holder.sql(
        "SELECT id, kind, language, text, source, score FROM passages WHERE text <> '' "  # noqa: S608
        f"ORDER BY md5(id) LIMIT {MOST_PASSAGES}"
    )
    return tuple(
        Passage(
            row["id"], row["kind"], row["language"], row["text"], row["source"], row["score"],
            # A word stands in texts of another language too.
            frozenset(s for code in {row["language"], *STEMMED} for s in stems(row["text"], code)),
        )
        for row in rows
    )  # fmt: skip
