"""The recordings: where they are, and how to get them. They stay outside the project."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from crowdsim.problems import InputError, Problem

HOW_TO_GET = (
    "Set --data or $CROWDSIM_DATA to a folder with the demonstration data of PedPy "
    "(github.com/PedestrianDynamics/PedPy, notebooks/demo-data) "
    "sorted into bottleneck/, unidirectional/, bidirectional/ and single-file/"
)


def data_folder(given: Path | None) -> Path | None:
    """The folder of the recordings: what was given, else $CROWDSIM_DATA; None when there is none."""
    path = given or (Path(os.environ["CROWDSIM_DATA"]) if "CROWDSIM_DATA" in os.environ else None)
    if path is None:
        return None
    if not path.is_dir():
        raise InputError([Problem(str(path), "--data", "is not a folder", HOW_TO_GET)])
    return path


@dataclass(frozen=True)
class Recording:
    """One recording: id, frame, x, y of every sample."""

    rate: float  # 1/s
    person: np.ndarray  # i8[samples]
    frame: np.ndarray  # i8[samples]
    position: np.ndarray  # f8[samples, 2], m

    @property
    def began(self) -> float:
        """s of the recording's clock at its first sample; reference windows are on that clock, replays start at 0."""
        return float(self.frame.min() / self.rate)

    def entries(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Each person's first place [m], f8[n, 2], its time [s] since the recording began, and last place, f8[n, 2]."""
        people = np.unique(self.person)
        first, time, last = [], [], []
        for i in people:
            mine = np.flatnonzero(self.person == i)
            mine = mine[np.argsort(self.frame[mine], kind="stable")]
            first.append(self.position[mine[0]])
            last.append(self.position[mine[-1]])
            time.append((self.frame[mine[0]] - self.frame.min()) / self.rate)
        return np.array(first), np.array(time), np.array(last)


def load(path: Path, rate: float, centimetres: bool) -> Recording:
    """Read a text recording with columns id frame x y z; InputError when it is not there or no table of numbers."""
    try:
        table = np.loadtxt(path)
    except FileNotFoundError:
        raise InputError([Problem(str(path), "", "there is no such recording", HOW_TO_GET)]) from None
    except ValueError as error:
        raise InputError([Problem(str(path), "", f"is not a table of numbers: {error}", HOW_TO_GET)]) from None
    scale = 0.01 if centimetres else 1.0
    return Recording(rate, table[:, 0].astype(int), table[:, 1].astype(int), table[:, 2:4] * scale)


def reference(folder: Path) -> dict[str, Any]:
    """What PedPy measured on the recordings (reference.json beside them)."""
    try:
        values: dict[str, Any] = json.loads((folder / "reference.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        problem = Problem(str(folder / "reference.json"), "", f"cannot be read: {error}", HOW_TO_GET)
        raise InputError([problem]) from None
    return values
