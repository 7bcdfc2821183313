"""A root folder that holds what a view shows and nothing else, in this process's mount namespace.

What is not in it has no name any more: no path leads to it, no look at its size or time, no change of its mode. A Unix
socket by which a program could be spoken to, a home, the course and its neighbours are simply not there.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import tempfile
from collections import deque
from collections.abc import Mapping
from pathlib import Path

from helpers.worker import linux
from helpers.worker.view import DEVICES, View

# Copies of small files are cheaper than mounts, which every worker's namespace gets again.
COPIED_BYTES, MEMORY = 2**18, "64m"
LINKS_IN_A_NAME = 40
STREAMS = {"fd": "", "stdin": "/0", "stdout": "/1", "stderr": "/2"}


def enter(view: View, kept: Mapping[Path, Path]) -> None:
    """Make the view this process's root. `kept`: where there, folders lie that this process itself goes on writing to.

    Needs a mount namespace of its own, from which nothing is passed on. Raises OSError, and leaves all as it was.
    """
    root = Path(tempfile.mkdtemp(prefix="root-"))
    outside = os.open(root.parent, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        linux.mount("tmpfs", str(root), "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, f"mode=755,size={MEMORY}")
        try:
            _fill(root, view, kept)
            _become_root(root)
        except OSError:
            linux.unmount(str(root))
            raise
    finally:
        with contextlib.suppress(OSError):
            os.rmdir(root.name, dir_fd=outside)
        os.close(outside)


def _fill(root: Path, view: View, kept: Mapping[Path, Path]) -> None:
    shown = view.shown
    for name in ("tmp", "var/tmp"):
        (root / name).mkdir(parents=True)
    options = f"mode=1777,size={MEMORY},nr_inodes=100000"
    linux.mount("tmpfs", str(root / "tmp"), "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, options)
    # Outermost first: an inner one is laid into, or over, what is there already.
    for path in sorted({*shown, *view.hidden}, key=lambda path: len(path.parts)):
        within = next((p for p in path.parents if p in shown or p in view.hidden), None)
        if path in shown and (within is None or within in view.hidden):
            _show(root, path)
        elif path in view.hidden and within in shown and path.exists():
            _cover(_below(root, path))
    for path in view.visible:
        _name(root, path)
    for place, path in kept.items():
        _below(root, place).mkdir(parents=True, exist_ok=True)
        _bind(path.resolve(), _below(root, place))
    # Nothing here changes a user; devices come afterwards, because here is none.
    linux.set_mounts(str(root), linux.MOUNT_ATTR_NOSUID | linux.MOUNT_ATTR_NODEV)
    _devices(root)
    (root / "proc").mkdir(exist_ok=True)
    _bind(Path("/proc"), root / "proc")


def _below(root: Path, path: Path) -> Path:
    return root / path.relative_to("/")


def _show(root: Path, path: Path) -> None:
    target = _below(root, path)
    target.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir():
        target.mkdir(exist_ok=True)
        if path.name.endswith((".dist-info", ".egg-info")):
            _copy_small(path, target)
        else:
            _bind(path, target)
    elif path.stat().st_size <= COPIED_BYTES:
        shutil.copyfile(path, target)
        target.chmod(stat.S_IMODE(path.stat().st_mode) | 0o444)
    else:
        target.touch()
        _bind(path, target)


def _copy_small(folder: Path, target: Path) -> None:
    """What tells a library's version: few and small files, but one of these folders per library."""
    for path in folder.iterdir():
        if path.is_file() and path.stat().st_size <= COPIED_BYTES:
            shutil.copyfile(path, target / path.name)


def _bind(path: Path, target: Path) -> None:
    linux.mount(str(path), str(target), None, linux.MS_BIND | linux.MS_REC)


def _cover(target: Path) -> None:
    """Something hidden inside of a folder that is shown: an empty one in its place, or an empty file."""
    if target.is_dir():
        flags = linux.MS_NOSUID | linux.MS_NODEV
        linux.mount("tmpfs", str(target), "tmpfs", flags, "mode=755,size=4m")
    else:
        linux.mount("/dev/null", str(target), None, linux.MS_BIND)


def _name(root: Path, path: Path) -> None:
    """Make the links on the way to `path` below the new root too."""
    here, parts = Path("/"), deque(path.parts[1:])
    for _ in range(LINKS_IN_A_NAME * 10):
        if not parts:
            break
        step = here / parts.popleft()
        if step.name == "..":
            here = here.parent
        elif step.is_symlink():
            target = Path(os.readlink(step))
            if not os.path.lexists(_below(root, step)):
                _below(root, step).symlink_to(target)
            here = Path("/") if target.is_absolute() else here
            parts.extendleft(reversed(target.parts[1:] if target.is_absolute() else target.parts))
        else:
            here = step
            if not os.path.lexists(_below(root, here)) and step.is_dir():
                _below(root, here).mkdir()


def _devices(root: Path) -> None:
    (root / "dev" / "shm").mkdir(parents=True)
    for name in DEVICES:
        if os.path.exists(name):
            _below(root, Path(name)).touch()
            _bind(Path(name), _below(root, Path(name)))
    for name, end in STREAMS.items():
        (root / "dev" / name).symlink_to(f"/proc/self/fd{end}")


def _become_root(root: Path) -> None:
    """From here on "/" is the new root, and the old one is gone from this namespace."""
    os.chdir(root)
    try:
        linux.pivot_root(".", ".")
        linux.unmount(".")
    except OSError:  # a root that cannot be moved, as on a machine that runs from memory
        linux.mount(".", "/", None, linux.MS_MOVE)
        os.chroot(".")
    os.chdir("/")
