"""What takes long to make, kept in build/cache under a name for all that decides it: the same inputs, the same text."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable, Iterable
from pathlib import Path

from autograde.course.registry import repository

HOME = Path(__file__).parents[2]
KINDS = {".py", ".js", ".css", ".json", ".png", ".npz"}


def kept(name: str, suffix: str, inputs: Iterable[str], make: Callable[[], str]) -> str:
    """The text that `make` gives for these inputs, from the cache where it was made before. One text a name is kept.

    A folder that cannot be written costs time, nothing else.
    """
    key = hashlib.sha256("\0".join(inputs).encode()).hexdigest()[:20]
    folder = repository() / "build" / "cache"
    path = folder / f"{name}-{key}{suffix}"
    with contextlib.suppress(OSError, UnicodeDecodeError):
        return path.read_text(encoding="utf-8")
    text = make()
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}.tmp")
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
        for old in folder.glob(f"{name}-{'?' * 20}{suffix}"):
            if old != path:
                old.unlink(missing_ok=True)
    return text


def code_of(*places: str) -> str:
    """Digest of code and data, without what the interpreter leaves behind: `helpers`, `autograde`, or a path in them.

    Raises FileNotFoundError where nothing is: the digest of a place that is misspelt would never change.
    """
    digest = hashlib.sha256()
    for place in places:
        start = HOME / place
        if not start.exists():
            raise FileNotFoundError(f"no code at {start}")
        files = [start] if start.is_file() else sorted(p for p in start.rglob("*") if p.suffix in KINDS)
        for file in files:
            digest.update(str(file.relative_to(start.parent)).encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()
