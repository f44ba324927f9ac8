"""Which tools the window has."""

from typing import TYPE_CHECKING

from crowdsim.view.bookmarks import Bookmarks
from crowdsim.view.layermenu import LayerMenu
from crowdsim.view.mapcorner import MapCorner
from crowdsim.view.presenter import Presenter
from crowdsim.view.tool import Tool
from crowdsim.view.tour import Tour

if TYPE_CHECKING:
    from crowdsim.view.window import Window

# The first takes an event first and lies uppermost.
_TOOLS: tuple[type[Tool], ...] = (Tour, LayerMenu, Bookmarks, MapCorner, Presenter)


def toolbox(window: "Window") -> list[Tool]:
    """The tools of a window, the uppermost first."""
    return [tool(window) for tool in _TOOLS]
