"""Slips in right answers of notebook 08 that change nothing, each with the reason."""

from __future__ import annotations

ANY_ORDER = "products and quotients may be taken in any order"
BOTH_ZERO = "both are 0, or both empty lists"
LAST_AXIS = "the last axis of two is axis 1"
AS_MANY = "samples and labels are as many"
UNORDERED = "lines that do not need each other"

SURVIVORS = {
    "adagrad_step": {
        ANY_ORDER: ('return w - lr * (dw / (np.sqrt(v) + eps)), {"v": v}',),
    },
    "adam_step": {
        ANY_ORDER: (
            'return w - lr * (m_hat / (np.sqrt(v_hat) + eps)), {"t": t, "m": m, "v": v}',
            "step = lr * (root / (1 - beta1**t)) * first / (np.sqrt(second) + eps * root)",
            "step = lr * root / (1 - beta1**t) * (first / (np.sqrt(second) + eps * root))",
        ),
    },
    "alexnet_step": {
        "zeros like any number start the memory: they are stretched to the shape of the gradient": (
            'before = state["m"] if state else np.zeros_like(weight_decay)',
        ),
    },
    "cosine_schedule": {
        "a cosine is the same to the left and to the right of 0": (
            "share = (warmup - step) / (steps - warmup)",
            "share = (step - warmup) / (warmup - steps)",
            "share = -((step - warmup) / (steps - warmup))",
            "angles = np.pi * np.arange(steps - warmup) / (warmup - steps)",
            "angles = -(np.pi * np.arange(steps - warmup) / (steps - warmup))",
        ),
        ANY_ORDER: (
            "return lr * ((step + 1) / warmup)",
            "up = [lr * ((i + 1) / warmup) for i in range(warmup)]",
            "angles = np.pi * (np.arange(steps - warmup) / (steps - warmup))",
            "return [*up, *(lr_min + (lr - lr_min) * ((1 + np.cos(angles)) / 2))][step]",
        ),
        "angles beyond the last step are looked up by nobody": (
            "angles = np.pi * np.arange(steps + warmup) / (steps - warmup)",
        ),
    },
    "evaluate": {
        BOTH_ZERO: ("count, right = 0, 0",),
        LAST_AXIS: (
            "right += (model(x).argmax(dim=-1) == labels).sum().item()",
            "answers = torch.cat([model(x).argmax(dim=1) == y for x, y in loader])",
        ),
        AS_MANY: ("count += len(x)",),
        UNORDERED: ("model.eval()  # moved",),
    },
    "rmsprop_step": {
        ANY_ORDER: ('return w - lr * (dw / (np.sqrt(v) + eps)), {"v": v}',),
    },
    "train_one_epoch": {
        BOTH_ZERO: (
            "count, total = 0.0, 0",
            "total, count = 0, 0.0",
            "sizes, losses = [], []",
        ),
        AS_MANY: (
            "total += loss.item() * len(x)",
            "count += len(x)",
            "return sum(one * size for one, size in zip(losses, sizes, strict=False)) / sum(sizes)",
            "sizes.append(targets.shape[0])",
            "return sum(one * size for one, size in zip(losses, sizes)) / sum(sizes)",
        ),
        UNORDERED: (
            "model.train()  # moved",
            "loss = loss_fn(model(x), labels)  # moved",
            "optimizer.step()  # moved",
            "model.train(True)  # moved",
            "model.zero_grad()  # moved",
            "losses.append(float(loss.detach()))  # moved",
        ),
        "the two lists are multiplied pair by pair, in either order": (
            "return sum(one * size for one, size in zip(sizes, losses, strict=True)) / sum(sizes)",
        ),
    },
    "two_layer_backward": {
        LAST_AXIS: (
            "logits = logits - logits.max(axis=-1, keepdims=True)",
            "log_probs = logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))",
            "shifted = logits - logits.max(axis=-1, keepdims=True)",
            "log_probs = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))",
            "loss = np.mean(np.log(totals[:, 0]) - np.sum(scores * wanted, axis=-1))",
            "scores = scores - np.max(scores, axis=1)[:, None]",
            "totals = probs.sum(1, keepdims=True)",
        ),
        "a is positive just where z is": (
            "dz = (dlogits @ w2) * (a > 0)",
            "down = (w2.T @ p) * (a > 0)",
        ),
        "max(z, 0) is 0 at 0, whichever side that is counted to": ("a = np.where(z >= 0, z, 0.0)",),
        AS_MANY: (
            "for sample, label in zip(x, labels, strict=False):",
            "for sample, label in zip(x, labels):",
        ),
        UNORDERED: (
            "loss += scores.max() + np.log(e.sum()) - scores[label]  # moved",
            "n = len(x)  # moved",
        ),
        "one bias for each class, as there is a row of weights for each": (
            "wanted = np.eye(len(b2))[labels]",
        ),
    },
}
