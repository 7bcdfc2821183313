"""The source of a misconception or alternative as a student's cell: imports, plain helper functions, then the function, renamed."""

from __future__ import annotations

import ast
import functools
import inspect
import re
from collections.abc import Callable
from types import ModuleType
from typing import Any

from autograde.course.definition import DefinitionError


def standalone_source(function: Callable[..., Any], name: str) -> str:
    """Source that defines `function` under `name` on its own. Raises DefinitionError when it leans on an exercise."""
    module = inspect.getmodule(function)
    assert module is not None
    text, table = _top_level(module)
    own = getattr(function, "edited_source", text)  # an edit of an answer stands in no module
    table = {**table, function.__name__: _definition(own, function)}
    needed: dict[str, ast.stmt] = {}
    _collect(function.__name__, table, needed, set())
    pieces = []
    for key, node in needed.items():
        if key != function.__name__ and isinstance(node, ast.FunctionDef) and node.decorator_list:
            raise DefinitionError(
                f"{module.__name__}: {function.__name__} uses {key}, which is part of an exercise; write it as a student would"
            )
        is_function = key == function.__name__
        segment = _segment(own if is_function else text, node)
        place = node.lineno if not is_function or own is text else len(text)
        pieces.append((not isinstance(node, ast.Import | ast.ImportFrom), place, segment))
    source = "\n\n".join(dict.fromkeys(segment for _, _, segment in sorted(pieces)))
    return re.sub(rf"\bdef {function.__name__}\(", f"def {name}(", source)


def _definition(text: str, function: Callable[..., Any]) -> ast.stmt:
    """Where the function itself stands: two exercises of a module may each have a misconception of its name."""
    first = function.__code__.co_firstlineno
    for node in ast.parse(text).body:
        decorators = node.decorator_list if isinstance(node, ast.FunctionDef) else []
        if isinstance(node, ast.FunctionDef) and first in (node.lineno, *(d.lineno for d in decorators)):
            return node
    raise DefinitionError(
        f"{function.__module__}: {function.__name__} does not stand at the top of its module"
    )


def _segment(text: str, node: ast.stmt) -> str:
    segment = ast.get_source_segment(text, node)
    assert segment is not None
    return segment


@functools.cache
def _top_level(module: ModuleType) -> tuple[str, dict[str, ast.stmt]]:
    text = inspect.getsource(module)
    table: dict[str, ast.stmt] = {}
    for node in ast.parse(text).body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                table[alias.asname or alias.name.split(".")[0]] = node
        elif isinstance(node, ast.FunctionDef):
            table[node.name] = node
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    table[target.id] = node
    return text, table


def _collect(name: str, table: dict[str, ast.stmt], needed: dict[str, ast.stmt], seen: set[str]) -> None:
    if name in seen or name not in table:
        return
    seen.add(name)
    node = table[name]
    # Decorators belong to the definition, not to the student's code.
    body = [*node.body, node.args] if isinstance(node, ast.FunctionDef) else [node]
    for part in body:
        for used in ast.walk(part):
            if isinstance(used, ast.Name):
                _collect(used.id, table, needed, seen)
    needed[name] = node


def solution_source(cell: str) -> str:
    """A solved exercise cell without the markers."""
    return "\n".join(
        line
        for line in cell.splitlines()
        if "### BEGIN SOLUTION" not in line and "### END SOLUTION" not in line
    )
