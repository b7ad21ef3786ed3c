"""What no corpus of this kind tells: what has not happened yet, and what nobody here measures."""

from assistant.answers.deeds import patterns, worded
from assistant.answers.parts import Desk
from assistant.reading.text import asked
from assistant.reading.types import Intent

_OF_FIGURES: tuple[Intent, ...] = ("how-many", "trend", "compare")


def tell(desk: Desk) -> str | None:
    """Say that the figure asked for lies beyond what is loaded; None where it does not.

    Nothing is forecast, and a share of those who speak of e-mails is none of e-mails opened.
    """
    reading = desk.reading
    if reading.intent not in _OF_FIGURES:
        return None
    question = asked(reading.text, reading.language)
    words = patterns()[reading.language]
    for kind in ("ahead", "unmeasured"):
        if worded(words[kind]).search(question.plain):
            reason = desk.said.say(f"b_{kind}")
            desk.draft.claim("limit", reason, style="lead")
            desk.draft.claim("limit", desk.said.say(f"b_{kind}_try"))
            return reason
    return None
