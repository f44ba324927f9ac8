"""The sprites people are stamped with: one shape and colour for each role, 64 headings, painted for one zoom."""

from dataclasses import dataclass

import numpy as np

from crowdsim.frame import Frame
from crowdsim.population.roles import Role, Status
from crowdsim.view import stamps
from crowdsim.view.theme import ROLE_NAMES, Theme

FALLEN = len(Role)  # sprite kinds beyond the roles
HELD = FALLEN + 1
KINDS = HELD + 1

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
_LAYER = {
    Role.OFFICER: 2,
    Role.SHIELD: 2,
    Role.PROVOCATEUR: 3,
    Role.DELEGATE: 3,
    Role.NEGOTIATOR: 3,
    Role.MEDIC: 3,
    Role.CHAIR: 4,
    Role.COORDINATOR: 3,
}
LAYERS = 5


@dataclass(frozen=True)
class Atlas:
    """Sprites of one zoom and theme, and how far each kind reaches from its middle (px)."""

    sprites: np.ndarray  # u4[KINDS, headings, phases * phases, side, side]
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
    body = max(BODY * zoom, _SMALLEST * theme.scale)
    for role in Role:
        factor, least = _LARGER.get(role, (1.0, 0.0))
        half[role] = max(body * factor, least * theme.scale)
        shape[role], layer[role] = _SHAPES[role], _LAYER.get(role, 1)
        fill[role], core[role] = theme[ROLE_NAMES[role]], theme["core"]
    fill[Role.SHIELD], core[Role.SHIELD] = theme["officer"], theme["shield"]
    core[Role.PRESS], core[Role.CHAIR] = theme["bystander"], theme["outline"]
    edge[:] = theme["outline"]
    # A darker shade of the body as its rim: black rims would turn a crowd seen from afar to brown.
    edge[Role.DEMONSTRATOR] = fill[Role.DEMONSTRATOR] * 0.35 + np.array(theme["outline"]) * 0.65
    half[FALLEN] = max(body * 1.5, 6.0 * theme.scale)
    shape[FALLEN], layer[FALLEN], fill[FALLEN], core[FALLEN] = stamps.LYING, 0, theme["fallen"], theme["bystander"]
    half[HELD] = max(body * 1.2, 6.0 * theme.scale)
    shape[HELD], layer[HELD], fill[HELD], core[HELD] = stamps.BRACKET, 3, theme["shield"], theme["core"]
    # The outline is thin on a small body: a crowd must keep its colour from far away.
    rim = np.clip(half * 0.16, 0.55, 1.6 * max(theme.scale, 1.0)).astype(np.float32)
    ahead = np.where(shape == stamps.SHIELDED, 1.35, np.where(shape == stamps.LYING, 1.15, 1.05))
    extent = np.ceil(half * ahead + rim + 1.0).astype(np.int32)
    side = int(extent.max()) * 2 + 2
    phases = 2 if side <= 32 else 1
    sprites = np.zeros((KINDS, headings, phases * phases, side, side), np.uint32)
    stamps.bake(shape, half, rim, extent, fill, edge, core, phases, sprites)
    return Atlas(sprites, phases, extent, half + rim, layer)


def kinds(frame: Frame) -> np.ndarray:
    """The sprite of each person, i4[n]; -1 = not to be drawn."""
    kind = np.where(frame.status == Status.ACTIVE, frame.role, -1).astype(np.int32)
    kind[(frame.status == Status.FALLEN) | (frame.status == Status.CARRIED)] = FALLEN
    kind[frame.status == Status.DETAINED] = HELD
    return kind


def icons(theme: Theme, half: float) -> list[np.ndarray]:
    """Each role facing up for a legend, u1[side, side, 4] RGBA; an ordinary body is 2 * half px wide."""
    atlas = bake(theme, half / BODY, headings=4)
    pictures = []
    for role in Role:
        sprite = atlas.sprites[role, 3, 0]
        reach, middle = int(atlas.extent[role]), sprite.shape[0] // 2
        sprite = sprite[middle - reach : middle + reach, middle - reach : middle + reach]
        alpha = sprite >> 24
        colour = [(sprite >> shift & 255) * 255 // np.maximum(alpha, 1) for shift in (16, 8, 0)]
        pictures.append(np.stack([*colour, alpha], axis=-1).astype(np.uint8))
    return pictures
