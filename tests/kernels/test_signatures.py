"""One signature per kernel: an int where a float belongs would compile a kernel again, in front of the class."""

import json
import subprocess
import sys
from pathlib import Path

# A process of its own: tests call kernels in their own ways.
RUN = """
import importlib, json, pkgutil, sys
sys.path.insert(0, sys.argv[1])
import numba
from scenes import room, scenario
import crowdsim.kernels
from crowdsim.behaviour.unit import Brace, Open
from crowdsim.params import HFV2000
from crowdsim.session.commands import GiveOrder, Inject, SetBarrier, SetParam
from crowdsim.session.simulation import Simulation
where = room(capacity=100.0, toughness=500.0)
for threads in (1, 2):
    simulation = Simulation(scenario(where), threads=threads)
    simulation.send(Inject("crowd", "push", "east", "gate", 0.9))
    simulation.send(SetParam("force.push", 200))
    for seconds, command in ((2, GiveOrder("line", Brace("gate"))), (4, GiveOrder("line", Open(2.0))),
                             (6, SetBarrier("gate", True)), (8, Inject("crowd", "leave", exits=("out",)))):
        while simulation.time < seconds:
            simulation.advance()
        simulation.send(command)
    simulation.advance()
empty = Simulation(scenario(where, crowd=[], unit=[]))
empty.advance()
other = Simulation(scenario(where, HFV2000))
other.advance()
found = {}
for info in pkgutil.iter_modules(crowdsim.kernels.__path__):
    module = importlib.import_module(f"crowdsim.kernels.{info.name}")
    for name, value in vars(module).items():
        if isinstance(value, numba.core.registry.CPUDispatcher) and value.__module__ == module.__name__:
            found[f"{info.name}.{name}"] = len(value.signatures)
print(json.dumps(found))
"""
# Called inside other kernels only: compiled along with them, once for every kind of number they are given there.
INNER = {"fields._insert", "fields.free_way"}


def test_one_signature_per_kernel() -> None:
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(root / "tests")], capture_output=True, text=True, cwd=root, timeout=280
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert sum(count == 1 for count in found.values()) >= 10, "the program called its kernels"
    assert {name: count for name, count in found.items() if name not in INNER and count > 1} == {}
