"""The moment in a submission's timestamp.txt, read in one strict form: the file is as hostile as any other."""

from __future__ import annotations

import datetime
import os
import re
import stat
from pathlib import Path

LONGEST = 100  # bytes
# Hours ahead of UTC. A closed list: a name that is looked up could be that of a file.
ZONES = {
    "UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3,
    "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13,
    "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
}  # fmt: skip
# What nbgrader writes ("2026-02-03 14:05:06.123456 UTC") and ISO 8601.
FORM = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})[ T](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6})\d{0,3})?)?"
    rf"(?: ?({'|'.join(ZONES)}|[+-]\d{{2}}:?\d{{2}}))?",
    re.ASCII,
)


def handed_in_at(folder: Path) -> tuple[datetime.datetime | None, str]:
    """The moment in UTC, without zone as nbgrader keeps it, or None; and why what is there was ignored, or "".

    Without a zone the moment is taken as UTC. Never raises for what the file or its place is.
    """
    path = folder / "timestamp.txt"
    try:
        found = path.lstat()
    except OSError:
        return None, ""
    if not stat.S_ISREG(found.st_mode):
        return None, "timestamp.txt is no plain file, so it is ignored"
    if found.st_size > LONGEST:
        return None, f"timestamp.txt has {found.st_size} bytes, so it is ignored; a time stamp has one line"
    try:
        raw = _start_of(path)
    except OSError as error:
        return None, f"timestamp.txt cannot be read ({error.strerror}), so it is ignored"
    moment = parsed(raw.decode("utf-8", "replace").strip())
    if moment is None:
        return None, 'timestamp.txt holds no time such as "2026-02-03 14:05:06 UTC", so it is ignored'
    return moment, ""


def _start_of(path: Path) -> bytes:
    """The first bytes of a file; not those of a link, should one take its place meanwhile."""
    opened = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(opened, "rb") as file:
        return file.read(LONGEST + 1)


def parsed(text: str) -> datetime.datetime | None:
    """The moment that a text names, in UTC without zone; None for any other text."""
    match = FORM.fullmatch(text) if len(text) <= LONGEST else None
    if match is None:
        return None
    *parts, fraction, zone = match.groups()
    year, month, day, hour, minute, second = (int(part or 0) for part in parts)
    try:
        moment = datetime.datetime(
            year, month, day, hour, minute, second, int((fraction or "0").ljust(6, "0"))
        )
        return moment - _offset(zone or "UTC")
    except (ValueError, OverflowError):
        return None


def _offset(zone: str) -> datetime.timedelta:
    if zone in ZONES:
        return datetime.timedelta(hours=ZONES[zone])
    digits = zone[1:].replace(":", "")
    size = datetime.timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return -size if zone[0] == "-" else size
