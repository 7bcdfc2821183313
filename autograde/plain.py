"""The hidden lines of a check cell: grade an exercise inside the student's own kernel, as plain nbgrader does.

`score` returns a Python float, which nbgrader takes as partial credit, and shows the verdict for the feedback page.
Whatever the student's code prints or raises stays inside.
"""

from __future__ import annotations

from autograde.classroom.grading import PARTLY, Verdict, grade
from autograde.classroom.seed import PRACTICE_SEED, seed_here
from autograde.course.registry import find
from helpers.checking.answers import NotebookAnswer
from helpers.checking.calling import describe
from helpers.checking.checkfile import check_data
from helpers.checking.namespace import notebook_names
from helpers.checking.result import CheckResult
from helpers.travel.output import captured_output


def score(name: str) -> float:
    """Grade exercise `name` in this notebook, show the verdict, and return the points earned."""
    data = check_data(name)
    seed = seed_here()
    names = notebook_names()
    with captured_output():  # nbgrader gives 0 for a single word on stderr, even from a comparison
        answer = NotebookAnswer(data, names)
        verdict = grade(find(name), data, answer, PRACTICE_SEED if seed is None else seed)
    if seed is None:
        print("No course folder around this notebook: graded with the public practice cases.")
    _show(verdict)
    return verdict.score


def _show(verdict: Verdict) -> None:
    print(summary(verdict))
    shown = CheckResult(verdict.name, verdict.points, verdict.visible, unfolded=True)
    if not shown.right:
        from IPython.display import display

        display(shown)


def summary(verdict: Verdict) -> str:
    """The verdict in a few lines of text: points, cases, the hint, the smallest failing hidden case."""
    lines = [f"{verdict.name}: {verdict.outcome}, {verdict.score:g} of {verdict.points:g} points"]
    if verdict.total:
        lines[0] += f" ({verdict.passed} of {verdict.total} hidden cases)"
    lines += [speed.sentence for speed in verdict.speeds]
    if verdict.off_limits:
        lines.append(f"`{verdict.off_limits}` is off limits in this exercise and cost marks.")
    failure = verdict.smallest_failure
    if failure is not None and verdict.visible.smallest_failure is None:
        lines += [line for line in (verdict.look, verdict.wrong) if line]
        lines.append(f"Smallest failing case: {describe(failure.case.call, verdict.name)}")
        lines.append(f"    {failure.mismatch.sentence}")
    if verdict.outcome == PARTLY:
        lines.append("Partial credit: each group of cases counts by its weight.")
    return "\n".join(lines)
