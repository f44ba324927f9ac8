"""Senses: what a tick works with besides the columns. Allocated once, filled in place."""

import math
from dataclasses import dataclass

import numpy as np

from crowdsim.kernels.cells import SORTED_ROWS
from crowdsim.kernels.walking import DIRECTIONS
from crowdsim.params import Params
from crowdsim.world.world import World


@dataclass
class Senses:
    """Who is where, in an order the kernels like, and what they found."""

    cell_size: float  # m
    rows: int
    cols: int
    active: np.ndarray  # bool[n]
    cell: np.ndarray  # i4[n]
    start: np.ndarray  # i4[rows * cols + 1]
    order: np.ndarray  # i4[n]
    sorted: np.ndarray  # f4[SORTED_ROWS, n]
    count: int
    force: np.ndarray  # f4[n, 2], N
    contact: np.ndarray  # f4[n], N, half the contact forces now
    barrier: np.ndarray  # i2[n], barrier leaned on, -1
    barrier_force: np.ndarray  # f4[n, 2], N
    scratch: np.ndarray  # f4[n, 5, DIRECTIONS], for the walking decision
    links: np.ndarray  # i4[m, 2]
    link_load: np.ndarray  # f4[m], N
    crowding: np.ndarray  # f4[n], people within 1 m


def senses_for(world: World, n: int, params: Params) -> Senses:
    """Room for n people in this world."""
    width, height = world.map.size
    size = params.force.reach
    rows, cols = math.ceil(height / size), math.ceil(width / size)
    return Senses(
        cell_size=size,
        rows=rows,
        cols=cols,
        active=np.zeros(n, bool),
        cell=np.zeros(n, np.int32),
        start=np.zeros(rows * cols + 1, np.int32),
        order=np.zeros(n, np.int32),
        sorted=np.zeros((SORTED_ROWS, n), np.float32),
        count=0,
        force=np.zeros((n, 2), np.float32),
        contact=np.zeros(n, np.float32),
        barrier=np.full(n, -1, np.int16),
        barrier_force=np.zeros((n, 2), np.float32),
        scratch=np.zeros((n, 5, DIRECTIONS), np.float32),
        links=np.zeros((0, 2), np.int32),
        link_load=np.zeros(0, np.float32),
        crowding=np.zeros(n, np.float32),
    )
