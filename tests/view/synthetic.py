"""A small map, a crowd and officers made by formulas: what the window is tested on, without a simulation.

`Crowd.frame` is a calm moment; `full` adds everything a frame may hold.
"""

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from crowdsim.behaviour.sop import Profile, load_profile, profile_path
from crowdsim.frame import Event, Frame, Opening, PartyView, Portrait, SourceStatus, Spray, UnitView
from crowdsim.params import Params
from crowdsim.population.roles import BarrierState, Injury, Mind, Mode, Role, Status
from crowdsim.session.commands import Command, SetParam
from crowdsim.view.source import Series
from crowdsim.world.tilemap import Exit, Gate, Surface, TileMap, Vehicle, Zone

GATE = (76.0, 73.5, 84.0, 74.5)  # m


def make_map() -> TileMap:
    """A compound with an office, a fence with a gate, a road in front: 160 x 120 m."""
    tile = 0.5
    surface = np.full((240, 320), Surface.CLOSED, np.int8)

    def fill(x0: float, y0: float, x1: float, y1: float, kind: Surface) -> None:
        surface[int(y0 / tile) : int(y1 / tile), int(x0 / tile) : int(x1 / tile)] = kind

    fill(30, 20, 130, 74, Surface.YARD)
    fill(30, 20, 55, 74, Surface.GRASS)
    fill(108, 20, 130, 74, Surface.GRASS)
    fill(55, 24, 105, 44, Surface.BUILDING)
    fill(72, 44, 88, 47, Surface.TERRACE)
    for x0, y0, x1, y1 in ((30, 20, 130, 20.5), (30, 20, 30.5, 74), (129.5, 20, 130, 74), (30, 73.5, 130, 74.5)):
        fill(x0, y0, x1, y1, Surface.WALL)
    fill(76, 73.5, 84, 74.5, Surface.YARD)
    fill(0, 74.5, 160, 79, Surface.PAVEMENT)
    fill(0, 79, 160, 88, Surface.ROAD)
    fill(0, 88, 160, 90, Surface.MEDIAN)
    fill(0, 90, 160, 99, Surface.ROAD)
    fill(0, 99, 160, 103, Surface.PAVEMENT)
    fill(0, 103, 160, 120, Surface.GRASS)
    fill(40, 106, 60, 118, Surface.BUILDING)
    fill(112, 50, 116, 56, Surface.OBSTACLE)
    solid = np.isin(surface, (Surface.CLOSED, Surface.WALL, Surface.BUILDING, Surface.OBSTACLE))
    return TileMap(
        path=Path("synthetic.tmx"),
        name={"id": "Kantor", "en": "Office"},
        tile_size=tile,
        surface=surface,
        solid=solid,
        cost=np.ones(surface.shape, np.float32),
        zones={
            "office": Zone("office", {"id": "Kantor KPU", "en": "KPU office"}, "building", ((55, 24, 105, 44),), True),
            "yard": Zone("yard", {"id": "Halaman", "en": "Yard"}, "area", ((57, 48, 105, 73),), True),
        },
        gates=(
            Gate("main", {"id": "Gerbang utama", "en": "Main gate"}, "gate", GATE, 8.0, 4000.0, 9000.0, False),
            Gate(
                "side",
                {"id": "Gerbang samping", "en": "Side gate"},
                "gate",
                (100.0, 73.5, 104.0, 74.5),
                4.0,
                3000.0,
                6000.0,
                False,
            ),
        ),
        posts={},
        spawns={},
        exits={
            "west": Exit("west", {"id": "Barat", "en": "West"}, (0.0, 79.0, 1.0, 99.0), 20.0, False),
            "east": Exit("east", {"id": "Timur", "en": "East"}, (159.0, 79.0, 160.0, 99.0), 20.0, False),
            "lane": Exit("lane", {"id": "Gang", "en": "Lane"}, (62.0, 119.0, 66.0, 120.0), 4.0, False),
            "police": Exit("police", {"id": "Polisi", "en": "Police"}, (100.0, 119.0, 104.0, 120.0), 4.0, True),
        },
        routes={},
        vehicles=(
            Vehicle("truck", {"id": "Truk", "en": "Truck"}, "truck", (60.0, 50.0, 67.0, 52.5), 0.0),
            Vehicle("aid", {"id": "Ambulans", "en": "Ambulance"}, "ambulance", (96.0, 50.0, 101.0, 52.2), np.pi),
        ),
        trees=((40.0, 40.0, 3.0), (46.0, 55.0, 2.4), (118.0, 35.0, 3.2), (122.0, 62.0, 2.6), (70.0, 112.0, 3.0)),
    )


@dataclass
class Crowd:
    """Starting places and roles, from which frames of any time follow."""

    people: int = 800
    seed: int = 1

    def __post_init__(self) -> None:
        rng = np.random.default_rng(self.seed)
        n = self.people
        self.role = np.full(n, Role.DEMONSTRATOR, np.int8)
        self.start = np.empty((n, 2), np.float32)
        officers = min(150, n // 4)
        k = 0

        def put(role: Role, points: np.ndarray) -> None:
            nonlocal k
            self.role[k : k + len(points)] = role
            self.start[k : k + len(points)] = points
            k += len(points)

        line = np.column_stack([np.linspace(66, 94, officers // 2), np.full(officers // 2, 72.0)])
        put(Role.SHIELD, line)
        rest = officers - len(line)
        grid = np.column_stack([70 + (np.arange(rest) % 12) * 0.9, 58 + (np.arange(rest) // 12) * 0.9])
        put(Role.OFFICER, grid)
        self.officers = k
        put(Role.MEDIC, np.array([[98.0 + i, 54.0] for i in range(4)]))
        put(Role.NEGOTIATOR, np.array([[78.0, 70.0], [81.0, 70.0]]))
        put(Role.CHAIR, np.array([[80.0, 50.0]]))
        put(Role.DELEGATE, np.array([[79.0, 76.5], [80.5, 76.5]]))
        put(Role.PRESS, np.array([[110.0, 76.0], [111.5, 76.4]]))
        put(Role.BYSTANDER, np.column_stack([rng.uniform(5, 155, 12), rng.uniform(100, 102, 12)]))
        left = n - k
        # Denser towards the gate: radii grow with the square root of the rank.
        radius = 1.0 + np.sqrt(np.arange(left) / 3.4 / np.pi * 2) * (0.8 + 0.4 * np.arange(left) / max(left, 1))
        angle = rng.uniform(0.02, np.pi - 0.02, left)
        spread = np.column_stack([80 + radius * np.cos(angle) * 1.3, 75.6 + radius * np.sin(angle) * 0.75])
        spread[:, 1] = np.minimum(spread[:, 1], 102)
        put(Role.DEMONSTRATOR, np.clip(spread, (1, 75), (159, 102)))
        self.role[rng.choice(np.arange(n - left, n), min(8, left), replace=False)] = Role.PROVOCATEUR
        self.phase = rng.uniform(0, 2 * np.pi, n).astype(np.float32)

    def frame(self, time: float, breached: bool = False) -> Frame:
        """Everybody at `time` s, swaying about their place."""
        n = self.people
        sway = np.column_stack([np.sin(time * 1.3 + self.phase), np.cos(time * 1.1 + self.phase)]) * 0.12
        facing = np.where(self.role == Role.SHIELD, np.pi / 2, -np.pi / 2) + 0.3 * np.sin(time + self.phase)
        shields = np.flatnonzero(self.role == Role.SHIELD)
        status = np.full(n, Status.ACTIVE, np.int8)
        status[-3:] = Status.FALLEN
        status[-5:-3] = Status.WAITING
        unit = np.full(n, -1, np.int32)
        half = len(shields)
        unit[shields[: half // 2]], unit[shields[half // 2 :]] = 0, 1
        unit[half : self.officers] = 2
        position = (self.start + sway).astype(np.float32)

        def seen(index: int, id: str, label: str, formation: str) -> UnitView:
            members = np.flatnonzero(unit == index)
            centre = position[members].mean(axis=0) if len(members) else np.zeros(2)
            return UnitView(
                id,
                label,
                "dalmas",
                "hold",
                formation,
                len(members),
                (float(centre[0]), float(centre[1])),
                np.pi / 2,
                0.9,
                800.0,
                index < 2,
            )

        opening = Opening("main", "breach", (80.0, 74.0), 2.3, max(time - 5, 0), 12)
        load = np.array([min(5200.0, 90 * time), 600.0], np.float32)
        return Frame(
            tick=round(time * 50),
            time=time,
            position=position,
            velocity=np.zeros((n, 2), np.float32),
            facing=facing.astype(np.float32),
            radius=np.full(n, 0.22, np.float32),
            role=self.role,
            status=status,
            mode=np.full(n, Mode.STAND, np.int8),
            unit=unit,
            squeeze=np.zeros(n, np.float32),
            links=np.column_stack([shields[:-1], shields[1:]]).astype(np.int32),
            barrier_state=np.array(
                [BarrierState.BROKEN if breached else BarrierState.DAMAGED, BarrierState.CLOSED], np.int8
            ),
            barrier_load=load,
            barrier_integrity=np.array([0.0 if breached else 0.64, 1.0], np.float32),
            barrier_capacity=np.array([4000.0, 3000.0], np.float32),
            units=(
                seen(0, "lanjut1", "LANJUT 1", "bersaf"),
                seen(1, "lanjut2", "LANJUT 2", "bersaf"),
                seen(2, "cadangan", "CADANGAN", "banjar"),
            ),
            openings=(opening,) if breached else (),
            phase="merah" if breached else "kuning",
            caption={"id": "Massa menembus gerbang utama", "en": "The crowd breaks through the main gate"}
            if breached
            else {"id": "Massa mendorong gerbang utama", "en": "The crowd pushes at the main gate"},
            readings={"present": float(n), "peak_density": 4.8, "pushing": 120.0},
        )


def full(frame: Frame) -> Frame:
    """The same moment with everything a frame may hold: minds, injuries, things thrown, water, gas, fire, parties."""
    n, t = len(frame.role), frame.time
    role, status, mode = frame.role.copy(), frame.status.copy(), frame.mode.copy()
    position, facing = frame.position.copy(), frame.facing.copy()
    crowd = np.flatnonzero(np.isin(role, (Role.DEMONSTRATOR, Role.PROVOCATEUR)) & (status == Status.ACTIVE))
    from_gate = np.hypot(position[crowd, 0] - 80, position[crowd, 1] - 75)
    order = crowd[np.argsort(from_gate, kind="stable")]
    mind = np.zeros(n, np.int8)
    k = len(order)
    mind[order[: k // 7]] = Mind.PUSHING
    mind[order[k // 7 : k // 2]] = np.where(np.arange(k // 2 - k // 7) % 3, Mind.CALM, Mind.CHANTING)
    mind[order[: k // 6 : max(k // 60, 1)]] = Mind.VIOLENT
    mind[order[-max(k // 12, 3) :]] = Mind.FLEEING
    mind[role == Role.PROVOCATEUR] = Mind.VIOLENT
    runs = np.flatnonzero(mind == Mind.FLEEING)
    facing[runs] = np.where(position[runs, 0] < 80, np.pi, 0.0)
    role[order[k // 3]] = Role.COORDINATOR
    injury = np.zeros(n, np.int8)
    fallen, carried, held, led = order[k // 8], order[k // 5], order[k // 9], order[k // 10]
    status[fallen], status[carried], status[held] = Status.FALLEN, Status.CARRIED, Status.DETAINED
    position[carried], position[held], position[led] = (97.0, 62.0), (63.0, 66.0), (62.0, 69.0)
    mode[led] = Mode.LED
    injury[[fallen, carried]] = Injury.SERIOUS, Injury.CRITICAL
    injury[order[k // 4]] = Injury.LIGHT
    shields = np.flatnonzero(role == Role.SHIELD)
    injury[shields[len(shields) // 3 :: 40]] = Injury.LIGHT
    chair = int(np.flatnonzero(role == Role.CHAIR)[0])
    mode[chair] = Mode.LED
    delegates = np.flatnonzero(role == Role.DELEGATE)
    mode[delegates] = Mode.LED
    rng = np.random.default_rng(5)
    start = np.floor(t) + rng.uniform(-1.2, 0.6, 14)
    flights = np.column_stack(
        [rng.uniform(68, 92, 14), rng.uniform(77, 84, 14), rng.uniform(68, 92, 14), rng.uniform(68, 72, 14), start]
    )
    flights = np.column_stack([flights, start + 1.6]).astype(np.float32)
    y, x = np.mgrid[0:60, 0:80] * 2.0 + 1.0
    gas = (9.0 * np.exp(-(((x - 104) / 9) ** 2) - ((y - 84) / 5) ** 2)).astype(np.float32)
    front = np.array(
        [[55, 44, 65, 44, 1.0], [65, 44, 72, 44, 0.7], [88, 44, 96, 44, 0.15], [96, 44, 105, 44, 0.5]], np.float32
    )
    readings = {
        "mind.calm": 0.48, "mind.chanting": 0.27, "mind.pushing": 0.14, "mind.violent": 0.03, "mind.fleeing": 0.08,
        "anger": 0.46, "fear": 0.21, "legitimacy": 0.58, "injured.demonstrator": 3.0, "injured.officer": 2.0,
        "injured.bystander": 0.0, "arrested": 1.0, "objects_per_min": 14.0, "water": 3150.0, "wind_x": 1.6,
        "wind_y": 0.5,
    }  # fmt: skip

    def party(kind: str, rows: tuple[int, ...], by: str, state: str) -> PartyView:
        return PartyView(kind, (float(position[rows[0], 0]), float(position[rows[0], 1])), rows, by, state)

    return replace(
        frame,
        role=role,
        status=status,
        mode=mode,
        position=position,
        facing=facing.astype(np.float32),
        squeeze=np.where(from_all(position) < 9, 1500.0 / (1.0 + from_all(position)), 0.0).astype(np.float32),
        mind=mind,
        injury=injury,
        flights=flights,
        sprays=(Spray("diffuse", (60.0, 70.0), (64.0, 88.0)), Spray("jet", (97.0, 70.0), (101.0, 94.0))),
        gas=gas,
        fires=((116.0, 82.0, 0.8), (47.0, 92.0, 0.3)),
        facade=front,
        parties=(
            party("casualty", (int(carried),), "cadangan", "on_the_way"),
            party("delegation", tuple(int(row) for row in delegates), "lanjut2", "talking"),
            party("hostage", (chair,), "", "held"),
            party("arrest", (int(held),), "lanjut1", "on_the_way"),
        ),
        due="merah",
        readings={**frame.readings, **readings},
    )


def from_all(position: np.ndarray) -> np.ndarray:
    """m from the middle of the gate."""
    return np.hypot(position[:, 0] - 80.0, position[:, 1] - 75.6)


EVENTS = [
    Event(0, 0.0, "phase", subject="hijau"),
    Event(2000, 40.0, "march"),
    Event(6000, 120.0, "phase", subject="kuning"),
    Event(6200, 124.0, "negotiation"),
    Event(8000, 160.0, "push", (80.0, 75.0)),
    Event(8500, 170.0, "throw", (80.0, 75.0)),
    Event(8700, 174.0, "throw", (80.0, 75.0)),
    Event(11000, 220.0, "breach", (80.0, 74.0), "main", 2.3),
    Event(11500, 230.0, "phase", subject="merah"),
]


def series(until: float = 252.0) -> Series:
    """A load that rises in waves against a steady capacity."""
    times = np.arange(0.0, until, 0.5)
    load = 5200 * (times / max(until, 1)) ** 1.5 * (0.8 + 0.2 * np.sin(times / 4))
    return {
        "gate.load": (times.tolist(), load.tolist()),
        "gate.capacity": (times.tolist(), [4000.0] * len(times)),
    }


@dataclass
class SyntheticSource:
    """A source as the window wants it, which remembers what it was sent."""

    people: int = 800
    breached: bool = False
    whole: bool = False  # with everything a frame may hold
    start: float = 252.0  # s
    duration: float = 600.0
    paused: bool = False
    speed: float = 1.0
    title: dict[str, str] = field(default_factory=lambda: {"id": "Gerbang KPU", "en": "The KPU gate"})
    params: Params = field(default_factory=Params)
    events: list[Event] = field(default_factory=lambda: list(EVENTS))
    series: Series = field(default_factory=series)
    sent: list[Command] = field(default_factory=list)
    state: SourceStatus = field(default_factory=SourceStatus)
    map: TileMap = field(default_factory=make_map)
    stepped: int = 0
    furthest: float = 0.0  # s
    run_file: Path | None = None
    sought: list[tuple[float, bool]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.crowd = Crowd(self.people)
        self.time = self.start
        self._pair = self._frames()

    def _frames(self) -> tuple[Frame, Frame]:
        base = int(self.time * 10) / 10
        pair = self.crowd.frame(base, self.breached), self.crowd.frame(base + 0.1, self.breached)
        return (full(pair[0]), full(pair[1])) if self.whole else pair

    def advance(self, seconds: float) -> tuple[Frame, Frame, float]:
        """The crowd sways on."""
        if not self.paused:
            self.time += seconds * self.speed
        if self._pair[0].time != int(self.time * 10) / 10:
            self._pair = self._frames()
        return (*self._pair, min(max((self.time - self._pair[0].time) / 0.1, 0.0), 1.0))

    def send(self, command: Command) -> None:
        """Remember it; a parameter is taken over at once."""
        self.sent.append(command)
        if isinstance(command, SetParam):
            self.params = self.params.with_value(command.name, command.value)

    def step(self, frames: int = 1) -> None:
        """So many frames on."""
        self.stepped += frames
        self.time += 0.1 * frames

    @property
    def known(self) -> float:
        """All there has been."""
        return max(self.time, self.furthest)

    def seek(self, time: float, hold: bool = False) -> None:
        """Go there, and remember how."""
        self.furthest = self.known
        self.time = time
        self.sought.append((time, hold))

    def status(self) -> SourceStatus:
        """As the test set it."""
        return self.state


@dataclass
class ObedientSource(SyntheticSource):
    """A source that takes orders; nobody moves for them."""

    profile: Profile = field(default_factory=lambda: load_profile(profile_path("model2025")))
    crowds: tuple[str, ...] = ("massa",)
    open_exits: tuple[str, ...] = ("west", "east", "lane")
    late_crowds: tuple[str, ...] = ("susulan",)
    asked: list[tuple[str, str | int]] = field(default_factory=list)
    portrait: Portrait | None = None

    def inspect(self, kind: str, which: str | int) -> Portrait | None:
        """As the test set it."""
        self.asked.append((kind, which))
        return self.portrait
