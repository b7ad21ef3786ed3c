"""What is known of a customer of the demo company, and of what the customer did."""

from dataclasses import dataclass, field
from datetime import date

from corpus.demo.planted import period

STAGES = {
    "visit": "research",
    "search": "research",
    "cart": "selection",
    "account": "purchase",
    "checkout": "purchase",
    "payment_failed": "purchase",
    "purchase": "purchase",
    "out_of_stock": "purchase",
    "delivery": "delivery",
    "late_delivery": "delivery",
    "return": "support",
    "refund": "support",
    "contact": "support",
    "renewal": "renewal",
    "churn": "renewal",
}

ONDINE = "Banque Ondine"
SLOW = 14
"""Days after which a refund is a slow one; none takes between 10 and 20."""


@dataclass(slots=True)
class Event:
    """One row of the events file; ``about`` holds what only some kinds have."""

    customer: str
    session: str
    day: date
    kind: str
    amount: float | None = None
    channel: str = "web"
    about: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Incident:
    """Something that went wrong, by the theme that tells of it.

    ``noticed`` is the day from which people complain, where that is before the matter's end.
    """

    theme: str
    day: date
    session: str
    ending: bool
    recovered: bool = False
    noticed: date | None = None


@dataclass(slots=True)
class Order:
    """A purchase, up to the day when nothing more came of it."""

    session: str
    day: date
    ended: date
    channel: str
    announced: bool = False
    middle: bool = False
    ending: bool = False


@dataclass(slots=True)
class Contact:
    """A call or a chat, and who answered."""

    day: date
    channel: str
    team: str


@dataclass(slots=True)
class Life:
    """One customer, and all that the world knows of the customer."""

    id: str
    country: str
    language: str
    segment: str
    ondine: bool
    silent: bool
    thrifty: bool
    fades_from: int | None
    since: date
    loud: bool = False
    left: date | None = None
    events: list[Event] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    renewals: list[date] = field(default_factory=list)

    def happens(
        self,
        session: str,
        day: date,
        kind: str,
        amount: float | None = None,
        *,
        channel: str = "web",
        about: dict[str, str] | None = None,
    ) -> None:
        """Add an event."""
        self.events.append(Event(self.id, session, day, kind, amount, channel, about or {}))

    def until(self) -> date:
        """The last day on which the customer can be asked."""
        return self.left or period()[1]
