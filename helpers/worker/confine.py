"""Confinement of a worker: no network, few files, limited memory, processes and disk, another user where possible.

`prepare` runs once in the server, `confine` in every worker right after the fork. What the machine cannot enforce is
found by trying (`report`) and said by whoever starts the server; it is never silently left out.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from helpers.worker.probe import Specimen, specimen

try:
    import resource
except ImportError:  # Windows has no such limits
    resource = None  # type: ignore[assignment]

FIRST_USER = 61_000
SCRATCH_BYTES, SCRATCH_FILES = 512 * 2**20, 20_000


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
    secluded    whether this process's root holds nothing but what workers may see
    readable    what a worker may read
    specimens   what must be out of sight, for the probe
    """

    scratch: Path
    namespaces: bool
    other_user: bool
    secluded: bool = False
    readable: tuple[Path, ...] = ()
    specimens: tuple[Specimen, ...] = ()


def prepare(secrets: Iterable[Path] = ()) -> Prepared:
    """Set up what all workers share. Call before any thread starts. `secrets`: folders that no worker may see."""
    hide_memory()
    if sys.platform != "linux" or not hasattr(os, "fork"):
        return Prepared(_scratch(), False, False, specimens=tuple(map(specimen, secrets)))
    from helpers.worker import newroot, seccomp, view
    from helpers.worker.libraries import ListedOnly

    root = os.geteuid() == 0
    secrets = [path.absolute() for path in secrets]
    shown = view.view_of(secrets)
    specimens = view.specimens(secrets, shown)
    fonts = _fonts()
    namespaces = _works(lambda: _own_namespaces(root))
    secluded = namespaces and _works(lambda: newroot.enter(shown, fonts))
    if secluded:  # where no home is
        os.environ["HOME"] = "/tmp"
        os.environ["MPLCONFIGDIR"] = str(next(iter(fonts), "/tmp"))
    reachable = root and (secluded or _all_traversable(shown.visible))
    readable = _below_root() if secluded else view.readable_pieces(shown)
    if not secluded:
        sys.meta_path.insert(0, ListedOnly())
    seccomp.program(secluded)  # now, and not in every fork
    return Prepared(_scratch(), namespaces, reachable, secluded, tuple(readable), specimens)


def _fonts() -> dict[Path, Path]:
    """Where the list of fonts lies, which takes seconds to make, and the place for it that is nobody's home."""
    caches = Path.home() / ".cache" / "matplotlib"
    with contextlib.suppress(OSError):
        caches.mkdir(parents=True, exist_ok=True)
    return {Path("/var/cache/matplotlib"): caches} if caches.is_dir() else {}


def _below_root() -> list[Path]:
    """All of a root that holds nothing else, but for what each worker gets of its own."""
    found = [*Path("/").iterdir(), *Path("/tmp").iterdir()]
    return sorted(path for path in found if str(path) not in ("/tmp", "/proc", "/dev"))


def _all_traversable(paths: Iterable[Path]) -> bool:
    """Whether another user may go all the way to each path."""
    folders = {parent for path in paths for parent in path.resolve().parents}
    return all(folder.stat().st_mode & 0o001 for folder in folders)


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


@dataclass(frozen=True)
class Applied:
    """What confinement is in force in this process; `missing` names what is not, with the reason."""

    missing: tuple[str, ...]


def confine(prepared: Prepared, limits: Limits, slot: int, scratch: Path) -> Applied:
    """Confine this process for good and make `scratch` its home. Returns what could not be done."""
    missing: list[str] = []
    os.umask(0o077)
    if sys.platform == "linux":
        _linux(prepared, limits, slot, scratch, missing)
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


def _linux(prepared: Prepared, limits: Limits, slot: int, scratch: Path, missing: list[str]) -> None:
    from helpers.worker import landlock, linux, seccomp
    from helpers.worker.view import DEVICES

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
    readable = list(prepared.readable)
    if prepared.namespaces:
        attempt("network", lambda: linux.unshare(linux.CLONE_NEWNET | linux.CLONE_NEWIPC | linux.CLONE_NEWNS))
        still = linux.MOUNT_ATTR_RDONLY | linux.MOUNT_ATTR_NOSUID
        attempt("files: they are on mounts that can be written to", lambda: linux.set_mounts("/", still))
        room = f"mode=700,uid={own},gid={own},size={SCRATCH_BYTES},nr_inodes={SCRATCH_FILES}"
        flags = linux.MS_NOSUID | linux.MS_NODEV
        attempt("disk", lambda: linux.mount("tmpfs", str(scratch), "tmpfs", flags, _for_user(room, prepared)))
        if _works(lambda: linux.mount("tmpfs", "/dev/shm", "tmpfs", flags, _for_user(room, prepared))):
            extra.append(Path("/dev/shm"))
        if _works(lambda: linux.mount("proc", "/proc", "proc", flags | linux.MS_NOEXEC | linux.MS_RDONLY)):
            readable.append(Path("/proc"))
    else:
        missing.append(
            "processes: no namespaces on this machine; a submission's processes are found and ended instead"
        )
        if prepared.other_user:
            os.chown(scratch, user, user)
    with contextlib.suppress(OSError):  # who has nothing to bound may not bound it
        linux.drop_bounding_set()
    if prepared.other_user:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    elif not prepared.namespaces:
        missing.append("user: submissions run as the user who grades")
    if not prepared.secluded:
        missing.append(
            "outside: programs of this machine that listen on a Unix socket could be spoken to, and names, sizes and times"
            " of files could be found out"
        )
    linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)
    _set_limits(limits, missing)
    linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
    attempt("privileges", linux.drop_capabilities)
    attempt("files", lambda: landlock.restrict(readable, extra, [Path(d) for d in DEVICES]))
    if 0 < (version := landlock.abi()) < landlock.COVERS_TRUNCATE:
        missing.append(
            f"files: this kernel's Landlock is of version {version}; from version {landlock.COVERS_TRUNCATE} (Linux 6.2)"
            " it also keeps files from being emptied"
        )
    guarded = prepared.secluded and not any(gap.startswith("files") for gap in missing)
    attempt("system calls", lambda: seccomp.restrict(guarded))


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
        # Not 0: of all sizes the kernel takes 1 for "no program that collects cores either".
        "RLIMIT_CORE": 1,
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
