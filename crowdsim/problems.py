"""What a user did wrong, said so that it can be mended: file, place, value, mend."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing wrong with the user's input."""

    file: str
    place: str  # key, layer, object or line; "" for the file as a whole
    message: str  # what is wrong, with the value found
    mend: str  # what to do about it

    def __str__(self) -> str:
        place = f" {self.place}:" if self.place else ""
        return f"{self.file}:{place} {self.message}. {self.mend}"


class InputError(Exception):
    """The user's input is wrong; carries every problem found in one pass. The command line ends with exit code 2."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class NoDisplayError(InputError):
    """There is no screen to open a window on."""

    def __init__(self) -> None:
        super().__init__(
            [Problem("live", "", "there is no display to open a window on", "Use `crowdsim run`, which needs none")]
        )
