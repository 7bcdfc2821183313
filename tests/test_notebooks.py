"""Every notebook runs from a clean kernel, solved and untouched, and reads well without one."""

from __future__ import annotations

import copy
import os
import sys

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell

from autograde.course.madeup import solved, submission
from autograde.course.registry import lecture_paths, repository
from benchmarks.notebooks import PEAK

LECTURES = [path.stem for path in lecture_paths()]
LARGEST_PEAK = 1.5e6  # kB, what Binder and a small laptop can spare for a notebook


def student_notebook(lecture: str) -> nbformat.NotebookNode:
    return nbformat.read(repository() / "notebooks" / f"{lecture}.ipynb", as_version=4)


def executed(notebook: nbformat.NotebookNode, folder) -> nbformat.NotebookNode:
    run = copy.deepcopy(notebook)
    client = NotebookClient(
        run, timeout=60, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    )
    client.execute(env={**os.environ, "COURSE_PACE": "fast", "COURSE_PROGRESS_DIR": str(folder / "progress")})
    return run


def check_texts(notebook: nbformat.NotebookNode) -> dict[str, str]:
    grades = [
        c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade") and c.cell_type == "code"
    ]
    return {
        c.metadata.nbgrader.grade_id: "".join(o.data["text/plain"] for o in c.outputs if "data" in o)
        for c in grades
    }


@pytest.mark.parametrize("lecture", LECTURES)
def test_the_untouched_notebook_runs_to_its_end_and_nothing_counts_as_attempted(lecture, tmp_path):
    texts = check_texts(executed(student_notebook(lecture), tmp_path))
    assert texts
    for name, text in texts.items():
        assert "Not attempted yet" in text, name


@pytest.mark.parametrize("lecture", LECTURES)
def test_the_solved_notebook_runs_to_its_end_and_every_check_is_right(lecture, lectures, tmp_path):
    whole = submission(student_notebook(lecture), solved(lectures[lecture]))
    whole.cells.append(new_code_cell(PEAK if sys.platform == "linux" else "print(0)"))
    run = executed(whole, tmp_path)
    assert int(run.cells.pop().outputs[0].text) < LARGEST_PEAK, "kB; the table of docs/setup.md promises less"
    for name, text in check_texts(run).items():
        assert text.startswith("✓"), f"{name}: {text}"
    shown = [o for c in run.cells if "show" in c.metadata.get("tags", []) for o in c.outputs if "data" in o]
    cards = [o.data["text/plain"] for o in shown if "course-card" in o.data.get("text/html", "")]
    assert not cards


@pytest.mark.parametrize("lecture", LECTURES)
def test_pictures_ship_with_words_and_nothing_else_has_output(lecture):
    for cell in student_notebook(lecture).cells:
        if cell.cell_type != "code":
            continue
        if "show" not in cell.metadata.get("tags", []):
            assert cell.outputs == [], cell.id
            continue
        assert cell.outputs, f"{cell.id} ships without its picture"
        for output in cell.outputs:
            assert output.output_type == "display_data"
            assert output.data["text/plain"].strip()
            assert "application/vnd.jupyter.widget-view+json" not in output.data


@pytest.mark.parametrize("lecture", LECTURES)
def test_the_student_notebook_holds_no_solution_and_is_valid(lecture):
    notebook = student_notebook(lecture)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)
    text = "\n".join(cell.source for cell in notebook.cells)
    for word in ("BEGIN SOLUTION", "HIDDEN TESTS", "RUBRIC", "autograde"):
        assert word not in text
