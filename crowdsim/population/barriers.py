"""Barriers: load, bracing, integrity and state of every gate, fence, door and bar of the map."""

from dataclasses import dataclass

import numpy as np

from crowdsim.kernels.loads import wear_barriers
from crowdsim.population.roles import BarrierState
from crowdsim.world.tilemap import TileMap

# Plain ints: an enum member costs a microsecond each time it meets an array.
_CLOSED, _DAMAGED = int(BarrierState.CLOSED), int(BarrierState.DAMAGED)
_BROKEN, _OPEN = int(BarrierState.BROKEN), int(BarrierState.OPEN)

_NONE = np.zeros(0, np.int64)

LOAD_TIME = 0.5
"""s: time constant of the load a barrier feels."""


@dataclass
class Barriers:
    """One row per barrier of `TileMap.gates`, in that order."""

    width: np.ndarray  # f8[b], m
    capacity: np.ndarray  # f8[b], N/m, borne for ever
    toughness: np.ndarray  # f8[b], N s/m beyond the capacity
    breakable: np.ndarray  # bool[b]
    normal: np.ndarray  # f8[b, 2], unit, across the barrier
    load: np.ndarray  # f8[b], N/m, EMA over LOAD_TIME
    brace: np.ndarray  # f8[b], N/m, added by bracing officers
    integrity: np.ndarray  # f8[b], 1 = whole
    state: np.ndarray  # i1[b], BarrierState
    peak: np.ndarray  # f8[b], N/m
    opened_at: np.ndarray  # f8[b], s, nan = never
    closing: np.ndarray  # bool[b], told to shut, waits until its tiles are clear
    gives: np.ndarray  # bool[b], gave way in this tick

    @property
    def passable(self) -> tuple[bool, ...]:
        """Whether one can walk through each."""
        return tuple(((self.state == _OPEN) | (self.state == _BROKEN)).tolist())


def barriers_of(tilemap: TileMap) -> Barriers:
    """The barriers as drawn, whole and without load."""
    gates = tilemap.gates
    count = len(gates)
    normal = np.zeros((count, 2))
    for k, gate in enumerate(gates):
        x0, y0, x1, y1 = gate.rect
        normal[k] = (0.0, 1.0) if x1 - x0 >= y1 - y0 else (1.0, 0.0)
    return Barriers(
        width=np.array([gate.width for gate in gates], float),
        capacity=np.array([gate.capacity for gate in gates], float),
        toughness=np.array([gate.toughness for gate in gates], float),
        breakable=np.array([gate.breakable for gate in gates], bool),
        normal=normal,
        load=np.zeros(count),
        brace=np.zeros(count),
        integrity=np.ones(count),
        state=np.array([BarrierState.OPEN if gate.open else BarrierState.CLOSED for gate in gates], np.int8),
        peak=np.zeros(count),
        opened_at=np.full(count, np.nan),
        closing=np.zeros(count, bool),
        gives=np.zeros(count, bool),
    )


def wear(barriers: Barriers, force: np.ndarray, dt: float) -> np.ndarray:
    """Load the barriers for one tick and return the indices of those that give way.

    q = EMA_0.5s(|net normal force| / width) ; dI/dt = -max(0, q - capacity - brace) / toughness ; I = 0: it gives way

    force : f8[b, 2], N   sum of what people press on each barrier
    """
    b = barriers
    gives = wear_barriers(
        force, b.normal, b.width, b.capacity, b.brace, b.toughness, b.breakable, dt, LOAD_TIME, _CLOSED, _DAMAGED,
        b.state, b.load, b.peak, b.integrity, b.gives,
    )  # fmt: skip
    return np.flatnonzero(b.gives) if gives else _NONE
