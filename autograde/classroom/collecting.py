"""`autograde collect`: takes what students handed in as zips, or an LMS packed for download, into a course folder.

Everything that comes in is treated as hostile: names are never used as paths, sizes are counted while reading, and
nothing is overwritten silently. It reads notebooks but runs nothing, and it knows nothing of marks.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from autograde.classroom.coursefolder import CONFIG_FILE, CourseError
from autograde.classroom.safezip import BadZip, Budget, Entry, entries, printable
from autograde.classroom.senders import Sender, sender_of
from autograde.engine.reading import Unreadable, read_notebook
from helpers.student.handing_in import FORMAT, LARGEST_NOTEBOOK, MANIFEST, PLAIN_NAME

LOG = "collected.jsonl"
REPLACED = ".replaced"
LARGEST_ARCHIVE = 2 * 2**30  # a class's download, unpacked
ARCHIVE_FILES = 20_000
LARGEST_ZIP = 2 * LARGEST_NOTEBOOK
LARGEST_MANIFEST = 2**16
CLOCK_TOLERANCE = timedelta(days=1)
SAME_TIME = timedelta(hours=1)
DIRECTLY, UNCHANGED = "a zip given directly", "unchanged"

COPY = re.compile(r"(?:-\d{1,3}| ?\(\d{1,3}\))$")  # what Canvas and browsers append to a second upload


@dataclass(frozen=True)
class Found:
    """One upload, as found. reason says why it is refused, "" for one that may be taken.

    origin   the archive, and the file within
    moment   when it was handed in, UTC
    """

    origin: str
    student: str = ""
    lecture: str = ""
    sender: Sender = Sender()
    moment: datetime | None = None
    notebook: bytes = b""
    reason: str = ""
    note: str = ""


@dataclass(frozen=True)
class Options:
    """newest: of several uploads by one student the latest counts; replace: put a new one in an old one's place;
    numbers: name students by the LMS's numbers too, where two have the same name; direct: the archives come from students
    themselves, so one that looks like an LMS's download is refused."""

    newest: bool = False
    replace: bool = False
    numbers: bool = False
    direct: bool = False


def collect(course: Path, archives: list[Path], options: Options = Options()) -> list[Found]:
    """Take uploads into COURSE/submitted; returns one result for each, refused ones with the reason."""
    cells = _known_cells(course)
    found = [item for path in archives for item in _uploads(path, options)]
    found = [item if item.reason else _judged(item, cells) for item in found]
    found = _one_per_student(found, options)
    senders = _senders_before(course)
    results = [item if item.reason else _put_or_refused(course, item, options, senders) for item in found]
    _log(course, results)
    return results


def _known_cells(course: Path) -> dict[str, set[str]]:
    """The lectures of a course, each with the grade_ids of its cells."""
    if not (course / CONFIG_FILE).exists():
        raise CourseError(f"{course} has no {CONFIG_FILE}: make the folder with `autograde init {course}`")
    known = {}
    for path in sorted((course / "source").glob("*/*.ipynb")):
        if path.stem == path.parent.name:
            known[path.stem] = _grade_ids(json.loads(path.read_text(encoding="utf-8")))
    if not known:
        raise CourseError(f"{course}/source holds no lecture: run `autograde init {course}`")
    return known


def _grade_ids(notebook: Any) -> set[str]:
    return {
        str(cell["metadata"]["nbgrader"]["grade_id"])
        for cell in notebook["cells"]
        if "grade_id" in cell.get("metadata", {}).get("nbgrader", {})
    }


# What an archive holds


def _uploads(path: Path, options: Options) -> Iterator[Found]:
    """Every upload in a file given by the instructor: a student's zip, or an LMS's download archive."""
    try:
        size = path.stat().st_size
        budget = Budget(LARGEST_ARCHIVE, ARCHIVE_FILES)
        with path.open("rb") as file:
            members = list(entries(file, budget))
            if any(member.name == MANIFEST for member in members):
                # Read again with a student's limits: this is one upload, not a class's.
                yield _from_zip(path.name, path.read_bytes() if size <= LARGEST_ZIP else None, Sender())
                return
            if not members:
                yield Found(path.name, reason="the zip is empty")
            elif options.direct:
                yield Found(path.name, reason=f"holds no {MANIFEST}: it was not made by hand_in()")
                return
            for member in members:
                if not _is_clutter(member.name):
                    yield _from_member(path.name, member, options)
    except BadZip as error:
        yield Found(path.name, reason=str(error))
    except OSError as error:
        yield Found(path.name, reason=f"the file cannot be read: {error.strerror}")


def _is_clutter(name: str) -> bool:
    return name.endswith("/") or name.startswith("__MACOSX/") or name.rpartition("/")[2] in (".DS_Store", "")


def _from_member(archive: str, member: Entry, options: Options) -> Found:
    origin = f"{archive}: {member.name}"
    if member.problem:
        return Found(origin, reason=member.problem)
    sender, file = sender_of(member.name)
    moment = member.modified
    try:
        if file.lower().endswith(".zip"):
            return _by_sender(_from_zip(origin, member.read(LARGEST_ZIP), sender), moment, options)
        if not file.lower().endswith(".ipynb"):
            return Found(origin, sender=sender, reason="neither a notebook nor a zip made by hand_in()")
        if not sender.name:
            words = "the file's name tells no student: Canvas writes name_12345_67890_FILE, Moodle Name_12345_assignsubmission_file_/FILE"
            return Found(origin, reason=words)
        notebook = member.read(LARGEST_NOTEBOOK)
    except BadZip as error:
        return Found(origin, sender=sender, reason=str(error))
    lecture = COPY.sub("", file[: -len(".ipynb")])
    return Found(origin, sender.student(options.numbers), lecture, sender, moment, notebook)


def _by_sender(found: Found, dated: datetime | None, options: Options) -> Found:
    """A hand-in with the LMS's word in place of its manifest's; where the two differ, that is noted.

    dated  when the archive says that the upload came; None where it tells no date
    """
    if not found.sender.identity:
        return found
    student, claimed = found.sender.student(options.numbers), found.moment
    notes = [f"its manifest names {found.student}"] if found.student not in ("", student) else []
    moment = dated
    if claimed is None:
        pass
    elif dated is None:
        # Late is the LMS's word too: an earlier time of the student's own would undo it.
        moment = None if found.sender.late else claimed
        what = "does not count" if found.sender.late else "counts, for the archive tells none"
        notes.append(f"its manifest's time, {claimed:%Y-%m-%d %H:%M} UTC, {what}")
    elif abs(claimed - dated) > SAME_TIME:
        notes.append(f"its manifest says {claimed:%Y-%m-%d %H:%M} UTC, the archive {dated:%Y-%m-%d %H:%M}")
    return replace(found, student=student, moment=moment, note="; ".join(notes))


def _from_zip(origin: str, content: bytes | None, sender: Sender) -> Found:
    """One upload made by `hand_in()`: a notebook and the manifest that vouches for it."""
    refused = Found(origin, sender=sender)
    if content is None:
        return replace(refused, reason=f"larger than {LARGEST_ZIP // 2**20} MB")
    try:
        members = [
            m for m in entries(io.BytesIO(content), Budget(LARGEST_ZIP, 50)) if not _is_clutter(m.name)
        ]
        problem = next((m.problem for m in members if m.problem), "")
        if problem:
            return replace(refused, reason=problem)
        files = {m.name: m for m in members}
        if MANIFEST not in files:
            return replace(refused, reason=f"holds no {MANIFEST}: it was not made by hand_in()")
        manifest = _manifest(files.pop(MANIFEST).read(LARGEST_MANIFEST))
        wanted = f"{manifest['lecture']}.ipynb"
        if set(files) != {wanted} or set(manifest["files"]) != {wanted}:
            held = ", ".join(sorted(files)) or "nothing"
            return replace(refused, reason=f"must hold {wanted} and {MANIFEST} only; it holds {held[:200]}")
        notebook = files[wanted].read(LARGEST_NOTEBOOK)
    except BadZip as error:
        return replace(refused, reason=str(error))
    found = Found(origin, manifest["student"], manifest["lecture"], sender, manifest["time"], notebook)
    if hashlib.sha256(notebook).hexdigest() != manifest["files"][wanted]:
        return replace(
            found, reason="the notebook was changed after packing: its hash differs from the manifest's"
        )
    if manifest["time"] > datetime.now(UTC) + CLOCK_TOLERANCE:
        return replace(
            found, reason=f"the manifest's time, {manifest['time']:%Y-%m-%d %H:%M} UTC, lies in the future"
        )
    return found


def _manifest(content: bytes) -> dict[str, Any]:
    """The manifest's student, lecture, time and files, each of the right kind. Raises BadZip with the first fault."""
    try:
        manifest = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError):
        raise BadZip(f"{MANIFEST} is not JSON") from None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise BadZip(f"{MANIFEST} is not of format {FORMAT}")
    student, lecture, files = (manifest.get(key) for key in ("student", "lecture", "files"))
    if not isinstance(student, str) or not PLAIN_NAME.fullmatch(student):
        raise BadZip(f"{MANIFEST} names no student in plain characters: {str(student)[:40]!r}")
    if not isinstance(lecture, str) or not isinstance(files, dict):
        raise BadZip(f"{MANIFEST} lacks the lecture or the list of files")
    try:
        moment = datetime.fromisoformat(manifest["time"])
        if moment.tzinfo is None:
            raise ValueError
        moment = moment.astimezone(UTC)
    except (KeyError, TypeError, ValueError, OverflowError):
        raise BadZip(f"{MANIFEST} states no time with a time zone") from None
    return {"student": student, "lecture": lecture, "files": files, "time": moment}


# Whether it may be taken


def _judged(item: Found, cells: dict[str, set[str]]) -> Found:
    """The upload with the reason why it is refused, if there is one: an unknown lecture, no notebook, another lecture's cells."""
    if item.lecture not in cells:
        return replace(
            item, lecture="", reason=f"{item.lecture[:60]!r} is no lecture of this course: {', '.join(cells)}"
        )
    try:
        held = {cell.grade_id for cell in read_notebook(item.notebook) if cell.grade_id}
    except Unreadable as error:
        return replace(item, reason=f"not a notebook that can be graded: {error}")
    except Exception as error:  # what a student sends fails in many ways
        why = (str(error).splitlines() or [type(error).__name__])[0][:100]
        return replace(item, reason=f"not a notebook: {why}")
    wanted = cells[item.lecture]
    if wanted and not held & wanted:
        other = max(cells, key=lambda name: len(cells[name] & held))
        what = f"the cells of {other}" if cells[other] & held else "no cell of this lecture"
        return replace(item, reason=f"wrong lecture: called {item.lecture}, it holds {what}")
    return item


def _one_per_student(found: list[Found], options: Options) -> list[Found]:
    """Of several uploads for one student and lecture, the newest with --newest, else none. The same bytes count once."""
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index, item in enumerate(found):
        if not item.reason:
            # Folders that differ by case alone are one folder on some machines.
            groups[item.student.casefold(), item.lecture].append(index)
    results = list(found)
    for indices in groups.values():
        if len(indices) < 2:
            continue
        senders = {found[i].sender.identity for i in indices}
        if len(senders) > 1:
            who = ", ".join(sorted(s or DIRECTLY for s in senders))
            reason = (
                f"several senders hand in for this student: {who}; find out who it is (same name? --numbers)"
            )
            for i in indices:
                results[i] = replace(found[i], reason=reason)
            continue
        # A zip may be given twice, say in two downloads; the later of equals is the repetition.
        kept = max(indices, key=lambda i: (found[i].moment or datetime.min.replace(tzinfo=UTC), -i))
        for i in indices:
            if i == kept and options.newest:
                continue
            same = all(found[j].notebook == found[kept].notebook for j in indices)
            if same and i == kept:
                continue
            reason = (
                "the same notebook again" if same
                else "a newer one was handed in too" if options.newest
                else "handed in more than once; --newest takes the latest"
            )  # fmt: skip
            results[i] = replace(found[i], reason=reason)
    return results


# Into the course folder


def _put_or_refused(
    course: Path, item: Found, options: Options, senders: dict[tuple[str, str], str]
) -> Found:
    try:
        return _put(course, item, options, senders)
    except OSError as error:  # one that cannot be written stops no other
        return replace(item, reason=f"it cannot be put into the course folder: {error}")


def _put(course: Path, item: Found, options: Options, senders: dict[tuple[str, str], str]) -> Found:
    place = course / "submitted" / item.student / item.lecture
    old = place / f"{item.lecture}.ipynb"
    if old.is_file() and old.read_bytes() == item.notebook:
        return replace(item, note=_joined(UNCHANGED, item.note))
    note = item.note
    if os.path.lexists(place):
        before = senders.get((item.student, item.lecture))
        if before != item.sender.identity:
            who = "somebody" if before is None else before or DIRECTLY
            return replace(
                item,
                reason=f"{who} handed in for this student before; find out who it is, then move {place}",
            )
        if not options.replace:
            return replace(
                item, reason="a different submission is there; --replace takes this one and keeps the old"
            )
        kept = _moved_aside(course, place).relative_to(course)
        note = _joined(f"the old one is kept in {kept}", item.note)
    draft = course / "submitted" / f".collecting-{os.getpid()}"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    (draft / f"{item.lecture}.ipynb").write_bytes(item.notebook)
    moment = item.moment or datetime.now(UTC)
    (draft / "timestamp.txt").write_text(f"{moment:%Y-%m-%d %H:%M:%S.%f} UTC", encoding="utf-8")
    place.parent.mkdir(parents=True, exist_ok=True)
    os.rename(draft, place)  # a killed run leaves a whole submission or none
    return replace(item, moment=moment, note=note)


def _joined(*sentences: str) -> str:
    return "; ".join(filter(None, sentences))


def _moved_aside(course: Path, place: Path) -> Path:
    folder = course / "submitted" / REPLACED / place.parent.name
    folder.mkdir(parents=True, exist_ok=True)
    number = 1
    while os.path.lexists(folder / f"{place.name}-{number}"):
        number += 1
    os.rename(place, folder / f"{place.name}-{number}")
    return folder / f"{place.name}-{number}"


def _senders_before(course: Path) -> dict[tuple[str, str], str]:
    """(student, lecture) -> the LMS identity whose upload stands there, "" for a zip given directly, as the log tells."""
    senders: dict[tuple[str, str], str] = {}
    path = course / LOG
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        try:
            entry = json.loads(line)
        except ValueError:  # the last line of a killed run
            continue
        if not entry["accepted"]:
            continue
        key = entry["student"], entry["lecture"]
        if entry["note"].startswith(UNCHANGED):  # the same bytes from another hand leave it whose it was
            senders.setdefault(key, entry["sender"])
        else:
            senders[key] = entry["sender"]
    return senders


def _log(course: Path, results: list[Found]) -> None:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    with (course / LOG).open("a", encoding="utf-8") as file:
        for item in results:
            entry = {
                "collected": now,
                "origin": item.origin,
                "student": item.student,
                "lecture": item.lecture,
                "sender": item.sender.identity,
                "late": item.sender.late,
                "handed_in": item.moment.isoformat() if item.moment else None,
                "accepted": not item.reason,
                "reason": item.reason,
                "note": item.note,
                "sha256": hashlib.sha256(item.notebook).hexdigest() if item.notebook else None,
            }
            file.write(json.dumps(entry) + "\n")


def collected_table(results: list[Found]) -> str:
    """The results as text, accepted ones first."""
    lines = [f"{'':<9} {'student':<18} {'lecture':<24} from"]
    for item in sorted(results, key=lambda item: bool(item.reason)):
        said = "; ".join(s for s in ("late" if item.sender.late else "", item.reason or item.note) if s)
        lines.append(
            f"{'refused' if item.reason else 'accepted':<9} {item.student or '?':<18} "
            f"{printable(item.lecture)[:40] or '?':<24} "
            f"{printable(item.origin)}{f'  ({printable(said)})' if said else ''}"
        )
    refused = sum(bool(item.reason) for item in results)
    lines.append(f"{len(results) - refused} accepted, {refused} refused; every upload is recorded in {LOG}")
    return "\n".join(lines)
