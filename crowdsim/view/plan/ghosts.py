"""What a plan draws on the map: a unit in the hand, slot by slot; the chosen one; posts, spawns, seconds."""

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pygame

from crowdsim.behaviour.formations import FORMATIONS
from crowdsim.behaviour.formations import place as placed
from crowdsim.frame import Frame
from crowdsim.population.roles import Status
from crowdsim.session.draft import Draft
from crowdsim.view.fit import shorten
from crowdsim.view.theme import SMALL, VALUE, Colour, mix
from crowdsim.view.words import clock
from crowdsim.world.tilemap import TileMap

if TYPE_CHECKING:
    from crowdsim.view.plan.plan import Plan

_BODY = 0.28  # m, an officer in kit


@dataclass
class Carried:
    """A unit in the hand: one of the draft, or a new one."""

    formation: str
    count: int
    heading: float  # degrees
    at: tuple[float, float] | None  # m; None = not over the map
    grip: tuple[float, float]  # m from the pointer to the anchor
    unit: int | None
    values: dict[str, Any] = field(default_factory=dict)  # of a new one
    post: str = ""  # at which it would stand
    own: str = ""  # it is no unit, but this post of the scenario
    moved: bool = False


def anchor_of(draft: Draft, number: int) -> tuple[float, float]:
    """Where the formation of a unit is pinned, m: its post, or the middle of the zone or of its people."""
    unit = draft.spec.unit[number]
    posts = draft.scenario.map.posts
    if unit.start in posts:
        return posts[unit.start].position
    x, y = draft.frame.position[draft.frame.unit == number].mean(axis=0)
    return float(x), float(y)


def usual_heading(draft: Draft) -> float:
    """Degrees: toward the first crowd from the middle of the map, in steps of 90."""
    frame = draft.frame
    people = frame.position[(frame.unit < 0) & (frame.status == Status.ACTIVE)]
    if not len(people):
        return 90.0
    wide, high = draft.scenario.map.size
    away = people.mean(axis=0) - (wide / 2, high / 2)
    return float(round(math.degrees(math.atan2(away[1], away[0])) / 90.0) * 90.0)


def unit_at(frame: Frame, at: tuple[float, float], reach: float) -> int | None:
    """The unit with an officer within `reach` m of a point."""
    rows = np.flatnonzero((frame.unit >= 0) & (frame.status == Status.ACTIVE))
    if not len(rows):
        return None
    away = np.hypot(*(frame.position[rows] - at).T)
    return int(frame.unit[rows[away.argmin()]]) if away.min() <= max(reach, 0.6) else None


def draw_carried(surface: pygame.Surface, plan: "Plan", carried: Carried) -> None:
    """Every slot where it would be, red where there is a wall."""
    picture = plan.window.picture
    theme, camera, tilemap = picture.theme, picture.camera, plan.draft.scenario.map
    anchor, heading, radius = carried.at, math.radians(carried.heading), 0.0
    assert anchor is not None
    if carried.post:
        post = tilemap.posts[carried.post]
        anchor, heading, radius = post.position, post.heading, post.radius if carried.formation == "busur" else 0.0
    slots = placed(FORMATIONS[carried.formation](carried.count, radius), anchor, heading)
    r = max(3, round(_BODY * camera.zoom))
    for (x, y), free in zip(slots.tolist(), _free(tilemap, slots).tolist(), strict=True):
        at = camera.to_screen(x, y)
        pygame.draw.circle(surface, theme["outline"], at, r + 2)
        pygame.draw.circle(surface, theme["accent" if free else "breach"], at, r)
    _arrow(surface, camera.to_screen(*anchor), heading, theme.px(70), theme["text"], theme["panel"])


def _free(tilemap: TileMap, points: np.ndarray) -> np.ndarray:
    rows, cols = tilemap.solid.shape
    c, r = np.floor(points / tilemap.tile_size).astype(int).T
    inside = (r >= 0) & (r < rows) & (c >= 0) & (c < cols)
    return inside & ~tilemap.solid[np.clip(r, 0, rows - 1), np.clip(c, 0, cols - 1)]


def draw_chosen(surface: pygame.Surface, plan: "Plan", number: int) -> None:
    """A ring about each officer of the chosen unit, and where it faces."""
    picture, frame = plan.window.picture, plan.draft.frame
    theme, camera = picture.theme, picture.camera
    r = max(7, round(_BODY * 1.7 * camera.zoom))
    for x, y in frame.position[frame.unit == number].tolist():
        pygame.draw.circle(surface, theme["text"], camera.to_screen(x, y), r, max(2, theme.px(3)))
    at = camera.to_screen(*anchor_of(plan.draft, number))
    _arrow(surface, at, frame.units[number].heading, theme.px(70), theme["text"], theme["panel"])


def draw_posts(surface: pygame.Surface, plan: "Plan", near: str) -> None:
    """A mark at each post of the map; the one a unit would stand at with its name."""
    picture = plan.window.picture
    theme, camera = picture.theme, picture.camera
    own = plan.draft.posts
    kept = {post.id for post in plan.draft.spec.post} - set(own)  # each by its unit
    for name, post in plan.draft.scenario.map.posts.items():
        if name in kept:
            continue
        x, y = camera.to_screen(*post.position)
        chosen = name in (near, plan.post)
        r = theme.px(14 if chosen else 11 if name in own else 7)
        corners = [(x, y - r), (x + r, y), (x, y + r), (x - r, y)]
        pygame.draw.polygon(surface, theme["accent"] if chosen or name in own else theme["panel"], corners)
        pygame.draw.polygon(surface, theme["text"], corners, max(2, theme.px(2)))
        if name == plan.post:
            _arrow(surface, (x, y), post.heading, theme.px(60), theme["text"], theme["panel"])
        if chosen or name in own:
            text = picture.words.pick(post.name) or name
            written = theme.write_haloed(text, VALUE, theme["text"], theme["panel"])
            surface.blit(written, written.get_rect(midbottom=(x, y - theme.px(20))))


def draw_spawns(surface: pygame.Surface, plan: "Plan") -> None:
    """Where crowds can come from."""
    picture = plan.window.picture
    theme, camera = picture.theme, picture.camera
    for name, spawn in plan.draft.scenario.map.spawns.items():
        x0, y0, x1, y1 = spawn.rect
        left, top = camera.to_screen(x0, y0)
        area = pygame.Rect(left, top, (x1 - x0) * camera.zoom, (y1 - y0) * camera.zoom)
        pygame.draw.rect(surface, theme["demonstrator"], area, max(3, theme.px(4)))
        written = theme.write_haloed(name, VALUE, theme["text"], theme["panel"])
        surface.blit(written, written.get_rect(topleft=(area.left + theme.px(8), area.top + theme.px(4))))


def bar(plan: "Plan", size: tuple[int, int]) -> pygame.Surface:
    """The planned seconds with a mark for each entry, the file, and a word about the mouse."""
    picture = plan.window.picture
    theme, words, draft = picture.theme, picture.words, plan.draft
    px = theme.px
    surface = pygame.Surface(size)
    surface.fill(theme["panel"])
    name = words("plan.file", file=draft.path.name) + (" · " + words("plan.changed") if draft.changed else "")
    half = size[0] // 2
    written = theme.write(shorten(theme, name, SMALL, half - px(60)), SMALL, theme["text"], bold=True)
    surface.blit(written, (px(34), px(12)))
    hint = theme.write(shorten(theme, words("plan.mouse"), SMALL, half, False), SMALL, theme["text_soft"])
    surface.blit(hint, hint.get_rect(topright=(size[0] - px(34), px(12))))
    total = theme.write(clock(draft.spec.duration), VALUE, theme["text"], bold=True)
    track = pygame.Rect(px(34), round(size[1] * 0.66), size[0] - px(34) - px(60) - total.get_width(), px(12))
    surface.blit(total, total.get_rect(midright=(size[0] - px(34), track.centery)))
    pygame.draw.rect(surface, theme["panel_raised"], track, border_radius=px(6))
    for entry in draft.spec.timeline:
        if entry.at is not None:
            x = track.left + round(track.width * min(1.0, (entry.at + entry.after) / draft.spec.duration))
            colour = theme["text"]
            if entry.do == "declare_phase" and entry.phase in ("hijau", "kuning", "merah"):
                colour = theme[entry.phase]
            pygame.draw.aacircle(surface, theme["panel"], (x, track.centery), px(13))
            pygame.draw.aacircle(surface, colour, (x, track.centery), px(10))
    return surface


def _arrow(
    surface: pygame.Surface, at: tuple[float, float], heading: float, long: int, colour: Colour, rim: Colour
) -> None:
    """Where a formation faces."""
    ux, uy = math.cos(heading), math.sin(heading)
    x, y = at
    tip = (x + ux * long, y + uy * long)
    neck = (x + ux * long * 0.62, y + uy * long * 0.62)
    wings = [(neck[0] + side * -uy * long * 0.22, neck[1] + side * ux * long * 0.22) for side in (1, -1)]
    for tint, wide in ((mix(rim, colour, 0.1), 11), (colour, 5)):
        pygame.draw.line(surface, tint, at, neck, wide)
        pygame.draw.polygon(surface, tint, [tip, *wings], 0 if wide == 5 else 9)
