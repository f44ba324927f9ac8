"""Places by name: zones, spawns, exits and posts of a map, or a point."""

from crowdsim.behaviour.unit import Place
from crowdsim.world.tilemap import Rect, TileMap


def area_of(tilemap: TileMap, name: Place) -> tuple[Rect, ...]:
    """The rectangles of a zone, spawn or exit, or a small one round a post or point; KeyError for an unknown name."""
    if isinstance(name, tuple):
        x, y = name
        return ((x - 1.0, y - 1.0, x + 1.0, y + 1.0),)
    if name in tilemap.zones:
        return tilemap.zones[name].rects
    if name in tilemap.spawns:
        return (tilemap.spawns[name].rect,)
    if name in tilemap.exits:
        return (tilemap.exits[name].rect,)
    x, y = tilemap.posts[name].position
    return ((x - 1.0, y - 1.0, x + 1.0, y + 1.0),)


def centre_of(tilemap: TileMap, name: Place) -> tuple[float, float]:
    """The middle of a zone, spawn, exit or post, or the point itself, m; KeyError for an unknown name."""
    rects = area_of(tilemap, name)
    x0, y0 = min(r[0] for r in rects), min(r[1] for r in rects)
    x1, y1 = max(r[2] for r in rects), max(r[3] for r in rects)
    return ((x0 + x1) / 2, (y0 + y1) / 2)


def places_of(tilemap: TileMap) -> list[str]:
    """Every name an order or a crowd may use for a place."""
    return [*tilemap.zones, *tilemap.spawns, *tilemap.posts, *tilemap.exits]
