"""What was computed from a store as it is, kept until something is written that it counts."""

from collections import OrderedDict
from collections.abc import Callable, Collection
from threading import Event, Lock
from typing import Any, TypeVar

T = TypeVar("T")

MOST = 256
"""Results kept; the figures of the largest analysis take some three megabytes."""


class Kept:
    """Results by what they are of, those used last; several threads may ask at once."""

    def __init__(self) -> None:
        self._found: OrderedDict[tuple[str, ...], Any] = OrderedDict()
        self._making: dict[tuple[str, ...], Event] = {}
        self._version, self._lock = 0, Lock()

    def get(self, key: tuple[str, ...], make: Callable[[], T]) -> T:
        """What ``make`` gives, computed once for each key: who asks meanwhile waits for it."""
        while True:
            with self._lock:
                version = self._version
                if key in self._found:
                    self._found.move_to_end(key)
                    found: T = self._found[key]
                    return found
                others = self._making.get(key)
                if others is None:
                    own = self._making[key] = Event()
                    break
            others.wait()
        try:
            made = make()
            with self._lock:
                # What was read before a change must not be kept after it.
                if version == self._version:
                    self._found[key] = made
                    if len(self._found) > MOST:
                        self._found.popitem(last=False)
            return made
        finally:
            with self._lock:
                del self._making[key]
            own.set()

    def keys(self) -> frozenset[tuple[str, ...]]:
        """What results are kept of."""
        with self._lock:
            return frozenset(self._found)

    def forget(self, but: Collection[tuple[str, ...]] = ()) -> None:
        """Start anew, ``but`` with these: the store is another one now."""
        with self._lock:
            self._version += 1
            for key in self._found.keys() - set(but):
                del self._found[key]
