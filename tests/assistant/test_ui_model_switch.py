"""The switch of the chat model in the app: off until somebody turns it on, and what it says."""

from html import unescape
from pathlib import Path

import pytest

from assistant.ui.model_switch import noted, switch_to
from assistant.ui.session import Session
from corpus.settings import Settings

NAME = "openai:gpt-5.4-mini"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name in ("OPENAI_BASE_URL", "OPENAI_API_BASE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-lying-there")
    return Settings(data=tmp_path)


def test_a_page_begins_as_the_setting_says() -> None:
    assert Session().chat_model is None


def test_it_turns_a_model_on_and_off(settings: Settings) -> None:
    on, _, session = switch_to(settings, Session("fr"), f" {NAME} ", on=True)
    assert (on, session.chat_model) == (True, NAME)
    off, _, session = switch_to(settings, session, NAME, on=False)
    assert (off, session.chat_model) == (False, "none")
    assert session.afresh().chat_model == "none"


def test_what_is_no_name_stays_off_and_is_told(settings: Settings) -> None:
    for name in ("", "gpt", "none"):
        on, note, session = switch_to(settings, Session("fr", chat_model=NAME), name, on=True)
        assert session.chat_model == "none"
        assert not on
        assert note


@pytest.mark.parametrize(
    ("locale", "on", "said"),
    [
        ("fr-BE", False, "Désactivé : rien ne lui est envoyé."),
        ("fr", True, "Activé."),
        ("en-GB", False, "Off: nothing is sent to it."),
        ("de", True, "On."),
    ],
)
def test_it_says_what_leaves_the_machine_and_for_where(
    settings: Settings, locale: str, on: bool, said: str
) -> None:
    note = noted(settings, locale, NAME, on=on)
    assert said in note.replace("\u202f", " ")
    assert NAME in note
    assert ("hors de cette machine" if locale.startswith("fr") else "outside this machine") in note
    assert note.count("<li>") == 3


def test_a_server_on_this_machine_is_said_to_be_one(settings: Settings) -> None:
    for url in ("http://localhost:11434/v1", "http://127.0.0.1:1234/v1", "http://[::1]:80/v1"):
        note = noted(settings.model_copy(update={"chat_url": url}), "en", "llama", on=True)
        assert "on this machine" in note
        assert url in unescape(note)
    elsewhere = settings.model_copy(update={"chat_url": "http://10.0.0.7:8000/v1"})
    assert "outside this machine" in noted(elsewhere, "en", "llama", on=True)


def test_a_hostile_name_is_text(settings: Settings) -> None:
    note = noted(settings, "en", "x:<img src=x onerror=alert(1)>", on=True)
    assert "<img" not in note
