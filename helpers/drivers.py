"""Functions that call a student's function with what is no data (a network, a loader, an optimizer) and tell what came of it as data.

An exercise says `through="one_epoch"`: its examples and cases then hold the driver's arguments, plain values that travel.
What a driver returns is compared. All of it is public: `from helpers.drivers import one_epoch` runs the same in a cell.
PyTorch is loaded only when a driver runs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

__all__ = ["driver", "one_epoch", "share_right"]

NETWORKS = ("linear", "batch norm")


def driver(name: str) -> Callable[..., Any]:
    """The driver of that name. Raises LookupError when there is none."""
    if name not in DRIVERS:
        raise LookupError(f"no driver called {name!r}; there are {', '.join(sorted(DRIVERS))}")
    return DRIVERS[name]


def one_epoch(
    train_one_epoch: Callable[..., Any],
    network: str = "linear",
    batches: Sequence[int] = (4, 4),
    lr: float = 0.1,
    momentum: float = 0.0,
    was_training: bool = False,
    seed: int = 0,
) -> tuple[Any, np.ndarray, bool]:
    """Let `train_one_epoch(model, loader, loss_fn, optimizer)` train a small network.

    network       "linear" or "batch norm"
    batches       sizes of the mini-batches
    lr, momentum  of torch.optim.SGD; the loss is PyTorch's cross-entropy
    was_training  the network's mode before
    seed          of weights and samples
    returns       (what it returned, all parameters afterwards, whether the network is in training mode)
    """
    import torch

    model, loader = _network(network, seed), _batches(batches, seed)
    model.train(was_training)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=momentum)
    loss = train_one_epoch(model, loader, torch.nn.functional.cross_entropy, optimizer)
    return loss, _parameters(model), bool(model.training)


def share_right(
    evaluate: Callable[..., Any],
    network: str = "linear",
    batches: Sequence[int] = (4, 4),
    was_training: bool = True,
    seed: int = 0,
) -> tuple[Any, bool, bool, float]:
    """Let `evaluate(model, loader)` count what a small network gets right.

    network       "linear" or "batch norm"
    batches       sizes of the mini-batches
    was_training  the network's mode before
    seed          of weights and samples
    returns       (what it returned, whether the network is in training mode, whether gradients were kept track of while
                  it answered, by how much parameters changed)
    """
    import torch

    model, loader = _network(network, seed), _batches(batches, seed)
    before = _parameters(model)
    model.train(was_training)
    tracked: list[bool] = []
    model.register_forward_hook(lambda *_: tracked.append(torch.is_grad_enabled()))
    share = evaluate(model, loader)
    return share, bool(model.training), any(tracked), float(np.abs(_parameters(model) - before).max())


def _network(kind: str, seed: int) -> Any:
    """Three inputs, three classes. With batch norm four hidden units, and running statistics that are not the batch's."""
    import torch

    if kind not in NETWORKS:
        raise ValueError(f"no network {kind!r}; there are {', '.join(NETWORKS)}")
    with torch.random.fork_rng(
        devices=[]
    ):  # layers draw their first weights; a notebook's own seed stays untouched
        if kind == "linear":
            model = torch.nn.Sequential(torch.nn.Linear(3, 3))
        else:
            model = torch.nn.Sequential(
                torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4), torch.nn.ReLU(), torch.nn.Linear(4, 3)
            )
    model.double()  # what comes of it differs between processors in its last digits only, far below any tolerance
    rng = np.random.default_rng(seed)
    with torch.no_grad():  # NumPy's numbers: the same with every version of PyTorch
        for tensor in [*model.parameters(), *model.buffers()]:
            if tensor.is_floating_point():
                tensor.copy_(torch.tensor(np.abs(rng.normal(size=tuple(tensor.shape))) + 0.2))
        for layer in model:
            if isinstance(layer, torch.nn.Linear):
                layer.weight.copy_(torch.tensor(rng.normal(size=tuple(layer.weight.shape))))
    return model


def _batches(sizes: Sequence[int], seed: int) -> list[Any]:
    """Mini-batches (x, labels) of three numbers a sample in double precision, as the networks are, around a place that differs from class to class."""
    import torch

    rng = np.random.default_rng(seed + 1)
    made = []
    for size in sizes:
        labels = rng.integers(0, 3, size=size)
        x = rng.normal(size=(size, 3)) + 1.5 * np.eye(3)[labels]
        made.append((torch.tensor(x), torch.tensor(labels)))
    return made


def _parameters(model: Any) -> np.ndarray:
    return np.concatenate([p.detach().numpy().ravel() for p in model.parameters()]).copy()


DRIVERS: dict[str, Callable[..., Any]] = {"one_epoch": one_epoch, "share_right": share_right}
