"""Forces: what pushes each body this tick."""

from crowdsim.kernels.forces import add_drive, add_link_push, add_people_push, add_wall_push
from crowdsim.params import Params
from crowdsim.population.population import Population
from crowdsim.step.senses import Senses
from crowdsim.world.world import World


def forces(world: World, people: Population, senses: Senses, params: Params) -> None:
    """Fill `senses.force`, the contact on each body and what leans on each barrier."""
    p, dt = params.force, params.time.dt
    add_drive(
        senses.order,
        senses.count,
        people.velocity,
        people.mass,
        people.kind,
        people.direction,
        people.speed,
        people.gap,
        people.push,
        people.slot,
        people.position,
        p,
        params.officers,
        senses.force,
    )
    add_people_push(
        senses.order,
        senses.count,
        senses.start,
        senses.rows,
        senses.cols,
        senses.cell_size,
        senses.sorted,
        params.walk.shoulder,
        dt,
        p,
        senses.force,
        senses.contact,
    )
    add_wall_push(
        senses.order,
        senses.count,
        people.position,
        people.velocity,
        people.radius,
        people.mass,
        world.solid,
        world.map.tile_size,
        dt,
        p,
        senses.force,
        senses.contact,
        senses.barrier,
        senses.barrier_force,
    )
    add_link_push(
        senses.links,
        len(senses.links),
        senses.order,
        senses.start,
        senses.rows,
        senses.cols,
        senses.cell_size,
        people.position,
        people.velocity,
        people.radius,
        people.mass,
        people.kind,
        p,
        params.officers,
        senses.force,
        senses.contact,
        senses.link_load,
    )
