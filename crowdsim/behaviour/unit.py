"""The orders a unit can hold: frozen dataclasses naming places, people and metres."""

from dataclasses import dataclass

Place = str | tuple[float, float]
"""A place: the name of a zone, spawn, post or exit of the map, or a point (x, y), m."""


@dataclass(frozen=True)
class MoveTo:
    """Walk to a place and stand there in a column of three."""

    zone: Place


@dataclass(frozen=True)
class FormUp:
    """Take a formation at a place, or `behind` m behind the front of another unit; the post's own heading holds, or the
    unit's, where `heading` (rad) is not given. `width` and `bend` (m) draw its front out and bend it: `shaped`."""

    formation: str
    at: Place
    heading: float | None = None
    behind: float = 0.0
    width: float = 0.0
    bend: float = 0.0


@dataclass(frozen=True)
class Hold:
    """Stay in the present slots, in a posture of the doctrine profile ("" = the one it names for holding)."""

    posture: str = ""


@dataclass(frozen=True)
class Advance:
    """Move the whole formation forward by `distance` m."""

    distance: float


@dataclass(frozen=True)
class Withdraw:
    """Move the whole formation back by `distance` m, still facing the front."""

    distance: float


@dataclass(frozen=True)
class Open:
    """Open a gap of `width` m in the middle of the formation."""

    width: float


@dataclass(frozen=True)
class Close:
    """Close the gap again."""


@dataclass(frozen=True)
class Push:
    """Move forward by `distance` m under pressure; stands still while it is too dense just ahead."""

    distance: float


@dataclass(frozen=True)
class Cover:
    """Crouch behind the shields for a minute at most, then hold."""


@dataclass(frozen=True)
class Brace:
    """Stand behind a barrier and hold it shut."""

    barrier: str


@dataclass(frozen=True)
class Arrest:
    """Arrest people of one sort, one after the other: `violent`, `provocateur`, `korlap`, `peaceful`; or the one in
    `row`, whoever he is, if that is not -1."""

    person: str
    row: int = -1


@dataclass(frozen=True)
class Escort:
    """Fetch people (`ketua`, `delegasi`, `korlap`), ring them and take them to a zone."""

    person: str
    zone: str


Order = MoveTo | FormUp | Hold | Advance | Withdraw | Open | Close | Push | Cover | Brace | Arrest | Escort

ORDER_KINDS: dict[str, type] = {
    "move_to": MoveTo,
    "form_up": FormUp,
    "hold": Hold,
    "advance": Advance,
    "withdraw": Withdraw,
    "open": Open,
    "close": Close,
    "push": Push,
    "cover": Cover,
    "brace": Brace,
    "arrest": Arrest,
    "escort": Escort,
}

_NAMES = {kind: name for name, kind in ORDER_KINDS.items()}

COVER_AT_MOST = 60.0
"""s a unit stays in cover before it holds again."""


def kind_of(order: Order) -> str:
    """The name of an order's kind, as scenario files and captions use it."""
    return _NAMES[type(order)]
