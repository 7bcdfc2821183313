"""Tries, from inside of the sandbox, what must be impossible. What was possible is a gap, said as a sentence.

Everything that is tried leaves things as they are where it succeeds: a mode is set to what it was, a file cut to its length.
"""

from __future__ import annotations

import contextlib
import errno
import importlib
import os
import socket
import stat
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from helpers.worker.libraries import GRADING

MODE, TIME = "the mode", "the time"


@dataclass(frozen=True)
class Specimen:
    """A file or folder that must be out of sight, and by which device and inode it is told from what may cover it."""

    path: Path
    identity: tuple[int, int]


def specimen(path: Path) -> Specimen:
    """A specimen of what is there. Raises OSError where nothing is."""
    return Specimen(path, _identity(path))


def _identity(path: Path) -> tuple[int, int]:
    found = os.stat(path)
    return found.st_dev, found.st_ino


def probe(secrets: Iterable[Specimen], secluded: bool) -> list[str]:
    """What was possible. secluded: whether not even names, sizes and times of what is secret may be known."""
    possible = [*_network(), *_packages(), *_elsewhere()]
    there = [secret.path for secret in secrets if _is_there(secret)]
    for path in there:
        if _works(os.listdir, path) or _works(_read, path):
            possible.append(f"files: {path} could be read")
        elif secluded:
            possible.append(f"files: that there is {path} could be found out")
    ignored = _ignored()
    for path in (*there, *_own_files()):
        possible += [f"files: {deed} of {path} could be changed" for deed in _changes(path, ignored)]
    return list(dict.fromkeys(possible))


def _is_there(secret: Specimen) -> bool:
    try:
        return _identity(secret.path) == secret.identity
    except OSError:
        return False


def _works(step: Callable[..., object], *arguments: object) -> bool:
    try:
        step(*arguments)
    except (OSError, ValueError):
        return False
    return True


def _read(path: Path) -> None:
    os.close(os.open(path, os.O_RDONLY | os.O_NONBLOCK))


def _network() -> list[str]:
    for family, kind in ((socket.AF_INET, socket.SOCK_DGRAM), (socket.AF_INET, socket.SOCK_STREAM)):
        with contextlib.suppress(OSError), socket.socket(family, kind) as line:
            line.settimeout(0.2)
            line.connect(("192.0.2.1", 9))
            return ["network: a connection could be opened"]
    return []


def _packages() -> list[str]:
    """Whether what grades can be imported. Looked for anew: a name that was not found before may be found here."""
    importlib.invalidate_caches()
    for name in [n for n in sys.modules if n.split(".")[0] == GRADING]:
        return [f"files: {name} is loaded where submissions run"]
    try:
        importlib.import_module(GRADING)
    except Exception:
        return []
    return [f"files: the package {GRADING} could be imported"]


def _elsewhere() -> list[str]:
    possible = []
    if _works(lambda: os.close(os.open("/var/tmp/.worker-probe", os.O_CREAT | os.O_WRONLY))):
        possible.append("files: a file could be written outside the scratch folder")
    if _works(lambda: os.close(os.open(f"/proc/{os.getppid() or 1}/mem", os.O_RDONLY))):
        possible.append("memory: another process's memory could be read")
    return possible


def _own_files() -> list[Path]:
    """Files that have to be in sight, and may belong to the user who grades."""
    import helpers

    return [Path(str(helpers.__file__)), Path(os.__file__), Path(sys.executable).resolve()]


def _changes(path: Path, ignored: frozenset[str]) -> list[str]:
    """What of a file could be changed, by trying to leave it as it is. `ignored`: calls that succeed and do nothing."""
    try:
        found = os.stat(path)
    except OSError:  # what cannot be named cannot be touched
        return []
    times = (found.st_atime_ns, found.st_mtime_ns)
    tried: dict[str, Callable[[], object]] = {
        MODE: lambda: os.chmod(path, stat.S_IMODE(found.st_mode)),
        TIME: lambda: os.utime(path, ns=times),
        "the owner": lambda: os.chown(path, -1, -1),
        "the length": lambda: os.truncate(path, found.st_size),
        "the name": lambda: os.rename(path, path),
        "the number of names": lambda: _linked(path),
    }
    if hasattr(os, "setxattr"):
        tried["an attribute"] = lambda: os.setxattr(path, "user.probe", b"", os.XATTR_REPLACE)
    return [deed for deed, step in tried.items() if deed not in ignored and _may(step)]


def _linked(path: Path) -> None:
    os.link(path, "probe-link")
    os.unlink("probe-link")


def _may(step: Callable[[], object]) -> bool:
    try:
        step()
    except OSError as error:
        return error.errno == errno.ENODATA  # there was nothing to replace, and nothing else in the way
    return True


def _ignored() -> frozenset[str]:
    """What has no effect even on a file of one's own: calls that are answered and not made."""
    own = Path("probe-own")
    try:
        own.touch(0o600)
        before = own.stat()
        os.chmod(own, 0o640)
        os.utime(own, ns=(10**9, 10**9))
        after = own.stat()
    except OSError:
        return frozenset()
    found = {MODE} if after.st_mode == before.st_mode else set()
    return frozenset(found | ({TIME} if after.st_mtime_ns == before.st_mtime_ns else set()))
