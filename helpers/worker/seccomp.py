"""A filter of system calls: no tracing, no mounting, no namespaces, no kernel keys, no sockets but Unix ones.

What student code has no business with is refused with EPERM; everything else stays as it is.
"""

from __future__ import annotations

import ctypes
import struct

from helpers.worker.linux import MACHINE, PR_SET_SECCOMP, prctl

# name: (x86_64, aarch64)
REFUSED = {
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "kcmp": (312, 272),
    "pidfd_getfd": (438, 438), "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51),
    "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430), "fsmount": (432, 432),
    "unshare": (272, 97), "setns": (308, 268), "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219),
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282), "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426), "io_uring_register": (427, 427), "fsconfig": (431, 431), "fspick": (433, 433),
    "mount_setattr": (442, 442), "quotactl": (179, 60), "syslog": (103, 116), "acct": (163, 89),
    "init_module": (175, 105), "finit_module": (313, 273), "kexec_load": (246, 104), "reboot": (169, 142),
    "open_by_handle_at": (304, 265), "personality": (135, 92), "swapon": (167, 224),
    # Memory that no limit counts, and kernel objects that outlive their processes where there are no namespaces.
    "memfd_secret": (447, 447), "memfd_create": (319, 279), "shmget": (29, 194), "msgget": (68, 186), "semget": (64, 190),
    "mq_open": (240, 180),
    # Another session would be another share of the processor.
    "setsid": (112, 157),
}  # fmt: skip
SOCKET, CLONE, CLONE3 = (41, 198), (56, 220), (435, 435)
ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
NAMESPACES = 0x7E020000
LOAD, EQUAL, GREATER, MASKED, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
ALLOW, KILL = 0x7FFF0000, 0x80000000
EPERM, ENOSYS, EAFNOSUPPORT = 0x00050001, 0x00050026, 0x00050061
AF_UNIX = 1


def restrict() -> None:
    """Install the filter. Needs no_new_privs. Raises OSError where it is not offered."""
    if MACHINE not in ARCHITECTURES:
        raise OSError(f"no filter for a processor of kind {MACHINE}")
    program = _program(*ARCHITECTURES[MACHINE])
    buffer = ctypes.create_string_buffer(program)
    header = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(buffer)))
    prctl(PR_SET_SECCOMP, 2, ctypes.addressof(header))


def _program(column: int, architecture: int) -> bytes:
    lines = [_line(LOAD, 4), _line(EQUAL, architecture, 1, 0), _line(RETURN, KILL), _line(LOAD, 0)]
    if column == 0:  # the second table of system calls that x86-64 has
        lines += [_line(GREATER, 0x40000000, 0, 1), _line(RETURN, EPERM)]
    for numbers in REFUSED.values():
        lines += [_line(EQUAL, numbers[column], 0, 1), _line(RETURN, EPERM)]
    # Libraries fall back to clone, whose flags a filter can read.
    lines += [_line(EQUAL, CLONE3[column], 0, 1), _line(RETURN, ENOSYS)]
    lines += [
        _line(EQUAL, CLONE[column], 0, 4), _line(LOAD, 16), _line(MASKED, NAMESPACES, 0, 1), _line(RETURN, EPERM),
        _line(RETURN, ALLOW),
        _line(EQUAL, SOCKET[column], 0, 3), _line(LOAD, 16), _line(EQUAL, AF_UNIX, 1, 0), _line(RETURN, EAFNOSUPPORT),
        _line(RETURN, ALLOW),
    ]  # fmt: skip
    return b"".join(lines)


def _line(code: int, value: int, true: int = 0, false: int = 0) -> bytes:
    return struct.pack("HBBI", code, true, false, value)
