"""Charts and chips in Chromium: a chart is drawn with no internet, a chip asks again."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from assistant.core import Assistant
from corpus.files import RawFile
from corpus.settings import Settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.assistant.conftest import Serving

MILLISECONDS = 30_000  # for a machine that does other things too
HOSTILE = '<img src=x onerror="window.pwned=1">${window.pwned=1}'

pytestmark = [pytest.mark.chromium]


def reviews() -> bytes:
    """Eighty records that blame the price or the site, on the web or by a hostile channel."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(["id", "date", "client", "canal", "note", "commentaire"])
    for n in range(80):
        said = (
            f"Les prix sont trop élevés pour la qualité ({n})."
            if n % 2
            else f"Le site plante sans arrêt, impossible de commander ({n})."
        )
        table.writerow([n, "2026-03-01", f"C{n}", "web" if n < 60 else HOSTILE, 1 + n % 3, said])
    return text.getvalue().encode()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, serving: Serving) -> Iterator[str]:
    data = tmp_path_factory.mktemp("charts") / "data"
    with Assistant(Settings(data=data, embeddings="none")) as assistant:
        assistant.ingest(RawFile("avis.csv", reviews()), origin="avis.csv")
        assistant.code()
        with serving(assistant) as address:
            yield address


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The conversation page in French on a phone; it must stay quiet and at home."""
    troubles: list[str] = []
    context = browser.new_context(locale="fr-FR", viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.set_default_timeout(MILLISECONDS)
    page.on("request", lambda sent: sent.url.startswith(address) or troubles.append(sent.url))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.goto(address)
    page.wait_for_selector(".welcome")
    yield page
    context.close()
    assert [each for each in troubles if not each.startswith(("data:", "blob:"))] == []


def test_a_chart_is_drawn_and_a_chip_is_changed(page: Page) -> None:
    page.locator("#ancrage-question textarea").fill("Pourquoi les clients sont-ils mécontents ?")
    page.keyboard.press("Enter")
    page.wait_for_selector("#ancrage-live .footing")
    plot = page.locator("#ancrage-live .plot").first
    plot.scroll_into_view_if_needed()
    plot.locator("svg .barlayer .point").first.wait_for(state="attached")
    drawn = plot.text_content() or ""
    page.locator("#ancrage-live .numbers summary").first.click()
    table = page.locator("#ancrage-live .chart table").first
    for name in table.locator("tbody th").all_inner_texts():
        assert name in drawn
    assert "80 clients" in table.inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390

    # Narrowed by keyboard: open the last chip, its channels, the first of them.
    page.locator("#ancrage-live .pick-add > details > summary").focus()
    page.keyboard.press("Enter")
    page.locator(".pick-group summary", has_text="Canal").click()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("#ancrage-past .footing")
    page.wait_for_selector("#ancrage-live .footing")
    page.wait_for_function("document.activeElement.classList.contains('question')")
    chip = page.locator("#ancrage-live .pick-channels")
    assert "web" in chip.inner_text()
    assert "60 clients" in (page.locator("#ancrage-live .chart table").text_content() or "")

    chip.locator("summary").click()
    chip.get_by_role("button", name=HOSTILE).wait_for()
    page.keyboard.press("Escape")
    assert chip.locator("details[open]").count() == 0
    chip.get_by_role("button", name="Retirer").click()
    page.wait_for_selector("#turn-3 .footing")
    assert page.locator("#ancrage-live .pick-channels").count() == 0
    assert "80 clients" in (page.locator("#ancrage-live .chart table").text_content() or "")
    assert page.locator("#ancrage-live img, #ancrage-past img").count() == 0
    assert page.evaluate("window.pwned") is None
