"""A photo of a plan, faint on the ground of one's own map: chosen, brought to scale by two clicks, pulled to its place.

It belongs to nothing that is computed, so it is kept in a file of its own beside the scenario.
"""

import json
import math
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pygame
from imgui_bundle import imgui

from crowdsim.problems import InputError, Problem, reason, said
from crowdsim.view.camera import Camera
from crowdsim.view.desk.card import Card
from crowdsim.view.desk.files import Files
from crowdsim.view.desk.messages import Problems, Question
from crowdsim.view.inputs import Do
from crowdsim.view.scene import canvas
from crowdsim.view.theme import VALUE

if TYPE_CHECKING:
    from crowdsim.view.picture import Moment
    from crowdsim.view.window import Window

PICTURES = (".png", ".jpg", ".jpeg", ".bmp", ".webp")
_FAINT = 120  # of 255
_LARGEST = 4096  # px a side: what is larger is made smaller when it is read


@dataclass(frozen=True)
class Photo:
    """A photo and where it lies on the map."""

    path: Path
    at: tuple[float, float]  # m, of its north-west corner
    scale: float  # m a pixel

    def lie(self, surface: pygame.Surface, camera: Camera, image: pygame.Surface) -> None:
        """Lay it faintly over the ground of a camera's view."""
        shrunk = image.get_width()
        left, top = camera.to_screen(*self.at)
        left, top = left - camera.view.left, top - camera.view.top
        zoom = camera.zoom * self.scale  # screen px a pixel of the photo
        whole = pygame.Rect(0, 0, shrunk, image.get_height())
        x0, y0 = math.floor(-left / zoom), math.floor(-top / zoom)
        x1, y1 = math.ceil((surface.get_width() - left) / zoom), math.ceil((surface.get_height() - top) / zoom)
        seen = whole.clip(pygame.Rect(x0, y0, x1 - x0, y1 - y0))
        if not seen.width or not seen.height:
            return
        size = max(1, round(seen.width * zoom)), max(1, round(seen.height * zoom))
        part = pygame.transform.smoothscale(image.subsurface(seen), size)
        part.set_alpha(_FAINT)
        surface.blit(part, (round(left + seen.left * zoom), round(top + seen.top * zoom)))


def beside(scenario: Path) -> Path:
    """The file that keeps the photo of a scenario."""
    return scenario.with_suffix(".photo.json")


def read(scenario: Path) -> Photo | None:
    """The photo of a scenario; None when it has none, or none that can be read."""
    try:
        data = json.loads(beside(scenario).read_text(encoding="utf-8"))
        at = (float(data["at"][0]), float(data["at"][1]))
        photo = Photo(scenario.parent / str(data["image"]), at, float(data["metres_per_pixel"]))
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return None
    return photo if photo.scale > 0 and photo.path.is_file() else None


def keep(photo: Photo | None, scenario: Path) -> None:
    """Write the photo of a scenario, or take it away; InputError when that cannot be done."""
    path = beside(scenario)
    try:
        if photo is None:
            path.unlink(missing_ok=True)
            return
        try:
            image = Path(os.path.relpath(photo.path, scenario.parent)).as_posix()
        except ValueError:  # on another drive
            image = photo.path.as_posix()
        at = [round(photo.at[0], 2), round(photo.at[1], 2)]
        data = {"version": 1, "image": image, "at": at, "metres_per_pixel": round(photo.scale, 6)}
        path.write_text(json.dumps(data, ensure_ascii=False, indent=1), encoding="utf-8")
    except OSError as error:
        raise InputError(
            [Problem(str(path), "", said("file.not_written", reason=reason(error)), said("file.another_folder"))]
        ) from None


def load_image(path: Path) -> tuple[pygame.Surface, float]:
    """A picture as a surface, and by how much it was made smaller; InputError when it cannot be read."""
    try:
        found = pygame.image.load(str(path))
    except (pygame.error, OSError) as error:
        mend = said("picture.another")
        raise InputError([Problem(str(path), "", said("file.not_read", reason=reason(error)), mend)]) from None
    shrink = max(1.0, max(found.get_size()) / _LARGEST)
    image = canvas(found.get_size())
    image.fill((255, 255, 255))
    image.blit(found, (0, 0))
    if shrink > 1.0:
        image = pygame.transform.smoothscale(image, [round(side / shrink) for side in image.get_size()])
    return image, shrink


class Backdrop(Card):
    """The card asks for the distance; before it two points are clicked, after it the photo can be dragged."""

    size = (900, 260)

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self.photo: Photo | None = None
        self.step = ""  # "points", "drag" or none
        self.points: list[tuple[float, float]] = []  # m, those clicked
        self.distance = "10"
        self._image: pygame.Surface | None = None
        self._dragging = False
        path = window.draft.path if window.draft else window.opener.path if window.opener else None
        photo = read(path) if path else None
        if photo is not None:
            try:
                self._image, shrink = load_image(photo.path)
            except InputError:
                return
            self._lay(replace(photo, scale=photo.scale * shrink))

    def _lay(self, photo: Photo | None) -> None:
        """Let the ground show it, or no longer."""
        self.photo = photo
        image = self._image
        if photo is None or image is None:
            self.window.picture.ground.lay(None, None)
        else:
            self.window.picture.ground.lay(photo, lambda surface, camera: photo.lie(surface, camera, image))

    # ---------------------------------------------------------------------------------------------------------------

    def do(self, asked: Do) -> bool:
        """Choose a photo, or what to do with the one there is."""
        if asked.what != "backdrop" or self.window.draft is None:
            return False
        if self.photo is None:
            self.window.tool(Files).ask("files.photo", PICTURES, self.begin)
            return True
        self.window.tool(Question).ask(
            self.words("backdrop.there", file=self.photo.path.name),
            ("backdrop.scale", self._measure),
            ("backdrop.remove", self._remove),
            ("desk.cancel", lambda: None),
        )
        return True

    def begin(self, path: Path) -> None:
        """Lay a photo over the whole map, to be brought to scale."""
        if not self.window.tool(Problems).attempt(lambda: self._read(path)):
            return
        self._measure()

    def _read(self, path: Path) -> None:
        self._image, _ = load_image(path)
        wide, high = self.window.source.map.size
        scale = min(wide / self._image.get_width(), high / self._image.get_height())
        self._lay(Photo(path.absolute(), (0.0, 0.0), scale))

    def _measure(self) -> None:
        self.step, self.points = "points", []

    def _remove(self) -> None:
        self._lay(None)
        self.step = ""
        self.store()

    def store(self) -> None:
        """Keep it beside the scenario."""
        draft, photo, image = self.window.draft, self.photo, self._image
        if draft is None:
            return
        if photo is not None and image is not None:  # what is kept speaks of the pixels in the file
            shrink = load_image(photo.path)[1]
            photo = replace(photo, scale=photo.scale / shrink)
        if self.window.tool(Problems).attempt(lambda: keep(photo, draft.path)) and photo is not None:
            self.window.tell("backdrop.kept", file=beside(draft.path).name)

    def enter(self) -> None:
        """Take the distance: the photo becomes as large as it has to be, its first point stays."""
        try:
            metres = float(self.distance.replace(",", "."))
        except ValueError:
            return
        photo = self.photo
        if photo is None or len(self.points) < 2 or not 0.1 <= metres <= 10_000.0:
            return
        (ax, ay), b = self.points[0], self.points[1]
        grow = metres / math.dist(self.points[0], b)
        at = (ax - (ax - photo.at[0]) * grow, ay - (ay - photo.at[1]) * grow)
        self._lay(replace(photo, at=at, scale=photo.scale * grow))
        self.step = "drag"
        self.hide()

    def escape(self) -> None:
        """Begin with the points again."""
        self.hide()
        self._measure()

    def handle(self, event: pygame.event.Event) -> bool:
        """Two clicks, then the card; then dragging until Enter."""
        if super().handle(event):
            return True
        if not self.step:
            return False
        inside = hasattr(event, "pos") and self.window.picture.place.map.collidepoint(event.pos)
        if event.type == pygame.KEYDOWN and event.key in (pygame.K_RETURN, pygame.K_KP_ENTER, pygame.K_ESCAPE):
            self.step, self._dragging = "", False
            self.store()
        elif event.type == pygame.MOUSEBUTTONDOWN and event.button == 1 and inside:
            if self.step == "points":
                self._point(self.window.picture.camera.to_map(*event.pos))
            else:
                self._dragging = True
        elif event.type == pygame.MOUSEBUTTONUP and event.button == 1:
            self._dragging = False
        elif event.type == pygame.MOUSEMOTION and self._dragging and self.photo:
            zoom = self.window.picture.camera.zoom
            x, y = self.photo.at
            self._lay(replace(self.photo, at=(x + event.rel[0] / zoom, y + event.rel[1] / zoom)))
        else:
            return False
        return True

    def _point(self, at: tuple[float, float]) -> None:
        if self.points and math.dist(at, self.points[-1]) < 0.5:
            return
        self.points.append(at)
        if len(self.points) == 2:
            self.step = ""
            self.show()

    def draw(self, surface: pygame.Surface, moment: "Moment", seconds: float) -> None:
        """What to do next, the points, the card."""
        if self.step or self.open:
            picture = self.window.picture
            theme, area = picture.theme, picture.place.map
            for x, y in self.points if self.step == "points" or self.open else ():
                at = picture.camera.to_screen(x, y)
                pygame.draw.circle(surface, theme["panel"], at, theme.px(13))
                pygame.draw.circle(surface, theme["breach"], at, theme.px(9))
            if self.step:
                key = "backdrop.hint" if self.step == "points" else "backdrop.drag"
                text = theme.write(picture.words(key), VALUE, theme["text"], bold=True)
                box = text.get_rect(midtop=(area.centerx, area.top + theme.px(24))).inflate(theme.px(40), theme.px(20))
                surface.fill(theme["panel"], box)
                pygame.draw.rect(surface, theme["accent"], box, theme.px(3))
                surface.blit(text, text.get_rect(center=box.center))
        super().draw(surface, moment, seconds)

    def build(self) -> None:
        """The distance in metres."""
        self.paragraph(self.words("backdrop.distance"))
        imgui.set_next_item_width(self.theme.px(300))
        _, self.distance = imgui.input_text("##distance", self.distance)
        self.spot("distance")
        self.button("take", self.words("backdrop.done"), self.enter)
        imgui.same_line()
        self.button("again", self.words("desk.cancel"), self.escape)
