"""What an attack on grading is: data from which the tests, the command `make attacks` and docs/attacks.md are made."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from nbformat.notebooknode import NotebookNode

WRONG = "def triple(x):\n    return None"
NOT_REFUSALS = {"NameError", "SyntaxError", "IndentationError", "AttributeError", "TypeError", "KeyError"}


@dataclass(frozen=True)
class Attack:
    """A submission that attacks. It holds no right answer, so it must earn nothing.

    name, kind  as the table calls it
    first       code of a cell in front of all others
    answer      the answer to the exercise `triple`
    last        code of a cell behind all others
    bend        changes the notebook's cells and metadata
    raw         makes the file's bytes from the notebook's, where it is no notebook any more
    beside      lays further files into the submission's folder; is told that folder and the course's
    halved      the answer to the exercise `halved`, right but for a rule that it breaks, or "" for the stub
    upload      hands in through `autograde collect` instead: makes an upload's name and content from the notebook's bytes
    ends        the worker does not live to the end of the cell
    plain       what plain nbgrader does with it, where that was measured
    """

    name: str
    kind: str
    first: str = ""
    answer: str = WRONG
    last: str = ""
    bend: Callable[[NotebookNode], None] | None = None
    raw: Callable[[bytes], bytes] | None = None
    beside: Callable[[Path, Path], None] | None = None
    halved: str = ""
    upload: Callable[[bytes], dict[str, bytes]] | None = None
    ends: bool = False
    plain: str = ""

    @property
    def reaches(self) -> bool:
        """Whether its first cell says itself that it got at something (REACHED) or not (REFUSED)."""
        return "'REFU' + 'SED'" in self.first


def reaching(body: str) -> str:
    """Code that says REACHED when `body` runs to its end, else REFUSED and by which exception.

    The words are put together when they are printed, so that a traceback that shows the code does not say them.
    """
    inner = textwrap.indent(textwrap.dedent(body).strip(), "    ")
    return (
        f"try:\n{inner}\n    print('REACH' + 'ED')\n"
        "except BaseException as error:\n    print('REFU' + 'SED', type(error).__name__)"
    )


def doing(body: str) -> str:
    """Code that says DONE at its end, so that an attack that never ran is not counted as repelled."""
    return f"{textwrap.dedent(body).strip()}\nprint('DO' + 'NE')"
