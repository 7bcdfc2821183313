"""One visible example and what came of it."""

from __future__ import annotations

from dataclasses import dataclass

from helpers.checking.checkfile import Example
from helpers.checking.compare import Mismatch
from helpers.travel.calls import Observation


@dataclass(frozen=True)
class Trial:
    """One visible example, what came of it, and how that differs (None when right).

    parameters  names of the arguments, in order, as the statement gives them
    """

    example: Example
    observed: Observation
    mismatch: Mismatch | None
    parameters: tuple[str, ...] = ()
