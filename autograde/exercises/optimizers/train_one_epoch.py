"""Exercise `train_one_epoch`: the training loop. Called through `helpers.drivers.one_epoch` with small networks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

from autograde.course.definition import call, exercise
from helpers.checking.compare import parts


@exercise(
    points=4, difficulty="medium", minutes=12, through="one_epoch",
    compare=parts(names=("loss", "parameters", "training"), shares=(1, 2, 1), core=("parameters",), check_dtype=False),
)  # fmt: skip
def train_one_epoch(model, loader, loss_fn, optimizer):
    """Training mode, a step for every mini-batch, the mean loss over all samples."""
    for layer in model.modules():
        layer.training = True
    losses: list[float] = []
    parameters = list(model.parameters())
    for x, labels in loader:
        loss = loss_fn(model(x), labels)
        for parameter, gradient in zip(parameters, torch.autograd.grad(loss, parameters), strict=True):
            parameter.grad = gradient
        optimizer.step()
        losses += [loss.item()] * len(labels)
    return float(np.mean(losses))


train_one_epoch.example("one mini-batch", "linear", (4,))
train_one_epoch.example("two mini-batches", "linear", (4, 4))
train_one_epoch.example("a network that was in training mode", "linear", (4, 4), was_training=True)
train_one_epoch.example("a last mini-batch of two", "linear", (5, 5, 2))
train_one_epoch.example("with momentum", "linear", (4, 4, 4), momentum=0.9)
train_one_epoch.example("batch normalisation", "batch norm", (4, 4))
train_one_epoch.example(
    "batch normalisation, in training mode before", "batch norm", (4, 3), was_training=True
)
train_one_epoch.example("all of it", "batch norm", (6, 6, 3), lr=0.3, momentum=0.5, seed=2)


@train_one_epoch.cases(weight=2)
def linear_networks(rng: np.random.Generator) -> Iterator[Any]:
    for sizes in [(3,), (4, 4, 4), (7, 7, 1), (1, 1, 1, 1, 1)]:
        for momentum in (0.0, 0.8):
            seed, was = int(rng.integers(10, 1000)), bool(rng.integers(2))
            yield call(
                "linear",
                sizes,
                lr=float(rng.uniform(0.05, 0.5)),
                momentum=momentum,
                was_training=was,
                seed=seed,
            )


@train_one_epoch.cases(weight=2)
def networks_with_batch_norm(rng: np.random.Generator) -> Iterator[Any]:
    for sizes in [(4, 4), (8, 8, 3), (5, 2)]:
        for was in (False, True):
            seed = int(rng.integers(10, 1000))
            yield call(
                "batch norm",
                sizes,
                lr=float(rng.uniform(0.05, 0.3)),
                momentum=0.5,
                was_training=was,
                seed=seed,
            )


@train_one_epoch.alternative
def as_in_the_text(model, loader, loss_fn, optimizer):
    model.train()
    total, count = 0.0, 0
    for x, labels in loader:
        loss = loss_fn(model(x), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(labels)
        count += len(labels)
    return total / count


@train_one_epoch.alternative
def with_the_model_s_own_zero_grad(model, loader, loss_fn, optimizer):
    model.train(True)
    losses, sizes = [], []
    for inputs, targets in loader:
        model.zero_grad()
        outputs = model(inputs)
        loss = loss_fn(outputs, targets)
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
        sizes.append(inputs.shape[0])
    return sum(one * size for one, size in zip(losses, sizes, strict=True)) / sum(sizes)


def _edit(name: str, replace: str, by: str, look: str, wrong: str, **more: Any) -> None:
    train_one_epoch.edit(name, of=as_in_the_text, replace=replace, by=by, look=look, wrong=wrong, **more)


_edit(
    "never_forgets_gradients", "        optimizer.zero_grad()\n", "",
    "Which gradients does the second step use?",
    "From the second mini-batch on your steps use the sum of all gradients so far. Each step needs those of its own mini-batch.",
    shown="two mini-batches",
)  # fmt: skip
_edit(
    "trains_in_evaluation_mode", "model.train()", "model.eval()",
    "In which mode is the network while it learns?",
    "Your network learns in evaluation mode. Layers such as batch normalisation then do something else than they should.",
)  # fmt: skip
_edit(
    "leaves_the_mode", "    model.train()\n", "",
    "In which mode is the network while it learns, if it was being evaluated before?",
    "Your network stays in the mode that it was in. After an evaluation that is the wrong one.",
)  # fmt: skip
_edit(
    "does_not_move", "        optimizer.step()\n", "",
    "In which order do your lines forget, compute and use the gradients?",
    "Your parameters are the same as before. Either no step is taken, or each comes when the gradients are forgotten or not there yet: "
    "forget, backward, step.",
)  # fmt: skip
_edit(
    "means_of_means", "loss.item() * len(labels)\n        count += len(labels)", "loss.item()\n        count += 1",
    "How much does a sample of the last, smaller mini-batch count?",
    "You return the mean of the mini-batches' means, in which the samples of a small one count more. Every sample counts the same.",
    shown="a last mini-batch of two",
)  # fmt: skip
_edit(
    "returns_the_last_loss", "total / count", "loss.item()",
    "Whose loss do you return?",
    "You return the loss of the last mini-batch. It is the mean over all samples of the epoch.",
)  # fmt: skip
_edit(
    "returns_the_sum", "total / count", "total",
    "Does your number grow with the number of samples?",
    "You return the sum over all samples. Divide by their number.",
)  # fmt: skip
_edit(
    "stops_after_the_first", "        count += len(labels)\n", "        count += len(labels)\n        break\n",
    "How many mini-batches has your loop seen when it ends?",
    "Only the first mini-batch is learned from. An epoch goes through all of them.",
)  # fmt: skip
_edit(
    "steps_once_at_the_end", "        optimizer.zero_grad()\n        loss.backward()\n        optimizer.step()\n        total += loss.item() * len(labels)\n        count += len(labels)\n",
    "        loss.backward()\n        total += loss.item() * len(labels)\n        count += len(labels)\n    optimizer.step()\n",
    "How many steps does your epoch take?",
    "Your epoch takes a single step, at its end. Every mini-batch has its own.",
    shown="two mini-batches",
)  # fmt: skip
_edit(
    "says_softmax_first", "model(x), labels)", "model(x).softmax(dim=1), labels)",
    "What does the loss expect, logits or probabilities?",
    "The loss that you report is that of a softmax of a softmax: it does the softmax itself. Give it the logits.",
)  # fmt: skip
_edit(
    "goes_through_twice", "for x, labels in loader:", "for x, labels in [*loader, *loader]:",
    "How often does a sample occur in one epoch?",
    "Your epoch shows every sample twice. Once is an epoch.",
)  # fmt: skip
