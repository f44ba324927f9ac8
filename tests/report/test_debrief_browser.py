"""The debrief in a browser: no error, no request, replays that play, both languages, on a desk and on a phone."""

import io
from collections.abc import Iterator
from pathlib import Path

import pygame
import pytest
from browser import Browser
from scenes import room
from test_debrief import played

from crowdsim.record.recorder import Recording
from crowdsim.report import debrief
from crowdsim.view.words import Words

DESK, PHONE = (1280, 800), (390, 844)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    opened = Browser(tmp_path_factory.mktemp("profile"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The page of one run in both languages, and of two runs."""
    folder = tmp_path_factory.mktemp("pages")
    runs = [Recording(played(folder, "one", 1)), Recording(played(folder, "two", 2, 4.0))]
    for run in runs:  # the scenario was never a file: with a whole text in its head the run is judged too
        run.meta["scenario"] += 'version = 1\ntitle = { id = "Kecil", en = "Small" }\nmap = "x.tmx"\nduration = 60.0\n'
        run.meta["scenario"] = run.meta["scenario"].replace('blocked = ["X9"]', "")
    found = {}
    for name, lang, many in (("id", "id", 1), ("en", "en", 1), ("two", "en", 2)):
        found[name] = folder / f"{name}.html"
        debrief.write(found[name], runs[:many], room(capacity=150.0, toughness=1000.0), lang)
    return found


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("page", ["id", "en", "two"])
def test_it_opens_without_an_error_and_without_asking_the_network(
    browser: Browser, pages: dict[str, Path], page: str, size: tuple[int, int]
) -> None:
    browser.console.clear()
    browser.asked.clear()
    browser.open(pages[page], *size, mobile=size == PHONE)
    assert pages[page].stat().st_size < 8e6
    lang = "id" if page == "id" else "en"
    assert browser.value("document.documentElement.lang") == lang
    assert browser.value("document.querySelector('h1').textContent").startswith(Words(lang, "report")("debrief"))
    assert browser.value("[...document.images].every((image) => image.complete && image.naturalWidth > 0)")
    wide = "[document.documentElement.scrollWidth, window.innerWidth]"
    scrolls, shown = browser.value(wide)
    assert scrolls <= shown, "nothing hangs over at the side"
    picture = pygame.image.load(io.BytesIO(browser.screenshot()))
    assert picture.get_size() == size
    pixels = pygame.surfarray.array3d(picture)
    assert pixels.std() > 20.0, "something is drawn"
    assert browser.console == []
    assert [url for url in browser.asked if not url.startswith(("data:", pages[page].as_uri()))] == []


def test_a_replay_plays_stops_and_is_wound(browser: Browser, pages: dict[str, Path]) -> None:
    browser.console.clear()
    browser.open(pages["en"], *DESK)
    box = "document.querySelector('.replay')"
    drawn = f"{box}.querySelector('canvas').toDataURL()"
    at = f"Number({box}.querySelector('input').value)"
    first, start = browser.value(drawn), browser.value(at)
    browser.value(f"{box}.querySelector('button').click()")
    browser.value("new Promise((done) => setTimeout(done, 900))")
    later, moved = browser.value(drawn), browser.value(at)
    assert later != first and start + 2 <= moved <= start + 12, "five pictures a second"
    browser.value(f"{box}.querySelector('button').click()")
    stopped = browser.value(at)
    browser.value("new Promise((done) => setTimeout(done, 400))")
    assert browser.value(at) == stopped
    browser.value(f"const s = {box}.querySelector('input'); s.value = 0; s.dispatchEvent(new Event('input'))")
    assert browser.value(at) == 0 and browser.value(drawn) not in (first, later)
    assert browser.console == []
