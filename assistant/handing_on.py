"""A conversation as a Markdown file that a researcher can hand on.

Each answer as it was given, then what it stands on: the quotes with the place where each is found,
and the figures with the query that gives each again.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from assistant.answers.parts import decimal, share_points
from assistant.draft import escape
from assistant.types import SHARE_POINTS
from assistant.words import NNBSP, Words, words

Json = Mapping[str, Any]

PLACES = ("sheet", "page", "heading", "speaker", "turn", "paragraph", "row", "line", "cell")
"""The parts of a locator that have words, from the widest to the narrowest."""

BASES = ("customers", "records", "sessions", "events", "cells")


def as_markdown(conversation: Json) -> str:
    """The conversation, in the language of its first answer."""
    turns: Sequence[Json] = conversation["turns"]
    answers = [turn["answer"] for turn in turns if turn["answer"]]
    said = words(answers[0]["language"] if answers else "en")
    first, last = (_day(said, conversation[name]) for name in ("made", "changed"))
    held = said.say("h_held_once", day=first)
    if first != last:
        held = said.say("h_held", first=first, last=last)
    head = [
        f"# {escape(conversation['title'])}",
        held,
        said.say("h_as_given"),
    ]
    parts = [block for turn in turns for block in _turn(said, turn)]
    return "\n\n".join([*head, *parts]) + "\n"


def _turn(said: Words, turn: Json) -> Iterator[str]:
    yield f"## {turn['number']}. {escape(_in_line(turn['question']))}"
    answer = turn["answer"]
    if not answer:
        yield said.say("h_not_kept", at=_moment(said, turn["made"]))
        return
    by = answer["model"] or said.say("h_no_model")
    stated = [_moment(said, turn["made"]), said.say(f"h_{answer['status']}"), by]
    yield f"*{escape(' · '.join(stated))}*"
    yield f"> {escape(_in_line(answer['understood']['text']))}"
    # Composed as Markdown in which what is quoted is inert.
    yield answer["text"]
    if answer["citations"]:
        yield f"### {said.say('h_citations', n=str(turn['number']))}"
        yield "\n".join(_citation(said, each) for each in answer["citations"])
    if answer["facts"]:
        yield f"### {said.say('h_facts', n=str(turn['number']))}"
        yield "\n\n".join(_fact(said, each) for each in answer["facts"])
    if answer["dropped"]:
        yield f"### {said.say('h_dropped', n=str(turn['number']))}"
        yield "\n".join(
            f"- {escape(_in_line(each['text']))} ({escape(each['reason'])})"
            for each in answer["dropped"]
        )


def _citation(said: Words, citation: Json) -> str:
    """The quote, exactly, and where it stands."""
    quote = escape(citation["quote"]).replace("\n", "  \n  ")
    where = [
        citation["source"],
        *places(said, citation["locator"]),
        *([_day(said, citation["date"])] if citation["date"] else []),
        said.say(f"kind_{citation['kind']}"),
    ]
    passage = citation["passage_id"]
    span = said.say("h_span", start=citation["start"], end=citation["end"])
    return (
        f"- **[{citation['id']}]** {said.quote(quote)}  \n  {escape(', '.join(where))}  \n"
        f"  {_code(passage)}, {span}"
    )


def places(said: Words, locator: Mapping[str, str | int]) -> list[str]:
    """The parts of a locator in words, the widest first."""
    known = [said.say(f"h_at_{key}", v=locator[key]) for key in PLACES if key in locator]
    return known + [f"{key} {value}" for key, value in locator.items() if key not in PLACES]


def _fact(said: Words, fact: Json) -> str:
    """The figure with its base and interval, and what gives it again."""
    lines = [f"- **[{fact['id']}]** {escape(fact['label'])}: **{_figure(said, fact)}**"]
    if said.language == "fr":
        lines = [lines[0].replace(": **", f"{NNBSP}: **")]
    base = said.say(f"h_base_{fact['base']}") if fact["base"] in BASES else fact["base"]
    counts = [fact["numerator"], fact["denominator"]]
    made = (
        said.say("h_of", a=_number(said, counts[0]), b=_number(said, counts[1]))
        if None not in counts
        else f"n = {_number(said, fact['n'])}"
    )
    about = [f"{made} {base}"]
    if None not in (fact["low"], fact["high"]):
        low, high = (_quantity(said, fact["unit"], fact[side]) for side in ("low", "high"))
        about.append(said.say("h_interval", low=low, high=high))
    about.append(fact["method"])
    lines.append(escape(" · ".join(filter(None, about))))
    lines.append(_fenced("sql", fact["query"]))
    lines.append(_fenced("sh", fact["replay"]))
    return "\n\n  ".join(line.replace("\n", "\n  ") for line in lines)


def _figure(said: Words, fact: Json) -> str:
    if fact["value"] is None:
        return said.say("h_withheld", why=escape(str(fact["withheld"])))
    return _quantity(said, fact["unit"], fact["value"])


def _quantity(said: Words, unit: str, value: float) -> str:
    if unit == "share":
        return said.figure(f"{decimal(said, 100 * value)} %")
    if unit == SHARE_POINTS:
        return share_points(said, value)
    return _number(said, value)


def _number(said: Words, value: float) -> str:
    return said.number(int(value)) if value == int(value) else decimal(said, value, 2)


def _fenced(language: str, code: str) -> str:
    """A block of code, in a fence that the code does not hold."""
    fence = "```"
    while fence in code:
        fence += "`"
    return f"{fence}{language}\n{code}\n{fence}"


def _code(text: str) -> str:
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def _in_line(text: str) -> str:
    return " ".join(text.split("\n"))


def _day(said: Words, iso: str) -> str:
    at = _at(iso)
    first = "1er" if said.language == "fr" and at.day == 1 else str(at.day)
    return f"{first} {said.months[at.month - 1]} {at.year}"


def _moment(said: Words, iso: str) -> str:
    return f"{_day(said, iso)}, {_at(iso):%H:%M} UTC"


def _at(iso: str) -> datetime:
    """A time as the store keeps it, or a day, in UTC."""
    at = datetime.fromisoformat(iso)
    return at.astimezone(UTC) if at.tzinfo else at
