"""The process that compiles beside the window at the first start."""

import os
import subprocess
import sys
from pathlib import Path

from crowdsim import compiling, starting
from crowdsim.kernels.forces import add_link_push, push_bodies
from crowdsim.kernels.motion import move
from crowdsim.kernels.walking import walk


def test_it_compiles_what_moves_people_for_the_types_of_a_simulation() -> None:
    """The same signatures: else it would compile for nobody."""
    from scenes import room, scenario

    from crowdsim.session.simulation import Simulation

    Simulation(scenario(room()), threads=1).advance()
    known = {kernel: set(kernel.signatures) for kernel in (walk, push_bodies, add_link_push, move)}
    compiling.main()
    assert all(known.values()) and known == {kernel: set(kernel.signatures) for kernel in known}


def test_it_starts_only_with_an_empty_cache(tmp_path: Path, monkeypatch) -> None:
    begun: list[list[str]] = []
    monkeypatch.setattr(subprocess, "Popen", lambda args, **more: begun.append(args))
    monkeypatch.setitem(os.environ, "NUMBA_CACHE_DIR", str(tmp_path))
    starting.compile_apart()
    assert begun == [[sys.executable, "-m", "crowdsim.compiling"]]
    (tmp_path / "kernels_1").mkdir()
    (tmp_path / "kernels_1" / "walking.walk-1.nbi").touch()
    starting.compile_apart()
    assert len(begun) == 1


def test_what_is_wished_is_compiled_here_before_anybody_waits_for_the_other_process(monkeypatch) -> None:
    """Else one of the two would compile what the other does already."""
    from scenes import room, scenario

    from crowdsim.session import simulation as session

    done: list[str] = []
    for name in ("decide", "steer", "forces", "integrate"):
        stage = getattr(session, name)
        monkeypatch.setattr(session, name, lambda *args, n=name, f=stage: (done.append(n), f(*args))[1])
    session.Simulation(scenario(room()), threads=1).rehearse(lambda: done.append("waited"))
    assert done[:5] == ["decide", "waited", "decide", "steer", "forces"]
