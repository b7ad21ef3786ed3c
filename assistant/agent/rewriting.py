"""A follow-up written out by a chat model so that it can be understood by itself.

Earlier answers are given as context, in the sentences that templates and verified models wrote,
never as evidence: whoever answers gathers its own. What a model puts in that nobody said is no
rewriting, and the question is then read by the rules.
"""

from collections.abc import Sequence
from importlib import resources
from typing import Any

from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage

from assistant.agent.bounds import Meter
from assistant.agent.evidence import as_line
from assistant.models import load_chat_model, problem_of
from assistant.verify.numerals import read
from assistant.verify.terms import terms_of
from corpus.conversations import Turn
from corpus.errors import AncrageError
from corpus.settings import Settings
from corpus.store import Store

MOST, LONGEST = 200, 400
"""Tokens of a rewriting, and its characters."""

SECONDS = 20.0
"""A follow-up is not worth waiting longer for."""

TOLD = 3
"""Sentences of an earlier answer that are given as context."""

NEW = 1 / 4
"""The share of its content words that may stand nowhere before: "customers", for "they"."""

KEPT = 1 / 2
"""The share of the question's own that it must keep."""


def rewrite(
    name: str, settings: Settings, store: Store, question: str, before: Sequence[Turn]
) -> tuple[str | None, dict[str, Any]]:
    """The question as it can be understood by itself, and what writing that took.

    None where it can be already, and where what the model gave is none: it did not answer, or it
    put in what nobody said.
    """
    bounded = settings.model_copy(update={"chat_seconds": min(SECONDS, settings.chat_seconds)})
    meter = Meter(name, bounded, store)
    try:
        written = _asked(name, bounded, meter, question, before)
    except AncrageError:
        # The answer itself says what is wrong with its model.
        return None, meter.as_dict()
    same = written.casefold().strip(" ?.!") == question.casefold().strip(" ?.!")
    good = not same and faithful(written, question, before)
    return written if good else None, meter.as_dict()


def faithful(written: str, question: str, before: Sequence[Turn]) -> bool:
    """Whether a rewriting says what was asked, in words that stand before it."""
    if not written or len(written) > LONGEST or "\n" in written:
        return False
    asked = " ".join([question, *(turn.question for turn in before)])
    if {(n.value, n.unit) for n in read(written)} - {(n.value, n.unit) for n in read(asked)}:
        return False
    said, own = terms_of(written), terms_of(question)
    known = terms_of(" ".join([asked, *(text for turn in before for text in _told(turn))])).keys
    new = sum(not term.keys & (known | own.keys) for term in said.terms)
    kept = sum(bool(term.keys & said.keys) for term in own.terms)
    return new <= NEW * len(said.terms) and kept >= KEPT * len(own.terms)


def _asked(
    name: str, settings: Settings, meter: Meter, question: str, before: Sequence[Turn]
) -> str:
    prompt = resources.files("assistant.agent").joinpath("rewrite.md").read_text("utf-8")
    lines = [as_line({"question": turn.question, "answered": _told(turn)}) for turn in before]
    asked = "\n".join(["<earlier>", *lines, "</earlier>", as_line({"last question": question})])
    messages: list[BaseMessage] = [SystemMessage(prompt), HumanMessage(asked)]
    meter.allow(messages)
    model = load_chat_model(name, settings, MOST, timeout=meter.seconds or 1.0)
    try:
        answer = model.invoke(messages)
    except Exception as error:  # each provider's package raises its own
        raise problem_of(name, error) from error
    meter.add(messages, [answer])
    return str(answer.text).strip().strip('"«»“” ')


def _told(turn: Turn) -> list[str]:
    """The first sentences of an earlier answer, and no words of those that it quotes."""
    claims = (turn.answer or {}).get("claims", [])
    own = [each["text"] for each in claims if each["facts"] and not each["citations"]]
    return own[:TOLD]
