"""Why some slips may survive: reasons that stand beside the exercises.

A lecture's folder holds them in `survivors.py` (a lecture that is one file: in that file), by exercise and reason:

    SURVIVORS = {
        "correlate1d": {
            "every number of y is written afterwards": ("y = np.ones(N - K + 1)",),
            "an early exit; what follows refuses the same": ("if N < K: -> *",),
        },
    }

A line is the edited one as it reads now; `# moved` or `# dropped` follows one that stands elsewhere or is gone. `-> *`
means whatever becomes of that line, which excuses no edit that the check calls right and grading refuses.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from autograde.course.registry import find
from autograde.mutants.judging import Judged

Reasons = Mapping[str, tuple[str, ...]]
ANY = " -> *"


@dataclass(frozen=True)
class Sorted:
    """Survivors with a reason and without one, and reasons that nothing needs any more, as "exercise: line"."""

    excused: tuple[tuple[Judged, str], ...]
    unexplained: tuple[Judged, ...]
    stale: tuple[str, ...]


def reasons_for(name: str) -> Reasons:
    """The reasons that stand beside an exercise."""
    module = importlib.import_module(find(name).module)
    if hasattr(module, "__path__"):
        try:
            module = importlib.import_module(f"{module.__name__}.survivors")
        except ModuleNotFoundError:
            return {}
    survivors: Mapping[str, Reasons] = getattr(module, "SURVIVORS", {})
    return survivors.get(name, {})


def sort_out(name: str, judged: Iterable[Judged], reasons: Reasons, complete: bool = True) -> Sorted:
    """Which survivors among an exercise's mutants have a reason. Reasons are stale only where all mutants were made."""
    excused, unexplained = [], []
    needed: set[str] = set()
    for one in judged:
        if one.check != "right":
            continue
        lines = [one.mutant.now] if not one.graded else [one.mutant.now, one.mutant.was + ANY]
        found = next(
            ((why, line) for why, listed in reasons.items() for line in lines if line in listed), None
        )
        if found is None:
            unexplained.append(one)
        else:
            excused.append((one, found[0]))
            needed.add(found[1])
    listed = [line for lines in reasons.values() for line in lines]
    stale = [f"{name}: {line}" for line in listed if line not in needed] if complete else []
    return Sorted(tuple(excused), tuple(unexplained), tuple(stale))
