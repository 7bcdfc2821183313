"""Every lecture through the engine: its solution notebook earns all points, its untouched notebook none."""

from __future__ import annotations

import pytest

from autograde.course.registry import lecture_paths
from tests.engine import grade, handed_in, released, scores, solutions, total

LECTURES = [path.stem for path in lecture_paths()]


@pytest.mark.parametrize("lecture", LECTURES)
def test_the_solution_earns_all_and_the_untouched_notebook_nothing(control, course, lecture):
    graded = grade(control, course, lecture, handed_in(course, lecture, solutions(lecture)), seconds=60.0)
    assert not [v for v in graded.verdicts if v.score is not None and v.score != v.points], scores(graded)
    assert total(grade(control, course, lecture, released(course, lecture))) == 0.0
