"""Answers that return things made to deceive whoever compares them."""

from __future__ import annotations

from tests.attacks.attack import Attack

KIND = "objects"

# name: (what is returned, what is defined before)
CODE = {
    "always equal": ("Same()", "class Same:\n    __eq__ = __lt__ = __le__ = __ge__ = __gt__ = lambda *a: True\n    __ne__ = lambda *a: False\n    __hash__ = lambda s: 1\n    __len__ = lambda s: 2\n    shape = (2,)"),
    "an array by its own word": ("Liar()", "class Liar:\n    def __array__(self, *a, **k): return np.ones(2)\n    shape = (2,); dtype = np.dtype(float); ndim = 1; size = 2"),
    "a subclass of array": ("np.zeros(2).view(Sub)", "class Sub(np.ndarray):\n    def __eq__(self, o): return np.ones(self.shape, bool)\n    def __array_ufunc__(self, *a, **k): return np.ones(2, bool)\n    def __array_function__(self, *a, **k): return True"),
    "a subclass of array with another's bytes": ("np.zeros(2).view(Bytes)", "class Bytes(np.ndarray):\n    def tobytes(self, *a): return b'x' * 16\n    @property\n    def nbytes(self): return 0\n    def __array__(self, *a, **k): return np.full(2, np.nan)"),
    "an array interface to foreign memory": ("Wild()", "class Wild:\n    __array_interface__ = {'shape': (10**6,), 'typestr': '<f8', 'data': (4096, False), 'version': 3}"),
    "an endless list": ("Long()", "class Long(list):\n    __len__ = lambda s: 10**9\n    def __iter__(s):\n        while True: yield 1"),
    "a number that lies": ("F()", "class F(float):\n    __eq__ = lambda *a: True\n    __abs__ = __sub__ = __rsub__ = lambda *a: 0.0"),
    "a dictionary that lies": ("D()", "class D(dict):\n    __eq__ = lambda *a: True\n    def items(self): return [([], [])] * 3"),
    "another class by its own word": ("Mask()", "class Mask:\n    __class__ = np.ndarray\n    def __getattr__(self, name): return lambda *a, **k: True"),
    "attributes that raise": ("Rude()", "class Rude:\n    def __getattribute__(self, name): raise SystemExit(0)"),
    "a pickle that runs code": ("P()", "import os\nclass P:\n    def __reduce__(self): return os.system, ('touch @MARK@-pickle',)"),
    "not a number": ("float('nan')", ""),
    "infinite": ("float('inf')", ""),
    "a number of 5000 digits": ("10 ** 5000", ""),
    "a list that holds itself": ("loop", "loop = []\nloop.append(loop)"),
    "an array of objects": ("np.array([None, print], dtype=object)", ""),
    "an array of no size and all shapes": ("np.empty((0,) * 30)", ""),
    "a class": ("type", ""),
    "a generator": ("(i for i in range(10))", ""),
    "a score": ("0.7", ""),
    "a lazy tensor": ("torch.zeros(2).as_subclass(T)", "import torch\nclass T(torch.Tensor):\n    @classmethod\n    def __torch_function__(cls, f, types, args=(), kwargs=None): return True"),
    "the input itself, changed": ("x", ""),
}  # fmt: skip


def _returning(expression: str, before: str) -> str:
    change = "\n    x *= 0" if expression == "x" else ""
    return f"{before}\ndef triple(x):{change}\n    return {expression}"


ATTACKS = [Attack(name, KIND, answer=_returning(*code)) for name, code in CODE.items()]
MEASURED = {
    "always equal": "some points",
    "a pickle that runs code": "another popular grader runs it",
    "a score": "some points (faked partial credit)",
}
