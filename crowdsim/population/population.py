"""Population: a column per property, a row per person for the whole session."""

from dataclasses import dataclass, fields

import numpy as np

from crowdsim.population.roles import Mode, Status

_ACTIVE = int(Status.ACTIVE)


@dataclass
class Population:
    """NumPy columns of fixed capacity n. Rows are never moved or deleted; `status` says who takes part.

    The comment names the unit and the one writer of each column.
    """

    position: np.ndarray  # f4[n, 2], m                    integrate
    velocity: np.ndarray  # f4[n, 2], m/s                  integrate
    radius: np.ndarray  # f4[n], m                         spawn
    mass: np.ndarray  # f4[n], kg                          spawn
    desired_speed: np.ndarray  # f4[n], m/s                spawn: the person's own free speed
    speed_wish: np.ndarray  # f4[n], m/s                   decide: free speed for what he is doing
    temper: np.ndarray  # f4[n], 0..1                      spawn: rank in readiness to push, 1 = first
    role: np.ndarray  # i1[n], Role                        spawn
    crowd: np.ndarray  # i4[n], index of a crowd, -1       spawn
    unit: np.ndarray  # i4[n], index of a unit, -1         spawn
    status: np.ndarray  # i1[n], Status                    observe
    mode: np.ndarray  # i1[n], Mode                        decide
    goal: np.ndarray  # i4[n], navigation field, -1        decide
    slot: np.ndarray  # f4[n, 2], m                        decide
    has_slot: np.ndarray  # bool[n]                        decide
    push: np.ndarray  # f4[n], N, 0 = not pushing now      decide
    kind: np.ndarray  # f4[n], cells.WALKER..FORMED        decide
    look: np.ndarray  # f4[n], rad                         decide: where an officer in his slot looks
    heading: np.ndarray  # f4[n, 2], unit                  steer: where he would go
    way: np.ndarray  # f4[n], m                            steer: way left to the goal
    free_speed: np.ndarray  # f4[n], m/s                   steer: speed if nobody were there
    choice: np.ndarray  # i1[n]                            steer: direction chosen last
    direction: np.ndarray  # f4[n, 2], unit                steer: where he goes
    speed: np.ndarray  # f4[n], m/s                        steer: how fast
    gap: np.ndarray  # f4[n], m                            steer: clear gap ahead
    disposition: np.ndarray  # i1[n], Disposition          minds, at the start
    grievance: np.ndarray  # f4[n], 0..1                   minds, at the start: how wronged he feels
    aversion: np.ndarray  # f4[n], 0..1                    minds, at the start: how much the risk of arrest weighs
    threshold: np.ndarray  # f4[n]                         minds, at the start: added to every threshold of his states
    group: np.ndarray  # i4[n], family or friends, -1      spawn
    anger: np.ndarray  # f4[n], 0..1                       minds
    fear: np.ndarray  # f4[n], 0..1                        minds
    solidarity: np.ndarray  # f4[n], 0..1                  minds: how much he feels one with the crowd
    bond: np.ndarray  # f4[n], 0..1                        minds, at the start: the solidarity he comes back to
    mind: np.ndarray  # i1[n], Mind                        minds
    mind_since: np.ndarray  # f4[n], s                     minds
    violent_at: np.ndarray  # f4[n], s, -inf = never       incidents: his last violent act
    objects: np.ndarray  # f4[n]                           incidents: things left to throw
    dose: np.ndarray  # f4[n], 1 = critical                harm: asphyxia
    gas_dose: np.ndarray  # f4[n], mg min/m3               harm
    injury: np.ndarray  # i1[n], Injury                    harm
    cause: np.ndarray  # i1[n], Cause                      harm: of the worst injury
    hurt_at: np.ndarray  # f4[n], s, inf = never           harm
    down_since: np.ndarray  # f4[n], s, inf = on his feet  harm
    fatigue: np.ndarray  # f4[n], 0..1                     officers
    discipline: np.ndarray  # f4[n], 0..1                  spawn: officers
    reacts_at: np.ndarray  # f4[n], s                      officers: when he acts on his last order
    led_by: np.ndarray  # i4[n], index of a unit, -1       parties: who takes him somewhere
    facing: np.ndarray  # f4[n], rad                       observe: where he looks
    squeeze: np.ndarray  # f4[n], N, EMA 1 s               observe: half the contact forces
    still: np.ndarray  # f4[n, 2], m                       observe: where he was when last seen to move
    still_since: np.ndarray  # f4[n], s                    observe

    @property
    def capacity(self) -> int:
        """Rows, whether or not their person has entered."""
        return int(self.radius.size)

    @property
    def active(self) -> np.ndarray:
        """bool[n]: who is on the ground."""
        return self.status == _ACTIVE

    def columns(self) -> dict[str, np.ndarray]:
        """All columns by name."""
        return {f.name: getattr(self, f.name) for f in fields(self)}


def empty_population(n: int) -> Population:
    """Columns for n people who have not entered."""
    f4, i1, i4 = np.float32, np.int8, np.int32
    none = np.full(n, -1, i4)
    return Population(
        position=np.zeros((n, 2), f4),
        velocity=np.zeros((n, 2), f4),
        radius=np.full(n, 0.2, f4),
        mass=np.full(n, 70.0, f4),
        desired_speed=np.full(n, 1.34, f4),
        speed_wish=np.full(n, 1.34, f4),
        temper=np.zeros(n, f4),
        role=np.zeros(n, i1),
        crowd=none.copy(),
        unit=none.copy(),
        status=np.full(n, Status.WAITING, i1),
        mode=np.full(n, Mode.STAND, i1),
        goal=none.copy(),
        slot=np.zeros((n, 2), f4),
        has_slot=np.zeros(n, bool),
        push=np.zeros(n, f4),
        kind=np.zeros(n, f4),
        look=np.zeros(n, f4),
        heading=np.zeros((n, 2), f4),
        way=np.zeros(n, f4),
        free_speed=np.zeros(n, f4),
        choice=np.zeros(n, i1),
        direction=np.zeros((n, 2), f4),
        speed=np.zeros(n, f4),
        gap=np.full(n, 3.0, f4),
        disposition=np.zeros(n, i1),
        grievance=np.full(n, 0.5, f4),
        aversion=np.full(n, 0.5, f4),
        threshold=np.zeros(n, f4),
        group=none.copy(),
        anger=np.zeros(n, f4),
        fear=np.zeros(n, f4),
        solidarity=np.full(n, 0.45, f4),
        bond=np.full(n, 0.45, f4),
        mind=np.zeros(n, i1),
        mind_since=np.zeros(n, f4),
        violent_at=np.full(n, -np.inf, f4),
        objects=np.zeros(n, f4),
        dose=np.zeros(n, f4),
        gas_dose=np.zeros(n, f4),
        injury=np.zeros(n, i1),
        cause=np.zeros(n, i1),
        hurt_at=np.full(n, np.inf, f4),
        down_since=np.full(n, np.inf, f4),
        fatigue=np.zeros(n, f4),
        discipline=np.full(n, 0.85, f4),
        reacts_at=np.zeros(n, f4),
        led_by=none.copy(),
        facing=np.zeros(n, f4),
        squeeze=np.zeros(n, f4),
        still=np.zeros((n, 2), f4),
        still_since=np.zeros(n, f4),
    )
