"""The HTTP door: a FastAPI app over one Assistant."""

from assistant.api.app import create_app

__all__ = ["create_app"]
