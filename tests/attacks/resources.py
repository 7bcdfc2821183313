"""Attacks that use up what a machine has: memory, processes, disk, descriptors, time, and pages of output."""

from __future__ import annotations

from tests.attacks.attack import Attack, doing, reaching

KIND = "resources"

CODE = {
    "memory": reaching("b = bytearray(8 * 2**30)"),
    "memory in files without a name": reaching(
        "import os\nfor i in range(300):\n    f = os.memfd_create('x'); os.write(f, bytes(2**20))"
    ),
    "shared memory of System V": reaching(
        "import ctypes\nassert ctypes.CDLL(None).shmget(0, ctypes.c_size_t(2**30), 0o1600) >= 0"
    ),
    "message queues": reaching("import ctypes\nassert ctypes.CDLL(None).msgget(0, 0o1600) >= 0"),
    "forks": reaching(
        "import os, time\ncount = 0\nwhile count < 1000:\n    if os.fork() == 0: time.sleep(120); os._exit(0)\n    count += 1"
    ),
    "threads": reaching(
        "import threading, time\nfor _ in range(2000): threading.Thread(target=time.sleep, args=(120,), daemon=True).start()"
    ),
    "a file of 10 GB": reaching(
        "f = open('big', 'wb')\nfor _ in range(10_000): f.write(bytes(2**20))\nf.flush()"
    ),
    "many files of 50 MB": reaching(
        "for i in range(100):\n    with open(f'big{i}', 'wb') as f:\n        for _ in range(50): f.write(bytes(2**20))"
    ),
    "50 000 files": reaching("for i in range(50_000): open(f'small{i}', 'w').close()"),
    "descriptors": reaching("import os\nkept = [os.open('/dev/null', 0) for _ in range(5000)]"),
    "one endless line": doing("print('x' * 10**8)"),
    "a million lines": "for i in range(10**6): print('line', i)",
    "an endless line around Python": doing(
        "import os\nfor _ in range(100):\n    try: os.write(1, b'y' * 10**6)\n    except OSError: break"
    ),
    "10 000 pictures": "for i in range(10_000): display({'image/png': 'A' * 100}, raw=True)",
    "a page nested 100 000 deep": doing("display({'text/html': '<div>' * 100_000}, raw=True)"),
    "a page of 100 000 open tags": doing("display({'text/html': '<b><i><a href=x>' * 33_000}, raw=True)"),
    "a page of broken tables": doing("display({'text/html': '<table><b><tr>' * 20_000}, raw=True)"),
    "a page of ampersands": doing("display({'text/html': '&' * 10**6 + '<' * 10**5}, raw=True)"),
    "a style without end": doing(
        "display({'text/html': '<p style=\"color:' + '(' * 50_000 + '\">x</p>'}, raw=True)"
    ),
    "traceback of 10 000 frames": doing(
        "import sys\nsys.setrecursionlimit(10**4)\ndef f(n): return f(n + 1)\ntry: f(0)\nexcept RecursionError: get_ipython().showtraceback()"
    ),
    "30 processes that calculate": "import os\nfor _ in range(30):\n    try:\n        if os.fork() == 0:\n            while True: pass\n    except OSError: break",
    "a sleep that cannot be interrupted": "import time\nwhile True:\n    try: time.sleep(60)\n    except BaseException: pass",
    "a calculation that cannot be interrupted": "sum(range(10**12)) if 0 else (9**9**7).bit_length()",
    "calculating after the call": doing(
        "import threading\ndef burn():\n    while True: pass\n[threading.Thread(target=burn, daemon=True).start() for _ in range(8)]"
    ),
    "a sharper process than others": reaching("import os\nos.nice(-10)"),
    "a limit of one's own": reaching("import resource\nresource.setrlimit(resource.RLIMIT_AS, (-1, -1))"),
}

ATTACKS = [Attack(name, KIND, code, ends="cannot be interrupted" in name) for name, code in CODE.items()]
ATTACKS += [
    Attack("recursion without a floor", KIND, answer="import sys\nsys.setrecursionlimit(10**9)\ndef triple(x):\n    return triple(x)"),
    Attack("an answer of 300 MB", KIND, answer="def triple(x):\n    return np.zeros(40_000_000)"),
    Attack("an answer that never comes", KIND, answer="def triple(x):\n    while True: pass"),
    Attack("an answer that ends its process", KIND, answer="import os\ndef triple(x):\n    os._exit(0)"),
    Attack("an answer that crashes", KIND, answer="import ctypes\ndef triple(x):\n    ctypes.string_at(0)"),
]  # fmt: skip
MEASURED = {
    "forks": "40 forks succeed",
    "one endless line": "100 MB in the notebook and the feedback page",
}
