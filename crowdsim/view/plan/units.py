"""The page of units: kinds to take from, those that are placed, the keys of the chosen one."""

from imgui_bundle import imgui

from crowdsim.behaviour.formations import FORMATIONS
from crowdsim.view.plan.kinds import KINDS
from crowdsim.view.plan.page import Page

_ROLES = ("officer", "shield", "negotiator", "medic")


class UnitPage(Page):
    """A kind is taken by pressing on it and pulling it onto the map."""

    def build(self) -> None:
        """Kinds, units, keys."""
        plan, px = self.plan, self.plan.theme.px
        chosen = plan.unit
        if chosen is None:
            self._kinds()
        plan.title(plan.words("plan.placed", count=len(self.draft.spec.unit)))
        imgui.begin_child("units", imgui.ImVec2(0, px(170) if chosen is not None else 0), imgui.ChildFlags_.borders)
        for number, unit in enumerate(self.draft.spec.unit):
            text = f"{unit.label}   {unit.count}   {unit.formation or unit.start}"
            plan.row(f"unit.{number}", text, number == chosen, lambda number=number: plan.choose_unit(number))  # type: ignore[misc]
        imgui.end_child()
        if chosen is not None:
            plan.button("unit.back", plan.words("plan.more"), lambda: plan.choose_unit(None))
            imgui.begin_child("keys", imgui.ImVec2(0, 0))
            self._keys(chosen)
            imgui.end_child()

    def _kinds(self) -> None:
        plan, px = self.plan, self.plan.theme.px
        plan.title(plan.words("plan.kinds"))
        wide = (imgui.get_content_region_avail().x - px(10)) / 2
        for number, kind in enumerate(KINDS):
            if number % 2:
                imgui.same_line()
            imgui.button(f"{plan.words(f'planned.kind.{kind}')}##kind.{kind}", imgui.ImVec2(wide, 0))
            plan.spot(f"kind.{kind}")
            if imgui.is_item_active() and plan.carried is None:
                plan.later(lambda kind=kind: plan.carry_new(kind))  # type: ignore[misc]
        imgui.button(f"{plan.words('plan.post')}##post", imgui.ImVec2(wide, 0))
        plan.spot("post")
        if imgui.is_item_active() and plan.carried is None:
            plan.later(plan.carry_post)

    def _keys(self, number: int) -> None:
        plan, draft = self.plan, self.draft
        unit, words = draft.spec.unit[number], self.plan.words
        profile, pick = draft.scenario.profile, plan.window.picture.words.pick

        def change(**values: object) -> None:
            plan.attempt(lambda: draft.set("unit", number, **values))

        plan.written("label", words("plan.label"), unit.label, lambda text: change(label=text))
        plan.number("count", words("plan.count"), unit.count, 1, lambda count: change(count=count))
        formations = [("", words("plan.column")), *((name, words(f"planned.formation.{name}")) for name in FORMATIONS)]
        plan.choice(
            "formation",
            words("plan.formation"),
            unit.formation,
            formations,
            lambda name: change(formation=name or None),
        )
        postures = [("", words("plan.usual"))]
        postures += [(name, pick(posture.name.both())) for name, posture in profile.posture.items()]
        plan.choice("posture", words("plan.posture"), unit.posture, postures, lambda name: change(posture=name or None))
        heading = round((plan.heading_of(number) + 180.0) % 360.0 - 180.0)
        plan.slider(
            "heading", words("plan.heading"), heading, -180, 180, "%d°", lambda turned: plan.turn(number, turned)
        )
        plan.choice(
            "start",
            words("plan.start"),
            unit.start,
            self.places(none=False),
            lambda place: plan.attempt(lambda: draft.station(number, place)),
        )
        roles = [(role, words(f"role.{role}")) for role in _ROLES]
        plan.choice("role", words("plan.role"), unit.role, roles, lambda role: change(role=role))
        kit = profile.kit.get(unit.kind, {})
        if kit:
            plan.title(words("plan.kit"))
        for item, needed in kit.items():
            name = (
                words(f"planned.kit.{item}")
                if plan.window.picture.words.has(f"planned.kit.{item}")
                else item.replace("_", " ")
            )
            there = unit.kit.get(item, needed)
            plan.number(
                f"kit.{item}",
                f"{name} / {needed}",
                there,
                1,
                lambda count, item=item: change(kit={**unit.kit, item: count}),  # type: ignore[misc]
            )
        plan.button("remove", words("plan.remove"), lambda: plan.attempt(lambda: draft.remove("unit", number)))
