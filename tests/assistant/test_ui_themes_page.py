"""The themes' page in Chromium: narrow, open a theme, correct a code, see the totals change."""

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
HOSTILE = '<img src=x onerror="window.pwned=1"> ${window.pwned=1}'

pytestmark = [pytest.mark.chromium]


def reviews() -> bytes:
    """Forty records: most blame the price or the delivery, one of them hostile."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(["id", "date", "client", "canal", "commentaire"])
    for n in range(40):
        said = (
            f"Les prix sont trop élevés pour la qualité ({n})."
            if n % 2
            else f"Livraison en retard, {n} jours d'attente."
        )
        said += f" {HOSTILE}" if n == 1 else ""
        table.writerow([n, "2026-03-01", f"C{n}", "web" if n < 35 else "magasin", said])
    return text.getvalue().encode()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, serving: Serving) -> Iterator[str]:
    data = tmp_path_factory.mktemp("themes") / "data"
    with Assistant(Settings(data=data, embeddings="none")) as assistant:
        assistant.ingest(RawFile("avis.csv", reviews()), origin="avis.csv")
        assistant.code()
        with serving(assistant) as address:
            yield address


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The conversation page in French; it must stay quiet and at home."""
    troubles: list[str] = []
    context = browser.new_context(locale="fr-FR", viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.set_default_timeout(MILLISECONDS)
    page.on("request", lambda sent: sent.url.startswith(address) or troubles.append(sent.url))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.goto(address)
    yield page
    context.close()
    assert [each for each in troubles if not each.startswith(("data:", "blob:"))] == []


def number_of(page: Page, theme: str) -> int:
    row = page.locator(".theme", has=page.get_by_role("button", name=theme, exact=True))
    return int(row.locator(".theme-n").inner_text().split()[0])


def test_a_code_is_corrected_and_the_totals_change(page: Page) -> None:
    page.get_by_role("link", name="Thèmes").click()
    page.wait_for_selector(".theme")
    assert page.url.endswith("/themes")
    assert page.evaluate("document.documentElement.lang") == "fr"
    assert "40 clients" in page.locator(".base").inner_text()
    before = number_of(page, "Prix")
    assert before > 10

    page.locator(".filters summary").click()
    page.get_by_label("Canal").select_option("magasin")
    page.wait_for_selector(".withheld")
    assert "moins de 30 clients" in page.locator(".withheld").first.inner_text()
    assert number_of(page, "Prix") < before
    page.get_by_role("button", name="Tout effacer").click()
    page.wait_for_selector(".bar")
    assert number_of(page, "Prix") == before

    page.get_by_role("button", name="Prix", exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".record mark")
    page.wait_for_function("document.activeElement.classList.contains('panel-title')")
    assert page.locator(".record").count() == min(20, before)
    card = page.locator(".record").first
    card.get_by_role("button", name="Pas ce thème").click()
    page.wait_for_selector(".effect-done")
    text = card.locator(".verdict").inner_text()
    assert text.startswith(f"Prix\u202f: {before} → ")
    after = int(text.split("→ ")[1].split(" ")[0])
    assert after < before
    page.wait_for_function(
        "n => [...document.querySelectorAll('.theme')].some("
        "row => row.innerText.startsWith('Prix') && row.innerText.includes(n + ' '))",
        arg=str(after),
    )
    assert number_of(page, "Prix") == after
    assert page.locator("#ancrage-panel img, #ancrage-tree img").count() == 0
    assert page.evaluate("window.pwned") is None
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
