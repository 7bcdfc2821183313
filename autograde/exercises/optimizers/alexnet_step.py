"""Exercise `alexnet_step`: momentum and weight decay as one rule (Krizhevsky, Sutskever & Hinton 2012, section 5)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograde.course.definition import call, exercise
from autograde.exercises.optimizers.common import OPTIMIZERS, along_a_run, remembers, torch_step
from helpers.checking.compare import parts


@exercise(points=2, difficulty="easy", minutes=8, compare=parts(names=("w", "state"), shares=(2, 1)))
def alexnet_step(w, dw, state, lr, momentum=0.9, weight_decay=0.0005):
    """One step of AlexNet's rule: the memory holds steps, with rate and decay inside."""
    import torch

    def make(weights):
        return torch.optim.SGD(weights, lr=lr, momentum=momentum, weight_decay=weight_decay)

    # PyTorch remembers gradients, AlexNet steps: −lr times as much, so that one step agrees whatever the rate was before.
    remembered = {"m": -state["m"] / lr} if state else {}
    after, kept = torch_step(make, w, dw, remembered, {"m": "momentum_buffer"})
    return after, {"m": -lr * kept["m"]}


alexnet_step.off_limits(*OPTIMIZERS)
alexnet_step.feature(present="a memory of earlier steps", absent="no memory yet")(remembers)
alexnet_step.example("the first step", np.array([4.0]), np.array([4.0]), {}, lr=0.1, weight_decay=0.5)
alexnet_step.example("the second step", np.array([3.4]), np.array([3.4]), {"m": np.array([-0.6])}, lr=0.1, weight_decay=0.5)  # fmt: skip
alexnet_step.example("no decay", np.array([1.0, -2]), np.array([0.5, 4]), {"m": np.array([2.0, -3])}, lr=0.5, momentum=0.5, weight_decay=0.0)  # fmt: skip
alexnet_step.example("decay alone", np.array([1.0, -2]), np.array([0.0, 0]), {}, lr=0.5, weight_decay=0.1)
alexnet_step.example("the paper's own numbers", np.array([100.0, -200]), np.array([0.5, 4]), {"m": np.array([0.2, -0.3])}, lr=0.01)  # fmt: skip
alexnet_step.example("a table of weights", np.array([[1.0, 2], [3, 4]]), np.array([[1.0, 0], [-1, 2]]), {"m": np.array([[1.0, 1], [2, 0]])}, lr=0.2, weight_decay=0.5)  # fmt: skip


@alexnet_step.cases(weight=2)
def any_state(rng: np.random.Generator) -> Iterator[Any]:
    for shape in [(5,), (3, 4), (2, 3, 2, 2)]:
        w, dw, m = rng.normal(size=(3, *shape))
        rates: dict[str, Any] = {
            "lr": float(rng.uniform(0.05, 0.8)),
            "weight_decay": float(rng.uniform(0.1, 1)),
        }
        yield call(w, dw, {"m": m}, momentum=float(rng.uniform(0.2, 0.99)), **rates)
        yield call(w, dw, {}, **rates)
    yield call(*rng.normal(size=(2, 4)).astype(np.float32), {"m": rng.normal(size=4).astype(np.float32)}, lr=0.1)  # fmt: skip


@alexnet_step.cases
def steps_of_a_run(rng: np.random.Generator) -> Iterator[Any]:
    yield from along_a_run(alexnet_step.oracle, rng, lr=0.1, weight_decay=0.1)


@alexnet_step.alternative
def with_get(w, dw, state, lr, momentum=0.9, weight_decay=0.0005):
    m = momentum * state.get("m", 0) - weight_decay * lr * w - lr * dw
    return w + m, {"m": m}


@alexnet_step.alternative
def with_one_gradient(w, dw, state, lr, momentum=0.9, weight_decay=0.0005):
    before = state["m"] if state else np.zeros_like(w)
    total = dw + weight_decay * w
    step = momentum * before - lr * total
    return w + step, {"m": step}


def _edit(name: str, replace: str, by: str, look: str, wrong: str, **more: Any) -> None:
    alexnet_step.edit(name, of=with_get, replace=replace, by=by, look=look, wrong=wrong, **more)


_edit(
    "decays_without_the_rate", "weight_decay * lr * w", "weight_decay * w",
    "What multiplies the weights in the rule: the decay alone?",
    "Your decay does not know the rate. It is weight_decay times lr times w.",
)  # fmt: skip
_edit(
    "leaves_out_the_decay", "- weight_decay * lr * w ", "",
    "What happens to a weight whose gradient is 0?",
    "Your weights never shrink by themselves. The decay term is missing.",
    shown="decay alone",
)  # fmt: skip
_edit(
    "grows_the_weights", "- weight_decay * lr * w", "+ weight_decay * lr * w",
    "Does a weight whose gradient is 0 move towards 0?",
    "Your decay makes the weights grow. It draws them towards 0.",
    shown="decay alone",
)  # fmt: skip
_edit(
    "subtracts_the_step", "w + m", "w - m",
    "m holds a step, with its minus inside. How does it enter the weights?",
    "You subtract a step that has its minus already: the weights climb. They become w + m.",
)  # fmt: skip
_edit(
    "adds_the_gradient", "- lr * dw", "+ lr * dw",
    "Does the loss fall where the gradient points?",
    "The gradient enters your step with a plus. The step goes against it.",
)  # fmt: skip
_edit(
    "forgets_the_memory", 'momentum * state.get("m", 0) - ', "-",
    "Where does the old m enter your step?",
    "Your step knows nothing of the steps before. The share momentum of the old one is kept.",
)  # fmt: skip
_edit(
    "never_forgets", 'momentum * state.get("m", 0)', 'state.get("m", 0)',
    "What does the memory become when gradients and weights are 0?",
    "Your memory never decays. Each step keeps the share momentum of it.",
)  # fmt: skip
_edit(
    "decays_apart_from_the_memory", "m = momentum * state.get(\"m\", 0) - weight_decay * lr * w - lr * dw\n    return w + m",
    "m = momentum * state.get(\"m\", 0) - lr * dw\n    return w + m - weight_decay * lr * w",
    "Does the decay enter what is remembered?",
    "Your decay moves the weights but is not remembered: that is decoupled decay, as in AdamW. In AlexNet's rule it goes into m.",
)  # fmt: skip
_edit(
    "remembers_gradients", "m = momentum * state.get(\"m\", 0) - weight_decay * lr * w - lr * dw\n    return w + m",
    "m = momentum * state.get(\"m\", 0) + weight_decay * w + dw\n    return w - lr * m",
    "What does m hold in this rule, gradients or steps?",
    "Your memory holds gradients, as PyTorch's does. In AlexNet's rule it holds steps: the rate and the minus are inside.",
)  # fmt: skip
_edit(
    "returns_the_old_memory", '{"m": m}', '{"m": state.get("m", np.zeros_like(w))}',
    "Which m will the next step find?",
    "Your weights are right, but you hand on the old memory, so the next step knows nothing of this one.",
)  # fmt: skip


@alexnet_step.misconception(
    look="What does the caller's state hold afterwards?",
    wrong="Your function changes the state that it was given. Return a new one.",
)
def changes_the_state_in_place(w, dw, state, lr, momentum=0.9, weight_decay=0.0005):
    if "m" not in state:
        state["m"] = np.zeros_like(w)
    state["m"] *= momentum
    state["m"] -= weight_decay * lr * w + lr * dw
    return w + state["m"], state
