"""Text from a corpus, a question or an answer, made inert before it becomes HTML."""

import re
from collections.abc import Callable, Iterable, Mapping

from markdown_it import MarkdownIt

# Beyond HTML's own five: what a JavaScript or Handlebars template, a Markdown renderer or
# Gradio's translation marker (``__i18n__``) would read, should one ever come after us.
_ESCAPES = {ord(character): f"&#{ord(character)};" for character in "&<>\"'`${}[]\\"} | {
    ord("_"): "&#95;"
}

# Private-use characters stand for parts that Markdown must not see; controls are never shown.
_OPEN, _CLOSE = "\ue000", "\ue001"
_UNSHOWN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ue000-\uf8ff]"
)

_markdown = (
    MarkdownIt("zero", {"html": False, "linkify": False, "typographer": False})
    .enable(["list", "heading", "blockquote", "emphasis", "escape"])
    .enable(["balance_pairs", "fragments_join"])
)


def esc(value: object) -> str:
    """The value as HTML text or a quoted attribute value, with no character left to act."""
    return _UNSHOWN.sub("", str(value)).translate(_ESCAPES)


def literal_pattern(text: str) -> str:
    """A pattern for ``text`` however a composer flattened its spaces or escaped its Markdown."""
    words = _UNSHOWN.sub("", text).split()
    return r"\s+(?:>\s*)?".join(
        "".join(c if c.isalnum() else rf"\\?{re.escape(c)}" for c in word) for word in words
    )


def markdown(
    text: str,
    literals: Iterable[tuple[str, Callable[[str], str]]] = (),
    markers: Mapping[str, str] | None = None,
) -> str:
    """Markdown to HTML, without links, images or raw HTML, and with shielded parts.

    ``literals`` are texts that must appear as they are (quotes), each with what wraps its
    escaped form; ``markers`` gives the HTML for ``[c1]`` by ``c1``.
    """
    text = _UNSHOWN.sub("", text)
    wraps = [
        (pattern, wrap(esc(quote)))
        for quote, wrap in sorted(literals, key=lambda literal: -len(literal[0]))
        if (pattern := literal_pattern(quote))
    ]
    known = markers or {}
    shielded: list[str] = []

    def shield(found: re.Match[str]) -> str:
        if found["marker"]:
            html = known.get(found["marker"])
        else:
            html = next(html for i, (_, html) in enumerate(wraps) if found[f"q{i}"] is not None)
        if html is None:
            return found[0]
        shielded.append(html)
        return f"{_OPEN}{len(shielded) - 1}{_CLOSE}"

    # One pass over quotes and markers alike, so that no replacement is read again.
    parts = [f"(?P<q{i}>{pattern})" for i, (pattern, _) in enumerate(wraps)]
    parts.append(r"[ \u00a0\u202f]?\[(?P<marker>[cf]\d+)\]")
    html = str(_markdown.render(re.sub("|".join(parts), shield, text)))
    html = re.sub(r"<(/?)h[1-6]>", r"<\1h4>", html)
    return re.sub(f"{_OPEN}(\\d+){_CLOSE}", lambda found: shielded[int(found[1])], html)
