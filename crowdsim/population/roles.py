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


OFFICER_ROLES = (Role.OFFICER, Role.SHIELD, Role.NEGOTIATOR, Role.MEDIC)


class BarrierState(IntEnum):
    """The state of a gate, door or fence. `OPEN` is on purpose, `BROKEN` by force."""

    CLOSED = 0
    DAMAGED = 1
    BROKEN = 2
    OPEN = 3
