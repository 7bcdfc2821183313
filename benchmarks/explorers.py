"""How long each explorer takes from what the mouse or the keyboard did to the changed picture, in JupyterLab in headless Chromium.

The page itself measures: from the event's own time stamp to the moment at which the stage has drawn the answer, so that
the driver's delays don't count. Figures depend on how busy the machine is; compare them within one run.
"""

from __future__ import annotations

import shutil
import statistics
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from autograde.course.registry import lecture_paths, repository
from tests.explorer_hands import Explorer, explorers_in
from tests.jupyter import NotebookPage, browser_page, lab_server

SAMPLES, ROUNDS = 40, 8  # go on until there are so many, but not for ever
# The stage says when it sends something (data-busy) and when it has drawn the answer (data-answers).
WATCH = """(stage) => {
  const bench = window.courseBench = {delays: []};
  let event = 0, start = 0;
  for (const kind of ["keydown", "click", "change", "input", "pointermove", "blur"])
    window.addEventListener(kind, (heard) => { event = heard.timeStamp; }, true);
  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.attributeName === "data-busy" && stage.dataset.busy === "true" && !start) start = event;
      if (change.attributeName === "data-answers" && start) {
        bench.delays.push(performance.now() - start);
        start = 0;
      }
    }
  }).observe(stage, {attributes: true, attributeFilter: ["data-busy", "data-answers"]});
}"""


def measured(say: Callable[[str], object]) -> dict[str, Any]:
    """{explorer: {"p50_ms", "p95_ms", "samples"}} for every explorer that a student's notebook opens with."""
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
    for cell in notebook.cells("explore."):
        output = notebook.output(cell)
        if output.locator(".course-stage").count():
            yield explorers_in(notebook.source(cell))[0], _delays(Explorer(output))
    notebook.close()


def _delays(explorer: Explorer) -> list[float]:
    """Milliseconds from event to picture, using all that the explorer offers, by mouse and by keyboard."""
    explorer.stage.evaluate(WATCH)
    for _ in range(ROUNDS):
        for move in explorer.moves():
            explorer.tried(move)
        delays: list[float] = explorer.page.evaluate("window.courseBench.delays")
        if len(delays) >= SAMPLES:
            break
    assert delays, "the explorer answered nothing"
    return delays
