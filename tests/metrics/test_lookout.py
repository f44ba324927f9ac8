"""Early warnings come before the event, at the right place, and not without a cause."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from scenes import gate, tilemap

from crowdsim.frame import Frame, UnitView
from crowdsim.metrics.lookout import Alarm, Lookout
from crowdsim.population.roles import BarrierState, Mode, Role, Status
from crowdsim.world.tilemap import TileMap

GATE = (28.0, 20.0, 32.0, 20.5)


def place() -> TileMap:
    """60 x 40 m, a wall at y = 20 m with a gate in its middle, a way out at each side of the southern half."""
    ways = {"west": (0.0, 25.0, 1.0, 35.0), "east": (59.0, 25.0, 60.0, 35.0)}
    return tilemap(60.0, 40.0, walls=[(0.0, 20.0, 60.0, 20.5)], gates=[gate("main", GATE)], exits=ways)


def frame(time: float, crowd: np.ndarray, officers: np.ndarray | None = None, **changes: object) -> Frame:
    """Demonstrators and officers at these places (m), nobody pressed, the gate shut."""
    officers = np.zeros((0, 2)) if officers is None else officers
    position = np.vstack([crowd, officers]).astype(np.float32)
    n = len(position)
    role = np.where(np.arange(n) < len(crowd), Role.DEMONSTRATOR, Role.SHIELD).astype(np.int8)
    still = Frame(
        tick=round(time * 50), time=time, position=position, velocity=np.zeros((n, 2), np.float32),
        facing=np.zeros(n, np.float32), radius=np.full(n, 0.22, np.float32), role=role,
        status=np.full(n, Status.ACTIVE, np.int8), mode=np.full(n, Mode.STAND, np.int8),
        unit=np.full(n, -1, np.int32), squeeze=np.zeros(n, np.float32), links=np.zeros((0, 2), np.int32),
        barrier_state=np.array([BarrierState.CLOSED], np.int8), barrier_load=np.zeros(1, np.float32),
        barrier_integrity=np.ones(1, np.float32), barrier_capacity=np.full(1, 500.0, np.float32),
        units=(), openings=(), phase="kuning", caption={}, readings={},
    )  # fmt: skip
    return replace(still, **changes)  # type: ignore[arg-type]


def watched(frames: Iterable[Frame]) -> list[Alarm]:
    lookout = Lookout(place())
    for each in frames:
        lookout.look(each)
    return lookout.alarms


def block(x0: float, y0: float, columns: int, rows: int, apart: float) -> np.ndarray:
    x, y = np.meshgrid(x0 + apart * np.arange(columns), y0 + apart * np.arange(rows))
    return np.column_stack([x.ravel(), y.ravel()])


def test_a_crowd_that_thickens_before_the_gate_is_warned_of_there_and_a_dense_one_that_stays_is_not() -> None:
    grows = [frame(float(t), block(28.0, 21.0, 8, 1 + t, 0.45)) for t in range(8)]
    (alarm,) = watched(grows)
    assert (alarm.kind, alarm.subject, alarm.position) == ("density", "main", (30.0, 20.25))
    assert alarm.value >= 2.5 and alarm.since < 8.0
    assert watched(frame(float(t), block(28.0, 21.0, 8, 7, 0.45)) for t in range(15)) == []
    opened = np.array([BarrierState.OPEN], np.int8)
    assert watched(replace(each, barrier_state=opened) for each in grows) == [], "people walk through an open gate"


def line(push: float) -> np.ndarray:
    """A line of sixteen metres along y = 30 m in two stretches, the eastern one pushed with `push` of what it bears."""
    return np.array([[20, 30, 28, 30, 0, 800], [28, 30, 36, 30, 800 * push, 800]], np.float32)


def test_a_line_is_warned_of_while_its_load_rises_past_four_fifths_and_somebody_pushes() -> None:
    pushing, away = block(28.0, 30.6, 12, 2, 0.6), block(28.0, 36.0, 12, 2, 0.6)
    unit = UnitView("a", "LANJUT 1", "dalmas", "hold", "bersaf", 20, (32.0, 30.0), 0.0, 1.0, 700.0, True)
    officers = block(20.0, 30.0, 20, 1, 0.8)

    def told(crowd: np.ndarray, loads: list[float]) -> list[Alarm]:
        return watched(
            frame(float(t), crowd, officers, lines=line(load), units=(unit,)) for t, load in enumerate(loads)
        )

    rising = [0.3, 0.4, 0.5, 0.6, 0.7, 0.78, 0.86, 0.9, 0.95]
    (alarm,) = told(pushing, rising)
    assert (alarm.kind, alarm.since, alarm.subject, alarm.position) == ("line", 6.0, "a", (32.0, 30.0))
    assert told(pushing, [0.9] * 9) == [], "it bears that for long"
    assert told(away, rising) == [], "officers who lean on each other are in no danger"


def test_a_press_is_warned_of_where_it_is() -> None:
    crowd = block(10.0, 30.0, 6, 6, 0.4)
    squeeze = np.full(len(crowd), 900.0, np.float32)
    (alarm,) = watched([frame(0.0, crowd, squeeze=squeeze)])
    assert alarm.kind == "crush" and np.hypot(alarm.position[0] - 11, alarm.position[1] - 31) < 1.5
    assert watched([frame(0.0, crowd, squeeze=squeeze * 0.5)]) == []


def test_one_place_has_one_warning_the_gravest() -> None:
    """The crowd that thickens at the gate is pressed there as well."""
    lookout = Lookout(place())
    for t in range(8):
        crowd = block(28.0, 21.0, 8, 1 + t, 0.45)
        lookout.look(frame(float(t), crowd, squeeze=np.full(len(crowd), 900.0, np.float32)))
    assert {alarm.kind for alarm in lookout.alarms} == {"density", "crush"}
    assert [alarm.kind for alarm in lookout.standing(7.0)] == ["crush"]


def test_a_line_across_one_of_two_ways_out_is_warned_of_after_a_while() -> None:
    crowd = block(20.0, 24.0, 10, 6, 1.0)
    shut = np.column_stack([np.full(16, 2.0), np.linspace(25, 35, 16)])
    (alarm,) = watched(frame(float(t), crowd, shut) for t in range(15))
    assert (alarm.kind, alarm.subject, alarm.value) == ("exit", "west", 1.0)
    assert alarm.since >= 10.0
    assert watched(frame(float(t), crowd) for t in range(15)) == []


def test_people_whom_lines_and_walls_enclose_are_warned_of() -> None:
    crowd = block(26.0, 23.0, 8, 4, 1.0)
    sides = [np.column_stack([np.full(24, x), np.linspace(20.5, 30, 24)]) for x in (24.0, 36.0)]
    ring = np.vstack([*sides, np.column_stack([np.linspace(24, 36, 26), np.full(26, 30.0)])])
    alarms = watched(frame(float(t), crowd, ring) for t in range(10))
    assert [alarm.kind for alarm in alarms] == ["contained"]
    assert alarms[0].value == len(crowd) and 24 < alarms[0].position[0] < 36
    gap = ring[~((ring[:, 1] == 30.0) & (np.abs(ring[:, 0] - 30.0) < 2.0))]
    assert watched(frame(float(t), crowd, gap) for t in range(10)) == [], "a way out of four metres"


def test_going_back_forgets_what_had_not_happened_yet() -> None:
    crowd = block(10.0, 30.0, 6, 6, 0.4)
    calm, pressed = np.zeros(len(crowd), np.float32), np.full(len(crowd), 900.0, np.float32)
    lookout = Lookout(place())
    lookout.look(frame(1.0, crowd, squeeze=calm))
    lookout.look(frame(2.0, crowd, squeeze=pressed))
    assert lookout.standing(2.5) and len(lookout.alarms) == 1
    lookout.look(frame(1.0, crowd, squeeze=calm))
    assert lookout.alarms == [] and lookout.standing(1.0) == []
