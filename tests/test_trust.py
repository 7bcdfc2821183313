"""What JupyterLab trusts at the first start: the notebooks that the build wrote, and nothing that lies beside them."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
LISTED = "helpers/data/jupyterlab/notebooks.sha256"
ACTS = "<img src=x onerror=\"fetch('/api/contents/PWNED.txt', {method: 'PUT'})\">"


@pytest.fixture
def edition(tmp_path) -> Path:
    """A student edition's notebooks and tools, with two strangers among the notebooks."""
    place = tmp_path / "course"
    for name in ("notebooks", "tools", "helpers/data/jupyterlab"):
        left_out = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints", "0[1-46-9]_*", "[12][0-9]_*")
        shutil.copytree(REPOSITORY / name, place / name, ignore=left_out)
    shutil.copy(REPOSITORY / "postBuild", place)
    friend = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")])
    friend.cells[0].outputs = [nbformat.v4.new_output("display_data", {"text/html": ACTS})]
    nbformat.write(friend, place / "notebooks" / "from_a_friend.ipynb")
    # The same by the name of a lecture: what it is called says nothing.
    changed = nbformat.read(place / "notebooks" / "05_pooling.ipynb", as_version=4)
    changed.cells.append(friend.cells[0])
    nbformat.write(changed, place / "notebooks" / "05_pooling.ipynb")
    return place


def trusted(place: Path, command: list[str], home: Path) -> list[str]:
    """Names of the notebooks that a new user's Jupyter trusts after the command."""
    environment = {**os.environ, "HOME": str(home), "JUPYTER_DATA_DIR": str(home / "jupyter")}
    environment.pop("REPO_DIR", None)
    subprocess.run(command, cwd=place, env=environment, check=True)
    ask = (
        "import sys, nbformat\nfrom nbformat.sign import NotebookNotary\nnotary = NotebookNotary()\n"
        "for path in sys.argv[1:]:\n    print(path) if notary.check_signature(nbformat.read(path, 4)) else None"
    )
    paths = sorted(str(path) for path in (place / "notebooks").glob("*.ipynb"))
    said = subprocess.run(
        [sys.executable, "-c", ask, *paths], env=environment, check=True, capture_output=True, text=True
    )
    return [Path(line).name for line in said.stdout.splitlines()]


LAB = "import sys; sys.path.insert(0, 'tools'); import lab; lab.trust(sys.executable)"
COMMANDS = {"make lab": [sys.executable, "-c", LAB], "Binder": ["bash", "postBuild"]}


@pytest.mark.parametrize("way", COMMANDS)
def test_a_foreign_notebook_is_not_trusted_and_the_courses_own_are(edition, tmp_path, monkeypatch, way):
    # postBuild writes settings below its Python's prefix: this one is made up.
    prefix = tmp_path / "prefix" / "bin"
    prefix.mkdir(parents=True)
    (prefix / "python").write_text(
        f'#!/bin/bash\n[ "$1" = -c ] && echo "{prefix.parent}" && exit\nexec "{sys.executable}" "$@"\n'
    )
    (prefix / "python").chmod(0o755)
    monkeypatch.setenv(
        "PATH", f"{prefix}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    )
    assert trusted(edition, COMMANDS[way], tmp_path / "home") == ["00_start_here.ipynb"]


def test_without_its_list_nothing_is_trusted(edition, tmp_path):
    (edition / LISTED).unlink()
    assert trusted(edition, COMMANDS["make lab"], tmp_path / "home") == []


def test_line_ends_of_another_system_are_the_same_notebook(edition, tmp_path):
    path = edition / "notebooks" / "00_start_here.ipynb"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert "00_start_here.ipynb" in trusted(edition, COMMANDS["make lab"], tmp_path / "home")


def test_the_list_names_the_notebooks_as_the_build_wrote_them():
    lines = (REPOSITORY / LISTED).read_text(encoding="utf-8").splitlines()
    notebooks = sorted((REPOSITORY / "notebooks").glob("[0-9]*.ipynb"))
    assert lines == [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  notebooks/{path.name}" for path in notebooks
    ]
