"""What the step exercises of notebook 08 share: one step of PyTorch's optimizer from a given state, and states of a real run.

Nothing here is pasted into made-up answers, so misconceptions and alternatives must not use it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograde.course.definition import call
from helpers.travel.calls import Call

OPTIMIZERS = ("torch.optim", "torch.nn.utils")
State = dict[str, Any]


def torch_step(
    make: Callable[[list[Any]], Any],
    w: np.ndarray,
    dw: np.ndarray,
    state: State,
    names: dict[str, str],
    start: Callable[[Any], State] = lambda weights: {},
) -> tuple[np.ndarray, State]:
    """One step of PyTorch's optimizer from `state`.

    make     optimizer for a list of parameters
    w, dw    arrays of one shape
    state    as the exercises keep it; {} before the first step
    names    what PyTorch calls each entry of the state
    start    the optimizer's own state where it must be there before the first step
    """
    import torch

    weights = torch.from_numpy(np.array(w)).requires_grad_()
    optimizer = make([weights])
    kept = {names[key]: torch.as_tensor(np.array(value, dtype=w.dtype)) for key, value in state.items()}
    if kept or (kept := start(weights)):
        optimizer.state[weights] = kept
    weights.grad = torch.from_numpy(np.array(dw))
    optimizer.step()
    found = optimizer.state[weights]
    after = {key: found[name].detach().numpy() for key, name in names.items() if name in found}
    return weights.detach().numpy(), after


def along_a_run(
    step: Callable[..., tuple[np.ndarray, State]], rng: np.random.Generator, **settings: Any
) -> Iterator[Call]:
    """Calls met on 25 steps into a ravine with noisy gradients: the first, the second, and some later ones."""
    curvature = np.array([0.3, 1.0, 4.0])
    w = rng.normal(size=3) + 2
    state: State = {}
    for count in range(1, 26):
        dw = curvature * w + 0.1 * rng.normal(size=3)
        if count in (1, 2, 7, 25):
            yield call(w, dw, state, **settings)
        w, state = step(w, dw, state, **settings)


def remembers(state: State, **others: Any) -> bool:
    """Whether a step was taken before: what tells later steps from the first one."""
    return bool(state)
