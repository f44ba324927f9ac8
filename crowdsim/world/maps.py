"""Reading a map drawn in Tiled, and saying in one pass everything that is wrong with it."""

import difflib
import math
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytiled_parser
from pytiled_parser import tiled_object
from scipy import ndimage

from crowdsim.problems import InputError, Problem, Said, reason, said
from crowdsim.world.tilemap import Exit, Gate, Post, Rect, Route, Spawn, Surface, TileMap, Vehicle, Zone

TILE_LAYERS = ("ground", "walls")
TEXT, NUMBER, FLAG = "string", "float", "bool"
# The properties an object of each layer may have, with their type; a default makes one optional, `...` does not.
_NAMES: dict[str, tuple[str, Any]] = {"name_id": (TEXT, ...), "name_en": (TEXT, ...)}
OBJECT_LAYERS: dict[str, dict[str, tuple[str, Any]]] = {
    "zones": {**_NAMES, "label": (FLAG, False), "part_of": (TEXT, "")},
    "barriers": {
        **_NAMES,
        "width": (NUMBER, ...),
        "capacity": (NUMBER, ...),
        "toughness": (NUMBER, ...),
        "open": (FLAG, False),
        "breakable": (FLAG, True),
        "low": (FLAG, False),
    },
    "posts": {**_NAMES, "heading_deg": (NUMBER, ...), "radius": (NUMBER, 0.0)},
    "spawns": _NAMES,
    "exits": {**_NAMES, "width": (NUMBER, ...), "police_only": (FLAG, False)},
    "routes": _NAMES,
    "vehicles": {**_NAMES, "heading_deg": (NUMBER, ...), "solid": (FLAG, True)},
    "trees": {},
}
KINDS = {
    "zones": ("area", "building", "room", "closed", "stage", "aid"),
    "barriers": ("gate", "door", "fence", "bar"),
    "vehicles": ("car", "truck", "awc", "barracuda", "bike", "ambulance", "barrier"),
}
MAP_PROPERTIES: dict[str, tuple[str, Any]] = {**_NAMES, "metres_per_tile": (NUMBER, ...)}
# Attributes Tiled always writes, True for whole numbers; a map edited by hand may have lost one.
ATTRIBUTES: dict[str, dict[str, bool]] = {
    "map": {
        "version": False, "tiledversion": False, "orientation": False, "renderorder": False, "infinite": True,
        "width": True, "height": True, "tilewidth": True, "tileheight": True, "nextlayerid": True, "nextobjectid": True,
    },
    "tileset": {"firstgid": True},
    "layer": {"width": True, "height": True},
    "object": {"id": True, "x": False, "y": False},
    "polyline": {"points": False},
}  # fmt: skip
ENCODING = "utf-8-sig"  # UTF-8, with or without the mark some editors put in front
GID = 0x0FFFFFFF  # the bits above say how a tile is flipped
MARGIN = 1e-6  # m: Tiled writes coordinates as decimals


def load_map(path: str | Path) -> TileMap:
    """The map in the file. Raises InputError with every problem found."""
    report = _Report(str(path))
    root = _read_xml(Path(path), report)
    _check_attributes(root, report)
    report.raise_if_any()
    _check_frame(root, Path(path), report)
    _check_properties(root, report)
    report.raise_if_any()
    drawn = _parse(Path(path), report)
    return _build(drawn, Path(path), _tileset_file(root, Path(path)), report)


@dataclass
class _Report:
    """The problems found so far in one file, named as the user gave it."""

    file: str
    problems: list[Problem] = field(default_factory=list)

    def add(self, place: str, message: str, mend: str) -> None:
        self.problems.append(Problem(self.file, place, message, mend))

    def raise_if_any(self) -> None:
        if self.problems:
            raise InputError(self.problems)

    def fail(self, place: str, message: str, mend: str) -> InputError:
        """The error that ends reading at once: nothing further can be looked at."""
        self.add(place, message, mend)
        return InputError(self.problems)


# --- the file --------------------------------------------------------------------------------------------------------


def _read_xml(path: Path, report: _Report) -> ElementTree.Element:
    """The root element of the file, which is a <map>."""
    try:
        text = path.read_bytes().decode(ENCODING)
    except FileNotFoundError:
        mend = said("map.name_one")
        raise report.fail("", said("file.none"), mend) from None
    except IsADirectoryError:
        raise report.fail("", said("file.folder"), said("map.tmx_in_it")) from None
    except OSError as error:
        raise report.fail("", said("map.not_read", reason=reason(error)), said("file.permissions")) from None
    except UnicodeDecodeError as error:
        place = said("place.byte", start=error.start)
        raise report.fail(place, said("file.not_utf8"), said("map.save_tmx")) from None
    try:
        # Tiled writes the encoding into the first line; read as text, that line must not contradict UTF-8.
        root = ElementTree.fromstring(text.encode("utf-8"))
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        line = getattr(error, "position", (1, 0))[0]
        message = said("map.not_xml", error=str(error))
        raise report.fail(said("place.line", line=line), message, said("map.save_tmx")) from None
    if root.tag != "map":
        raise report.fail(said("place.line", line=1), said("map.not_map", tag=root.tag), said("map.saved_by_tiled"))
    return root


def _check_attributes(root: ElementTree.Element, report: _Report) -> None:
    """Every element has the attributes Tiled gives it."""
    for element in root.iter():
        for key, whole in ATTRIBUTES.get(element.tag, {}).items():
            value = element.get(key)
            name = element.get("name") or element.get("source")
            place = f'{element.tag} "{name}"' if name else element.tag
            if value is None:
                report.add(place, said("map.attribute_missing", key=key), said("map.save_or_add"))
            elif whole and not value.isdecimal():
                report.add(place, said("map.attribute", key=key, value=value), said("map.give_whole"))


def _check_frame(root: ElementTree.Element, path: Path, report: _Report) -> None:
    """What must hold before the map can be read at all: layers, encoding, size, tilesets."""
    if root.get("infinite", "0") != "0":
        report.add("map", said("map.infinite"), said("map.switch_off_infinite"))
    if root.get("orientation", "orthogonal") != "orthogonal":
        report.add("map", said("map.orientation", found=root.get("orientation")), said("map.use_orthogonal"))
    layers = [element for element in root if element.tag in ("layer", "objectgroup", "imagelayer", "group")]
    names = [element.get("name", "") for element in layers]
    for wanted in (*TILE_LAYERS, *OBJECT_LAYERS):
        tag = "layer" if wanted in TILE_LAYERS else "objectgroup"
        sort = said("map.tile_layer" if tag == "layer" else "map.object_layer")
        found = [element for element in layers if element.get("name") == wanted]
        if not found:
            report.add(
                said("place.layer", name=wanted),
                said("map.layer_missing", sort=sort),
                said("map.add_layer", sort=sort, wanted=wanted),
            )
        elif len(found) > 1:
            report.add(
                said("place.layer", name=wanted), said("map.layers_of_name", count=len(found)), said("map.merge_layers")
            )
        elif found[0].tag != tag:
            report.add(
                said("place.layer", name=wanted),
                said("map.not_layer", sort=sort),
                said("map.make_layer", wanted=wanted, sort=sort),
            )
    for name in names:
        if name not in (*TILE_LAYERS, *OBJECT_LAYERS):
            known = (*TILE_LAYERS, *OBJECT_LAYERS)
            report.add(said("place.layer", name=name), said("map.layer_unknown"), _nearest(name, known))
    for element in root.findall("layer"):
        _check_tile_data(element, root, report)
    _check_tilesets(root, path, report)


def _check_tile_data(element: ElementTree.Element, root: ElementTree.Element, report: _Report) -> None:
    """A tile layer is CSV and has one number for each tile of the map."""
    place = said("place.layer", name=element.get("name", ""))
    data = element.find("data")
    encoding = None if data is None else data.get("encoding")
    if data is None or encoding != "csv":
        found = said("map.no_tile_data") if data is None else said("map.encoding", found=encoding or "XML")
        report.add(place, found, said("map.set_csv"))
        return
    cells = (data.text or "").split(",")
    width, height = int(root.attrib["width"]), int(root.attrib["height"])
    if (int(element.attrib["width"]), int(element.attrib["height"])) != (width, height):
        size = f"{element.get('width')} x {element.get('height')}"
        report.add(place, said("map.layer_size", size=size, width=width, height=height), said("map.same_size"))
        return
    if len(cells) != width * height:
        message = said("map.tile_count", count=len(cells), width=width, height=height, whole=width * height)
        report.add(place, message, said("map.restore_rows"))
        return
    wrong = [cell.strip() for cell in cells if not cell.strip().isdigit()]
    if wrong:
        message = said("map.tiles_no_numbers", count=len(wrong), first=wrong[0])
        report.add(place, message, said("map.whole_numbers"))


def _check_tilesets(root: ElementTree.Element, path: Path, report: _Report) -> None:
    """There is one tileset, outside the map, and its file and picture exist."""
    sources = [element.get("source") for element in root.findall("tileset")]
    if len(sources) != 1 or sources[0] is None:
        found = said("map.tilesets", count=len(sources)) if len(sources) != 1 else said("map.tileset_inside")
        report.add("tileset", found, said("map.one_tileset"))
        return
    place = said("place.tileset", source=sources[0])
    file = _tileset_file(root, path)
    if not file.is_file():
        report.add(place, said("map.no_tileset"), said("map.correct_path"))
        return
    try:
        tileset = ElementTree.parse(file).getroot()
    except (ElementTree.ParseError, ValueError, LookupError, OSError) as error:
        report.add(place, said("map.tileset_not_read", error=reason(error)), said("map.save_tsx"))
        return
    image = tileset.find("image")
    if tileset.tag != "tileset" or image is None:
        report.add(place, said("map.not_tileset"), said("map.save_tsx"))
    elif not (file.parent / image.get("source", "")).is_file():
        report.add(place, said("map.picture_missing", image=image.get("source")), said("map.put_picture"))


def _tileset_file(root: ElementTree.Element, path: Path) -> Path:
    """The map's .tsx; the library reads it, but does not say where it lies."""
    element = root.find("tileset")
    return path.parent / ("" if element is None else element.get("source", ""))


def _check_properties(root: ElementTree.Element, report: _Report) -> None:
    """Every property is known, has its type, and can be read; every object has the ones it needs."""
    _check_property_list(root, "map", MAP_PROPERTIES, report)
    for group in root.findall("objectgroup"):
        layer = group.get("name", "")
        keys = OBJECT_LAYERS.get(layer)
        if keys is None:
            continue
        for element in group.findall("object"):
            name = element.get("name", "")
            place = (
                said("place.object", layer=layer, name=name)
                if name
                else said("place.nameless", layer=layer, number=element.get("id"))
            )
            if not name:
                report.add(place, said("map.no_name"), said("map.name_it"))
            for key in ("x", "y", "width", "height", "rotation"):
                value = element.get(key, "0")
                if not _is_number(value):
                    report.add(place, said("map.quoted", key=key, value=value), said("map.give_number"))
            if ("width" in element.attrib) != ("height" in element.attrib):
                report.add(place, said("map.one_side"), said("map.both_sides"))
            if _is_number(element.get("rotation", "0")) and float(element.get("rotation", "0")) != 0:
                report.add(place, said("map.turned", degrees=element.get("rotation")), said("map.no_rotation"))
            kinds, kind = KINDS.get(layer), element.get("type", element.get("class", ""))
            if kinds and kind not in kinds:
                report.add(place, said("map.class", kind=kind), _nearest(kind, kinds))
            optional = layer == "zones" and element.find('properties/property[@name="part_of"]') is not None
            _check_property_list(element, place, keys, report, names_optional=optional)


def _check_property_list(
    element: ElementTree.Element,
    place: str,
    keys: dict[str, tuple[str, Any]],
    report: _Report,
    names_optional: bool = False,
) -> None:
    found = {item.get("name", ""): item for item in element.findall("properties/property")}
    for key, item in found.items():
        if key not in keys:
            report.add(place, said("map.property_unknown", key=key), _nearest(key, keys))
            continue
        wanted, kind = keys[key][0], item.get("type", TEXT)
        value = item.get("value", item.text or "")
        if kind != wanted and not (wanted == NUMBER and kind == "int"):
            report.add(
                place, said("map.property_type", key=key, value=value, kind=kind), said("map.make_type", wanted=wanted)
            )
        elif wanted == NUMBER and not _is_number(value):
            report.add(place, said("map.property", key=key, value=value), said("map.give_number"))
        elif wanted == FLAG and value not in ("true", "false"):
            report.add(place, said("map.property", key=key, value=value), said("map.give_flag"))
    for key, (wanted, default) in keys.items():
        if default is ... and key not in found and not (names_optional and key in _NAMES):
            report.add(place, said("map.property_missing", key=key), said("map.add_type", wanted=wanted))


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _nearest(word: str, known: Any) -> str:
    """The mend for an unknown word."""
    close = difflib.get_close_matches(word, known, 1)
    return said("mend.nearest_quoted", near=close[0]) if close else said("mend.use_one", known=", ".join(known))


def _parse(path: Path, report: _Report) -> pytiled_parser.TiledMap:
    """The map as the Tiled library sees it. What it trips over has been checked before, as far as one can foresee."""
    try:
        return pytiled_parser.parse_map(path, ENCODING)
    except Exception as error:  # the library raises whatever its parsing meets
        message = said("map.broken", kind=type(error).__name__, error=str(error))
        raise report.fail("map", message, said("map.save_tmx")) from error


# --- the contents ----------------------------------------------------------------------------------------------------


def _build(drawn: pytiled_parser.TiledMap, path: Path, tileset: Path, report: _Report) -> TileMap:
    layers = {layer.name: layer for layer in drawn.layers}
    properties = drawn.properties or {}
    tile_size = float(properties["metres_per_tile"])
    if tile_size <= 0:
        message = said("map.metres_per_tile", size=tile_size)
        raise report.fail("map", message, said("map.tile_in_m"))
    if drawn.tile_size.width != drawn.tile_size.height:
        size = drawn.tile_size
        raise report.fail("map", said("map.not_square", width=size.width, height=size.height), said("map.square"))
    scale = tile_size / drawn.tile_size.width  # m per pixel

    tiles = tuple(_tile_ids(layers[name], drawn, report) for name in TILE_LAYERS)
    report.raise_if_any()  # without tiles nothing below makes sense
    surface, solid, cost = _ground(tiles, drawn, report)

    placed = _Placed(drawn, scale, report)
    zones = _zones(placed, report)
    gates = tuple(_gates(placed, report))
    posts = {
        item.name: Post(item.name, item.names, item.centre, item.heading(), item.positive("radius", zero=True))
        for item in placed.of("posts")
    }
    spawns = {item.name: Spawn(item.name, item.names, item.rect()) for item in placed.of("spawns")}
    exits = {
        item.name: Exit(item.name, item.names, item.rect(), item.positive("width"), item.get("police_only"))
        for item in placed.of("exits")
    }
    routes = {item.name: Route(item.name, item.names, item.line()) for item in placed.of("routes")}
    vehicles = tuple(
        Vehicle(item.name, item.names, item.kind, item.rect(), item.heading(), item.get("solid"))
        for item in placed.of("vehicles")
    )
    trees = tuple((*item.centre, item.radius()) for item in placed.of("trees"))

    plan = TileMap(
        path=path,
        name={"id": str(properties["name_id"]), "en": str(properties["name_en"])},
        tile_size=tile_size,
        surface=surface,
        solid=solid,
        cost=cost,
        zones=zones,
        gates=gates,
        posts=posts,
        spawns=spawns,
        exits=exits,
        routes=routes,
        vehicles=vehicles,
        trees=trees,
        tiles=tiles,
        tileset=tileset,
    )
    _check_gates(plan, placed.outside, report)
    for vehicle in vehicles:
        if vehicle.solid:
            solid[plan.tiles_of(vehicle.rect)] = True
    _check_reach(plan, placed.outside, report)
    report.raise_if_any()
    for array in (surface, solid, cost, *tiles):
        array.flags.writeable = False
    return plan


def _tile_ids(layer: Any, drawn: pytiled_parser.TiledMap, report: _Report) -> np.ndarray:
    """i2[rows, cols], numbers of the tileset, -1 = none."""
    first, tileset = next(iter(drawn.tilesets.items()))
    ids = (np.array(layer.data, np.int64) & GID) - first
    ids[ids < 0] = -1
    beyond = np.argwhere(ids >= tileset.tile_count)
    place = said("place.layer", name=layer.name)
    if len(beyond):
        row, column = beyond[0]
        message = said("map.not_in_tileset", tile=ids[row, column] + first, column=column, row=row)
        report.add(place, message, said("map.draw_tile", count=tileset.tile_count))
    bare = np.argwhere(ids < 0)
    if layer.name == "ground" and len(bare):
        row, column = bare[0]
        message = said("map.no_ground", count=len(bare), column=column, row=row)
        report.add(place, message, said("map.fill_ground"))
    return ids.astype(np.int16)


def _ground(
    tiles: tuple[np.ndarray, ...], drawn: pytiled_parser.TiledMap, report: _Report
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Surface, solid and cost of every tile: that of the uppermost tile, but closed ground stays closed."""
    tileset = next(iter(drawn.tilesets.values()))
    surface_of = np.full(tileset.tile_count + 1, -1, np.int8)  # the last entry is that of "no tile"
    walkable_of = np.ones(tileset.tile_count + 1, bool)
    cost_of = np.ones(tileset.tile_count + 1, np.float32)
    words = {surface.name.lower(): surface for surface in Surface}
    used = set(np.unique(np.concatenate([layer.ravel() for layer in tiles])).tolist()) - {-1}
    described = tileset.tiles or {}
    for tile in sorted(used):
        properties = (described[tile].properties or {}) if tile in described else {}
        place = said("place.tile", tile=tile)
        word, walkable, cost = (properties.get(key) for key in ("surface", "walkable", "cost"))
        if word not in words:
            report.add(place, said("map.surface", word=word), _nearest(str(word), tuple(words)))
        elif not isinstance(walkable, bool):
            report.add(place, said("map.walkable", walkable=walkable), said("map.make_bool"))
        elif not isinstance(cost, (int, float)) or cost <= 0:
            report.add(place, said("map.cost", cost=cost), said("map.give_cost"))
        else:
            surface_of[tile], walkable_of[tile], cost_of[tile] = words[str(word)], walkable, cost
    ground, walls = tiles
    surface = np.where(walls >= 0, surface_of[walls], surface_of[ground])
    solid = ~(walkable_of[ground] & walkable_of[walls])
    return surface, solid, cost_of[ground]


class _Item:
    """An object of the map, in m. Its properties have the right type, whether their values make sense is seen here."""

    def __init__(self, layer: str, drawn: tiled_object.TiledObject, placed: "_Placed") -> None:
        self.layer, self.drawn, self.placed = layer, drawn, placed
        self.name, self.kind = drawn.name, drawn.class_
        self.place = said("place.object", layer=layer, name=drawn.name)
        self.names = {"id": self.get("name_id"), "en": self.get("name_en")} if "name_id" in OBJECT_LAYERS[layer] else {}
        scale = placed.scale
        x, y = drawn.coordinates.x * scale, drawn.coordinates.y * scale
        self.box: Rect = (x, y, x + drawn.size.width * scale, y + drawn.size.height * scale)
        self.inside(*self.box[:2])
        self.inside(*self.box[2:])

    @property
    def centre(self) -> tuple[float, float]:
        """m; of a point, the point."""
        return (self.box[0] + self.box[2]) / 2, (self.box[1] + self.box[3]) / 2

    def get(self, key: str) -> Any:
        default = OBJECT_LAYERS[self.layer][key][1]
        return (self.drawn.properties or {}).get(key, "" if default is ... else default)

    def positive(self, key: str, zero: bool = False) -> float:
        value = float(self.get(key))
        if value < 0 or (value == 0 and not zero):
            self.add(said("map.value", key=key, value=value), said("map.not_negative" if zero else "map.above_zero"))
        return value

    def heading(self) -> float:
        """rad, 0 = east, clockwise."""
        return math.radians(self.get("heading_deg"))

    def inside(self, x: float, y: float) -> None:
        """Reports a corner beyond the map's edge, once for the object."""
        width, height = self.placed.size
        out = not (-MARGIN <= x <= width + MARGIN and -MARGIN <= y <= height + MARGIN)
        if out and self.place not in self.placed.outside:
            self.placed.outside.add(self.place)
            message = said("map.corner", x=x, y=y, width=width, height=height)
            self.add(message, said("map.into_map"))

    def rect(self) -> Rect:
        """x0, y0, x1, y1."""
        x0, y0, x1, y1 = self.box
        if not isinstance(self.drawn, tiled_object.Rectangle) or x1 - x0 <= 0 or y1 - y0 <= 0:
            shape = self._shape()
            self.add(said("map.shape_of", shape=shape, width=x1 - x0, height=y1 - y0), said("map.draw_rectangle"))
        return self.box

    def _shape(self) -> Said:
        """What it is drawn as."""
        return said(f"shape.{type(self.drawn).__name__.lower()}")

    def radius(self) -> float:
        x0, y0, x1, y1 = self.box
        if not isinstance(self.drawn, tiled_object.Ellipse) or x1 - x0 <= 0:
            self.add(said("map.shape", shape=self._shape()), said("map.draw_circle"))
        return min(x1 - x0, y1 - y0) / 2

    def line(self) -> tuple[tuple[float, float], ...]:
        if not isinstance(self.drawn, tiled_object.Polyline) or len(self.drawn.points) < 2:
            self.add(said("map.shape", shape=self._shape()), said("map.draw_line"))
            return ()
        x, y, scale = *self.box[:2], self.placed.scale
        points = tuple((x + point.x * scale, y + point.y * scale) for point in self.drawn.points)
        for point in points:
            self.inside(*point)
        return points

    def add(self, message: str, mend: str) -> None:
        self.placed.report.add(self.place, message, mend)


class _Placed:
    """The objects of the map by layer."""

    def __init__(self, drawn: pytiled_parser.TiledMap, scale: float, report: _Report) -> None:
        self.scale, self.report = scale, report  # m per pixel
        self.size = (
            drawn.map_size.width * drawn.tile_size.width * scale,
            drawn.map_size.height * drawn.tile_size.height * scale,
        )
        self.layers = {layer.name: getattr(layer, "tiled_objects", []) for layer in drawn.layers}
        self.outside: set[str] = set()

    def of(self, layer: str) -> Iterator[_Item]:
        """The objects of a layer; an id given twice is reported and skipped."""
        seen: set[str] = set()
        for drawn in self.layers[layer]:
            if drawn.name in seen:
                place = said("place.object", layer=layer, name=drawn.name)
                self.report.add(place, said("map.two_objects"), said("map.rename"))
                continue
            seen.add(drawn.name)
            yield _Item(layer, drawn, self)


def _zones(placed: _Placed, report: _Report) -> dict[str, Zone]:
    """Zones, with further rectangles joined to the zone they are `part_of`."""
    items = list(placed.of("zones"))
    rects: dict[str, list[Rect]] = {item.name: [item.rect()] for item in items if not item.get("part_of")}
    for item in items:
        whole = item.get("part_of")
        if whole and whole not in rects:
            item.add(said("map.part_of_none", whole=whole), _nearest(whole, tuple(rects)))
        elif whole:
            rects[whole].append(item.rect())
    return {
        item.name: Zone(item.name, item.names, item.kind, tuple(rects[item.name]), item.get("label"))
        for item in items
        if item.name in rects
    }


def _gates(placed: _Placed, report: _Report) -> Iterator[Gate]:
    for item in placed.of("barriers"):
        rect = item.rect()
        width = item.positive("width")
        longest = max(rect[2] - rect[0], rect[3] - rect[1])
        if width > longest + MARGIN:
            item.add(said("map.gate_width", width=width, longest=longest), said("map.gate_longer"))
        yield Gate(
            id=item.name,
            name=item.names,
            kind=item.kind,
            rect=rect,
            width=width,
            capacity=item.positive("capacity"),
            toughness=item.positive("toughness"),
            open=item.get("open"),
            breakable=item.get("breakable"),
            low=item.get("low"),
        )


def _check_gates(plan: TileMap, outside: set[str], report: _Report) -> None:
    """A gate stands on ground one could walk on: nobody passes it otherwise, open or broken."""
    for gate in plan.gates:
        here = plan.solid[plan.tiles_of(gate.rect)]
        place = said("place.object", layer="barriers", name=gate.id)
        if place in outside:
            continue
        if here.size == 0:
            report.add(place, said("map.covers_no_tile"), said("map.over_tile"))
        elif here.any():
            message = said("map.gate_in_wall", walled=int(here.sum()), count=here.size)
            report.add(place, message, said("map.erase_walls"))


def _check_reach(plan: TileMap, outside: set[str], report: _Report) -> None:
    """With every gate open, each spawn has free ground, and each post and exit hangs together with the rest."""
    region, _ = ndimage.label(~plan.solid)
    sizes = np.bincount(region.ravel())
    sizes[0] = 0
    main = int(sizes.argmax())
    if sizes[main] == 0:
        report.add(said("place.layer", name="ground"), said("map.nowhere"), said("map.draw_walkable"))
        return
    rows, cols = plan.solid.shape

    def tell(layer: str, name: str, here: np.ndarray, message: str, mend: str) -> None:
        place = said("place.object", layer=layer, name=name)
        if place not in outside and not (here == main).any():
            report.add(place, message, mend)

    for spawn in plan.spawns.values():
        here = region[plan.tiles_of(spawn.rect)]
        tell("spawns", spawn.id, here, said("map.no_free_tile"), said("map.walkable_place"))
    for exit_ in plan.exits.values():
        here = region[plan.tiles_of(exit_.rect)]
        message = said("map.no_way")
        tell("exits", exit_.id, here, message, said("map.open_way"))
    for post in plan.posts.values():
        x, y = post.position
        row, col = (min(max(int(v / plan.tile_size), 0), n - 1) for v, n in ((y, rows), (x, cols)))
        found = said("map.stands_in_wall" if plan.solid[row, col] else "map.not_reached", x=x, y=y)
        tell("posts", post.id, region[row, col], found, said("map.free_ground"))
