"""What coding by a chat model would take, and doing it within what may be spent."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from functools import partial
from threading import Event
from typing import Any

from corpus.coding import model_codes
from corpus.coding.by_model import code, frame, line
from corpus.coding.judgements import current_codebook
from corpus.coding.model_codes import Waiting
from corpus.errors import AncrageError, ModelError
from corpus.store import Store
from corpus.tokens import count_tokens

TEXTS = 20
"""Texts of one request: each repeats the codebook, and a longer answer is more often malformed."""

TEXT_TOKENS = 4_000
"""Tokens of the texts of one request, unless one text alone has more."""

ANSWER_TOKENS = 90
"""Expected of the answer for each text. The offline codes of the demo company, written as a model
is asked to write them, take 72, with 1.7 mentions a text."""

MOST_ANSWER = 4_000
"""Tokens that an answer may have; a model that talks on is cut off there."""

IN_A_ROW = 3
"""Requests without an answer after which the rest is not tried."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Completion:
    """A model's answer, and the tokens that it took by the model's own count."""

    text: str
    prompt_tokens: int
    answer_tokens: int


Ask = Callable[[str, int], Completion]
"""From a prompt and the most tokens of the answer to the answer; raises ModelError for none."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a model would take to code what it has not coded with the codebook in use."""

    codebook: int
    texts: int
    coded_before: int
    requests: int
    prompt_tokens: int
    answer_tokens: int

    @property
    def tokens(self) -> int:
        """Of prompts and answers together."""
        return self.prompt_tokens + self.answer_tokens

    def as_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return {**asdict(self), "tokens": self.tokens}


@dataclass(slots=True)
class Spent:
    """What was spent, and what came of it.

    ``malformed`` and ``unanswered`` count texts, which are left to the offline coder; ``dropped``
    counts mentions, by reason. ``stopped`` says why it ended before all was coded.
    """

    requests: int = 0
    prompt_tokens: int = 0
    answer_tokens: int = 0
    coded: int = 0
    mentions: int = 0
    malformed: int = 0
    unanswered: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    stopped: str | None = None
    failed: bool = False

    @property
    def tokens(self) -> int:
        """Of prompts and answers together."""
        return self.prompt_tokens + self.answer_tokens

    def as_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return {**asdict(self), "dropped": dict(self.dropped), "tokens": self.tokens}


class _Spent(Exception):
    """There is not enough left for another request."""


def estimate(store: Store, model: str) -> Estimate:
    """What it would take; counts with cl100k_base, which other models' counts differ from.

    Requests that are repeated, and what a model thinks before it answers, come on top.
    """
    version, codebook = current_codebook(store)
    around = sum(map(count_tokens, frame(codebook)))
    texts = requests = prompts = 0
    for batch, tokens in _batches(model_codes.waiting(store, version, model)):
        texts += len(batch)
        requests += 1
        prompts += around + tokens
    return Estimate(
        codebook=version,
        texts=texts,
        coded_before=model_codes.count_by(store, version, model),
        requests=requests,
        prompt_tokens=prompts,
        answer_tokens=texts * ANSWER_TOKENS,
    )


def _batches(texts: Iterator[Waiting]) -> Iterator[tuple[list[Waiting], int]]:
    """The texts of each request, and their tokens."""
    batch: list[Waiting] = []
    sum_of = 0
    for each in texts:
        tokens = count_tokens(line(len(batch) + 1, each.text))
        if batch and (len(batch) == TEXTS or sum_of + tokens > TEXT_TOKENS):
            yield batch, sum_of
            batch, sum_of = [], 0
        batch.append(each)
        sum_of += tokens
    if batch:
        yield batch, sum_of


def spend(
    store: Store,
    model: str,
    ask: Ask,
    budget: int,
    progress: Progress | None = None,
    stop: Event | None = None,
) -> Spent:
    """Code what the model has not coded, until done, or until the budget of tokens is spent.

    Every request's codes are kept as they come. No request is made that would go beyond the
    budget with the answer that is expected, and no answer may be longer than what is left.
    """
    version, codebook = current_codebook(store)
    around, spent, in_a_row, lost = frame(codebook), Spent(), 0, ""
    whole = estimate(store, model).texts if progress else 0
    metered = _metered(ask, budget, spent)
    for batch, _ in _batches(model_codes.waiting(store, version, model)):
        if stop and stop.is_set():
            spent.stopped = "It was interrupted."
            break
        texts = [each.text for each in batch]
        try:
            asked = partial(metered, len(batch))
            found = code(asked, model, codebook, around, texts)
        except _Spent:
            spent.stopped = f"What is left of {budget:,} tokens is too little for another request."
            break
        except ModelError as error:
            spent.unanswered += len(batch)
            in_a_row, lost = in_a_row + 1, str(error)
            if in_a_row == IN_A_ROW:
                break
            continue
        except AncrageError as error:
            spent.unanswered += len(batch)
            spent.stopped, spent.failed = str(error), True
            break
        in_a_row = 0
        if found is None:
            spent.malformed += len(batch)
            continue
        spent.dropped += found.dropped
        spent.coded += len(batch)
        spent.mentions += sum(map(len, found.mentions))
        digests = [each.digest for each in batch]
        model_codes.keep(store, version, model, list(zip(digests, found.mentions, strict=True)))
        if progress:
            progress(spent.coded + spent.malformed + spent.unanswered, whole)
    # A model that never answers has failed, however few requests there were.
    if in_a_row == IN_A_ROW or (lost and not (spent.coded or spent.malformed)):
        spent.stopped, spent.failed = lost, True
    return spent


def _metered(ask: Ask, budget: int, spent: Spent) -> Callable[[int, str], str]:
    """Asks while the budget allows it, and counts."""
    rate = 1.0

    def metered(texts: int, prompt: str) -> str:
        nonlocal rate
        counted = count_tokens(prompt)
        # Another model's tokens are other ones: by the most that they were seen to differ.
        room = budget - spent.tokens - round(rate * counted)
        if room < texts * ANSWER_TOKENS:
            raise _Spent
        spent.requests += 1
        try:
            done = ask(prompt, min(room, MOST_ANSWER))
        except ModelError as error:
            # What was sent and not answered may be billed all the same.
            spent.prompt_tokens += error.sent * round(rate * counted)
            raise
        spent.prompt_tokens += done.prompt_tokens
        spent.answer_tokens += done.answer_tokens
        rate = max(rate, done.prompt_tokens / counted)
        return done.text

    return metered
