"""Makes `.venv` and keeps it as the lock says; does nothing, in milliseconds, when nothing changed.

PyTorch goes first and alone: on Linux pip's default is the build for GPUs, several gigabytes larger, so
PyTorch's own index of builds without GPU libraries is asked first where it can be reached.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import machine
from say import Trouble, step, warning

REPOSITORY = Path(__file__).resolve().parent.parent
VENV = REPOSITORY / ".venv"
CPU_INDEX = "https://download.pytorch.org/whl/cpu"
DISTRIBUTIONS = ("helpers", "autograde")
LAB_SETTINGS = REPOSITORY / "helpers" / "data" / "jupyterlab" / "convnet-course.json"


@dataclass(frozen=True)
class Layer:
    """A part of the environment that is installed, and remembered, as a whole."""

    name: str
    lock: str
    below: Layer | None = None


COURSE = Layer("course", "requirements.lock")
TEST = Layer("test", "requirements-test.lock", below=COURSE)


def ensure(layer: Layer) -> str:
    """Path of the environment's Python, after all that is missing has been installed."""
    if not _is_complete(layer):
        machine.require_venv()
        if not python().exists():
            machine.require_disk(REPOSITORY)
            step(f"making the environment {VENV}; the first time takes a few minutes")
            _run(sys.executable, "-m", "venv", "--clear", str(VENV), doing="make the environment")
        _install(layer)
    return str(python())


def python() -> Path:
    return VENV / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def command(name: str) -> str:
    """Path of a command that the environment brings."""
    return str(python().with_name(f"{name}.exe" if sys.platform == "win32" else name))


def _is_complete(layer: Layer) -> bool:
    stamp = _stamp(layer)
    if not (python().exists() and stamp.exists() and stamp.read_text() == _fingerprint(layer)):
        return False
    return not os.environ.get("TORCH") or _torch_fits()


def _install(layer: Layer) -> None:
    if layer.below and not _is_complete(layer.below):
        _install(layer.below)
    _stamp(layer).unlink(missing_ok=True)
    if layer is COURSE:
        _install_torch()
        step("installing the course's libraries (requirements.lock)")
        _pip("install", "-r", "requirements.lock")
        step("installing the course itself: " + ", ".join(_distributions()))
        editable = [word for name in _distributions() for word in ("-e", f"./{name}")]
        _pip("install", "--no-deps", "--no-build-isolation", *editable)
        _install_lab_settings()
    else:
        step(f"installing what the tests need ({layer.lock})")
        _pip("install", "-c", "requirements.lock", "-r", layer.lock)
    # Written last: an installation that was interrupted is taken up again.
    _stamp(layer).write_text(_fingerprint(layer))


def _install_torch() -> None:
    """The pinned PyTorch. TORCH=gpu takes the build for GPUs, TORCH=cpu or nothing the one without."""
    wanted = os.environ.get("TORCH", "")
    if wanted not in ("", "cpu", "gpu"):
        raise Trouble(f"TORCH is {wanted!r}; it can be cpu or gpu: make lab TORCH=gpu")
    installed = _installed_torch()
    pinned = _pinned("torch")
    if _torch_fits():
        return
    if installed:
        _pip("uninstall", "--yes", "torch")
    if wanted == "gpu" or not sys.platform.startswith("linux"):
        step(f"installing PyTorch {pinned}")
        _pip("install", "-c", "requirements.lock", f"torch=={pinned}")
    elif _answers(CPU_INDEX + "/torch/"):
        step(f"installing PyTorch {pinned}, the build without GPU libraries")
        _pip("install", "--no-deps", "--index-url", CPU_INDEX, f"torch=={pinned}")
    else:
        step(f"installing PyTorch {pinned}")
        warning(
            "PyTorch's own index can't be reached; pip takes the build that it finds, perhaps the large one."
        )
        _pip("install", "-c", "requirements.lock", f"torch=={pinned}")


def _installed_torch() -> str:
    """Version of PyTorch in the environment, '' without; from metadata, as importing takes seconds."""
    question = "from importlib.metadata import version; print(version('torch'))"
    answer = subprocess.run([str(python()), "-c", question], capture_output=True, text=True)
    return answer.stdout.strip()


def _torch_fits() -> bool:
    """Whether the pinned PyTorch is there, in the build that TORCH asks for (only Linux has a choice)."""
    version, wanted = _installed_torch(), os.environ.get("TORCH", "")
    if version.partition("+")[0] != _pinned("torch"):
        return False
    kind = "cpu" if version.endswith("+cpu") else "gpu"
    return not sys.platform.startswith("linux") or wanted in ("", kind)


def _answers(address: str, seconds: float = 5.0) -> bool:
    """Whether an address answers in time; in a closed network this fails at once."""
    try:
        request = urllib.request.Request(address, method="HEAD")
        with urllib.request.urlopen(request, timeout=seconds):
            return True
    except urllib.error.HTTPError:
        return True
    except (OSError, ValueError):
        return False


def _install_lab_settings() -> None:
    """JupyterLab's defaults for the course; an editable installation doesn't put data files in place."""
    folder = VENV / "share" / "jupyter" / "lab" / "settings" / "overrides.d"
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(LAB_SETTINGS, folder)
    switched_off = LAB_SETTINGS.with_name("page_config.json")
    if switched_off.exists():  # the student edition goes without the tools for instructors
        folder = VENV / "etc" / "jupyter" / "labconfig"
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(switched_off, folder)


def _distributions() -> list[str]:
    """The distributions that are here: the student edition has one, the whole repository both."""
    return [name for name in DISTRIBUTIONS if (REPOSITORY / name / "pyproject.toml").exists()]


def _fingerprint(layer: Layer) -> str:
    """Changes whenever the layer has to be installed again."""
    digest = hashlib.sha256()
    files = [REPOSITORY / layer.lock]
    files += [REPOSITORY / name / "pyproject.toml" for name in _distributions()] + [LAB_SETTINGS]
    for path in files:
        digest.update(path.read_bytes())
    below = _fingerprint(layer.below) if layer.below else ""
    return digest.hexdigest() + below


def _stamp(layer: Layer) -> Path:
    return VENV / f"{layer.name}.stamp"


def _pinned(name: str) -> str:
    for line in (REPOSITORY / "requirements.lock").read_text(encoding="utf-8").splitlines():
        if line.startswith(f"{name}=="):
            return line.removeprefix(f"{name}==").split()[0]
    raise Trouble(f"requirements.lock pins no {name}; write it anew with `make lock`")


def _pip(*arguments: str) -> None:
    command = [str(python()), "-m", "pip", "--disable-pip-version-check", arguments[0], "--quiet"]
    _run(*command, *arguments[1:], doing=f"run pip {' '.join(arguments)}")


def _run(*command: str, doing: str) -> None:
    status = subprocess.call(command, cwd=REPOSITORY, stdin=subprocess.DEVNULL)
    if status != 0:
        raise Trouble(
            f"Could not {doing} (exit status {status}); the reason stands above.\n"
            "If the network failed, run the same command again: it goes on where it stopped.\n"
            f"If that doesn't help, remove {VENV} and start afresh."
        )
