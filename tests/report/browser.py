"""A page in headless Chromium, driven over a pipe: what it logs, what it asks the network for, what it shows."""

import base64
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class Browser:
    """One page. `console` and `asked` grow while it is open."""

    def __init__(self, profile: Path) -> None:
        found = next((path for path in map(shutil.which, _NAMES) if path), None)
        if found is None or sys.platform == "win32":
            pytest.skip("no Chromium here: the page is not opened in a browser")
        to_child, self._to = os.pipe()
        self._from, from_child = os.pipe()

        def ends() -> None:  # the browser reads from 3 and writes to 4
            high = (os.dup(to_child), os.dup(from_child))
            os.dup2(high[0], 3)
            os.dup2(high[1], 4)

        arguments = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                     "--remote-debugging-pipe", f"--user-data-dir={profile}", "about:blank")  # fmt: skip
        self._process = subprocess.Popen(
            [found, *arguments], preexec_fn=ends, close_fds=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        os.close(to_child)
        os.close(from_child)
        self._number, self._rest = 0, b""
        self.console: list[str] = []
        self.asked: list[str] = []
        targets = self("Target.getTargets", session=None)["targetInfos"]
        page = next(target["targetId"] for target in targets if target["type"] == "page")
        self._session: str | None = self("Target.attachToTarget", session=None, targetId=page, flatten=True)[
            "sessionId"
        ]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self(f"{domain}.enable")

    def __call__(self, method: str, session: str | None = "", **params: Any) -> dict[str, Any]:
        """Ask the browser for something; its answer."""
        self._number += 1
        asked: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        if session is not None:
            asked["sessionId"] = self._session
        os.write(self._to, json.dumps(asked).encode() + b"\0")
        while True:
            told = self._next()
            if told.get("id") == self._number:
                assert "error" not in told, f"{method}: {told['error']}"
                answer: dict[str, Any] = told["result"]
                return answer

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            part = os.read(self._from, 1 << 20)
            assert part, "the browser has ended"
            self._rest += part
        line, self._rest = self._rest.split(b"\0", 1)
        told: dict[str, Any] = json.loads(line)
        params = told.get("params", {})
        match told.get("method"):
            case "Network.requestWillBeSent":
                self.asked.append(params["request"]["url"])
            case "Runtime.consoleAPICalled":
                self.console.append(f"{params['type']}: {params['args']}")
            case "Runtime.exceptionThrown":
                self.console.append(str(params["exceptionDetails"]))
            case "Log.entryAdded":
                self.console.append(f"{params['entry']['level']}: {params['entry']['text']}")
        return told

    def open(self, page: Path, width: int, height: int, mobile: bool = False) -> None:
        """Show a file on a screen of this size, px."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile}
        self("Emulation.setDeviceMetricsOverride", **size)
        self("Page.navigate", url=page.as_uri())
        until = time.monotonic() + 60.0
        while self.value("document.readyState") != "complete" or self.value("location.href") == "about:blank":
            assert time.monotonic() < until, "the page does not load"
            time.sleep(0.05)

    def value(self, expression: str) -> Any:
        """What a line of JavaScript comes to."""
        told = self("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in told, told["exceptionDetails"]
        return told["result"].get("value")

    def screenshot(self) -> bytes:
        """What is shown, as PNG."""
        return base64.b64decode(self("Page.captureScreenshot", format="png")["data"])

    def close(self) -> None:
        """End the browser."""
        os.close(self._to)
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._from)
