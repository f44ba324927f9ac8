"""The map with what happens on it: ground, density, barriers, people, links, openings and their labels."""

import numpy as np
import pygame

from crowdsim.frame import Frame, Opening
from crowdsim.metrics.lookout import line_shares, open_exits
from crowdsim.population.roles import BarrierState
from crowdsim.view import effects, labels, overlays, sprites, stamps
from crowdsim.view.brush import Brush, thick_line
from crowdsim.view.camera import Camera
from crowdsim.view.captions import Captions, apart, party_colour
from crowdsim.view.ground import Ground
from crowdsim.view.layers import Shown
from crowdsim.view.theme import Colour, Theme, mix
from crowdsim.view.watch import draw_sign
from crowdsim.view.words import Words
from crowdsim.world.tilemap import Gate, TileMap

DENSITY_LOW, DENSITY_HIGH = 2, 6  # people per m2: nothing is shown below, the last colour from there on
_DENSITY_CELL = 0.5  # m
_BELOW = frozenset({"density", "exits", "legitimacy", "pressure", "trails", "sight", "rings"})  # change with a frame

RGB = (0xFF0000, 0xFF00, 0xFF, 0)  # the pixel layout the drawing loops write


def canvas(size: tuple[int, int]) -> pygame.Surface:
    """A surface in the pixel layout the drawing loops write."""
    return pygame.Surface(size, depth=32, masks=RGB)


class Scene:
    """Draws one map at one theme."""

    def __init__(self, tile_map: TileMap, ground: Ground, theme: Theme, words: Words) -> None:
        self.map, self.ground, self.theme, self.words = tile_map, ground, theme, words
        self._atlases: dict[int, sprites.Atlas] = {}
        self._under: pygame.Surface | None = None
        self._under_key: tuple = ()
        self.captions = Captions(tile_map, theme, words)
        self._kinds: np.ndarray = np.empty(0, np.int32)
        self._cast: tuple[np.ndarray, np.ndarray] = (self._kinds, self._kinds)  # rows and sprites in drawing order
        self._cast_key: tuple = ()
        rows = int(np.ceil(tile_map.size[1] / _DENSITY_CELL))
        cols = int(np.ceil(tile_map.size[0] / _DENSITY_CELL))
        self.trails = overlays.Trails()
        self._seen: tuple[tuple, np.ndarray] = ((), np.zeros((0, 0), np.uint8))  # what officers watch, once a second
        self._shares: tuple[tuple, np.ndarray] = ((), np.zeros(0, np.float32))
        self._contacts: tuple[tuple, tuple[np.ndarray, np.ndarray]] = ((), overlays.NO_CONTACTS)
        self._density, self._spare = np.zeros((rows, cols), np.float32), np.zeros((rows, cols), np.float32)
        self._ramp = np.array([theme[f"density_{n}"] for n in range(DENSITY_LOW, DENSITY_HIGH + 1)], np.uint8)

    def draw(
        self,
        surface: pygame.Surface,
        camera: Camera,
        previous: Frame,
        current: Frame,
        blend: float,
        shown: Shown,
        kept: tuple[labels.Box, ...] = (),
    ) -> None:
        """Everything inside the camera's view; no label on the boxes `kept` (px)."""
        view = camera.view
        time = previous.time + (current.time - previous.time) * blend
        self._muster(camera, current, shown)
        self.trails.note(current)
        surface.set_clip(view)
        surface.blit(self._below(camera, current, shown), view.topleft)
        here, facing = self._places_before(previous, current)
        brush = Brush.on(surface, view, camera.origin, camera.zoom)
        self._draw_parties(brush, current, here, blend)
        self._draw_people(brush, current, here, facing, blend)
        effects.draw_fires(brush, self.theme, current.fires, time)
        effects.draw_sprays(brush, self.theme, current.sprays, time)
        effects.draw_throws(brush, self.theme, effects.in_the_air(previous, current), time)
        self._draw_over(brush, current, here + (current.position - here) * np.float32(blend), shown)
        del brush  # it holds the pixels, and what follows draws on the surface
        for opening in apart(current.openings):
            self._draw_ring(surface, camera, opening)
        for warned in shown.warnings:
            draw_sign(surface, self.theme, camera.to_screen(*warned.alarm.position))
        people = self._kinds, self.atlas(camera.zoom).half
        self.captions.place(camera, current, shown, kept, people, self._line_shares(current))
        self.captions.draw(surface)
        surface.set_clip(None)

    def atlas(self, zoom: float) -> sprites.Atlas:
        """The sprites for a zoom; a step of 3 % is not seen, and lets a zoom reuse them."""
        step = round(np.log(zoom) / np.log(1.03))
        if step not in self._atlases:
            if len(self._atlases) > 12:
                self._atlases.pop(next(iter(self._atlases)))
            self._atlases[step] = sprites.bake(self.theme, 1.03**step)
        return self._atlases[step]

    @property
    def label_boxes(self) -> list[labels.Placed]:
        """Where the labels of the last picture lie."""
        return self.captions.boxes

    # Below the people ------------------------------------------------------------------------------------------

    def _below(self, camera: Camera, frame: Frame, shown: Shown) -> pygame.Surface:
        """Ground, density, gas, front and barriers: they change with a frame or the camera, not with every picture."""
        gas = frame.gas if "gas" in shown else None
        layers = shown.layers & _BELOW
        moves = bool(layers) or gas is not None
        key = (
            camera.key,
            frame.barrier_state.tobytes(),
            frame.facade.tobytes(),
            (layers, "gas" in shown, shown.followed if "sight" in shown else ""),
            frame.tick if moves else -1,
            self.ground.laid,
        )
        if self._under is None or key != self._under_key:
            ground = self.ground.picture(camera, self.theme)
            if self._under is None or self._under.get_size() != ground.get_size():
                self._under = canvas(ground.get_size())
            self._under.blit(ground, (0, 0))
            if "density" in shown:
                self._draw_density(self._under, camera, frame)
            origin = camera.origin[0] - camera.view.left, camera.origin[1] - camera.view.top
            brush = Brush.on(self._under, self._under.get_rect(), origin, camera.zoom)
            self._draw_under(brush, frame, shown)
            if gas is not None:
                effects.draw_gas(brush, self.theme, gas)
            effects.draw_facade(brush, self.theme, frame.facade)
            if "exits" in shown:
                exits = effects.public_exits(self.map)
                effects.draw_exits(brush, self.theme, exits, open_exits(frame, exits), self.map)
            del brush
            for gate, state in zip(self.map.gates, frame.barrier_state, strict=True):
                self._draw_barrier(self._under, camera, gate, BarrierState(int(state)))
            self._under_key = key
        return self._under

    def _draw_under(self, brush: Brush, frame: Frame, shown: Shown) -> None:
        """The layers that lie on the ground, below gas and people."""
        theme = self.theme
        if "legitimacy" in shown and frame.legitimacy is not None:
            overlays.draw_legitimacy(brush, theme, frame.legitimacy)
        if "pressure" in shown:
            overlays.draw_pressure(brush, theme, frame, self._kinds, self.map.size)
        if "trails" in shown:
            self.trails.draw(brush, theme, frame)
        if "sight" in shown:
            key = (int(frame.time), shown.followed, frame.barrier_state.tobytes())
            if self._seen[0] != key:
                self._seen = key, overlays.sight(self.map, frame, shown.followed)
            overlays.draw_sight(brush, theme, self._seen[1], self.map.tile_size)
        if "rings" in shown:
            overlays.draw_rings(brush, theme, overlays.ring_centre(self.map))

    def _draw_over(self, brush: Brush, frame: Frame, here: np.ndarray, shown: Shown) -> None:
        """The layers that lie on people, who are at `here` f4[n, 2] m."""
        if "contacts" in shown:
            key = (id(frame), frame.tick)
            if self._contacts[0] != key:
                self._contacts = key, overlays.contacts(frame)
            overlays.draw_contacts(brush, self.theme, *self._contacts[1], here)
        if "velocity" in shown:
            overlays.draw_velocity(brush, self.theme, frame, here)
        if "lines" in shown:
            overlays.draw_lines(brush, self.theme, frame.lines, self._line_shares(frame))

    def _line_shares(self, frame: Frame) -> np.ndarray:
        """See `lookout.line_shares`: once for each frame."""
        key = (id(frame), frame.tick)
        if self._shares[0] != key:
            self._shares = key, line_shares(frame)
        return self._shares[1]

    def _draw_density(self, surface: pygame.Surface, camera: Camera, frame: Frame) -> None:
        stamps.density(frame.position, self._kinds, _DENSITY_CELL, self._density, self._spare)
        ox, oy = camera.origin[0] - camera.view.left, camera.origin[1] - camera.view.top
        rows, cols = np.nonzero(self._density >= DENSITY_LOW)
        if not len(rows):
            return
        step = _DENSITY_CELL * camera.zoom
        width, height = surface.get_size()
        clip = np.array(
            [
                max(0, ox + (cols.min() - 1) * step),
                max(0, oy + (rows.min() - 1) * step),
                min(width, ox + (cols.max() + 2) * step),
                min(height, oy + (rows.max() + 2) * step),
            ],
            np.int64,
        )
        pixels = pygame.surfarray.pixels2d(surface).T
        step_up = (DENSITY_HIGH - DENSITY_LOW) / (len(self._ramp) - 1)
        stamps.paint_heat(
            pixels, clip, self._density, _DENSITY_CELL, self._ramp, DENSITY_LOW, step_up, 0.85, ox, oy, camera.zoom
        )

    def _draw_barrier(self, surface: pygame.Surface, camera: Camera, gate: Gate, state: BarrierState) -> None:
        """Closed: a barred leaf across. Damaged: bent inwards. Broken: two leaves lying flat. Open: swung aside."""
        ox, oy = camera.origin[0] - camera.view.left, camera.origin[1] - camera.view.top
        x0, y0, x1, y1 = gate.rect
        middle = np.array([(x0 + x1) / 2, (y0 + y1) / 2])
        level = x1 - x0 >= y1 - y0
        along = np.array([1.0, 0.0]) if level else np.array([0.0, 1.0])
        inward = np.array([0.0, 1.0]) if level else np.array([1.0, 0.0])
        if float(np.dot(inward, np.array(self.map.size) / 2 - middle)) < 0:
            inward = -inward
        half = (x1 - x0 if level else y1 - y0) / 2
        ends = middle - along * half, middle + along * half
        theme, zoom = self.theme, camera.zoom
        thick = max(3 * theme.scale, 0.16 * zoom)

        def at(point: np.ndarray) -> tuple[float, float]:
            return float(ox + point[0] * zoom), float(oy + point[1] * zoom)

        def bar(a: np.ndarray, b: np.ndarray, colour: Colour, width: float) -> None:
            thick_line(surface, at(a), at(b), theme["outline"], width + 2 * theme.px(1.2))
            thick_line(surface, at(a), at(b), colour, width)

        if state == BarrierState.OPEN:
            for hinge in ends:
                bar(hinge, hinge + inward * half * 0.9, theme["good"], thick * 0.7)
        elif state == BarrierState.BROKEN:
            for hinge, way in zip(ends, (along, -along), strict=True):
                tip = hinge + inward * half * 0.75 + way * half * 0.45
                side = (inward * 0.45 - way * 0.75) * min(half, 1.0) * 0.6
                corners = [at(p) for p in (hinge, tip, tip + side, hinge + side)]
                pygame.draw.polygon(surface, mix(theme["gate_broken"], theme["ground"], 0.55), corners)
                pygame.draw.aalines(surface, theme["gate_broken"], True, corners)
                for share in (0.25, 0.5, 0.75):
                    start = hinge + (tip - hinge) * share
                    pygame.draw.aaline(surface, theme["gate_broken"], at(start), at(start + side))
        else:
            damaged = state == BarrierState.DAMAGED
            colour = theme["gate_damaged" if damaged else "gate"]
            if damaged:
                bulge = middle + inward * max(0.12 * half, 0.4)
                bar(ends[0], bulge, colour, thick)
                bar(bulge, ends[1], colour, thick)
            else:
                bar(ends[0], ends[1], colour, thick)
            for share in np.linspace(-1, 1, max(3, int(half * 2) + 1)):  # the pickets of the leaf
                sag = max(0.12 * half, 0.4) * (1 - abs(share)) if damaged else 0.0
                foot = middle + along * half * share + inward * sag
                reach = inward * max(0.22, 3.5 * theme.scale / zoom)
                thick_line(surface, at(foot - reach), at(foot + reach), colour, max(1.0, thick * 0.35))
        for hinge in ends:
            post = pygame.Rect(0, 0, thick * 2.0, thick * 2.0)
            post.center = round(at(hinge)[0]), round(at(hinge)[1])
            surface.fill(theme["outline"], post.inflate(2, 2))
            surface.fill(theme["wall"], post)

    # People ----------------------------------------------------------------------------------------------------

    def _muster(self, camera: Camera, frame: Frame, shown: Shown) -> None:
        """Which sprites are stamped for whom: again only when the frame, the zoom or what is shown is another."""
        atlas = self.atlas(camera.zoom)
        key = (id(frame), frame.tick, id(atlas), "anger" in shown, "squeeze" in shown)
        if key != self._cast_key:
            self._cast_key = key
            self._kinds = sprites.kinds(frame)
            rows = np.flatnonzero(self._kinds >= 0).astype(np.int32)
            halos = sprites.glow(frame, "anger" in shown, "squeeze" in shown)
            self._cast = sprites.in_order(atlas, halos, (rows, self._kinds[rows]), sprites.marks(frame))

    def _places_before(self, previous: Frame, current: Frame) -> tuple[np.ndarray, np.ndarray]:
        """Where people come from in this picture, and where they looked."""
        before, facing = previous.position, previous.facing
        fresh = (previous.status != current.status) & (sprites.kinds(previous) < 0)
        if fresh.any():  # whoever just entered has no place before; do not let them fly in
            before, facing = before.copy(), facing.copy()
            before[fresh], facing[fresh] = current.position[fresh], current.facing[fresh]
        return before, facing

    def _draw_people(self, brush: Brush, current: Frame, before: np.ndarray, facing: np.ndarray, blend: float) -> None:
        atlas = self.atlas(brush.zoom)
        if len(current.links):
            a, b = current.links[:, 0], current.links[:, 1]
            here = before + (current.position - before) * np.float32(blend)
            ends = np.hstack([here[a], here[b]])
            width = max(0.07 * brush.zoom, 1.0 * self.theme.scale)
            brush.lines(ends, width + 0.8, self.theme["outline"], 0.8)
            brush.lines(ends, width, self.theme["shield"])
        stamps.stamp_people(
            brush.pixels,
            brush.clip,
            atlas.sprites,
            atlas.first,
            atlas.turns,
            atlas.phases,
            atlas.extent,
            *self._cast,
            before,
            current.position,
            facing,
            current.facing,
            float(blend),
            brush.ox,
            brush.oy,
            brush.zoom,
        )

    def _draw_parties(self, brush: Brush, current: Frame, before: np.ndarray, blend: float) -> None:
        """A dotted line from whoever is led to the unit that leads; a double ring about a hostage."""
        centres = {unit.id: unit.centre for unit in current.units if unit.count}
        for party in current.parties:
            x, y = party.position
            if party.rows:
                row = party.rows[0]
                x, y = (float(v) for v in before[row] + (current.position[row] - before[row]) * blend)
            colour = self.theme[party_colour(party)]
            if party.kind in ("hostage", "chair"):
                at = brush.at(x, y)
                radius = max(1.5 * brush.zoom, self.theme.px(19))
                rings = (radius, radius + self.theme.px(8)) if party.kind == "hostage" else (radius,)
                for ring in rings:
                    brush.ring(at, ring, 2.4 * self.theme.scale, self.theme["outline"])
                    brush.ring(at, ring, 1.4 * self.theme.scale, colour)
            if party.by in centres:
                to = np.array(centres[party.by])
                way = to - (x, y)
                long = float(np.hypot(*way)) * brush.zoom
                count = max(1, int(long / self.theme.px(12)))
                start = np.linspace(0.0, 1.0, count, endpoint=False)[:, None]
                dots = np.hstack([(x, y) + way * start, (x, y) + way * (start + 0.5 / count)])
                brush.lines(dots, 1.9 * self.theme.scale, self.theme["outline"])
                brush.lines(dots, 1.2 * self.theme.scale, colour)

    # Openings and labels ---------------------------------------------------------------------------------------

    def _draw_ring(self, surface: pygame.Surface, camera: Camera, opening: Opening) -> None:
        at, radius = camera.to_screen(*opening.position), self.captions.ring_radius(camera, opening)
        view, half = camera.view, 3.0 * self.theme.scale
        clip = np.array([view.left, view.top, view.right, view.bottom], np.int64)
        pixels = pygame.surfarray.pixels2d(surface).T
        stamps.draw_ring(pixels, clip, *at, radius, 2.2 * half, *self.theme["breach_inner"])
        stamps.draw_ring(pixels, clip, *at, radius, half, *self.theme["breach"])
