"""The map with what happens on it: ground, density, barriers, people, links, openings and their labels."""

from dataclasses import dataclass

import numpy as np
import pygame

from crowdsim.frame import Frame, Opening, PartyView
from crowdsim.metrics.lookout import open_exits
from crowdsim.population.roles import BarrierState, Role, Status
from crowdsim.view import effects, labels, overlays, sprites, stamps
from crowdsim.view.brush import Brush
from crowdsim.view.camera import Camera
from crowdsim.view.ground import Ground
from crowdsim.view.theme import BREACH, MAP_LABEL, SMALL, Colour, Theme, mix
from crowdsim.view.watch import Warned, draw_sign
from crowdsim.view.words import Words
from crowdsim.world.tilemap import Exit, Gate, TileMap

DENSITY_LOW, DENSITY_HIGH = 2, 6  # people per m2: nothing is shown below, the last colour from there on
_DENSITY_CELL = 0.5  # m
_BELOW = frozenset({"density", "exits", "legitimacy", "pressure", "trails", "sight", "rings"})  # change with a frame
_LABELLED = frozenset({"unit_labels", "exits", "lines", "rings"})
_GAUGES = 3  # gates whose load is shown at once
_WORN = 0.98  # share of a barrier's strength left, from which that is worth a look
_PARTIES = 6  # parties that are named at once
_PARTY_ORDER = ("hostage", "chair", "delegation", "arrest", "casualty")  # the first are named first

RGB = (0xFF0000, 0xFF00, 0xFF, 0)  # the pixel layout the drawing loops write


def canvas(size: tuple[int, int]) -> pygame.Surface:
    """A surface in the pixel layout the drawing loops write."""
    return pygame.Surface(size, depth=32, masks=RGB)


@dataclass
class Shown:
    """Which layers of the scene are drawn."""

    layers: frozenset[str] = frozenset({"gas", "unit_labels"})  # of layers.NAMES
    followed: str = ""  # unit id
    warnings: tuple[Warned, ...] = ()

    def __contains__(self, layer: str) -> bool:
        return layer in self.layers


class Scene:
    """Draws one map at one theme."""

    def __init__(self, tile_map: TileMap, ground: Ground, theme: Theme, words: Words) -> None:
        self.map, self.ground, self.theme, self.words = tile_map, ground, theme, words
        self._atlases: dict[int, sprites.Atlas] = {}
        self._under: pygame.Surface | None = None
        self._under_key: tuple = ()
        self._boxes: dict[tuple, pygame.Surface] = {}
        self._placed: list[tuple[labels.Placed, pygame.Surface, Colour]] = []
        self._placed_key: tuple = ()
        self._offsets: dict[str, tuple[int, int]] = {}
        self._rings: dict[str, float] = {}  # label -> px, the ring it belongs to
        self._stops: dict[str, float] = {}  # label -> px before its anchor where the leader ends, not to hide it
        self._kinds: np.ndarray = np.empty(0, np.int32)
        self._cast: tuple[np.ndarray, np.ndarray] = (self._kinds, self._kinds)  # rows and sprites in drawing order
        self._cast_key: tuple = ()
        rows = int(np.ceil(tile_map.size[1] / _DENSITY_CELL))
        cols = int(np.ceil(tile_map.size[0] / _DENSITY_CELL))
        self.trails = overlays.Trails()
        self._seen: tuple[tuple, np.ndarray] = ((), np.zeros((0, 0), np.uint8))  # what officers watch, once a second
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
        for opening in _apart(current.openings):
            self._draw_ring(surface, camera, opening)
        for warned in shown.warnings:
            draw_sign(surface, self.theme, camera.to_screen(*warned.alarm.position))
        self._place_labels(camera, current, shown, kept)
        self._draw_labels(surface)
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
        return [placed for placed, _, _ in self._placed]

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
                exits = self._public_exits()
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
            overlays.draw_lines(brush, self.theme, frame.lines)

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
            _thick_line(surface, at(a), at(b), theme["outline"], width + 2 * theme.px(1.2))
            _thick_line(surface, at(a), at(b), colour, width)

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
                _thick_line(surface, at(foot - reach), at(foot + reach), colour, max(1.0, thick * 0.35))
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
            colour = self.theme[_party_colour(party)]
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

    def _public_exits(self) -> list[Exit]:
        return [way for way in self.map.exits.values() if not way.police_only]

    # Openings and labels ---------------------------------------------------------------------------------------

    def _draw_ring(self, surface: pygame.Surface, camera: Camera, opening: Opening) -> None:
        at, radius = camera.to_screen(*opening.position), self._ring_radius(camera, opening)
        view, half = camera.view, 3.0 * self.theme.scale
        clip = np.array([view.left, view.top, view.right, view.bottom], np.int64)
        pixels = pygame.surfarray.pixels2d(surface).T
        stamps.draw_ring(pixels, clip, *at, radius, 2.2 * half, *self.theme["breach_inner"])
        stamps.draw_ring(pixels, clip, *at, radius, half, *self.theme["breach"])

    def _ring_radius(self, camera: Camera, opening: Opening) -> float:
        return max((opening.width / 2 + 0.8) * camera.zoom, self.theme.px(34))

    def _place_labels(self, camera: Camera, frame: Frame, shown: Shown, kept: tuple[labels.Box, ...]) -> None:
        """Find the labels their places, again only when the frame or the camera is another one."""
        key = (camera.key, frame.tick, shown.layers & _LABELLED, shown.warnings, shown.followed, kept)
        if key == self._placed_key:
            return
        if self._placed_key and self._placed_key[0][2:] != key[0][2:]:
            self._offsets = {}  # at another zoom, other places are near
        self._placed_key = key
        view, (ox, oy), atlas = camera.view, camera.origin, self.atlas(camera.zoom)
        bounds = (view.left, view.top, view.width, view.height)
        taken = labels.FreeGround.cells(bounds)
        cell = labels.FreeGround.CELL
        stamps.mark_cells(
            taken, frame.position, self._kinds, atlas.half, ox - view.left, oy - view.top, camera.zoom, cell, 2.0
        )
        wishes: list[labels.Wish] = []
        self._rings = {}
        looks: dict[str, tuple[pygame.Surface, Colour]] = {}
        px = self.theme.px
        for gate in self.map.gates:
            if gate.kind in ("gate", "door"):
                x0, y0 = camera.to_screen(gate.rect[0], gate.rect[1])
                x1, y1 = camera.to_screen(gate.rect[2], gate.rect[3])
                edge = px(8)
                labels.take(
                    taken, bounds, (int(x0) - edge, int(y0) - edge, int(x1 - x0) + 2 * edge, int(y1 - y0) + 2 * edge)
                )
        for number, warned in enumerate(shown.warnings):
            at = camera.to_screen(*warned.alarm.position)
            half = px(24)
            labels.take(taken, bounds, (round(at[0]) - half, round(at[1]) - half, 2 * half, 2 * half))
            key_of = f"warning.{number}"
            picture = self._box(warned.short[self.words.lang], SMALL, self.theme["warning"])
            self._stops[key_of] = half
            wishes.append(labels.Wish(key_of, at, picture.get_size(), px(30), px(420)))
            looks[key_of] = picture, self.theme["warning"]
        for opening in _apart(frame.openings):
            at = camera.to_screen(*opening.position)
            radius = round(self._ring_radius(camera, opening)) + px(9)
            labels.take(taken, bounds, (round(at[0]) - radius, round(at[1]) - radius, 2 * radius, 2 * radius))
            text = self.words(f"opening_kind.{opening.kind}", width=self.words.number(opening.width, 1))
            picture = self._box(text, BREACH, self.theme["breach"])
            key_of = f"opening.{opening.subject}"
            self._rings[key_of] = radius
            wishes.append(labels.Wish(key_of, at, picture.get_size(), radius + px(10), px(520), leader=False))
            looks[key_of] = picture, self.theme["breach"]
        for x, y in [(x, y) for x, y, _ in frame.fires] + [spray.target for spray in frame.sprays]:
            left, top = (round(v) - px(18) for v in camera.to_screen(x, y))
            labels.take(taken, bounds, (left, top - px(10), px(36), px(46)))
        for party_key, at, text, rim in self._party_labels(camera, frame):
            picture = self._box(text, SMALL, rim)
            half = px(30) if rim == self.theme["breach"] else px(12)
            labels.take(taken, bounds, (round(at[0]) - half, round(at[1]) - half, 2 * half, 2 * half))
            self._stops[party_key] = px(30) if rim == self.theme["breach"] else px(15)
            wishes.append(labels.Wish(party_key, at, picture.get_size(), px(34), px(300)))
            looks[party_key] = picture, rim
        if "exits" in shown:
            exits = self._public_exits()
            for way, free in zip(exits, open_exits(frame, exits), strict=True):
                rim = self.theme["good" if free else "breach"]
                state = self.words("exit.open" if free else "exit.shut")
                flow = self.words("exit.flow", count=self.words.number(60 * overlays.FLOW * way.width))
                text = f"{self.words.pick(way.name)} · {self.words.number(way.width, 1)} m · {flow if free else state}"
                picture = self._box(text, SMALL, rim)
                at = camera.to_screen(*effects.exit_ends(way, self.map)[0])
                wishes.append(labels.Wish(f"exit.{way.id}", at, picture.get_size(), px(26), px(300)))
                looks[f"exit.{way.id}"] = picture, rim
        if "lines" in shown:
            for number, (x, y, share) in enumerate(overlays.worst_stretches(frame.lines)):
                rim = self.theme[overlays.line_colour(share)]
                picture = self._box(f"{self.words.number(100 * share)} %", SMALL, rim)
                wishes.append(
                    labels.Wish(f"line.{number}", camera.to_screen(x, y), picture.get_size(), px(16), px(300))
                )
                looks[f"line.{number}"] = picture, rim
        if "rings" in shown:
            x, y = overlays.ring_centre(self.map)
            for metres in overlays.RINGS:
                at = camera.to_screen(x + 0.7071 * metres, y - 0.7071 * metres)
                picture = self._box(self.words("scale", length=metres), SMALL, self.theme["ring"])
                wishes.append(labels.Wish(f"ring.{metres}", at, picture.get_size(), 0, px(60), centred=True))
                looks[f"ring.{metres}"] = picture, self.theme["ring"]
        for number, spray in enumerate(frame.sprays):
            reach = float(np.hypot(spray.target[0] - spray.nozzle[0], spray.target[1] - spray.nozzle[1]))
            text = self.words(f"spray.{spray.kind}", reach=self.words.number(reach))
            picture = self._box(text, SMALL, self.theme["water_edge"])
            at = camera.to_screen(*spray.nozzle)
            wishes.append(labels.Wish(f"spray.{number}", at, picture.get_size(), px(20), px(260)))
            looks[f"spray.{number}"] = picture, self.theme["water_edge"]
        for index in self._gauged(frame):
            gate = self.map.gates[index]
            at = camera.to_screen((gate.rect[0] + gate.rect[2]) / 2, (gate.rect[1] + gate.rect[3]) / 2)
            picture = self._gauge(gate, frame, index)
            wishes.append(labels.Wish(f"gate.{gate.id}", at, picture.get_size(), px(24), px(420)))
            looks[f"gate.{gate.id}"] = picture, self.theme["text"]
        if "unit_labels" in shown:
            units = sorted(frame.units, key=lambda unit: unit.id != shown.followed)
            for unit in units:
                if unit.count == 0:
                    continue
                rim = self.theme["text"] if unit.id == shown.followed else self.theme["officer"]
                picture = self._box(f"{unit.label} · {unit.count}", SMALL, rim)
                at = camera.to_screen(*unit.centre)
                wishes.append(labels.Wish(f"unit.{unit.id}", at, picture.get_size(), px(16), px(220)))
                looks[f"unit.{unit.id}"] = picture, rim
        rooms = self._rooms_named(camera.zoom)
        for zone in self.map.zones.values():
            if zone.label and (zone.kind not in ("room", "building") or (zone.kind == "room") == (zone.id in rooms)):
                x0, y0 = min(r[0] for r in zone.rects), min(r[1] for r in zone.rects)
                x1, y1 = max(r[2] for r in zone.rects), max(r[3] for r in zone.rects)
                text = self.words.pick(zone.name).upper()
                picture = self.theme.write_haloed(text, MAP_LABEL, self.theme["text"], self.theme["ground"])
                room = int(min(x1 - x0, y1 - y0) * camera.zoom / 2)
                if picture.get_width() > (x1 - x0) * camera.zoom * 1.4:
                    continue  # a name much wider than what it names would be taken for another's
                at = camera.to_screen((x0 + x1) / 2, (y0 + y1) / 2)
                wishes.append(labels.Wish(f"zone.{zone.id}", at, picture.get_size(), 0, max(room, 1), centred=True))
                looks[f"zone.{zone.id}"] = picture, self.theme["text"]
        inside = view.inflate(px(40), px(40))
        wishes = [wish for wish in wishes if inside.collidepoint(wish.anchor)]
        placed = labels.place(wishes, labels.FreeGround(bounds, taken), kept, self._offsets, gap=px(6))
        self._offsets = {p.key: (p.box[0] - round(p.anchor[0]), p.box[1] - round(p.anchor[1])) for p in placed}
        self._placed = [(p, *looks[p.key]) for p in placed]

    def _party_labels(self, camera: Camera, frame: Frame) -> list[tuple[str, tuple[float, float], str, Colour]]:
        """Key, place, text and rim for the chair and for whoever is taken somewhere, the gravest first."""
        found = []
        names = {unit.id: unit.label for unit in frame.units}
        told: set[int] = set()
        known = {kind: n for n, kind in enumerate(_PARTY_ORDER)}
        ranked = sorted(enumerate(frame.parties), key=lambda pair: (known.get(pair[1].kind, len(known)), pair[0]))
        for number, party in ranked[:_PARTIES]:
            told.update(party.rows)
            parts = [self.words(f"party.{party.kind}") if self.words.has(f"party.{party.kind}") else party.kind]
            if party.rows and party.kind == "delegation" and len(party.rows) > 1:
                parts[0] += f" {len(party.rows)}"
            if self.words.has(f"state.{party.state}"):
                parts.append(self.words(f"state.{party.state}"))
            if party.by in names:
                parts.append(names[party.by])
            at = frame.position[party.rows[0]] if party.rows else party.position
            place = camera.to_screen(float(at[0]), float(at[1]))
            found.append((f"party.{number}", place, " · ".join(parts), self.theme[_party_colour(party)]))
        for row in np.flatnonzero((frame.role == Role.CHAIR) & (frame.status != Status.LEFT) & (self._kinds >= 0)):
            if int(row) not in told:
                place = camera.to_screen(float(frame.position[row, 0]), float(frame.position[row, 1]))
                found.append((f"chair.{row}", place, self.words("role.chair"), self.theme["text"]))
        return found

    def _rooms_named(self, zoom: float) -> set[str]:
        """Near enough, rooms are named; a building is not named any more when one of its rooms is."""
        named = set()
        buildings = [zone for zone in self.map.zones.values() if zone.kind == "building"]
        for room in self.map.zones.values():
            if room.kind == "room" and room.label:
                width = (room.rects[0][2] - room.rects[0][0]) * zoom
                if self.theme.font(MAP_LABEL, True).size(self.words.pick(room.name).upper())[0] < width:
                    named.add(room.id)
                    x, y = (room.rects[0][0] + room.rects[0][2]) / 2, (room.rects[0][1] + room.rects[0][3]) / 2
                    named |= {b.id for b in buildings if any(r[0] < x < r[2] and r[1] < y < r[3] for r in b.rects)}
        return named

    def _draw_labels(self, surface: pygame.Surface) -> None:
        for placed, _, colour in self._placed:
            if placed.key.startswith(("zone.", "ring.")):
                continue
            start = labels.nearest_point(placed.box, placed.anchor)
            width = self.theme.px(2.5)
            if placed.key in self._rings:  # a line to the rim of the ring, if the label lies well away from it
                radius = self._rings[placed.key]
                dx, dy = start[0] - placed.anchor[0], start[1] - placed.anchor[1]
                away = float(np.hypot(dx, dy))
                if away > radius + self.theme.px(30):
                    rim = placed.anchor[0] + dx / away * radius, placed.anchor[1] + dy / away * radius
                    _thick_line(surface, start, rim, self.theme["panel"], 2 * width + 2)
                    _thick_line(surface, start, rim, colour, 2 * width)
            elif abs(start[0] - placed.anchor[0]) + abs(start[1] - placed.anchor[1]) > self.theme.px(14):
                stop = self._stops.get(placed.key, 0.0)
                share = stop / max(float(np.hypot(start[0] - placed.anchor[0], start[1] - placed.anchor[1])), stop, 1.0)
                end = tuple(a + (s - a) * share for a, s in zip(placed.anchor, start, strict=True))
                _thick_line(surface, start, (end[0], end[1]), self.theme["panel"], width + 2)
                _thick_line(surface, start, (end[0], end[1]), colour, width)
                if not stop:
                    pygame.draw.aacircle(surface, self.theme["panel"], placed.anchor, self.theme.px(5) + 1)
                    pygame.draw.aacircle(surface, colour, placed.anchor, self.theme.px(5))
        for placed, picture, _ in self._placed:
            surface.blit(picture, placed.box[:2])

    def _gauged(self, frame: Frame) -> list[int]:
        """The barriers whose load is worth a look, the worst first."""
        share = frame.barrier_load / np.maximum(frame.barrier_capacity, 1.0)
        holds = (frame.barrier_state == BarrierState.CLOSED) | (frame.barrier_state == BarrierState.DAMAGED)
        worn = frame.barrier_integrity < _WORN
        fence = np.array([gate.kind == "fence" for gate in self.map.gates], bool)
        worth = holds & (worn | (share > np.where(fence, 0.5, 0.15)))
        order = np.argsort(-(share + (1.0 - frame.barrier_integrity)), kind="stable")
        first: dict[str, int] = {}  # panels of one fence bear one name: the worst of them speaks for all
        for index in order.tolist():
            if worth[index]:
                gate = self.map.gates[index]
                first.setdefault(self.words.pick(gate.name) if gate.kind == "fence" else gate.id, index)
        return list(first.values())[:_GAUGES]

    def _box(self, text: str, size: int, rim: Colour) -> pygame.Surface:
        """A label: text on a plate with a coloured rim."""
        key = (text, size, rim)
        if key not in self._boxes:
            if len(self._boxes) > 400:
                self._boxes.clear()
            words = self.theme.write(text, size, self.theme["text"], bold=True)
            picture = self._plate((words.get_width() + self.theme.px(24), words.get_height() + self.theme.px(8)), rim)
            picture.blit(words, words.get_rect(center=picture.get_rect().center))
            self._boxes[key] = picture
        return self._boxes[key]

    def _plate(self, size: tuple[int, int], rim: Colour) -> pygame.Surface:
        theme = self.theme
        picture = pygame.Surface(size, pygame.SRCALPHA)
        area, radius = picture.get_rect(), theme.px(8)
        pygame.draw.rect(picture, theme["outline"], area, border_radius=radius)
        pygame.draw.rect(picture, rim, area.inflate(-2, -2), border_radius=radius)
        pygame.draw.rect(
            picture,
            theme["panel"],
            area.inflate(-2 - 2 * theme.px(2.5), -2 - 2 * theme.px(2.5)),
            border_radius=max(radius - theme.px(3), 1),
        )
        return picture

    def _gauge(self, gate: Gate, frame: Frame, index: int) -> pygame.Surface:
        """The load of a barrier against what it bears, and how whole it still is."""
        theme, words, px = self.theme, self.words, self.theme.px
        load, capacity = float(frame.barrier_load[index]), float(frame.barrier_capacity[index])
        whole = float(frame.barrier_integrity[index])
        state = BarrierState(int(frame.barrier_state[index]))
        rim = theme["gate_damaged"] if state == BarrierState.DAMAGED else theme["text_soft"]
        figures = words("gate.load", load=words.number(load / 1000, 1), capacity=words.number(capacity / 1000, 1))
        percent = words("gate.whole", percent=words.number(100 * whole))
        key = ("gauge", gate.id, figures, percent, state, round(60 * load / max(capacity, 1.0)))
        if key in self._boxes:
            return self._boxes[key]
        name = theme.write(words.pick(gate.name), SMALL, theme["text"], bold=True)
        lines = [theme.write(figures, SMALL, theme["text"]), theme.write(percent, SMALL, theme["text_soft"])]
        pad, bar = px(14), px(16)
        width = max(name.get_width(), *(line.get_width() for line in lines), px(250)) + 2 * pad
        row = name.get_height()
        lines = lines if whole < 0.995 else lines[:1]  # that it is whole goes without saying
        picture = self._plate((width, (1 + len(lines)) * row + bar + 2 * px(10) + px(8)), rim)
        picture.blit(name, (pad, px(8)))
        track = pygame.Rect(pad, px(8) + row + px(4), width - 2 * pad, bar)
        full = 1.5  # the track ends at one and a half times the capacity
        pygame.draw.rect(picture, theme["panel_raised"], track, border_radius=px(4))
        filled = track.copy()
        filled.width = max(1, round(track.width * min(load / max(capacity, 1.0), full) / full))
        colour = theme["breach"] if load > capacity else theme["load"]
        pygame.draw.rect(picture, colour, filled, border_radius=px(4))
        tick = pygame.Rect(track.left + round(track.width / full) - px(2), track.top - px(4), px(4), bar + 2 * px(4))
        pygame.draw.rect(picture, theme["capacity"], tick)
        for number, line in enumerate(lines):
            picture.blit(line, (pad, track.bottom + px(4) + number * row))
        if len(self._boxes) > 400:
            self._boxes.clear()
        self._boxes[key] = picture
        return picture


def _party_colour(party: PartyView) -> str:
    """The name of the colour of its line and label."""
    return {"hostage": "breach", "casualty": "medic", "arrest": "shield"}.get(party.kind, "accent")


def _apart(openings: tuple[Opening, ...]) -> list[Opening]:
    """One opening for each place and kind: two units with the same gap between them both report it."""
    kept: list[Opening] = []
    for opening in sorted(openings, key=lambda opening: -opening.width):
        x, y = opening.position
        if all(
            opening.kind != other.kind or np.hypot(x - other.position[0], y - other.position[1]) > other.width / 2
            for other in kept
        ):
            kept.append(opening)
    return kept


def _thick_line(
    surface: pygame.Surface, a: tuple[float, float], b: tuple[float, float], colour: Colour, width: float
) -> None:
    """A smooth line of any width and direction."""
    ax, ay, bx, by = a[0], a[1], b[0], b[1]
    length = float(np.hypot(bx - ax, by - ay))
    if length < 0.5:
        return
    nx, ny = -(by - ay) / length * width / 2, (bx - ax) / length * width / 2
    corners = [(ax + nx, ay + ny), (bx + nx, by + ny), (bx - nx, by - ny), (ax - nx, ay - ny)]
    pygame.draw.polygon(surface, colour, corners)
    if nx and ny:  # an upright line has no steps to smooth
        pygame.draw.aalines(surface, colour, True, corners)
