"""Orders by hand: what mouse and letters ask for, in both languages, and what comes of it in a simulation."""

import json
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pygame
import pytest
from scenes import scenario, tilemap
from synthetic import ObedientSource, SyntheticSource

from crowdsim.behaviour.formations import FORMATIONS, shaped
from crowdsim.behaviour.sop import load_profile, profile_path
from crowdsim.behaviour.unit import (
    Advance,
    Arrest,
    Brace,
    Close,
    Cover,
    Escort,
    FormUp,
    Hold,
    MoveTo,
    Open,
    Order,
    Push,
    Withdraw,
)
from crowdsim.frame import Frame, PersonPortrait, SourceStatus, UnitPortrait, UnitView
from crowdsim.population.roles import Mind, Role
from crowdsim.session.commands import (
    TRAINER,
    Command,
    DeclarePhase,
    GiveManoeuvre,
    GiveOrder,
    Inject,
    Recall,
    SetBarrier,
    SetParam,
    UseTool,
    decode,
    encode,
    objections,
)
from crowdsim.session.portrait import portrait
from crowdsim.session.simulation import Simulation
from crowdsim.view.bookmarks import Bookmarks
from crowdsim.view.desk.menu import Menu
from crowdsim.view.hand import shown
from crowdsim.view.hand.keys import LETTERS
from crowdsim.view.hand.line import Line, fitting, slots_of
from crowdsim.view.hand.tool import Hand
from crowdsim.view.inspector import Inspector
from crowdsim.view.picture import Look
from crowdsim.view.window import Window

SIZE = (1280, 720)
SHIFT, CTRL, ALT = pygame.KMOD_LSHIFT, pygame.KMOD_LCTRL, pygame.KMOD_LALT


def window_on(source: Any, lang: str = "id") -> Window:
    window = Window(source, SIZE, Look(lang=lang, panel=False))
    window.draw(0.0)
    return window


@pytest.fixture(params=["id", "en"])
def window(request: pytest.FixtureRequest) -> Window:
    return window_on(ObedientSource(300), request.param)


def hand_of(window: Window) -> Hand:
    return next(tool for tool in window.tools if isinstance(tool, Hand))


def press(window: Window, key: int, mod: int = 0) -> None:
    window.handle(pygame.event.Event(pygame.KEYDOWN, key=key, mod=mod, unicode=""))
    window.draw(0.01)


def mouse(window: Window, what: int, at: tuple[int, int], button: int = 1, mod: int = 0) -> None:
    pygame.key.set_mods(mod)
    more: dict[str, Any] = {"rel": (0, 0), "buttons": (1, 0, 0)} if what == pygame.MOUSEMOTION else {"button": button}
    window.handle(pygame.event.Event(what, pos=at, **more))
    pygame.key.set_mods(0)
    window.draw(0.01)


def click(window: Window, at: tuple[float, float], button: int = 1, mod: int = 0) -> None:
    """At a point of the map, m."""
    x, y = pixels(window, at)
    mouse(window, pygame.MOUSEBUTTONDOWN, (x, y), button, mod)
    mouse(window, pygame.MOUSEBUTTONUP, (x, y), button, mod)


def drag(window: Window, start: tuple[float, float], end: tuple[float, float], mod: int = 0, button: int = 1) -> None:
    (x0, y0), (x1, y1) = pixels(window, start), pixels(window, end)
    mouse(window, pygame.MOUSEBUTTONDOWN, (x0, y0), button, mod)
    for k in range(1, 6):
        mouse(window, pygame.MOUSEMOTION, (x0 + (x1 - x0) * k // 5, y0 + (y1 - y0) * k // 5), button, mod)
    mouse(window, pygame.MOUSEBUTTONUP, (x1, y1), button, mod)


def pixels(window: Window, at: tuple[float, float]) -> tuple[int, int]:
    x, y = window.picture.camera.to_screen(*at)
    return round(x), round(y)


def sent(window: Window) -> list[Command]:
    return window.source.sent  # type: ignore[attr-defined]


def officer(window: Window, unit: int) -> tuple[float, float]:
    frame = window.source.advance(0.0)[1]
    x, y = frame.position[np.flatnonzero(frame.unit == unit)[3]].tolist()
    return x, y


# --- taking units -----------------------------------------------------------------------------------------------------


def test_units_are_taken_by_click_box_and_number_and_let_go() -> None:
    window = window_on(ObedientSource(300))
    hand = hand_of(window)
    click(window, officer(window, 1))
    assert hand.held == ["lanjut2"]
    click(window, officer(window, 0), mod=SHIFT)
    assert hand.held == ["lanjut2", "lanjut1"]
    click(window, officer(window, 0), mod=SHIFT)
    assert hand.held == ["lanjut2"], "a second time lets go of it"
    press(window, pygame.K_ESCAPE)
    assert hand.held == [] and not window.leaving
    drag(window, (60, 70), (99, 73.3))
    assert hand.held == ["lanjut1", "lanjut2"]
    press(window, pygame.K_3)
    assert hand.held == ["cadangan"]
    press(window, pygame.K_3)
    assert window.picture.look.followed == "cadangan", "the same number again keeps the map on it"
    press(window, pygame.K_ESCAPE)
    press(window, pygame.K_ESCAPE)
    assert window.tool(Menu).open and not window.leaving


def test_units_in_hand_are_marked_on_the_map() -> None:
    window = window_on(ObedientSource(300))
    window.source.paused = True
    window.picture.show((66.0, 54.0, 86.0, 66.0))
    window.draw(0.0)
    before = pygame.surfarray.array3d(window.surface).astype(int)
    hand_of(window).held = ["cadangan"]
    window.draw(0.0)
    frame, camera = window.source.advance(0.0)[1], window.picture.camera
    left, top = camera.to_screen(*(frame.position[frame.unit == 2].min(axis=0) - 0.6))
    right, bottom = camera.to_screen(*(frame.position[frame.unit == 2].max(axis=0) + 0.6))
    changed = np.abs(pygame.surfarray.array3d(window.surface) - before).sum(axis=2) > 60
    assert changed[int(left) : int(right), int(top) : int(bottom)].mean() > 0.1


def test_without_a_live_simulation_keys_and_mouse_stay_what_they_were() -> None:
    window = window_on(SyntheticSource(300))
    press(window, pygame.K_2)
    assert window.picture.look.followed == "lanjut2" and hand_of(window).held == []
    assert not window.picture.place.bar.height
    press(window, pygame.K_d)
    assert window.picture.look.density and sent(window) == []


# --- letters ----------------------------------------------------------------------------------------------------------

AT_ONCE: dict[str, Order] = {
    "hold": Hold(),
    "advance": Advance(5.0),
    "withdraw": Withdraw(5.0),
    "push": Push(5.0),
    "open": Open(3.0),
    "close": Close(),
    "cover": Cover(),
}
KEY = {letter.name: letter.key for letter in LETTERS}


@pytest.mark.parametrize("name", AT_ONCE)
def test_a_letter_orders_the_units_in_hand(window: Window, name: str) -> None:
    press(window, KEY[name])
    assert sent(window) == [], "nobody is in hand"
    press(window, pygame.K_1)
    press(window, KEY[name])
    assert sent(window) == [GiveOrder("lanjut1", AT_ONCE[name])]
    press(window, KEY[name], SHIFT)
    assert sent(window)[1:] == [GiveOrder("lanjut1", AT_ONCE[name], queued=True)]


def test_letters_toggle_layers_only_while_nobody_is_in_hand(window: Window) -> None:
    press(window, pygame.K_d)
    assert window.picture.look.density
    press(window, pygame.K_1)
    press(window, pygame.K_d)
    assert window.picture.look.density and len(sent(window)) == 1


def test_letters_that_ask_for_a_place_take_it_from_the_next_click(window: Window) -> None:
    press(window, pygame.K_1)
    press(window, KEY["move_to"])
    assert hand_of(window).asked and sent(window) == []
    click(window, (80, 60))
    press(window, KEY["brace"])
    click(window, (60, 60))
    assert len(sent(window)) == 1 and hand_of(window).asked, "there is no gate; it still asks"
    click(window, (102, 74))
    press(window, KEY["escort"])
    press(window, pygame.K_1)
    click(window, (80, 55))
    (_, move), (_, brace), (_, escort) = [(c.unit, c.order) for c in sent(window)]  # type: ignore[union-attr]
    assert isinstance(move, MoveTo) and math.dist(move.zone, (80, 60)) < 0.3  # type: ignore[arg-type]
    assert brace == Brace("side") and escort == Escort("ketua", "yard")
    press(window, KEY["move_to"])
    press(window, pygame.K_ESCAPE)
    assert hand_of(window).asked is None and hand_of(window).held == ["lanjut1"]


def test_arrests_are_of_a_sort_or_of_one_person(window: Window) -> None:
    press(window, pygame.K_1)
    press(window, KEY["arrest"])
    press(window, pygame.K_2)
    frame = window.source.advance(0.0)[1]
    row = int(np.flatnonzero(frame.role == Role.PROVOCATEUR)[0])
    press(window, KEY["arrest"])
    press(window, pygame.K_4)
    click(window, tuple(window.source.advance(0.0)[1].position[row].tolist()))
    first, second = [c.order for c in sent(window)]  # type: ignore[union-attr]
    assert first == Arrest("provocateur")
    near = frame.position[second.row] - frame.position[row]  # type: ignore[union-attr]
    assert isinstance(second, Arrest) and np.hypot(*near) < 0.5


def test_manoeuvres_ask_for_the_units_they_need(window: Window) -> None:
    press(window, pygame.K_1)
    press(window, KEY["lapis_ganti"])
    click(window, officer(window, 2))
    assert sent(window) == [GiveManoeuvre("lapis_ganti", (("front", "lanjut1"), ("relief", "cadangan")))]
    press(window, KEY["lintas_ganti"])
    click(window, officer(window, 1))
    assert sent(window)[1] == GiveManoeuvre("lintas_ganti", (("front", "lanjut1"), ("screen", "lanjut2")))


def test_postures_and_formations_come_from_a_menu(window: Window) -> None:
    press(window, pygame.K_1)
    press(window, KEY["posture"])
    press(window, pygame.K_3)
    assert sent(window) == [GiveOrder("lanjut1", Hold(list(window.source.profile.posture)[2]))]  # type: ignore[attr-defined]
    press(window, KEY["form_up"])
    menu = hand_of(window).menu
    assert menu and [choice.formation for choice in menu.choices] == list(FORMATIONS)
    press(window, pygame.K_b)  # the twelfth
    click(window, (80, 60))
    (_, order) = [c.order for c in sent(window)]  # type: ignore[union-attr]
    assert isinstance(order, FormUp) and order.formation == list(FORMATIONS)[11] and order.width == 0.0


def test_phases_gates_means_and_happenings() -> None:
    window = window_on(ObedientSource(300))
    for chip in [c for row in shown.rows(hand_of(window), moment_of(window)) for c in row.right][2:]:
        chip.do()  # type: ignore[misc]
    click(window, (102, 74))
    press(window, pygame.K_1)
    press(window, pygame.K_u)
    press(window, pygame.K_6)
    click(window, (80, 82))
    press(window, pygame.K_i)
    press(window, pygame.K_2)
    press(window, pygame.K_i)
    press(window, pygame.K_3)
    click(window, (80, 82))
    found = sent(window)
    assert found[:2] == [DeclarePhase("merah"), SetBarrier("side", True)]
    assert isinstance(found[2], UseTool) and found[2].tool == "gas" and math.dist(found[2].at, (80, 82)) < 0.3  # type: ignore[arg-type]
    assert found[3] == Inject("susulan", arrive=True)
    assert isinstance(found[4], Inject) and found[4].fall is not None


def moment_of(window: Window) -> Any:
    from crowdsim.view.picture import Moment

    previous, current, blend = window.source.advance(0.0)
    return Moment(previous, current, blend)


def test_chips_lie_inside_the_bar_and_on_nothing_else() -> None:
    for lang in ("id", "en"):
        for presenter in (False, True):
            for held in ([], ["lanjut1"]):
                window = Window(ObedientSource(300), (1920, 1080), Look(lang=lang, presenter=presenter))
                hand_of(window).held = list(held)
                window.draw(0.0)
                bar = hand_of(window)._bar
                boxes = [box for box, _ in bar._boxes]
                assert all(pygame.Rect((0, 0), bar.area.size).contains(box) for box in boxes), (lang, presenter, held)
                assert all(box.collidelist(boxes[k + 1 :]) < 0 for k, box in enumerate(boxes))
                if not presenter:
                    assert bar.area == window.picture.place.bar, "it hides nothing of the map"


# --- doctrine marks, and does not forbid ------------------------------------------------------------------------------


def test_what_doctrine_is_against_is_sent_and_said(window: Window) -> None:
    frame = window.source.advance(0.0)[1]
    assert frame.phase == "kuning"
    press(window, pygame.K_1)
    press(window, pygame.K_u)
    menu = hand_of(window).menu
    assert menu and ["K11" in choice.warning for choice in menu.choices] == [False] * 5 + [True] + [False] * 2
    press(window, pygame.K_6)
    click(window, (80, 82))
    assert len(sent(window)) == 1
    assert hand_of(window).warning == ["K11", "K16"]
    box = shown.warning_box(hand_of(window))
    assert window.picture.place.map.contains(box), "it is all there to read"
    window.draw(8.0)
    assert hand_of(window).warning == []


def test_objections_follow_the_profile() -> None:
    profile = load_profile(profile_path("model2025"))
    assert objections(GiveOrder("a", Push(5.0)), profile, "hijau", 0.0) == ("K16",)
    assert objections(GiveOrder("a", Push(5.0)), profile, "kuning", 0.0) == ()
    assert objections(UseTool("water", "x", "", "diffuse"), profile, "kuning", 0.0) == ()
    assert objections(UseTool("water", "x", "", "jet"), profile, "kuning", 0.0) == ("K16",)
    assert objections(UseTool("gas", "x"), profile, "kuning", 0.0) == ("K11", "K16")
    assert objections(UseTool("water", "x", "", "off"), profile, "hijau", 0.0) == ()


# --- lines ------------------------------------------------------------------------------------------------------------


def test_a_dragged_line_says_where_which_way_how_wide_and_is_bent_by_its_middle(window: Window) -> None:
    press(window, pygame.K_3)
    drag(window, (70, 62), (90, 62))
    order = sent(window)[0].order  # type: ignore[union-attr]
    assert isinstance(order, FormUp) and math.dist(order.at, (80, 62)) < 0.3  # type: ignore[arg-type]
    assert order.heading == pytest.approx(-math.pi / 2, abs=0.02) and order.width == pytest.approx(20.0, abs=0.4)
    line = hand_of(window).lines["cadangan"]
    drag(window, line.handle, (80, 58))
    bent = sent(window)[1].order  # type: ignore[union-attr]
    assert bent.at == order.at and bent.bend == pytest.approx(4.0, abs=0.3)  # type: ignore[union-attr]
    drag(window, (90, 66), (70, 66), mod=SHIFT)
    turned = sent(window)[2]
    assert turned.queued and turned.order.heading == pytest.approx(math.pi / 2, abs=0.02)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("stands", "length", "takes"),
    [
        ("bersaf1t", 18.0, "bersaf1t"),
        ("bersaf1t", 16.5, "bersaf1t"),
        ("bersaf1t", 9.0, "bersaf2"),
        ("bersaf1t", 6.0, "bersaf3"),
        ("bersaf1t", 0.5, "bersaf1t"),
        ("bersaf3", 18.0, "bersaf3"),
        ("busur", 6.0, "busur"),
        ("banjar3", 9.0, "bersaf2"),
    ],
)
def test_a_line_across_a_narrow_passage_takes_more_ranks(stands: str, length: float, takes: str) -> None:
    """Thirty officers: a click keeps what they stand in, and so does a form that is no closed rank."""
    unit = UnitView("a", "A", "phh", "hold", stands, 30, (0.0, 0.0), 0.0, 1.0, 0.0, True)
    assert fitting([unit], length) == takes


def test_labels_leave_a_front_that_is_being_drawn_free(window: Window) -> None:
    press(window, pygame.K_3)
    scene = window.picture.scene
    label = max(scene.label_boxes, key=lambda placed: placed.box[2]).box
    (x0, y0), (x1, y1) = (label[0], label[1] + label[3] // 2), (label[0] + label[2], label[1] + label[3] // 2)
    mouse(window, pygame.MOUSEBUTTONDOWN, (x0, y0))
    for x in (x0 + 40, x1, x1):
        mouse(window, pygame.MOUSEMOTION, (x, y1))
    line = hand_of(window).ghost["cadangan"]
    slots = slots_of(line.order(0.0), 30)
    points = [pixels(window, (float(x), float(y))) for x, y in slots[:, :2]]
    assert not [placed for placed in scene.label_boxes for at in points if pygame.Rect(placed.box).collidepoint(at)]


def test_several_units_share_a_line_without_standing_in_each_other() -> None:
    window = window_on(ObedientSource(600))
    drag(window, (60, 70), (99, 73.3))
    drag(window, (60, 62), (100, 62))
    orders = {c.unit: c.order for c in sent(window)}  # type: ignore[union-attr]
    assert set(orders) == {"lanjut1", "lanjut2"}
    counts = {unit.id: unit.count for unit in window.source.advance(0.0)[1].units}
    slots = np.vstack([slots_of(order, counts[unit]) for unit, order in orders.items()])  # type: ignore[arg-type]
    apart = np.hypot(*(slots[:, None] - slots[None]).transpose(2, 0, 1)) + 9 * np.eye(len(slots))
    assert apart.min() > 0.59
    assert orders["lanjut1"].at[0] < orders["lanjut2"].at[0], "who stands in the west stays in the west"  # type: ignore


@pytest.mark.parametrize("formation", FORMATIONS)
def test_a_front_drawn_out_or_bent_brings_nobody_closer(formation: str) -> None:
    for count in (4, 9, 30):
        own = shaped(formation, count)
        for width, bend in ((15.0, 0.0), (30.0, 9.0), (12.0, -6.0), (0.0, 3.0)):
            slots = shaped(formation, count, 0.0, width, bend)
            apart = np.hypot(*(slots[:, None] - slots[None]).transpose(2, 0, 1)) + 9 * np.eye(count)
            assert apart.min() > 0.595
            if 0.0 < np.ptp(own[:, 0]) < width and not bend:
                assert np.ptp(slots[:, 0]) == pytest.approx(width, abs=0.01)


def test_right_click_goes_there_and_right_drag_moves_the_map(window: Window) -> None:
    press(window, pygame.K_0)
    for _ in range(4):
        press(window, pygame.K_PLUS)
    press(window, pygame.K_1)
    click(window, (80, 60), button=3)
    assert isinstance(sent(window)[0].order, MoveTo)  # type: ignore[union-attr]
    at = window.picture.camera.centre
    x, y = window.picture.camera.view.center
    mouse(window, pygame.MOUSEBUTTONDOWN, (x, y), 3)
    mouse(window, pygame.MOUSEMOTION, (x - 60, y), 3)
    mouse(window, pygame.MOUSEBUTTONUP, (x - 60, y), 3)
    assert window.picture.camera.centre[0] > at[0] + 1 and len(sent(window)) == 1


def test_ctrl_z_calls_the_last_order_back(window: Window) -> None:
    press(window, pygame.K_1)
    press(window, KEY["advance"])
    press(window, pygame.K_2)
    press(window, KEY["hold"])
    press(window, pygame.K_z, CTRL)
    press(window, pygame.K_z, CTRL)
    press(window, pygame.K_z, CTRL)
    assert sent(window)[2:] == [Recall("lanjut2"), Recall("lanjut1")]


def test_ctrl_z_calls_a_manoeuvre_back_by_one_of_its_units(window: Window) -> None:
    press(window, pygame.K_1)
    press(window, pygame.K_2, SHIFT)
    window.tool(Hand).take(["lanjut1", "lanjut2"])
    press(window, KEY["lapis_ganti"])
    press(window, KEY["hold"])
    press(window, pygame.K_z, CTRL)
    press(window, pygame.K_z, CTRL)
    assert sent(window)[-3:] == [Recall("lanjut1"), Recall("lanjut2"), Recall("lanjut1")]


# --- in a simulation --------------------------------------------------------------------------------------------------

UNIT = {"id": "line", "label": "LINE", "kind": "dalmas", "count": 12, "start": "yard", "role": "shield"}
SECOND = {**UNIT, "id": "other", "label": "OTHER", "start": "east"}


class Stepped:
    """A simulation as a source, one frame for each picture while it is not paused."""

    def __init__(self, simulation: Simulation) -> None:
        self.simulation, scenario = simulation, simulation.scenario
        self.map, self.title, self.duration = scenario.map, scenario.title, scenario.spec.duration
        self.profile, self.speed, self.paused, self.series = scenario.profile, 1.0, True, {}
        self.crowds, self.late_crowds, self.run_file = ("crowd",), (), None
        self._frames: tuple[Frame, Frame] = (simulation.frame(), simulation.frame())

    @property
    def params(self) -> Any:
        return self.simulation.params

    @property
    def events(self) -> Any:
        return self.simulation.events

    @property
    def open_exits(self) -> tuple[str, ...]:
        return self.simulation.open_exits

    def advance(self, seconds: float) -> tuple[Frame, Frame, float]:
        return (*self._frames, 1.0)

    def run(self, seconds: float) -> None:
        end = self.simulation.time + seconds
        while self.simulation.time < end - 1e-9:
            self._frames = (self._frames[1], self.simulation.advance())

    def send(self, command: Command) -> None:
        self.simulation.send(command)

    def step(self, frames: int = 1) -> None:
        self.run(0.1 * frames)

    @property
    def known(self) -> float:
        return float(self.simulation.time)

    def seek(self, time: float, hold: bool = False) -> None:
        """There is no other moment."""

    def status(self) -> SourceStatus:
        return SourceStatus()

    def inspect(self, kind: str, which: str | int) -> Any:
        return portrait(self.simulation, kind, which)


def ground() -> Simulation:
    posts = {"yard": (20.0, 20.0, 0.0), "east": (32.0, 20.0, 0.0)}
    where = tilemap(48.0, 36.0, posts=posts, zones={"far": (2.0, 2.0, 8.0, 6.0)}, exits={"out": (0.0, 10.0, 0.5, 20.0)})
    crowd = {"id": "crowd", "spawn": "far", "count": 10}
    return Simulation(scenario(where, crowd=[crowd], unit=[UNIT, SECOND]), threads=1)


def slot_error(simulation: Simulation, unit: str) -> float:
    """Root mean square distance of its officers from where the unit's slots are, m."""
    told = next(u for u in simulation.units if u.id == unit)
    off = told.target - simulation.people.position[told.rows]
    return float(np.sqrt((off**2).sum(axis=1).mean()))


def test_a_formation_dragged_with_the_mouse_stands_within_15_seconds() -> None:
    source = Stepped(ground())
    window = window_on(source)
    window.picture.camera.fit_map()
    press(window, pygame.K_1)
    drag(window, (14, 27), (24, 27))
    line = hand_of(window).lines["line"]
    drag(window, line.handle, (line.handle[0], line.handle[1] - 2))
    source.run(15.0)
    unit = source.simulation.units[0]
    assert slot_error(source.simulation, "line") <= 0.4
    assert unit.heading == pytest.approx(-math.pi / 2, abs=0.03) and math.dist(unit.anchor, (19, 27)) < 0.5
    assert np.ptp(unit.slots()[:, 1]) > 1.5, "it is bent"


def test_an_order_on_its_way_is_called_back_and_one_acted_upon_is_not() -> None:
    source = Stepped(ground())
    window = window_on(source)
    simulation = source.simulation
    here, reacts = simulation.people.position[simulation.units[0].rows].copy(), simulation.people.reacts_at.copy()
    press(window, pygame.K_1)
    drag(window, (10, 28), (20, 28))
    source.run(1.0)
    press(window, pygame.K_z, CTRL)
    source.run(0.1)
    assert np.array_equal(simulation.people.reacts_at, reacts), "an order before that is not put off"
    source.run(8.0)
    assert np.abs(simulation.people.position[simulation.units[0].rows] - here).max() < 0.3, "nobody set out"
    drag(window, (10, 28), (20, 28))
    source.run(4.0)
    press(window, pygame.K_z)
    source.run(10.0)
    window.draw(0.01)
    assert [event.cause for event in simulation.events if event.kind == "order"] == ["", "recalled", "", "too_late"]
    assert slot_error(simulation, "line") < 0.4 and simulation.units[0].anchor[1] > 27


@pytest.mark.parametrize(("lang", "note"), [("id", "perintah tidak terdengar"), ("en", "order not heard")])
def test_a_unit_that_did_not_hear_its_order_is_marked_until_it_is_told_again(
    monkeypatch: pytest.MonkeyPatch, lang: str, note: str
) -> None:
    source = Stepped(ground())
    window, simulation = window_on(source, lang), source.simulation
    monkeypatch.setattr(source, "send", lambda command: simulation.send(replace(command, operator=TRAINER)))
    hand, people, crowd = hand_of(window), simulation.people, simulation.crowds[0].rows

    def marked() -> list[bool]:
        hand.held = []
        chips = [chip.warned for chip in shown.rows(hand, moment_of(window))[0].chips]
        hand.held = ["line"]
        return chips

    def wait(seconds: float) -> None:
        for _ in range(round(seconds / 0.1)):
            source.run(0.1)
            window.draw(0.1)

    source.send(SetParam("officers.unheard", 1.0))
    source.run(0.1)
    press(window, pygame.K_1)
    people.position[crowd] = np.column_stack([np.linspace(17, 23, len(crowd)), np.full(len(crowd), 28.0)])
    people.mind[crowd] = Mind.VIOLENT
    drag(window, (14, 27), (24, 27))
    wait(1.0)
    assert marked() == [False, False] and hand.on_the_way("line", window.time) > 0.0
    wait(1.5)
    assert marked() == [True, False], "on the chip of the unit"
    assert note in (shown.rows(hand, moment_of(window))[0].text or ""), "and in what is said of it"
    assert hand.lines == {} and simulation.units[0].order == Hold(), "there is no front to bend"
    press(window, pygame.K_z, CTRL)
    wait(0.1)
    assert simulation.events[-1].cause == "unheard", "and nothing to call back"
    source.send(SetParam("officers.unheard", 0.0))
    drag(window, (14, 27), (24, 27))
    wait(0.1)
    assert marked() == [False, False] and isinstance(simulation.units[0].order, FormUp)


def test_orders_wait_for_the_one_before_and_a_new_one_drops_them() -> None:
    simulation = ground()
    unit = simulation.units[0]
    simulation.send(GiveOrder("line", FormUp("bersaf1", (20.0, 24.0), 0.0)))
    simulation.send(GiveOrder("line", Advance(3.0), queued=True))
    for _ in range(250):
        simulation.advance()
    assert unit.order == Advance(3.0) and unit.anchor[0] == pytest.approx(23.0, abs=0.01)
    simulation.send(GiveOrder("line", Withdraw(1.0)))
    simulation.send(GiveOrder("line", Advance(9.0), queued=True))
    simulation.send(GiveOrder("line", Hold()))
    for _ in range(80):
        simulation.advance()
    assert unit.order == Hold() and not simulation.relay.waiting.get("line")


def test_an_order_that_waited_is_called_back_to_the_one_before() -> None:
    simulation = ground()
    unit = simulation.units[0]
    simulation.send(GiveOrder("line", FormUp("bersaf1", (20.0, 24.0), 0.0)))
    simulation.send(GiveOrder("line", FormUp("bersaf2", (30.0, 30.0), 0.0), queued=True))
    while unit.formation != "bersaf2":
        assert simulation.time < 30.0
        simulation.advance()
    simulation.send(Recall("line"))
    simulation.advance()
    assert unit.formation == "bersaf1" and unit.anchor == (20.0, 24.0) and slot_error(simulation, "line") < 0.4


def test_a_run_with_orders_by_hand_replays_to_the_same_bits() -> None:
    source = Stepped(ground())
    window = window_on(source)
    press(window, pygame.K_1)
    drag(window, (14, 27), (24, 27))
    source.run(3.0)
    press(window, KEY["withdraw"], SHIFT)
    press(window, pygame.K_2)
    press(window, KEY["advance"])
    source.run(1.0)
    press(window, pygame.K_z)
    click(window, (36, 28), button=3)
    simulation = source.simulation
    simulation.send(Inject(wind=(1.0, 0.5), fall=(4.0, 4.0)))
    simulation.send(UseTool("gas", (30.0, 8.0)))
    simulation.send(DeclarePhase("kuning"))
    source.run(12.0)
    journal = [(tick, decode(json.loads(json.dumps(encode(c))))) for tick, _, c in simulation.journal]
    again = Simulation(simulation.scenario, threads=2, timeline=False)
    while again.tick < simulation.tick:
        while journal and journal[0][0] == again.tick:
            again.send(journal.pop(0)[1])
        again.step()
    assert not journal and again.state_hash() == simulation.state_hash() and again.hashes == simulation.hashes
    assert again.events == simulation.events


def test_the_log_says_who_ordered_what_and_what_it_goes_against() -> None:
    simulation = ground()
    simulation.send(GiveOrder("line", Push(2.0), operator=TRAINER))
    simulation.send(UseTool("gas", (30.0, 8.0), operator=TRAINER))
    simulation.advance()
    order, gas = [event for event in simulation.events if event.kind in ("order", "tool")]
    assert order.subject == "line" and order.cause == "K16" and "K16" in order.text["id"]
    assert "pelatih" in order.text["id"] and "trainer" in order.text["en"]
    assert gas.cause.split(", ")[:2] == ["K11", "K16"] and "R2" in gas.cause, "the rules it breaks are still named"


# --- happenings -------------------------------------------------------------------------------------------------------


def test_somebody_falls_the_wind_turns_and_an_exit_is_shut_and_opened() -> None:
    posts = {"yard": (20.0, 20.0, 0.0), "east": (32.0, 20.0, 0.0)}
    exits = {"out": (0.0, 10.0, 0.5, 20.0), "other": (47.5, 10.0, 48.0, 20.0)}
    where = tilemap(48.0, 36.0, posts=posts, zones={"far": (2.0, 2.0, 8.0, 6.0)}, exits=exits)
    crowds = [{"id": "crowd", "spawn": "far", "count": 10}, {"id": "late", "spawn": "far", "count": 3, "arrive": 50.0}]
    simulation = Simulation(scenario(where, crowd=crowds, unit=[UNIT]), threads=1)
    simulation.send(Inject(fall=(5.0, 4.0)))
    simulation.send(Inject(wind=(2.0, 0.0)))
    simulation.send(Inject(shut="out"))
    simulation.send(Inject("late", arrive=True))
    simulation.advance()
    simulation.advance()
    assert [e.subject for e in simulation.events if e.kind == "injury"] == ["demonstrator"]
    assert simulation.incidents.cloud.wind == (2.0, 0.0)
    assert simulation.open_exits == ("other",) and all(crowd.exits == (exits["other"],) for crowd in simulation.crowds)
    simulation.send(Inject(shut="other"))
    simulation.send(Inject(reopen="out"))
    for _ in range(20):
        simulation.advance()
    assert simulation.open_exits == ("out", "other"), "the last way out stays open"
    assert simulation.entered == 10 + 3 + 12


# --- the inspector ----------------------------------------------------------------------------------------------------


def test_alt_and_a_click_look_into_a_person_then_his_unit_and_a_gate() -> None:
    window = window_on(ObedientSource(300))
    look = next(tool for tool in window.tools if isinstance(tool, Inspector))
    window.source.portrait = PersonPortrait(  # type: ignore[attr-defined]
        0, 0.3, 0.1, 0.2, 0.0, 0.0, 10.0, 30.0, 1.2, (80.0, 74.0), (1.0, 2.0), 0.4, 1.5, "main", ""
    )
    click(window, officer(window, 0), mod=ALT)
    assert look.subject is not None and look.subject[0] == "person"
    _, lines = look._told(window.source.advance(0.0)[1], window.picture.words)
    assert ("Satuan", "LANJUT 1") in lines and any(value == "0,4 m" for _, value in lines)
    row = int(look.subject[1])
    click(window, tuple(window.source.advance(0.0)[1].position[row].tolist()), mod=ALT)
    assert look.subject == ("unit", "lanjut1")
    click(window, (102, 74), mod=ALT)
    assert look.subject == ("barrier", 1) and sent(window) == []
    press(window, pygame.K_ESCAPE)
    assert look.subject is None and not window.leaving
    frame = window.source.advance(0.0)[1]
    standing = int(np.flatnonzero(frame.role == Role.PRESS)[0])
    click(window, tuple(frame.position[standing].tolist()))
    assert look.subject == ("person", standing), "with nobody in hand a click is enough"
    click(window, (140.0, 60.0))
    assert look.subject is None


def test_a_portrait_of_a_unit_tells_what_it_was_told_and_where_it_is_weakest() -> None:
    simulation = ground()
    simulation.send(GiveOrder("line", FormUp("bersaf1t", (20.0, 24.0), 0.0), operator=TRAINER))
    simulation.send(GiveOrder("line", Advance(2.0), queued=True))
    for _ in range(5):
        simulation.advance()
    seen = portrait(simulation, "unit", "line")
    assert isinstance(seen, UnitPortrait)
    assert [(told.order, told.operator) for told in seen.told] == [("advance", ""), ("form_up", TRAINER)]
    assert seen.waiting == ("advance",) and 1.0 < seen.hears <= 2.0
    assert portrait(simulation, "person", 10_000) is None


def test_a_line_that_is_no_line_keeps_the_heading_of_the_unit() -> None:
    assert Line((4.0, 4.0), (4.1, 4.0), "bersaf1").order(0.7).heading == 0.7


@pytest.mark.parametrize("presenter", [False, True])
def test_the_bar_never_hides_the_map(presenter: bool) -> None:
    window = Window(ObedientSource(300), (1920, 1080), Look(scale=2.0, presenter=presenter))
    window.draw(0.0)
    press(window, pygame.K_1)
    bar, place = hand_of(window)._bar.area, window.picture.place
    assert bar.top - place.map.top > 0.65 * place.map.height
    window.close()


def test_while_drawing_its_keys_are_no_orders() -> None:
    """The pen is taken first, then a unit; Z and X are still the pen's, and no order goes out."""
    window = window_on(ObedientSource(300))
    press(window, pygame.K_x)
    press(window, pygame.K_1)
    pen = window.tool(Bookmarks)
    pen.strokes = [((1.0, 1.0), (2.0, 2.0))]
    press(window, pygame.K_z)
    assert pen.strokes == [] and sent(window) == []
    press(window, pygame.K_x)
    assert not pen.drawing and hand_of(window).menu is None and sent(window) == []


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_every_choice_of_a_list_can_be_seen(scale: float) -> None:
    window = Window(ObedientSource(300), (1920, 1080), Look(scale=scale))
    window.draw(0.0)
    press(window, pygame.K_1)
    press(window, pygame.K_f)
    menu = hand_of(window).menu
    assert menu is not None
    assert all(window.picture.place.map.contains(box) for box in menu._boxes)
    window.close()
