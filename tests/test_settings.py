"""What a user likes is kept between two starts, and a broken file is no reason not to start."""

from pathlib import Path

import pytest

from crowdsim import settings


@pytest.fixture(autouse=True)
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "of" / "mine.json"
    monkeypatch.setenv("CROWDSIM_SETTINGS", str(path))
    return path


def test_kept_beside_the_others() -> None:
    assert settings.load() == {}
    assert settings.save(language="id", recent=["a.toml"])
    assert settings.save(language="en")
    assert settings.load() == {"language": "en", "recent": ["a.toml"]}
    assert settings.save(language=None)
    assert settings.load() == {"recent": ["a.toml"]}


@pytest.mark.parametrize("text", ["", "{", "[]", '{"version": 0, "sound": true}', '"text"', "\0"])
def test_a_file_that_cannot_be_read_counts_as_none(file: Path, text: str) -> None:
    file.parent.mkdir()
    file.write_text(text)
    assert settings.load() == {}
    assert settings.save(sound=True)
    assert settings.load() == {"sound": True}


def test_the_file_of_a_later_version_is_left_alone(file: Path) -> None:
    file.parent.mkdir()
    file.write_text('{"version": 2, "sound": "loud"}')
    assert not settings.save(sound=True)
    assert file.read_text() == '{"version": 2, "sound": "loud"}'


def test_a_place_that_cannot_be_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("CROWDSIM_SETTINGS", str(tmp_path / "file" / "settings.json"))
    assert not settings.save(sound=True)
    assert settings.load() == {}
