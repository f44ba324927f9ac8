"""The sprites people are stamped with: a body for each role, marks for what goes on with it, painted for one zoom."""

from dataclasses import dataclass

import numpy as np

from crowdsim.frame import Frame
from crowdsim.population.roles import OFFICER_ROLES, Injury, Mind, Mode, Role, Status
from crowdsim.view import stamps
from crowdsim.view.theme import ROLE_NAMES, Theme

# Kinds of sprites beyond the roles: bodies, marks in two sizes, badges, halos.
FALLEN = len(Role)
CARRIED = FALLEN + 1
MARK = CARRIED + 1  # the first mark: for a body of the usual size
CHANTING, PUSHING, VIOLENT, FLEEING, LED, HELD = range(6)  # beyond MARK; and the same again for a larger body
MARKS = 6
BADGE = MARK + 2 * MARKS  # one for each class of injury but none
GLOWS = 3  # steps of a halo
ANGER = BADGE + len(Injury) - 1  # round halos
SQUEEZE = ANGER + GLOWS  # square ones
KINDS = SQUEEZE + GLOWS

SQUEEZE_STEPS = (300.0, 600.0, 1100.0)
"""N: felt; as much as one can bear for long; breathing fails within minutes (models of line pressure, [R])."""

BODY = 0.27  # m, half the width of shoulders drawn; people of a press just touch
_SMALLEST = 3.7  # px of 1080: half a body, however far the camera is
_SHAPES = {
    Role.DEMONSTRATOR: stamps.DISC,
    Role.PROVOCATEUR: stamps.TRIANGLE,
    Role.DELEGATE: stamps.SQUARE,
    Role.BYSTANDER: stamps.CIRCLE,
    Role.PRESS: stamps.RING,
    Role.OFFICER: stamps.DISC,
    Role.SHIELD: stamps.SHIELDED,
    Role.NEGOTIATOR: stamps.SQUARE,
    Role.MEDIC: stamps.PLUS,
    Role.CHAIR: stamps.DIAMOND,
    Role.COORDINATOR: stamps.SQUARE,
}
_MARK_SHAPES = (stamps.TICK, stamps.CHEVRON, stamps.TARGET, stamps.TAIL, stamps.BRACKETS, stamps.FRAME)
_MARK_COLOURS = ("mind_chanting", "mind_pushing", "mind_violent", "mind_fleeing", "shield", "shield")
_BADGE_SHAPES = (stamps.ROUND_BADGE, stamps.SQUARE_BADGE, stamps.DIAMOND_BADGE)
INJURY_NAMES = ("light", "serious", "critical")
MIND_NAMES = ("calm", "chanting", "pushing", "violent", "fleeing")
# Few and important: larger than life, so that they are found at a glance. Times the body, and px of 1080 at least.
_LARGER = {
    Role.PROVOCATEUR: (1.7, 8.5),
    Role.DELEGATE: (1.35, 7.5),
    Role.NEGOTIATOR: (1.35, 7.5),
    Role.MEDIC: (1.4, 7.5),
    Role.CHAIR: (2.0, 11.0),
    Role.PRESS: (1.1, 5.0),
    Role.COORDINATOR: (1.7, 8.5),
}
_LARGE = np.array([_LARGER.get(role, (1.0, 0.0))[0] > 1.2 for role in Role])  # by role: gets the larger marks
_OFFICER = np.isin(np.arange(len(Role)), OFFICER_ROLES)
# Drawn from low to high.
_HALO_LAYER, _LYING_LAYER, _CROWD_LAYER, _MARK_LAYER, _OFFICER_LAYER, _FEW_LAYER, _CHAIR_LAYER, _TOP_LAYER = range(8)
_LAYER = {
    Role.OFFICER: _OFFICER_LAYER,
    Role.SHIELD: _OFFICER_LAYER,
    Role.PROVOCATEUR: _FEW_LAYER,
    Role.DELEGATE: _FEW_LAYER,
    Role.NEGOTIATOR: _FEW_LAYER,
    Role.MEDIC: _FEW_LAYER,
    Role.CHAIR: _CHAIR_LAYER,
    Role.COORDINATOR: _FEW_LAYER,
}
# How far each shape reaches beyond its half size.
_REACH = {
    stamps.SHIELDED: 1.35,
    stamps.LYING: 1.15,
    stamps.STRETCHER: 1.4,
    stamps.TICK: 2.0,
    stamps.CHEVRON: 1.95,
    stamps.TARGET: 1.6,
    stamps.TAIL: 2.35,
    stamps.BRACKETS: 1.6,
    stamps.FRAME: 1.6,
    stamps.ROUND_BADGE: stamps.BADGE_ASIDE + 0.9,
    stamps.SQUARE_BADGE: stamps.BADGE_ASIDE + 0.9,
    stamps.DIAMOND_BADGE: stamps.BADGE_ASIDE + 1.3,
}


@dataclass(frozen=True)
class Atlas:
    """Sprites of one zoom and theme, and how far each kind reaches from its middle (px)."""

    sprites: np.ndarray  # u4[sprites, phases * phases, side, side]
    first: np.ndarray  # i4[KINDS], the first sprite of a kind
    turns: np.ndarray  # i4[KINDS], how many headings it has
    phases: int
    extent: np.ndarray  # i4[KINDS], px, the pixels that are not empty
    half: np.ndarray  # f4[KINDS], px, the half side of the square a person covers
    layer: np.ndarray  # i4[KINDS], drawn from low to high


def bake(theme: Theme, zoom: float, headings: int = stamps.HEADINGS) -> Atlas:
    """Paint the sprites for a zoom (px/m)."""
    half = np.empty(KINDS, np.float32)
    shape = np.empty(KINDS, np.int32)
    layer = np.zeros(KINDS, np.int32)
    fill = np.empty((KINDS, 3), np.uint8)
    core = np.empty((KINDS, 3), np.uint8)
    edge = np.empty((KINDS, 3), np.uint8)
    edge[:], core[:] = theme["outline"], theme["core"]
    scale = theme.scale
    body = max(BODY * zoom, _SMALLEST * scale)
    for role in Role:
        factor, least = _LARGER.get(role, (1.0, 0.0))
        half[role] = max(body * factor, least * scale)
        shape[role], layer[role] = _SHAPES[role], _LAYER.get(role, _CROWD_LAYER)
        fill[role] = theme[ROLE_NAMES[role]]
    fill[Role.SHIELD], core[Role.SHIELD] = theme["officer"], theme["shield"]
    core[Role.PRESS], core[Role.CHAIR] = theme["bystander"], theme["outline"]
    # A darker shade of the body as its rim: black rims would turn a crowd seen from afar to brown.
    edge[Role.DEMONSTRATOR] = fill[Role.DEMONSTRATOR] * 0.35 + np.array(theme["outline"]) * 0.65
    for kind, lying in ((FALLEN, stamps.LYING), (CARRIED, stamps.STRETCHER)):
        half[kind] = max(body * 1.5, 6.0 * scale)
        shape[kind], layer[kind], fill[kind], core[kind] = lying, _LYING_LAYER, theme["fallen"], theme["bystander"]
    layer[CARRIED] = _FEW_LAYER
    for number, (mark, colour) in enumerate(zip(_MARK_SHAPES, _MARK_COLOURS, strict=True)):
        for kind, large in ((MARK + number, False), (MARK + MARKS + number, True)):
            half[kind] = half[Role.PROVOCATEUR] * 0.9 if large else body
            shape[kind], fill[kind], core[kind] = mark, theme[colour], theme["outline"]
            layer[kind] = _TOP_LAYER if large or number >= LED else _MARK_LAYER
    core[[MARK + FLEEING, MARK + MARKS + FLEEING]] = theme["ground"]
    # Who is violent is the exception: found from afar.
    half[MARK + VIOLENT] = max(body, 5.0 * scale)
    for number, name in enumerate(INJURY_NAMES):
        half[BADGE + number] = max(body * 1.0, (5.5 + 1.0 * number) * scale)
        shape[BADGE + number], layer[BADGE + number] = _BADGE_SHAPES[number], _TOP_LAYER
        fill[BADGE + number] = theme[f"injury_{name}"]
        core[BADGE + number] = theme["core" if name == "critical" else "injury_cross"]
    for number in range(GLOWS):
        for start, name, halo in ((ANGER, "anger", stamps.HALO), (SQUEEZE, "squeeze", stamps.SQUARE_HALO)):
            half[start + number], shape[start + number] = max(body * 1.75, 6.5 * scale), halo
            fill[start + number] = edge[start + number] = theme[f"{name}_{number + 1}"]
            layer[start + number] = _HALO_LAYER
    # The outline is thin on a small body: a crowd must keep its colour from far away.
    rim = np.clip(half * 0.16, 0.55, 1.6 * max(scale, 1.0)).astype(np.float32)
    reach = np.array([_REACH.get(int(kind), 1.05) for kind in shape])
    extent = np.ceil(half * reach + rim + 1.5).astype(np.int32)
    side = int(extent.max()) * 2 + 2
    phases = 2 if side <= 36 else 1
    turns = np.where(np.isin(shape, stamps.TURNING), headings, 1).astype(np.int32)
    first = (np.cumsum(turns) - turns).astype(np.int32)
    sprites = np.zeros((int(turns.sum()), phases * phases, side, side), np.uint32)
    stamps.bake(shape, half, rim, extent, fill, edge, core, first, turns, phases, sprites)
    return Atlas(sprites, first, turns, phases, extent, half + rim, layer)


def kinds(frame: Frame) -> np.ndarray:
    """The body of each person, i4[n]; -1 = not to be drawn."""
    here = (frame.status == Status.ACTIVE) | (frame.status == Status.DETAINED)
    kind = np.where(here, frame.role, -1).astype(np.int32)
    kind[frame.status == Status.FALLEN] = FALLEN
    kind[frame.status == Status.CARRIED] = CARRIED
    return kind


def glow(frame: Frame, anger: bool, squeeze: bool) -> tuple[np.ndarray, np.ndarray]:
    """Rows and kinds, i4[m] each, of the halos that show the mood of the crowd or how hard people are squeezed."""
    up = frame.status == Status.ACTIVE
    rows: list[np.ndarray] = []
    halos: list[np.ndarray] = []
    if anger and frame.mind is not None:
        who = np.flatnonzero(up & (frame.mind >= Mind.CHANTING) & (frame.mind <= Mind.VIOLENT))
        rows.append(who)
        halos.append(ANGER + frame.mind[who].astype(np.int32) - 1)
    if squeeze:
        step = np.searchsorted(SQUEEZE_STEPS, frame.squeeze, side="right")
        who = np.flatnonzero(up & (step > 0))
        rows.append(who)
        halos.append(SQUEEZE + step[who] - 1)
    return _joined(rows), _joined(halos)


def marks(frame: Frame) -> tuple[np.ndarray, np.ndarray]:
    """Rows and kinds, i4[m] each, of the marks: state of mind, led or held, injury."""
    up = frame.status == Status.ACTIVE
    large = _LARGE[frame.role]
    rows: list[np.ndarray] = []
    kind: list[np.ndarray] = []

    def put(who: np.ndarray, mark: np.ndarray | int) -> None:
        rows.append(who)
        kind.append(np.broadcast_to(MARK + np.asarray(mark, np.int32), who.shape) + MARKS * large[who])

    led = up & (frame.mode == Mode.LED)
    if frame.mind is not None:
        who = np.flatnonzero(up & ~led & (frame.mind > Mind.CALM) & ~_OFFICER[frame.role])
        put(who, frame.mind[who].astype(np.int32) - 1)
    put(np.flatnonzero(led & (frame.role != Role.CHAIR)), LED)  # the chair has a ring and a label
    put(np.flatnonzero(frame.status == Status.DETAINED), HELD)
    if frame.injury is not None:
        shown = up | np.isin(frame.status, (Status.FALLEN, Status.CARRIED, Status.DETAINED))
        who = np.flatnonzero(shown & (frame.injury > Injury.NONE))
        rows.append(who)
        kind.append(BADGE + frame.injury[who].astype(np.int32) - 1)
    return _joined(rows), _joined(kind)


def in_order(atlas: Atlas, *groups: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Rows and kinds of all groups, i4[m] each, from the lowest layer to the highest."""
    rows, kind = _joined([rows for rows, _ in groups]), _joined([kind for _, kind in groups])
    order = np.argsort(atlas.layer.astype(np.int8)[kind], kind="stable")
    return rows[order], kind[order]


def _joined(parts: list[np.ndarray]) -> np.ndarray:
    return np.concatenate([np.zeros(0, np.int32), *parts]).astype(np.int32)


def icons(theme: Theme, half: float) -> list[np.ndarray]:
    """Each kind facing up for a legend, u1[side, side, 4] RGBA, all of one size; a body is 2 * half px wide."""
    atlas = bake(theme, half / BODY, headings=4)
    pictures = []
    for kind in range(KINDS):
        sprite = atlas.sprites[atlas.first[kind] + (3 if atlas.turns[kind] > 1 else 0), 0]
        alpha = sprite >> 24
        colour = [(sprite >> shift & 255) * 255 // np.maximum(alpha, 1) for shift in (16, 8, 0)]
        pictures.append(np.stack([*colour, alpha], axis=-1).astype(np.uint8))
    return pictures
