"""What several tests share: every exercise with its lecture, read once."""

from __future__ import annotations

import pytest

from autograde.course.lecture import Lecture, read_lecture
from autograde.course.registry import lecture_paths


@pytest.fixture(scope="session")
def lectures() -> dict[str, Lecture]:
    return {path.stem: read_lecture(path) for path in lecture_paths()}


@pytest.fixture(autouse=True)
def _progress_stays_out_of_the_way(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_PROGRESS_DIR", str(tmp_path / "progress"))


pytest_plugins = ["tests.engine"]
