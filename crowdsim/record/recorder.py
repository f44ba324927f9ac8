"""Recorder: one run = one SQLite file with scenario, journal, hashes, events, series and frames. No pickle anywhere.

Every second of the run is one transaction, so a file is readable to the last second after a crash or a kill.
"""

import json
import sqlite3
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from crowdsim.frame import Event, Frame, Opening, PartyView, Spray, UnitView
from crowdsim.problems import InputError, Problem
from crowdsim.session.commands import Command, encode

APPLICATION_ID = 0x43524F57  # "CROW"
VERSION = 2  # 1 had no minds, injuries, means and parties; it is still read
_KEY_EVERY = 100  # frames between two that stand on their own

_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE journal (tick INTEGER NOT NULL, sequence INTEGER NOT NULL, command TEXT NOT NULL);
CREATE TABLE hashes (tick INTEGER PRIMARY KEY, hash TEXT NOT NULL);
CREATE TABLE events (tick INTEGER NOT NULL, time REAL NOT NULL, kind TEXT NOT NULL, x REAL, y REAL,
                     subject TEXT NOT NULL, value REAL NOT NULL, text TEXT NOT NULL, cause TEXT NOT NULL,
                     rows TEXT NOT NULL);
CREATE TABLE series (tick INTEGER NOT NULL, name TEXT NOT NULL, value REAL NOT NULL);
CREATE TABLE people (role BLOB NOT NULL, radius BLOB NOT NULL, unit BLOB NOT NULL);
CREATE TABLE frames (tick INTEGER PRIMARY KEY, key INTEGER NOT NULL, time REAL NOT NULL, people BLOB NOT NULL,
                     rest TEXT NOT NULL);
"""


class Recorder:
    """Writes a run file while the run goes on."""

    def __init__(self, path: Path, meta: dict[str, Any], before: tuple[Path, int] | None = None) -> None:
        """Creates the file; InputError when the place cannot be written.

        `before`: a run file and the tick up to which this run is the same; its frames are copied.
        """
        self.path = path
        try:
            if path.exists():
                path.unlink()
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            self._db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            self._db.execute(f"PRAGMA user_version = {VERSION}")
            # A kill loses nothing committed; only a power cut could, and then at most the run of that moment.
            self._db.execute("PRAGMA synchronous = OFF")
            self._db.execute("PRAGMA journal_mode = TRUNCATE")
            self._db.executescript(_TABLES)
            self._db.executemany("INSERT INTO meta VALUES (?, ?)", [(k, json.dumps(v)) for k, v in meta.items()])
            if before is not None:
                self._copy(*before)
        except (OSError, sqlite3.Error) as error:
            mend = "Choose another place with --out"
            raise InputError([Problem(str(path), "", f"cannot be written: {error}", mend)]) from None
        self._db.execute("BEGIN")
        self._last: np.ndarray | None = None
        self._rest: dict[str, Any] = {}
        self._count = self._db.execute("SELECT COUNT(*) FROM frames").fetchone()[0]
        self._told = {"journal": 0, "hashes": 0, "events": 0}
        self._second = -1
        self._read_at: int = self._db.execute("SELECT COALESCE(MAX(tick), -1) FROM series").fetchone()[0]

    def _copy(self, path: Path, tick: int) -> None:
        """Take over what another run holds up to a tick, but for its lists, which whoever records has too."""
        self._db.execute("ATTACH ? AS before", (str(path),))
        self._db.execute("BEGIN")
        self._db.execute("INSERT INTO people SELECT * FROM before.people")
        self._db.execute("INSERT INTO frames SELECT * FROM before.frames WHERE tick <= ? ORDER BY tick", (tick,))
        self._db.execute("INSERT INTO series SELECT * FROM before.series WHERE tick < ? ORDER BY rowid", (tick,))
        self._db.execute("COMMIT")
        self._db.execute("DETACH before")

    def write(
        self,
        frame: Frame,
        events: list[Event],
        journal: list[tuple[int, int, Command]],
        hashes: list[tuple[int, str]],
    ) -> None:
        """Keep a frame and whatever is new in the lists, which only grow."""
        db = self._db
        if self._count == 0:
            db.execute(
                "INSERT INTO people VALUES (?, ?, ?)",
                (frame.role.tobytes(), frame.radius.tobytes(), frame.unit.tobytes()),
            )
        db.executemany(
            "INSERT INTO journal VALUES (?, ?, ?)",
            [(tick, number, json.dumps(encode(command))) for tick, number, command in journal[self._told["journal"] :]],
        )
        db.executemany("INSERT INTO hashes VALUES (?, ?)", hashes[self._told["hashes"] :])
        db.executemany(
            "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    *(e.tick, e.time, e.kind, *(e.position or (None, None)), e.subject, e.value),
                    *(json.dumps(e.text), e.cause, json.dumps(e.rows)),
                )
                for e in events[self._told["events"] :]
            ],
        )
        self._told = {"journal": len(journal), "hashes": len(hashes), "events": len(events)}
        key = self._last is None or self._count % _KEY_EVERY == 0
        now = np.column_stack([pack_position(frame.position), pack_angle(frame.facing)])
        base = np.zeros_like(now) if key or self._last is None else self._last
        blob = zlib.compress(
            (now - base).astype(np.int32 if key else np.int16).tobytes()
            + frame.status.tobytes()
            + frame.mode.tobytes()
            + np.clip(frame.squeeze / 20.0, 0, 255).astype(np.uint8).tobytes()
            + _column(frame.mind, frame.status).tobytes()
            + _column(frame.injury, frame.status).tobytes(),
            1,
        )
        rest = _rest(frame)
        # Between two frames that stand on their own, only what has changed.
        told = rest if key else {name: value for name, value in rest.items() if value != self._rest.get(name)}
        text = json.dumps(told, separators=(",", ":"))
        self._last, self._rest = now, rest
        self._count += 1
        db.execute("INSERT INTO frames VALUES (?, ?, ?, ?, ?)", (frame.tick, key, frame.time, blob, text))
        if frame.tick:  # the first second is looked at once more, before the first tick
            a_second = round(frame.tick / frame.time)
            looked = (frame.tick - 1) // a_second * a_second
            if looked > self._read_at:
                rows = [(looked, name, value) for name, value in frame.readings.items()]
                db.executemany("INSERT INTO series VALUES (?, ?, ?)", rows)
                self._read_at = looked
        second = int(frame.time)
        if second != self._second:
            self._second = second
            self.settle()

    def settle(self) -> None:
        """Let others read all that was written."""
        self._db.execute("COMMIT")
        self._db.execute("BEGIN")

    def close(self, summary: dict[str, Any] | None = None, **meta: Any) -> None:
        """Finish the file; `summary` is the object of `run --json`, `meta` what shall stand at the head besides."""
        for name, value in {**meta, **({} if summary is None else {"summary": summary})}.items():
            self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, json.dumps(value)))
        self._db.execute("COMMIT")
        self._db.execute("PRAGMA journal_mode = DELETE")  # leaves no file beside the run
        self._db.close()


class Recording:
    """Reads a run file."""

    def __init__(self, path: Path) -> None:
        """InputError when it is not a run file of this program."""
        self.path = path
        if not path.is_file():
            mend = "Name a .crowdsim file; `run` prints the one it writes"
            raise InputError([Problem(str(path), "", "there is no such run file", mend)])
        try:
            # Not `ro`: what a killed run left half written must be taken back first. A protected file still opens.
            self._db = sqlite3.connect(f"file:{path.resolve().as_posix()}?mode=rw", uri=True, check_same_thread=False)
            found = self._db.execute("PRAGMA application_id").fetchone()[0]
            if found != APPLICATION_ID:
                raise sqlite3.DatabaseError("not a crowdsim run")
            self.version = int(self._db.execute("PRAGMA user_version").fetchone()[0])
            self.meta: dict[str, Any] = {
                k: json.loads(v) for k, v in self._db.execute("SELECT key, value FROM meta").fetchall()
            }
            people = self._db.execute("SELECT role, radius, unit FROM people").fetchone()
            self.ticks = [row[0] for row in self._db.execute("SELECT tick FROM frames ORDER BY tick")]
            self.times = [row[0] for row in self._db.execute("SELECT time FROM frames ORDER BY tick")]
        except sqlite3.Error as error:
            mend = "Name a file written by `run` or `live`"
            raise InputError([Problem(str(path), "", f"is not a crowdsim run: {error}", mend)]) from None
        if self.version > VERSION:
            mend = "Open it with the program that wrote it, or a newer one"
            message = f"is a run of format {self.version}; this program reads up to {VERSION}"
            raise InputError([Problem(str(path), "", message, mend)])
        if people is None or not self.ticks:
            raise InputError([Problem(str(path), "", "holds no frames", "The run ended before its first frame")])
        self.role = np.frombuffer(people[0], np.int8)
        self.radius = np.frombuffer(people[1], np.float32)
        self.unit = np.frombuffer(people[2], np.int32)

    @property
    def events(self) -> list[Event]:
        """Everything observed."""
        more = "cause, rows" if self.version > 1 else "'', '[]'"
        rows = self._db.execute(
            f"SELECT tick, time, kind, x, y, subject, value, text, {more} FROM events ORDER BY rowid"
        )
        return [
            Event(
                *(tick, time, kind, None if x is None else (x, y), subject, value),
                *(json.loads(text), cause, tuple(json.loads(people))),
            )
            for tick, time, kind, x, y, subject, value, text, cause, people in rows
        ]

    def series(self, name: str) -> tuple[list[float], list[float]]:
        """Times [s] and values of one recorded reading, one a second."""
        dt = float(self.meta["dt"])
        rows = self._db.execute("SELECT tick, value FROM series WHERE name = ? ORDER BY tick", (name,)).fetchall()
        return [tick * dt for tick, _ in rows], [value for _, value in rows]

    def all_series(self) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        """Times [s] and values of every recorded reading, f8[k] each."""
        dt = float(self.meta["dt"])
        columns: dict[str, list[tuple[float, float]]] = {}
        for name, tick, value in self._db.execute("SELECT name, tick, value FROM series ORDER BY rowid"):
            columns.setdefault(name, []).append((tick * dt, value))
        return {name: (np.array(rows)[:, 0], np.array(rows)[:, 1]) for name, rows in columns.items()}

    def journal(self) -> list[tuple[int, int, dict[str, Any]]]:
        """The commands as (tick, sequence, JSON value)."""
        rows = self._db.execute("SELECT tick, sequence, command FROM journal ORDER BY tick, sequence")
        return [(tick, sequence, json.loads(command)) for tick, sequence, command in rows]

    def hashes(self) -> list[tuple[int, str]]:
        """State hashes as (tick, hash)."""
        return [tuple(row) for row in self._db.execute("SELECT tick, hash FROM hashes ORDER BY tick")]

    def frames(self, start: float = 0.0, end: float = float("inf")) -> Iterator[Frame]:
        """Frames between two times, s; positions are rounded to a millimetre, the squeeze to 20 N."""
        first = self._db.execute("SELECT MAX(tick) FROM frames WHERE key = 1 AND time < ?", (start - 1e-6,)).fetchone()[
            0
        ]  # one before: velocities come from two frames
        rows = self._db.execute(
            "SELECT tick, key, time, people, rest FROM frames WHERE tick >= ? ORDER BY tick", (first or 0,)
        )
        n = self.role.size
        last = np.zeros((n, 3), np.int64)
        before: tuple[float, np.ndarray] | None = None
        rest: dict[str, Any] = {}
        for tick, key, time, blob, told in rows:
            if time > end + 1e-6:
                return
            rest = json.loads(told) if key or self.version == 1 else {**rest, **json.loads(told)}
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
                frame = _frame(tick, time, position, velocity, last[:, 2], status, mode, squeeze, self, rest)
                yield replace(frame, mind=mind, injury=injury)

    def frame_at(self, time: float) -> Frame:
        """The frame nearest before a time, s."""
        chosen = max((t for t in self.times if t <= time + 1e-6), default=self.times[0])
        return next(iter(self.frames(chosen, chosen)))


def pack_position(position: np.ndarray) -> np.ndarray:
    """Positions in whole millimetres, i8[n, 2]."""
    return np.rint(position.astype(np.float64) * 1000.0).astype(np.int64)


def pack_angle(angle: np.ndarray) -> np.ndarray:
    """Angles in steps of 1/256 turn, i8[n]."""
    return np.rint(angle / (2 * np.pi) * 256.0).astype(np.int64) % 256


def _column(values: np.ndarray | None, like: np.ndarray) -> np.ndarray:
    """The column, or zeros where the frame has none."""
    return np.zeros_like(like) if values is None else values


def _cloud(gas: np.ndarray | None) -> list[Any] | None:
    """A gas field as rows, cols and the cells that hold any, mg/m3."""
    if gas is None:
        return None
    cells = np.flatnonzero(gas > 0.05)
    return [*gas.shape, cells.tolist(), np.round(gas.ravel()[cells], 2).tolist()]


def _from_cloud(cloud: list[Any] | None) -> np.ndarray | None:
    """The gas field again."""
    if cloud is None:
        return None
    rows, cols, cells, values = cloud
    gas = np.zeros(rows * cols, np.float32)
    gas[cells] = values
    return gas.reshape(rows, cols)


def _rest(frame: Frame) -> dict[str, Any]:
    """What is not a column of people, as JSON values under short names, one for each unit and reading."""
    rest: dict[str, Any] = {
        "links": frame.links.tolist(),
        "barriers": [
            frame.barrier_state.tolist(),
            np.round(frame.barrier_load, 1).tolist(),
            np.round(frame.barrier_integrity, 4).tolist(),
            np.round(frame.barrier_capacity, 1).tolist(),
        ],
        "openings": [
            [o.subject, o.kind, [round(c, 2) for c in o.position], round(o.width, 2), o.since, o.passed]
            for o in frame.openings
        ],
        "phase": frame.phase,
        "caption": frame.caption,
        "due": frame.due,
        "flights": np.round(frame.flights, 2).tolist(),
        "sprays": [[s.kind, list(s.nozzle), list(s.target)] for s in frame.sprays],
        "gas": _cloud(frame.gas),
        "fires": [[round(v, 2) for v in fire] for fire in frame.fires],
        "facade": np.round(frame.facade, 2).tolist(),
        "parties": [
            [p.kind, [round(float(c), 2) for c in p.position], [int(row) for row in p.rows], p.by, p.state]
            for p in frame.parties
        ],
    }
    for u in frame.units:
        x, y = u.centre
        rest["unit:" + u.id] = [
            *(u.id, u.label, u.kind, u.order, u.formation, u.count, [round(x, 1), round(y, 1)], round(u.heading, 3)),
            *(round(u.in_slot, 2), round(u.line_load, -1), u.shielded),
        ]
    for name, value in frame.readings.items():
        rest["reading:" + name] = round(value, 3)
    return rest


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
    recording: Recording,
    rest: dict[str, Any],
) -> Frame:
    state, load, integrity, capacity = (np.array(values, np.float32) for values in rest["barriers"])
    return Frame(
        tick=tick,
        time=time,
        position=position,
        velocity=velocity,
        facing=(angle / 256.0 * 2 * np.pi).astype(np.float32),
        radius=recording.radius,
        role=recording.role,
        status=status,
        mode=mode,
        unit=recording.unit,
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
        gas=_from_cloud(rest.get("gas")),
        fires=tuple(tuple(fire) for fire in rest.get("fires", [])),
        facade=np.array(rest.get("facade", []), np.float32).reshape(-1, 5),
        parties=tuple(PartyView(p[0], tuple(p[1]), tuple(p[2]), p[3], p[4]) for p in rest.get("parties", [])),
        due=rest.get("due", ""),
    )


def _unit(values: list[Any]) -> UnitView:
    """A unit from its line in a frame."""
    name, label, kind, order, formation, count, centre, heading, in_slot, load, shielded = values
    return UnitView(name, label, kind, order, formation, count, tuple(centre), heading, in_slot, load, shielded)
