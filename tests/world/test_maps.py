"""Every map loads and is the place it should be; every mistake in a map is said with file, place and mend."""

import itertools
import math
import re
from pathlib import Path

import numpy as np
import pytest
from scipy import ndimage
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from crowdsim.places import shipped
from crowdsim.problems import InputError, Problem
from crowdsim.world.maps import load_map
from crowdsim.world.tilemap import Surface, TileMap

KPU = shipped("maps", "kpu_kaltara", "kpu_kaltara.tmx")
FIELD = shipped("maps", "lapangan_agathis", "lapangan_agathis.tmx")


@pytest.fixture(scope="module")
def kpu() -> TileMap:
    return load_map(KPU)


@pytest.fixture(scope="module")
def field() -> TileMap:
    return load_map(FIELD)


# --- what is drawn ---------------------------------------------------------------------------------------------------

KPU_ZONES = {
    "halaman": (55, 24, 105, 74),
    "halaman_depan": (56, 55, 104, 73),
    "gedung": (65, 34, 95, 52),
    "aula": (65, 34, 77, 52),
    "lobi": (77, 40, 83, 52),
    "koridor": (77, 34, 95, 38),
    "r_ketua": (89, 38, 95, 44),
    "r_aman": (83, 38, 89, 44),
    "sekretariat": (83, 44, 95, 52),
    "teras": (77, 52, 83, 55),
    "gudang": (57, 25.5, 69, 31.5),
    "pos_jaga": (86, 70.5, 88.5, 73),
    "tiang": (69, 63, 71, 65),
    "parkir": (96, 56, 104, 70),
    "pagar_depan": (55, 73.5, 105, 74),
    "tembok": (55, 24, 55.5, 73.5),
    "jalan": (0, 78, 160, 92),
    "trotoar_u": (0, 74, 160, 78),
    "trotoar_s": (0, 92, 160, 95),
    "jalan_belakang": (0, 13, 160, 21),
    "gang_barat": (52, 24, 55, 74),
    "gang_timur": (105, 24, 108, 74),
    "inspektorat": (2, 24, 52, 74),
    "bawaslu": (108, 24, 158, 74),
    "lahan": (46, 95, 114, 119),
    "ruko_b": (8, 98, 40, 114),
    "ruko_t": (120, 98, 152, 114),
    "posko": (126, 4, 140, 12),
    "tahanan": (142, 4, 156, 12),
    "poskes": (84, 26, 92, 31),
    "medis": (100, 109, 110, 117),
    "tahap_lanjut": (56, 35, 64, 52),
    "tahap_lanjut3": (71, 26, 82, 32),
    "tahap_phh": (56, 13, 98, 17),
    "tahap_raimas": (122, 13, 140, 16.5),
    "k9": (57, 55, 62, 58),
    "depan_gerbang": (62, 76.5, 98, 92),
}
# id: (rectangle, capacity N/m, toughness N s/m, open)
KPU_GATES = {
    "gerbang_utama": ((77, 73.5, 83, 74), 500, 10e3, True),
    "gerbang_keluar": ((97, 73.5, 101, 74), 600, 10e3, False),
    "gerbang_belakang": ((98, 24, 101.5, 24.5), 750, 10e3, True),
    "pintu_barat": ((55, 60, 55.5, 61.5), 750, 10e3, False),
    "portal_barat": ((52, 24, 55, 24.5), 750, 10e3, False),
    "portal_timur": ((105, 73.5, 108, 74), 750, 10e3, False),
    "pintu_utama": ((79, 51.5, 81, 52), 500, 5e3, True),
    "pintu_belakang": ((90, 34, 91.5, 34.5), 1000, 12.5e3, True),
    "pintu_aula_lobi": ((77, 45, 77.5, 47), 1000, 12.5e3, True),
    "pintu_aula_koridor": ((77, 35.5, 77.5, 36.5), 1000, 12.5e3, True),
    "pintu_r_ketua": ((91.5, 38, 92.5, 38.5), 1000, 12.5e3, True),
    "pintu_r_aman": ((85.5, 38, 86.5, 38.5), 5000, 50e3, False),
    "pintu_sekretariat": ((83, 47, 83.5, 48), 1000, 12.5e3, True),
    "pintu_gudang": ((61, 31, 64, 31.5), 5000, 50e3, False),
}
KPU_POSTS = {  # id: (x, y, heading in degrees, radius)
    "tali": (80, 74, 90, 6.7),
    "gerbang": (80, 71, 90, 0),
    "gerbang_jaga": (80, 72.5, 90, 0),
    "kordon_timur": (122, 86, 180, 0),
    "teras": (80, 53.5, 90, 0),
    "aula": (71, 43, 0, 0),
}
FIELD_ZONES = {
    "lapangan": (15, 15, 115, 85),
    "tribun": (45, 6, 85, 12),
    "penonton": (0, 15, 10, 38),
    "set_kpu": (80, 36, 104, 60),
    "set_tps": (30, 20, 38, 26),
    "set_sekap": (26, 70, 32, 75),
    "massa": (18, 38, 30, 62),
    "awal": (84, 18, 104, 24),
    "lanjut": (84, 26, 104, 32),
    "phh": (92, 66, 112, 74),
    "raimas": (70, 78, 90, 82),
    "posko": (108, 16, 114, 22),
    "poskes": (60, 78, 68, 84),
    "tahanan": (108, 76, 114, 84),
    "medis": (40, 78, 48, 84),
}
FIELD_GATES = {  # light panels: half the strength
    "gerbang_utama": ((80, 46, 80.5, 50), 250, 5e3, True),
    "gerbang_belakang": ((103.5, 46.5, 104, 49.5), 375, 5e3, True),
    "pintu_utama": ((88, 47, 88.5, 49), 500, 6.25e3, True),
    "pintu_belakang": ((99.5, 47, 100, 48.5), 500, 6.25e3, True),
    "pintu_tps": ((33, 25.5, 35, 26), 500, 6.25e3, True),
    "pintu_sekap": ((31.5, 72, 32, 73), 500, 6.25e3, True),
}


@pytest.mark.parametrize("path", sorted(shipped("maps").glob("*/*.tmx")), ids=lambda path: path.stem)
def test_every_map_loads_and_is_not_written_afterwards(path: Path) -> None:
    plan = load_map(path)
    assert plan.solid.shape == plan.surface.shape == plan.cost.shape == plan.tiles[0].shape
    assert plan.tileset is not None and plan.tileset.is_file()
    assert not plan.solid.flags.writeable
    for things in (plan.zones, plan.posts, plan.spawns, plan.exits, plan.routes):
        assert things
        assert all(thing.name["id"] and thing.name["en"] for thing in things.values())


def test_the_twin_of_the_tileset_has_the_same_tiles() -> None:
    light, dark = (
        shipped("assets", "tiles", f"plan_{theme}.tsx").read_text(encoding="utf-8") for theme in ("light", "dark")
    )
    assert light.replace("plan_light", "plan_dark") == dark


def test_kpu_is_the_place_of_the_table(kpu: TileMap) -> None:
    assert kpu.size == (160, 120) and kpu.solid.shape == (240, 320) and kpu.tile_size == 0.5
    assert {name: kpu.zones[name].rects[0] for name in KPU_ZONES} == KPU_ZONES
    assert kpu.zones["koridor"].rects[1:] == ((77, 38, 83, 40),)
    gates = {gate.id: gate for gate in kpu.gates}
    found = {
        name: (gates[name].rect, gates[name].capacity, gates[name].toughness, gates[name].open) for name in KPU_GATES
    }
    assert found == KPU_GATES
    for name, (rect, *_) in KPU_GATES.items():
        assert gates[name].width == max(rect[2] - rect[0], rect[3] - rect[1])
    for name, (x, y, heading, radius) in KPU_POSTS.items():
        post = kpu.posts[name]
        assert (*post.position, math.degrees(post.heading), post.radius) == pytest.approx((x, y, heading, radius))
    stages = ("tahap_lanjut", "tahap_lanjut3", "tahap_phh", "tahap_raimas", "k9", "posko", "tahanan", "poskes", "medis")
    for name in stages:
        x0, y0, x1, y1 = kpu.zones[name].rects[0]
        assert kpu.posts[name].position == ((x0 + x1) / 2, (y0 + y1) / 2)
    assert {name: exit_.width for name, exit_ in kpu.exits.items()} == {
        "X1": 20, "X2": 20, "X3": 6, "X4": 6, "J1": 8, "J2": 8,
    }  # fmt: skip
    assert {name for name, exit_ in kpu.exits.items() if exit_.police_only} == {"J1", "J2"}
    assert kpu.spawns["M1"].rect == (0, 76, 30, 94)
    assert kpu.spawns["M2"].rect == (114, 100, 120, 119)
    assert kpu.spawns["B1"].rect == (8, 95, 40, 98)
    assert {vehicle.kind for vehicle in kpu.vehicles} >= {"car", "truck", "awc", "barracuda", "bike", "barrier"}


def test_the_front_railing_is_twenty_panels_of_two_metres(kpu: TileMap) -> None:
    panels = [gate for gate in kpu.gates if gate.id.startswith("pagar_depan_")]
    assert len(panels) == 11 + 7 + 2
    assert {(panel.width, panel.capacity, panel.toughness, panel.low, panel.open) for panel in panels} == {
        (2, 1500, 30e3, True, False)
    }
    # With the two gates they close the front of the compound without a gap.
    front = np.zeros(320, bool)
    for gate in kpu.gates:
        _, cols = kpu.tiles_of(gate.rect)
        if gate.rect[1::2] == (73.5, 74):
            front[cols] = True
    assert front[110:210].all()


def test_field_is_the_place_of_the_table(field: TileMap) -> None:
    assert field.size == (130, 100) and field.solid.shape == (200, 260)
    assert {name: field.zones[name].rects[0] for name in FIELD_ZONES} == FIELD_ZONES
    gates = {gate.id: gate for gate in field.gates}
    found = {
        name: (gates[name].rect, gates[name].capacity, gates[name].toughness, gates[name].open) for name in FIELD_GATES
    }
    assert found == FIELD_GATES
    panels = [gate for gate in field.gates if gate.kind == "fence"]
    assert {(panel.capacity, panel.toughness) for panel in panels} == {(750, 15e3)}
    assert sum(panel.width for panel in panels) == 24 + 24 + 20 + 19  # sides of the set less gates and corners
    assert {name: exit_.width for name, exit_ in field.exits.items()} == {"X1": 20, "X2": 6, "X3": 6, "J1": 8}
    assert field.posts["tali"].position == (80, 48) and field.posts["tali"].radius == pytest.approx(6.7)
    assert field.spawns["massa"].rect == (18, 38, 30, 62)


def test_parked_vehicles_are_solid_and_those_that_leave_are_not(kpu: TileMap) -> None:
    for vehicle in kpu.vehicles:
        here = kpu.solid[kpu.tiles_of(vehicle.rect)]
        assert here.all() if vehicle.solid else not here.any(), vehicle.id
    assert {vehicle.kind for vehicle in kpu.vehicles if vehicle.solid} == {"car", "truck", "awc", "barracuda"}


def test_the_median_is_slow_and_the_rest_is_not(kpu: TileMap) -> None:
    median = kpu.surface == Surface.MEDIAN
    assert kpu.cost[median] == pytest.approx(1 / 0.7, rel=1e-4)
    assert (kpu.cost[~median] == 1).all()
    assert not median[168:172, 152:168].any()  # the gap in front of the gate, x 76-84


# --- ways ------------------------------------------------------------------------------------------------------------


def free_ground(plan: TileMap, shut: str = "") -> np.ndarray:
    """Tiles people can stand on; `shut` is a pattern of the barriers that are closed."""
    free = ~plan.solid
    for gate in plan.gates:
        if shut and re.fullmatch(shut, gate.id):
            free[plan.tiles_of(gate.rect)] = False
    return free


def region_of(free: np.ndarray, x: float, y: float) -> np.ndarray:
    regions, _ = ndimage.label(free)
    return regions == regions[int(y * 2), int(x * 2)]


def test_with_everything_shut_the_crowd_has_its_room_and_no_way_to_the_rear(kpu: TileMap) -> None:
    free = free_ground(kpu, ".*")
    free[:, 244:] &= np.arange(240)[:, None] < 140  # the east cordon, x = 122, across the road
    crowd = region_of(free, 80, 80)
    assert crowd.sum() * 0.25 == pytest.approx(4770, abs=10)  # m2
    for zone in ("jalan_belakang", "gedung", "halaman_depan", "gang_timur", "posko"):
        assert not crowd[kpu.tiles_of(kpu.zones[zone].rects[0])].any(), zone
    # The west alley is the flank: open to the crowd as far as the side door.
    assert crowd[kpu.tiles_of((52, 59, 55, 62))].all()


@pytest.mark.parametrize("barrier", ["portal_barat", "portal_timur", "pintu_barat", "gerbang_utama", "pagar_depan_01"])
def test_each_barrier_is_what_keeps_the_crowd_out(kpu: TileMap, barrier: str) -> None:
    free = free_ground(kpu, f"(?!{barrier}$).*")
    crowd = region_of(free, 80, 80)
    beyond = {"portal_barat": (80, 19), "portal_timur": (80, 19)}.get(barrier, (80, 65))
    assert crowd[int(beyond[1] * 2), int(beyond[0] * 2)]


@pytest.mark.parametrize("path", [KPU, FIELD], ids=lambda path: path.stem)
def test_with_everything_open_every_room_post_spawn_and_exit_hangs_together(path: Path) -> None:
    plan = load_map(path)
    reach = region_of(free_ground(plan), *plan.posts["gerbang"].position)
    for post in plan.posts.values():
        x, y = post.position
        assert reach[int(y * 2), int(x * 2)], post.id
    shut = free_ground(plan, ".*")
    filled = {"pagar_depan", "tahap_truk"}  # by panels, by trucks
    for zone in plan.zones.values():
        for rect in zone.rects:
            if zone.kind == "closed":
                assert not shut[plan.tiles_of(rect)].any(), zone.id
            elif zone.kind != "building" and zone.id not in filled:
                assert reach[plan.tiles_of(rect)].mean() > 0.6, zone.id
    for exit_ in plan.exits.values():
        assert reach[plan.tiles_of(exit_.rect)].all(), exit_.id
    for spawn in plan.spawns.values():
        assert reach[plan.tiles_of(spawn.rect)].any(), spawn.id


def test_the_edge_of_the_map_is_closed_except_at_the_exits() -> None:
    for plan in (load_map(KPU), load_map(FIELD)):
        free = free_ground(plan)
        for exit_ in plan.exits.values():
            free[plan.tiles_of(exit_.rect)] = False
        assert not free[0].any() and not free[-1].any() and not free[:, 0].any() and not free[:, -1].any()


def walking_distance(free: np.ndarray, start: tuple[float, float]) -> np.ndarray:
    """m from the start to every tile, over the sixteen neighbours of a tile (2.7 % too long at worst)."""
    rows, cols = free.shape
    number = np.arange(rows * cols).reshape(rows, cols)
    wide = np.pad(free, 2)
    a, b, length = [], [], []
    for dy, dx, between in (
        (0, 1, ()), (1, 0, ()), (1, 1, ((0, 1), (1, 0))), (1, -1, ((0, -1), (1, 0))),
        (1, 2, ((0, 1), (1, 1))), (2, 1, ((1, 0), (1, 1))), (1, -2, ((0, -1), (1, -1))), (2, -1, ((1, 0), (1, -1))),
    ):  # fmt: skip
        ok = free.copy()
        for y, x in (*between, (dy, dx)):
            ok &= wide[2 + y : 2 + y + rows, 2 + x : 2 + x + cols]
        here = number[ok]
        a.append(here)
        b.append(here + dy * cols + dx)
        length.append(np.full(here.size, 0.5 * math.hypot(dy, dx)))
    graph = coo_array((np.concatenate(length), (np.concatenate(a), np.concatenate(b))), shape=(number.size,) * 2)
    source = number[int(start[1] * 2), int(start[0] * 2)]
    return dijkstra(graph.tocsr(), directed=False, indices=source).reshape(rows, cols)


def test_ways_are_as_long_as_they_should_be(kpu: TileMap) -> None:
    far = walking_distance(free_ground(kpu), (80, 75))  # from the front of the main gate
    for name, metres in (("X1", 80), ("X3", 57), ("X4", 57)):
        assert far[kpu.tiles_of(kpu.exits[name].rect)].min() == pytest.approx(metres, abs=2), name
    assert far[int(52.25 * 2), 160] == pytest.approx(23, abs=1)  # the main door, at the back of the portico
    inside = walking_distance(free_ground(kpu), (80, 53.5))
    x, y = kpu.posts["r_aman"].position
    assert inside[int(y * 2), int(x * 2)] == pytest.approx(24, abs=2)


@pytest.mark.parametrize(("path", "metres"), [(KPU, 25.5), (FIELD, 12)], ids=["kpu_kaltara", "lapangan_agathis"])
def test_the_evacuation_is_a_way_one_can_walk(path: Path, metres: float) -> None:
    plan = load_map(path)
    points = np.array(plan.routes["evak"].points)
    legs = np.hypot(*np.diff(points, axis=0).T)
    assert legs.sum() == pytest.approx(metres, abs=0.3)
    free = free_ground(plan)
    for a, b in itertools.pairwise(points):
        for share in np.linspace(0, 1, 60):
            x, y = a + share * (b - a)
            assert free[int(y * 2), int(x * 2)], (x, y)


# --- mistakes in a map -----------------------------------------------------------------------------------------------


@pytest.fixture
def broken(tmp_path: Path):
    """A function that writes the map with a mistake in it and returns the problems found."""
    tiles = shipped("assets", "tiles").as_posix()

    def load(*changes: tuple[str, str], raw: bytes | None = None) -> list[Problem]:
        text = KPU.read_text(encoding="utf-8").replace("../../assets/tiles", tiles)
        for pattern, replacement in changes:
            text, count = re.subn(pattern, replacement, text, count=1, flags=re.S)
            assert count == 1, f"{pattern} is not in the map"
        path = tmp_path / "place.tmx"
        path.write_bytes(text.encode() if raw is None else raw)
        with pytest.raises(InputError) as caught:
            load_map(path)
        problems = caught.value.problems
        for problem in problems:
            assert problem.file == str(path)
            assert problem.message and problem.mend
            there = problem.in_language("id")
            assert there.message != problem.message and there.mend != problem.mend, problem
        return problems

    return load


def only(problems: list[Problem]) -> Problem:
    assert len(problems) == 1, [str(problem) for problem in problems]
    return problems[0]


def within(name: str, before: str) -> str:
    """A pattern for `before` inside the object `name`, keeping what stands between."""
    return rf'(<object id="\d+" name="{name}"(?:(?!</object>).)*?){before}'


# pattern, replacement, place, message, mend
MISTAKES = {
    "missing layer": (r'<objectgroup id="\d+" name="exits".*?</objectgroup>', "", 'layer "exits"', "missing", "Add"),
    "unknown layer": (r"</map>", '<objectgroup name="zonez"/></map>', 'layer "zonez"', "not known", '"zones"'),
    "gate outside the map": (within("gerbang_utama", r'x="\d+"'), r'\1x="9000"', '"gerbang_utama"', "281.25", "Move"),
    "spawn on walls": (
        within("B1", r'x="\d+" y="\d+" width="\d+" height="\d+"'),
        r'\1x="320" y="3200" width="64" height="64"',
        '"B1"',
        "no free tile",
        "Move",
    ),
    "unknown property": (within("gerbang_utama", '"low"'), r'\1"lwo"', '"gerbang_utama"', '"lwo"', '"low"'),
    "property of the wrong type": (
        within("gerbang_utama", 'name="open" type="bool" value="true"'),
        r'\1name="open" value="yes"',
        '"gerbang_utama"',
        '"yes" of type string',
        "bool",
    ),
    "number that is none": (within("X1", 'value="20"'), r'\1value="wide"', '"X1"', '"wide"', "number"),
    "flag in capitals": (within("J1", 'value="true"'), r'\1value="True"', '"J1"', '"True"', "true or false"),
    "zero capacity": (within("gerbang_utama", 'value="500"'), r'\1value="0"', "gerbang_utama", "capacity is 0", "0"),
    "negative width": (within("X3", 'value="6"'), r'\1value="-6"', '"X3"', "width is -6", "above"),
    "width beyond the drawing": (within("pintu_barat", 'value="1.5"'), r'\1value="4"', "pintu_barat", "4 m", "longer"),
    "same id twice": ('name="X4"', 'name="X3"', '"X3"', "two objects", "Rename"),
    "kind unknown": (within("pintu_utama", 'type="door"'), r'\1type="dor"', '"pintu_utama"', '"dor"', '"door"'),
    "part of nothing": (within("koridor_2", 'value="koridor"'), r'\1value="koridr"', "koridor_2", "koridr", "koridor"),
    "attribute lost": (within("tali", r' x="\d+"'), r"\1", 'object "tali"', '"x" is missing', "Save"),
    "size in words": (r'(<map [^>]*) width="320"', r'\1 width="wide"', "map", '"wide"', "whole number"),
    "layer of another size": (r'(name="walls") width="320"', r'\1 width="160"', '"walls"', "160 x 240", "same size"),
    "box without height": (within("X1", r' height="\d+"'), r"\1", '"X1"', "only one", "both"),
    "missing tileset": (r"plan_light\.tsx", "plan_lihgt.tsx", "plan_lihgt.tsx", "no such file", "path"),
    "infinite map": (r'infinite="0"', 'infinite="1"', "map", "infinite", "Switch off"),
    "tiles not CSV": (r'encoding="csv"', 'encoding="base64"', 'layer "ground"', "base64", "CSV"),
    "tiles missing": (r'(<data encoding="csv">)\s*\d+,', r"\1", 'layer "ground"', "76799", "Restore"),
    "tile number that is none": (r'(<data encoding="csv">)\s*\d+,', r"\1x,", 'layer "ground"', '"x"', "whole numbers"),
    "tile not in the tileset": (r'(<data encoding="csv">)\s*\d+,', r"\g<1>9999,", 'layer "ground"', "9999", "again"),
    "hole in the ground": (r'(<data encoding="csv">)\s*\d+,', r"\g<1>0,", 'layer "ground"', "no ground", "Fill"),
    "scale missing": (r'<property name="metres_per_tile"[^>]*>', "", "map", "metres_per_tile", "Add"),
    "scale zero": (r'("metres_per_tile" type="float" value=)"0.5"', r'\1"0"', "map", "is 0", "0.5"),
    "door in a solid wall": (
        within("pintu_utama", r'x="\d+"'), r'\1x="2400"', '"pintu_utama"', "4 of its 4 tiles", "Erase",
    ),
    "exit nobody reaches": (
        within("X3", r'x="\d+" y="\d+" width="\d+"'),
        r'\1x="640" y="3808" width="64"',
        '"X3"',
        "cannot be reached",
        "Open a way",
    ),
    "post on a wall": (within("teras", r'x="2560" y="1712"'), r'\1x="2088" y="1600"', "teras", "on a wall", "Move"),
    "post turned": (within("tali", r'x="2560"'), r'\1rotation="30" x="2560"', '"tali"', "30 degrees", "0"),
    "route that is a box": (r"<polyline [^>]*/>", "", '"evak"', "rectangle", "line"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_said_with_place_value_and_mend(broken, mistake: str) -> None:
    pattern, replacement, place, message, mend = MISTAKES[mistake]
    problem = only(broken((pattern, replacement)))
    assert place in problem.place
    assert message in problem.message
    assert mend in problem.mend


def test_a_post_out_of_reach_is_told_from_one_on_a_wall(broken) -> None:
    # Walled in: the side of the safe room's door is moved onto the corridor's free ground, so the room has no way out.
    text = KPU.read_text(encoding="utf-8")
    wall = re.search(r'name="walls".*?<data encoding="csv">\n(.*?)</data>', text, re.S)
    assert wall is not None
    rows = [row.split(",") for row in wall[1].strip().split(",\n")]
    solid = rows[76][166]  # the corner of the safe room
    assert solid != "0" and rows[76][171] == rows[76][172] == "0"
    rows[76][171] = rows[76][172] = solid
    drawn = ",\n".join(",".join(row) for row in rows)
    problems = broken(
        (r'(name="walls".*?<data encoding="csv">\n).*?(</data>)', rf"\g<1>{drawn}\n\g<2>"),
        (within("pintu_r_aman", r'y="\d+"'), r'\1y="1184"'),
    )
    problem = only(problems)
    assert '"r_aman"' in problem.place and "cannot be reached at (86, 41) m" in problem.message


@pytest.mark.parametrize(
    ("raw", "place", "message"),
    [
        (KPU.read_bytes()[:30_000], "line", "not a whole XML file"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\xff\xfe" * 20, "byte 0", "not UTF-8"),
        (b"not a map", "line 1", "not a whole XML file"),
        (b"", "line 1", "not a whole XML file"),
        (KPU.read_text(encoding="utf-8").encode("utf-16"), "byte 0", "not UTF-8"),
        (b"<tileset/>", "line 1", "<tileset>"),
    ],
    ids=["truncated", "binary", "text", "empty", "utf-16", "tileset"],
)
def test_a_file_that_is_no_map(broken, raw: bytes, place: str, message: str) -> None:
    problem = only(broken(raw=raw))
    assert place in problem.place and message in problem.message and problem.mend


def test_no_file_and_a_folder(tmp_path: Path) -> None:
    for path, message in ((tmp_path / "none.tmx", "no such file"), (tmp_path, "folder")):
        with pytest.raises(InputError) as caught:
            load_map(path)
        assert message in only(caught.value.problems).message


def test_a_map_of_odd_but_whole_xml_never_ends_in_a_traceback(broken) -> None:
    assert broken(raw=b"<map/>")
    assert broken(
        (
            r' x="\d+"',
            "",
        )
    )
    assert broken((r'tilewidth="16"', ""))
    assert broken((r'nextobjectid="\d+"', ""))


TILESET_MISTAKES = {
    "surface unknown": ('name="surface" value="road"', 'name="surface" value="raod"', "tile 0 of", '"raod"', '"road"'),
    "cost of nothing": (r'(name="cost" type="float" value=)"1"', r'\1"0"', "tile 0 of", "0", "above 0"),
    "walkable in words": ('name="walkable" type="bool"', 'name="walkable"', "tile 0 of", '"true"', "bool"),
    "picture missing": (r'source="plan_light\.png"', 'source="gone.png"', "mine.tsx", "gone.png", "Put the picture"),
    "not whole": (r"</tileset>.*", "", "mine.tsx", "cannot be read", "again"),
}


@pytest.mark.parametrize("mistake", TILESET_MISTAKES)
def test_a_mistake_in_the_tileset(broken, tmp_path: Path, mistake: str) -> None:
    pattern, replacement, place, message, mend = TILESET_MISTAKES[mistake]
    picture = shipped("assets", "tiles", "plan_light.png")
    text = shipped("assets", "tiles", "plan_light.tsx").read_text(encoding="utf-8")
    text = re.sub(pattern, replacement, text, count=1, flags=re.S)
    if mistake != "picture missing":
        (tmp_path / "plan_light.png").write_bytes(picture.read_bytes())
    (tmp_path / "mine.tsx").write_text(text, encoding="utf-8")
    problem = only(broken((r'source="[^"]*plan_light\.tsx"', 'source="mine.tsx"')))
    assert place in problem.place and message in problem.message and mend in problem.mend


def test_the_mark_some_editors_put_in_front_of_utf8_does_no_harm(tmp_path: Path) -> None:
    tiles = shipped("assets", "tiles").as_posix()
    text = KPU.read_text(encoding="utf-8").replace("../../assets/tiles", tiles)
    (tmp_path / "place.tmx").write_text(text, encoding="utf-8-sig")
    assert load_map(tmp_path / "place.tmx").zones == load_map(KPU).zones


def test_several_mistakes_are_said_in_one_pass(broken) -> None:
    problems = broken(
        (within("gerbang_utama", 'value="500"'), r'\1value="-1"'),
        (within("X3", 'value="6"'), r'\1value="0"'),
        (within("teras", r'x="2560" y="1712"'), r'\1x="2088" y="1600"'),
        ('name="M4"', 'name="M3"'),
        (within("medis", r'width="\d+"'), r'\1width="9000"'),
    )
    said = "\n".join(str(problem) for problem in problems)
    assert len(problems) == 5, said
    for part in ("gerbang_utama", "X3", "teras", "M3", "medis"):
        assert part in said
