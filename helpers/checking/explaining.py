"""What can be said of a wrong answer without knowing any mistake: which examples fail, and how results stand to the expected.

Every sentence is computed from the examples and what came of them, so it is true whatever the code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from helpers.checking.compare import Comparator, Item, tolerance
from helpers.checking.in_common import Phrases, Tried, in_common, in_common_of
from helpers.checking.relations import relation
from helpers.checking.trial import Trial
from helpers.checking.words import listed

MOST_SENTENCES = 4


def tried_of(trials: Sequence[Trial]) -> list[Tried]:
    """The examples as `in_common` sees them."""
    return [
        Tried(
            t.example.title,
            frozenset(t.example.features),
            t.example.call.error is not None,
            t.mismatch is not None,
        )
        for t in trials
    ]


def explained(compare: Comparator, trials: Sequence[Trial], own: Phrases) -> str:
    """What failing examples have in common, and how their results stand to the expected ones; or ""."""
    failing = [t for t in trials if t.mismatch is not None and t.example.call.error is None]
    same = _argument(failing)
    if same:
        return f"{_where(failing)} you return `{same}` as it came in."
    said = [in_common(tried_of(trials), own)]
    if failing and not any(t.observed.raised for t in failing):
        said += _of_results(compare, trials, failing, own, weak=not said[0])
    return " ".join([sentence for sentence in said if sentence][:MOST_SENTENCES])


def _of_results(
    compare: Comparator, trials: Sequence[Trial], failing: Sequence[Trial], own: Phrases, weak: bool
) -> list[str]:
    items = [_items(compare, t) for t in failing]
    if all(items):
        return _of_items(compare, trials, failing, own, weak)
    said = [relation([(t.example.expected.value, t.observed.value) for t in failing], weak)]
    if weak and not said[0].startswith("In "):
        said.append(_of_shapes(trials, own))
    return said


def _where(failing: Sequence[Trial]) -> str:
    return "In the failing example" if len(failing) == 1 else "In every failing example"


def _items(compare: Comparator, trial: Trial) -> tuple[Item, ...]:
    if trial.example.call.error is not None:
        return ()
    rtol = tolerance(trial.example.call, trial.example.expected, compare.rtol)
    return compare.items(trial.example.expected.value, trial.observed.value, rtol)


def _of_items(
    compare: Comparator, trials: Sequence[Trial], failing: Sequence[Trial], own: Phrases, weak: bool
) -> list[str]:
    """Of a result with several items: which are right, and of the others each what can be said of it."""
    tried = [(one, _items(compare, t)) for t, one in zip(trials, tried_of(trials), strict=True)]
    failed = [_items(compare, trial) for trial in failing]
    names = [item.name for item in failed[0]]
    said, right = [], []
    for at, name in enumerate(names):
        wrong = [items[at] for items in failed if items[at].wrong]
        if not wrong:
            right.append(name)
            continue
        if weak and all(items for one, items in tried if not one.refusal):
            of_item = [replace(one, failed=items[at].wrong) for one, items in tried if not one.refusal]
            said.append(in_common_of(name, of_item, own))
        stands = relation([(item.expected, item.yours) for item in wrong], weak)
        said.append(f"Of {name}: {stands[0].lower()}{stands[1:]}" if stands and len(names) > 1 else stands)
    if right:
        told = listed(right)
        said.insert(
            0, f"{told[0].upper()}{told[1:]} {'is' if len(right) == 1 else 'are'} right in every example."
        )
    return said


def _of_shapes(trials: Sequence[Trial], own: Phrases) -> str:
    """Which examples have in common that the result has the wrong shape."""
    tried = []
    for trial, one in zip(trials, tried_of(trials), strict=True):
        wanted, got = trial.example.expected.value, trial.observed.value
        if one.refusal:
            continue
        if not isinstance(wanted, np.ndarray) or not isinstance(got, np.ndarray):
            return ""
        tried.append(replace(one, failed=wanted.shape != got.shape))
    return in_common_of("The shape of your result", tried, own)


def _argument(failing: Sequence[Trial]) -> str:
    """The name of the argument that comes back in every failing example; "" where there is none."""
    found: set[str] | None = None
    for trial in failing:
        call = trial.example.call
        named = dict(zip(trial.parameters, call.args, strict=False)) | call.kwargs
        here = {name for name, value in named.items() if _comes_back(value, trial.observed.value)}
        found = here if found is None else found & here
    return min(found or {""})


def _comes_back(argument: Any, value: Any) -> bool:
    return (
        isinstance(argument, np.ndarray)
        and isinstance(value, np.ndarray)
        and value.dtype.kind in "fiub"
        and argument.size > 1
        and argument.shape == value.shape
        and np.array_equal(argument, value)
    )
