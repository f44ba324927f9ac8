"""The sheet of keys: what each key and the mouse do, in groups."""

from itertools import combinations

import pygame

from crowdsim.view.theme import SECTION, SMALL, Theme
from crowdsim.view.words import Words

GROUPS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "time",
        (
            ("", "pause"),  # the space bar has another name in each language
            (".  ,", "step"),
            ("Home  End", "ends"),
            ("N  P", "event"),
            ("[  ]", "speed"),
            ("J", "branch"),
            ("F3", "rename"),
            ("K", "compare"),
            ("Shift + K", "compare_with"),
        ),
    ),
    (
        "map",
        (
            ("+  -", "zoom"),
            ("← ↑ ↓ →", "pan"),
            ("0", "fit"),
            ("O", "layers"),
            ("Tab", "page"),
            ("R", "score"),
        ),
    ),
    (
        "orders",
        (
            ("1 – 9", "follow"),
            ("Alt + 0 – 9", "follow_more"),
            ("A – Z", "letters"),
            ("U  I", "means"),
            ("Ctrl + Z", "recall"),
            ("Shift + 1 2 3", "phase"),
        ),
    ),
    (
        "mouse_title",
        (
            ("mouse", ""),
            ("mouse_take", ""),
            ("mouse_line", ""),
            ("mouse_go", ""),
            ("mouse_why", ""),
        ),
    ),
    (
        "present",
        (
            ("F5", "presenter"),
            ("Shift + F5", "projector"),
            ("Shift + S", "spotlight"),
            ("B  Shift + B", "bookmark"),
            ("X  Z  Shift + X", "draw"),
            ("F12", "picture"),
            ("Esc", "trainee"),
        ),
    ),
    (
        "planning",
        (
            ("R  Shift + R", "turn"),
            ("Del", "remove"),
            ("Ctrl + Z  Ctrl + Y", "undo"),
        ),
    ),
    (
        "window",
        (
            ("Esc", "menu"),
            ("F2", "plan"),
            ("Ctrl + N", "new"),
            ("Ctrl + O", "open"),
            ("Ctrl + S", "save"),
            ("F6", "theme"),
            ("F7", "language"),
            ("F11", "fullscreen"),
            ("Ctrl + / -", "scale"),
            ("H", "help"),
            ("F1", "tour"),
            ("Ctrl + Q", "leave"),
        ),
    ),
)
"""Title and lines of each group: the key as printed and its text in `help`; a text alone tells of the mouse."""

_ROW, _GAP, _PAD, _HEAD = 38, 18, 36, 84  # px of 1080


def paint(theme: Theme, words: Words, room: tuple[int, int]) -> pygame.Surface:
    """The sheet, in as many columns as `room` (px) asks for; it may still be larger than that."""
    px = theme.px
    blocks = [_block(theme, words, *group) for group in GROUPS]
    best: tuple[float, list[list[pygame.Surface]]] = (0.0, [])
    for count in (2, 3, 4):
        columns = _even(blocks, count)
        width, height = _size(theme, columns)
        fits = min(1.0, room[0] / width, room[1] / height)
        if fits > best[0] + 1e-6:
            best = fits, columns
    columns = best[1]
    picture = pygame.Surface(_size(theme, columns))
    picture.fill(theme["panel"])
    pygame.draw.rect(picture, theme["accent"], picture.get_rect(), px(3))
    picture.blit(theme.write(words("help.title"), SECTION, theme["text"], bold=True), (px(_PAD), px(24)))
    x = px(_PAD)
    for column in columns:
        y = px(_HEAD)
        for block in column:
            picture.blit(block, (x, y))
            y += block.get_height() + px(_GAP)
        x += max(block.get_width() for block in column) + px(_PAD)
    return picture


def _block(theme: Theme, words: Words, title: str, lines: tuple[tuple[str, str], ...]) -> pygame.Surface:
    px = theme.px
    rows = []
    for key, text in lines:
        alone = key if not text else ""  # of the mouse
        sign = "" if alone else key or words("help.space")
        rows.append(
            (
                theme.write(sign, SMALL, theme["text"], bold=True),
                theme.write(words(f"help.{alone or text}"), SMALL, theme["text"]),
                0 if alone else 1,
            )
        )
    first = max(sign.get_width() for sign, _, _ in rows) + px(22)
    head = theme.write(words(f"help.{title}"), SMALL, theme["accent"], bold=True)
    width = max(head.get_width(), *(first * keyed + text.get_width() for _, text, keyed in rows))
    picture = pygame.Surface((width, (len(rows) + 1) * px(_ROW)))
    picture.fill(theme["panel"])
    picture.blit(head, (0, 0))
    for number, (printed, told, keyed) in enumerate(rows, 1):
        picture.blit(printed, (0, number * px(_ROW)))
        picture.blit(told, (first * keyed, number * px(_ROW)))
    return picture


def _even(blocks: list[pygame.Surface], count: int) -> list[list[pygame.Surface]]:
    """The blocks in their order in so many columns, the highest of which is as low as can be."""
    cuts = min(
        combinations(range(1, len(blocks)), count - 1),
        key=lambda cuts: max(
            sum(block.get_height() for block in blocks[a:b])
            for a, b in zip((0, *cuts), (*cuts, len(blocks)), strict=True)
        ),
    )
    return [blocks[a:b] for a, b in zip((0, *cuts), (*cuts, len(blocks)), strict=True)]


def _size(theme: Theme, columns: list[list[pygame.Surface]]) -> tuple[int, int]:
    px = theme.px
    width = sum(max(block.get_width() for block in column) for column in columns) + px(_PAD) * (len(columns) + 1)
    height = max(sum(block.get_height() + px(_GAP) for block in column) for column in columns) + px(_HEAD)
    return width, height + px(_GAP)
