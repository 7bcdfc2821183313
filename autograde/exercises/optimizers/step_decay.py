"""Exercise `step_decay`: a rate that falls by a factor every few epochs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograde.course.definition import call, exercise


@exercise(points=1, difficulty="easy", minutes=4)
def step_decay(epoch, lr, every, factor=0.1):
    """The rate in an epoch, counted from 0: multiplied by `factor` after every `every` epochs."""
    for _ in range(every, epoch + 1, every):
        lr = lr * factor
    return float(lr)


step_decay.off_limits("torch.optim")
step_decay.example("the start", 0, 0.8, 30)
step_decay.example("the last epoch at the full rate", 29, 0.8, 30)
step_decay.example("the first epoch at a tenth", 30, 0.8, 30)
step_decay.example("after two drops", 75, 0.8, 30)
step_decay.example("halved every two epochs", 7, 0.8, 2, factor=0.5)
step_decay.example("a drop at every epoch", 1, 0.8, 1, factor=0.5)
step_decay.example("a factor of 1", 5, 0.3, 2, factor=1.0)


@step_decay.cases(weight=2)
def any_epoch(rng: np.random.Generator) -> Iterator[Any]:
    for every in (1, 3, 10):
        for epoch in (0, every - 1, every, 2 * every + 1, 5 * every):
            yield call(epoch, float(rng.uniform(0.01, 1)), every, factor=float(rng.uniform(0.2, 0.9)))


@step_decay.cases
def a_tenth_by_itself(rng: np.random.Generator) -> Iterator[Any]:
    for epoch in rng.integers(0, 100, size=4):
        yield call(int(epoch), float(rng.uniform(0.01, 1)), 25)


@step_decay.alternative
def with_a_power(epoch, lr, every, factor=0.1):
    return lr * factor ** (epoch // every)


@step_decay.alternative
def with_a_loop(epoch, lr, every, factor=0.1):
    for past in range(1, epoch + 1):
        if past % every == 0:
            lr *= factor
    return lr


def _edit(name: str, replace: str, by: str, look: str, wrong: str, **more: Any) -> None:
    step_decay.edit(name, of=with_a_power, replace=replace, by=by, look=look, wrong=wrong, **more)


_edit(
    "falls_smoothly", "epoch // every", "epoch / every",
    "Does the rate change between two drops?",
    "Your rate falls at every epoch. It keeps its value for `every` epochs, then drops.",
)  # fmt: skip
_edit(
    "drops_one_late", "epoch // every", "(epoch - 1) // every if epoch else 0",
    "Epochs are counted from 0. Which is the first at the lower rate?",
    "Your rate drops one epoch late. Epochs 0 to every − 1 have the full rate; epoch `every` is the first with less.",
)  # fmt: skip
_edit(
    "drops_one_early", "epoch // every", "(epoch + 1) // every",
    "Epochs are counted from 0. Which is the first at the lower rate?",
    "Your rate drops one epoch early. Epochs 0 to every − 1 have the full rate.",
)  # fmt: skip
_edit(
    "drops_once", "epoch // every", "epoch >= every",
    "How many drops has epoch 75 seen, with a drop every 30?",
    "Your rate drops once and stays. It drops again after each further `every` epochs.",
    shown="after two drops",
)  # fmt: skip
_edit(
    "multiplies_in_place_of_raising", "factor ** (epoch // every)", "(factor * (epoch // every) if epoch >= every else 1)",
    "What do two drops make of the rate?",
    "Your factor is multiplied by the number of drops. Two drops multiply twice: factor to the power of 2.",
)  # fmt: skip
_edit(
    "divides", "* factor", "/ factor",
    "Does your rate fall or rise?",
    "Your rate rises: you divide by the factor. Each drop multiplies by it.",
)  # fmt: skip
_edit(
    "subtracts", "lr * factor ** (epoch // every)", "max(0.0, lr - factor * (epoch // every))",
    "What does the factor do to the rate?",
    "Your rate loses the factor at every drop. It is multiplied by it.",
)  # fmt: skip
_edit(
    "returns_the_share", "lr * ", "",
    "What is the rate before the first drop?",
    "You return the share that is left. The rate is lr times that share.",
)  # fmt: skip
