"""Scenario: map + crowd + units + timeline + seed, as a TOML file, checked before anything runs."""

import hashlib
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path

from pydantic import ValidationError

from crowdsim.behaviour.sop import Profile, load_profile, profile_path
from crowdsim.params import Params
from crowdsim.places import beside_or_shipped
from crowdsim.problems import InputError, Problem
from crowdsim.session.check import check_doctrine, check_names, check_posts, params_of, problem_of
from crowdsim.session.extension import read_whole
from crowdsim.session.schema import ScenarioFile
from crowdsim.world.maps import load_map
from crowdsim.world.tilemap import TileMap


@dataclass(frozen=True)
class Scenario:
    """A checked scenario with its map."""

    path: Path
    text: str  # the file as read; with what it extends, the whole
    spec: ScenarioFile
    map: TileMap
    params: Params

    @property
    def name(self) -> str:
        """The file's name without its suffix."""
        return self.path.stem

    @cached_property
    def profile(self) -> Profile:
        """The doctrine it is played by."""
        return load_profile(profile_path(self.spec.profile, self.path.parent))

    @property
    def fingerprint(self) -> str:
        """Hash of scenario, map and doctrine: runs with the same fingerprint, seed and journal are the same run."""
        digest = hashlib.sha256(self.text.encode())
        digest.update(self.map.path.read_bytes())
        digest.update(profile_path(self.spec.profile, self.path.parent).read_bytes())
        return digest.hexdigest()[:16]

    @property
    def title(self) -> dict[str, str]:
        """Its title in both languages."""
        return {"id": self.spec.title.id, "en": self.spec.title.en}


def load_scenario(path: Path, changes: dict[str, float] | None = None, text: str | None = None) -> Scenario:
    """Read and check a scenario; InputError lists every problem of the file, its map and `changes` (`--set`).

    text : that of the file, when it is not written yet
    """
    shown, whole = str(path), read_whole(path, text=text)
    try:
        spec = ScenarioFile.model_validate(whole.data)
    except ValidationError as error:
        raise InputError([whole.locate(problem_of(shown, item)) for item in error.errors()]) from None
    try:
        drawn = _drawn(beside_or_shipped(path.parent / spec.map))
    except InputError as error:
        raise InputError([*error.problems]) from None
    tilemap = with_posts(drawn, spec)
    problems: list[Problem] = check_posts(shown, spec, drawn)
    params = params_of(spec, changes or {}, shown, problems)
    problems += check_names(shown, spec, tilemap)
    try:
        profile = load_profile(profile_path(spec.profile, path.parent))
        problems += check_doctrine(shown, spec, profile)
    except InputError as error:
        problems += error.problems
    if problems:
        raise InputError([whole.locate(problem) for problem in problems])
    return Scenario(path, whole.whole_text, spec, tilemap, params)


def with_posts(drawn: TileMap, spec: ScenarioFile) -> TileMap:
    """A map as drawn with the posts of a scenario, which stand in for those of the same name."""
    return replace(drawn, posts=drawn.posts | {post.id: post.post() for post in spec.post})


def _drawn(path: Path) -> TileMap:
    """The map of a file, read once: a plan is checked at every change of it, and a map takes longest."""
    try:
        stamp = path.stat()
    except OSError:
        return load_map(path)  # which says what is wrong
    return _read(path, stamp.st_mtime_ns, stamp.st_size)


@lru_cache(maxsize=4)
def _read(path: Path, changed: int, size: int) -> TileMap:
    return load_map(path)
