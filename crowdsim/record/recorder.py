"""Recorder: one run = one SQLite file with scenario, journal, hashes, events, readings and frames. No pickle anywhere.

A killed run loses at most a second: what is written is committed twice a second of wall time, or with every second of
the run where that takes longer.
"""

import json
import math
import sqlite3
import time as wall
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from crowdsim.frame import Event, Frame
from crowdsim.places import shipped
from crowdsim.problems import InputError, Problem, reason, said
from crowdsim.record import older
from crowdsim.record.seconds import Rows, Texts, pack, unpack
from crowdsim.session.commands import Command, encode

APPLICATION_ID = 0x43524F57  # "CROW"
VERSION = 3  # 1 had no minds, injuries, means and parties; 2 kept every frame by itself; both are still read
_COMMIT = 0.5  # s of wall time

_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE journal (tick INTEGER NOT NULL, sequence INTEGER NOT NULL, command TEXT NOT NULL);
CREATE TABLE hashes (tick INTEGER PRIMARY KEY, hash TEXT NOT NULL);
CREATE TABLE events (tick INTEGER NOT NULL, time REAL NOT NULL, kind TEXT NOT NULL, x REAL, y REAL,
                     subject TEXT NOT NULL, value REAL NOT NULL, text TEXT NOT NULL, cause TEXT NOT NULL,
                     rows TEXT NOT NULL);
CREATE TABLE readings (tick INTEGER PRIMARY KEY, read TEXT NOT NULL);
CREATE VIEW series AS SELECT tick, key AS name, value FROM readings, json_each(readings.read);
CREATE TABLE people (role BLOB NOT NULL, radius BLOB NOT NULL, unit BLOB NOT NULL);
CREATE TABLE seconds (tick INTEGER PRIMARY KEY, ticks TEXT NOT NULL, people BLOB NOT NULL, rest TEXT NOT NULL);
"""


class Recorder:
    """Writes a run file while the run goes on."""

    def __init__(self, path: Path, meta: dict[str, Any], before: tuple[Path, int] | None = None) -> None:
        """Creates the file; InputError when the place cannot be written. `meta` names at least `dt`, s.

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
        except (OSError, sqlite3.Error) as error:
            raise _not_written(path, error) from None
        self._texts: Texts = {}
        self._second = round(1.0 / float(meta["dt"]))  # ticks
        self._frames: list[Frame] = []  # of this second
        self._told = {"journal": 0, "hashes": 0, "events": 0}
        self._read: dict[str, float] | None = None
        self._begun = before is not None
        self._new: list[tuple[str, list[Any]]] = []  # statements and rows of this second
        self._committed = -math.inf
        self._full = False
        if before is not None:
            self._copy(*before)
        self._begin()

    def _begin(self) -> None:
        """Take the lock for writing at once: a run that stands still writes nothing, and is ours all the same."""
        self._db.execute("BEGIN IMMEDIATE")

    def _copy(self, path: Path, tick: int) -> None:
        """Take over what another run holds up to a tick, but for its lists, which whoever records has too."""
        other = Recording(path)
        self._db.execute("ATTACH ? AS before", (str(path),))
        self._db.execute("BEGIN")
        self._db.execute("INSERT INTO people SELECT * FROM before.people")
        self._db.execute("INSERT INTO readings SELECT * FROM before.readings WHERE tick < ?", (max(1, tick),))
        self._db.execute("INSERT INTO seconds SELECT * FROM before.seconds WHERE tick <= ?", (tick,))
        last, ticks = self._db.execute("SELECT tick, ticks FROM seconds ORDER BY tick DESC LIMIT 1").fetchone()
        if json.loads(ticks)[-1] > tick:  # the second the runs part in
            self._db.execute("DELETE FROM seconds WHERE tick = ?", (last,))
            dt = float(other.meta["dt"])
            self._frames = list(other.frames(last * dt, tick * dt))
        self._db.execute("COMMIT")
        self._db.execute("DETACH before")
        other.close()

    def write(
        self,
        frame: Frame,
        events: list[Event],
        journal: list[tuple[int, int, Command]],
        hashes: list[tuple[int, str]],
    ) -> None:
        """Keep a frame and whatever is new in the lists, which only grow; InputError when there is no room for it."""
        told, new = self._told, self._new
        if len(journal) > told["journal"]:
            rows = [(tick, number, json.dumps(encode(command))) for tick, number, command in journal[told["journal"] :]]
            new.append(("INSERT INTO journal VALUES (?, ?, ?)", rows))
        if len(hashes) > told["hashes"]:
            new.append(("INSERT INTO hashes VALUES (?, ?)", hashes[told["hashes"] :]))
        if len(events) > told["events"]:
            lines = [_line(event) for event in events[told["events"] :]]
            new.append(("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", lines))
        self._told = {"journal": len(journal), "hashes": len(hashes), "events": len(events)}
        if frame.readings is not self._read:  # the first second is looked at once more
            known = {name: value for name, value in frame.readings.items() if math.isfinite(value)}
            row = (_looked_at(frame.tick, self._second), json.dumps(known, separators=(",", ":")))
            new.append(("INSERT OR REPLACE INTO readings VALUES (?, ?)", [row]))
        self._read = frame.readings
        self._frames.append(frame)
        first, self._begun = not self._begun, True
        if first:
            people = (frame.role.tobytes(), frame.radius.tobytes(), frame.unit.tobytes())
            new.append(("INSERT INTO people VALUES (?, ?, ?)", [people]))
        if first or frame.tick % self._second == 0:
            self._keep(False)

    def _keep(self, settled: bool) -> None:
        """Write what came since the last full second, and commit when it is time.

        In the thread of the simulation: in one of its own, packing waits for the interpreter, and the simulation for
        it, so long that the whole takes longer.
        """
        frames, new = self._frames, self._new
        if frames:
            ticks = [frame.tick for frame in frames]
            row = (ticks[0], json.dumps(ticks), *pack(frames, self._texts))
            new = [*new, ("INSERT INTO seconds VALUES (?, ?, ?, ?)", [row])]
        try:
            if not self._db.in_transaction:  # an interrupt after the last one
                self._begin()
            self._write_whole(new)
            if settled or wall.monotonic() - self._committed > _COMMIT:
                self._db.execute("COMMIT")
                self._begin()
                self._committed = wall.monotonic()
        except sqlite3.Error as error:  # the disk is full, or gone
            self._full = True
            raise _not_written(self.path, error) from None

    def _write_whole(self, new: list[tuple[str, list[Any]]]) -> None:
        """Write all rows or none of them: who presses Ctrl+C may do so at any moment, and is recorded up to there."""
        self._db.execute("SAVEPOINT second")
        try:
            for statement, rows in new:
                self._db.executemany(statement, rows)
            self._db.execute("RELEASE second")
        except BaseException:
            try:
                self._db.execute("ROLLBACK TO second")
            except sqlite3.OperationalError:  # it was through already, or a full disk has taken all back
                self._frames, self._new = [], []
            raise
        self._frames, self._new = [], []

    def settle(self) -> None:
        """Let others read all that was written."""
        self._keep(True)

    def close(self, summary: dict[str, Any] | None = None, **meta: Any) -> None:
        """Finish the file; `summary` is the object of `run --json`, `meta` what shall stand at the head besides."""
        if self._full:  # what was committed is all there will be
            self._db.close()
            return
        self.settle()
        try:
            for name, value in {**meta, **({} if summary is None else {"summary": summary})}.items():
                self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, json.dumps(value)))
            self._db.execute("COMMIT")
            self._db.execute("PRAGMA journal_mode = DELETE")  # leaves no file beside the run
        except sqlite3.Error as error:
            raise _not_written(self.path, error) from None
        finally:
            self._db.close()


def _not_written(path: Path, error: Exception) -> InputError:
    return InputError(
        [Problem(str(path), "", said("file.not_written", reason=reason(error)), said("run.another_place"))]
    )


class Recording:
    """Reads a run file."""

    def __init__(self, path: Path) -> None:
        """InputError when it is not a run file of this program."""
        self.path = path
        if not path.is_file():
            mend = said("run.name_one")
            raise InputError([Problem(str(path), "", said("run.none"), mend)])
        try:
            # Not `ro`: what a killed run left half written must be taken back first. A protected file still opens.
            self._db = sqlite3.connect(f"file:{path.resolve().as_posix()}?mode=rw", uri=True, check_same_thread=False)
            found = self._db.execute("PRAGMA application_id").fetchone()[0]
            if found != APPLICATION_ID:
                raise sqlite3.DatabaseError(said("run.other_program"))
            self.version = int(self._db.execute("PRAGMA user_version").fetchone()[0])
            if self.version > VERSION:
                mend = said("run.newer_program")
                message = said("run.newer_format", version=self.version, known=VERSION)
                raise InputError([Problem(str(path), "", message, mend)])
            self.meta: dict[str, Any] = {
                k: json.loads(v) for k, v in self._db.execute("SELECT key, value FROM meta").fetchall()
            }
            people = self._db.execute("SELECT role, radius, unit FROM people").fetchone()
            if self.version < 3:
                self.ticks = [row[0] for row in self._db.execute("SELECT tick FROM frames ORDER BY tick")]
            else:
                rows = self._db.execute("SELECT ticks FROM seconds ORDER BY tick")
                self.ticks = [tick for (ticks,) in rows for tick in json.loads(ticks)]
        except (sqlite3.Error, ValueError) as error:
            mend = said("run.written_by")
            raise InputError([Problem(str(path), "", said("run.not_ours", reason=reason(error)), mend)]) from None
        if people is None or not self.ticks:
            raise InputError([Problem(str(path), "", said("run.no_frames"), said("run.ended_early"))])
        self._dt = float(self.meta["dt"])
        self.times = [tick * self._dt for tick in self.ticks]
        role, radius, unit = people
        self._people = Rows(
            np.frombuffer(role, np.int8), np.frombuffer(radius, np.float32), np.frombuffer(unit, np.int32)
        )
        self.role, self.radius, self.unit = self._people.role, self._people.radius, self._people.unit
        self._looked: tuple[int, dict[str, float]] = (-1, {})  # the second read last, and its readings

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def contents(self) -> dict[str, Any]:
        """What the file holds, in short: the object of `replay --json`."""
        counts = self._db.execute("SELECT kind, COUNT(*) FROM events GROUP BY kind ORDER BY MIN(rowid)")
        head = {name: self.meta[name] for name in ("title", "seed", "fingerprint", "versions")}
        return {
            "run": str(self.path),
            "format": self.version,
            **head,
            "duration_s": round(self.times[-1], 2),
            "frames": len(self.ticks),
            "people": int(self.role.size),
            "commands": self._db.execute("SELECT COUNT(*) FROM journal").fetchone()[0],
            "states": self._db.execute("SELECT COUNT(*) FROM hashes").fetchone()[0],
            "events": dict(counts.fetchall()),
            "finished": "summary" in self.meta,
        }

    @property
    def map_path(self) -> Path:
        """The map of the run: where it was, or the shipped one of that name; InputError when there is neither."""
        path = Path(self.meta["map_path"])
        for known in (path, shipped("maps", path.parent.name, path.name)):
            if known.exists():
                return known
        mend = said("run.map_back")
        raise InputError([Problem(str(self.path), "map", said("file.gone", path=path), mend)])

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
        rows = self._db.execute("SELECT tick, value FROM series WHERE name = ? ORDER BY tick", (name,)).fetchall()
        return [tick * self._dt for tick, _ in rows], [value for _, value in rows]

    def all_series(self) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        """Times [s] and values of every recorded reading, f8[k] each."""
        columns: dict[str, list[tuple[float, float]]] = {}
        for name, tick, value in self._db.execute("SELECT name, tick, value FROM series ORDER BY tick"):
            columns.setdefault(name, []).append((tick * self._dt, value))
        return {name: (np.array(rows)[:, 0], np.array(rows)[:, 1]) for name, rows in columns.items()}

    def journal(self) -> list[tuple[int, int, dict[str, Any]]]:
        """The commands as (tick, sequence, JSON value)."""
        rows = self._db.execute("SELECT tick, sequence, command FROM journal ORDER BY tick, sequence")
        return [(tick, sequence, json.loads(command)) for tick, sequence, command in rows]

    def hashes(self) -> list[tuple[int, str]]:
        """State hashes as (tick, hash)."""
        return [tuple(row) for row in self._db.execute("SELECT tick, hash FROM hashes ORDER BY tick")]

    def frames(self, start: float = 0.0, end: float = math.inf) -> Iterator[Frame]:
        """Frames between two times, s; positions are rounded to a millimetre, the squeeze to 20 N."""
        if self.version < 3:
            yield from older.frames(self._db, self.version, self._people, start, end)
            return
        first = int(math.ceil(start / self._dt - 1e-3))
        rows = self._db.execute(
            "SELECT ticks, people, rest FROM seconds WHERE tick >= (SELECT MAX(tick) FROM seconds WHERE tick < ?) "
            "OR tick >= ? ORDER BY tick",
            (first, first),
        )  # one before, where there is one: velocities come from two frames
        before: Frame | None = None
        for ticks, blob, rest in rows:
            when = json.loads(ticks)
            if when[0] * self._dt > end + 1e-6:
                return
            for frame in unpack(when, blob, rest, self._people, self._dt, self._read_before, before):
                before = frame
                if start - 1e-6 <= frame.time <= end + 1e-6:
                    yield frame

    def frame_at(self, time: float) -> Frame:
        """The frame nearest before a time, s."""
        k = max(0, bisect_right(self.times, time + 1e-6) - 1)
        return next(iter(self.frames(self.times[k], self.times[k])))

    def _read_before(self, tick: int) -> dict[str, float]:
        """What had been read last when the frame of a tick was taken."""
        looked = _looked_at(tick, round(1.0 / self._dt))
        if looked != self._looked[0]:
            row = self._db.execute("SELECT read FROM readings WHERE tick = ?", (looked,)).fetchone()
            self._looked = (looked, json.loads(row[0]) if row else {})
        return self._looked[1]


def _looked_at(tick: int, second: int) -> int:
    """The tick at which the readings of a frame were taken: the last full second before it."""
    return max(0, tick - 1) // second * second


def _line(event: Event) -> tuple[Any, ...]:
    """An event as a row of its table."""
    x, y = event.position or (None, None)
    text, rows = json.dumps(event.text), json.dumps([int(row) for row in event.rows])
    return (event.tick, event.time, event.kind, x, y, event.subject, event.value, text, event.cause, rows)
