"""How long each explorer takes from a key, a click or a choice to the changed picture, in JupyterLab in headless Chromium.

The page itself measures: from the event's own time stamp to the change of the picture, so that the driver's
delays don't count. Figures depend on how busy the machine is; compare them within one run.
"""

from __future__ import annotations

import re
import shutil
import statistics
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page

from autograde.registry import lecture_paths, repository
from tests.jupyter import NotebookPage, browser_page, lab_server

REPEATS = 8
WATCH = """(area) => {
  window.courseBench = {start: 0, delays: []};
  const bench = window.courseBench;
  for (const kind of ["keydown", "click", "change", "input"])
    area.addEventListener(kind, (event) => { if (!bench.start) bench.start = event.timeStamp; }, true);
  bench.observer = new MutationObserver((changes) => {
    const drawn = changes.some((c) => c.type === "childList" && [...c.addedNodes].some((n) => n.nodeType === 1));
    if (drawn && bench.start) { bench.delays.push(performance.now() - bench.start); bench.start = 0; }
  });
  bench.observer.observe(area, {childList: true, subtree: true});
}"""


def measured(say: Callable[[str], object]) -> dict[str, Any]:
    """{explorer: {"p50_ms", "p95_ms", "samples"}} for every explorer of every notebook."""
    figures: dict[str, Any] = {}
    say(f"{'explorer':<28} {'median':>8} {'95 %':>8} {'samples':>8}")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "course"
        shutil.copytree(repository() / "notebooks", folder)
        with lab_server(folder) as address, browser_page() as page:
            for path in lecture_paths():
                for name, delays in _explorers(page, address, path.stem):
                    figures[name] = _summary(delays)
                    row = figures[name]
                    say(f"{name:<28} {row['p50_ms']:5.0f} ms {row['p95_ms']:5.0f} ms {row['samples']:>8}")
    return figures


def _summary(delays: list[float]) -> dict[str, Any]:
    ordered = sorted(delays)
    late = ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]
    return {"p50_ms": round(statistics.median(ordered), 1), "p95_ms": round(late, 1), "samples": len(ordered)}


def _explorers(page: Page, address: str, lecture: str) -> Iterator[tuple[str, list[float]]]:
    notebook = NotebookPage(page, address, f"{lecture}.ipynb")
    notebook.run_all()
    page.wait_for_timeout(1_000)
    source = (repository() / "solutions" / f"{lecture}.py").read_text(encoding="utf-8")
    for name in dict.fromkeys(re.findall(r"^explore\.(\w+)\(", source, re.MULTILINE)):
        area = notebook.output(notebook.cell(f"explore.{name}("))
        area.locator("svg").first.wait_for(timeout=30_000)
        area.scroll_into_view_if_needed()
        area.evaluate(WATCH)
        _use(page, area)
        delays = page.evaluate("window.courseBench.observer.disconnect() || window.courseBench.delays")
        if delays:
            yield name, delays


def _use(page: Page, area: Locator) -> None:
    """Move every slider and strip, choose every choice, press some cells: what a student's hands would do."""
    for slider in area.locator("input[type=range]").all()[:4]:
        slider.focus()
        for step in range(REPEATS):
            _press(page, "ArrowRight" if step % 4 < 2 else "ArrowLeft")
    for choice in area.locator("select").all()[:3]:
        for option in choice.locator("option").all()[:3]:
            choice.select_option(option.get_attribute("value"))
            page.wait_for_timeout(150)
    if area.locator("[data-drag]").count():
        area.locator("[data-drag]").first.focus()
        for step in range(REPEATS):
            _press(page, "ArrowRight" if step % 4 < 2 else "ArrowLeft")
    picks = area.locator("[data-pick]").count()
    for index in range(0, min(picks, 24), 4):
        area.locator("[data-pick]").nth(index).click(force=True)
        page.wait_for_timeout(150)


def _press(page: Page, key: str) -> None:
    page.keyboard.press(key)
    page.wait_for_timeout(150)  # longer than an answer takes, so that events don't share one
    page.evaluate("window.courseBench.start = 0")
