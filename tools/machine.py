"""What this machine has: memory, disk, free ports, a browser, the venv module.

Answers questions and puts missing system packages in place where that is safe; knows nothing of the course.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

from say import Trouble, step, warning

GIB = 2**30
MEMORY_WANTED = 2 * GIB
DISK_WANTED = 3 * GIB


def require_venv() -> None:
    """Debian packs the venv module apart from Python; without it no environment can be made."""
    if importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip"):
        return
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    raise Trouble(
        f"This Python ({sys.executable}, {version}) lacks the venv module, which makes environments.\n"
        f"On Debian or Ubuntu: sudo apt-get install python3-venv   (or python{version}-venv)\n"
        "Then run the same command again."
    )


def require_disk(folder: Path, wanted: int = DISK_WANTED) -> None:
    free = shutil.disk_usage(folder).free
    if free < wanted:
        raise Trouble(
            f"The environment takes {wanted / GIB:.0f} GB of disk; {folder} has {free / GIB:.1f} GB left.\n"
            "Make room, or move the repository to a larger disk, and run the same command again."
        )


def warn_of_little_memory(wanted: int = MEMORY_WANTED) -> None:
    free = free_memory()
    if free is not None and free < wanted:
        warning(
            f"Only {free / GIB:.1f} GB of memory are free; a notebook takes up to 1.5 GB. Close other "
            "programs, or shut down each notebook's kernel when you leave it."
        )


def free_memory() -> int | None:
    """Bytes of memory that a new program can have, or None where nobody tells."""
    amounts = [amount for amount in (_free_of_the_machine(), _free_of_the_container()) if amount is not None]
    return min(amounts, default=None)


def _free_of_the_machine(path: Path = Path("/proc/meminfo")) -> int | None:
    if sys.platform == "win32":
        return _free_on_windows()
    try:
        for line in path.read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return None


def _free_of_the_container(folder: Path = Path("/sys/fs/cgroup")) -> int | None:
    try:
        limit = (folder / "memory.max").read_text().strip()
        used = int((folder / "memory.current").read_text())
    except (OSError, ValueError):
        return None
    return None if limit == "max" else int(limit) - used


def _free_on_windows() -> int | None:
    import ctypes

    class Status(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ulong), ("load", ctypes.c_ulong)] + [
            (name, ctypes.c_ulonglong)
            for name in ("total", "free", "page", "page_free", "virtual", "virtual_free", "extended")
        ]

    status = Status(length=ctypes.sizeof(Status))
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009
    return int(status.free) if kernel.GlobalMemoryStatusEx(ctypes.byref(status)) else None


def free_port(first: int = 8888, tries: int = 50) -> int:
    """The first port from `first` on that nobody listens on."""
    for port in range(first, first + tries):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            if sys.platform != "win32":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise Trouble(
        f"All ports from {first} to {first + tries - 1} are taken. Close a JupyterLab that is still running "
        "(`jupyter lab list` names them), or choose a port: make lab LAB_ARGS=--port=9999"
    )


def has_screen() -> bool:
    """Whether a browser window can open here."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def browser() -> str | None:
    """Path of a Chromium or Chrome; COURSE_BROWSER names one that is elsewhere."""
    named = os.environ.get("COURSE_BROWSER")
    if named:
        return named
    for command in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"):
        found = shutil.which(command)
        if found:
            return found
    mac = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
    return str(mac) if mac.exists() else None


def require_browser() -> str:
    """A browser for the tests; installed where this is a Debian machine and we may."""
    found = browser()
    if found:
        return found
    if is_root() and shutil.which("apt-get"):
        step("installing Chromium for the browser tests")
        # An outdated list of packages fails the first try only; fetching it takes longer than the try.
        install = ["apt-get", "install", "-y", "--no-install-recommends", "chromium"]
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        if subprocess.call(install, env=quiet, stdin=subprocess.DEVNULL) != 0:
            subprocess.call(["apt-get", "update"], env=quiet, stdin=subprocess.DEVNULL)
            subprocess.call(install, env=quiet, stdin=subprocess.DEVNULL)
        found = browser()
    if found:
        return found
    raise Trouble(
        "The browser tests need Chromium or Chrome, and there is none.\n"
        "  Debian, Ubuntu:  sudo apt-get install chromium\n"
        "  macOS:           brew install --cask google-chrome\n"
        "  elsewhere:       install one and name it: COURSE_BROWSER=/path/to/chrome make test\n"
        "To leave these tests out: make test TEST_ARGS=\"-m 'not browser'\""
    )
