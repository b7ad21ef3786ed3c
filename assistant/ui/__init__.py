"""The web app: a thin door to one Assistant, in French or English by the browser."""

from assistant.ui.app import mount

__all__ = ["mount"]
