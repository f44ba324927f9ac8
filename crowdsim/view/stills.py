"""Pictures without a window, drawn by the same code."""

import io
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pygame

from crowdsim.frame import Event, Frame
from crowdsim.params import Params
from crowdsim.view.camera import Camera
from crowdsim.view.ground import Ground
from crowdsim.view.layers import NAMES
from crowdsim.view.picture import Look, Moment, Picture
from crowdsim.view.scene import canvas
from crowdsim.view.source import Series
from crowdsim.view.theme import Theme
from crowdsim.view.words import clock
from crowdsim.world.tilemap import Rect, TileMap

BEFORE = 16.0
"""s before a still whose frames trails and warnings want to know."""
OVERLAYS = (*NAMES, "help")
"""What `overlays` may name; gas is always drawn."""


class StillMaker:
    """Draws one frame after another off-screen, for stills and films; the camera is set by the first."""

    def __init__(
        self,
        tile_map: TileMap,
        *,
        size: tuple[int, int] = (1920, 1080),
        lang: str = "id",
        theme: str = "light",
        overlays: Sequence[str] = ("unit_labels",),
        panel: bool = False,
        presenter: bool = False,
        title: dict[str, str] | None = None,
        duration: float = 0.0,
        params: Params | None = None,
        series: Series | None = None,
    ) -> None:
        unknown = sorted(set(overlays) - set(OVERLAYS))
        if unknown:
            raise ValueError(f"no overlay {unknown[0]!r}; there are {', '.join(OVERLAYS)}")
        pygame.font.init()
        look = Look(lang=lang, theme=theme, presenter=presenter, panel=panel, unit_labels=False, warnings=False)
        look = Look(**{**look.__dict__, **dict.fromkeys(overlays, True)})
        self.picture = Picture(tile_map, size, look)
        self.surface = canvas(size)
        self._said = {"title": title or {}, "duration": duration, "params": params or Params()}
        self._series: Series = series or {}

    def draw(
        self,
        current: Frame,
        previous: Frame | None = None,
        blend: float = 1.0,
        events: Sequence[Event] = (),
        told: Event | None = None,
    ) -> pygame.Surface:
        """One picture; the same surface is used for the next. `told`: an event to say in a line of its own."""
        words = self.picture.words
        line = "" if told is None else words.pick(told.text) or words(f"event.{told.kind}")
        moment = Moment(
            previous or current,
            current,
            blend,
            events=[event for event in events if event.time <= current.time + 1e-6],
            series=_until(self._series, current.time),
            notice=f"{clock(told.time)}  {line}" if told is not None else "",
            **self._said,  # type: ignore[arg-type]
        )
        self.picture.draw(self.surface, moment, 1.0)
        return self.surface

    def remember(self, frames: Iterable[Frame]) -> None:
        """See the seconds before the next picture: trails and warnings come from them."""
        self.picture.remember(frames)

    def show(self, area: Rect) -> None:
        """Let the pictures show this part of the map, m."""
        self.picture.show(area)

    def close(self) -> None:
        """Free what the panel holds."""
        self.picture.close()


def render_still(
    frame: Frame,
    tile_map: TileMap,
    *,
    previous: Frame | None = None,
    blend: float = 1.0,
    size: tuple[int, int] = (1920, 1080),
    lang: str = "id",
    theme: str = "light",
    overlays: Sequence[str] = ("unit_labels",),
    panel: bool = False,
    presenter: bool = False,
    events: Sequence[Event] = (),
    duration: float = 0.0,
    title: dict[str, str] | None = None,
    params: Params | None = None,
    series: Series | None = None,
) -> pygame.Surface:
    """One frame as a picture of the whole screen."""
    maker = StillMaker(
        tile_map,
        size=size,
        lang=lang,
        theme=theme,
        overlays=overlays,
        panel=panel,
        presenter=presenter,
        title=title,
        duration=duration,
        params=params,
        series=series,
    )
    try:
        return maker.draw(frame, previous, blend, events)
    finally:
        maker.close()


def save_png(surface: pygame.Surface, path: Path) -> None:
    """Write a picture as PNG; OSError when the place cannot be written."""
    try:
        pygame.image.save(surface, str(path))
    except pygame.error as error:
        raise OSError(str(error)) from None


def encoded(surface: pygame.Surface, kind: str) -> bytes:
    """A picture as the bytes of a file; `kind` is png or jpg."""
    file = io.BytesIO()
    pygame.image.save(surface, file, f"picture.{kind}")
    return file.getvalue()


def encoded_pixels(pixels: np.ndarray) -> bytes:
    """The bytes of a PNG with these pixels, u1[rows, cols, 4], red green blue alpha."""
    rows, cols = pixels.shape[:2]
    return encoded(pygame.image.frombuffer(np.ascontiguousarray(pixels).tobytes(), (cols, rows), "RGBA"), "png")


def ground(tile_map: TileMap, zoom: float, theme: str = "light") -> pygame.Surface:
    """The whole map without people and barriers; zoom in px/m."""
    width, height = (max(1, round(side * zoom)) for side in tile_map.size)
    camera = Camera(tile_map.size, pygame.Rect(0, 0, width, height))
    camera.fit_map()
    return Ground(tile_map).picture(camera, Theme(theme, height))


def _until(series: Series, time: float) -> Series:
    """What had been measured by then: a recording knows its future, a picture must not."""
    counts = {name: bisect_right(times, time + 1e-6) for name, (times, _) in series.items()}
    return {name: (times[: counts[name]], values[: counts[name]]) for name, (times, values) in series.items()}
