"""The files of a submission: what was handed in, and where its graded notebooks go. Follows no links."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
import stat
from dataclasses import dataclass, field
from pathlib import Path

from autograde.engine.master import Assignment

EXTRA_BYTES = 64 * 2**20
DEEPEST = 20
# Reasons that would meet every submission. Any other is one submission's own: a name that is too long, say.
NOBODY_CAN_WRITE = {
    errno.ENOSPC,
    errno.EDQUOT,
    errno.EROFS,
    errno.EACCES,
    errno.EPERM,
    errno.EIO,
    errno.EFBIG,
}


@dataclass(frozen=True)
class Submitted:
    """A submission's folder: notebooks by name, every other file by relative path, and a digest of it all.

    refused  why a notebook that is there is not read, by name: a link, a folder, a pipe, not permitted, far too large
    """

    notebooks: dict[str, bytes]
    files: dict[str, bytes]
    digest: str
    refused: dict[str, str] = field(default_factory=dict)


def read_submission(folder: Path, assignment: Assignment) -> Submitted:
    """What lies in a submission's folder; files beyond the size limit, not permitted ones and links are left aside."""
    notebooks, files, refused = {}, {}, {}
    room = EXTRA_BYTES
    sums = hashlib.sha256()
    names = {master.name for master in assignment.notebooks}
    for name in sorted(names):
        reason = why_refused(folder / f"{name}.ipynb")
        if reason:
            refused[name] = reason
            sums.update(f"{name}\0{reason}\0".encode())
    for path in plain_files(folder):
        name = str(path.relative_to(folder))
        try:
            if path.parent == folder and path.suffix == ".ipynb" and path.stem in names - set(refused):
                notebooks[path.stem] = content = path.read_bytes()
            elif path.suffix != ".ipynb" and path.stat().st_size <= room:
                files[name] = content = path.read_bytes()
                room -= len(content)
            else:
                continue
        except OSError:
            continue
        sums.update(name.encode("utf-8", "surrogateescape") + b"\0" + hashlib.sha256(content).digest())
    return Submitted(notebooks, files, sums.hexdigest(), refused)


def why_refused(path: Path) -> str:
    """Why a notebook's file is not read, "" when it is or when there is none."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return ""
    except OSError as error:
        return f"the file cannot be read: {error.strerror}"
    if not stat.S_ISREG(found.st_mode):
        kinds = ((stat.S_ISLNK, "a link"), (stat.S_ISDIR, "a folder"), (stat.S_ISFIFO, "a pipe"))
        kind = next((name for is_kind, name in kinds if is_kind(found.st_mode)), "a device or socket")
        return f"in place of the file there is {kind}"
    if found.st_size > EXTRA_BYTES:
        return f"the file has {found.st_size / 2**20:.0f} MB"
    return "" if os.access(path, os.R_OK) else "the file cannot be read: Permission denied"


def plain_files(folder: Path) -> list[Path]:
    """Every file below a folder that is no link and not hidden, down to a depth that nobody needs."""
    found = []
    for here, folders, names in os.walk(folder):
        if len(Path(here).relative_to(folder).parts) >= DEEPEST:
            folders.clear()
        folders[:] = sorted(f for f in folders if not f.startswith(".") and not os.path.islink(f"{here}/{f}"))
        found += [Path(here) / n for n in sorted(names) if not n.startswith(".")]
    return [path for path in found if _is_plain(path)]


def _is_plain(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def write_graded(
    place: Path, notebooks: dict[str, str], submitted: Submitted, assignment: Assignment
) -> None:
    """Write the graded notebooks and the submission's files to a new folder."""
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    taken = {f"{name}.ipynb" for name in notebooks}
    # The assignment's own files first: where a student has a file in place of their folder, that one is left out.
    for name, content in {**assignment.files, **submitted.files}.items():
        path = place / name
        if Path(name).parts[0] in taken:  # a folder that bears a notebook's name
            continue
        if name in assignment.files or not path.exists():
            with contextlib.suppress(FileExistsError, NotADirectoryError):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(assignment.files.get(name, content))
    for name, text in notebooks.items():
        (place / f"{name}.ipynb").write_text(text, encoding="utf-8")


def put_in_place(ready: Path, place: Path) -> None:
    """Replace a graded folder by the one that is ready, so that no moment shows half of either."""
    place.parent.mkdir(parents=True, exist_ok=True)
    aside = ready.with_name(ready.name + ".old")
    shutil.rmtree(aside, ignore_errors=True)
    if place.exists():
        os.replace(place, aside)
    os.replace(ready, place)
    shutil.rmtree(aside, ignore_errors=True)
