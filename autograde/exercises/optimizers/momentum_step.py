"""Exercise `momentum_step`: a step with a memory, in PyTorch's form (Polyak 1964; Sutskever et al. 2013 put lr inside)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograde.course.definition import call, exercise
from autograde.exercises.optimizers.common import OPTIMIZERS, along_a_run, remembers, torch_step
from helpers.checking.compare import parts


@exercise(points=2, difficulty="easy", minutes=10, compare=parts(names=("w", "state"), shares=(2, 1)))
def momentum_step(w, dw, state, lr, momentum=0.9):
    """One step with momentum: the memory decays and takes the gradient in, the weights follow it."""
    import torch

    def make(weights):
        return torch.optim.SGD(weights, lr=lr, momentum=momentum)

    if momentum == 0:  # PyTorch keeps no memory then
        return w - lr * dw, {"m": np.array(dw)}
    return torch_step(make, w, dw, state, {"m": "momentum_buffer"})


momentum_step.off_limits(*OPTIMIZERS)
momentum_step.feature(present="a memory of earlier steps", absent="no memory yet")(remembers)
momentum_step.example("the first step", np.array([4.0]), np.array([4.0]), {}, lr=0.1)
momentum_step.example("the second step", np.array([3.6]), np.array([3.6]), {"m": np.array([4.0])}, lr=0.1)
momentum_step.example("no slope any more", np.array([1.0, -2]), np.array([0.0, 0]), {"m": np.array([2.0, -1])}, lr=0.1)  # fmt: skip
momentum_step.example("half the memory", np.array([1.0, -2]), np.array([0.5, 4]), {"m": np.array([2.0, -3])}, lr=0.5, momentum=0.5)  # fmt: skip
momentum_step.example("no memory at all", np.array([1.0, 5]), np.array([3.0, -1]), {"m": np.array([7.0, 7])}, lr=0.1, momentum=0.0)  # fmt: skip
momentum_step.example("a table of weights", np.array([[1.0, 2], [3, 4]]), np.array([[1.0, 0], [-1, 2]]), {"m": np.array([[1.0, 1], [2, 0]])}, lr=0.2)  # fmt: skip


@momentum_step.cases(weight=2)
def any_state(rng: np.random.Generator) -> Iterator[Any]:
    for shape in [(5,), (3, 4), (2, 3, 2, 2)]:
        w, dw, m = rng.normal(size=(3, *shape))
        yield call(w, dw, {"m": m}, lr=float(rng.uniform(0.01, 1)), momentum=float(rng.uniform(0.2, 0.99)))
        yield call(w, dw, {}, lr=0.3)
    yield call(*rng.normal(size=(2, 4)).astype(np.float32), {"m": rng.normal(size=4).astype(np.float32)}, lr=0.1)  # fmt: skip


@momentum_step.cases
def steps_of_a_run(rng: np.random.Generator) -> Iterator[Any]:
    yield from along_a_run(momentum_step.oracle, rng, lr=0.1)
    yield from along_a_run(momentum_step.oracle, rng, lr=0.05, momentum=0.5)


@momentum_step.alternative
def with_get(w, dw, state, lr, momentum=0.9):
    m = momentum * state.get("m", 0) + dw
    return w - lr * m, {"m": m}


@momentum_step.alternative
def with_a_first_step(w, dw, state, lr, momentum=0.9):
    if "m" in state:
        m = momentum * state["m"] + dw
    else:
        m = dw.copy()
    new = w - lr * m
    return new, {"m": m}


@momentum_step.alternative
def with_zeros(w, dw, state, lr, momentum=0.9):
    before = state["m"] if state else np.zeros_like(w)
    after = before * momentum
    after += dw
    return w + (-lr) * after, dict(m=after)


def _edit(name: str, replace: str, by: str, look: str, wrong: str, **more: Any) -> None:
    momentum_step.edit(name, of=with_get, replace=replace, by=by, look=look, wrong=wrong, **more)


_edit(
    "dampens_the_gradient", '+ dw', '+ (1 - momentum) * dw',
    "How much of the gradient enters the memory?",
    "Only a share 1 − momentum of the gradient enters your memory, which makes it an average. In this form all of it enters.",
)  # fmt: skip
_edit(
    "puts_the_rate_into_the_memory", "+ dw\n    return w - lr * m", "+ lr * dw\n    return w - m",
    "What is m after the first step: the gradient, or lr times it?",
    "Your memory holds steps, with the rate inside. Here it holds gradients; the rate comes in when the weights move.",
)  # fmt: skip
_edit(
    "forgets_the_memory", 'momentum * state.get("m", 0) + dw', "1.0 * dw",
    "Where does the old m enter your step?",
    "Your step is the one of plain gradient descent: what was remembered plays no part.",
)  # fmt: skip
_edit(
    "never_forgets", 'momentum * state.get("m", 0)', 'state.get("m", 0)',
    "What does the memory become when the gradients are 0 from now on?",
    "Your memory never decays. Each step keeps the share momentum of it.",
)  # fmt: skip
_edit(
    "decays_the_gradient_too", 'momentum * state.get("m", 0) + dw', 'momentum * (state.get("m", 0) + dw)',
    "What is m after the first step?",
    "Your new gradient is multiplied by the momentum as well. Only what was remembered decays.",
)  # fmt: skip
_edit(
    "weighs_the_gradient_instead", 'momentum * state.get("m", 0) + dw', 'state.get("m", 0) + momentum * dw',
    "Which of the two decays, the memory or the gradient?",
    "Your momentum multiplies the gradient in place of the memory.",
)  # fmt: skip
_edit(
    "returns_the_old_memory", '{"m": m}', '{"m": state.get("m", np.zeros_like(w))}',
    "Which m will the next step find?",
    "Your weights are right, but you hand on the old memory, so the next step knows nothing of this one.",
)  # fmt: skip
_edit(
    "moves_by_the_old_memory", "w - lr * m", 'w - lr * state.get("m", np.zeros_like(w))',
    "Does this step's gradient move the weights at once?",
    "Your weights follow the memory as it was before this step's gradient came in. Update m first, then move.",
)  # fmt: skip
_edit(
    "climbs", "w - lr * m", "w + lr * m",
    "Does the loss fall where the gradient points?",
    "Your weights move along the remembered gradients, where the loss rises. A step goes against them.",
)  # fmt: skip
_edit(
    "subtracts_the_gradient", "+ dw", "- dw",
    "What is the sign of m after the first step, and what is the gradient's?",
    "Your memory takes in minus the gradient. Here m collects gradients, and the weights move by −lr · m.",
)  # fmt: skip
_edit(
    "looks_ahead", "w - lr * m", "w - lr * (dw + momentum * m)",
    "How far do the weights move: by lr times m, or by something more?",
    "Your weights take a second look along the memory: that is Nesterov's form. Here they move by lr · m.",
)  # fmt: skip


@momentum_step.misconception(
    look="What does the caller's state hold afterwards?",
    wrong="Your function changes the state that it was given. Return a new one: whoever called may need the old one, for a second try from the same place.",
)
def changes_the_state_in_place(w, dw, state, lr, momentum=0.9):
    if "m" not in state:
        state["m"] = np.zeros_like(w)
    state["m"] *= momentum
    state["m"] += dw
    return w - lr * state["m"], state
