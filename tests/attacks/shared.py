"""Attacks on what all processes of a machine share: files kept in memory, locks, the kernel's counters and programs for cores."""

from __future__ import annotations

from tests.attacks.attack import Attack, doing, reaching
from tests.attacks.touching import LIBC

KIND = "shared"
LIBRARY = "import numpy, os\nlibrary = os.open(numpy.__file__, os.O_RDONLY)\n"
MAPPED = (
    LIBC
    + LIBRARY
    + "libc.mmap.restype = ctypes.c_void_p\nsize = os.fstat(library).st_size\nplace = libc.mmap(None, ctypes.c_size_t(size), 1, 1, library, ctypes.c_long(0))\nassert place\n"
)

CODE = {
    "whether a file is in memory": LIBRARY + "os.preadv(library, [bytearray(1)], 0, os.RWF_NOWAIT)",
    "which pages are in memory": MAPPED + "assert libc.mincore(ctypes.c_void_p(place), ctypes.c_size_t(size), ctypes.create_string_buffer(1000)) == 0",
    "how many pages are in memory": LIBC + LIBRARY + "assert libc.syscall(451, library, ctypes.create_string_buffer(16), ctypes.create_string_buffer(64), 0) == 0",
    "pages pushed out": MAPPED + "assert libc.madvise(ctypes.c_void_p(place), ctypes.c_size_t(size), 21) == 0",
    "pages called cold": MAPPED + "assert libc.madvise(ctypes.c_void_p(place), ctypes.c_size_t(size), 20) == 0",
    "pages of oneself, as of another": LIBC + "import struct\nme = os.pidfd_open(os.getpid())\nassert libc.syscall(440, me, ctypes.create_string_buffer(struct.pack('QQ', 0, 0)), 1, 20, 0) != -1",
    "where pages are": MAPPED + "pages, status = (ctypes.c_void_p * 1)(place), (ctypes.c_int * 1)()\nassert libc.syscall((279, 239)[which], 0, ctypes.c_ulong(1), pages, None, status, 0) == 0",
    "pages to another memory": LIBC + "assert libc.syscall((256, 238)[which], 0, 8, ctypes.create_string_buffer(8), ctypes.create_string_buffer(8)) != -1",
    "a lock that others meet": LIBRARY + "import fcntl\nfcntl.flock(library, fcntl.LOCK_SH)\nother = os.open(numpy.__file__, os.O_RDONLY)\ntry: fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)\nexcept BlockingIOError: pass\nelse: raise PermissionError",
    "a lock on bytes that others meet": LIBRARY + "import fcntl, struct\nasked = struct.pack('hhqqi4x', fcntl.F_WRLCK, 0, 0, 0, 0)\nfcntl.fcntl(library, fcntl.F_SETLK, struct.pack('hhqqi4x', fcntl.F_RDLCK, 0, 0, 0, 0))\nfcntl.fcntl(library, fcntl.F_GETLK, asked)",
    "a lease on a library": LIBRARY + "import fcntl\nfcntl.fcntl(library, fcntl.F_SETLEASE, fcntl.F_RDLCK)",
    "a hint on how long a file lives": LIBRARY + "import fcntl\nfcntl.fcntl(library, 1036, (5).to_bytes(8, 'little'))",
    "requests in a queue that all share": LIBC + "assert libc.syscall((206, 0)[which], 60_000, ctypes.create_string_buffer(8)) == 0",
    "a file's handle": LIBC + "import numpy, struct\nassert libc.syscall((303, 264)[which], -100, numpy.__file__.encode(), ctypes.create_string_buffer(struct.pack('Ii', 120, 0) + bytes(128)), ctypes.create_string_buffer(8), 0) == 0",
    "a quota by a descriptor": LIBC + LIBRARY + "assert libc.syscall(443, library, 0x80000700, 0, 0) == 0",
    "a core for the machine's collector": LIBC + "assert libc.prctl(4, ctypes.c_ulong(1), 0, 0, 0) == 0",
    "cores without a limit": "import resource\nresource.setrlimit(resource.RLIMIT_CORE, (0, 0))",
    "cores without a limit, by the newer call": "import os, resource\nresource.prlimit(os.getpid(), resource.RLIMIT_CORE, (0, 0))",
    "privileges in store": "held = [l.split()[1] for l in open('/proc/self/status') if l.startswith(('CapBnd', 'CapAmb', 'CapEff', 'CapPrm', 'CapInh'))]\nassert len(held) == 5\nif not any(int(h, 16) for h in held): raise PermissionError",
    "another processor table": LIBC + "if which: raise PermissionError\nassert libc.syscall(154, 0, ctypes.create_string_buffer(16), ctypes.c_ulong(16)) != -1",
    "a kernel for the next start": LIBC + "assert libc.syscall((320, 294)[which], -1, -1, 0, 0, 0) == 0",
}  # fmt: skip

ATTACKS = [Attack(name, KIND, reaching(code)) for name, code in CODE.items()]
ATTACKS += [
    Attack("every file's pages thrown out", KIND, doing("import os, glob, torch\nfor name in glob.glob(os.path.dirname(torch.__file__) + '/*.py'):\n    f = os.open(name, os.O_RDONLY); os.posix_fadvise(f, 0, 0, os.POSIX_FADV_DONTNEED); os.close(f)")),
    Attack("all that waits written to the disk, again and again", KIND, doing("import os\nfor _ in range(2000): os.sync()")),
]  # fmt: skip
MEASURED: dict[str, str] = {}
