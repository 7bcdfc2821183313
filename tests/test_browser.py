"""A student's first steps in a real browser: a wrong answer brings its hint, the right one is accepted, an explorer moves."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator

from autograde.madeup import misconception, solution
from autograde.registry import repository
from tests.jupyter import NotebookPage, browser_page, lab_server

pytestmark = pytest.mark.browser
START, SIGNALS, POOLING = "00_start_here", "02_convolution_1d", "05_pooling"


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    folder = tmp_path_factory.mktemp("course")
    for lecture in (START, SIGNALS, POOLING):
        shutil.copy(repository() / "notebooks" / f"{lecture}.ipynb", folder)
    with lab_server(folder) as address:
        yield address


@contextlib.contextmanager
def picture_changes(explorer: Locator) -> Iterator[None]:
    """Whatever happens inside must change the explorer's picture."""
    before = explorer.locator("svg").first.inner_html()
    yield
    changed = "([area, before]) => area.querySelector('svg').innerHTML !== before"
    explorer.page.wait_for_function(changed, arg=[explorer.element_handle(), before], timeout=10_000)


def test_a_student_gets_a_hint_then_is_right_and_moves_an_explorer(lab, lectures):
    with browser_page() as page:
        notebook = NotebookPage(page, lab, f"{SIGNALS}.ipynb")
        notebook.run_all()
        assert notebook.panel.locator('.jp-OutputArea-output[data-mime-type*="stderr"]').count() == 0
        assert notebook.panel.locator('.jp-OutputArea-output[data-mime-type*="error"]').count() == 0

        answer, check = notebook.cell("def correlate1d("), notebook.cell('check("correlate1d")')
        assert "Not attempted" in notebook.output(check).inner_text()

        notebook.replace_source(answer, misconception("correlate1d", "flips_the_kernel"))
        notebook.run(answer)
        notebook.run(check)
        shown = notebook.output(check).inner_text()
        assert "Not yet" in shown
        assert "Smallest failing example" in shown
        assert notebook.output(check).locator("svg").count() >= 1
        notebook.screenshot("hint", notebook.output(check))

        notebook.replace_source(answer, solution(lectures[SIGNALS], "correlate1d"))
        notebook.run(answer)
        notebook.run(check)
        assert "Right" in notebook.output(check).inner_text()

        explorer = notebook.output(notebook.cell("explore.kernel_strip("))
        with picture_changes(explorer):
            explorer.locator("input[type=range]").first.focus()
            page.keyboard.press("ArrowRight")
        notebook.screenshot("explorer-moved", explorer)


def test_a_student_types_a_number_into_the_gradient_router(lab):
    with browser_page(height=900) as page:
        notebook = NotebookPage(page, lab, f"{POOLING}.ipynb")
        notebook.run_all()
        router = notebook.output(notebook.cell("explore.gradient_router("))
        with picture_changes(router):
            router.locator("[data-edit]").first.click()
            page.keyboard.type("60")
            page.keyboard.press("Enter")
        assert "60" in (router.locator("svg").first.text_content() or "")
        router.scroll_into_view_if_needed()
        notebook.screenshot("gradient-router", router)
        notebook.screenshot("notebook")


def test_notebook_00_shows_the_check_three_times_and_its_map_opens_a_lecture(lab):
    with browser_page() as page:
        notebook = NotebookPage(page, lab, f"{START}.ipynb")
        notebook.run_all()
        checks = notebook.panel.locator(".jp-CodeCell", has_text='check("count_values")')
        assert "Not attempted yet" in checks.nth(0).inner_text()
        assert "Smallest failing example" not in checks.nth(0).inner_text()
        assert "Compare your answers for the grey and for the colour picture" in checks.nth(1).inner_text()
        chart = notebook.output(notebook.cell("course_map()"))
        assert "Error" not in chart.inner_text()
        notebook.screenshot("course-map", chart)
        chart.get_by_role("link", name="02 · Convolution in one dimension").click()
        page.locator(".jp-NotebookPanel h1", has_text="Convolution in one dimension").wait_for(timeout=30_000)
