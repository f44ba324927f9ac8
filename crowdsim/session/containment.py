"""Watches over containment: not for long, and never without a way out."""

from dataclasses import dataclass, field

import numpy as np

from crowdsim.behaviour.officers import Unit
from crowdsim.frame import Event
from crowdsim.kernels.fields import FAR
from crowdsim.population.population import Population
from crowdsim.world.world import Goal, World

AT_MOST = 600.0
"""s of real time people may be contained."""

_CLOSED_FOR = 60.0  # s without a way out after which the trainer is warned


@dataclass
class Containment:
    """What has been said about each `kepung`; a new order lets it be said again."""

    _told: set[tuple[str, str, float]] = field(default_factory=set)
    _closed: dict[str, float] = field(default_factory=dict)  # unit: s, since when there is no way out

    def look(self, world: World, people: Population, units: list[Unit], tick: int, time: float) -> list[Event]:
        """Once a second: a warning when a containment lasts too long, or has had no way to an exit for a minute."""
        events = []
        for unit in units:
            if unit.formation != "kepung":
                self._closed.pop(unit.id, None)
                continue
            exits = Goal(tuple(exit.rect for exit in world.map.exits.values()))
            way = world.field(exits)[0] if exits.rects else np.full(world.solid.shape, FAR, np.float32)
            tile = world.map.tile_size
            rows, cols = way.shape
            r = min(max(int(unit.anchor[1] / tile), 0), rows - 1)
            c = min(max(int(unit.anchor[0] / tile), 0), cols - 1)
            if way[r, c] < FAR:
                self._closed.pop(unit.id, None)
            since = self._closed.setdefault(unit.id, time) if way[r, c] >= FAR else time
            for cause, due, text in (
                ("too_long", time - unit.since > AT_MOST, _TOO_LONG),
                ("no_exit", time - since > _CLOSED_FOR, _NO_EXIT),
            ):
                if due and (unit.id, cause, unit.since) not in self._told:
                    self._told.add((unit.id, cause, unit.since))
                    words = {lang: text[lang].format(unit.label) for lang in text}
                    events.append(Event(tick, time, "warning", unit.anchor, unit.id, time - unit.since, words, cause))
        return events


_TOO_LONG = {"id": "{}: kepungan lebih dari sepuluh menit", "en": "{}: containment of more than ten minutes"}
_NO_EXIT = {"id": "{}: yang terkepung tanpa jalan keluar", "en": "{}: those contained have no way out"}
