"""Answers as people really give them, right and wrong, a file per lecture, each with what the check has to make of it.

    wrong("max_pool2d", "reads sample 0 only", '''def max_pool2d(x, kernel_size, stride=None): ...''')
    right("conv2d_backward", "a class with a method called backward", '''class Conv2d: ...''')

`python -m tests.mistakes` counts how many of the wrong ones are explained, misled and left in silence.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """One answer to one exercise.

    right       True: full marks and "right"; False: the check must not say "right", and marks are lost
    named       misconceptions, one of which the check must name; empty when any explanation will do
    may_name    misconceptions that would be true of this answer; naming any other one misleads. None: not judged
    explained   False where silence is the right answer for now, with the reason in `why`
    says        texts that the check must show
    never       texts that the check must not show: they would accuse the student of what was not done
    """

    exercise: str
    title: str
    source: str
    right: bool
    named: tuple[str, ...] = ()
    may_name: tuple[str, ...] | None = None
    explained: bool = True
    says: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    why: str = ""


class Cases(list[Case]):
    """The cases of one file."""

    def wrong(self, exercise: str, title: str, source: str, **expected: object) -> None:
        """Add a wrong answer; `expected` are the fields of `Case`."""
        self.append(Case(exercise, title, textwrap.dedent(source), False, **expected))  # type: ignore[arg-type]

    def right(self, exercise: str, title: str, source: str, **expected: object) -> None:
        """Add a right answer in an unusual style."""
        self.append(Case(exercise, title, textwrap.dedent(source), True, **expected))  # type: ignore[arg-type]
