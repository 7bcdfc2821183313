"""The measurements of grading: clocks whose shares add up, a line that is straight, names that are still there."""

from __future__ import annotations

import sys
import time

import pytest

from autograde.bench import phases
from autograde.bench.fit import fitted
from autograde.bench.nbgraders import differing
from autograde.bench.running import measured


def test_a_clock_counts_every_moment_once():
    started = time.monotonic()
    clock = phases.Clock("outside", started)
    with clock.phase("outer"):
        with clock.phase("inner"):
            time.sleep(0.05)
        time.sleep(0.02)
    with clock.phase("inner"):
        time.sleep(0.01)
    clock.begin("rest")
    spent = time.monotonic() - started
    assert clock.totals["inner"] >= 0.06 and clock.totals["outer"] >= 0.02
    assert sum(clock.totals.values()) == pytest.approx(spent, abs=0.01)


@pytest.mark.parametrize(
    "name", [*phases.RUN, *phases.GRADER, phases.SERVES, phases.STARTS_WORKERS, phases.GRADES_ONE]
)
def test_everything_that_is_timed_is_there(name):
    holder, last = phases.place_of(name)
    assert callable(getattr(holder, last))


def test_a_line_is_found_and_says_how_far_off_it_is():
    line = fitted({10: 6.0, 50: 10.0, 200: 25.0, 1000: 105.0})
    assert line is not None
    assert (round(line.start, 6), round(line.each, 6), round(line.off, 6)) == (5.0, 0.1, 0.0)
    bent = fitted({10: 6.0, 50: 10.0, 200: 50.0, 1000: 700.0})
    assert bent is not None and bent.off > 0.2
    assert fitted({1: 1.0, 2: 2.0}) is None


def test_scores_that_differ_are_counted():
    theirs = {("ada", "a", "x"): 1.0, ("ada", "a", "y"): None, ("ben", "a", "x"): 0.5}
    assert differing(theirs | {("cem", "a", "x"): 3.0}, theirs) == 0
    assert differing(theirs | {("ben", "a", "x"): 0.25}, theirs) == 1


def test_what_is_measured_holds_a_childs_processor_time_and_a_failure_speaks(tmp_path):
    folder = tmp_path / "here"
    folder.mkdir()
    (folder / "busy.py").write_text("import time\nwhile time.process_time() < 0.3: pass")
    cost = measured(["busy"], folder)
    assert 0.3 <= cost.processor_seconds and cost.seconds > 0
    if sys.platform == "linux":
        assert cost.peak_kb > 1_000
    (folder / "bad.py").write_text("raise SystemExit('the reason')")
    with pytest.raises(RuntimeError, match="the reason"):
        measured(["bad"], folder)
