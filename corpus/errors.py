"""The errors that Ancrage raises on purpose.

AncrageError            one sentence: what is wrong and what to do
├── InputError          a file, a question or a query that cannot be used as it is
├── NotFoundError       an id or a name that the store does not hold
├── ConfigurationError  a setting that is unknown or does not fit the data directory
├── BusyError           another process owns the data directory
└── ModelError          a chat model that gave no answer
"""


class AncrageError(Exception):
    """One sentence that says what is wrong and what to do; shown without a traceback."""


class InputError(AncrageError):
    """A file, a question or a query that cannot be used as it is; nothing was changed."""


class NotFoundError(AncrageError):
    """An id or a name that the store does not hold."""


class ConfigurationError(AncrageError):
    """A setting that is unknown, or that does not fit the data directory."""


class BusyError(AncrageError):
    """Another process owns the data directory."""


class ModelError(AncrageError):
    """A chat model that gave no answer; another request may have one.

    ``sent`` is how many times the prompt was sent without anything coming back.
    """

    def __init__(self, sentence: str, sent: int = 0) -> None:
        super().__init__(sentence)
        self.sent = sent
