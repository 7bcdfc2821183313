"""Notebook 00 in a real browser, on a machine whose kernels start late: its three checks, and its map to the lectures."""

from __future__ import annotations

import shutil
import time

import pytest
from playwright.sync_api import Route

from autograde.course.registry import repository
from tests.jupyter import NotebookPage, browser_page, lab_server

pytestmark = pytest.mark.browser
START, SIGNALS = "00_start_here", "02_convolution_1d"


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    folder = tmp_path_factory.mktemp("course")
    for lecture in (START, SIGNALS):
        shutil.copy(repository() / "notebooks" / f"{lecture}.ipynb", folder)
    with lab_server(folder) as address:
        yield address


@pytest.fixture(scope="module")
def notebook(lab):
    def late(route: Route) -> None:
        # JupyterLab shows the whole notebook, as idle, seconds before it has a kernel; "Run All Cells" then does nothing.
        if route.request.method == "POST":
            time.sleep(3)
        route.continue_()

    with browser_page() as page:
        page.route("**/api/sessions*", late)
        opened = NotebookPage(page, lab, f"{START}.ipynb")
        opened.run_all()
        yield opened


def test_every_cell_has_been_run_although_the_kernel_came_late(notebook):
    cells = [cell for cell in notebook.state()["cells"] if cell["code"]]
    assert [cell["count"] for cell in cells] == list(range(1, len(cells) + 1))


def test_a_notebook_that_does_not_become_ready_is_described_in_a_sentence(notebook):
    with pytest.raises(AssertionError, match="could not wait for nothing within 0 s.*kernel: idle; 0 of"):
        notebook.wait_until("false", "wait for nothing", timeout=100)


def test_notebook_00_shows_the_check_three_times(notebook):
    checks = notebook.panel.locator(".jp-CodeCell", has_text='check("count_values")')
    assert "Not attempted yet" in checks.nth(0).inner_text()
    assert "failing example" not in checks.nth(0).inner_text()
    assert "How many numbers does one pixel hold" in checks.nth(1).inner_text()


def test_the_map_of_notebook_00_opens_a_lecture(notebook):
    chart = notebook.output(notebook.cell("course_map()"))
    notebook.screenshot("course-map", chart)
    chart.get_by_role("link", name="02 · Convolution in one dimension").click()
    heading = notebook.page.locator(".jp-NotebookPanel h1", has_text="Convolution in one dimension")
    heading.wait_for(timeout=120_000)
