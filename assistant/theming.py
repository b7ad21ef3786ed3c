"""The part of the Assistant that is about themes: their totals, their codebook, people's words."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from threading import RLock
from typing import Any

from corpus.codebook import Codebook, Polarity, read_codebook, write_codebook
from corpus.coding.flow import Coding
from corpus.coding.judgements import keep_codebook, keep_correction, keep_labels
from corpus.coding.ledger import is_codable, record_ids, spoken
from corpus.coding.mentions import Correction
from corpus.coding.quantify import Share
from corpus.coding.sampling import as_csv, draw, read_labels
from corpus.coding.scoring import corrected, cross, known
from corpus.coding.totals import Total, totals
from corpus.errors import InputError, NotFoundError
from corpus.filters import Filters
from corpus.store import Store
from corpus.types import MOST_RESULTS

MOST_SAMPLED = 5_000
"""The most records that are drawn for people to code."""


class Theming:
    """What an Assistant can do with themes; it brings the store, the coder and their lock."""

    store: Store
    coding: Coding
    _writing: RLock

    def _check(self, filters: Filters | None) -> None:
        """Refuse names that would silently match nothing."""
        if filters:
            self.store.check_sources(filters.source)
            self.store.check_segments(filters.segment)

    def themes(self, filters: Filters | None = None) -> list[dict[str, Any]]:
        """What feedback is about: each theme's total within the filters, most frequent first."""
        self._check(filters)
        filters = filters or Filters()
        if not filters.kind:
            filters = replace(filters, kind=("feedback",))
        _, codebook = self.coding.codebook()
        shares = corrected(self.store, codebook, filters)
        kappas = {
            each.theme: each.measures.kappa
            for each in (known(self.store, codebook, by_language=False) if shares else ())
        }
        return [
            {
                **_total(total, codebook),
                **_corrected(shares.get(total.theme), total),
                "kappa": asdict(kappa) if (kappa := kappas.get(total.theme)) else None,
            }
            for total in totals(self.store, codebook, filters)
        ]

    def discover_themes(self, seed: int = 0) -> list[dict[str, Any]]:
        """Candidate themes among what the codebook has no theme for; the seed gives them again.

        Empty where there is too little of it, or no embedder; what was dismissed is left out.
        """
        if seed < 0:
            raise InputError("The seed must be 0 or more.")
        return [asdict(each) for each in self.coding.discover(seed)]

    def sample_themes(self, size: int, seed: int = 0) -> str:
        """Records for people to code, as CSV; ``score_themes`` takes it back filled in."""
        if not 1 <= size <= MOST_SAMPLED:
            raise InputError(f"The size must be between 1 and {MOST_SAMPLED:,}.")
        drawn = draw(self.store, Filters(kind=("feedback",)), size, seed)
        if not drawn:
            raise InputError("There is nothing to code: load feedback with words first.")
        return as_csv(drawn)

    def score_themes(self, text: str, coder: str, name: str) -> list[dict[str, Any]]:
        """Learn what somebody coded, and give how well each theme is known, per language.

        Raises InputError for a table that does not read; then nothing is kept.
        """
        if not coder.strip():
            raise InputError("Say who coded it.")
        version, codebook = self.coding.codebook()
        with self._writing:
            records = record_ids(self.store)
            given = read_labels(text, coder.strip(), codebook, version, name, records)
            keep_labels(self.store, given)
        cross(self.store, codebook, self.coding.vectors)
        self.coding.run()
        return [
            {
                "theme": each.theme,
                "language": each.language,
                "people": each.people,
                **asdict(each.measures),
            }
            for each in known(self.store, codebook)
        ]

    def theme_records(
        self, theme: str, filters: Filters | None = None, limit: int = 20, offset: int = 0
    ) -> list[dict[str, Any]]:
        """The passages that mention a theme, the surest first; raises NotFoundError."""
        self._known_theme(theme)
        if not 1 <= limit <= MOST_RESULTS or offset < 0:
            raise InputError(f"The limit must be between 1 and {MOST_RESULTS}.")
        self._check(filters)
        return [
            {
                "passage_id": each.passage_id,
                "source": each.source,
                "text": each.text,
                "language": each.language,
                "date": each.date.isoformat() if each.date else None,
                "mentions": [asdict(mention) for mention in each.mentions],
            }
            for each in spoken(self.store, theme, filters or Filters(), limit, offset)
        ]

    def correct(
        self,
        passage_id: str,
        start: int,
        end: int,
        theme: str,
        *,
        holds: bool,
        polarity: Polarity | None = None,
        instead: str | None = None,
    ) -> dict[str, Any]:
        """Say that a span is or is not about a theme, code anew, and give what that changed.

        ``instead`` is the theme that a span which is not about ``theme`` is about.
        Raises NotFoundError for a passage or a theme that is not there, InputError for a span that
        the passage does not have.
        """
        self._known_theme(theme)
        if instead is not None:
            self._known_theme(instead)
            if holds or instead == theme:
                raise InputError("Another theme is for a span that is not about the first.")
        passage = self.store.passage(passage_id)
        if not is_codable(self.store, passage_id):
            raise InputError(
                "Only what people said is coded, and what a map says of pains, opportunities, "
                "doings and thoughts; this passage is something else."
            )
        if not 0 <= start < end <= len(passage.text):
            raise InputError(f"The passage has no span from {start} to {end}.")
        before = self._told()
        said = [Correction(passage_id, start, end, theme, holds, None if instead else polarity)]
        if instead:
            said.append(Correction(passage_id, start, end, instead, True, polarity))
        with self._writing:
            for each in said:
                keep_correction(self.store, each)
        self.coding.run()
        return {"theme": theme, "holds": holds, "changed": self._moved(before)}

    def _told(self) -> dict[str, int]:
        """By how many customers' records each theme is told."""
        _, codebook = self.coding.codebook()
        feedback = Filters(kind=("feedback",))
        return {total.theme: total.n for total in totals(self.store, codebook, feedback)}

    def _moved(self, before: Mapping[str, int]) -> list[dict[str, Any]]:
        """The themes that are told by more records than ``before``, or by fewer."""
        return [
            {"id": each, "before": before.get(each, 0), "after": n}
            for each, n in self._told().items()
            if n != before.get(each, 0)
        ]

    def _known_theme(self, theme: str) -> None:
        _, codebook = self.coding.codebook()
        if codebook.theme(theme) is None:
            raise NotFoundError(
                f"The codebook has no theme {theme}; there are "
                f"{', '.join(each.id for each in codebook.themes)}."
            )

    def export_codebook(self) -> str:
        """The codebook in use, as YAML."""
        return write_codebook(self.coding.codebook()[1])

    def load_codebook(self, text: str, name: str, *, apply: bool = True) -> dict[str, Any]:
        """What a codebook would change and, if ``apply``, put it in use as the next version.

        Raises InputError for what is no codebook. ``code`` must be called for it to tell.
        """
        codebook = read_codebook(text, name)
        with self._writing:
            change = self.coding.compare(codebook)
            version, _ = self.coding.codebook()
            if apply:
                version = keep_codebook(self.store, codebook)
        return {"version": version, "applied": apply, **change}


def _total(total: Total, codebook: Codebook) -> dict[str, Any]:
    theme = codebook.theme(total.theme)
    return {
        "id": total.theme,
        "label": dict(theme.label) if theme else {},
        "group": theme.group if theme else None,
        "n": total.n,
        "customers": total.customers,
        "base": total.base,
        "of": total.of,
        "share": total.share,
        "low": total.low,
        "high": total.high,
        "corrected": False,
        "polarity": total.polarity,
        "trend": total.trend,
    }


def _corrected(share: Share | None, total: Total) -> dict[str, Any]:
    """The corrected share, which is of records, in the raw one's place."""
    if share is None:
        return {}
    return {
        "share": share.value,
        "low": share.low,
        "high": share.high,
        "corrected": True,
        "base": "records",
        "of": total.records,
        "labelled": share.n,
    }
