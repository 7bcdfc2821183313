"""Attacks on grading: none gains a mark, none reaches another submission, a hidden value or the grader, none stops the batch.

Every attack hands in a notebook without one right answer; an honest one of that kind scores 0. The attacker's code stands in
the first cell, in an answer, or in the notebook's file itself.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from autograde.engine.interview import RemoteAnswer
from autograde.registry import find
from tests.engine import grade, handed_in, released, scores, solutions, total

POOLING, START = "05_pooling", "00_start_here"
NAMES = (
    "max_pool2d",
    "avg_pool2d",
    "global_avg_pool",
    "max_pool2d_switches",
    "max_pool2d_backward",
    "avg_pool2d_backward",
)


def returning(expression: str, before: str = "") -> dict[str, str]:
    """An answer to every function that returns the same thing."""
    return {name: f"{before}\ndef {name}(*args, **kwargs):\n    return {expression}" for name in NAMES}


FIRST_CELL = {
    "patched numpy.testing": "import numpy.testing as t\nfor n in dir(t):\n    if n.startswith('assert'): setattr(t, n, lambda *a, **k: None)",
    "patched numpy comparisons": "import numpy as np\nnp.allclose = np.array_equal = np.isclose = lambda *a, **k: True\nnp.count_nonzero = lambda *a: 0",
    "patched helpers": "import helpers.compare, helpers.evaluation, helpers.checking\nhelpers.compare.difference = lambda *a, **k: None\nhelpers.evaluation.evaluate = None\nhelpers.checking.check = lambda n: 100.0",
    "patched codec": "import helpers.codec as c\nc.encode = lambda v, *a: {'$': 'fixture', 'name': 'sum_of_squares', 'args': []}",
    "patched observe": "import helpers.worker.child as c\nc._observe = lambda *a: {'value': True, 'errors': [], 'message': '', 'changed': [], 'unwritten': False, 'printed': ''}",
    "forged interview": "import helpers.worker.child as c\nc.HANDLERS['interview'] = lambda s, m: {'op': 'told', 'problem': None, 'untouched': False, 'off_limits': None, 'seen': [{'score': 100}] * len(m['calls'])}",
    "forged verdicts": "import helpers.worker.child as c\nc.HANDLERS['interview'] = lambda s, m: {'op': 'graded', 'score': 20.0, 'notebooks': []}",
    "too few answers": "import helpers.worker.child as c\nc.HANDLERS['interview'] = lambda s, m: {'op': 'told', 'seen': []}",
    "wrong ids": "import helpers.worker.protocol as p, helpers.worker.child as c\nold = p.send\np.send = lambda ch, m, *a: old(ch, m | {'id': 10**6}, *a)",
    "huge message": "import helpers.worker.protocol as p, struct\np.send = lambda ch, m, *a: ch.sendall(struct.pack('>I', 2**32 - 1) + b'x' * 1000)",
    "noise on the channel": "import os\nfor fd in range(3, 64):\n    try: os.write(fd, b'\\xff' * 4096)\n    except OSError: pass",
    "answers before questions": "import os, json, struct\nbody = json.dumps({'op': 'told', 'id': 2, 'problem': None, 'untouched': False, 'seen': []}).encode()\nfor fd in range(3, 64):\n    try: os.write(fd, struct.pack('>I', len(body)) + body)\n    except OSError: pass",
    "closed channel": "import os\nos.closerange(3, 256)",
    "nested answer": "import helpers.worker.child as c\ndeep = []\nfor _ in range(500): deep = [deep]\nc.HANDLERS['interview'] = lambda s, m: {'op': 'told', 'problem': None, 'seen': deep}",
    "fixture as a value": "import helpers.worker.child as c\nc.observation_json = lambda seen: {'value': {'$': 'fixture', 'name': 'random_generator', 'args': [0]}, 'errors': [], 'message': '', 'changed': [], 'unwritten': False, 'printed': ''}",
    "array bomb": "import helpers.worker.child as c\nc.observation_json = lambda seen: {'value': {'$': 'array', 'npy': '', 'layout': {'axes': list(range(64)), 'steps': [4] * 64}}, 'errors': [], 'message': '', 'changed': [], 'unwritten': False, 'printed': ''}",
    "error names as values": "import helpers.worker.child as c\nc.observation_json = lambda seen: {'value': None, 'errors': ['ValueError', 'TypeError', 'Exception'], 'message': 'x', 'changed': [], 'unwritten': False, 'printed': ''}",
    "input transformer": "ip = get_ipython()\nip.input_transformers_cleanup.append(lambda lines: ['20.0\\n'])",
    "ast transformer": "import ast\nclass T(ast.NodeTransformer):\n    def visit_Call(self, n): return ast.Constant(20.0)\nget_ipython().ast_transformers.append(T())",
    "replaced run_cell": "ip = get_ipython()\nip.run_cell = lambda *a, **k: type('R', (), {'success': True})()",
    "replaced run": "ip = get_ipython()\ntype(ip).run = lambda self, source, seconds: ('ok', [{'output_type': 'execute_result', 'execution_count': 1, 'data': {'text/plain': '20.0'}, 'metadata': {}}])",
    "settrace": "import sys\nsys.settrace(lambda frame, event, arg: None)\nsys.setprofile(lambda *a: None)",
    "a thread that acts later": "import threading, time\ndef later():\n    time.sleep(0.2)\n    get_ipython().user_ns.update(max_pool2d=lambda *a, **k: True)\nthreading.Thread(target=later, daemon=True).start()",
    "import hook": "import sys\nclass F:\n    def find_spec(self, name, *a): print(name)\nsys.meta_path.insert(0, F())\nsys.modules['autograde'] = type(sys)('autograde')",
    "atexit and signals": "import atexit, signal\natexit.register(lambda: print('20.0'))\nsignal.signal(signal.SIGTERM, signal.SIG_IGN); signal.setitimer(signal.ITIMER_REAL, 0)",
    "builtins": "import builtins\nbuiltins.isinstance = lambda *a: True\nbuiltins.len = lambda *a: 0",
    "shadowed check": "def check(*a, **k): return 20.0\nscore = check",
    "open files of the grader": "import os, gc\nfound = [o for o in gc.get_objects() if type(o).__module__.startswith('autograde')]\nassert not found",
}
OBJECTS = {
    "always equal": ("Same()", "class Same:\n    __eq__ = __lt__ = __le__ = __ge__ = __gt__ = lambda *a: True\n    __ne__ = lambda *a: False\n    __hash__ = lambda s: 1\n    __len__ = lambda s: 4\n    shape = (1, 1, 2, 2)"),
    "lying array": ("Liar()", "import numpy as np\nclass Liar:\n    def __array__(self, *a, **k): return np.ones((1, 1, 2, 2))\n    shape = (1, 1, 2, 2); dtype = np.dtype(float); ndim = 4; size = 4"),
    "array subclass": ("np.zeros((1, 1, 2, 2)).view(Sub)", "import numpy as np\nclass Sub(np.ndarray):\n    def __eq__(self, o): return np.ones(self.shape, bool)\n    def __array_ufunc__(self, *a, **k): return np.ones((1, 1, 2, 2), bool)\n    def __array_function__(self, *a, **k): return True"),
    "endless length": ("Long()", "class Long(list):\n    __len__ = lambda s: 10**9\n    def __iter__(s):\n        while True: yield 1"),
    "float that lies": ("F()", "class F(float):\n    __eq__ = lambda *a: True\n    __abs__ = __sub__ = __rsub__ = lambda *a: 0.0"),
    "not a number": ("float('nan')", ""),
    "infinite": ("float('inf')", ""),
    "huge integer": ("10 ** 5000", ""),
    "itself": ("loop", "loop = []\nloop.append(loop)"),
    "object array": ("np.array([None, print], dtype=object)", "import numpy as np"),
    "a class": ("type", ""),
    "a generator": ("(i for i in range(10))", ""),
    "a score": ("20.0", ""),
    "pickle": ("P()", "import os\nclass P:\n    def __reduce__(self): return os.system, ('touch /tmp/pwned-by-pickle',)"),
}  # fmt: skip


@pytest.mark.parametrize("attack", FIRST_CELL)
def test_code_that_runs_first_gains_nothing(control, course, attack):
    answers = returning("None")
    graded = grade(
        control, course, POOLING, handed_in(course, POOLING, answers, FIRST_CELL[attack]), seconds=5.0
    )
    # Saying "ValueError" to every call is right where a call must raise it, as a function that always raises is.
    allowed = _points_for_raising() if attack == "error names as values" else 0.0
    assert total(graded) <= allowed + 1e-9, {k: v for k, v in scores(graded).items() if v}


def _points_for_raising() -> float:
    from autograde.definition import Exercise
    from autograde.grading import cases_of
    from tests.engine import SEED

    earned = 0.0
    for name in [*NAMES, "trace_shapes"]:
        exercise = find(name)
        if isinstance(exercise, Exercise):
            earned += exercise.points * sum(c.share for c in cases_of(exercise, SEED) if c.call.error)
    return earned


@pytest.mark.parametrize("thing", OBJECTS)
def test_a_strange_return_value_gains_nothing_and_harms_nobody(control, course, thing, tmp_path):
    expression, before = OBJECTS[thing]
    graded = grade(
        control, course, POOLING, handed_in(course, POOLING, returning(expression, before)), seconds=5.0
    )
    assert total(graded) == 0.0, {k: v for k, v in scores(graded).items() if v}
    honest = grade(control, course, START, handed_in(course, START, solutions(START)))
    assert scores(honest)["count_values"] == 1.0
    assert not Path("/tmp/pwned-by-pickle").exists()


READING = {
    "the oracle": "import autograde.exercises.pooling",
    "the grader's memory": "import os\nfor p in os.listdir('/proc'):\n    if p.isdigit() and p != '1' and p != str(os.getpid()): open(f'/proc/{p}/mem', 'rb')\nraise OSError('none but mine')",
    "the source folder": "import glob\nassert glob.glob('/**/05_pooling.py', recursive=True)",
    "the seed": "import glob\nassert glob.glob('/**/.autograde_seed', recursive=True)",
    "the gradebook": "import glob, sqlite3\nassert glob.glob('/tmp/**/gradebook.db', recursive=True)",
    "a neighbour": "import glob\nassert glob.glob('/tmp/**/submitted/*', recursive=True)",
    "hidden tests in the input history": "assert any('hidden' in c.lower() for c in In[:-1])",
    "hidden lines": "assert any('autograde.plain' in c for c in In[:-1])",
    "expected values on the heap": "import gc\nassert any('HiddenCase' in type(o).__name__ for o in gc.get_objects())",
    "the environment": "import os\nassert any('AUTOGRADE' in k or 'COURSE_' in k for k in os.environ if k != 'COURSE_PROGRESS_DIR')",
    "a connection out": "import socket\nsocket.create_connection(('127.0.0.1', 22), 1)",
    "descriptors of the server": "import os, stat\nassert [f for f in range(3, 200) if os.path.exists(f'/proc/self/fd/{f}') and stat.S_ISREG(os.fstat(f).st_mode) and os.fstat(f).st_nlink]",
}


@pytest.mark.parametrize("aim", READING)
def test_nothing_secret_can_be_read(control, course, aim):
    notebook = handed_in(course, START, {})
    notebook.cells.append(
        {"cell_type": "code", "metadata": {}, "source": READING[aim], "outputs": [], "execution_count": None}
    )
    graded = grade(control, course, START, notebook, seconds=20.0)
    assert graded.notebook.cells[-1].outputs[-1].output_type == "error", aim


def test_the_released_notebook_and_the_graded_one_hold_no_hidden_line(control, course):
    graded = grade(control, course, POOLING, handed_in(course, POOLING, solutions(POOLING)))
    assert "autograde.plain" not in json.dumps(graded.notebook)
    assert "HIDDEN TESTS" not in json.dumps(graded.notebook)


def test_questions_hold_no_expected_value(course):
    from autograde.engine.submission import questions
    from autograde.grading import cases_of
    from helpers.codec import encode

    for name in NAMES:
        body = questions(name, 7).body
        for case in cases_of(find(name), 7):
            expected = case.expected.value
            given = [a for a in case.call.args if getattr(a, "shape", None) == getattr(expected, "shape", ())]
            if getattr(expected, "size", 0) > 3 and not any((a == expected).all() for a in given):
                assert encode(expected)["npy"] not in body
    assert RemoteAnswer.__dataclass_fields__.keys() == {"worker", "data", "questions", "deadline", "_reply"}


def test_values_that_lie_gain_nothing(control, course):
    lie = "class Any:\n    __eq__ = lambda *a: True\n    __hash__ = lambda s: 0\n"
    for expression in ("Any()", "10**400", "float('nan')", "[[]] * 10", "{1: {2: 3}}"):
        made = handed_in(course, "02_convolution_1d", {})
        names = [e.name for e in _entries("output_lengths")]
        made.cells.insert(
            1, {"cell_type": "code", "metadata": {}, "source": lie, "outputs": [], "execution_count": None}
        )
        cell = next(c for c in made.cells if c.get("id") == "output_lengths-answer")
        cell.source = "\n".join(f"{name} = {expression}" for name in names)
        assert scores(grade(control, course, "02_convolution_1d", made))["output_lengths"] == 0.0


def _entries(name):
    from helpers.checkfile import check_data

    return check_data(name).entries


def test_an_attack_leaves_the_next_submission_alone(control, course):
    for attack in ("patched numpy comparisons", "builtins", "closed channel", "replaced run"):
        grade(control, course, START, handed_in(course, START, {}, FIRST_CELL[attack]), seconds=5.0)
        honest = grade(control, course, START, handed_in(course, START, solutions(START)))
        assert scores(honest)["count_values"] == 1.0
        untouched = grade(control, course, START, released(course, START))
        assert total(untouched) == 0.0
