"""The numbers that notebook 08 quotes, its surfaces, and its explorers without a browser."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from autograde.course.definition import Exercise
from autograde.course.registry import find
from helpers import draw, explore
from helpers.lectures import optimizers as lecture
from helpers.lectures.optimizers.momentum_map import measured
from helpers.lectures.optimizers.surfaces import MAKERS, surface


def right(name: str) -> Any:
    exercise = find(name)
    assert isinstance(exercise, Exercise)
    return exercise.alternatives[0]


SGD, MOMENTUM, ADAM = right("sgd_step"), right("momentum_step"), right("adam_step")


def test_the_bowl_goes_where_the_text_says() -> None:
    path = lecture.walk(SGD, lecture.gradient_of_the_bowl, [1.0], 2, lr=0.1)
    assert path[:, 0].tolist() == pytest.approx([1, 0.6, 0.36])
    assert lecture.walk(SGD, lecture.gradient_of_the_bowl, [1.0], 1, lr=0.25)[1, 0] == 0
    assert abs(lecture.walk(SGD, lecture.gradient_of_the_bowl, [1.0], 9, lr=0.49)[-1, 0]) < 1
    assert abs(lecture.walk(SGD, lecture.gradient_of_the_bowl, [1.0], 9, lr=0.51)[-1, 0]) > 1


def test_the_ravine_goes_where_the_text_says() -> None:
    ravine = surface("ravine")
    assert ravine.gradient(np.array([2.0, 3.0])).tolist() == [2, 90] and ravine.rate == 0.06
    path = lecture.walk(SGD, ravine.gradient, [1.0, 1.0], 11, lr=0.06)
    assert path[1].tolist() == pytest.approx([0.94, -0.8])
    assert path[10, 0] > 0.5 and path[11, 0] == pytest.approx(0.51, abs=0.005)


def test_momentum_by_hand_and_on_a_steady_slope() -> None:
    path = lecture.walk(MOMENTUM, lambda w: w, [4.0], 2, lr=0.1)
    assert path[:, 0].tolist() == pytest.approx([4, 3.6, 2.88])
    state: dict = {}
    for _ in range(300):
        _, state = MOMENTUM(np.zeros(1), np.ones(1), state, lr=0.1)
    assert state["m"][0] == pytest.approx(10)


def test_adam_s_first_step_is_as_long_as_the_rate_and_three_times_too_long_without_correction() -> None:
    w, _ = ADAM(np.array([4.0, 4.0]), np.array([4.0, 0.01]), {}, lr=0.5)
    assert w.tolist() == pytest.approx([3.5, 3.5], rel=1e-6)
    exercise = find("adam_step")
    assert isinstance(exercise, Exercise)
    wrong = next(m.function for m in exercise.misconceptions if m.name == "forgets_the_correction")
    moved = 4 - wrong(np.array([4.0]), np.array([4.0]), {}, lr=0.5)[0][0]
    assert moved / 0.5 == pytest.approx(3.2, abs=0.05)


def test_the_two_layers_by_hand() -> None:
    exercise = find("two_layer_backward")
    assert isinstance(exercise, Exercise)
    x, labels, w1, b1, w2, b2 = exercise.examples[0].call.args
    assert (x.tolist(), labels.tolist()) == ([[1, 2]], [0])
    z = x @ w1.T + b1
    assert z.tolist() == [[-1, 3, 0]] and (np.maximum(z, 0) @ w2.T + b2)[0].tolist() == pytest.approx(
        [1.6, 2.9]
    )
    loss, _, _, _, db2 = exercise.oracle(x, labels, w1, b1, w2, b2)
    assert loss == pytest.approx(1.541, abs=5e-4) and db2.tolist() == pytest.approx([-0.786, 0.786], abs=5e-4)


def test_the_relatives_by_hand() -> None:
    nesterov = right("nesterov_step")(np.array([4.0]), np.array([4.0]), {}, lr=0.1)[0]
    adagrad = right("adagrad_step")(np.array([1.0]), np.array([3.0]), {"v": np.array([16.0])}, lr=0.5)[0]
    rmsprop = right("rmsprop_step")(
        np.array([1.0]), np.array([3.0]), {"v": np.array([16.0])}, lr=0.5, beta2=0.75
    )
    assert (nesterov[0], adagrad[0]) == pytest.approx((3.24, 0.7))
    assert rmsprop[1]["v"][0] == pytest.approx(14.25) and rmsprop[0][0] == pytest.approx(0.603, abs=5e-4)
    w, state = right("alexnet_step")(np.array([4.0]), np.array([4.0]), {}, lr=0.1, weight_decay=0.5)
    assert (w[0], state["m"][0]) == pytest.approx((3.4, -0.6))


def test_schedules_by_hand() -> None:
    cosine, steps = right("cosine_schedule"), right("step_decay")
    assert [cosine(t, 12, 0.8, warmup=4) for t in (0, 1, 2, 3, 4, 8)] == pytest.approx(
        [0.2, 0.4, 0.6, 0.8, 0.8, 0.4]
    )
    assert [steps(e, 0.8, 30) for e in (0, 29, 30, 59)] == pytest.approx([0.8, 0.8, 0.08, 0.08])


@pytest.mark.parametrize("momentum", [0.25, 0.64, 0.81])
@pytest.mark.parametrize("rate", [0.7, 1.0, 1.6])
def test_swings_shrink_by_the_root_of_the_momentum_not_by_twice_it(momentum: float, rate: float) -> None:
    factor, swings = measured(MOMENTUM, [momentum], np.array([rate]))
    assert swings[0, 0] and factor[0, 0] == pytest.approx(math.sqrt(momentum), abs=0.01)


def test_the_map_runs_away_beyond_two_plus_twice_the_momentum() -> None:
    momenta, rates = np.array([0.1, 0.5, 0.9]), np.array([1.95, 2.1, 2.9, 3.1, 3.7, 3.9])
    runs_away = measured(MOMENTUM, momenta, rates)[0] > 1
    assert runs_away.tolist() == (rates[None] > 2 + 2 * momenta[:, None]).tolist()


@pytest.mark.parametrize("name", MAKERS)
def test_a_surface_s_gradient_is_that_of_its_loss(name: str) -> None:
    chosen = surface(name)
    rng = np.random.default_rng(0)
    for _ in range(5):
        w = np.array([rng.uniform(*chosen.across), rng.uniform(*chosen.up)])
        h = 1e-5
        numeric = [(chosen.loss(*(w + h * e)) - chosen.loss(*(w - h * e))) / (2 * h) for e in np.eye(2)]
        assert chosen.gradient(w) == pytest.approx(np.array(numeric, dtype=float), rel=1e-4, abs=1e-6)


@pytest.mark.parametrize("name", MAKERS)
def test_no_place_of_the_window_lies_lower_than_the_star(name: str) -> None:
    chosen = surface(name)
    assert chosen.lowest is not None and np.linalg.norm(chosen.gradient(np.array(chosen.lowest))) < 1e-3
    grid = np.meshgrid(np.linspace(*chosen.across, 80), np.linspace(*chosen.up, 80))
    assert chosen.loss(*grid).min() >= chosen.loss(*np.array(chosen.lowest)) - 1e-9


def test_an_unknown_surface_is_refused() -> None:
    with pytest.raises(ValueError, match="there are ravine, saddle"):
        surface("hill")


RACERS = {
    "gradient descent": (SGD, {"lr": 1.0}),
    "momentum": (MOMENTUM, {"lr": 0.3}),
    "Adam": (ADAM, {"reach": 1.0}),
}


@pytest.mark.parametrize("name", MAKERS)
def test_a_race_tells_who_ends_where(name: str) -> None:
    race = explore.race(RACERS, on=name)
    assert not race.error and race.picture.alt.count("ends at") == 3
    before = race.picture
    race.set(noise=0.3)
    assert race.picture.svg != before.svg
    assert "runs away" in race.set(surface="ravine", rate=2.0, noise=0.0).picture.alt


def test_lower_rates_let_momentum_win_on_the_ravine() -> None:
    def end(step: Any, lr: float) -> float:
        path = lecture.walk(step, surface("ravine").gradient, surface("ravine").start, 80, lr=lr * 0.06)
        return float(surface("ravine").loss(*path[-1]))

    assert end(SGD, 1.0) < end(MOMENTUM, 0.3)
    assert end(SGD, 0.125) > 10 * end(MOMENTUM, 0.3 * 0.125)


def test_adam_leaves_the_saddle_first() -> None:
    saddle = surface("saddle")
    unit = (saddle.across[1] - saddle.across[0]) / 40
    left = {}
    for name, (step, lr) in {"sgd": (SGD, 0.1), "momentum": (MOMENTUM, 0.03), "adam": (ADAM, unit)}.items():
        path = lecture.walk(step, saddle.gradient, saddle.start, 150, lr=lr)
        left[name] = int(np.argmax(np.abs(path[:, 1]) > 0.5))
    assert 0 < left["adam"] < left["momentum"] and left["adam"] < left["sgd"], left


def test_a_step_that_breaks_is_said_in_the_explorer() -> None:
    def breaks(w: Any, dw: Any, state: Any, lr: float) -> Any:
        raise KeyError("m")

    assert "KeyError" in explore.bowl(breaks).error
    assert "KeyError" in explore.race({"x": (breaks, {})}).error
    wrong_shape = explore.race({"x": (lambda w, dw, state, lr: (w[:1], state), {})})
    assert "runs away after 0 steps" in wrong_shape.picture.alt


def test_effective_rates_differ_as_the_text_says() -> None:
    alt = explore.effective_rates(
        {"Adam": (ADAM, {"lr": 0.01}), "momentum": (MOMENTUM, {"lr": 0.01})}
    ).picture.alt
    small, large = (
        float(n.replace("\N{MINUS SIGN}", "-")) for n in alt.split("Adam: ")[1].split(";")[0].split(" and ")
    )
    assert large / small == pytest.approx(10, rel=0.5)


def test_the_form_of_alexnet_slows_down_later_when_the_rate_drops() -> None:
    ends = {}
    for name, step, settings in [("m", MOMENTUM, {}), ("a", right("alexnet_step"), {"weight_decay": 0.0})]:
        w, state, walk = np.array([4.0]), {}, [4.0]
        for i in range(14):
            w, state = step(w, 0.2 * w, state, lr=0.1 if i < 10 else 0.01, **settings)
            walk.append(float(w[0]))
        ends[name] = walk
    assert ends["m"][:11] == pytest.approx(ends["a"][:11])
    assert abs(ends["m"][11] - ends["m"][10]) < 0.2 * abs(ends["a"][11] - ends["a"][10])


def test_pictures_tell_their_numbers() -> None:
    rates = draw.rates_over_time({"falling": lambda t: 1 / (1 + t)}, 4)
    assert "falling from 1 to 0.25" in rates.alt
    assert "0.899" in draw.momentum_map(MOMENTUM).caption or "0.9" in draw.momentum_map(MOMENTUM).caption
