"""Crowds that the social force model of 2000 is compared on, whoever computes it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass
class Crowd:
    """People in a polygon of one ring, and where each makes for."""

    ring: list[tuple[float, float]]  # m, corners
    position: np.ndarray  # f8[n, 2], m
    speed: np.ndarray  # f8[n], m/s
    radius: float  # m
    waypoint: Callable[[np.ndarray], np.ndarray]  # position f8[n, 2]: waypoint f8[n, 2]

    @property
    def walls(self) -> np.ndarray:
        """The ring's sides, f8[w, 2, 2]."""
        ring = np.array(self.ring)
        return np.stack([ring, np.roll(ring, -1, axis=0)], axis=1)


def plaza(people: int = 500, side: float = 23.0, seed: int = 1) -> Crowd:
    """About one to a square metre; half walk east, half west, through each other."""
    rng = np.random.default_rng(seed)
    x, y = np.meshgrid(np.arange(0.5, side), np.arange(0.5, side))
    cells = rng.permutation(x.size)[:people]
    position = np.column_stack([x.ravel(), y.ravel()])[cells] + rng.uniform(-0.15, 0.15, (people, 2))
    far = np.where(rng.random(people) < 0.5, side - 0.6, 0.6)
    goal = np.column_stack([far, position[:, 1]])
    corners = [(0.0, 0.0), (side, 0.0), (side, side), (0.0, side)]
    return Crowd(corners, position, rng.normal(1.34, 0.26, people), 0.3, lambda place: goal)


def gate(people: int = 500, seed: int = 2) -> Crowd:
    """Three to a square metre in a hall 17.4 m wide, who press towards a gate 6 m wide in its east wall at x = 0."""
    rng = np.random.default_rng(seed)
    half, spacing = 8.7, 1.0 / np.sqrt(3.0)
    across = (np.arange(29) - 14.0) * spacing
    x, y = np.meshgrid(-0.45 - spacing * np.arange(18), across)
    nearest = np.argsort(-x.ravel(), kind="stable")[:people]
    position = np.column_stack([x.ravel(), y.ravel()])[nearest] + rng.uniform(-0.04, 0.04, (people, 2))

    def waypoint(place: np.ndarray) -> np.ndarray:
        """Half a metre before the gate, then beyond it; off the jambs, round which JuPedSim leads people itself."""
        y = np.clip(place[:, 1], -2.5, 2.5)
        before = (place[:, 0] < -0.7) | (np.abs(place[:, 1]) > 2.5)
        return np.column_stack([np.where(before, -0.5, 15.0), y])

    corners = [
        (-10.6, -half), (0.0, -half), (0.0, -3.0), (0.5, -3.0), (0.5, -half), (16.0, -half),
        (16.0, half), (0.5, half), (0.5, 3.0), (0.0, 3.0), (0.0, half), (-10.6, half),
    ]  # fmt: skip
    return Crowd(corners, position, rng.normal(1.34, 0.26, people), 0.2, waypoint)
