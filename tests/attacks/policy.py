"""Attacks on what an exercise asks: routines that are off limits, by ways that hide them, and answers that answer nothing."""

from __future__ import annotations

from tests.attacks.attack import Attack, doing

KIND = "policy"
REFUSES = "    if x.size == 0: raise ValueError('x is empty')\n"
PLAIN = f"import numpy as np\ndef halved(x):\n{REFUSES}    return np.divide(x, 2)"


def by(expression: str, before: str = "") -> str:
    """A right answer that reaches the forbidden routine by an expression."""
    return f"import numpy as np\n{before}\ndef halved(x):\n{REFUSES}    return {expression}(x, 2)"


LIES = {
    "the search says that nothing is off limits": "import helpers.checking.answers as a\na.off_limits_use = lambda *b: None",
    "the answer says that nothing is off limits": "import helpers.checking.answers as a\na.NotebookAnswer.off_limits = lambda self: None",
    "the interview leaves out what is off limits": "import helpers.worker.child as c\nold = c.HANDLERS['interview']\nc.HANDLERS['interview'] = lambda s, m: {**old(s, m), 'off_limits': None}",
    "the question names nothing off limits": "import helpers.worker.child as c\nold = c.HANDLERS['interview']\ndef asked(s, m):\n    m['about']['off_limits'] = []\n    return old(s, m)\nc.HANDLERS['interview'] = asked",
    "another source for what is off limits": "import inspect, linecache\ninspect.getsource = lambda f: 'def halved(x): return x / 2'\nlinecache.getlines = lambda *b: []",
}
LYING = "import helpers.checking.answers as a\na.off_limits_use = lambda *b: None\n"
WAYS = {
    "off limits by getattr and a built name": by("getattr(np, 'div' + 'ide')"),
    "off limits by the module's dictionary": by("vars(np)['divide']"),
    "off limits by sys.modules": by("sys.modules['num' + 'py'].divide", "import sys"),
    "off limits by __import__": by("__import__('numpy').divide"),
    "off limits by a star": by("divide", "from numpy import *"),
    "off limits by another module's name": by("u.divide", "import numpy._core.umath as u"),
    "off limits in a table": by("table[0]", "table = [np.divide, None]"),
    "off limits in a partial's partial": by(
        "g", "from functools import partial\ng = partial(partial(np.divide))"
    ),
    "off limits by an object that is called": "import numpy as np\nclass Half:\n    def __call__(self, x):\n        if x.size == 0: raise ValueError('x is empty')\n        return np.divide(x, 2)\nhalved = Half()",
    "off limits behind a definition that never runs": PLAIN + "\nif not np:\n    def halved(x): return x / 2",
    "off limits through the course's own routine": "from helpers.lectures.why_convolution import window_sums\nimport numpy as np\ndef halved(x):\n    if x.size == 0: raise ValueError('x is empty')\n    return window_sums(np.atleast_2d(x), np.array([[0.5]])).reshape(x.shape)",
}
ANSWERS = {
    "the contract's error, always": "def halved(x): raise ValueError('x is empty')",
    "an error that is every error": "def halved(x): raise type('ValueError', (ValueError, IndexError, TypeError), {})('no')",
    "nothing, always": "def halved(x): return None",
    "what it was given": "def halved(x): return x",
    "zeros, or the error": "import numpy as np\ndef halved(x):\n    if x.size == 0: raise ValueError('x is empty')\n    return np.zeros_like(x)",
}

ATTACKS = [Attack(name, KIND, doing(code), halved=PLAIN) for name, code in LIES.items()]
ATTACKS += [Attack(name, KIND, doing(LYING), halved=code) for name, code in WAYS.items()]
ATTACKS += [Attack(name, KIND, halved=code) for name, code in ANSWERS.items()]
MEASURED: dict[str, str] = {}
