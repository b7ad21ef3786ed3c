"""The part of the Assistant that is about the journey: the canvas, its draft, and their files."""

from threading import Lock
from typing import Any, Literal

from assistant.actions.life import lives
from assistant.analyses import check
from assistant.journey.build import LANES, canvas, draft
from assistant.journey.files import as_file
from assistant.journey.types import Canvas
from assistant.words import ANSWER_LANGUAGES, words
from corpus.coding.flow import Coding
from corpus.errors import InputError
from corpus.metrics.types import Ask
from corpus.store import Store

Which = Literal["map", "draft"]


class Journeying:
    """What an Assistant can do with the journey; it brings the store and the coder."""

    store: Store
    coding: Coding

    def canvas(
        self,
        ask: Ask | None = None,
        language: str | None = None,
        *,
        map_name: str | None = None,
        which: Which = "map",
    ) -> Canvas:
        """The canvas of a map beside the feedback, or the draft of one from the corpus alone.

        ``ask`` has the filters and what is compared; ``language`` is ``fr`` or ``en``, by default
        that of most records. Raises NotFoundError for a map that is not loaded.
        """
        ask = ask or Ask()
        if language not in (None, *ANSWER_LANGUAGES):
            raise InputError(f"A canvas is written in {' or '.join(ANSWER_LANGUAGES)}.")
        _, codebook = self.coding.codebook()
        check(self.store, codebook, "journey", ask)
        done, whole = self.coding.progress()
        coded = done / whole if whole else 1.0

        def made() -> tuple[object, Canvas]:
            if which == "draft":
                return codebook, draft(self.store, codebook, ask, language, coded=coded)
            return codebook, canvas(self.store, codebook, ask, language, map_name, coded=coded)

        # What people decided of actions is no part of what analyses count.
        decided = repr(lives(self.store))
        key = ("canvas", which, repr(ask), str(language), str(map_name), f"{coded:.2f}", decided)
        with _making:
            made_with, found = self.store.kept.get(key, made)
        return found if made_with == codebook else made()[1]

    def journey(
        self,
        ask: Ask | None = None,
        language: str | None = None,
        *,
        map_name: str | None = None,
        which: Which = "map",
    ) -> dict[str, Any]:
        """The canvas as JSON values."""
        return self.canvas(ask, language, map_name=map_name, which=which).as_dict()

    def journey_file(
        self,
        form: str,
        ask: Ask | None = None,
        language: str | None = None,
        *,
        map_name: str | None = None,
        which: Which = "map",
    ) -> bytes:
        """The canvas as a file: ``xlsx``, ``md``, ``svg``, ``png`` or ``pdf``."""
        return as_file(self.canvas(ask, language, map_name=map_name, which=which), form)

    def journey_template(self, filename: str, language: str = "en") -> bytes:
        """The blank canvas as a workbook, for people to fill in and to load."""
        from assistant.journey.workbook import template

        said = words(language)
        lanes = [
            (lane, said.say(f"canvas/lane_{lane}"), said.say(f"canvas/explain_{lane}"))
            for lane in LANES
        ]
        return template(said.language, lanes, filename)


_making = Lock()
"""A canvas is made of many counts: who asks for the same one waits for it."""
