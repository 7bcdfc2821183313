"""What is kept from build to build: made anew whenever something changes that decides it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograde.building.kept import code_of

ROOT = Path(__file__).parents[1]
PROGRAM = """
import json
from pathlib import Path
from autograde.building.checkdata import deciding
from autograde.course.lecture import read_lecture
from autograde.course.registry import lecture_paths

lectures = [read_lecture(path) for path in lecture_paths()]
found = [{lecture.name: deciding(lecture) for lecture in lectures}]
for changed in ("autograde/exercises/pooling/max_pool.py", "helpers/checking/compare.py"):
    with Path(changed).open("a", encoding="utf-8") as file:
        file.write("# changed")
    found.append({lecture.name: deciding(lecture) for lecture in lectures})
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def deciding(tmp_path_factory):
    """What decides about each lecture: at first, with an exercise of 05 changed, with a comparison changed."""
    folder = tmp_path_factory.mktemp("course")
    for part in ("autograde", "helpers", "solutions"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__", "data"))
    environment = {**os.environ, "PYTHONPATH": str(folder), "COURSE_REPOSITORY": str(folder)}
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_check_data_are_made_anew_when_an_exercise_of_the_lecture_changes(deciding):
    before, after = deciding[:2]
    assert [name for name in before if before[name] != after[name]] == ["05_pooling"]


def test_check_data_of_all_lectures_are_made_anew_when_a_comparison_changes(deciding):
    before, after = deciding[1:]
    assert len(before) > 5
    assert all(before[name] != after[name] for name in before)


def test_code_that_is_not_there_has_no_digest():
    with pytest.raises(FileNotFoundError, match="nowhere"):
        code_of("helpers/checking", "autograde/exercises/nowhere")
