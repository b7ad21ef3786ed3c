"""A hostile corpus through every door: nothing of it loads, runs or links, nothing stays hidden.

Records, tickets, an article and a journey map are uploaded, all of them an attacker's; then it is
asked about at the command line, over HTTP and in the app, and what comes out is read as whoever
gets it would read it: a terminal, a renderer of Markdown that takes HTML, a browser.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from fastapi.testclient import TestClient
from markdown_it import MarkdownIt

from assistant.api import create_app
from assistant.cli import main
from assistant.core import Assistant
from corpus.files import RawFile
from corpus.settings import Settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.assistant.conftest import Serving

ACTIVE = (
    "<script>window.pwned=1</script>",
    '<img src="http://evil.example/a.png" onerror="window.pwned=1">',
    "![pixel](http://evil.example/b.png)",
    "[click](javascript:window.pwned=1)",
    "<http://evil.example/c>",
    "[bold red link=http://evil.example/d]e[/]",
    "\x1b]8;;http://evil.example/f\x07g\x1b]8;;\x07\x1b[2J",
)
"""What would act in a page, in Markdown or in a terminal."""

REFERENCE = "[c1]: http://evil.example/h"
"""A line that would turn a citation's marker into a link of the attacker's."""

UNSEEN = "Zqxjorder"
"""A word that nobody who looks at the file would see."""

REVIEWS = "id,date,rating,review\n" + "".join(
    f'R{n},2026-0{1 + n % 6}-10,1,"The refund took six weeks. {text.replace(chr(34), chr(34) * 2)} '
    f'Nobody called me back about the refund.\n{REFERENCE}"\n'
    for n, text in enumerate(ACTIVE * 6)
)

TAGGED = "".join(chr(0xE0000 + ord(letter)) for letter in UNSEEN)
"""The same word in tag characters, which no font shows and a model reads."""

TICKETS = "\n".join(
    json.dumps({
        "id": f"T{n}",
        "date": "2026-03-01",
        "text": f"The re\u200bfund is late again, ticket {n}.{TAGGED} {text}",
    })
    for n, text in enumerate(ACTIVE)
)  # fmt: skip

ARTICLE = f"""<html><head><title>Refunds and loyalty</title></head><body>
<h1>Refunds and loyalty</h1>
<p>The institute asked a thousand customers. A refund within a week reassures customers.</p>
<p style="color:#ffffff;background:#fff">{UNSEEN} a</p>
<p style="display:none">{UNSEEN} b</p>
<!-- {UNSEEN} c -->
<img src="http://evil.example/i.png" alt="{UNSEEN} d">
<p>Customers whose refund is late <a href="javascript:window.pwned=1">come back less often</a>.</p>
<script>window.pwned=1</script>
</body></html>"""

CELL = ACTIVE[0].replace('"', '""') + ACTIVE[2]
JOURNEY = f"""map,persona,stage,step,lane,text,emotion
parcours,Ana,support,Ask for a refund,pain,"The refund is slow {CELL}",-2
parcours,Ana,support,Ask for a refund,touchpoint,"{CELL}",0
"""

FILES = {
    "reviews.csv": REVIEWS,
    "tickets.jsonl": TICKETS,
    "article.html": ARTICLE,
    "map.csv": JOURNEY,
}

QUESTIONS = (
    "What do customers say about refunds?",
    "Why do customers complain about refunds?",
    "What does research say about refunds?",
    "What does the map say about refunds?",
)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory that holds all of it."""
    data = tmp_path_factory.mktemp("hostile") / "data"
    with Assistant(Settings(data=data, embeddings="none")) as assistant:
        for name, text in FILES.items():
            loaded = assistant.ingest(RawFile(name, text.encode()), origin=name)
            assert loaded.status == "loaded"
        assistant.code()
    return data


@pytest.fixture
def assistant(data: Path) -> Iterator[Assistant]:
    with Assistant(Settings(data=data, embeddings="none")) as assistant:
        yield assistant


def inert(markdown: str) -> None:
    """Nothing of a text acts where Markdown is rendered with the HTML that is in it."""
    parsed = MarkdownIt("commonmark", {"html": True}).parse(markdown)
    kinds = {token.type for block in parsed for token in (block, *(block.children or ()))}
    assert not kinds & {"html_block", "html_inline", "image", "link_open"}


def test_answers_over_http_hold_nothing_that_acts(assistant: Assistant) -> None:
    app = create_app(assistant, ui=False, allowed_hosts=["testserver"])
    quoted = ""
    with TestClient(app) as client:
        for question in QUESTIONS:
            answer = client.post("/v1/ask", json={"question": question}).json()
            inert(answer["text"])
            exported = client.get(f"/v1/conversations/{answer['conversation_id']}/export").text
            inert(exported)
            for citation in answer["citations"]:
                passage = client.get(f"/v1/passages/{citation['passage_id']}")
                assert passage.headers["content-type"] == "application/json"
                start, end = citation["start"], citation["end"]
                assert passage.json()["text"][start:end] == citation["quote"]
                quoted += citation["quote"]
            assert UNSEEN not in json.dumps(answer)
            assert not re.search(r"[\u200b\U000e0000-\U000e007f]", answer["text"])
    # It was there to act: what was asked about is what was attacked.
    assert "refund" in quoted


def test_hidden_text_is_found_by_nobody(assistant: Assistant) -> None:
    assert assistant.search(UNSEEN, mode="lexical") == []
    held = [row["text"] for row in assistant.sql("SELECT text FROM passages")]
    assert len(held) > len(ACTIVE)
    assert not any(UNSEEN in text or "\u200b" in text for text in held)


def test_at_the_command_line_nothing_of_it_reaches_the_terminal(
    data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANCRAGE_DATA", str(data))
    monkeypatch.setenv("ANCRAGE_EMBEDDINGS", "none")
    monkeypatch.setenv("FORCE_COLOR", "1")
    shown = ""
    for question in QUESTIONS:
        assert main(["ask", question]) == 0
        shown += capsys.readouterr().out
    assert main(["sql", "SELECT id FROM passages WHERE text LIKE '%evil%'", "--json"]) == 0
    for row in json.loads(capsys.readouterr().out)[:8]:
        assert main(["show", row["id"]]) == 0
        shown += capsys.readouterr().out
    assert "refund" in shown
    # No link of a terminal's, no clearing of it, and no markup taken for the program's own.
    assert "\x1b]" not in shown
    assert "\x1b[2J" not in shown
    assert "link=http" in shown
    assert UNSEEN not in shown


@pytest.mark.chromium
def test_in_the_app_nothing_loads_runs_or_links(
    browser: Browser, data: Path, serving: Serving
) -> None:
    requests: list[str] = []
    with (
        Assistant(Settings(data=data, embeddings="none")) as assistant,
        serving(assistant) as address,
    ):
        context = browser.new_context(locale="en")
        page: Any = context.new_page()
        page.set_default_timeout(60_000)
        page.on("request", lambda request: requests.append(request.url))
        page.on("dialog", lambda dialog: requests.append(f"dialog: {dialog.message}"))
        page.goto(address)
        page.wait_for_selector(".welcome")
        page.locator("#ancrage-question textarea").fill(QUESTIONS[0])
        page.keyboard.press("Enter")
        page.wait_for_selector("#ancrage-live .footing")
        page.locator("#ancrage-live .cite").first.click()
        page.wait_for_timeout(500)
        for path in ("journey", "themes", "actions"):
            page.goto(f"{address}{path}")
            page.wait_for_selector("h1, h2")
            page.wait_for_timeout(500)
            assert page.evaluate("() => window.pwned") is None
            links = page.eval_on_selector_all("a", "all => all.map(a => a.href)")
            assert [each for each in links if "evil" in each or "javascript" in each] == []
        context.close()
    away = [url for url in requests if not url.startswith((address, "data:", "blob:"))]
    assert away == []
