"""What the stages and lanes of a journey are called, where a map uses the usual keys."""

from collections.abc import Mapping

STAGE_LABELS: Mapping[str, Mapping[str, str]] = {
    "fr": {
        "need": "besoin",
        "research": "recherche",
        "selection": "sélection",
        "purchase": "achat et paiement",
        "delivery": "livraison",
        "use": "utilisation",
        "support": "service client",
        "renewal": "renouvellement et fidélité",
        "recommendation": "recommandation",
    },
    "en": {
        "need": "need",
        "research": "research",
        "selection": "selection",
        "purchase": "purchase and checkout",
        "delivery": "delivery",
        "use": "use",
        "support": "support",
        "renewal": "renewal and loyalty",
        "recommendation": "recommendation",
    },
}

LANE_LABELS: Mapping[str, Mapping[str, str]] = {
    "fr": {
        "goal": "objectif",
        "touchpoint": "point de contact",
        "channel": "canal",
        "doing": "ce que fait le client",
        "thinking": "ce que pense le client",
        "pain": "irritant",
        "opportunity": "opportunité",
        "metric": "indicateur",
    },
    "en": {
        "goal": "goal",
        "touchpoint": "touchpoint",
        "channel": "channel",
        "doing": "what the customer does",
        "thinking": "what the customer thinks",
        "pain": "pain point",
        "opportunity": "opportunity",
        "metric": "metric",
    },
}


def label(labels: Mapping[str, Mapping[str, str]], key: str, language: str) -> str:
    """The name of a stage or lane in a language; the map's own word where it is not a usual key."""
    return labels.get(language, labels["en"]).get(key, key)
