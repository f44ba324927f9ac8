"""What is named on the map: labels, gauges and plates, each beside its thing with a line to it."""

from collections.abc import Iterator

import numpy as np
import pygame

from crowdsim.frame import Frame, Opening, PartyView
from crowdsim.metrics.lookout import open_exits
from crowdsim.population.roles import BarrierState, Role, Status
from crowdsim.view import effects, labels, overlays, stamps
from crowdsim.view.brush import thick_line
from crowdsim.view.camera import Camera
from crowdsim.view.layers import Shown
from crowdsim.view.theme import BREACH, MAP_LABEL, SMALL, Colour, Theme
from crowdsim.view.words import Words
from crowdsim.world.tilemap import Gate, TileMap

_LABELLED = frozenset({"unit_labels", "exits", "lines", "rings"})
_GAUGES = 3  # barriers whose load is shown at once
_GATE, _FENCE, _BENT = 0.15, 0.5, 0.1  # share of its capacity from which a barrier gets a gauge; damaged: the last
_PARTIES = 6  # parties that are named at once
_PARTY_ORDER = ("hostage", "chair", "delegation", "arrest", "casualty")  # the first are named first


Wanted = tuple[labels.Wish, pygame.Surface, Colour]  # a label, how it looks, and the colour of its line


class Captions:
    """Finds the labels of one map their places, and draws them."""

    def __init__(self, tile_map: TileMap, theme: Theme, words: Words) -> None:
        self.map, self.theme, self.words = tile_map, theme, words
        self._boxes: dict[tuple, pygame.Surface] = {}
        self._placed: list[tuple[labels.Placed, pygame.Surface, Colour]] = []
        self._placed_key: tuple = ()
        self._offsets: dict[str, tuple[int, int]] = {}
        self._rings: dict[str, float] = {}  # label -> px, the ring it belongs to
        self._stops: dict[str, float] = {}  # label -> px before its anchor where the leader ends, not to hide it
        self._kinds: np.ndarray = np.empty(0, np.int32)

    @property
    def boxes(self) -> list[labels.Placed]:
        """Where the labels of the last picture lie."""
        return [placed for placed, _, _ in self._placed]

    def ring_radius(self, camera: Camera, opening: Opening) -> float:
        """px of the ring about an opening."""
        return max((opening.width / 2 + 0.8) * camera.zoom, self.theme.px(34))

    def place(
        self,
        camera: Camera,
        frame: Frame,
        shown: Shown,
        kept: tuple[labels.Box, ...],
        people: tuple[np.ndarray, np.ndarray],
        shares: np.ndarray,
    ) -> None:
        """Find the labels their places, again only when the frame or the camera is another one.

        kept : px, nothing lies there ; people : the sprite of everybody, and half the width of each sprite, px ;
        shares : of what each stretch of `frame.lines` bears
        """
        key = (camera.key, frame.tick, shown.layers & _LABELLED, shown.warnings, shown.followed, kept)
        if key == self._placed_key:
            return
        if self._placed_key and self._placed_key[0][2:] != key[0][2:]:
            self._offsets = {}  # at another zoom, other places are near
        self._placed_key = key
        self._kinds, half_widths = people
        view, (ox, oy) = camera.view, camera.origin
        bounds = (view.left, view.top, view.width, view.height)
        taken = labels.FreeGround.cells(bounds)
        cell = labels.FreeGround.CELL
        stamps.mark_cells(
            taken, frame.position, self._kinds, half_widths, ox - view.left, oy - view.top, camera.zoom, cell, 2.0
        )
        self._rings, self._stops = {}, {}
        self._keep_free(camera, frame, taken, bounds)
        wanted = [
            *self._grave(camera, frame, shown, taken, bounds),
            *self._asked_for(camera, frame, shown, shares),
            *self._means(camera, frame),
            *(self._units(camera, frame, shown.followed) if "unit_labels" in shown else ()),
            *self._zones(camera),
        ]
        inside = view.inflate(self.theme.px(40), self.theme.px(40))
        wishes = [wish for wish, _, _ in wanted if inside.collidepoint(wish.anchor)]
        looks = {wish.key: (picture, rim) for wish, picture, rim in wanted}
        free = labels.FreeGround(bounds, taken)
        placed = labels.place(wishes, free, kept, self._offsets, gap=self.theme.px(6))
        self._offsets = {p.key: (p.box[0] - round(p.anchor[0]), p.box[1] - round(p.anchor[1])) for p in placed}
        self._placed = [(p, *looks[p.key]) for p in placed]

    # What wants a label, the most important first -----------------------------------------------------------------

    def _keep_free(self, camera: Camera, frame: Frame, taken: np.ndarray, bounds: labels.Box) -> None:
        """Gates and doors, fires, and where water lands, are not covered."""
        px = self.theme.px
        for gate in self.map.gates:
            if gate.kind in ("gate", "door"):
                x0, y0 = camera.to_screen(gate.rect[0], gate.rect[1])
                x1, y1 = camera.to_screen(gate.rect[2], gate.rect[3])
                edge = px(8)
                labels.take(
                    taken, bounds, (int(x0) - edge, int(y0) - edge, int(x1 - x0) + 2 * edge, int(y1 - y0) + 2 * edge)
                )
        for x, y in [(x, y) for x, y, _ in frame.fires] + [spray.target for spray in frame.sprays]:
            left, top = (round(v) - px(18) for v in camera.to_screen(x, y))
            labels.take(taken, bounds, (left, top - px(10), px(36), px(46)))

    def _grave(
        self, camera: Camera, frame: Frame, shown: Shown, taken: np.ndarray, bounds: labels.Box
    ) -> Iterator[Wanted]:
        """Warnings, openings, parties; their own places are kept free too."""
        px = self.theme.px

        def free(at: tuple[float, float], half: int) -> None:
            labels.take(taken, bounds, (round(at[0]) - half, round(at[1]) - half, 2 * half, 2 * half))

        for number, warned in enumerate(shown.warnings):
            key, at, rim = f"warning.{number}", camera.to_screen(*warned.alarm.position), self.theme["warning"]
            self._stops[key] = px(24)
            free(at, px(24))
            picture = self._box(self.words.pick(warned.short), SMALL, rim)
            yield _wanted(key, at, picture, rim, px(30), px(420))
        for opening in apart(frame.openings):
            key, at, rim = f"opening.{opening.subject}", camera.to_screen(*opening.position), self.theme["breach"]
            radius = round(self.ring_radius(camera, opening)) + px(9)
            self._rings[key] = radius
            free(at, radius)
            text = self.words(f"opening_kind.{opening.kind}", width=self.words.number(opening.width, 1))
            yield _wanted(key, at, self._box(text, BREACH, rim), rim, radius + px(10), px(520), leader=False)
        for key, at, text, rim in self.party_labels(camera, frame):
            grave = rim == self.theme["breach"]
            self._stops[key] = px(30) if grave else px(15)
            free(at, px(30) if grave else px(12))
            yield _wanted(key, at, self._box(text, SMALL, rim), rim, px(34), px(300))

    def _asked_for(self, camera: Camera, frame: Frame, shown: Shown, shares: np.ndarray) -> Iterator[Wanted]:
        """What the layers that are shown have to say: ways out, loads of lines, distances."""
        px, words = self.theme.px, self.words
        if "exits" in shown:
            exits = effects.public_exits(self.map)
            for way, free in zip(exits, open_exits(frame, exits), strict=True):
                rim = self.theme["good" if free else "breach"]
                flow = words("exit.flow", count=words.number(60 * overlays.FLOW * way.width))
                state = flow if free else words("exit.shut")
                picture = self._box(f"{words.pick(way.name)} · {words.number(way.width, 1)} m · {state}", SMALL, rim)
                at = camera.to_screen(*effects.exit_ends(way, self.map)[0])
                yield _wanted(f"exit.{way.id}", at, picture, rim, px(26), px(300))
        if "lines" in shown:
            for number, (x, y, share) in enumerate(overlays.worst_stretches(frame.lines, shares)):
                rim = self.theme[overlays.line_colour(share)]
                picture = self._box(f"{words.number(100 * share)} %", SMALL, rim)
                yield _wanted(f"line.{number}", camera.to_screen(x, y), picture, rim, px(16), px(300))
        if "rings" in shown:
            x, y = overlays.ring_centre(self.map)
            for metres in overlays.RINGS:
                at, rim = camera.to_screen(x + 0.7071 * metres, y - 0.7071 * metres), self.theme["ring"]
                picture = self._box(words("scale", length=metres), SMALL, rim)
                yield _wanted(f"ring.{metres}", at, picture, rim, 0, px(60), centred=True)

    def _means(self, camera: Camera, frame: Frame) -> Iterator[Wanted]:
        """Water cannons and the barriers that bear a load."""
        px = self.theme.px
        for number, spray in enumerate(frame.sprays):
            reach = float(np.hypot(spray.target[0] - spray.nozzle[0], spray.target[1] - spray.nozzle[1]))
            rim = self.theme["water_edge"]
            picture = self._box(self.words(f"spray.{spray.kind}", reach=self.words.number(reach)), SMALL, rim)
            yield _wanted(f"spray.{number}", camera.to_screen(*spray.nozzle), picture, rim, px(20), px(260))
        for index in self._gauged(frame):
            gate = self.map.gates[index]
            at = camera.to_screen((gate.rect[0] + gate.rect[2]) / 2, (gate.rect[1] + gate.rect[3]) / 2)
            picture = self._gauge(gate, frame, index)
            yield _wanted(f"gate.{gate.id}", at, picture, self.theme["text"], px(24), px(420))

    def _units(self, camera: Camera, frame: Frame, followed: str) -> Iterator[Wanted]:
        """Name and strength of each unit, the followed one first."""
        px = self.theme.px
        for unit in sorted(frame.units, key=lambda unit: unit.id != followed):
            if unit.count:
                rim = self.theme["text"] if unit.id == followed else self.theme["officer"]
                picture = self._box(f"{unit.label} · {unit.count}", SMALL, rim)
                yield _wanted(f"unit.{unit.id}", camera.to_screen(*unit.centre), picture, rim, px(16), px(220))

    def _zones(self, camera: Camera) -> Iterator[Wanted]:
        """Names of buildings, rooms and grounds, on them."""
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
                yield _wanted(f"zone.{zone.id}", at, picture, self.theme["text"], 0, max(room, 1), centred=True)

    def party_labels(self, camera: Camera, frame: Frame) -> list[tuple[str, tuple[float, float], str, Colour]]:
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
            found.append((f"party.{number}", place, " · ".join(parts), self.theme[party_colour(party)]))
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

    def draw(self, surface: pygame.Surface) -> None:
        """The labels, and a line from each to what it names."""
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
                    thick_line(surface, start, rim, self.theme["panel"], 2 * width + 2)
                    thick_line(surface, start, rim, colour, 2 * width)
            elif abs(start[0] - placed.anchor[0]) + abs(start[1] - placed.anchor[1]) > self.theme.px(14):
                stop = self._stops.get(placed.key, 0.0)
                share = stop / max(float(np.hypot(start[0] - placed.anchor[0], start[1] - placed.anchor[1])), stop, 1.0)
                end = tuple(a + (s - a) * share for a, s in zip(placed.anchor, start, strict=True))
                thick_line(surface, start, (end[0], end[1]), self.theme["panel"], width + 2)
                thick_line(surface, start, (end[0], end[1]), colour, width)
                if not stop:
                    pygame.draw.aacircle(surface, self.theme["panel"], placed.anchor, self.theme.px(5) + 1)
                    pygame.draw.aacircle(surface, colour, placed.anchor, self.theme.px(5))
        for placed, picture, _ in self._placed:
            surface.blit(picture, placed.box[:2])

    def _gauged(self, frame: Frame) -> list[int]:
        """The barriers whose load is worth a look, the worst first."""
        share = frame.barrier_load / np.maximum(frame.barrier_capacity, 1.0)
        holds = (frame.barrier_state == BarrierState.CLOSED) | (frame.barrier_state == BarrierState.DAMAGED)
        fence = np.array([gate.kind == "fence" for gate in self.map.gates], bool)
        least = np.where(frame.barrier_state == BarrierState.DAMAGED, _BENT, np.where(fence, _FENCE, _GATE))
        first: dict[str, int] = {}  # panels of one fence bear one name: the worst of them speaks for all
        for index in np.argsort(-share, kind="stable").tolist():
            if holds[index] and share[index] > least[index]:
                gate = self.map.gates[index]
                first.setdefault(self.words.pick(gate.name) if fence[index] else gate.id, index)
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


def _wanted(
    key: str,
    at: tuple[float, float],
    picture: pygame.Surface,
    rim: Colour,
    clear: int,
    reach: int,
    centred: bool = False,
    leader: bool = True,
) -> Wanted:
    return labels.Wish(key, at, picture.get_size(), clear, reach, centred, leader), picture, rim


def party_colour(party: PartyView) -> str:
    """The name of the colour of its line and label."""
    return {"hostage": "breach", "casualty": "medic", "arrest": "shield"}.get(party.kind, "accent")


def apart(openings: tuple[Opening, ...]) -> list[Opening]:
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
