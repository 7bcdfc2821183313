"""Attacks that touch files without writing to them: modes, times, owners, lengths, names, marks; and looks at names alone."""

from __future__ import annotations

from tests.attacks.attack import Attack, reaching

KIND = "touching"
NEIGHBOUR = "'@COURSE@/submitted/s000-honest/01_small/01_small.ipynb'"
LIBC = "import ctypes, os, platform\nlibc = ctypes.CDLL(None, use_errno=True)\nwhich = {'x86_64': 0, 'aarch64': 1}[platform.machine()]\n"
HELPERS = "import helpers, os\nopen_ = os.open(helpers.__file__, os.O_RDONLY)\n"

CODE = {
    "a neighbour's file closed": f"import os\nos.chmod({NEIGHBOUR}, 0)",
    "the seed opened to all": "import os\nos.chmod('@COURSE@/.autograde_seed', 0o666)",
    "the course closed": "import os\nos.chmod('@COURSE@', 0)",
    "a neighbour made late": f"import os\nos.utime({NEIGHBOUR}, (0, 0))",
    "the gradebook emptied by its name": "import os\nos.truncate('@COURSE@/gradebook.db', 0)",
    "the gradebook emptied by reading": "import os\nos.open('@COURSE@/gradebook.db', os.O_RDONLY | os.O_TRUNC)",
    "the seed given away": "import os\nos.chown('@COURSE@/.autograde_seed', os.getuid(), os.getgid())",
    "a mark on a neighbour's file": f"import os\nos.setxattr({NEIGHBOUR}, 'user.mark', b'x')",
    "a second name for the gradebook": "import os\nos.link('@COURSE@/gradebook.db', 'mine')",
    "a neighbour renamed": "import os\nos.rename('@COURSE@/submitted/s000-honest', '@COURSE@/submitted/nobody')",
    "the audit in another's place": LIBC + "assert libc.syscall((316, 276)[which], -100, b'@COURSE@/audit.jsonl', -100, b'@COURSE@/gradebook.db', 2) == 0",
    "a pipe in the course's folder": "import os\nos.mkfifo('@COURSE@/pipe')",
    "helpers closed": "import helpers, os\nos.chmod(helpers.__file__, 0o444)",
    "helpers of another time": "import helpers, os\nos.utime(helpers.__file__, (5, 5))",
    "helpers emptied by reading": "import helpers, os\nos.open(helpers.__file__, os.O_RDONLY | os.O_TRUNC)",
    "helpers emptied by the newer call": LIBC + "import helpers, struct\nassert libc.syscall(437, -100, helpers.__file__.encode(), struct.pack('QQQ', os.O_RDONLY | os.O_TRUNC, 0, 0), 24) >= 0",
    "helpers closed by a descriptor": HELPERS + "os.fchmod(open_, 0o444)",
    "helpers closed by a descriptor's name": HELPERS + "os.chmod(f'/proc/self/fd/{open_}', 0o444)",
    "helpers closed by the newer call": LIBC + "import helpers\nassert libc.syscall(452, -100, helpers.__file__.encode(), 0o444, 0) == 0",
    "helpers with flags": HELPERS + "import fcntl\nfcntl.ioctl(open_, 0x40086602, (0x40).to_bytes(8, 'little'))",
    "helpers with flags, by the newer call": LIBC + "import helpers\nassert libc.syscall(469, -100, helpers.__file__.encode(), ctypes.create_string_buffer(24), 24, 0) == 0",
    "helpers sealed for ever": HELPERS + "import fcntl, struct\nfcntl.ioctl(open_, 0x40806685, struct.pack('IIIIQIIQ88x', 1, 1, 4096, 0, 0, 0, 0, 0))",
    "helpers under another's blocks": HELPERS + "import fcntl, struct\nfcntl.ioctl(open_, 0xC0189436, bytearray(struct.pack('QQHHIqQiI', 0, 1, 1, 0, 0, open_, 0, 0, 0)))",
    "a mark on the interpreter": "import os, sys\nos.setxattr(os.path.realpath(sys.executable), 'user.mark', b'x')",
    "a mark by the newer call": LIBC + "import helpers, struct\nvalue = ctypes.create_string_buffer(b'x')\nassert libc.syscall(463, -100, helpers.__file__.encode(), 0, b'user.mark', struct.pack('QII', ctypes.addressof(value), 1, 0), 16) == 0",
    "a mount made writable again": LIBC + "assert libc.mount(None, b'/', None, 32 | 4096, None) == 0",
    "a mount made writable by the newer call": LIBC + "import struct\nassert libc.syscall(442, -100, b'/', 0x8000, struct.pack('QQQQ', 0, 1, 0, 0), 32) == 0",
    "what lies under a mount": LIBC + "import os\nassert [p for p in ('/tmp', os.getcwd(), '/proc', '/dev/shm') if libc.umount2(p.encode(), 2) == 0]",
    "the size of a neighbour's file": f"import os\nassert os.stat({NEIGHBOUR}).st_size",
    "whether a neighbour is there": "import os\nos.lstat('@COURSE@/submitted/s000-honest')",
    "the course by the way up": "import os\nassert os.stat('../' * 40 + '@COURSE@'.strip('/'))",
    "the course in the table of mounts": "assert any('@COURSE@' in open(f'/proc/self/{name}').read() for name in ('mountinfo', 'mounts'))",
    "names in the course, as they come": LIBC + "import time\nline = libc.inotify_init1(os.O_NONBLOCK)\nassert line != -1 and libc.inotify_add_watch(line, b'@COURSE@', 0xFFF) != -1",
    "what others load": LIBC + "import numpy\nline = libc.inotify_init1(os.O_NONBLOCK)\nassert line != -1 and libc.inotify_add_watch(line, os.path.dirname(numpy.__file__).encode(), 0xFFF) != -1",
    "what others load, by the newer call": LIBC + "assert libc.syscall((300, 262)[which], 0x200, 0) != -1",
    "what others load, by the older way": "import fcntl, os\nfcntl.fcntl(os.open('/usr/lib', os.O_RDONLY), fcntl.F_NOTIFY, 1)",
    "the grading package's own list": "import importlib.metadata as m\nassert [p for p in m.distribution('convnet-course-autograde').files if p.locate().exists()]",
    "the grading package's hook": "import glob, sys\nfor place in sys.path:\n    for hook in glob.glob(place + '/__editable___*autograde*finder.py'): exec(open(hook).read())\nassert [open(home + '/__init__.py') for home in MAPPING.values()] if 'MAPPING' in globals() else open('/nowhere')",
    "lines of the grading package": "import linecache\nassert linecache.getlines('@REPOSITORY@/autograde/cli.py') or open('@REPOSITORY@/autograde/cli.py')",
    "compiled oracles": "import importlib.util, os\nfound = importlib.util.cache_from_source('@REPOSITORY@/autograde/exercises/small.py')\nopen(found, 'rb').read()",
    "packages of this Python, one by one": "import pkgutil\nassert [m for m in pkgutil.iter_modules() if m.name == 'autograde']",
    "a Python of one's own": "import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'import sys; sys.path.insert(0, \"@REPOSITORY@\"); import autograde.cli'], check=True, stderr=subprocess.DEVNULL)",
}  # fmt: skip

ATTACKS = [Attack(name, KIND, reaching(code)) for name, code in CODE.items()]
MEASURED: dict[str, str] = {}
