"""Wherever a course and its Python are installed, a worker sees no solution, no oracle and no student's file, and touches none."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.worker import landlock
from helpers.worker.libraries import LIBRARIES, library_paths
from tests.installations import INSTALLATIONS, MISTAKEN

ROOT = Path(__file__).parent.parent
USERS = ("root", "ordinary user")
needs_root = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="laying out an installation needs root on Linux"
)


def tried(place: str, user: str, way: str) -> dict:
    command = [sys.executable, "-m", "tests.installations", place, user, way]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["status"] == "ok", found["said"]
    return found


@needs_root
@pytest.mark.slow
@pytest.mark.parametrize("user", USERS)
@pytest.mark.parametrize("place", INSTALLATIONS)
def test_a_worker_reaches_nothing_of_a_course(place, user):
    found = tried(place, user, "namespaces")
    assert found["honest"] == 2.0
    assert found["reached"] == []
    assert found["changed"] == []
    assert found["gaps"] == []


@needs_root
@pytest.mark.slow
@pytest.mark.parametrize("user", USERS)
@pytest.mark.parametrize("way", ["no namespaces", "old Landlock"])
@pytest.mark.parametrize("place", ["/opt", "a folder of one's own", "conda, installed"])
def test_without_namespaces_only_names_sizes_and_times_are_seen_and_that_is_said(place, user, way):
    """Landlock of version 2 is what Linux 5.19 to 6.1 has: it lets files be emptied by name."""
    found = tried(place, user, way)
    assert [reached for reached in found["reached"] if not reached.startswith("saw ")] == []
    assert found["changed"] == []
    assert any("names, sizes and times" in gap for gap in found["gaps"])
    old = [gap for gap in found["gaps"] if gap.startswith("files")]
    assert ["version 2" in gap for gap in old] == ([True] if way == "old Landlock" else []), old


@needs_root
@pytest.mark.slow
@pytest.mark.parametrize("place", ["/opt", "conda, installed"])
def test_the_probe_finds_what_a_view_leaves_in_sight(place):
    """A view that shows too much is a gap, said by what lies in it."""
    found = tried(place, "root", MISTAKEN)
    assert any(gap.startswith("files: ") and gap.endswith("could be read") for gap in found["gaps"]), found[
        "gaps"
    ]
    assert "files: the package autograde could be imported" in found["gaps"]


@pytest.mark.skipif(sys.platform != "linux" or not landlock.abi(), reason="this kernel has no Landlock")
def test_the_listed_libraries_are_those_that_helpers_requires():
    import tomllib

    project = tomllib.loads((ROOT / "helpers" / "pyproject.toml").read_text())["project"]
    required = {entry.split(">")[0].split("=")[0] for entry in project["dependencies"]}
    assert required <= LIBRARIES.keys()
    names = {path.name for path in library_paths()}
    assert {"numpy", "torch", "PIL", "IPython", "sympy", "dateutil"} <= names
    assert "autograde" not in names and "nbgrader" not in names


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can hide files")
def test_a_course_may_list_more_libraries_but_never_what_grades(monkeypatch):
    monkeypatch.setenv("COURSE_LIBRARIES", "nbgrader, convnet-course-autograde autograde")
    names = {path.name for path in library_paths()}
    assert "nbgrader" in names
    assert not [name for name in names if "autograde" in name]
