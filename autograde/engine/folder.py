"""The files of a submission: what was handed in, and where its graded notebooks go. Follows no links."""

from __future__ import annotations

import hashlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from autograde.engine.master import Assignment

EXTRA_BYTES = 64 * 2**20


@dataclass(frozen=True)
class Submitted:
    """A submission's folder: notebooks by name, every other file by relative path, and a digest of it all."""

    notebooks: dict[str, bytes]
    files: dict[str, bytes]
    digest: str


def read_submission(folder: Path, assignment: Assignment) -> Submitted:
    """What lies in a submission's folder; files beyond the size limit and links are left aside."""
    notebooks, files = {}, {}
    room = EXTRA_BYTES
    sums = hashlib.sha256()
    names = {master.name for master in assignment.notebooks}
    for path in plain_files(folder):
        name = str(path.relative_to(folder))
        if path.parent == folder and path.suffix == ".ipynb" and path.stem in names:
            notebooks[path.stem] = content = path.read_bytes()
        elif path.suffix != ".ipynb" and path.stat().st_size <= room:
            files[name] = content = path.read_bytes()
            room -= len(content)
        else:
            continue
        sums.update(name.encode("utf-8", "surrogateescape") + b"\0" + hashlib.sha256(content).digest())
    return Submitted(notebooks, files, sums.hexdigest())


def plain_files(folder: Path) -> list[Path]:
    """Every file below a folder that is no link and not hidden."""
    found = []
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith(".") and not (Path(here) / f).is_symlink())
        found += [
            Path(here) / n
            for n in sorted(names)
            if not n.startswith(".") and not (Path(here) / n).is_symlink()
        ]
    return [path for path in found if path.is_file()]


def write_graded(
    place: Path, notebooks: dict[str, str], submitted: Submitted, assignment: Assignment
) -> None:
    """Write the graded notebooks and the submission's files to a new folder."""
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    for name, content in {**submitted.files, **assignment.files}.items():
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
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
