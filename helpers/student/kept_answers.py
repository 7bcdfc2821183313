"""Keeps the source of each answer that its check found right: one Python file, which its owner can read and take along.

    # %% conv2d
    import numpy as np
    def conv2d(x, w, ...): ...

Each part runs by itself: it holds the imports, constants and functions of the notebook that the answer uses. An answer
that uses something else of the notebook (an array, an object) cannot be kept. The file lies beside the progress;
nothing is read or written while nbgrader or a grader runs a notebook, so no grade depends on it.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from helpers.checking.namespace import source_of
from helpers.student.records import LOCK_SECONDS, directory

FILE = "my_answers.py"
HEADING = re.compile(r"^# %% (\w+)$", re.MULTILINE)
OPENING = "# Your answers that their checks found right, kept for `from helpers import mine`.\n"
NAMELESS = ("inf", "-inf", "nan")  # what Python shows for a number and cannot read again
CONSTANTS = (bool, int, float, complex, str, bytes, type(None))


def place() -> Path:
    """The file of kept answers."""
    return directory() / FILE


def keep(name: str, names: Mapping[str, Any]) -> str:
    """Keep the answer `name` of a notebook with `names`; the latest right one counts.

    Returns a sentence where it could not be written, else "". An answer that does not stand alone is passed over.
    """
    if os.environ.get("NBGRADER_EXECUTION"):
        return ""
    text = standing_alone(name, names)
    if text is None:
        return ""
    from filelock import FileLock, Timeout

    path = place()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{path}.lock", timeout=LOCK_SECONDS):
            answers = {**kept(), name: text}
            parts = [f"\n# %% {one}\n{source}\n" for one, source in sorted(answers.items())]
            draft = path.with_suffix(f".{os.getpid()}.tmp")
            draft.write_text(OPENING + "".join(parts), encoding="utf-8")
            os.replace(draft, path)
        return ""
    except (OSError, Timeout, UnicodeError):
        return f"Your answer could not be kept in {path.parent}; everything else works."


def kept() -> dict[str, str]:
    """The source of every kept answer, by exercise; none while nbgrader runs, nor from a file that cannot be read."""
    if os.environ.get("NBGRADER_EXECUTION"):
        return {}
    try:
        text = place().read_text(encoding="utf-8")
    except (OSError, UnicodeError):
        return {}
    _, *parts = HEADING.split(text)
    return {name: source.strip() for name, source in zip(parts[::2], parts[1::2], strict=True)}


def standing_alone(name: str, names: Mapping[str, Any]) -> str | None:
    """The source of a function with all that it uses of the notebook, or None where that cannot be written down."""
    imports: dict[str, None] = {}
    constants: dict[str, None] = {}
    functions: dict[str, str] = {}
    waiting = [name]
    while waiting:
        one = waiting.pop()
        if one in functions:
            continue
        source = _definition(one, names[one])
        if source is None or HEADING.search(source):
            return None
        functions[one] = source
        for used in sorted(_names_in(source) - {one}):
            if used not in names:
                continue  # a local name, or one of Python's own
            value = names[used]
            written = _import_of(used, value)
            if written:
                imports[written] = None
            elif type(value) in CONSTANTS and repr(value) not in NAMELESS:
                constants[f"{used} = {value!r}"] = None
            elif inspect.isfunction(value) or inspect.isclass(value):
                waiting.append(used)
            else:
                return None
    # The answer comes last: what its defaults and decorators need stands above it.
    above = "\n".join([*sorted(imports), *sorted(constants)])
    return "\n\n".join([above, *reversed(functions.values())]).strip()


def _definition(name: str, value: Any) -> str | None:
    """The source of a function or class that defines `name`; None for a lambda, a partial, another's name."""
    source = source_of(value).strip()
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError):
        return None
    return source if len(body) == 1 and getattr(body[0], "name", None) == name else None


def _names_in(source: str) -> set[str]:
    return {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}


def _import_of(name: str, value: Any) -> str:
    """The statement that imports a value under that name, "" for what belongs to the notebook."""
    if inspect.ismodule(value):
        return f"import {value.__name__} as {name}"
    home, own = getattr(value, "__module__", None), getattr(value, "__name__", None)
    if not isinstance(home, str) or not isinstance(own, str) or home == "__main__":
        return ""
    if not home.startswith(
        ("builtins", "numpy", "torch", "scipy", "math", "itertools", "functools", "typing")
    ):
        return ""
    there = getattr(importlib.import_module(home), own, None)
    return f"from {home} import {own} as {name}" if there is value else ""
