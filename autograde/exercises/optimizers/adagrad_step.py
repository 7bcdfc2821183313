"""Exercise `adagrad_step`: a rate for every weight, from all its squared gradients (Duchi, Hazan & Singer 2011)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograde.course.definition import call, exercise
from autograde.exercises.optimizers.common import OPTIMIZERS, along_a_run, remembers, torch_step
from helpers.checking.compare import parts


@exercise(points=2, difficulty="easy", minutes=8, compare=parts(names=("w", "state"), shares=(2, 1)))
def adagrad_step(w, dw, state, lr, eps=1e-10):
    """One step of AdaGrad: squared gradients add up, and divide the step by their root."""
    import torch

    def make(weights):
        return torch.optim.Adagrad(weights, lr=lr, eps=eps)

    def start(weights):
        return {"step": torch.tensor(0.0), "sum": torch.zeros_like(weights)}

    if state:
        state = {"step": np.array(0.0), **state}
    after, kept = torch_step(make, w, dw, state, {"v": "sum", "step": "step"}, start)
    return after, {"v": kept["v"]}


adagrad_step.off_limits(*OPTIMIZERS)
adagrad_step.feature(present="a memory of earlier steps", absent="no memory yet")(remembers)
adagrad_step.example("the first step", np.array([4.0, 4]), np.array([4.0, 0.01]), {}, lr=0.5)
adagrad_step.example("a later step", np.array([1.0, 2]), np.array([3.0, 8]), {"v": np.array([16.0, 36])}, lr=0.5)  # fmt: skip
adagrad_step.example("a large eps", np.array([1.0, -2]), np.array([1.0, 2]), {"v": np.array([3.0, 5])}, lr=0.5, eps=2.0)  # fmt: skip
adagrad_step.example("no slope any more", np.array([1.0, -2]), np.array([0.0, 0]), {"v": np.array([2.0, 1])}, lr=0.1)  # fmt: skip
adagrad_step.example("a weight that never had a slope", np.array([1.0, 5]), np.array([2.0, 0]), {}, lr=0.1)
adagrad_step.example("a table of weights", np.array([[1.0, 2], [3, 4]]), np.array([[1.0, 0.5], [-1, 2]]), {"v": np.array([[1.0, 1], [2, 3]])}, lr=0.2)  # fmt: skip


@adagrad_step.cases(weight=2)
def any_state(rng: np.random.Generator) -> Iterator[Any]:
    for shape in [(5,), (3, 4), (2, 3, 2, 2)]:
        w, dw, v = rng.normal(size=(3, *shape))
        yield call(w, dw, {"v": 4 * v**2}, lr=float(rng.uniform(0.01, 1)), eps=float(rng.uniform(0.1, 1)))
        yield call(w, dw, {}, lr=0.3)
    yield call(*rng.normal(size=(2, 4)).astype(np.float32), {"v": rng.uniform(1, 2, size=4).astype(np.float32)}, lr=0.1)  # fmt: skip


@adagrad_step.cases
def steps_of_a_run(rng: np.random.Generator) -> Iterator[Any]:
    yield from along_a_run(adagrad_step.oracle, rng, lr=0.5)


@adagrad_step.alternative
def with_get(w, dw, state, lr, eps=1e-10):
    v = state.get("v", 0) + dw**2
    return w - lr * dw / (np.sqrt(v) + eps), {"v": v}


@adagrad_step.alternative
def with_a_rate_for_each(w, dw, state, lr, eps=1e-10):
    before = state["v"] if state else np.zeros_like(w)
    after = before + np.square(dw)
    rates = lr / (after**0.5 + eps)
    return w - rates * dw, {"v": after}


def _edit(name: str, replace: str, by: str, look: str, wrong: str, **more: Any) -> None:
    adagrad_step.edit(name, of=with_get, replace=replace, by=by, look=look, wrong=wrong, **more)


_edit(
    "forgets_old_gradients", 'state.get("v", 0) + dw**2', "dw**2",
    "Which gradients does your v know?",
    "Your v knows this step's gradient alone, so that every weight moves by lr. AdaGrad adds all squared gradients up.",
)  # fmt: skip
_edit(
    "lets_the_sum_decay", 'state.get("v", 0) + dw**2', '0.9 * state.get("v", 0) + 0.1 * dw**2',
    "What happens to old squared gradients: are they kept in full?",
    "Your v decays: that is RMSProp's average. AdaGrad keeps every squared gradient in full.",
)  # fmt: skip
_edit(
    "adds_without_squaring", "+ dw**2", "+ dw",
    "Which power of the gradient does v add up?",
    "Your v adds the gradients themselves, in which signs cancel. It adds their squares.",
)  # fmt: skip
_edit(
    "adds_absolute_values", "+ dw**2", "+ np.abs(dw)",
    "Which power of the gradient does v add up?",
    "Your v adds absolute values. It adds squares; the root comes at the end.",
)  # fmt: skip
_edit(
    "takes_no_root", "(np.sqrt(v) + eps)", "(v + eps)",
    "In which unit is your denominator, the gradient's or its square's?",
    "You divide by the sum of squares itself. Divide by its root, which has the gradient's unit.",
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
    "divides_by_the_old_sum", "(np.sqrt(v) + eps)", '(np.sqrt(state.get("v", 0)) + eps)',
    "Does this step's own gradient stand in the denominator?",
    "Your denominator does not know this step's gradient: the first step divides by eps alone. Add the square first.",
)  # fmt: skip
_edit(
    "one_rate_for_all", "np.sqrt(v)", "np.sqrt(np.sum(v))",
    "Is the denominator one number, or one for each weight?",
    "Your denominator is one number for all weights. Each weight has its own.",
)  # fmt: skip
_edit(
    "climbs", "w - lr", "w + lr",
    "Does the loss fall where the gradient points?",
    "Your weights move along the gradient, where the loss rises. A step goes against it.",
)  # fmt: skip
_edit(
    "hands_on_the_root", '{"v": v}', '{"v": np.sqrt(v)}',
    "Which v will the next step find: the sum, or its root?",
    "Your weights are right, but you hand on the root of the sum. The sum of squares is what adds up.",
)  # fmt: skip


@adagrad_step.misconception(
    look="What does the caller's state hold afterwards?",
    wrong="Your function changes the state that it was given. Return a new one.",
)
def changes_the_state_in_place(w, dw, state, lr, eps=1e-10):
    if "v" not in state:
        state["v"] = np.zeros_like(w)
    state["v"] += dw**2
    return w - lr * dw / (np.sqrt(state["v"]) + eps), state
