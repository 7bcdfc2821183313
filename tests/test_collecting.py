"""`autograde collect` takes honest uploads, refuses hostile ones with the reason, and overwrites nothing silently."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import stat
import warnings
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from autograde.classroom import collecting, safezip
from autograde.classroom.collecting import Found, Options, collect, collected_table
from autograde.classroom.coursefolder import CourseError
from helpers import hand_in
from tests.counting import lines_run
from tests.test_cli import RIGHT, autograde

ROOT = Path(__file__).parent.parent
LECTURE = "00_start_here"
NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
UNTOUCHED = (ROOT / f"notebooks/{LECTURE}.ipynb").read_bytes()


@pytest.fixture
def course(tmp_path) -> Path:
    """What collecting needs of a course folder: its configuration, and the lectures' sources."""
    folder = tmp_path / "course"
    for name in (LECTURE, "05_pooling"):
        (folder / "source" / name).mkdir(parents=True)
        shutil.copy(ROOT / f"notebooks/{name}.ipynb", folder / "source" / name)
    (folder / "nbgrader_config.py").write_text("c = get_config()\n")
    return folder


def notebook(mark: str = "") -> bytes:
    content = json.loads(UNTOUCHED)
    content["cells"][0]["source"] += [f"\n{mark}"]
    return json.dumps(content).encode()


def packed(files: dict[str | zipfile.ZipInfo, bytes], path: Path | None = None) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, content in files.items():
            archive.writestr(name, content)
    if path:
        path.write_bytes(buffer.getvalue())
    return buffer.getvalue()


def upload(content: bytes = UNTOUCHED, student: str = "ada", lecture: str = LECTURE, **changes) -> dict:
    """The files of a zip as `hand_in()` makes it, with changes to the manifest."""
    manifest = {
        "format": 1,
        "student": student,
        "lecture": lecture,
        "time": NOON.isoformat(),
        "versions": {},
        "files": {f"{lecture}.ipynb": hashlib.sha256(content).hexdigest()},
    }
    return {f"{lecture}.ipynb": content, "manifest.json": json.dumps({**manifest, **changes}).encode()}


def stored(files: dict) -> dict:
    """The same files without packing, so that nothing is refused for unpacking to far more."""
    return {zipfile.ZipInfo(name, (2026, 3, 4, 12, 0, 0)): content for name, content in files.items()}


def taken(course: Path, *archives: dict, **options: bool) -> list[Found]:
    paths = []
    for number, files in enumerate(archives):
        path = course.parent / f"given{number}.zip"
        packed(files, path)
        paths.append(path)
    return collect(course, paths, Options(**options))


def reasons(results: list[Found]) -> list[str]:
    return [result.reason for result in results]


def handed_in(course: Path, student: str = "ada", lecture: str = LECTURE) -> bytes:
    return (course / "submitted" / student / lecture / f"{lecture}.ipynb").read_bytes()


def nothing_was_written(course: Path) -> bool:
    return not [path for path in (course / "submitted").rglob("*") if path.is_file()]


def test_a_zip_of_hand_in_becomes_a_submission_with_its_time(course):
    assert reasons(taken(course, upload())) == [""]
    assert handed_in(course) == UNTOUCHED
    stamp = (course / f"submitted/ada/{LECTURE}/timestamp.txt").read_text()
    from nbgrader.utils import parse_utc

    assert parse_utc(stamp) == NOON.replace(tzinfo=None)
    line = json.loads((course / "collected.jsonl").read_text())
    assert line["accepted"] and line["student"] == "ada" and line["lecture"] == LECTURE
    assert sorted(p.name for p in (course / "submitted").iterdir()) == ["ada"], "no draft is left"


def test_canvas_names_are_understood_and_late_ones_recorded(course):
    results = taken(
        course,
        {
            f"lovelaceada_12345_67890_{LECTURE}.ipynb": UNTOUCHED,
            f"hoppergrace_LATE_12346_67891_{LECTURE}-1.ipynb": UNTOUCHED,
            f"turingalan_12347_67892_{LECTURE}-alan.zip": packed(upload(student="alan")),
        },
    )
    assert reasons(results) == ["", "", ""]
    assert [r.student for r in results] == ["lovelaceada", "hoppergrace", "turingalan"]
    assert "its manifest names alan" in results[2].note
    assert [r.sender.late for r in results] == [False, True, False]
    table = collected_table(results)
    assert "(late)" in table and "3 accepted, 0 refused" in table
    log = [json.loads(line) for line in (course / "collected.jsonl").read_text().splitlines()]
    assert [line["late"] for line in log] == [False, True, False]
    assert log[2]["sender"] == "turingalan_12347"


def test_moodle_names_are_understood_with_and_without_folders(course):
    results = taken(
        course,
        {
            f"Jörg Müller_77_assignsubmission_file_/{LECTURE}.ipynb": UNTOUCHED,
            f"Grace Hopper_78_assignsubmission_file_/{LECTURE} (1).ipynb": UNTOUCHED,
            f"Alan Turing_79_assignsubmission_file_{LECTURE}.ipynb": UNTOUCHED,
            f"李明_80_assignsubmission_file_/{LECTURE}.ipynb": UNTOUCHED,
            "__MACOSX/x": b"",
            "Grace Hopper_78_assignsubmission_onlinetext_/onlinetext.html": b"<p>",
        },
    )
    assert [r.student for r in results[:4]] == ["Jorg_Muller", "Grace_Hopper", "Alan_Turing", "student-80"]
    assert reasons(results)[:4] == [""] * 4
    assert "neither a notebook" in results[4].reason and len(results) == 5


def test_the_same_upload_twice_changes_nothing(course):
    taken(course, upload())
    before = (course / f"submitted/ada/{LECTURE}/{LECTURE}.ipynb").stat().st_mtime_ns
    assert [r.note for r in taken(course, upload())] == ["unchanged"]
    assert (course / f"submitted/ada/{LECTURE}/{LECTURE}.ipynb").stat().st_mtime_ns == before


def test_a_different_submission_stays_unless_replaced_and_is_kept_then(course):
    taken(course, upload())
    (course / f"submitted/ada/{LECTURE}/picture.png").write_text("mine")
    newer = upload(notebook("new"), time=(NOON + timedelta(hours=1)).isoformat())
    assert "--replace" in reasons(taken(course, newer))[0]
    assert handed_in(course) == UNTOUCHED
    results = taken(course, newer, replace=True)
    assert reasons(results) == [""] and "submitted/.replaced/ada" in results[0].note
    assert handed_in(course) == notebook("new")
    old = course / f"submitted/.replaced/ada/{LECTURE}-1"
    assert (old / f"{LECTURE}.ipynb").read_bytes() == UNTOUCHED and (old / "picture.png").exists()
    from autograde.classroom.classgrading import submissions

    assert submissions(course) == [("ada", LECTURE)], "what was replaced is not graded"


def test_two_uploads_are_refused_unless_the_newest_is_asked_for(course):
    late = upload(notebook("second"), time=(NOON + timedelta(hours=1)).isoformat())
    assert all("more than once" in reason for reason in reasons(taken(course, late, upload())))
    assert nothing_was_written(course)
    results = taken(course, late, upload(), newest=True)
    assert results[0].reason == "" and "a newer one" in results[1].reason
    assert handed_in(course) == notebook("second")


def test_the_same_notebook_given_twice_counts_once(course):
    assert sorted(reasons(taken(course, upload(), upload()))) == ["", "the same notebook again"]


def sent(sender: str, content: bytes, student: str = "ada", moment: datetime = NOON, date=None) -> dict:
    """An upload in a Canvas download: a zip of hand_in() by `sender`, with what its manifest claims; `date` is the archive's."""
    name = f"{sender}_{LECTURE}-{student}.zip"
    inner = packed(upload(content, student, time=moment.isoformat()))
    return {name if date is None else zipfile.ZipInfo(name, date): inner}


def test_the_lms_says_who_hands_in_whatever_the_manifest_says(course):
    archive = {**sent("ada_1_10", UNTOUCHED), **sent("mallory_77_11", notebook("mine"))}
    results = taken(course, archive, newest=True, replace=True)
    assert reasons(results) == ["", ""]
    assert [r.student for r in results] == ["ada", "mallory"]
    assert handed_in(course) == UNTOUCHED and handed_in(course, "mallory") == notebook("mine")
    assert "its manifest names ada" in results[1].note and "names ada" in collected_table(results)
    assert "names" not in results[0].note
    log = [json.loads(line) for line in (course / "collected.jsonl").read_text().splitlines()]
    assert "its manifest names ada" in log[1]["note"]


PLACED = {
    "one who gave it directly": lambda course: taken(course, upload()),
    "another in the LMS": lambda course: taken(course, sent("ada_1_10", UNTOUCHED)),
    "the exchange": lambda course: by_hand(course),
}


def by_hand(course: Path) -> None:
    place = course / f"submitted/ada/{LECTURE}"
    place.mkdir(parents=True)
    (place / f"{LECTURE}.ipynb").write_bytes(UNTOUCHED)


@pytest.mark.parametrize("first", PLACED)
@pytest.mark.parametrize("second", ["an LMS's upload", "a zip given directly"])
def test_nobody_takes_another_senders_place(course, first, second):
    PLACED[first](course)
    late = (NOON + timedelta(1)).isoformat()
    given = (
        sent("ada_2_11", notebook("mine"))
        if second == "an LMS's upload"
        else upload(notebook("mine"), time=late)
    )
    results = taken(course, given, newest=True, replace=True)
    if (first, second) == ("one who gave it directly", "a zip given directly"):
        assert reasons(results) == [""], "no sender is known of either: the instructor's word"
        return
    assert "handed in for this student before" in results[0].reason
    assert handed_in(course) == UNTOUCHED


def test_the_same_bytes_from_another_hand_leave_a_submission_whose_it_was(course):
    taken(course, sent("ada_1_10", UNTOUCHED))
    assert taken(course, upload())[0].note == "unchanged"
    assert "ada_1 handed in" in reasons(taken(course, upload(notebook("mine")), replace=True))[0]
    assert handed_in(course) == UNTOUCHED


def stamped(course: Path, student: str) -> str:
    return (course / f"submitted/{student}/{LECTURE}/timestamp.txt").read_text()[:16]


def test_the_archives_date_wins_over_an_earlier_one_in_the_manifest(course):
    month = NOON - timedelta(30)
    results = taken(
        course,
        sent("mallory_LATE_77_11", UNTOUCHED, "mallory", month, (2026, 3, 9, 12, 0, 0))
        | sent("ada_1_10", UNTOUCHED, "ada", NOON, (2026, 3, 4, 12, 20, 0)),
    )
    assert reasons(results) == ["", ""]
    assert stamped(course, "mallory") == "2026-03-09 12:00"
    assert "its manifest says 2026-02-02 12:00 UTC, the archive 2026-03-09 12:00" in results[0].note
    assert stamped(course, "ada") == "2026-03-04 12:20" and results[1].note == ""


def test_where_the_archive_tells_no_date_the_manifest_counts_unless_it_came_late(course):
    undated = (1980, 1, 1, 0, 0, 0)
    results = taken(
        course,
        sent("ada_1_10", UNTOUCHED, "ada", NOON, undated)
        | sent("mallory_LATE_77_11", UNTOUCHED, "mallory", NOON, undated),
    )
    assert (
        stamped(course, "ada") == "2026-03-04 12:00"
        and "counts, for the archive tells none" in results[0].note
    )
    assert stamped(course, "mallory")[:10] == f"{datetime.now(UTC):%Y-%m-%d}"
    assert "does not count" in results[1].note


def test_a_students_zip_that_looks_like_a_download_is_refused_where_students_send_zips(course):
    taken(course, sent("ada_1_10", UNTOUCHED))
    fake = {f"ada_1_10_{LECTURE}.ipynb": notebook("mine")}
    assert "not made by hand_in" in reasons(taken(course, fake, replace=True, direct=True))[0]
    assert handed_in(course) == UNTOUCHED


def test_a_canvas_upload_named_like_one_of_moodles_is_its_senders(course):
    results = taken(course, {f"mallory_77_11_Ada_1_assignsubmission_file_{LECTURE}.ipynb": UNTOUCHED})
    assert results[0].sender.identity == "mallory_77"


def test_two_students_of_one_name_are_told_apart_by_numbers(course):
    archive = {f"smithjo_1_10_{LECTURE}.ipynb": UNTOUCHED, f"smithjo_2_11_{LECTURE}.ipynb": notebook("x")}
    assert all("--numbers" in reason for reason in reasons(taken(course, archive)))
    assert [r.student for r in taken(course, archive, numbers=True)] == ["smithjo-1", "smithjo-2"]


def link() -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(f"{LECTURE}.ipynb")
    info.create_system = 3
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


WITHOUT = {"manifest.json": upload()["manifest.json"]}
BOMB = b'{"cells": "' + b" " * (15 * 2**20) + b'"}'
HOSTILE = {
    "a path upwards": ({**upload(), "../../evil.py": b"x"}, "leaves the folder"),
    "a Windows path upwards": ({**upload(), "..\\evil.py": b"x"}, "leaves the folder"),
    "an absolute path": ({**upload(), "/etc/evil": b"x"}, "absolute path"),
    "a drive": ({**upload(), "C:/evil": b"x"}, "absolute path"),
    "a link": ({**WITHOUT, link(): b"/etc/passwd"}, "a link"),
    "a bomb": (upload(BOMB), "zip bomb"),
    "too large": (upload(b"\0" * 10), "not a notebook"),
    "a file more": ({**upload(), "virus.exe": b"x"}, "must hold"),
    "no notebook": (WITHOUT, "must hold"),
    "another lecture's cells": (
        upload((ROOT / "notebooks/05_pooling.ipynb").read_bytes()),
        "wrong lecture: called 00_start_here, it holds the cells of 05_pooling",
    ),
    "an unknown lecture": (upload(lecture="99_none"), "no lecture of this course"),
    "a lecture that is a path": (upload(lecture="x/05_pooling"), "no lecture of this course"),
    "a student that is a path": (upload(student="../ada"), "names no student"),
    "a changed notebook": ({**upload(), f"{LECTURE}.ipynb": notebook("x")}, "hash differs"),
    "the future": (upload(time="2999-01-01T00:00:00+00:00"), "future"),
    "no time zone": (upload(time="2026-01-01T00:00:00"), "no time"),
    "a time too early": (upload(time="0001-01-01T00:00:00+10:00"), "no time"),
    "no format": (upload(format=9), "format 1"),
    "no JSON": ({**upload(), "manifest.json": b"\xff"}, "not JSON"),
    "deep JSON": ({**upload(), "manifest.json": b"[" * 60_000}, "not JSON"),
    "no notebook but text": (upload(b"hello"), "not a notebook"),
    "no notebook but a list": (upload(b"[]"), "not a notebook"),
    "not UTF-8": (upload(b"\xff\xfe"), "UTF-8"),
    "millions of empty objects": (stored(upload(b'{"cells": [' + b"{}," * 1_700_000 + b"{}]}")), "lists and objects"),
    "10 000 cells": (upload(json.dumps({"nbformat": 4, "cells": [{"cell_type": "raw"}] * 10_000}).encode()), "10000 cells"),
    "a title that is a terminal's": (upload(lecture="\x1b]0;x\x07"), "control characters"),
    "empty": ({}, "empty"),
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_zip_is_refused_with_the_reason(case, course):
    files, words = HOSTILE[case]
    results = taken(course, files)
    assert len(results) == 1 and words in results[0].reason
    assert nothing_was_written(course)
    assert sorted(p.name for p in course.parent.iterdir()) == ["course", "given0.zip"]
    assert not json.loads((course / "collected.jsonl").read_text())["accepted"]


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_zip_in_a_download_stops_no_other(case, course):
    files, words = HOSTILE[case]
    bad = f"m_2_11_{LECTURE}.zip"
    results = taken(course, {bad: packed(files), f"ada_1_10_{LECTURE}.ipynb": UNTOUCHED})
    assert results[0].reason and results[1].reason == ""
    assert handed_in(course) == UNTOUCHED


def test_files_that_are_no_zips_or_damaged_are_refused(course):
    whole = packed(upload())
    broken = bytearray(whole)
    broken[60:90] = b"\0" * 30
    for content in (
        b"",
        b"hello",
        whole[: len(whole) // 2],
        bytes(broken),
        whole[:-22] + b"PK\x05\x06" + b"\xff" * 18,
    ):
        path = course.parent / "bad.zip"
        path.write_bytes(content)
        assert collect(course, [path])[0].reason
        assert nothing_was_written(course)


def test_two_members_of_one_name_and_a_password_are_refused(course):
    path = course.parent / "twice.zip"
    packed(upload(), path)
    with zipfile.ZipFile(path, "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr(f"{LECTURE}.ipynb", b"{}")
    assert "two files of the same name" in collect(course, [path])[0].reason
    locked = bytearray(packed(upload()))
    place = locked.index(b"PK\x01\x02")
    locked[place + 8] |= 1
    path.write_bytes(locked)
    assert "password" in collect(course, [path])[0].reason


def test_a_header_that_lies_about_the_size_is_not_believed(course):
    content = bytearray(packed(upload(BOMB)))
    place = content.index(b"PK\x01\x02")
    content[place + 24 : place + 28] = (10).to_bytes(4, "little")
    path = course.parent / "lie.zip"
    path.write_bytes(content)
    assert collect(course, [path])[0].reason
    assert nothing_was_written(course)


def test_sizes_and_counts_are_limited(course, monkeypatch):
    many = {**upload(), **{f"f{i}": b"" for i in range(60)}}
    assert "at most 50" in reasons(taken(course, many))[0]
    monkeypatch.setattr(collecting, "LARGEST_NOTEBOOK", 1000)
    assert "larger than" in reasons(taken(course, upload()))[0]
    monkeypatch.setattr(collecting, "LARGEST_NOTEBOOK", 10**7)
    monkeypatch.setattr(collecting, "LARGEST_ARCHIVE", len(UNTOUCHED) + 10)
    results = taken(course, {f"a_1_1_{LECTURE}.ipynb": UNTOUCHED, f"b_2_2_{LECTURE}.ipynb": UNTOUCHED})
    assert [bool(r.reason) for r in results] == [False, True] and "more than is allowed" in results[1].reason


def test_a_table_of_contents_without_end_is_not_read(course):
    """700 000 entries in a student's zip: what is refused costs next to nothing."""
    small = packed({"x": b""})
    start, end = small.index(b"PK\x01\x02"), small.index(b"PK\x05\x06")
    table = small[start:end] * 700_000
    tail = bytearray(small[end:])
    tail[8:12] = b"\x01\x00\x01\x00"  # one entry, it says
    tail[12:16] = len(table).to_bytes(4, "little")
    inner = small[:start] + table + bytes(tail)
    results: list = []
    given_in = stored({f"m_2_11_{LECTURE}.zip": inner, f"ada_1_10_{LECTURE}.ipynb": UNTOUCHED})
    # To look at each of the 700 000 entries would take that many lines and more.
    assert lines_run(lambda: results.extend(taken(course, given_in))) < 500_000
    assert "at most 50 files" in results[0].reason and results[1].reason == ""
    given = course.parent / "direct.zip"
    given.write_bytes(inner)
    assert "at most 20000 files" in collect(course, [given])[0].reason


def test_packing_that_takes_as_much_memory_as_it_says_is_refused(course):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_LZMA) as archive:
        for name, content in upload().items():
            archive.writestr(name, content)
    path = course.parent / "lzma.zip"
    path.write_bytes(buffer.getvalue())
    assert "uncommon way" in collect(course, [path])[0].reason


def test_a_zip_in_a_zip_in_a_download_is_not_followed(course):
    nested = packed({"more.zip": packed(upload())})
    assert "holds no manifest.json" in reasons(taken(course, {f"ada_1_10_{LECTURE}.zip": nested}))[0]


def test_a_name_that_tells_no_student_is_refused_and_printed_harmlessly(course):
    results = taken(course, {f"{LECTURE}.ipynb": UNTOUCHED, "\x1b[31mred.ipynb": UNTOUCHED})
    assert "tells no student" in results[0].reason and "control characters" in results[1].reason
    assert "\x1b" not in collected_table(results)


def test_a_folder_that_is_no_course_is_refused(tmp_path):
    with pytest.raises(CourseError, match="autograde init"):
        collect(tmp_path, [])


def test_a_ratio_is_only_judged_for_large_members():
    small = packed({"x": b" " * (safezip.RATIO_FROM - 1)})
    entry = next(safezip.entries(io.BytesIO(small), safezip.Budget(2**30, 5)))
    assert len(entry.read(2**30)) == safezip.RATIO_FROM - 1


@pytest.mark.slow
def test_what_a_student_hands_in_is_collected_and_graded(tmp_path, monkeypatch):
    for name in ("NBGRADER_EXECUTION", "JPY_SESSION_NAME"):
        monkeypatch.delenv(name, raising=False)
    desk = tmp_path / "desk"
    desk.mkdir()
    content = json.loads(UNTOUCHED)
    next(c for c in content["cells"] if c["id"] == "count_values-answer")["source"] = RIGHT.strip()
    (desk / f"{LECTURE}.ipynb").write_text(json.dumps(content))
    packed_zip = hand_in(desk / LECTURE, student="ada", seconds=0).path
    (desk / "bad.zip").write_text("no zip")
    course = tmp_path / "course"
    made = autograde("init", str(course))
    assert made.returncode == 0, made.stderr
    done = autograde("collect", str(course), str(packed_zip), str(desk / "bad.zip"))
    assert done.returncode == 1 and "1 accepted, 1 refused" in done.stdout, done.stdout + done.stderr
    done = autograde("collect", str(course), str(packed_zip))
    assert done.returncode == 0 and "unchanged" in done.stdout
    graded = autograde("grade", str(course))
    assert graded.returncode == 0, graded.stdout + graded.stderr
    row = next(line for line in graded.stdout.splitlines() if line.startswith("ada")).split()
    assert row[:4] == ["ada", LECTURE, "1.00", "1"]
