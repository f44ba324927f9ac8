"""The card that asks for a file: folders and files in a list, a field for a new name."""

import string
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from imgui_bundle import imgui

from crowdsim import settings
from crowdsim.places import shipped
from crowdsim.view.desk.card import Card

if TYPE_CHECKING:
    from crowdsim.view.window import Window

_MOST = 400  # rows shown of one folder


class Files(Card):
    """`ask` opens it; what is chosen goes to whoever asked."""

    size = (1240, 860)

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self.folder = Path.cwd()
        self._title = ""
        self._kinds: tuple[str, ...] = ()
        self._saving = False
        self._then: Callable[[Path], object] = lambda path: None
        self.name = ""

    def ask(
        self,
        title: str,
        kinds: tuple[str, ...],
        then: Callable[[Path], object],
        folder: Path | None = None,
        name: str | None = None,
    ) -> None:
        """Open it. `title`: key of a text; `kinds`: the suffixes shown; `name`: for a file that is to be written."""
        self._title, self._kinds, self._then = title, kinds, then
        self._saving, self.name = name is not None, name or ""
        kept = Path(str(settings.load().get("folder", "")))
        self.folder = next((f for f in (folder, kept) if f and f.is_absolute() and f.is_dir()), Path.cwd())
        self.show()

    def rows(self) -> list[Path]:
        """Folders, then files of the kinds asked for, in the order of their names; none where one may not look."""
        try:
            found = [path for path in self.folder.iterdir() if not path.name.startswith(".")]
            folders = [path for path in found if path.is_dir()]
            files = [path for path in found if path.suffix.lower() in self._kinds and path.is_file()]
        except OSError:
            return []
        folders.sort(key=lambda path: path.name.casefold())
        return (folders + sorted(files, key=lambda path: path.name.casefold()))[:_MOST]

    @property
    def path(self) -> Path:
        """The file that would be taken now."""
        path = self.folder / self.name.strip()
        return path if path.suffix.lower() in self._kinds else path.with_name(path.name + self._kinds[0])

    def enter(self) -> None:
        """Return takes the file of that name."""
        if self.name.strip() and (self._saving or self.path.is_file()):
            self._take(self.path)

    def _take(self, path: Path) -> None:
        self.hide()
        settings.save(folder=str(path.parent))
        self._then(path)

    def _go(self, folder: Path) -> None:
        self.folder = folder
        if not self._saving:
            self.name = ""

    def _shortcuts(self) -> list[tuple[str, str, Path]]:
        found = [
            ("shipped", self.words("files.shipped"), shipped("maps")),
            ("here", self.words("files.here"), Path.cwd()),
            ("home", self.words("files.home"), Path.home()),
        ]
        if sys.platform == "win32":
            drives = [Path(f"{letter}:\\") for letter in string.ascii_uppercase]
            found += [(drive.drive, drive.drive, drive) for drive in drives if drive.exists()]
        return found

    def build(self) -> None:
        """Ways to folders, the list, the name, the buttons."""
        words, px = self.words, self.theme.px
        self.title(words(self._title))
        self.button("up", words("files.up"), lambda: self._go(self.folder.parent), on=self.folder != self.folder.parent)
        for name, text, folder in self._shortcuts():
            imgui.same_line()
            self.button(name, text, lambda folder=folder: self._go(folder))  # type: ignore[misc]
        self.paragraph(str(self.folder), "text_soft")
        imgui.begin_child("list", imgui.ImVec2(0, -px(128)), imgui.ChildFlags_.borders)
        rows = self.rows()
        for path in rows:
            is_folder = path.is_dir()
            text = f"  {path.name}/" if is_folder else f"  {path.name}"
            chosen = not is_folder and path.name == self.name
            pressed, _ = imgui.selectable(text, chosen, imgui.SelectableFlags_.allow_double_click)
            self.spot(path.name)
            if pressed and is_folder:
                self.later(lambda path=path: self._go(path))  # type: ignore[misc]
            elif pressed:
                self.name = path.name
                if imgui.is_mouse_double_clicked(0) and not self._saving:
                    self.later(lambda path=path: self._take(path))  # type: ignore[misc]
        if not rows:
            imgui.text_disabled(words("files.none", kinds=", ".join(self._kinds)))
        imgui.end_child()
        imgui.align_text_to_frame_padding()
        imgui.text(words("files.name"))
        imgui.same_line(px(120))
        imgui.set_next_item_width(-1)
        _, self.name = imgui.input_text("##name", self.name)
        self.spot("name")
        there = bool(self.name.strip()) and self.path.is_file()
        key = ("files.replace" if there else "files.save") if self._saving else "files.open"
        can = bool(self.name.strip()) and (self._saving or there)
        self.button("take", words(key), lambda: self._take(self.path), on=can)
        imgui.same_line()
        self.button("close", words("desk.cancel"), self.hide)
