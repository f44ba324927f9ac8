"""What the letters that ask for more offer: formations, postures, whom, where to, means, happenings."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from crowdsim.behaviour.formations import FORMATIONS
from crowdsim.behaviour.parties import PERSONS
from crowdsim.behaviour.unit import Arrest, Brace, Escort, Hold
from crowdsim.session.commands import GiveManoeuvre, GiveOrder, Inject, SetBarrier, UseTool
from crowdsim.view.hand.menu import Choice, Menu
from crowdsim.view.hand.pick import Point, gate_at, person_at, sort_of, unit_at, zone_at
from crowdsim.view.inputs import Do, unit_sign

if TYPE_CHECKING:
    from crowdsim.view.hand.tool import Hand

_MEANS = (
    ("appeal", ""),
    ("warning", ""),
    ("water", "diffuse"),
    ("water", "jet"),
    ("water", "off"),
    ("gas", ""),
    ("extinguish", ""),
    ("barricade", ""),
)
_WINDS = {"calm": (0.0, 0.0), "north": (0.0, -2.0), "east": (2.0, 0.0), "south": (0.0, 2.0), "west": (-2.0, 0.0)}
_RUMOUR = (0.3, 0.05)  # added to the anger and the fear of everybody [P]


def formation(hand: Hand, queued: bool) -> None:
    """Any of the formations, then a line or a click on the ground."""

    def choose(name: str) -> None:
        hand.formation = name

    choices = [
        Choice(hand.say(f"formation.{name}"), lambda name=name: choose(name), formation=name)  # type: ignore[misc]
        for name in FORMATIONS
    ]
    hand.open(Menu(hand.say("menu.form_up"), choices))


def posture(hand: Hand, queued: bool) -> None:
    """The postures of the doctrine, while the unit holds."""
    source, pick = hand.source, hand.window.picture.words.pick
    assert source is not None
    choices = [
        Choice(pick(known.name.both()), lambda name=name: hand.order(Hold(name), queued))  # type: ignore[misc]
        for name, known in source.profile.posture.items()
    ]
    hand.open(Menu(hand.say("menu.posture"), choices))


def brace(hand: Hand, queued: bool) -> None:
    """The next click says which gate."""

    def take(at: Point) -> bool:
        k = gate_at(hand.window.source.map, at, hand.window.picture.camera.zoom)
        if k >= 0:
            hand.order(Brace(hand.window.source.map.gates[k].id), queued)
        return k >= 0

    hand.ask("gate", take)


def arrest(hand: Hand, queued: bool) -> None:
    """A sort of people, or the person under the next click."""

    def whom(at: Point) -> bool:
        row = person_at(hand.frame, at, hand.window.picture.camera.zoom)
        if row < 0 or hand.frame.unit[row] >= 0:
            return False
        hand.order(Arrest(sort_of(hand.frame, row), row), queued)
        return True

    against = ", ".join(hand.against(GiveOrder("", Arrest("violent"))))
    choices = [
        Choice(hand.say(f"whom.{sort}"), lambda sort=sort: hand.order(Arrest(sort), queued), warning=against)  # type: ignore[misc]
        for sort in ("violent", "provocateur", "korlap")
    ]
    choices.append(Choice(hand.say("whom.click"), lambda: hand.ask("person", whom), warning=against))
    hand.open(Menu(hand.say("menu.arrest"), choices))


def escort(hand: Hand, queued: bool) -> None:
    """Whom, then the zone under the next click."""

    def to(person: str) -> None:
        def take(at: Point) -> bool:
            hand.order(Escort(person, zone_at(hand.window.source.map, at)), queued)
            return True

        hand.ask("zone", take)

    choices = [Choice(hand.say(f"whom.{person}"), lambda person=person: to(person)) for person in PERSONS]  # type: ignore[misc]
    hand.open(Menu(hand.say("menu.escort"), choices))


def manoeuvre(name: str) -> Callable[[Hand, bool], None]:
    """Starts a manoeuvre: its parts go to the units in hand, one after the other; who is missing is asked for."""

    def begin(hand: Hand, queued: bool) -> None:
        source = hand.source
        if source is None or name not in source.profile.manoeuvre:
            hand.window.tell("hand.no_manoeuvre")
            return
        known = source.profile.manoeuvre[name]
        parts = [*known.parts, *known.optional][: max(len(known.parts), len(hand.held))]
        _cast(hand, name, parts, list(hand.held))

    return begin


def _cast(hand: Hand, name: str, parts: list[str], units: list[str]) -> None:
    if len(units) >= len(parts):
        hand.play(GiveManoeuvre(name, tuple(zip(parts, units, strict=False))))
        return

    def take(at: Point) -> bool:
        unit = unit_at(hand.frame, at, hand.window.picture.camera.zoom)
        if not unit or unit in units:
            return False
        _cast(hand, name, parts, [*units, unit])
        return True

    part = parts[len(units)]
    hand.ask(f"part.{part}", take)


def means(hand: Hand, queued: bool) -> None:
    """Every means, with what doctrine has against it now; a unit in hand speaks or puts out fires itself."""

    def use(tool: str, strength: str) -> None:
        unit = next(iter(hand.units), None)
        if strength == "off":
            hand.send(UseTool(tool, _anywhere(hand), "", strength))
        elif tool == "barricade":
            hand.ask("barricade", barricade)
        elif unit and tool in ("appeal", "warning", "extinguish"):
            x, y = unit.centre
            hand.send(UseTool(tool, (round(x, 2), round(y, 2)), unit.id))
        else:
            hand.ask("target", lambda at: at_point(tool, strength, at))

    def at_point(tool: str, strength: str, at: Point) -> bool:
        hand.send(UseTool(tool, (round(at[0], 2), round(at[1], 2)), "", strength))
        return True

    def barricade(at: Point) -> bool:
        gates = hand.window.source.map.gates
        k = gate_at(hand.window.source.map, at, hand.window.picture.camera.zoom)
        if k >= 0:
            hand.send(UseTool("barricade", gates[k].id))
        return k >= 0

    choices = [
        Choice(
            hand.say(f"means.{tool}{'_' + strength if strength else ''}"),
            lambda tool=tool, strength=strength: use(tool, strength),  # type: ignore[misc]
            warning=", ".join(hand.against(UseTool(tool, (0.0, 0.0), "", strength))),
        )
        for tool, strength in _MEANS
    ]
    hand.open(Menu(hand.say("menu.means"), choices))


def _anywhere(hand: Hand) -> Point:
    width, height = hand.window.source.map.size
    return width / 2, height / 2


def inject(hand: Hand, queued: bool) -> None:
    """What the exercise control makes happen."""
    source = hand.source
    assert source is not None
    words = hand.window.picture.words

    def fall(at: Point) -> bool:
        hand.send(Inject(fall=(round(at[0], 2), round(at[1], 2))))
        return True

    def rumour() -> None:
        caption = (("id", "Isu beredar di tengah massa"), ("en", "A rumour goes round the crowd"))
        for crowd in source.crowds:
            hand.send(Inject(crowd, caption=caption, anger=_RUMOUR[0], fear=_RUMOUR[1]))

    def winds() -> None:
        hand.open(
            Menu(
                hand.say("menu.wind"),
                [
                    Choice(hand.say(f"wind.{name}"), lambda blow=blow: hand.send(Inject(wind=blow)))  # type: ignore[misc]
                    for name, blow in _WINDS.items()
                ],
            )
        )

    def exits() -> None:
        free = source.open_exits
        hand.open(
            Menu(
                hand.say("menu.exit"),
                [
                    Choice(
                        hand.say("exit_shut" if way.id in free else "exit_open", name=words.pick(way.name)),
                        lambda name=way.id, is_open=way.id in free: hand.send(  # type: ignore[misc]
                            Inject(shut=name) if is_open else Inject(reopen=name)
                        ),
                    )
                    for way in source.map.exits.values()
                    if not way.police_only
                ],
            )
        )

    choices = [Choice(hand.say("inject.rumour"), rumour)]
    choices += [
        Choice(hand.say("inject.arrive", crowd=crowd), lambda crowd=crowd: hand.send(Inject(crowd, arrive=True)))  # type: ignore[misc]
        for crowd in source.late_crowds
    ]
    choices += [
        Choice(hand.say("inject.fall"), lambda: hand.ask("fall", fall)),
        Choice(hand.say("inject.wind"), winds),
        Choice(hand.say("inject.exit"), exits),
    ]
    hand.open(Menu(hand.say("menu.inject"), choices))


def gate(hand: Hand, name: str) -> Menu:
    """What can be done with a gate."""
    gates = hand.window.source.map.gates
    k = next(k for k, gate in enumerate(gates) if gate.id == name)
    choices = [
        Choice(hand.say("gate.open"), lambda: hand.send(SetBarrier(name, True))),
        Choice(hand.say("gate.close"), lambda: hand.send(SetBarrier(name, False))),
    ]
    if hand.held:
        choices.append(Choice(hand.say("gate.brace", units=hand.names(hand.held)), lambda: hand.order(Brace(name))))
    choices.append(Choice(hand.say("gate.why"), lambda: hand.window.do(Do("inspect_gate", k))))
    return Menu(hand.window.picture.words.pick(gates[k].name), choices)


def units(hand: Hand, first: int) -> None:
    """The units from one on, each with the keys that take it."""
    choices = []
    for number, unit in enumerate(hand.frame.units[first:], first):
        sign = unit_sign(number)
        choices.append(
            Choice(f"{unit.label}  ({sign})" if sign else unit.label, lambda unit=unit: hand.take([unit.id]))  # type: ignore[misc]
        )
    hand.open(Menu(hand.say("menu.units"), choices))


BY_LETTER: dict[str, Callable[[Hand, bool], None]] = {
    "form_up": formation,
    "posture": posture,
    "brace": brace,
    "arrest": arrest,
    "escort": escort,
    "lapis_ganti": manoeuvre("lapis_ganti"),
    "lintas_ganti": manoeuvre("lintas_ganti"),
    "means": means,
    "inject": inject,
}
"""By the name of the letter; the second argument: after what the units do now."""
