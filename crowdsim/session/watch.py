"""Watch: once a second, whether what the timeline waits for has come, and what an onlooker would call by name."""

from dataclasses import dataclass, field

import numpy as np

from crowdsim.behaviour.demonstrators import Crowd
from crowdsim.behaviour.officers import Unit
from crowdsim.behaviour.parties import LED_BY_CROWD
from crowdsim.frame import Event
from crowdsim.population.barriers import Barriers
from crowdsim.population.population import Population
from crowdsim.population.roles import Injury, Mind, Mode, Role
from crowdsim.session.schema import When
from crowdsim.step.observe import inside
from crowdsim.step.senses import Senses
from crowdsim.world.world import World

_PUSH = int(Mode.PUSH)
_DELEGATE, _CHAIR = int(Role.DELEGATE), int(Role.CHAIR)
_SERIOUS = int(Injury.SERIOUS)

_MARCHERS = 0.5  # share of a crowd, once it walks
_TALKERS, _TALK_HELD = 5, 5.0  # demonstrators who are talked to, s
_PUSHERS, _PUSH_HELD, _PUSH_OVER = 10, 3.0, 60.0  # people who lean on somebody or something, s, s without
_FRESH = 60.0  # s an injury is news
_TOUCH = 30.0  # N of contact: not a brush in passing


@dataclass
class Watch:
    """What has been told of a run, and since when what is about to be told has held."""

    marched: set[str] = field(default_factory=set)
    talked: float = 0.0  # s
    pushed: float = 0.0  # s
    unpushed: float = np.inf  # s
    told: set[str] = field(default_factory=set)

    def look(
        self, people: Population, crowds: list[Crowd], senses: Senses, heard: np.ndarray, tick: int, time: float
    ) -> list[Event]:
        """Once a second: a march, a talk, a push, at the second they are what their names say.

        heard : bool[n], who stands where somebody talks to people
        """
        events, active = [], people.active
        for crowd in crowds:
            if crowd.id in self.marched or crowd.wish != "gather":
                continue
            rows = crowd.rows[active[crowd.rows]]
            if not len(rows):
                continue
            moving = np.hypot(people.velocity[rows, 0], people.velocity[rows, 1]) > 0.5
            if moving.mean() >= _MARCHERS:
                self.marched.add(crowd.id)
                x, y = people.position[rows].mean(axis=0).tolist()
                words = {"id": "Massa bergerak", "en": "The crowd marches"}
                events.append(Event(tick, time, "march", (x, y), crowd.id, float(len(rows)), words))
        listens = (heard & active & (people.crowd >= 0)).nonzero()[0]
        self.talked = self.talked + 1.0 if len(listens) >= _TALKERS else 0.0
        if self.talked >= _TALK_HELD and "negotiation" not in self.told:
            self.told.add("negotiation")
            x, y = people.position[listens].mean(axis=0).tolist()
            words = {"id": "Negosiasi dimulai", "en": "Dialogue begins"}
            events.append(Event(tick, time, "negotiation", (x, y), "", float(len(listens)), words))
        leaning = np.flatnonzero(
            (people.push > 0.0) & (senses.contact > _TOUCH) & (people.crowd >= 0) & (people.mode == _PUSH)
        )
        self.pushed = self.pushed + 1.0 if len(leaning) >= _PUSHERS else 0.0
        if self.pushed >= _PUSH_HELD:
            if self.unpushed >= _PUSH_OVER:
                x, y = people.position[leaning].mean(axis=0).tolist()
                words = {"id": "Massa mendorong", "en": "The crowd pushes"}
                events.append(Event(tick, time, "push", (x, y), "", float(len(leaning)), words))
            self.unpushed = 0.0
        else:
            self.unpushed += 1.0
        return events


def facts(people: Population, world: World, senses: Senses, building: str) -> dict[str, float]:
    """What calls for a phase, by the names doctrine profiles use.

    at_gate : demonstrators who lean on the hardest used gate ; hostage : 1 while a crowd holds the chair
    in_building : demonstrators in the building, delegates and those led there not counted
    """
    crowd = people.active & (people.crowd >= 0)
    leaning = senses.barrier[crowd & (people.push > 0.0) & (senses.barrier >= 0)]
    at = np.bincount(leaning).tolist()
    gates = world.map.gates
    within = 0
    if building:
        free = (crowd & (people.led_by == -1) & (people.role != _DELEGATE)).nonzero()[0]
        within = inside(people, free, world.map.zones[building].rects)
    held = (people.role == _CHAIR) & (people.led_by == LED_BY_CROWD)
    return {
        "at_gate": float(max((at[k] for k in range(len(at)) if gates[k].kind == "gate"), default=0)),
        "hostage": float(np.count_nonzero(held) > 0),
        "in_building": float(within),
    }


def serious_injuries(events: list[Event], time: float) -> float:
    """How often within the last minute somebody was seriously hurt; a profile keeps a phase due for longer."""
    found = 0
    for event in reversed(events):
        if event.time <= time - _FRESH:
            break
        found += event.kind == "injury" and event.value >= _SERIOUS
    return float(found)


def holds(
    when: When,
    people: Population,
    crowds: list[Crowd],
    units: list[Unit],
    barriers: Barriers,
    gate_ids: list[str],
    listening: np.ndarray,
    phase: str,
    due: str,
    time: float,
) -> bool:
    """Whether a condition that is not an event holds now. listening : bool[n], who is talked to."""
    if time < when.since:
        return False
    if when.phase:
        return phase == when.phase
    if when.due:
        return due == when.due
    if when.load is not None:
        if when.subject in gate_ids:
            return bool(barriers.load[gate_ids.index(when.subject)] >= when.load)
        return any(unit.id == when.subject and unit.load >= when.load for unit in units)
    crowd = next((c for c in crowds if c.id == when.subject), None)
    if crowd is None:
        return False
    rows = crowd.rows[people.active[crowd.rows]]
    if not len(rows):
        return False
    if when.heard is not None:
        return crowd.heard or bool(listening[rows].mean() >= when.heard)
    if when.anger is not None:
        return bool(people.anger[rows].mean() >= when.anger)
    if when.share is not None:
        return bool((people.mind[rows] == Mind[when.state.upper()]).mean() >= when.share)
    return False
