"""Reads zips that strangers made: names are checked, nothing is unpacked to disk, sizes are counted while reading.

Knows nothing of courses. A header's word on sizes is not believed.
"""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO, Any

HIGHEST_RATIO = 200  # notebooks full of repeated pictures reach about 50
RATIO_FROM = 2**20
CHUNK = 2**16
SHORTEST_CONTENTS = 2**17  # bytes of a zip's end (its comment may have 64 kB) that are always read
ENTRY_BYTES = 300  # of the table of contents for each file that may be there; 46 and the name are usual
PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # others take as much memory as the archive asks for


class BadZip(ValueError):
    """A zip that is not read, or not read further; the message says why."""


@dataclass
class Budget:
    """How much one archive may hold. left  bytes that may still be unpacked; counts down over all members."""

    left: int
    files: int


@dataclass(frozen=True)
class Entry:
    """One file in a zip. problem  why it must not be read, "" for a harmless one."""

    name: str
    problem: str
    modified: datetime | None
    _archive: zipfile.ZipFile
    _info: zipfile.ZipInfo
    _budget: Budget

    def read(self, limit: int) -> bytes:
        """The content. Raises BadZip when it is larger than `limit`, packed too tightly, or damaged."""
        if self.problem:
            raise BadZip(self.problem)
        shown = printable(self.name)
        pieces, size = [], 0
        try:
            with self._archive.open(self._info) as file:
                while piece := file.read(CHUNK):
                    size += len(piece)
                    self._budget.left -= len(piece)
                    if size > limit:
                        raise BadZip(f"{shown} is larger than {limit / 2**20:.3g} MB unpacked")
                    if size > RATIO_FROM and size > HIGHEST_RATIO * max(1, self._info.compress_size):
                        raise BadZip(
                            f"{shown} unpacks to more than {HIGHEST_RATIO} times its size: a zip bomb"
                        )
                    if self._budget.left < 0:
                        raise BadZip("the archive unpacks to more than is allowed")
                    pieces.append(piece)
        except BadZip:
            raise
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            NotImplementedError,
            RuntimeError,
            OSError,
            ValueError,
        ) as error:
            raise BadZip(f"{shown} is damaged or packed in an unknown way ({str(error)[:80]})") from None
        return b"".join(pieces)


class _Measured:
    """A file of which no more than `longest` bytes are read at once, while a zip's table of contents is read.

    zipfile makes an object of every entry before it tells how many there are, and what the archive says of their number
    need not be so; but it reads the whole table in one piece.
    """

    def __init__(self, file: IO[bytes], longest: int | None) -> None:
        self._file, self.longest = file, longest

    def read(self, size: int = -1) -> bytes:
        if self.longest is None:
            return self._file.read(size)
        content = b"" if size > self.longest else self._file.read(size if size >= 0 else self.longest + 1)
        if size > self.longest or len(content) > self.longest:
            raise BadZip("too long")
        return content

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def entries(file: IO[bytes], budget: Budget) -> Iterator[Entry]:
    """The files in a zip. Raises BadZip when it is none, or holds too many. Read them before `file` is closed."""
    measured = _Measured(file, max(SHORTEST_CONTENTS, ENTRY_BYTES * budget.files))
    try:
        archive = zipfile.ZipFile(measured)
    except BadZip:
        raise BadZip(f"its table of contents is too long; at most {budget.files} files are read") from None
    except Exception as error:  # a hostile list of contents fails in many ways
        raise BadZip(f"not a zip file, or a damaged one ({str(error)[:80]})") from None
    measured.longest = None
    infos = archive.infolist()
    if len(infos) > budget.files:
        raise BadZip(f"holds {len(infos)} files; at most {budget.files} are read")
    names: set[str] = set()
    for info in infos:
        problem = _problem(info, names)
        names.add(info.filename.casefold())
        yield Entry(info.filename, problem, _modified(info), archive, info, budget)


def _problem(info: zipfile.ZipInfo, names: set[str]) -> str:
    # zipfile cuts names at NUL and changes separators; the name as it stands is what counts.
    name, shown = info.orig_filename, printable(info.orig_filename)[:100]
    parts = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or (len(parts[0]) == 2 and parts[0][1] == ":"):
        return f"an absolute path: {shown}"
    if ".." in parts:
        return f"a path that leaves the folder: {shown}"
    if "\\" in name or not all(c.isprintable() for c in name):
        return f"a name with a backslash or control characters: {shown}"
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        return f"a link, not a file: {shown}"
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return f"not a plain file: {shown}"
    if info.compress_type not in PACKED:
        return f"packed in an uncommon way: {shown}"
    if info.flag_bits & 1:
        return f"locked with a password: {shown}"
    if info.filename.casefold() in names:
        return f"two files of the same name: {shown}"
    return ""


def _modified(info: zipfile.ZipInfo) -> datetime | None:
    """When the file was packed; a zip knows no time zone, so it is taken as UTC. None for no sensible date."""
    try:
        moment = datetime(*info.date_time, tzinfo=UTC)
    except ValueError:
        return None
    return moment if moment.year > 1980 and moment <= datetime.now(UTC) else None


def printable(text: str) -> str:
    """The text without control characters."""
    return "".join(c if c.isprintable() else "?" for c in text)
