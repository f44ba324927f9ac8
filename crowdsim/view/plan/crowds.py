"""The page of crowds: who comes, from where, with what temper; and what the exercise begins with."""

from typing import TYPE_CHECKING

from imgui_bundle import imgui

from crowdsim.view.plan.page import Page

if TYPE_CHECKING:
    from crowdsim.view.plan.plan import Plan


class CrowdPage(Page):
    """Shares are shown in percent; the file holds numbers of people."""

    def __init__(self, plan: "Plan") -> None:
        super().__init__(plan)
        self.crowd = 0

    def settled(self) -> None:
        """The chosen one may be gone."""
        self.crowd = max(0, min(self.crowd, len(self.draft.spec.crowd) - 1))

    def build(self) -> None:
        """Crowds, and the keys of the chosen one."""
        plan, px, words = self.plan, self.plan.theme.px, self.plan.words
        people = sum(crowd.count for crowd in self.draft.spec.crowd)
        plan.title(words("plan.people", count=people))
        imgui.begin_child("crowds", imgui.ImVec2(0, px(190)), imgui.ChildFlags_.borders)
        for number, crowd in enumerate(self.draft.spec.crowd):
            text = f"{crowd.id}   {crowd.count}   {words(f'planned.temper.{crowd.temper}')}"
            plan.row(f"crowd.{number}", text, number == self.crowd, lambda number=number: self._choose(number))  # type: ignore[misc]
        imgui.end_child()
        plan.button("crowd.add", words("plan.add"), self._add)
        if self.draft.spec.crowd:
            imgui.begin_child("keys", imgui.ImVec2(0, 0))
            self._keys(self.crowd)
            imgui.end_child()

    def _choose(self, number: int) -> None:
        self.crowd = number

    def _add(self) -> None:
        taken = {crowd.id for crowd in self.draft.spec.crowd}
        name = next(name for n in range(1, 10_000) if (name := "massa" if n == 1 else f"massa{n}") not in taken)
        spawns = list(self.draft.scenario.map.spawns) or list(self.draft.scenario.map.zones)
        if spawns and self.plan.attempt(
            lambda: self.draft.add("crowd", id=name, spawn=spawns[0], count=20, temper="calm")
        ):
            self.crowd = len(self.draft.spec.crowd) - 1

    def _keys(self, number: int) -> None:
        plan, draft, words = self.plan, self.draft, self.plan.words
        crowd = draft.spec.crowd[number]

        def change(**values: object) -> None:
            plan.attempt(lambda: draft.set("crowd", number, **values))

        def share(key: str, percent: int) -> None:
            change(**{key: round(crowd.count * percent / 100.0)})

        def count(many: int) -> None:  # shares stay what they were
            kept = {
                key: round(getattr(crowd, key) * many / crowd.count)
                for key in ("provocateurs", "hardcore")
                if getattr(crowd, key) and crowd.count
            }
            change(count=many, **kept)

        plan.number("count", words("plan.count"), crowd.count, 1, count)
        whole = max(crowd.count, 1)
        for key in ("provocateurs", "hardcore"):
            percent = round(100.0 * getattr(crowd, key) / whole)
            plan.slider(key, words(f"plan.{key}"), percent, 0, 100, "%d %%", lambda p, key=key: share(key, p))  # type: ignore[misc]
        tempers = [(name, words(f"planned.temper.{name}")) for name in ("calm", "tense", "volatile")]
        plan.choice("temper", words("plan.temper"), crowd.temper, tempers, lambda name: change(temper=name))
        one = crowd.spawns[0] if crowd.spawns else ""
        plan.choice("spawn", words("plan.spawn"), one, self.places(none=False), lambda name: change(spawn=name))
        plan.number(
            "arrive", words("plan.arrive"), int(crowd.arrive), 10, lambda second: change(arrive=float(second) or None)
        )
        roles = [(name, words(f"role.{name}")) for name in ("demonstrator", "bystander", "press")]
        plan.choice("role", words("plan.role"), crowd.role, roles, lambda name: change(role=name))
        plan.number("delegates", words("plan.delegates"), crowd.delegates, 1, lambda many: change(delegates=many))
        plan.choice("toward", words("plan.toward"), crowd.toward, self.places(), lambda n: change(toward=n or None))
        plan.choice("through", words("plan.through"), crowd.through, self.gates(), lambda n: change(through=n or None))
        plan.choice("front", words("plan.front"), crowd.front, self.zones(), lambda n: change(front=n or None))
        plan.tick("coordinator", words("role.coordinator"), crowd.coordinator, lambda on: change(coordinator=on))
        plan.button(
            "remove", words("plan.remove"), lambda: plan.attempt(lambda: draft.remove("crowd", number)) and None
        )
