"""The part of the Assistant that decides about themes: candidates, and what to call them."""

from collections.abc import Mapping, Sequence
from typing import Any, get_args

from assistant.theming import Theming
from corpus.codebook.edits import Decision, checked_label, relabelled, with_examples, with_theme
from corpus.coding.judgements import keep_codebook, keep_dismissal, theme_ids
from corpus.coding.proposals import Proposal
from corpus.coding.sampling import NOTHING
from corpus.errors import InputError, NotFoundError


class Judging(Theming):
    """What a person decides of the themes that are proposed, and of those that there are."""

    def judge_candidate(
        self,
        candidate_id: str,
        decision: Decision,
        *,
        label: Mapping[str, str] | None = None,
        group: str | None = None,
        into: str | None = None,
        seed: int = 0,
    ) -> dict[str, Any]:
        """Make a candidate a theme, make it part of one, or never have it proposed again.

        ``label`` (else the candidate's own words) and ``group`` are an accepted theme's, ``into``
        is the theme that takes a merged one in; ``seed`` is the one that gave the candidate.
        Codes anew, and gives what that changed. Raises NotFoundError for a candidate or a theme
        that is not there, InputError for what does not fit the decision; then nothing is kept.
        """
        if decision not in get_args(Decision):
            raise InputError(f"A candidate is {', '.join(get_args(Decision))}; not {decision}.")
        if into is not None and decision != "merge":
            raise InputError(f"To {decision} needs no theme to merge into.")
        if (label is not None or group is not None) and decision != "accept":
            raise InputError(f"To {decision} needs no label and no group.")
        names = checked_label(label) if label is not None else None
        if decision == "merge":
            if not into:
                raise InputError("Say which theme the candidate is to be merged into.")
            self._known_theme(into)
        candidate = self._candidate(candidate_id, seed)
        if decision == "dismiss":
            with self._writing:
                keep_dismissal(self.store, candidate.id, candidate.digests())
            version, _ = self.coding.codebook()
            return _decided(decision, None, version, [])
        before = self._told()
        with self._writing:
            _, codebook = self.coding.codebook()
            clauses = candidate.by_language()
            if into:
                theme, codebook = into, with_examples(codebook, into, clauses)
            else:
                codebook, theme = with_theme(
                    codebook,
                    names or candidate.names(),
                    group if group is not None else self._nearest_group(candidate),
                    candidate.words_by_language(),
                    clauses,
                    {*theme_ids(self.store), *NOTHING},
                )
            version = keep_codebook(self.store, codebook)
        self.coding.run()
        return _decided(decision, theme, version, self._moved(before))

    def rename_theme(self, theme: str, label: Mapping[str, str]) -> dict[str, Any]:
        """Give a theme another label, in one language or both; its id and its history stay.

        Raises NotFoundError for a theme that is not there, InputError for no label.
        """
        names = checked_label(label)
        self._known_theme(theme)
        before = self._told()
        with self._writing:
            _, codebook = self.coding.codebook()
            version = keep_codebook(self.store, relabelled(codebook, theme, names))
        self.coding.run()
        return _decided("rename", theme, version, self._moved(before))

    def _candidate(self, identity: str, seed: int) -> Proposal:
        proposed = self.coding.discover(seed) if seed >= 0 else []
        found = next((each for each in proposed if each.id == identity), None)
        if found is None:
            raise NotFoundError(
                f"There is no candidate theme {identity} with the seed {seed}; "
                "discover the candidates again for those that there are."
            )
        return found

    def _nearest_group(self, candidate: Proposal) -> str:
        """The group of the theme that its central clauses come nearest to."""
        _, codebook = self.coding.codebook()
        texts, languages = zip(*((c.text, c.language) for c in candidate.central), strict=True)
        nearest = self.coding.nearest(texts, languages)
        return next(theme.group for theme in codebook.themes if theme.id == nearest)


def _decided(
    decision: str, theme: str | None, version: int, changed: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    return {"decision": decision, "theme": theme, "version": version, "changed": list(changed)}
