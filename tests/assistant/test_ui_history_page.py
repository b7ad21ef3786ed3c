"""The list of conversations in Chromium: find, reopen, rename, export, delete; nothing acts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from assistant.core import Assistant
from assistant.ui.history import MOST_LISTED, listed
from corpus.files import RawFile
from corpus.settings import Settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.assistant.conftest import Serving

SECONDS = 20_000  # milliseconds, for a machine that does other things too

AVIS = """id;date;note;commentaire
R1;14/05/2025;1;Le remboursement de mon panier a pris six semaines, personne ne répondait.
R2;20/05/2025;2;J’attends encore le remboursement de ma commande. C’est long !
R3;02/06/2025;5;Remboursement reçu en deux jours, service client au top.
R4;01/08/2025;4;Livraison rapide, rien à redire sur le colis.
"""

REFUND = "Que disent les clients du remboursement ?"
HOSTILE = '<img src=x onerror="window.pwned=1"> ${window.pwned=1}'


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[Assistant]:
    """An Assistant that has held two conversations."""
    with Assistant(Settings(data=tmp_path / "data", embeddings="none")) as assistant:
        assistant.ingest(RawFile("avis.csv", AVIS.encode()), origin="avis.csv")
        assistant.ask(REFUND, conversation_id="refund")
        assistant.ask("Et la livraison ?", conversation_id="refund")
        assistant.ask(f"Garantie ? {HOSTILE}", conversation_id="hostile")
        yield assistant


@pytest.fixture
def open_page(
    browser: Browser, assistant: Assistant, serving: Serving
) -> Iterator[Callable[..., Page]]:
    """Opens the page in a language; afterwards, it must have been quiet and stayed at home."""
    troubles: list[str] = []
    requests: list[str] = []
    contexts: list[Any] = []

    with serving(assistant) as address:

        def opened(locale: str = "fr-FR", width: int = 1280, height: int = 800) -> Page:
            viewport = {"width": width, "height": height}
            context = browser.new_context(locale=locale, viewport=viewport)
            contexts.append(context)
            page = context.new_page()
            page.set_default_timeout(SECONDS)
            page.on("request", lambda request: requests.append(request.url))
            page.on("pageerror", lambda error: troubles.append(str(error)))
            page.goto(address)
            page.wait_for_selector(".talk", state="attached")
            return page

        yield opened
        for context in contexts:
            context.close()
    assert troubles == []
    assert [url for url in requests if not url.startswith((address, "data:", "blob:"))] == []


def titles(page: Page) -> list[str]:
    return page.locator(".talk-title").all_inner_texts()


def row(page: Page, title: str) -> Any:
    return page.locator(".talk", has_text=title)


def asked(page: Page, question: str) -> None:
    page.locator("#ancrage-question textarea").fill(question)
    page.keyboard.press("Enter")
    page.wait_for_function(
        "(question) => { const turn = document.querySelector('#ancrage-live .turn');"
        " return turn && turn.querySelector('.footing') && turn.innerText.includes(question); }",
        arg=question,
    )


@pytest.mark.chromium
def test_a_conversation_is_reopened_as_it_was_and_gone_on_with(
    open_page: Callable[..., Page], assistant: Assistant
) -> None:
    given = assistant.conversation("refund")["turns"]
    quote = next(
        each["quote"] for each in given[0]["answer"]["citations"] if "six sem" in each["quote"]
    )
    # The corpus changes; what was answered does not.
    changed = AVIS.replace("six semaines", "sept semaines")
    assistant.ingest(RawFile("avis.csv", changed.encode()), origin="avis.csv")
    page = open_page()
    assert titles(page)[1] == REFUND
    row(page, REFUND).locator(".talk-open").click()
    page.wait_for_selector("#ancrage-live .footing")
    turns = page.locator(".turn")
    assert turns.count() == 2
    assert quote in turns.first.locator(".prose").inner_text()
    for turn in (turns.first, turns.last):
        assert "telle qu’elle a été donnée" in turn.locator(".given").inner_text()
    assert turns.first.locator(".reading").count() == 1
    # What the source says now is not passed off as what was cited.
    turns.first.locator(f'.prose button.cite[data-quote="{quote}"]').first.click()
    page.wait_for_selector("#ancrage-panel .note-error")
    assert quote in page.locator("#ancrage-panel mark").inner_text()
    asked(page, "Et les remboursements de juin ?")
    assert page.locator(".turn").count() == 3
    assert assistant.conversation("refund")["n"] == 3
    page.wait_for_function(
        "document.querySelector('.talk .talk-title').innerText.startsWith('Que disent')"
    )
    assert "3 questions" in row(page, REFUND).inner_text()
    page.get_by_role("button", name="Nouvelle conversation").click()
    page.wait_for_selector(".welcome")
    asked(page, "Que dit-on du colis ?")
    page.wait_for_function("document.querySelectorAll('.talk').length === 3")
    assert titles(page)[0] == "Que dit-on du colis ?"


@pytest.mark.chromium
def test_a_conversation_is_found_renamed_and_deleted_once_sure(
    open_page: Callable[..., Page], assistant: Assistant
) -> None:
    page = open_page()
    assert HOSTILE in titles(page)[0]
    page.get_by_label("Chercher un titre…").fill("REMBOURSEMENT")
    page.wait_for_function("document.querySelectorAll('.talk').length === 1")
    assert titles(page) == [REFUND]
    row(page, REFUND).locator(".talk-more > summary").click()
    page.get_by_label("Titre", exact=True).fill("Rembourser plus vite")
    page.keyboard.press("Enter")
    # Its new title does not have the word that is sought.
    page.wait_for_function("document.querySelectorAll('.talk').length === 0")
    assert assistant.conversation("refund")["title"] == "Rembourser plus vite"
    page.get_by_label("Chercher un titre…").fill("")
    page.wait_for_function("document.querySelectorAll('.talk').length === 2")
    talk = row(page, "Rembourser plus vite")
    talk.locator(".talk-open").click()
    page.wait_for_selector("#ancrage-live .footing")
    talk.locator(".talk-more > summary").click()
    assert not talk.get_by_role("button", name="Supprimer", exact=True).is_visible()
    talk.get_by_text("Supprimer…").click()
    talk.get_by_role("button", name="Supprimer", exact=True).click()
    page.wait_for_function("document.querySelectorAll('.talk').length === 1")
    # It was on screen, and is no longer.
    page.wait_for_selector(".welcome")
    assert page.locator(".turn").count() == 0
    assert [each["id"] for each in assistant.conversations()] == ["hostile"]
    assert page.evaluate("window.pwned") is None


@pytest.mark.chromium
def test_a_menu_in_use_stays_as_it_is_when_the_list_is_drawn_anew(
    open_page: Callable[..., Page],
) -> None:
    page = open_page()
    row(page, REFUND).locator(".talk-more > summary").click()
    title = row(page, REFUND).get_by_label("Titre", exact=True)
    title.fill("À moitié éc")
    row(page, REFUND).get_by_text("Supprimer…").click()
    asked(page, "Que dit-on du colis ?")
    page.wait_for_function("document.querySelectorAll('.talk').length === 3")
    assert title.is_visible()
    assert title.input_value() == "À moitié éc"
    assert row(page, REFUND).get_by_role("button", name="Supprimer", exact=True).is_visible()
    # Once it is put away, it stays away.
    row(page, REFUND).locator(".talk-more > summary").click()
    asked(page, "Et la livraison ?")
    page.wait_for_function("document.querySelector('.talk').innerText.includes('2 questions')")
    assert not title.is_visible()


@pytest.mark.chromium
def test_on_a_phone_the_list_is_folded_and_a_file_can_be_taken_away(
    open_page: Callable[..., Page], assistant: Assistant
) -> None:
    page = open_page("en-GB", 390, 844)
    assert not page.locator(".talk").first.is_visible()
    toggle = page.get_by_role("button", name="Conversations", exact=True)
    toggle.click()
    assert toggle.get_attribute("aria-expanded") == "true"
    talk = row(page, REFUND)
    talk.locator(".talk-more > summary").click()
    with page.expect_download() as download:
        talk.get_by_text("Export as Markdown").click()
    path = download.value.path()
    assert path.read_text("utf-8") == assistant.export_conversation("refund")
    assert download.value.suggested_filename == "conversation-refund.md"
    with page.expect_download() as download:
        talk.get_by_text("Export as JSON").click()
    whole = json.loads(download.value.path().read_text("utf-8"))
    assert whole == assistant.conversation("refund")
    talk.locator(".talk-open").click()
    page.wait_for_selector("#ancrage-live .footing")
    assert not page.locator(".talk").first.is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_a_long_list_says_how_many_more_there_are() -> None:
    many = [
        {"id": f"a{n}", "title": HOSTILE, "changed": "2026-05-01T08:00:00.000+00:00", "n": 1}
        for n in range(MOST_LISTED + 3)
    ]
    html = listed("fr", many, "a1", sought=False)
    assert html.count('class="talk"') == MOST_LISTED
    assert html.count('aria-current="true"') == 1
    assert "3 autres" in html
    assert "<img" not in html
    assert "Aucun titre" in listed("fr", [], None, sought=True)
