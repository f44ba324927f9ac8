"""A scenario that extends another: what replaces what, what is told of mistakes, and that the whole stands alone."""

import shutil
import tomllib
from pathlib import Path

import pytest

from crowdsim.places import shipped
from crowdsim.problems import InputError
from crowdsim.session.scenario import load_scenario

HEAD = 'version = 1\nextends = "sispamkota.toml"\n'


@pytest.fixture
def place(tmp_path: Path) -> Path:
    for name in ("kpu_kaltara.tmx", "sispamkota.toml"):
        shutil.copy(shipped("maps", "kpu_kaltara", name), tmp_path)
    shutil.copytree(shipped("assets", "tiles"), tmp_path.parent.parent / "assets" / "tiles", dirs_exist_ok=True)
    text = (tmp_path / "kpu_kaltara.tmx").read_text()
    (tmp_path / "kpu_kaltara.tmx").write_text(text.replace("../../assets/tiles", str(shipped("assets", "tiles"))))
    return tmp_path


def variant(place: Path, body: str) -> Path:
    path = place / "lain.toml"
    path.write_text(HEAD + body)
    return path


def test_what_differs_replaces_and_the_rest_stays(place: Path) -> None:
    base = load_scenario(place / "sispamkota.toml").spec
    entry = 'id = "jawaban"\nat = 100.0\ndo = "inject"\ncrowd = "massa"\nanswer = "accepted"'
    body = f'duration = 800.0\ndrop = ["kuning"]\n[[crowd]]\nid = "massa"\ncount = 300\n[[timeline]]\n{entry}\n'
    spec = load_scenario(variant(place, body)).spec
    assert spec.duration == 800.0 and spec.wind == base.wind and spec.unit == base.unit
    assert spec.crowd[0].count == 300 and spec.crowd[0].spawn == base.crowd[0].spawn
    assert spec.crowd[1:] == base.crowd[1:]
    ids = [e.id for e in spec.timeline]
    assert "kuning" not in ids and ids.count("jawaban") == 1
    answer = spec.timeline[ids.index("jawaban")]
    assert answer.at == 100.0 and answer.when is None and answer.answer == "accepted" and answer.anger == 0.0
    assert len(spec.timeline) == len(base.timeline) - 1


def test_the_whole_stands_alone_and_decides_the_fingerprint(place: Path) -> None:
    loaded = load_scenario(variant(place, "duration = 800.0\n"))
    assert "extends" not in tomllib.loads(loaded.text)
    (place / "sendiri.toml").write_text(loaded.text)
    alone = load_scenario(place / "sendiri.toml")
    assert alone.spec == loaded.spec and alone.fingerprint == loaded.fingerprint
    base = place / "sispamkota.toml"
    base.write_text(base.read_text().replace("legitimacy = 0.5", "legitimacy = 0.4"))
    assert load_scenario(place / "lain.toml").fingerprint != loaded.fingerprint


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ('drop = ["kunning"]\n', "lain.toml: drop[1]: what is extended has no"),
        ('drop = ["kunning"]\n', "'kunning'. Did you mean 'kuning'?"),
        (
            '[[timeline]]\nat = 1.0\ndo = "inject"\ncrowd = "masa"\nwish = "calm"\n',
            "lain.toml: timeline[1].crowd: there",
        ),
        ('[[crowd]]\nid = "massa"\ncount = "x"\n', "lain.toml: crowd[1].count"),
    ],
)
def test_a_mistake_is_told_where_it_stands(place: Path, body: str, told: str) -> None:
    with pytest.raises(InputError, match="lain") as found:
        load_scenario(variant(place, body))
    assert told in str(found.value)


@pytest.mark.parametrize("base", ["tiada.toml", "../x.toml", "lain.toml"])
def test_a_base_that_cannot_be_extended_is_refused(place: Path, base: str) -> None:
    path = place / "lain.toml"
    path.write_text(f'version = 1\nextends = "{base}"\n')
    with pytest.raises(InputError, match="extends"):
        load_scenario(path)
