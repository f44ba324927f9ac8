"""Draws the tileset and the first version of the maps. The .tmx files are the truth from then on: edit them in Tiled.

SDL_VIDEODRIVER=dummy python docs/tools/draw_maps.py tiles          # assets/tiles/plan_{dark,light}.{png,tsx}
SDL_VIDEODRIVER=dummy python docs/tools/draw_maps.py maps           # maps/*/*.tmx, overwriting edits made by hand
"""

import sys
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import quoteattr

import numpy as np
import pygame

ROOT = Path(__file__).resolve().parents[2]
TILES = ROOT / "assets" / "tiles"

PX = 16  # px per tile
METRES = 0.5  # m per tile
COLUMNS = 16  # tiles in a row of the tileset picture
# Sides of a tile; in an edged row the column is the sum of the sides with an edge.
NORTH, EAST, SOUTH, WEST = 1, 2, 4, 8


@dataclass(frozen=True)
class Row:
    """One or more rows of the tileset: a ground, with 16 textures a row, or with 16 combinations of edges."""

    name: str
    surface: str
    walkable: bool
    cost: float = 1.0
    count: int = 1  # rows
    edged: bool = False


ROWS = (
    Row("road", "road", True, count=4, edged=True),
    Row("pavement", "pavement", True),
    Row("grass", "grass", True, count=4, edged=True),
    Row("yard", "yard", True),
    Row("floor", "floor", True),
    Row("median", "median", True, cost=1 / 0.7),
    Row("verge", "verge", True),
    Row("terrace", "terrace", True, edged=True),
    Row("plot", "closed", False),
    Row("garden", "closed", False),
    Row("roof", "building", False, count=2, edged=True),
    Row("wall", "wall", False, edged=True),
    Row("plinth", "obstacle", False, edged=True),
    Row("mark", "road", True),  # 0 lane line in the south half, 1 in the north half, 2 crossing
    Row("sill", "yard", True),  # under gates, doors and railings
    Row("bay", "yard", True),  # 0 line of a parking bay along the north side
)
FIRST = {}
_next = 0
for _row in ROWS:
    FIRST[_row.name] = _next
    _next += _row.count * COLUMNS
COUNT = _next
BY_NAME = {row.name: row for row in ROWS}


# --- the tileset -----------------------------------------------------------------------------------------------------

PALETTE = {
    "dark": {
        "road": "#2A2F36", "kerb": "#59616C", "line": "#666E79", "crossing": "#383E46", "pavement": "#353B43",
        "joint": "#32383F", "grass": "#2F3B33", "grass_edge": "#475648", "yard": "#3A4048", "floor": "#454C56",
        "floor_joint": "#434A53", "median": "#2E3C32", "verge": "#313A34", "terrace": "#515A66", "step": "#687280",
        "plot": "#31363D", "garden": "#28302B", "roof": "#4A525E", "parapet": "#5F6976", "wall": "#8B95A3",
        "wall_edge": "#A4ADB9", "plinth": "#626C79", "plinth_edge": "#8B95A3", "sill": "#444B54", "bay": "#59616C",
    },
    "light": {
        "road": "#CBCDD0", "kerb": "#F2F1EC", "line": "#F4F4F2", "crossing": "#DADCDE", "pavement": "#DBD9D2",
        "joint": "#D6D4CD", "grass": "#CAD7BE", "grass_edge": "#A3B595", "yard": "#E4E1D8", "floor": "#F3F1EC",
        "floor_joint": "#EEECE6", "median": "#BECEB0", "verge": "#D3DBC6", "terrace": "#EFE6D2", "step": "#CFC4AA",
        "plot": "#D5D3CB", "garden": "#CDD5C2", "roof": "#B7BCC4", "parapet": "#8E959F", "wall": "#4B525B",
        "wall_edge": "#363C44", "plinth": "#868D97", "plinth_edge": "#4B525B", "sill": "#D3D0C6", "bay": "#F7F6F2",
    },
}  # fmt: skip


def colour(text: str) -> np.ndarray:
    """RGB of a "#RRGGBB", float."""
    return np.array([int(text[i : i + 2], 16) for i in (1, 3, 5)], float)


def draw_tileset(theme: str) -> np.ndarray:
    """The picture of one theme, uint8[height, width, 3]."""
    rng = np.random.default_rng(11)  # the same grain in both themes
    paint = {key: colour(value) for key, value in PALETTE[theme].items()}
    picture = np.zeros((COUNT // COLUMNS * PX, COLUMNS * PX, 3))
    for row in ROWS:
        for line in range(row.count):
            for column in range(COLUMNS):
                tile = draw_tile(row, line, column, paint, rng, theme)
                top, left = (FIRST[row.name] // COLUMNS + line) * PX, column * PX
                picture[top : top + PX, left : left + PX] = tile
    return np.clip(np.rint(picture), 0, 255).astype(np.uint8)


def draw_tile(row: Row, line: int, column: int, paint: dict, rng: np.random.Generator, theme: str) -> np.ndarray:
    """One tile, float[16, 16, 3]: flat colour, a grain one can only just see, edges and joints."""
    flat = {"mark": "road"}.get(row.name, "yard" if row.name == "bay" else row.name)
    tile = np.tile(paint[flat], (PX, PX, 1))
    green = row.name in ("grass", "median", "verge", "garden")
    smooth = row.name in ("wall", "plinth", "roof", "floor", "terrace", "sill")
    grain = rng.normal(0, 0.5 if smooth else 1.5 if green else 1.1, (PX, PX, 1))
    if row.name == "grass":
        tile += (line - 1.5) * (0.9 if theme == "dark" else 1.3)  # four close shades, laid in soft patches
    if green:
        shade = -1 if theme == "light" else 1
        for _ in range(3):  # blades
            y, x = rng.integers(1, PX - 3), rng.integers(0, PX)
            tile[y : y + 3, x] += shade * 4.5
    if row.name == "median":
        for _ in range(2):  # planting
            y, x = rng.integers(2, PX - 4, 2)
            tile[y : y + 3, x : x + 3] += np.array([-7, -5, -8]) if theme == "light" else np.array([3, 8, 4])
    if row.name in ("pavement", "floor"):  # slabs of 0.5 m
        joint = paint["joint" if row.name == "pavement" else "floor_joint"]
        tile[0, :], tile[:, 0] = joint, joint
    if row.name == "mark" and column == 0:
        tile[PX - 2 :, :] = paint["line"]
    if row.name == "mark" and column == 1:
        tile[:2, :] = paint["line"]
    if row.name == "mark" and column >= 2:
        tile[:] = paint["crossing"]
    if row.name == "bay":
        tile[:2, :] = paint["bay"]
    if row.name == "roof" and line == 1:  # a second, quieter roof for annexes
        tile += 5 if theme == "dark" else -5
    tile += grain
    if row.edged:
        edge, wide = {
            "road": ("kerb", 3), "grass": ("grass_edge", 3), "terrace": ("step", 2), "roof": ("parapet", 3),
            "wall": ("wall_edge", 2), "plinth": ("plinth_edge", 3),
        }[row.name]  # fmt: skip
        for side, where in (
            (NORTH, np.s_[:wide, :]), (EAST, np.s_[:, PX - wide :]),
            (SOUTH, np.s_[PX - wide :, :]), (WEST, np.s_[:, :wide]),
        ):  # fmt: skip
            if column & side:
                tile[where] = paint[edge]
    return tile


def write_tileset(theme: str) -> None:
    """plan_<theme>.png and its .tsx."""
    TILES.mkdir(parents=True, exist_ok=True)
    picture = draw_tileset(theme)
    name = f"plan_{theme}"
    surface = pygame.surfarray.make_surface(picture.swapaxes(0, 1))
    pygame.image.save(surface, TILES / f"{name}.png")
    height, width = picture.shape[:2]
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<tileset version="1.10" tiledversion="1.10.2" name="{name}" tilewidth="{PX}" tileheight="{PX}"'
        f' tilecount="{COUNT}" columns="{COLUMNS}">',
        f' <image source="{name}.png" width="{width}" height="{height}"/>',
    ]
    for row in ROWS:
        for tile in range(FIRST[row.name], FIRST[row.name] + row.count * COLUMNS):
            lines += [
                f' <tile id="{tile}">',
                "  <properties>",
                f'   <property name="cost" type="float" value="{row.cost:.6g}"/>',
                f'   <property name="surface" value="{row.surface}"/>',
                f'   <property name="walkable" type="bool" value="{str(row.walkable).lower()}"/>',
                "  </properties>",
                " </tile>",
            ]
    lines.append("</tileset>")
    (TILES / f"{name}.tsx").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


# --- a map being drawn -----------------------------------------------------------------------------------------------


@dataclass
class Drawing:
    """Grounds and walls by name on a raster of tiles, and the objects on top. All lengths in m."""

    width: float
    height: float
    name: dict[str, str]
    objects: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        shape = (round(self.height / METRES), round(self.width / METRES))
        self.ground = np.full(shape, "garden", dtype="U12")
        self.walls = np.full(shape, "", dtype="U12")
        self.block = np.zeros(shape, int)  # roofs of different houses have an edge between them
        self.layers = ("zones", "barriers", "posts", "spawns", "exits", "routes", "vehicles", "trees")
        self.objects = {layer: [] for layer in self.layers}
        self.next_id = 1

    def at(self, x0: float, y0: float, x1: float, y1: float) -> tuple[slice, slice]:
        """Rows and columns of a rectangle."""
        r = [round(v / METRES) for v in (y0, y1, x0, x1)]
        return slice(r[0], r[1]), slice(r[2], r[3])

    def fill(self, ground: str, *rects: tuple) -> None:
        for rect in rects:
            self.ground[self.at(*rect)] = ground

    def solid(self, kind: str, *rects: tuple) -> None:
        """Walls or obstacles; an outline's walls lie inside it."""
        for rect in rects:
            self.walls[self.at(*rect)] = kind

    def clear(self, rect: tuple, sill: str = "sill") -> None:
        """Takes the wall away where a gate or door stands."""
        self.walls[self.at(*rect)] = ""
        if sill:
            self.ground[self.at(*rect)] = sill

    def outline(self, x0: float, y0: float, x1: float, y1: float) -> None:
        t = METRES
        self.solid("wall", (x0, y0, x1, y0 + t), (x0, y1 - t, x1, y1), (x0, y0, x0 + t, y1), (x1 - t, y0, x1, y1))

    def house(self, rect: tuple, line: int = 0) -> None:
        """A roof nobody walks under."""
        self.solid("roof", rect)
        self.block[self.at(*rect)] = 2 * (int(self.block.max()) // 2 + 1) + line

    def add(self, layer: str, name: str, kind: str, shape: str, where: tuple, **properties: object) -> None:
        """An object of Tiled. `where` is x0, y0, x1, y1 for boxes, x, y for points, points for lines."""
        scale = PX / METRES
        head = f'  <object id="{self.next_id}" name={quoteattr(name)}' + (f' type="{kind}"' if kind else "")
        self.next_id += 1
        if shape in ("box", "ellipse"):
            x0, y0, x1, y1 = (v * scale for v in where)
            head += f' x="{x0:g}" y="{y0:g}" width="{x1 - x0:g}" height="{y1 - y0:g}"'
        else:
            x, y = where if shape == "point" else where[0]
            head += f' x="{x * scale:g}" y="{y * scale:g}"'
        lines = [head + ">"]
        if properties:
            lines.append("   <properties>")
            for key, value in sorted(properties.items()):
                if isinstance(value, bool):
                    lines.append(f'    <property name="{key}" type="bool" value="{str(value).lower()}"/>')
                elif isinstance(value, (int, float)):
                    lines.append(f'    <property name="{key}" type="float" value="{value:g}"/>')
                else:
                    lines.append(f'    <property name="{key}" value={quoteattr(str(value))}/>')
            lines.append("   </properties>")
        if shape == "point":
            lines.append("   <point/>")
        if shape == "ellipse":
            lines.append("   <ellipse/>")
        if shape == "line":
            points = " ".join(f"{(px - where[0][0]) * scale:g},{(py - where[0][1]) * scale:g}" for px, py in where)
            lines.append(f'   <polyline points="{points}"/>')
        lines.append("  </object>")
        self.objects[layer] += lines

    def zone(self, name: str, kind: str, id_: str, en: str, *rects: tuple, label: bool = False) -> None:
        self.add("zones", name, kind, "box", rects[0], name_id=id_, name_en=en, label=label)
        for number, rect in enumerate(rects[1:], 2):
            self.add("zones", f"{name}_{number}", kind, "box", rect, part_of=name)

    def barrier(self, name: str, kind: str, id_: str, en: str, rect: tuple, strength: tuple, **more: object) -> None:
        """`strength` is capacity [kN/m], toughness [kN s/m]; the tiles are freed of wall."""
        width = more.pop("width", max(rect[2] - rect[0], rect[3] - rect[1]))
        self.clear(rect, str(more.pop("sill", "sill")))
        values = {"open": False, "low": False, "breakable": True} | more
        self.add("barriers", name, kind, "box", rect, name_id=id_, name_en=en, width=float(width),
                 capacity=strength[0] * 1000, toughness=strength[1] * 1000, **values)  # fmt: skip

    def panels(self, name: str, id_: str, en: str, x0: float, y0: float, x1: float, y1: float, strength: tuple,
               first: int) -> int:  # fmt: skip
        """A railing of panels of 2 m; the last one is what remains. Returns the next number."""
        along_x = x1 - x0 > y1 - y0
        start, end = (x0, x1) if along_x else (y0, y1)
        while start < end - 1e-9:
            stop = min(start + 2.0, end)
            rect = (start, y0, stop, y1) if along_x else (x0, start, x1, stop)
            self.barrier(f"{name}_{first:02d}", "fence", id_, en, rect, strength, low=True)
            start, first = stop, first + 1
        return first

    def post(self, name: str, id_: str, en: str, x: float, y: float, heading_deg: float, radius: float = 0.0) -> None:
        more = {"radius": radius} if radius else {}
        self.add("posts", name, "", "point", (x, y), name_id=id_, name_en=en, heading_deg=float(heading_deg), **more)

    def stage(self, name: str, id_: str, en: str, rect: tuple, heading_deg: float, kind: str = "stage",
              label: bool = False) -> None:  # fmt: skip
        """A zone that is also a post, at its centre."""
        self.zone(name, kind, id_, en, rect, label=label)
        self.post(name, id_, en, (rect[0] + rect[2]) / 2, (rect[1] + rect[3]) / 2, heading_deg)

    def vehicle(self, name: str, kind: str, id_: str, en: str, rect: tuple, heading_deg: float, solid: bool) -> None:
        self.add(
            "vehicles", name, kind, "box", rect, name_id=id_, name_en=en, heading_deg=float(heading_deg), solid=solid
        )

    def trees(self, *trees: tuple[float, float, float]) -> None:
        """x, y, radius."""
        for number, (x, y, r) in enumerate(trees, 1):
            self.add("trees", f"pohon_{number:02d}", "", "ellipse", (x - r, y - r, x + r, y + r))

    def write(self, path: Path) -> None:
        """Chooses a tile for every name and writes the .tmx."""
        ground, walls = self.ground_ids(), self.wall_ids()
        rows, cols = ground.shape
        lines = [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<map version="1.10" tiledversion="1.10.2" orientation="orthogonal" renderorder="right-down"'
            f' width="{cols}" height="{rows}" tilewidth="{PX}" tileheight="{PX}" infinite="0" nextlayerid="11"'
            f' nextobjectid="{self.next_id}">',
            " <properties>",
            f'  <property name="metres_per_tile" type="float" value="{METRES:g}"/>',
            f'  <property name="name_en" value={quoteattr(self.name["en"])}/>',
            f'  <property name="name_id" value={quoteattr(self.name["id"])}/>',
            " </properties>",
            ' <tileset firstgid="1" source="../../assets/tiles/plan_light.tsx"/>',
        ]
        for number, (name, ids) in enumerate((("ground", ground), ("walls", walls)), 1):
            lines += [f' <layer id="{number}" name="{name}" width="{cols}" height="{rows}">', '  <data encoding="csv">']
            lines.append(",\n".join(",".join(map(str, row)) for row in (ids + 1).tolist()))
            lines += ["</data>", " </layer>"]
        tint = {
            "zones": "#7f8894", "barriers": "#c8102e", "posts": "#0a4fb0", "spawns": "#c75b00", "exits": "#00a37a",
            "routes": "#007a3d", "vehicles": "#4b525b", "trees": "#6f9a63",
        }  # fmt: skip
        for number, layer in enumerate(self.layers, 3):
            # Zones are switched off in the editor at first: fifty rectangles would hide the plan.
            hidden = ' visible="0"' if layer == "zones" else ""
            lines.append(f' <objectgroup id="{number}" name="{layer}" color="{tint[layer]}"{hidden}>')
            lines += self.objects[layer]
            lines.append(" </objectgroup>")
        lines.append("</map>")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")

    def ground_ids(self) -> np.ndarray:
        rng = np.random.default_rng(5)
        shape = self.ground.shape
        ids = np.zeros(shape, int)
        soft = soft_noise(shape, rng)
        for row in ROWS:
            here = self.ground == row.name
            if not row.edged:
                ids[here] = (FIRST[row.name] + rng.integers(0, COLUMNS, shape))[here]
                continue
            # Grass in soft patches, road at random.
            line = soft if row.name == "grass" else rng.integers(0, row.count, shape)
            against = {
                "grass": ("pavement", "yard"),
                "terrace": ("yard",),
                "road": ("pavement", "median", "garden", "verge"),
            }
            other = np.isin(self.ground, against.get(row.name, ()))
            edge = sides(other)
            ids[here] = (FIRST[row.name] + (line % row.count) * COLUMNS + edge)[here]
        for number, mark in enumerate(("mark_s", "mark_n", "crossing")):
            ids[self.ground == mark] = FIRST["mark"] + number
        return ids

    def wall_ids(self) -> np.ndarray:
        ids = np.full(self.walls.shape, -1)
        for name in ("wall", "plinth", "roof"):
            here = self.walls == name
            edge = np.zeros(self.walls.shape, int)
            same = np.pad(np.where(here, self.block if name == "roof" else 1, -1), 1, mode="edge")
            middle = same[1:-1, 1:-1]
            for side, other in ((NORTH, same[:-2, 1:-1]), (EAST, same[1:-1, 2:]), (SOUTH, same[2:, 1:-1]),
                                (WEST, same[1:-1, :-2])):  # fmt: skip
                edge += side * (other != middle)
            ids[here] = (FIRST[name] + (self.block % BY_NAME[name].count) * COLUMNS + edge)[here]
        return ids


def sides(other: np.ndarray) -> np.ndarray:
    """For each tile the sides where the neighbour is `other`; the edge of the map is not an edge."""
    wide = np.pad(other, 1)
    return NORTH * wide[:-2, 1:-1] + EAST * wide[1:-1, 2:] + SOUTH * wide[2:, 1:-1] + WEST * wide[1:-1, :-2]


def soft_noise(shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """0..3 in patches of some 4 m, broken up by a little grain."""
    coarse = rng.normal(size=(shape[0] // 8 + 3, shape[1] // 8 + 3))
    y, x = np.arange(shape[0]) / 8, np.arange(shape[1]) / 8
    iy, ix = y.astype(int), x.astype(int)
    fy, fx = (y - iy)[:, None], (x - ix)[None, :]
    value = (coarse[iy][:, ix] * (1 - fy) * (1 - fx) + coarse[iy + 1][:, ix] * fy * (1 - fx)
             + coarse[iy][:, ix + 1] * (1 - fy) * fx + coarse[iy + 1][:, ix + 1] * fy * fx)  # fmt: skip
    return np.clip(np.floor(value * 1.6 + 2 + rng.normal(0, 0.35, shape)), 0, 3).astype(int)


# --- strengths of barriers: capacity kN/m, toughness kN s/m ----------------------------------------------------------

LATCHED, EXIT_GATE, LIGHT_GATE, RAILING = (0.5, 10), (0.6, 10), (0.75, 10), (1.5, 30)
GLASS, WOOD, STEEL = (0.5, 5), (1.0, 12.5), (5, 50)
S, W, N, E = 90, 180, 270, 0  # headings, degrees


def half(strength: tuple) -> tuple:
    """The light panels of a set on an exercise ground."""
    return strength[0] / 2, strength[1] / 2


# --- map A -----------------------------------------------------------------------------------------------------------


def draw_kpu_kaltara() -> Drawing:
    d = Drawing(160, 120, {"id": "KPU Kalimantan Utara", "en": "KPU North Kalimantan"})

    # Road with median, pavements, lanes to the south, field.
    d.fill("pavement", (0, 74, 160, 78), (0, 92, 160, 95), (0, 95, 46, 98), (114, 95, 160, 98))
    d.fill("road", (0, 78, 160, 92))
    d.fill("median", (0, 84, 30, 86), (38, 84, 76, 86), (84, 84, 122, 86), (130, 84, 160, 86))
    for y in (81, 89):
        for x in np.arange(1.5, 160, 6):
            if not 74 <= x <= 84:
                d.fill("mark_s", (x, y - 0.5, min(x + 3, 160), y))
                d.fill("mark_n", (x, y, min(x + 3, 160), y + 0.5))
    for y in (*np.arange(78.5, 84, 1), *np.arange(86, 92, 1)):
        d.fill("crossing", (78, y, 82, y + 0.5))
    d.fill("pavement", (40, 98, 46, 120), (114, 95, 120, 120))
    d.fill("grass", (46, 95, 114, 119))
    d.solid("wall", (46, 119, 114, 119.5))

    # Rear lane, verge, apron, command post and holding.
    d.fill("road", (0, 13, 160, 21), (126, 12, 156, 13))
    d.fill("verge", (52, 21, 108, 24))
    d.fill("road", (97, 21, 102.5, 24))  # the drive of the rear gate
    d.fill("terrace", (126, 4, 140, 12), (142, 4, 156, 12))

    # Neighbours: closed plots with their walls and houses; alleys between them and the compound.
    d.fill("plot", (2, 24, 52, 74), (108, 24, 158, 74))
    d.outline(2, 24, 52, 74)
    d.outline(108, 24, 158, 74)
    for x, flip in ((12, False), (118, True)):
        d.house((x, 34, x + 30, 56))
        annex = (x + 22, 60, x + 30, 68) if not flip else (x, 60, x + 8, 68)
        d.house(annex, 1)
    d.fill("pavement", (52, 24, 55, 74), (105, 24, 108, 74))
    for x0 in (8, 120):
        for n in range(8):
            d.house((x0 + 4 * n, 98, x0 + 4 * n + 4, 114), n % 2)

    # The map's edge is closed beside the exits.
    d.solid("plinth", (0, 74, 0.5, 75), (0, 95, 0.5, 98), (159.5, 74, 160, 75), (159.5, 95, 160, 98))

    # The compound.
    d.fill("yard", (55, 24, 105, 74))
    d.outline(55, 24, 105, 74)
    for y in (56, 60, 64, 68):
        d.fill("bay", (98, y, 103, y + 0.5))
    d.fill("terrace", (77, 52, 83, 55))
    d.fill("floor", (65, 34, 95, 52), (57, 25.5, 69, 31.5))
    d.outline(65, 34, 95, 52)
    d.solid("wall", (77, 34, 77.5, 52), (83, 38, 83.5, 52), (83, 38, 95, 38.5), (83, 44, 95, 44.5), (89, 38, 89.5, 44))
    d.outline(57, 25.5, 69, 31.5)
    d.house((86, 70.5, 88.5, 73), 0)
    d.solid("plinth", (69, 63, 71, 65))

    # Zones.
    d.zone("halaman", "area", "Halaman KPU", "Compound", (55, 24, 105, 74))
    d.zone("halaman_depan", "area", "Halaman depan", "Front yard", (56, 55, 104, 73), label=True)
    d.zone("gedung", "building", "Gedung KPU", "KPU building", (65, 34, 95, 52), label=True)
    d.zone("aula", "room", "Aula Pleno", "Plenary hall", (65, 34, 77, 52), label=True)
    d.zone("lobi", "room", "Lobi", "Lobby", (77, 40, 83, 52))
    d.zone("koridor", "room", "Koridor", "Corridor", (77, 34, 95, 38), (77, 38, 83, 40))
    d.zone("r_ketua", "room", "Ruang Ketua", "Chair's office", (89, 38, 95, 44), label=True)
    d.zone("r_aman", "room", "Ruang aman", "Safe room", (83, 38, 89, 44), label=True)
    d.zone("sekretariat", "room", "Sekretariat", "Secretariat", (83, 44, 95, 52), label=True)
    d.zone("teras", "area", "Teras", "Portico", (77, 52, 83, 55))
    d.zone("gudang", "room", "Gudang logistik", "Ballot store", (57, 25.5, 69, 31.5), label=True)
    d.zone("pos_jaga", "building", "Pos jaga", "Guard post", (86, 70.5, 88.5, 73))
    d.zone("tiang", "closed", "Tiang bendera", "Flag pole", (69, 63, 71, 65))
    d.zone("parkir", "area", "Parkir", "Car park", (96, 56, 104, 70))
    d.zone("pagar_depan", "area", "Pagar depan", "Front railing", (55, 73.5, 105, 74))
    d.zone(
        "tembok", "closed", "Tembok", "Boundary wall", (55, 24, 55.5, 73.5), (104.5, 24, 105, 73.5), (55, 24, 105, 24.5)
    )
    d.zone("jalan", "area", "Jalan utama", "Main road", (0, 78, 160, 92), label=True)
    d.zone("trotoar_u", "area", "Trotoar utara", "North pavement", (0, 74, 160, 78))
    d.zone(
        "trotoar_s", "area", "Trotoar selatan", "South pavement", (0, 92, 160, 95), (0, 95, 46, 98), (114, 95, 160, 98)
    )
    d.zone(
        "jalan_belakang",
        "area",
        "Jalan belakang",
        "Rear lane",
        (0, 13, 160, 21),
        (52, 21, 108, 24),
        (126, 12, 156, 13),
        label=True,
    )
    d.zone("gang_barat", "area", "Gang barat", "West alley", (52, 24, 55, 74))
    d.zone("gang_timur", "area", "Gang timur", "East alley", (105, 24, 108, 74))
    d.zone("gang_sb", "area", "Gang selatan barat", "South-west lane", (40, 95, 46, 120))
    d.zone("gang_st", "area", "Gang selatan timur", "South-east lane", (114, 95, 120, 120))
    d.zone("inspektorat", "closed", "Inspektorat", "Inspectorate", (2, 24, 52, 74), label=True)
    d.zone("bawaslu", "closed", "Bawaslu", "Bawaslu", (108, 24, 158, 74), label=True)
    d.zone("lahan", "area", "Lahan kosong", "Open field", (46, 95, 114, 119), label=True)
    d.zone("ruko_b", "closed", "Ruko barat", "West shops", (8, 98, 40, 114), label=True)
    d.zone("ruko_t", "closed", "Ruko timur", "East shops", (120, 98, 152, 114), label=True)
    d.zone("depan_gerbang", "area", "Depan gerbang", "In front of the gate", (62, 76.5, 98, 92))
    d.zone("tahap_dukung", "stage", "Tahap dukungan", "Support stage", (97, 34, 103, 52))
    d.zone("tahap_barat", "stage", "Tahap barat", "West stage", (2, 13.2, 27, 20.8))
    d.zone("tahap_timur", "stage", "Tahap timur", "East stage", (127, 17, 158, 20.8))
    d.post("lantas", "Lantas", "Traffic police", 152, 86, W)
    d.zone("pers", "area", "Pers", "Press", (100, 93, 106, 95))
    d.zone("tahap_truk", "stage", "Truk", "Trucks", (28, 13.5, 54, 16))

    # Barriers.
    d.barrier("gerbang_utama", "gate", "Gerbang utama", "Main gate", (77, 73.5, 83, 74), LATCHED, open=True, low=True)
    d.barrier("gerbang_keluar", "gate", "Gerbang keluar", "Exit gate", (97, 73.5, 101, 74), EXIT_GATE, low=True)
    d.barrier("gerbang_belakang", "gate", "Gerbang belakang", "Rear gate", (98, 24, 101.5, 24.5), LIGHT_GATE, open=True)
    d.barrier("pintu_barat", "gate", "Pintu samping", "Side door", (55, 60, 55.5, 61.5), LIGHT_GATE)
    d.barrier("portal_barat", "bar", "Portal gang barat", "West alley bar", (52, 24, 55, 24.5), LIGHT_GATE, low=True)
    d.barrier("portal_timur", "bar", "Portal gang timur", "East alley bar", (105, 73.5, 108, 74), LIGHT_GATE, low=True)
    inside = {"sill": "floor"}
    d.barrier("pintu_utama", "door", "Pintu utama", "Main door", (79, 51.5, 81, 52), GLASS, open=True, **inside)
    d.barrier("pintu_belakang", "door", "Pintu belakang", "Rear door", (90, 34, 91.5, 34.5), WOOD, open=True, **inside)
    d.barrier(
        "pintu_aula_lobi",
        "door",
        "Pintu aula ke lobi",
        "Hall door to the lobby",
        (77, 45, 77.5, 47),
        WOOD,
        open=True,
        **inside,
    )
    d.barrier(
        "pintu_aula_koridor",
        "door",
        "Pintu aula ke koridor",
        "Hall door to the corridor",
        (77, 35.5, 77.5, 36.5),
        WOOD,
        open=True,
        **inside,
    )
    d.barrier("pintu_r_ketua", "door", "Pintu Ruang Ketua", "Door of the chair's office", (91.5, 38, 92.5, 38.5), WOOD,
              open=True, **inside)  # fmt: skip
    d.barrier("pintu_r_aman", "door", "Pintu ruang aman", "Safe room door", (85.5, 38, 86.5, 38.5), STEEL, **inside)
    d.barrier("pintu_sekretariat", "door", "Pintu sekretariat", "Secretariat door", (83, 47, 83.5, 48), WOOD, open=True,
              **inside)  # fmt: skip
    d.barrier("pintu_gudang", "door", "Pintu gudang", "Ballot store door", (61, 31, 64, 31.5), STEEL, **inside)
    number = 1
    for x0, x1 in ((55, 77), (83, 97), (101, 105)):
        number = d.panels("pagar_depan", "Pagar depan", "Front railing", x0, 73.5, x1, 74, RAILING, number)

    # Posts, and stages that are both zone and post.
    d.post("tali", "Tali Dalmas awal", "Rope line", 80, 74, S, 6.7)
    d.post("gerbang", "Lini tameng", "Shield line", 80, 71, S)
    d.post("gerbang_jaga", "Jaga gerbang", "Gate guard", 80, 72.5, S)
    d.post("kordon_timur", "Kordon timur", "East cordon", 122, 86, W)
    d.post("teras", "Teras", "Portico", 80, 53.5, S)
    d.post("teras_depan", "Depan teras", "Before the portico", 80, 57.5, S)
    d.post("negosiator", "Negosiator", "Negotiators", 80, 77, S)
    d.post("baji", "Titik paruh lembing", "Wedge", 80, 64, S)
    d.post("penutup", "Barisan penutup", "Closing line", 77.3, 57.5, S)
    d.post("penutup_barat", "Barisan penutup barat", "Closing line, west", 66, 57.5, S)
    d.post("penutup_timur", "Barisan penutup timur", "Closing line, east", 88.6, 57.5, S)
    d.post("aula", "Aula Pleno", "Plenary hall", 71, 43, E)
    d.post("jaga_pintu_utama", "Jaga pintu utama", "Main door guard", 80, 52.75, S)
    d.post("jaga_pintu_belakang", "Jaga pintu belakang", "Rear door guard", 90.75, 33.25, N)
    d.post("jaga_pintu_barat", "Jaga pintu samping", "Side door guard", 56.25, 60.75, W)
    d.post("r_aman", "Ruang aman", "Safe room", 86, 41, N)
    d.post("r_ketua", "Ruang Ketua", "Chair's office", 92, 41, N)
    d.post("titik_jemput", "Titik jemput", "Boarding point", 101.5, 19.5, E)
    d.stage("tahap_lanjut", "Tahap Dalmas lanjut", "Shield platoons' stage", (56, 35, 64, 52), S)
    d.stage("tahap_lanjut3", "Tahap ton 3", "Third platoon's stage", (71, 26, 82, 32), S)
    d.stage("tahap_phh", "Tahap PHH Brimob", "Brimob stage", (56, 13, 98, 17), S)
    d.stage("tahap_raimas", "Tahap Raimas", "Raimas stage", (122, 13, 140, 16.5), W)
    d.stage("k9", "Satwa K9", "Dog unit", (57, 55, 62, 58), S)
    d.stage("posko", "Posko", "Command post", (126, 4, 140, 12), S, "area", label=True)
    d.stage("tahanan", "Titik tahanan", "Holding", (142, 4, 156, 12), S, "area", label=True)
    d.stage("poskes", "Pos kesehatan", "Aid post", (84, 26, 92, 31), S, "aid", label=True)
    d.stage("medis", "Pos medis netral", "Neutral aid post", (100, 109, 110, 117), N, "aid", label=True)

    for name, id_, en, rect in (
        ("M1", "Massa barat", "Crowd, west", (0, 76, 30, 94)),
        ("M2", "Massa susulan", "Late group", (114, 100, 120, 119)),
        ("M3", "Massa jalan", "Crowd, road", (30, 76, 114, 94)),
        ("M4", "Massa lahan", "Crowd, field", (46, 95, 114, 119)),
        ("B1", "Warga", "Bystanders", (8, 95, 40, 98)),
    ):
        d.add("spawns", name, "", "box", rect, name_id=id_, name_en=en)
    for name, id_, en, rect, width in (
        ("X1", "Keluar barat", "West exit", (0, 75, 1, 95), 20),
        ("X2", "Keluar timur", "East exit", (159, 75, 160, 95), 20),
        ("X3", "Gang selatan barat", "South-west lane", (40, 119, 46, 120), 6),
        ("X4", "Gang selatan timur", "South-east lane", (114, 119, 120, 120), 6),
        ("J1", "Jalur Polri barat", "Police way, west", (0, 13, 1, 21), 8),
        ("J2", "Jalur Polri timur", "Police way, east", (159, 13, 160, 21), 8),
    ):
        d.add("exits", name, "", "box", rect, name_id=id_, name_en=en, width=float(width), police_only=name[0] == "J")
    d.add("routes", "evak", "", "line", ((92, 41), (92, 38), (90.75, 34), (99.75, 24), (101.5, 19.5)),
          name_id="Jalur evakuasi Ketua", name_en="Evacuation of the chair")  # fmt: skip
    d.add("routes", "evak_kendaraan", "", "line", ((101.5, 19.5), (108.5, 19), (160, 19)),
          name_id="Kendaraan evakuasi", name_en="Evacuation drive")  # fmt: skip

    for n, y in enumerate((57, 61, 65), 1):
        d.vehicle(f"mobil_{n}", "car", "Mobil", "Car", (98, y, 102.5, y + 2), E, True)
    for n, x in enumerate((28, 37, 46), 1):
        d.vehicle(f"truk_{n}", "truck", "Truk Dalmas", "Personnel truck", (x, 13.5, x + 8, 16), E, True)
    d.vehicle("awc", "awc", "AWC 1", "Water cannon 1", (124, 79, 131.7, 81.5), W, True)
    d.vehicle("barracuda", "barracuda", "Barracuda", "Barracuda", (112, 13.5, 118, 16), W, True)
    d.vehicle("kend_evak", "car", "Kendaraan evakuasi", "Evacuation vehicle", (102.5, 17.5, 108.5, 20.5), E, False)
    for n in range(10):
        x = 122.5 + 1.75 * n
        d.vehicle(
            f"raimas_{n + 1:02d}", "bike", "Motor Raimas", "Raimas motorcycle", (x, 13.5, x + 0.8, 15.7), N, False
        )
    for side, x in (("barat", 32), ("timur", 150)):
        for n, y in enumerate((78.5, 81.25, 86.5, 89.25), 1):
            d.vehicle(
                f"lantas_{side}_{n}",
                "barrier",
                "Barikade Lantas",
                "Traffic barrier",
                (x - 0.25, y, x + 0.25, y + 2.25),
                N,
                False,
            )

    d.trees(
        (8, 31, 2.4), (6.5, 44, 2.0), (8, 63, 2.6), (20, 67, 2.2), (28, 68.5, 1.8), (47, 32, 2.2), (47.5, 46, 1.8),
        (114, 31, 2.3), (113, 45, 1.8), (133, 66, 2.4), (142, 68, 2.0), (153.5, 34, 2.4),
        (153, 52, 2.1), (153, 67, 2.6),
        (12, 6, 2.6), (22, 7.5, 2.1), (38, 5, 2.4), (55, 7, 2.7), (63, 5.2, 2.0), (84, 6.5, 2.5),
        (104, 5.5, 2.3), (113, 7.5, 2.0),
        (4, 108, 2.4), (24, 117.2, 1.9), (34, 117, 1.7), (156, 106, 2.3), (130, 117.2, 1.9), (146, 117, 2.1),
        (60, 22.5, 1.2), (70, 22.5, 1.3), (84, 22.5, 1.2),
    )  # fmt: skip
    return d


# --- map B -----------------------------------------------------------------------------------------------------------


def draw_lapangan_agathis() -> Drawing:
    d = Drawing(130, 100, {"id": "Lapangan Agathis", "en": "Agathis Field"})
    spectators = ((0, 15, 10, 38), (0, 62, 10, 85), (0, 88, 17, 100), (29, 88, 130, 100))

    d.fill("pavement", (0, 0, 130, 100))
    d.fill("verge", (0, 0, 130, 4), (126, 0, 130, 100), (0, 0, 4, 15))
    d.fill("pavement", (20, 0, 26, 4), (126, 44, 130, 52))
    d.fill("garden", *spectators)
    d.fill("grass", (15, 15, 115, 85))
    d.fill("plot", (45, 6, 85, 12))
    for n in range(5):
        d.house((45 + 8 * n, 6, 53 + 8 * n, 12), 0)
    d.outline(0, 0, 130, 100)
    exits = (
        ("X1", "Keluar barat", "West exit", (0, 40, 1, 60), 20),
        ("X2", "Keluar barat daya", "South-west exit", (20, 99, 26, 100), 6),
        ("X3", "Keluar barat laut", "North-west exit", (20, 0, 26, 1), 6),
        ("J1", "Jalur Polri", "Police way", (129, 44, 130, 52), 8),
    )
    for _, _, _, rect, _ in exits:
        d.clear(rect, "pavement")

    # The sets: a mock compound of light panels, a polling station, a hide-out.
    d.fill("yard", (80, 36, 104, 60))
    d.fill("floor", (88, 43, 100, 53), (30, 20, 38, 26), (26, 70, 32, 75))
    d.outline(88, 43, 100, 53)
    d.outline(30, 20, 38, 26)
    d.outline(26, 70, 32, 75)

    d.zone("lapangan", "area", "Lapangan Agathis", "Agathis Field", (15, 15, 115, 85))
    d.zone("tribun", "closed", "Tribun", "Stand", (45, 6, 85, 12), label=True)
    d.zone("penonton", "closed", "Penonton", "Spectators", *spectators, label=True)
    d.zone("set_kpu", "building", "KPU (set)", "KPU (set)", (80, 36, 104, 60), label=True)
    d.zone("ruang_kpu", "room", "Ruang KPU", "KPU room", (88, 43, 100, 53))
    d.zone("halaman_depan", "area", "Halaman depan", "Front yard", (80.5, 36.5, 88, 59.5))
    d.zone("depan_gerbang", "area", "Depan gerbang", "In front of the gate", (62, 33, 77.5, 63))
    d.zone("set_tps", "room", "TPS (set)", "Polling station (set)", (30, 20, 38, 26), label=True)
    d.zone("set_sekap", "room", "Lokasi penyekapan", "Hide-out", (26, 70, 32, 75), label=True)
    d.zone("massa", "area", "Titik kumpul massa", "Crowd form-up", (18, 38, 30, 62))

    d.barrier(
        "gerbang_utama", "gate", "Gerbang utama", "Main gate", (80, 46, 80.5, 50), half(LATCHED), open=True, low=True
    )
    d.barrier("gerbang_belakang", "gate", "Gerbang belakang", "Rear gate", (103.5, 46.5, 104, 49.5), half(LIGHT_GATE),
              open=True, low=True)  # fmt: skip
    inside = {"sill": "floor", "open": True}
    d.barrier("pintu_utama", "door", "Pintu utama", "Main door", (88, 47, 88.5, 49), half(WOOD), **inside)
    d.barrier("pintu_belakang", "door", "Pintu belakang", "Rear door", (99.5, 47, 100, 48.5), half(WOOD), **inside)
    d.barrier("pintu_tps", "door", "Pintu TPS", "Polling station door", (33, 25.5, 35, 26), half(WOOD), **inside)
    d.barrier("pintu_sekap", "door", "Pintu penyekapan", "Hide-out door", (31.5, 72, 32, 73), half(WOOD), **inside)
    number = 1
    for rect in ((80, 36, 104, 36.5), (103.5, 36.5, 104, 46.5), (103.5, 49.5, 104, 59.5), (80, 59.5, 104, 60),
                 (80, 50, 80.5, 59.5), (80, 36.5, 80.5, 46)):  # fmt: skip
        number = d.panels("pagar", "Pagar set", "Set fence", *rect, half(RAILING), number)

    d.post("tali", "Tali Dalmas awal", "Rope line", 80, 48, W, 6.7)
    d.post("gerbang", "Lini tameng", "Shield line", 83, 48, W)
    d.post("gerbang_jaga", "Jaga gerbang", "Gate guard", 81.5, 48, W)
    d.post("ruang_kpu", "Ruang KPU", "KPU room", 94, 48, W)
    d.post("set_sekap", "Lokasi penyekapan", "Hide-out", 29, 72.5, E)
    d.post("set_tps", "TPS (set)", "Polling station (set)", 34, 23, S)
    d.post("titik_jemput", "Titik jemput", "Boarding point", 106, 48, E)
    d.stage("awal", "Tahap Dalmas awal", "Rope platoon's stage", (84, 18, 104, 24), W)
    d.stage("lanjut", "Tahap Dalmas lanjut", "Shield platoons' stage", (84, 26, 104, 32), W)
    d.stage("phh", "Tahap PHH Brimob", "Brimob stage", (92, 66, 112, 74), W)
    d.stage("raimas", "Tahap Raimas", "Raimas stage", (70, 78, 90, 82), W)
    d.stage("posko", "Posko", "Command post", (108, 16, 114, 22), W, "area", label=True)
    d.stage("tahanan", "Titik tahanan", "Holding", (108, 76, 114, 84), W, "area", label=True)
    d.stage("poskes", "Pos kesehatan", "Aid post", (60, 78, 68, 84), N, "aid", label=True)
    d.stage("medis", "Pos medis netral", "Neutral aid post", (40, 78, 48, 84), N, "aid", label=True)

    d.add("spawns", "massa", "", "box", (18, 38, 30, 62), name_id="Massa", name_en="Crowd")
    for name, id_, en, rect, width in exits:
        d.add("exits", name, "", "box", rect, name_id=id_, name_en=en, width=float(width), police_only=name[0] == "J")
    d.add("routes", "evak", "", "line", ((94, 48), (100, 47.75), (104, 48), (106, 48)),
          name_id="Jalur evakuasi Ketua", name_en="Evacuation of the chair")  # fmt: skip
    d.add("routes", "evak_kendaraan", "", "line", ((106, 48), (112.5, 47.5), (130, 48)),
          name_id="Kendaraan evakuasi", name_en="Evacuation drive")  # fmt: skip
    d.vehicle("awc", "awc", "AWC 1", "Water cannon 1", (106, 60, 113.7, 62.5), W, True)
    d.vehicle("kend_evak", "car", "Kendaraan evakuasi", "Evacuation vehicle", (106.5, 46, 112.5, 49), E, False)
    for n in range(10):
        x = 71 + 1.85 * n
        d.vehicle(
            f"raimas_{n + 1:02d}", "bike", "Motor Raimas", "Raimas motorcycle", (x, 78.5, x + 0.8, 80.7), N, False
        )
    d.trees(
        (3, 18, 1.8), (2.8, 34, 1.7), (3, 66, 1.8), (3, 81, 2.0), (5, 95.5, 2.2), (12, 96.5, 1.7),
        (36, 96.5, 2.0), (47, 97, 1.7), (59, 96.3, 2.2), (72, 97, 1.8), (86, 96.5, 2.1),
        (100, 97, 1.7), (112, 96.3, 2.2), (123, 96, 2.0),
        (8, 2.4, 1.3), (34, 2.4, 1.3), (94, 2.4, 1.4), (106, 2.4, 1.2), (118, 2.4, 1.4),
        (127.7, 16, 1.3), (127.7, 30, 1.4), (127.7, 62, 1.3), (127.7, 76, 1.4),
    )  # fmt: skip
    return d


def main() -> None:
    """Draws what the command line names."""
    what = sys.argv[1:]
    if not what or set(what) - {"tiles", "maps"}:
        sys.exit(__doc__)
    if "tiles" in what:
        for theme in PALETTE:
            write_tileset(theme)
    if "maps" in what:
        for draw in (draw_kpu_kaltara, draw_lapangan_agathis):
            name = draw.__name__.removeprefix("draw_")
            draw().write(ROOT / "maps" / name / f"{name}.tmx")


if __name__ == "__main__":
    main()
