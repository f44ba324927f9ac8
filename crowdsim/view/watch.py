"""Early warnings on the screen: a sign on the map, a plate beside it, a line in the log."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

import pygame

from crowdsim.frame import Event, Frame
from crowdsim.metrics.lookout import Alarm, Lookout
from crowdsim.view.theme import Theme
from crowdsim.view.words import Words, languages
from crowdsim.world.tilemap import TileMap

_AT_ONCE = 3  # warnings on the map


@dataclass(frozen=True)
class Warned:
    """An alarm and what is written about it, by language."""

    alarm: Alarm
    short: dict[str, str]


class Watch:
    """Puts what a lookout sees into words, and its alarms among the events."""

    def __init__(self, tile_map: TileMap) -> None:
        self.lookout = Lookout(tile_map)
        self._places = {gate.id: gate.name for gate in tile_map.gates}
        self._places |= {way.id: way.name for way in tile_map.exits.values()}
        self._told: list[Event] = []  # one for each alarm, with the figure of its first moment
        self._both: tuple[tuple, Sequence[Event]] = ((), ())
        self._words: dict[tuple, dict[str, str]] = {}

    def look(self, frame: Frame) -> None:
        """See a frame."""
        self.lookout.look(frame)
        alarms = self.lookout.alarms
        del self._told[len(alarms) :]
        labels = {unit.id: unit.label for unit in frame.units}
        for alarm in alarms[len(self._told) :]:
            text = self._said(alarm, labels)
            self._told.append(
                Event(frame.tick, alarm.since, "warning", alarm.position, alarm.subject, alarm.value, text)
            )

    def standing(self, time: float) -> tuple[Warned, ...]:
        """What is warned of now, the gravest first."""
        return tuple(Warned(alarm, self._said(alarm, {})) for alarm in self.lookout.standing(time)[:_AT_ONCE])

    def among(self, events: Sequence[Event], time: float) -> Sequence[Event]:
        """The events of the run and the warnings up to a time, in the order of time."""
        told = [event for event in self._told if event.time <= time + 1.0]
        if not told:
            return events
        key = (len(events), len(told), told[-1])
        if self._both[0] != key:
            self._both = key, sorted([*events, *told], key=attrgetter("time"))
        return self._both[1]

    def _said(self, alarm: Alarm, labels: dict[str, str]) -> dict[str, str]:
        """By language."""
        share = alarm.kind == "line"
        value = round(100 * alarm.value) if share else round(alarm.value, 1 if alarm.kind == "density" else 0)
        label = labels.get(alarm.subject, "")
        key = (alarm.kind, alarm.subject, value, label)
        if key not in self._words:
            if len(self._words) > 500:
                self._words.clear()
            said = {}
            for lang in languages():
                words = Words(lang)
                place = words.pick(self._places[alarm.subject]) if alarm.subject in self._places else label
                figure = words.number(value, 1 if alarm.kind == "density" else 0)
                text = words(f"warning.{alarm.kind}", value=figure)
                said[lang] = f"{place}: {text}" if place else text
            self._words[key] = said
        return self._words[key]


def draw_sign(surface: pygame.Surface, theme: Theme, at: tuple[float, float]) -> None:
    """A triangle with an exclamation mark, as on a road, about a point (px)."""
    x, y = round(at[0]), round(at[1])
    for grow, colour in ((1.0, "outline"), (0.78, "warning")):
        r = theme.px(24) * grow
        corners = [(x, y - r), (x + r * 0.95, y + r * 0.75), (x - r * 0.95, y + r * 0.75)]
        pygame.draw.polygon(surface, theme[colour], corners)
        pygame.draw.aalines(surface, theme[colour], True, corners)
    px = theme.px  # the mark is drawn and no letter: it lies on the map and under what lies over that
    for top, high in ((-10, 14), (7, 5)):
        surface.fill(theme["warning_text"], (x - px(2.5), y + round(top * theme.scale), px(5), px(high)))
