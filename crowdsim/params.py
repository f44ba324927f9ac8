"""Every tunable number: default, unit, range, source. Groups are NamedTuples of floats, which kernels take as they are
or, every tick, as plain tuples.

Sources: M = Helbing, Farkas & Vicsek (2000) and the granular hybrid built on it; C = calibrated in a prototype on
recorded trajectories (five seeds); D = design choice of this project. The doubt of each number is in docs/model.md.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

from crowdsim.problems import said


class TimeParams(NamedTuple):
    """Clocks. Fixed for a session."""

    dt: float = 0.02  # s
    walk_every: float = 5.0  # ticks between two walking decisions of one person: 10 Hz, staggered
    decide_every: float = 10.0  # ticks between two decisions of minds and units: 5 Hz
    record_every: float = 5.0  # ticks between two frames: 10 Hz


class ForceParams(NamedTuple):
    """Forces on bodies, every tick."""

    push: float = 100.0
    push_gap: float = 0.25
    stiffness: float = 3.0e4
    stiffness_deep: float = 1.2e5
    soft_depth: float = 0.02
    damping: float = 300.0
    friction: float = 3.0e3
    friction_limit: float = 0.3
    social: float = 6.0
    social_wall: float = 3.0
    social_range: float = 0.15
    social_hard: float = 1.0
    rear: float = 0.1
    relax: float = 0.32
    relax_brake: float = 0.33
    reach: float = 0.75
    wall_reach: float = 0.4
    max_speed: float = 5.0


class WalkParams(NamedTuple):
    """Where to and how fast: the walking decision, about ten times a second."""

    time_gap: float = 0.88
    watch: float = 0.044
    anticipation: float = 0.20
    length: float = 1.10
    half_width: float = 0.285
    choice_oncoming: float = 2.6
    choice_same: float = 0.7
    shoulder: float = 0.55
    squeeze_speed: float = 0.9
    turn: float = 0.2618
    turn_growth: float = 0.3
    turns: float = 3.0
    reach: float = 3.0
    headway: float = 1.0
    keep: float = 0.10
    straight: float = 0.045
    ease: float = 0.38
    least_aside: float = 0.15
    motivation: float = 0.0
    urgent_gap: float = 0.35
    urgent_speed: float = 0.34
    detour: float = 1.0


class CrowdParams(NamedTuple):
    """The crowd's wishes (a simple stand-in for minds)."""

    pushing: float = 1.0
    bout: float = 3.0
    heave: float = 0.5
    gather_speed: float = 1.1


class OfficerParams(NamedTuple):
    """Officers, their slots and their links."""

    brace: float = 450.0
    slot_time: float = 0.25
    slot_gain: float = 0.5
    walk_speed: float = 1.12
    quick_speed: float = 2.2
    advance_speed: float = 0.5
    withdraw_speed: float = 0.47
    link_radius: float = 0.08
    link_length: float = 0.7
    link_break: float = 1.0
    link_stiffness: float = 2000.0
    link_load: float = 1200.0
    rope_load: float = 400.0
    barrier_share: float = 0.667
    relay: float = 2.0
    reaction: float = 0.9
    unheard: float = 0.1
    repeat: float = 5.0
    discipline: float = 0.85
    tire: float = 300.0
    rest: float = 600.0
    push_density: float = 4.0


class MindParams(NamedTuple):
    """Anger, fear, solidarity and legitimacy: what moves the minds, and from where on somebody acts."""

    contagion: float = 0.035
    frustration: float = 0.010
    outrage: float = 0.008
    arrest: float = 0.03
    soothing: float = 0.015
    anger_decay: float = 180.0
    fear_contagion: float = 0.045
    threat: float = 0.15
    fear_decay: float = 25.0
    bonding: float = 0.02
    unbonding: float = 0.003
    bond_decay: float = 300.0
    legitimacy: float = 0.55
    legitimacy_force: float = 0.04
    legitimacy_dialogue: float = 0.012
    legitimacy_restraint: float = 0.004
    legitimacy_decay: float = 600.0
    rumour: float = 0.2
    risk: float = 0.35
    fear_weight: float = 0.5
    chant: float = 0.18
    push: float = 0.36
    violence: float = 0.55
    hold: float = 0.72
    flee: float = 0.65
    dwell: float = 5.0
    cover: float = 0.3


class HarmParams(NamedTuple):
    """Falls, crush, blows and what comes of them."""

    fall: float = 0.005
    fall_gas: float = 3.0
    fall_jet: float = 10.0
    rise: float = 4.0
    crush_least: float = 500.0
    crush_force: float = 1112.0
    crush_time: float = 300.0
    recover: float = 120.0
    faint: float = 0.35
    strike: float = 0.3
    strike_light: float = 0.03
    strike_serious: float = 0.002
    shield: float = 0.8
    pursue: float = 0.02
    unsanctioned: float = 0.01
    climb: float = 0.01


class MeansParams(NamedTuple):
    """Thrown things, fire, voice, water and gas."""

    throws: float = 0.12
    refill: float = 0.05
    aim: float = 0.14
    shield: float = 0.8
    object_light: float = 0.15
    object_serious: float = 0.02
    ignite: float = 0.01
    extinguish: float = 0.03
    hail: float = 60.0
    comply: float = 0.01
    jet: float = 900.0
    gas_mass: float = 20.0
    gas_spread: float = 1.0
    gas_fade: float = 120.0


@dataclass(frozen=True)
class Params:
    """All groups of one session."""

    time: TimeParams = TimeParams()
    force: ForceParams = ForceParams()
    walk: WalkParams = WalkParams()
    crowd: CrowdParams = CrowdParams()
    officers: OfficerParams = OfficerParams()
    mind: MindParams = MindParams()
    harm: HarmParams = HarmParams()
    means: MeansParams = MeansParams()

    def get(self, name: str) -> float:
        """The value of `group.field`."""
        group, field = name.split(".")
        return float(getattr(getattr(self, group), field))

    def with_value(self, name: str, value: float) -> "Params":
        """These parameters with one number changed; KeyError for an unknown name, ValueError outside its range."""
        limit = LIMITS[name]
        if not limit.low <= value <= limit.high:
            raise ValueError(
                said(
                    "param.outside",
                    name=name,
                    value=value,
                    low=limit.low,
                    high=limit.high,
                    unit=f" {limit.unit}".rstrip(),
                )
            )
        group, field = name.split(".")
        return replace(self, **{group: getattr(self, group)._replace(**{field: float(value)})})


class Limit(NamedTuple):
    """What a number may be, and where its default comes from."""

    unit: str
    low: float
    high: float
    source: str


LIMITS: dict[str, Limit] = {
    "time.dt": Limit("s", 0.0005, 0.025, "M [P]; the linearly implicit step is stable to 0.033 s"),
    "time.walk_every": Limit("ticks", 1.0, 50.0, "C, 10 Hz at dt 0.02 s [P]"),
    "time.decide_every": Limit("ticks", 1.0, 200.0, "D, 5 Hz"),
    "time.record_every": Limit("ticks", 1.0, 200.0, "D, 10 Hz"),
    "force.push": Limit(
        "N", 0.0, 400.0, "C recommends 100 N with social 0 for pushers [P]; set with the gates, see docs"
    ),
    "force.push_gap": Limit("m", 0.0, 1.0, "M [P]"),
    "force.stiffness": Limit("N/m", 1.0e4, 1.3e5, "M; 3e4 [P], 1.2e5 in hfv2000"),
    "force.stiffness_deep": Limit("N/m", 1.0e4, 1.3e5, "M, beyond the soft depth [P]"),
    "force.soft_depth": Limit("m", 0.0, 0.1, "M [P]"),
    "force.damping": Limit("N s/m", 0.0, 1500.0, "M [P]"),
    "force.friction": Limit("kg/(m s)", 0.0, 2.5e5, "M; 3e3 [P], 2.4e5 in hfv2000"),
    "force.friction_limit": Limit("", 0.0, 1.0e6, "M, Coulomb cap [P]; 1e6 = none"),
    "force.social": Limit("N", 0.0, 2500.0, "C [P]; 2000 in hfv2000"),
    "force.social_wall": Limit("N", 0.0, 2500.0, "C [P]"),
    "force.social_range": Limit("m", 0.03, 0.5, "C [P]; 0.08 in hfv2000"),
    "force.social_hard": Limit("", 0.0, 1.0, "1 = saturates at contact (M); 0 = grows with overlap (hfv2000)"),
    "force.rear": Limit("", 0.0, 1.0, "M, sensitivity to those behind [R]"),
    "force.relax": Limit("s", 0.2, 1.0, "C [P]; 0.5 in hfv2000"),
    "force.relax_brake": Limit("s", 0.2, 1.0, "C [P]"),
    "force.reach": Limit("m", 0.6, 2.0, "contact needs 0.6 m; 1.4 m with hfv2000's range"),
    "force.wall_reach": Limit("m", 0.3, 2.0, "D: no body is wider, and a wall's social push is next to nothing beyond"),
    "force.max_speed": Limit("m/s", 1.0, 7.0, "D"),
    "walk.time_gap": Limit("s", 0.3, 1.5, "C [P]"),
    "walk.watch": Limit("", 0.0, 0.2, "C, share of the time gap more for each person watched, 12 at most [P]"),
    "walk.anticipation": Limit("s", 0.0, 3.0, "C [P]"),
    "walk.length": Limit("", 0.8, 1.5, "C, length over sum of radii [P]"),
    "walk.half_width": Limit("m", 0.15, 0.5, "C [P]"),
    "walk.choice_oncoming": Limit("s", 0.0, 4.0, "C [P]"),
    "walk.choice_same": Limit("s", 0.0, 4.0, "C [P]"),
    "walk.shoulder": Limit("", 0.3, 1.0, "C, shoulders turned to someone oncoming [P]"),
    "walk.squeeze_speed": Limit("m/s", 0.0, 1.5, "C [P]"),
    "walk.turn": Limit("rad", 0.05, 1.0, "C, 15 degrees: the first direction aside [P]"),
    "walk.turn_growth": Limit("", 0.0, 1.0, "C, further ones lie farther apart: 15, 39, 72 degrees [P]"),
    "walk.turns": Limit("", 0.0, 3.0, "C, directions tried on each side [P]"),
    "walk.reach": Limit("m", 1.0, 3.0, "C [P]"),
    "walk.headway": Limit("", 0.0, 1.0, "1 = headway limits the desired speed; 0 = off (hfv2000)"),
    "walk.keep": Limit("", 0.0, 0.5, "C, gain of the direction chosen last, share of the free speed [P]"),
    "walk.straight": Limit("", 0.0, 0.5, "C, gain of straight on, share of the free speed [P]"),
    "walk.ease": Limit("", 0.0, 1.0, "C, width of the rounded corner between headway and free speed, in it [P]"),
    "walk.least_aside": Limit("m/s", 0.0, 0.5, "D, who gains less does not step aside [P]"),
    "walk.motivation": Limit("", 0.0, 1.0, "D, haste of everyone but officers: 0 = calm, 1 = urgent"),
    "walk.urgent_gap": Limit("", 0.0, 0.6, "D, less time gap when urgent"),
    "walk.urgent_speed": Limit("", 0.0, 1.0, "D, more free speed when urgent: 1.8 m/s"),
    "walk.detour": Limit("m2", 0.0, 3.0, "D, 0 = shortest way; 1 = quickest, with Weidmann's speeds up to 2 /m2"),
    "crowd.pushing": Limit("", 0.0, 2.0, "D, factor on the share the scenario names"),
    "crowd.bout": Limit("s", 0.5, 10.0, "D, 2-4 s"),
    "crowd.heave": Limit("", 0.0, 1.0, "D, share of the bouts that follow the common beat"),
    "crowd.gather_speed": Limit("m/s", 0.3, 2.0, "D, march 0.9-1.2"),
    "officers.brace": Limit("N", 100.0, 600.0, "D, friction of boots; 300-600"),
    "officers.slot_time": Limit("s", 0.1, 1.0, "M [P]"),
    "officers.slot_gain": Limit("s", 0.1, 2.0, "M [P]"),
    "officers.walk_speed": Limit("m/s", 0.5, 2.5, "drill tables, 1.12 normal step"),
    "officers.quick_speed": Limit("m/s", 0.5, 3.0, "drill tables, 2.20 run"),
    "officers.advance_speed": Limit("m/s", 0.1, 2.5, "D, 0.3-0.7"),
    "officers.withdraw_speed": Limit("m/s", 0.1, 2.5, "drill tables, 0.47 backward step"),
    "officers.link_radius": Limit("m", 0.02, 0.2, "M [P]"),
    "officers.link_length": Limit("m", 0.4, 1.5, "M [P]"),
    "officers.link_break": Limit("m", 0.5, 2.0, "M [P]"),
    "officers.link_stiffness": Limit("N/m", 0.0, 1.0e4, "M [P]"),
    "officers.link_load": Limit("N", 100.0, 5000.0, "D, for 0.5 s"),
    "officers.rope_load": Limit("N", 50.0, 5000.0, "D, for 0.5 s"),
    "officers.barrier_share": Limit(
        "", 0.0, 1.0, "D, share of officers.brace a barrier gets from each; 300 N at 450 N"
    ),
    "officers.relay": Limit("s", 0.0, 20.0, "D, from the commander to the unit; 2-4"),
    "officers.reaction": Limit("s", 0.0, 5.0, "D, median of officers; 0.5-1.5"),
    "officers.unheard": Limit("", 0.0, 1.0, "D, of the orders to a unit with violence around it; 0.05-0.2"),
    "officers.repeat": Limit("s", 0.0, 60.0, "D, until the commander repeats what nobody answered; 5-15"),
    "officers.discipline": Limit("", 0.3, 1.0, "D, scale of the gain of a slot"),
    "officers.tire": Limit("s", 30.0, 3600.0, "D, at full bracing until exhausted"),
    "officers.rest": Limit("s", 30.0, 7200.0, "D, at ease until fresh"),
    "officers.push_density": Limit("1/m2", 1.0, 8.0, "P, just before a pushing line, where it stands still"),
    # --- minds
    "mind.contagion": Limit("1/s", 0.0, 0.2, "D, .02-.06 [P]"),
    "mind.frustration": Limit("1/s", 0.0, 0.05, "D, .006-.016 [P]"),
    "mind.outrage": Limit("1/s", 0.0, 0.05, "D, .004-.02 [P]"),
    "mind.arrest": Limit("", 0.0, 0.2, "D, anger added by one arrest seen, .01-.06 [P]"),
    "mind.soothing": Limit("1/s", 0.0, 0.05, "D, .005-.02 [P]"),
    "mind.anger_decay": Limit("s", 30.0, 1200.0, "D, 120-600 [P]"),
    "mind.fear_contagion": Limit("1/s", 0.0, 0.2, "D, half to twice [P]"),
    "mind.threat": Limit("1/s", 0.0, 0.5, "D, .05-.2 [P]; at .1 nobody but the calmest would ever flee"),
    "mind.fear_decay": Limit("s", 5.0, 120.0, "D, 15-60 [P]"),
    "mind.bonding": Limit("1/s", 0.0, 0.1, "D, half to twice [P]"),
    "mind.unbonding": Limit("1/s", 0.0, 0.02, "D, half to twice [P]"),
    "mind.bond_decay": Limit("s", 30.0, 1800.0, "D, half to twice [P]"),
    "mind.legitimacy": Limit("", 0.0, 1.0, "D, .2-.85 [P]; where a crowd starts, and where it comes to rest"),
    "mind.legitimacy_force": Limit("1/s", 0.0, 0.2, "D, half to twice [P]"),
    "mind.legitimacy_dialogue": Limit("1/s", 0.0, 0.05, "D, half to twice [P]"),
    "mind.legitimacy_restraint": Limit("1/s", 0.0, 0.05, "D, half to twice [P]"),
    "mind.legitimacy_decay": Limit("s", 60.0, 3600.0, "D [P]"),
    "mind.rumour": Limit("m2/s", 0.0, 2.0, "D [P]; stable to 5 at decisions of 0.2 s"),
    "mind.risk": Limit("", 0.0, 1.0, "D, .2-.5 [P]; the risk of arrest after Epstein (2002)"),
    "mind.fear_weight": Limit("", 0.0, 1.0, "D, .3-.7 [P]"),
    "mind.chant": Limit("", 0.05, 0.5, "D [P]"),
    "mind.push": Limit("", 0.1, 0.8, "D [P]"),
    "mind.violence": Limit("", 0.2, 1.0, "D [P]"),
    "mind.hold": Limit("", 0.3, 1.0, "D [P], a state is left at this share of where it was entered"),
    "mind.flee": Limit("", 0.3, 1.0, "D [P]"),
    "mind.dwell": Limit("s", 0.0, 30.0, "D [P]"),
    "mind.cover": Limit("", 0.0, 1.0, "D, provocateurs wait for an angry crowd"),
    # --- harm
    "harm.fall": Limit("1/s", 0.0, 0.05, "D, .0005-.01"),
    "harm.fall_gas": Limit("", 1.0, 20.0, "D, times the hazard in strong gas"),
    "harm.fall_jet": Limit("", 1.0, 30.0, "D, times the hazard under a jet"),
    "harm.rise": Limit("s", 0.5, 60.0, "D"),
    "harm.crush_least": Limit("N", 100.0, 2000.0, "D; about 600 N was borne against a bar [R]"),
    "harm.crush_force": Limit("N", 300.0, 5000.0, "1112 N for 4-6 min [R]"),
    "harm.crush_time": Limit("s", 60.0, 1200.0, "1112 N for 4-6 min, 6227 N for 15 s [R]"),
    "harm.recover": Limit("s", 10.0, 1200.0, "D"),
    "harm.faint": Limit("", 0.1, 1.0, "D"),
    "harm.strike": Limit("1/s", 0.0, 2.0, "D, of a violent person with an officer in reach"),
    "harm.strike_light": Limit("", 0.0, 1.0, "D, of the kicks and grabs that get through"),
    "harm.strike_serious": Limit("", 0.0, 0.2, "D, of the kicks and grabs that get through"),
    "harm.shield": Limit("", 0.0, 1.0, "D, of what comes from the front"),
    "harm.pursue": Limit("1/s", 0.0, 1.0, "D, of an officer without any discipline"),
    "harm.unsanctioned": Limit("1/s", 0.0, 1.0, "D, of an officer without any discipline"),
    "harm.climb": Limit("1/s", 0.0, 0.2, "D, of each who leans on a low fence and pushes"),
    # --- means
    "means.throws": Limit("1/s", 0.0, 1.0, "D, of a violent person with something to throw"),
    "means.refill": Limit("1/s", 0.0, 1.0, "D, things found on the road"),
    "means.aim": Limit("rad", 0.0, 0.8, "D, 8 degrees, a standard deviation"),
    "means.shield": Limit("", 0.0, 1.0, "D, of the things that come from the front"),
    "means.object_light": Limit("", 0.0, 1.0, "D, of the hits on the body"),
    "means.object_serious": Limit("", 0.0, 0.5, "D, of the hits on the body"),
    "means.ignite": Limit("1/s", 0.0, 0.5, "D, of each violent person within 3 m"),
    "means.extinguish": Limit("1/s", 0.0, 0.5, "D, of each officer with an extinguisher within 3 m"),
    "means.hail": Limit("m", 10.0, 150.0, "D, in silence; 8 m less for each 5 % who chant"),
    "means.comply": Limit("1/s", 0.0, 0.5, "D, of those who understood and are calm"),
    "means.jet": Limit("N", 0.0, 1500.0, "20 kg/s at 45 m/s [R]"),
    "means.gas_mass": Limit("g", 1.0, 100.0, "D, of a canister, over 30 s"),
    "means.gas_spread": Limit("m2/s", 0.0, 4.0, "D, in the open; 0.3 of it beside walls"),
    "means.gas_fade": Limit("s", 10.0, 3600.0, "D, in the open; 1800 s under a roof"),
}

HFV2000 = Params(
    time=TimeParams(dt=0.01, walk_every=5.0, decide_every=20.0, record_every=10.0),
    force=ForceParams(
        stiffness=1.2e5,
        stiffness_deep=1.2e5,
        damping=0.0,
        friction=2.4e5,
        friction_limit=1.0e6,
        social=2000.0,
        social_wall=2000.0,
        social_range=0.08,
        social_hard=0.0,
        rear=1.0,
        relax=0.5,
        relax_brake=0.5,
        reach=1.4,
        wall_reach=1.4,
    ),
    walk=WalkParams(turns=0.0, headway=0.0, shoulder=1.0, detour=0.0),
)
"""Helbing, Farkas & Vicsek (2000), doi:10.1038/35035023: no headway limit, no Coulomb cap; wants radius 0.25-0.35 m,
mass 80 kg and dt <= 0.01 s."""

PRESETS: dict[str, Params] = {"default": Params(), "hfv2000": HFV2000}
