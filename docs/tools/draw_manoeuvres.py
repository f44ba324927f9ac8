"""Draw a line relief as a series of pictures, as an instructor would: play a drill and look at the gate; into runs/.

python docs/tools/draw_manoeuvres.py                     both drills
python docs/tools/draw_manoeuvres.py --only lapis_ganti  one of them
"""

import argparse
import os
from pathlib import Path

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")

import pygame

from crowdsim.session.scenario import load_scenario
from crowdsim.session.simulation import Simulation
from crowdsim.view.stills import StillMaker

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "runs"
SIZE = (640, 640)
PART = (69.0, 62.0, 91.0, 84.0)  # m, what is seen

# Drill -> the seconds it is drawn at, from the order on. Tuned by eye.
MOMENTS = {
    "lapis_ganti": (10.0, 20.0, 25.0, 30.0, 33.0, 35.0, 38.0, 52.0),
    "lintas_ganti": (10.0, 21.0, 26.0, 31.0, 34.0, 36.0, 39.0, 56.0),
}
ORDERED = 77.0  # s, when both drills give the order


def draw(drill: str) -> None:
    """One sheet of a drill's moments, row by row."""
    sim = Simulation(load_scenario(ROOT / "maps" / "kpu_kaltara" / f"{drill}.toml"))
    maker = StillMaker(sim.scenario.map, size=SIZE, title=sim.scenario.title, duration=sim.scenario.spec.duration)
    moments = MOMENTS[drill]
    sheet = pygame.Surface((SIZE[0] * 4, SIZE[1] * ((len(moments) + 3) // 4)))
    for k, moment in enumerate(moments):
        frame = sim.frame()
        while sim.time < ORDERED + moment:
            frame = sim.advance()
        maker.draw(frame, events=sim.events)  # the first sets the camera
        maker.picture.camera.fit(*PART)
        sheet.blit(maker.draw(frame, events=sim.events), (k % 4 * SIZE[0], k // 4 * SIZE[1]))
    maker.close()
    PICTURES.mkdir(exist_ok=True)
    small = pygame.transform.smoothscale(sheet, (sheet.get_width() * 9 // 16, sheet.get_height() * 9 // 16))
    pygame.image.save(small, PICTURES / f"{drill}.png")
    print(PICTURES / f"{drill}.png", f"relieved after {[e.value for e in sim.events if e.cause == 'relieved']} s")


def main() -> None:
    """Play, then draw."""
    parser = argparse.ArgumentParser(description="Draw a line relief as a series of pictures.")
    parser.add_argument("--only", choices=MOMENTS, help="one drill")
    asked = parser.parse_args()
    for drill in MOMENTS:
        if asked.only in (None, drill):
            draw(drill)


if __name__ == "__main__":
    main()
