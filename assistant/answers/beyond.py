"""What no corpus of this kind tells: what has not happened yet, and what nobody here measures."""

import re

from assistant.answers.asked import BLAMING, NAMING, SPEAKING
from assistant.answers.deeds import patterns, worded
from assistant.answers.parts import Desk
from assistant.reading.text import asked
from assistant.reading.types import Intent

_TELLING = re.compile(r"\b(?:say|says|said|tell|think|expect|fear|disent|dit|pensent|craignent)\b")

_OF_FIGURES: tuple[Intent, ...] = ("how-many", "trend", "compare")


def tell(desk: Desk) -> str | None:
    """Say that the figure asked for lies beyond what is loaded; None where it does not.

    Nothing is forecast, and a share of those who speak of e-mails is none of e-mails opened.
    """
    reading = desk.reading
    question = asked(reading.text, reading.language)
    text = reading.text.lower()
    if any(each.search(text) for each in (SPEAKING, BLAMING, NAMING, _TELLING)):
        # "How many say that they will leave?" is of what they say, and that is known.
        return None
    words = patterns()[reading.language]
    # Of another company a report may tell it.
    named = any(word[:1].isupper() for word in reading.leftover)
    of_accounts = not named and worded(words["figure_of"]).match(question.plain.strip())
    for kind in ("ahead", "unmeasured", "accounts"):
        if kind == "accounts":
            meant = of_accounts and not _sold(desk)
        else:
            meant = reading.intent in _OF_FIGURES or (of_accounts and kind == "unmeasured")
        if meant and worded(words[kind]).search(question.plain):
            form = "unmeasured" if kind == "accounts" else kind
            reason = desk.said.say(f"b_{form}")
            desk.draft.claim("limit", reason, style="lead")
            desk.draft.claim("limit", desk.said.say(f"b_{form}_try"))
            return reason
    return None


def _sold(desk: Desk) -> bool:
    """Whether purchases with their amounts are loaded, of which there is a total."""
    row = desk.store.sql("SELECT count(*) AS n FROM events WHERE kind = 'purchase' AND amount > 0")
    return bool(row[0]["n"])
