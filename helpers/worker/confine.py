"""Confinement of a worker: no network, few files, limited memory, processes and disk, another user where possible.

`prepare` runs once in the server, `confine` in every worker right after the fork. What the machine cannot enforce is
found by trying (`report`) and said by whoever starts the server; it is never silently left out.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

try:
    import resource
except ImportError:  # Windows has no such limits
    resource = None  # type: ignore[assignment]

SYSTEM = (
    "/usr", "/lib", "/lib32", "/lib64", "/bin", "/sbin", "/opt", "/sys/devices/system/cpu",
    "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/localtime", "/etc/timezone", "/etc/mime.types", "/etc/fonts",
    "/etc/passwd", "/etc/group", "/etc/nsswitch.conf", "/etc/alternatives", "/etc/python3", "/etc/matplotlibrc",
)  # fmt: skip
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/urandom", "/dev/random", "/dev/tty")
HIDDEN_PACKAGES = ("autograde",)
FIRST_USER = 61_000
SCRATCH_BYTES, SCRATCH_FILES = 512 * 2**20, 20_000
# Where programs keep sockets by which they can be spoken to. Landlock hides files, but not these.
PLACES_OF_SOCKETS = ("/run", "/var", "/tmp", "/home", "/root", "/mnt", "/media", "/srv")


@dataclass(frozen=True)
class Limits:
    """What one submission may use.

    memory_bytes  address space beyond what the worker starts with, per process
    processes     processes and threads
    file_bytes    size of any file
    """

    memory_bytes: int = 2 * 2**30
    processes: int = 128
    file_bytes: int = 64 * 2**20

    def to_json(self) -> dict[str, int]:
        return asdict(self)


@dataclass(frozen=True)
class Prepared:
    """What the server set up for its workers.

    scratch     folder that holds the workers' scratch folders
    namespaces  whether every worker gets namespaces of its own (processes, network, mounts)
    other_user  whether workers run as another user
    secluded    whether the places where programs keep their sockets are empty for workers
    """

    scratch: Path
    namespaces: bool
    other_user: bool
    secluded: bool = False


def prepare() -> Prepared:
    """Set up what all workers share. Call before any thread starts."""
    hide_memory()
    if sys.platform != "linux" or not hasattr(os, "fork"):
        return Prepared(_scratch(), False, False)
    root = os.geteuid() == 0
    namespaces = _works(lambda: _own_namespaces(root))
    secluded = namespaces and _works(_seclude)
    reachable = root and (secluded or (_works(_open_the_way) if namespaces else _all_traversable()))
    return Prepared(_scratch(), namespaces, reachable, secluded)


def _scratch() -> Path:
    scratch = Path(tempfile.mkdtemp(prefix="worker-"))
    scratch.chmod(0o711)
    return scratch


def hide_memory() -> None:
    """Keep other processes of this user from reading this one's memory."""
    if sys.platform == "linux":
        from helpers.worker import linux

        linux.prctl(linux.PR_SET_DUMPABLE, 0)


def _works(step: Callable[[], object]) -> bool:
    try:
        step()
    except OSError:
        return False
    return True


def _own_namespaces(root: bool) -> None:
    from helpers.worker import linux

    if root:
        linux.unshare(linux.CLONE_NEWNS)
        linux.mount("none", "/", None, linux.MS_REC | linux.MS_PRIVATE)
    else:
        _own_user_namespace()
    _try_process_namespace()


def _own_user_namespace() -> None:
    """An ordinary user may do in a user namespace what root may do outside; the server goes on in a fork inside of it."""
    from helpers.worker import linux

    user, group = os.geteuid(), os.getegid()
    linux.prctl(linux.PR_SET_DUMPABLE, 1)  # the maps belong to a process that can be looked at
    # Only a process that lives in a process namespace of its own may later step back into it.
    linux.unshare(linux.CLONE_NEWUSER | linux.CLONE_NEWNS | linux.CLONE_NEWPID)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    linux.mount("none", "/", None, linux.MS_REC | linux.MS_PRIVATE)
    server = os.fork()
    if server:
        os.closerange(3, 1024)
        _, status = os.waitpid(server, 0)
        os._exit(os.waitstatus_to_exitcode(status) & 0xFF)
    linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)
    with contextlib.suppress(OSError):
        linux.mount("proc", "/proc", "proc", linux.MS_NOSUID | linux.MS_NODEV | linux.MS_NOEXEC)
    hide_memory()


def _try_process_namespace() -> None:
    from helpers.worker import linux

    pid = fork_into_namespace()
    if pid == 0:
        try:
            linux.unshare(linux.CLONE_NEWNET | linux.CLONE_NEWNS | linux.CLONE_NEWIPC)
            os._exit(0)
        except OSError:
            os._exit(1)
    if os.waitpid(pid, 0)[1] != 0:
        raise OSError("no network namespaces")


def fork_into_namespace() -> int:
    """Fork into a process namespace of its own: when its first process ends, all that it started ends too."""
    from helpers.worker import linux

    here = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
    try:
        linux.unshare(linux.CLONE_NEWPID)
        pid = -1
        try:
            pid = os.fork()
        finally:
            if pid:  # in the fork there is nothing to step back from
                linux.setns(here, linux.CLONE_NEWPID)
        return pid
    finally:
        os.close(here)


def _interpreter_folders() -> list[Path]:
    return list(dict.fromkeys(path.resolve() for path in _named_folders()))


def _named_folders() -> list[Path]:
    """Interpreter, packages and helpers by the names that Python uses, which may lead through links."""
    import helpers

    found = [Path(p) for p in (sys.prefix, sys.base_prefix, Path(helpers.__file__).parent)]
    found += [Path(p) for p in sys.path if p.endswith(("site-packages", "dist-packages"))]
    return [path.absolute() for path in found if path.exists()]


def _closed_parent(path: Path) -> Path | None:
    """The outermost folder on the way to `path` that another user may not enter."""
    closed = [p for p in path.parents if p.exists() and not p.stat().st_mode & 0o001]
    return closed[-1] if closed else None


def _all_traversable() -> bool:
    return all(_closed_parent(path) is None for path in _interpreter_folders())


def _open_the_way() -> None:
    """In this mount namespace only: an interpreter inside a closed home is all that is left of that home."""
    kept: dict[Path, list[Path]] = {}
    for path in _interpreter_folders():
        parent = _closed_parent(path)
        if parent is not None:
            kept.setdefault(parent, []).append(path)
    _leave_only(kept)


def _seclude() -> None:
    """In this mount namespace only: homes, run-time and temporary folders are empty but for the interpreter.

    A Unix socket that is reached by its path asks for nothing but the right to write to it: an agent for keys, a
    container service or a desktop session would answer.
    """
    caches = Path.home() / ".cache" / "matplotlib"  # the list of fonts: seconds of work otherwise
    with contextlib.suppress(OSError):
        caches.mkdir(parents=True, exist_ok=True)
    wanted = dict.fromkeys([*_interpreter_folders(), *_named_folders(), *_library_folders(), caches])
    places = _outermost([Path(p) for p in PLACES_OF_SOCKETS] + [Path.home().resolve()])
    closed = {p for p in map(_closed_parent, _interpreter_folders()) if p is not None}
    places = _outermost([*places, *closed])
    kept: dict[Path, list[Path]] = {place: [] for place in places}
    for path in wanted:
        for place in places:
            if place in path.parents and path.exists():
                kept[place].append(path)
    _leave_only(kept)


def _library_folders() -> list[Path]:
    named = os.environ.get("LD_LIBRARY_PATH", "").split(":")
    return [Path(name) for name in named if name.startswith("/")]


def _outermost(paths: list[Path]) -> list[Path]:
    """The folders among `paths` that are no links and lie in none of the others; never the root of all."""
    real = {p for p in paths if p.is_dir() and not p.is_symlink() and p != Path("/")}
    return sorted(p for p in real if not real & set(p.parents))


def _leave_only(kept: dict[Path, list[Path]]) -> None:
    """Put an empty folder in the place of each key, with nothing in it but the given paths below it."""
    from helpers.worker import linux

    flags = linux.MS_NOSUID | linux.MS_NODEV
    paths = sorted((path for listed in kept.values() for path in listed), key=lambda path: len(path.parts))
    # Laid aside first and all together: once a place is empty, nothing below it can be named any more.
    aside = Path(tempfile.mkdtemp(prefix="aside-"))
    outside = os.open(aside.parent, os.O_PATH | os.O_DIRECTORY)
    linux.mount("tmpfs", str(aside), "tmpfs", flags, "mode=755,size=1m")
    here = os.open(aside, os.O_PATH | os.O_DIRECTORY)
    try:
        for number, path in enumerate(paths):
            (aside / str(number)).mkdir()
            linux.mount(str(path), str(aside / str(number)), None, linux.MS_BIND | linux.MS_REC)
        for place in kept:
            _empty(place)
        for number, path in enumerate(paths):
            if not path.exists():  # a folder inside of one that is back already
                path.mkdir(parents=True)
                linux.mount(f"/proc/self/fd/{here}/{number}", str(path), None, linux.MS_BIND | linux.MS_REC)
    finally:
        linux.unmount(f"/proc/self/fd/{here}")
        os.close(here)
        os.rmdir(aside.name, dir_fd=outside)
        os.close(outside)


def _empty(place: Path) -> None:
    from helpers.worker import linux

    mode = "1777" if place.name == "tmp" else "755"
    options = f"mode={mode},size=64m,nr_inodes=100000"
    linux.mount("tmpfs", str(place), "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, options)
    if place == Path("/var"):
        (place / "tmp").mkdir()
        (place / "tmp").chmod(0o1777)


def readable_folders() -> list[Path]:
    """What a worker may read: the system, the interpreter and its packages, helpers; not what grades."""
    found = [Path(p) for p in SYSTEM]
    for folder in _interpreter_folders():
        found += _without_hidden(folder)
    return found


def _without_hidden(folder: Path) -> list[Path]:
    """The folder, or its parts where the packages that grade lie inside."""
    hidden = [p for name in HIDDEN_PACKAGES for p in folder.glob(f"lib*/python*/site-packages/{name}")]
    hidden += [p for name in HIDDEN_PACKAGES for p in folder.glob(name)]
    if not hidden:
        return [folder]
    return _parts(folder, {p.resolve() for p in hidden})


def _parts(folder: Path, hidden: set[Path]) -> list[Path]:
    if folder in hidden:
        return []
    if not any(folder in p.parents for p in hidden):
        return [folder]
    return [part for child in sorted(folder.iterdir()) for part in _parts(child, hidden)]


@dataclass(frozen=True)
class Applied:
    """What confinement is in force in this process; `missing` names what is not, with the reason."""

    missing: tuple[str, ...]


def confine(prepared: Prepared, limits: Limits, slot: int, scratch: Path, readable: list[Path]) -> Applied:
    """Confine this process for good and make `scratch` its home. Returns what could not be done."""
    missing: list[str] = []
    os.umask(0o077)
    if sys.platform == "linux":
        _linux(prepared, limits, slot, scratch, readable, missing)
    else:
        _set_limits(limits, missing)
        missing += ["network: only Linux can close it", "files: only Linux can hide them"]
    os.chdir(scratch)
    for name in (
        "HOME",
        "TMPDIR",
        "MPLCONFIGDIR",
        "XDG_CACHE_HOME",
        "IPYTHONDIR",
        "COURSE_PROGRESS_DIR",
        "PWD",
    ):
        os.environ[name] = str(scratch)
    tempfile.tempdir = str(scratch)
    return Applied(tuple(missing))


def _linux(
    prepared: Prepared, limits: Limits, slot: int, scratch: Path, readable: list[Path], missing: list[str]
) -> None:
    from helpers.worker import landlock, linux, seccomp

    def attempt(what: str, step: Callable[[], object]) -> None:
        try:
            step()
        except (OSError, ValueError) as error:
            missing.append(f"{what}: {error}")

    user = FIRST_USER + slot
    extra = [scratch]
    with contextlib.suppress(OSError):
        os.setsid()  # the processor is shared out by sessions, where the kernel does that at all
    attempt("memory: a submission is not the first to go when it runs out", _go_first)
    own = user if prepared.other_user else os.geteuid()
    readable = list(readable)
    if prepared.namespaces:
        attempt("network", lambda: linux.unshare(linux.CLONE_NEWNET | linux.CLONE_NEWIPC | linux.CLONE_NEWNS))
        room = f"mode=700,uid={own},gid={own},size={SCRATCH_BYTES},nr_inodes={SCRATCH_FILES}"
        flags = linux.MS_NOSUID | linux.MS_NODEV
        attempt("disk", lambda: linux.mount("tmpfs", str(scratch), "tmpfs", flags, _for_user(room, prepared)))
        if _works(lambda: linux.mount("tmpfs", "/dev/shm", "tmpfs", flags, _for_user(room, prepared))):
            extra.append(Path("/dev/shm"))
        if _works(lambda: linux.mount("proc", "/proc", "proc", flags | linux.MS_NOEXEC)):
            readable.append(Path("/proc"))
    else:
        missing.append(
            "processes: no namespaces on this machine; a submission's processes are found and ended instead"
        )
        if prepared.other_user:
            os.chown(scratch, user, user)
    if prepared.other_user:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    elif not prepared.namespaces:
        missing.append("user: submissions run as the user who grades")
    if not prepared.secluded:
        missing.append("sockets: programs of this machine that listen on a Unix socket could be spoken to")
    linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)
    _set_limits(limits, missing)
    linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
    attempt("privileges", linux.drop_capabilities)
    attempt("files", lambda: landlock.restrict(readable, extra, [Path(d) for d in DEVICES]))
    attempt("system calls", seccomp.restrict)


def _go_first() -> None:
    """When memory runs out, the system ends a submission, not what grades it."""
    from helpers.worker import linux

    linux.prctl(linux.PR_SET_DUMPABLE, 1)  # else the file is root's
    try:
        Path("/proc/self/oom_score_adj").write_text("1000")
    finally:
        hide_memory()


def _for_user(options: str, prepared: Prepared) -> str:
    # In a user namespace of one user everything belongs to that user anyway.
    return (
        options
        if prepared.other_user
        else ",".join(o for o in options.split(",") if not o.startswith(("uid", "gid")))
    )


def _set_limits(limits: Limits, missing: list[str]) -> None:
    if resource is None:
        missing.append("limits: this system has none for memory, processes and files")
        return
    pages = _address_space()
    wanted = {
        "RLIMIT_AS": pages + limits.memory_bytes if pages else None,
        "RLIMIT_NPROC": limits.processes,
        "RLIMIT_FSIZE": limits.file_bytes,
        "RLIMIT_CORE": 0,
        "RLIMIT_NOFILE": 512,
    }
    for name, value in wanted.items():
        try:
            if value is None:
                raise OSError("this system does not tell how much memory a process has")
            resource.setrlimit(getattr(resource, name), (value, value))
        except (OSError, ValueError, AttributeError) as error:
            missing.append(f"{name.removeprefix('RLIMIT_')}: {error}")


def _address_space() -> int | None:
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except OSError:
        return None


def clean(scratch: Path) -> None:
    """Remove a scratch folder and all that is in it."""
    shutil.rmtree(scratch, ignore_errors=True)


def probe(forbidden: Path) -> list[str]:
    """Tries, from inside, what must be impossible; returns what was possible, as sentences."""
    possible = []
    for family, kind in ((socket.AF_INET, socket.SOCK_DGRAM), (socket.AF_INET, socket.SOCK_STREAM)):
        with contextlib.suppress(OSError), socket.socket(family, kind) as line:
            line.settimeout(0.2)
            line.connect(("192.0.2.1", 9))
            possible.append("network: a connection could be opened")
    if _works(lambda: os.listdir(forbidden)):
        possible.append(f"files: {forbidden} could be read")
    if _works(lambda: os.close(os.open("/var/tmp/.worker-probe", os.O_CREAT | os.O_WRONLY))):
        possible.append("files: a file could be written outside the scratch folder")
    if _works(lambda: os.close(os.open(f"/proc/{os.getppid() or 1}/mem", os.O_RDONLY))):
        possible.append("memory: another process's memory could be read")
    return possible
