"""`autograde build`: what it refuses and in which words, that it is deterministic, and that `--check` tells the truth."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from autograde.building.checkdata import deciding
from autograde.building.kept import code_of
from autograde.course import definition
from autograde.course.definition import DefinitionError, Exercise, exercise, written
from autograde.course.lecture import read_lecture
from autograde.course.problems import lecture_problems
from autograde.course.registry import lecture_paths
from helpers.checking.compare import close
from tests.small_course import EXERCISES, LECTURE, TEXT, small_environment, small_repository

MODULE = "autograde.exercises.small"
TRUSTED = "helpers/data/jupyterlab/notebooks.sha256"


def triple(points: float = 1) -> Exercise:
    made = Exercise("triple", MODULE, points, lambda x: 3.0 * x, "easy", 1, close(), False)
    made.example("positive", np.array([1.0, 2.0]))
    made.cases(lambda rng: [])
    return made


def problems(
    made: Exercise, spoil: Callable[[str], str] = lambda text: text, tmp: Path | None = None
) -> list[str]:
    assert tmp is not None
    path = tmp / f"{LECTURE}.py"
    end = TEXT.index('# %% exercise="sizes"')
    path.write_text(spoil(TEXT[:end]))
    return lecture_problems(read_lecture(path), {made.name: made})


@pytest.fixture
def found(tmp_path):
    return lambda made, spoil=lambda text: text: problems(made, spoil, tmp_path)


def test_a_sound_exercise_has_no_problem(found):
    assert found(triple()) == []


def test_a_misconception_that_no_visible_example_shows_is_a_problem(found):
    made = triple()
    made.misconception(look="Negative?", wrong="Absolute value.")(absolute)
    (sentence,) = found(made)
    assert "triple: misconception absolute gives the right result on every visible example" in sentence
    assert "add an example that shows it, or give it hidden_only with the reason" in sentence
    made.example("negative", np.array([-1.0]))
    assert found(made) == []


def absolute(x):
    return 3.0 * np.abs(x)


def test_hidden_only_is_accepted_where_it_is_true_and_refused_where_it_is_not(found):
    made = triple()
    made.misconception(look="?", wrong="!", hidden_only="all examples are positive")(absolute)
    assert found(made) == []
    made.example("negative", np.array([-1.0]))
    assert "marked hidden_only, but a visible example shows it" in found(made)[0]


def test_two_misconceptions_that_look_alike_are_a_problem_which_names_both(found):
    made = triple()
    made.misconception(look="?", wrong="!")(doubles)
    made.misconception(look="?", wrong="!")(adds_itself)
    (sentence,) = found(made)
    assert "misconceptions doubles and adds_itself look alike on every visible example" in sentence


def doubles(x):
    return 2.0 * x


def adds_itself(x):
    return x + x


def test_signatures_tell_values_errors_dtypes_and_changed_inputs_apart(found):
    made = triple()

    @made.misconception(look="?", wrong="!")
    def in_place(x):
        x *= 3
        return x

    @made.misconception(look="?", wrong="!")
    def whole(x):
        return (3 * x).astype(int)

    @made.misconception(look="?", wrong="!")
    def breaks(x):
        raise KeyError

    @made.misconception(look="?", wrong="!")
    def breaks_otherwise(x):
        raise IndexError

    assert found(made) == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('exercise="triple"', 'exercise="trible"', "the cell exercise='trible' has no definition"),
        ('check="triple"', 'check="tripel"', "the cell check='tripel' has no definition"),
        ('# %% check="triple"\ncheck("triple")', "", "exercise triple has no cell marked check='triple'"),
        ('exercise="triple"', "", "exercise triple has no cell marked exercise='triple'"),
        ("### BEGIN SOLUTION", "", "has no ### BEGIN SOLUTION; students would get the solution"),
        ("### END SOLUTION", "", "### BEGIN SOLUTION without ### END SOLUTION"),
    ],
)
def test_cells_and_definitions_must_agree(old, new, words, found):
    sentences = found(triple(), lambda text: text.replace(old, new))
    assert any(words in sentence for sentence in sentences), sentences
    assert all(LECTURE in sentence for sentence in sentences)


def test_an_exercise_needs_an_example_and_hidden_cases(found):
    made = triple()
    made.examples.clear()
    made.groups.clear()
    assert [s.split(";")[0] for s in found(made)] == [
        "triple has no visible example",
        "triple has no hidden cases",
    ]


def test_an_id_is_unique_within_a_module_and_in_the_course(monkeypatch):
    monkeypatch.setattr(definition, "_exercises", {})
    written("twice", points=1, question="?", rubric="!")
    with pytest.raises(DefinitionError, match="'twice' is defined twice in .*; ids are unique in the course"):
        written("twice", points=1, question="?", rubric="!")

    def elsewhere():
        """Same name, another module."""

    elsewhere.__name__, elsewhere.__module__ = "twice", "autograde.exercises.other"
    with pytest.raises(DefinitionError, match="is defined in .* and in autograde.exercises.other"):
        exercise(points=1)(elsewhere)


def test_a_misconception_has_a_name_of_its_own():
    made = triple()
    made.misconception(look="?", wrong="!")(doubles)
    with pytest.raises(DefinitionError, match="two misconceptions called doubles"):
        made.misconception(look="?", wrong="!")(doubles)


# From here on the whole command, in a copy of the repository.


def build(repository: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "autograde", "build", *options],
        cwd=repository,
        env=small_environment(repository),
        capture_output=True,
        text=True,
    )


def products(repository: Path) -> dict[str, bytes]:
    places = [*repository.glob("notebooks/*"), *repository.glob("build/source/*/*")]
    places += [
        repository / "helpers/data/course.json",
        repository / TRUSTED,
        *repository.glob("helpers/data/checks/*"),
    ]
    return {str(path.relative_to(repository)): path.read_bytes() for path in places}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small repository, built."""
    repository = small_repository(tmp_path_factory.mktemp("build") / "repository")
    done = build(repository)
    assert done.returncode == 0, done.stderr
    return repository


@pytest.fixture
def copy(built, tmp_path) -> Path:
    """A built repository to spoil."""
    return Path(shutil.copytree(built, tmp_path / "repository"))


def edit(repository: Path, old: str, new: str, place: str = f"solutions/{LECTURE}.py") -> None:
    path = repository / place
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_second_build_from_scratch_is_byte_for_byte_the_same(built, copy):
    before = products(copy)
    assert len(before) == 6
    for place in ("notebooks", "build", "helpers/data/checks"):
        shutil.rmtree(copy / place)
    assert build(copy).returncode == 0
    assert products(copy) == before


def test_nothing_to_do_is_said_and_touches_no_file(copy):
    times = {name: (copy / name).stat().st_mtime_ns for name in products(copy)}
    done = build(copy)
    assert "Everything was up to date." in done.stdout
    assert {name: (copy / name).stat().st_mtime_ns for name in products(copy)} == times
    assert build(copy, "--check").returncode == 0


def test_an_edit_of_one_sentence_is_stale_and_changes_one_cell(copy):
    before = products(copy)
    edit(copy, "# # Small", "# # Small, but larger")
    done = build(copy, "--check")
    assert done.returncode == 1
    assert f"notebooks/{LECTURE}.ipynb is out of date" in done.stdout
    assert "run `autograde build`" in done.stderr
    assert products(copy) == before, "--check changes nothing"
    assert build(copy).returncode == 0
    name = f"notebooks/{LECTURE}.ipynb"
    old, new = (json.loads(data)["cells"] for data in (before[name], products(copy)[name]))
    assert [a == b for a, b in zip(old, new, strict=True)] == [False] + [True] * (len(old) - 1)
    assert [path for path in before if products(copy)[path] != before[path]] == [
        name,
        f"build/source/{LECTURE}/{LECTURE}.ipynb",
        TRUSTED,
    ]
    digest = hashlib.sha256(products(copy)[name]).hexdigest()
    assert products(copy)[TRUSTED] == f"{digest}  {name}\n".encode()


def test_a_changed_example_and_a_missing_file_are_stale(copy):
    edit(copy, "np.array([1.0, -2.0])", "np.array([1.0, -3.0])", "autograde/exercises/small.py")
    assert f"helpers/data/checks/{LECTURE}.json is out of date" in build(copy, "--check").stdout
    (copy / "helpers/data/course.json").unlink()
    assert "helpers/data/course.json is missing" in build(copy, "--check").stdout


def test_check_data_are_kept_under_the_lectures_own_exercises():
    lectures = [read_lecture(path) for path in lecture_paths()]
    assert len({deciding(lecture)[1] for lecture in lectures}) == len(lectures)


def test_code_that_is_not_there_has_no_digest():
    with pytest.raises(FileNotFoundError, match=r"autograde\.exercises\.small"):
        code_of("autograde/autograde.exercises.small")


def test_a_renamed_lecture_takes_its_notebook_along_and_leaves_a_students_own(copy):
    (copy / "notebooks" / "my notes.ipynb").write_text("{}")
    (copy / "solutions" / f"{LECTURE}.py").rename(copy / "solutions" / "02_small.py")
    assert f"{LECTURE}.ipynb has no lecture any more" in build(copy, "--check").stdout
    assert build(copy).returncode == 0
    assert {path.name for path in (copy / "notebooks").iterdir()} == {
        "02_small.ipynb",
        "course_map.md",
        "my notes.ipynb",
    }
    assert build(copy, "--check").returncode == 0


ALT = 'alt="The identity.", '
BROKEN = {
    "a cell that raises in the untouched run": (
        "# %% [markdown]\n# # Small",
        "# %%\n1 / 0\n\n# %% [markdown]\n# # Small",
        "the untouched notebook does not run to its end",
    ),
    "a cell that needs an answer": (
        'check("triple")\n',
        'check("triple")\n\n# %%\ntriple(1)\n',
        "the untouched notebook does not run to its end",
    ),
    "a picture without alt text": (ALT, 'alt="", ', "alt"),
    "something shown without a description": (
        'draw.row(draw.Grid(np.eye(2), "input", "x"), alt="The identity.", caption="Identity")',
        "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()",
        "without a description; show a Picture with alt text",
    ),
    "a header without a promise": ("#     promise: You can triple.\n", "", "lacks promise"),
    "an unknown mark": ('show="a_grid"', 'sow="a_grid"', "unknown marks"),
    "missing markers": ("    ### BEGIN SOLUTION\n", "", "BEGIN SOLUTION"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_the_command_refuses(case, copy):
    old, new, words = BROKEN[case]
    edit(copy, old, new)
    before = products(copy)
    done = build(copy)
    assert done.returncode == 1
    assert words in done.stderr and LECTURE in done.stderr
    assert (
        done.stderr.count("Traceback (most recent call last)\nTraceback") == 0
        and "site-packages/click" not in done.stderr
    )
    notebook = f"notebooks/{LECTURE}.ipynb"
    assert products(copy)[notebook] == before[notebook], "the last good notebook stays"


def test_the_command_refuses_a_lost_lecture_and_a_repeated_id_in_plain_words(copy):
    (copy / "autograde/exercises/other.py").write_text(EXERCISES)
    done = build(copy)
    assert "is defined in autograde.exercises.other and in autograde.exercises.small" in done.stderr
    assert "Traceback" not in done.stderr
    (copy / "autograde/exercises/other.py").write_text(
        EXERCISES.replace("triple", "fourfold").replace("sizes", "more").replace('"reason"', '"else"')
    )
    assert "autograde.exercises.other has exercises but no lecture in solutions/" in build(copy).stderr


SAME_NAMES = """
import numpy as np


def keep(function):
    kept.append(function)
    return function


kept = []


@keep
def forgets(x):
    return np.abs(x) + 1


@keep
def forgets(x):
    return x + 2
"""


def test_misconceptions_of_one_name_in_two_exercises_keep_their_own_source(tmp_path, monkeypatch):
    (tmp_path / "same_names.py").write_text(SAME_NAMES)
    monkeypatch.syspath_prepend(str(tmp_path))
    import same_names  # type: ignore[import-not-found]

    from autograde.course.standalone import standalone_source

    first, second = (standalone_source(function, "answer") for function in same_names.kept)
    assert "np.abs(x) + 1" in first and "import numpy as np" in first and "+ 2" not in first
    assert "x + 2" in second and "np" not in second
    assert first.count("def answer(x)") == second.count("def answer(x)") == 1
