"""The small vocabularies of a person's columns."""

from enum import IntEnum


class Role(IntEnum):
    """What a person is in the exercise."""

    DEMONSTRATOR = 0
    PROVOCATEUR = 1
    DELEGATE = 2
    BYSTANDER = 3
    PRESS = 4
    OFFICER = 5  # no shield: rope line, traffic, guards
    SHIELD = 6  # officer with a shield
    NEGOTIATOR = 7
    MEDIC = 8
    CHAIR = 9  # the chair of the commission
    COORDINATOR = 10  # korlap: speaks for the demonstrators and leads their march


class Status(IntEnum):
    """Whether a person takes part."""

    WAITING = 0  # not yet entered
    ACTIVE = 1
    FALLEN = 2
    CARRIED = 3
    DETAINED = 4
    LEFT = 5


class Mode(IntEnum):
    """What a person is doing."""

    STAND = 0
    WALK = 1
    PUSH = 2  # leans on whoever is ahead
    FORMED = 3  # an officer who holds a slot
    LEAVE = 4  # on the way to an exit
    FIGHT = 5  # kicks, grabs or throws
    LED = 6  # taken somewhere by others: under escort, under arrest, held


class Mind(IntEnum):
    """What a person feels like doing; it rises and falls with hysteresis."""

    CALM = 0
    CHANTING = 1
    PUSHING = 2
    VIOLENT = 3
    FLEEING = 4


class Disposition(IntEnum):
    """What somebody brings along: how much talk moves him, and whether he stirs others up."""

    ORDINARY = 0
    HARDCORE = 1
    PROVOCATEUR = 2


class Injury(IntEnum):
    """How badly somebody is hurt."""

    NONE = 0
    LIGHT = 1
    SERIOUS = 2  # needs to be carried
    CRITICAL = 3  # needs a medic within four minutes


class Cause(IntEnum):
    """What an injury comes from."""

    NONE = 0
    CRUSH = 1
    FALL = 2
    OBJECT = 3  # something thrown
    FORCE = 4  # a blow or a grab, by whichever side
    GAS = 5
    WATER = 6


DEMONSTRATOR_ROLES = (Role.DEMONSTRATOR, Role.PROVOCATEUR, Role.DELEGATE, Role.COORDINATOR)
OFFICER_ROLES = (Role.OFFICER, Role.SHIELD, Role.NEGOTIATOR, Role.MEDIC)


class BarrierState(IntEnum):
    """The state of a gate, door or fence. `OPEN` is on purpose, `BROKEN` by force."""

    CLOSED = 0
    DAMAGED = 1
    BROKEN = 2
    OPEN = 3
