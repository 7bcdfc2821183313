"""A filter of system calls: no tracing, no mounting, no namespaces, no kernel keys, no sockets but Unix ones.

What student code has no business with is refused with EPERM, or answered without being made where honest libraries call
it in passing (advice on files, locks between processes). Everything else stays as it is.
"""

from __future__ import annotations

import ctypes
import functools
import struct
from dataclasses import dataclass, field

from helpers.worker.linux import MACHINE, PR_SET_DUMPABLE, PR_SET_SECCOMP, prctl

ALLOW, KILL = 0x7FFF0000, 0x80000000
ANSWERED = 0x00050000  # success, and nothing is done
EPERM, ENOSYS, EAFNOSUPPORT, EOPNOTSUPP = 0x00050001, 0x00050026, 0x00050061, 0x0005005F
Numbers = tuple[int | None, int | None]

# name: (x86_64, aarch64)
REFUSED: dict[str, Numbers] = {
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "kcmp": (312, 272),
    "pidfd_getfd": (438, 438), "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51),
    "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430), "fsmount": (432, 432),
    "open_tree_attr": (467, 467),
    "unshare": (272, 97), "setns": (308, 268), "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219),
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282), "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426), "io_uring_register": (427, 427), "fsconfig": (431, 431), "fspick": (433, 433),
    "mount_setattr": (442, 442), "quotactl": (179, 60), "quotactl_fd": (443, 443), "syslog": (103, 116),
    "acct": (163, 89), "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106),
    "kexec_load": (246, 104), "kexec_file_load": (320, 294), "reboot": (169, 142), "open_by_handle_at": (304, 265),
    "name_to_handle_at": (303, 264), "personality": (135, 92), "swapon": (167, 224), "swapoff": (168, 225),
    "modify_ldt": (154, None),
    # Memory that no limit counts, and kernel objects that outlive their processes where there are no namespaces.
    "memfd_secret": (447, 447), "memfd_create": (319, 279), "shmget": (29, 194), "msgget": (68, 186), "semget": (64, 190),
    "mq_open": (240, 180), "io_setup": (206, 0),
    # Another session would be another share of the processor.
    "setsid": (112, 157),
    # What lies on the disk belongs to a user, who may change this of it without opening it for writing.
    "chown": (92, None), "lchown": (94, None), "fchown": (93, 55), "fchownat": (260, 54), "file_setattr": (469, 469),
    # Which files lie in memory, which are opened by others, where a page is: state that all submissions share.
    "mincore": (27, 232), "cachestat": (451, 451), "move_pages": (279, 239), "migrate_pages": (256, 238),
    "process_madvise": (440, 440), "inotify_init": (253, None), "inotify_init1": (294, 26), "fanotify_init": (300, 262),
}  # fmt: skip
# As a file system says that has none; what copies files goes on then.
WITHOUT_ATTRIBUTES: dict[str, Numbers] = {
    "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7), "setxattrat": (463, 463),
    "removexattr": (197, 14), "lremovexattr": (198, 15), "fremovexattr": (199, 16), "removexattrat": (466, 466),
}  # fmt: skip
# Advice to the kernel and locks against other processes: nobody misses them who is alone.
IDLE: dict[str, Numbers] = {
    "fadvise64": (221, 223), "readahead": (187, 213), "flock": (73, 32), "sync": (162, 81), "syncfs": (306, 267),
}  # fmt: skip
# What a filter cannot look into, because it stands behind an address. Libraries fall back to what it can read.
UNREADABLE: dict[str, Numbers] = {"clone3": (435, 435), "openat2": (437, 437)}


@dataclass(frozen=True)
class Look:
    """A call that is judged by one of its arguments.

    numbers   of the call, by architecture
    argument  which one, from 0: its lower 32 bits, and of those the ones in `mask`
    answers   by value of the argument; others get `other`
    """

    numbers: Numbers
    argument: int
    answers: dict[int, int]
    other: int = ALLOW
    mask: int = field(default=0xFFFFFFFF)


RLIMIT_CORE = 4
F_GETLK, F_SETLK, F_SETLKW, F_OFD_GETLK, F_OFD_SETLK, F_OFD_SETLKW = 5, 6, 7, 36, 37, 38
F_SETLEASE, F_NOTIFY, F_SET_RW_HINT, F_SET_FILE_RW_HINT = 1024, 1026, 1036, 1038
# Flags, versions, project, encryption, verity and shared blocks of a file that is open for reading; a terminal's input.
INODE_CALLS = (
    0x40086602, 0x40046602, 0x40087602, 0x401C5820, 0x800C6613, 0x40806685, 0xC0189436, 0x5412,
)  # fmt: skip
MADV_WILLNEED, MADV_COLD, MADV_PAGEOUT = 3, 20, 21
LOCKS = dict.fromkeys((F_SETLK, F_SETLKW, F_OFD_SETLK, F_OFD_SETLKW), ANSWERED)
HINTS = (F_GETLK, F_OFD_GETLK, F_SETLEASE, F_NOTIFY, F_SET_RW_HINT, F_SET_FILE_RW_HINT)
LOOKS = (
    Look((41, 198), 0, {1: ALLOW}, other=EAFNOSUPPORT),  # socket: Unix
    Look((72, 25), 1, LOCKS | dict.fromkeys(HINTS, EPERM)),  # fcntl
    Look((16, 29), 1, dict.fromkeys(INODE_CALLS, EPERM)),  # ioctl
    Look((28, 233), 2, {MADV_WILLNEED: ANSWERED, MADV_COLD: EPERM, MADV_PAGEOUT: EPERM}),  # madvise
    Look(
        (327, 286), 5, {0: ALLOW}, other=EOPNOTSUPP
    ),  # preadv2: "only if it lies in memory" is a question about others
    Look((328, 287), 5, {0: ALLOW}, other=EOPNOTSUPP),  # pwritev2
    # A core of 1 byte is what keeps the kernel from starting a program for it (helpers.worker.confine).
    Look((160, 164), 0, {RLIMIT_CORE: EPERM}),  # setrlimit
    Look((302, 261), 1, {RLIMIT_CORE: EPERM}),  # prlimit64
)
O_TRUNC, ACCESS_MODE = 0x200, 0x3
# Where files outside the scratch folder can be named and are not on read-only mounts: these need no file open for writing.
UNGUARDED_REFUSED: dict[str, Numbers] = {
    "truncate": (76, 45), "utime": (132, None), "utimes": (235, None), "futimesat": (261, None),
}  # fmt: skip
UNGUARDED_IDLE: dict[str, Numbers] = {
    "chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452),
}  # fmt: skip
UNGUARDED_LOOKS = (
    # With no times given it is `touch`, which opens the file when this fails; with times it is a copy, which ends.
    Look((280, 88), 2, {0: EPERM}, other=ANSWERED),  # utimensat
    Look((2, None), 1, {O_TRUNC: EPERM}, mask=O_TRUNC | ACCESS_MODE),  # open for reading, and empty it
    Look((257, 56), 2, {O_TRUNC: EPERM}, mask=O_TRUNC | ACCESS_MODE),  # openat
)
CLONE: Numbers = (56, 220)
PRCTL: Numbers = (157, 167)
ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
NAMESPACES = 0x7E020000
LOAD, EQUAL, GREATER, MASKED, AND, RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06


def restrict(guarded: bool = False) -> None:
    """Install the filter. Needs no_new_privs. Raises OSError where it is not offered.

    guarded: everything but the scratch folder is out of sight or on read-only mounts, so modes and times can be let be
    """
    if MACHINE not in ARCHITECTURES:
        raise OSError(f"no filter for a processor of kind {MACHINE}")
    compiled = program(guarded)
    buffer = ctypes.create_string_buffer(compiled)
    header = ctypes.create_string_buffer(
        struct.pack("HxxxxxxP", len(compiled) // 8, ctypes.addressof(buffer))
    )
    prctl(PR_SET_SECCOMP, 2, ctypes.addressof(header))


@functools.cache
def program(guarded: bool) -> bytes:
    """The filter for this processor. Asked for once before the forks, it costs them nothing."""
    return _program(*ARCHITECTURES[MACHINE], guarded) if MACHINE in ARCHITECTURES else b""


def _program(column: int, architecture: int, guarded: bool) -> bytes:
    lines = [_line(LOAD, 4), _line(EQUAL, architecture, 1, 0), _line(RETURN, KILL), _line(LOAD, 0)]
    if column == 0:  # the second table of system calls that x86-64 has
        lines += [_line(GREATER, 0x40000000, 0, 1), _line(RETURN, EPERM)]
    more_refused, more_idle = ({}, {}) if guarded else (UNGUARDED_REFUSED, UNGUARDED_IDLE)
    answers = (
        (REFUSED | more_refused, EPERM), (IDLE | more_idle, ANSWERED), (WITHOUT_ATTRIBUTES, EOPNOTSUPP),
        (UNREADABLE, ENOSYS),
    )  # fmt: skip
    for calls, answer in answers:
        for numbers in calls.values():
            lines += _judged(numbers[column], [_line(RETURN, answer)])
    lines += _judged(CLONE[column], [_line(LOAD, 16), _line(MASKED, NAMESPACES, 0, 1), _line(RETURN, EPERM)])
    undumpable = [_line(LOAD, 24), _line(EQUAL, 0, 1, 0), _line(RETURN, EPERM)]
    lines += _judged(PRCTL[column], [_line(LOAD, 16), _line(EQUAL, PR_SET_DUMPABLE, 0, 3), *undumpable])
    for look in LOOKS if guarded else (*LOOKS, *UNGUARDED_LOOKS):
        body = [_line(LOAD, 16 + 8 * look.argument)]
        if look.mask != 0xFFFFFFFF:
            body.append(_line(AND, look.mask))
        for value, answer in look.answers.items():
            body += [_line(EQUAL, value, 0, 1), _line(RETURN, answer)]
        lines += _judged(look.numbers[column], [*body, _line(RETURN, look.other)])
    return b"".join([*lines, _line(RETURN, ALLOW)])


def _judged(number: int | None, body: list[bytes]) -> list[bytes]:
    """What is done about one call; what its lines do not answer is allowed."""
    if number is None:
        return []
    return [_line(EQUAL, number, 0, len(body) + 1), *body, _line(RETURN, ALLOW)]


def _line(code: int, value: int, true: int = 0, false: int = 0) -> bytes:
    return struct.pack("HBBI", code, true, false, value)
