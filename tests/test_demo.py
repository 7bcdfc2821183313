"""The made-up class through real nbgrader: every submission gets the marks that it states."""

from __future__ import annotations

import pytest

from autograde.classroom.demo import run_demo
from autograde.classroom.democlass import CLASS


@pytest.mark.slow
def test_every_made_up_student_gets_the_stated_marks(tmp_path):
    said: list[str] = []
    assert run_demo(tmp_path / "demo", said.append), "\n".join(said)
    table = "\n".join(said)
    assert all(student.name in table for student in CLASS)
    assert (tmp_path / "demo" / "summary.html").exists()
    assert (tmp_path / "demo" / "course" / "gradebook.db").exists()


def test_the_class_has_every_kind_of_student():
    stories = [student.story for student in CLASS]
    assert len({student.name for student in CLASS}) == 12
    assert sum(student.hint is not None for student in CLASS) == 3
    for part in ("right", "styles", "half", "untouched", "exception", "never ends", "broken", "renamed"):
        assert any(part in story for story in stories), part


def test_the_demo_does_not_overwrite_a_folder_it_did_not_make(tmp_path):
    (tmp_path / "mine.txt").write_text("keep me")
    with pytest.raises(FileNotFoundError, match="was not made by the demo"):
        run_demo(tmp_path, print)
    assert (tmp_path / "mine.txt").read_text() == "keep me"
