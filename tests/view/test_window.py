"""The real window on a virtual display: start it as a user does, press keys, look at the picture."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from crowdsim.problems import InputError
from crowdsim.record.recorder import Recording

WIDTH, HEIGHT = 1280, 720
PATIENCE = 240.0  # s: a cold machine compiles for a minute

pytestmark = [
    pytest.mark.skipif(not shutil.which("Xvfb"), reason="no Xvfb on this machine (apt-get install xvfb)"),
    pytest.mark.skipif(not shutil.which("xdotool"), reason="no xdotool on this machine (apt-get install xdotool)"),
    pytest.mark.xdist_group("window"),
]


def screenshot(folder: Path) -> np.ndarray:
    """The virtual screen as u8[HEIGHT, WIDTH, 3], red first, read from the frame buffer file Xvfb keeps (XWD)."""
    data = (folder / "Xvfb_screen0").read_bytes()
    header = np.frombuffer(data[:100], ">u4")
    size, colours, stride = int(header[0]), int(header[19]), int(header[12])
    first = size + colours * 12
    rows = np.frombuffer(data[first : first + stride * HEIGHT], np.uint8).reshape(HEIGHT, stride)
    return rows[:, : WIDTH * 4].reshape(HEIGHT, WIDTH, 4)[:, :, 2::-1].astype(int)


def wait_for(what: str, seen, process: subprocess.Popen) -> None:
    """Until `seen()` holds; fails when the program ends or patience does."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if process.poll() is not None:
            pytest.fail(f"the program ended before {what}: {process.communicate()}")
        if seen():
            return
        time.sleep(0.1)
    pytest.fail(f"never: {what}")


@pytest.fixture
def screen(tmp_path):
    """A virtual display; gives its folder and number."""
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-fbdir", str(tmp_path)],
        pass_fds=(write,),
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as pipe:
        number = pipe.readline().strip()
    yield tmp_path, f":{number}"
    server.terminate()
    server.wait(10)


def test_play_pause_theme_and_leave(screen, tmp_path):
    """The window shows the place, people move, space stops them, F6 the theme, Ctrl+Q leaves and keeps the run."""
    folder, display = screen
    environment = {k: v for k, v in os.environ.items() if k != "SDL_VIDEODRIVER"} | {"DISPLAY": display}
    settings = tmp_path / "settings.json"
    settings.write_text('{"version": 1, "tour_seen": true}')  # the tour would take the first keys
    environment["CROWDSIM_SETTINGS"] = str(settings)
    home = tmp_path / "home"
    home.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "crowdsim", "live", "--size", f"{WIDTH}x{HEIGHT}", "--lang", "en", "--speed", "16"],
        env=environment,
        cwd=home,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )

    def press(key: str) -> None:
        subprocess.run(["xdotool", "key", key], env=environment, check=True)

    def place() -> np.ndarray:
        """The map's part of the screen, free of banner, timeline and panel."""
        return screenshot(folder)[90:600, : WIDTH - 340]

    def run_time() -> float:
        """The last second of the exercise in the run file, which is written while the window plays."""
        files = list((home / "runs").glob("*.crowdsim"))
        try:
            return Recording(files[0]).times[-1] if files else 0.0
        except InputError:  # it has just been made
            return 0.0

    try:
        wait_for("a picture", lambda: place().std() > 12, process)
        wait_for("people", lambda: run_time() > 20.0, process)
        standing = place()
        wait_for("the march", lambda: run_time() > 75.0, process)
        assert (np.abs(place() - standing).sum(axis=2) > 90).mean() > 0.005, "nobody moved on the screen"

        press("space")
        time.sleep(1.0)
        still = place()
        time.sleep(1.0)
        assert np.array_equal(still, place()), "paused, but the picture goes on"

        press("F6")
        wait_for("another theme", lambda: abs(place().mean() - still.mean()) > 40, process)

        press("ctrl+q")
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
        run_file = home / out.strip().splitlines()[-1]
        assert Recording(run_file).times[-1] > 45.0
        assert "Traceback" not in err
    finally:
        if process.poll() is None:
            process.kill()
