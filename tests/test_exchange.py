"""nbgrader's exchange through JupyterLab: an assignment goes out, comes back solved, is graded by hand, and its feedback returns.

One machine, one temporary exchange, two JupyterLabs: the instructor's in the course folder, the student's in a folder of
her own. The course is a copy of the repository with one small lecture.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import FrameLocator, Locator, Page, expect

from tests.jupyter import SCREENSHOTS, NotebookPage, browser_page, lab_server
from tests.small_course import LECTURE, small_environment, small_repository

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LONG = 180_000
STUDENT = pwd.getpwuid(os.getuid()).pw_name  # nbgrader takes the name of the account, whoever logs in
SETTINGS = """
c = get_config()
c.Exchange.root = {exchange!r}
c.CourseDirectory.course_id = "course"
"""


@dataclass(frozen=True)
class School:
    """A released course, an exchange, and a student's empty folder."""

    course: Path
    desk: Path
    environment: dict[str, str]

    @contextlib.contextmanager
    def lab(self, folder: Path) -> Iterator[str]:
        """JupyterLab in a folder; yields its address."""
        with pytest.MonkeyPatch.context() as patch:
            for name, value in self.environment.items():
                patch.setenv(name, value)
            patch.delenv("NBGRADER_EXECUTION", raising=False)
            with lab_server(folder) as address:
                yield address

    def run(self, *arguments: str) -> None:
        """An `autograde` command, which must succeed."""
        command = [sys.executable, "-m", "autograde", *arguments]
        subprocess.run(command, cwd=self.course.parent, env=self.environment, check=True)

    def mark(self, exercise: str, student: str) -> float:
        from nbgrader.api import Gradebook

        with Gradebook(f"sqlite:///{self.course}/gradebook.db") as book:
            return float(book.find_grade(exercise, LECTURE, LECTURE, student).score)


@pytest.fixture(scope="module")
def school(tmp_path_factory) -> School:
    home = tmp_path_factory.mktemp("school")
    environment = small_environment(small_repository(home / "repository"))
    environment["HOME"] = str(home)
    made = School(home / "course", home / "desk", environment)
    for folder in (made.desk, home / "exchange", home / "jupyter"):
        folder.mkdir()
    (home / "exchange").chmod(0o777)
    settings = SETTINGS.format(exchange=str(home / "exchange"))
    (home / "jupyter" / "nbgrader_config.py").write_text(settings)
    made.run("init", str(made.course))
    return made


def opened(page: Page, entry: str) -> None:
    """Choose an entry of JupyterLab's menu Nbgrader."""
    page.get_by_role("menuitem", name="Nbgrader", exact=True).click()
    page.get_by_role("menuitem", name=entry, exact=True).click()


def formgrader(page: Page, address: str) -> FrameLocator:
    """The formgrader, opened in JupyterLab."""
    page.goto(f"{address}/lab?reset", wait_until="domcontentloaded")
    opened(page, "Formgrader")
    frame = page.frame_locator("iframe[src*=formgrader]")
    frame.get_by_role("link", name=LECTURE).first.wait_for(timeout=LONG)
    return frame


def pressed(frame: FrameLocator, column: str) -> None:
    """Press the button in a column of the table's only row, and close the message about its success."""
    frame.locator(f"tbody .{column} a").click()
    said = frame.locator(".modal.in")
    expect(said.locator(".modal-title")).to_have_text("Success", timeout=LONG)
    said.locator(".modal-footer button, .close").first.click()
    expect(said).to_have_count(0, timeout=LONG)


def assignments(page: Page, part: str) -> Locator:
    """A part of the student's list: released, fetched or submitted."""
    return page.locator(f"#{part}_assignments_list .list_item").filter(has_text=LECTURE).first


def kept(page: Page, name: str) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=str(SCREENSHOTS / f"{name}.png"))


def test_an_assignment_goes_out_comes_back_is_graded_by_hand_and_its_feedback_returns(school):
    with (
        school.lab(school.course) as office,
        school.lab(school.desk) as desk,
        browser_page(1400, 1000) as page,
    ):
        page.set_default_timeout(LONG)
        pressed(formgrader(page, office), "release")
        kept(page, "formgrader-released")

        solve_and_submit(page, desk)

        frame = formgrader(page, office)
        pressed(frame, "collect")
        frame.locator("tbody .num-submissions a").click()
        pressed(frame, "autograde")
        expect(frame.locator("tbody .status")).to_have_text("needs manual grading", timeout=LONG)
        assert school.mark("triple", STUDENT) == 0.7 and school.mark("reason", STUDENT) == 0.0

        grade_by_hand(page, frame)
        frame = formgrader(page, office)
        expect(frame.locator("tbody .num-submissions")).to_have_text("1")
        assert school.mark("reason", STUDENT) == 2.5
        pressed(frame, "generate-feedback")
        pressed(frame, "release-feedback")

        read_feedback(page, desk)
        pages = list(school.desk.rglob("feedback/**/*.html"))
        assert len(pages) == 1
        told = pages[0].read_text()
        assert "Now say why." in told and "2.5" in told and "QUARK" not in told


def solve_and_submit(page: Page, desk: str) -> None:
    """The student's half: fetch, answer in the notebook, save, submit."""
    page.goto(f"{desk}/lab?reset", wait_until="domcontentloaded")
    opened(page, "Assignment List")
    assignments(page, "released").get_by_role("button", name="Fetch").click()
    assignments(page, "fetched").wait_for(timeout=LONG)
    kept(page, "assignment-fetched")

    notebook = NotebookPage(page, desk, f"{LECTURE}/{LECTURE}.ipynb")
    solve(notebook)
    write(notebook, "Three is the number of the triple.")
    notebook.save()
    notebook.close()

    page.goto(f"{desk}/lab?reset", wait_until="domcontentloaded")
    opened(page, "Assignment List")
    assignments(page, "fetched").get_by_role("button", name="Submit").click()
    assignments(page, "submitted").wait_for(timeout=LONG)
    kept(page, "assignment-submitted")


def solve(notebook: NotebookPage) -> None:
    """Answer both exercises and run everything."""
    notebook.replace_source(notebook.cell("def triple("), "def triple(x):\n    return x + x + x")
    notebook.replace_source(notebook.cell("low = ..."), "low, high = 2, 8")
    notebook.run_all()
    assert "Right" in notebook.output(notebook.cell('check("triple")')).inner_text()


def write(notebook: NotebookPage, answer: str) -> None:
    """Replace the text of the cell that waits for an answer in words."""
    cell = notebook.panel.locator(".jp-MarkdownCell", has_text="YOUR ANSWER HERE").first
    cell.dblclick()
    cell.locator(".cm-content").click()
    notebook.page.keyboard.press("Control+A")
    notebook.page.keyboard.insert_text(answer)
    notebook.page.keyboard.press("Shift+Enter")
    notebook.panel.locator(".jp-RenderedMarkdown", has_text=answer).wait_for()


def grade_by_hand(page: Page, frame: FrameLocator) -> None:
    """The instructor reads the answer beside its rubric and types a mark and a comment."""
    frame.locator("tbody .student-name a").click()
    frame.locator("tbody .name a", has_text=LECTURE).click()
    frame.get_by_text("Three is the number of the triple.").wait_for()
    frame.get_by_text("Three points for QUARK.").wait_for()
    with page.expect_response(lambda answer: "/api/grade/" in answer.url and answer.request.method == "PUT"):
        frame.locator("input.score[id=reason]").fill("2.5")
        frame.locator("input.score[id=reason]").press("Tab")
    with page.expect_response(
        lambda answer: "/api/comment/" in answer.url and answer.request.method == "PUT"
    ):
        frame.locator("textarea[id=reason-comment]").fill("Now say why.")
        frame.locator("textarea[id=reason-comment]").press("Tab")
    kept(page, "formgrader-marked")


def read_feedback(page: Page, desk: str) -> None:
    """The student fetches the feedback, which then stands beside her submission."""
    page.goto(f"{desk}/lab?reset", wait_until="domcontentloaded")
    opened(page, "Assignment List")
    assignments(page, "submitted").get_by_role("button", name="Fetch Feedback").click()
    assignments(page, "submitted").get_by_text("(view feedback)").wait_for(timeout=LONG)
    kept(page, "feedback-fetched")


def test_a_notebook_is_handed_in_from_its_page_collected_and_graded(school):
    """Without an exchange: `hand_in()` in a cell of its own, as notebook 00 says, then `autograde collect`."""
    desk = school.desk.parent / "other-desk"
    desk.mkdir()
    shutil.copy(school.course / "release" / LECTURE / f"{LECTURE}.ipynb", desk)
    with school.lab(desk) as address, browser_page(1280, 1000) as page:
        page.set_default_timeout(LONG)
        notebook = NotebookPage(page, address, f"{LECTURE}.ipynb")
        solve(notebook)
        notebook.cell('check("sizes")').locator(".jp-InputPrompt").click()
        page.keyboard.press("Escape")
        page.keyboard.press("b")
        page.keyboard.press("Enter")
        page.keyboard.insert_text("from helpers import hand_in; hand_in(student='grace')")
        notebook.save()
        packing = notebook.cell("hand_in(")
        notebook.run(packing)
        said = notebook.output(packing).inner_text()
        kept(page, "handed-in")
        notebook.close()
    assert "Packed 01_small for grace" in said and "In a clean kernel it runs to its end." in said
    assert "Not attempted: reason." in said and "not in the saved file" not in said
    school.run("collect", str(school.course), str(desk / f"{LECTURE}-grace.zip"))
    school.run("grade", str(school.course), "--student", "grace")
    assert school.mark("triple", "grace") == 0.7 and school.mark("sizes", "grace") == 2.0
