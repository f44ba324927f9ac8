"""Orders amid violence: one in ten is not heard, the log says so, and repeating it is another draw."""

from itertools import pairwise
from typing import Any

import pytest
from scenes import room, scenario

from crowdsim.behaviour.unit import Hold, Open, Push
from crowdsim.metrics.session import Session
from crowdsim.params import Params
from crowdsim.population.roles import Mind
from crowdsim.session.again import play_again
from crowdsim.session.branches import Branches
from crowdsim.session.commands import TRAINER, GiveManoeuvre, GiveOrder, Inject, Recall, SetParam, decode, encode
from crowdsim.session.portrait import told
from crowdsim.session.scenario import Scenario
from crowdsim.session.simulation import Simulation

DRAWS = 800
RELAY, REPEAT = Params().officers.relay, Params().officers.repeat  # s
DECISION = 0.2  # s


def furious(*timeline: dict[str, Any], **officers: float) -> Scenario:
    """Forty people behind a shut gate, two metres from a line: all violent for good, and they hurt nobody."""
    params = Params()
    calm = {"harm.strike": 0.0, "means.throws": 0.0, "means.refill": 0.0, "harm.climb": 0.0}
    mind = {"mind.chant": 0.05, "mind.push": 0.1, "mind.violence": 0.2, "mind.risk": 0.0, "mind.anger_decay": 1200.0}
    for name, value in {**calm, **mind, **{f"officers.{key}": value for key, value in officers.items()}}.items():
        params = params.with_value(name, value)
    crowd = [{"id": "crowd", "spawn": "at_gate", "count": 40}]
    rage = {"at": 0.0, "do": "inject", "crowd": "crowd", "anger": 1.0}
    line = {"label": "LINE", "kind": "dalmas", "role": "shield", "count": 8}
    units = [
        {**line, "id": "line", "start": "line", "formation": "bersaf1"},
        {**line, "id": "reserve", "start": "staging"},
    ]
    return scenario(room(capacity=5000.0), params, crowd=crowd, unit=units, timeline=[rage, *timeline])


def order(at: float, **what: Any) -> dict[str, Any]:
    """An order of the timeline."""
    return {"at": at, "do": "give_order", "unit": "line", "order": what}


def run(simulation: Simulation, seconds: float) -> Simulation:
    while simulation.time < seconds - 1e-9:
        simulation.step()
    return simulation


def causes(simulation: Simulation) -> list[str]:
    """What became of orders: "" = given."""
    return [event.cause for event in simulation.events if event.kind == "order"]


def heard(mind: Mind) -> list[bool]:
    """Which of many orders, one a tick, the unit took, with people of this mind around it."""
    sim = Simulation(scenario(room(capacity=5000.0)))
    unit, crowd, found = sim.units[0], sim.crowds[0].rows, []
    for k in range(DRAWS):
        sim.people.mind[crowd] = mind
        asked = Open(1.0 + k / DRAWS)
        sim.send(GiveOrder("line", asked, operator=TRAINER))
        sim.step()
        found.append(unit.order == asked)
    return found


# --- how many ---------------------------------------------------------------------------------------------------------


def test_amid_violence_one_order_in_ten_goes_unheard_and_elsewhere_none() -> None:
    share = 1.0 - sum(heard(Mind.VIOLENT)) / DRAWS
    assert share == pytest.approx(0.1, abs=0.03), "three standard deviations"
    assert all(heard(Mind.PUSHING))


def test_a_unit_without_five_violent_people_around_it_hears_everything() -> None:
    sim = Simulation(scenario(room(capacity=5000.0), Params().with_value("officers.unheard", 1.0)))
    crowd = sim.crowds[0].rows
    for violent, order_, hears in ((4, Open(1.0), True), (5, Open(2.0), False)):
        sim.people.mind[crowd] = Mind.CALM
        sim.people.mind[crowd[:violent]] = Mind.VIOLENT
        sim.send(GiveOrder("line", order_))
        sim.step()
        assert (sim.units[0].order == order_) is hears


# --- what it means ----------------------------------------------------------------------------------------------------


def test_the_unit_goes_on_with_what_it_did_and_the_log_says_so_in_both_languages() -> None:
    sim = run(Simulation(furious(unheard=1.0)), 8.0)
    unit = sim.units[0]
    before, slots = unit.order, unit.slots().copy()
    sim.send(GiveOrder("line", Open(3.0), operator=TRAINER))
    run(sim, 8.0 + RELAY - 0.1)
    assert causes(sim) == [""], "nobody knows before the answer is missing"
    run(sim, 8.0 + RELAY + 2 * DECISION)
    assert unit.order == before and (unit.slots() == slots).all()
    given, missed = [event for event in sim.events if event.kind == "order"]
    assert missed.cause == "unheard" and missed.subject == "line" and missed.value == given.time
    assert missed.text == {
        "id": "LINE: tidak mendengar perintah · pelatih",
        "en": "LINE: did not hear the order · trainer",
    }
    assert [t.heard for t in told(sim, "line")] == [False], "whoever asks why it stands there is told"


def test_what_the_trainer_says_again_is_another_draw_and_nobody_says_it_for_him() -> None:
    sim = run(Simulation(furious(unheard=1.0)), 8.0)
    sim.send(GiveOrder("line", Open(3.0), operator=TRAINER))
    run(sim, 8.0 + 3 * (RELAY + REPEAT))
    assert causes(sim) == ["", "unheard"] and sim.units[0].order == Hold()
    sim.send(SetParam("officers.unheard", 0.0))
    sim.send(GiveOrder("line", Open(3.0), operator=TRAINER))
    sim.step()
    assert sim.units[0].order == Open(3.0)
    assert [t.heard for t in told(sim, "line")] == [False, True]


def test_the_commander_of_the_scenario_repeats_an_order_until_it_is_heard() -> None:
    loud = {"at": 30.0, "do": "set_param", "name": "officers.unheard", "value": 0.0}
    beside = {"at": 8.0 + RELAY + REPEAT + 0.02, "do": "inject", "caption": {"id": "Orasi", "en": "Speeches"}}
    sim = run(Simulation(furious(order(8.0, kind="open", width=3.0), beside, loud, unheard=1.0)), 40.0)
    given = [event.time for event in sim.events if event.kind == "order" and not event.cause]
    assert len(given) == 5 and causes(sim).count("unheard") == 4
    for before, after in pairwise(given):
        assert after - before == pytest.approx(RELAY + REPEAT, abs=2 * DECISION)
    assert sim.units[0].order == Open(3.0), "the story goes on"
    stamps = [(tick, sequence) for tick, sequence, _ in sim.journal]
    assert stamps == sorted(stamps), "also where something else is due at the same tick"
    assert [command for _, _, command in sim.journal if isinstance(command, GiveOrder)] == [
        GiveOrder("line", Open(3.0))
    ] * 5


@pytest.mark.parametrize("operator", ["", TRAINER])
def test_an_order_that_is_overtaken_is_not_repeated(operator: str) -> None:
    sim = run(Simulation(furious(order(8.0, kind="open", width=1.0), unheard=1.0)), 12.0)
    sim.send(SetParam("officers.unheard", 0.0))
    sim.send(GiveOrder("line", Open(3.0), operator=operator))
    run(sim, 30.0)
    assert sim.units[0].order == Open(3.0) and causes(sim) == ["", "unheard", ""]


def test_a_manoeuvre_overtakes_it_as_well() -> None:
    sim = run(Simulation(furious(order(8.0, kind="open", width=1.0), unheard=1.0)), 12.0)
    sim.send(GiveManoeuvre("lapis_ganti", (("front", "line"), ("relief", "reserve"))))
    run(sim, 16.0 + RELAY + REPEAT)
    assert causes(sim) == ["", "unheard"]


def test_an_order_that_is_called_back_is_neither_missed_nor_repeated() -> None:
    sim = run(Simulation(furious(order(8.0, kind="open", width=1.0), unheard=1.0)), 9.0)
    sim.send(Recall("line"))
    run(sim, 30.0)
    assert causes(sim) == ["", "recalled"] and sim.units[0].order == Hold()


def test_an_order_for_later_can_be_missed_too() -> None:
    sim = run(Simulation(furious(unheard=1.0)), 8.0)
    sim.send(GiveOrder("line", Open(3.0), queued=True))
    run(sim, 8.0 + RELAY + 2 * DECISION)
    assert sim.relay.waiting == {} and causes(sim) == ["", "unheard"]


def test_a_push_nobody_heard_is_no_step_of_dispersal() -> None:
    sim = run(Simulation(furious(order(8.0, kind="push", distance=2.0), unheard=1.0)), 12.0)
    assert Session.of_simulation(sim).dispersal_steps == []
    sim.send(SetParam("officers.unheard", 0.0))
    run(sim, 16.0)
    step, given = Session.of_simulation(sim).dispersal_steps, [e.time for e in sim.events if e.kind == "order"]
    assert [s.time for s in step] == given[-1:] and isinstance(sim.units[0].order, Push)


# --- the same bits ----------------------------------------------------------------------------------------------------

BUSY = [
    order(6.0 + 3.0 * k, kind=kind, **({"width": 2.0} if kind == "open" else {}))
    for k, kind in enumerate(["open", "close"] * 4)
]


def played() -> Simulation:
    """Orders of the scenario and of a trainer, half of them lost, and what the commander repeated."""
    sim = run(Simulation(furious(*BUSY, unheard=0.5, repeat=0.5)), 10.0)
    sim.send(GiveOrder("line", Open(1.5), operator=TRAINER))
    return run(sim, 34.0)


def test_a_journal_with_lost_and_repeated_orders_leads_to_the_same_bits() -> None:
    first = played()
    orders = [command for _, _, command in first.journal if isinstance(command, GiveOrder)]
    assert causes(first).count("unheard") >= 3 and len(orders) > len(BUSY) + 1, "some were lost, some repeated"
    stamps = [(tick, sequence) for tick, sequence, _ in first.journal]
    assert stamps == sorted(stamps)
    for timeline in (False, True):
        again = Simulation(first.scenario, threads=2, timeline=timeline)
        if timeline:  # beside a timeline of its own, only what came from outside is sent
            for _ in play_again(Branches(again), first.journal, first.tick):
                pass
        else:
            left = [(tick, decode(encode(command))) for tick, _, command in first.journal]
            while again.tick < first.tick:
                while left and left[0][0] == again.tick:
                    again.send(left.pop(0)[1])
                again.step()
            assert not left
        assert again.hashes == first.hashes and again.events == first.events
        assert again.state_hash() == first.state_hash()


def test_a_branch_goes_on_with_the_draws_of_its_own_past() -> None:
    session = Branches(Simulation(furious(*BUSY, unheard=0.5, repeat=0.5)))
    while session.simulation.time < 20.0:
        session.advance()
    known = session.all["A"]
    while not session.seek(round(11.0 / 0.02)):
        pass
    while session.replays:
        session.advance()
    assert known.differs is None and session.simulation.events == known.events
    while not session.seek(round(11.0 / 0.02)):
        pass
    session.send(Inject(caption=(("id", "lain"), ("en", "other"))))
    while session.simulation.time < 20.0:
        session.advance()
    assert session.first_difference("B") is None
    assert causes(session.simulation) == [e.cause for e in known.events if e.kind == "order"], (
        "a caption shifts no draw"
    )
