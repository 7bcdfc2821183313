"""Small edits of Python source: each kind of slip is among them, and each is one change in one place."""

from __future__ import annotations

import ast
import textwrap

import pytest

from helpers.checking.small_edits import KINDS, small_edits

# What a slip made of a line, and what the line should read.
SLIPS = [
    ("def f(a, b): return a - b", "def f(a, b): return a + b"),
    ("def f(n): return range(n)", "def f(n): return range(n + 1)"),
    ("def f(n, k): return range(n - k)", "def f(n, k): return range(n - k + 1)"),
    ("def f(x, k): return x[k]", "def f(x, k): return x[k - 1]"),
    ("def f(x, i, k): return x[i:i + k]", "def f(x, i, k): return x[i:i + k - 1]"),
    ("def f(i, n): return i < n", "def f(i, n): return i <= n"),
    ("def f(a): return a is None", "def f(a): return a is not None"),
    ("def f(a, b): return a not in b", "def f(a, b): return a in b"),
    ("def f(a, b): return a > 0 and b > 0", "def f(a, b): return a > 0 or b > 0"),
    ("def f(x): return g(x.size, x.ndim)", "def f(x): return g(x.ndim, x.size)"),
    ("def f(x): return x.shape[0]", "def f(x): return x.shape[1]"),
    ("def f(x): return x.sum(axis=0)", "def f(x): return x.sum(axis=1)"),
    ("def f(x): return x.sum(axis=0)", "def f(x): return x.sum()"),
    ("def f(x): return x.sum()", "def f(x): return x.sum(axis=-1)"),
    ("def f(x): return np.zeros(x, dtype=int)", "def f(x): return np.zeros(x)"),
    ("def f(x): return np.zeros_like(x)", "def f(x): return np.zeros_like(x, dtype=float)"),
    ("def f(x): return x[1:]", "def f(x): return x[:]"),
    ("def f(x): return x[::-1]", "def f(x): return x"),
    ("def f(x, p): return x[p:p]", "def f(x, p): return x[p:-p]"),
    ("def f(x): return -x", "def f(x): return x"),
    ("def f(x): return g(x, True)", "def f(x): return g(x, False)"),
    ("def f(H, W): return H * H", "def f(H, W): return H * W"),
    ("def f(H, K, S): return H - K // S", "def f(H, K, S): return (H - K) // S"),
    ("def f(H, K, S): return (H - K) // S", "def f(H, K, S): return H - K // S"),
    ("def f(x): return np.max(x)", "def f(x): return np.min(x)"),
    ("def f(x, s): return x[s * 2]", "def f(x, s): return x[s]"),
    ("def f(x, i, stride): return x[i]", "def f(x, i, stride): return x[i * stride]"),
    ("def f(a):\n    n = 0\n    n = a\n    return n", "def f(a):\n    n = 0\n    n += a\n    return n"),
    ("def f(a, c):\n    a, c = c.shape\n    return a", "def f(a, c):\n    c, a = c.shape\n    return a"),
    (
        "def g(x, pad): ...\ndef f(x, pad): return g(x)",
        "def g(x, pad): ...\ndef f(x, pad): return g(x, pad=pad)",
    ),
    (
        "class A:\n    def __init__(self, a, b):\n        self.a, self.b = a, b\n    def f(self):\n        return self.a",
        "class A:\n    def __init__(self, a, b):\n        self.a, self.b = a, b\n    def f(self):\n        return self.b",
    ),
]
MOVES = [
    (
        """
        def f(x):
            for row in x:
                for number in row:
                    total = 0
                    total += number
            return total
        """,
        """
        def f(x):
            for row in x:
                total = 0
                for number in row:
                    total += number
            return total
        """,
    ),
    (
        """
        def f(x):
            total = 0
            for a in x:
                for b in a:
                    for c in b:
                        total += c
                    print(total)
        """,
        """
        def f(x):
            for a in x:
                for b in a:
                    total = 0
                    for c in b:
                        total += c
                    print(total)
        """,
    ),
    (
        """
        def f(x):
            for a in x:
                total = a
                return total
        """,
        """
        def f(x):
            for a in x:
                total = a
            return total
        """,
    ),
    (
        """
        def f(x):
            for a in x:
                x += 1
            print(a)
        """,
        """
        def f(x):
            for a in x:
                x += 1
                print(a)
        """,
    ),
]


def normal(source: str) -> str:
    return ast.unparse(ast.parse(source))


def made_from(source: str) -> set[str]:
    found = set()
    for edit in small_edits(source):
        try:
            found.add(normal(edit.source))
        except SyntaxError:
            continue
    return found


@pytest.mark.parametrize(("slip", "meant"), SLIPS, ids=[f"{a} -> {b}" for a, b in SLIPS])
def test_a_slip_is_mended_by_one_edit(slip, meant):
    assert normal(meant) in made_from(slip)


@pytest.mark.parametrize(("slip", "meant"), MOVES)
def test_a_statement_that_stands_in_the_wrong_place_is_moved(slip, meant):
    slip, meant = textwrap.dedent(slip), textwrap.dedent(meant)
    assert normal(meant) in made_from(slip)


def test_the_line_is_the_one_that_changes():
    source = "def f(x):\n    n = 1\n    y = x + n\n    return y\n"
    for edit in small_edits(source):
        old, new = source.splitlines(), edit.source.splitlines()
        if len(old) == len(new) and edit.kind != "place":
            assert [i + 1 for i, (a, b) in enumerate(zip(old, new, strict=True)) if a != b] == [edit.line]


def test_edits_come_in_the_order_of_their_kinds_and_are_the_same_each_time():
    source = "def f(x, n):\n    for i in range(n):\n        x[i] = x[i - 1] + 1\n    return x\n"
    edits = list(small_edits(source))
    assert edits == list(small_edits(source))
    ranks = [KINDS.index(edit.kind) for edit in edits]
    assert ranks == sorted(ranks)
    assert len({edit.source for edit in edits}) == len(edits)
    assert source not in {edit.source for edit in edits}


@pytest.mark.parametrize(
    "untouched",
    [
        "def f(x: Array[1]) -> Array[2]:\n    pass",
        'def f(x):\n    """Two + 2."""',
        "@decorated(1)\ndef f(x):\n    pass",
        "import numpy as np",
        "def f(x):\n    raise ValueError(f'{x + 1} of {len(x) - 2}')",
    ],
)
def test_what_computes_nothing_is_left_alone(untouched):
    assert not list(small_edits(untouched))


@pytest.mark.parametrize(
    ("source", "other"),
    [
        ("def f(a, b, c): return a + b - c", "def f(a, b, c): return a + (b - c)"),
        ("def f(a, b): return max(a, b)", "def f(a, b): return max(b, a)"),
        ("def f(a): return a.reshape(-1)", "def f(a): return a.reshape(-2)"),
        ("def f(a): return g(a, writeable=False)", "def f(a): return g(a)"),
        ("def f():\n    a = 1\n    b = 2", "def f():\n    b = 2\n    a = 1"),
    ],
)
def test_what_comes_to_the_same_is_no_edit(source, other):
    assert normal(other) not in made_from(source)


def test_letters_beyond_ascii_do_not_shift_an_edit():
    assert "def f(größe, b): return größe * 'é' + b" in {
        edit.source for edit in small_edits("def f(größe, b): return größe * 'é' - b")
    }


def test_a_name_is_only_replaced_by_one_that_is_bound_by_then():
    source = "def f(x):\n    y = x\n    z = y\n    return z\n"
    assert "def f(x):\n    y = z\n    z = y\n    return z\n" not in {e.source for e in small_edits(source)}
    assert "def f(x):\n    y = x\n    z = x\n    return z\n" in {e.source for e in small_edits(source)}
