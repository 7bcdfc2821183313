"""Answers that take networks: drivers call them and tell what came of it as data that travels."""

from __future__ import annotations

import json

import numpy as np
import pytest

from autograde.course.definition import exercise
from autograde.course.registry import find
from helpers import drivers
from helpers.checking.calling import describe
from helpers.travel.calls import Call, observe


def idle(model, loader, loss_fn, optimizer):
    return 0.5


def test_a_driver_s_call_travels_and_calls_the_function():
    call = Call(("linear", (4, 2)), {"seed": 3}, through="one_epoch")
    back = Call.from_json(json.loads(json.dumps(call.to_json())))
    assert back == call
    seen = observe(idle, back)
    assert seen.value[0] == 0.5 and seen.value[2] is False and seen.value[1].shape == (12,)


def test_a_call_is_shown_as_it_can_be_run():
    text = describe(Call(("linear", (4, 2)), {"seed": 3}, through="one_epoch"), "idle")
    assert text.splitlines()[0] == "from helpers.drivers import one_epoch"
    names = {"idle": idle}
    exec(text.rsplit("\n", 1)[0], names)
    assert eval(text.rsplit("\n", 1)[1], names)[0] == 0.5


def test_an_unknown_driver_is_refused_where_the_exercise_is_defined():
    with pytest.raises(LookupError, match="there are one_epoch, share_right"):
        exercise(points=1, through="one_epochs")


@pytest.mark.parametrize("name", ["train_one_epoch", "evaluate"])
def test_hidden_and_visible_calls_go_through_the_driver(name):
    made = find(name)
    calls = [e.call for e in made.examples]
    calls += [c for group in made.groups for c in made.hidden_calls(group, np.random.default_rng(0))]
    assert {c.through for c in calls} == {made.through}


@pytest.mark.parametrize("network", drivers.NETWORKS)
def test_the_networks_are_the_same_each_time_and_do_not_draw_from_the_global_generator(network):
    import torch

    before = torch.random.get_rng_state()
    one, other = (drivers.one_epoch(idle, network, (3, 2))[1] for _ in range(2))
    assert np.array_equal(one, other)
    twice = drivers.one_epoch(find("train_one_epoch").oracle, network, (3, 2))
    again = drivers.one_epoch(find("train_one_epoch").oracle, network, (3, 2))
    assert np.array_equal(twice[1], again[1]) and not np.array_equal(twice[1], one)
    assert torch.equal(before, torch.random.get_rng_state())


def test_what_evaluate_must_not_do_is_seen():
    import torch

    def trains(model, loader):
        with torch.enable_grad():
            for x, _ in loader:
                model(x)
        with torch.no_grad():
            next(model.parameters()).add_(1.0)
        return 0.25

    share, training, tracked, change = drivers.share_right(trains)
    assert (share, training, tracked) == (0.25, True, True) and change == pytest.approx(1.0, rel=1e-5)


def test_batch_norm_answers_differently_in_the_two_modes():
    right, wrong = find("evaluate").alternatives[0], find("evaluate").misconceptions
    stays = next(w.function for w in wrong if w.name == "stays_in_training_mode")
    differs = [
        drivers.share_right(right, "batch norm", (9, 9), seed=seed)[0]
        != drivers.share_right(stays, "batch norm", (9, 9), seed=seed)[0]
        for seed in range(12)
    ]
    assert sum(differs) >= 4
