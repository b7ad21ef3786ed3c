"""Thumbs in Chromium: given, explained, changed, and there when a conversation is reopened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assistant.core import Assistant
from corpus.files import RawFile
from corpus.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

    from tests.assistant.conftest import Serving

MILLISECONDS = 60_000  # for a machine that does other things too
HOSTILE = "<b>non</b> ${x}"

pytestmark = [pytest.mark.chromium]


def test_an_answer_is_rated_and_explained(
    browser: Browser, serving: Serving, tmp_path: Path, avis: bytes
) -> None:
    with Assistant(Settings(data=tmp_path / "data", embeddings="none")) as assistant:
        assistant.ingest(RawFile("avis.csv", avis), origin="avis.csv")
        with serving(assistant) as address:
            context = browser.new_context(locale="fr-FR", viewport={"width": 390, "height": 844})
            page = context.new_page()
            page.set_default_timeout(MILLISECONDS)
            page.goto(address)
            page.get_by_role("link", name="Thèmes").wait_for()
            page.locator("#ancrage-question textarea").fill("Que dit-on du colis ?")
            page.get_by_role("button", name="Demander").click()
            page.locator(".rating").wait_for()
            assert assistant.ratings() == []
            page.get_by_role("button", name="Mauvaise", exact=True).click()
            page.locator(".rating .why input").fill(HOSTILE)
            page.locator(".rating .why button").click()
            page.get_by_text("C’est noté, avec votre remarque.").wait_for(state="attached")
            (rated,) = assistant.ratings()
            assert (rated["verdict"], rated["comment"]) == ("down", HOSTILE)
            page.get_by_role("button", name="Bonne", exact=True).click()
            pressed = page.locator('.rating .thumb-up[aria-pressed="true"]')
            pressed.wait_for()
            (rated,) = assistant.ratings()
            assert rated["verdict"] == "up"
            assert page.evaluate("document.documentElement.scrollWidth") <= 390
            # Another page reopens the conversation as it was rated.
            other = context.new_page()
            other.set_default_timeout(MILLISECONDS)
            other.set_viewport_size({"width": 1280, "height": 900})
            other.goto(address)
            other.get_by_role("button", name="Que dit-on du colis").first.click()
            other.locator('.rating .thumb-up[aria-pressed="true"]').wait_for()
            context.close()
