"""Colours, fonts and sizes. Sizes are pixels of a 1080 line screen, scaled once by the height of the window."""

import tomllib
from functools import lru_cache
from pathlib import Path

import pygame

from crowdsim.places import shipped
from crowdsim.problems import InputError, Problem, said, toml_fault

Colour = tuple[int, int, int]

THEMES = ("dark", "light")
ROLE_NAMES = (
    "demonstrator",
    "provocateur",
    "delegate",
    "bystander",
    "press",
    "officer",
    "shield",
    "negotiator",
    "medic",
    "chair",
    "coordinator",
)  # in the order of population.roles.Role

# Type sizes, px of 1080. 26 px is the smallest a viewer six picture heights away can read.
SMALL, VALUE, MAP_LABEL, SECTION, BREACH, CAPTION, WORD, CLOCK = 26, 28, 30, 34, 40, 40, 52, 56


def _colour(text: str) -> Colour:
    value = int(text.removeprefix("#"), 16)
    return value >> 16 & 255, value >> 8 & 255, value & 255


@lru_cache
def palette(theme: str, path: Path | None = None) -> dict[str, Colour]:
    """Every colour of one theme by its name."""
    path = path or shipped("assets", "palette.toml")
    again = said("install.again")
    try:
        with path.open("rb") as file:
            tables = tomllib.load(file)
    except FileNotFoundError:
        raise InputError([Problem(str(path), "", said("install.colours_missing"), again)]) from None
    except tomllib.TOMLDecodeError as error:
        raise InputError([Problem(str(path), "", toml_fault(error), said("file.correct"))]) from None
    if theme not in tables:
        mend = said("mend.choose_one", known=", ".join(tables))
        raise InputError([Problem(str(path), theme, said("colour.no_theme"), mend)])
    problems = []
    colours: dict[str, Colour] = {}
    for name in sorted(set().union(*tables.values())):
        try:
            colours[name] = _colour(tables[theme][name])
        except KeyError:
            problems.append(Problem(str(path), f"{theme}.{name}", said("colour.missing"), said("colour.add")))
        except (ValueError, AttributeError):
            found = said("colour.none", value=repr(tables[theme][name]))
            problems.append(Problem(str(path), f"{theme}.{name}", found, said("colour.write")))
    if problems:
        raise InputError(problems)
    return colours


def font_path(bold: bool) -> Path:
    """The font file of one weight."""
    path = shipped("assets", "fonts", "Inter-Bold.otf" if bold else "Inter-Regular.otf")
    if not path.is_file():
        mend = said("install.font")
        raise InputError([Problem(str(path), "", said("install.font_missing"), mend)])
    return path


@lru_cache(maxsize=64)
def _font(bold: bool, pixels: int) -> pygame.font.Font:
    if not pygame.font.get_init():
        pygame.font.init()
    # pygame measures a font by its em square; Inter is drawn at that size on purpose, as sizes above are em sizes.
    return pygame.font.Font(font_path(bold), pixels)


class Theme:
    """One look at one size: colours by name, lengths and texts scaled."""

    def __init__(self, name: str, height: int, factor: float = 1.0) -> None:
        self.name = name
        self.colours = palette(name)
        self.scale = height / 1080.0 * factor
        self._written: dict[tuple, pygame.Surface] = {}

    def __getitem__(self, name: str) -> Colour:
        return self.colours[name]

    def px(self, length: float) -> int:
        """Pixels of a length given for a 1080 line screen; never less than 1."""
        return max(1, round(length * self.scale))

    def font(self, size: int, bold: bool = False) -> pygame.font.Font:
        """A font by its size on a 1080 line screen."""
        return _font(bold, max(8, round(size * self.scale)))

    def write(self, text: str, size: int, colour: Colour, bold: bool = False) -> pygame.Surface:
        """The text as a surface, kept for the next time. Do not draw on it."""
        key = (text, size, colour, bold)
        found = self._written.get(key)
        if found is None:
            if len(self._written) > 600:  # clocks and loads write new texts for hours
                self._written.clear()
            found = self._written[key] = self.font(size, bold).render(text, True, colour)
        return found

    def write_haloed(self, text: str, size: int, colour: Colour, halo: Colour, bold: bool = True) -> pygame.Surface:
        """The text with a rim in `halo`, readable on any ground."""
        key = (text, size, colour, halo, bold)
        found = self._written.get(key)
        if found is None:
            rim = self.px(3)
            inner, outer = self.write(text, size, colour, bold), self.write(text, size, halo, bold)
            found = pygame.Surface((inner.get_width() + 2 * rim, inner.get_height() + 2 * rim), pygame.SRCALPHA)
            for dx, dy in ((-1, -1), (1, -1), (-1, 1), (1, 1), (0, -1), (0, 1), (-1, 0), (1, 0)):
                reach = rim if dx * dy == 0 else rim * 0.7
                found.blit(outer, (rim + round(dx * reach), rim + round(dy * reach)))
            found.blit(inner, (rim, rim))
            self._written[key] = found
        return found


def mix(a: Colour, b: Colour, share: float) -> Colour:
    """`share` of `b` over `a`."""
    return tuple(round(p + (q - p) * share) for p, q in zip(a, b, strict=True))  # type: ignore[return-value]
