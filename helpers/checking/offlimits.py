"""Finds library routines that an exercise asks the student to re-derive, in the student's source.

What counts is the object that a name stands for, not the name: `from numpy import convolve as c` is seen, and a class
of the student's own may have a method called `backward`. This is course policy, not security: a determined student
gets round it, and `ways_around` says how it looks when one tries. A grader that keeps the student's code elsewhere reads
the sources itself (autograde.engine.written); this here is what the student's own check says.
"""

from __future__ import annotations

import ast
import functools
import importlib
import inspect
import re
import sys
import textwrap
from collections.abc import Callable, Iterator
from typing import Any

from helpers.checking.namespace import source_of


def off_limits_use(function: Callable[..., Any], forbidden: tuple[str, ...]) -> str | None:
    """The first forbidden name that the function, or a notebook function it calls, uses; None when there is none.

    forbidden  dotted names: functions ("numpy.convolve"), whole modules ("scipy.signal"), or methods (".unfold")

    The course's own routines (`does_the_work`) are off limits everywhere, whatever the list says.
    """
    forbidden = (*expanded(forbidden), *KEPT_ANSWERS)
    for layer in _layers(function):
        for name in forbidden:
            if not name.startswith(".") and is_or_is_inside(layer, name):
                return name
        if does_the_work(layer):
            return f"{layer.__module__}.{layer.__qualname__}"
    for dotted, target, receiver in _used_by(function):
        if does_the_work(target):
            return dotted
        for name in forbidden:
            if name.startswith("."):
                if dotted.endswith(name) and not _is_own(receiver, name[1:], function):
                    return dotted
            elif is_or_is_inside(target, name):
                return dotted
    return None


# What a notebook imports to look at things; a figure inside an answer costs nobody marks.
_TO_LOOK = (
    "helpers.draw",
    "helpers.explore",
    "helpers.datasets",
    "helpers.student",
    "helpers.checking.check",
)
_PICTURES = re.compile(r"helpers\.lectures\.\w+\.(pictures|explorers)(\.|$)")
_RANK = re.compile(r"torch\.(?:nn\.functional\.|nn\.)?(\w*?)[123]d(\w*)")
# Where PyTorch keeps its routines a second time; nobody comes upon these by accident.
INTERNALS = ("torch.ops", "torch._C", "torch._VF", "torch._refs", "torch._decomp", "torch._prims")


# What was built before, or the library's routine in its place: for use, never for an answer (helpers.mine).
KEPT_ANSWERS = ("helpers.mine", "helpers.stand_ins", "helpers.student.kept_answers")


@functools.lru_cache(256)
def expanded(forbidden: tuple[str, ...]) -> tuple[str, ...]:
    """The names, with PyTorch's routines of the other ranks (one of 2-D does the work of 1-D) and its internals."""
    if not forbidden:
        return ()
    names = dict.fromkeys(forbidden)
    for name in forbidden:
        found = _RANK.fullmatch(name)
        if found:
            ranked = [f"{found[1]}{rank}d{found[2]}" for rank in (1, 2, 3)]
            homes = ("torch.nn",) if found[1][:1].isupper() else ("torch.nn.functional", "torch")
            names |= dict.fromkeys(f"{home}.{one}" for one in ranked for home in homes)
    return (*names, *INTERNALS)


def does_the_work(target: Any) -> bool:
    """Whether something is a routine of the course's own that is no picture and no check: one may do an exercise's work."""
    home = getattr(target, "__module__", None)
    if not isinstance(home, str) or not home.startswith("helpers."):
        return False
    if not inspect.isfunction(target) and not inspect.isclass(target):
        return False
    if _PICTURES.match(home):
        return target.__name__ not in getattr(sys.modules.get(".".join(home.split(".")[:4])), "__all__", ())
    return not (home.startswith(_TO_LOOK) and not target.__name__.startswith("_")) and (
        getattr(sys.modules.get("helpers"), "_HOMES", {}).get(target.__name__) != home
    )


def _is_own(receiver: Any, method: str, function: Any) -> bool:
    """Whether the method of that name belongs to the student: by its receiver where that is known, else by a class of the notebook.

    A local variable's class is not known from the source. Where the notebook has a class with such a method, it is taken
    for one of those.
    """
    home: dict[str, Any] = getattr(_layers(function)[-1], "__globals__", {})
    if receiver is not None:
        kind = receiver if inspect.isclass(receiver) else type(receiver)
        return _is_of_notebook(kind, home)
    return any(method in vars(kind) for kind in home.values() if _is_of_notebook(kind, home))


def _is_of_notebook(kind: Any, home: dict[str, Any]) -> bool:
    """Whether a class was defined in the notebook: one of its methods has the notebook's names around it."""
    return inspect.isclass(kind) and any(f.__globals__ is home for f in _methods(kind))


def _methods(kind: type) -> list[Any]:
    """The functions of a class body, behind staticmethod, classmethod and property too."""
    found = []
    for value in vars(kind).values():
        inner = value.fget if isinstance(value, property) else getattr(value, "__func__", value)
        found += [layer for layer in _layers(inner) if inspect.isfunction(layer)]
    return found


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


Use = tuple[str, Any, Any]  # the dotted name, what it stands for, and what stands before its last dot


def _used_by(function: Any) -> Iterator[Use]:
    seen: set[int] = set()
    for layer in _layers(function):
        called = layer if inspect.isfunction(layer) or inspect.isclass(layer) else type(layer)
        home: dict[str, Any] = getattr(layer, "__globals__", None) or next(
            (f.__globals__ for f in (_methods(called) if inspect.isclass(called) else [])), {}
        )
        yield from _used_around(called, home, seen)


def _used_around(target: Any, home: dict[str, Any], seen: set[int]) -> Iterator[Use]:
    """What a function of the notebook uses; for a class of the notebook, what its methods use."""
    for layer in _layers(target):
        if inspect.isfunction(layer) and layer.__globals__ is home:
            yield from _used_objects(layer, home, seen)
        elif inspect.isclass(layer) and _is_of_notebook(layer, home):
            for method in _methods(layer):
                yield from _used_objects(method, home, seen)


def _used_objects(function: Callable[..., Any], home: dict[str, Any], seen: set[int]) -> Iterator[Use]:
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
            yield dotted, target, _resolve(dotted.rpartition(".")[0], names) if "." in dotted else None
            yield from _used_around(target, home, seen)


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


def is_or_is_inside(target: Any, name: str) -> bool:
    """Whether something is the routine, module or layer of that dotted name, or stands inside of it."""
    if target is None:
        return False
    if inspect.ismodule(target):
        return target.__name__ == name or target.__name__.startswith(name + ".")
    if name in INTERNALS:  # of modules only: many public routines say that they come from there
        return False
    if type(target).__module__.startswith("torch.nn.modules."):  # a layer made beforehand
        target = type(target)
    module = getattr(target, "__module__", None)
    if isinstance(module, str) and (module == name or module.startswith(name + ".")):
        return True
    parent, _, last = name.rpartition(".")
    # Looked up where it stands already: a lazy name that nobody asked for is nothing that an answer can hold.
    return parent in sys.modules and vars(sys.modules[parent]).get(last) is target


WAYS_AROUND = ("getattr", "exec", "eval", "compile", "__import__", "globals", "vars", "import_module")


def ways_around(source: str) -> tuple[str, ...]:
    """Constructs in the source that reach a routine without naming it, for an instructor to look at; no verdict."""
    try:
        tree = ast.parse(textwrap.dedent(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    found: dict[str, None] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            if name in WAYS_AROUND and not (isinstance(node.func, ast.Attribute) and name == "compile"):
                found[name] = None
        elif isinstance(node, ast.Attribute) and node.attr in ("modules", "__dict__") and _dotted(node):
            found[str(_dotted(node))] = None
    return tuple(found)
