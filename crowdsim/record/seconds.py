"""How the frames of one second lie in a run file: what every person has as packed numbers, the rest as JSON.

A second stands on its own, so that a film can begin anywhere. Within it only what changes is kept: people move a few
centimetres between two frames and few of them change what they do, so that what is left packs well.
"""

import base64
import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter, itemgetter
from typing import Any

import numpy as np

from crowdsim.frame import Frame, Opening, PartyView, Spray, UnitView

SQUEEZE_STEP = 20.0  # N
_MOST_MM = 32_767  # what two bytes hold
_GAS_LEAST = 0.05  # mg/m3

_WORDS = ("id", "label", "kind", "order", "formation", "count", "shielded")
_unit_words = itemgetter(*map(UnitView._fields.index, _WORDS))
_unit_numbers = itemgetter(*map(UnitView._fields.index, ("heading", "in_slot", "line_load")))

Texts = dict[str, tuple[Any, str]]
"""What was told last, by name: the value, and how it is written."""


@dataclass(frozen=True)
class Rows:
    """What stays as it is for the whole run, a row per person."""

    role: np.ndarray  # i1[n]
    radius: np.ndarray  # f4[n], m
    unit: np.ndarray  # i4[n]


def pack_position(position: np.ndarray) -> np.ndarray:
    """Positions in whole millimetres, i4[…, 2]."""
    return np.rint(position * np.float64(1000.0)).astype(np.int32)


def pack_angle(angle: np.ndarray) -> np.ndarray:
    """Angles in steps of 1/256 turn, u1[…]."""
    return np.rint(angle * np.float32(128.0 / np.pi)).astype(np.int32).astype(np.uint8)


def pack(frames: Sequence[Frame], texts: Texts | None = None) -> tuple[bytes, str]:
    """The frames of a second: the packed numbers of people, units and barriers, and the rest as JSON.

    texts : kept from one second to the next and written to, so that what stays as it is is put into words once
    """
    texts = {} if texts is None else texts
    count, n = len(frames), frames[0].status.size
    place = pack_position(np.concatenate([frame.position for frame in frames])).reshape(count, n, 2)
    moves = np.diff(place, axis=0)
    wide = bool(len(moves)) and max(-int(moves.min()), int(moves.max())) > _MOST_MM  # somebody was set down elsewhere
    small = np.empty((count, 6, n), np.uint8)
    small[:, 0] = pack_angle(np.concatenate([frame.facing for frame in frames])).reshape(count, n)
    squeeze = np.concatenate([frame.squeeze for frame in frames]) * np.float32(1.0 / SQUEEZE_STEP)
    small[:, 1] = np.minimum(squeeze, np.float32(255.0)).astype(np.uint8).reshape(count, n)
    none = np.zeros(n, np.int8)
    columns = [(f.status, f.mode, _or(f.mind, none), _or(f.injury, none)) for f in frames]
    small[:, 2:] = np.concatenate(list(chain.from_iterable(columns))).view(np.uint8).reshape(count, 4, n)
    small[1:] -= small[:-1].copy()  # modulo 256
    units = [unit for frame in frames for unit in frame.units]
    centres = np.fromiter(chain.from_iterable([unit.centre for unit in units]), "<f4", 2 * len(units))
    numbers = np.fromiter(chain.from_iterable(map(_unit_numbers, units)), "<f4", 3 * len(units))
    barriers = np.concatenate(
        [(f.barrier_state, f.barrier_load, f.barrier_integrity, f.barrier_capacity) for f in frames], dtype="<f4"
    )
    parts = [_planes(place[0]), _planes(moves if wide else moves.astype("<i2")), small.tobytes()]
    parts += [centres.round(2).tobytes(), numbers.round(3).tobytes(), barriers.round(4).tobytes()]
    told = ",".join([_told(frame, texts, whole=frame is frames[0]) for frame in frames])
    return zlib.compress(b"".join(parts), 1), f'{{"wide":{_json(wide)},"told":[{told}]}}'


def _told(frame: Frame, texts: Texts, whole: bool) -> str:
    """What of a frame is no column, as a JSON object: what differs from `texts`, or all of it."""
    new = []
    words = list(map(_unit_words, frame.units))
    for name, value, write in zip(_NAMES, (*_values(frame), words), _WRITES, strict=True):
        before, text = texts.get(name, _NOTHING)
        if value is not before and not _same(value, before):
            text = f'"{name}":{_json(write(value))}'
            texts[name] = (value, text)
        elif not whole:
            continue
        new.append(text)
    return "{" + ",".join(new) + "}"


def unpack(
    ticks: Sequence[int],
    blob: bytes,
    text: str,
    rows: Rows,
    dt: float,
    readings: Callable[[int], Mapping[str, float]],
    before: Frame | None,
) -> list[Frame]:
    """The frames of a second again; velocities follow from positions, those of the first from the frame `before`.

    dt : s ; readings : what was read last before a tick
    """
    rest = json.loads(text)
    told = rest["told"]
    data, n, count = zlib.decompress(blob), rows.role.size, len(ticks)
    at = 0

    def take(kind: str, *shape: int) -> np.ndarray:
        nonlocal at
        size = int(np.prod(shape)) * np.dtype(kind).itemsize
        part, at = data[at : at + size], at + size
        return np.frombuffer(part, kind).reshape(shape)

    def take_planes(kind: str, *shape: int) -> np.ndarray:
        width = np.dtype(kind).itemsize
        planes = take("u1", width, int(np.prod(shape)))
        return np.ascontiguousarray(planes.T).view(kind).reshape(shape)

    first = take_planes("<i4", n, 2)
    moves = take_planes("<i4" if rest["wide"] else "<i2", count - 1, n, 2)
    place = first + np.concatenate([np.zeros((1, n, 2), np.int64), np.cumsum(moves, axis=0, dtype=np.int64)])
    position = (place / 1000.0).astype(np.float32)
    small = np.cumsum(take("u1", count, 6, n), axis=0, dtype=np.uint8)
    facing = small[:, 0] * np.float32(np.pi / 128.0)
    squeeze = small[:, 1] * np.float32(SQUEEZE_STEP)
    status, mode, mind, injury = (small[:, k].view(np.int8) for k in range(2, 6))
    words: list[list[Any]] = told[0]["units"]
    centres = take("<f4", count, len(words), 2)
    units = take("<f4", count, len(words), 3)
    barriers = take("<f4", count, 4, (len(data) - at) // (16 * count))
    frames: list[Frame] = []
    now: dict[str, Any] = {}
    for k, tick in enumerate(ticks):
        now |= {name: _PARTS[name][1](value) for name, value in told[k].items() if name in _PARTS}
        words = told[k].get("units", words)
        velocity = np.zeros((n, 2), np.float32)
        if before is not None and tick > before.tick:
            velocity = (position[k] - before.position) / np.float32((tick - before.tick) * dt)
        state, load, integrity, capacity = barriers[k]
        before = Frame(
            tick=tick,
            time=tick * dt,
            position=position[k],
            velocity=velocity,
            facing=facing[k],
            radius=rows.radius,
            role=rows.role,
            status=status[k],
            mode=mode[k],
            unit=rows.unit,
            squeeze=squeeze[k],
            barrier_state=state.astype(np.int8),
            barrier_load=load,
            barrier_integrity=integrity,
            barrier_capacity=capacity,
            units=tuple(map(_unit, words, centres[k].tolist(), units[k].tolist())),
            readings=dict(readings(tick)),
            mind=mind[k],
            injury=injury[k],
            **now,
        )
        frames.append(before)
    return frames


def _unit(words: list[Any], centre: list[float], numbers: list[float]) -> UnitView:
    name, label, kind, order, formation, count, shielded = words
    heading, in_slot, load = numbers
    return UnitView(
        name, label, kind, order, formation, count, (centre[0], centre[1]), heading, in_slot, load, shielded
    )


def _or(column: np.ndarray | None, none: np.ndarray) -> np.ndarray:
    return none if column is None else column


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return one.shape == other.shape and one.dtype == other.dtype and one.tobytes() == other.tobytes()
    return bool(type(one) is type(other) and one == other)


def _planes(values: np.ndarray) -> bytes:
    """The first byte of every number, then the second of every one …: the higher ones hardly differ, and pack well."""
    flat = np.ascontiguousarray(values).reshape(-1)
    return np.ascontiguousarray(flat.view(np.uint8).reshape(flat.size, values.itemsize).T).tobytes()


_json = json.JSONEncoder(separators=(",", ":")).encode


# --- what is no column -----------------------------------------------------------------------------------------------


def _rounded(values: Any, digits: int = 2) -> list[float]:
    return [round(value, digits) for value in values]


def _short(values: np.ndarray) -> list[Any]:
    """Numbers to two places; in single precision they would not be short as text."""
    told: list[Any] = values.astype(float).round(2).tolist()
    return told


def _cloud(gas: np.ndarray | None) -> list[Any] | None:
    """A gas field as rows, cols and the cells that hold any, mg/m3."""
    if gas is None:
        return None
    cells = np.flatnonzero(gas > _GAS_LEAST)
    return [*gas.shape, cells.tolist(), _short(gas.ravel()[cells])]


def cloud_of(cloud: list[Any] | None) -> np.ndarray | None:
    """The gas field a list of its cells stands for."""
    if cloud is None:
        return None
    rows, cols, cells, values = cloud
    gas = np.zeros(rows * cols, np.float32)
    gas[cells] = values
    return gas.reshape(rows, cols)


_LINE_STEPS = np.array([10.0, 10.0, 10.0, 10.0, 0.1, 0.1])  # in 1 m and in 1 N/m


def _lines(lines: np.ndarray) -> list[list[float]]:
    """Stretches of lines with their ends to 0.1 m and their loads to 10 N/m."""
    rows: list[list[float]] = (np.rint(lines * _LINE_STEPS) / _LINE_STEPS).tolist()
    return rows


def _percents(field: np.ndarray | None) -> list[Any] | None:
    """A field of shares as rows, cols and its cells in steps of two percent, packed."""
    if field is None:
        return None
    steps = np.rint(np.clip(field, 0.0, 1.0) * 50.0).astype(np.uint8)
    return [*field.shape, base64.b64encode(zlib.compress(steps.tobytes(), 1)).decode()]


def _from_percents(packed: list[Any] | None) -> np.ndarray | None:
    """The field again."""
    if packed is None:
        return None
    rows, cols, text = packed
    steps = np.frombuffer(zlib.decompress(base64.b64decode(text)), np.uint8)
    return steps.reshape(rows, cols).astype(np.float32) / np.float32(50.0)


def _plain(value: Any) -> Any:
    return value


def _tuples(values: list[list[float]]) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(value) for value in values)


_PARTS: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "links": (np.ndarray.tolist, lambda v: np.array(v, np.int32).reshape(-1, 2)),
    "openings": (
        lambda v: [[o.subject, o.kind, _rounded(o.position), round(o.width, 2), o.since, o.passed] for o in v],
        lambda v: tuple(Opening(o[0], o[1], tuple(o[2]), *o[3:]) for o in v),
    ),
    "phase": (_plain, _plain),
    "caption": (_plain, _plain),
    "due": (_plain, _plain),
    "flights": (_short, lambda v: np.array(v, np.float32).reshape(-1, 6)),
    "sprays": (
        lambda v: [[s.kind, _rounded(s.nozzle), _rounded(s.target)] for s in v],
        lambda v: tuple(Spray(kind, tuple(a), tuple(b)) for kind, a, b in v),
    ),
    "gas": (_cloud, cloud_of),
    "fires": (lambda v: [_rounded(fire) for fire in v], _tuples),
    "facade": (_short, lambda v: np.array(v, np.float32).reshape(-1, 5)),
    "parties": (
        lambda v: [[p.kind, _rounded(p.position), p.rows, p.by, p.state] for p in v],
        lambda v: tuple(PartyView(p[0], tuple(p[1]), tuple(p[2]), p[3], p[4]) for p in v),
    ),
    "lines": (_lines, lambda v: np.array(v, np.float32).reshape(-1, 6)),
    "legitimacy": (_percents, _from_percents),
}
"""Parts of a frame that are told when they change: to JSON, and back."""

_NAMES, _WRITES = (*_PARTS, "units"), (*(write for write, _ in _PARTS.values()), _plain)
_values = attrgetter(*_PARTS)
_NOTHING = (object(), "")
