"""Measures grading: `autograde bench`. One class, one run, the same submissions for the engine and for nbgrader."""

from autograde.bench.measuring import Size, bench
from autograde.bench.nbgraders import scores
from autograde.bench.report import as_text, write_bench

__all__ = ["Size", "as_text", "bench", "scores", "write_bench"]
