"""What the words of a question say that its reading does not hold: how it speaks, of which step."""

import re
from collections.abc import Mapping

SCORED = re.compile(
    r"\b(?:(?:notes?|not[ée]e?s?|scores?|ratings?|rated|nps|csat|ces|satisfaction)\b"
    r"|(?:how satisfied|how happy|how content|à quel point|(?:dis|in)?satisf|mécontent|unhappy))"
)
AVERAGED = re.compile(r"\b(?:moyen(?:ne)?s?|en moyenne|average|averaged?|mean)\b")
"""Of the mean of a scale, where its usual figure is another: that of a CSAT is who is satisfied."""

LEAST = re.compile(
    r"\b(?:l[ea]s? moins|least|fewest|lowest|smallest|plus (?:bas|faible|petit)\w*)\b"
)
BAD = re.compile(r"\b(?:worst|unhapp\w+|pires?|mauvaise?s?|mecontent\w*|insatisf\w+|negati\w+)\b")
"""Which end is asked for, in words without accents; the fewest unhappy are the happiest."""

BLAMING = re.compile(
    r"\b(?:insatisf|mécontent|déçu|plaign|plaint|réclamation|dissatisf|unhappy|complain)"
)
NAMING = re.compile(r"\b(?:mention|cit|contien|contain|the word|le mot|les mots|use the)")
"""Asked of a word that people write."""

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


_WHERE = re.compile(
    r"\b(?:où|(?:à|de|dans|sur) quel(?:le)?s? (?:étapes?|moments?|endroits?|stades?|points?)"
    r"|quelles? étapes?|where(?:abouts)?|(?:which|what) (?:steps?|stages?|points?))\b"
)
_OUT = re.compile(
    r"\b(?:s['’]arrêt|abandon|perd(?!.*\b(?:temps|patience|confiance|argent)\b)|décroch|stopp|quitt"
    r"|fui(?:ent|t|te)|drop|stop|los[ei](?!.*\b(?:time|patience|trust|money)\b)|lost|leav|left|quit"
    r"|give up|giving up|gave up|fall off|falling off|bail)"
)
_OF_STOPPING = re.compile(
    r"(?:s['’])?(?:arrêt|abandon|perd|décroch|stop|quit|fui|drop|los|leav|left|giv|gav|fall|bail"
    r"|visit|session|internaute|acheteu|monde|gens|people|shopper|buyer|visiteu|prospect|client"
    r"|customer|parcours|journey|tunnel|funnel|achat|purchas|chemin|way|off|plus|most|route)",
    re.IGNORECASE,
)


def where_they_stop(text: str) -> bool:
    """Whether a question asks at which step people stop, or are lost."""
    lower = text.lower()
    return bool(_WHERE.search(lower) and _OUT.search(lower))


def explained_by_stopping(word: str) -> bool:
    """Whether a word of such a question says no more than that it is of those who stop."""
    return bool(_OF_STOPPING.match(word))
