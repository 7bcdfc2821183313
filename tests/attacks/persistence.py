"""Attacks that want to be there after their submission was graded, or for the next one."""

from __future__ import annotations

from tests.attacks.attack import Attack, doing, reaching

KIND = "persistence"
SLEEPER = "[sys.executable, '-c', 'import time; time.sleep(900)', '@TOKEN@']"
NOTE = "def triple(x): return 3.0 * x"

ATTACKS = [
    Attack("a process that outlives grading", KIND, doing(f"import subprocess, sys\nsubprocess.Popen({SLEEPER})")),
    Attack("a process that is nobody's child", KIND, doing("import os, sys\nif os.fork() == 0:\n    if os.fork() == 0: os.execv(sys.executable, [sys.executable, '-c', 'import time; time.sleep(900)', '@TOKEN@'])\n    os._exit(0)")),
    Attack("a session of one's own", KIND, reaching(f"import subprocess, sys\nsubprocess.Popen({SLEEPER}, start_new_session=True)")),
    Attack("a process that ignores signals", KIND, doing("import os, signal, time\nif os.fork() == 0:\n    for n in range(1, 64):\n        try: signal.signal(n, signal.SIG_IGN)\n        except (OSError, ValueError): pass\n    os.execv('/bin/sh', ['sh', '-c', 'sleep 900; : @TOKEN@'])")),
    Attack("a file in /tmp", KIND, reaching("open('@MARK@-file', 'w').write('x')")),
    Attack("a file in shared memory, for the next", KIND, doing("import os\ntry: open('/dev/shm/for-the-next', 'w').write('x')\nexcept OSError: pass")),
    Attack("a start-up file in the home", KIND, reaching("open('@HOME@/.bashrc', 'a').write('x')")),
    Attack("a start-up file of IPython", KIND, reaching("import os\nos.makedirs('@HOME@/.ipython/profile_default/startup', exist_ok=True)\nopen('@HOME@/.ipython/profile_default/startup/x.py', 'w').write('x')")),
    Attack("a table of jobs", KIND, reaching("open('/var/spool/cron/crontabs/root', 'w').write('x')")),
    Attack("a module for everybody", KIND, reaching("import sys, sysconfig\nopen(sysconfig.get_paths()['purelib'] + '/@TOKEN@.pth', 'w').write('import os')")),
    Attack("helpers, rewritten", KIND, reaching("import helpers\nopen(helpers.__file__, 'a').write('x')")),
    Attack("compiled helpers, rewritten", KIND, reaching("import helpers, os\nopen(os.path.dirname(helpers.__file__) + '/__pycache__/@TOKEN@', 'w').write('x')")),
    Attack("right answers, left for the next", KIND, doing(f"import os, socket\nfor place in ('/tmp', '/var/tmp', '/dev/shm', os.getcwd(), os.path.dirname(os.getcwd()), '/dev/mqueue'):\n    try: open(place + '/answers.py', 'w').write({NOTE!r})\n    except OSError: pass\nimport sys\nsys.modules['answers'] = type(sys)('answers')\nif os.fork() == 0:\n    try:\n        s = socket.socket(socket.AF_UNIX); s.bind('\\0answers'); s.listen()\n        while True: s.accept()[0].send({NOTE!r}.encode())\n    except OSError: os._exit(0)")),
    Attack("right answers of the one before", KIND, doing("import os, socket, sys\nfound = []\nfor place in ('/tmp', '/var/tmp', '/dev/shm', os.getcwd(), os.path.dirname(os.getcwd()), '/dev/mqueue'):\n    try: found.append(open(place + '/answers.py').read())\n    except OSError: pass\ntry:\n    s = socket.socket(socket.AF_UNIX); s.connect('\\0answers'); found.append(s.recv(1000).decode())\nexcept OSError: pass\nif 'answers' in sys.modules: found.append('x')\nif found: print('REACH' + 'ED')"), answer="exec(found[0]) if found else None"),
]  # fmt: skip
MEASURED = {"a process that outlives grading": "succeeds"}
