"""What a process of its own compiles at the first start: what moves people.

In one process the compiler does one thing after the other. While this compiles how people walk and push, the window's
process compiles what they want and how they are drawn, and finds the rest in the cache when it comes to it.
"""

import numpy as np

from crowdsim.population.roles import Mode, Status
from crowdsim.validation.ground import Ground, Plan


def main() -> None:
    """A step of a few people, two of them linked."""
    ground = Ground(Plan(free=((0.0, 0.0, 8.0, 8.0),), goals=((7.0, 0.0, 8.0, 8.0),), tile=0.5), 4)
    people = ground.people
    people.position[:] = np.arange(1.0, 5.0, dtype=np.float32)[:, None]
    people.radius[:], people.mass[:], people.speed_wish[:] = 0.2, 70.0, 1.0
    people.goal[:] = 0
    people.mode[:] = Mode.WALK
    people.status[:] = Status.ACTIVE
    ground.senses.links, ground.senses.link_load = np.array([[0, 1]], np.int32), np.zeros(1, np.float32)
    ground.step()


if __name__ == "__main__":
    main()
