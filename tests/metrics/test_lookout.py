"""Early warnings come in time, with their place, once, and only when there is a reason."""

from dataclasses import replace

import numpy as np
import pytest

from crowdsim.frame import Frame, UnitView
from crowdsim.metrics.lookout import Alarm, Lookout, open_exits
from crowdsim.population.roles import BarrierState, Mode, Role, Status
from crowdsim.world.tilemap import Exit, Gate, Surface, TileMap

N = 120


def place() -> TileMap:
    """40 x 40 m of road, a wall across at y = 20 with a gate in it, ways out at the west and east edge of the south."""
    solid = np.zeros((80, 80), bool)
    solid[40, :] = True
    solid[40, 36:44] = False
    return TileMap(
        path=__import__("pathlib").Path("small.tmx"),
        name={"id": "Kecil", "en": "Small"},
        tile_size=0.5,
        surface=np.where(solid, Surface.WALL, Surface.ROAD).astype(np.int8),
        solid=solid,
        cost=np.ones(solid.shape, np.float32),
        zones={},
        gates=(
            Gate("gate", {"id": "Gerbang", "en": "Gate"}, "gate", (18.0, 20.0, 22.0, 20.5), 4.0, 3000.0, 9e3, False),
        ),
        posts={},
        spawns={},
        exits={
            "west": Exit("west", {"id": "Barat", "en": "West"}, (0.0, 21.0, 0.5, 40.0), 19.0, False),
            "east": Exit("east", {"id": "Timur", "en": "East"}, (39.5, 21.0, 40.0, 40.0), 19.0, False),
        },
        routes={},
        vehicles=(),
        trees=(),
    )


def frame(time: float, crowd: np.ndarray, officers: np.ndarray | None = None, **changes: object) -> Frame:
    """The crowd at these places (m), officers at theirs, everybody else away."""
    officers = np.zeros((0, 2)) if officers is None else officers
    position = np.full((N, 2), 30.0, np.float32)
    role, status = np.full(N, Role.DEMONSTRATOR, np.int8), np.full(N, Status.LEFT, np.int8)
    many = len(crowd) + len(officers)
    position[:many] = np.vstack([crowd, officers])
    role[len(crowd) : many] = Role.SHIELD
    status[:many] = Status.ACTIVE
    return replace(
        Frame(
            tick=round(time * 50), time=time, position=position, velocity=np.zeros((N, 2), np.float32),
            facing=np.zeros(N, np.float32), radius=np.full(N, 0.2, np.float32), role=role, status=status,
            mode=np.full(N, Mode.STAND, np.int8), unit=np.full(N, -1, np.int32), squeeze=np.zeros(N, np.float32),
            links=np.zeros((0, 2), np.int32), barrier_state=np.array([BarrierState.CLOSED], np.int8),
            barrier_load=np.zeros(1, np.float32), barrier_integrity=np.ones(1, np.float32),
            barrier_capacity=np.full(1, 3000.0, np.float32), units=(), openings=(), phase="hijau", caption={},
            readings={},
        ),
        **changes,
    )  # fmt: skip


def crowd_at(x: float, y: float, count: int, apart: float = 0.6) -> np.ndarray:
    columns = int(np.ceil(np.sqrt(count)))
    k = np.arange(count)
    return np.column_stack([x + (k % columns) * apart, y + (k // columns) * apart])


def kinds(lookout: Lookout) -> list[str]:
    return [alarm.kind for alarm in lookout.alarms]


def test_a_quiet_crowd_is_no_reason() -> None:
    lookout = Lookout(place())
    for second in range(40):
        lookout.look(frame(second, crowd_at(10, 28, 60, 1.0)))
    assert lookout.alarms == [] and lookout.standing(39.0) == []


def test_growing_dense_before_a_gate_is_told_once_and_at_the_gate() -> None:
    lookout = Lookout(place())
    for second in range(30):
        there = min(4 * second, 100)
        lookout.look(frame(second, np.vstack([crowd_at(18, 20.8, there, 0.35), crowd_at(5, 30, 100 - there)])))
    assert kinds(lookout) == ["density"]
    (alarm,) = lookout.alarms
    assert alarm.subject == "gate" and alarm.position == (20.0, 20.25) and alarm.value >= 2.5
    assert lookout.alarms[0].since < 20.0


def test_a_dense_crowd_that_stands_is_not_growing() -> None:
    lookout = Lookout(place())
    for second in range(30):
        lookout.look(frame(second, crowd_at(18, 20.8, 100, 0.35)))
    assert kinds(lookout) == []


def loaded(share: float) -> np.ndarray:
    return np.array([[10, 25, 12, 25, 0.2 * 750, 750], [12, 25, 14, 25, share * 750, 750]], np.float32)


@pytest.mark.parametrize(("last", "told"), [(0.95, ["line"]), (0.7, []), (0.82, [])])
def test_a_stretch_near_what_it_bears_is_told_while_its_load_rises(last: float, told: list[str]) -> None:
    """From 82 percent: to 95 it is told, back to 70 not, and a load that only stays is not either."""
    unit = UnitView("lanjut", "L", "dalmas", "hold", "bersaf1", 20, (12.0, 25.0), 1.57, 1.0, 400.0, True)
    lookout = Lookout(place())
    for second in range(12):
        share = 0.82 + (last - 0.82) * second / 11
        lookout.look(frame(second, crowd_at(10, 28, 40, 1.0), lines=loaded(share), units=(unit,)))
    assert kinds(lookout) == told
    assert all(alarm.subject == "lanjut" and alarm.position == (13.0, 25.0) for alarm in lookout.alarms)


def test_people_pressed_hard_are_told_where_they_are() -> None:
    squeeze = np.zeros(N, np.float32)
    squeeze[:8] = 700.0
    lookout = Lookout(place())
    lookout.look(frame(5.0, crowd_at(12.5, 24.5, 60, 0.4), squeeze=squeeze))
    assert kinds(lookout) == ["crush"] and lookout.alarms[0].value >= 5
    assert np.hypot(lookout.alarms[0].position[0] - 13.5, lookout.alarms[0].position[1] - 24.5) < 1.5


def test_a_way_out_that_officers_shut_is_told_when_too_few_are_left() -> None:
    lookout = Lookout(place())
    cordon = np.column_stack([np.full(20, 38.5), np.linspace(21.5, 39.5, 20)])
    assert open_exits(frame(0.0, crowd_at(10, 28, 60), cordon), list(place().exits.values())) == [True, False]
    for second in range(15):
        lookout.look(frame(second, crowd_at(10, 28, 60, 1.0), cordon))
    assert [(alarm.kind, alarm.subject, alarm.value) for alarm in lookout.alarms] == [("exit", "east", 1.0)]


def ring(count: int = 44) -> np.ndarray:
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
    return np.column_stack([15 + 5 * np.cos(angle), 30 + 5 * np.sin(angle)])


def test_a_ring_without_a_gap_encloses_people_and_one_with_a_gap_does_not() -> None:
    inside = crowd_at(13, 28, 36)
    for officers, told in ((ring(), ["contained"]), (ring()[5:], [])):
        lookout = Lookout(place())
        for second in range(10):
            lookout.look(frame(second, inside, officers))
        assert kinds(lookout) == told
    lookout = Lookout(place())
    for second in range(10):
        lookout.look(frame(second, inside, ring()))
    assert lookout.alarms[0].value == 36 and lookout.standing(9.0)[0].kind == "contained"
    assert lookout.standing(40.0) == [], "nobody has looked since"


def test_going_back_in_time_takes_back_what_had_not_happened_yet() -> None:
    lookout = Lookout(place())
    lookout.alarms = [Alarm("crush", 5.0, (1.0, 1.0), "", 6.0), Alarm("crush", 50.0, (1.0, 1.0), "", 6.0)]
    lookout.look(frame(60.0, crowd_at(10, 28, 30, 1.0)))
    lookout.look(frame(20.0, crowd_at(10, 28, 30, 1.0)))
    assert [alarm.since for alarm in lookout.alarms] == [5.0]
