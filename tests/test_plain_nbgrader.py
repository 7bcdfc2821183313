"""Plain nbgrader, by its own commands, in a folder made by `autograde init`: release, validate, grade, feedback, export, formgrader.

The course is a copy of the repository with one small lecture, which has every kind of exercise.
"""

from __future__ import annotations

import contextlib
import csv
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from nbformat.notebooknode import NotebookNode

from tests.small_course import LECTURE, small_environment, small_repository

NOISE = """
import logging, sys, warnings
logging.getLogger("kept").addHandler(logging.StreamHandler(sys.stderr))
def triple(x):
    print("out")
    print("err", file=sys.stderr)
    warnings.warn("warned")
    logging.getLogger("kept").warning("logged")
    logging.warning("root")
    np.zeros(1) / 0
    return x * np.float64(3)
"""
ANSWERS = {
    "perfect": {
        "triple": "def triple(x):\n    return x + x + x",
        "sizes": "low, high = 2, 8",
        "reason": "Three is odd.",
    },
    "partial": {"triple": "def triple(x):\n    return 3.0 * np.abs(x)", "sizes": "low = 1\nhigh = 8"},
    "hidden": {"triple": "def triple(x):\n    return 3.0 * x if x.ndim == 1 else x"},
    "noisy": {"triple": NOISE, "sizes": "low, high = np.int64(2), np.float32(8)"},
    "broken": {"triple": "def triple(x):\n    return x[", "sizes": "low, high = 2, 8"},
    "untouched": {},
}
SCORES = {
    "perfect": {"triple": 0.7, "sizes": 2.0},
    "partial": {"triple": round(0.7 / 3, 6), "sizes": 1.0},
    "hidden": {"triple": round(0.7 * 2 / 3, 6), "sizes": 0.0},
    "noisy": {"triple": 0.7, "sizes": 2.0},
    "broken": {"triple": 0.0, "sizes": 2.0},
    "untouched": {"triple": 0.0, "sizes": 0.0},
}


@dataclass(frozen=True)
class Course:
    """A course folder and the environment in which its commands run."""

    folder: Path
    repository: Path
    environment: dict[str, str]

    def run(self, *command: str, fine: bool = True) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", *command],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
        )
        assert (done.returncode == 0) == fine, f"{' '.join(command)}:\n{done.stdout}\n{done.stderr}"
        return done

    def notebook(self, step: str, student: str = ".") -> NotebookNode:
        return nbformat.read(self.folder / step / student / LECTURE / f"{LECTURE}.ipynb", as_version=4)

    def hand_in(self, student: str, notebook: NotebookNode) -> None:
        folder = self.folder / "submitted" / student / LECTURE
        folder.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, folder / f"{LECTURE}.ipynb")

    def scores(self) -> dict[str, dict[str, float | None]]:
        from nbgrader.api import Gradebook

        with Gradebook(f"sqlite:///{self.folder}/gradebook.db") as book:
            return {
                s.student.id: {g.cell.name: g.score for nb in s.notebooks for g in nb.grades}
                for s in book.assignment_submissions(LECTURE)
            }


def answered(released: NotebookNode, answers: dict[str, str]) -> NotebookNode:
    made = nbformat.from_dict(released)
    places = {f"{name}-answer": text for name, text in answers.items()} | {"reason": answers.get("reason")}
    for cell in made.cells:
        text = places.get(cell.metadata.get("nbgrader", {}).get("grade_id"))
        cell.source = cell.source if text is None else text
    return made


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The small course, released, with every submission graded: one by `autograde grade`, the rest by nbgrader's command."""
    home = tmp_path_factory.mktemp("small")
    repository = small_repository(home / "repository")
    environment = small_environment(repository)
    bare = os.pathsep.join(
        p for p in os.environ["PATH"].split(os.pathsep) if Path(p) != Path(sys.executable).parent
    )
    made = Course(home / "course", repository, environment)
    subprocess.run(
        [sys.executable, "-m", "autograde", "init", str(made.folder)],
        env={**environment, "PATH": bare},
        check=True,
        cwd=home,
    )  # nbgrader calls alembic by its bare name; ours must not depend on an activated environment
    released = made.notebook("release")
    for student, answers in ANSWERS.items():
        made.hand_in(student, answered(released, answers))
    made.run("autograde", "grade", ".", "--student", "partial")
    for student in (name for name in ANSWERS if name != "partial"):
        made.run("nbgrader", "autograde", LECTURE, "--student", student)
    return made


def cell(notebook: NotebookNode, grade_id: str) -> NotebookNode:
    return next(c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id)


def test_the_release_holds_no_solution_hidden_line_or_rubric(course):
    text = nbformat.writes(course.notebook("release"))
    for secret in (
        "THE-SOLUTION",
        "THE-MODEL-ANSWER",
        "QUARK",
        "HIDDEN",
        "autograde.plain",
        "BEGIN SOLUTION",
        "4711",
    ):
        assert secret not in text, secret
        assert secret == "4711" or secret in nbformat.writes(course.notebook("source")), secret


def test_the_release_has_stubs_pictures_and_no_other_output(course):
    released = course.notebook("release")
    assert "raise NotImplementedError" in cell(released, "triple-answer").source
    assert cell(released, "sizes-answer").source == "low = ...\nhigh = ..."
    assert (
        cell(released, "triple").metadata.nbgrader.locked
        and cell(released, "triple").metadata.nbgrader.points == 0.7
    )
    shown = {
        c.id: [list(o.data) for o in c.outputs] for c in released.cells if c.cell_type == "code" and c.outputs
    }
    assert list(shown) == ["show-a_grid"] and "image/png" in shown["show-a_grid"][0]


def test_nbgraders_release_is_the_one_that_build_writes(course):
    built = nbformat.read(course.repository / "notebooks" / f"{LECTURE}.ipynb", as_version=4)
    released = course.notebook("release")
    assert [(c.id, c.source) for c in released.cells] == [(c.id, c.source) for c in built.cells]
    assert [c.get("outputs") for c in released.cells] == [c.get("outputs") for c in built.cells]
    ids = [c.metadata.nbgrader.grade_id for c in released.cells if "nbgrader" in c.metadata]
    assert ids == ["triple-answer", "triple", "sizes-answer", "sizes", "reason-question", "reason"]


def test_validate_fails_on_the_untouched_notebook_and_passes_on_the_solved_one(course, tmp_path):
    verdicts = {}
    for student in ("untouched", "perfect", "partial"):
        path = tmp_path / student / f"{LECTURE}.ipynb"
        path.parent.mkdir()
        nbformat.write(course.notebook("submitted", student), path)
        verdicts[student] = course.run("nbgrader", "validate", str(path)).stdout
    for student in ("untouched", "partial"):  # two checks, and the answer in words
        assert "VALIDATION FAILED ON 3 CELL(S)" in verdicts[student]
    assert "Try a negative number." in verdicts["partial"]
    assert "Success! Your notebook passes all the tests." in verdicts["perfect"]


@pytest.mark.parametrize("student", ANSWERS)
def test_every_submission_gets_its_score(course, student):
    scores = course.scores()[student]
    assert {name: scores[name] for name in SCORES[student]} == SCORES[student]


def test_a_check_shows_its_verdict_and_returns_only_the_score(course):
    outputs = cell(course.notebook("autograded", "hidden"), "triple").outputs
    assert [o.output_type for o in outputs if o.output_type != "stream"] == ["execute_result"]
    assert outputs[-1].data["text/plain"] == repr(SCORES["hidden"]["triple"])
    assert not [o for o in outputs if o.get("name") == "stderr"]
    shown = cell(course.notebook("autograded", "partial"), "triple").outputs
    assert [o.output_type for o in shown] == ["stream", "display_data", "execute_result"]
    assert "You took the absolute value." in shown[1].data["text/plain"]


def test_nothing_on_stderr_reaches_a_grade_cell(course):
    outputs = [o for c in course.notebook("autograded", "noisy").cells for o in c.get("outputs", [])]
    assert not [o for o in outputs if o.output_type == "stream" and o.name == "stderr"]
    assert not list(Path(course.environment["COURSE_PROGRESS_DIR"]).rglob("*.json")), "no progress is kept"


def test_the_written_answer_waits_for_a_person_who_sees_the_rubric(course):
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course.folder}/gradebook.db") as book:
        assert book.find_grade("reason", LECTURE, LECTURE, "perfect").needs_manual_grade
        assert not book.find_grade("triple", LECTURE, LECTURE, "perfect").needs_manual_grade
    assert "QUARK" in cell(course.notebook("autograded", "perfect"), "reason-question").source
    assert "QUARK" not in cell(course.notebook("submitted", "perfect"), "reason-question").source
    assert cell(course.notebook("autograded", "perfect"), "reason").source == "Three is odd."


def test_a_tampered_grade_cell_is_restored_before_grading(course):
    tampered = answered(course.notebook("release"), {})
    cell(tampered, "triple").source = "0.7"
    tampered.cells = [c for c in tampered.cells if c.metadata.get("nbgrader", {}).get("grade_id") != "sizes"]
    course.hand_in("tamperer", tampered)
    course.run("autograde", "grade", ".", "--student", "tamperer")
    scores = course.scores()["tamperer"]
    assert (scores["triple"], scores["sizes"]) == (0.0, 0.0)


def test_grading_again_keeps_every_score_and_a_manual_grade(course):
    from nbgrader.api import Gradebook

    before = course.scores()
    with Gradebook(f"sqlite:///{course.folder}/gradebook.db") as book:
        grade = book.find_grade("reason", LECTURE, LECTURE, "perfect")
        grade.manual_score, grade.needs_manual_grade = 2.5, False
        book.db.commit()
    course.run("autograde", "grade", ".", "--student", "perfect", "--force")
    after = course.scores()
    assert after["perfect"].pop("reason") == 2.5
    before["perfect"].pop("reason")
    assert after == before
    assert "unchanged" in course.run("autograde", "grade", ".", "--student", "perfect").stdout


def test_a_submission_that_is_no_notebook_is_reported_and_stops_no_other(course):
    folder = course.folder / "submitted" / "torn" / LECTURE
    folder.mkdir(parents=True)
    (folder / f"{LECTURE}.ipynb").write_text('{"cells": [')
    try:
        done = course.run("autograde", "grade", ".", fine=False)
    finally:
        shutil.rmtree(folder.parent)
    line = next(text for text in done.stdout.splitlines() if text.startswith("torn"))
    assert "graded as untouched: the file is not JSON" in line
    assert "1 not graded" in done.stdout


def test_feedback_holds_the_hint_and_no_more_than_the_smallest_failing_case(course):
    course.run("nbgrader", "generate_feedback", LECTURE, "--student", "partial")
    course.run("nbgrader", "generate_feedback", LECTURE, "--student", "hidden")
    pages = {
        s: (course.folder / "feedback" / s / LECTURE / f"{LECTURE}.html").read_text()
        for s in ("partial", "hidden")
    }
    assert "You took the absolute value." in pages["partial"]
    assert "failing example" in pages["partial"] and "Smallest failing case" not in pages["partial"]
    assert "Smallest failing case: triple(&lt;float64 array of shape (50, 2)&gt;)" in pages["hidden"]
    for page in pages.values():
        assert "(2, 50)" not in page and "4711" not in page
        assert (course.folder / ".autograde_seed").read_text().strip() not in page


def test_the_export_lists_every_student_with_the_score(course):
    course.run("nbgrader", "export", "--to", "grades.csv")
    with (course.folder / "grades.csv").open() as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    assert set(ANSWERS) <= set(rows)
    assert float(rows["noisy"]["raw_score"]) == pytest.approx(2.7)
    assert float(rows["noisy"]["max_score"]) == pytest.approx(5.7)


@contextlib.contextmanager
def formgrader(course: Course) -> Iterator[str]:
    """A Jupyter server with nbgrader's formgrader in the course folder; yields its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "jupyter_server", f"--port={port}", "--no-browser", "--allow-root"]
    command += ["--IdentityProvider.token=secret", "--ServerApp.port_retries=0"]
    command += ["--ServerApp.jpserver_extensions={'nbgrader.server_extensions.formgrader': True}"]
    with (course.folder.parent / "server.log").open("w") as log:
        server = subprocess.Popen(command, cwd=course.folder, env=course.environment, stdout=log, stderr=log)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(20)


def page(address: str) -> str:
    request = urllib.request.Request(address, headers={"Authorization": "token secret"})
    for _ in range(150):
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                assert answer.status == 200
                return answer.read().decode()
        except ConnectionError:
            time.sleep(0.2)
        except urllib.error.HTTPError:
            raise
        except urllib.error.URLError:
            time.sleep(0.2)
    raise AssertionError(f"no answer from {address}")


def test_the_formgrader_shows_the_course_and_a_page_for_grading_by_hand(course):
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course.folder}/gradebook.db") as book:
        submission = book.find_submission_notebook(LECTURE, LECTURE, "perfect").id
    with formgrader(course) as address:
        assert "Manage Assignments" in page(f"{address}/formgrader/")
        assert "Manual Grading" in page(f"{address}/formgrader/gradebook")
        assert LECTURE in page(f"{address}/formgrader/api/assignments")
        assert "perfect" in page(f"{address}/formgrader/api/submissions/{LECTURE}")
        graded = page(f"{address}/formgrader/submissions/{submission}/")
    assert "Three is odd." in graded and "QUARK" in graded
