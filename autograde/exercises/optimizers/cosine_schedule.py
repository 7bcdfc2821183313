"""Exercise `cosine_schedule`: a warm-up, then half a cosine down (Loshchilov & Hutter 2017, eq. 5; Goyal et al. 2017 for the warm-up)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from autograde.course.definition import call, exercise


@exercise(points=2, difficulty="medium", minutes=8)
def cosine_schedule(step, steps, lr, warmup=0, lr_min=0.0):
    """The rate at a step, counted from 0: a straight line up over `warmup` steps, then half a cosine down."""
    if step < warmup:
        return float(lr * (step + 1) / warmup)
    half = math.pi * (step - warmup) / (steps - warmup) / 2
    return float(lr_min + (lr - lr_min) * math.cos(half) ** 2)  # (1 + cos 2a) / 2 = cos² a


cosine_schedule.off_limits("torch.optim")
cosine_schedule.example("the start", 0, 10, 0.8)
cosine_schedule.example("half way", 5, 10, 0.8)
cosine_schedule.example("a quarter of the way", 3, 12, 0.8)
cosine_schedule.example("down to a floor", 6, 8, 0.8, lr_min=0.2)
cosine_schedule.example("the first step of a warm-up", 0, 12, 0.8, warmup=4)
cosine_schedule.example("the last step of a warm-up", 3, 12, 0.8, warmup=4)
cosine_schedule.example("the first step after it", 4, 12, 0.8, warmup=4, lr_min=0.1)
cosine_schedule.example("later, with all of it", 9, 12, 0.8, warmup=4, lr_min=0.1)
cosine_schedule.example("a warm-up towards a floor", 1, 12, 0.8, warmup=4, lr_min=0.1)


@cosine_schedule.cases(weight=2)
def without_warm_up(rng: np.random.Generator) -> Iterator[Any]:
    for steps in (1, 7, 100):
        for step in {0, steps // 3, steps - 1}:
            yield call(step, steps, float(rng.uniform(0.1, 1)), lr_min=float(rng.uniform(0, 0.1)))
        yield call(steps // 2, steps, float(rng.uniform(0.1, 1)))


@cosine_schedule.cases(weight=2)
def with_warm_up(rng: np.random.Generator) -> Iterator[Any]:
    for steps, warmup in [(10, 1), (20, 5), (100, 30)]:
        for step in (0, warmup - 1, warmup, warmup + 1, steps - 1):
            yield call(step, steps, float(rng.uniform(0.1, 1)), warmup=warmup, lr_min=float(rng.uniform(0, 0.1)))  # fmt: skip


@cosine_schedule.alternative
def by_the_formula(step, steps, lr, warmup=0, lr_min=0.0):
    if step < warmup:
        return lr * (step + 1) / warmup
    share = (step - warmup) / (steps - warmup)
    return lr_min + 0.5 * (lr - lr_min) * (1 + np.cos(np.pi * share))


@cosine_schedule.alternative
def from_a_table(step, steps, lr, warmup=0, lr_min=0.0):
    up = [lr * (i + 1) / warmup for i in range(warmup)]
    angles = np.pi * np.arange(steps - warmup) / (steps - warmup)
    return [*up, *(lr_min + (lr - lr_min) * (1 + np.cos(angles)) / 2)][step]


def _edit(name: str, replace: str, by: str, look: str, wrong: str, **more: Any) -> None:
    cosine_schedule.edit(name, of=by_the_formula, replace=replace, by=by, look=look, wrong=wrong, **more)


_edit(
    "goes_round_in_full", "np.pi * share", "2 * np.pi * share",
    "How much of a cosine is run through? Where does your rate stand half way?",
    "Your cosine goes all the way round: half way it is at the bottom, then it rises again. Half a turn, π, is enough.",
)  # fmt: skip
_edit(
    "goes_a_quarter", "(1 + np.cos(np.pi * share))", "2 * np.cos(np.pi * share / 2)",
    "Half way, how far should the rate have come down?",
    "Your rate follows a quarter of a cosine, which falls late. It is (1 + cos) / 2 of half a turn.",
)  # fmt: skip
_edit(
    "leaves_out_the_half", "0.5 * (lr", "(lr",
    "What is your rate at the start of the cosine? It should be lr.",
    "Your cosine part is twice too high: 1 + cos runs from 2 to 0, so it is halved.",
)  # fmt: skip
_edit(
    "forgets_the_one", "(1 + np.cos(np.pi * share))", "np.cos(np.pi * share)",
    "Can a rate be negative?",
    "Your rate swings below the floor: the cosine runs from 1 to −1. 1 + cos runs from 2 to 0.",
)  # fmt: skip
_edit(
    "falls_in_a_line", "0.5 * (lr - lr_min) * (1 + np.cos(np.pi * share))", "(lr - lr_min) * (1 - share)",
    "Does the rate fall by the same amount at every step?",
    "Your rate falls along a straight line. The cosine falls slowly at both ends.",
)  # fmt: skip
_edit(
    "counts_from_the_warm_up_s_start", "(step - warmup) / (steps - warmup)", "step / steps",
    "Where is the cosine's start, once there is a warm-up?",
    "Your cosine started with the warm-up, so that it has come down already when that ends. Both counts leave the warm-up out.",
)  # fmt: skip
_edit(
    "spreads_over_all_steps", "(step - warmup) / (steps - warmup)", "(step - warmup) / steps",
    "How many steps has the cosine, once the warm-up has had its own?",
    "Your cosine is spread over all steps and does not come down in time. It has steps − warmup of them.",
)  # fmt: skip
_edit(
    "warms_up_from_nothing", "lr * (step + 1) / warmup", "lr * step / warmup",
    "What is the rate at step 0 of the warm-up?",
    "Your warm-up begins at a rate of 0, a step that moves nothing. Step 0 has lr / warmup, the last step of it the full lr.",
)  # fmt: skip
_edit(
    "never_warms_up", "lr * (step + 1) / warmup", "lr",
    "What is the rate during the warm-up?",
    "Your rate is lr all through the warm-up. It climbs in equal parts.",
)  # fmt: skip
_edit(
    "lets_the_floor_be_added", "0.5 * (lr - lr_min)", "0.5 * lr",
    "What is your rate at the start of the cosine?",
    "Your rate starts at lr + lr_min. The cosine spans what lies between the two: lr − lr_min.",
)  # fmt: skip
_edit(
    "forgets_the_floor", "lr_min + 0.5 * (lr - lr_min)", "0.5 * lr",
    "To which rate does yours come down?",
    "Your rate comes down to 0. It ends at lr_min.",
)  # fmt: skip
_edit(
    "warms_up_from_the_floor", "lr * (step + 1) / warmup", "lr_min + (lr - lr_min) * (step + 1) / warmup",
    "What is the rate at step 0 of the warm-up, by the docstring?",
    "Your warm-up rises from lr_min. It rises from 0, by lr / warmup a step.",
)  # fmt: skip
