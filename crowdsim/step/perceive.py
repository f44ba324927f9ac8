"""Perceive: who is on the ground, and who is near whom."""

from crowdsim.kernels.cells import find_people
from crowdsim.population.population import Population
from crowdsim.step.senses import Senses


def perceive(people: Population, senses: Senses) -> None:
    """Sort those on the ground, on their feet or fallen, and copy what the pair kernels read into that order."""
    senses.count = find_people(
        people.status,
        people.position,
        people.velocity,
        people.radius,
        people.mass,
        people.heading,
        people.way,
        people.goal,
        people.kind,
        senses.beat,
        senses.grid,
        senses.active,
        senses.cell,
        senses.start,
        senses.order,
        senses.sorted,
    )
