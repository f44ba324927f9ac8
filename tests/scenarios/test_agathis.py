"""The exercise on the field, from the moment the crowd is in the yard: what the plan of the file makes of it."""

from dataclasses import replace

from crowdsim.places import shipped
from crowdsim.session.scenario import Scenario, load_scenario
from crowdsim.session.schema import Entry
from crowdsim.session.simulation import Simulation
from crowdsim.step.observe import inside

BREACH = 236.0  # s, about when it comes in a whole run
END = 195.0  # s after it
YARD = ((80.5, 36.5, 103.5, 59.5),)  # m, within the fence


def in_the_yard() -> Scenario:
    """Sixty people in the yard, around the line in the gate; what is planned for later comes that much sooner."""
    loaded = load_scenario(shipped("maps", "lapangan_agathis", "latihan.toml"))
    spec = loaded.spec
    begin = Entry(at=0.0, do="inject", event="breach", crowd="massa", wish="gather", zone="depan_gerbang", anger=0.3)
    left = [entry for entry in spec.timeline if entry.at is None or entry.at > BREACH]
    timeline = [entry if entry.at is None else entry.model_copy(update={"at": entry.at - BREACH}) for entry in left]
    inside_already = {"spawn": "halaman_depan", "count": 60, "hardcore": 12, "provocateurs": 2, "delegates": 0}
    starts = {"awal": {"start": "awal", "formation": ""}, "lanjut": {"start": "gerbang", "formation": "bersaf2"}}
    changed = {
        "timeline": (begin, *timeline),
        "crowd": (spec.crowd[0].model_copy(update=inside_already),),
        "unit": tuple(unit.model_copy(update=starts.get(unit.id, {})) for unit in spec.unit),
        "phase": "kuning",
        "duration": END,
    }
    return replace(loaded, spec=spec.model_copy(update=changed))


def test_the_chair_is_brought_out_and_then_the_yard_is_cleared_by_the_gate() -> None:
    """While the line stood in the gate, the people behind it had no way out and stayed there to the end."""
    sim = Simulation(in_the_yard(), seed=1)
    people, crowd, line = sim.people, sim.crowds[0].rows, next(unit for unit in sim.units if unit.id == "lanjut")
    left_gate, within = 0.0, {}
    while sim.time < END:
        sim.advance()
        if not left_gate and line.since > 0.0:
            left_gate = sim.time
        free = crowd[people.active[crowd] & (people.led_by[crowd] == -1)]
        within[round(sim.time)] = inside(people, free, YARD)
    safe = [event.time for event in sim.events if event.kind == "arrival" and event.subject == "ketua"]
    assert safe and safe[0] < left_gate, "first the chair, then the gate"
    assert within[160] >= 25, "they do not go by themselves"
    assert within[END] <= within[160] / 5
    warned = [event.time for event in sim.events if event.kind == "warning"]
    assert len(warned) == 3 and warned[-1] < line.since, "not before the third warning"
