"""What of this machine a submission may see: named piece by piece, with what is secret cut out of every piece.

Two places make use of it: `helpers.worker.newroot` builds a root folder that holds nothing else, and Landlock
(`helpers.worker.landlock`) takes the same as a list of paths where there is no mount namespace.
"""

from __future__ import annotations

import functools
import os
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from helpers.worker.libraries import GRADING, library_paths, site_folders
from helpers.worker.probe import Specimen, specimen

# /usr is named by its parts: anything may lie in it or in /opt, this course too.
SYSTEM = (
    "/usr/bin", "/usr/sbin", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/libx32", "/usr/libexec", "/usr/include",
    "/usr/share", "/usr/local/bin", "/usr/local/lib", "/usr/local/lib64", "/usr/local/share/fonts",
    "/lib", "/lib32", "/lib64", "/libx32", "/bin", "/sbin", "/sys/devices/system/cpu",
    "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/localtime", "/etc/timezone", "/etc/mime.types", "/etc/fonts",
    "/etc/passwd", "/etc/group", "/etc/nsswitch.conf", "/etc/alternatives", "/etc/python3", "/etc/matplotlibrc",
)  # fmt: skip
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/urandom", "/dev/random", "/dev/tty")
PARTS_OF_A_PREFIX = ("bin", "lib", "lib64", "libexec", "include", "share", "etc/fonts", "ssl", "pyvenv.cfg")
SPECIMENS, LOOKED_AT = 24, 4000


@dataclass(frozen=True)
class View:
    """What may be seen and what must not be, by absolute paths. Of two that lie in each other the inner one counts.

    visible  as Python and the system name them, perhaps through links
    hidden   without links
    """

    visible: tuple[Path, ...]
    hidden: frozenset[Path]

    @functools.cached_property
    def shown(self) -> dict[Path, None]:
        """The visible paths without links, outermost first; what is hidden by the same name is left out."""
        real = {path.resolve() for path in self.visible if path.exists()}
        return dict.fromkeys(sorted(real - self.hidden, key=lambda path: (len(path.parts), path)))

    def sees(self, path: Path) -> bool:
        """Whether a path without links is in view."""
        shown = self.shown
        for part in (path, *path.parents):
            if part in self.hidden or part in shown:
                return part not in self.hidden
        return False


def view_of(secrets: Iterable[Path]) -> View:
    """The view for submissions of a course whose secrets lie in these folders."""
    sites = {site.resolve() for site in (*site_folders(), *_other_sites())}
    hidden = {path.resolve() for path in (*secrets, *_grading_packages())} | sites
    visible = [*map(Path, SYSTEM), *interpreter_parts(), *_link_libraries(hidden), *library_paths()]
    return View(tuple(path.absolute() for path in visible if path.exists()), frozenset(hidden))


def interpreter_parts() -> list[Path]:
    """The interpreter, its standard library and `helpers`, by the names that Python uses; not what is installed there."""
    import helpers

    found = [Path(str(helpers.__file__)).parent, Path(sys.executable)]
    found += [Path(sysconfig.get_paths()[kind]) for kind in ("stdlib", "platstdlib")]
    for prefix in dict.fromkeys((sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix)):
        if prefix not in ("/", "/usr", "/usr/local"):  # the system's own parts are named already
            found += [Path(prefix, part) for part in PARTS_OF_A_PREFIX]
    return [path for path in found if path.exists()]


def _other_sites() -> Iterator[Path]:
    """Folders of packages of every Python below the visible folders: whoever else grades here."""
    prefixes = {"/usr", "/usr/local", sys.prefix, sys.base_prefix}
    for prefix in prefixes:
        for pattern in (
            "lib*/python*/site-packages",
            "lib*/python*/dist-packages",
            "lib*/pypy*/site-packages",
        ):
            yield from Path(prefix).glob(pattern)


def _grading_packages() -> Iterator[Path]:
    """The package that grades, wherever this interpreter would find it."""
    import helpers

    beside = [Path(str(helpers.__file__)).parent.parent, *(Path(entry) for entry in sys.path if entry)]
    yield from (folder / GRADING for folder in beside if (folder / GRADING).is_dir())


def _link_libraries(hidden: set[Path]) -> list[Path]:
    """What $LD_LIBRARY_PATH names, unless a secret or a home lies in it."""
    named = [Path(name) for name in os.environ.get("LD_LIBRARY_PATH", "").split(":") if name.startswith("/")]
    wide = {parent for path in (*hidden, Path.home()) for parent in (path, *path.parents)}
    return [path for path in named if path.exists() and path.resolve() not in wide]


def readable_pieces(view: View) -> list[Path]:
    """The view as a list of files and folders, none of which has a hidden one inside."""
    shown = view.shown
    pieces = []
    for path in shown:
        pieces += _pieces(path, view.hidden, shown)
    return pieces


def _pieces(path: Path, hidden: frozenset[Path], shown: Iterable[Path]) -> list[Path]:
    if not any(path in secret.parents for secret in hidden):
        return [path]
    try:
        inside = sorted(path.iterdir())
    except OSError:
        return []
    # A link is only another name: what it leads to is seen where that is seen.
    inside = [p for p in inside if p not in hidden and p not in shown and not p.is_symlink()]
    return [piece for part in inside for piece in _pieces(part, hidden, shown)]


def folders_of_this_machine() -> list[Path]:
    """The system and the interpreter with all that is installed: for code that its own author runs, with nothing to hide."""
    return [Path(p) for p in ("/usr", "/opt", *SYSTEM)] + interpreter_parts() + site_folders()


def specimens(secrets: Iterable[Path], view: View) -> tuple[Specimen, ...]:
    """Files and folders that must be out of sight, for a probe to look for: each secret, and some of what is in it."""
    found: dict[Path, None] = {}
    for secret in (*secrets, *_grading_packages()):
        if secret.exists():
            found |= dict.fromkeys((secret.absolute(), secret.resolve()))
            inside = (path for path in _files(secret.resolve()) if not view.sees(path))
            found |= dict.fromkeys(path for path, _ in zip(inside, range(SPECIMENS), strict=False))
    # What leads to something that is shown has a name itself, and nothing else in it.
    shown = view.shown
    leading = {parent for path in (*shown, *view.visible) for parent in path.parents}
    return tuple(specimen(path) for path in found if path not in shown and path not in leading)


def _files(folder: Path) -> Iterator[Path]:
    """Files below a folder, those that lie near first; not more than a probe has time for."""
    left = LOOKED_AT
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".") and name != "__pycache__"]
        for name in files:
            left -= 1
            if left < 0:
                return
            yield Path(place, name)
