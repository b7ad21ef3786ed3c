"""The reading of a question as chips: what is shown, what a change gives, and nothing that acts."""

from datetime import date
from html import unescape
from typing import Any

import pytest

from assistant.ui.chips import Asked, Menus, chips, corrected, show
from corpus.choices import Choices
from corpus.codebook import starting_codebook

HOSTILE = '"><img src=x onerror=alert(1)> ${1}'

UNDERSTOOD: dict[str, Any] = {
    "intent": "why",
    "themes": ["payment", "price"],
    "filters": {
        "stage": ["purchase"],
        "since": "2026-06-01",
        "segment": {"pays": "BE", HOSTILE: HOSTILE},
        "channel": ["web", "chat"],
        "score_max": 0.4,
    },
}


@pytest.fixture
def menus() -> Menus:
    choices = Choices(
        source=("avis.csv",),
        stage=("purchase", "delivery"),
        channel=("web", "chat", HOSTILE),
        language=("fr",),
        segment={"pays": ("FR", "BE"), HOSTILE: (HOSTILE,)},
        first=date(2026, 1, 1),
        last=date(2026, 9, 30),
    )
    return Menus("fr", starting_codebook(), choices)


@pytest.fixture
def asked() -> Asked:
    return Asked("Pourquoi ?", UNDERSTOOD, {"intent": "why"})


def test_every_part_of_the_reading_is_a_chip() -> None:
    assert chips(UNDERSTOOD) == [
        ("intent", "why"),
        ("themes", "payment"),
        ("themes", "price"),
        ("stages", "purchase"),
        ("period", "2026-06-01/"),
        ("segment:pays", "BE"),
        (f"segment:{HOSTILE}", HOSTILE),
        ("channels", "web"),
        ("channels", "chat"),
        ("score", "low"),
    ]
    assert chips({"text": "?"}) == []


@pytest.mark.parametrize(
    ("field", "old", "new", "found"),
    [
        ("intent", "why", "love", {"intent": "love"}),
        ("themes", "payment", "", {"themes": ["price"]}),
        ("themes", "payment", "queue", {"themes": ["queue", "price"]}),
        ("themes", "", "queue", {"themes": ["payment", "price", "queue"]}),
        ("stages", "purchase", "delivery", {"stages": ["delivery"]}),
        ("stages", "purchase", "", {"stages": []}),
        ("channels", "web", "chat", {"channels": ["chat"]}),
        ("languages", "", "fr", {"languages": ["fr"]}),
        ("segment:pays", "BE", "", {"segment": {HOSTILE: HOSTILE}}),
        ("segment:pays", "BE", "FR", {"segment": {HOSTILE: HOSTILE, "pays": "FR"}}),
        ("score", "low", "", {"score": None}),
        ("score", "", "high", {"score": "high"}),
        ("period", "2026-06-01/", "", {"since": None, "until": None}),
        ("period", "", "2026-06-01/2026-07-01", {"since": "2026-06-01", "until": "2026-07-01"}),
    ],
)
def test_a_change_keeps_what_was_corrected_before(
    asked: Asked, menus: Menus, field: str, old: str, new: str, found: dict[str, Any]
) -> None:
    assert corrected(asked, menus, field, old, new) == {"intent": "why", **found}


@pytest.mark.parametrize(
    ("field", "new"),
    [
        ("intent", "sing"),
        ("themes", "nothing"),
        ("segment:pays", "XX"),
        ("segment:nobody", "FR"),
        ("kind", ""),
        ("period", "yesterday"),
        ("period", "2026-13-01/"),
    ],
)
def test_what_is_not_on_offer_is_refused(asked: Asked, menus: Menus, field: str, new: str) -> None:
    with pytest.raises(ValueError, match=r"no|month"):
        corrected(asked, menus, field, "", new)


def test_the_chips_are_named_and_escaped(menus: Menus) -> None:
    html = show(menus, "turn-1", UNDERSTOOD)
    assert "<img" not in html
    text = unescape(html)
    for words in (
        "Pourquoi cela ne va pas",
        "Moyens de paiement",
        "achat",
        "depuis le 1er juin 2026",
        "insatisfaits",
        "Retirer\u202f: Étape, achat",
        "Changer\u202f: Thème, Prix",
    ):
        assert words in text
    assert 'data-turn="turn-1"' in html
    assert html.count('class="pick-drop"') == len(chips(UNDERSTOOD)) - 1, "an intent stays"
