"""What the words of a question say that its reading does not hold: how it speaks, of which step."""

import re
from collections.abc import Mapping

SCORED = re.compile(
    r"\b(?:(?:notes?|not[ée]e?s?|scores?|ratings?|rated|nps|csat|ces|satisfaction)\b"
    r"|(?:how satisfied|how happy|how content|à quel point|(?:dis|in)?satisf|mécontent|unhappy))"
)
BLAMING = re.compile(r"\b(?:insatisf|mécontent|déçu|plaign|plaint|dissatisf|unhappy|complain)")
SPEAKING = re.compile(r"\b(?:parl|mention|évoq|cit|talk|speak|refer|concern|about)")
PRAISING = re.compile(r"\b(?:félicit|appréci|content|satisfaits|prais|happy|pleased|like|love)")
COUNTED = re.compile(r"\b(?:combien|nombre|volume|how many|number of|nb)\b")

DOING = re.compile(
    r"\b(?:session|visit|abandon|drop|stop|arrêt|panier|basket|cart|convers|abouti|finish|complet"
    r"|achèv|finalis|purchas|achats?\b|checkouts\b|paiements\b|commandes\b|orders\b)"
)
"""Of what is done, and not of what is said of it."""

STOPPING = re.compile(
    r"\b(?:abandon|drop|stop|arrêt|lost|los[ei]|perd|perte|n['’]abouti|quit|give up|gave up)"
)
"""Of those who stop rather than of those who go on."""

_STEPS: Mapping[str, re.Pattern[str]] = {
    "visit": re.compile(r"\b(?:visites?|visits?)\b"),
    "search": re.compile(r"\b(?:recherches?|search(?:es)?)\b"),
    "cart": re.compile(r"\b(?:paniers?|baskets?|carts?)\b"),
    "account": re.compile(r"\b(?:comptes?|accounts?|inscriptions?|sign-?ups?)\b"),
}


def step_named(text: str) -> str | None:
    """The step of a purchase that a question names."""
    return next((step for step, words in _STEPS.items() if words.search(text)), None)
