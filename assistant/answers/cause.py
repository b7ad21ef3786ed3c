"""Whether something makes customers leave: what those who had it then did, beside the others.

A question that is answered by yes or no is answered so where the figures tell, and by "nothing
shows it" where they do not: leaving of those who complain of the theme and of those whom the mishap
of that kind befell, each against comparable customers. It goes together; it need not be the cause.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.answers import levels
from assistant.answers.parts import (
    Desk,
    between,
    clear,
    clear_ratio,
    first,
    points,
    quote_complaints,
    share,
    times,
    unsigned,
)
from corpus.metrics.types import Figure

MOST_THEMES, MOST_OTHERS = 2, 2

MISHAPS_OF: Mapping[str, str] = {
    "delivery-delay": "late_delivery",
    "refund-delay": "slow_refund",
    "payment": "payment_failed",
    "authentication": "payment_failed",
    "stock": "out_of_stock",
    "account": "unfinished_account",
}
"""What befalls those of whom some complain of a theme, by the events."""

_WHETHER = re.compile(
    r"^\W*(?:do|does|did|is|are|was|were|has|have|can|could|will|would|est-ce)\b"
    r"|-(?:t-)?(?:ils?|elles?)\b"
)
_OPEN = re.compile(r"\b(?:why|how|what|which|pourquoi|comment|quel(?:le)?s?|qu['’]est-ce)\b")


@dataclass(frozen=True, slots=True)
class _Seen:
    """The ratio to comparable customers of leaving after ``what``, and both shares unmatched.

    Too few may have left for a share of their own.
    """

    theme: str
    what: str
    ratio: Figure
    shares: tuple[Figure, ...]

    @property
    def way(self) -> str:
        """``more``, ``less`` or ``unsure``, by its own interval: it alone was asked about."""
        low, high = self.ratio.low or 0.0, self.ratio.high or 0.0
        return "more" if low > 1 else "less" if high < 1 else "unsure"


def asked(desk: Desk) -> bool:
    """Whether the question is if a theme makes customers leave."""
    reading, text = desk.reading, desk.reading.text.lower()
    whether = _WHETHER.search(text) and not _OPEN.search(text)
    return bool(reading.leaving and reading.themes and whether)


def compose(desk: Desk) -> bool:
    """Write the answer; False where nobody is known to have left."""
    seen = sorted(_evidence(desk), key=lambda each: (each.way == "unsure", -each.ratio.n))
    if not seen:
        return False
    lead, *others = seen
    _tell(desk, f"cause_{lead.way}", lead, style="lead")
    for each in others:
        _tell(desk, f"cause_also_{each.way}", each)
    desk.draft.claim("limit", desk.said.say("cause_caution"))
    themes = list(dict.fromkeys(each.theme for each in seen))
    for theme in themes:
        _contrast(desk, theme)
    if lead.way != "more":
        _others(desk)
    desk.draft.heading(desk.said.say("head_words"))
    for theme in themes:
        quote_complaints(desk, "quote", 2, theme=theme)
    return True


def _evidence(desk: Desk) -> Iterator[_Seen]:
    """What the events and the complaints tell of each theme asked about."""
    said = desk.said
    for theme in desk.ask.themes[:MOST_THEMES]:
        complaint = said.say("cause_complaint", theme=said.quote(desk.theme(theme)))
        yield from _seen(desk, theme, complaint, "risk-ratio", "left", theme=theme)
        if mishap := MISHAPS_OF.get(theme):
            what = said.quote(desk.word("incident", mishap))
            yield from _seen(desk, theme, what, "incident", "incident-left", incident=mishap)


def _seen(desk: Desk, of: str, what: str, ratio: str, left: str, **about: str) -> Iterator[_Seen]:
    loss = desk.book.run("loss", desk.anywhere)
    found = first(loss, f"loss.{ratio}", **about)
    if found:
        own, rest = (first(loss, f"loss.{name}", **about) for name in (left, f"{left}-others"))
        yield _Seen(of, what, found, (own, rest) if own and rest else ())


def _tell(desk: Desk, form: str, seen: _Seen, style: str = "plain") -> None:
    said = desk.said
    made = said.say("cause_bare", what=seen.what)
    if seen.shares:
        own, rest = seen.shares
        made = said.say(
            "cause_shares",
            what=seen.what,
            own=share(said, own),
            rest=said.percent(rest.value or 0),
        )
    text = said.say(
        form,
        made=made,
        ratio=times(said, seen.ratio.value or 0),
        low=times(said, seen.ratio.low or 0),
        high=times(said, seen.ratio.high or 0),
    )
    where = levels.where(desk, desk.anywhere.filters) if style == "lead" else ""
    figures = [*seen.shares, seen.ratio]
    desk.claim("behaviour", levels.sentence(f"{where}{text}"), figures, style=style)


def _contrast(desk: Desk, theme: str) -> None:
    """How those who complain of it score."""
    found = first(desk.run("themes"), "themes.blame", theme=theme)
    if found is None or not clear(found):
        return
    said = desk.said
    form = "contrast_low" if (found.value or 0) < 0 else "contrast_high"
    text = said.say(form, points=points(said, found), between=between(said, unsigned(found)))
    desk.claim("finding", levels.sentence(text), [found])


def _others(desk: Desk) -> None:
    """What does go with leaving, where that which is asked about does not clearly."""
    found: Sequence[Figure] = [
        f
        for f in desk.book.run("loss", desk.anywhere)
        if f.name == "loss.incident" and clear_ratio(f) and (f.value or 0) > 1
    ][:MOST_OTHERS]
    if found:
        said = desk.said
        named = [
            said.say(
                "cause_other",
                incident=said.quote(desk.word("incident", f.about["incident"])),
                ratio=times(said, f.value or 0),
            )
            for f in found
        ]
        text = said.say("cause_others", incidents=said.joined(named))
        desk.claim("behaviour", levels.sentence(text), found)
