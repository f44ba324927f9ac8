"""A map on paper for the wall game: the plan with a grid, a scale, numbered posts and what the signs mean."""

import math
from pathlib import Path

import numpy as np
import pygame

from crowdsim.frame import empty_frame
from crowdsim.problems import InputError, Problem, reason, said
from crowdsim.view.camera import Camera
from crowdsim.view.fit import shorten
from crowdsim.view.ground import Ground
from crowdsim.view.layers import Shown
from crowdsim.view.scene import Scene, canvas
from crowdsim.view.theme import Theme
from crowdsim.view.words import Words
from crowdsim.world.tilemap import Post, TileMap

PAPERS = {"A3": (420.0, 297.0), "A4": (297.0, 210.0)}
"""mm, lying on the long side."""
DPI = 200
_GRID = 10.0  # m
_TITLE, _TEXT = 40, 24  # px of the type on A3


def draw(tilemap: TileMap, lang: str, paper: str = "A3") -> pygame.Surface:
    """The sheet, DPI pixels an inch: the map at the left as large as it goes, posts and signs at the right."""
    wide, high = (round(side / 25.4 * DPI) for side in PAPERS[paper])
    unit = wide / 3307.0  # everything is measured on A3

    def px(length: float) -> int:
        return max(1, round(length * unit))

    surface = canvas((wide, high))
    theme, words = Theme("light", 1080, unit * 1.35), Words(lang)
    white, ink = (255, 255, 255), theme["text"]
    surface.fill(white)
    margin, column, rim = px(90), px(700), px(50)
    view = pygame.Rect(margin + rim, margin + px(120) + rim, 0, 0)
    room = wide - margin - column - 2 * rim - margin, high - 2 * margin - px(120) - px(110) - 2 * rim
    zoom = min(room[0] / tilemap.size[0], room[1] / tilemap.size[1])
    view.size = round(tilemap.size[0] * zoom), round(tilemap.size[1] * zoom)
    camera = Camera(tilemap.size, view)
    camera.fit_map()
    scene = Scene(tilemap, Ground(tilemap), theme, words)
    frame = empty_frame(tilemap)
    posts, discs = list(tilemap.posts.values()), _discs(camera, tilemap, px(24))
    kept = tuple((round(x) - px(28), round(y) - px(28), px(56), px(56)) for x, y in discs.tolist())
    scene.draw(surface, camera, frame, frame, 1.0, Shown(frozenset({"exits"})), kept)
    _draw_grid(surface, camera, theme, rim)
    _draw_posts(surface, camera, theme, posts, discs, px(24))
    places = [(str(k), post.name, square_of(*post.position)) for k, post in enumerate(posts, 1)]
    title = theme.write(words.pick(tilemap.name) or tilemap.path.stem, _TITLE, ink, bold=True)
    surface.blit(title, (margin, margin))
    size = words("mapsheet.size", wide=words.number(tilemap.size[0]), high=words.number(tilemap.size[1]))
    surface.blit(theme.write(size, _TEXT, theme["text_soft"]), (margin, margin + title.get_height() + px(6)))
    _draw_scale(surface, camera, theme, words, (view.left, view.bottom + rim + px(70)))
    left = view.right + rim + px(60)
    _draw_key(surface, theme, words, places, pygame.Rect(left, view.top - rim, wide - margin - left, high - margin))
    return surface


def write(path: Path, tilemap: TileMap, lang: str, paper: str = "A3") -> Path:
    """Write the sheet as a picture (.png); InputError when the place cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        pygame.image.save(draw(tilemap, lang, paper), str(path))
    except (OSError, pygame.error) as error:
        raise InputError(
            [Problem(str(path), "", said("file.not_written", reason=reason(error)), said("file.another_place"))]
        ) from None
    return path


def _draw_grid(surface: pygame.Surface, camera: Camera, theme: Theme, rim: int) -> None:
    """Squares of ten metres, letters to the east and numbers to the south, as on a street plan."""
    view, (wide, high) = camera.view, camera.map_size
    lines = pygame.Surface(surface.get_size(), pygame.SRCALPHA)
    colour = (*theme["text"], 70)
    for k in range(math.ceil(wide / _GRID) + 1):
        x = camera.to_screen(min(k * _GRID, wide), 0)[0]
        pygame.draw.line(lines, colour, (x, view.top), (x, view.bottom), 2)
    for k in range(math.ceil(high / _GRID) + 1):
        y = camera.to_screen(0, min(k * _GRID, high))[1]
        pygame.draw.line(lines, colour, (view.left, y), (view.right, y), 2)
    surface.blit(lines, (0, 0))
    pygame.draw.rect(surface, theme["text"], view, 3)
    for k in range(math.ceil(wide / _GRID)):
        name = theme.write(column_name(k), _TEXT, theme["text"], bold=True)
        x = camera.to_screen(min((k + 0.5) * _GRID, wide), 0)[0]
        for y in (view.top - rim // 2, view.bottom + rim // 2):
            surface.blit(name, name.get_rect(center=(x, y)))
    for k in range(math.ceil(high / _GRID)):
        name = theme.write(str(k + 1), _TEXT, theme["text"], bold=True)
        y = camera.to_screen(0, min((k + 0.5) * _GRID, high))[1]
        for x in (view.left - rim // 2, view.right + rim // 2):
            surface.blit(name, name.get_rect(center=(x, y)))


def column_name(number: int) -> str:
    """A, B … Z, AA, AB …"""
    name = chr(65 + number % 26)
    return name if number < 26 else column_name(number // 26 - 1) + name


def square_of(x: float, y: float) -> str:
    """The square of the grid a point (m) lies in, such as `H7`."""
    return f"{column_name(int(x // _GRID))}{int(y // _GRID) + 1}"


def _discs(camera: Camera, tilemap: TileMap, radius: int) -> np.ndarray:
    """Where the number of each post is drawn, px, f8[n, 2]: on it, or pushed off its neighbours."""
    true = np.array([camera.to_screen(*post.position) for post in tilemap.posts.values()]).reshape(-1, 2)
    at = true + np.random.default_rng(0).uniform(-0.5, 0.5, true.shape)  # two at one point part somewhere
    for _ in range(200):
        apart = at[:, None] - at[None]
        away = np.hypot(apart[..., 0], apart[..., 1]) + np.eye(len(at)) * 1e9
        short = np.maximum(0.0, 2.3 * radius - away)
        if not short.any():
            break
        at += (apart / away[..., None] * short[..., None]).sum(axis=1) * 0.4 + (true - at) * 0.02
    return at


def _draw_posts(
    surface: pygame.Surface, camera: Camera, theme: Theme, posts: list[Post], discs: np.ndarray, radius: int
) -> None:
    """A numbered disc for each post, with a line to where it is when it had to make room."""
    true = [camera.to_screen(*post.position) for post in posts]
    for (x, y), at in zip(discs.tolist(), true, strict=True):
        if math.dist((x, y), at) > radius * 0.7:
            pygame.draw.line(surface, theme["text"], at, (x, y), 3)
            pygame.draw.circle(surface, theme["text"], at, 6)
    for number, (x, y) in enumerate(discs.tolist(), 1):
        pygame.draw.aacircle(surface, theme["text"], (x, y), radius + 3)
        pygame.draw.aacircle(surface, (255, 255, 255), (x, y), radius)
        text = theme.write(str(number), _TEXT, theme["text"], bold=True)
        surface.blit(text, text.get_rect(center=(x, y)))


def _draw_scale(surface: pygame.Surface, camera: Camera, theme: Theme, words: Words, at: tuple[int, int]) -> None:
    """A bar of fifty metres in fields of ten, and where north is."""
    x, y = at
    step = round(10 * camera.zoom)
    high = theme.px(12)
    for k in range(5):
        field = pygame.Rect(x + k * step, y, step, high)
        surface.fill(theme["text"] if k % 2 == 0 else (255, 255, 255), field)
        pygame.draw.rect(surface, theme["text"], field, 2)
    for k in (0, 10, 50):
        text = theme.write(words("scale", length=k), _TEXT, theme["text"])
        surface.blit(text, text.get_rect(midtop=(x + step * k // 10, y + high + 6)))
    tip = (x + 6 * step, y - theme.px(16))
    wing = theme.px(13)
    pygame.draw.polygon(
        surface, theme["text"], [tip, (tip[0] + wing, tip[1] + 3 * wing), (tip[0] - wing, tip[1] + 3 * wing)]
    )
    north = theme.write(words("mapsheet.north"), _TEXT, theme["text"], bold=True)
    surface.blit(north, north.get_rect(midleft=(tip[0] + 2 * wing, tip[1] + 2 * wing)))


def _draw_key(
    surface: pygame.Surface,
    theme: Theme,
    words: Words,
    places: list[tuple[str, dict[str, str], str]],
    area: pygame.Rect,
) -> None:
    """Posts by their numbers, then the signs."""
    y = area.top
    head = theme.write(words("mapsheet.posts"), _TEXT, theme["text"], bold=True)
    surface.blit(head, (area.left, y))
    y += head.get_height() + theme.px(4)
    signs = ("gate", "exit", "square")
    line = theme.font(_TEXT).get_linesize()
    fits = max(1, (area.bottom - y) // line - len(signs) - 3)
    for number, name, square in places[:fits]:
        text = f"{number}  {words.pick(name)}"
        place = theme.write(square, _TEXT, theme["text_soft"])
        room = area.width - place.get_width() - theme.px(10)
        surface.blit(theme.write(shorten(theme, text, _TEXT, room, False), _TEXT, theme["text"]), (area.left, y))
        surface.blit(place, place.get_rect(topright=(area.right, y)))
        y += line
    y += line
    surface.blit(theme.write(words("mapsheet.signs"), _TEXT, theme["text"], bold=True), (area.left, y))
    y += line
    for sign in signs:
        _draw_sign(surface, theme, sign, (area.left + theme.px(16), y + line // 2))
        text = shorten(theme, words(f"mapsheet.{sign}"), _TEXT, area.width - theme.px(44), False)
        surface.blit(theme.write(text, _TEXT, theme["text"]), (area.left + theme.px(40), y))
        y += line


def _draw_sign(surface: pygame.Surface, theme: Theme, sign: str, at: tuple[int, int]) -> None:
    x, y = at
    px = theme.px
    if sign == "gate":
        surface.fill(theme["gate"], pygame.Rect(x - px(14), y - px(4), px(28), px(8)))
    elif sign == "exit":
        colour = theme["good"]
        pygame.draw.line(surface, colour, (x - px(14), y), (x + px(4), y), px(5))
        pygame.draw.polygon(surface, colour, [(x + px(14), y), (x + px(2), y - px(8)), (x + px(2), y + px(8))])
    else:
        pygame.draw.rect(surface, theme["text_soft"], pygame.Rect(x - px(10), y - px(10), px(20), px(20)), 2)
