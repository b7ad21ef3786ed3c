"""Coding by a chat model: what it is asked, and what of its answer can be kept.

The model is a function from a prompt to an answer; nothing here knows which one it is. What it
says is believed only where it can be checked: the quote stands in the text, the theme stands in
the codebook. What fails is dropped and counted.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from string import Template
from typing import Any, get_args

from corpus.codebook import Codebook, Polarity
from corpus.coding.mentions import Mention

Complete = Callable[[str], str]

METHOD = "chat model"
"""The method of its mentions is this and the model's name."""

PROBABILITY = 0.75
"""Of every mention. A model says yes without a probability that was ever measured, so this says
nothing but yes: it lies between a half, where the cut is, and certainty, which people have."""

ATTEMPTS = 2
"""An answer that is malformed is asked for once more, with what is wrong with it."""

_FENCE = re.compile(r"\A```(?:json)?\s*\n(.*)\n```\Z", re.DOTALL)
_BREAKS = re.compile("[<>\u0085\u2028\u2029]")
_POLARITIES = get_args(Polarity)


class Malformed(ValueError):
    """An answer that cannot be read as what was asked for; says why, in words of ours alone."""


@dataclass(frozen=True, slots=True)
class Read:
    """The mentions of each text, and how many were dropped, by reason."""

    mentions: list[list[Mention]]
    dropped: Counter[str] = field(default_factory=Counter)


def frame(codebook: Codebook) -> tuple[str, str]:
    """What stands before the texts in a prompt, and what stands after."""
    asked = files(__package__).joinpath("by_model.md").read_text("utf-8")
    marker = "$texts"
    before, after = asked.split(marker)
    themes = (
        {
            "id": theme.id,
            "definition": _said(theme.definition),
            "includes": _said(theme.includes),
            "excludes": _said(theme.excludes),
        }
        for theme in codebook.themes
    )
    filled = Template(before).substitute(
        themes="\n".join(_as_data({k: v for k, v in theme.items() if v}) for theme in themes),
        emotions=", ".join(sign.id for sign in codebook.emotions) or "none",
        stages=", ".join(sign.id for sign in codebook.stages) or "none",
    )
    return filled, after


def line(number: int, text: str) -> str:
    """A text as it stands in a prompt: one line of JSON, which no text can end."""
    return _as_data({"id": number, "text": text}) + "\n"


def prompt(around: tuple[str, str], texts: Sequence[str]) -> str:
    """What the model is asked about some texts; ``around`` is the codebook's frame."""
    before, after = around
    return before + "".join(line(number, text) for number, text in enumerate(texts, 1)) + after


def code(
    complete: Complete,
    model: str,
    codebook: Codebook,
    around: tuple[str, str],
    texts: Sequence[str],
) -> Read | None:
    """What a model finds in some texts; None where no answer of its could be read."""
    asked, wrong = prompt(around, texts), ""
    for _ in range(ATTEMPTS):
        try:
            return read(complete(asked + wrong), model, codebook, texts)
        except Malformed as error:
            wrong = (
                f"\nYour last answer could not be used: {error}. "
                "Answer again, with the JSON object alone.\n"
            )
    return None


def read(answer: str, model: str, codebook: Codebook, texts: Sequence[str]) -> Read:
    """The mentions in a model's answer that hold; raises Malformed where it is not as asked."""
    answer = answer.strip()
    fenced = _FENCE.match(answer)
    try:
        found = json.loads(fenced[1] if fenced else answer, object_pairs_hook=_once)
    except Malformed:
        raise
    except (ValueError, RecursionError):
        raise Malformed("it is not one JSON object") from None
    if not isinstance(found, dict):
        raise Malformed("it is not one JSON object")
    ids = [str(number) for number in range(1, len(texts) + 1)]
    if missing := [each for each in ids if each not in found]:
        raise Malformed(f"{len(missing)} of the {len(ids)} texts are not in it")
    if len(found) > len(ids):
        raise Malformed("it has keys that are no text's id")
    if not all(isinstance(said, list) for said in found.values()):
        raise Malformed("the value of each key must be a list")
    dropped: Counter[str] = Counter()
    method = f"{METHOD} {model}"
    return Read(
        [
            _kept(found[each], text, codebook, method, dropped)
            for each, text in zip(ids, texts, strict=True)
        ],
        dropped,
    )


def _kept(
    said: Sequence[Any], text: str, codebook: Codebook, method: str, dropped: Counter[str]
) -> list[Mention]:
    """The mentions of one text that hold, in its order."""
    found: dict[tuple[int, int, str], Mention] = {}
    for each in said:
        mention = _mention(each, text, codebook, method, found)
        if isinstance(mention, str):
            dropped[mention] += 1
        else:
            found[mention.start, mention.end, mention.theme] = mention
    return sorted(found.values(), key=lambda held: (held.start, held.end, held.theme))


def _mention(
    said: Any,
    text: str,
    codebook: Codebook,
    method: str,
    taken: dict[tuple[int, int, str], Mention],
) -> Mention | str:
    """The mention, or why it cannot be kept."""
    if not isinstance(said, dict):
        return "not as asked"
    quote, theme, polarity = (said.get(name) for name in ("quote", "theme", "polarity"))
    if not (isinstance(quote, str) and isinstance(theme, str)):
        return "not as asked"
    if codebook.theme(theme) is None:
        return "unknown theme"
    if not (isinstance(polarity, str) and polarity in _POLARITIES):
        return "unknown polarity"
    quote = quote.strip()
    if not any(map(str.isalnum, quote)) or quote not in text:
        return "quote not in the text"
    # A clause that stands there twice is meant once for each time that it is quoted.
    start = text.find(quote)
    while (start, start + len(quote), theme) in taken:
        start = text.find(quote, start + len(quote))
        if start < 0:
            return "said twice"
    emotions, stage = said.get("emotions"), said.get("stage")
    shown = emotions if isinstance(emotions, list) else ()
    return Mention(
        start=start,
        end=start + len(quote),
        theme=theme,
        polarity=polarity,  # type: ignore[arg-type]  # one of the three, as was just seen
        emotions=tuple(sign.id for sign in codebook.emotions if sign.id in shown),
        stage=next((sign.id for sign in codebook.stages if sign.id == stage), None),
        probability=PROBABILITY,
        method=method,
    )


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """An object, whose keys stand there once."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise Malformed("a key stands in it twice")
    return found


def _said(words: Any) -> Any:
    """What is said in English, else in whichever language it is said."""
    return words.get("en") or next(iter(words.values()), None)


def _as_data(value: object) -> str:
    """JSON on one line, without what could look like the end of a line or of a part.

    Quotes and line ends are escaped by JSON itself; angle brackets and Unicode's own line ends
    are by this, so that no text can write ``</texts>``.
    """
    written = json.dumps(value, ensure_ascii=False)
    return _BREAKS.sub(lambda sign: f"\\u{ord(sign[0]):04x}", written)
