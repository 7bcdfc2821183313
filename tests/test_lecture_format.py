"""Reading a text notebook: parts, header, stubs, ids; and what is said about one that cannot be read."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from autograde.building.notebooks import source_notebook
from autograde.course.definition import Exercise, WrittenExercise
from autograde.course.lecture import Lecture, LectureError, read_lecture, stub_source
from helpers.checking.compare import close

HEADER = """\
# ---
# jupyter:
#   course:
#     title: Made up
#     promise: You can.
#     minutes: 5
#     needs: [00_start_here]
# ---
"""
BODY = '''
# %% [markdown]
# # Made up

# %%
import numpy as np

# %% show="a_grid"
1 + 1

# %% exercise="triple"
def triple(x):
    """Three times x."""
    ### BEGIN SOLUTION
    return 3 * x
    ### END SOLUTION

# %% check="triple"
check("triple")

# %% [markdown] written="reason"
# Because.
'''


def read(tmp_path: Path, text: str) -> Lecture:
    path = tmp_path / "07_made_up.py"
    path.write_text(text, encoding="utf-8")
    return read_lecture(path)


def test_a_text_notebook_is_read_with_its_header_and_parts(tmp_path):
    lecture = read(tmp_path, HEADER + BODY)
    assert (lecture.name, lecture.title, lecture.minutes, lecture.needs) == (
        "07_made_up", "Made up", 5, ("00_start_here",),
    )  # fmt: skip
    assert [(c.kind, c.part, c.name) for c in lecture.cells] == [
        ("markdown", "", ""),
        ("code", "", ""),
        ("code", "show", "a_grid"),
        ("code", "exercise", "triple"),
        ("code", "check", "triple"),
        ("markdown", "written", "reason"),
    ]
    assert lecture.preamble == "import numpy as np"
    assert "return 3 * x" in lecture.solution("triple")
    with pytest.raises(LectureError, match="no cell is marked exercise='double'"):
        lecture.solution("double")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (BODY, "lacks title, promise, minutes"),
        (HEADER.replace("#     promise: You can.\n", "") + BODY, "lacks promise"),
        (HEADER.replace("minutes: 5", "minutes: five") + BODY, "minutes is 'five'; expected a whole number"),
        (HEADER.replace("title: Made up", "title: [") + BODY, "not the YAML that it should be"),
        (HEADER.replace("  course:", "  curse:") + BODY, "lacks title"),
        ("# ---\n# - 1\n# ---\n" + BODY, "not the YAML that it should be"),
        (HEADER + BODY.replace("show=", "shwo="), r"unknown marks \['shwo'\]"),
        (HEADER + BODY.replace("show=", 'check="x" show='), r"several marks \['check', 'show'\]"),
        (HEADER + BODY.replace('show="a_grid"', "show=a_grid"), "quote its name"),
        (HEADER + BODY.replace('"triple"\ndef', '"Triple it"\ndef'), "not a plain name"),
        (
            HEADER + BODY.replace('"triple"\ndef', '"triple"\n1\n\n# %% exercise="triple"\ndef'),
            "stands on two cells",
        ),
        (HEADER + BODY.replace("[markdown] written", "written"), "belongs on a markdown cell"),
        (
            HEADER + BODY.replace("# %% [markdown]\n", '# %% [markdown] show="words"\n'),
            "belongs on a code cell",
        ),
    ],
)
def test_a_text_notebook_that_cannot_be_built_says_why(text, words, tmp_path):
    with pytest.raises(LectureError, match=words) as said:
        read(tmp_path, text)
    assert "07_made_up" in str(said.value)


@pytest.mark.parametrize(
    ("solution", "stub"),
    [
        ("answer = 3", "answer = ..."),
        ("low, high = 1, 2", "low = ...\nhigh = ..."),
        ("a = b = 2\na = 3", "a = ...\nb = ..."),
        ("size: int = 3", "size = ..."),
        ("long = [\n    1,\n    2,\n]\nprint(long == 3)\ntable['x'] = 2", "long = ..."),
        ("def helper(x):\n    y = 1\n    return y\nvalue = helper(2)", "value = ..."),
        ("print(3)", "raise NotImplementedError"),
        ("%timeit x", "raise NotImplementedError"),
    ],
)
def test_a_value_stub_leaves_each_name_open(solution, stub):
    assert stub_source(f"### BEGIN SOLUTION\n{solution}\n### END SOLUTION") == stub


def test_a_function_stub_keeps_the_docstring_and_what_stands_around_the_solution():
    source = 'def f(x):\n    """Doc."""\n    ### BEGIN SOLUTION\n    y = x\n    return y\n    ### END SOLUTION\n\nf(2)'
    assert stub_source(source) == 'def f(x):\n    """Doc."""\n    raise NotImplementedError\n\nf(2)'


@pytest.mark.parametrize("source", ["### BEGIN SOLUTION\nx = 1", "x = 1\n### END SOLUTION"])
def test_a_marker_without_its_partner_is_an_error(source):
    with pytest.raises(LectureError, match="without"):
        stub_source(source)


KNOWN = {
    "triple": Exercise("triple", "made_up", 2, lambda x: 3 * x, "easy", 1, close(), False),
    "reason": WrittenExercise("reason", "made_up", 3, "Why?", "Because of QUARK."),
}


def cells_of(tmp_path: Path, body: str = BODY) -> list:
    return source_notebook(read(tmp_path, HEADER + body), KNOWN).cells


def test_every_cell_has_an_id_that_says_what_it_is(tmp_path):
    cells = cells_of(tmp_path)
    ids = [cell.id for cell in cells]
    assert ids[2:] == ["show-a_grid", "triple-answer", "triple", "reason-question", "reason"]
    assert ids[0].startswith("text-") and ids[1].startswith("code-")
    assert [c.metadata.nbgrader.get("points") for c in cells[3:]] == [None, 2, None, 3]
    assert all(c.metadata.nbgrader.schema_version == 3 for c in cells[3:])
    nbformat.validate(source_notebook(read(tmp_path, HEADER + BODY), KNOWN))


def test_a_changed_cell_changes_no_other_cell(tmp_path):
    before = cells_of(tmp_path)
    after = cells_of(tmp_path, BODY.replace("# # Made up", "# # Made up\n#\n# More."))
    assert [a == b for a, b in zip(before, after, strict=True)] == [False] + [True] * 6
    longer = cells_of(tmp_path, BODY.replace("# %%\nimport", "# %% [markdown]\n# New.\n\n# %%\nimport"))
    assert [c for c in longer if c.source != "New."] == before


def test_equal_cells_get_different_ids(tmp_path):
    cells = cells_of(tmp_path, BODY + "\n# %%\n2\n\n# %%\n2\n\n# %%\n2\n")
    assert len({cell.id for cell in cells}) == len(cells)
    assert [c.id.rsplit("-", 1)[1] for c in cells[-2:]] == ["2", "3"]
