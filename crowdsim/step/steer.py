"""Steer: where each person would go, and which way and how fast he goes; a tenth of a second's worth at a time."""

from crowdsim.kernels.walking import walk
from crowdsim.params import Params
from crowdsim.population.population import Population
from crowdsim.step.senses import Senses
from crowdsim.world.world import Navigation, World


def steer(world: World, navigation: Navigation, people: Population, senses: Senses, tick: int, params: Params) -> None:
    """Fill heading, way, direction, speed and gap of those whose turn it is."""
    walk(
        -tick % int(params.time.walk_every),
        senses.order,
        senses.count,
        senses.start,
        senses.grid,
        people.speed_wish,
        people.goal,
        people.slot,
        people.has_slot,
        navigation.way,
        navigation.direction,
        world.solid,
        world.clear,
        world.map.tile_size,
        tuple(params.walk),
        params.force.push_gap,
        senses.fan,
        senses.scratch,
        senses.sorted,
        people.choice,
        people.heading,
        people.way,
        people.free_speed,
        people.direction,
        people.speed,
        people.gap,
    )
