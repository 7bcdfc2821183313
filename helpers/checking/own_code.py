"""The student's own code behind an answer, gathered so that it can run elsewhere: functions and classes with their sources.

What they use goes along: imports by name, plain values by the codec. What cannot travel is left out. Knows nothing of
what is right.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import linecache
import sys
import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from helpers.travel.codec import CodecError, Json, Limits, decode, encode

VALUES = Limits(bytes=8 * 2**20)


@dataclass(frozen=True)
class Piece:
    """One top-level statement of a cell or file: a function, a class, or what makes one.

    first  the line of the cell or file on which the source begins, from 1
    file   what Python calls the cell or file
    """

    name: str
    source: str
    first: int
    file: str


@dataclass(frozen=True)
class OwnCode:
    """Everything that an answer needs to run, in an order in which it can be run.

    imports  name: (module, attribute), the attribute "" for the module itself
    values   name: the value in the codec's form
    """

    pieces: tuple[Piece, ...]
    imports: Mapping[str, tuple[str, str]]
    values: Mapping[str, Json]

    def to_json(self) -> Json:
        return {
            "pieces": [vars(piece) for piece in self.pieces],
            "imports": {name: list(place) for name, place in self.imports.items()},
            "values": dict(self.values),
        }

    @classmethod
    def from_json(cls, data: Json) -> OwnCode:
        return cls(
            tuple(Piece(**piece) for piece in data["pieces"]),
            {name: (place[0], place[1]) for name, place in data["imports"].items()},
            data["values"],
        )

    def surroundings(self) -> dict[str, Any]:
        """A namespace with the imports and values, in which the pieces can run."""
        names: dict[str, Any] = {"__name__": "__answer__"}
        for name, (module, attribute) in self.imports.items():
            found: Any = import_module(module)
            for part in attribute.split(".") if attribute else ():
                found = getattr(found, part)
            names[name] = found
        names.update((name, decode(value)) for name, value in self.values.items())
        return names


def own_code(functions: Sequence[str], names: Mapping[str, Any]) -> OwnCode:
    """The code behind `functions` in a namespace."""
    gathering = _Gathering(names)
    for function in functions:
        gathering.add(function)
    return OwnCode(tuple(gathering.pieces.values()), gathering.imports, gathering.values)


class _Gathering:
    def __init__(self, names: Mapping[str, Any]) -> None:
        self.names = names
        self.pieces: dict[str, Piece] = {}
        self.imports: dict[str, tuple[str, str]] = {}
        self.values: dict[str, Json] = {}
        self.seen: set[str] = set()
        self.trees: dict[str, list[ast.stmt]] = {}

    def add(self, name: str) -> None:
        """Take a name of the namespace along, and before it what its code uses."""
        if name in self.seen or name not in self.names:
            return
        self.seen.add(name)
        value = self.names[name]
        place = _import_of(value)
        if place is not None:
            self.imports[name] = place
            return
        file = _file_of(value)
        if file is not None:
            self.add_source(name, file)
            return
        try:
            self.values[name] = encode(value, VALUES)
        except (CodecError, ValueError, TypeError, RecursionError):
            return  # without it most code still runs; where it doesn't, the search finds nothing

    def add_source(self, name: str, file: str) -> None:
        node = next((s for s in reversed(self.statements(file)) if name in _bound_by(s)), None)
        if node is None:
            return
        for used in ast.walk(node):
            if isinstance(used, ast.Name) and not hasattr(builtins, used.id):
                self.add(used.id)
        first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))])
        lines = linecache.getlines(file)[first - 1 : node.end_lineno]
        source = "".join(lines)
        if node.col_offset == 0 and (first, file) not in {(p.first, p.file) for p in self.pieces.values()}:
            self.pieces[name] = Piece(name, source, first, file)

    def statements(self, file: str) -> list[ast.stmt]:
        if file not in self.trees:
            linecache.checkcache(file)
            try:
                self.trees[file] = ast.parse("".join(linecache.getlines(file))).body
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                self.trees[file] = []
        return self.trees[file]


def _bound_by(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.Assign):
        return {n.id for target in node.targets for n in ast.walk(target) if isinstance(n, ast.Name)}
    return set()


def _import_of(value: Any) -> tuple[str, str] | None:
    """Where a value can be imported from; None for what is the notebook's own."""
    if isinstance(value, types.ModuleType):
        return value.__name__, ""
    name = getattr(value, "__qualname__", None) or getattr(value, "__name__", None)
    if not isinstance(name, str) or not callable(value):
        return None
    for home in (
        getattr(value, "__module__", None),
        "numpy",
    ):  # NumPy's own functions do not all say where they are
        module = sys.modules.get(home or "")
        if module is None or home in ("__main__", "__answer__"):
            continue
        found: Any = module
        for part in name.split("."):
            found = getattr(found, part, None)
        if found is value:
            return module.__name__, name
    return None


def _file_of(value: Any) -> str | None:
    """The cell or file in which a function or class was written; None for anything else."""
    if inspect.isclass(value):
        inner = [getattr(v, "fget", None) or getattr(v, "__func__", v) for v in vars(value).values()]
        functions = [inspect.unwrap(f) for f in inner if callable(f)]
    else:
        functions = [inspect.unwrap(value)] if callable(value) else []
    for function in functions:
        code = getattr(function, "__code__", None)
        if code is not None:
            return str(code.co_filename)
    return None
