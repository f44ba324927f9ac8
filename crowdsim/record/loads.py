"""Line pressure: how hard a crowd leans on each stretch of a barrier or wall, kept over time and written as CSV."""

from pathlib import Path

import numpy as np

from crowdsim.population.barriers import LOAD_TIME

STRETCH = 0.25
"""m: about this much of the line shares one number."""

_HEAD = "time_s,position_m,kn_per_m"


class LinePressure:
    """The pressure along a straight line: what barriers feel in time (EMA 0.5 s), told apart in place."""

    def __init__(self, start: tuple[float, float], end: tuple[float, float], stretch: float = STRETCH) -> None:
        """A line between two points [m], in stretches of about `stretch` m."""
        way = np.subtract(end, start)
        self.length = float(np.hypot(*way))
        self.edges = np.linspace(0.0, self.length, max(1, round(self.length / stretch)) + 1)  # m from `start`
        self.pressure = np.zeros(len(self.edges) - 1)  # N/m, smoothed, net of both sides
        self._start, self._along = np.asarray(start, float), way / self.length
        self._normal = np.array([-self._along[1], self._along[0]])
        self._rows: list[np.ndarray] = []

    def feel(self, position: np.ndarray, radius: np.ndarray, force: np.ndarray, dt: float) -> None:
        """Add one tick of `dt` s. A person's force is spread over the breadth of his body.

        position : f[n, 2], m ; radius : f[n], m ; force : f[n, 2], N on the line, 0 = does not touch it
        """
        at = np.clip((position - self._start) @ self._along, 0.0, self.length)[:, None]
        half = np.asarray(radius, float)[:, None]
        covered = np.minimum(self.edges[1:], at + half) - np.maximum(self.edges[:-1], at - half)
        covered = np.maximum(covered, 0.0)
        share = covered / covered.sum(axis=1, keepdims=True)
        now = (force @ self._normal) @ share / np.diff(self.edges)
        self.pressure += (now - self.pressure) * (dt / LOAD_TIME)

    def keep(self, time: float) -> None:
        """Remember the pressure as it is at `time` s, for the file: how much, not which way."""
        middle = 0.5 * (self.edges[1:] + self.edges[:-1])
        self._rows.append(np.column_stack([np.full(len(middle), time), middle, np.abs(self.pressure) / 1000.0]))

    def write(self, path: Path) -> None:
        """Write what was kept: a line for each time and stretch, with s, m from the start of the line, kN/m."""
        table = np.vstack(self._rows) if self._rows else np.zeros((0, 3))
        np.savetxt(
            path, table, fmt=("%.2f", "%.3f", "%.5f"), delimiter=",", header=_HEAD, comments="", encoding="utf-8"
        )


def read_pressure(path: Path) -> np.ndarray:
    """The lines of a written file, f8[k, 3]: s, m from the start of the line, kN/m."""
    return np.loadtxt(path, delimiter=",", skiprows=1, ndmin=2)
