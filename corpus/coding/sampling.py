"""A sample for people to code, and what they coded, as a table that any spreadsheet opens."""

import csv
import io
import re
from collections import Counter, defaultdict
from collections.abc import Container, Mapping, Sequence
from random import Random

from sqlalchemy import select

from corpus import tables as t
from corpus.codebook import Codebook, Polarity
from corpus.coding.judgements import Label
from corpus.errors import InputError
from corpus.filters import Filters
from corpus.store import Store

COLUMNS = ("record_id", "stands_for", "text", "themes")

NOTHING = ("none", "aucun", "rien", "nothing")
"""What people write where a record is about no theme; an empty cell was not coded."""

_SAID = re.compile(r"^([a-z][a-z0-9-]*)\s*([-+0])?$")


def draw(store: Store, filters: Filters, size: int, seed: int) -> list[tuple[str, float, str]]:
    """Some ``size`` records as (id, how many it stands for, text), in random order.

    Stratified by the rarest theme that each is coded with, more than in proportion from the small
    strata (by the square root of their size, and two at least), so that rare themes are seen. The
    people who code are not shown what the coder said.
    """
    mentioned = select(t.mentions.c.record_id, t.mentions.c.theme).distinct()
    written = select(t.passages.c.parent, t.passages.c.text).where(store.where(t.passages, filters))
    with store.reading() as connection:
        themes: dict[str, list[str]] = defaultdict(list)
        for record_id, theme in connection.execute(mentioned):
            themes[record_id].append(theme)
        texts: dict[str, str] = {}
        for record_id, text in connection.execute(written.order_by(t.passages.c.id)):
            texts.setdefault(record_id, text)
    frequent = Counter(theme for record_id in texts for theme in themes.get(record_id, ()))
    strata: dict[str, list[str]] = defaultdict(list)
    for record_id in texts:
        rarest = min(themes.get(record_id, ()), key=lambda each: (frequent[each], each), default="")
        strata[rarest].append(record_id)
    roots = {name: len(members) ** 0.5 for name, members in strata.items()}
    random = Random(seed)  # noqa: S311 - a sample, not a secret
    drawn = []
    for name in sorted(strata):
        members = strata[name]
        wanted = max(round(size * roots[name] / sum(roots.values())), min(2, len(members)))
        chosen = random.sample(members, min(wanted, len(members)))
        drawn += [(each, len(members) / len(chosen), texts[each]) for each in chosen]
    random.shuffle(drawn)
    return drawn


def as_csv(drawn: Sequence[tuple[str, float, str]]) -> str:
    """The sample as CSV, its last column to be filled in."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for record_id, weight, text in drawn:
        # A cell that begins so would be a formula to a spreadsheet.
        safe = f"'{text}" if text[:1] in "=+-@\t" else text
        writer.writerow([record_id, f"{weight:.6f}", safe, ""])
    return out.getvalue()


def read_labels(
    text: str,
    coder: str,
    codebook: Codebook,
    version: int,
    name: str,
    records: Container[str],
) -> list[Label]:
    """What somebody filled in, such as ``price -; staff-attitude +``; cells left empty are not.

    ``records`` are those that there are. Raises InputError, naming the row, for a record or a theme
    that is not there, a weight that is none, and a record that stands there twice.
    """
    sample = text.lstrip("\ufeff")
    first = sample.split("\n", 1)[0]
    rows = csv.DictReader(io.StringIO(sample), delimiter=";" if first.count(";") > 2 else ",")
    missing = {"record_id", "stands_for", "themes"} - set(rows.fieldnames or ())
    if missing:
        raise InputError(f"{name} has no column {min(missing)}; fill in what `sample` wrote.")
    found: dict[str, Label] = {}
    for number, row in enumerate(rows, 2):
        said = (row["themes"] or "").strip().lower()
        if not said:
            continue
        try:
            weight = float((row["stands_for"] or "").replace(",", "."))
        except ValueError:
            weight = 0.0
        if not 0 < weight < 1e9:
            raise InputError(f"{name}, row {number}: stands_for is no number of records.")
        if row["record_id"] not in records:
            raise InputError(
                f"{name}, row {number}: no record has the id {row['record_id'][:80]!r}."
            )
        themes = _themes(said, codebook, name, number)
        if row["record_id"] in found:
            raise InputError(f"{name}, row {number}: {row['record_id']!r} stands there twice.")
        label = Label(row["record_id"], coder, themes, weight, version=version)
        found[row["record_id"]] = label
    if not found:
        raise InputError(f"{name} has no row that is filled in; write themes, or none.")
    return list(found.values())


def _themes(said: str, codebook: Codebook, name: str, number: int) -> Mapping[str, Polarity]:
    if said in NOTHING:
        return {}
    themes: dict[str, Polarity] = {}
    for part in filter(None, (each.strip() for each in re.split(r"[;,|]", said))):
        match = _SAID.match(part)
        if not match or codebook.theme(match[1]) is None:
            raise InputError(f"{name}, row {number}: {part[:40]!r} is no theme of the codebook.")
        themes[match[1]] = match[2] or "0"  # type: ignore[assignment]  # one of the three
    return themes
