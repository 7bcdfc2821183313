"""A submission's time stamp is read in one strict form; whatever else lies there is told and ignored."""

from __future__ import annotations

import datetime
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograde.engine.timestamps import LONGEST, handed_in_at, parsed


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2026-02-03 14:05:06.123456 UTC", (2026, 2, 3, 14, 5, 6, 123456)),
        ("2026-02-03 14:05:06", (2026, 2, 3, 14, 5, 6)),
        ("2026-02-03T14:05:06Z", (2026, 2, 3, 14, 5, 6)),
        ("2026-02-03 14:05:06.5 +0200", (2026, 2, 3, 12, 5, 6, 500000)),
        ("2026-02-03T14:05:06-05:30", (2026, 2, 3, 19, 35, 6)),
        ("2026-02-03 14:05:06 CET", (2026, 2, 3, 13, 5, 6)),
        ("2026-07-03 00:05 PDT", (2026, 7, 3, 7, 5)),
    ],
)
def test_what_nbgrader_and_iso_8601_write_is_read(text, wanted):
    assert parsed(text) == datetime.datetime(*wanted)


@pytest.mark.parametrize(
    "text",
    [
        "", "0h" + "9" * 33, "1" * 1000, "2026-02-30 00:00:00 UTC", "0001-01-01 00:00:00 +2359", "9999-12-31 23:59:59 -2359",
        "2026-02-03 14:05:06 Europe/Berlin", "2026-02-03 14:05:06 ../../../etc/localtime", "２０２６-02-03 14:05:06 UTC",
        "yesterday", "2026-02-03 14:05:06 UTC\nUTC", "2026-02-03 25:00:00 UTC",
    ],
)  # fmt: skip
def test_anything_else_is_no_moment(text):
    assert parsed(text) is None


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=2 * LONGEST))
def test_any_bytes_give_a_moment_or_a_reason(tmp_path_factory, raw):
    folder = tmp_path_factory.mktemp("submission")
    (folder / "timestamp.txt").write_bytes(raw)
    moment, ignored = handed_in_at(folder)
    assert (moment is None) == bool(ignored)


def test_a_large_file_is_not_even_read(tmp_path):
    with open(tmp_path / "timestamp.txt", "wb") as file:
        file.truncate(10**9)
    assert "1000000000 bytes" in handed_in_at(tmp_path)[1]


@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo, lambda path: os.symlink("/etc/localtime", path)])
def test_what_is_no_file_is_told(tmp_path, make):
    make(tmp_path / "timestamp.txt")
    assert handed_in_at(tmp_path) == (None, "timestamp.txt is no plain file, so it is ignored")


def test_no_time_stamp_is_no_problem(tmp_path):
    assert handed_in_at(tmp_path) == (None, "")
