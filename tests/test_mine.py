"""`mine` gives back what a check found right, says what stands in for the rest, and is never an answer."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from autograde.classroom.trying import run_source
from autograde.course.registry import exercises
from autograde.engine.written import Written
from helpers import mine
from helpers.checking.answers import NotebookAnswer
from helpers.checking.checkfile import check_data
from helpers.checking.evaluation import RIGHT, evaluate
from helpers.checking.offlimits import off_limits_use
from helpers.stand_ins import STAND_INS
from helpers.student.kept_answers import keep, kept, place

NOTEBOOK = """
import numpy as np
from numpy import zeros as empty
SCALE = 2

def twice(x):
    return SCALE * x

def doubled(x, shift=np.float64(0)):
    '''Twice the input.'''
    return twice(x) + shift + empty(1)[0]
"""


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_PROGRESS_DIR", str(tmp_path))
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    return tmp_path


def names_of(source: str) -> dict:
    return run_source(source, f"mine{abs(hash(source))}.py")


def test_a_kept_answer_runs_by_itself_with_all_that_it_uses():
    assert keep("doubled", names_of(NOTEBOOK)) == ""
    assert mine.doubled(3) == 6
    assert mine.doubled.__doc__ == "Twice the input."
    assert mine.doubled is mine.doubled


def test_the_file_of_kept_answers_is_python_that_another_kernel_reads():
    keep("doubled", names_of(NOTEBOOK))
    assert "# %% doubled" in place().read_text(encoding="utf-8")
    code = "from helpers import mine; print(mine.doubled(3)); print(mine.where())"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.startswith("6.0") and "mine.doubled: your own" in run.stdout


def test_the_latest_right_answer_counts_and_others_stay():
    keep("doubled", names_of(NOTEBOOK))
    keep("twice", names_of(NOTEBOOK))
    assert mine.doubled(1) == 2
    keep("doubled", names_of("def doubled(x):\n    return x + x + 0.5\n"))
    assert mine.doubled(1) == 2.5 and mine.twice(1) == 2


@pytest.mark.parametrize(
    "source",
    [
        "import numpy as np\ntable = np.arange(3)\ndef f(x):\n    return table[x]\n",
        "import math\nlimit = math.inf\ndef f(x):\n    return min(x, limit)\n",
        "f = lambda x: x\n",
        "def g(x):\n    return x\nf = g\n",
        "def f(x):\n    '''\n# %% other\n'''\n    return x\n",
    ],
    ids=[
        "an array of the notebook",
        "a number that cannot be written down",
        "a lambda",
        "another's name",
        "a line that looks like a heading",
    ],
)
def test_an_answer_that_does_not_stand_alone_is_passed_over(source):
    assert keep("f", names_of(source)) == ""
    assert kept() == {}


def test_nothing_is_kept_or_given_back_while_nbgrader_runs(monkeypatch):
    keep("conv2d", names_of("def conv2d(x):\n    return 'own'\n"))
    assert mine.conv2d(1) == "own"
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    keep("twice", names_of(NOTEBOOK))
    assert mine.conv2d is STAND_INS["conv2d"] and kept() == {}
    monkeypatch.delenv("NBGRADER_EXECUTION")
    assert set(kept()) == {"conv2d"}


def test_what_is_nobodys_yet_is_an_error_that_says_what_to_do():
    with pytest.raises(AttributeError, match="run its check"):
        mine.motif_scores  # noqa: B018


def test_a_folder_that_cannot_be_written_is_said(home, monkeypatch):
    (home / "file").write_text("")
    monkeypatch.setenv("COURSE_PROGRESS_DIR", str(home / "file"))
    assert "could not be kept" in keep("doubled", names_of(NOTEBOOK))


def test_a_damaged_answer_says_which_part_to_take_out():
    place().write_text("# %% f\ndef f(x:\n", encoding="utf-8")
    with pytest.raises(AttributeError, match="SyntaxError"):
        mine.f  # noqa: B018


def test_where_says_what_stands_in():
    keep("conv2d", names_of("def conv2d(x):\n    return x\n"))
    said = repr(mine.where())
    assert "mine.conv2d: your own" in said
    assert "mine.max_pool2d: PyTorch's `max_pool2d` stands in" in said


@pytest.mark.parametrize("name", sorted(STAND_INS))
def test_a_stand_in_is_right_on_every_visible_example(name):
    class Library(NotebookAnswer):
        def off_limits(self) -> None:
            return None

    data = check_data(name)
    assert exercises()[name].examples
    answer = Library(data, {name: STAND_INS[name]})
    assert evaluate(data, answer).outcome == RIGHT


def in_answer(body: str) -> str:
    return f"import helpers\nfrom helpers import mine\nimport helpers.mine as m\ndef f(x):\n    {body}\n"


@pytest.mark.parametrize(
    "body",
    [
        "return mine.conv2d(x, x)",
        "return m.STAND_INS['conv2d'](x, x)",
        "return helpers.mine.conv2d(x, x)",
        "from helpers.mine import conv2d as c\n    return c(x, x)",
        "from helpers.stand_ins import conv2d as c\n    return c(x, x)",
        "return getattr(mine, 'conv2d')(x, x)",
    ],
)
def test_an_answer_that_uses_mine_is_off_limits_for_check_and_engine(body):
    source = in_answer(body)
    assert off_limits_use(names_of(source)["f"], ())
    written = Written()
    written.add(source)
    assert written.use(("f",), ()).off_limits


@pytest.mark.parametrize("source", ["f = mine.conv2d", "f = mine.own"])
def test_an_answer_that_is_mine_is_off_limits_for_check_and_engine(source):
    keep("own", names_of("def own(x):\n    return x\n"))
    cell = f"from helpers import mine\n{source}\n"
    assert off_limits_use(names_of(cell)["f"], ())
    written = Written()
    written.add(cell)
    assert written.use(("f",), ()).off_limits


def test_a_check_keeps_a_right_answer_and_no_wrong_one():
    right = "import numpy as np\ndef global_avg_pool(x):\n    return x.mean(axis=(2, 3))\n\ncheck('global_avg_pool')\n"
    run_in_notebook(right.replace("mean", "max"))
    assert kept() == {}
    run_in_notebook(right)
    x = np.arange(8.0).reshape(1, 2, 2, 2)
    assert mine.global_avg_pool(x).tolist() == [[1.5, 5.5]]
    assert mine.global_avg_pool is not STAND_INS["global_avg_pool"]


def run_in_notebook(source: str) -> None:
    names_of(f"from helpers import check\n{source}")
