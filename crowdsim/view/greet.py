"""What a window says when it opens: what is wrong with the file that was named, or that an exercise broke off."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crowdsim.problems import Problem
from crowdsim.view.desk.messages import Problems, Question
from crowdsim.view.inputs import Do
from crowdsim.view.source import Broken
from crowdsim.view.words import clock

if TYPE_CHECKING:
    from crowdsim.view.window import Window


@dataclass(frozen=True)
class Greeting:
    """Called once with the window."""

    problems: Sequence[Problem] = ()
    plan: bool = False  # begin with planning
    broken: Broken | None = None  # a run that could be gone on with

    def __call__(self, window: "Window") -> None:
        """Open the card that is needed, if any."""
        if self.problems:
            window.tool(Problems).tell(self.problems)
        elif self.plan:
            window.do(Do("plan"))
        elif self.broken is not None and window.opener is not None:
            self._offer(window, self.broken)

    def _offer(self, window: "Window", broken: Broken) -> None:
        words, opener = window.picture.words, window.opener
        assert opener is not None
        # Meanwhile nothing goes on behind the question.
        paused, window.source.paused = window.source.paused, True

        def go_on() -> None:
            window.show(opener.resume(broken))
            window.source.paused = True  # it broke off in the middle of something: look first

        def begin_anew() -> None:
            opener.forget(broken)
            window.source.paused = paused

        text = words("desk.unfinished", name=words.pick(broken.title), time=clock(broken.time))
        window.tool(Question).ask(text, ("desk.continue", go_on), ("desk.later", begin_anew))
