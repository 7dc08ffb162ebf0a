"""A real dashboard in a real Chromium. Where Chromium is missing the tests are skipped, except in CI."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeout

REPOSITORY = Path(__file__).resolve().parents[2]
REAL_DUMPS = REPOSITORY.parent / "shared" / "wcr" / "dumps"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
START_SECONDS = 120
QUIET_MILLISECONDS = 400
RESTED = """quiet => {
    const now = performance.now();
    const state = document.querySelector('[data-testid=stApp]')?.dataset.testScriptState;
    if (state !== 'notRunning') window.lastBusy = now;
    return now - window.lastBusy > quiet;
}"""
expect.set_options(timeout=30_000)

collect_ignore = [] if REAL_DUMPS.is_dir() else ["test_real_dumps.py"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if CHROMIUM is None and not os.environ.get("CI"):
        missing = pytest.mark.skip(reason="Chromium is not installed (Debian: apt-get install chromium)")
        for item in items:
            if Path(__file__).parent in item.path.parents:
                item.add_marker(missing)


@dataclass(frozen=True)
class Dashboard:
    """A running dashboard with a home of its own."""

    url: str
    home: Path
    log: Path


def start_dashboard(home: Path) -> tuple[subprocess.Popen[bytes], Dashboard]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = home / "server.log"
    command = [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}"]
    command += ["--server.address=127.0.0.1", "--server.headless=true", "--server.fileWatcherType=none"]
    environment = os.environ | {"CRASH_KNOWLEDGE_HOME": str(home)}
    environment.pop("CRASH_KNOWLEDGE_DATABASE_URL", None)
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=REPOSITORY, env=environment, stdout=output, stderr=output)
    url = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2) as answer:
                if answer.read() == b"ok":
                    return process, Dashboard(url, home, log)
        except OSError:
            time.sleep(0.2)
    process.kill()
    raise RuntimeError(f"The dashboard did not start:\n{log.read_text(errors='replace')}")


@pytest.fixture
def dashboard(installation: Path) -> Iterator[Dashboard]:
    """A dashboard on an empty database."""
    process, running = start_dashboard(installation)
    yield running
    process.terminate()
    process.wait(timeout=30)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def outside_requests() -> list[str]:
    """Addresses outside the dashboard that the browser asked for."""
    return []


@pytest.fixture
def page(chromium: Browser, dashboard: Dashboard, outside_requests: list[str]) -> Iterator[Page]:
    """A browser page of 1280x800; the test fails when it asks for anything outside the dashboard."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, base_url=dashboard.url)
    context.set_default_timeout(60_000)
    host = dashboard.url.removeprefix("http://")
    context.on(
        "request",
        lambda request: (
            None
            if host in request.url or request.url.startswith(("data:", "blob:"))
            else outside_requests.append(request.url)
        ),
    )
    yield context.new_page()
    context.close()
    assert outside_requests == []


@pytest.fixture
def settled() -> Callable[[Page], None]:
    """Waits until the page's script has rested for a while: one run may follow upon another."""

    def wait(page: Page) -> None:
        page.evaluate("window.lastBusy = performance.now()")
        page.wait_for_function(RESTED, arg=QUIET_MILLISECONDS)

    return wait


def choose(page: Page, box: Locator, text: str) -> None:
    """Choose the option with that text; once more when the page was drawn anew under the open list."""
    for _ in range(5):
        box.click()
        try:
            page.get_by_role("option").filter(has_text=text).first.click(timeout=5_000)
        except PlaywrightTimeout:
            page.keyboard.press("Escape")
        else:
            return
    raise AssertionError(f"{text!r} could not be chosen")
