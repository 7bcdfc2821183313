"""The student edition stands on its own and gives nothing away: searched, imported and installed."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import venv
from pathlib import Path

import nbformat
import pytest

from autograde.building.bundle import giveaways, make_bundle
from autograde.classroom.coursefolder import CourseError
from autograde.classroom.grading import hidden_cases
from autograde.course.definition import Exercise, ValueExercise
from autograde.course.madeup import solution
from autograde.course.registry import exercises, lecture_paths, module_of


@pytest.fixture(scope="module")
def bundle(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("bundle") / "student"
    make_bundle(out)
    return out


def test_the_bundle_holds_what_a_student_needs(bundle):
    for name in (
        "README.md",
        "environment.yml",
        "requirements.lock",
        "Makefile",
        "helpers/pyproject.toml",
        "postBuild",
        "notebooks/course_map.md",
        "helpers/data/jupyterlab/page_config.json",
        "helpers/data/jupyterlab/notebooks.sha256",
        "tools/trust.py",
    ):
        assert (bundle / name).is_file(), name
    assert len(list((bundle / "notebooks").glob("*.ipynb"))) == len(lecture_paths())
    assert not (bundle / "autograde").exists()
    assert not (bundle / "solutions").exists()
    assert "./autograde" not in (bundle / "environment.yml").read_text()


def test_no_file_looks_like_a_solution_or_a_hidden_test(bundle):
    assert giveaways(bundle) == []


def test_the_student_notebooks_hold_stubs_where_the_solutions_were(bundle, lectures):
    for name, lecture in lectures.items():
        notebook = nbformat.read(bundle / "notebooks" / f"{name}.ipynb", as_version=4)
        for exercise in lecture.named("exercise"):
            answer = next(cell.source for cell in notebook.cells if cell.id == f"{exercise.name}-answer")
            assert ast.dump(ast.parse(answer)) != ast.dump(ast.parse(solution(lecture, exercise.name)))
            assert "raise NotImplementedError" in answer or "= ..." in answer


def test_no_hidden_input_is_in_the_check_files(bundle):
    shipped = "".join(path.read_text() for path in (bundle / "helpers/data/checks").glob("*.json"))
    for exercise in exercises().values():
        if isinstance(exercise, Exercise):
            hidden = {a for case in hidden_cases(exercise, 0) for a in _arrays(case.call.to_json())}
            visible = {a for example in exercise.examples for a in _arrays(example.call.to_json())}
            # Short arrays (a single zero, say) may well stand in a visible example too.
            assert not [a for a in hidden - visible if len(a) > 400 and a in shipped], exercise.name


def _arrays(data: object) -> list[str]:
    if isinstance(data, dict):
        own = [data["npy"]] if isinstance(data.get("npy"), str) else []
        return own + [a for value in data.values() for a in _arrays(value)]
    return [a for item in data for a in _arrays(item)] if isinstance(data, list) else []


def test_right_values_are_not_spelled_out(bundle):
    for exercise in exercises().values():
        if isinstance(exercise, ValueExercise):
            lecture = next(p.stem for p in lecture_paths() if module_of(p.stem) == exercise.module)
            data = json.loads((bundle / f"helpers/data/checks/{lecture}.json").read_text())
            entries = data["exercises"][exercise.name]["entries"]
            assert all(len(entry["digest"]) == 64 for entry in entries)


PROGRAM = """
import sys
import helpers
assert helpers.__file__.startswith(sys.prefix), helpers.__file__
def count_values(height, width, channels): return height * width
result = helpers.check("count_values")
print(result.outcome, "|", result.evaluation.misconception)
assert not any(name.split(".")[0] == "autograde" for name in sys.modules)
"""


def test_the_bundle_installs_and_checks_an_answer_in_a_new_environment(bundle, tmp_path):
    home = tmp_path / "env"
    venv.create(home, with_pip=True)
    python = home / "bin" / "python"
    # The heavy libraries come from this environment, at the end of the path; helpers is installed from the bundle.
    libraries = next(p for p in sys.path if p.endswith("site-packages"))
    site = next((home / "lib").glob("python*/site-packages"))
    (site / "libraries.pth").write_text(f"{libraries}\n")
    install = [python, "-m", "pip", "install", "-q", "--no-deps", bundle / "helpers"]
    subprocess.run(install, check=True, cwd=tmp_path)
    environment = {"COURSE_PROGRESS_DIR": str(tmp_path / "progress"), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [python, "-c", PROGRAM], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "not yet right | forgets_channels" in done.stdout


def test_a_folder_with_other_things_in_it_is_refused(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(CourseError, match="not empty"):
        make_bundle(tmp_path)
    assert (tmp_path / "thesis.txt").exists()


def test_a_giveaway_is_found(tmp_path):
    (tmp_path / "notebook.ipynb").write_text("### BEGIN SOLUTION")
    assert giveaways(tmp_path) == ["notebook.ipynb holds 'BEGIN SOLUTION'"]
