"""What must be the same wherever one class is graded: versions of libraries, and the very text of the two packages.

Versions are asked for with functions of Python's own, which any machine has, whatever else is missing there.
"""

from __future__ import annotations

import functools
import hashlib
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = (
    "numpy",
    "torch",
    "ipython",
    "nbgrader",
    "convnet-course-autograde",
    "convnet-course-helpers",
)
CODE = "the course's code"


def versions() -> dict[str, str]:
    """The versions that a grade depends on; "" for what is not installed."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = ""
    return found


@functools.cache
def here() -> dict[str, str]:
    """Versions on this machine, and a name for the text of both packages."""
    return versions() | {CODE: code_name()}


def questions_of_python() -> dict[str, tuple[object, tuple[str, ...]]]:
    """What to call on another machine to learn its versions: function and arguments, by name."""
    asked: dict[str, tuple[object, tuple[str, ...]]] = {"python": (platform.python_version, ())}
    return asked | {package: (version, (package,)) for package in PACKAGES}


@functools.cache
def code_name() -> str:
    """A name for the text of `helpers` and `autograde` with their check data, as it was when first asked for."""
    import autograde
    import helpers

    sums = hashlib.sha256()
    for package in (helpers, autograde):
        folder = Path(str(package.__file__)).parent
        files = [*folder.rglob("*.py"), *folder.glob("data/*.json"), *folder.glob("data/checks/*.json")]
        for path in sorted(files):
            sums.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes() + b"\0")
    return sums.hexdigest()[:12]


def differences(mine: dict[str, str], theirs: dict[str, str]) -> list[str]:
    """What differs, as "numpy 2.4.1 there, 2.4.2 here"."""
    return [
        f"{name} {theirs.get(name) or 'missing'} there, {value or 'missing'} here"
        for name, value in mine.items()
        if theirs.get(name, "") != value
    ]
