"""Counts what the check makes of wrong answers: `python -m tests.mistakes [-v] [FILE ...]`, files by name (pooling).

explained   a mistake is named and all that is said is true, or the failing examples are said to have something in common
misled      a mistake is named that is not true of the answer, or a sentence is shown that is not
silent      nothing is said but which examples fail
told right  a green light for a wrong answer

A right answer counts as kept when the check says so and it earns everything.
"""

from __future__ import annotations

import argparse
import pkgutil
import sys
from collections import Counter
from collections.abc import Sequence
from importlib import import_module

import tests.mistakes
from autograde.classroom.grading import Verdict
from autograde.classroom.trying import AnswerError, try_source
from helpers.checking.evaluation import NOT_ATTEMPTED, RIGHT, Evaluation
from helpers.checking.result import CheckResult
from tests.mistakes import Case

EXPLAINED, MISLED, SILENT, TOLD_RIGHT = "explained", "misled", "silent", "told right"
KINDS = (EXPLAINED, MISLED, SILENT, TOLD_RIGHT)
KEPT, REFUSED = "kept", "refused"
SEED = 1


def outcome_of(case: Case, said: Evaluation, shown: str) -> str:
    """What the check made of a wrong answer. One untrue name or sentence misleads, whatever else is said."""
    if said.outcome == RIGHT:
        return TOLD_RIGHT
    allowed = case.may_name
    if allowed is not None and any(name not in allowed for name in said.misconceptions):
        return MISLED
    if any(text in shown for text in case.never):
        return MISLED
    return EXPLAINED if said.misconceptions or said.in_common or said.problem else SILENT


def tried(case: Case) -> tuple[str, str]:
    """The outcome of a case, and what was said, for one line."""
    try:
        verdict = try_source(case.exercise, case.source, seed=SEED)
    except AnswerError as error:
        return (REFUSED if case.right else SILENT), str(error)
    if case.right:
        kept = verdict.visible.outcome == RIGHT and verdict.score == verdict.points
        return (KEPT if kept else REFUSED), _said(verdict)
    shown = CheckResult(case.exercise, verdict.points, verdict.visible).text
    return outcome_of(case, verdict.visible, shown), _said(verdict)


def _said(verdict: Verdict) -> str:
    said = verdict.visible
    parts = [f"{verdict.score:g} of {verdict.points:g}", f"{said.passed} of {said.total} examples"]
    if said.outcome == NOT_ATTEMPTED:
        parts.append(NOT_ATTEMPTED)
    parts += said.misconceptions
    parts += filter(None, [said.in_common, said.problem])
    return "; ".join(parts)


def count(name: str, verbose: bool) -> Counter[str]:
    """Outcomes of all cases of one file."""
    counts: Counter[str] = Counter()
    for case in import_module(f"tests.mistakes.{name}").CASES:
        outcome, said = tried(case)
        counts[outcome] += 1
        if verbose:
            print(f"{outcome:10}  {case.exercise}: {case.title}\n            {said}", flush=True)
    return counts


def line(name: str, counts: Counter[str]) -> str:
    """One line with the counts of a file or of all files."""
    wrong = sum(counts[kind] for kind in KINDS)
    share = f" ({counts[EXPLAINED] / wrong:.0%})" if wrong else ""
    text = f"{name}: {wrong} wrong answers: {counts[EXPLAINED]} explained{share}"
    text += "".join(f", {counts[kind]} {kind}" for kind in KINDS[1:])
    right = counts[KEPT] + counts[REFUSED]
    return text + (
        f"; {right} right answers: {counts[KEPT]} kept, {counts[REFUSED]} refused" if right else ""
    )


def main(arguments: Sequence[str]) -> None:
    files = [
        module.name for module in pkgutil.iter_modules(tests.mistakes.__path__) if module.name != "__main__"
    ]
    parser = argparse.ArgumentParser(prog="python -m tests.mistakes", description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", metavar="FILE", help="; ".join(files))
    parser.add_argument("-v", "--verbose", action="store_true", help="a line for each answer")
    options = parser.parse_args(arguments)
    for unknown in set(options.files) - set(files):
        parser.error(f"there is no file {unknown}; there are: {', '.join(files)}")
    everything: Counter[str] = Counter()
    for name in options.files or files:
        counts = count(name, options.verbose)
        everything += counts
        print(line(name, counts), flush=True)
    if len(options.files or files) > 1:
        print(line("in all", everything))


if __name__ == "__main__":
    main(sys.argv[1:])
