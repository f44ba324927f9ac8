"""Senses: what a tick works with besides the columns. Allocated once, filled in place."""

import math
from dataclasses import dataclass

import numpy as np

from crowdsim.kernels import MOST_THREADS
from crowdsim.kernels.cells import SORTED_ROWS, Cells, Grid
from crowdsim.kernels.lanes import LANES
from crowdsim.kernels.walking import FAN_ROWS, SCRATCH_COLS, SCRATCH_ROWS
from crowdsim.params import Params
from crowdsim.world.world import World


@dataclass
class Senses:
    """Who is where, in an order the kernels like, and what they found."""

    grid: Grid
    active: np.ndarray  # bool[n], on the ground: on his feet or fallen
    beat: np.ndarray  # u1[n], row modulo walk_every: a row decides when it is the beat's turn
    cell: np.ndarray  # i4[n]
    start: np.ndarray  # i4[cells + 1]
    order: np.ndarray  # u4[n]
    sorted: np.ndarray  # f4[SORTED_ROWS, n + LANES], room for a whole block behind the last
    count: int
    force: np.ndarray  # f4[n, 2], N
    resist: np.ndarray  # f4[n, 3], N s/m, by which the force falls: xx, xy, yy
    contact: np.ndarray  # f4[n], N, half the contact forces now
    barrier: np.ndarray  # i2[n], barrier leaned on, -1
    barrier_force: np.ndarray  # f4[n, 2], N
    fan: np.ndarray  # f4[FAN_ROWS, LANES], the directions a person tries
    scratch: np.ndarray  # f4[threads, SCRATCH_ROWS, SCRATCH_COLS], for the walking decision
    links: np.ndarray  # i4[m, 2]
    link_load: np.ndarray  # f4[m], N
    stays: np.ndarray  # i4[k], officers whose shields rest against a wall
    stay_at: np.ndarray  # f4[k, 2], m, where
    crowding: np.ndarray  # f4[n], people within 1 m
    jet: np.ndarray  # f4[n, 2], N, of a water cannon
    jetting: bool = False  # whether there is one at work

    @property
    def cells(self) -> Cells:
        """Who is where, for whoever looks about."""
        return Cells(self.order, self.count, self.start, self.grid)


def senses_for(world: World, n: int, params: Params) -> Senses:
    """Room for n people in this world."""
    across, down = world.map.size
    width, height = params.force.reach / 2.0, 2.0 * params.force.reach
    while across * down > 8.0 * n * width * height and width < 4.0 * params.force.reach:
        width *= 2.0  # few people on a large map: sorting into fewer cells gains more than shorter rows of them
    grid = Grid(1.0 / width, 1.0 / height, math.ceil(down / height), math.ceil(across / width))
    return Senses(
        grid=grid,
        active=np.zeros(n, bool),
        beat=(np.arange(n) % int(params.time.walk_every)).astype(np.uint8),
        cell=np.zeros(n, np.int32),
        start=np.zeros(grid.rows * grid.cols + 1, np.int32),
        order=np.zeros(n, np.uint32),
        sorted=np.zeros((SORTED_ROWS, n + LANES), np.float32),
        count=0,
        force=np.zeros((n, 2), np.float32),
        resist=np.zeros((n, 3), np.float32),
        contact=np.zeros(n, np.float32),
        barrier=np.full(n, -1, np.int16),
        barrier_force=np.zeros((n, 2), np.float32),
        fan=np.zeros((FAN_ROWS, LANES), np.float32),
        scratch=np.zeros((MOST_THREADS, SCRATCH_ROWS, SCRATCH_COLS), np.float32),
        links=np.zeros((0, 2), np.int32),
        link_load=np.zeros(0, np.float32),
        stays=np.zeros(0, np.int32),
        stay_at=np.zeros((0, 2), np.float32),
        crowding=np.zeros(n, np.float32),
        jet=np.zeros((n, 2), np.float32),
    )
