"""Commands that draw: `render`, `mapsheet`."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from crowdsim.cli.arguments import Lang, Quiet, Size, Theme, Verbose, check_looks, choice, size_of
from crowdsim.cli.output import detail, progress, written
from crowdsim.places import runs_folder
from crowdsim.problems import InputError, Problem


def render(
    recording: Annotated[Path, typer.Argument(help="A run file (.crowdsim).")],
    out: Annotated[Path | None, typer.Option(help=".png, .mp4 or .gif; default: beside the run, in runs/.")] = None,
    at: Annotated[str | None, typer.Option(help="A still: a second, or the first event of a kind.")] = None,
    start: Annotated[float, typer.Option("--from", min=0.0, help="Film: first second.")] = 0.0,
    to: Annotated[float | None, typer.Option(min=0.0, help="Film: last second.")] = None,
    fps: Annotated[int, typer.Option(min=1, max=60, help="Film: pictures a second.")] = 25,
    speed: Annotated[float, typer.Option(min=0.1, max=64.0, help="Film: times real time.")] = 1.0,
    slow: Annotated[float, typer.Option(min=1.0, max=20.0, help="Film: times slower at key moments.")] = 1.0,
    size: Size = None,
    overlay: Annotated[
        str, typer.Option(help="What lies over the map, such as density,lines; comma-separated. `?` names all.")
    ] = "",
    lang: Lang = None,
    theme: Theme = "light",
    panel: Annotated[bool, typer.Option("--panel", help="With the panel.")] = False,
    presenter: Annotated[bool, typer.Option("--presenter", help="As on a projector: light, large, no panel.")] = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> int:
    """Draw a still or a film of a recorded run."""
    check_looks(lang, theme)
    os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
    from crowdsim.record.recorder import Recording
    from crowdsim.view import cut, film, stills
    from crowdsim.view.words import system_language
    from crowdsim.world.maps import load_map

    names = [name for name in overlay.split(",") if name]
    for name in names:
        choice("--overlay", name, stills.OVERLAYS)
    shape = size_of(size) if size else (1920, 1080)
    run_file = Recording(recording)
    detail(verbose, f"{len(run_file.times)} frames to {run_file.times[-1]:g} s, map {run_file.meta['map_path']}")
    with written("runs", "Start the program in a folder that can be written, or choose another place with --out"):
        path = out or runs_folder() / (f"{recording.stem}-{at}.png" if at is not None else f"{recording.stem}.mp4")
    if path.suffix.lower() not in (".png", ".mp4", ".gif"):
        raise InputError(
            [Problem("render", "--out", f"'{path.suffix}' is no kind of picture", "Use .png, .mp4 or .gif")]
        )
    if path.suffix.lower() != ".png" and at is not None:
        mend = "Use .png, or --from and --to instead of --at"
        raise InputError([Problem("render", "--out", f"'{path.suffix}' is a film, --at asks for a still", mend)])
    if path.suffix.lower() == ".png" and at is None:
        at = f"{run_file.times[-1]}"
    maker = stills.StillMaker(
        load_map(run_file.map_path),
        size=shape,
        lang=lang or system_language(),
        theme=theme,
        overlays=["unit_labels", *names],
        panel=panel,
        presenter=presenter,
        title=run_file.meta["title"],
        duration=float(run_file.meta["duration"]),
        series={name: run_file.series(name) for name in ("gate.load", "gate.capacity")},
    )
    events = run_file.events
    if at is not None:
        moment = _moment(run_file, at)
        maker.remember(run_file.frames(max(0.0, moment - stills.BEFORE), moment - 1e-3))
        surface = maker.draw(run_file.frame_at(moment), events=events)
        with written(str(path), "Choose another place with --out"):
            path.parent.mkdir(parents=True, exist_ok=True)
            stills.save_png(surface, path)
    else:
        end = run_file.times[-1] if to is None else min(to, run_file.times[-1])
        if start >= end:
            mend = f"The run lasts {run_file.times[-1]:.0f} s"
            raise InputError([Problem("render", "--from", f"{start:g} s is not before {end:g} s", mend)])
        with written(str(path), "Choose another place with --out"), progress(path.name, end - start, quiet) as tell:
            path.parent.mkdir(parents=True, exist_ok=True)
            maker.remember(run_file.frames(max(0.0, start - stills.BEFORE), start - 1e-3))
            moments = cut.key_moments(events)
            seconds = cut.times(start, end, speed / fps, slow, moments)
            frames = run_file.frames(max(0.0, start - 0.2), end)

            def pictures() -> Iterator[Any]:
                for previous, current, blend in cut.pairs(frames, seconds):
                    now = previous.time + (current.time - previous.time) * blend
                    yield maker.draw(current, previous, blend, events, cut.told(moments, now))
                    tell(now - start)

            film.write(path, pictures(), fps)
    maker.close()
    print(path)
    return 0


def _moment(run_file: Any, at: str) -> float:
    """The second a still shows: a number, or the name of an event."""
    try:
        second = float(at)
    except ValueError:
        known = {event.kind: event.time for event in reversed(run_file.events)}
        if at not in known:
            mend = f"Its events are {', '.join(sorted(known)) or 'none'}"
            raise InputError([Problem(str(run_file.path), "--at", f"there is no event '{at}'", mend)]) from None
        return float(known[at])
    if not 0.0 <= second <= run_file.times[-1] + 1e-6:
        mend = f"Choose 0 to {run_file.times[-1]:g}"
        raise InputError([Problem(str(run_file.path), "--at", f"{second:g} s is outside the run", mend)])
    return second


def mapsheet(
    place: Annotated[Path, typer.Argument(help="A map (.tmx), or a scenario (.toml) for its posts too.")],
    out: Annotated[Path | None, typer.Option(help=".pdf or .png; default: in runs/.")] = None,
    paper: Annotated[str, typer.Option(help="A3 or A4.")] = "A3",
    lang: Lang = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> int:
    """Draw a map on paper for the wall game: grid, scale, posts, signs."""
    choice("--paper", paper, ("A3", "A4"))
    check_looks(lang)
    os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
    from crowdsim.session.scenario import load_scenario
    from crowdsim.view import mapsheet as sheet
    from crowdsim.view.words import system_language
    from crowdsim.world.maps import load_map

    if out is not None and out.suffix.lower() not in (".pdf", ".png"):
        raise InputError([Problem("mapsheet", "--out", f"'{out.suffix}' is no kind of sheet", "Use .pdf or .png")])
    drawn = load_scenario(place).map if place.suffix == ".toml" else load_map(place)
    with written("runs", "Start the program in a folder that can be written, or choose another place with --out"):
        path = out or runs_folder() / f"{place.stem}-{paper}.png"
    detail(verbose, f"{paper}, {drawn.size[0]:g} x {drawn.size[1]:g} m")
    picture = path.with_suffix(".png")
    if path.suffix.lower() == ".pdf":
        from crowdsim.report import paper as pdf

        pdf.check_extra()
        sheet.write(picture, drawn, lang or system_language(), paper)
        with written(str(path), "Choose another place with --out"):
            pdf.write_picture(path, picture, sheet.PAPERS[paper])
        picture.unlink()
    else:
        sheet.write(picture, drawn, lang or system_language(), paper)
    print(path)
    return 0
