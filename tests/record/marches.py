"""A march and a gate that shuts on the shipped map: what runs are recorded of."""

from dataclasses import dataclass
from pathlib import Path

from crowdsim.frame import Frame

MARCH = """\
version = 1
title = { id = "Uji pawai", en = "A march" }
map = "kpu_kaltara.tmx"
duration = 16.0
seed = 5

[[crowd]]
id = "massa"
spawn = "M1"
count = 150

[[crowd]]
id = "susulan"
spawn = "M1"
count = 3
arrive = 8.0

[[unit]]
id = "lanjut1"
label = "LANJUT 1"
kind = "dalmas_lanjut"
count = 6
start = "tahap_lanjut"
role = "shield"

[[timeline]]
at = 0.5
do = "inject"
crowd = "massa"
wish = "gather"
zone = "depan_gerbang"
event = "march"

[[timeline]]
at = 4.1
do = "set_barrier"
barrier = "gerbang_utama"
open = false

[[timeline]]
at = 5.0
do = "set_param"
name = "walk.anticipation"
value = 0.3
"""


@dataclass(frozen=True)
class March:
    """The run file, the scenario it is of, and every frame as it was."""

    run: Path
    scenario: Path
    frames: list[Frame]
