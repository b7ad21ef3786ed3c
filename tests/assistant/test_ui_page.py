"""The page in Chromium: open, ask, stream, open a citation; and hostile text stays inert."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from assistant.core import Assistant
from corpus.files import RawFile
from corpus.settings import Settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.assistant.conftest import Serving

SECONDS = 20_000  # milliseconds, for a machine that does other things too

HOSTILE = (
    'The refund never came <img src=x onerror="window.pwned=1"> [click](javascript:window.pwned=1)'
    " ![](http://evil.example/x.png) # x **bold** ${window.pwned=1} {{constructor}} refund"
)

REVIEWS = f"""id;date;note;commentaire
R1;14/05/2025;1;Le remboursement de mon panier a pris six semaines, personne ne répondait.
R2;20/05/2025;2;J’attends encore le remboursement de ma commande. C’est long !
R3;02/06/2025;5;Remboursement reçu en deux jours, service client au top.
R4;11/06/2025;1;"{HOSTILE.replace('"', '""')}"
R5;01/08/2025;4;Livraison rapide, rien à redire sur le colis.
"""

NOTE = """# Le remboursement et la fidélité

## Ce que l’étude mesure

L’institut a interrogé mille clients. Selon l’étude, un remboursement rapide rassure les clients.
Les clients remboursés en moins d’une semaine reviennent plus souvent.
"""

pytestmark = [pytest.mark.chromium]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, serving: Serving) -> Iterator[str]:
    """A server over a real Assistant with a tiny corpus."""
    data = tmp_path_factory.mktemp("ui") / "data"
    with Assistant(Settings(data=data, embeddings="none")) as assistant:
        for name, text in (("retours.csv", REVIEWS), ("etude.md", NOTE)):
            assistant.ingest(RawFile(name, text.encode()), origin=name)
        with serving(assistant) as address:
            yield address


@pytest.fixture
def open_page(browser: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Opens the page in a language; afterwards, it must have been quiet and stayed at home."""
    troubles: list[str] = []
    requests: list[str] = []
    contexts: list[Any] = []

    def opened(locale: str, width: int = 1280, height: int = 800) -> Page:
        context = browser.new_context(locale=locale, viewport={"width": width, "height": height})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(SECONDS)
        page.on("request", lambda request: requests.append(request.url))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on(
            "console",
            lambda message: troubles.append(message.text) if message.type == "error" else None,
        )
        page.goto(address)
        page.wait_for_selector(".welcome")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert troubles == []
    assert [url for url in requests if not url.startswith((address, "data:", "blob:"))] == []


def ask(page: Page, question: str) -> None:
    before = page.locator("#ancrage-live .footing").count()
    page.locator("#ancrage-question textarea").fill(question)
    page.keyboard.press("Enter")
    if before:
        page.wait_for_selector("#ancrage-past .footing")
    page.wait_for_selector("#ancrage-live .footing")


def test_french(open_page: Callable[..., Page]) -> None:
    page = open_page("fr-FR")
    assert page.evaluate("document.documentElement.lang") == "fr"
    assert page.locator(".welcome h2").inner_text() == "Que voulez-vous comprendre\u202f?"
    assert page.get_by_label("Votre question").is_visible()
    ask(page, "Que disent les clients du remboursement ?")
    answer = page.locator("#ancrage-live")
    assert "remboursement" in answer.locator(".prose").inner_text()
    number = answer.locator(".prose button.cite[data-event=cite]").first
    quote_span = (int(number.get_attribute("data-start")), int(number.get_attribute("data-end")))
    assert "Ouvrir la source" in (number.get_attribute("aria-label") or "")
    number.click()
    page.wait_for_selector("#ancrage-panel mark")
    mark = page.locator("#ancrage-panel mark").inner_text()
    passage = page.locator("#ancrage-panel .passage").inner_text()
    assert mark == passage[slice(*quote_span)]
    assert mark in answer.locator(".prose").inner_text()
    panel = page.locator("#ancrage-panel").inner_text()
    for words in ("Preuve", "retours.csv", "ligne", "ancrage show retours-"):
        assert words in panel


def test_english_by_keyboard(open_page: Callable[..., Page]) -> None:
    page = open_page("en-GB")
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.get_by_role("button", name="Ask", exact=True).is_visible()
    ask(page, "What do customers say about refunds?")
    number = page.locator("#ancrage-live .prose button.cite[data-event=cite]").first
    number.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#ancrage-panel mark")
    page.wait_for_function("document.activeElement.classList.contains('panel-title')")
    assert "Evidence" in page.locator("#ancrage-panel .panel-title").inner_text()


def test_a_browser_in_another_language_gets_english(open_page: Callable[..., Page]) -> None:
    page = open_page("de-DE")
    assert page.locator(".welcome h2").inner_text() == "What do you want to understand?"
    assert page.get_by_role("button", name="Ask", exact=True).is_visible()
    page.wait_for_function("document.documentElement.lang === 'en'")


def test_an_example_is_asked_by_a_click_and_a_new_conversation_begins(
    open_page: Callable[..., Page],
) -> None:
    page = open_page("fr-FR")
    example = page.locator("button.example").first
    words = example.inner_text()
    example.click()
    page.wait_for_selector("#ancrage-live .footing")
    assert words in page.locator("#ancrage-live .question").inner_text()
    page.get_by_role("button", name="Nouvelle conversation").click()
    page.wait_for_selector(".welcome")
    assert page.locator(".turn").count() == 0


def test_hostile_text_is_inert(open_page: Callable[..., Page]) -> None:
    page = open_page("en-GB")
    ask(
        page,
        "<img src=x onerror=window.pwned=1> What do they say about the refund that never came?",
    )
    ask(page, "Why do they complain that the refund never came?")
    chips = page.locator("#ancrage-live .chip")
    texts = []
    for position in range(chips.count()):
        chips.nth(position).click()
        page.wait_for_function(
            "n => document.querySelector('#ancrage-panel .chip-number')?.textContent === n",
            arg=str(position + 1),
        )
        texts.append(page.locator("#ancrage-panel .passage").inner_text())
    assert any(HOSTILE in text for text in texts)
    inside = page.locator("#ancrage-past, #ancrage-live, #ancrage-panel")
    assert inside.locator("img, a, script, iframe, h1").count() == 0
    assert page.evaluate("window.pwned") is None


def test_files_are_loaded_and_refused(open_page: Callable[..., Page]) -> None:
    page = open_page("fr-FR", 390, 844)
    page.get_by_role("button", name="Ajouter des fichiers").click()
    page.set_input_files(
        "#ancrage-files input[type=file]",
        [
            {
                "name": "nouveaux.csv",
                "mimeType": "text/csv",
                "buffer": b"date;note;commentaire\n2025-01-02;3;Le guichet ferme trop vite.\n",
            },
            {"name": "vide.csv", "mimeType": "text/csv", "buffer": b" "},
        ],
    )
    page.wait_for_selector("#ancrage-report .upload-no")
    report = page.locator("#ancrage-report").inner_text()
    assert "1 lues, 1 chargées, 0 écartées" in report
    assert "vide.csv is empty; there is nothing to load." in report
    page.locator("#ancrage-report summary").first.click()
    assert "commentaire" in page.locator("#ancrage-report .mapping").inner_text()
    assert "nouveaux.csv" in page.locator("#ancrage-panel").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
