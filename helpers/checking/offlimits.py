"""Finds calls to library routines that an exercise asks the student to re-derive, in the student's source.

Names are resolved to the objects they stand for, so that `from numpy import convolve as c` is seen. This is course
policy, not security: a determined student gets round it.
"""

from __future__ import annotations

import ast
import functools
import importlib
import inspect
import sys
import textwrap
from collections.abc import Callable, Iterator
from typing import Any

from helpers.checking.namespace import source_of


def off_limits_use(function: Callable[..., Any], forbidden: tuple[str, ...]) -> str | None:
    """The first forbidden name that the function, or a notebook function it calls, uses; None when there is none.

    forbidden  dotted names: functions ("numpy.convolve"), whole modules ("scipy.signal"), or methods (".unfold")
    """
    if not forbidden:
        return None
    for layer in _layers(function):
        for name in forbidden:
            if not name.startswith(".") and _is_or_is_inside(layer, name):
                return name
    for dotted, target in _used_by(function):
        for name in forbidden:
            if name.startswith("."):
                if dotted.endswith(name):
                    return dotted
            elif _is_or_is_inside(target, name):
                return dotted
    return None


def _layers(function: Any) -> list[Any]:
    """The function and what decorators and partials wrap: `partial(np.convolve, mode="valid")` is np.convolve too."""
    layers = [function]
    while len(layers) < 20:
        inner = layers[-1]
        inner = inner.func if isinstance(inner, functools.partial) else getattr(inner, "__wrapped__", None)
        if inner is None:
            break
        layers.append(inner)
    return layers


def _used_by(function: Any) -> Iterator[tuple[str, Any]]:
    seen: set[int] = set()
    for layer in _layers(function):
        yield from _used_objects(layer, getattr(layer, "__globals__", {}), seen)


def _used_objects(
    function: Callable[..., Any], home: dict[str, Any], seen: set[int]
) -> Iterator[tuple[str, Any]]:
    if id(function) in seen:
        return
    seen.add(id(function))
    try:
        tree = ast.parse(textwrap.dedent(source_of(function)))
    except (SyntaxError, ValueError):
        return
    names = dict(home)
    names.update(_local_imports(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Name):
            dotted = _dotted(node)
            if dotted is None:
                continue
            target = _resolve(dotted, names)
            yield dotted, target
            for layer in _layers(target):
                if inspect.isfunction(layer) and layer.__globals__ is home:
                    yield from _used_objects(layer, home, seen)


def _local_imports(tree: ast.AST) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                name = alias.name if alias.asname else alias.name.split(".")[0]
                found[alias.asname or name] = _import(name)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                found[alias.asname or alias.name] = _attribute(_import(node.module), alias.name)
    return found


def _import(name: str) -> Any:
    # Only what the notebook could already reach is looked up; nothing new is loaded for a check but the named module.
    try:
        return sys.modules.get(name) or importlib.import_module(name)
    except Exception:  # a module that is not installed cannot be used either
        return None


def _attribute(module: Any, name: str) -> Any:
    return getattr(module, name, None) if inspect.ismodule(module) else None


def _dotted(node: ast.AST) -> str | None:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        base = _dotted(node.value)
        return f"{base or '…'}.{node.attr}"
    return None


def _resolve(dotted: str, names: dict[str, Any]) -> Any:
    first, *rest = dotted.split(".")
    target = names.get(first)
    for name in rest:
        target = _attribute(target, name)
    return target


def _is_or_is_inside(target: Any, name: str) -> bool:
    if target is None:
        return False
    if inspect.ismodule(target):
        return target.__name__ == name or target.__name__.startswith(name + ".")
    module = getattr(target, "__module__", None)
    if isinstance(module, str) and (module == name or module.startswith(name + ".")):
        return True
    parent, _, last = name.rpartition(".")
    return parent in sys.modules and getattr(sys.modules[parent], last, None) is target
