"""Parties: escorts, arrests, the chair taken and freed, the hurt. People stand where the test puts them."""

from collections.abc import Iterable

import numpy as np
import pytest
from scenes import room

from crowdsim.behaviour.officers import Unit
from crowdsim.behaviour.parties import LED_BY_CROWD, can_free, can_grab, ring
from crowdsim.behaviour.unit import Arrest, Escort, Hold, Order
from crowdsim.frame import Event
from crowdsim.kernels.cells import LED, WALKER
from crowdsim.population.grids import grids_for
from crowdsim.population.population import empty_population
from crowdsim.population.roles import Disposition, Injury, Mind, Mode, Role, Status
from crowdsim.step.errands import Errands
from crowdsim.step.lead import lead
from crowdsim.world.world import World

DT = 0.2
ZONES = {
    "west": ((0.5, 0.5, 9.5, 9.5),),
    "cell": ((16.0, 1.0, 19.0, 4.0),),
    "aid": ((16.0, 6.0, 19.0, 9.0),),
    "safe": ((12.0, 0.5, 15.0, 3.0),),
}
OFFICERS = slice(20, 28)


class Stage:
    """Twenty demonstrators, eight officers and a chair, and a run of `lead` without anybody walking by himself."""

    def __init__(self, order: Order, role: Role = Role.OFFICER) -> None:
        self.people = empty_population(29)
        people = self.people
        people.status[:] = Status.ACTIVE
        people.position[:] = np.column_stack([np.linspace(1.0, 9.0, 29), np.full(29, 9.0)])
        people.crowd[:20] = 0
        people.unit[OFFICERS] = 0
        people.role[:20] = Role.DEMONSTRATOR
        people.role[OFFICERS] = role
        people.role[28] = Role.CHAIR
        people.violent_at[:] = -np.inf
        people.led_by[:] = -1
        people.crowd[20:] = -1
        people.unit[:20] = people.unit[28] = -1
        people.position[28] = 5.0, 5.0
        people.desired_speed[:] = 1.3
        self.unit = Unit("unit", "UNIT", "dalmas", np.arange(20, 28), False, False, order)
        where = room()
        self.world = World.from_map(where)
        self.grids = grids_for(where, self.world.solid == 0, 0.5)
        self.errands = Errands(ZONES, "cell", "west", "safe", ("aid",), chair=28)
        self.draw = np.full(29, 0.5)
        self.time = 0.0
        self.events: list[Event] = []

    def run(self, seconds: float) -> list[str]:
        """Decide for a time; returns the kinds of what happened in it."""
        first = len(self.events)
        for _ in range(round(seconds / DT)):
            self.events += lead(
                self.world, self.people, [self.unit], [], self.errands, self.grids, lambda rects: 0, False,
                round(self.time / 0.04), self.time, DT, self.draw,
            )  # fmt: skip
            self.time += DT
        return [event.kind for event in self.events[first:]]

    def jump(self, rows: Iterable[int]) -> None:
        """These people are where they were sent."""
        rows = list(rows)
        self.people.position[rows] = self.people.slot[rows]

    def violent(self, count: int) -> None:
        """So many violent within reach of the chair."""
        people = self.people
        people.mind[:count] = Mind.VIOLENT
        people.position[:count] = people.position[28] + 0.8 * ring(count, count) / 1.2


# --- escorts ---------------------------------------------------------------------------------------------------------


def test_an_escort_fetches_rings_brings_and_holds() -> None:
    stage = Stage(Escort("ketua", "safe"))
    people = stage.people
    assert stage.run(1.0) == []
    assert people.led_by[28] == -1, "nobody is with him yet"
    away = np.hypot(*(people.slot[OFFICERS] - people.position[28]).T)
    assert away.max() < 3.0 and people.has_slot[OFFICERS].all(), "they go to places round him"
    stage.jump(range(20, 24))
    stage.run(0.4)
    assert people.led_by[28] == 0 and people.mode[28] == Mode.LED, "half of them are enough"
    assert people.kind[28] == LED, "the crowd and lines let him through"
    assert 12.0 < people.slot[28, 0] < 15.0 and people.slot[28, 1] < 3.0
    stage.jump([28])
    assert stage.run(0.4) == ["arrival"]
    assert stage.run(5.0) == [], "told once"
    assert people.led_by[28] == 0, "held until another order"
    stage.unit.order = Hold()
    stage.run(0.4)
    assert people.led_by[28] == -1 and not stage.errands.parties


def test_three_of_eight_are_no_escort() -> None:
    stage = Stage(Escort("ketua", "safe"))
    stage.run(0.4)
    stage.jump(range(20, 23))
    stage.run(2.0)
    assert stage.people.led_by[28] == -1


def test_delegates_are_heard_while_they_are_in_and_come_back() -> None:
    stage = Stage(Escort("delegasi", "cell"))
    people = stage.people
    people.role[:3] = Role.DELEGATE
    stage.run(0.4)
    stage.jump(range(20, 28))
    stage.run(0.4)
    assert (people.led_by[:3] == 0).all() and not stage.errands.delegates_inside
    stage.jump(range(3))
    assert stage.run(0.4) == ["arrival"]
    assert stage.errands.delegates_inside
    stage.unit.order = Escort("delegasi", "west")
    stage.run(0.4)
    assert not stage.errands.delegates_inside
    stage.jump(range(20, 28))
    stage.run(0.4)
    stage.jump(range(3))
    assert stage.run(0.4) == ["arrival"]
    assert stage.events[-1].cause == "west"


# --- the chair -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("violent", "near", "officers", "taken"), [(3, 3, 0, True), (2, 9, 0, False), (3, 3, 1, False), (4, 7, 2, True)]
)
def test_who_can_take_him(violent: int, near: int, officers: int, taken: bool) -> None:
    assert can_grab(violent, near, officers) == taken


def test_six_free_him_and_half_as_many_again_as_hold_him() -> None:
    assert can_free(6, 4) and not can_free(5, 2) and not can_free(8, 6) and can_free(9, 6)


def test_the_chair_is_taken_by_three_after_four_seconds() -> None:
    stage = Stage(Hold())
    stage.violent(3)
    assert stage.run(3.6) == []
    assert stage.run(1.0) == ["hostage_taken"]
    stage.run(0.4)
    assert stage.people.led_by[28] == LED_BY_CROWD
    assert stage.people.kind[28] == WALKER, "nobody lets him through"
    assert (stage.people.led_by[:3] == LED_BY_CROWD).all()


def test_a_guarded_chair_and_one_in_the_safe_room_are_not_taken() -> None:
    guarded = Stage(Hold())
    guarded.violent(3)
    guarded.people.position[20:22] = guarded.people.position[28] + np.float32(0.5)
    assert guarded.run(10.0) == []
    early = Stage(Hold())
    early.people.position[28] = 13.5, 1.5
    early.violent(6)
    assert early.run(10.0) == []


def taken() -> Stage:
    stage = Stage(Hold())
    stage.violent(4)
    assert stage.run(5.0) == ["hostage_taken"]
    return stage


def test_six_officers_free_him_in_five_seconds() -> None:
    stage = taken()
    stage.people.position[20:25] = stage.people.position[28] + 1.2 * ring(5) / 1.2
    assert stage.run(8.0) == [], "five are too few"
    stage.people.position[25] = stage.people.position[28] + np.float32(0.6)
    assert stage.run(4.6) == []
    assert stage.run(1.0) == ["hostage_freed"]
    assert stage.events[-1].cause == "rescue"
    assert (stage.people.led_by == -1).all(), "captors too go their own ways"


def test_captors_who_lose_heart_let_him_go() -> None:
    stage = taken()
    stage.people.mind[:4] = Mind.CALM
    assert stage.run(1.0) == ["hostage_freed"]
    assert stage.events[-1].cause == "abandoned"


def test_talk_can_free_him_and_only_where_there_is_talk() -> None:
    stage = taken()
    stage.draw[:] = 1e-5
    assert stage.run(2.0) == [], "nobody talks"
    stage.grids.dialogue[:] = 1.0
    assert stage.run(1.0) == ["hostage_freed"]
    assert stage.events[-1].cause == "talk"


# --- arrests ---------------------------------------------------------------------------------------------------------


def offender(sort: str = "violent") -> Stage:
    stage = Stage(Arrest(sort))
    stage.people.position[0] = 6.0, 5.0
    stage.people.position[28] = 13.5, 1.5
    if sort == "violent":
        stage.people.violent_at[0] = 0.0
    else:
        stage.people.violent_at[1:20] = 0.0  # the first is the only one who did nothing
    return stage


def test_two_officers_need_three_seconds_and_take_him_to_the_holding_place() -> None:
    stage = offender()
    people = stage.people
    stage.run(0.4)
    people.position[20] = people.position[0] + np.float32(0.3)
    assert stage.run(6.0) == [], "one is not enough"
    people.position[21] = people.position[0] - np.float32(0.3)
    assert stage.run(2.6) == []
    assert stage.run(0.8) == ["arrest"]
    assert stage.events[-1].cause == "offender"
    stage.run(0.4)
    assert people.mode[0] == Mode.LED and people.status[0] == Status.ACTIVE
    stage.jump([0])
    assert stage.run(0.4) == ["hand_over"]
    x, y = people.position[0]
    assert people.status[0] == Status.DETAINED and 16.0 < x < 19.0 and 1.0 < y < 4.0
    assert stage.run(2.0) == []


def test_without_evidence_nobody_is_taken_for_violence() -> None:
    stage = offender()
    stage.people.violent_at[0] = -61.0
    stage.run(0.4)
    assert not stage.errands.parties
    stage.people.mind[1] = Mind.PUSHING
    stage.unit.order = Arrest("provocateur")
    stage.run(0.4)
    assert not stage.errands.parties
    stage.people.disposition[1] = Disposition.PROVOCATEUR
    stage.run(0.4)
    assert [party.rows.tolist() for party in stage.errands.parties] == [[1]]


def test_arresting_somebody_who_did_nothing_is_wrongful() -> None:
    stage = offender("peaceful")
    stage.run(0.4)
    stage.people.position[20:22] = stage.people.position[0] + np.array([[0.3, 0.0], [-0.3, 0.0]], np.float32)
    assert stage.run(4.0) == ["arrest"]
    assert stage.events[-1].cause == "wrongful"


def test_an_arrest_that_does_not_come_off_is_given_up() -> None:
    stage = offender()
    stage.run(0.4)
    assert len(stage.errands.parties) == 1
    assert stage.run(62.0) == []
    assert not stage.errands.parties, "by now what he did is too long ago as well"


def test_who_falls_under_arrest_gets_up_free() -> None:
    stage = offender()
    people = stage.people
    stage.run(0.4)
    people.position[20:22] = people.position[0] + np.array([[0.3, 0.0], [-0.3, 0.0]], np.float32)
    stage.run(4.0)
    assert people.led_by[0] == 0
    people.status[0] = Status.FALLEN
    stage.unit.order = Hold()
    stage.run(0.4)
    assert people.led_by[0] == -1 and not stage.errands.parties


# --- the hurt --------------------------------------------------------------------------------------------------------


def test_medics_reach_treat_and_carry() -> None:
    stage = Stage(Hold(), Role.MEDIC)
    people = stage.people
    people.position[28] = 13.5, 1.5
    people.status[0], people.injury[0], people.hurt_at[0] = Status.FALLEN, Injury.SERIOUS, 0.0
    stage.run(1.0)
    (party,) = stage.errands.parties
    pair = party.leaders
    assert len(pair) == 2 and people.has_slot[pair].all()
    stage.jump(pair)
    assert stage.run(0.4) == ["aid"]
    assert stage.run(5.6) == [] and people.status[0] == Status.FALLEN, "treated where he lies"
    stage.run(1.0)
    assert people.status[0] == Status.CARRIED
    people.position[pair] = people.slot[pair]
    stage.run(1.0)
    x, y = people.position[0]
    assert 16.0 < x < 19.0 and 6.0 < y < 9.0 and not stage.errands.parties


def test_a_light_injury_needs_nobody() -> None:
    stage = Stage(Hold(), Role.MEDIC)
    stage.people.status[0], stage.people.injury[0] = Status.FALLEN, Injury.LIGHT
    stage.run(1.0)
    assert not stage.errands.parties
