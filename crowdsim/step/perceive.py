"""Perceive: who is on the ground, and who is near whom."""

import numpy as np

from crowdsim.kernels.cells import sort_people
from crowdsim.population.population import Population
from crowdsim.population.roles import Status
from crowdsim.step.senses import Senses

_ACTIVE = np.int8(Status.ACTIVE)


def perceive(people: Population, senses: Senses) -> None:
    """Sort the active people into cells."""
    np.equal(people.status, _ACTIVE, out=senses.active)
    senses.count = sort_people(
        people.position,
        senses.active,
        senses.cell_size,
        senses.rows,
        senses.cols,
        senses.cell,
        senses.start,
        senses.order,
    )
