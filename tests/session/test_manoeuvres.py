"""Lapis ganti and lintas ganti under a crowd of which a tenth pushes: in time, closed, and nobody gets past."""

import math
from functools import cache

import numpy as np
import pytest
from scenes import scenario, tilemap

from crowdsim.behaviour.formations import FORMATIONS
from crowdsim.behaviour.officers import in_place, widest_gap
from crowdsim.behaviour.relief import Exchange, _swaps
from crowdsim.behaviour.unit import Cover, FormUp, Hold, Push
from crowdsim.population.roles import Mode
from crowdsim.session.checkpoint import Checkpoint
from crowdsim.session.commands import TRAINER, DeclarePhase, GiveManoeuvre, GiveOrder, Inject, Recall
from crowdsim.session.simulation import Simulation
from crowdsim.world.tilemap import Rect, TileMap

SEEDS = (1, 2, 3, 4, 5)
LINE = 20.0  # m, x of the line; the crowd comes from the west


_WALLS = [(0.0, 0.0, 50.0, 0.5), (0.0, 21.0, 50.0, 21.5)]


def road(walls: list[Rect] = _WALLS) -> TileMap:
    """A road between two walls, as wide as a line of 30."""
    return tilemap(
        50.0,
        21.5,
        walls=walls,
        zones={"crowd": (1, 0.5, 19, 21), "beyond": (46, 0.5, 50, 21), "staging": (26, 6, 40, 15)},
        posts={"line": (LINE, 10.75, math.pi)},
        exits={"out": (0, 0.5, 0.5, 21)},
    )


def units(kind: str) -> tuple[list[dict[str, object]], dict[str, str]]:
    """The units of a manoeuvre, and who plays which part."""
    rope = kind == "lapis_ganti"
    count = 30 if rope else 34
    first = {"id": "a", "label": "A", "kind": "dalmas", "count": count, "start": "line", "rope": rope,
             "formation": "bersaf1" if rope else "bersaf1t", "role": "officer" if rope else "shield"}  # fmt: skip
    second = {"id": "b", "label": "B", "kind": "dalmas", "count": 34, "start": "staging", "role": "shield"}
    third = {"id": "c", "label": "C", "kind": "phh", "count": 30, "start": "staging", "role": "shield"}
    if rope:
        return [first, second], {"front": "a", "relief": "b"}
    return [first, second, third], {"front": "a", "screen": "b", "push": "c"}


@cache
def played(kind: str, seed: int) -> dict[str, float]:
    """What a manoeuvre came to: when the new line stood, who got past it, whether a back was turned."""
    who, parts = units(kind)
    sim = Simulation(scenario(road(), crowd=[{"id": "crowd", "spawn": "crowd", "count": 300}], unit=who, seed=seed))
    sim.send(Inject(crowd="crowd", wish="push", zone="beyond", share=0.1))
    sim.send(DeclarePhase("kuning"))
    sim.send(GiveManoeuvre(kind, tuple(parts.items())))
    people = sim.people
    crowd, officers = np.flatnonzero(people.unit < 0), np.flatnonzero(people.unit == 0)
    found = {"backs": 0.0, "pressed": 0.0}
    while sim.time < 110.0 and not [e for e in sim.events if e.cause == "relieved"]:
        sim.advance()
        if "opened" not in found and any(r.exchange is not None and r.exchange.opens for r in sim.drill.running):
            found["opened"] = sim.time
        formed = officers[people.mode[officers] == Mode.FORMED]
        found["backs"] += float((np.cos(people.facing[formed] - math.pi) < 0.5).sum())
        found["pressed"] = max(found["pressed"], sim.units[0].load)
    relief = next(unit for unit in sim.units if unit.id == "b")
    found["took"] = next((e.value for e in sim.events if e.cause == "relieved"), math.inf)
    found["in place"], found["gap"] = in_place(relief, people), widest_gap(relief, people)
    found["past"] = float((people.position[crowd, 0] > LINE + 1.2).sum())
    return found


@pytest.mark.parametrize(("kind", "target"), [("lapis_ganti", 60.0), ("lintas_ganti", 90.0)])
def test_a_line_is_relieved_in_time_and_stands_closed(kind: str, target: float) -> None:
    runs = [played(kind, seed) for seed in SEEDS]
    assert float(np.median([run["took"] for run in runs])) <= target
    for run in runs:
        assert run["in place"] >= 0.9
        assert run["gap"] <= 0.55
        assert run["pressed"] > 50.0, "the crowd does press"


@pytest.mark.parametrize("kind", ["lapis_ganti", "lintas_ganti"])
def test_nobody_gets_past_meanwhile(kind: str) -> None:
    # In 2 of 120 seeds of lapis ganti the rope breaks five seconds after the word, when no shield can be there.
    assert [played(kind, seed)["past"] for seed in SEEDS] == [0.0] * len(SEEDS)


def test_shields_stand_behind_the_rope_before_long() -> None:
    # A rope that a tenth of the crowd presses on breaks after 5 to 21 s, if it does.
    assert float(np.median([played("lapis_ganti", seed)["opened"] for seed in SEEDS])) <= 15.0


@pytest.mark.parametrize("kind", ["lapis_ganti", "lintas_ganti"])
def test_no_officer_of_the_front_turns_his_back(kind: str) -> None:
    # Somebody shoved out of his slot turns on his way back into it: half a second in all five runs.
    assert sum(played(kind, seed)["backs"] for seed in SEEDS) <= 5.0


def quiet(**more: object) -> Simulation:
    """The road with nobody in it but the units of a line relief."""
    who, _ = units("lapis_ganti")
    crowd = [{"id": "crowd", "spawn": "crowd", "count": 0}]
    return Simulation(scenario(road(), **{"crowd": crowd, "unit": who, **more}))


def run(sim: Simulation, seconds: float) -> None:
    end = sim.time + seconds
    while sim.time < end - 1e-9:
        sim.step()


@pytest.mark.parametrize("kind", ["lapis_ganti", "lintas_ganti"])
def test_the_front_stands_until_the_relief_has_closed_behind_it(kind: str) -> None:
    sim = swapping(kind, -0.2)  # the relief is on its way, a fifth of the swap's length before its line
    (running,) = sim.drill.running
    people, late = sim.people, sim.units[1].rows[::8]
    people.position[late] += (6.0, 0.0)  # some are held up
    while in_place(sim.units[1], people) < 0.9 or widest_gap(sim.units[1], people) > 0.55:
        assert sim.time < 60.0
        assert not running.exchange.swapping, "nobody of the front steps back yet"
        sim.step()
    run(sim, 3.0)
    assert running.exchange.swapping


# --- calling one off -------------------------------------------------------------------------------------------------

BACK_TO_STAGING = FormUp("banjar3", "staging", math.pi)


def fresh(kind: str, people: int = 0) -> Simulation:
    """The road with the units of a manoeuvre, and a crowd."""
    crowd = [{"id": "crowd", "spawn": "crowd", "count": people}]
    return Simulation(scenario(road(), crowd=crowd, unit=units(kind)[0], seed=1))


def swapping(kind: str, share: float, people: int = 0) -> Simulation:
    """A manoeuvre of the trainer's under way, with so much of the change of places done; less than 0: before it."""
    sim = fresh(kind, people)
    if people:
        sim.send(Inject(crowd="crowd", wish="push", zone="beyond", share=0.1))
    sim.send(GiveManoeuvre(kind, tuple(units(kind)[1].items()), operator=TRAINER))
    sim.step()
    (running,) = sim.drill.running
    while running.exchange is None or not running.exchanging or done_of(running.exchange) < share - 1e-9:
        assert sim.time < 60.0
        sim.step()
    return sim


def done_of(exchange: Exchange) -> float:
    return (exchange.gone - exchange.into.length) / exchange.out.length


def until_closed(sim: Simulation, limit: float = 12.0) -> tuple[float, int]:
    """Run until the manoeuvre is over: how long it took, s, and how often an officer of the two turned his back."""
    began, backs, people = sim.time, 0, sim.people
    rows = np.concatenate([unit.rows for unit in sim.units[:2]])
    while sim.drill.running:
        assert sim.time < began + limit
        sim.advance()
        formed = rows[people.mode[rows] == Mode.FORMED]
        backs += int((np.cos(people.facing[formed] - math.pi) < 0.5).sum())
    return sim.time - began, backs


def stands(sim: Simulation, number: int) -> bool:
    """Whether a unit is the closed line in front."""
    unit = sim.units[number]
    x = sim.people.position[unit.rows, 0].mean()
    closed = in_place(unit, sim.people) >= 0.9 and widest_gap(unit, sim.people) <= 0.55 and not unit.passing
    return bool(closed and abs(x - LINE) < 0.4)


@pytest.mark.parametrize(("share", "line", "second"), [(0.25, 0, 1), (0.75, 1, 0)])
def test_called_back_under_pressure_the_line_closes_the_shorter_way_and_nobody_turns_his_back(
    share: float, line: int, second: int
) -> None:
    sim = swapping("lintas_ganti", share, people=200)
    sim.send(Recall("a", operator=TRAINER))
    took, backs = until_closed(sim)
    assert took < 6.0 and backs == 0
    assert stands(sim, line) and not stands(sim, second)
    behind = sim.people.position[sim.units[second].rows, 0].mean() - LINE
    assert 0.4 < behind < 2.0, "the other stands close behind it"
    crowd = np.flatnonzero(sim.people.unit < 0)
    assert not (sim.people.position[crowd, 0] > LINE + 1.2).any()
    assert [event.cause for event in sim.events if event.kind == "order"] == ["recalled"]
    assert [event.cause for event in sim.events if event.kind == "manoeuvre"][-1] == "called_off"
    run(sim, 8.0)
    assert all(unit.order == Hold() for unit in sim.units[:2]), "no further step begins"
    assert stands(sim, line)


def test_called_back_before_the_swap_the_front_stands_and_the_relief_stays_behind() -> None:
    sim = swapping("lapis_ganti", -0.5)
    sim.send(GiveOrder("b", Hold("siaga")))
    sim.step()
    sim.send(Recall("b", operator=TRAINER))
    took, _ = until_closed(sim)
    assert [unit.posture for unit in sim.units] == ["bertahan", "bertahan"]
    assert took < 0.5
    where = sim.people.position[sim.units[1].rows].copy()
    run(sim, 10.0)
    assert stands(sim, 0)
    assert np.abs(sim.people.position[sim.units[1].rows] - where).max() < 0.8
    assert (sim.people.position[sim.units[1].rows, 0] > LINE + 0.4).all()


def test_called_back_while_the_relief_comes_up_it_goes_no_further_than_its_files() -> None:
    sim = quiet()
    sim.send(GiveManoeuvre("lapis_ganti", (("front", "a"), ("relief", "b")), operator=TRAINER))
    run(sim, 2.0)
    sim.send(Recall("a", operator=TRAINER))
    run(sim, 30.0)
    assert not sim.drill.running and stands(sim, 0)
    assert not [event for event in sim.events if event.cause == "relieved"]


def test_when_the_new_line_has_been_taken_it_is_too_late_and_the_manoeuvre_goes_on() -> None:
    sim = swapping("lintas_ganti", 1.0)
    sim.send(Recall("a", operator=TRAINER))
    sim.step()
    assert sim.drill.running, "the block behind the line has still to form up"
    run(sim, 21.0)
    assert [event.cause for event in sim.events if event.kind == "order"] == ["too_late"]
    assert not sim.drill.running and sim.units[2].formation == "bersaf2"
    assert [event.cause for event in sim.events if event.kind == "manoeuvre"] == ["", "relieved"]


@pytest.mark.parametrize(("told", "other"), [("a", 1), ("b", 0)])
def test_an_order_in_the_midst_waits_until_the_other_unit_is_the_closed_line(told: str, other: int) -> None:
    sim = swapping("lapis_ganti", 0.5)
    sim.send(GiveOrder(told, BACK_TO_STAGING, operator=TRAINER))
    unit = next(unit for unit in sim.units if unit.id == told)
    while sim.drill.running:
        assert unit.order != BACK_TO_STAGING and sim.time < 60.0
        sim.step()
    run(sim, 25.0)
    assert stands(sim, other)
    assert unit.order == BACK_TO_STAGING and in_place(unit, sim.people) >= 0.9


def test_an_order_that_waits_for_the_line_is_called_back_first() -> None:
    sim = swapping("lapis_ganti", 0.5)
    sim.send(GiveOrder("a", BACK_TO_STAGING, operator=TRAINER))
    sim.send(Recall("a", operator=TRAINER))
    run(sim, 25.0)
    assert sim.units[0].order == Hold() and stands(sim, 1)


def test_a_manoeuvre_in_the_midst_of_another_begins_with_a_line_of_one_unit() -> None:
    sim = swapping("lapis_ganti", 0.25)
    sim.send(GiveManoeuvre("lapis_ganti", (("front", "a"), ("relief", "b")), operator=TRAINER))
    run(sim, 0.5)
    old, new = sim.drill.running
    while any(running is old for running in sim.drill.running):
        assert new.step < 0, "it waits for the line to close"
        sim.step()
    assert stands(sim, 0) and new.step == 0
    while sim.drill.running:
        assert sim.time < 110.0
        sim.step()
    assert stands(sim, 1)


def test_who_does_not_find_his_place_does_not_keep_the_line_waiting_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    sim = swapping("lapis_ganti", 0.25)
    monkeypatch.setattr("crowdsim.behaviour.relief.keeps_up", lambda rows, people: 0.0)
    sim.send(Recall("a", operator=TRAINER))
    took, _ = until_closed(sim, 30.0)
    run(sim, 5.0)
    assert took > 15.0 and stands(sim, 0)


def test_a_manoeuvre_called_off_comes_again_to_the_same_bits() -> None:
    """From its journal, and from a checkpoint in the midst of the closing."""
    first = swapping("lapis_ganti", 0.5)
    first.send(GiveOrder("b", BACK_TO_STAGING, operator=TRAINER))
    run(first, 1.0)
    kept = Checkpoint(first)
    run(first, 12.0)
    assert not first.drill.running and first.units[1].order == BACK_TO_STAGING
    again, restored = fresh("lapis_ganti"), kept.restore()
    for tick, _, command in first.journal:
        while again.tick < tick:
            again.step()
        again.send(command)
    for sim in (again, restored):
        while sim.tick < first.tick:
            sim.step()
        assert sim.state_hash() == first.state_hash()


def test_an_order_takes_its_time_and_some_officers_longer_than_others() -> None:
    sim = quiet()
    sim.send(GiveOrder("a", FormUp("bersaf2", "staging", math.pi)))
    run(sim, 0.5)
    before = sim.people.slot[sim.units[0].rows].copy()
    np.testing.assert_allclose(before[:, 0], LINE, atol=1e-3)
    run(sim, sim.params.officers.relay + 0.5)
    moved = (sim.people.slot[sim.units[0].rows] != before).any(axis=1)
    assert 0 < moved.sum() < 30, "some have heard it, some not yet"
    run(sim, 3.0)
    assert (sim.people.slot[sim.units[0].rows] != before).any(axis=1).all()


def test_cover_ends_by_itself_and_a_posture_scales_the_bracing() -> None:
    sim = quiet()
    sim.send(GiveOrder("a", Cover()))
    run(sim, 1.0)
    assert sim.units[0].posture == "berlindung"
    assert sim.people.brace[sim.units[0].rows] == pytest.approx(0.6, abs=0.03)
    run(sim, 60.0)
    assert isinstance(sim.units[0].order, Hold) and sim.units[0].posture == "bertahan"
    sim.send(GiveOrder("a", Hold("siaga")))
    run(sim, 1.0)
    assert sim.people.brace[sim.units[0].rows] == pytest.approx(0.65, abs=0.03)


def test_a_push_stands_still_while_it_is_dense_ahead_and_goes_on_after() -> None:
    sim = quiet(crowd=[{"id": "crowd", "spawn": "crowd", "count": 60}])
    people, crowd = sim.people, np.arange(60)
    x, y = np.meshgrid(np.arange(3) * 0.42 + 18.4, np.arange(20) * 0.42 + 6.5)
    people.position[crowd] = np.column_stack([x.ravel(), y.ravel()])
    sim.send(GiveOrder("a", Push(2.0)))
    run(sim, 4.0)
    assert sim.units[0].held_back and sim.units[0].remaining == 2.0
    people.position[crowd, 0] -= 12.0
    run(sim, 14.0)
    assert sim.units[0].remaining == 0.0
    assert people.position[sim.units[0].rows, 0].mean() == pytest.approx(LINE - 2.0, abs=0.1)


def test_a_unit_forms_up_behind_another() -> None:
    sim = quiet()
    sim.send(GiveOrder("b", FormUp("bersaf1t", "a", behind=3.0)))
    run(sim, 0.5)
    assert sim.units[1].anchor == pytest.approx((LINE + 3.0, 10.75))
    assert sim.units[1].heading == pytest.approx(math.pi)


def test_containment_without_a_way_out_is_warned_of() -> None:
    sim = quiet()
    sim.send(GiveOrder("b", FormUp("kepung", "staging", math.pi)))
    run(sim, 64.0)
    assert [e.cause for e in sim.events if e.kind == "warning"] == []
    sim.units[1].since = sim.time - 601.0
    run(sim, 2.0)
    assert [e.cause for e in sim.events if e.kind == "warning"] == ["too_long"]
    walls = [(0, 0, 50, 0.5), (0, 21, 50, 21.5), (22, 0, 22.5, 21.5)]
    shut = Simulation(scenario(road(walls), crowd=[], unit=units("lapis_ganti")[0]))
    shut.send(GiveOrder("b", FormUp("kepung", "staging", math.pi)))
    run(shut, 58.0)
    assert [e for e in shut.events if e.kind == "warning"] == []
    run(shut, 6.0)
    assert [e.cause for e in shut.events if e.kind == "warning"] == ["no_exit"]


def test_the_phase_due_is_in_the_frame() -> None:
    sim = quiet()
    run(sim, 2.0)
    assert sim.frame().due == "hijau"
    sim._held = {"merah": 0.0}  # called for just now
    run(sim, 1.5)
    assert sim.frame().due == "merah"


# --- who goes through which gap --------------------------------------------------------------------------------------


@pytest.mark.parametrize("formation", ["bersaf1t", "busur"])
@pytest.mark.parametrize(("front", "relief"), [(34, 34), (33, 33), (12, 12), (30, 34), (20, 9), (9, 20), (2, 2)])
def test_each_steps_back_through_a_gap_of_his_own(front: int, relief: int, formation: str) -> None:
    # Two who press into one gap shove each other down, and the line stands open where they lie.
    radius = 15.0 if formation == "busur" else 0.0
    local, final = FORMATIONS[formation](front, radius), FORMATIONS[formation](relief, radius)
    second = FORMATIONS[formation](relief, radius - 0.7) if radius else final + (0.0, 0.7)
    out, forward = _swaps(local, second, final, radius)
    stays = np.hypot(*(out.at(out.length) - local).T) == 0.0
    assert stays.any() == (formation == "bersaf1t" and front > relief + 1), "whom the relief does not cover stays"
    for gone in np.arange(0.0, out.length, 0.05):
        first, behind = out.at(gone)[~stays], forward.at(gone)
        apart = np.hypot(*(first[:, None] - first[None]).transpose(2, 0, 1))[np.triu_indices(len(first), 1)]
        assert apart.min(initial=np.inf) > 0.5, "those of the front keep apart"
        across = np.hypot(*(first[:, None] - behind[None]).transpose(2, 0, 1))
        assert across.min() > 0.24, "and pass the relief shoulder to shoulder"
    assert np.allclose(forward.at(forward.length), final)


@pytest.mark.parametrize("front", [34, 33, 30])
def test_the_shields_of_the_relief_stay_near_enough_to_join_while_two_go_through_one_gap(front: int) -> None:
    # Where one of two waited until the other was through, people got in beside him, behind whoever had come up already.
    final = FORMATIONS["bersaf1t"](34)
    _, forward = _swaps(FORMATIONS["bersaf1t" if front > 30 else "bersaf1"](front), final + (0.0, 0.7), final, 0.0)
    for gone in np.arange(0.0, forward.length, 0.05):
        assert np.hypot(*np.diff(forward.at(gone), axis=0).T).max() < 0.7, "no link is stretched"


def test_a_relief_of_one_officer_takes_the_line() -> None:
    who, parts = units("lapis_ganti")
    who[0]["count"], who[1]["count"] = 3, 1
    sim = Simulation(scenario(road(), crowd=[{"id": "crowd", "spawn": "crowd", "count": 0}], unit=who))
    sim.send(GiveManoeuvre("lapis_ganti", tuple(parts.items())))
    run(sim, 60.0)
    x = sim.people.position[sim.units[1].rows, 0]
    assert abs(float(x[0]) - LINE) < 0.4
