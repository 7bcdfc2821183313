"""What a student sees at the first start: `make lab` and Binder open notebook 00 beside the course map and ask nothing."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.jupyter import browser_page

REPOSITORY = Path(__file__).resolve().parent.parent
MAKE_LAB = (
    "import sys; sys.path.insert(0, 'tools'); import lab; sys.exit(lab.serve(sys.executable, sys.argv[1:]))"
)
MINUTES = 2 * 60_000


@pytest.fixture(scope="module")
def edition(tmp_path_factory) -> Path:
    """What of the student edition counts for its start: notebooks, tools, JupyterLab's settings, files at the top."""
    folder = tmp_path_factory.mktemp("course") / "course"
    for name in ("notebooks", "tools", "helpers/data/jupyterlab"):
        left_out = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
        shutil.copytree(REPOSITORY / name, folder / name, ignore=left_out)
    for name in ("README.md", "Makefile", "environment.yml", "requirements.lock", "postBuild"):
        shutil.copy(REPOSITORY / name, folder)
    return folder


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def newcomer(home: Path) -> dict[str, str]:
    """The environment of somebody who never started Jupyter."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "XDG_"))}
    return {**kept, "HOME": str(home), "COURSE_PROGRESS_DIR": str(home / "progress")}


@contextlib.contextmanager
def running(command: list[str], folder: Path, environment: dict[str, str], log: Path) -> Iterator[str]:
    """A JupyterLab that tells its address itself; yields the address."""
    with log.open("w") as told:
        server = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=told, stderr=told, start_new_session=True
        )
        try:
            yield _address(server, log)
        finally:
            ended(server)


def ended(server: subprocess.Popen) -> None:
    """Stop all processes of a server, `make lab` and the JupyterLab below it; what does not listen is killed."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(server.pid, signal.SIGTERM)
        for _ in range(240):
            server.poll()  # the first of them is gone only when its end was noticed
            os.killpg(server.pid, 0)
            time.sleep(0.25)
        os.killpg(server.pid, signal.SIGKILL)
    server.wait()


def _address(server: subprocess.Popen, log: Path) -> str:
    for _ in range(600):
        assert server.poll() is None, f"the server ended: {log.read_text()[-2000:]}"
        found = re.search(r"JupyterLab: (http\S+)", log.read_text())
        with contextlib.suppress(OSError):
            if found:
                urllib.request.urlopen(found[1], timeout=5)
                return found[1]
        time.sleep(0.25)
    raise AssertionError(f"no address after minutes: {log.read_text()[-2000:]}")


@pytest.fixture(scope="module")
def first_start(edition, tmp_path_factory) -> Iterator[Page]:
    """The page that the address of `make lab` opens in a browser that was never here."""
    home = tmp_path_factory.mktemp("home")
    # A port of our own: between looking for a free one and taking it, another test may take it.
    command = [sys.executable, "-c", MAKE_LAB, f"--port={free_port()}"]
    with (
        running(command, edition, newcomer(home), home / "lab.log") as address,
        browser_page(1440, 900) as page,
    ):
        page.set_default_timeout(MINUTES)
        page.goto(address, wait_until="domcontentloaded")
        yield page


def wait_until_ready(page: Page, notebook: str) -> None:
    """The notebook is in front, its kernel runs and is idle, and the list of files is there."""
    page.locator(".lm-DockPanel-tabBar .lm-mod-current", has_text=notebook).wait_for()
    front = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
    front.locator(".jp-Cell").first.wait_for()
    front.locator(".jp-Toolbar-kernelName", has_text="Python 3").wait_for()
    front.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for()
    page.locator(".jp-StatusBar-TextItem, .jp-StatusBar-Item", has_text="| Idle").first.wait_for()
    page.locator(".jp-DirListing-item").first.wait_for()


@pytest.mark.browser
def test_make_lab_opens_notebook_00_beside_the_course_map_and_asks_nothing(first_start):
    page = first_start
    wait_until_ready(page, "00_start_here.ipynb")
    tabs = page.locator(".lm-DockPanel-tabBar .lm-TabBar-tabLabel")
    expect(tabs).to_have_text(["00_start_here.ipynb", "course_map.md"], timeout=MINUTES)
    page.locator(".jp-TableOfContents-content", has_text="1 · Is the kernel ready?").wait_for()
    page.get_by_title("Notebook trusted").wait_for()
    page.screenshot(path=str(screenshots() / "first-start.png"))
    assert page.locator(".jp-Dialog").count() == 0
    assert page.locator(".Toastify__toast").count() == 0
    asked = page.evaluate("performance.getEntriesByType('resource').map((entry) => entry.name)")
    assert asked and not [name for name in asked if "/lab/api/news" in name or "/lab/api/update" in name]


@pytest.mark.browser
def test_the_file_browser_shows_the_notebooks_and_nothing_else(first_start, edition):
    page = first_start
    wait_until_ready(page, "00_start_here.ipynb")
    shown = page.locator(".jp-DirListing-itemText").all_inner_texts()
    assert shown == sorted(path.name for path in (edition / "notebooks").glob("[!.]*"))
    page.locator(".jp-BreadCrumbs-home").click()
    page.wait_for_function("document.querySelectorAll('.jp-DirListing-item').length === 1")
    assert page.locator(".jp-DirListing-itemText").all_inner_texts() == ["notebooks"]


@pytest.mark.browser
def test_the_map_shows_what_builds_on_what_and_its_links_open_lectures(first_start):
    page = first_start
    page.locator(".lm-DockPanel-tabBar").get_by_text("course_map.md").click()
    shown = page.locator(".jp-MarkdownViewer")
    shown.get_by_role("img", name="Map of the course").wait_for()
    page.screenshot(path=str(screenshots() / "course-map-page.png"))
    shown.get_by_role("link", name="01 · Why convolution?").click()
    wait_until_ready(page, "01_why_convolution.ipynb")
    assert page.locator(".jp-Dialog").count() == 0


def screenshots() -> Path:
    from tests.jupyter import SCREENSHOTS

    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    return SCREENSHOTS


def test_the_layout_is_put_where_jupyterlab_looks_for_it():
    from jupyterlab_server.workspaces_handler import slugify

    sys.path.insert(0, str(REPOSITORY / "tools"))
    import lab

    expected = slugify("default", base="", sign=True) + ".jupyterlab-workspace"
    assert lab.DEFAULT_WORKSPACE == expected
    assert expected in (REPOSITORY / "postBuild").read_text(encoding="utf-8")
    layout = json.loads((REPOSITORY / lab.SETTINGS / "workspace.json").read_text(encoding="utf-8"))
    for widget in layout["data"]["layout-restorer:data"]["main"]["dock"]["widgets"]:
        assert (REPOSITORY / layout["data"][widget]["data"]["path"]).is_file()


def test_a_layout_that_the_student_made_is_kept(edition, tmp_path, monkeypatch):
    sys.path.insert(0, str(REPOSITORY / "tools"))
    import lab

    monkeypatch.setattr(lab, "REPOSITORY", edition)
    monkeypatch.setenv("JUPYTERLAB_WORKSPACES_DIR", str(tmp_path))
    assert lab._settings()["JUPYTERLAB_WORKSPACES_DIR"] == str(tmp_path)
    (tmp_path / lab.DEFAULT_WORKSPACE).write_text("mine")
    lab._settings()
    assert (tmp_path / lab.DEFAULT_WORKSPACE).read_text() == "mine"
