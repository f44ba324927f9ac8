"""Steer: where each person would go, and which way and how fast he goes; a tenth of a second's worth at a time."""

from crowdsim.kernels.cells import gather_people
from crowdsim.kernels.walking import aim, choose_way
from crowdsim.params import Params
from crowdsim.population.population import Population
from crowdsim.step.senses import Senses
from crowdsim.world.world import Navigation, World


def steer(world: World, navigation: Navigation, people: Population, senses: Senses, tick: int, params: Params) -> None:
    """Fill heading, way, direction, speed and gap of those whose turn it is, and the sorted copy `forces` reads too."""
    every = int(params.time.walk_every)
    tile = world.map.tile_size
    aim(
        tick,
        every,
        senses.order,
        senses.count,
        people.position,
        people.speed_wish,
        people.goal,
        people.slot,
        people.has_slot,
        navigation.way,
        navigation.direction,
        world.solid,
        tile,
        people.heading,
        people.way,
        people.free_speed,
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
    choose_way(
        tick,
        every,
        senses.order,
        senses.count,
        senses.cell,
        senses.start,
        senses.rows,
        senses.cols,
        senses.cell_size,
        senses.sorted,
        people.free_speed,
        world.solid,
        tile,
        params.walk,
        params.force.push_gap,
        senses.scratch,
        people.choice,
        people.direction,
        people.speed,
        people.gap,
    )
