"""How many customers did a thing more than once: wrote, answered, made contact, bought."""

import re

from assistant.answers import levels
from assistant.answers.asked import BLAMING, SPEAKING
from assistant.answers.parts import Desk, between, first
from assistant.reading.text import asked
from corpus.metrics.types import Ask

_AGAIN = re.compile(
    r"\b(?:more than (?:once|one time)|several times|repeatedly|multiple times|many times"
    r"|at least (?:twice|two times)|two or more times|repeat(?:ed)? (?:contacts?|calls?)"
    r"|plus d'une fois|plusieurs fois|a plusieurs reprises|au moins (?:deux|2) fois"
    r"|contacts? repetes?|recontact\w+|rappel\w+ plusieurs|re-?contact\w*)"
)
_DONE = {
    "purchase": r"bought|buy|ordered|order|purchased?|achet\w+|command\w+",
    "return": r"returned (?!to us)|sent back|retourn\w+|renvoy\w+",
    "contact": r"contact\w*|recontact\w*|called|phoned|rang|appel\w+|sollicit\w+|contacts?",
    "written": r"wr[io]t\w*|written|ecri\w+|messages?|comments?|texts?",
    "records": r"answer\w*|repl\w+|respon\w+|reviews?|repond\w+|repons\w+|avis",
}
"""What is done, by the words for it; the first that is named counts."""


def compose(desk: Desk) -> bool:
    """Write the answer; False where the question does not ask who did a thing more than once."""
    reading = desk.reading
    plain = asked(reading.text, reading.language).plain
    if not _AGAIN.search(plain) or reading.intent not in (
        "how-many",
        "compare",
        "trend",
        "other",
        "stage",
    ):
        return False
    named = [what for what, words in _DONE.items() if re.search(rf"\b(?:{words})\b", plain)]
    cases = reading.limits.records == "cases"
    # "Answered several times" has the words of a theme; what is complained of has them too.
    of_something = BLAMING.search(plain) or SPEAKING.search(plain)
    if of_something or reading.voices or reading.by or not (named or cases):
        return False
    ask = Ask(filters=desk.ask.filters)
    what = "records" if cases else named[0]
    found = first(desk.book.all("repeats", ask), "repeats.share", what=what)
    if found is None:
        return False
    said = desk.said
    values = {
        "k": said.number(int(found.numerator or 0)),
        "n": said.number(int(found.denominator or 0)),
    }
    kind = "behaviour" if what in ("contact", "purchase", "return") else "finding"
    where = levels.where(desk, ask.filters)
    if found.value is None:
        text = said.say("r_few", **values)
    else:
        share = said.percent(found.value)
        text = said.say(f"r_{what}", share=share, between=between(said, found), **values)
    desk.claim(kind, levels.sentence(where + text), [found], style="lead")  # type: ignore[arg-type]
    return True
