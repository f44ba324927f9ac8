"""A short tour of the screen: at the first start, and whenever F1 is pressed."""

from typing import TYPE_CHECKING

import pygame

from crowdsim import settings
from crowdsim.view.bookmarks import wrapped
from crowdsim.view.fit import fitted
from crowdsim.view.inputs import Do
from crowdsim.view.labels import Box
from crowdsim.view.theme import SECTION, SMALL, VALUE
from crowdsim.view.tool import Tool

if TYPE_CHECKING:
    from crowdsim.view.picture import Moment
    from crowdsim.view.window import Window

STEPS = ("welcome", "banner", "map", "timeline", "panel", "orders", "layers", "presenter")
_NEXT = (pygame.K_RETURN, pygame.K_KP_ENTER, pygame.K_RIGHT)


class Tour(Tool):
    """One plate after another beside what it tells of, while the exercise waits; Enter goes on, Esc skips. Seen once,
    it does not come again.
    """

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self.step: int | None = None
        self._buttons: list[tuple[pygame.Rect, int | None]] = []
        self._holds = False  # the exercise waits because of the tour
        self._at = pygame.Rect(0, 0, 0, 0)  # of the plate

    @property
    def steps(self) -> list[str]:
        """Those that tell of something that is there: in a recording nothing can be ordered."""
        return [step for step in STEPS if step != "orders" or self.window.picture.look.bar]

    def start(self) -> None:
        """From the beginning; the exercise waits meanwhile."""
        self.step = 0
        self._holds = not self.window.source.paused
        self.window.source.paused = True

    def handle(self, event: pygame.event.Event) -> bool:
        """Keys and buttons of the tour; everything else goes on as ever."""
        if self.step is None:
            return False
        if event.type == pygame.KEYDOWN and event.key == pygame.K_ESCAPE:
            self._go(None)
        elif event.type == pygame.KEYDOWN and event.key in _NEXT:
            self._go(self.step + 1)
        elif event.type == pygame.KEYDOWN and event.key == pygame.K_LEFT:
            self._go(self.step - 1)
        elif event.type == pygame.MOUSEBUTTONDOWN and event.button == 1:
            to = [to for box, to in self._buttons if box.collidepoint(event.pos)]
            if not to:
                return False
            self._go(to[0])
        else:
            return False
        return True

    def _go(self, to: int | None) -> None:
        if to is None or to >= len(self.steps):
            self.step = None
            if self._holds:
                self.window.source.paused = self._holds = False
            settings.save(tour_seen=True)
        else:
            self.step = max(0, to)

    def do(self, asked: Do) -> bool:
        """F1 starts it and ends it."""
        if asked.what != "tour":
            return False
        if self.step is None:
            self.start()
        else:
            self._go(None)
        return True

    def _about(self) -> pygame.Rect | None:
        """What this step tells of."""
        place = self.window.picture.place
        name = self.steps[self.step or 0]
        found = {
            "banner": place.banner,
            "map": place.map,
            "timeline": place.timeline,
            "panel": place.panel,
            "orders": place.bar,
        }.get(name)
        return found if found and found.width and found.height else None

    def boxes(self) -> list[Box]:
        """The plate."""
        return [] if self.step is None else [(*self._at.topleft, *self._at.size)]

    def draw(self, surface: pygame.Surface, moment: "Moment", seconds: float) -> None:
        """A frame about the part of the screen, and the plate in the middle of the map."""
        if self.step is None:
            return
        picture, name = self.window.picture, self.steps[self.step]
        theme, px, view = picture.theme, picture.theme.px, picture.hud.free
        about = self._about()
        if about:
            pygame.draw.rect(surface, theme["outline"], about, px(10))
            pygame.draw.rect(surface, theme["stroke"], about.inflate(-px(4), -px(4)), px(6))
        plate, buttons = self._painted(name)
        plate, shrink = fitted(plate, view.inflate(-2 * px(12), -2 * px(12)))
        self._at = at = plate.get_rect(center=view.center)
        surface.blit(plate, at)
        self._buttons = [
            (pygame.Rect(*(round(shrink * side) for side in box)).move(at.topleft), to) for box, to in buttons
        ]

    def _painted(self, name: str) -> tuple[pygame.Surface, list[tuple[pygame.Rect, int | None]]]:
        """The plate of a step, and where its buttons lead."""
        step = self.step or 0
        theme, words, px = self.window.picture.theme, self.window.picture.words, self.window.picture.theme.px
        pad, row = px(30), px(38)
        room = px(760)
        lines = wrapped(words(f"tour.{name}_text"), theme.font(SMALL), room)
        last = step == len(self.steps) - 1
        labels = [words("tour.skip"), words("tour.back"), words("tour.done" if last else "tour.next")]
        wanted: list[int | None] = [None, step - 1, step + 1]
        if step == 0:
            labels, wanted = [labels[0], words("tour.start")], [None, 1]
        if last:
            labels, wanted = labels[1:], wanted[1:]
        plate = pygame.Surface((room + 2 * pad, px(80) + len(lines) * row + px(90)))
        plate.fill(theme["panel"])
        pygame.draw.rect(plate, theme["outline"], plate.get_rect(), px(3))
        plate.fill(theme["stroke"], (0, 0, plate.get_width(), px(6)))
        plate.blit(theme.write(words(f"tour.{name}"), SECTION, theme["text"], bold=True), (pad, px(24)))
        count = words("tour.step", number=step + 1, count=len(self.steps))
        counted = theme.write(count, SMALL, theme["text_soft"])
        plate.blit(counted, counted.get_rect(topright=(plate.get_width() - pad, px(28))))
        for number, line in enumerate(lines):
            plate.blit(theme.write(line, SMALL, theme["text"]), (pad, px(80) + number * row))
        buttons: list[tuple[pygame.Rect, int | None]] = []
        right = plate.get_width() - pad
        for label, to in reversed(list(zip(labels, wanted, strict=True))):
            main = to == step + 1
            written = theme.write(label, VALUE, theme["panel" if main else "text"], bold=True)
            box = pygame.Rect(0, 0, written.get_width() + px(44), px(54))
            box.bottomright = right, plate.get_height() - px(22)
            pygame.draw.rect(plate, theme["accent" if main else "panel_raised"], box, border_radius=px(8))
            plate.blit(written, written.get_rect(center=box.center))
            buttons.append((box, to))
            right = box.left - px(16)
        return plate, buttons
