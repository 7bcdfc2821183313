"""Two ways to ask for more than one right value: items that earn marks apart, and speed against a public reference."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from autograde.classroom.grading import grade
from autograde.course.definition import DefinitionError, Exercise, call
from helpers.checking import timing
from helpers.checking.calling import describe
from helpers.checking.checkfile import CheckData, Example
from helpers.checking.compare import comparator_from_json, difference, parts
from helpers.checking.evaluation import NOT_YET, RIGHT, evaluate
from helpers.checking.references import conv2d_four_loops
from helpers.checking.timing import Timed, measure
from helpers.fixtures import fixture
from helpers.travel.calls import Call, Observation, observe, seconds_of
from helpers.travel.codec import fresh

GRADIENTS = parts(names=("dx", "db"), shares=(3, 1))
SIZE = (fixture("normal_numbers", 1, 2, 1, 5, 5), fixture("normal_numbers", 2, 3, 1, 2, 2), np.zeros(3), 1, 0)
TIMED = Timed(
    "loops", "On a small batch", call(*SIZE), "conv2d_four_loops", 20, "Count the loops.", "Unroll."
)


class FakeAnswer:
    """An answer that does what `function` does and takes the times it is told."""

    def __init__(self, function, times):
        self.function, self.times, self.calls = function, times, 0

    def problem(self):
        return None

    def untouched(self):
        return False

    def off_limits(self):
        return None

    def observe(self, call):
        return observe(self.function, call)

    def seconds(self, call):
        self.calls += 1
        return self.times[min(self.calls, len(self.times)) - 1]


@pytest.fixture
def reference_takes(monkeypatch):
    def takes(*times):
        left = list(times)

        def seconds_of(function, call, clock):
            observe(function, call)
            return left.pop(0) if len(left) > 1 else left[0]

        monkeypatch.setattr(timing, "seconds_of", seconds_of)

    return takes


def mismatch_of(value):
    wanted = Observation(value=(np.array([1.0, 2]), np.array([3.0])))
    return difference(GRADIENTS, call(), wanted, Observation(value=value))


def test_a_wrong_item_is_named_and_the_others_earn_their_share():
    found = mismatch_of((np.array([1.0, 2]), np.array([4.0])))
    assert found.sentence.startswith("db: ") and found.sentence.endswith("dx is right")
    assert found.credit == 0.75


def test_all_items_right_is_no_mismatch():
    assert mismatch_of((np.array([1.0, 2]), np.array([3.0]))) is None


@pytest.mark.parametrize("value", [None, np.zeros(2), (np.zeros(2),), [np.zeros(2)] * 3])
def test_something_else_than_the_tuple_earns_nothing(value):
    found = mismatch_of(value)
    assert found.credit == 0.0 and "(dx, db)" in found.sentence


def test_parts_travel():
    assert comparator_from_json(GRADIENTS.to_json()) == GRADIENTS


def test_a_right_item_earns_nothing_when_an_input_was_changed():
    wanted = Observation(value=(np.array([1.0, 2]), np.array([3.0])))
    seen = Observation(value=(np.array([1.0, 2]), np.array([4.0])), changed=("x",))
    found = difference(GRADIENTS, call(), wanted, seen)
    assert found.credit == 0.0 and "changed its input `x`" in found.sentence


def test_the_reference_is_timed_by_its_own_time_and_not_by_what_it_waited(monkeypatch):
    clocks = []
    monkeypatch.setattr(timing, "seconds_of", lambda *given: clocks.append(given[2]) or seconds_of(*given))
    measure(FakeAnswer(conv2d_four_loops, [0.01]), TIMED)
    assert set(clocks) == {timing.OWN_TIME}


def test_seconds_are_counted_by_the_clock_that_is_given():
    ticks = iter([10.0, 13.0])
    assert seconds_of(lambda: None, call(), lambda: next(ticks)) == 3.0


def test_partial_credit_for_an_item_reaches_the_score():
    made = Exercise("pair_up", "tests", 4, lambda x: (2 * x, x + 1), "easy", 1, GRADIENTS, False)
    made.example("one", np.array([1.0, 2]))

    @made.cases
    def some(rng):
        yield call(rng.normal(size=3))
        yield call(rng.normal(size=4))

    shown = Example("one", made.examples[0].call, made.expected(made.examples[0].call))
    data = CheckData("pair_up", "tests", 4, "function", "", ("pair_up",), GRADIENTS, examples=(shown,))
    verdict = grade(made, data, FakeAnswer(lambda x: (2 * x, x), [1.0]), 0)
    assert (verdict.outcome, verdict.score) == ("partly", 3.0)


def test_the_shortest_times_count_and_a_pass_stops_early(reference_takes):
    reference_takes(9.0, 1.0)  # a disturbance in the first round
    answer = FakeAnswer(conv2d_four_loops, [0.5, 0.04])
    speed = measure(answer, TIMED)
    assert speed.enough and math.isclose(speed.ratio, 25)
    assert answer.calls == 1 + timing.FEW


def test_one_lucky_disturbance_of_the_reference_does_not_make_a_slow_answer_pass(reference_takes):
    reference_takes(100.0, 1.0)
    assert not measure(FakeAnswer(conv2d_four_loops, [0.1]), TIMED).enough


def test_a_disturbed_answer_gets_more_rounds(reference_takes):
    reference_takes(1.0)
    disturbed = [0.1] * 3 * timing.FEWEST
    assert measure(FakeAnswer(conv2d_four_loops, [*disturbed, 0.04]), TIMED).enough


def test_one_undisturbed_call_in_a_turn_is_enough(reference_takes):
    reference_takes(0.3)
    assert measure(FakeAnswer(conv2d_four_loops, [*[0.016] * 12, 0.0003, 0.016]), TIMED).enough


def test_a_hopeless_answer_is_not_measured_to_the_end(reference_takes):
    reference_takes(1.0)
    answer = FakeAnswer(conv2d_four_loops, [1.0])
    assert not measure(answer, TIMED).enough and answer.calls == timing.FEWEST


def test_a_fast_wrong_answer_has_no_speed():
    speed = measure(FakeAnswer(lambda *_: np.zeros((2, 3, 4, 4)), [1e-6]), TIMED)
    assert not speed.enough and "must be right" in speed.sentence


def test_no_call_of_a_measurement_is_made_twice(reference_takes):
    reference_takes(1.0)
    asked = []

    class Listening(FakeAnswer):
        def observe(self, call):
            asked.append(call)
            return super().observe(call)

        def seconds(self, call):
            asked.append(call)
            return super().seconds(call)

    for _ in range(2):  # nor is it made again in another measurement
        measure(Listening(conv2d_four_loops, [0.1]), TIMED)
    for place in range(3):
        inputs = [fresh(call.args[place]).tobytes() for call in asked]
        assert len(set(inputs)) == len(inputs) > 40
    assert all(fresh(call.args[0]).shape == (2, 1, 5, 5) and call.args[3:] == (1, 0) for call in asked)


def test_an_answer_that_keeps_its_results_is_not_fast():
    kept = {}

    def remembered(x, w, b, stride, padding):
        key = x.tobytes() + w.tobytes() + b.tobytes()
        if key not in kept:
            kept[key] = conv2d_four_loops(x, w, b, stride, padding)
        return kept[key]

    class Notebook(FakeAnswer):
        def seconds(self, call):
            return seconds_of(self.function, call)

    speed = measure(Notebook(remembered, []), TIMED)
    assert not speed.problem and speed.ratio < 3


def test_a_result_from_an_earlier_call_is_seen_to_be_wrong(reference_takes):
    reference_takes(1.0)
    kept = []

    def the_first_again(*given):
        kept.append(conv2d_four_loops(*given))
        return kept[0]

    assert "must be right" in measure(FakeAnswer(the_first_again, [0.01]), TIMED).sentence


def test_the_check_names_what_is_right_and_too_slow(reference_takes):
    reference_takes(1.0)
    data = CheckData("c", "t", 3, "function", "", ("c",), timed=(TIMED,))
    assert CheckData.from_json(data.to_json()).timed[0].name == "loops"
    slow, fast = (evaluate(data, FakeAnswer(conv2d_four_loops, [s])) for s in (0.5, 0.01))
    assert (slow.outcome, slow.misconception, slow.wrong) == (NOT_YET, "loops", "Unroll.")
    assert "2 times as fast" in slow.problem
    assert fast.outcome == RIGHT and fast.speeds[0].ratio == 100


def test_speed_carries_its_share_of_the_points(reference_takes):
    reference_takes(1.0)
    made = Exercise(
        "c", "tests", 3, conv2d_four_loops, "easy", 1, CheckData("", "", 0, "", "").compare, False
    )
    made.example("small", *SIZE)
    made.cases(lambda rng: [call(*SIZE)])
    options = {"reference": "conv2d_four_loops", "at_least": 20, "look": "", "wrong": ""}
    made.timed("On a small batch", *SIZE, share=1 / 3, **options)(conv2d_four_loops)
    shown = Example("small", made.examples[0].call, made.expected(made.examples[0].call))
    requirement = made.requirements[0]
    data = CheckData("c", "t", 3, "function", "", ("c",), examples=(shown,), timed=(requirement.timed,))
    slow = grade(made, data, FakeAnswer(conv2d_four_loops, [0.5]), 0)
    assert (slow.outcome, slow.score, slow.misconception) == ("partly", 2.0, "conv2d_four_loops")
    assert grade(made, data, FakeAnswer(conv2d_four_loops, [0.01]), 0).score == 3.0
    with pytest.raises(DefinitionError, match="all the points"):
        made.timed("again", share=0.7, **options)


def test_a_reference_must_exist():
    made = Exercise(
        "c", "tests", 3, conv2d_four_loops, "easy", 1, CheckData("", "", 0, "", "").compare, False
    )
    with pytest.raises(DefinitionError, match="helpers.checking.references"):
        made.timed("x", reference="nothing", at_least=2, share=0.5, look="", wrong="")


def test_a_call_with_a_function_travels_and_can_be_made_more_than_once():
    sent = Call.from_json(json.loads(json.dumps(call(fixture("sum_of_cubes"), np.array([1.0, 2])).to_json())))
    for _ in range(2):
        assert observe(lambda f, x: f(x), sent).value == 9.0
    assert Call.from_json(sent.to_json()) is not None
    assert "sum_of_cubes" in describe(sent, "numerical_gradient")


def test_a_fixture_reads_as_its_name():
    assert repr(fixture("product")) == "product"
    assert repr(fixture("normal_numbers", 1, 2)) == "normal_numbers(1, 2)"


def test_items_beside_the_core_earn_nothing_without_it():
    compare = parts(names=("share", "mode"), shares=(3, 1), core=("share",))

    def credit(yours):
        found = difference(compare, Call(), Observation(value=(0.5, True)), Observation(value=yours))
        return 1.0 if found is None else found.credit

    assert [credit(yours) for yours in [(0.5, True), (0.5, False), (0.25, True), (None, True)]] == [
        1.0,
        0.75,
        0.0,
        0.0,
    ]
    assert comparator_from_json(json.loads(json.dumps(compare.to_json()))) == compare
    with pytest.raises(ValueError, match="none of its items"):
        parts(names=("share",), shares=(1,), core=("mode",))
