"""A page of a plan's sheet."""

from typing import TYPE_CHECKING

from crowdsim.session.draft import Draft
from crowdsim.session.place import places_of

if TYPE_CHECKING:
    from crowdsim.view.plan.plan import Plan


class Page:
    """Calls the widgets of one page; the plan owns the draft."""

    def __init__(self, plan: "Plan") -> None:
        self.plan = plan

    @property
    def draft(self) -> Draft:
        """What is planned."""
        return self.plan.draft

    def settled(self) -> None:
        """The draft has changed."""

    def build(self) -> None:
        """Call the widgets."""

    def places(self, none: bool = True) -> list[tuple[str, str]]:
        """Every place of the map by its id, and none of them first."""
        tilemap, pick = self.draft.scenario.map, self.plan.window.picture.words.pick
        tables = (tilemap.zones, tilemap.spawns, tilemap.posts, tilemap.exits)
        named = {name: pick(place.name) for table in tables for name, place in table.items()}
        options = [(name, f"{named[name] or name}  ({name})") for name in places_of(tilemap)]
        return [("", "–"), *options] if none else options

    def zones(self) -> list[tuple[str, str]]:
        """Every zone, and none of them first."""
        zones = self.draft.scenario.map.zones
        return [option for option in self.places() if not option[0] or option[0] in zones]

    def gates(self) -> list[tuple[str, str]]:
        """Every barrier, and none of them first."""
        pick = self.plan.window.picture.words.pick
        return [("", "–"), *((gate.id, pick(gate.name) or gate.id) for gate in self.draft.scenario.map.gates)]

    def units(self) -> list[tuple[str, str]]:
        """Every unit."""
        return [(unit.id, unit.label) for unit in self.draft.spec.unit]

    def crowds(self) -> list[tuple[str, str]]:
        """Every crowd."""
        return [(crowd.id, crowd.id) for crowd in self.draft.spec.crowd]
