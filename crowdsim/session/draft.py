"""Draft: a scenario while it is planned. It is the text of the file, and at all times one that `check` passes."""

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from string import Template
from typing import Any

from crowdsim.frame import Frame
from crowdsim.places import beside_or_shipped, shipped
from crowdsim.problems import InputError, Problem, reason, said
from crowdsim.session import document
from crowdsim.session.extension import Whole, read_whole
from crowdsim.session.scenario import Scenario, load_scenario
from crowdsim.session.schema import PostSpec, ScenarioFile
from crowdsim.session.simulation import Simulation
from crowdsim.world.maps import load_map
from crowdsim.world.tilemap import TileMap

_OWN_POST = "pos_{unit}"  # the post a unit gets that was put somewhere by hand


class Draft:
    """Every change is checked by the code of `check` before it is made; one that does not pass raises InputError and
    changes nothing. `undo` and `redo` go through the texts there were.
    """

    def __init__(self, path: Path, text: str, saved: str | None) -> None:
        """`saved`: the text in the file, None when there is no file yet. InputError when the text does not pass."""
        self.path = path
        self._saved = saved
        self._past: list[_Checked] = []
        self._future: list[_Checked] = []
        self._now = _Checked(path, text)

    @classmethod
    def open(cls, path: Path) -> "Draft":
        """The draft of a file; InputError lists every problem of it."""
        text = read_whole(path).text
        return cls(path, text, text)

    @classmethod
    def new(cls, path: Path, map_path: Path, lang: str = "id") -> "Draft":
        """A small scenario with comments on a map, which is to be saved as `path`; InputError for a map in error."""
        tilemap = load_map(map_path)
        # Officers stand before a gate, at the nearest post with room for them.
        posts = sorted(tilemap.posts.values(), key=lambda post: _away(post.position, _entrance(tilemap)))
        for post in posts:
            with suppress(InputError):
                return cls(path, template(tilemap, path.parent, lang, post.id), None)
        return cls(path, template(tilemap, path.parent, lang, ""), None)

    # What it is now ------------------------------------------------------------------------------------------------

    @property
    def text(self) -> str:
        """The file as it would be saved."""
        return self._now.text

    @property
    def scenario(self) -> Scenario:
        """The scenario this would be."""
        return self._now.scenario

    @property
    def spec(self) -> ScenarioFile:
        """Its keys, those of what it extends included."""
        return self._now.scenario.spec

    @property
    def frame(self) -> Frame:
        """The moment a run of it begins with: everyone where the run will place him."""
        return self._now.frame

    @property
    def changed(self) -> bool:
        """Whether something is not in the file yet."""
        return self.text != self._saved

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to take back."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """Whether there is one to make again."""
        return bool(self._future)

    def is_fixed(self, kind: str, number: int) -> bool:
        """Whether the `number`th entry comes from what is extended and has no id to change it by."""
        entry = getattr(self.spec, kind)[number]
        return self._own(kind, number) is None and not entry.id

    # Changes -------------------------------------------------------------------------------------------------------

    def set(self, kind: str, number: int, /, **values: Any) -> None:
        """Set keys of the `number`th crowd, unit, post or entry of the timeline; None takes one away."""
        self._change(lambda text: self._put(text, kind, number, values))

    def set_head(self, **values: Any) -> None:
        """Set keys of the scenario itself."""
        self._change(lambda text: document.put_head(text, values))

    def add(self, kind: str, /, **values: Any) -> None:
        """A new crowd, unit, post or entry."""
        self._change(lambda text: document.add(text, kind, values))

    def replace(self, kind: str, number: int, /, **values: Any) -> None:
        """Other keys in the place of all those an entry has, but its id."""
        old = getattr(self.spec, kind)[number].model_dump(exclude_unset=True)
        self.set(kind, number, **{key: None for key in old if key != "id"} | values)

    def remove(self, kind: str, number: int) -> None:
        """Take one away; a unit takes the post it was given by hand along."""
        name = getattr(self.spec, kind)[number].id

        def without(text: str) -> str:
            own = self._own(kind, number)
            if own is not None:
                text = document.remove(text, kind, own)
            if name and name in self._now.extended(kind):
                dropped = self._now.whole.own.get("drop", [])
                text = document.put_head(text, {"drop": [*dropped, name]})
            return self._without_post(text, name) if kind == "unit" else text

        self._change(without)

    def place(self, number: int, at: tuple[float, float], heading: float, /, **values: Any) -> None:
        """Put the `number`th unit at a point (m), facing `heading` (degrees, 0 = east, 90 = south)."""
        unit = self.spec.unit[number]
        name = _OWN_POST.format(unit=unit.id)
        values = {"start": name, "formation": unit.formation or "banjar3"} | values
        self._change(lambda text: self._posted(self._put(text, "unit", number, values), name, at, heading))

    def add_unit(self, at: tuple[float, float], heading: float, /, **values: Any) -> None:
        """A new unit at a point (m)."""
        name = _OWN_POST.format(unit=values["id"])
        self._change(
            lambda text: self._posted(document.add(text, "unit", {**values, "start": name}), name, at, heading)
        )

    def put_post(self, name: str, at: tuple[float, float], heading: float) -> None:
        """A post of this scenario at a point (m), facing `heading` (degrees); one of that name is moved."""
        self._change(lambda text: self._posted(text, name, at, heading))

    @property
    def posts(self) -> dict[str, PostSpec]:
        """The posts of this scenario that no unit has for itself."""
        taken = {_OWN_POST.format(unit=unit.id) for unit in self.spec.unit}
        return {post.id: post for post in self.spec.post if post.id not in taken}

    def station(self, number: int, start: str) -> None:
        """Let the `number`th unit start at a post or in a zone of the map; a post it was given by hand goes."""
        name = self.spec.unit[number].id
        self._change(lambda text: self._without_post(self._put(text, "unit", number, {"start": start}), name))

    def undo(self) -> bool:
        """Take the last change back; whether there was one."""
        if not self._past:
            return False
        self._future.append(self._now)
        self._now = self._past.pop()
        return True

    def redo(self) -> bool:
        """Make the last change that was taken back again; whether there was one."""
        if not self._future:
            return False
        self._past.append(self._now)
        self._now = self._future.pop()
        return True

    def save(self, path: Path | None = None) -> Path:
        """Write the file, here or at another place; InputError when it cannot be written or would not pass there."""
        path = (path or self.path).absolute()
        text = self.text
        if path.parent != self.path.absolute().parent:
            ways = {"map": way_to(self.scenario.map.path, path.parent)}
            if self.spec.profile.endswith(".toml"):
                ways["profile"] = way_to(self.path.absolute().parent / self.spec.profile, path.parent)
            own = self._now.whole.own
            text = document.put_head(text, {key: way for key, way in ways.items() if key in own})
        passing = path.with_name(path.name + ".new")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)  # first: the way to a map may lead through it
            now = _Checked(path, text)
            passing.write_bytes(text.encode())
            passing.replace(path)  # whole or not at all
        except OSError as error:
            mend = said("file.another_folder")
            raise InputError([Problem(str(path), "", said("file.not_written", reason=reason(error)), mend)]) from None
        self.path, self._now, self._saved = path, now, text
        return path

    # ---------------------------------------------------------------------------------------------------------------

    def _change(self, how: Callable[[str], str]) -> None:
        text = how(self.text)
        if text == self.text:
            return
        now = _Checked(self.path, text)
        self._past.append(self._now)
        self._future.clear()
        self._now = now

    def _own(self, kind: str, number: int) -> int | None:
        """Which block of this very file an entry is, None when it comes from what is extended."""
        file, place = self._now.whole.origin.get(f"{kind}[{number + 1}]", (str(self.path), f"{kind}[{number + 1}]"))
        return int(place[len(kind) + 1 : -1]) - 1 if file == str(self._now.path) else None

    def _put(self, text: str, kind: str, number: int, values: Mapping[str, Any]) -> str:
        own = self._own(kind, number)
        if own is not None:
            return document.put(text, kind, own, values)
        entry = getattr(self.spec, kind)[number]
        if not entry.id:
            message = said("extends.no_id", place=f"{kind}[{number + 1}]", base=self._now.whole.own["extends"])
            raise InputError([Problem(str(self.path), kind, message, said("extends.give_id"))])
        if kind == "timeline":  # replaced whole
            values = entry.model_dump(exclude_unset=True, exclude_none=True) | values
        return document.add(text, kind, {"id": entry.id, **values})

    def _post(self, name: str) -> int | None:
        """The own post of this name."""
        return next((k for k, post in enumerate(self.spec.post) if post.id == name), None)

    def _without_post(self, text: str, unit: str) -> str:
        """The text without the post a unit was given by hand."""
        number = self._post(_OWN_POST.format(unit=unit))
        own = None if number is None else self._own("post", number)
        return text if own is None else document.remove(text, "post", own)

    def _posted(self, text: str, name: str, at: tuple[float, float], heading: float) -> str:
        values = {"at": [round(at[0], 1), round(at[1], 1)], "heading_deg": float(round(heading))}
        number = self._post(name)
        if number is None:
            return document.add(text, "post", {"id": name, **values})
        return self._put(text, "post", number, values)


class _Checked:
    """A text that passes the checks, and what follows from it."""

    def __init__(self, path: Path, text: str) -> None:
        self.path, self.text = path, text
        self.whole: Whole = read_whole(path, text=text)
        self.scenario = load_scenario(path, text=text)
        self.frame = Simulation(self.scenario).frame()  # as `check` does: everyone must find his place

    @cached_property
    def _base(self) -> dict[str, Any]:
        base = self.whole.own.get("extends")
        return read_whole(beside_or_shipped(self.path.parent / str(base))).data if base else {}

    def extended(self, kind: str) -> list[str]:
        """The ids of a kind in what this extends."""
        return [str(item["id"]) for item in self._base.get(kind, []) if "id" in item]


def template(tilemap: TileMap, folder: Path, lang: str, post: str) -> str:
    """A small scenario with comments on a map, to begin with, for a file in `folder`; officers at a `post`, if any."""
    text = shipped("assets", "templates", f"scenario.{lang}.toml").read_text(encoding="utf-8")
    spawn = max(tilemap.spawns.values(), key=lambda s: _area(s.rect), default=None)
    open_exits = [name for name, way in tilemap.exits.items() if not way.police_only]
    zones = [zone for zone in tilemap.zones.values() if zone.kind == "area"] or list(tilemap.zones.values())
    # They gather where there is room, as near to a gate as can be.
    wide = [zone for zone in zones if _area(zone.rects[0]) > 60.0] or zones
    zone = min(wide, key=lambda z: _away(_middle(z.rects[0]), _entrance(tilemap)), default=None)
    parts = {
        "crowd": spawn is not None,
        "unit": bool(post),
        "gather": spawn is not None and zone is not None,
        "leave": spawn is not None and bool(open_exits),
        "phase": True,
    }
    for name, kept in parts.items():
        begin, end = f"#< {name}\n", f"#> {name}\n"
        head, _, rest = text.partition(begin)
        body, _, tail = rest.partition(end)
        text = head + (body if kept else "") + tail
    values = {
        "map": way_to(tilemap.path, folder),
        "map_name_id": tilemap.name.get("id", ""),
        "map_name_en": tilemap.name.get("en", ""),
        "spawn": spawn.id if spawn else "",
        "count": str(min(100, int(_area(spawn.rect) * 2.0))) if spawn else "0",
        "zone": zone.id if zone else "",
        "post": post,
        "exits": ", ".join(f'"{name}"' for name in open_exits),
    }
    return Template(text).substitute(values)


def way_to(path: Path, folder: Path) -> str:
    """How a scenario in `folder` names a file: by its name alone where that is enough."""
    if beside_or_shipped(folder / path.name).absolute() == path.absolute():
        return path.name
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # on another drive
        return path.absolute().as_posix()


def _entrance(tilemap: TileMap) -> tuple[float, float]:
    gates = [gate for gate in tilemap.gates if gate.kind == "gate"]
    return _middle(gates[0].rect) if gates else (tilemap.size[0] / 2, tilemap.size[1] / 2)


def _area(rect: tuple[float, float, float, float]) -> float:
    return (rect[2] - rect[0]) * (rect[3] - rect[1])


def _middle(rect: tuple[float, float, float, float]) -> tuple[float, float]:
    return (rect[0] + rect[2]) / 2, (rect[1] + rect[3]) / 2


def _away(a: tuple[float, float], b: tuple[float, float]) -> float:
    return (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2
