"""environment.yml as conda and Binder carry it out: its pip step in a new environment, postBuild, and Binder's address."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import time
import urllib.request
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.jupyter import browser_page
from tests.test_launch import ended, free_port, newcomer, wait_until_ready

REPOSITORY = Path(__file__).resolve().parent.parent
FILES = ("environment.yml", "requirements.lock", "postBuild", "README.md", "Makefile")
FOLDERS = ("helpers", "autograde", "notebooks", "tools")
TRY = """
import helpers, autograde, nbgrader, jupyterlab, torch
from helpers import check
assert torch.__version__.partition("+")[0] == "2.13.0"
def count_values(height, width, channels):
    if min(height, width, channels) < 1:
        raise ValueError("too small")
    return height * width * channels
print(check("count_values"))
"""


def unpacked(place: Path) -> Path:
    """The repository as Binder unpacks it, as far as the course needs it."""
    for name in FOLDERS:
        left_out = shutil.ignore_patterns("__pycache__", "*.egg-info", "build", ".ipynb_checkpoints")
        shutil.copytree(REPOSITORY / name, place / name, ignore=left_out)
    for name in FILES:
        shutil.copy(REPOSITORY / name, place)
    # Public courses are made from the student edition: these are its own settings.
    settings = "helpers/data/jupyterlab/page_config.json"
    shutil.copy(REPOSITORY / "autograde/student" / settings, place / settings)
    return place


def install(course: Path, environment: Path, surroundings: dict[str, str]) -> None:
    """The pip part of environment.yml in a new environment, given to pip as conda gives it."""
    venv.create(environment, with_pip=True)
    recipe = yaml.safe_load((course / "environment.yml").read_text(encoding="utf-8"))
    lines = next(item["pip"] for item in recipe["dependencies"] if isinstance(item, dict))
    (course / "condaenv.requirements.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    command = [environment / "bin/python", "-m", "pip", "install", "-U", "-r", "condaenv.requirements.txt"]
    # Where PyTorch's index cannot be reached, pip asks it in vain once for each package, not five times.
    patience = {"PIP_RETRIES": "0", "PIP_DEFAULT_TIMEOUT": "60"}
    done = subprocess.run(
        [*command, "--exists-action=b", "--quiet"],
        cwd=course,
        env={**surroundings, **patience},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


@contextlib.contextmanager
def served(course: Path, surroundings: dict[str, str], log: Path) -> Iterator[str]:
    """JupyterLab as Binder starts it, in the repository's folder and without settings of ours; yields its address."""
    port = free_port()
    program = str(shutil.which("jupyter", path=surroundings["PATH"]))
    command = [program, "lab", "--no-browser", "--allow-root", f"--port={port}", "--IdentityProvider.token="]
    with log.open("w") as told:
        server = subprocess.Popen(
            command, cwd=course, env=surroundings, stdout=told, stderr=told, start_new_session=True
        )
        try:
            _wait(f"http://127.0.0.1:{port}/api/status", server, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            ended(server)


def _wait(address: str, server: subprocess.Popen, log: Path) -> None:
    latest = time.monotonic() + 180
    while time.monotonic() < latest:
        assert server.poll() is None, f"the server ended: {log.read_text()[-2000:]}"
        with contextlib.suppress(OSError):
            urllib.request.urlopen(address, timeout=5)
            return
        time.sleep(0.25)
    raise AssertionError(f"no answer: {log.read_text()[-2000:]}")


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.skipif(sys.platform == "win32", reason="Binder is Linux")
def test_the_pip_step_makes_an_environment_in_which_binders_address_opens_the_course(tmp_path):
    course, environment, home = unpacked(tmp_path / "course"), tmp_path / "environment", tmp_path / "home"
    home.mkdir()
    surroundings = {
        **newcomer(home),
        "PATH": os.pathsep.join([str(environment / "bin"), "/usr/bin", "/bin"]),
        "REPO_DIR": str(course),
    }
    install(course, environment, surroundings)
    tried = subprocess.run(
        [environment / "bin/python", "-c", TRY], cwd=home, env=surroundings, capture_output=True, text=True
    )
    assert tried.stdout.startswith("✓"), tried.stdout + tried.stderr
    subprocess.run([course / "postBuild"], cwd=course, env=surroundings, check=True)
    with served(course, surroundings, home / "lab.log") as address, browser_page(1440, 900) as page:
        page.goto(f"{address}/lab/tree/notebooks/00_start_here.ipynb", wait_until="domcontentloaded")
        page.set_default_timeout(180_000)
        wait_until_ready(page, "00_start_here.ipynb")
        page.get_by_title("Notebook trusted").wait_for()
        assert page.locator(".lm-DockPanel-tabBar", has_text="course_map.md").count() == 1
        assert page.locator(".jp-Dialog, .Toastify__toast").count() == 0
        page.locator(".jp-TableOfContents-content", has_text="1 · Is the kernel ready?").wait_for()
        page.get_by_role("menuitem", name="Nbgrader", exact=True).click()
        page.get_by_role("menuitem", name="Assignment List", exact=True).wait_for()
        assert page.get_by_role("menuitem", name="Formgrader").count() == 0
        assert page.get_by_role("tab", name="Create Assignment").count() == 0
