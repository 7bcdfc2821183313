"""`check("max_pool2d")`: tells a student at once whether an answer is right, and what kind of mistake was made.

Needs no solution. It raises only while nbgrader validates a notebook, so that Validate tells the truth.
"""

from __future__ import annotations

import os

from helpers.checking.answers import NotebookAnswer
from helpers.checking.asking_where import search_for
from helpers.checking.checkfile import check_data
from helpers.checking.evaluation import NOT_ATTEMPTED, NOT_YET, RIGHT, evaluate
from helpers.checking.namespace import notebook_names
from helpers.checking.result import CheckResult
from helpers.student.kept_answers import keep
from helpers.student.records import record


class NotRightYet(AssertionError):
    """Raised by `check` under nbgrader's validation when an answer is missing or wrong."""


def check(name: str) -> CheckResult:
    """Try the answer to exercise `name` on its visible examples.

    Returns a result that shows itself; raises LookupError for a name that is no exercise, and NotRightYet only
    while nbgrader validates (NBGRADER_EXECUTION=validate).
    """
    data = check_data(name)
    mode = os.environ.get("NBGRADER_EXECUTION")
    names = notebook_names()
    evaluation = evaluate(data, NotebookAnswer(data, names))
    note = "" if mode else record(data.lecture, name, evaluation.outcome)
    if evaluation.outcome == RIGHT and data.kind == "function":
        note = note or keep(name, names)
    failed = evaluation.outcome == NOT_YET and not evaluation.problem
    result = CheckResult(name, data.points, evaluation, note, search=search_for(data, names, failed))
    if mode == "validate" and evaluation.outcome in (NOT_YET, NOT_ATTEMPTED):
        raise NotRightYet(result.text)
    return result
