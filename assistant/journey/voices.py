"""What customers say of each stage, and what they do there, as cells of a canvas.

Every number is a figure of the analyses, every quote a span that was picked for reading well.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.answers.parts import (
    clear,
    decimal,
    first,
    people,
    percent_points,
    points,
    share,
)
from assistant.journey.board import Board, side
from assistant.words import NNBSP
from corpus.codebook import Polarity
from corpus.filters import Filters
from corpus.metrics.funnel import stages_of_kinds
from corpus.metrics.quotes import Quote, pick
from corpus.metrics.types import Figure
from corpus.types import HIGH, LOW

MOST_PAINS, MOST_PRAISED, MOST_EMOTIONS, MOST_CHANNELS, MOST_MOMENTS = 3, 2, 3, 4, 3

MOST_QUOTED = 2
"""Pains of a stage that come with somebody's words."""


def put_voices(board: Board, stages: Sequence[str]) -> None:
    """The cells of what is said and done, stage by stage."""
    journey = board.book.all("journey", board.ask)
    others = board.book.all("journey", board.others) if board.others else []
    for stage in stages:
        own, beside = (
            [figure for figure in figures if figure.about.get("stage") == stage]
            for figures in (journey, others)
        )
        _put_said(board, stage, own, beside)
        _put_feeling(board, stage, own, beside)
        _put_pains(board, stage, own, beside)
        _put_moment(board, stage, own)
        _put_left(board, stage, own)
        _put_beliefs(board, stage)
    _put_steps(board, stages)


# What is said --------------------------------------------------------------------------------


def _put_said(board: Board, stage: str, own: Sequence[Figure], beside: Sequence[Figure]) -> None:
    spoken = first(own, "journey.share", stage=stage)
    if spoken is None:
        board.put(stage, "said", "feedback", board.say("said_nobody"))
        return
    if spoken.value is None or few(own):
        board.put(stage, "said", "feedback", board.say("said_few"), [spoken])
        return
    other = first(beside, "journey.share")
    text = board.say("said_share", share=share(board.said, spoken))
    board.put(stage, "said", "feedback", text + _against(board, other), [spoken], other=other)
    badly, other = first(own, "journey.negative"), first(beside, "journey.negative")
    if badly and badly.value is not None:
        text = board.say("said_badly", share=share(board.said, badly))
        board.put(stage, "said", "feedback", text + _against(board, other), [badly], other=other)
    _put_emotions(board, stage, own)
    for place, praise in enumerate(_named(own, "journey.praise")[:MOST_PRAISED]):
        theme = praise.about["theme"]
        text = board.say(
            "said_praise", theme=board.word("theme", theme), share=share(board.said, praise)
        )
        blamed = first(own, "journey.complaint", theme=theme)
        # Where most blame it, what is coded as praise is too often ironic or coded wrong.
        praised = blamed is None or (blamed.value or 0) < (praise.value or 0)
        quoted = _quote(board, stage, theme, "+") if place == 0 and praised else ()
        board.put(stage, "said", "feedback", text, [praise], citations=quoted, theme=theme)
    channels = _named(own, "journey.channel")[:MOST_CHANNELS]
    if channels:
        told = [
            f"{each.about['channel']} ({board.said.percent(each.value or 0)})" for each in channels
        ]
        board.put(stage, "channel", "feedback", board.said.joined(told), channels)


def _put_emotions(board: Board, stage: str, own: Sequence[Figure]) -> None:
    told = _named(own, "journey.emotion")[:MOST_EMOTIONS]
    if told:
        named = [
            f"{board.word('emotion', each.about['emotion']).lower()} "
            f"({board.said.percent(each.value or 0)})"
            for each in told
        ]
        text = board.say("said_emotions", emotions=board.said.joined(named))
        board.put(stage, "said", "feedback", text, told)


def _put_feeling(board: Board, stage: str, own: Sequence[Figure], beside: Sequence[Figure]) -> None:
    """The point of the customers' curve; without enough of them, that it is not known."""
    feeling = first(own, "journey.feeling")
    if feeling is None:
        return
    if feeling.value is None:
        board.put(stage, "emotion", "feedback", board.say("feeling_few"), [feeling])
        return
    other = first(beside, "journey.feeling")
    other = other if other and other.value is not None else None
    text = tone_of(board, feeling)
    if other:
        text += f"{f'{NNBSP};' if board.said.language == 'fr' else ';'} {tone_of(board, other)}"
    board.put(stage, "emotion", "feedback", text, [feeling], other=other)


def tone_of(board: Board, feeling: Figure) -> str:
    """A feeling with its interval and how many it is of."""
    low, high = (decimal(board.said, each or 0, 2) for each in (feeling.low, feeling.high))
    return board.say(
        "feeling",
        value=tone(board, feeling.value),
        between=board.said.say("between", low=low, high=high),
        people=people(board.said, feeling, feeling.n),
    )


def tone(board: Board, value: float | None) -> str:
    """A feeling as it is printed: with its sign and two decimals."""
    text = decimal(board.said, value or 0, 2)
    return f"+{text}" if (value or 0) > 0 and text != "0" else text


def put_assumed(board: Board, stages: Sequence[str], map_name: str) -> None:
    """The points of the map's curve."""
    for figure in board.book.run("journey", board.ask):
        if figure.name != "journey.assumed" or figure.about["map"] != map_name:
            continue
        if figure.about["stage"] in stages:
            text = board.say("feeling_assumed", value=tone(board, figure.value))
            board.put(figure.about["stage"], "emotion", "journey", text, [figure])


def few(own: Sequence[Figure]) -> bool:
    """Whether too few speak of the stage for any share of them."""
    feeling = first(own, "journey.feeling")
    return feeling is None or feeling.value is None


def _named(own: Sequence[Figure], name: str) -> list[Figure]:
    """The figures of that name that are not withheld, the greatest first."""
    found = [each for each in own if each.name == name and each.value is not None]
    return sorted(found, key=lambda each: (-(each.value or 0), tuple(each.about.values())))


def _against(board: Board, other: Figure | None) -> str:
    if other is None or other.value is None or board.ask.against is None:
        return ""
    who = side(board.said, board.ask.against, board.ask.filters)
    return f" ({board.say('beside', other=who, value=board.said.percent(other.value))})"


# What goes wrong -----------------------------------------------------------------------------


def _put_pains(board: Board, stage: str, own: Sequence[Figure], beside: Sequence[Figure]) -> None:
    """The heaviest complaints, and those that the map does not hold."""
    if few(own):
        return
    unmapped = {
        each.about["theme"]
        for each in board.book.run("gaps", board.ask)
        if each.name == "gaps.unmapped" and each.about["stage"] == stage
    }
    complaints = _named(own, "journey.complaint")
    kept = [
        each
        for place, each in enumerate(complaints)
        if place < MOST_PAINS or each.about["theme"] in unmapped
    ]
    for place, complaint in enumerate(kept):
        theme = complaint.about["theme"]
        other = first(beside, "journey.complaint", theme=theme)
        text = board.say(
            "pain_share", theme=board.word("theme", theme), share=share(board.said, complaint)
        )
        quoted = _quote(board, stage, theme, "-") if place < MOST_QUOTED else ()
        board.put(
            stage,
            "pain",
            "feedback",
            text + _against(board, other),
            [complaint],
            other=other,
            citations=quoted,
            theme=theme,
        )


def _put_moment(board: Board, stage: str, own: Sequence[Figure]) -> None:
    """Where the stage stands among the moments of truth, and why."""
    moment = first(own, "journey.moment")
    if moment is None or (moment.value or 0) > MOST_MOMENTS or few(own):
        return
    badly = first(own, "journey.negative")
    memory, loss = first(own, "journey.memory"), first(own, "journey.loss")
    text = board.say("moment_rank", rank=int(moment.value or 0))
    reasons, figures = [], [moment]
    if badly and badly.numerator is not None:
        reasons.append(board.say("moment_spread", n=people(board.said, badly, badly.numerator)))
        figures.append(badly)
    if memory and clear(memory) and (memory.value or 0) < 0:
        reasons.append(board.say("moment_memory", points=points(board.said, memory)))
        figures.append(memory)
    if loss and loss.value is not None and clear(loss) and loss.value > 0:
        reasons.append(board.say("moment_loss", n=percent_points(board.said, loss)["n"]))
        figures.append(loss)
    if reasons:
        text += board.said.say("colon") + board.said.joined(reasons)
    board.put(stage, "moment", "feedback", text, figures)


# What is done --------------------------------------------------------------------------------


def _put_left(board: Board, stage: str, own: Sequence[Figure]) -> None:
    """Who left after a complaint, and whether that is more than the others."""
    left, loss = first(own, "journey.left"), first(own, "journey.loss")
    if left is None or left.value is None:
        return
    text = board.say("loss_left", share=share(board.said, left))
    board.put(stage, "loss", "behaviour", text, [left])
    if loss and loss.value is not None:
        form = "loss_unsure"
        if clear(loss):
            form = "loss_more" if loss.value > 0 else "loss_less"
        text = board.say(form, **percent_points(board.said, loss))
        board.put(stage, "loss", "behaviour", text, [loss])


def _put_steps(board: Board, stages: Sequence[str]) -> None:
    """How many sessions reach each step on the way to a purchase, and how many stop there."""
    at = stages_of_kinds(board.store)
    if not at:
        return
    funnel = board.book.run("funnel", board.ask)
    for rate in funnel:
        step = rate.about.get("step", "")
        stage = at.get(step)
        if rate.name != "funnel.rate" or stage not in stages or stage is None:
            continue
        text = board.say(
            "done_step",
            n=board.said.number(int(rate.denominator or 0)),
            step=board.said.say(f"steps_{step}"),
            share=board.said.percent(rate.value or 0),
        )
        board.put(stage, "doing", "behaviour", text, [rate], step=step)
        lost = first(funnel, "funnel.lost", step=step)
        if lost is not None:
            text = board.say(
                "done_lost",
                lost=people(board.said, lost, lost.value or 0),
                step=board.word("step", step),
            )
            board.put(stage, "loss", "behaviour", text, [lost], step=step)


# Words ---------------------------------------------------------------------------------------


def _quote(board: Board, stage: str, theme: str, tone: Polarity) -> tuple[str, ...]:
    """The citation of one who says so, of those whose score says the same where there are some.

    A complaint in a good score is there, but oftener coded wrong; so is praise in a bad one.
    """
    filters = replace(board.ask.filters, stage=(stage,))
    scored = filters.score_min is not None or filters.score_max is not None
    same = replace(filters, score_max=LOW) if tone == "-" else replace(filters, score_min=HIGH)
    for each in (filters,) if scored else (same, filters):
        found = [
            quote
            for quote in _picked(board, each, theme, tone)
            if quote.kind != "against" and quote.passage_id not in _cited(board)
        ]
        if found:
            return (_cite(board, found[0]),)
    return ()


def _put_beliefs(board: Board, stage: str) -> None:
    """What somebody in the company says of the stage."""
    filters = replace(board.ask.filters, stage=(stage,), kind=("internal",))
    for quote in _picked(board, filters, None, None):
        if quote.passage_id in _cited(board):
            continue
        citation = _cite(board, quote)
        text = next(each.quote for each in board.cites.citations if each.id == citation)
        board.put(stage, "belief", "internal", board.said.quote(text), citations=(citation,))
        return


def _picked(
    board: Board, filters: Filters, theme: str | None, tone: Polarity | None
) -> list[Quote]:
    ask = replace(board.ask, filters=filters, against=None)
    key = ("canvas quote", repr(ask), str(theme), str(tone), board.said.language)
    return board.store.kept.get(
        key,
        lambda: pick(
            board.store,
            ask,
            theme=theme,
            tone=tone,
            # The best may be cited for another theme already.
            most=3,
            language=board.said.language,
            codebook=board.codebook,
        ),
    )


def _cited(board: Board) -> Iterator[str]:
    return (each.passage_id for each in board.cites.citations)


def _cite(board: Board, quote: Quote) -> str:
    passage = board.store.passage(quote.passage_id)
    return board.cites.cite(passage, quote.start, quote.end)
