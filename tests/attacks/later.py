"""Attacks from inside the process: threads that act later, tracing, raw memory, the kernel's stranger calls, signals."""

from __future__ import annotations

from tests.attacks.attack import Attack, doing, reaching

KIND = "inside"
CALL = "import ctypes, platform\nlibc = ctypes.CDLL(None, use_errno=True)\nnumbers = {'x86_64': 0, 'aarch64': 1}\nwhich = numbers[platform.machine()]\n"


def call(x86: int, arm: int, arguments: str = "0, 0, 0, 0") -> str:
    return reaching(CALL + f"assert libc.syscall(({x86}, {arm})[which], {arguments}) != -1")


ATTACKS = [
    Attack("a thread that answers later", KIND, doing("import threading, time\ndef later():\n    time.sleep(0.05)\n    get_ipython().user_ns.update(triple=lambda *a, **k: True)\nthreading.Thread(target=later, daemon=True).start()")),
    Attack("a thread that sends later", KIND, doing("import threading, time, os, json, struct\nbody = json.dumps({'op': 'told', 'id': 5, 'problem': None, 'untouched': False, 'seen': []}).encode()\ndef later():\n    while True:\n        time.sleep(0.02)\n        for fd in range(3, 64):\n            try: os.write(fd, struct.pack('>I', len(body)) + body)\n            except OSError: pass\nthreading.Thread(target=later, daemon=True).start()")),
    Attack("a thread that changes returned arrays", KIND, answer="import threading, time\nkept = []\ndef triple(x):\n    made = np.zeros_like(x); kept.append(made)\n    return made\ndef later():\n    while True:\n        for made in kept: made += 1\nthreading.Thread(target=later, daemon=True).start()"),
    Attack("settrace and setprofile", KIND, doing("import sys\nsys.settrace(lambda frame, event, arg: None)\nsys.setprofile(lambda *a: None)")),
    Attack("a trace that changes locals", KIND, doing("import sys\ndef trace(frame, event, arg):\n    for name in ('value', 'made', 'seen'):\n        if name in frame.f_locals: frame.f_locals[name] = True\n    return trace\nsys.settrace(trace)\nfor f in iter(sys._getframe, None):\n    f.f_trace = trace\n    break")),
    Attack("the interpreter's own monitoring", KIND, doing("import sys\nif hasattr(sys, 'monitoring'):\n    sys.monitoring.use_tool_id(3, 'x'); sys.monitoring.set_events(3, sys.monitoring.events.PY_RETURN); sys.monitoring.register_callback(3, sys.monitoring.events.PY_RETURN, lambda *a: None)")),
    Attack("an audit hook", KIND, doing("import sys\nsys.addaudithook(lambda *a: None)")),
    Attack("small integers changed in memory", KIND, "import ctypes\nctypes.memmove(id(1) + 24, id(0) + 24, 4)", ends=True),
    Attack("memory written blindly", KIND, "import ctypes\nctypes.memset(id(type), 0, 4096)", ends=True),
    Attack("the filter's memory", KIND, doing("import ctypes, gc\nfor o in gc.get_objects():\n    if isinstance(o, ctypes.Array): ctypes.memset(o, 0, ctypes.sizeof(o))")),
    Attack("a frame's result changed", KIND, doing("import sys, ctypes\nframe = sys._getframe()\nwhile frame.f_back:\n    frame = frame.f_back\n    if 'status' in frame.f_locals: frame.f_locals['status'] = 'ok'; ctypes.pythonapi.PyFrame_LocalsToFast(ctypes.py_object(frame), 0)")),
    Attack("a signal to the parent", KIND, reaching("import os, signal\nassert os.getppid()\nos.kill(os.getppid(), signal.SIGKILL)")),
    Attack("a signal to everybody", KIND, "import os, signal\nos.kill(-1, signal.SIGKILL)\nos.kill(0, signal.SIGKILL)", ends=True),
    Attack("signals to many numbers", KIND, reaching("import os, signal\nreached = 0\nfor pid in range(2, 40_000):\n    try: os.kill(pid, signal.SIGKILL); reached += 1\n    except OSError: pass\nassert reached")),
    Attack("stopped instead of ended", KIND, "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)", ends=True),
    Attack("ptrace", KIND, call(101, 117, "16, 1, 0, 0")),
    Attack("memory read by another way", KIND, call(310, 270, "1, 0, 0, 0, 0, 0")),
    Attack("a descriptor of another process", KIND, call(438, 438, "0, 0, 0")),
    Attack("bpf", KIND, call(321, 280, "0, ctypes.create_string_buffer(128), 128")),
    Attack("userfaultfd", KIND, call(323, 282, "1")),
    Attack("io_uring", KIND, call(425, 425, "4, ctypes.create_string_buffer(256)")),
    Attack("perf events", KIND, call(298, 241, "ctypes.create_string_buffer(128), 0, -1, -1, 0")),
    Attack("kernel keys", KIND, call(250, 219, "0, -3, 1, 0, 0")),
    Attack("a new namespace by clone3", KIND, call(435, 435, "ctypes.create_string_buffer((0x10000000).to_bytes(8, 'little') + bytes(80)), 88")),
    Attack("another personality", KIND, call(135, 92, "0x0040000")),
    Attack("calls of the 32-bit table", KIND, reaching(CALL + "assert which == 0\nassert libc.syscall(0x40000000 + 41, 2, 1, 0) != -1")),
    Attack("a filter of one's own", KIND, doing(CALL + "libc.syscall((317, 277)[which], 1, 0, 0)")),
]  # fmt: skip
MEASURED: dict[str, str] = {}
