"""The quality page in Chromium: nothing yet, then figures, a worst case and what it cites."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from assistant.cli import main
from assistant.core import Assistant
from corpus.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

    from tests.assistant.conftest import Serving

MILLISECONDS = 60_000  # for a machine that does other things too
HOSTILE = '<img src=x onerror="window.pwned=1"> ${window.pwned=1}'
CASES = f"""
- id: late
  language: en
  question: "Why are deliveries late?"
  nuggets: [{{any: ['{HOSTILE}']}}]
"""

pytestmark = [pytest.mark.chromium]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("quality")
    said = ["The delivery was late and nobody told me.", "Great shoes.", "The refund took weeks."]
    rows = "".join(f'{n},"{text}",{1 + n}\n' for n, text in enumerate(said))
    (folder / "said.csv").write_text("id,review,stars\n" + rows, "utf-8")
    (folder / "cases").mkdir()
    (folder / "cases" / "own.yaml").write_text(CASES, "utf-8")
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(folder)
        patched.setenv("ANCRAGE_EMBEDDINGS", "none")
        patched.setenv("ANCRAGE_DATA", "data")
        assert main(["ingest", "said.csv"]) == 0
        yield folder / "data"


def test_figures_are_told_in_words_and_worst_cases_open(
    browser: Browser, serving: Serving, data: Path
) -> None:
    def opened(address: str, locale: str, width: int) -> None:
        context = browser.new_context(locale=locale, viewport={"width": width, "height": 844})
        page = context.new_page()
        page.set_default_timeout(MILLISECONDS)
        page.on("request", lambda sent: sent.url.startswith(address) or strange.append(sent.url))
        page.on("pageerror", lambda error: strange.append(str(error)))
        page.goto(f"{address}quality")
        page.locator(".quality").wait_for()
        pages.append(page)

    pages: list = []
    strange: list[str] = []
    with Assistant(Settings(data=data, embeddings="none")) as assistant, serving(assistant) as at:
        opened(at, "fr-FR", 1280)
        assert "Aucune évaluation" in pages[-1].locator(".quality").inner_text()
        pages[-1].context.close()
    for _ in range(2):
        assert main(["eval", "answers", "abstention", "--cases", "cases"]) == 0
    with Assistant(Settings(data=data, embeddings="none")) as assistant, serving(assistant) as at:
        opened(at, "fr-FR", 390)
        page = pages[-1]
        assert page.evaluate("document.documentElement.lang") == "fr"
        text = page.locator(".quality").inner_text()
        assert "De ce qu’une bonne réponse doit dire, la part qu’elle dit." in text
        page.locator(".plot[data-drawn]").wait_for()
        page.locator(".worst > summary").first.click()
        page.locator(".case > summary").first.click()
        page.locator(".case .chip").first.click()
        mark = page.locator("#ancrage-panel mark")
        mark.wait_for()
        assert mark.inner_text() in "The delivery was late and nobody told me."
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert page.evaluate("window.pwned") is None
        page.context.close()
        opened(at, "en-US", 1280)
        english = pages[-1].locator(".quality").inner_text()
        assert "Of what a good answer must say, the share that it says." in english
        pages[-1].context.close()
    assert [each for each in strange if not each.startswith(("data:", "blob:"))] == []
