"""What came of grading a class: a result per submission, and all of them as text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SubmissionResult:
    """What came of one submission. problem says why it could not be read; skipped: graded before and unchanged since."""

    student: str
    assignment: str
    score: float
    max_score: float
    problem: str = ""
    skipped: bool = False


def summary_table(results: list[SubmissionResult]) -> str:
    """The results as text."""
    lines = [f"{'student':<18} {'lecture':<20} {'score':>7} {'of':>5}"]
    for r in results:
        note = f"  graded as untouched: {r.problem}" if r.problem else "  unchanged" if r.skipped else ""
        lines.append(f"{r.student:<18} {r.assignment:<20} {r.score:>7.2f} {r.max_score:>5g}{note}")
    failed = sum(bool(r.problem) for r in results)
    lines.append(f"{len(results)} submissions, {failed} not graded")
    return "\n".join(lines)
