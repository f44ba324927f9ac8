"""Which tools the window has."""

from typing import TYPE_CHECKING

from crowdsim.view.backdrop import Backdrop
from crowdsim.view.bookmarks import Bookmarks
from crowdsim.view.compare import Compare
from crowdsim.view.desk.desk import Desk
from crowdsim.view.desk.files import Files
from crowdsim.view.desk.menu import Menu
from crowdsim.view.desk.messages import Problems, Question
from crowdsim.view.hand.tool import Hand
from crowdsim.view.help import Help
from crowdsim.view.inspector import Inspector
from crowdsim.view.layermenu import LayerMenu
from crowdsim.view.mapcorner import MapCorner
from crowdsim.view.presenter import Presenter
from crowdsim.view.scorecard import ScoreCard
from crowdsim.view.sound import Sound
from crowdsim.view.timebar import Timebar
from crowdsim.view.tool import Tool
from crowdsim.view.tour import Tour
from crowdsim.view.trainee import Trainee

if TYPE_CHECKING:
    from crowdsim.view.window import Window

# The first takes an event first and lies uppermost.
# Cards that have all input first; whoever takes letters for a text comes before the hand, whose letters are orders.
_DESK: tuple[type[Tool], ...] = (Tour, Question, Problems, Files, Help, Menu, Backdrop, Desk, Sound, Trainee)
_RUN: tuple[type[Tool], ...] = (
    LayerMenu, Bookmarks, Timebar, Compare, Inspector, MapCorner, Hand, ScoreCard, Presenter,
)  # fmt: skip


def toolbox(window: "Window") -> list[Tool]:
    """The tools of a window, the uppermost first: those of the desk, and those of a run or of a plan."""
    if window.draft is None:
        return [tool(window) for tool in (*_DESK, *_RUN)]
    from crowdsim.view.plan.plan import Plan  # brings the simulation along

    return [tool(window) for tool in (*_DESK, Plan)]
