"""Which letter gives which order while units are taken hold of. The letters are the same in every language."""

from dataclasses import dataclass

import pygame

from crowdsim.behaviour.unit import Advance, Close, Cover, Hold, Open, Order, Push, Withdraw

_STEP, _GAP = 5.0, 3.0  # m: how far one press moves a formation, how wide it opens


@dataclass(frozen=True)
class Letter:
    """A key, what its chip says (`hand.key.<name>`), and the order it gives at once, if it asks for nothing more."""

    name: str
    key: int
    order: Order | None = None

    @property
    def sign(self) -> str:
        """As printed on the key."""
        return chr(self.key).upper()


LETTERS = (
    Letter("move_to", pygame.K_j),
    Letter("form_up", pygame.K_f),
    Letter("hold", pygame.K_s, Hold()),
    Letter("advance", pygame.K_a, Advance(_STEP)),
    Letter("withdraw", pygame.K_w, Withdraw(_STEP)),
    Letter("push", pygame.K_d, Push(_STEP)),
    Letter("open", pygame.K_o, Open(_GAP)),
    Letter("close", pygame.K_c, Close()),
    Letter("cover", pygame.K_l, Cover()),
    Letter("brace", pygame.K_b),
    Letter("arrest", pygame.K_t),
    Letter("escort", pygame.K_e),
    Letter("lapis_ganti", pygame.K_g),
    Letter("lintas_ganti", pygame.K_x),
    Letter("posture", pygame.K_p),
    Letter("recall", pygame.K_z),
)
"""With units in hand."""

ALWAYS = (
    Letter("means", pygame.K_u),
    Letter("inject", pygame.K_i),
)
"""With and without."""

LAYERS = (
    ("density", "D"),
    ("squeeze", "S"),
    ("anger", "A"),
    ("gas", "G"),
    ("exits", "E"),
    ("labels", "F"),
    ("legend", "L"),
    ("help", "H"),
)
"""What letters toggle while nobody is in hand: name in `help`, and sign."""
