"""Exercise `nesterov_step`: momentum that looks ahead, in PyTorch's form (Sutskever et al. 2013, section 2)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograde.course.definition import call, exercise
from autograde.exercises.optimizers.common import OPTIMIZERS, along_a_run, remembers, torch_step
from helpers.checking.compare import parts


@exercise(points=2, difficulty="easy", minutes=8, compare=parts(names=("w", "state"), shares=(2, 1)))
def nesterov_step(w, dw, state, lr, momentum=0.9):
    """One step of Nesterov's momentum: the gradient, and the memory as the next step will find it."""
    import torch

    def make(weights):
        return torch.optim.SGD(weights, lr=lr, momentum=momentum, nesterov=True)

    return torch_step(make, w, dw, state, {"m": "momentum_buffer"})


nesterov_step.off_limits(*OPTIMIZERS)
nesterov_step.feature(present="a memory of earlier steps", absent="no memory yet")(remembers)
nesterov_step.example("the first step", np.array([4.0]), np.array([4.0]), {}, lr=0.1)
nesterov_step.example("the second step", np.array([3.24]), np.array([3.24]), {"m": np.array([4.0])}, lr=0.1)
nesterov_step.example("no slope any more", np.array([1.0, -2]), np.array([0.0, 0]), {"m": np.array([2.0, -1])}, lr=0.1)  # fmt: skip
nesterov_step.example("half the memory", np.array([1.0, -2]), np.array([0.5, 4]), {"m": np.array([2.0, -3])}, lr=0.5, momentum=0.5)  # fmt: skip
nesterov_step.example("a table of weights", np.array([[1.0, 2], [3, 4]]), np.array([[1.0, 0], [-1, 2]]), {"m": np.array([[1.0, 1], [2, 0]])}, lr=0.2)  # fmt: skip


@nesterov_step.cases(weight=2)
def any_state(rng: np.random.Generator) -> Iterator[Any]:
    for shape in [(5,), (3, 4), (2, 3, 2, 2)]:
        w, dw, m = rng.normal(size=(3, *shape))
        yield call(w, dw, {"m": m}, lr=float(rng.uniform(0.01, 1)), momentum=float(rng.uniform(0.2, 0.99)))
        yield call(w, dw, {}, lr=0.3)
    yield call(*rng.normal(size=(2, 4)).astype(np.float32), {"m": rng.normal(size=4).astype(np.float32)}, lr=0.1)  # fmt: skip


@nesterov_step.cases
def steps_of_a_run(rng: np.random.Generator) -> Iterator[Any]:
    yield from along_a_run(nesterov_step.oracle, rng, lr=0.1)
    yield from along_a_run(nesterov_step.oracle, rng, lr=0.05, momentum=0.5)


@nesterov_step.alternative
def with_get(w, dw, state, lr, momentum=0.9):
    m = momentum * state.get("m", 0) + dw
    return w - lr * (dw + momentum * m), {"m": m}


@nesterov_step.alternative
def in_two_moves(w, dw, state, lr, momentum=0.9):
    m = dw + momentum * state["m"] if state else dw.copy()
    moved = w - lr * dw
    moved = moved - lr * momentum * m
    return moved, {"m": m}


def _edit(name: str, replace: str, by: str, look: str, wrong: str, **more: Any) -> None:
    nesterov_step.edit(name, of=with_get, replace=replace, by=by, look=look, wrong=wrong, **more)


_edit(
    "does_not_look_ahead", "(dw + momentum * m)", "m",
    "By what do the weights move, beside this step's gradient?",
    "Your step is the one of plain momentum: the gradient and momentum times the old memory. Here the second part is momentum times the new memory.",
)  # fmt: skip
_edit(
    "looks_ahead_in_full", "(dw + momentum * m)", "(dw + m)",
    "How much of the new memory moves the weights?",
    "All of your memory moves the weights. Only the share momentum of it does: what is left at the next step.",
)  # fmt: skip
_edit(
    "leaves_out_the_gradient", "(dw + momentum * m)", "(momentum * m)",
    "By how much does the first step move the weights? The gradient and momentum times it.",
    "Your weights move by momentum · m alone. The gradient itself is added to that.",
)  # fmt: skip
_edit(
    "hands_on_the_look_ahead", '{"m": m}', '{"m": dw + momentum * m}',
    "Which m will the next step find?",
    "You hand on what moved the weights. The memory is m: what was kept of the old one, plus the gradient.",
)  # fmt: skip
_edit(
    "returns_the_old_memory", '{"m": m}', '{"m": state.get("m", np.zeros_like(w))}',
    "Which m will the next step find?",
    "Your weights are right, but you hand on the old memory, so the next step knows nothing of this one.",
)  # fmt: skip
_edit(
    "climbs", "w - lr", "w + lr",
    "Does the loss fall where the gradient points?",
    "Your weights move along the gradients, where the loss rises. A step goes against them.",
)  # fmt: skip
_edit(
    "dampens_the_gradient", "0) + dw", "0) + (1 - momentum) * dw",
    "How much of the gradient enters the memory?",
    "Only a share 1 − momentum of the gradient enters your memory. In this form all of it enters.",
)  # fmt: skip


@nesterov_step.misconception(
    look="What does the caller's state hold afterwards?",
    wrong="Your function changes the state that it was given. Return a new one.",
)
def changes_the_state_in_place(w, dw, state, lr, momentum=0.9):
    if "m" not in state:
        state["m"] = np.zeros_like(w)
    state["m"] *= momentum
    state["m"] += dw
    return w - lr * (dw + momentum * state["m"]), state
