"""The line in which one small change makes all examples right: found, said without the change, and in time."""

from __future__ import annotations

import textwrap
import time

import numpy as np
import pytest

from autograde.classroom.trying import run_source
from helpers.checking.checkfile import CheckData, Example
from helpers.checking.own_code import OwnCode, own_code
from helpers.checking.searching import Where, search
from helpers.checking.where import where
from helpers.travel.calls import Call, observe

X = np.array([3.0, -1, 4, 1, -5, 9, 2])
W = np.array([1.0, 2, -1])


def data_of(oracle, *calls: Call) -> CheckData:
    examples = [Example(f"example {i}", call, observe(oracle, call)) for i, call in enumerate(calls)]
    name = oracle.__name__
    return CheckData(name, "a lecture", 1.0, "function", "", functions=(name,), examples=tuple(examples))


def cells(*sources: str) -> dict:
    names = run_source("import numpy as np", "imports")
    for number, source in enumerate(sources, start=1):
        names = run_source(textwrap.dedent(source), f"<cell {number}>", names)
    return names


def correlate(x, w):
    return np.correlate(x, w, mode="valid")


def refusing(x, w):
    if len(w) > len(x):
        raise ValueError("too long")
    return np.correlate(x, w, mode="valid")


CORRELATE = data_of(correlate, Call((X, W)), Call((X[:4], W)), Call((W, W)), Call((X, np.array([1.0]))))
REFUSING = data_of(
    refusing, Call((X, W)), Call((X[:4], W)), Call((W, X), error="ValueError"), Call((X, np.array([1.0])))
)


def found(data: CheckData, *sources: str) -> Where | None:
    """What the search finds, in this process."""
    return search(own_code(data.functions, cells(*sources)), data, 20.0)


RANGE_TOO_SHORT = """
def correlate(x, w):
    y = np.zeros(len(x) - len(w) + 1)
    for i in range(len(x) - len(w)):
        y[i] = np.sum(x[i : i + len(w)] * w)
    return y
"""


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (RANGE_TOO_SHORT, "for i in range(len(x) - len(w)):"),
        (
            """
            def correlate(x, w):
                n, k = len(x), len(w)
                y = np.zeros(n - k + 1)
                for i in range(n - k + 1):
                    for j in range(k):
                        y[i] = x[i + j] * w[j]
                return y
            """,
            "y[i] = x[i + j] * w[j]",
        ),
        (
            """
            def correlate(x, w):
                y = []
                total = 0.0
                for i in range(len(x) - len(w) + 1):
                    for j in range(len(w)):
                        total += x[i + j] * w[j]
                    y.append(total)
                return np.array(y)
            """,
            "total = 0.0",
        ),
        (
            """
            def correlate(x, w):
                windows = np.lib.stride_tricks.sliding_window_view(x, len(w))
                return (windows * w).sum(axis=0)
            """,
            "return (windows * w).sum(axis=0)",
        ),
        (
            """
            def correlate(x, w):
                y = np.zeros(len(x) - len(w) + 1)
                for j, weight in enumerate(w):
                    y += weight * x[j : len(x) - len(w) + j]
                return y
            """,
            "y += weight * x[j : len(x) - len(w) + j]",
        ),
        (
            """
            def correlate(x, w):
                w = w[::-1]
                y = np.zeros(len(x) - len(w) + 1)
                for i in range(len(y)):
                    y[i] = x[i : i + len(w)] @ w
                return y
            """,
            "w = w[::-1]",
        ),
    ],
)
def test_a_slip_is_found_in_its_line(source, text):
    answer = found(CORRELATE, source)
    assert answer is not None
    assert (answer.text, answer.function, answer.everything) == (text, "correlate", True)
    assert textwrap.dedent(source).splitlines()[answer.line - 1].strip() == text


def test_a_slip_in_a_class_is_found():
    source = """
    class Correlation:
        def __init__(self, w):
            self.w = w
            self.size = len(w)

        def outputs(self, x):
            return len(x) - self.size + 1

        def __call__(self, x):
            y = np.zeros(self.outputs(x))
            for i in range(len(y)):
                y[i] = x[i : i + self.size] @ self.w[::-1]
            return y

    def correlate(x, w):
        return Correlation(w)(x)
    """
    answer = found(CORRELATE, source)
    assert answer is not None
    assert (answer.function, answer.text) == ("Correlation", "y[i] = x[i : i + self.size] @ self.w[::-1]")
    assert answer.line == 13


def test_no_line_is_said_when_changes_of_distant_lines_do():
    def successor(x):
        return x + 1

    source = """
    def successor(x):
        y = x + 1
        z = y
        again = z
        return again + 1
    """
    assert found(data_of(successor, Call((1.0,)), Call((5.0,))), source) is None


def test_no_line_is_said_where_no_small_change_helps():
    assert found(CORRELATE, "def correlate(x, w):\n    return np.sort(x)") is None


def test_no_line_is_said_of_a_right_answer():
    assert found(CORRELATE, RANGE_TOO_SHORT.replace("len(w)):", "len(w) + 1):")) is None


def test_a_loop_that_never_ends_is_mended_too():
    source = """
    def correlate(x, w):
        y = np.zeros(len(x) - len(w) + 1)
        i = 0
        while i < len(y):
            y[i] = x[i : i + len(w)] @ w
            i = 1
        return y
    """
    answer = found(CORRELATE, source)
    assert answer is not None and answer.text == "i = 1"


def test_edits_that_never_end_take_little_of_the_time_even_if_they_swallow_every_error():
    source = """
    def correlate(x, w):
        y, i = np.zeros(len(x) - len(w) + 1), 0
        while i < len(y):
            try:
                y[i] = x[i : i + len(w)] @ w
            except:
                pass
            i += 1
        return -y
    """
    start = time.monotonic()
    answer = found(CORRELATE, source)
    assert answer is not None and answer.text == "return -y"
    assert time.monotonic() - start < 60  # an edit that loops for ever is cut off


def test_the_slip_may_stand_in_a_function_of_another_cell():
    helper = """
    # The size of the output.
    def outputs(n, k):
        return n + k + 1
    """
    answer_cell = """
    def correlate(x, w):
        y = np.zeros(outputs(len(x), len(w)))
        for i in range(len(y)):
            y[i] = np.sum(x[i : i + len(w)] * w)
        return y
    """
    answer = found(CORRELATE, helper, answer_cell)
    assert answer is not None
    assert (answer.function, answer.line, answer.file) == ("outputs", 4, "<cell 1>")
    assert answer.sentence("correlate") == (
        "One small change in line 4 of `outputs` makes all examples right: `return n + k + 1`"
    )


def test_imports_and_constants_that_the_code_uses_go_along():
    first = """
    from numpy.lib.stride_tricks import sliding_window_view as windows_of
    from math import floor
    HALF = 0.5
    TABLE = np.array([1.0, 2.0])
    UNUSED = object()
    """
    second = """
    def correlate(x, w):
        assert floor(HALF) == 0 and len(TABLE) == 2
        return (windows_of(x, len(w)) * w).sum(axis=0)
    """
    names = cells(first, second)
    code = own_code(["correlate"], names)
    assert set(code.imports) == {"windows_of", "floor"}
    assert set(code.values) == {"HALF", "TABLE"}
    assert OwnCode.from_json(code.to_json()) == code
    answer = search(code, CORRELATE, 20.0)
    assert answer is not None and answer.line == 4


def test_a_forgotten_refusal_does_not_hide_the_slip():
    source = """
    def refusing(x, w):
        y = []
        for i in range(len(x) - len(w)):
            y.append(float(np.sum(x[i : i + len(w)] * w)))
        return np.array(y)
    """
    answer = found(REFUSING, source)
    assert answer is not None and not answer.everything
    assert answer.text.startswith("for i in range")
    assert "all examples that ask for a value right" in answer.sentence("refusing")


def test_the_change_itself_is_never_told():
    answer = found(CORRELATE, RANGE_TOO_SHORT)
    assert answer is not None
    told = f"{vars(answer)} {answer.sentence('correlate')}"
    assert "len(w)) + 1" not in told and "- len(w) + 1" not in told


def test_a_process_of_its_own_finds_the_same(capfd):
    noisy = RANGE_TOO_SHORT.replace("    return y", "    print('noise')\n    return y")
    names = cells(noisy)
    answer = where(CORRELATE, names)
    assert answer == search(own_code(["correlate"], names), CORRELATE, 20.0)
    assert answer is not None
    assert "noise" not in "".join(capfd.readouterr())


@pytest.mark.parametrize("waiting", ["time.sleep(0.3)", "time.sleep(60)", "sum(range(10**12))"])
def test_a_slow_answer_does_not_get_more_time(waiting):
    slow = RANGE_TOO_SHORT.replace("    return y", f"    {waiting}\n    return y")
    start = time.monotonic()
    where(CORRELATE, {**cells("import time", slow)}, seconds=2.0)
    assert time.monotonic() - start < 30


def test_edited_code_writes_no_file_and_opens_no_connection(tmp_path):
    place = tmp_path / "written"
    source = f"""
    def correlate(x, w):
        try:
            open({str(place)!r}, "w").write("!")
        except OSError:
            pass
        import os, socket
        try:
            os.mkdir({str(place)!r})
        except OSError:
            pass
        try:
            socket.create_connection(("127.0.0.1", 9))
        except PermissionError:
            return -np.correlate(x, w, mode="valid")
    """
    answer = where(CORRELATE, cells(source))
    assert not place.exists()
    assert answer is not None and answer.text.startswith("return -np")


def test_an_answer_without_a_known_source_is_left_alone():
    assert where(CORRELATE, {"correlate": np.convolve}) is None
    assert where(CORRELATE, {}) is None
