"""Lets an ordinary user run an interpreter that lies in root's closed home, for tests that change from root to one."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import helpers
from helpers.worker import linux


def open_the_way() -> None:
    """In this mount namespace only: the interpreter is all that is left of the closed folder that it lies in."""
    named = [sys.prefix, sys.base_prefix, Path(str(helpers.__file__)).parent]
    named += [entry for entry in sys.path if entry.endswith(("site-packages", "dist-packages"))]
    kept: dict[Path, dict[Path, None]] = {}
    for path in (Path(name).resolve() for name in named):
        closed = [p for p in path.parents if p.exists() and not p.stat().st_mode & 0o001]
        if closed:
            kept.setdefault(closed[-1], {})[path] = None
    for place, paths in kept.items():
        _leave_only(place, sorted(paths, key=lambda path: len(path.parts)))


def _leave_only(place: Path, paths: list[Path]) -> None:
    flags = linux.MS_NOSUID | linux.MS_NODEV
    # Laid aside first: once a place is empty, nothing below it can be named any more.
    aside = Path(tempfile.mkdtemp(prefix="aside-"))
    linux.mount("tmpfs", str(aside), "tmpfs", flags, "mode=755,size=1m")
    for number, path in enumerate(paths):
        (aside / str(number)).mkdir()
        linux.mount(str(path), str(aside / str(number)), None, linux.MS_BIND | linux.MS_REC)
    linux.mount("tmpfs", str(place), "tmpfs", flags, "mode=755,size=1m")
    for number, path in enumerate(paths):
        if not path.exists():  # else it lies inside of one that is back already
            path.mkdir(parents=True)
            linux.mount(str(aside / str(number)), str(path), None, linux.MS_BIND | linux.MS_REC)
    linux.unmount(str(aside))
    os.rmdir(aside)
