"""The social force model of Helbing, Farkas & Vicsek (2000) again, person by person, in plain float64 NumPy.

It is what JuPedSim 1.4.2's `SocialForceModel` computes (tests/kernels/test_jupedsim.py holds one beside the other), and
what the fast kernels with the preset `hfv2000` are measured against. As slow and obvious as it can be: no cells, no
tiles; walls are line segments, and each of them is felt at its nearest point.
"""

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from scipy.spatial import cKDTree

_CELL = 2.2
"""m: JuPedSim sorts people into cells of this size, which settles the order in which it adds up their forces."""


class SocialForce(NamedTuple):
    """Parameters; the defaults are those of the paper, of JuPedSim 1.4.2 and of the preset `hfv2000`."""

    strength: float = 2000.0  # N, A of the paper, between people
    wall_strength: float = 2000.0  # N, A of walls
    range: float = 0.08  # m, B
    stiffness: float = 1.2e5  # N/m, k
    friction: float = 2.4e5  # kg/(m s), kappa
    relax: float = 0.5  # s, tau
    reach: float = 2.5  # m between centres beyond which people do not feel each other
    wall_friction_reversed: bool = False  # JuPedSim 1.4.2: rubbing pushes people on along a wall; for comparison only


def accelerations(
    position: np.ndarray,
    velocity: np.ndarray,
    desired_velocity: np.ndarray,
    radius: np.ndarray,
    mass: np.ndarray,
    walls: np.ndarray,
    p: SocialForce,
) -> np.ndarray:
    """What pushes each person, m/s2, f8[n, 2].

    a_i = (v0_i e_i - v_i) / tau + (sum_j f_ij + sum_w f_iw) / m_i
    f_ij = (A exp(g / B) + k o) n + kappa o ((v_j - v_i) . t) t
    g = r_i + r_j - d ,  o = max(0, g) ,  n from j to i ,  t = n turned left ; a wall has no radius and stands still

    position         : f8[n, 2], m
    velocity         : f8[n, 2], m/s
    desired_velocity : f8[n, 2], m/s   v0_i e_i
    radius, mass     : f8[n], m, kg
    walls            : f8[w, 2, 2], m  ends of each segment

    Source: doi:10.1038/35035023, equations 1 to 3.
    """
    first, second = _pairs(position, p.reach)
    relative, bodies = velocity[first] - velocity[second], radius[first] + radius[second]
    of_people, of_walls = np.zeros_like(position), np.zeros_like(position)
    np.add.at(of_people, first, _force(position[first] - position[second], relative, bodies, p.strength, p))
    of_wall = p._replace(friction=-p.friction) if p.wall_friction_reversed else p
    for wall in walls:
        of_walls += _force(position - nearest_on(wall, position), velocity, radius, p.wall_strength, of_wall)
    mass = mass[:, None]
    return (desired_velocity - velocity) / p.relax + of_people / mass + of_walls / mass


def _pairs(position: np.ndarray, reach: float) -> tuple[np.ndarray, np.ndarray]:
    """Everyone with each of those within `reach`: i and j of every ordered pair, in the order JuPedSim adds them up.

    Explicit contacts at 0.01 s double a difference every few steps: only sums to the last bit stay together for 4 s.
    """
    pairs = cKDTree(position).query_pairs(reach, output_type="ndarray")
    first, second = np.concatenate([pairs, pairs[:, ::-1]]).T
    column, row = (position[second] / _CELL).astype(int).T
    order = np.lexsort((second, row, column, first))
    return first[order], second[order]


def _force(off: np.ndarray, relative: np.ndarray, reach: np.ndarray, strength: float, p: SocialForce) -> np.ndarray:
    """Force [N] on people who stand `off` [m] what pushes them and move past it with `relative` [m/s], f8[m, 2]."""
    distance = _length(off)
    normal = off / distance[:, None]
    tangent = np.column_stack([-normal[:, 1], normal[:, 0]])
    inside = reach - distance
    overlap = np.maximum(0.0, inside)
    # One by one, since NumPy's own exponential differs from that of C in the last bit.
    push = strength * np.array([math.exp(x) for x in (inside / p.range).tolist()]) + p.stiffness * overlap
    rub = -p.friction * overlap * (relative * tangent).sum(axis=1)
    return push[:, None] * normal + rub[:, None] * tangent


def _length(vector: np.ndarray) -> np.ndarray:
    """f8[n] of f8[n, 2]."""
    return np.sqrt((vector * vector).sum(axis=1))


def nearest_on(wall: np.ndarray, position: np.ndarray) -> np.ndarray:
    """The point of a segment f8[2, 2] nearest to each position, f8[n, 2], m."""
    along = wall[0] - wall[1]
    share = ((position - wall[1]) * along).sum(axis=1) / (along * along).sum()
    return wall[1] + np.clip(share, 0.0, 1.0)[:, None] * along


def towards(position: np.ndarray, waypoint: np.ndarray, speed: np.ndarray) -> np.ndarray:
    """Desired velocity [m/s] of people who make straight for their waypoint, f8[n, 2]."""
    way = waypoint - position
    return speed[:, None] * (way / _length(way)[:, None])


def step(
    position: np.ndarray, velocity: np.ndarray, acceleration: np.ndarray, dt: float
) -> tuple[np.ndarray, np.ndarray]:
    """Place and velocity a step later, as JuPedSim takes it: first the velocity, then the place with the new one."""
    velocity = velocity + dt * acceleration
    return position + dt * velocity, velocity


@njit(cache=True)
def walk_on(position, velocity, waypoint, speed, radius, mass, walls, p, dt, steps):
    """`towards`, `accelerations` and `step` that many times over, in plain compiled loops over pairs, for half a minute
    of hundreds of people. Forces are added up in another order, so that the last bits differ.

    position, velocity : f8[n, 2], m, m/s, read and written ; waypoint : f8[n, 2], m ; the rest as above
    """
    n = len(position)
    gained = np.zeros((n, 2))
    for _ in range(steps):
        order = np.argsort(position[:, 0])
        for place in range(n):
            i = order[place]
            wx, wy = waypoint[i, 0] - position[i, 0], waypoint[i, 1] - position[i, 1]
            way = math.sqrt(wx * wx + wy * wy)
            gained[i, 0] += (speed[i] * wx / way - velocity[i, 0]) / p.relax
            gained[i, 1] += (speed[i] * wy / way - velocity[i, 1]) / p.relax
            for wall in walls:
                ux, uy = wall[0, 0] - wall[1, 0], wall[0, 1] - wall[1, 1]
                share = ((position[i, 0] - wall[1, 0]) * ux + (position[i, 1] - wall[1, 1]) * uy) / (ux * ux + uy * uy)
                share = min(1.0, max(0.0, share))
                x, y = position[i, 0] - wall[1, 0] - share * ux, position[i, 1] - wall[1, 1] - share * uy
                sign = -1.0 if p.wall_friction_reversed else 1.0
                fx, fy = _pair(x, y, velocity[i, 0], velocity[i, 1], radius[i], p.wall_strength, sign * p.friction, p)
                gained[i, 0] += fx / mass[i]
                gained[i, 1] += fy / mass[i]
            for j in order[place + 1 :]:
                x, y = position[i, 0] - position[j, 0], position[i, 1] - position[j, 1]
                if x < -p.reach:
                    break  # so are all who stand further east
                if x * x + y * y > p.reach * p.reach:
                    continue
                vx, vy = velocity[i, 0] - velocity[j, 0], velocity[i, 1] - velocity[j, 1]
                fx, fy = _pair(x, y, vx, vy, radius[i] + radius[j], p.strength, p.friction, p)
                gained[i, 0] += fx / mass[i]
                gained[i, 1] += fy / mass[i]
                gained[j, 0] -= fx / mass[j]
                gained[j, 1] -= fy / mass[j]
        for i in range(n):
            for axis in range(2):
                velocity[i, axis] += dt * gained[i, axis]
                position[i, axis] += dt * velocity[i, axis]
                gained[i, axis] = 0.0


@njit(cache=True)
def _pair(x, y, vx, vy, reach, strength, friction, p):
    """`_force` on one, x and y [N]."""
    distance = math.sqrt(x * x + y * y)
    nx, ny = x / distance, y / distance
    overlap = max(0.0, reach - distance)
    push = strength * math.exp((reach - distance) / p.range) + p.stiffness * overlap
    rub = -friction * overlap * (vy * nx - vx * ny)
    return push * nx - rub * ny, push * ny + rub * nx
