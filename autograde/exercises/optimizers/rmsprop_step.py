"""Exercise `rmsprop_step`: a rate for every weight, from an average of its squared gradients (Tieleman & Hinton 2012)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograde.course.definition import call, exercise
from autograde.exercises.optimizers.common import OPTIMIZERS, along_a_run, remembers, torch_step
from helpers.checking.compare import parts


@exercise(points=3, difficulty="easy", minutes=8, compare=parts(names=("w", "state"), shares=(2, 1)))
def rmsprop_step(w, dw, state, lr, beta2=0.99, eps=1e-8):
    """One step of RMSProp: the step divided by the root of the average squared gradient."""
    import torch

    def make(weights):
        return torch.optim.RMSprop(weights, lr=lr, alpha=beta2, eps=eps)

    def start(weights):
        return {"step": torch.tensor(0.0), "square_avg": torch.zeros_like(weights)}

    if state:
        state = {"step": np.array(0.0), **state}
    after, kept = torch_step(make, w, dw, state, {"v": "square_avg", "step": "step"}, start)
    return after, {"v": kept["v"]}


rmsprop_step.off_limits(*OPTIMIZERS)
rmsprop_step.feature(present="a memory of earlier steps", absent="no memory yet")(remembers)
rmsprop_step.example("the first step", np.array([4.0, 4]), np.array([4.0, 0.01]), {}, lr=0.5)
rmsprop_step.example("a later step", np.array([1.0, 2]), np.array([3.0, 8]), {"v": np.array([16.0, 36])}, lr=0.5, beta2=0.75)  # fmt: skip
rmsprop_step.example("a large eps", np.array([1.0, -2]), np.array([1.0, 2]), {"v": np.array([4.0, 9])}, lr=0.5, beta2=0.5, eps=2.0)  # fmt: skip
rmsprop_step.example("no slope any more", np.array([1.0, -2]), np.array([0.0, 0]), {"v": np.array([2.0, 1])}, lr=0.1)  # fmt: skip
rmsprop_step.example("a weight that never had a slope", np.array([1.0, 5]), np.array([2.0, 0]), {}, lr=0.1)
rmsprop_step.example("a table of weights", np.array([[1.0, 2], [3, 4]]), np.array([[1.0, 0.5], [-1, 2]]), {"v": np.array([[1.0, 1], [2, 3]])}, lr=0.2)  # fmt: skip


@rmsprop_step.cases(weight=2)
def any_state(rng: np.random.Generator) -> Iterator[Any]:
    for shape in [(5,), (3, 4), (2, 3, 2, 2)]:
        w, dw, v = rng.normal(size=(3, *shape))
        rates: dict[str, Any] = {"lr": float(rng.uniform(0.01, 1)), "beta2": float(rng.uniform(0.5, 0.99))}
        yield call(w, dw, {"v": 4 * v**2}, eps=float(rng.uniform(0.1, 1)), **rates)
        yield call(w, dw, {}, **rates)
    yield call(*rng.normal(size=(2, 4)).astype(np.float32), {"v": rng.uniform(1, 2, size=4).astype(np.float32)}, lr=0.1)  # fmt: skip


@rmsprop_step.cases
def steps_of_a_run(rng: np.random.Generator) -> Iterator[Any]:
    yield from along_a_run(rmsprop_step.oracle, rng, lr=0.1)
    yield from along_a_run(rmsprop_step.oracle, rng, lr=0.05, beta2=0.9)


@rmsprop_step.alternative
def with_get(w, dw, state, lr, beta2=0.99, eps=1e-8):
    v = beta2 * state.get("v", 0) + (1 - beta2) * dw**2
    return w - lr * dw / (np.sqrt(v) + eps), {"v": v}


@rmsprop_step.alternative
def towards_the_square(w, dw, state, lr, beta2=0.99, eps=1e-8):
    before = state["v"] if state else np.zeros_like(w)
    after = before + (1 - beta2) * (np.square(dw) - before)
    rates = lr / (after**0.5 + eps)
    return w - rates * dw, {"v": after}


def _edit(name: str, replace: str, by: str, look: str, wrong: str, **more: Any) -> None:
    rmsprop_step.edit(name, of=with_get, replace=replace, by=by, look=look, wrong=wrong, **more)


_edit(
    "adds_up_for_ever", 'beta2 * state.get("v", 0) + (1 - beta2) * dw**2', 'state.get("v", 0) + dw**2',
    "What happens to v when the gradients are 0 from now on?",
    "Your v adds up and never shrinks: that is AdaGrad's sum. RMSProp keeps an average that forgets.",
)  # fmt: skip
_edit(
    "adds_the_square_in_full", "(1 - beta2) * dw**2", "dw**2",
    "Do the two shares of your average add up to 1?",
    "The whole square enters your v, so that it is no average: the two shares are beta2 and 1 − beta2.",
)  # fmt: skip
_edit(
    "swaps_the_shares", 'beta2 * state.get("v", 0) + (1 - beta2) * dw**2', '(1 - beta2) * state.get("v", 0) + beta2 * dw**2',
    "With beta2 = 0.99, does v change a little at each step, or nearly altogether?",
    "Your shares are swapped: the old average gets 1 − beta2. It should get beta2.",
)  # fmt: skip
_edit(
    "averages_without_squaring", "* dw**2", "* dw",
    "Which power of the gradient does v average?",
    "Your v averages the gradients themselves, in which signs cancel. It averages their squares.",
)  # fmt: skip
_edit(
    "averages_absolute_values", "* dw**2", "* np.abs(dw)",
    "Which power of the gradient does v average?",
    "Your v averages absolute values. It averages squares; the root comes at the end.",
)  # fmt: skip
_edit(
    "takes_no_root", "(np.sqrt(v) + eps)", "(v + eps)",
    "In which unit is your denominator, the gradient's or its square's?",
    "You divide by the average square itself. Divide by its root, which has the gradient's unit.",
)  # fmt: skip
_edit(
    "puts_eps_into_the_root", "(np.sqrt(v) + eps)", "np.sqrt(v + eps)",
    "Where does eps stand, before the root is taken or after?",
    "Your eps stands inside the root. It is added after the root.",
)  # fmt: skip
_edit(
    "leaves_out_eps", "(np.sqrt(v) + eps)", "np.sqrt(v)",
    "What is 0 / 0?",
    "A weight that never had a gradient divides 0 by 0. eps is added to the root.",
)  # fmt: skip
_edit(
    "divides_by_the_old_average", "(np.sqrt(v) + eps)", '(np.sqrt(state.get("v", 0)) + eps)',
    "Does this step's own gradient stand in the denominator?",
    "Your denominator does not know this step's gradient. Update v first, then divide.",
)  # fmt: skip
_edit(
    "corrects_the_bias", "np.sqrt(v)", 'np.sqrt(v / (1 - beta2) if "v" not in state else v)',
    "How long is the first step? RMSProp starts with a v that is too small.",
    "Your first average is made larger, as Adam does it. RMSProp divides by v as it is, so its first steps are long.",
)  # fmt: skip
_edit(
    "climbs", "w - lr", "w + lr",
    "Does the loss fall where the gradient points?",
    "Your weights move along the gradient, where the loss rises. A step goes against it.",
)  # fmt: skip
_edit(
    "hands_on_the_root", '{"v": v}', '{"v": np.sqrt(v)}',
    "Which v will the next step find: the average, or its root?",
    "Your weights are right, but you hand on the root. The average of the squares is what goes on.",
)  # fmt: skip


@rmsprop_step.misconception(
    look="What does the caller's state hold afterwards?",
    wrong="Your function changes the state that it was given. Return a new one.",
)
def changes_the_state_in_place(w, dw, state, lr, beta2=0.99, eps=1e-8):
    if "v" not in state:
        state["v"] = np.zeros_like(w)
    state["v"] *= beta2
    state["v"] += (1 - beta2) * dw**2
    return w - lr * dw / (np.sqrt(state["v"]) + eps), state
