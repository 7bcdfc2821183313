"""The libraries that a submission may import, and where they lie. Everything else in the same folders stays out of sight.

What grades a course often lies next to NumPy. So nothing is visible because of the folder it is in: a library is, when it
stands in this list, when a listed one requires it, or when $COURSE_LIBRARIES names it.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Sequence
from importlib.machinery import ModuleSpec, PathFinder
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

# Distribution: the name it is imported by. What helpers needs, and what students of such a course use besides.
LIBRARIES = {
    "convnet-course-helpers": "helpers", "numpy": "numpy", "torch": "torch", "matplotlib": "matplotlib", "pillow": "PIL",
    "ipython": "IPython", "ipywidgets": "ipywidgets", "anywidget": "anywidget", "platformdirs": "platformdirs",
    "filelock": "filelock",
    "scipy": "scipy", "pandas": "pandas", "sympy": "sympy", "scikit-learn": "sklearn", "scikit-image": "skimage",
    "torchvision": "torchvision", "einops": "einops", "networkx": "networkx", "seaborn": "seaborn", "tqdm": "tqdm",
    "imageio": "imageio", "opencv-python": "cv2", "opencv-python-headless": "cv2", "numba": "numba",
}  # fmt: skip
MORE = "COURSE_LIBRARIES"
GRADING = "autograde"
_REQUIREMENT = re.compile(r"[A-Za-z0-9._-]+")


def site_folders() -> list[Path]:
    """The folders of this interpreter that packages are installed to, as Python names them."""
    return [Path(p).absolute() for p in sys.path if p.endswith(("site-packages", "dist-packages"))]


def library_paths() -> list[Path]:
    """Files and folders of the listed libraries and of all that they require, as far as they are installed."""
    found: dict[Path, None] = {}
    named = dict.fromkeys(re.findall(r"[^\s,]+", os.environ.get(MORE, "")))
    waiting, seen = [*LIBRARIES, *named], set()
    while waiting:
        name = waiting.pop()
        key = re.sub(r"[-_.]+", "-", name).lower()
        if key in seen or key.endswith(GRADING):
            continue
        seen.add(key)
        try:
            installed = distribution(name)
        except PackageNotFoundError:  # installed without saying so, or not at all
            found |= dict.fromkeys(_by_name(LIBRARIES.get(name, name.replace("-", "_"))))
            continue
        found |= dict.fromkeys(_paths(installed))
        waiting += _required(installed)
    return [path for path in found if path.name != GRADING]


def _by_name(name: str) -> Iterator[Path]:
    for folder in site_folders():
        yield from (path for path in (folder / name, folder / f"{name}.py") if path.exists())


def _required(installed: Distribution) -> list[str]:
    """Names of what a distribution requires, but for its extras. Read by hand: parsing mail takes ten times as long."""
    text = installed.read_text("METADATA") or installed.read_text("PKG-INFO") or ""
    found = []
    for line in text.split("\n\n", 1)[0].splitlines():
        if line.startswith("Requires-Dist:") and "extra ==" not in line:
            name = _REQUIREMENT.search(line, len("Requires-Dist:"))
            found += [name[0]] if name else []
    return found


def _paths(installed: Distribution) -> Iterator[Path]:
    """What lies in the folder of packages because of this distribution: its outermost files and folders."""
    folder = Path(str(installed.locate_file("")))
    record = installed.read_text("RECORD")
    names = {line.split(",", 1)[0].strip('"').split("/", 1)[0] for line in (record or "").splitlines()}
    if not record:  # other installers than pip
        listed = (
            installed.read_text("top_level.txt") or installed.metadata["Name"].replace("-", "_")
        ).split()
        names = {entry for name in listed for entry in (name, f"{name}.py", f"{name}.libs")}
    for name in sorted(names - {"", "..", ".", "__pycache__"}):
        path = folder / name
        if path.exists():
            yield path


class ListedOnly:
    """Finds the listed libraries where their folder may not be listed, and says of others there that they are missing.

    For a worker whose files are hidden by permission alone. Python would take a folder that it may not list for an empty
    one, and a library that it may not read for a broken one; `except ImportError` is how libraries try for others.
    """

    def __init__(self) -> None:
        self._folders = [str(folder) for folder in site_folders()]
        listed = {_imported_as(path) for path in library_paths()}
        there = {
            _imported_as(path) for folder in site_folders() if folder.is_dir() for path in folder.iterdir()
        }
        self._missing = {*(there - listed), GRADING}
        # Found now, while the folders can be listed: Python remembers what it found.
        for name in listed:
            PathFinder.find_spec(name, self._folders)

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: object = None
    ) -> ModuleSpec | None:
        """Says ModuleNotFoundError for what is there and not listed; leaves the rest to other finders."""
        if path is None and name in self._missing:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return None


def _imported_as(path: Path) -> str:
    return path.name.split(".")[0]
