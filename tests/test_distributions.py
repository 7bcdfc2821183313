"""The two distributions hold all that their folders hold, depend one way only, and work on their own."""

import ast
import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
NOT_SHIPPED = {"pyproject.toml"}


def project(name):
    return tomllib.loads((REPOSITORY / name / "pyproject.toml").read_text(encoding="utf-8"))


def files(name):
    """What a distribution's folder holds, as paths inside the wheel."""
    return {
        str(path.relative_to(REPOSITORY).as_posix())
        for path in (REPOSITORY / name).rglob("*")
        if path.is_file()
        and path.name not in NOT_SHIPPED
        and "__pycache__" not in path.parts
        and not any(part.endswith(".egg-info") or part.startswith(".") for part in path.parts[-3:])
    }


@pytest.fixture(scope="module")
def wheels(tmp_path_factory):
    """A wheel of each distribution, built from a copy of its folder."""
    folder = tmp_path_factory.mktemp("wheels")
    ignored = shutil.ignore_patterns("__pycache__", "*.egg-info", ".*")
    for name in ("helpers", "autograde"):
        shutil.copytree(REPOSITORY / name, folder / "source" / name, ignore=ignored)
        command = [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "--quiet",
            "--no-deps",
            "--no-build-isolation",
            "--no-index",
        ]
        subprocess.run([*command, "--wheel-dir", folder, folder / "source" / name], check=True)
    return {name: next(folder.glob(f"convnet_course_{name}-*.whl")) for name in ("helpers", "autograde")}


@pytest.mark.parametrize("name", ["helpers", "autograde"])
def test_a_wheel_holds_every_module_and_every_file_of_data(wheels, name):
    with zipfile.ZipFile(wheels[name]) as wheel:
        inside = {path for path in wheel.namelist() if path.startswith(f"{name}/")}
    missing = sorted(files(name) - inside)
    assert not missing, (
        f"give the folder an __init__.py, or name the kind of file in {name}/pyproject.toml: {missing}"
    )
    assert not inside - files(name)


def test_the_installed_wheel_works_away_from_the_repository(wheels, tmp_path):
    with zipfile.ZipFile(wheels["helpers"]) as wheel:
        wheel.extractall(tmp_path)
    program = (
        "import helpers, sys; from helpers import datasets; "
        "print(helpers.__file__); print(datasets.damaged()); print(len(datasets.photos())); "
        "print('torch' in sys.modules)"
    )
    surroundings = {**os.environ, "PYTHONPATH": str(tmp_path)}
    answer = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env=surroundings,
        capture_output=True,
        text=True,
        check=True,
    )
    file, damaged, photos, torch = answer.stdout.split()
    assert Path(file).is_relative_to(tmp_path)
    assert damaged == "[]" and int(photos) >= 7
    assert torch == "False", "importing helpers must not load PyTorch"


def test_the_wheel_brings_the_defaults_of_jupyterlab(wheels):
    with zipfile.ZipFile(wheels["helpers"]) as wheel:
        names = wheel.namelist()
    assert any(name.endswith("share/jupyter/lab/settings/overrides.d/convnet-course.json") for name in names)


def test_both_distributions_have_one_version_and_need_each_other_in_it():
    helpers, autograde = project("helpers")["project"], project("autograde")["project"]
    assert helpers["version"] == autograde["version"]
    assert f"convnet-course-helpers[lab]=={helpers['version']}" in autograde["dependencies"]


def test_the_command_of_the_instructor_is_declared():
    assert project("autograde")["project"]["scripts"] == {"autograde": "autograde.cli:main"}


def test_helpers_never_import_autograde():
    guilty = []
    for path in (REPOSITORY / "helpers").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            else:
                continue
            if any(name.split(".")[0] == "autograde" for name in names):
                guilty.append(f"{path.relative_to(REPOSITORY)}:{node.lineno}")
    assert guilty == []
