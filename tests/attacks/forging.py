"""Attacks that speak the worker's protocol in its place, or send values that are none."""

from __future__ import annotations

from tests.attacks.attack import Attack, doing

KIND = "forging"
CHILD = "import helpers.worker.child as c\n"
SEEN = "{'value': %s, 'errors': [], 'message': '', 'changed': [], 'unwritten': False, 'printed': ''}"


def seen(value: str) -> str:
    return CHILD + "c.observation_json = lambda seen: " + SEEN % value


# Each runs to its end; what it forges goes out later.
CODE = {
    "the interview's reply holds scores": CHILD
    + "c.HANDLERS['interview'] = lambda s, m: {'op': 'told', 'problem': None, 'untouched': False, 'off_limits': None, 'seen': [{'score': 100}] * len(m['calls'])}",
    "a grader's verdict": CHILD
    + "c.HANDLERS['interview'] = lambda s, m: {'op': 'graded', 'score': 0.7, 'notebooks': []}",
    "too few answers": CHILD + "c.HANDLERS['interview'] = lambda s, m: {'op': 'told', 'seen': []}",
    "too many answers": CHILD
    + "c.HANDLERS['interview'] = lambda s, m: {'op': 'told', 'problem': None, 'untouched': False, 'off_limits': None, 'seen': ["
    + SEEN % "1.0"
    + "] * 10000}",
    "an answer nested 500 deep": CHILD
    + "deep = []\nfor _ in range(500): deep = [deep]\nc.HANDLERS['interview'] = lambda s, m: {'op': 'told', 'problem': None, 'seen': deep}",
    "a fixture as a value": seen("{'$': 'fixture', 'name': 'random_generator', 'args': [0]}"),
    "a fixture inside of a value": seen(
        "{'$': 'tuple', 'items': [{'$': 'fixture', 'name': 'sum_of_squares', 'args': []}]}"
    ),
    "an array that claims 2^128 bytes": seen(
        "{'$': 'array', 'npy': '', 'layout': {'axes': list(range(64)), 'steps': [4] * 64}}"
    ),
    "an array of objects, pickled": seen(
        "{'$': 'array', 'npy': __import__('base64').b64encode(__import__('helpers.travel.codec').codec.np.lib.format.magic(1, 0) + b'\\x46\\x00' + b\"{'descr': '|O', 'fortran_order': False, 'shape': (1,), }\".ljust(70) + b'cos\\nsystem\\n(Vtouch x\\ntR.').decode()}"
    ),
    "numbers that collide in a set": seen("{'$': 'set', 'items': [k * (2**61 - 1) for k in range(100_000)]}"),
    "numbers that collide in a dictionary": seen(
        "{'$': 'dict', 'items': [[k * (2**61 - 1), 0] for k in range(20_000)]}"
    ),
    "not a number, unquoted": seen("float('nan')"),
    "a tag that is a list": seen("{'$': []}"),
    "outputs of another shape": "type(get_ipython()).run = lambda *a: ('ok', [{'output_type': 'execute_result', 'data': {'text/plain': 0.7}}])",
    "a status of its own": "type(get_ipython()).run = lambda *a: ('full marks', [])",
    "60 MB of outputs in one cell": "type(get_ipython()).run = lambda *a: ('ok', [{'output_type': 'stream', 'name': 'stdout', 'text': 'x' * 2**21}] * 30)",
    "a million empty lists": "type(get_ipython()).run = lambda *a: ('ok', [{'output_type': 'display_data', 'data': {'application/json': [[]] * 10**6}, 'metadata': {}}])",
    "text that no file can hold": "print(chr(0xD800))\ndisplay({'text/html': chr(0xDFFF), 'application/json': {chr(0xD800): chr(0xD801)}, 'x' + chr(0xD800): 'x'}, raw=True)",
    "metadata of an output": "display({'text/plain': 'x'}, metadata={'nbgrader': {'grade': True, 'points': 100}, 'image/png': {'width': '\"><script>'}}, raw=True)",
    "a traceback with a score": "class E(Exception):\n    def _render_traceback_(self): return ['0.7'] * 10**5\ntry: raise E('0.7')\nexcept E: get_ipython().showtraceback()",
}

ATTACKS = [Attack(name, KIND, doing(code)) for name, code in CODE.items()]
ATTACKS += [
    Attack("another question's number", KIND, "import helpers.worker.protocol as p\nold = p.send\np.send = lambda ch, m, *a: old(ch, m | {'id': 10**6}, *a)", ends=True),
    Attack("JSON that is none", KIND, "display({'application/json': [float('nan'), float('inf')]}, raw=True)", ends=True),
    Attack("a message of 4 GB", KIND, "import helpers.worker.protocol as p, struct\np.send = lambda ch, m, *a: ch.sendall(struct.pack('>I', 2**32 - 1) + b'x' * 1000)", ends=True),
    Attack("noise on every descriptor", KIND, "import os\nfor fd in range(3, 64):\n    try: os.write(fd, b'\\xff' * 4096)\n    except OSError: pass", ends=True),
    Attack("answers before the questions", KIND, "import os, json, struct\nbody = json.dumps({'op': 'told', 'id': 2, 'problem': None, 'untouched': False, 'seen': []}).encode()\nfor fd in range(3, 64):\n    try: os.write(fd, struct.pack('>I', len(body)) + body)\n    except OSError: pass", ends=True),
    Attack("every descriptor closed", KIND, "import os\nos.closerange(3, 256)", ends=True),
    Attack("a descriptor sent along", KIND, doing("import socket, os, array, stat\nfor fd in range(3, 64):\n    try:\n        s = socket.socket(fileno=os.dup(fd))\n        s.sendmsg([], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', [0] * 200))])\n    except OSError: pass")),
    Attack("error names that fit every case", KIND, doing(CHILD + "c.observation_json = lambda seen: {'value': None, 'errors': ['ValueError', 'TypeError', 'Exception'], 'message': 'x', 'changed': [], 'unwritten': False, 'printed': ''}")),
    Attack("values that lie", KIND, doing("class Any:\n    __eq__ = lambda *a: True\n    __hash__ = lambda s: 0\nlow = high = Any()"), bend=lambda book: _values(book, "low = high = Any()")),
    Attack("values of a huge number", KIND, bend=lambda book: _values(book, "low = high = 10**400")),
    Attack("values as the interview's reply", KIND, doing(CHILD + "c._values = lambda a: {'low': {'$': 'float', 'value': 'nan'}, 'high': [[]] * 10**5}"), bend=lambda book: _values(book, "low = high = 1")),
]  # fmt: skip
MEASURED: dict[str, str] = {}


def _values(book, source: str) -> None:  # type: ignore[no-untyped-def]
    next(cell for cell in book.cells if cell.id == "sizes-answer").source = source
