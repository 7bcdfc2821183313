"""Exercise `two_layer_backward`: loss and gradients of linear, ReLU, linear, softmax (Rumelhart, Hinton & Williams 1986)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograde.course.definition import call, exercise
from helpers.checking.compare import parts
from helpers.travel.calls import Call

ITEMS = ("loss", "dw1", "db1", "dw2", "db2")


@exercise(points=4, difficulty="hard", minutes=20, compare=parts(names=ITEMS, shares=(1, 2, 1, 2, 1)))
def two_layer_backward(x, labels, w1, b1, w2, b2):
    """Mean cross-entropy of a two-layer network and its gradients by both layers' weights and biases."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # for arrays this small, waiting for a second thread takes longer than the work
    try:
        leaves = [torch.tensor(np.array(a, dtype=float)).requires_grad_() for a in (w1, b1, w2, b2)]
        hidden = torch.nn.functional.linear(
            torch.tensor(np.array(x, dtype=float)), leaves[0], leaves[1]
        ).relu()
        logits = torch.nn.functional.linear(hidden, leaves[2], leaves[3])
        loss = torch.nn.functional.cross_entropy(logits, torch.from_numpy(np.array(labels)))
        gradients = torch.autograd.grad(loss, leaves)
    finally:
        torch.set_num_threads(threads)
    return (loss.item(), *(gradient.numpy() for gradient in gradients))


two_layer_backward.off_limits("torch.autograd", "torch.func", ".backward", "torch.nn.grad")

W1 = np.array([[1.0, -1], [0.5, 1], [-2, 0.5]])
B1 = np.array([0.0, 0.5, 1])
W2 = np.array([[1.0, 0.5, -1], [-0.5, 1, 2]])
B2 = np.array([0.1, -0.1])


def small(x: Any, labels: Any) -> tuple[Any, ...]:
    return np.array(x, dtype=float), np.array(labels), W1, B1, W2, B2


two_layer_backward.example("one sample", *small([[1, 2]], [0]))
two_layer_backward.example("the other label", *small([[1, 2]], [1]))
two_layer_backward.example("a hidden unit that is off", *small([[2, -1]], [1]))
two_layer_backward.example("two samples", *small([[1, 2], [-1, 0.5]], [0, 1]))
two_layer_backward.example(
    "three classes, two hidden units",
    np.array([[0.5, -1, 2], [1, 0, -1]]), np.array([2, 0]),
    np.array([[1.0, 0.5, -1], [-1, 0.5, 1]]), np.array([0.2, -0.3]),
    np.array([[1.0, -1], [0.5, 2], [0, 1]]), np.zeros(3),
)  # fmt: skip
two_layer_backward.example("logits near a thousand", *small([[300, -700], [1, 2]], [0, 1]))
two_layer_backward.example("a wrong class far ahead", *small([[300, -700], [1, 2]], [1, 1]))
two_layer_backward.example(
    "single precision", *(a.astype(np.float32) if a.dtype == float else a for a in small([[1, 2], [-1, 0.5]], [1, 1]))
)  # fmt: skip
two_layer_backward.example("a label twice", *small([[1, 2], [-1, 0.5], [0.5, 0.5]], [0, 0, 1]))


def network(rng: np.random.Generator, n: int, c: int, f: int, classes: int, scale: float = 1.0) -> Call:
    """A call with random numbers: n samples of c features, f hidden units."""
    return call(
        scale * rng.normal(size=(n, c)), rng.integers(0, classes, size=n), rng.normal(size=(f, c)),
        rng.normal(size=f), rng.normal(size=(classes, f)), rng.normal(size=classes),
    )  # fmt: skip


@two_layer_backward.cases(weight=2)
def networks_of_all_sizes(rng: np.random.Generator) -> Iterator[Any]:
    for sizes in [(1, 2, 3, 2), (4, 3, 3, 3), (5, 6, 4, 3), (8, 2, 7, 10), (6, 1, 1, 2)]:
        yield network(rng, *sizes)


@two_layer_backward.cases
def hidden_units_at_zero(rng: np.random.Generator) -> Iterator[Any]:
    """Whole numbers, so that some hidden units are exactly 0 before the ReLU."""
    for n, c, f, classes in [(4, 2, 5, 3), (6, 3, 4, 2)]:
        x, w1 = rng.integers(-1, 2, size=(n, c)), rng.integers(-1, 2, size=(f, c))
        others = rng.normal(size=(classes, f)), rng.normal(size=classes)
        yield call(x.astype(float), rng.integers(0, classes, size=n), w1.astype(float), np.zeros(f), *others)


@two_layer_backward.cases
def large_logits(rng: np.random.Generator) -> Iterator[Any]:
    yield network(rng, 4, 3, 5, 3, scale=1000.0)


@two_layer_backward.cases
def other_types_and_views(rng: np.random.Generator) -> Iterator[Any]:
    made = network(rng, 5, 3, 4, 3)
    yield call(*(a.astype(np.float32) if a.dtype == float else a for a in made.args))
    x, *others = network(rng, 8, 3, 4, 2).args
    yield call(np.asfortranarray(x), *others)


@two_layer_backward.alternative
def step_by_step(x, labels, w1, b1, w2, b2):
    N = len(x)
    z = x @ w1.T + b1
    a = np.maximum(z, 0)
    logits = a @ w2.T + b2
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_probs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    loss = -log_probs[np.arange(N), labels].mean()
    dlogits = np.exp(log_probs)
    dlogits[np.arange(N), labels] -= 1
    dlogits /= N
    dw2 = dlogits.T @ a
    db2 = dlogits.sum(axis=0)
    dz = (dlogits @ w2) * (z > 0)
    return loss, dz.T @ x, dz.sum(axis=0), dw2, db2


@two_layer_backward.alternative
def sample_by_sample(x, labels, w1, b1, w2, b2):
    loss, dw1, db1 = 0.0, np.zeros(w1.shape), np.zeros(b1.shape)
    dw2, db2 = np.zeros(w2.shape), np.zeros(b2.shape)
    for sample, label in zip(x, labels, strict=True):
        z = w1 @ sample + b1
        a = np.where(z > 0, z, 0.0)
        scores = w2 @ a + b2
        e = np.exp(scores - scores.max())
        p = e / e.sum()
        loss += scores.max() + np.log(e.sum()) - scores[label]
        p[label] -= 1
        dw2 += np.outer(p, a)
        db2 += p
        down = (w2.T @ p) * (z > 0)
        dw1 += np.outer(down, sample)
        db1 += down
    n = len(x)
    return loss / n, dw1 / n, db1 / n, dw2 / n, db2 / n


@two_layer_backward.alternative
def with_one_hot_labels(x, labels, w1, b1, w2, b2):
    hidden = x @ w1.T + b1
    on = hidden > 0
    active = hidden * on
    scores = active @ w2.T + b2
    scores = scores - np.max(scores, axis=-1)[:, None]
    probs = np.exp(scores)
    totals = probs.sum(-1, keepdims=True)
    probs = probs / totals
    wanted = np.eye(len(w2))[labels]
    loss = np.mean(np.log(totals[:, 0]) - np.sum(scores * wanted, axis=1))
    delta = (probs - wanted) / x.shape[0]
    below = np.einsum("nm,mf->nf", delta, w2) * on
    return (
        loss, np.einsum("nf,nc->fc", below, x), np.sum(below, 0),
        np.einsum("nm,nf->mf", delta, active), np.sum(delta, 0),
    )  # fmt: skip


def _edit(name: str, replace: str, by: str, look: str, wrong: str, **more: Any) -> None:
    two_layer_backward.edit(name, of=step_by_step, replace=replace, by=by, look=look, wrong=wrong, **more)


_edit(
    "lets_gradient_through_the_relu", "(dlogits @ w2) * (z > 0)", "dlogits @ w2",
    "Which hidden units were off? What is the derivative of max(z, 0) there?",
    "Gradient reaches hidden units that were off. Where z is 0 or below, the ReLU's derivative is 0.",
)  # fmt: skip
_edit(
    "masks_by_the_gradient", "(dlogits @ w2) * (z > 0)", "np.maximum(dlogits @ w2, 0)",
    "Which numbers decide whether gradient passes the ReLU: those of the forward pass, or the gradients?",
    "Your backward ReLU cuts negative gradients off. What counts is whether z was positive on the way forward.",
)  # fmt: skip
_edit(
    "forgets_the_mean", "    dlogits /= N\n", "",
    "Your loss is a mean over the samples. Are your gradients?",
    "Your gradients are those of the sum over the samples. The loss is their mean, so each gradient is divided by N.",
)  # fmt: skip
_edit(
    "sums_the_loss", "labels].mean()", "labels].sum()",
    "Is your loss a sum over the samples or their mean?",
    "Your loss grows with the number of samples. It is the mean.",
)  # fmt: skip
_edit(
    "forgets_the_label", "    dlogits[np.arange(N), labels] -= 1\n", "",
    "What is the gradient of a logit? At the label's place something is subtracted.",
    "Your gradient of the logits is the probabilities alone. At the label it is the probability minus 1.",
)  # fmt: skip
_edit(
    "turns_the_sign_round", "dlogits /= N", "dlogits /= -N",
    "If a wrong class gets a larger logit, does the loss rise or fall?",
    "Your gradients have the opposite sign: p − y belongs to the loss, y − p to the likelihood.",
)  # fmt: skip
_edit(
    "overflows", "shifted = logits - logits.max(axis=1, keepdims=True)", "shifted = logits",
    "What is exp(1000)?",
    "Large logits overflow in your softmax. Subtract each sample's largest logit first: the probabilities stay the same.",
    shown="logits near a thousand",
)  # fmt: skip
_edit(
    "normalises_over_samples", "np.exp(shifted).sum(axis=1, keepdims=True)", "np.exp(shifted).sum(axis=0, keepdims=True)",
    "Which probabilities add up to 1: those of one sample, or those of one class?",
    "Your softmax divides by a sum over the samples. Each sample's probabilities add up to 1.",
)  # fmt: skip
_edit(
    "forgets_the_log", "log_probs[np.arange(N), labels].mean()", "np.exp(log_probs)[np.arange(N), labels].mean()",
    "What does the loss become when the label's probability goes to 0?",
    "Your loss is minus the probability. It is minus its logarithm.",
)  # fmt: skip
_edit(
    "uses_inputs_for_the_second_layer", "dw2 = dlogits.T @ a", "dw2 = dlogits.T @ z",
    "What went into the second layer?",
    "Your dw2 uses the hidden values before the ReLU. The second layer was fed with those after it.",
)  # fmt: skip
_edit(
    "averages_the_biases", "dz.sum(axis=0), dw2", "dz.mean(axis=0), dw2",
    "Is the gradient divided by the number of samples once, or twice?",
    "Your db1 is divided by N twice: the mean is in the logits' gradient already. Sum over the samples.",
)  # fmt: skip
_edit(
    "skips_the_second_layer", "(dlogits @ w2) * (z > 0)", "(dlogits @ np.ones_like(w2)) * (z > 0)",
    "Through which weights does the gradient come back to the hidden units?",
    "Your gradient comes back to the hidden units without the weights w2. Each path is multiplied by its weight.",
)  # fmt: skip
