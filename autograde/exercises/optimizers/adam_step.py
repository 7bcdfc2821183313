"""Exercise `adam_step`: two averages and what makes up for their start (Kingma & Ba 2015, algorithm 1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograde.course.definition import call, exercise
from autograde.exercises.optimizers.common import OPTIMIZERS, along_a_run, remembers, torch_step
from helpers.checking.compare import parts

PYTORCH = {"t": "step", "m": "exp_avg", "v": "exp_avg_sq"}


@exercise(points=4, difficulty="medium", minutes=15, compare=parts(names=("w", "state"), shares=(3, 1)))
def adam_step(w, dw, state, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """One step of Adam, with the correction of both averages for their start at 0."""
    import torch

    def make(weights):
        return torch.optim.Adam(weights, lr=lr, betas=(beta1, beta2), eps=eps)

    after, kept = torch_step(make, w, dw, state, PYTORCH)
    return after, {"t": round(float(kept["t"])), "m": kept["m"], "v": kept["v"]}


adam_step.off_limits(*OPTIMIZERS)
adam_step.feature(present="a memory of earlier steps", absent="no memory yet")(remembers)
adam_step.example("the first step", np.array([4.0, 4]), np.array([4.0, 0.01]), {}, lr=0.5)
adam_step.example("the second step", np.array([3.5, 1]), np.array([2.0, -1]), {"t": 1, "m": np.array([0.4, 0.1]), "v": np.array([0.016, 0.001])}, lr=0.5)  # fmt: skip
adam_step.example("step 3, with short memories", np.array([1.0, 2]), np.array([3.0, -8]), {"t": 2, "m": np.array([1.0, 2]), "v": np.array([4.0, 9])}, lr=0.5, beta1=0.5, beta2=0.75)  # fmt: skip
adam_step.example("a large eps", np.array([1.0, -2]), np.array([1.0, 2]), {"t": 1, "m": np.array([1.0, -1]), "v": np.array([4.0, 9])}, lr=0.5, beta1=0.5, beta2=0.75, eps=2.0)  # fmt: skip
adam_step.example("no slope any more", np.array([1.0, -2]), np.array([0.0, 0]), {"t": 9, "m": np.array([2.0, -1]), "v": np.array([2.0, 1])}, lr=0.1)  # fmt: skip
adam_step.example("a weight that never had a slope", np.array([1.0, 5]), np.array([2.0, 0]), {}, lr=0.1)
adam_step.example("a table of weights", np.array([[1.0, 2], [3, 4]]), np.array([[1.0, 0.5], [-1, 2]]), {"t": 4, "m": np.array([[1.0, 1], [2, 0]]), "v": np.array([[1.0, 1], [2, 3]])})  # fmt: skip


@adam_step.cases(weight=2)
def any_state(rng: np.random.Generator) -> Iterator[Any]:
    for shape, t in [((5,), 1), ((3, 4), 6), ((2, 3, 2, 2), 40)]:
        w, dw, m, v = rng.normal(size=(4, *shape))
        rates: dict[str, Any] = {"lr": float(rng.uniform(0.01, 1)), "beta1": float(rng.uniform(0.3, 0.9)), "beta2": float(rng.uniform(0.5, 0.95))}  # fmt: skip
        yield call(w, dw, {"t": t, "m": m, "v": 4 * v**2}, eps=float(rng.uniform(0.1, 1)), **rates)
        yield call(w, dw, {}, **rates)
    m, v = rng.normal(size=4).astype(np.float32), rng.uniform(1, 2, size=4).astype(np.float32)
    yield call(*rng.normal(size=(2, 4)).astype(np.float32), {"t": 3, "m": m, "v": v}, lr=0.1)


@adam_step.cases
def steps_of_a_run(rng: np.random.Generator) -> Iterator[Any]:
    yield from along_a_run(adam_step.oracle, rng)
    yield from along_a_run(adam_step.oracle, rng, lr=0.1)
    yield from along_a_run(adam_step.oracle, rng, lr=0.05, beta1=0.5, beta2=0.9)


@adam_step.alternative
def with_get(w, dw, state, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    t = state.get("t", 0) + 1
    m = beta1 * state.get("m", 0) + (1 - beta1) * dw
    v = beta2 * state.get("v", 0) + (1 - beta2) * dw**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), {"t": t, "m": m, "v": v}


@adam_step.alternative
def with_one_factor(w, dw, state, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    if not state:
        state = {"t": 0, "m": np.zeros_like(w), "v": np.zeros_like(w)}
    t = state["t"] + 1
    first = state["m"] + (1 - beta1) * (dw - state["m"])
    second = state["v"] + (1 - beta2) * (dw * dw - state["v"])
    root = np.sqrt(1 - beta2**t)
    step = lr * root / (1 - beta1**t) * first / (np.sqrt(second) + eps * root)
    return w - step, {"t": t, "m": first, "v": second}


def _edit(name: str, replace: str, by: str, look: str, wrong: str, **more: Any) -> None:
    adam_step.edit(name, of=with_get, replace=replace, by=by, look=look, wrong=wrong, **more)


_edit(
    "forgets_the_correction", "m_hat = m / (1 - beta1**t)\n    v_hat = v / (1 - beta2**t)", "m_hat, v_hat = m, v",
    "How long is the first step? It should be lr, whatever the gradient.",
    "Your averages start at 0 and nothing makes up for it: your first step is about three times too long. Divide by 1 − beta1ᵗ and 1 − beta2ᵗ.",
    shown="the first step",
)  # fmt: skip
_edit(
    "corrects_only_the_second", "m_hat = m / (1 - beta1**t)", "m_hat = m",
    "Which of the two averages start at 0?",
    "Your m is used as it is, while v is corrected. Both start at 0, and both are corrected.",
)  # fmt: skip
_edit(
    "corrects_only_the_first", "v_hat = v / (1 - beta2**t)", "v_hat = v",
    "Which of the two averages start at 0?",
    "Your v is used as it is, while m is corrected. Both start at 0, and both are corrected.",
)  # fmt: skip
_edit(
    "counts_from_zero", 'm_hat = m / (1 - beta1**t)\n    v_hat = v / (1 - beta2**t)',
    'm_hat = m / max(1 - beta1 ** (t - 1), 1e-30)\n    v_hat = v / max(1 - beta2 ** (t - 1), 1e-30)',
    "Which t has the first step?",
    "Your correction counts the steps before this one, so it divides by 0 at the first. The first step has t = 1.",
)  # fmt: skip
_edit(
    "never_counts", 't = state.get("t", 0) + 1', "t = 1",
    "Which t has the second step?",
    "Your t stays 1, so that every step is corrected as if it were the first.",
    shown="the second step",
)  # fmt: skip
_edit(
    "hands_on_the_old_count", '{"t": t,', '{"t": t - 1,',
    "Which t will the next step find?",
    "Your weights are right, but the count that you hand on lacks this step.",
)  # fmt: skip
_edit(
    "hands_on_the_corrected", '"m": m, "v": v}', '"m": m_hat, "v": v_hat}',
    "Which averages will the next step find: before the correction, or after?",
    "You hand on the corrected averages, and the next step corrects them again. The state holds m and v as they are.",
)  # fmt: skip
_edit(
    "swaps_the_betas", 'm = beta1 * state.get("m", 0) + (1 - beta1) * dw\n    v = beta2 * state.get("v", 0) + (1 - beta2) * dw**2\n    m_hat = m / (1 - beta1**t)\n    v_hat = v / (1 - beta2**t)',
    'm = beta2 * state.get("m", 0) + (1 - beta2) * dw\n    v = beta1 * state.get("v", 0) + (1 - beta1) * dw**2\n    m_hat = m / (1 - beta2**t)\n    v_hat = v / (1 - beta1**t)',
    "Which of the two averages remembers longer?",
    "Your betas are swapped: beta1 belongs to the gradients, beta2 to their squares.",
)  # fmt: skip
_edit(
    "puts_eps_into_the_root", "(np.sqrt(v_hat) + eps)", "np.sqrt(v_hat + eps)",
    "Where does eps stand, before the root is taken or after?",
    "Your eps stands inside the root. It is added after the root.",
)  # fmt: skip
_edit(
    "takes_no_root", "(np.sqrt(v_hat) + eps)", "(v_hat + eps)",
    "In which unit is your denominator, the gradient's or its square's?",
    "You divide by the average square itself. Divide by its root, which has the gradient's unit.",
)  # fmt: skip
_edit(
    "leaves_out_eps", "(np.sqrt(v_hat) + eps)", "np.sqrt(v_hat)",
    "What is 0 / 0?",
    "A weight that never had a gradient divides 0 by 0. eps is added to the root.",
)  # fmt: skip
_edit(
    "averages_without_squaring", "(1 - beta2) * dw**2", "(1 - beta2) * dw",
    "Which power of the gradient does v average?",
    "Your v averages the gradients themselves. It averages their squares.",
)  # fmt: skip
_edit(
    "corrects_by_multiplying", "m_hat = m / (1 - beta1**t)\n    v_hat = v / (1 - beta2**t)", "m_hat = m * (1 - beta1**t)\n    v_hat = v * (1 - beta2**t)",
    "Does the correction make the first averages larger or smaller?",
    "Your correction makes the averages still smaller. They are too small at the start: divide.",
)  # fmt: skip
_edit(
    "divides_by_one_minus_beta", "(1 - beta1**t)\n    v_hat = v / (1 - beta2**t)", "(1 - beta1)\n    v_hat = v / (1 - beta2)",
    "What becomes of the correction after many steps?",
    "You divide by 1 − beta at every step. The correction fades: beta is raised to the power t.",
    shown="the second step",
)  # fmt: skip
_edit(
    "uses_the_gradient", "lr * m_hat", "lr * dw",
    "What stands above the fraction bar: this step's gradient, or its average?",
    "Your numerator is this step's gradient alone. Adam moves along the corrected average of the gradients.",
)  # fmt: skip
_edit(
    "climbs", "w - lr", "w + lr",
    "Does the loss fall where the gradient points?",
    "Your weights move along the gradient, where the loss rises. A step goes against it.",
)  # fmt: skip


@adam_step.misconception(
    look="What does the caller's state hold afterwards?",
    wrong="Your function changes the state that it was given. Return a new one.",
)
def changes_the_state_in_place(w, dw, state, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    if not state:
        state.update(t=0, m=np.zeros_like(w), v=np.zeros_like(w))
    state["t"] += 1
    state["m"] = beta1 * state["m"] + (1 - beta1) * dw
    state["v"] = beta2 * state["v"] + (1 - beta2) * dw**2
    m_hat = state["m"] / (1 - beta1 ** state["t"])
    v_hat = state["v"] / (1 - beta2 ** state["t"])
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), state
