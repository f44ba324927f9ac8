"""Lead, five times a second: people who are taken somewhere. Escorts, arrests, the chair taken and freed, the hurt.

Every party is a small state machine over a handful of people; who walks does so by the same forces as everybody.
"""

import numpy as np

from crowdsim.behaviour.demonstrators import Crowd
from crowdsim.behaviour.officers import Unit
from crowdsim.behaviour.parties import Party, State
from crowdsim.frame import Event
from crowdsim.population.grids import Grids
from crowdsim.population.population import Population
from crowdsim.step.arrests import arrest, send_squads
from crowdsim.step.casualties import carry_hurt, send_medics
from crowdsim.step.chair import hold, watch_chair
from crowdsim.step.errands import Errands, GoalOf, let_go
from crowdsim.step.escorts import escort, take_orders
from crowdsim.world.world import World


def lead(
    world: World,
    people: Population,
    units: list[Unit],
    crowds: list[Crowd],
    errands: Errands,
    grids: Grids,
    goal_of: GoalOf,
    quick: bool,
    tick: int,
    time: float,
    dt: float,
    draw: np.ndarray,
) -> list[Event]:
    """Move every party on by one decision.

    goal_of : the field to some rectangles ; quick : escorts run ; draw : f8[n], uniform
    """
    events: list[Event] = []
    take_orders(people, units, errands, goal_of, time)
    events += watch_chair(people, errands, grids, goal_of, tick, time, dt, draw)
    send_medics(people, units, errands, goal_of, time)
    send_squads(people, units, errands, goal_of, time)
    over: list[Party] = []
    for party in errands.parties:
        match party.kind:
            case "hostage":
                over += hold(people, party, errands, time)
            case "arrest":
                over += arrest(people, units, party, errands, grids, goal_of, tick, time, dt, events)
            case "casualty":
                over += carry_hurt(people, units, party, errands, goal_of, tick, time, events)
            case _:
                over += escort(world, people, units, party, errands, goal_of, quick, tick, time, events)
    for party in over:
        let_go(people, party)
        errands.parties.remove(party)
    errands.delegates_inside = any(p.kind == "delegation" and p.state == State.ARRIVED for p in errands.parties)
    return events
