"""The figures that an answer computes itself, each with the query that gives it again."""

import shlex
import unicodedata
from collections.abc import Sequence
from typing import Literal

from scipy.stats import binomtest

from assistant.types import Fact
from corpus import tables as t
from corpus.filters import Filters
from corpus.store import Store
from corpus.types import FEWEST, HIGH, LOW, MOSTLY

FEWEST_IN_CELL = 10
"""So is one with a smaller numerator."""

_TEXT = "strip_accents(replace(replace(lower(concat_ws(' ', title, text)), 'œ', 'oe'), 'æ', 'ae'))"
_WRITTEN = "(title <> '' OR text <> '')"
"""A score alone holds no word and does not count where words are looked for."""

_RATED = "(SELECT record_id, goodness FROM scores WHERE rank = 0)"


class Facts:
    """The facts of one answer about its feedback, numbered as they are made.

    Shares are of customers where nearly every record in scope has one, else of records; ``base``
    says which, ``anonymous`` how many records have none: each of them counts for a customer. A
    customer counts as soon as one of the customer's records does. ``scores_alone`` is how many
    records have no words.
    """

    def __init__(self, store: Store, filters: Filters) -> None:
        self._store, self._filters = store, filters
        self._where = store.count_query(t.records, filters).split(" WHERE ", 1)[1]
        known = store.sql(
            "SELECT count(*) AS n, count(customer_key) AS named, "  # noqa: S608
            f"count_if({_WRITTEN}) AS written FROM records WHERE {self._where}"
        )[0]
        self.scores_alone = int(known["n"]) - int(known["written"] or 0)
        self.anonymous = int(known["n"]) - int(known["named"])
        self.base: Literal["customers", "records"] = (
            "customers" if known["n"] and known["named"] >= MOSTLY * known["n"] else "records"
        )
        self.made: list[Fact] = []

    def languages(self) -> list[str]:
        """The languages of the records that the filters keep, the most frequent first."""
        return self._store.languages_in_scope(self._filters)

    def records_in_scope(self, label: str) -> Fact:
        """How many records with words the filters keep."""
        query = f"SELECT count(*) AS value FROM records WHERE {self._where} AND {_WRITTEN}"  # noqa: S608
        return self._count("records", label, query)

    def mentioning(self, label: str, words: Sequence[str]) -> Fact:
        """How many records of the scope hold a word that begins with one of ``words``.

        ``words`` are as ``searchable`` gives them.
        """
        query = f"SELECT count(*) AS value FROM records WHERE {self._where} AND {_holds(words)}"  # noqa: S608
        return self._count("mentions", label, query)

    def mentioning_all(self, label: str, each: Sequence[Sequence[str]]) -> Fact:
        """How many records of the scope hold a word of every one of several lists."""
        held = " AND ".join(_holds(words) for words in each)
        query = f"SELECT count(*) AS value FROM records WHERE {self._where} AND {held}"  # noqa: S608
        return self._count("mentions-together", label, query)

    def share_low(self, label: str, words: Sequence[str] | None = None) -> Fact | None:
        """The share of low scores among the rated records, of those that hold the words if given.

        With an empty list of words, of those that have any; None where fewer than FEWEST are rated.
        """
        condition = self._where
        if words is not None:
            condition += f" AND {_holds(words) if words else _WRITTEN}"
        return self._share(
            "low-scores",
            label,
            f"goodness <= {LOW}",
            f"FROM records JOIN {_RATED} AS rated ON rated.record_id = records.id "
            f"WHERE {condition}",
        )

    def share_holding(self, label: str, words: Sequence[str], *, low: bool) -> Fact | None:
        """The share of the low (or of the high) rated records that hold one of the words.

        None where fewer than FEWEST are rated so.
        """
        rated = f"goodness <= {LOW}" if low else f"goodness >= {HIGH}"
        return self._share(
            "words-among-rated",
            label,
            _holds(words, whole=True),
            f"FROM records JOIN {_RATED} AS rated ON rated.record_id = records.id "
            f"WHERE {self._where} AND {_WRITTEN} AND {rated}",
        )

    def _count(self, name: str, label: str, query: str) -> Fact:
        value = int(self._store.sql(query)[0]["value"])
        return self._add(name, label, value, "records", None, None, value, None, None, query)

    def _share(self, name: str, label: str, kept: str, rest: str) -> Fact | None:
        key = "coalesce(customer_key, id)" if self.base == "customers" else "id"
        query = f"SELECT avg(held) AS value, count(*) AS n, CAST(sum(held) AS BIGINT) AS k FROM (SELECT max(CASE WHEN {kept} THEN 1.0 ELSE 0.0 END) AS held {rest} GROUP BY {key})"  # noqa: E501, S608
        row = self._store.sql(query)[0]
        numerator, denominator = int(row["k"] or 0), int(row["n"])
        if denominator < FEWEST or numerator < FEWEST_IN_CELL:
            return None
        interval = binomtest(numerator, denominator).proportion_ci(method="wilson")
        return self._add(
            name,
            label,
            float(row["value"]),
            "share",
            numerator,
            denominator,
            denominator,
            float(interval.low),
            float(interval.high),
            query,
        )

    def _add(
        self,
        name: str,
        label: str,
        value: float,
        unit: str,
        numerator: int | None,
        denominator: int | None,
        n: int,
        low: float | None,
        high: float | None,
        query: str,
    ) -> Fact:
        fact = Fact(
            id=f"f{len(self.made) + 1}",
            name=name,
            label=label,
            value=value,
            unit=unit,
            numerator=numerator,
            denominator=denominator,
            base="records" if numerator is None else self.base,
            n=n,
            low=low,
            high=high,
            method="count" if numerator is None else "share, Wilson 95 % interval",
            filter=self._filters.as_dict(),
            query=query,
            replay=f"ancrage sql {shlex.quote(query)} --json",
        )
        self.made.append(fact)
        return fact


def _holds(words: Sequence[str], *, whole: bool = False) -> str:
    """The condition that one of a record's words begins with (or is) one of these words."""
    folded = set(searchable(words))
    # A word of three letters or fewer begins too many others: it stands alone, or in the plural.
    ends = [
        rf"{word}\b" if whole else word if len(word) > 3 else rf"{word}s?\b"
        for word in sorted(folded)
    ]
    return f"regexp_matches({_TEXT}, '\\b({'|'.join(ends)})')"


def searchable(words: Sequence[str]) -> list[str]:
    """The words as they are looked for, without those that have no Latin letter or digit."""
    return [folded for word in words if (folded := _folded(word))]


def _folded(word: str) -> str:
    """Letters and digits in lower case without accents: nothing that a pattern could read."""
    plain = unicodedata.normalize("NFKD", word.lower().replace("œ", "oe").replace("æ", "ae"))
    return "".join(letter for letter in plain if letter.isascii() and letter.isalnum())
