"""Landlock: from here on this process and its children see only the files they are given. Linux 5.13 and later.

Needs no privileges. Also refuses TCP, and signals and sockets to processes outside, where the kernel can.
"""

from __future__ import annotations

import ctypes
import os
import stat
import struct
from collections.abc import Iterable
from pathlib import Path

from helpers.worker.linux import syscall

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1, 2, 4, 8
ALL_BY_ABI = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1}
LATEST = (1 << 16) - 1
READ = EXECUTE | READ_FILE | READ_DIR
FILE_ONLY = EXECUTE | WRITE_FILE | READ_FILE | (1 << 14) | (1 << 15)
TCP, SCOPES = 3, 3
COVERS_TRUNCATE = 3  # the version that covers truncate, and opening a file only to empty it


def abi() -> int:
    """Version of Landlock that this kernel offers; 0 when it offers none."""
    try:
        return syscall(CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    except OSError:
        return 0


def restrict(readable: Iterable[Path], writable: Iterable[Path], devices: Iterable[Path]) -> None:
    """Leave this process only these files. Needs no_new_privs. Raises OSError where Landlock is missing."""
    version = abi()
    if not version:
        raise OSError("this kernel has no Landlock")
    everything = ALL_BY_ABI.get(version, LATEST)
    attributes = struct.pack("Q", everything)
    if version >= 4:
        attributes += struct.pack("Q", TCP)
    if version >= 6:
        attributes += struct.pack("Q", SCOPES)
    ruleset = syscall(CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), ctypes.c_uint32(0))
    try:
        for paths, access in ((readable, READ), (writable, everything), (devices, READ_FILE | WRITE_FILE)):
            for path in paths:
                _allow(ruleset, path, access & everything)
        syscall(RESTRICT_SELF, ctypes.c_int(ruleset), ctypes.c_uint32(0))
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: Path, access: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:  # a system without this folder needs no rule for it
        return
    try:
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            access &= FILE_ONLY
        rule = struct.pack("=Qi", access, descriptor)
        syscall(ADD_RULE, ctypes.c_int(ruleset), ctypes.c_int(1), rule, ctypes.c_uint32(0))
    finally:
        os.close(descriptor)
