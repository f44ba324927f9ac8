"""The page of the timeline: when, and what happens then."""

from typing import TYPE_CHECKING, Any

from imgui_bundle import imgui

from crowdsim.behaviour.formations import FORMATIONS
from crowdsim.behaviour.sop import PHASES
from crowdsim.behaviour.unit import ORDER_KINDS
from crowdsim.frame import EVENT_KINDS
from crowdsim.session.schema import Entry
from crowdsim.view.plan.page import Page
from crowdsim.view.words import clock

if TYPE_CHECKING:
    from crowdsim.view.plan.plan import Plan

WHATS = ("order", "wish", "phase", "barrier", "tool", "caption")
"""What an entry can be about, as a trainer would say it."""

_ORDERS = tuple(ORDER_KINDS)
_PLACED = ("move_to", "escort")
_FAR = ("advance", "withdraw", "push")


def what_of(entry: Entry) -> str:
    """What an entry is about, one of WHATS; "" for what only the file can say."""
    match entry.do:
        case "give_order":
            return "order"
        case "declare_phase":
            return "phase"
        case "set_barrier":
            return "barrier"
        case "use_tool":
            return "tool"
        case "inject":
            return "wish" if entry.wish else "caption" if entry.caption or entry.event else ""
        case _:
            return ""


class EntryPage(Page):
    """A change of what an entry is about brings keys that pass; the others follow one by one."""

    def __init__(self, plan: "Plan") -> None:
        super().__init__(plan)
        self.entry: int | None = None

    def settled(self) -> None:
        """The chosen one may be gone."""
        if self.entry is not None and self.entry >= len(self.draft.spec.timeline):
            self.entry = None

    def build(self) -> None:
        """Entries in the order of the file, and the keys of the chosen one."""
        plan, px, words = self.plan, self.plan.theme.px, self.plan.words
        plan.title(words("plan.entries", count=len(self.draft.spec.timeline)))
        imgui.begin_child("entries", imgui.ImVec2(0, px(400)), imgui.ChildFlags_.borders)
        for number, entry in enumerate(self.draft.spec.timeline):
            chosen = number == self.entry
            plan.row(f"entry.{number}", self.line(entry), chosen, lambda number=number: self._choose(number))  # type: ignore[misc]
        imgui.end_child()
        plan.button("entry.add", words("plan.add"), self._add)
        if self.entry is not None:
            imgui.begin_child("keys", imgui.ImVec2(0, 0))
            self._keys(self.entry)
            imgui.end_child()

    def line(self, entry: Entry) -> str:
        """An entry in one line."""
        return f"{self._when(entry)}  {self._what(entry)}"

    def _when(self, entry: Entry) -> str:
        words = self.plan.words
        if entry.at is not None:
            return clock(entry.at + entry.after)
        when = entry.when
        if when is None:
            return "–"
        if when.event:
            name = words(f"event.{when.event}") if self.plan.window.picture.words.has(f"event.{when.event}") else ""
            text = name or when.event
        elif when.phase or when.due:
            text = words(f"phase.{when.phase or when.due}")
        else:
            text = when.subject
        return f"{text} +{entry.after:g} s" if entry.after else text

    def _what(self, entry: Entry) -> str:
        words, pick = self.plan.words, self.plan.window.picture.words.pick
        labels = dict(self.units())
        if entry.do == "give_order" and entry.order:
            aim = entry.order.zone or entry.order.at or entry.order.barrier or ""
            return f"{labels.get(entry.unit, entry.unit)}: {words(f'planned.order.{entry.order.kind}')} {aim}"
        if entry.do == "declare_phase":
            return words("plan.to_phase", phase=words(f"phase.{entry.phase}"))
        if entry.do == "set_barrier":
            return f"{dict(self.gates()).get(entry.barrier)}: {words('exit.open' if entry.open else 'exit.shut')}"
        if entry.do == "use_tool":
            return f"{words(f'planned.tool.{entry.tool}')} {entry.zone}"
        if entry.do == "inject" and entry.wish:
            return f"{entry.crowd}: {words(f'planned.wish.{entry.wish}')} {entry.zone}"
        if entry.caption:
            return pick({"id": entry.caption.id, "en": entry.caption.en})
        return f"{entry.do} {entry.manoeuvre or entry.name or entry.event or entry.crowd}"

    def _choose(self, number: int) -> None:
        self.entry = number

    def _add(self) -> None:
        at = min(60.0, self.draft.spec.duration)
        if self.plan.attempt(lambda: self.draft.add("timeline", at=at, **self._fresh("caption"))):
            self.entry = len(self.draft.spec.timeline) - 1

    def _fresh(self, what: str) -> dict[str, Any]:
        """Keys that pass, for an entry about something."""
        tilemap, spec = self.draft.scenario.map, self.draft.spec
        place = next(iter(tilemap.zones), "") or next(iter(tilemap.posts), "")
        gate = tilemap.gates[0].id if tilemap.gates else ""
        match what:
            case "order":
                return {"do": "give_order", "unit": spec.unit[0].id if spec.unit else "", "order": {"kind": "hold"}}
            case "wish":
                crowd = spec.crowd[0].id if spec.crowd else ""
                return {"do": "inject", "crowd": crowd, "wish": "gather", "zone": place}
            case "phase":
                return {
                    "do": "declare_phase",
                    "phase": "kuning",
                    "by": self.draft.scenario.profile.phase["kuning"].declared_by,
                }
            case "barrier":
                return {"do": "set_barrier", "barrier": gate, "open": True}
            case "tool":
                return {"do": "use_tool", "tool": "appeal", "zone": place, "by": spec.unit[0].id if spec.unit else ""}
            case _:
                return {"do": "inject", "caption": {"id": "Catatan", "en": "Note"}}

    def _keys(self, number: int) -> None:
        plan, draft, words = self.plan, self.draft, self.plan.words
        entry = draft.spec.timeline[number]
        if draft.is_fixed("timeline", number):
            plan.paragraph(words("plan.fixed"), "text_soft")
            return

        def change(**values: object) -> None:
            plan.attempt(lambda: draft.set("timeline", number, **values))

        def timed(event: str) -> None:
            change(**({"at": None, "when": {"event": event}} if event else {"at": 60.0, "when": None}))

        if entry.at is not None or (entry.when and entry.when.event and not entry.when.subject):
            events = [("", words("plan.at_second")), *((kind, self._event(kind)) for kind in sorted(EVENT_KINDS))]
            plan.choice("when", words("plan.when"), entry.when.event if entry.when else "", events, timed)
        else:
            plan.paragraph(f"{words('plan.when')}: {self._when(entry)}", "text_soft")
        if entry.at is not None:
            plan.number("at", words("plan.second"), int(entry.at), 5, lambda second: change(at=float(second)))
        else:
            plan.number("after", words("plan.after"), int(entry.after), 5, lambda s: change(after=float(s) or None))
        what = what_of(entry)
        if what:
            options = [(name, words(f"planned.what.{name}")) for name in WHATS]
            plan.choice("what", words("plan.what"), what, options, lambda name: self._become(number, name))
            self._details(number, what)
        else:
            plan.paragraph(words("plan.only_file"), "text_soft")
        plan.button("remove", words("plan.remove"), lambda: self._remove(number))

    def _event(self, kind: str) -> str:
        return self.plan.words(f"event.{kind}") if self.plan.window.picture.words.has(f"event.{kind}") else kind

    def _remove(self, number: int) -> None:
        if self.plan.attempt(lambda: self.draft.remove("timeline", number)):
            self.entry = None

    def _become(self, number: int, what: str) -> None:
        """Be about something else, at the same time."""
        entry = self.draft.spec.timeline[number].model_dump(exclude_unset=True)
        kept = {key: entry[key] for key in ("at", "when", "after") if key in entry}
        self.plan.attempt(lambda: self.draft.replace("timeline", number, **kept, **self._fresh(what)))

    def _details(self, number: int, what: str) -> None:
        plan, draft, words = self.plan, self.draft, self.plan.words
        entry = draft.spec.timeline[number]

        def change(**values: object) -> None:
            plan.attempt(lambda: draft.set("timeline", number, **values))

        if what == "order" and entry.order:
            order = entry.order.model_dump(exclude_unset=True, exclude_none=True)
            plan.choice("unit", words("plan.unit"), entry.unit, self.units(), lambda name: change(unit=name))
            kinds = [(kind, words(f"planned.order.{kind}")) for kind in _ORDERS]
            plan.choice(
                "order", words("planned.what.order"), entry.order.kind, kinds, lambda k: change(order=self._order(k))
            )
            if entry.order.kind in _PLACED:
                self._place("zone", _named(entry.order.zone), lambda name: change(order={**order, "zone": name}))
            elif entry.order.kind == "form_up":
                formations = [(name, words(f"planned.formation.{name}")) for name in FORMATIONS]
                plan.choice(
                    "formation",
                    words("plan.formation"),
                    entry.order.formation or "",
                    formations,
                    lambda name: change(order={**order, "formation": name}),
                )
                self._place("at", _named(entry.order.at), lambda name: change(order={**order, "at": name}))
            elif entry.order.kind in _FAR:
                plan.number(
                    "distance",
                    words("plan.distance"),
                    int(entry.order.distance or 1),
                    1,
                    lambda far: change(order={**order, "distance": float(far)}),
                )
        elif what == "wish":
            plan.choice("crowd", words("plan.crowd"), entry.crowd, self.crowds(), lambda name: change(crowd=name))
            wishes = [(name, words(f"planned.wish.{name}")) for name in ("gather", "push", "calm", "leave")]
            plan.choice("wish", words("planned.what.wish"), entry.wish, wishes, lambda name: change(**self._wish(name)))
            if entry.wish in ("gather", "push"):
                self._place("zone", entry.zone, lambda name: change(zone=name))
        elif what == "phase":
            phases = [(name, words(f"phase.{name}")) for name in PHASES]
            plan.choice("phase", words("planned.what.phase"), entry.phase, phases, lambda name: change(phase=name))
        elif what == "barrier":
            plan.choice(
                "barrier", words("planned.what.barrier"), entry.barrier, self.gates()[1:], lambda n: change(barrier=n)
            )
            plan.tick("open", words("exit.open"), entry.open, lambda on: change(open=on))
        elif what == "tool":
            tools = [
                (name, words(f"planned.tool.{name}")) for name in ("appeal", "warning", "water", "gas", "extinguish")
            ]
            plan.choice("tool", words("planned.what.tool"), entry.tool, tools, lambda name: change(tool=name))
            users = [("", "–"), *self.units(), *((v.id, v.id) for v in draft.scenario.map.vehicles if v.kind == "awc")]
            plan.choice("by", words("plan.by"), entry.by, users, lambda name: change(by=name or None))
            self._place("zone", entry.zone, lambda name: change(zone=name))
        elif entry.caption:
            both = {"id": entry.caption.id, "en": entry.caption.en}
            plan.written("caption.id", "Indonesia", both["id"], lambda text: change(caption={**both, "id": text}))
            plan.written("caption.en", "English", both["en"], lambda text: change(caption={**both, "en": text}))

    def _place(self, name: str, value: str, what: Any) -> None:
        self.plan.choice(name, self.plan.words("plan.place"), value, self.places(none=False), what)

    def _order(self, kind: str) -> dict[str, Any]:
        """An order of a kind that passes."""
        place = next(iter(self.draft.scenario.map.zones), "")
        post = next(iter(self.draft.scenario.map.posts), place)
        gate = self.draft.scenario.map.gates[0].id if self.draft.scenario.map.gates else ""
        needs: dict[str, dict[str, Any]] = {
            "move_to": {"zone": place},
            "form_up": {"formation": "bersaf1", "at": post},
            "advance": {"distance": 5.0},
            "withdraw": {"distance": 5.0},
            "push": {"distance": 5.0},
            "open": {"width": 3.0},
            "brace": {"barrier": gate},
            "arrest": {"person": "violent"},
            "escort": {"person": "ketua", "zone": place},
        }
        return {"kind": kind, **needs.get(kind, {})}

    def _wish(self, wish: str) -> dict[str, Any]:
        """The keys of a wish that pass."""
        spec, tilemap = self.draft.spec, self.draft.scenario.map
        ways = [name for name, way in tilemap.exits.items() if not way.police_only and name not in spec.blocked]
        place = next(iter(tilemap.zones), "")
        needs: dict[str, dict[str, Any]] = {
            "gather": {"zone": place, "exits": None, "share": None},
            "push": {"zone": place, "exits": None, "share": 0.5},
            "calm": {"zone": None, "exits": None, "share": None},
            "leave": {"zone": None, "exits": ways, "share": None},
        }
        return {"wish": wish, **needs[wish]}


def _named(place: str | tuple[float, float] | None) -> str:
    """A place by its name; a point of the ground has none."""
    return place if isinstance(place, str) else ""
