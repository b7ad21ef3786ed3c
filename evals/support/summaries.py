"""Summaries that people judged: FaithBench and SummEdits, as claims against their documents."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

from assistant.verify import dates, names, numbers
from assistant.verify.support import FEATURES, features
from corpus.sentences import sentences


@dataclass(frozen=True)
class Summary:
    """A summary, its document, and whether people found it faithful; a document is in one half."""

    of: str
    half: str
    document: str
    text: str
    carried: bool

    def features(self) -> dict[str, float]:
        """What speaks against it: of each kind the most that does against one of its sentences.

        ``fault`` is whether a rule drops a sentence.
        """
        spans = [self.text[start:end] for start, end in sentences(self.text, "en")] or [self.text]
        found = [features(span, self.document) for span in spans]
        worst = {name: max(each[name] for each in found) for name in FEATURES}
        fault = any(
            numbers.fault(span, [], self.document, "", "")
            or names.fault(span, self.document)
            or dates.fault(span, [], self.document)
            for span in spans
        )
        return {**worst, "fault": float(fault)}


def faithbench(file: Path) -> Iterator[Summary]:
    """Summaries of FaithBench; those that annotators only doubted are left out."""
    for line in file.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        said = {label for each in row["annotations"] for label in each["label"]}
        unwanted = any(label.startswith("Unwanted") for label in said)
        if unwanted or not any(label.startswith("Questionable") for label in said):
            yield _summary("faithbench", row["source"], row["summary"], not unwanted)


def summedits(folder: Path) -> Iterator[Summary]:
    """Summaries of SummEdits: one, and others with one thing edited."""
    for file in sorted(folder.glob("summedits_*.json")):
        for row in json.loads(file.read_text(encoding="utf-8")):
            yield _summary("summedits", row["doc"], row["summary"], bool(row["label"]))


def _summary(of: str, document: str, text: str, carried: bool) -> Summary:
    half = "fit" if crc32(document.encode()) % 2 else "report"
    return Summary(of, half, document, text, carried)
