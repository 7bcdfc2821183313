"""The few system calls of Linux that confinement needs and Python does not offer. Nothing here decides anything."""

from __future__ import annotations

import ctypes
import os
import platform
import struct

CLONE_NEWNS, CLONE_NEWIPC = 0x00020000, 0x08000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000
MS_NOSUID, MS_NODEV, MS_BIND, MS_REC, MS_PRIVATE, MS_RDONLY = 2, 4, 4096, 16384, 1 << 18, 1
MS_NOEXEC, MS_MOVE, MNT_DETACH = 8, 8192, 2
MOUNT_ATTR_RDONLY, MOUNT_ATTR_NOSUID, MOUNT_ATTR_NODEV = 1, 2, 4
AT_FDCWD, AT_RECURSIVE = -100, 0x8000
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP = 1, 4, 38, 22
PR_SET_CHILD_SUBREAPER, PR_CAPBSET_DROP = 36, 24

MACHINE = platform.machine()
MOUNT_SETATTR, PIVOT_ROOT = 442, {"x86_64": 155, "aarch64": 41}
_libc = ctypes.CDLL(None, use_errno=True)


def _checked(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def unshare(flags: int) -> None:
    _checked(_libc.unshare(flags), "unshare")


def setns(descriptor: int, kind: int) -> None:
    _checked(_libc.setns(descriptor, kind), "setns")


def mount(source: str, target: str, kind: str | None, flags: int, data: str | None = None) -> None:
    kind_bytes = kind.encode() if kind else None
    data_bytes = data.encode() if data else None
    result = _libc.mount(source.encode(), target.encode(), kind_bytes, ctypes.c_ulong(flags), data_bytes)
    _checked(result, f"mount {target}")


def unmount(target: str) -> None:
    """Take a mount away as soon as nothing uses it any more."""
    _checked(_libc.umount2(target.encode(), MNT_DETACH), f"unmount {target}")


def set_mounts(target: str, attributes: int) -> None:
    """Add attributes (MOUNT_ATTR_…) to the mount at `target` and to all below it. Linux 5.12 and later."""
    wanted = struct.pack("QQQQ", attributes, 0, 0, 0)
    flags, size = ctypes.c_uint(AT_RECURSIVE), ctypes.c_size_t(len(wanted))
    syscall(MOUNT_SETATTR, ctypes.c_int(AT_FDCWD), target.encode(), flags, wanted, size)


def pivot_root(new: str, old: str) -> None:
    """Make the mount `new` the root and put the present root at `old`."""
    syscall(PIVOT_ROOT[MACHINE], new.encode(), old.encode())


def prctl(option: int, *arguments: int) -> None:
    filled = [ctypes.c_ulong(a) for a in (*arguments, 0, 0, 0, 0)[:4]]
    _checked(_libc.prctl(option, *filled), f"prctl {option}")


def syscall(number: int, *arguments: object) -> int:
    return _checked(_libc.syscall(ctypes.c_long(number), *arguments), f"system call {number}")


def drop_bounding_set() -> None:
    """Leave nothing that a program could give back. Needs CAP_SETPCAP: before another user is become."""
    for capability in range(64):
        if _libc.prctl(PR_CAPBSET_DROP, ctypes.c_ulong(capability), 0, 0, 0) < 0:
            break


def drop_capabilities() -> None:
    """Give up every capability, of a user namespace too, for this process and its children."""
    header = ctypes.create_string_buffer(struct.pack("Ii", 0x20080522, 0))
    nothing = ctypes.create_string_buffer(24)
    _checked(_libc.capset(header, nothing), "capset")
