"""Which tools the window has."""

from typing import TYPE_CHECKING

from crowdsim.view.compare import Compare
from crowdsim.view.hand.tool import Hand
from crowdsim.view.inspector import Inspector
from crowdsim.view.scorecard import ScoreCard
from crowdsim.view.timebar import Timebar
from crowdsim.view.tool import Tool

if TYPE_CHECKING:
    from crowdsim.view.window import Window

# The first takes an event first and lies uppermost.
_TOOLS: tuple[type[Tool], ...] = (Timebar, Compare, Inspector, Hand, ScoreCard)


def toolbox(window: "Window") -> list[Tool]:
    """The tools of a window, the uppermost first."""
    return [tool(window) for tool in _TOOLS]
