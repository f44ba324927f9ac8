"""Happenings: what the exercise control makes happen besides the wishes of a crowd."""

import numpy as np

from crowdsim.behaviour.demonstrators import Crowd
from crowdsim.behaviour.harm import fell, hurt, is_demonstrator
from crowdsim.frame import Event
from crowdsim.population.population import Population
from crowdsim.population.roles import Cause, Injury
from crowdsim.session.commands import Inject
from crowdsim.step.incidents import Incidents
from crowdsim.world.tilemap import TileMap


def happen(
    inject: Inject,
    crowds: list[Crowd],
    people: Population,
    incidents: Incidents,
    exits: tuple[str, ...],
    tilemap: TileMap,
    tick: int,
    time: float,
) -> tuple[tuple[str, ...], list[Event]]:
    """Late arrivals who come now, somebody who falls, the wind, an exit that is shut or open again.

    exits : those the public may use ; returns those it may use from now on, and what is noted
    """
    events: list[Event] = []
    if inject.arrive:
        for crowd in crowds:
            if crowd.id == inject.crowd and crowd.arrive > time:
                crowd.arrive = max(time, 1e-3)  # 0 = there from the start
                words = {"id": "Massa tambahan datang", "en": "More people arrive"}
                events.append(Event(tick, time, "arrival", None, crowd.id, float(len(crowd.rows)), words))
    if inject.fall is not None:
        row = _nearest(people, inject.fall)
        if row >= 0:  # that he is hurt and lies there is told like any other injury
            fell(people, np.array([row]), time)
            hurt(people, np.array([row]), int(Injury.SERIOUS), Cause.FALL, time)
    if inject.wind is not None:
        incidents.cloud.wind = inject.wind
    for name, is_open in ((inject.shut, False), (inject.reopen, True)):
        if name and (name in exits) != is_open and (is_open or len(exits) > 1):  # there is always a way out
            exits = tuple(n for n in tilemap.exits if n == name or n in exits) if is_open else _without(exits, name)
            way, place = tilemap.exits[name], tilemap.exits[name].rect
            middle = ((place[0] + place[2]) / 2, (place[1] + place[3]) / 2)
            text = {
                "id": f"Jalan keluar {way.name.get('id', name)} {'dibuka' if is_open else 'tertutup'}",
                "en": f"Exit {way.name.get('en', name)} {'open again' if is_open else 'blocked'}",
            }
            events.append(Event(tick, time, "exit", middle, name, 0.0, text, "open" if is_open else "shut"))
    return exits, events


def _without(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    return tuple(other for other in names if other != name)


def _nearest(people: Population, place: tuple[float, float]) -> int:
    """The row of the demonstrator on his feet who is nearest to a point, -1 = there is none."""
    rows = np.flatnonzero(is_demonstrator(people) & people.active & (people.led_by == -1))
    if not len(rows):
        return -1
    away = ((people.position[rows] - np.asarray(place)) ** 2).sum(axis=1)
    return int(rows[np.argmin(away)])
