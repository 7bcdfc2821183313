"""Attacks that replace what they hope decides: libraries, the worker's own code, IPython, the interpreter."""

from __future__ import annotations

from tests.attacks.attack import Attack, doing

KIND = "patching"
TRANSFORMERS = "20 of 20 points"

CODE = {
    "numpy.testing asserts nothing": "import numpy.testing as t\nfor n in dir(t):\n    if n.startswith('assert'): setattr(t, n, lambda *a, **k: None)",
    "numpy finds everything equal": "import numpy as np\nnp.allclose = np.array_equal = np.isclose = lambda *a, **k: True\nnp.count_nonzero = lambda *a: 0",
    "helpers' comparison and evaluation": "import helpers.checking.compare, helpers.checking.evaluation, helpers.checking.check\nhelpers.checking.compare.difference = lambda *a, **k: None\nhelpers.checking.evaluation.evaluate = None\nhelpers.checking.check.check = lambda n: 100.0",
    "the codec sends fixtures": "import helpers.travel.codec as c\nc.encode = lambda v, *a: {'$': 'fixture', 'name': 'sum_of_squares', 'args': []}",
    "observe says what it likes": "import helpers.worker.child as c\nc._observe = lambda *a: {'value': True, 'errors': [], 'message': '', 'changed': [], 'unwritten': False, 'printed': ''}",
    "a check of one's own": "def check(*a, **k): return 20.0\nscore = check",
    "input transformer": "ip = get_ipython()\nip.input_transformers_cleanup.append(lambda lines: ['0.7\\n'])",
    "syntax tree transformer": "import ast\nclass T(ast.NodeTransformer):\n    def visit_Call(self, n): return ast.Constant(0.7)\nget_ipython().ast_transformers.append(T())",
    "run_cell always succeeds": "ip = get_ipython()\nip.run_cell = lambda *a, **k: type('R', (), {'success': True})()",
    "the shell forges every result": "type(get_ipython()).run = lambda self, source, seconds: ('ok', [{'output_type': 'execute_result', 'execution_count': 1, 'data': {'text/plain': '0.7'}, 'metadata': {}}])",
    "events after every cell": "get_ipython().events.register('post_run_cell', lambda *a: print(0.7))\nget_ipython().set_custom_exc((Exception,), lambda *a, **k: [])",
    "import hook": "import sys\nclass F:\n    def find_spec(self, name, *a): sys.stdout.write('')\nsys.meta_path.insert(0, F())\nsys.modules['autograde'] = type(sys)('autograde')",
    "atexit and signals": "import atexit, signal\natexit.register(lambda: print('0.7'))\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nsignal.setitimer(signal.ITIMER_REAL, 0)",
    "no alarm any more": "import signal\nsignal.signal = lambda *a: None\nsignal.setitimer = lambda *a: None",
    "an exception that is every exception": "import builtins\nclass Meta(type):\n    def __instancecheck__(c, o): return True\n    def __subclasscheck__(c, o): return True\nclass Exception(BaseException, metaclass=Meta): pass\nbuiltins.Exception = Exception",
    "JSON writes a score": "import json\nold = json.dumps\njson.dumps = lambda v, **k: old(v | {'score': 20.0} if isinstance(v, dict) else v, **k)",
}

ATTACKS = [Attack(name, KIND, doing(code)) for name, code in CODE.items()]
ATTACKS += [
    Attack(
        "isinstance and len lie",
        KIND,
        "import builtins\nbuiltins.isinstance = lambda *a: True\nbuiltins.len = lambda *a: 0",
        ends=True,
    ),
    Attack(
        "the source of the function is another's",
        KIND,
        doing("import inspect, linecache\ninspect.getsource = lambda f: 'def triple(x): return 3.0 * x'\nlinecache.getlines = lambda *a: []"),
    ),
    Attack(
        "the function is another one when nobody looks",
        KIND,
        answer="class Both:\n    __code__ = (lambda x: x).__code__\n    def __call__(self, x): return None\n    def __eq__(self, other): return True\ntriple = Both()",
    ),
]  # fmt: skip
MEASURED = {
    "numpy.testing asserts nothing": "18 of 20 points",
    "input transformer": TRANSFORMERS,
    "syntax tree transformer": TRANSFORMERS,
    "run_cell always succeeds": "20 of 20 points (a replaced do_execute)",
}
