"""Attacks on `autograde collect`: uploads in an LMS's download that want to be another's, or to cost everybody time."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile

from tests.attacks.attack import Attack
from tests.small_course import LECTURE

KIND = "handing in"
VICTIM = "collected-honest"  # handed in before, in the same LMS, by sender 1
NOW, EARLY, LATE = "2026-03-04T12:00:00+00:00", "2020-01-01T00:00:00+00:00", "2026-03-05T12:00:00+00:00"


def packed(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def made_by_hand_in(
    notebook: bytes, student: str, moment: str = NOW, lecture: str = LECTURE, **more: bytes
) -> dict[str, bytes]:
    """The files of a zip as hand_in() makes it, honest but for what is said."""
    manifest = {
        "format": 1,
        "student": student,
        "lecture": lecture,
        "time": moment,
        "versions": {},
        "files": {f"{lecture}.ipynb": hashlib.sha256(notebook).hexdigest()},
    }
    return {f"{lecture}.ipynb": notebook, "manifest.json": json.dumps(manifest).encode(), **more}


def named(ending: str, content: bytes):
    """An upload whose own name ends so."""
    return {ending: content}


def endless_table(notebook: bytes) -> bytes:
    small = packed({"x": b""})
    start, end = small.index(b"PK\x01\x02"), small.index(b"PK\x05\x06")
    table, tail = small[start:end] * 700_000, bytearray(small[end:])
    tail[12:16] = len(table).to_bytes(4, "little")
    return small[:start] + table + bytes(tail)


UPLOADS = {
    "a neighbour's name": lambda n: named("x.zip", packed(made_by_hand_in(n, VICTIM))),
    "a neighbour's name and a later time": lambda n: named("x.zip", packed(made_by_hand_in(n, VICTIM, LATE))),
    "a neighbour's name, other letters": lambda n: named("x.zip", packed(made_by_hand_in(n, VICTIM.title()))),
    "an early time": lambda n: named("x.zip", packed(made_by_hand_in(n, "mallory", EARLY))),
    "a name like Moodle's": lambda n: named(f"{VICTIM}_1_assignsubmission_file_{LECTURE}.ipynb", n),
    "a name like Canvas's": lambda n: named(f"{VICTIM}_1_2_{LECTURE}.ipynb", n),
    "a download in an upload": lambda n: named("x.zip", packed({f"{VICTIM}_1_2_{LECTURE}.ipynb": n})),
    "a path to a neighbour": lambda n: named("x.zip", packed(made_by_hand_in(n, "mallory", **{f"../../{VICTIM}/{LECTURE}.ipynb": n}))),
    "a neighbour's folder as the lecture": lambda n: named("x.zip", packed(made_by_hand_in(n, "mallory", NOW, f"../../{VICTIM}/{LECTURE}"))),
    "700 000 files": lambda n: named("x.zip", endless_table(n)),
    "packed to take memory": lambda n: named("x.zip", packed(made_by_hand_in(n, "mallory"), zipfile.ZIP_LZMA)),
    "a manifest 30 000 deep": lambda n: named("x.zip", packed({f"{LECTURE}.ipynb": n, "manifest.json": b"[" * 30_000})),
    "a notebook of empty objects": lambda n: named("x.zip", packed(made_by_hand_in(b'{"cells": [' + b"{}, " * 1_600_000 + b"{}]}", "mallory"), zipfile.ZIP_STORED)),
    "a terminal's codes as the lecture": lambda n: named("x.zip", packed(made_by_hand_in(n, "mallory", NOW, "\x1b]0;x\x07"))),
}  # fmt: skip

ATTACKS = [Attack(name, KIND, upload=make) for name, make in UPLOADS.items()]
MEASURED: dict[str, str] = {}
