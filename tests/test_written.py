"""What the grader reads from a submission's sources: routines that are off limits, whatever the student's process says."""

from __future__ import annotations

from functools import partial

import pytest
import torch  # noqa: F401  # as in a grader, whose oracles use it

from autograde.course.definition import Exercise
from autograde.course.lecture import read_lecture
from autograde.course.madeup import alternative, solved
from autograde.course.registry import exercises, lecture_paths
from autograde.engine.written import Written
from helpers.checking.checkfile import check_data
from tests.counting import lines_run
from tests.engine import grade, handed_in, scores, solutions

POOLING = ("torch.nn.functional.max_pool2d", "torch.nn.MaxPool2d", "torch.max_pool2d")
IMPORTS = "import numpy as np\nimport torch\nimport torch.nn.functional as F\nfrom torch import nn"
TENSOR = "torch.from_numpy(x)"


def use(*cells: str, forbidden: tuple[str, ...] = POOLING):
    written = Written()
    for cell in (IMPORTS, *cells):
        written.add(cell)
    return written.use(("f",), forbidden)


SEEN = {
    "by its name": "def f(x):\n    return F.max_pool2d(x, 2)",
    "another name of the same": "from torch.nn.modules.pooling import F as G\ndef f(x):\n    return G.max_pool2d(x, 2)",
    "imported inside": "def f(x):\n    from torch.nn.functional import max_pool2d as m\n    return m(x, 2)",
    "a star": "from torch.nn.functional import *\ndef f(x):\n    return max_pool2d(x, 2)",
    "the answer itself": "f = F.max_pool2d",
    "a partial": "import functools\nf = functools.partial(F.max_pool2d, kernel_size=2)",
    "a partial's partial": "from functools import partial as p\nf = p(p(F.max_pool2d, stride=1), kernel_size=2)",
    "a local name": "def f(x):\n    m = F.max_pool2d\n    return m(x, 2)",
    "a helper's helper": "def a(x): return F.max_pool2d(x, 2)\ndef b(x): return a(x)\ndef f(x): return b(x)",
    "a class": "class Pool:\n    def __call__(self, x): return F.max_pool2d(x, 2)\ndef f(x): return Pool()(x)",
    "a callable object": "class Pool:\n    def __call__(self, x): return F.max_pool2d(x, 2)\nf = Pool()",
    "a layer made beforehand": "pool = nn.MaxPool2d(2)\ndef f(x): return pool(x)",
    "a table": "table = {'m': F.max_pool2d}\ndef f(x): return table['m'](x, 2)",
    "a lambda": "m = lambda x: F.max_pool2d(x, 2)\ndef f(x): return m(x)",
    "a decorator": "def by(g): return lambda x: g(x, 2)\n@by\ndef f(x, k): return F.max_pool2d(x, k)",
    "getattr": "def f(x):\n    return getattr(F, 'max_pool2d')(x, 2)",
    "getattr with a built name": "def f(x):\n    return getattr(F, 'max_' + 'pool' + '2d')(x, 2)",
    "getattr with a formatted name": "def f(x):\n    return getattr(F, f\"max_{'pool'}2d\")(x, 2)",
    "vars": "def f(x):\n    return vars(F)['max_pool2d'](x, 2)",
    "a dictionary of the module": "def f(x):\n    return F.__dict__['max_pool2d'](x, 2)",
    "sys.modules": "import sys\ndef f(x):\n    return sys.modules['tor' + 'ch'].max_pool2d(x, 2)",
    "__import__": "def f(x):\n    return __import__('torch').max_pool2d(x, 2)",
    "import_module": "import importlib as i\ndef f(x):\n    return i.import_module('torch.nn.functional').max_pool2d(x, 2)",
    "attrgetter": "from operator import attrgetter\ndef f(x):\n    return attrgetter('max_pool2d')(F)(x, 2)",
    "PyTorch's operators": "def f(x):\n    return torch.ops.aten.max_pool2d(x, 2)",
    "PyTorch's inside": "def f(x):\n    return torch._C._nn.max_pool2d_with_indices(x, 2)",
    "PyTorch's inside, imported": "from torch._C._nn import max_pool2d_with_indices as m\ndef f(x): return m(x, 2)",
    "three dimensions": "def f(x):\n    return F.max_pool3d(x, (1, 2, 2))",
    "one dimension, as a layer": "def f(x):\n    return nn.MaxPool1d(2)(x)",
    "the course's own routine": "from helpers.lectures.why_convolution import window_sums\ndef f(x): return window_sums(x, x)",
    "the course's own, by its room": "from helpers.lectures import why_convolution as lecture\ndef f(x): return lecture.window_sums(x, x)",
    "a reference": "from helpers.checking.references import REFERENCES, conv2d_four_loops as c\ndef f(x): return c(x)",
    "a definition that may not run": "def f(x): return F.max_pool2d(x, 2)\nif False:\n    def f(x): return x",
    "a global that a function sets": "m = None\ndef prepare():\n    global m\n    m = F.max_pool2d\nprepare()\ndef f(x): return m(x, 2)",
    "below a magic": "%%time\ndef f(x): return F.max_pool2d(x, 2)",
    "beside magics": "%matplotlib inline\n!ls\nfiles = !ls\nF?\ndef f(x): return F.max_pool2d(x, 2)",
    "either of two": "m = F.max_pool2d if torch else None\ndef f(x): return m(x, 2)",
    "unpacked": "m, n = F.max_pool2d, 2\ndef f(x): return m(x, n)",
}  # fmt: skip


@pytest.mark.parametrize("way", SEEN)
def test_a_routine_off_limits_is_seen_in_the_source(way):
    assert use(SEEN[way]).off_limits is not None


INNOCENT = {
    "a name that looks alike": "class Net:\n    def max_pool2d(self, x): return x\ndef f(x): return Net().max_pool2d(x)",
    "a function of one's own": "def max_pool2d(x, k): return x\ndef f(x): return max_pool2d(x, 2)",
    "a comment and a text": "def f(x):\n    'as F.max_pool2d'\n    return x  # F.max_pool2d(x)",
    "a comparison elsewhere": "expected = F.max_pool2d(torch.ones(1, 1, 4, 4), 2)\ndef f(x): return x + 0 * expected.numpy()",
    "another function of the notebook": "def library(x): return F.max_pool2d(x, 2)\ndef f(x): return x",
    "a later definition": "def f(x): return F.max_pool2d(x, 2)\ndef f(x): return x",
    "a parameter of that name": "def f(F): return F.max_pool2d",
    "a neighbour": "def f(x): return F.relu(F.linear(x, x)) + torch.max(x) + F.pad(x, (1, 1))",
    "pictures": "from helpers import draw\ndef f(x):\n    draw.pooling(x, kernel_size=2)\n    return x",
    "numbers of the lecture": "from helpers.lectures import convolution_2d as lecture\ndef f(x): return x * lecture.sobel_x",
    "a torn cell": "def f(x): return x\n\ndef torn(",
}  # fmt: skip


@pytest.mark.parametrize("way", INNOCENT)
def test_what_only_looks_like_it_costs_nobody_marks(way):
    assert use(*INNOCENT[way].split("\n\n")).off_limits is None


NOTED = {
    "exec": ("def f(x):\n    exec('y = ' + x)", "exec"),
    "eval in a helper": ("def a(x): return eval(x)\ndef f(x): return a(x)", "eval"),
    "a name that is worked out": ("def f(x):\n    return getattr(F, chr(109) + x)(x)", "getattr"),
    "an import that is worked out": ("def f(x):\n    return __import__(x[::-1])", "__import__"),
    "exec by another name": ("e = exec\ndef f(x): return e(x)", "exec"),
    "the code of another": ("def f(x): return x\ndef g(x):\n    f.__code__ = x\nf.__code__\ndef f(x): return f.__code__", "f.__code__"),
    "a pickle": ("import pickle\ndef f(x): return pickle.loads(x)", None),
}  # fmt: skip


@pytest.mark.parametrize("way", NOTED)
def test_what_the_source_does_not_tell_is_noted(way):
    source, name = NOTED[way]
    found = use(source)
    assert found.off_limits is None
    assert name is None or name in found.ways


def test_a_module_that_is_changed_and_an_answer_from_nowhere_are_noted():
    assert "the notebook changes np.mean" in use("np.mean = 3\ndef f(x): return np.mean(x)").notes
    lie = "import helpers.checking.answers as a\na.off_limits_use = lambda *b: None\ndef f(x): return x"
    assert "the notebook changes a.off_limits_use" in use(lie).notes
    assert "not all of its source can be read" in use("exec('def f(x): return x')").notes
    assert "an earlier definition uses F.max_pool2d" in use(INNOCENT["a later definition"]).notes


def test_without_a_list_only_the_courses_own_routines_are_off_limits():
    assert use(SEEN["by its name"], forbidden=()).off_limits is None
    assert use(SEEN["the course's own routine"], forbidden=()).off_limits == "window_sums"


@pytest.mark.parametrize("path", lecture_paths(), ids=lambda path: path.stem)
def test_right_answers_use_nothing_off_limits_and_nothing_about_them_is_noted(path):
    lecture = read_lecture(path)
    imports = next(cell.source for cell in lecture.cells if cell.kind == "code")
    for name in solved(lecture):
        exercise = exercises()[name]
        if not isinstance(exercise, Exercise):
            continue
        data = check_data(name)
        answers = [solved(lecture)[name], *(alternative(name, n) for n in range(len(exercise.alternatives)))]
        for source in answers:
            written = Written()
            for cell in (imports, source):
                written.add(cell)
            found = written.use(data.functions, data.off_limits)
            assert (found.off_limits, found.notes) == (None, ()), source


GROWING = {
    "names of names": lambda n: "\n".join(f"a{i} = a{i - 1} if a{i - 1} else a{i - 1}" for i in range(1, n)) + f"\ndef f(x): return a{n - 1}",
    "functions of functions": lambda n: "\n".join(f"def a{i}(x): return a{i + 1}(x)" for i in range(n)) + "\ndef f(x): return a0(x)",
    "one name again and again": lambda n: "\n".join(["if m:\n    m = m or m.m"] * n) + "\ndef f(x): return " + "+".join(["m.m"] * n),
    "globals": lambda n: "def g():\n    global " + ", ".join(f"g{i}" for i in range(n)) + "\n" + "\n".join(f"    g{i} = 1" for i in range(n)) + "\ndef f(x): return g0",
    "attributes": lambda n: "def f(x):\n" + "\n".join(["    x" + ".y" * 90] * (n // 45)),
    "texts": lambda n: "def f(x): return getattr(F, " + "+".join(["'a'"] * (n // 4)) + ")",
    "stars": lambda n: "\n".join(["from torch import *"] * n) + "\ndef f(x): return " + "+".join(f"q{i}" for i in range(n)),
}  # fmt: skip


@pytest.mark.parametrize("kind", GROWING)
def test_reading_a_source_takes_no_more_than_its_length(kind):
    """From a part to four times of it: a work that grew with the square would run sixteen times as many lines."""
    use("def f(x): return x")  # what is worked out once for all sources does not count
    small, large = (lines_run(partial(use, GROWING[kind](size))) for size in (500, 2000))
    assert 100 < small and large < 6 * small, (small, large)


def test_lines_are_counted():
    def over_and_over(n):
        return [a for a in range(n) for b in range(n) if (lambda: a)() == b]

    assert lines_run(lambda: over_and_over(40)) > 12 * lines_run(lambda: over_and_over(10))


LIES = {
    "off_limits_use": "import helpers.checking.answers as a\na.off_limits_use = lambda *b: None",
    "the answer's method": "import helpers.checking.answers as a\na.NotebookAnswer.off_limits = lambda self: None",
    "the interview": "import helpers.worker.child as c\nold = c.HANDLERS['interview']\nc.HANDLERS['interview'] = lambda s, m: {**old(s, m), 'off_limits': None}",
    "the source": "import inspect, linecache\ninspect.getsource = lambda f: 'def max_pool2d(x): pass'\nlinecache.getlines = lambda *b: []",
}  # fmt: skip


@pytest.mark.parametrize("lie", LIES)
def test_a_worker_that_lies_about_what_it_uses_earns_nothing(control, course, lie):
    answer = (
        "import torch\ndef max_pool2d(x, kernel_size, stride=None):\n"
        "    return torch.nn.functional.max_pool2d(torch.from_numpy(x), kernel_size, stride).numpy()"
    )
    graded = grade(
        control, course, "05_pooling", handed_in(course, "05_pooling", {"max_pool2d": answer}, LIES[lie])
    )
    assert scores(graded)["max_pool2d"] == 0.0
    assert "off limits" in str(graded.notebook.cells)


def test_what_a_worker_hides_and_the_source_does_not_tell_is_noted(control, course):
    source = solutions("05_pooling")["max_pool2d"]
    graded = grade(
        control,
        course,
        "05_pooling",
        handed_in(course, "05_pooling", {"max_pool2d": source}, LIES["off_limits_use"]),
    )
    assert any("`max_pool2d`: the notebook changes a.off_limits_use" in note for note in graded.notes)
