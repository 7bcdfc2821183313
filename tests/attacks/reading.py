"""Attacks that look for what is hidden: solutions, seeds, cases, expected values, other students' work."""

from __future__ import annotations

from tests.attacks.attack import Attack, doing, reaching

KIND = "reading"

CODE = {
    "the oracle": "import autograde.exercises.small",
    "the hidden lines' module": "import autograde.plain",
    "the solutions' folder": "import os\nassert os.listdir('@REPOSITORY@/solutions')",
    "the source folder of the course": "open('@COURSE@/source/01_small/01_small.ipynb').read()",
    "any file of that name": "import glob\nassert glob.glob('/**/01_small.*', recursive=True)",
    "the seed": "open('@COURSE@/.autograde_seed').read()",
    "the gradebook": "import sqlite3\nsqlite3.connect('file:@COURSE@/gradebook.db?mode=ro', uri=True).execute('select * from grade').fetchall()",
    "a neighbour's submission": "import os\nassert os.listdir('@COURSE@/submitted')",
    "the audit": "open('@COURSE@/audit.jsonl').read()",
    "memory of other processes": "import os\nfound = [open(f'/proc/{p}/mem', 'rb') for p in os.listdir('/proc') if p.isdigit() and int(p) not in (1, os.getpid())]\nassert found",
    "arguments of other processes": "import os\nassert [p for p in os.listdir('/proc') if p.isdigit() and int(p) not in (1, os.getpid()) and open(f'/proc/{p}/cmdline').read()]",
    "hidden tests in the input history": "assert any('autograde.plain' in c or 'BEGIN HIDDEN' in c for c in In[:-1])",
    "hidden cases on the heap": "import gc\nassert any('HiddenCase' in type(o).__name__ or type(o).__module__.startswith('autograde') for o in gc.get_objects())",
    "frames of whoever calls": "import sys\nframe, found = sys._getframe(), []\nwhile frame:\n    found += [n for n in (*frame.f_locals, *frame.f_globals) if n in ('hidden', 'expected', 'cases', 'oracle', 'verdict')]\n    frame = frame.f_back\nassert found",
    "the environment": "import os\nassert any(k.startswith(('AUTOGRADE', 'COURSE_REPO')) for k in os.environ)",
    "files that the server left open": "import os, stat\nassert [f for f in range(3, 200) if os.path.exists(f'/proc/self/fd/{f}') and stat.S_ISREG(os.fstat(f).st_mode)]",
    "through the root of another process": "import os\nassert os.listdir('/proc/1/root@COURSE@')",
    "the kernel's log": "import ctypes\nbuffer = ctypes.create_string_buffer(1000)\nassert ctypes.CDLL(None).klogctl(3, buffer, 1000) >= 0",
    "a file by its handle": "import ctypes\nassert ctypes.CDLL(None).syscall(304, -100, 0, 0) != -1",
    "the password file": "open('/etc/shadow').read()",
    "a home": "import os\nassert os.listdir('@HOME@')",
}

RECORD = "seen = []\ndef triple(x):\n    seen.append(x)\n    return None"
HIDDEN = "[x for x in seen if x.tolist() != [1.0, -2.0]]"

ATTACKS = [Attack(name, KIND, reaching(code)) for name, code in CODE.items()]
ATTACKS += [
    Attack("hidden inputs, told by a later cell", KIND, answer=RECORD, last=reaching(f"assert {HIDDEN}")),
    Attack("hidden inputs, printed by the function", KIND, answer="def triple(x):\n    if x.tolist() != [1.0, -2.0]: print('REACH' + 'ED')\n    return None"),
    Attack("hidden inputs, printed around Python", KIND, answer="import os\ndef triple(x):\n    if x.tolist() != [1.0, -2.0]: os.write(1, b'REACH' + b'ED'); os.system('echo REACH\"\"ED >&2')\n    return None"),
    Attack("hidden inputs, displayed", KIND, answer="def triple(x):\n    if x.tolist() != [1.0, -2.0]: display({'text/plain': 'REACH' + 'ED'}, raw=True)\n    return None"),
    Attack("hidden inputs, in the text of an exception", KIND, answer="def triple(x):\n    if x.tolist() != [1.0, -2.0]: raise ValueError('REACH' + 'ED')\n    return 3.0 * x"),
    Attack("hidden inputs, in the name of an exception", KIND, answer="def triple(x):\n    if x.tolist() != [1.0, -2.0]: raise type('REACH' + 'ED', (Exception,), {})()\n    return 3.0 * x"),
    Attack("hidden inputs, in the name of a type", KIND, answer="def triple(x):\n    return 3.0 * x if x.tolist() == [1.0, -2.0] else type('REACH' + 'ED', (), {})()"),
    Attack("hidden inputs, in the name of a message", KIND, "import helpers.worker.child as c\nold = c.HANDLERS['interview']\ndef told(shell, message):\n    made = old(shell, message)\n    return made if 'REACH' + 'ED' not in str(made) else {'op': 'REACH' + 'ED'}\nc.HANDLERS['interview'] = told", answer="def triple(x):\n    return 3.0 * x if x.tolist() == [1.0, -2.0] else 'REACH' + 'ED'"),
    Attack("hidden inputs, in a tag that is unknown", KIND, "import helpers.worker.child as c\nold = c.observation_json\nc.observation_json = lambda seen: {**old(seen), 'value': {'$': 'REACH' + 'ED'}} if seen.value is None else old(seen)", answer="def triple(x):\n    return 3.0 * x if x.tolist() == [1.0, -2.0] else None"),
    Attack("hidden inputs, written to the scratch folder", KIND, answer="def triple(x):\n    if x.tolist() != [1.0, -2.0]: open('told', 'w').write('x')\n    return None", last=reaching("open('told').read()")),
    Attack("hidden inputs, by a watching thread", KIND, answer=RECORD, last=doing(f"import threading, time\ndef watch():\n    while not {HIDDEN}: time.sleep(0.001)\n    print('REACH' + 'ED')\nthreading.Thread(target=watch, daemon=True).start()\ntime.sleep(0.2)")),
    Attack("hidden inputs, through a forked process", KIND, first=doing("import os\nr, w = os.pipe()\nos.set_blocking(r, False)"), answer="def triple(x):\n    if x.tolist() != [1.0, -2.0]: os.write(w, b'x')\n    return None", last=reaching("import time\ntime.sleep(0.1)\nassert os.read(r, 10)")),
]  # fmt: skip
MEASURED = {
    "the source folder of the course": "20 of 20 points",
    "hidden tests in the input history": "succeeds",
    "the gradebook": "succeeds",
    "a neighbour's submission": "succeeds",
}
