"""Hidden grading of one answer: weights, rounding, partial credit, and the misconception that only hidden cases show."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograde.classroom.grading import (
    NOT_ATTEMPTED,
    PARTLY,
    RIGHT,
    WRONG,
    Verdict,
    grade,
    hidden_cases,
    rounded_score,
)
from autograde.classroom.seed import SeedError, course_of, read_seed, seed_here, write_seed
from autograde.classroom.trying import run_source
from autograde.course.definition import (
    DefinitionError,
    Exercise,
    ValueExercise,
    WrittenExercise,
    call,
    call_error,
)
from autograde.course.signatures import signatures
from autograde.plain import summary
from helpers.checking.answers import NotebookAnswer
from helpers.checking.checkfile import CheckData, Example
from helpers.checking.compare import close


def oracle(x: np.ndarray) -> np.ndarray:
    return 3.0 * x


def made(points: float = 2, **settings: Any) -> Exercise:
    exercise = Exercise("triple", "made_up", points, oracle, "easy", 1, close(), False, **settings)
    exercise.example("two", np.array([1.0, -2.0]))

    @exercise.cases(weight=2)
    def positive(rng):
        yield call(rng.uniform(1, 2, 3))
        yield call(rng.uniform(1, 2, 4))

    @exercise.cases
    def negative(rng):
        yield call(rng.uniform(-2, -1, (50, 2)))
        yield call(rng.uniform(-2, -1, (5, 2)))

    @exercise.misconception(look="Negative?", wrong="Absolute value.")
    def absolute(x):
        return 3.0 * np.abs(x)

    @exercise.misconception(look="A table?", wrong="You flattened.", hidden_only="the examples are signals")
    def flattens(x):
        return 3.0 * x.ravel()

    return exercise


def data_of(exercise: Exercise) -> CheckData:
    examples = tuple(Example(e.title, e.call, exercise.expected(e.call)) for e in exercise.examples)
    return CheckData(
        exercise.name, "01_small", exercise.points, "function", "", (exercise.name,), exercise.compare,
        exercise.changes_input, examples, tuple(signatures(exercise)), exercise.forbidden,
    )  # fmt: skip


def verdict(source: str, exercise: Exercise | None = None, seed: int = 3) -> Verdict:
    exercise = exercise or made()
    names = run_source(f"import numpy as np\n{source}", f"grading{abs(hash(source))}.py")
    data = data_of(exercise)
    return grade(exercise, data, NotebookAnswer(data, names), seed)


def test_a_right_answer_earns_everything_as_a_python_float():
    done = verdict("def triple(x): return x * 3")
    assert (done.outcome, done.score, type(done.score)) == (RIGHT, 2.0, float)
    assert (done.passed, done.total, done.failures) == (4, 4, ())


def test_groups_count_by_weight_and_cases_share_their_group():
    done = verdict("def triple(x): return 3.0 * np.abs(x)")
    assert (done.outcome, done.score) == (PARTLY, round(2 * 2 / 3, 6))
    half = verdict("def triple(x): return x * 3.0 if x.size < 50 else x")
    assert half.score == round(2 * (2 / 3 + 1 / 6), 6)


def test_nothing_right_earns_nothing_and_nothing_written_is_told_apart():
    assert verdict("def triple(x): return None").outcome == WRONG
    assert verdict("def triple(x): raise NotImplementedError").outcome == NOT_ATTEMPTED
    assert verdict("").outcome == NOT_ATTEMPTED
    assert verdict("def triple(x): 1 / 0").score == 0.0


@pytest.mark.parametrize("points", [0.1, 0.7, 1 / 3, 1, 3, 7.3])
def test_thirds_of_odd_points_never_exceed_the_maximum(points):
    assert verdict("def triple(x): return x * 3", made(points)).score == float(points)
    score = verdict("def triple(x): return 3.0 * np.abs(x)", made(points)).score
    assert score == round(score, 6) and score == pytest.approx(points * 2 / 3, abs=1e-6)


@given(st.floats(0, 1.0000001), st.floats(0.01, 100))
def test_a_score_is_a_float_within_its_bounds(fraction, points):
    score = rounded_score(np.float64(fraction), points)
    assert type(score) is float and 0.0 <= score <= points


def test_a_fraction_that_is_no_number_earns_nothing():
    assert rounded_score(float("nan"), 3) == rounded_score(float("inf"), 3) == rounded_score(-1.0, 3) == 0.0


def test_a_misconception_is_recognised_on_visible_and_on_hidden_cases():
    assert verdict("def triple(x): return 3.0 * np.abs(x)").misconception == "absolute"
    hidden = verdict("def triple(x): return 3.0 * x.reshape(-1)")
    assert (hidden.visible.outcome, hidden.misconception) == (RIGHT, "flattens")
    assert "You flattened." in summary(hidden)
    assert verdict("def triple(x): return x").misconception is None


def test_the_summary_shows_one_failing_case_the_smallest():
    text = summary(verdict("def triple(x): return 3.0 * x if x.ndim == 1 else x"))
    assert text.count("failing case") == 1
    assert "1.33333 of 2 points" in text and "(2 of 4 hidden cases)" in text
    assert "(50, 2)" not in text


def test_an_array_that_is_filled_again_at_each_call_is_judged_as_it_was_returned():
    source = "kept = np.empty(10**4)\ndef triple(x):\n    y = kept[:x.size].reshape(x.shape)\n    y[...] = 3 * x\n    return y"
    assert verdict(source).score == 2.0


def test_what_is_off_limits_costs_the_share_that_the_definition_names():
    for cost, score in ((1.0, 0.0), (0.25, 1.5)):
        exercise = made()
        exercise.off_limits("numpy.multiply", costs=cost)
        done = verdict("def triple(x): return np.multiply(x, 3)", exercise)
        assert (done.score, done.off_limits) == (score, "np.multiply")
        assert "off limits" in summary(done)


def test_the_same_seed_gives_the_same_cases_and_another_seed_others():
    def cases(seed: int) -> list:
        return [case.call.to_json() for case in hidden_cases(made(), seed)]

    assert cases(1) == cases(1) != cases(2)
    assert sum(case.share for case in hidden_cases(made(), 1)) == pytest.approx(1)


def test_another_group_leaves_the_cases_of_the_first_as_they_were():
    more = made()
    more.cases(lambda rng: [call(rng.normal(size=3))])
    before = [case.call.to_json() for case in hidden_cases(made(), 1)]
    assert [case.call.to_json() for case in hidden_cases(more, 1)][:4] == before


def test_a_promised_error_is_a_case_too():
    exercise = made()
    exercise.cases(lambda rng: [call_error(ValueError, np.zeros(0))], weight=1)
    assert verdict("def triple(x): return 3.0 * x", exercise).score == 1.5
    strict = "def triple(x):\n    if not x.size: raise ValueError\n    return 3.0 * x"
    assert verdict(strict, exercise).score == 2.0


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda e: e.groups.clear(), "has no hidden cases"),
        (lambda e: e.cases(lambda rng: []), "yields no case"),
        (lambda e: e.cases(lambda rng: [call("text")]), "the oracle raised"),
    ],
)
def test_a_definition_that_cannot_be_graded_says_so(spoil, words):
    exercise = made()
    spoil(exercise)
    with pytest.raises(DefinitionError, match=words):
        list(hidden_cases(exercise, 0))


def test_values_count_in_equal_parts():
    exercise = ValueExercise("sizes", "made_up", 3, lambda: {"a": 1, "b": 2, "c": 3}, "easy", 1, None)
    from autograde.building.checkdata import _entry

    entries = tuple(_entry(exercise, name, value, "salt") for name, value in exercise.oracle().items())
    data = CheckData("sizes", "01_small", 3, "values", "", salt="salt", entries=entries)

    def score(**values: Any) -> float:
        return grade(exercise, data, NotebookAnswer(data, values), 0).score

    assert score(a=1, b=2, c=3) == 3.0
    assert score(a=np.int8(1), b=0, c=...) == 1.0
    assert score(a=..., b=...) == 0.0


def test_a_written_answer_is_no_matter_for_a_machine():
    question = WrittenExercise("why", "made_up", 1, "?", "!")
    with pytest.raises(DefinitionError, match="graded by hand"):
        grade(question, data_of(made()), NotebookAnswer(data_of(made()), {"triple": oracle}), 0)  # type: ignore[arg-type]


def test_a_seed_is_secret_kept_and_found_from_inside_the_course(tmp_path, monkeypatch):
    monkeypatch.delenv("AUTOGRADE_COURSE", raising=False)
    write_seed(tmp_path)
    seed = read_seed(tmp_path)
    write_seed(tmp_path)
    assert read_seed(tmp_path) == seed
    assert (tmp_path / ".autograde_seed").stat().st_mode & 0o077 == 0
    inside = tmp_path / "autograded" / "ada"
    inside.mkdir(parents=True)
    assert course_of(inside) == tmp_path
    monkeypatch.chdir(inside)
    assert seed_here() == seed
    other = tmp_path.parent / f"{tmp_path.name}-other"
    other.mkdir()
    write_seed(other)
    assert read_seed(other) != seed
    monkeypatch.setenv("AUTOGRADE_COURSE", str(other))
    assert seed_here() == read_seed(other)


def test_a_lost_or_damaged_seed_is_said(tmp_path):
    with pytest.raises(SeedError, match="autograde init"):
        read_seed(tmp_path)
    (tmp_path / ".autograde_seed").write_text("x")
    with pytest.raises(SeedError, match="restore it from a backup"):
        read_seed(tmp_path)
