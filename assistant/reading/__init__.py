"""Reading a question without a model: what it asks for, of what, within what."""

from assistant.reading.intents import Meaning
from assistant.reading.read import read
from assistant.reading.saying import marks_named, said_back
from assistant.reading.types import INTENTS, Intent, Limits, Reading, read_back

__all__ = [
    "INTENTS",
    "Intent",
    "Limits",
    "Meaning",
    "Reading",
    "marks_named",
    "read",
    "read_back",
    "said_back",
]
