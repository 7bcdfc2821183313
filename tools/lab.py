"""Opens the course in JupyterLab: builds what is stale, trusts the course's own notebooks, finds a port, says where."""

from __future__ import annotations

import itertools
import os
import secrets
import shutil
import subprocess
from pathlib import Path

import environment
import machine
from say import step, warning

REPOSITORY = Path(__file__).resolve().parent.parent
FIRST_NOTEBOOK = "notebooks/00_start_here.ipynb"
SETTINGS = "helpers/data/jupyterlab"
DEFAULT_WORKSPACE = "default-37a8.jupyterlab-workspace"  # JupyterLab's name for the layout of /lab


def serve(python: str, arguments: list[str]) -> int:
    """Run JupyterLab until it is stopped; its exit status."""
    machine.warn_of_little_memory()
    if (REPOSITORY / "autograde").exists():
        step("building the notebooks that are stale")
        if subprocess.call([environment.command("autograde"), "build"], cwd=REPOSITORY) != 0:
            warning("The build failed; JupyterLab opens with the notebooks as they were.")
    trust(python)
    surroundings = {"JUPYTER_TOKEN": secrets.token_hex(16), **os.environ, **_settings()}
    port = _chosen_port(arguments) or _found_port()
    page = _start_page()
    address = f"http://localhost:{port}{page}?token={surroundings['JUPYTER_TOKEN']}"
    step(f"JupyterLab: {address}")
    if not machine.has_screen():
        print("   No screen here: open this address in your own browser. Ctrl+C stops it.", flush=True)
    settings = [f"--ServerApp.root_dir={REPOSITORY}", f"--LabApp.default_url={page}"]
    command = [python, "-m", "jupyterlab", *settings, *_options(port, arguments), *arguments]
    return subprocess.call(command, cwd=REPOSITORY, env=surroundings)


def trust(python: str) -> None:
    """Let the notebooks that the course ships show their pictures before they are run; no others (tools/trust.py)."""
    subprocess.call([python, str(Path(__file__).with_name("trust.py"))], cwd=REPOSITORY)


def _settings() -> dict[str, str]:
    """Where JupyterLab finds the course's settings, and the layout of its window: the student's own from the second time on."""
    folder = Path(os.environ.get("JUPYTERLAB_WORKSPACES_DIR") or REPOSITORY / "build" / "jupyterlab")
    layout = folder / DEFAULT_WORKSPACE
    if not layout.exists():
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(REPOSITORY / SETTINGS / "workspace.json", layout)
    places = [str(REPOSITORY / SETTINGS), os.environ.get("JUPYTER_CONFIG_PATH", "")]
    return {
        "JUPYTERLAB_WORKSPACES_DIR": str(folder),
        "JUPYTER_CONFIG_PATH": os.pathsep.join(filter(None, places)),
    }


def _start_page() -> str:
    if (REPOSITORY / FIRST_NOTEBOOK).exists():
        return f"/lab/tree/{FIRST_NOTEBOOK}"
    warning(f"{FIRST_NOTEBOOK} isn't there yet; JupyterLab opens without a notebook.")
    return "/lab"


def _options(port: int, arguments: list[str]) -> list[str]:
    """What this machine calls for and the arguments don't say already."""
    options: list[str] = []
    if _chosen_port(arguments) is None:
        options += [f"--port={port}", "--ServerApp.port_retries=0"]
    if machine.is_root():
        options.append("--allow-root")
    if not machine.has_screen():
        options.append("--no-browser")
    if not any("log" in argument or argument == "--debug" for argument in arguments):
        # The address stands alone; trouble is still told.
        options.append("--log-level=WARN")
    return [option for option in options if option not in arguments]


def _chosen_port(arguments: list[str]) -> int | None:
    words = " ".join(arguments).replace("=", " ").split()
    for name, value in itertools.pairwise(words):
        if name in ("--port", "--ServerApp.port") and value.isdigit():
            return int(value)
    return None


def _found_port() -> int:
    port = machine.free_port()
    if port != 8888:
        step(f"port 8888 is taken; using {port}")
    return port
