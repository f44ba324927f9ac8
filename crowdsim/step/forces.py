"""Forces: what pushes each body this tick."""

from crowdsim.kernels.forces import add_link_push, push_bodies
from crowdsim.params import Params
from crowdsim.population.population import Population
from crowdsim.step.senses import Senses
from crowdsim.world.world import World


def forces(world: World, people: Population, senses: Senses, params: Params) -> None:
    """Fill `senses.force` and `resist`, the contact on each body and what leans on each barrier."""
    # numba knows a plain tuple at sight; what a named one is made of takes it longer to see than the call itself.
    p, officers, dt = tuple(params.force), tuple(params.officers), params.time.dt
    push_bodies(
        senses.order,
        senses.count,
        senses.start,
        senses.grid,
        senses.sorted,
        people.position,
        people.velocity,
        people.radius,
        people.mass,
        people.kind,
        people.direction,
        people.speed,
        people.gap,
        people.push,
        people.slot,
        people.brace,
        people.discipline,
        world.solid,
        world.clear,
        world.map.tile_size,
        params.walk.shoulder,
        dt,
        p,
        officers,
        senses.force,
        senses.resist,
        senses.contact,
        senses.barrier,
        senses.barrier_force,
    )
    if senses.jetting:
        senses.force += senses.jet
    if len(senses.links) + len(senses.stays) == 0:
        return
    add_link_push(
        senses.links,
        len(senses.links),
        senses.stays,
        senses.stay_at,
        senses.order,
        senses.start,
        senses.grid,
        people.position,
        people.velocity,
        people.radius,
        people.kind,
        p,
        dt,
        officers,
        senses.force,
        senses.resist,
        senses.contact,
        senses.link_load,
    )
