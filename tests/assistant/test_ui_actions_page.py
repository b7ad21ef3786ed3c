"""The actions' page in Chromium: read an action, decide of it, edit it, see the board follow."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

import pytest

from assistant.core import Assistant
from corpus.settings import Settings
from tests.corpus.worlds import Answer, fill

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.assistant.conftest import Serving

MILLISECONDS = 60_000  # for a machine that does other things too
LATE = "Dire le retard avant que le client le voie"
HOSTILE = '<img src=x onerror="window.pwned=1"> ${window.pwned=1}'

pytestmark = [pytest.mark.chromium]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, serving: Serving) -> Iterator[str]:
    data = tmp_path_factory.mktemp("actions") / "data"
    with Assistant(Settings(data=data, embeddings="none")) as assistant:
        blamed = [
            Answer(f"c{n}", 2 + n % 3, {"delivery-delay": "-"}, date(2026, 2, 1)) for n in range(40)
        ]
        content = [Answer(f"d{n}", 8 + n % 3, {}, date(2026, 5, 1)) for n in range(80)]
        fill(assistant.store, [*blamed, *content])
        # The server would code anew what was coded by hand.
        assistant.code = lambda *_: None  # type: ignore[method-assign]
        with serving(assistant) as address:
            yield address


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The actions' page in French; it must stay quiet and at home."""
    troubles: list[str] = []
    context = browser.new_context(locale="fr-FR", viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.set_default_timeout(MILLISECONDS)
    page.on("request", lambda sent: sent.url.startswith(address) or troubles.append(sent.url))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.goto(f"{address}actions")
    yield page
    context.close()
    assert [each for each in troubles if not each.startswith(("data:", "blob:"))] == []


def test_an_action_is_read_decided_and_edited(page: Page) -> None:
    page.get_by_role("button", name=LATE, exact=True).click()
    panel = page.locator("#ancrage-panel .action")
    panel.wait_for()
    assert page.evaluate("document.documentElement.lang") == "fr"
    assert "(interprétation)" in panel.inner_text()
    assert "40 sur 120 clients" in panel.inner_text()

    panel.get_by_label("Notes").fill(HOSTILE)
    panel.get_by_label("Responsable").fill("Zoé")
    panel.get_by_label("Part causale, au plus (%)").fill("60")
    panel.get_by_role("button", name="Enregistrer").click()
    page.get_by_text("C’est enregistré.").wait_for()
    card = page.locator(".card", has=page.get_by_role("button", name=LATE, exact=True))
    page.wait_for_function(
        "() => [...document.querySelectorAll('.card')].some(c => c.innerText.includes('Zoé'))"
    )
    assert "fixée par vous" in panel.inner_text()

    panel.get_by_role("button", name="Accepter").click()
    page.wait_for_selector(".lane-accepted .card")
    assert LATE in page.locator(".lane-accepted").inner_text()
    panel.get_by_text("Écarter…").click()
    panel.get_by_label("Pourquoi").fill("Déjà fait")
    panel.get_by_role("button", name="Écarter", exact=True).click()
    page.wait_for_selector(".lane-dismissed .card")
    assert "Déjà fait" in card.inner_text()
    assert page.locator("#ancrage-panel img").count() == 0
    assert page.evaluate("window.pwned") is None
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
