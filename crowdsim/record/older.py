"""Frames of older run files: version 2, and 1, which had no minds, injuries, means and parties."""

import json
import sqlite3
import zlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from crowdsim.frame import Frame, Opening, PartyView, Spray, UnitView
from crowdsim.record.seconds import Rows, cloud_of


def frames(db: sqlite3.Connection, version: int, people: Rows, start: float, end: float) -> Iterator[Frame]:
    """Frames between two times, s."""
    first = db.execute("SELECT MAX(tick) FROM frames WHERE key = 1 AND time < ?", (start - 1e-6,)).fetchone()[
        0
    ]  # one before: velocities come from two frames
    rows = db.execute("SELECT tick, key, time, people, rest FROM frames WHERE tick >= ? ORDER BY tick", (first or 0,))
    n = people.role.size
    last = np.zeros((n, 3), np.int64)
    before: tuple[float, np.ndarray] | None = None
    rest: dict[str, Any] = {}
    for tick, key, time, blob, told in rows:
        if time > end + 1e-6:
            return
        rest = json.loads(told) if key or version == 1 else {**rest, **json.loads(told)}
        data = zlib.decompress(blob)
        kind = np.dtype(np.int32 if key else np.int16)
        size = n * 3 * kind.itemsize
        change = np.frombuffer(data[:size], kind).reshape(n, 3).astype(np.int64)
        last = change if key else last + change
        status = np.frombuffer(data[size : size + n], np.int8)
        mode = np.frombuffer(data[size + n : size + 2 * n], np.int8)
        squeeze = np.frombuffer(data[size + 2 * n : size + 3 * n], np.uint8).astype(np.float32) * 20.0
        feelings = data[size + 3 * n :]
        mind = np.frombuffer(feelings[:n], np.int8) if feelings else None
        injury = np.frombuffer(feelings[n:], np.int8) if feelings else None
        position = (last[:, :2] / 1000.0).astype(np.float32)
        moved = (position - before[1]) / (time - before[0]) if before else np.zeros_like(position)
        velocity = moved.astype(np.float32)
        before = (time, position)
        if time >= start - 1e-6:
            frame = _frame(tick, time, position, velocity, last[:, 2], status, mode, squeeze, people, rest)
            yield replace(frame, mind=mind, injury=injury)


def _named(rest: dict[str, Any], kind: str) -> dict[str, Any]:
    """The values of one kind, such as all readings, by name."""
    return {name[len(kind) :]: value for name, value in rest.items() if name.startswith(kind)}


def _frame(
    tick: int,
    time: float,
    position: np.ndarray,
    velocity: np.ndarray,
    angle: np.ndarray,
    status: np.ndarray,
    mode: np.ndarray,
    squeeze: np.ndarray,
    people: Rows,
    rest: dict[str, Any],
) -> Frame:
    state, load, integrity, capacity = (np.array(values, np.float32) for values in rest["barriers"])
    return Frame(
        tick=tick,
        time=time,
        position=position,
        velocity=velocity,
        facing=(angle / 256.0 * 2 * np.pi).astype(np.float32),
        radius=people.radius,
        role=people.role,
        status=status,
        mode=mode,
        unit=people.unit,
        squeeze=squeeze,
        links=np.array(rest["links"], np.int32).reshape(-1, 2),
        barrier_state=state.astype(np.int8),
        barrier_load=load,
        barrier_integrity=integrity,
        barrier_capacity=capacity,
        units=tuple(_unit(values) for values in rest.get("units") or _named(rest, "unit:").values()),
        openings=tuple(Opening(o[0], o[1], tuple(o[2]), *o[3:]) for o in rest["openings"]),
        phase=rest["phase"],
        caption=rest["caption"],
        readings=rest.get("readings") or _named(rest, "reading:"),
        flights=np.array(rest.get("flights", []), np.float32).reshape(-1, 6),
        sprays=tuple(Spray(kind, tuple(a), tuple(b)) for kind, a, b in rest.get("sprays", [])),
        gas=cloud_of(rest.get("gas")),
        fires=tuple(tuple(fire) for fire in rest.get("fires", [])),
        facade=np.array(rest.get("facade", []), np.float32).reshape(-1, 5),
        parties=tuple(PartyView(p[0], tuple(p[1]), tuple(p[2]), p[3], p[4]) for p in rest.get("parties", [])),
        due=rest.get("due", ""),
    )


def _unit(values: list[Any]) -> UnitView:
    """A unit from its line in a frame."""
    name, label, kind, order, formation, count, centre, heading, in_slot, load, shielded = values
    return UnitView(name, label, kind, order, formation, count, tuple(centre), heading, in_slot, load, shielded)
