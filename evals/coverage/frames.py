"""Villages as tables of pandas: what was answered, what was said and what was done."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from corpus.demo.feedback import PREFIX, Answer
from corpus.demo.generate import Village
from evals.worlds import SCALES


@dataclass(frozen=True, slots=True)
class Frames:
    """One row an answer; one a record and a theme; one an event."""

    answers: pd.DataFrame
    said: pd.DataFrame
    events: pd.DataFrame


def frames(village: Village) -> Frames:
    """The tables of a village, with the columns that ``sums`` counts."""
    answers = pd.DataFrame([_answer(each) for each in village.answers])
    said = pd.DataFrame(
        [
            {
                "id": answer.id,
                "theme": mention.theme,
                "good": mention.polarity == "+",
                "bad": mention.polarity == "-",
            }
            for answer in village.answers
            if answer.text
            for mention in answer.text.mentions
        ]
    )
    events = pd.DataFrame(
        [
            {
                "customer": event.customer,
                "session": event.session,
                "day": event.day,
                "kind": event.kind,
                "channel": event.channel,
                "pays": life.country if life else None,
                "segment": life.segment if life else None,
                "frais": event.about.get("frais"),
                "banque": event.about.get("banque"),
            }
            for event, life in village.events()
        ]
    )
    for table in (answers, events):
        table["day"] = pd.to_datetime(table["day"])
    said = said.groupby(["id", "theme"], as_index=False)[["good", "bad"]].any()
    return Frames(answers, said.merge(answers[["id", "who", "pays", "segment"]], on="id"), events)


def _answer(answer: Answer) -> dict[str, object]:
    prefix = PREFIX[answer.kind]
    scale, _, _, kind = SCALES[prefix]
    score = None if answer.score is None else float(answer.score)
    return {
        "id": answer.id,
        "who": answer.customer or f"record {answer.id}",
        "customer": answer.customer,
        "exit": answer.kind == "exit",
        "day": answer.day,
        "pays": answer.country or None,
        "segment": answer.segment or None,
        "scale": scale,
        "kind": kind,
        "score": score,
        "worth": score if kind != "nps" or score is None else net(score),
        "written": answer.text is not None,
    }


def net(score: float) -> float:
    """What an answer counts for in a net promoter score, in points."""
    return 100.0 if score >= 9 else -100.0 if score <= 6 else 0.0


def joined(world: Sequence[Village]) -> Village:
    """Villages as one."""
    return Village(
        [life for village in world for life in village.lives],
        [event for village in world for event in village.strangers],
        [answer for village in world for answer in village.answers],
        [],
    )
