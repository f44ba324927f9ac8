"""Perceive: who is on the ground, and who is near whom."""

import numpy as np

from crowdsim.kernels.cells import gather_people, sort_people
from crowdsim.population.population import Population
from crowdsim.population.roles import Status
from crowdsim.step.senses import Senses

_ACTIVE, _FALLEN = np.int8(Status.ACTIVE), np.int8(Status.FALLEN)


def perceive(people: Population, senses: Senses) -> None:
    """Sort those on the ground, on their feet or fallen, and copy what the pair kernels read into that order."""
    np.equal(people.status, _ACTIVE, out=senses.active)
    senses.active |= people.status == _FALLEN
    senses.count = sort_people(
        people.position,
        senses.active,
        senses.grid,
        senses.cell,
        senses.start,
        senses.order,
    )
    gather_people(
        senses.order,
        senses.count,
        people.position,
        people.velocity,
        people.radius,
        people.mass,
        people.heading,
        people.way,
        people.goal,
        people.kind,
        senses.sorted,
    )
