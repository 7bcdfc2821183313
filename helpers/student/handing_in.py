"""`hand_in()`: packs the lecture's notebook with a manifest into one zip, and says what is open in it.

Needs no server. It runs the saved notebook in a clean kernel, judges nothing and blocks nothing: what is open is said in sentences. It must not know about
collecting or grading.
"""

from __future__ import annotations

import contextlib
import getpass
import hashlib
import html
import io
import json
import os
import platform
import re
import sys
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from helpers.checking.checkfile import check_data, course
from helpers.checking.namespace import notebook_names, source_digest, source_of
from helpers.student.clean_run import clean_run
from helpers.student.progress_page import progress
from helpers.student.records import IN_PROGRESS

MANIFEST = "manifest.json"
FORMAT = 1
LARGEST_NOTEBOOK = 20 * 2**20
RUN_SECONDS = 60.0  # a solved notebook takes a few
PLAIN_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._@-]{0,62}[A-Za-z0-9])?")
EMPTY_ANSWERS = ("", "YOUR ANSWER HERE")


class HandInError(ValueError):
    """The notebook cannot be handed in; the message says what was expected, what came, and what to do."""


@dataclass(frozen=True)
class HandIn:
    """What `hand_in` did; shows itself.

    path     the zip that was written, None when nothing was
    saved    when the notebook's file was last saved, local time
    remarks  sentences about what is open
    ran      whether the file that was packed ran to its end in a clean kernel; None when that was not tried
    """

    lecture: str
    student: str
    path: Path | None
    saved: datetime | None
    remarks: tuple[str, ...]
    note: str = ""
    ran: bool | None = None

    @property
    def headline(self) -> str:
        return self.note or f"Packed {self.lecture} for {self.student}: {self.path.name if self.path else ''}"

    def sentences(self) -> list[str]:
        """What to read, in order, below the headline."""
        if self.path is None or self.saved is None:
            return []
        said = [
            f"It holds the notebook as saved at {self.saved:%H:%M} on {self.saved:%d %B}. "
            "Changed anything since? Save, then run this again."
        ]
        if self.ran:
            said.append("In a clean kernel it runs to its end.")
        said += self.remarks or (
            "Every exercise is attempted, and your own checks found every answer right.",
        )
        return [*said, f"Send this file in the way your instructor asks for: {self.path}"]

    @property
    def text(self) -> str:
        return "\n".join([f"{'✓' if self.path else '○'} {self.headline}", *self.sentences()])

    def __repr__(self) -> str:
        return self.text

    @property
    def html(self) -> str:
        colour = "#009e73" if self.path and not self.remarks else "#d55e00" if self.path else "#767676"
        lines = "".join(f'<p style="margin:.2em 0">{_marked(s)}</p>' for s in self.sentences())
        sign = "✓" if self.path else "○"
        return (
            f'<div class="course-hand-in" role="status" style="border-left:4px solid {colour};padding:.4em .9em;margin:.3em 0">'
            f'<p style="margin:.2em 0"><strong>{sign} {html.escape(self.headline)}</strong></p>{lines}</div>'
        )

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/html": self.html, "text/plain": self.text}


def hand_in(
    notebook: str | Path | None = None,
    student: str | None = None,
    folder: str | Path | None = None,
    seconds: float | None = None,
) -> HandIn:
    """Pack a lecture's notebook for handing in: writes LECTURE-STUDENT.zip and says what is open.

    notebook   the file; default: the notebook that runs this, or the newest lecture in the current folder
    student    your name on the course's list; default: your login name
    folder     where the zip goes; default: beside the notebook
    seconds    how long the saved notebook may run in a clean kernel, default a minute; 0 leaves the run out

    An existing zip is kept; the new one gets -2, -3, … Raises HandInError when the notebook or the name cannot be used.
    """
    if os.environ.get("NBGRADER_EXECUTION"):
        return HandIn("", "", None, None, (), "Nothing is packed while nbgrader runs this notebook.")
    path = _notebook_file(notebook)
    name = student_name(student)
    content = _read(path)
    cells = _cells(path, content)
    place = Path(folder) if folder is not None else path.parent
    packed = _packed(path.stem, name, content)
    target = _written(place, f"{path.stem}-{name}", packed)
    saved = datetime.fromtimestamp(path.stat().st_mtime)
    remarks, ran = _unsaved(path.stem, cells) + _remarks(path.stem, cells), None
    limit = RUN_SECONDS if seconds is None else seconds
    if limit > 0:
        print(f"Trying the saved notebook in a clean kernel, up to {limit:g} seconds …", flush=True)
        stop = clean_run(path, limit)
        remarks, ran = [*([stop] if stop else []), *remarks], not stop
    else:
        remarks += _errors_last_time(cells)
    return HandIn(path.stem, name, target, saved, tuple(remarks), ran=ran)


def student_name(chosen: str | None = None) -> str:
    """The name to hand in under: the one given, or the login name. Raises HandInError unless it is plain."""
    name = chosen or os.environ.get("JUPYTERHUB_USER") or os.environ.get("NB_USER") or _login()
    if not PLAIN_NAME.fullmatch(name):
        raise HandInError(
            "the student's name must be 1 to 64 plain letters, digits and . _ - @, beginning and ending with a letter "
            f'or digit; it is {name!r}. Give your name on the course\'s list: hand_in(student="ada")'
        )
    return name


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return ""


def _notebook_file(chosen: str | Path | None) -> Path:
    lectures = {part["name"] for part in course()["lectures"]}
    path = Path(chosen) if chosen is not None else _running_notebook() or _newest_lecture(lectures)
    if chosen is not None and path.suffix != ".ipynb":
        path = path.with_name(path.name + ".ipynb")
    if not path.is_file():
        raise HandInError(
            f"there is no notebook {path}. Save it, or name the file: hand_in('05_pooling.ipynb')"
        )
    if path.stem not in lectures:
        raise HandInError(
            f"{path.name} is not named like a lecture of this course, as 05_pooling.ipynb is. "
            "Give the file its old name back, then run this again"
        )
    return path.resolve()


def _running_notebook() -> Path | None:
    """The file behind this kernel, as Jupyter Server or VS Code tells it."""
    told = os.environ.get("JPY_SESSION_NAME") or notebook_names().get("__vsc_ipynb_file__")
    if not isinstance(told, str) or not told.endswith(".ipynb"):
        return None
    # Older servers tell the path from the server's root; the kernel runs in the notebook's own folder.
    return next((path for path in (Path(told), Path(Path(told).name)) if path.is_file()), Path(told))


def _newest_lecture(lectures: set[str]) -> Path:
    found = [path for path in Path().glob("*.ipynb") if path.stem in lectures]
    if not found:
        raise HandInError(
            f"no lecture's notebook stands in {Path.cwd()}. Name the file: hand_in('05_pooling.ipynb')"
        )
    return max(found, key=lambda path: path.stat().st_mtime)


def _read(path: Path) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise HandInError(
            f"{path.name} cannot be read ({error.strerror}). Save it, then run this again"
        ) from None
    if len(content) > LARGEST_NOTEBOOK:
        raise HandInError(
            f"{path.name} has {len(content) / 2**20:.0f} MB, more than the {LARGEST_NOTEBOOK // 2**20} MB that can be "
            "handed in. Choose Edit → Clear Outputs of All Cells, save, then run this again"
        )
    return content


def _cells(path: Path, content: bytes) -> list[Any]:
    import nbformat

    try:
        notebook = nbformat.reads(content.decode("utf-8"), as_version=4)
        nbformat.validate(notebook)
    except Exception as error:  # a damaged file fails in many ways
        reason = (str(error).splitlines() or [type(error).__name__])[0][:120]
        raise HandInError(
            f"{path.name} is not a whole notebook ({reason}). Open it, save it, then run this again"
        ) from None
    return list(notebook.cells)


def _remarks(lecture: str, cells: list[Any]) -> list[str]:
    """Sentences about exercises without an answer, and checks that are not right yet."""
    part = next(part for part in course()["lectures"] if part["name"] == lecture)
    sources = {
        cell.metadata["nbgrader"]["grade_id"]: cell.source
        for cell in cells
        if "grade_id" in cell.metadata.get("nbgrader", {})
    }
    missing, untouched = [], []
    for exercise in part["exercises"]:
        name = exercise["name"]
        source = sources.get(name if exercise["kind"] == "written" else f"{name}-answer")
        if source is None:
            missing.append(name)
        elif _is_stub(name, exercise["kind"], source):
            untouched.append(name)
    lines = [line for line in progress(lecture).lines if line.exercise not in missing + untouched]
    wrong = [line.exercise for line in lines if line.state == IN_PROGRESS]
    unchecked = [line.exercise for line in lines if line.state not in (IN_PROGRESS, "right")]
    said = []
    if untouched:
        said.append(f"Not attempted: {_listed(untouched)}.")
    if missing:
        said.append(f"The answer cell is gone from the notebook: {_listed(missing)}.")
    if wrong:
        said.append(f"By your own check not right yet: {_listed(wrong)}.")
    if unchecked:
        said.append(f"Answered, but never checked on this computer: {_listed(unchecked)}.")
    return said


def _unsaved(lecture: str, cells: list[Any]) -> list[str]:
    """A sentence naming the answers that were run here, while the saved file holds others."""
    part = next(part for part in course()["lectures"] if part["name"] == lecture)
    checked = [e["name"] for e in part["exercises"] if e["kind"] == "function"]
    names, saved = notebook_names(), "\n".join(cell.source for cell in cells)
    functions = [name for e in checked for name in check_data(e).functions if name in names]
    lost = [name for name in functions if source_of(names[name]).strip() not in saved]
    if not lost:
        return []
    return [f"What you ran last is not in the saved file: {_listed(lost)}. Save, then run this again."]


def _errors_last_time(cells: list[Any]) -> list[str]:
    errors = sum(_ended_in_error(cell) for cell in cells)
    if not errors:
        return []
    return [
        f"{errors} {'cell' if errors == 1 else 'cells'} ended in an error when last run. "
        "Kernel → Restart Kernel and Run All Cells… shows where."
    ]


def _is_stub(name: str, kind: str, source: str) -> bool:
    if kind == "written":
        return source.strip() in EMPTY_ANSWERS
    return not source.strip() or source_digest(source) == check_data(name).stub


def _ended_in_error(cell: Any) -> bool:
    return any(output.get("output_type") == "error" for output in cell.get("outputs", []))


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _marked(sentence: str) -> str:
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", html.escape(sentence, quote=False))


def _packed(lecture: str, student: str, content: bytes) -> bytes:
    """The zip: the notebook and its manifest."""
    manifest = {
        "format": FORMAT,
        "student": student,
        "lecture": lecture,
        "time": datetime.now(UTC).isoformat(timespec="microseconds"),
        "versions": _versions(),
        "files": {f"{lecture}.ipynb": hashlib.sha256(content).hexdigest()},
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{lecture}.ipynb", content)
        archive.writestr(MANIFEST, json.dumps(manifest, indent=1, sort_keys=True) + "\n")
    return buffer.getvalue()


def _versions() -> dict[str, str]:
    """Versions of what runs here; NumPy and PyTorch only if something has loaded them."""
    import helpers

    found = {"helpers": helpers.__version__, "python": platform.python_version()}
    for name in ("numpy", "torch"):
        if name in sys.modules:
            found[name] = str(sys.modules[name].__version__)
    return found


def _written(folder: Path, name: str, content: bytes) -> Path:
    """The first free path of NAME.zip, NAME-2.zip, …, now holding the content."""
    number = 1
    while True:
        path = folder / (f"{name}.zip" if number == 1 else f"{name}-{number}.zip")
        try:
            with path.open("xb") as file:  # fails where the file exists, so nothing is overwritten
                file.write(content)
            return path
        except FileExistsError:
            number += 1
        except OSError as error:
            with contextlib.suppress(OSError):
                path.unlink()  # what a full disk left of it
            raise HandInError(
                f"{path} cannot be written ({error.strerror}). Name another folder: hand_in(folder='..')"
            ) from None


__all__ = ["LARGEST_NOTEBOOK", "MANIFEST", "PLAIN_NAME", "HandIn", "HandInError", "hand_in", "student_name"]
