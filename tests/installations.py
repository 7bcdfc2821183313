"""Courses and interpreters in the places where people install them, each in a mount namespace of its own. Needs root.

`python -m tests.installations PLACE USER WAY` starts a worker server there, lets a worker reach for what is hidden, and
prints what it reached and what changed, as JSON. USER is "root" or "ordinary user"; WAY is "namespaces", "no namespaces"
(what many containers allow) or "old Landlock" (its second version, without namespaces).
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from helpers.worker import linux
from tests.closed_home import open_the_way
from tests.small_course import ROOT, small_repository

ORDINARY_USER = 4242
VERSION = f"python{sys.version_info.major}.{sys.version_info.minor}"
SITE = f"lib/{VERSION}/site-packages"


@dataclass(frozen=True)
class Installation:
    """Where things lie.

    repository  folder of solutions, helpers and autograde
    course      folder of the class
    prefix      of an interpreter of its own; "" for the one that runs the tests
    packages    "path" (found by PYTHONPATH), "editable" (a .pth file) or "installed" (copies among the libraries)
    link        a link on the way to the repository: (its place, where it leads)
    """

    repository: str
    course: str
    prefix: str = ""
    packages: str = "path"
    link: tuple[str, str] | None = None


INSTALLATIONS = {
    "a home": Installation("/home/teacher/course", "/home/teacher/class"),
    "/opt": Installation("/opt/course", "/opt/class"),
    "/usr/local": Installation("/usr/local/course", "/usr/local/class"),
    "among the system's libraries": Installation("/usr/local/lib/course", "/usr/lib/class"),
    "among what programs share": Installation("/usr/share/course", "/usr/share/course/class"),
    "/srv": Installation("/srv/course", "/srv/class"),
    "a folder of one's own": Installation("/data/course", "/data/class"),
    "behind a link": Installation("/opt/here/course", "/opt/here/class", link=("/opt/here", "/data/there")),
    "conda, editable": Installation("/opt/course", "/opt/class", "/opt/conda", "editable"),
    "conda, installed": Installation("/opt/course", "/opt/class", "/opt/conda", "installed"),
    "a Python in /usr/local, installed": Installation("/srv/course", "/srv/class", "/usr/local", "installed"),
    "an environment inside of the repository": Installation(
        "/srv/course", "/srv/course/class", "/srv/course/.venv", "editable"
    ),
}
REFUSED = "def refuse(root): raise OSError\nconfine._own_namespaces = refuse\n"
MISTAKEN = "a view of too much"
WAYS = {
    "namespaces": "",
    "no namespaces": REFUSED,
    "old Landlock": REFUSED + "landlock.abi = lambda: 2\n",
    # Not a machine but a mistake, which the probe has to find.
    MISTAKEN: "made = view.view_of\nview.view_of = lambda secrets: view.View((*made(()).visible, Path('/opt')), frozenset())\n",
}
# The sandbox of a real server, without the seconds that PyTorch and Matplotlib take.
LIGHT = "import sys\nfrom pathlib import Path\nfrom helpers.worker import confine, landlock, server, view, warm\nwarm._torch = warm._matplotlib = warm._draw = lambda: None\n"

REACH = """
import ctypes, importlib, json, os, sys
def reach(name, step):
    try:
        if step() not in (None, False, -1, ""): reached.append(name)
    except BaseException as error:
        refused.add(type(error).__name__)
reached, refused = [], set()
for path in PATHS:
    reach(f"read {path}", lambda: os.listdir(path) or None if os.path.isdir(path) else open(path, "rb").read(1))
    reach(f"opened {path}", lambda: os.fstat(os.open(path, os.O_RDONLY)).st_ino == INODES[path])
    reach(f"saw {path}", lambda: os.stat(path).st_ino == INODES[path])
    for name, step in {
        "mode": lambda: os.chmod(path, 0o777), "mode of the link": lambda: os.chmod(path, 0o777, dir_fd=os.open("/", os.O_PATH)),
        "times": lambda: os.utime(path, (5, 5)), "touch": lambda: os.utime(path), "owner": lambda: os.chown(path, os.getuid(), os.getgid()),
        "length": lambda: os.truncate(path, 0), "emptied": lambda: os.open(path, os.O_RDONLY | os.O_TRUNC),
        "written": lambda: open(path, "a").write("x"), "name": lambda: os.rename(path, path + "x"),
        "link": lambda: os.link(path, "mine"), "link beside": lambda: os.link(path, path + "x"), "gone": lambda: os.unlink(path), "folder gone": lambda: os.rmdir(path),
        "attribute": lambda: os.setxattr(path, "user.x", b"x"), "attribute gone": lambda: os.removexattr(path, "user.x"),
        "device": lambda: os.mknod(path + "x", 0o600 | 0o010000), "folder": lambda: os.mkdir(path + "x"), "symbolic link": lambda: os.symlink("/", path + "x"),
        "new chmod": lambda: ctypes.CDLL(None).syscall(452, -100, path.encode(), 0o777, 0),
        "file flags": lambda: ctypes.CDLL(None).syscall(469, -100, path.encode(), ctypes.create_string_buffer(32), 32, 0),
    }.items():
        try: step()
        except BaseException as error: refused.add(type(error).__name__)
def imported(name):
    for known in [n for n in sys.modules if n.split(".")[0] == name]: del sys.modules[known]
    return importlib.import_module(name)
reach("imported autograde", lambda: imported("autograde"))
reach("found by a search", lambda: [p for p in sys.path if os.path.exists(os.path.join(p or ".", "autograde", "__init__.py")) and open(os.path.join(p, "autograde", "__init__.py"))] or None)
reach("listed the repository", lambda: set(os.listdir(REPOSITORY)) - {"helpers", ".venv"} or None)
reach("by a program", lambda: os.popen(f"cat {PATHS[-1]}; grep -rl THE-SOLUTION /opt /srv /data /home /usr/local /usr/share/course 2>/dev/null").read())
import numpy, scipy.signal, helpers.checking.compare, concurrent.futures, helpers.lectures
print(json.dumps({"reached": reached, "refused": sorted(refused), "honest": float(scipy.signal.convolve([1.0], [2.0])[0])}))
"""


def main(place: str, user: str, way: str) -> None:
    made = INSTALLATIONS[place]
    linux.unshare(linux.CLONE_NEWNS)
    linux.mount("none", "/", None, linux.MS_REC | linux.MS_PRIVATE)
    owner = ORDINARY_USER if user == "ordinary user" else 0
    python = _install(made, owner)
    done = subprocess.run(
        [python, "-c", "from tests.installations import inside; inside()"],
        env=_environment(made) | {"INSIDE": json.dumps([place, owner, way])},
        cwd="/", capture_output=True, text=True,
    )  # fmt: skip
    sys.stdout.write(done.stdout)
    sys.stderr.write(done.stderr)
    for top in MADE:
        linux.unmount(top)
        os.rmdir(top)
    shutil.rmtree(TESTS)
    sys.exit(done.returncode)


def inside() -> None:
    """Goes on in the interpreter of the installation."""
    place, owner, way = json.loads(os.environ.pop("INSIDE"))
    made = INSTALLATIONS[place]
    import autograde
    from autograde.engine.workers import Control, await_server, launch_server
    from helpers.worker.confine import Limits

    open_the_way()
    if owner:
        os.setgroups([])
        os.setgid(owner)
        os.setuid(owner)
    package = Path(str(autograde.__file__)).parent
    paths = [
        f"{made.repository}/solutions",
        f"{made.repository}/solutions/01_small.py",
        f"{package}/exercises/small.py",
        f"{package}/cli.py",
    ]
    paths += [f"{made.course}/{name}" for name in ("", *CLASS)]
    paths += [os.path.realpath(path) for path in paths if os.path.realpath(path) != path]
    before = {path: _state(path) for path in paths}
    program = ("-c", LIGHT + WAYS[way] + "server.main()")
    server = await_server(*launch_server(1, Limits(), Path(made.course), program))
    words = {"PATHS": paths, "REPOSITORY": made.repository, "INODES": {p: os.stat(p).st_ino for p in paths}}
    code = re.sub("|".join(words), lambda found: repr(words[found[0]]), REACH)
    if way == MISTAKEN:
        code = "print('{}')"
    with Control(server.slots[0]).worker() as worker:
        status, outputs = worker.run(code, 60)
    server.stop()
    said = "".join(str(output.get("text", output.get("traceback", ""))) for output in outputs)
    changed = [path for path in paths if _state(path) != before[path]]
    found = {
        "status": status,
        "gaps": server.gaps,
        "changed": changed,
        "said": said[-3000:],
        "package": str(package),
    }
    with contextlib.suppress(ValueError):
        found |= json.loads(said.partition("\n")[0])
    print(json.dumps(found))


CLASS = {
    "gradebook.db": "marks", ".autograde_seed": "7", "audit.jsonl": "{}", "submitted/zoe/01_small/01_small.ipynb": "{}",
    "source/01_small/01_small.ipynb": "THE-SOLUTION",
}  # fmt: skip


def _state(path: str) -> list[object]:
    found = os.lstat(path)
    inside = sorted(os.listdir(path)) if os.path.isdir(path) else Path(path).read_bytes().decode()
    attributes = os.listxattr(path)
    return [found.st_mode, found.st_uid, found.st_size, found.st_mtime_ns, found.st_nlink, inside, attributes]


def _install(made: Installation, owner: int) -> str:
    """Lay everything into its place; returns the interpreter."""
    _room(HOME)
    if made.link:
        _room(made.link[1])
        Path(made.link[1]).mkdir(parents=True)
        _room(made.link[0])
        Path(made.link[0]).symlink_to(made.link[1])
    else:
        for folder in (made.repository, made.course):
            _room(folder)
    python = _interpreter(made) if made.prefix else sys.executable
    Path(made.repository).mkdir(parents=True, exist_ok=True)
    small_repository(Path(made.repository))
    site = Path(made.prefix, SITE) if made.prefix else None
    if site and made.packages == "installed":
        for name in ("autograde", "helpers"):
            shutil.copytree(Path(made.repository, name), site / name)
    elif site:
        (site / "course.pth").write_text(f"{made.repository}\n")
    for name, text in CLASS.items():
        path = Path(made.course, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    own = [os.path.realpath(place) for place in (made.repository, made.course)]
    own += [str(site / name) for name in ("autograde", "helpers") if site and (site / name).exists()]
    environment = f"{made.repository}/.venv"  # not the libraries, which would all be copied for it
    find = ["find", *own, "-path", environment, "-prune", "-o", "-exec", "chown", "-h", str(owner), "{}", "+"]
    subprocess.run(find, check=True)
    return python


ROOMS: set[str] = set()
MADE: list[str] = []
HOME = "/home/teacher"
TESTS = Path(tempfile.gettempdir(), f"only-tests-{os.getpid()}")


def _room(folder: str) -> None:
    """Make a top folder one that can be written to, for this namespace only: what is there shines through."""
    parts = Path(folder).parts
    top = "/".join(parts[:3] if parts[1] == "usr" else parts[:2]).replace("//", "/")
    if top in ROOMS:
        return
    ROOMS.add(top)
    if not os.path.isdir(top):
        os.mkdir(top)
        MADE.append(top)
    _overlay(top, top)


def _overlay(lower: str, place: str) -> None:
    aside = Path(tempfile.mkdtemp(prefix="room-"))
    linux.mount("tmpfs", str(aside), "tmpfs", 0, "mode=755")
    for name in ("upper", "work"):
        (aside / name).mkdir()
    linux.mount(
        "overlay", place, "overlay", 0, f"lowerdir={lower},upperdir={aside}/upper,workdir={aside}/work"
    )
    linux.unmount(str(aside))
    aside.rmdir()


def _interpreter(made: Installation) -> str:
    """The interpreter that runs the tests under another prefix, with its libraries but without this course."""
    prefix = Path(made.prefix)
    _room(made.prefix)
    prefix.mkdir(parents=True, exist_ok=True)
    lower = sys.base_prefix if prefix != Path("/usr/local") else f"{sys.base_prefix}:/usr/local"
    _overlay(lower, str(prefix))
    site = prefix / SITE
    libraries = next(p for p in sys.path if p.endswith("site-packages"))
    _overlay(libraries, str(site))
    for path in [*site.glob("__editable__*"), *site.glob("convnet_course*")]:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return str(prefix / "bin" / VERSION)


def _environment(made: Installation) -> dict[str, str]:
    """PYTHONPATH leads to the tests in any case; the course's packages are found before."""
    TESTS.mkdir(mode=0o755)
    (TESTS / "tests").symlink_to(ROOT / "tests")
    found = [made.repository] if made.packages == "path" else []
    kept = {name: os.environ[name] for name in ("PATH", "OMP_NUM_THREADS") if name in os.environ}
    path = os.pathsep.join([*found, str(TESTS)])
    if made.prefix:  # the interpreter was built for another place, which may be closed to an ordinary user
        kept["LD_LIBRARY_PATH"] = f"{made.prefix}/lib"
    return kept | {
        "PYTHONPATH": path,
        "COURSE_REPOSITORY": made.repository,
        "HOME": HOME,
        "MPLBACKEND": "agg",
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
