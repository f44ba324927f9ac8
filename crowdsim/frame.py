"""Frame: the read-only copy of one moment, the only thing that leaves the simulation. Event: something observed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from crowdsim.population.barriers import barriers_of
from crowdsim.world.tilemap import TileMap

EVENT_KINDS = (
    "march",
    "negotiation",
    "push",
    "throw",
    "breach",
    "clash",
    "line_leak",
    "line_breach",
    "line_collapse",
    "compound_breach",
    "hostage_taken",
    "hostage_freed",
    "answer",
    "arrival",
    "damage",
    "arrest",
    "hand_over",
    "pursuit",
    "injury",
    "aid",
    "fall",
    "warning",
    "tool",
    "phase",
    "manoeuvre",
    "order",
    "exit",
    "dispersal",
    "consolidation",
)
"""What can be observed. `breach`: a barrier gave way; the line events are defined in docs/model.md."""


@dataclass(frozen=True)
class Event:
    """Something observed in the run, such as a breach. `kind` is one of the names of docs/interface."""

    tick: int
    time: float  # s
    kind: str
    position: tuple[float, float] | None = None  # m
    subject: str = ""  # id of the barrier, unit, crowd or phase concerned
    value: float = 0.0  # a width [m], a count; what it is depends on the kind
    text: dict[str, str] = field(default_factory=dict)  # {"id", "en"}: a caption for the screen
    cause: str = ""  # what brought it about: "fall", "throw", "rejected" …
    rows: tuple[int, ...] = ()  # the people concerned


UNHEARD = "unheard"
"""The cause of the event of an order its unit did not hear."""


def unheard(events: Iterable[Event]) -> set[tuple[float, str]]:
    """The orders among what was observed that were not heard: when each was given, s, and to which unit."""
    return {(event.value, event.subject) for event in events if event.kind == "order" and event.cause == UNHEARD}


class UnitView(NamedTuple):
    """One unit as others see it."""

    id: str
    label: str  # as spoken: "LANJUT 1"
    kind: str
    order: str  # kind of its order: "form_up", "hold" …
    formation: str
    count: int  # type: ignore[assignment]  # a word of ours before one of tuples
    centre: tuple[float, float]  # m, mean of its active officers
    heading: float  # rad
    in_slot: float  # share of officers within 0.6 m of their slot
    line_load: float  # N/m on its front, EMA 0.5 s
    shielded: bool


@dataclass(frozen=True)
class Opening:
    """A breach that stands open now: where, how wide, since when, who passed."""

    subject: str  # barrier or unit id
    kind: str  # "breach" (a barrier gave way) or "line_breach"
    position: tuple[float, float]  # m
    width: float  # m
    since: float  # s
    passed: int


@dataclass(frozen=True)
class Spray:
    """A water cannon at work."""

    kind: str  # "diffuse" or "jet"
    nozzle: tuple[float, float]  # m
    target: tuple[float, float]  # m


class PartyView(NamedTuple):
    """Somebody who is taken somewhere, and by whom."""

    kind: str  # "delegation", "chair", "hostage", "arrest" or "casualty"
    position: tuple[float, float]  # m, of the person it is about
    rows: tuple[int, ...]  # the people it is about
    by: str  # id of the unit that leads them, "" = none
    state: str  # what goes on: "waiting", "talking", "held", "on_the_way", "arrived" …


@dataclass(frozen=True)
class Frame:
    """One moment. Arrays have one row per person of the whole session (capacity n) and are never written again."""

    tick: int
    time: float  # s
    position: np.ndarray  # f4[n, 2], m
    velocity: np.ndarray  # f4[n, 2], m/s
    facing: np.ndarray  # f4[n], rad, 0 = east, clockwise on the screen
    radius: np.ndarray  # f4[n], m
    role: np.ndarray  # i1[n], Role
    status: np.ndarray  # i1[n], Status
    mode: np.ndarray  # i1[n], Mode
    unit: np.ndarray  # i4[n], index into units, -1 = none
    squeeze: np.ndarray  # f4[n], N, contact force on the body, EMA 1 s
    links: np.ndarray  # i4[m, 2], rows of officers whose shields or rope join
    barrier_state: np.ndarray  # i1[b], BarrierState, in the order of TileMap.gates
    barrier_load: np.ndarray  # f4[b], N/m
    barrier_integrity: np.ndarray  # f4[b], 1 = whole, 0 = gave way
    barrier_capacity: np.ndarray  # f4[b], N/m, bracing included
    units: tuple[UnitView, ...]
    openings: tuple[Opening, ...]
    phase: str  # "hijau", "kuning" or "merah", as declared
    caption: dict[str, str]  # what is going on, {"id", "en"}
    readings: dict[str, float]  # named numbers of the moment: "present", "peak_density", "pushing", "line_load" …
    mind: np.ndarray | None = None  # i1[n], Mind; None = nobody has one
    injury: np.ndarray | None = None  # i1[n], Injury; None = nobody is hurt
    flights: np.ndarray = field(default_factory=lambda: np.zeros((0, 6), np.float32))
    """f4[k, 6]: things in the air: from x, y, to x, y [m], thrown at, landing at [s]."""
    sprays: tuple[Spray, ...] = ()
    gas: np.ndarray | None = None  # f4[rows, cols], mg/m3 on cells of 2 m; None = no gas anywhere
    fires: tuple[tuple[float, float, float], ...] = ()  # x, y [m], strength 0..1
    facade: np.ndarray = field(default_factory=lambda: np.zeros((0, 5), np.float32))
    """f4[c, 5]: stretches of the building's front: x0, y0, x1, y1 [m], health 0..1."""
    parties: tuple[PartyView, ...] = ()
    due: str = ""  # the phase the facts call for, "" = no doctrine says
    lines: np.ndarray = field(default_factory=lambda: np.zeros((0, 6), np.float32))
    """f4[k, 6]: stretches of lines: x0, y0, x1, y1 [m], push on it and what its officers bear [N/m]."""
    legitimacy: np.ndarray | None = None
    """f4[rows, cols], 0..1 on cells of 4 m: how rightful the police seem there, seen once a second."""


@dataclass(frozen=True)
class BranchView:
    """One of the futures that were tried from the same start."""

    id: str  # "A", "B" …
    name: str  # what a trainer calls it
    parent: str  # id of the branch it left, "" = the first
    parted: float  # s, when it left it
    end: float  # s, how far it was played
    current: bool  # whether it is the one shown
    differs: float | None = None  # s at which playing it again gave another state; that must never be


@dataclass(frozen=True)
class Comparison:
    """Which numbers of two futures differ, up to where both are known."""

    until: float  # s
    rows: tuple[tuple[str, float | None, float | None], ...]  # name, the one, the other; None = it did not happen


@dataclass(frozen=True)
class SourceStatus:
    """How whatever feeds the window is doing."""

    message: dict[str, str] | None = None  # {"id", "en"}: what it is busy with before it can move
    real_time_factor: float = 1.0  # simulated seconds per wall second, lately
    lagging: bool = False  # it cannot keep the speed asked for
    ended: bool = False


@dataclass(frozen=True)
class PersonPortrait:
    """What goes on in one person now; asked for, not kept."""

    row: int
    anger: float  # 0..1
    fear: float
    fatigue: float
    dose: float  # of squeeze, 1 = critical
    drive: float  # N, with which he pushes
    contact: float  # N, half of what presses on him now
    total: float  # N, the sum of all forces on him
    wish: float  # m/s, how fast he would go here
    goal: tuple[float, float] | None  # m, where his way leads
    slot: tuple[float, float] | None  # m
    away: float  # m from his slot
    hears: float  # s until he acts on his last order, 0 = he does
    leans_on: str  # barrier, "" = none
    led_by: str  # unit, "" = nobody


@dataclass(frozen=True)
class Told:
    """An order as it was given."""

    time: float  # s
    order: str  # its kind, or the name of a manoeuvre
    operator: str  # "" = the scenario
    heard: bool = True  # False: nobody answered it


@dataclass(frozen=True)
class UnitPortrait:
    """How one unit stands now; asked for, not kept."""

    id: str
    posture: str
    push: float  # N, all that its front holds
    slot_error: float  # m, root mean square
    gap: float  # m, the widest clear one between neighbours of its front; inf = there is no front
    weakest: tuple[float, float] | None  # m, where that gap is
    fatigue: float  # 0..1, mean
    hears: float  # s until its officers hear the last order
    told: tuple[Told, ...]  # the last ones, the newest first
    waiting: tuple[str, ...]  # kinds of the orders that wait for this one


@dataclass(frozen=True)
class BarrierPortrait:
    """How one barrier was loaded, and why it gave way, if it did; asked for, not kept."""

    id: str
    times: np.ndarray  # f8[k], s
    load: np.ndarray  # f8[k], N/m
    bears: np.ndarray  # f8[k], N/m
    leaning: int  # who pushes at it: now, or when it gave way
    bracing: int  # officers who stand at it, likewise
    broke: float | None = None  # s
    above_since: float | None = None  # s, when the load was first more than it bears, in the minute before
    above: float = 0.0  # s for which it was
    first: int = -1  # row of the first who came through
    first_after: float = 0.0  # s
    late_phase: str = ""  # a phase that was due and not declared then
    late: float = 0.0  # s for which it had been due
    next_order: Told | None = None  # the first order after it


Portrait = PersonPortrait | UnitPortrait | BarrierPortrait


def empty_frame(tilemap: TileMap, phase: str = "", caption: dict[str, str] | None = None) -> Frame:
    """The place alone: barriers as drawn, and nobody there."""
    barriers = barriers_of(tilemap)
    none, pairs = np.zeros(0, np.float32), np.zeros((0, 2), np.float32)
    small, index = np.zeros(0, np.int8), np.zeros(0, np.int32)
    return Frame(
        tick=0,
        time=0.0,
        position=pairs,
        velocity=pairs,
        facing=none,
        radius=none,
        role=small,
        status=small,
        mode=small,
        unit=index,
        squeeze=none,
        links=np.zeros((0, 2), np.int32),
        barrier_state=barriers.state,
        barrier_load=barriers.load.astype(np.float32),
        barrier_integrity=barriers.integrity.astype(np.float32),
        barrier_capacity=barriers.capacity.astype(np.float32),
        units=(),
        openings=(),
        phase=phase,
        caption=caption or {},
        readings={},
    )
