"""The recorded experiments, replayed: people set in where and when they entered, the same measures taken."""

from functools import cache
from pathlib import Path

import numpy as np

from crowdsim.validation import recordings
from crowdsim.validation.case import Case, Expect, Figure, Measured, Points, Setting
from crowdsim.validation.ground import Entry, Plan, Track, free_speeds, walk
from crowdsim.validation.measure import flow_10_90, flow_in, lane_order, mean_speed, voronoi_density
from crowdsim.validation.peers import TUNED, UNTUNED, jupedsim

_HERMES = "HERMES 2009, Zhang et al. 2011, arXiv:1102.4766"
_ADRIAN = "Adrian, Seyfried & Sieben 2020, doi:10.1098/rsif.2019.0871"
_BASIGO = "BaSiGo 2013, Adrian et al. 2024, arXiv:2409.11857"
_SEYFRIED = "Seyfried et al. 2009, arXiv:physics/0702004"
_SINGLE = "single file n34_cam2, demonstration data of PedPy; series not named there"

_FPS = 50.0 / 3.0  # Hz: every third tick, near the recordings' 16 and 25 Hz

UO = {
    "uo-050-180-180": (0.5, 1.8),
    "uo-070-180-180": (0.7, 1.8),
    "uo-100-180-180": (1.0, 1.8),
    "uo-145-180-180": (1.45, 1.8),
    "uo-180-180-070": (1.8, 0.7),
    "uo-180-180-120": (1.8, 1.2),
}
"""Recording: width of entrance and exit, m."""

MEASURED: dict[str, dict[str, float]] = {
    "uo-050-180-180": {"density": 0.5022, "speed": 1.3401, "flow": 1.2576},
    "uo-070-180-180": {"density": 0.6739, "speed": 1.3512, "flow": 1.6078},
    "uo-100-180-180": {"density": 1.1388, "speed": 1.2138, "flow": 2.4634},
    "uo-145-180-180": {"density": 1.5558, "speed": 1.0079, "flow": 2.7757},
    "uo-180-180-070": {"density": 3.0648, "speed": 0.3449, "flow": 1.6502},
    "uo-180-180-120": {"density": 2.0459, "speed": 0.6659, "flow": 2.3970},
    "entrance": {"density": 7.3617, "flow": 1.16},
    "bidirectional": {"density": 1.0019, "speed": 1.0216, "flow_right": 1.9375, "flow_left": 2.075, "order": 0.8422},
    "uni-corr-500": {"density": 0.2977, "speed": 1.4451, "flow": 2.1187},
    "single-file": {"speed": 0.4517},
}
"""What PedPy 1.5.1 measured on the recordings: density 1/m2, speed m/s, flow 1/s. Sources stand with the cases."""


def _data(setting: Setting) -> Path:
    assert setting.data is not None, "the suite runs a case that needs recordings only when they are there"
    return setting.data


@cache
def _recording(path: Path, rate: float, centimetres: bool) -> recordings.Recording:
    return recordings.load(path, rate, centimetres)


# --- corridors: V3 --------------------------------------------------------------------------------------------------


def uo_plan(entrance: float, exit_width: float) -> Plan:
    """Corridor 1.8 m wide between an entry and an exit room, gates at y = 4 and y = -4; people walk towards -y."""
    half_in, half_out = entrance / 2, exit_width / 2
    return Plan(
        free=(
            (-1.0, 4.1, 2.8, 8.0),
            (0.0, -3.9, 1.8, 3.9),
            (-1.0, -6.5, 2.8, -4.1),
            (0.9 - half_in, 3.9, 0.9 + half_in, 4.1),
            (0.9 - half_out, -4.1, 0.9 + half_out, -3.9),
        ),
        goals=((-1.0, -6.5, 2.8, -6.0),),
    )


def uo_entry(folder: Path, name: str, seed: int) -> tuple[Entry, np.random.Generator, tuple[float, float]]:
    """Who enters, the generator to go on with, and the steady window of the recording, s."""
    recording = _recording(folder / "unidirectional" / f"{name}.txt", 16.0, True)
    first, time, _ = recording.entries()
    rng = np.random.default_rng(seed)
    start, end = (second - recording.began for second in recordings.reference(folder)[name]["window_s"])
    place = np.column_stack([np.clip(first[:, 0], -0.8, 2.6), np.clip(first[:, 1], 4.3, 7.8)])
    entry = Entry(place, time, np.zeros(len(time), np.int32), free_speeds(len(time), rng))
    return entry, rng, (start, end)


def measure_uo(track: Track, name: str, window: tuple[float, float]) -> Measured:
    """Density, speed and flow of a corridor replay, as the recording was measured."""
    area = (0.0, -2.0, 1.8, 0.0)
    return {
        "density": voronoi_density(track, list(uo_plan(*UO[name]).rects), area, *window),
        "speed": mean_speed(track, area, *window),
        "flow": flow_in(track.crossings(1, -1.0, -1), *window),
    }


def replay_uo(name: str, seed: int, setting: Setting) -> Measured:
    """One run of a unidirectional corridor, measured in its steady window."""
    entry, rng, window = uo_entry(_data(setting), name, seed)
    track = walk(uo_plan(*UO[name]), entry, window[1] + 20.0, rng, setting.params, fps=_FPS)
    return measure_uo(track, name, window)


def corridors(seed: int, setting: Setting) -> Measured:
    """The six corridor replays."""
    found: Measured = {}
    for name in UO:
        run = replay_uo(name, seed, setting)
        found |= {f"{name} {quantity}": value for quantity, value in run.items()}
    found["diagram"] = [(found[f"{name} density"], found[f"{name} speed"]) for name in UO]  # type: ignore[misc]
    return found


def corridor_errors(medians: dict[str, float]) -> dict[str, float]:
    """Mean error over the six corridors: of speed, m/s, and of flow, as a share of what was recorded."""
    dv = [abs(medians[f"{name} speed"] - MEASURED[name]["speed"]) for name in UO]
    dj = [abs(medians[f"{name} flow"] / MEASURED[name]["flow"] - 1.0) for name in UO]
    return {"mean |dv|": float(np.mean(dv)), "mean |dJ|": float(np.mean(dj))}


def _diagram(data: Path | None) -> dict[str, Points]:
    return {"recorded (HERMES 2009)": [(MEASURED[name]["density"], MEASURED[name]["speed"]) for name in UO]}


# --- openings: V4, V5 -------------------------------------------------------------------------------------------------

WIDTHS = (0.8, 1.0, 1.2, 1.6, 2.4)
"""m, of the openings of V4."""


def bottleneck_plan(width: float, count: int, length: float = 0.4, hall: float = 0.0) -> Plan:
    """A hall with room for `count` people at 3.3 /m2, an opening of `width` x `length` m at y = 0, a hall behind."""
    half = (hall or max(6.0, width + 4.0)) / 2
    depth = count / 3.3 / (2 * half)
    return Plan(
        free=(
            (-half, 0.0, half, depth + 1.5),
            (-half, -4.6 - length, half, -length),
            (-width / 2, -length, width / 2, 0.0),
        ),
        goals=((-half, -4.6 - length, half, -4.1 - length),),
    )


def bottleneck_entry(plan: Plan, count: int, rng: np.random.Generator) -> Entry:
    """`count` people spread over the hall before the opening."""
    x0, _, x1, y1 = plan.free[0]
    place = spread((x0 + 0.3, 0.8, x1 - 0.3, y1 - 0.3), count, rng)
    return Entry(place, np.zeros(count), np.zeros(count, np.int32), free_speeds(count, rng))


def bottleneck(width: float, seed: int, setting: Setting, count: int = 0, length: float = 0.4) -> float:
    """Specific flow [1/(m s)] through an opening of `width` m, 140 people a metre unless told how many."""
    rng = np.random.default_rng(seed)
    count = count or round(140 * width)
    plan = bottleneck_plan(width, count, length)
    track = walk(plan, bottleneck_entry(plan, count, rng), 200.0, rng, setting.params)
    return flow_10_90(track.crossings(1, -length / 2, -1)) / width


def openings(seed: int, setting: Setting) -> Measured:
    """Specific flow over the width."""
    flows = {width: bottleneck(width, seed, setting) for width in WIDTHS}
    found: Measured = {f"specific flow {width} m": js for width, js in flows.items()}
    found["r2"] = float(np.corrcoef(WIDTHS, [w * js for w, js in flows.items()])[0, 1] ** 2)
    found["mean error"] = float(np.mean([abs(js - 1.9) / 1.9 for js in flows.values()]))
    found["flow"] = [(width, width * js) for width, js in flows.items()]
    return found


def spread(rect: tuple[float, float, float, float], count: int, rng: np.random.Generator) -> np.ndarray:
    """`count` places in a rectangle on a jittered grid, f8[count, 2], m."""
    x0, y0, x1, y1 = rect
    spacing = float(np.sqrt((x1 - x0) * (y1 - y0) / count))
    while True:
        xs, ys = np.arange(x0, x1 + 1e-9, spacing), np.arange(y0, y1 + 1e-9, spacing)
        if len(xs) * len(ys) >= count:
            break
        spacing *= 0.99
    points = np.array([(x, y) for y in ys for x in xs])
    chosen = points[np.sort(rng.permutation(len(points))[:count])]
    return chosen + rng.uniform(-0.1, 0.1, (count, 2)) * spacing


ENTRANCE = Plan(
    free=((-2.8, 0.0, 2.8, 8.0), (-2.8, -4.0, 2.8, -0.2), (-0.25, -0.2, 0.25, 0.0)),
    goals=((-2.8, -4.0, 2.8, -3.5),),
)
"""The 0.5 m entrance at the end of a guide corridor of 5.6 m."""


def entrance_entry(folder: Path, seed: int) -> tuple[Entry, np.random.Generator]:
    """The 75 people where the recording begins, and the generator to go on with."""
    first, _, _ = _recording(folder / "bottleneck" / "040_c_56_h-.txt", 25.0, False).entries()
    rng = np.random.default_rng(seed)
    return Entry(first, np.zeros(len(first)), np.zeros(len(first), np.int32), free_speeds(len(first), rng)), rng


def measure_entrance(track: Track) -> Measured:
    """Flow 10-90, density in front while the middle half passes, and how many got through.

    The recording measured so gives 7.25 /m2 in front; its reference, over the whole time, says 7.36.
    """
    times = track.crossings(1, 0.0, -1)
    ordered = np.sort(times[np.isfinite(times)])
    found: Measured = {"flow": float("nan"), "density": float("nan"), "through": float(len(ordered))}
    if len(ordered) >= 20:
        start, end = float(ordered[int(0.25 * len(ordered))]), float(ordered[int(0.75 * len(ordered))])
        found["density"] = voronoi_density(track, list(ENTRANCE.rects), (-0.4, 0.5, 0.4, 1.3), start, end)
        found["flow"] = flow_10_90(times)
    found["passed"] = [(float(t), k + 1.0) for k, t in enumerate(ordered)]
    return found


def entrance(seed: int, setting: Setting) -> Measured:
    """The 0.5 m entrance replayed."""
    entry, rng = entrance_entry(_data(setting), seed)
    return measure_entrance(walk(ENTRANCE, entry, 150.0, rng, setting.params, fps=_FPS))


def _passed(data: Path | None) -> dict[str, Points]:
    if data is None:
        return {}
    table = np.loadtxt(data / "reference" / "040_c_56_h-_nt.csv", delimiter=",", skiprows=1)
    return {"recorded (Wuppertal 2018)": [(float(t), float(n)) for t, n in table[:, :2]]}


# --- two streams: V6 --------------------------------------------------------------------------------------------------

BIDIRECTIONAL = Plan(free=((-9.0, 0.0, 9.0, 4.0),), goals=((8.5, 0.0, 9.0, 4.0), (-9.0, 0.0, -8.5, 4.0)))
"""The 4 m corridor, lengthened at both ends."""


def bidirectional_entry(folder: Path, seed: int) -> tuple[Entry, np.random.Generator, tuple[float, float]]:
    """The 480 people of both streams, the generator to go on with, and the window measured, s."""
    recording = _recording(folder / "bidirectional" / "bi_corr_400_b_03.txt", 25.0, True)
    first, time, last = recording.entries()
    rng = np.random.default_rng(seed)
    place = np.column_stack([np.clip(first[:, 0], -8.0, 8.0), np.clip(first[:, 1], 0.25, 3.75)])
    goal = np.where(last[:, 0] > first[:, 0], 0, 1).astype(np.int32)
    return Entry(place, time, goal, free_speeds(len(time), rng)), rng, (30.0 - recording.began, 110.0 - recording.began)


def measure_bidirectional(track: Track, goal: np.ndarray, window: tuple[float, float]) -> Measured:
    """Flow of each stream, density, speed and lane order."""
    area = (-2.0, 0.0, 2.0, 4.0)
    return {
        "flow right": flow_in(track.crossings(0, 0.0, 1)[goal == 0], *window),
        "flow left": flow_in(track.crossings(0, 0.0, -1)[goal == 1], *window),
        "density": voronoi_density(track, list(BIDIRECTIONAL.rects), area, *window, each=2.0),
        "speed": mean_speed(track, area, *window),
        "lane order": lane_order(track, 0, goal, *window),
    }


def bidirectional(seed: int, setting: Setting) -> Measured:
    """Two streams in a corridor, replayed."""
    entry, rng, window = bidirectional_entry(_data(setting), seed)
    track = walk(BIDIRECTIONAL, entry, 140.0, rng, setting.params)
    return measure_bidirectional(track, entry.goal, window)


# --- a wide corridor, thinly used -------------------------------------------------------------------------------------

UNI_500 = Plan(free=((-9.0, 0.0, 7.0, 5.0),), goals=((-9.0, 0.0, -8.5, 5.0),))
"""The 5 m corridor; people walk towards -x."""


def uni_500_entry(folder: Path, seed: int) -> tuple[Entry, np.random.Generator, tuple[float, float]]:
    """The 148 people, the generator to go on with, and the window measured, s."""
    recording = _recording(folder / "unidirectional" / "traj_UNI_CORR_500_01.txt", 25.0, False)
    first, time, _ = recording.entries()
    rng = np.random.default_rng(seed)
    start, end = (
        second - recording.began for second in recordings.reference(folder)["traj_UNI_CORR_500_01"]["window_s"]
    )
    place = np.column_stack([np.clip(first[:, 0], -6.0, 6.5), np.clip(first[:, 1], 0.25, 4.75)])
    return Entry(place, time, np.zeros(len(time), np.int32), free_speeds(len(time), rng)), rng, (start, end)


def measure_uni_500(track: Track, window: tuple[float, float]) -> Measured:
    """Density, speed and flow in the middle of the 5 m corridor."""
    area = (-2.0, 0.0, 2.0, 5.0)
    return {
        "density": voronoi_density(track, list(UNI_500.rects), area, *window, each=1.0),
        "speed": mean_speed(track, area, *window),
        "flow": flow_in(track.crossings(0, 0.0, -1), *window),
    }


def uni_500(seed: int, setting: Setting) -> Measured:
    """A 5 m corridor with few people, replayed. It had no part in the calibration."""
    entry, rng, window = uni_500_entry(_data(setting), seed)
    return measure_uni_500(walk(UNI_500, entry, window[1] + 5.0, rng, setting.params, fps=_FPS), window)


# --- single file: V7 --------------------------------------------------------------------------------------------------


def single_file(per_metre: float, seed: int, setting: Setting, length: float = 27.0, seconds: float = 70.0) -> float:
    """Mean speed [m/s] on a closed lane 0.5 m wide with `per_metre` people a metre, after 20 s."""
    rng = np.random.default_rng(seed)
    count = round(length * per_metre)
    plan = Plan(free=((0.0, 0.0, length, 0.5),), ring=length)
    x = (np.arange(count) + rng.uniform(-0.1, 0.1, count)) * length / count + 0.01
    place = np.column_stack([x % length, np.full(count, 0.25)])
    entry = Entry(place, np.zeros(count), np.zeros(count, np.int32), free_speeds(count, rng))
    track = walk(plan, entry, seconds, rng, setting.params)
    speed = track.velocity()[round(20 * track.fps) :, :, 0]
    return float(np.nanmean(speed))


def single_file_case(seed: int, setting: Setting) -> Measured:
    """34 people on 27 m, as recorded."""
    return {"speed": single_file(1.26, seed, setting)}


# --- beside the peer --------------------------------------------------------------------------------------------------


def replays(seed: int, setting: Setting) -> Measured:
    """Mean relative error over all replays: each quantity's, then each replay's, then all of them.

    A quantity that cannot be measured, because people stood still, counts as error 1.
    """
    runs: dict[str, Measured] = {name: replay_uo(name, seed, setting) for name in UO}
    runs["entrance"] = entrance(seed, setting)
    both = bidirectional(seed, setting)
    runs["bidirectional"] = {key.replace(" ", "_").replace("lane_", ""): value for key, value in both.items()}
    runs["uni-corr-500"] = uni_500(seed, setting)
    found: Measured = {}
    for name, run in runs.items():
        errors = [abs(run[key] - known) / known for key, known in MEASURED[name].items()]  # type: ignore[operator]
        found[name] = float(np.mean([e if np.isfinite(e) else 1.0 for e in errors]))
    found["mean error"] = float(np.mean(list(found.values())))
    return found


# --- motivation -------------------------------------------------------------------------------------------------------

_DOOR = 0.7  # m
_AT_DOOR = (("flow", "1/s"), ("density", "1/m2"))


def at_door(seed: int, setting: Setting, motivation: float, push: float) -> tuple[float, float]:
    """Flow [1/s] of 100 people through a door of 0.7 m, and density [1/m2] before it while the middle half passes.

    motivation : 0 calm .. 1 urgent ; push : N, of everybody
    """
    params = setting.params.with_value("walk.motivation", motivation)
    rng = np.random.default_rng(seed)
    plan = bottleneck_plan(_DOOR, 100, 0.2, 5.6)
    entry = bottleneck_entry(plan, 100, rng)
    track = walk(plan, entry, 150.0, rng, params, push=np.full(100, push))
    times = track.crossings(1, 0.0, -1)
    ordered = np.sort(times[np.isfinite(times)])
    if len(ordered) < 50:
        return float("nan"), float("nan")
    start, end = float(ordered[len(ordered) // 4]), float(ordered[3 * len(ordered) // 4])
    return flow_10_90(times), voronoi_density(track, list(plan.rects), (-0.4, 0.3, 0.4, 1.1), start, end)


def motivation(seed: int, setting: Setting) -> Measured:
    """A calm, an urgent and a pushing crowd before the same door."""
    found: Measured = {}
    force = setting.params.force.push
    for name, haste, push in (("calm", 0.0, 0.0), ("urgent", 1.0, 0.0), ("pushing", 1.0, force)):
        found[f"{name}: flow"], found[f"{name}: density"] = at_door(seed, setting, haste, push)
    found["flow, urgent over calm"] = found["urgent: flow"] / found["calm: flow"]  # type: ignore[operator]
    found["density, urgent over calm"] = found["urgent: density"] / found["calm: density"]  # type: ignore[operator]
    found["density, pushing over urgent"] = found["pushing: density"] / found["urgent: density"]  # type: ignore[operator]
    return found


def beside_peer(medians: dict[str, float]) -> dict[str, float]:
    """Our mean error over JuPedSim's, of its best model untuned and of one tuned on the same replays."""
    line, ours = "replays: mean error", medians["mean error"]
    return {
        "over JuPedSim's best, untuned": ours / jupedsim(line, UNTUNED),
        "over JuPedSim tuned on these replays": ours / jupedsim(line, (TUNED,)),
    }


def _corridor_expects() -> tuple[Expect, ...]:
    expects = []
    for name in UO:
        known = MEASURED[name]
        expects += [
            Expect(f"{name} density", "1/m2", known["density"], gate=False),
            Expect(f"{name} speed", "m/s", known["speed"], 0.10, gate=False),
            Expect(f"{name} flow", "1/s", known["flow"], 0.1 * known["flow"], gate=False),
        ]
    return (*expects, Expect("mean |dv|", "m/s", high=0.10), Expect("mean |dJ|", "", high=0.10))


CASES = (
    Case(
        "corridors",
        "Six recorded corridors: density, speed, flow",
        "experiment",
        "V3",
        _HERMES,
        corridors,
        _corridor_expects(),
        seeds=5,
        quick=True,
        most=10,
        recordings=True,
        figures=(Figure("diagram", "Corridor 1.8 m: speed over density", "1/m2", "m/s", _diagram, "corridors"),),
        derive=corridor_errors,
    ),
    Case(
        "openings",
        "Specific flow through openings of 0.8 to 2.4 m",
        "experiment",
        "V4",
        _SEYFRIED,
        openings,
        (
            *(Expect(f"specific flow {w} m", "1/(m s)", 1.9, 0.3) for w in WIDTHS),
            Expect("r2", "", low=0.98, note="flow linear in the width"),
            Expect("mean error", "", gate=False),
        ),
        seeds=5,
        quick=True,
        figures=(
            Figure(
                "flow",
                "Flow through an opening over its width",
                "m",
                "1/s",
                lambda data: {"1.9 /(m s), Seyfried et al. 2009": [(w, 1.9 * w) for w in WIDTHS]},
                "openings",
            ),
        ),
    ),
    Case(
        "entrance",
        "75 people before an entrance of 0.5 m",
        "experiment",
        "V5",
        _ADRIAN,
        entrance,
        (
            Expect("flow", "1/s", 1.16, 0.15),
            Expect("density", "1/m2", 7.36, low=5.5),
            Expect("through", "people", 75.0, 0.0, gate=False),
        ),
        seeds=5,
        quick=True,
        most=10,
        recordings=True,
        figures=(Figure("passed", "Entrance 0.5 m: people through", "s", "people", _passed, "entrance"),),
    ),
    Case(
        "bidirectional",
        "Two streams in a corridor of 4 m",
        "experiment",
        "V6",
        _BASIGO,
        bidirectional,
        (
            Expect("flow right", "1/s", 1.9375, 0.194),
            Expect("flow left", "1/s", 2.075, 0.2075),
            Expect("lane order", "", 0.842, low=0.6),
            Expect("density", "1/m2", 1.002, gate=False),
            Expect("speed", "m/s", 1.022, gate=False),
        ),
        seeds=5,
        quick=True,
        most=10,
        recordings=True,
    ),
    Case(
        "single_file",
        "34 people one behind the other on 27 m",
        "experiment",
        "V7",
        _SINGLE,
        single_file_case,
        (Expect("speed", "m/s", 0.4517, 0.1),),
        seeds=5,
        quick=True,
    ),
    Case(
        "uni_500",
        "A corridor of 5 m, thinly used; left out of the calibration",
        "experiment",
        "",
        _BASIGO,
        uni_500,
        (
            Expect("density", "1/m2", 0.2977),
            Expect("speed", "m/s", 1.4451),
            Expect("flow", "1/s", 2.1187),
        ),
        seeds=3,
        recordings=True,
    ),
    Case(
        "replays",
        "Mean relative error over the nine replays, beside JuPedSim's",
        "experiment",
        "",
        "recordings as in the other cases; the peer's error from peers.json",
        replays,
        (
            *(Expect(name, "") for name in (*UO, "entrance", "bidirectional", "uni-corr-500")),
            Expect("mean error", ""),
            Expect("over JuPedSim's best, untuned", "", high=0.5),
            Expect("over JuPedSim tuned on these replays", ""),
        ),
        seeds=5,
        recordings=True,
        derive=beside_peer,
    ),
    Case(
        "motivation",
        "Calm, urgent and pushing before a door of 0.7 m",
        "model",
        "",
        "order after Adrian et al. 2020 (denser) and Daamen & Hoogendoorn 2012 (more flow); sizes are this model's own",
        motivation,
        (
            *(Expect(f"{name}: {what}", unit) for name in ("calm", "urgent", "pushing") for what, unit in _AT_DOOR),
            Expect("flow, urgent over calm", "", low=1.0),
            Expect("density, urgent over calm", "", low=1.0),
            Expect("density, pushing over urgent", "", low=1.0),
        ),
        seeds=3,
    ),
)
