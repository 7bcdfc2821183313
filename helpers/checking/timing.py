"""How many times as fast as a public reference an answer is, measured so that a busy machine is no excuse and no excuse is needed.

Answer and reference take turns, and the shortest time of each counts: what disturbs one disturbs the other, and a
minimum forgets disturbances. Every call gets numbers that nobody has seen before, and a result of every turn is compared
with the reference's, so that a result kept from an earlier call is not fast. Knows nothing of points.
"""

from __future__ import annotations

import math
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from helpers.checking.answers import Answer
from helpers.checking.checkfile import Timed
from helpers.checking.compare import close, difference
from helpers.checking.references import REFERENCES
from helpers.fixtures import Fixture
from helpers.travel.calls import Call, Observation, observe, seconds_of

FEWEST, MOST = 2, 6  # rounds; a pass needs the fewest, a failure takes up to the most
# Within its turn the answer is called again and again: a matrix product that shares its work among busy cores
# can be slowed down a hundredfold in most calls, and needs one call that is not.
# One that is fast enough needs no better.
FEW, CALLS, SECONDS = 3, 30, 0.25
# A long call is interrupted by other programs, a short one slips through between them. So the reference, which is
# long, is timed by the processor time that it had itself: waiting must not make it look slow, and an answer fast.
FINE = time.get_clock_info("thread_time").resolution < 1e-4  # coarse on some systems
OWN_TIME = time.thread_time if FINE else time.perf_counter
HOPELESS = 0.1  # of the ratio asked for: that far off after the fewest rounds, more of them will not help


@dataclass(frozen=True)
class Speed:
    """What came of a timed call: the shortest times in seconds, or the sentence that says why there are none."""

    timed: Timed
    yours: float = math.inf
    reference: float = math.nan
    problem: str = ""

    @property
    def ratio(self) -> float:
        return (
            0.0 if self.problem or not math.isfinite(self.yours) else self.reference / max(self.yours, 1e-9)
        )

    @property
    def enough(self) -> bool:
        return self.ratio >= self.timed.at_least

    @property
    def sentence(self) -> str:
        """The measurement, said to the student."""
        if self.problem:
            return f"{self.timed.title}, the result must be right before its speed counts: {self.problem}"
        times = f"{_milliseconds(self.yours)} against {_milliseconds(self.reference)}"
        asked = f"{self.timed.at_least:g} times as fast is asked for"
        return f"{self.timed.title}, yours is {_times(self.ratio)} as fast as `{self.timed.reference}` ({times}); {asked}."


def measure(answer: Answer, timed: Timed) -> Speed:
    """Time the answer against the reference, in turns, until it has passed or is clearly too slow."""
    reference = REFERENCES[timed.reference]
    speed = Speed(timed, math.inf, math.inf)
    for turn in range(1, MOST + 1):
        call = with_new_numbers(timed.call)
        wanted, theirs = _run(reference, call)
        wrong = difference(close(check_dtype=False), call, wanted, answer.observe(call))
        if wrong is not None:
            return Speed(timed, problem=wrong.sentence)
        yours = _shortest(answer, timed.call, theirs / timed.at_least)
        speed = Speed(timed, min(speed.yours, yours), min(speed.reference, theirs))
        if turn >= FEWEST and (speed.enough or speed.ratio < HOPELESS * timed.at_least):
            break
    return speed


def with_new_numbers(call: Call) -> Call:
    """The call with other normal numbers in its arrays of floats, and in fixtures of normal numbers; sizes stay."""
    return replace(
        call,
        args=tuple(_new_numbers(value) for value in call.args),
        kwargs={name: _new_numbers(value) for name, value in call.kwargs.items()},
    )


def _new_numbers(value: Any) -> Any:
    seed = secrets.randbits(48)  # no generator that an answer could have set
    if isinstance(value, Fixture) and value.name == "normal_numbers":
        return replace(value, args=(seed, *value.args[1:]))
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return np.asarray(np.random.default_rng(seed).normal(size=value.shape), dtype=value.dtype)
    return value


def _run(reference: Callable[..., Any], call: Call) -> tuple[Observation, float]:
    """What the reference makes of the call, and the seconds that it took."""
    kept: list[Any] = []
    seconds = seconds_of(lambda *args, **kwargs: kept.append(reference(*args, **kwargs)), call, OWN_TIME)
    return (Observation(value=kept[0]) if kept else observe(reference, call)), seconds


def _shortest(answer: Answer, call: Call, enough: float) -> float:
    """The shortest time of one turn, which ends early once some call was short enough; each call is another one."""
    times: list[float] = []
    while len(times) < CALLS and sum(times) < SECONDS:
        times.append(answer.seconds(with_new_numbers(call)))
        if len(times) >= FEW and min(times) <= enough:
            break
    return min(times)


def _milliseconds(seconds: float) -> str:
    return f"{1000 * seconds:.3g} ms"


def _times(ratio: float) -> str:
    return f"{ratio:.2g} times" if ratio < 10 else f"{ratio:.0f} times"
