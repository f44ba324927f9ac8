"""Legend: who is who on the ground, and what the colours of the layers mean."""

import math
from functools import lru_cache

import pygame

from crowdsim.population.roles import Role
from crowdsim.view import sprites
from crowdsim.view.effects import GAS_STEPS
from crowdsim.view.overlays import CONTACT_STEPS, LINE_STEPS, PRESSURE_STEPS, line_colour
from crowdsim.view.scene import DENSITY_HIGH, DENSITY_LOW
from crowdsim.view.theme import ROLE_NAMES, SMALL, Colour, Theme, mix
from crowdsim.view.words import Words

EDGE = 14
"""px of 1080: what is around the chips."""


def _legend() -> dict[int, str]:
    """Kinds of sprites and the key of their name, in the order of a legend."""
    names = {int(role): f"role.{name}" for role, name in zip(Role, ROLE_NAMES, strict=True)}
    names |= {sprites.MARK + n: f"mind.{name}" for n, name in enumerate(sprites.MIND_NAMES[1:])}
    names |= {sprites.MARK + sprites.LED: "mark.led", sprites.MARK + sprites.HELD: "mark.held"}
    names |= {sprites.BADGE + n: f"injury.{name}" for n, name in enumerate(sprites.INJURY_NAMES)}
    return names


LEGEND = _legend()
_ANGRY = sprites.MIND_NAMES[1 : 1 + sprites.GLOWS]


@lru_cache(maxsize=8)
def _icons(name: str, scale: float, half: int) -> list[pygame.Surface]:
    theme = Theme(name, 1080, scale)
    icons = []
    for pixels in sprites.icons(theme, half):
        side = pixels.shape[0]
        icons.append(pygame.image.frombuffer(pixels.tobytes(), (side, side), "RGBA"))
    for mark in range(sprites.MARK, sprites.BADGE + len(sprites.INJURY_NAMES)):  # a mark is shown about a body
        both = icons[Role.DEMONSTRATOR].copy()
        both.blit(icons[mark], (0, 0))
        icons[mark] = both
    return icons


def legend_icons(theme: Theme, half: int) -> list[pygame.Surface]:
    """A small picture of each kind of sprite, marks about a demonstrator; a body is 2 * half px wide."""
    return _icons(theme.name, theme.scale, half)


def legend_order(seen: set[int]) -> tuple[int, ...]:
    """The kinds of a legend in their usual order: roles, then states of mind."""
    return tuple(kind for kind in LEGEND if kind in seen and kind < sprites.MARK + sprites.LED)


def draw_chips(theme: Theme, words: Words, present: tuple[int, ...], limit: int, row: int) -> pygame.Surface:
    """Who is who: chips in rows no wider than `limit` px, or than one of them; a row is `row` px high."""
    px = theme.px
    symbols = legend_icons(theme, px(11))
    gap = px(EDGE)
    spots: list[tuple[int, int, int]] = []
    x = y = gap
    widest = 0
    for kind in present:
        label = theme.write(words(LEGEND[kind]), SMALL, theme["text"], bold=True)
        wide = px(52) + label.get_width() + 2 * gap
        if x + wide > limit and x > gap:
            x, y = gap, y + row
        spots.append((kind, x, y))
        x += wide
        widest = max(widest, x)
    picture = pygame.Surface((max(widest, 1), y + row if spots else 1))
    picture.fill(theme["panel"])
    for kind, x, y in spots:
        middle = y + (row - 2 * gap) // 2 + gap // 2
        picture.blit(symbols[kind], symbols[kind].get_rect(center=(x + px(22), middle)))
        label = theme.write(words(LEGEND[kind]), SMALL, theme["text"], bold=True)
        picture.blit(label, label.get_rect(midleft=(x + px(52), middle)))
    return picture


def draw_key(
    theme: Theme, words: Words, layers: tuple[str, ...], wind: tuple[float, float] | None, columns: int
) -> pygame.Surface:
    """What the colours of the layers mean, in columns; wind [m/s east and south] beside the gas."""
    px = theme.px
    row, pad, sign = px(38), px(16), px(30)
    icons = legend_icons(theme, px(6))
    parts: list[tuple[str, list[tuple[pygame.Surface, str]]]] = []
    for layer in layers:
        entries: list[tuple[pygame.Surface, str]] = []
        if layer == "density":
            for number in range(DENSITY_LOW, DENSITY_HIGH + 1):
                tile = pygame.Surface((sign, px(22)))
                tile.fill(theme[f"density_{number}"])
                entries.append((tile, f"{number}" + ("+" if number == DENSITY_HIGH else "")))
        elif layer == "squeeze":
            steps = enumerate(sprites.SQUEEZE_STEPS)
            entries = [(icons[sprites.SQUEEZE + n], f"> {words.number(step)}") for n, step in steps]
        elif layer == "anger":
            entries = [(icons[sprites.ANGER + n], words(f"mind.{name}")) for n, name in enumerate(_ANGRY)]
        elif layer == "legitimacy":
            for number in (1, 3, 5):
                tile = pygame.Surface((sign, px(22)))
                tile.fill(theme[f"legitimacy_{number}"])
                entries.append((tile, f"{25 * (number - 1)} %"))
        elif layer == "pressure":
            for number, step in enumerate(PRESSURE_STEPS, 1):
                tile = pygame.Surface((sign, px(22)))
                tile.fill(mix(theme["road"], theme[f"pressure_{number}"], 0.7))
                pygame.draw.rect(tile, theme[f"pressure_{number}"], tile.get_rect(), px(3))
                entries.append((tile, f"> {words.number(step, 3 if step < 0.01 else 2)}"))
        elif layer == "contacts":
            for number, step in enumerate(CONTACT_STEPS, 1):
                tile = pygame.Surface((sign, px(22)), pygame.SRCALPHA)
                thick = px(3) * number
                tile.fill(theme[f"squeeze_{number}"], (0, px(11) - thick // 2, sign, thick))
                entries.append((tile, f"> {words.number(step)}"))
        elif layer == "lines":
            for number, step in enumerate((0.0, *LINE_STEPS), 1):
                tile = pygame.Surface((sign, px(22)), pygame.SRCALPHA)
                thick = px(4) + px(3) * number
                tile.fill(theme[line_colour(step)], (0, px(11) - thick // 2, sign, thick))
                entries.append((tile, f"> {round(100 * step)} %"))
        elif layer == "gas":
            for number, step in enumerate(GAS_STEPS):
                tile = pygame.Surface((sign, px(22)))
                tile.fill(mix(theme["road"], theme[f"gas_{number + 1}"], 0.5))
                if number:
                    for x in range(-px(22), sign, px(9)):
                        line = (x, px(22)), (x + px(22), 0)
                        pygame.draw.line(tile, theme[f"gas_{number + 1}"], *line, px(2))
                pygame.draw.rect(tile, theme[f"gas_{number + 1}"], tile.get_rect(), px(2))
                entries.append((tile, f"> {words.number(step, 1 if step < 1 else 0)}"))
        elif layer == "exits":
            for state, colour in (("open", "good"), ("shut", "breach")):
                tile = pygame.Surface((sign, px(24)), pygame.SRCALPHA)
                y = tile.get_height() // 2
                pygame.draw.line(tile, theme[colour], (0, y), (sign * (0.9 if state == "open" else 0.5), y), px(6))
                if state == "open":
                    tip = [(sign, y), (sign * 0.55, 0), (sign * 0.55, 2 * y)]
                    pygame.draw.polygon(tile, theme[colour], tip)
                else:
                    pygame.draw.line(tile, theme[colour], (sign * 0.62, 0), (sign * 0.62, 2 * y), px(6))
                entries.append((tile, words(f"exit.{state}")))
        parts.append((words(f"layer.{layer}"), entries))
    written = []
    for title, entries in parts:
        head = theme.write(title, SMALL, theme["text"], bold=True)
        texts = [(tile, theme.write(text, SMALL, theme["text"])) for tile, text in entries]
        wide = sum(sign + px(8) + text.get_width() + px(18) for _, text in texts)
        written.append((head, texts, max(head.get_width(), wide)))
    long = -(-len(written) // columns)
    parts_of = [written[first : first + long] for first in range(0, len(written), long)]
    widths = [max(wide for _, _, wide in part) + 2 * pad for part in parts_of]
    blow = theme.write(words("wind", speed=words.number(math.hypot(*wind), 1)), SMALL, theme["text"]) if wind else None
    height = long * 2 * row + 2 * px(10) + (row if blow else 0)
    picture = pygame.Surface((max(sum(widths), (blow.get_width() + px(56) if blow else 0) + 2 * pad), height))
    picture.fill(theme["panel"])
    for number, (head, texts, _) in enumerate(written):
        begin, y = sum(widths[: number // long]) + pad, px(10) + number % long * 2 * row
        picture.blit(head, head.get_rect(midleft=(begin, y + row // 2)))
        x = begin
        for tile, text in texts:
            picture.blit(tile, tile.get_rect(center=(x + sign // 2, y + row + row // 2)))
            picture.blit(text, text.get_rect(midleft=(x + sign + px(8), y + row + row // 2)))
            x += sign + px(8) + text.get_width() + px(18)
    y = px(10) + long * 2 * row
    if wind and blow:
        _arrow(picture, (pad + px(20), y + row // 2), px(17), wind, theme["text"])
        picture.blit(blow, blow.get_rect(midleft=(pad + px(52), y + row // 2)))
    return picture


def _arrow(surface: pygame.Surface, at: tuple[int, int], r: int, way: tuple[float, float], colour: Colour) -> None:
    """An arrow the way something blows."""
    long = math.hypot(*way)
    if long < 0.05:
        pygame.draw.circle(surface, colour, at, r // 2, max(2, r // 6))
        return
    ux, uy = way[0] / long, way[1] / long
    x, y = at
    tip = (x + ux * r, y + uy * r)
    pygame.draw.line(surface, colour, (x - ux * r, y - uy * r), (x + ux * r * 0.6, y + uy * r * 0.6), max(2, r // 4))
    wings = [(x + ux * r * 0.2 + side * uy * r * 0.6, y + uy * r * 0.2 - side * ux * r * 0.6) for side in (1, -1)]
    pygame.draw.polygon(surface, colour, [tip, *wings])
    pygame.draw.aalines(surface, colour, True, [tip, *wings])
