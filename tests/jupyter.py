"""A real JupyterLab with a real kernel in a headless Chromium, for browser tests: open a notebook, run and fill its cells."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Locator, Page, sync_playwright

BROWSER_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
SCREENSHOTS = Path(os.environ.get("COURSE_SCREENSHOTS", "build/screenshots"))


def chromium() -> str:
    """The browser to drive: $COURSE_BROWSER, or a Chromium or Chrome on the PATH."""
    found = os.environ.get("COURSE_BROWSER") or next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    assert found, "no Chromium: install it (Debian: apt-get install chromium), or name one in COURSE_BROWSER"
    return found


@contextlib.contextmanager
def lab_server(folder: Path) -> Iterator[str]:
    """JupyterLab serving `folder` on a free port; yields its address without a final slash."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        *(
            sys.executable,
            "-m",
            "jupyterlab",
            "--no-browser",
            "--allow-root",
            f"--ServerApp.root_dir={folder}",
        ),
        *(
            f"--port={port}",
            "--ServerApp.port_retries=0",
            "--IdentityProvider.token=",
            "--ServerApp.password=",
        ),
        *("--ServerApp.disable_check_xsrf=True", "--LabApp.news_url="),
    ]
    state = folder.parent / f"{folder.name}-state"
    environment = {
        **os.environ,
        "JUPYTERLAB_WORKSPACES_DIR": str(state / "workspaces"),
        "JUPYTERLAB_SETTINGS_DIR": str(state / "settings"),
        "COURSE_PROGRESS_DIR": str(state / "progress"),
    }
    state.mkdir(exist_ok=True)
    log = (state / "lab.log").open("w")
    server = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address, server, state / "lab.log")
        yield address
    finally:
        server.terminate()
        server.wait(20)
        log.close()


def _wait_for(address: str, server: subprocess.Popen, log: Path) -> None:
    for _ in range(240):
        assert server.poll() is None, f"JupyterLab ended: {log.read_text()[-2000:]}"
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"{address}/api/status", timeout=2)
            return
        time.sleep(0.25)
    raise AssertionError(f"JupyterLab did not answer within a minute: {log.read_text()[-2000:]}")


@contextlib.contextmanager
def browser_page(width: int = 1280, height: int = 1000) -> Iterator[Page]:
    """A page of a new headless browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=BROWSER_ARGUMENTS)
        try:
            yield browser.new_page(viewport={"width": width, "height": height})
        finally:
            browser.close()


class NotebookPage:
    """A notebook open in JupyterLab."""

    def __init__(self, page: Page, address: str, path: str) -> None:
        self.page = page
        page.goto(f"{address}/lab/tree/{path}?reset", wait_until="domcontentloaded")
        self.panel = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
        self.panel.locator(".jp-Cell").first.wait_for(timeout=60_000)
        # Cells below the window are drawn when the browser has time; a test looks for them all.
        drawn = """() => {
          const cells = [...document.querySelectorAll('.jp-CodeCell')];
          return cells.length > 0 && cells.every((cell) => cell.querySelector('.cm-content'));
        }"""
        page.wait_for_function(drawn, timeout=60_000)
        self._indicator_is_idle(60_000)

    def run_all(self, timeout: float = 120_000) -> None:
        """Run every cell and wait until each has been run."""
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        numbered = """() => [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')]
                             .every((prompt) => /\\[\\d+\\]/.test(prompt.textContent))"""
        self.page.wait_for_function(numbered, timeout=timeout)
        self._indicator_is_idle(timeout)

    def _indicator_is_idle(self, timeout: float) -> None:
        self.page.wait_for_function(
            "document.querySelector('.jp-Notebook-ExecutionIndicator')?.dataset.status === 'idle'",
            timeout=timeout,
        )

    def cell(self, text: str) -> Locator:
        """The first code cell whose source holds `text`."""
        source = self.page.locator(".cm-content", has_text=text)
        found = self.panel.locator(".jp-CodeCell").filter(has=source).first
        found.scroll_into_view_if_needed()
        return found

    def replace_source(self, cell: Locator, source: str) -> None:
        """Put a new source into a cell as a student's paste does."""
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.press("Delete")
        self.page.keyboard.insert_text(source)

    def run(self, cell: Locator, timeout: float = 60_000) -> None:
        """Run one cell and wait until it has been run."""
        prompt = cell.locator(".jp-InputPrompt")
        before = prompt.inner_text()
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+Enter")
        finished = (
            "([prompt, before]) => prompt.textContent !== before && /\\[\\d+\\]/.test(prompt.textContent)"
        )
        self.page.wait_for_function(finished, arg=[prompt.element_handle(), before], timeout=timeout)
        self._indicator_is_idle(timeout)

    def output(self, cell: Locator) -> Locator:
        """The cell's output area."""
        return cell.locator(".jp-Cell-outputArea")

    def screenshot(self, name: str, of: Locator | None = None) -> None:
        """Keep a picture under build/screenshots."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        (of or self.page).screenshot(path=str(SCREENSHOTS / f"{name}.png"))
