"""What grading says of one cell: outcomes, each with its sentence, and the outputs that show it in a notebook.

The outputs are such that nbgrader's own rule (determine_grade) reads the same score from them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from autograde.classroom.grading import PARTLY, WRONG, Verdict
from autograde.plain import summary
from helpers.checking.evaluation import NOT_ATTEMPTED, RIGHT
from helpers.checking.result import CheckResult

EXCEPTION, TIMEOUT, MEMORY, KILLED, TAMPERED, UNREADABLE = (
    "exception", "timeout", "out of memory", "killed itself", "tampered", "unreadable",
)  # fmt: skip
UNREACHED = "not reached"
WHOLE = "whole submission"
BY_HAND = "by hand"
OUTCOMES = (
    RIGHT,
    PARTLY,
    WRONG,
    NOT_ATTEMPTED,
    EXCEPTION,
    TIMEOUT,
    MEMORY,
    KILLED,
    TAMPERED,
    UNREADABLE,
    UNREACHED,
    BY_HAND,
)
SENTENCES = {
    TIMEOUT: "This cell did not finish in the {seconds:g} s that a cell has. Look for a loop that never ends.",
    WHOLE: "This submission took longer than the {seconds:g} s that all its cells have together.",
    MEMORY: "This cell needed more memory than a submission may use.",
    KILLED: "This cell ended its own process, so nothing it said could be judged.",
    TAMPERED: "This cell sent the grader something that is no answer.",
    UNREACHED: "This cell was not reached: earlier cells ended the process too often.",
    UNREADABLE: "The file could not be read, so it is graded as the notebook that was handed out.",
}
ERROR_NAMES = {
    TIMEOUT: "CellTimeoutError",
    MEMORY: "MemoryError",
    KILLED: "WorkerEnded",
    TAMPERED: "Tampered",
}


@dataclass(frozen=True)
class CellVerdict:
    """The verdict on one graded cell. score None: a person has to grade it. line: in which line a small change helps."""

    grade_id: str
    outcome: str
    score: float | None
    points: float
    sentence: str = ""
    misconception: str | None = None
    seconds: float = 0.0
    line: str = ""

    def to_json(self) -> dict[str, Any]:
        return {
            "cell": self.grade_id,
            "outcome": self.outcome,
            "score": self.score,
            "points": self.points,
            "sentence": self.sentence,
            "misconception": self.misconception,
            "seconds": round(self.seconds, 4),
            **({"line": self.line} if self.line else {}),
        }


def of_exercise(verdict: Verdict, seconds: float) -> CellVerdict:
    """The verdict on a defined exercise's cell."""
    outcome, sentence = verdict.outcome, ""
    if verdict.outcome == WRONG and verdict.failures:
        kinds = {
            f.observed.errors[0] if f.observed.errors else ""
            for f in verdict.failures
            if f.case.call.error is None
        }
        if kinds and kinds <= {"MemoryError"}:
            outcome, sentence = MEMORY, SENTENCES[MEMORY]
        elif kinds and "" not in kinds:
            outcome = EXCEPTION
            sentence = f"The code raised {', '.join(sorted(kinds))}."
    return CellVerdict(
        verdict.name, outcome, verdict.score, verdict.points, sentence, verdict.misconception, seconds
    )


def exercise_outputs(verdict: Verdict, count: int) -> list[dict[str, Any]]:
    """The outputs of a check cell: the summary, the student's own check where it is not right, the score."""
    outputs: list[dict[str, Any]] = [
        {"output_type": "stream", "name": "stdout", "text": summary(verdict) + "\n"}
    ]
    shown = CheckResult(verdict.name, verdict.points, verdict.visible)
    if not shown.right:
        data = {"text/html": shown.html, "text/plain": shown.text}
        outputs.append({"output_type": "display_data", "data": data, "metadata": {}})
    result = {"text/plain": repr(verdict.score)}
    outputs.append(
        {"output_type": "execute_result", "execution_count": count, "data": result, "metadata": {}}
    )
    return outputs


def failed_outputs(outcome: str, sentence: str) -> list[dict[str, Any]]:
    """The outputs of a cell that ended badly: an error, which nbgrader counts as 0."""
    name = ERROR_NAMES.get(outcome, "NotGraded")
    lines = [f"\x1b[0;31m{name}\x1b[0m: {sentence}"]
    return [{"output_type": "error", "ename": name, "evalue": sentence, "traceback": lines}]
