"""Cards that say something: what is wrong with a file, or a question."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from imgui_bundle import imgui

from crowdsim.problems import InputError, Problem
from crowdsim.view.desk.card import Card

if TYPE_CHECKING:
    from crowdsim.view.window import Window


class Problems(Card):
    """What is wrong with a user's file: the file, the place in it, what was found there, and how to mend it."""

    size = (1240, 760)

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self.problems: Sequence[Problem] = ()

    def attempt(self, what: Callable[[], object]) -> bool:
        """Do something with a user's file, and show what is wrong with it; whether it went well."""
        try:
            what()
        except InputError as error:
            self.tell(error.problems)
            return False
        return True

    def tell(self, problems: Sequence[Problem]) -> None:
        """Open the card with these."""
        self.problems = problems
        self.show()

    def enter(self) -> None:
        """Return closes it."""
        self.hide()

    def build(self) -> None:
        """One block for each problem."""
        words, px, lang = self.words, self.theme.px, self.window.picture.look.lang
        self.title(words("problems.title", count=len(self.problems)))
        imgui.begin_child("list", imgui.ImVec2(0, -px(64)))
        for number, problem in enumerate(p.in_language(lang) for p in self.problems):
            if number:
                imgui.separator()
            rows = (("file", problem.file), ("place", problem.place), ("message", problem.message))
            for key, text in (*rows, ("mend", problem.mend)):
                if text:
                    imgui.text_disabled(words(f"problems.{key}"))
                    imgui.same_line(px(210))
                    self.paragraph(text)
        imgui.end_child()
        self.button("close", words("desk.close"), self.hide)


class Question(Card):
    """A question with two or three answers; Esc gives the last one."""

    size = (1040, 260)

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._text = ""
        self._answers: tuple[tuple[str, Callable[[], object]], ...] = ()

    def ask(self, text: str, *answers: tuple[str, Callable[[], object]]) -> None:
        """Open it: the text, and for each answer the key of its text and what it does."""
        self._text, self._answers = text, answers
        self.show()

    def escape(self) -> None:
        """The last answer is the one that does the least."""
        self._choose(self._answers[-1][1])

    def enter(self) -> None:
        """The first answer."""
        self._choose(self._answers[0][1])

    def _choose(self, what: Callable[[], object]) -> None:
        self.hide()
        what()

    def build(self) -> None:
        """The question over a row of answers."""
        imgui.begin_child("text", imgui.ImVec2(0, -self.theme.px(64)))
        self.paragraph(self._text)
        imgui.end_child()
        for number, (key, what) in enumerate(self._answers):
            if number:
                imgui.same_line()
            self.button(key.rpartition(".")[2], self.words(key), lambda what=what: self._choose(what))  # type: ignore[misc]
