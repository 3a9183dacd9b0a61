"""The labs opened as a student opens them: `labkit lab` headless, and Chromium driven by Playwright."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

CHROMIUM = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
]  # fmt: skip
READY_SECONDS = 90


@pytest.fixture(scope="session")
def lab_url(tmp_path_factory: pytest.TempPathFactory, course: Path) -> Iterator[str]:
    """The address that `make lab BROWSER=none` prints, in English; ended with Ctrl-C, as a person ends it."""
    folder = tmp_path_factory.mktemp("browser")
    environment = {**os.environ, "LABCLUSTER_STATE": str(folder / "state"), "COURSE_LANG": "en"}
    here = Path(sys.executable)
    command = [str(here.with_name("labkit")), "lab", "--browser", "none", "--work", str(folder / "work")]
    with subprocess.Popen(
        [*command, "--name", "browser", "--course", str(course)], stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        timer = threading.Timer(READY_SECONDS, process.kill)
        timer.start()
        assert process.stdout is not None
        url = next((match[1] for line in process.stdout if (match := re.match(r"URL: (\S+)", line))), None)
        timer.cancel()
        assert url, "make lab ended or was not ready in time"
        yield url
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 0
    down = [str(here.with_name("labcluster")), "down", "--name", "browser"]
    assert subprocess.run(down, env=environment, check=False).returncode == 0


@pytest.fixture
def page(lab_url: str, tmp_path: Path) -> Iterator[Page]:
    """An empty page of a large window; `lab_url` is ready."""
    chromium = shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM)
        opened = browser.new_page(viewport={"width": 1500, "height": 1000})
        opened.set_default_timeout(20_000)
        yield opened
        opened.screenshot(path=tmp_path / "last.png")  # kept by pytest when the test fails
        browser.close()
