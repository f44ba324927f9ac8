"""Integrate: the only stage that moves people."""

from crowdsim.kernels.motion import move
from crowdsim.params import Params
from crowdsim.population.population import Population
from crowdsim.step.senses import Senses
from crowdsim.world.world import World


def integrate(world: World, people: Population, senses: Senses, params: Params) -> None:
    """One linearly implicit Euler step, swept against walls and closed barriers."""
    move(
        senses.order,
        senses.count,
        senses.force,
        senses.resist,
        people.mass,
        world.solid,
        world.clear,
        world.map.tile_size,
        params.time.dt,
        params.force.max_speed,
        people.position,
        people.velocity,
    )
