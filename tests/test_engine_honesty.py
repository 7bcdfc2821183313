"""Honest and mistaken submissions over all lectures: engine and plain nbgrader give the same score on every cell, where nothing else is stated."""

from __future__ import annotations

import shutil

import pytest

from autograde.course.registry import lecture_paths
from tests.honesty import STATED, STORIES, compared, make_honest_class, pair

STUDENTS = 12


@pytest.mark.slow
def test_engine_and_plain_nbgrader_give_the_same_score_on_every_cell(course, tmp_path):
    folder = tmp_path / "course"
    shutil.copytree(course, folder)
    make_honest_class(folder, STUDENTS)
    found = compared(folder, tmp_path)
    assert not found.unexplained
    assert {key[0] for key in found.differing} == set(STATED)
    assert {key[1] for key in found.engine} == {path.stem for path in lecture_paths()}
    given = {score for score in found.engine.values() if score}
    assert len(given) > 5, "hardly any cell earned anything between nothing and all"


@pytest.mark.parametrize("lectures", [len(lecture_paths()), 7, 9, 12, 26])
def test_a_class_of_all_pairs_has_every_story_in_every_lecture(lectures):
    count = len(STORIES)
    assert len({pair(number, lectures) for number in range(lectures * count)}) == lectures * count
