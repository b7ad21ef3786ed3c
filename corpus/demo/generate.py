"""Draw the world of Foulée, the demo company, and lay it out in a directory as files to load.

    python -m corpus.demo.generate DIRECTORY [--customers 3000] [--seed 2197] [--without CAUSE]...

Foulée is fictional. Its customers' words were written one by one, from no template (``words/``);
who says them, the scores and what customers did are drawn here, from a seed, village by village:
some 3,000 customers who between them say each text once. A larger world is more villages of the
same kind.
"""

import argparse
import csv
import json
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from random import Random
from typing import Any, TextIO

from corpus.demo.doings import STAGES, Event, Life
from corpus.demo.feedback import PREFIX, Answer, scores_alone
from corpus.demo.lives import live
from corpus.demo.planted import Plan, causes, plan
from corpus.demo.sessions import stranger
from corpus.demo.texts import Text, texts
from corpus.demo.writers import written

CUSTOMERS = 3_000
SEED = 2197
"""Chosen: a world whose figures lie near those expected of many (``truth.json`` gives both)."""
EVENTS_EACH = 20

# Wherever a file is named, in a citation or a list of sources, it says that it is the demo's.
INTERNAL = "demo-direction.csv"
JOURNEY = "demo-parcours.yaml"
EVENTS = "demo-evenements.csv"
FEEDBACK = {
    "AV": (
        "demo-avis.csv",
        "id_avis;date_avis;canal;id_client;pays;segment;note_sur_5;titre;commentaire",
    ),
    "NPS": ("demo-nps.jsonl", "response_id;date;customer_id;pays;segment;nps;comment"),
    "SAT": (
        "demo-satisfaction.csv",
        "id;date;etape;canal;client;voix;pays;segment;csat;commentaire",
    ),
    "AST": (
        "demo-assistance.csv",
        "dossier;ouvert_le;canal;equipe;client;pays;segment;etape;ces_2;message",
    ),
    "DEP": ("demo-departs.jsonl", "id;date;customer_id;pays;segment;csat;reason"),
}
"""The feedback files and their columns, by the prefix of their rows' ids."""

EVENT_COLUMNS = (
    "client", "session", "date", "evenement", "montant", "etape", "canal", "segment", "pays",
    "frais", "banque", "transporteur", "equipe",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Village:
    """Customers, visitors without an account, and what they all said and did."""

    lives: Sequence[Life]
    strangers: Sequence[Event]
    answers: Sequence[Answer]
    lost: Sequence[Text]

    def events(self) -> Iterator[tuple[Event, Life | None]]:
        """Every event and whose it is, in order of date."""
        every: list[tuple[Event, Life | None]] = [(event, None) for event in self.strangers]
        every += [(event, life) for life in self.lives for event in life.events]
        yield from sorted(every, key=lambda each: each[0].day)


def villages(
    customers: int = CUSTOMERS, seed: int = SEED, without: Collection[str] = ()
) -> Iterator[Village]:
    """The villages of a world, one after the other; ``without`` names causes to leave out.

    Raises InputError for a cause that is not planted.
    """
    drawn = plan(without)
    for number in range(0, customers, CUSTOMERS):
        yield _village(number, min(CUSTOMERS, customers - number), seed, drawn)


def _village(first: int, size: int, seed: int, drawn: Plan) -> Village:
    random = Random(f"{seed}/{first}")
    # A part of a village says a part of its texts.
    said = [text for text in texts() if random.random() < size / CUSTOMERS]
    loud = bool(drawn["causes"]["loud-customer"]["messages"])
    said = [text for text in said if loud or not text.loud]
    lives = [
        live(f"C{n:05d}", Random(f"{seed}/{n}/life"), drawn, loud=loud and n == first + 1)
        for n in range(first + 1, first + size + 1)
    ]
    given, lost = written(lives, said, Random(f"{seed}/{first}/writers"))
    given = given[: 2 * size]
    _record_the_contacts(lives, given)
    alone = scores_alone(lives, 2 * size - len(given), drawn, Random(f"{seed}/{first}/scores"))
    suffix = f"-{first // CUSTOMERS + 1}" if first else ""
    for number, answer in enumerate(sorted(alone, key=lambda each: each.day), 10_001):
        answer.id = f"{PREFIX[answer.kind]}-{number}{suffix}"
    for answer in given:
        assert answer.text
        answer.id = f"{PREFIX[answer.kind]}-{answer.text.number:04d}{suffix}"
    answers = sorted([*given, *alone], key=lambda each: (each.day, each.id))
    strangers: list[Event] = []
    done = sum(len(life.events) for life in lives)
    while done + len(strangers) < EVENTS_EACH * size:
        number = len(strangers)
        name = f"A{first // CUSTOMERS + 1}-{number:05d}"
        strangers += stranger(name, Random(f"{seed}/{first}/stranger/{number}"))
    return Village(lives, strangers, answers, lost)


def _record_the_contacts(lives: Sequence[Life], answers: Sequence[Answer]) -> None:
    """A ticket or a chat with words is a contact, so the events tell of it too."""
    by_id = {life.id: life for life in lives}
    for answer in answers:
        if answer.team and answer.customer:
            life = by_id[answer.customer]
            session = f"{life.id}-aide-{len(life.events)}"
            about = {"equipe": answer.team}
            life.events.append(
                Event(life.id, session, answer.day, "contact", None, answer.channel, about)
            )


def write(
    directory: Path,
    customers: int = CUSTOMERS,
    seed: int = SEED,
    without: Collection[str] = (),
) -> list[Path]:
    """Lay the demo company out in ``directory``: its paths, in the order in which to load them.

    Feedback comes first, then what the company believes, research, the journey map and the events.
    Raises InputError, before anything is written, for a cause that is not planted.
    """
    plan(without)
    copied = [INTERNAL, *_notes(), JOURNEY]
    for name in copied:
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(files(__package__).joinpath(name).read_bytes())
    feedback = {prefix: directory / name for prefix, (name, _) in FEEDBACK.items()}
    events = directory / EVENTS
    with ExitStack() as stack:
        outs = {
            prefix: stack.enter_context(path.open("w", encoding="utf-8", newline=""))
            for prefix, path in feedback.items()
        }
        for prefix, out in outs.items():
            _begin(out, prefix)
        out = stack.enter_context(events.open("w", encoding="utf-8", newline=""))
        writer = csv.DictWriter(out, EVENT_COLUMNS, lineterminator="\n")
        writer.writeheader()
        for village in villages(customers, seed, without):
            for answer in village.answers:
                _put(outs[PREFIX[answer.kind]], answer)
            writer.writerows(event_row(event, life) for event, life in village.events())
    return [*feedback.values(), *(directory / name for name in copied), events]


def _notes() -> list[str]:
    notes = files(__package__).joinpath("notes")
    return sorted(f"notes/{file.name}" for file in notes.iterdir() if file.name.endswith(".md"))


def _begin(out: TextIO, prefix: str) -> None:
    name, columns = FEEDBACK[prefix]
    if name.endswith(".csv"):
        # As a French spreadsheet saves it: a byte order mark and semicolons.
        out.write("\ufeff" + columns + "\n")


def _put(out: TextIO, answer: Answer) -> None:
    prefix = PREFIX[answer.kind]
    name, columns = FEEDBACK[prefix]
    values = dict(zip(columns.split(";"), _VALUES[prefix](answer), strict=True))
    if name.endswith(".csv"):
        csv.DictWriter(out, list(values), delimiter=";", lineterminator="\n").writerow(values)
    else:
        out.write(json.dumps(values, ensure_ascii=False) + "\n")


def _words(answer: Answer) -> str:
    return answer.text.text if answer.text else ""


def _french(answer: Answer) -> str:
    return f"{answer.day:%d/%m/%Y}"


_ETAPES = {
    "need": "besoin", "research": "recherche", "selection": "sélection", "purchase": "achat",
    "delivery": "livraison", "use": "utilisation", "support": "assistance",
    "renewal": "renouvellement", "recommendation": "recommandation",
}  # fmt: skip

_VALUES: dict[str, Any] = {
    "AV": lambda a: (
        a.id, _french(a), a.channel, a.customer, a.country, a.segment, a.score,
        a.text.title if a.text else "", _words(a),
    ),
    "NPS": lambda a: (
        a.id, a.day.isoformat(), a.customer, a.country, a.segment, a.score, _words(a),
    ),
    "SAT": lambda a: (
        a.id, _french(a), _ETAPES[a.stage], a.channel, a.customer,
        "prospect" if a.kind == "popup" else "client", a.country, a.segment, a.score, _words(a),
    ),
    "AST": lambda a: (
        a.id, _french(a), a.channel, a.team, a.customer, a.country, a.segment, _ETAPES["support"],
        a.score, _words(a),
    ),
    "DEP": lambda a: (
        a.id, a.day.isoformat(), a.customer, a.country, a.segment, a.score, _words(a),
    ),
}  # fmt: skip


def event_row(event: Event, life: Life | None) -> dict[str, Any]:
    """One row of the events file; amounts are in euros, negative for what comes back."""
    return {
        "client": event.customer,
        "session": event.session,
        "date": event.day.isoformat(),
        "evenement": event.kind,
        "montant": event.amount,
        "etape": STAGES[event.kind],
        "canal": event.channel,
        "segment": life.segment if life else "",
        "pays": life.country if life else "",
        **event.about,
    }


def main() -> None:
    """Write a world of the size asked for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("directory", type=Path)
    parser.add_argument("--customers", type=int, default=CUSTOMERS)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--without", action="append", default=[], choices=causes())
    given = parser.parse_args()
    for path in write(given.directory, given.customers, given.seed, given.without):
        print(path)


if __name__ == "__main__":
    main()
