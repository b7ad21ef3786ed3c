"""The journey's page in Chromium: the canvas, a cell's evidence, a draft, comparisons."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from assistant.core import Assistant
from corpus.files import RawFile
from corpus.settings import Settings
from tests.assistant.test_journey_canvas import MAP, reviews

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.assistant.conftest import Serving

MILLISECONDS = 60_000  # for a machine that does other things too
HOSTILE = "<img src=x onerror=window.pwned=1> ${window.pwned=1}"

pytestmark = [pytest.mark.chromium]


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    data = tmp_path_factory.mktemp("journey") / "data"
    with Assistant(Settings(data=data, embeddings="none")) as assistant:
        assistant.ingest(RawFile("avis.csv", reviews()), origin="avis.csv")
        assistant.code()
        yield assistant


@pytest.fixture(scope="module")
def address(assistant: Assistant, serving: Serving) -> Iterator[str]:
    with serving(assistant) as address:
        yield address


@pytest.fixture(params=[(390, "light"), (1280, "dark")])
def page(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page in French; it must stay quiet, at home, and as wide as its window."""
    width, scheme = request.param
    troubles: list[str] = []
    context = browser.new_context(
        locale="fr-FR", viewport={"width": width, "height": 844}, color_scheme=scheme
    )
    page = context.new_page()
    page.set_default_timeout(MILLISECONDS)
    page.on("request", lambda sent: sent.url.startswith(address) or troubles.append(sent.url))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.goto(address)
    yield page
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("window.pwned") is None
    context.close()
    assert [each for each in troubles if not each.startswith(("data:", "blob:"))] == []


def test_a_draft_then_the_map_and_the_evidence_of_a_cell(page: Page, assistant: Assistant) -> None:
    page.get_by_role("link", name="Parcours").click()
    page.wait_for_selector(".canvas")
    assert page.url.endswith("/journey")
    assert page.evaluate("document.documentElement.lang") == "fr"
    if not assistant.sql("SELECT 1 AS one FROM cells LIMIT 1"):
        # No map is loaded yet: a draft stands in its place, and says that it is one.
        assert "Brouillon" in page.locator(".canvas-title").inner_text()
        assert page.locator("button.cell.kind-journey").count() == 0
        map_text = MAP.replace("Les cadeaux sont mal emballés", f"Les cadeaux {HOSTILE}")
        assistant.ingest(RawFile("carte.yaml", map_text.encode()), origin="carte.yaml")
        assistant.code()
        page.reload()
        page.wait_for_selector(".canvas .kind-journey")
    assert "Achat en ligne" in page.locator(".canvas-title").inner_text()
    assert page.locator("svg.curve polyline.told").count() == 1
    assert HOSTILE in page.locator(".canvas").inner_text()
    assert page.locator(".canvas img").count() == 0

    said = page.locator(".cell-quote", has_text="en retard")
    cell = page.locator("button.cell.kind-feedback", has=said).first
    cell.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#ancrage-panel .fact")
    panel = page.locator("#ancrage-panel")
    assert "Les clients le disent" in panel.inner_text()
    assert "en retard" in panel.locator("blockquote").first.inner_text()
    panel.locator(".fact summary").first.click()
    assert "SELECT" in panel.locator(".fact pre").first.inner_text()
    panel.get_by_role("button", name="Lire dans son contexte").first.click()
    page.wait_for_selector("#ancrage-panel mark")
    assert "avis.csv" in panel.inner_text()

    page.locator(".filters summary").click()
    beside = page.get_by_role("group", name="Comparer avec")
    page.locator(".filters").get_by_label("pays").first.select_option("France")
    beside.get_by_label("pays").select_option("Belgique")
    page.wait_for_selector(linked(("segment", "pays=France"), ("against", "segment=pays=Belgique")))
    assert page.locator("svg.curve polyline.beside").count() == 1

    page.get_by_role("button", name="Tout effacer").click()
    page.wait_for_selector(".canvas-files a:not([href*='France'])")
    # All at once: none of these may be lost while the canvas of the first is being made.
    dates = {"until": "2026-03-31", "against:since": "2026-04-01", "against:until": "2026-06-30"}
    page.evaluate(
        """dates => Object.entries(dates).forEach(([name, day]) => {
            const field = document.querySelector(`.filters [name="${name}"]`);
            field.value = day;
            field.dispatchEvent(new Event("change", { bubbles: true }));
        })""",
        dates,
    )
    page.wait_for_selector(
        linked(
            ("until", "2026-03-31"),
            ("against", "since=2026-04-01"),
            ("against", "until=2026-06-30"),
        )
    )
    assert page.locator("svg.curve polyline.beside").count() == 1


def linked(*query: tuple[str, str]) -> str:
    """The link to a file of the canvas whose address asks for this."""
    return ".canvas-files a" + "".join(f"[href*='{urlencode([each])}']" for each in query)
