"""Exercise `sgd_step`: one step of gradient descent, in the form that all steps of this notebook have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograde.course.definition import call, exercise
from autograde.exercises.optimizers.common import OPTIMIZERS, along_a_run, torch_step
from helpers.checking.compare import parts


@exercise(points=1, difficulty="easy", minutes=5, compare=parts(names=("w", "state"), shares=(3, 1)))
def sgd_step(w, dw, state, lr):
    """One step of gradient descent: against the gradient, lr times its length."""
    import torch

    return torch_step(lambda weights: torch.optim.SGD(weights, lr=lr), w, dw, state, {})


sgd_step.off_limits(*OPTIMIZERS)
sgd_step.example("the bowl at 4", np.array([4.0]), np.array([4.0]), {}, lr=0.5)
sgd_step.example("two weights", np.array([1.0, -2]), np.array([0.5, 4]), {}, lr=0.1)
sgd_step.example("a gradient of zero", np.array([3.0, 1]), np.array([0.0, 2]), {}, lr=0.25)
sgd_step.example("a table of weights", np.array([[1.0, 2, 3], [4, 5, 6]]), np.array([[1.0, 0, -1], [2, 0.5, -3]]), {}, lr=2.0)  # fmt: skip
sgd_step.example("single precision", np.array([0.5, 2], np.float32), np.array([0.25, -1], np.float32), {}, lr=0.5)  # fmt: skip


@sgd_step.cases(weight=2)
def any_weights(rng: np.random.Generator) -> Iterator[Any]:
    for shape in [(5,), (3, 4), (2, 3, 2, 2)]:
        yield call(rng.normal(size=shape), rng.normal(size=shape), {}, lr=float(rng.uniform(0.01, 2)))
    yield call(rng.normal(size=(3, 4)).T, rng.normal(size=(8, 3))[::2], {}, lr=0.3)
    yield call(rng.normal(size=4).astype(np.float32), rng.normal(size=4).astype(np.float32), {}, lr=0.1)


@sgd_step.cases
def steps_of_a_run(rng: np.random.Generator) -> Iterator[Any]:
    yield from along_a_run(sgd_step.oracle, rng, lr=0.2)


@sgd_step.alternative
def in_one_line(w, dw, state, lr):
    return w - lr * dw, state


@sgd_step.alternative
def with_a_copy(w, dw, state, lr):
    moved = w.copy()
    moved -= lr * dw
    return moved, {}


sgd_step.edit(
    "climbs",
    of=in_one_line,
    replace="w - lr",
    by="w + lr",
    look="Does the loss fall where the gradient points?",
    wrong="Your weights move along the gradient, where the loss rises. A step goes against it.",
)
sgd_step.edit(
    "ignores_the_rate",
    of=in_one_line,
    replace="lr * dw",
    by="dw",
    look="How long is your step, and how long is the gradient?",
    wrong="Your step is as long as the gradient. It should be lr times as long.",
)
sgd_step.edit(
    "divides_by_the_rate",
    of=in_one_line,
    replace="lr * dw",
    by="dw / lr",
    look="Which of the two makes the longer step, a small lr or a large one?",
    wrong="Your step grows where lr shrinks. It is lr times the gradient.",
)
sgd_step.edit(
    "takes_the_sign",
    of=in_one_line,
    replace="lr * dw",
    by="lr * np.sign(dw)",
    look="Which weight should move further, the one with the large gradient or the one with the small?",
    wrong="Every weight of yours moves by lr, whatever its gradient. A step is lr times the gradient.",
)
sgd_step.edit(
    "makes_the_gradient_one_long",
    of=in_one_line,
    replace="lr * dw",
    by="lr * dw / max(np.linalg.norm(dw), 1e-30)",
    look="How long is your step where the gradient is twice as long?",
    wrong="Your step has the length lr whatever the gradient's length. It is lr times the gradient, not made one long before.",
)
sgd_step.edit(
    "returns_the_step",
    of=in_one_line,
    replace="w - lr",
    by="-lr",
    look="Does your first result lie near w?",
    wrong="You return the step alone. The new weights are w plus that step.",
)
sgd_step.edit(
    "scales_the_weights",
    of=in_one_line,
    replace="w - lr * dw",
    by="lr * (w - dw)",
    look="Where does a weight go whose gradient is 0?",
    wrong="Your rate multiplies the weights as well. Only the gradient is multiplied by it.",
)


@sgd_step.misconception(
    look="What does the caller's w hold afterwards?",
    wrong="Your function changes the caller's own array. Return new weights and leave w as it was.",
)
def changes_the_weights_in_place(w, dw, state, lr):
    w -= lr * dw
    return w, state


@sgd_step.misconception(
    look="How many things does the docstring promise?",
    wrong="You return the weights alone. Every step of this notebook returns two things: the weights and the state, here {}.",
)
def returns_the_weights_alone(w, dw, state, lr):
    return w - lr * dw


@sgd_step.misconception(
    look="What does the docstring say about the state of this method?",
    wrong="Your state holds something. Gradient descent remembers nothing: its state stays {}.",
)
def keeps_the_gradient(w, dw, state, lr):
    return w - lr * dw, {"dw": dw}
