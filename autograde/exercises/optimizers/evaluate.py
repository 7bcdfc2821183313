"""Exercise `evaluate`: the share of samples that a network gets right. Called through `helpers.drivers.share_right`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

from autograde.course.definition import call, exercise
from helpers.checking.compare import parts


@exercise(
    points=2, difficulty="easy", minutes=8, through="share_right",
    compare=parts(names=("share", "training", "gradients", "change"), shares=(3, 1, 1, 1), core=("share",), check_dtype=False),
)  # fmt: skip
def evaluate(model, loader):
    """Evaluation mode, no gradients, right answers by all answers."""
    for layer in model.modules():
        layer.training = False
    with torch.inference_mode():
        right = [
            bool(model(x[i : i + 1])[0].argmax() == labels[i]) for x, labels in loader for i in range(len(x))
        ]
    return float(np.mean(right))


evaluate.example("one mini-batch", "linear", (4,))
evaluate.example("two mini-batches", "linear", (4, 6))
evaluate.example("a network that was being evaluated", "linear", (4, 4), was_training=False)
evaluate.example("a last mini-batch of one", "linear", (5, 5, 1), seed=3)
evaluate.example("batch normalisation", "batch norm", (4, 4), seed=1)
evaluate.example("batch normalisation, a last mini-batch of two", "batch norm", (8, 8, 2), seed=4)


@evaluate.cases(weight=2)
def linear_networks(rng: np.random.Generator) -> Iterator[Any]:
    for sizes in [(3,), (4, 9, 4), (7, 7, 1), (1, 1, 6), (11, 2)]:
        yield call("linear", sizes, was_training=bool(rng.integers(2)), seed=int(rng.integers(10, 1000)))


@evaluate.cases(weight=2)
def networks_with_batch_norm(rng: np.random.Generator) -> Iterator[Any]:
    for sizes in [(14, 14), (8, 18, 3), (15, 2)]:
        for was in (False, True):
            yield call("batch norm", sizes, was_training=was, seed=int(rng.integers(10, 1000)))


@evaluate.alternative
def as_in_the_text(model, loader):
    model.eval()
    right, count = 0, 0
    with torch.no_grad():
        for x, labels in loader:
            right += (model(x).argmax(dim=1) == labels).sum().item()
            count += len(labels)
    return right / count


@evaluate.alternative
def with_all_answers_together(model, loader):
    model.eval()
    with torch.inference_mode():
        answers = torch.cat([model(x).argmax(dim=-1) == y for x, y in loader])
    return answers.float().mean().item()


def _edit(name: str, replace: str, by: str, look: str, wrong: str, **more: Any) -> None:
    evaluate.edit(name, of=as_in_the_text, replace=replace, by=by, look=look, wrong=wrong, **more)


_edit(
    "stays_in_training_mode", "    model.eval()\n", "    model.train()\n",
    "In which mode is the network while it answers?",
    "Your network answers in training mode, where batch normalisation lets the samples of a mini-batch influence each other.",
)  # fmt: skip
_edit(
    "leaves_the_mode", "    model.eval()\n", "",
    "In which mode is the network while it answers, if it was trained just before?",
    "Your network stays in the mode that it was in. After training that is the wrong one.",
)  # fmt: skip
_edit(
    "keeps_track_of_gradients", "torch.no_grad()", "torch.enable_grad()",
    "Will anybody ask for a gradient here?",
    "While your network answers, PyTorch keeps track of everything for gradients that nobody asks for. Say that none is needed.",
)  # fmt: skip
_edit(
    "means_of_means", "(model(x).argmax(dim=1) == labels).sum().item()\n            count += len(labels)", "(model(x).argmax(dim=1) == labels).float().mean().item()\n            count += 1",
    "How much does a sample of a small mini-batch count?",
    "You return the mean of the mini-batches' shares, in which the samples of a small one count more. Every sample counts the same.",
)  # fmt: skip
_edit(
    "returns_the_count", "right / count", "right",
    "Is your number between 0 and 1?",
    "You return how many are right. Asked for is the share: divide by how many there are.",
)  # fmt: skip
_edit(
    "returns_percent", "right / count", "100 * right / count",
    "Is your number between 0 and 1?",
    "You return percent. The docstring promises a share from 0 to 1.",
)  # fmt: skip
_edit(
    "returns_the_errors", "right / count", "1 - right / count",
    "Is a good network one with a large number or a small one?",
    "You return the share of wrong answers. Asked for is the share of right ones.",
)  # fmt: skip
_edit(
    "compares_along_the_batch", "argmax(dim=1)", "argmax(dim=0)[0]",
    "Along which axis do the logits of one sample lie?",
    "Your answer comes from a comparison of samples. Compare the classes of each sample: axis 1.",
)  # fmt: skip
_edit(
    "takes_the_smallest", "argmax(dim=1)", "argmin(dim=1)",
    "Which class does the network choose, the one with the largest logit or the smallest?",
    "Your network answers with the class that it believes in least.",
)  # fmt: skip
_edit(
    "keeps_the_last", "right += ", "right = ",
    "Whose right answers are counted at the end?",
    "Only the right answers of the last mini-batch are counted. Every mini-batch counts: add up.",
)  # fmt: skip
