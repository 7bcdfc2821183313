"""`check` from a student's side: every outcome and every sentence of its own, on a small made-up exercise.

The answers are written as students write them and run from source.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograde.building.checkdata import check_data_of
from autograde.classroom.trying import run_source
from autograde.course.definition import Exercise, ValueExercise
from autograde.course.lecture import read_lecture
from autograde.course.signatures import value_problems
from helpers.checking import check as checking
from helpers.checking import checkfile
from helpers.checking.check import NotRightYet, check
from helpers.checking.compare import close
from helpers.checking.evaluation import NOT_ATTEMPTED, NOT_YET, RIGHT
from helpers.checking.result import CheckResult
from helpers.checking.secrets import canonical
from helpers.student.using import yours

LECTURE = '''\
# ---
# jupyter:
#   course:
#     title: Made up
#     promise: Nothing.
#     minutes: 1
# ---

# %%
import numpy as np

# %% exercise="slide"
def slide(x, w):
    """Slides w over x."""
    ### BEGIN SOLUTION
    return np.correlate(x, w)
    ### END SOLUTION

# %% check="slide"
check("slide")

# %% exercise="sizes"
### BEGIN SOLUTION
low, high = 2, 0.25
odd: set = {1, 3}
### END SOLUTION

# %% check="sizes"
check("sizes")
'''


def oracle(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Slides w over x."""
    return np.correlate(x, w)


def flips(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    return np.convolve(x, w, mode="valid")


def pads(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    return np.correlate(x, w, mode="same")


@pytest.fixture(autouse=True)
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A course of one lecture with the exercises `slide` and `sizes`, in place of the real one."""
    path = tmp_path / "07_made_up.py"
    path.write_text(LECTURE)
    lecture = read_lecture(path)
    slide = Exercise("slide", "made_up", 2, oracle, "easy", 1, close(), False)
    slide.example("a long signal", np.arange(5.0) ** 2, np.array([1.0, 2.0]))
    slide.example("a short signal", np.array([1.0, 0.0, 4.0]), np.array([1.0, 0.0, 0.0]))
    slide.misconception(look="Which end comes first?", wrong="You flipped `w`.")(flips)
    slide.misconception(look="How long is it?", wrong="You padded.")(pads)
    slide.off_limits("numpy.convolve", "numpy.correlate", "scipy.signal", ".unfold")
    sizes = ValueExercise(
        "sizes", "made_up", 3, lambda: {"low": 2, "high": 0.25, "odd": {1, 3}}, "easy", 1, 3
    )
    sizes.misconception(look="Count again.", wrong="You counted from 0.")(
        lambda: {"low": 1, "high": 0.25, "odd": {0, 2}}
    )
    checks = {
        "exercises": {e.name: check_data_of(e, lecture).to_json() for e in (slide, sizes)},
        "predictions": {},
    }
    contents = [{"name": e.name, "kind": e.kind, "points": e.points} for e in (slide, sizes)]
    data = tmp_path / "data"
    (data / "checks").mkdir(parents=True)
    (data / "checks" / "07_made_up.json").write_text(json.dumps(checks))
    listed = {"name": "07_made_up", "title": "", "exercises": contents, "predictions": []}
    (data / "course.json").write_text(json.dumps({"lectures": [listed]}))
    monkeypatch.setattr(checkfile, "DATA", data)
    for name in ("COURSE_STATIC", "NBGRADER_EXECUTION"):
        monkeypatch.delenv(name, raising=False)
    forget()
    yield
    forget()


def forget() -> None:
    for function in (checkfile.course, checkfile.check_data, checkfile._lecture_file):
        function.cache_clear()


@pytest.fixture
def result_of(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """What the check says when the notebook holds this source."""

    def run(source: str, name: str = "slide") -> CheckResult:
        source = textwrap.dedent(source)
        names = run_source("import numpy as np\n" + source, str(tmp_path / f"cell{abs(hash(source))}.py"))
        monkeypatch.setattr(checking, "notebook_names", lambda: names)
        return check(name)

    return run


GOOD = """
def slide(x, w):
    return np.array([float(x[i : i + len(w)] @ w) for i in range(len(x) - len(w) + 1)])
"""


def test_a_right_answer_is_right(result_of):
    result = result_of(GOOD)
    assert (result.outcome, result.right) == (RIGHT, True)
    assert "all 2 examples pass" in result.text and "Hidden cases" in result.text


def test_the_untouched_stub_is_not_attempted_whatever_its_docstring(result_of):
    for docstring in ('"""Slides w over x."""', '"""Mine."""  # a note', ""):
        result = result_of(f"def slide(x, w):\n    {docstring}\n    raise NotImplementedError")
        assert result.outcome == NOT_ATTEMPTED
        assert "Write your answer" in result.text


def test_not_implemented_from_the_students_own_helper_is_not_attempted(result_of):
    source = (
        "def part(x):\n    raise NotImplementedError\ndef slide(x, w):\n    y = x + 0\n    return part(y)"
    )
    assert result_of(source).outcome == NOT_ATTEMPTED


def test_not_implemented_from_a_library_is_an_error(result_of):
    result = result_of(
        "import abc, numbers\ndef slide(x, w):\n    return np.polynomial.Polynomial.__array_ufunc__()"
    )
    assert result.outcome == NOT_YET


def test_an_answer_that_is_half_written_is_not_yet_right(result_of):
    source = "def slide(x, w):\n    if len(w) == 2:\n        raise NotImplementedError\n    return x[:1]"
    result = result_of(source)
    assert result.outcome == NOT_YET


SENTENCES = {
    "missing": ("", "There is no `slide` in this notebook yet"),
    "renamed": ("def slides(x, w):\n    return x", "but there is `slides`"),
    "not a function": ("slide = 3", "`slide` is a int here, not a function"),
    "wrong shape": ("def slide(x, w):\n    return x[:2]", "expected shape"),
    "wrong type": ("def slide(x, w):\n    return [1.0]", "expected a NumPy array, yours is a list"),
    "wrong dtype": (
        GOOD + "slide0 = slide\ndef slide(x, w): return slide0(x, w).astype(int)",
        "they are integers",
    ),
    "no return": ("def slide(x, w):\n    y = x", "Is a `return` missing?"),
    "exception": ("def slide(x, w):\n    return x[99]", "your code raised IndexError"),
    "exit": ("def slide(x, w):\n    raise SystemExit(3)", "your code raised SystemExit"),
    "nan": ("def slide(x, w):\n    return np.full(len(x) - len(w) + 1, np.nan)", "holds NaN"),
    "changed input": (
        GOOD + "slide0 = slide\ndef slide(x, w):\n    y = slide0(x, w)\n    x[0] = 9\n    return y",
        "changed its input `x`",
    ),
    "off limits": (
        "def slide(x, w):\n    return np.correlate(x, w)",
        "`np.correlate` does the whole exercise",
    ),
    "too many parameters": ("def slide(x, w, z):\n    return x", "missing 1 required positional argument"),
    "an error that cannot print itself": (
        "class E(Exception):\n    def __str__(self): raise ValueError\ndef slide(x, w): raise E()",
        "your code raised E",
    ),
}


@pytest.mark.parametrize("case", SENTENCES)
def test_each_way_of_being_wrong_has_its_own_sentence(case, result_of):
    source, sentence = SENTENCES[case]
    result = result_of(source)
    assert not result.right
    assert sentence in result.text
    assert sentence.replace("`", "") in text_of(result.html)


def text_of(html: str) -> str:
    from xml.etree import ElementTree

    return "".join(ElementTree.fromstring(html).itertext())


def test_the_sentences_differ_from_one_another():
    assert len({sentence for _, sentence in SENTENCES.values()}) == len(SENTENCES)


def test_a_missing_or_renamed_function_is_no_attempt(result_of):
    assert result_of("").outcome == result_of("def slides(x, w): return x").outcome == NOT_ATTEMPTED


def test_a_misconception_is_named_with_both_hints_and_the_smallest_example(result_of):
    result = result_of(
        "def slide(x, w):\n    return np.array([x[i:i+len(w)] @ w[::-1] for i in range(len(x)-len(w)+1)])"
    )
    assert result.outcome == NOT_YET and result.evaluation.misconception == "flips"
    assert "Which end comes first?" in result.text and "You flipped `w`." in result.text
    assert "One of 2 failing examples, a long signal" in result.text
    assert "expected:" in result.text and "yours:" in result.text
    assert "You flipped <code>w</code>." in result.html and "<svg" in result.html


def test_a_wrong_answer_that_nobody_foresaw_gets_its_failing_example(result_of):
    result = result_of("def slide(x, w):\n    return np.zeros(len(x) - len(w) + 1)")
    assert result.evaluation.misconception is None
    assert "One of 2 failing examples" in result.text and "0 of 2 examples" in result.text


def test_what_a_failing_answer_printed_is_shown_and_escaped(result_of):
    result = result_of("def slide(x, w):\n    print('<script>here</script>')\n    return x")
    assert "it printed: <script>here</script>" in result.text
    assert "<script>" not in result.html


def test_a_printing_loop_is_cut_short(result_of):
    result = result_of("def slide(x, w):\n    for _ in range(10000): print('x' * 100)\n    return x")
    assert len(result.text) < 4_000


OFF_LIMITS = {
    "an alias": "from numpy import convolve as c\ndef slide(x, w):\n    return c(x, w[::-1], 'valid')",
    "an import inside": "def slide(x, w):\n    from numpy import correlate\n    return correlate(x, w)",
    "a module inside": "def slide(x, w):\n    import numpy as q\n    return q.correlate(x, w)",
    "a notebook helper": "def h(x, w): return np.correlate(x, w)\ndef slide(x, w):\n    return h(x, w)",
    "a decorated helper": "import functools\n@functools.wraps(print)\ndef g(*a): pass\n"
    "def h(x, w): return np.correlate(x, w)\ndef slide(x, w):\n    f = h\n    return f(x, w)",
    "a variable": "def slide(x, w):\n    f = np.correlate\n    return f(x, w)",
    "the routine itself": "slide = np.correlate",
    "a partial": "import functools\nslide = functools.partial(np.correlate, mode='valid')",
    "a lambda": "slide = lambda x, w: np.correlate(x, w)",
    "a wrapper": "import functools\ndef loud(f):\n    @functools.wraps(f)\n    def g(*a):\n        return f(*a)\n"
    "    return g\n@loud\ndef slide(x, w):\n    return np.correlate(x, w)",
    "a forbidden module": "import scipy.signal as s\ndef slide(x, w):\n    return s.correlate(x, w, 'valid')",
}


@pytest.mark.parametrize("case", OFF_LIMITS)
def test_a_routine_off_limits_is_found_through(case, result_of):
    result = result_of(OFF_LIMITS[case])
    assert result.outcome == NOT_YET
    assert "off limits" in result.text


def test_a_method_off_limits_is_found_by_its_name(result_of):
    source = GOOD + "slide0 = slide\ndef slide(x, w):\n    if False: x.unfold(0)\n    return slide0(x, w)"
    assert "off limits" in result_of(source).text


def test_a_routine_that_is_only_mentioned_is_no_offence(result_of):
    good = GOOD.replace(
        "return", '"""Not with numpy.correlate."""\n    convolve = 3  # np.convolve\n    return'
    )
    assert result_of(good).right


def test_values_are_right_wrong_or_still_open(result_of):
    stub = result_of("low = ...\nhigh = ...\nodd = ...", "sizes")
    assert stub.outcome == NOT_ATTEMPTED
    assert result_of("", "sizes").outcome == NOT_ATTEMPTED
    result = result_of("low = np.int64(2)\nhigh = 0.3\nodd = ...", "sizes")
    assert result.outcome == NOT_YET
    assert "1 of 3 values" in result.text
    assert "Look again at `high`" in result.text and "Still open: `odd`" in result.text
    assert result_of("low = 2.0\nhigh = np.float32(0.25)\nodd = {3, 1}", "sizes").right


def test_a_wrong_value_is_recognised(result_of):
    result = result_of("low = 1\nhigh = 0.25\nodd = {1, 3}", "sizes")
    assert "Count again." in result.text and "You counted from 0." in result.text
    assert result.evaluation.wrong_values == ("low",)


@pytest.mark.parametrize(
    "odd", ["10**400", "float('nan')", "object()", "None", "{}", "np.zeros((2, 2))", "'2'", "1j"]
)
def test_an_odd_value_is_wrong_and_no_error(odd, result_of):
    assert result_of(f"low = {odd}\nhigh = 0.25\nodd = {{1, 3}}", "sizes").outcome == NOT_YET


def test_the_data_file_does_not_spell_the_values_out(result_of):
    entry = checkfile.check_data("sizes").entries[1]
    assert "0.25" not in json.dumps(checkfile.check_data("sizes").to_json())
    assert len(entry.digest) == 64 and len({e.digest for e in checkfile.check_data("sizes").entries}) == 3


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (6, 6.0),
        (6, np.int64(6)),
        (0.0, -0.0),
        ("Valid ", "valid"),
        ({1, 2}, {2, 1}),
        ((1, 2), [1, 2]),
        ([1, 2], np.array([1, 2])),
    ],
)
def test_two_ways_of_writing_a_value_are_one(one, other):
    assert canonical(one, None) == canonical(other, None)
    assert canonical(one, 3) == canonical(other, 3)


@pytest.mark.parametrize(("one", "other"), [(True, 1), ("6", 6), (6, 7), ({1}, [1]), (10**20, 10**20 + 1)])
def test_different_values_stay_different(one, other):
    assert canonical(one, None) != canonical(other, None)


def test_a_value_that_no_hash_can_hold_is_a_problem_of_its_definition():
    exercise = ValueExercise("odd", "made_up", 1, lambda: {"z": 1j}, "easy", 1, None)
    assert "z is complex" in value_problems(exercise)[0]


def test_digits_say_how_exact_a_number_must_be():
    assert canonical(0.33333, 3) == canonical(1 / 3, 3) != canonical(0.34, 3)


def test_check_raises_only_under_validation(result_of, monkeypatch):
    for wrong in ("", "def slide(x, w):\n    return x", "def slide(x, w):\n    raise NotImplementedError"):
        monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
        assert not result_of(wrong).right
        monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
        with pytest.raises(NotRightYet, match="slide"):
            result_of(wrong)
    assert result_of(GOOD).right


def test_an_unknown_name_is_an_error_with_a_suggestion():
    with pytest.raises(LookupError, match="Did you mean 'slide'"):
        check("slied")


def test_student_output_on_any_stream_stays_inside(result_of, capfd):
    noisy = """
    import logging, os, sys, subprocess, warnings
    old = sys.stderr
    def slide(x, w):
        print("one"); print("two", file=sys.stderr); print("three", file=old)
        warnings.warn("four"); logging.warning("five")
        os.write(2, b"six"); subprocess.run(["sh", "-c", "echo seven >&2"])
        np.zeros(1) / 0
        return x
    """
    assert result_of(noisy).outcome == NOT_YET
    assert capfd.readouterr() == ("", "")


def test_a_logging_handler_that_kept_the_old_stream_is_not_heard(result_of, capfd):
    source = (
        "import logging, sys\nlog = logging.getLogger('kept')\nlog.addHandler(logging.StreamHandler(sys.stderr))\n"
        "def slide(x, w):\n    log.warning('loud')\n    return x"
    )
    result_of(source)
    assert "loud" not in capfd.readouterr().err


def test_the_picture_of_an_answer_waits_until_it_is_written(monkeypatch):
    from helpers.student import using

    def card(source: str) -> Any:
        names = run_source(source, f"card{abs(hash(source))}.py")
        monkeypatch.setattr(using, "notebook_names", lambda: names)
        return yours("slide", lambda slide: slide(np.ones(3), np.ones(1)))

    assert "once you have written it" in repr(card("def slide(x, w):\n    raise NotImplementedError"))
    assert "once you have written it" in repr(card(""))
    assert "raised ZeroDivisionError" in repr(card("def slide(x, w):\n    return 1 / 0"))
    assert card("def slide(x, w):\n    return 5") == 5


SHELL = """
import os, sys
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
shell = InteractiveShell.instance()
with capture_output() as seen:
    shell.run_cell("from helpers import check")
    shell.run_cell("def count_values(height, width, channels):\\n    return height * width * channels")
    done = shell.run_cell('check("count_values")', store_history=True)
assert done.success, done
heavy = [m for m in ("torch", "matplotlib", "ipywidgets", "autograde") if m in sys.modules]
print(sorted(heavy), [sorted(o.data) for o in seen.outputs], done.result is not None)
print(seen.outputs[0].data["text/plain"])
"""


def test_a_check_in_a_notebook_displays_its_result_and_loads_nothing_heavy(tmp_path):
    environment = {**os.environ, "COURSE_PROGRESS_DIR": str(tmp_path)}
    environment.pop("NBGRADER_EXECUTION", None)
    root = Path(__file__).parent.parent
    done = subprocess.run(
        [sys.executable, "-c", SHELL], capture_output=True, text=True, env=environment, cwd=root, check=True
    )
    first, *rest = done.stdout.splitlines()
    assert first == "[] [['text/html', 'text/plain']] True"
    assert rest[0].startswith("✗ count_values — Not yet: 7 of 14 examples right.")


def test_importing_helpers_loads_nothing_heavy():
    code = "import sys, helpers; from helpers import check, predict, progress, yours; import helpers.checking.result; "
    code += "print([m for m in ('torch', 'matplotlib', 'ipywidgets', 'IPython', 'autograde', 'scipy') if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parent.parent,
        check=True,
    )
    assert done.stdout.strip() == "[]"
