"""What is known of a document: title, author, publisher, sponsor and date, from its own lines."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date as Date

from corpus.documents.blocks import Block, Parsed
from corpus.documents.dates import read_date
from corpus.documents.furniture import is_furniture, patterns, plain

FIELDS = ("title", "author", "publisher", "sponsor", "date")
_EDGE_BLOCKS = 12
_LINE_AT_MOST = 140
_PARTICLE = r"(?:de|du|des|van|von|der|den|del|di|da|la|le|el|al|ten|ter|d'|d’)"
_WORD = r"[A-ZÀ-ÝŒ][\w'’.-]*"
_NAME = re.compile(rf"{_WORD}(?: (?:{_PARTICLE} ?){{0,2}}{_WORD}){{1,3}}")
_DOMAIN = re.compile(
    r"(?:https?://|\bwww\.)(?:www\.)?(?P<domain>[a-z0-9][a-z0-9.-]*\.[a-z]{2,12})\b", re.IGNORECASE
)
_TITLE_TAG = re.compile(
    r"^\s*[\[(][^\])]*(?:sponsor|partenariat|partner|parrain)[^\])]*[\])]\s*", re.IGNORECASE
)
_GENERIC_TITLE = re.compile(
    r"(microsoft (word|powerpoint) ?-.*|untitled.*|sans titre.*|document\d*|présentation\d*|"
    r"presentation\d*|.*\.(docx?|pdf|pptx?|indd|txt|html?)|word document|slide 1)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a document; empty or None where nothing says it."""

    title: str = ""
    author: str = ""
    publisher: str = ""
    sponsor: str = ""
    date: Date | None = None


def take_about(
    blocks: Sequence[Block], all_lines: Sequence[str], parsed: Parsed
) -> tuple[tuple[Block, ...], About]:
    """The blocks without bylines, dates and sponsor lines, and what those said.

    Only short lines near the start and the end are metadata. ``all_lines`` are the lines before
    the furniture was removed: a link there may name the publisher. The title is not taken here.
    """
    declared = parsed.declared
    author = publisher = sponsor = ""
    date: Date | None = None
    taken: set[int] = set()
    edges = [
        index
        for index in range(len(blocks))
        if index < _EDGE_BLOCKS or index >= len(blocks) - _EDGE_BLOCKS
    ]
    for index in edges:
        block = blocks[index]
        if index in taken or block.kind in ("item", "row") or len(block.text) > _LINE_AT_MOST:
            continue
        line = plain(block.text)
        if index < _EDGE_BLOCKS and (named := _sponsor(line)):
            sponsor = sponsor or named
            if _TITLE_TAG.sub("", line).strip() in ("", line):
                taken.add(index)
        elif found := _date_line(line):
            date = date or found
            taken.add(index)
        elif not author and (byline := _byline(line, _text(blocks, index + 1))):
            author, publisher, lines = byline
            taken.update(range(index, index + lines))
    if not author:
        author = _lone_name(blocks, all_lines, taken)
    kept = tuple(block for index, block in enumerate(blocks) if index not in taken)
    return kept, About(
        author=_best_author(author, parsed),
        publisher=publisher or declared.get("publisher", "").strip() or _named_domain(all_lines),
        sponsor=declared.get("sponsor", "").strip() or sponsor,
        date=read_date(declared.get("date", "")) or date,
    )


def _best_author(byline: str, parsed: Parsed) -> str:
    """The declared author where it can be trusted, else the byline's, else a declared person."""
    declared = parsed.declared.get("author", "").strip()
    if parsed.trusted and declared:
        return declared
    named = all(
        _NAME.fullmatch(name.strip()) and not _is_topic(name) for name in declared.split(";")
    )
    return byline or (declared.replace(";", ",") if named else "")


def without_tag(title: str) -> str:
    """The title without the "[Sponsorisé par …]" before it."""
    return _TITLE_TAG.sub("", title).strip()


def good_title(title: str, publisher: str = "") -> str:
    """A declared title without its site's name, or "" where it says nothing."""
    title = " ".join(title.split())
    if _GENERIC_TITLE.fullmatch(title) or len(title.split()) < 2:
        return ""
    for separator in (" | ", " - ", " – ", " — ", " · "):
        head, found, tail = title.rpartition(separator)
        if found and (tail.casefold() == publisher.casefold() or separator == " | "):
            return head.strip()
    return title


def _text(blocks: Sequence[Block], index: int) -> str:
    return plain(blocks[index].text) if index < len(blocks) else ""


def _sponsor(line: str) -> str:
    for pattern in patterns().sponsors:
        if found := pattern.search(line):
            return found["name"].strip()
    return ""


def _date_line(line: str) -> Date | None:
    """The date of a line that is nothing but a date, after "Publié le" or the like."""
    found = patterns().date.fullmatch(line)
    return read_date(found["date"]) if found else None


def _byline(line: str, after: str) -> tuple[str, str, int] | None:
    """(author, organisation, lines used) of a byline, or None."""
    found = patterns().byline.fullmatch(line)
    if found:
        # "Par" and "By" also begin sentences: what follows them must be a name and little else.
        who, lines = (found["name"], 1) if found["name"] else (after, 2)
        person = _person(who)
        return (*person, lines) if person else None
    # Without "by", a name needs what the person does and where: "Name, Role at Company".
    person = _person(line) if "," in line or "|" in line or " - " in line else None
    return (*person, 1) if person and person[1] and patterns().role.search(line) else None


def _person(line: str) -> tuple[str, str] | None:
    """(name, organisation) of "Name", "Name, Role at Company" or "Name Role Company"."""
    line = re.split(r"\s*[|•·]\s*(?=\d)|\s+(?:le|on)\s+\d|,?\s+\d{1,2}[ /]", line)[0].strip(" ,.")
    role = patterns().role.search(line)
    if role and role.start():
        name = line[: role.start()].strip(" ,|–—-")
        rest = line[role.end() :]
        at = re.search(r"(?:\bchez\b|\bat\b|@)\s*", rest, re.IGNORECASE)
        company = rest[at.end() if at else 0 :].strip(" ,.|–—-")
    else:
        name, _, company = (part.strip() for part in _partition(line))
    if not _NAME.fullmatch(name) or _is_topic(name) or len(company.split()) > 6:
        return None
    if company and not company[0].isupper() and not company[0].isdigit():
        company = ""
    return name, company


def _partition(line: str) -> tuple[str, str, str]:
    found = re.search(r"\s*(?:,|\||\s[–—-]\s|\b(?:chez|at)\b)\s*", line)
    return (line[: found.start()], found.group(), line[found.end() :]) if found else (line, "", "")


def _is_topic(name: str) -> bool:
    return any(word.casefold().strip(".") in patterns().not_names for word in name.split())


def _lone_name(blocks: Sequence[Block], all_lines: Sequence[str], taken: set[int]) -> str:
    """A line that is only a person's name, beside a date or a reading time."""
    lines = [plain(line) for line in all_lines]
    for index in _edges(len(blocks)):
        name = plain(blocks[index].text)
        if index in taken or blocks[index].kind not in ("paragraph", "heading"):
            continue
        if len(name) > 40 or not _NAME.fullmatch(name) or _is_topic(name):
            continue
        for at in (number for number, line in enumerate(lines) if line == name):
            near = (*lines[max(0, at - 2) : at], *lines[at + 1 : at + 3])
            if any(_date_line(line) or _is_reading_time(line) for line in near):
                taken.add(index)
                return name
    return ""


def _edges(count: int) -> Iterator[int]:
    yield from (
        index for index in range(count) if index < _EDGE_BLOCKS or index >= count - _EDGE_BLOCKS
    )


def _is_reading_time(line: str) -> bool:
    return bool(re.search(r"\d", line)) and len(line) < 40 and is_furniture(line)


def _named_domain(lines: Sequence[str]) -> str:
    """The one domain that the text names, or the one that its furniture names; else ""."""
    every = Counter(_domains(lines))
    own = Counter(_domains([line for line in lines if is_furniture(line)]))
    for domains in (own, every):
        if len(domains) == 1:
            return next(iter(domains))
    return ""


def _domains(lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        for found in _DOMAIN.finditer(line):
            domain = found["domain"].lower()
            if not any(
                domain == other or domain.endswith("." + other)
                for other in patterns().not_publishers
            ):
                yield domain
