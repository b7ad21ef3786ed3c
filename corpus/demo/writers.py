"""Who wrote which text: a customer to whom its subject happened, soon after it did."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random

from corpus.demo.doings import Life
from corpus.demo.feedback import Answer
from corpus.demo.planted import period
from corpus.demo.texts import Text

HAPPENED = {
    "checkout-fees": "checkout-fees",
    "authentication": "authentication",
    "account": "account",
    "refund-delay": "refund-delay",
    "delivery-delay": "delivery-delay",
    "delivery-carrier": "delivery-delay",
}
"""Of a theme complained of, the incident that who writes of it has met."""

SERVED = ("staff-attitude", "staff-competence", "resolution")
SOON = 9
"""Days after which people no longer write about what happened."""

_Moment = tuple[Life, date]


class Cast:
    """The customers who can still write, by what happened to them; each writes once."""

    def __init__(self, lives: Sequence[Life], random: Random) -> None:
        self.random = random
        self.taken: set[str] = set()
        self.gone: set[str] = set()
        self.by_writer: dict[str, tuple[Life, date]] = {}
        self.moments: dict[str, list[_Moment]] = {}
        for life in lives:
            if life.silent:
                continue
            for what, day in _moments(life):
                self.moments.setdefault(what, []).append((life, day))
        for moments in self.moments.values():
            random.shuffle(moments)

    def moment(self, text: Text) -> _Moment | None:
        """A customer whom the text fits, and the day it is about; None where nobody is left.

        Tried in this order: someone to whom all of it happened; to whom its first subject did;
        the same whatever the customer's language. What never happened in a world is not written.
        """
        needs = list(_needs(text))
        for several, strict in ((True, True), (False, True), (False, False)):
            known = needs[1:] if several else []
            for life, day in self.moments.get(needs[0], ()):
                if (
                    (life.id not in self.taken or text.kind == "exit")
                    and life.id not in self.gone
                    and _suits(life, text, strict)
                    and _in_time(life, day, text)
                    and all(any(w == need for w, _ in _moments(life)) for need in known)
                ):
                    return life, day
        return None


def written(
    lives: Sequence[Life], texts: Sequence[Text], random: Random
) -> tuple[list[Answer], list[Text]]:
    """An answer for each text that finds its writer, and the texts that found none."""
    cast = Cast(lives, random)
    found: list[Answer] = []
    lost: list[Text] = []
    for text in sorted(texts, key=_turn):
        if text.writer in cast.by_writer:
            life, day = cast.by_writer[text.writer]
            day = max(day, _earliest(text))
        else:
            moment = cast.moment(text)
            if moment is None:
                lost.append(text)
                continue
            life, day = moment
            if text.kind not in ("popup", "exit"):
                cast.taken.add(life.id)
            if text.kind == "exit":
                cast.gone.add(life.id)
        answer = _answer(life, _day(life, day, text, random), text, random)
        if text.writer:
            cast.by_writer[text.writer] = life, answer.day + timedelta(days=1)
        found.append(answer)
    return found, lost


def _turn(text: Text) -> tuple[int, date, int]:
    """Texts that few can have written choose first; one writer's texts in the order told.

    Those who close their account come last: any of them may have complained before.
    """
    needs = list(_needs(text))
    if text.loud or text.writer:
        return 0, text.after or text.before or period()[1], text.number
    if text.kind == "exit":
        return 9, period()[1], text.number
    rare = 5 - len(needs) - (text.language != "fr") if needs[0] != "anyone" else 8
    return rare, period()[1], text.number


def _needs(text: Text) -> Iterator[str]:
    """What must have happened to the writer, the text's own subject first."""
    found = []
    if text.loud:
        found.append("loud")
    if text.kind == "exit":
        found.append("left")
    for mention in text.mentions:
        if mention.polarity == "-" and mention.theme in HAPPENED and text.kind != "popup":
            found.append(HAPPENED[mention.theme])
        elif mention.polarity == "-" and mention.theme == "price" and text.kind != "popup":
            found.append("thrifty")
        elif mention.polarity == "+" and mention.theme in SERVED and mention.stage == "support":
            found.append("Lille")
    yield from dict.fromkeys(found or ["visitor" if text.kind == "popup" else "anyone"])


def _moments(life: Life) -> Iterator[tuple[str, date]]:
    """What happened to a customer that people write about, and when."""
    if life.loud:
        yield "loud", life.since
        return
    if life.left:
        yield "left", life.left
    for incident in life.incidents:
        yield incident.theme, incident.noticed or incident.day
    for contact in life.contacts:
        yield contact.team, contact.day
    for order in life.orders:
        yield "anyone", order.ended
        if life.thrifty:
            yield "thrifty", order.ended
    if life.events:
        yield "visitor", life.events[0].day


def _suits(life: Life, text: Text, strict: bool) -> bool:
    return (
        (life.language == text.language or not strict)
        and text.country in (None, life.country)
        and text.segment in (None, life.segment)
    )


def _in_time(life: Life, day: date, text: Text) -> bool:
    if text.loud:
        return True
    if text.writer and life.left:
        return False  # there is more to come
    first, last = day + timedelta(days=1), day + timedelta(days=SOON)
    if text.kind == "exit":
        first = day
    elif first > life.until():
        return False
    return (not text.after or last >= text.after) and (not text.before or first <= text.before)


def _earliest(text: Text) -> date:
    return text.after or period()[0]


def _day(life: Life, day: date, text: Text, random: Random) -> date:
    """The day of writing: within some days of what happened and the text's own bounds."""
    low, high = day + timedelta(days=text.kind != "exit"), day + timedelta(days=SOON)
    low, high = max(low, _earliest(text)), min(high, text.before or period()[1])
    high = min(high, period()[1] if text.kind == "exit" else life.until())
    return low + timedelta(days=random.randrange(max((high - low).days, 0) + 1))


def _answer(life: Life, day: date, text: Text, random: Random) -> Answer:
    visitor = text.kind == "popup"
    # Some reviews are signed by nobody whom the shop knows.
    unknown = visitor or (
        text.kind == "review" and next(_needs(text)) == "anyone" and random.random() < 0.15
    )
    served = "Lille" in _needs(text) or random.random() < 0.25
    helped = text.kind in ("ticket", "chat")
    return Answer(
        kind=text.kind,
        customer="" if unknown else life.id,
        day=day,
        channel=_channel(text),
        country=life.country,
        segment="" if visitor else life.segment,
        score=_score(text, random),
        stage=text.stage if text.kind in ("csat", "popup") else "support" if helped else "",
        team=("Lille" if served else "Charleroi") if helped else "",
        text=text,
    )


def _channel(text: Text) -> str:
    """Surveys by mail are answered on the web, whatever they tell of."""
    if text.kind in ("nps", "exit", "popup"):
        return "web"
    return text.channel or {"ticket": "téléphone", "chat": "chat"}.get(text.kind, "web")


_TO_NPS = {1: (0, 3), 2: (3, 6), 3: (6, 8), 4: (8, 9), 5: (9, 10)}
_TO_EFFORT = {1: (1, 2), 2: (2, 3), 3: (3, 5), 4: (5, 6), 5: (6, 7)}


def _score(text: Text, random: Random) -> int | None:
    """The text's feeling on the scale of its file; four in ten tickets are never scored."""
    if text.kind == "nps":
        return random.randint(*_TO_NPS[text.score])
    if text.kind in ("ticket", "chat"):
        asked = random.random() < 0.6
        score = random.randint(*_TO_EFFORT[text.score])
        return score if asked else None
    return text.score
