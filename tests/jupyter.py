"""A real JupyterLab with a real kernel in a headless Chromium, for browser tests: open a notebook, run and fill its cells."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Error, Locator, Page, sync_playwright
from playwright.sync_api import TimeoutError as TooLate

BROWSER_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
SCREENSHOTS = Path(os.environ.get("COURSE_SCREENSHOTS", "build/screenshots"))
PATIENCE = 180_000  # milliseconds; long, because a busy machine is no failure
PANEL = """(path) => window.jupyterapp &&
  [...window.jupyterapp.shell.widgets("main")].find((widget) => widget.context && widget.context.path === path)"""
# What the page shows of the notebook: JupyterLab's own record, because a prompt or an indicator may be drawn late.
STATE = """(path) => {
  const panel = (FIND)(path), session = panel && panel.context.sessionContext;
  const kernel = session && session.session && session.session.kernel;
  const cells = panel ? panel.content.widgets : [];
  return {
    loaded: Boolean(panel && panel.context.isReady && cells.length === panel.context.model.cells.length),
    kernel: !session ? "none" : kernel && kernel.connectionStatus !== "connected" ? kernel.connectionStatus
      : session.kernelDisplayStatus,
    cells: cells.map((cell, at) => ({
      at,
      code: cell.model.type === "code" && cell.model.sharedModel.source.trim() !== "",
      drawn: cell.isAttached && (cell.model.type !== "code" || cell.node.querySelector(".cm-content") !== null),
      count: cell.model.executionCount,
      running: cell.model.executionState === "running",
      failed: cell.model.type === "code" && cell.model.outputs.toJSON().some((o) => o.output_type === "error"),
      source: cell.model.sharedModel.source.slice(0, 60),
    })),
    dialogs: [...document.querySelectorAll(".jp-Dialog")].map((dialog) => dialog.innerText),
  };
}""".replace("FIND", PANEL)
READY = "state.loaded && state.kernel === 'idle' && state.cells.every((cell) => cell.drawn)"
# Given the numbers before, every cell of the list has a new one; or one has failed, which stops JupyterLab's queue.
HAS_RUN = """state.kernel === 'idle' && state.cells.every((cell) => !cell.running) && (
  state.cells.some((cell) => cell.failed && cell.count !== null && cell.count !== before[cell.at]) ||
  wanted.every((at) => state.cells[at].count !== null && state.cells[at].count !== before[at]))"""


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
        *("--ServerApp.disable_check_xsrf=True", "--LabApp.news_url=", "--LabApp.expose_app_in_browser=True"),
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
        _stop(server)
        log.close()


def _stop(server: subprocess.Popen) -> None:
    server.terminate()
    try:
        server.wait(60)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _wait_for(address: str, server: subprocess.Popen, log: Path) -> None:
    latest = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < latest:
        assert server.poll() is None, f"JupyterLab ended: {log.read_text()[-2000:]}"
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"{address}/api/status", timeout=5)
            return
        time.sleep(0.25)
    raise AssertionError(f"JupyterLab did not answer: {log.read_text()[-2000:]}")


@contextlib.contextmanager
def browser_page(width: int = 1280, height: int = 1000) -> Iterator[Page]:
    """A page of a new headless browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=BROWSER_ARGUMENTS, timeout=PATIENCE
        )
        try:
            page = browser.new_page(viewport={"width": width, "height": height})
            page.set_default_timeout(60_000)
            page.set_default_navigation_timeout(PATIENCE)
            yield page
        finally:
            browser.close()


class NotebookPage:
    """A notebook open in JupyterLab, all cells drawn and the kernel waiting."""

    def __init__(self, page: Page, address: str, path: str) -> None:
        self.page, self.path = page, path
        self.complaints: list[str] = []
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(f"{address}/lab/tree/{path}?reset", wait_until="domcontentloaded")
        self.panel = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
        # "Run All Cells" does nothing, in silence, as long as there is no kernel.
        self.wait_until(READY, "open the notebook with its kernel")

    def _heard(self, message: Any) -> None:
        if message.type == "error":
            self.complaints.append(f"{message.text} ({message.location.get('url', '')})")

    # --- waiting ---

    def state(self) -> dict[str, Any]:
        """JupyterLab's own record of the notebook: loaded, kernel, cells, dialogs."""
        return self.page.evaluate(STATE, self.path)

    def wait_until(
        self, condition: str, doing: str, arguments: dict[str, Any] | None = None, timeout: float = PATIENCE
    ) -> None:
        """Wait for a JavaScript condition on `state` and the named arguments; says what is amiss if it doesn't come."""
        named = arguments or {}
        function = f"""([path, values]) => {{
          const state = ({STATE})(path);
          const {{{", ".join(named) or "_"}}} = values;
          return {condition};
        }}"""
        try:
            self.page.wait_for_function(function, arg=[self.path, named], timeout=timeout, polling=100)
        except TooLate:
            raise AssertionError(self._report(doing, timeout)) from None

    def _report(self, doing: str, timeout: float) -> str:
        """A sentence with all that can be wrong, and a screenshot beside it."""
        name = f"timeout-{Path(self.path).stem}-{re.sub(r'[^a-z0-9]+', '-', doing.lower())[:40]}"
        with contextlib.suppress(Error):  # the sentence matters more than the picture
            self.screenshot(name)
        state = self.state()
        code = [cell for cell in state["cells"] if cell["code"]]
        open_cells = [f"{c['at']} {c['source']!r}" for c in code if c["count"] is None or c["running"]]
        undrawn = [c["at"] for c in state["cells"] if not c["drawn"]]
        return (
            f"{self.path}: could not {doing} within {timeout / 1000:.0f} s. Loaded: {state['loaded']}; "
            f"kernel: {state['kernel']}; {len(open_cells)} of {len(code)} code cells without a number: {open_cells}; "
            f"cells not drawn: {undrawn}; dialogs: {state['dialogs'] or 'none'}; "
            f"errors in the page: {self.complaints or 'none'}; see {SCREENSHOTS / name}.png"
        )

    # --- running ---

    def run_all(self) -> None:
        """Run every cell and wait until each has been run."""
        before = self._counts()
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        wanted = [cell["at"] for cell in self.state()["cells"] if cell["code"]]
        self.wait_until(HAS_RUN, "run all cells", {"wanted": wanted, "before": before})

    def run(self, cell: Locator) -> None:
        """Run one cell and wait until it has been run."""
        before = self._counts()
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+Enter")
        self.wait_until(HAS_RUN, "run a cell", {"wanted": [self._place(cell)], "before": before})

    def _counts(self) -> list[int | None]:
        return [cell["count"] for cell in self.state()["cells"]]

    def errors(self) -> list[str]:
        """The sources of cells that ended with an error, or printed on stderr."""
        found = f"""(path) => ({PANEL})(path).content.widgets.filter((cell) => cell.model.type === "code" &&
          cell.model.outputs.toJSON().some((o) => o.output_type === "error" || o.name === "stderr"))
          .map((cell) => cell.model.sharedModel.source)"""
        return self.page.evaluate(found, self.path)

    def close(self) -> None:
        """End the kernel, whose memory the next notebook may need."""
        self.page.evaluate(
            f"(path) => ({PANEL})(path).context.sessionContext.shutdown().catch(() => null)", self.path
        )

    # --- cells ---

    def cell(self, text: str) -> Locator:
        """The first code cell whose source holds `text`."""
        return self.cells(text)[0]

    def cells(self, text: str) -> list[Locator]:
        """All code cells whose source holds `text`."""
        return self._cells(
            "cell.model.type === 'code' && cell.model.sharedModel.source.includes(wanted)", text
        )

    def cell_called(self, name: str) -> Locator:
        """The cell with this id; an exercise's check has the exercise's name, its answer "NAME-answer"."""
        return self._cells("cell.model.id === wanted", name)[0]

    def _cells(self, condition: str, wanted: str) -> list[Locator]:
        found = self.page.evaluate(
            f"""([path, wanted]) => ({PANEL})(path).content.widgets.flatMap((cell, at) => {{
              cell.node.dataset.place = at;
              return {condition} ? [at] : [];
            }})""",
            [self.path, wanted],
        )
        assert found, f"{self.path} has no cell for {wanted!r}"
        return [self.panel.locator(f'.jp-Cell[data-place="{at}"]') for at in found]

    def source(self, cell: Locator) -> str:
        """The whole source, of which the page may draw a part."""
        return self.page.evaluate(
            f"([path, at]) => ({PANEL})(path).content.widgets[at].model.sharedModel.source",
            [self.path, self._place(cell)],
        )

    def _place(self, cell: Locator) -> int:
        return int(cell.get_attribute("data-place") or -1)

    def replace_source(self, cell: Locator, source: str) -> None:
        """Put a new source into a cell as a student's paste does."""
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.press("Delete")
        self.page.keyboard.insert_text(source)
        written = f"({PANEL})(path).content.widgets[at].model.sharedModel.source.trim() === source.trim()"
        arguments = {"at": self._place(cell), "source": source}
        self.wait_until(written, "fill a cell", arguments)

    def output(self, cell: Locator) -> Locator:
        """The cell's output area."""
        return cell.locator(".jp-Cell-outputArea")

    def save(self) -> dict[str, Any]:
        """Save, and read back what the file then holds."""
        self.page.evaluate(f"(path) => ({PANEL})(path).context.save()", self.path)
        answer = self.page.request.get(f"{self.page.url.split('/lab')[0]}/api/contents/{self.path}")
        return json.loads(answer.text())["content"]

    def theme(self, name: str) -> None:
        """Change to "JupyterLab Light" or "JupyterLab Dark"."""
        self.page.evaluate(
            "(theme) => window.jupyterapp.commands.execute('apputils:change-theme', {theme})", name
        )
        self.wait_until("document.body.dataset.jpThemeName === name", "change the theme", {"name": name})

    def screenshot(self, name: str, of: Locator | None = None) -> None:
        """Keep a picture under build/screenshots."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        (of or self.page).screenshot(path=str(SCREENSHOTS / f"{name}.png"))
