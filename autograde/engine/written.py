"""What a submission's sources use, read without running any of it: off-limits routines, and ways that hide them.

The grader's own reading. What a worker says of an answer comes from the student's process, where code can make it say
anything; the cells are here as they were handed in. Names are followed through imports, assignments, wrappers and
functions of the notebook; the latest definition above the check counts. Course policy, not security: what a source
does not tell is noted for the instructor (`Use.notes`), and costs no marks.
"""

from __future__ import annotations

import ast
import builtins
import functools
import importlib
import inspect
import pkgutil
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import helpers.lectures
from helpers.checking.offlimits import KEPT_ANSWERS, WAYS_AROUND, does_the_work, expanded, is_or_is_inside

LARGEST = (
    1_000_000  # characters of code that are read; seven times what the longest notebook of this course has
)
STEPS = 60_000  # names looked at for one exercise
DEEPEST = 20
LONGEST_PATH = 300
HIDING = {
    *WAYS_AROUND, "setattr", "attrgetter", "methodcaller", "getattr_static", "run_cell", "run_cell_magic",
    "get_ipython", "run_line_magic", "run_module", "run_path", "locals", "CDLL", "FunctionType", "CodeType",
    "exec_module", "loads", "load",
}  # fmt: skip
HIDDEN_IN = {
    "modules",
    "__dict__",
    "__globals__",
    "__builtins__",
    "__code__",
    "__subclasses__",
    "__getattribute__",
}
CODE_MAGICS = ("time", "timeit", "capture", "prun", "python", "python3")
LINE_MAGIC = re.compile(r"^(\s*)(?:[%!?].*|[\w.]+\?\??\s*)$", re.MULTILINE)
ASSIGNED_MAGIC = re.compile(r"=\s*[%!].*$", re.MULTILINE)

SURE = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign, ast.Import, ast.ImportFrom,
)  # fmt: skip
WRAPPERS = ("functools.", "numpy.vectorize", "numpy.frompyfunc", "torch.vmap", "torch.compile", "torch.func.")
KEPT = 5_000  # characters of a cell whose reading is kept

Scope = dict[
    str, list["ast.AST | str"]
]  # a name, and what it may stand for: a dotted path, or a node of the source


@dataclass(frozen=True)
class Use:
    """What an answer's sources use.

    off_limits  the first forbidden routine, as the source names it, or None
    ways        constructs that reach a routine without naming it
    notes       what else the source does not tell
    """

    off_limits: str | None = None
    ways: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Bound:
    """What one statement at the top level of a cell binds.

    sure     it binds its names whenever it runs, so that what they stood for before is gone
    names    its names, with what each may stand for
    shared   names that a function binds whenever it is called (`global`)
    stars    modules from which it takes everything
    changed  attributes of something else that it sets
    """

    sure: bool
    names: Scope
    shared: Scope
    stars: tuple[str, ...]
    changed: tuple[str, ...]


class Written:
    """The code of a notebook, as far as it has been run."""

    def __init__(self) -> None:
        self.scope: Scope = {}
        self.earlier: Scope = {}
        self.stars: dict[str, None] = {}
        self._changed: dict[str, None] = {}
        self._left = LARGEST

    def add(self, cell: str) -> None:
        """Take up one more cell; what goes beyond the limit is left aside, and noted where it matters."""
        self._left -= len(cell)
        if self._left < 0:
            return
        for bound in _kept(cell) if len(cell) <= KEPT else _read(cell):
            for name, meanings in bound.names.items():
                if bound.sure:
                    self.earlier.setdefault(name, []).extend(self.scope.pop(name, []))
                self.scope.setdefault(name, []).extend(meanings)
            for name, meanings in bound.shared.items():
                self.scope.setdefault(name, []).extend(meanings)
            self.stars.update(dict.fromkeys(bound.stars))
            self._changed.update(dict.fromkeys(bound.changed))

    def use(self, functions: tuple[str, ...], forbidden: tuple[str, ...]) -> Use:
        """What the answer made of these functions uses."""
        names = (*expanded(forbidden), *KEPT_ANSWERS)
        reading = _Reading(self, names)
        found = reading.all_of([meaning for name in functions for meaning in self.scope.get(name, [])])
        if found:
            return Use(found)
        notes = dict(reading.notes)
        before = [meaning for name in functions for meaning in self.earlier.get(name, [])]
        other = _Reading(self, names).all_of(before)
        if other:
            notes[f"an earlier definition uses {other}"] = None
        missing = [name for name in functions if name not in self.scope]
        if missing or self._left < 0:
            notes["not all of its source can be read"] = None
        for path in self._changed:
            if any(isinstance(meaning, str) for meaning in self.scope.get(path.split(".")[0], [])):
                notes[f"the notebook changes {path}"] = None
        return Use(None, tuple(reading.ways), tuple(notes))


@dataclass
class _Reading:
    """One walk through all that an answer may reach."""

    written: Written
    forbidden: tuple[str, ...]
    ways: dict[str, None] = field(default_factory=dict)
    notes: dict[str, None] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    followed: set[str] = field(default_factory=set)
    steps: int = 0

    def all_of(self, meanings: list[ast.AST | str]) -> str | None:
        """The first forbidden routine among the meanings and everything that they use."""
        waiting: list[tuple[ast.AST | str, Scope]] = [(meaning, {}) for meaning in reversed(meanings)]
        while waiting:
            meaning, local = waiting.pop()
            if isinstance(meaning, str):
                if self._is_forbidden(meaning):
                    return meaning
                continue
            if id(meaning) in self.seen:
                continue
            self.seen.add(id(meaning))
            nodes: Iterator[ast.AST]
            if isinstance(meaning, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
                local = {**local, **_local(meaning)}
                nodes = ast.walk(meaning)
            else:
                nodes = self._wrapped(meaning)
            for node in nodes:
                self.steps += 1
                if self.steps > STEPS:
                    self.notes["the source is too long to follow"] = None
                    return None
                self._note(node)
                if not isinstance(node, ast.Name | ast.Attribute | ast.Call | ast.Subscript):
                    continue
                if isinstance(node, ast.Attribute) and self._is_method(node, local):
                    return _spelled(node)
                for path in self._paths(node, local):
                    if self._is_forbidden(path):
                        return _spelled(node) if isinstance(node, ast.Name | ast.Attribute) else path
                if isinstance(node, ast.Name) and node.id not in local and node.id not in self.followed:
                    self.followed.add(node.id)
                    waiting += [
                        (m, {}) for m in self.written.scope.get(node.id, []) if not isinstance(m, str)
                    ]
        return None

    def _wrapped(self, value: ast.AST) -> Iterator[ast.AST]:
        """Of a value: what in it may be called later, and not what was called to work out a number."""
        waiting = [value]
        while waiting:
            node = waiting.pop()
            yield node
            if isinstance(node, ast.Lambda):
                yield from ast.walk(node)
            elif isinstance(node, ast.Call):
                arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
                waiting += [one for one in arguments if not isinstance(one, ast.Call) or self._wraps(one)]
                known = self.written.scope.get(getattr(node.func, "id", ""), [])
                if any(isinstance(meaning, ast.FunctionDef | ast.ClassDef | ast.Lambda) for meaning in known):
                    waiting.append(node.func)
            elif isinstance(
                node, ast.Tuple | ast.List | ast.Set | ast.Dict | ast.IfExp | ast.BoolOp | ast.Starred
            ):
                waiting += [child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.Call)]

    def _wraps(self, node: ast.Call) -> bool:
        """Whether a call makes something that is called later, as partial does, and no number."""
        known = self.written.scope.get(getattr(node.func, "id", ""), [])
        own = any(isinstance(meaning, ast.FunctionDef | ast.ClassDef | ast.Lambda) for meaning in known)
        return own or any(path.startswith(WRAPPERS) for path in self._paths(node.func, {}))

    def _paths(self, node: ast.AST, local: Scope, depth: int = 0) -> list[str]:
        """The dotted paths that an expression may stand for."""
        self.steps += 1
        if depth > DEEPEST or self.steps > STEPS:
            return []
        if isinstance(node, ast.Name):
            return self._named(node.id, local, depth)
        if isinstance(node, ast.Attribute):
            return [f"{path}.{node.attr}" for path in self._paths(node.value, local, depth + 1)]
        if isinstance(node, ast.Subscript):
            return self._looked_up(node, local, depth)
        if isinstance(node, ast.Call):
            return self._fetched(node, local, depth)
        if isinstance(node, ast.IfExp):
            return self._paths(node.body, local, depth + 1) + self._paths(node.orelse, local, depth + 1)
        if isinstance(node, ast.NamedExpr):
            return self._paths(node.value, local, depth + 1)
        return []

    def _named(self, name: str, local: Scope, depth: int) -> list[str]:
        if name in local or name in self.written.scope:
            found: list[str] = []
            for meaning in (local.get(name) or [] if name in local else self.written.scope[name])[:DEEPEST]:
                if isinstance(meaning, str):
                    found.append(meaning)
                elif isinstance(meaning, ast.Name | ast.Attribute | ast.Subscript | ast.Call | ast.IfExp):
                    inner = {key: value for key, value in local.items() if key != name}
                    found += self._paths(meaning, inner, depth + 1)
            return found[:DEEPEST]
        if hasattr(builtins, name):
            return [f"builtins.{name}"]
        return [
            f"{module}.{name}"
            for module in list(self.written.stars)[:DEEPEST]
            if _is_in(module, name, self.forbidden)
        ]

    def _looked_up(self, node: ast.Subscript, local: Scope, depth: int) -> list[str]:
        """`vars(np)["convolve"]`, `np.__dict__["convolve"]`, `sys.modules["numpy"]`."""
        key, base = _text(node.slice), node.value
        if key is None:
            return []
        if isinstance(base, ast.Call) and _spelled(base.func).endswith("vars") and base.args:
            return [f"{path}.{key}" for path in self._paths(base.args[0], local, depth + 1)]
        paths = self._paths(base, local, depth + 1)
        if "sys.modules" in paths:
            return [key]
        return [f"{path.removesuffix('.__dict__')}.{key}" for path in paths if path.endswith(".__dict__")]

    def _fetched(self, node: ast.Call, local: Scope, depth: int) -> list[str]:
        """`getattr(np, "convolve")`, `__import__("numpy")`, `importlib.import_module("numpy")`, `attrgetter("convolve")(np)`."""
        what = self._paths(node.func, local, depth + 1)
        words = [_text(argument) for argument in node.args]
        if "builtins.getattr" in what and len(words) > 1 and words[1] is not None:
            return [f"{path}.{words[1]}" for path in self._paths(node.args[0], local, depth + 1)]
        if "builtins.vars" in what and node.args:
            return [f"{path}.__dict__" for path in self._paths(node.args[0], local, depth + 1)]
        if words and words[0] is not None:
            if "builtins.__import__" in what:
                return [words[0].split(".")[0]]
            if "importlib.import_module" in what:
                return [words[0]]
        inner = node.func
        if (
            isinstance(inner, ast.Call)
            and node.args
            and "operator.attrgetter" in self._paths(inner.func, local, depth + 1)
        ):
            name = _text(inner.args[0]) if inner.args else None
            return [f"{path}.{name}" for path in self._paths(node.args[0], local, depth + 1)] if name else []
        # A layer made beforehand: what it is made of counts.
        return [path for path in what if path.rpartition(".")[2][:1].isupper()]

    def _is_forbidden(self, path: str) -> bool:
        return len(path) < LONGEST_PATH and _matches(path, self.forbidden)

    def _is_method(self, node: ast.Attribute, local: Scope) -> bool:
        """Whether a forbidden method is called, on something that is not of a class of the notebook."""
        if f".{node.attr}" not in self.forbidden:
            return False
        own = [m for meanings in self.written.scope.values() for m in meanings if isinstance(m, ast.ClassDef)]
        return not any(getattr(part, "name", "") == node.attr for kind in own for part in kind.body)

    def _note(self, node: ast.AST) -> None:
        """Remember a construct that reaches a routine without naming it."""
        name = ""
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            called = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            plain = isinstance(node.func, ast.Name) or called not in ("compile", "load", "loads")
            name = called if called in HIDING and plain else ""
        elif isinstance(node, ast.Attribute) and node.attr in HIDDEN_IN:
            name = _spelled(node)
        elif (
            isinstance(node, ast.Name)
            and isinstance(node.ctx, ast.Load)
            and node.id in ("exec", "eval", "__import__", "__builtins__")
        ):
            name = node.id
        if name:
            self.ways[name[:60]] = None


def _parsed(cell: str) -> ast.Module | None:
    """A cell's syntax tree; IPython's magics are left out. None for what is no Python, and so defines nothing."""
    for text in (cell, _without_magics(cell)):
        try:
            return ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    return None


def _without_magics(cell: str) -> str:
    first, _, rest = cell.lstrip().partition("\n")
    if first.startswith("%%"):
        if first[2:].split(" ")[0] not in CODE_MAGICS:
            return ""
        cell = rest
    return ASSIGNED_MAGIC.sub("= None", LINE_MAGIC.sub(r"\1pass", cell))


def _read(cell: str) -> tuple[_Bound, ...]:
    """What the statements of a cell bind, in their order."""
    tree = _parsed(cell)
    return tuple(_bound(statement) for statement in tree.body) if tree else ()


_kept = functools.lru_cache(512)(_read)  # a class hands in the same cells again and again


def _bound(statement: ast.stmt) -> _Bound:
    made = _Bound(isinstance(statement, SURE), {}, {}, (), ())
    stars: list[str] = []
    changed: list[str] = []
    within: Scope = {}
    shared: set[str] = set()
    waiting: list[tuple[ast.AST, bool]] = [(statement, False)]
    while waiting:
        node, inside = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            (within if inside else made.names).setdefault(node.name, []).append(node)
            inside = True
        inside = inside or isinstance(node, ast.Lambda)
        if isinstance(node, ast.Global):
            shared |= set(node.names)
        for name, meanings in _bound_by(node).items():
            if name == "*":
                stars += [meaning for meaning in meanings if isinstance(meaning, str)]
            else:
                (within if inside else made.names).setdefault(name, []).extend(meanings)
        attributes = [target for target in _targets(node) if isinstance(target, ast.Attribute)]
        changed += [_spelled(target)[:80] for target in attributes]
        waiting += [(child, inside) for child in ast.iter_child_nodes(node)]
    made.shared.update({name: within[name] for name in shared if name in within})
    return replace(made, stars=tuple(stars), changed=tuple(changed))


def _targets(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.Assign):
        return node.targets
    if isinstance(node, ast.AugAssign | ast.AnnAssign | ast.For | ast.NamedExpr):
        return [node.target]
    return []


def _bound_by(node: ast.AST) -> Scope:
    """The names that one node binds itself, each with what it stands for; "*" names modules taken whole."""
    bound: Scope = {}
    if isinstance(node, ast.Import):
        for alias in node.names:
            name = alias.name if alias.asname else alias.name.split(".")[0]
            bound.setdefault(alias.asname or name, []).append(name)
    elif isinstance(node, ast.ImportFrom):
        for alias in node.names:
            path = node.module or ""
            bound.setdefault(alias.asname or alias.name, []).append(
                path if alias.name == "*" else f"{path}.{alias.name}"
            )
    elif (
        isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.NamedExpr)
        and node.value is not None
    ):
        for target in _targets(node):
            _bind(target, node.value, bound)
    elif isinstance(node, ast.For | ast.AsyncFor | ast.comprehension):
        _bind(node.target, node.iter, bound)
    elif isinstance(node, ast.withitem) and node.optional_vars is not None:
        _bind(node.optional_vars, node.context_expr, bound)
    elif isinstance(node, ast.ExceptHandler) and node.name:
        bound[node.name] = []
    return bound


def _bind(target: ast.expr, value: ast.expr, bound: Scope) -> None:
    """Bind a target's names; `a, b = x, y` part by part, else each name to the whole."""
    if isinstance(target, ast.Name):
        bound.setdefault(target.id, []).append(value)
    elif isinstance(target, ast.Starred):
        _bind(target.value, value, bound)
    elif isinstance(target, ast.Tuple | ast.List):
        parts = (
            value.elts
            if isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts)
            else None
        )
        for place, part in enumerate(target.elts):
            _bind(part, parts[place] if parts else value, bound)


def _local(function: ast.AST) -> Scope:
    """The names of a function's own; those of functions within it count as its own too."""
    bound: Scope = {}
    shared: set[str] = set()
    if isinstance(function, ast.ClassDef):
        return bound
    for node in ast.walk(function):
        if isinstance(node, ast.arg):
            bound.setdefault(node.arg, [])
        elif isinstance(node, ast.Global):
            shared |= set(node.names)
        elif node is not function and isinstance(node, ast.FunctionDef | ast.ClassDef):
            bound.setdefault(node.name, []).append(node)
        for name, meanings in _bound_by(node).items():
            bound.setdefault(name, []).extend(meanings)
    return {name: meanings for name, meanings in bound.items() if name not in shared and name != "*"}


@functools.lru_cache(4096)  # a class uses the same few names again and again
def _matches(path: str, forbidden: tuple[str, ...]) -> bool:
    """Whether a path leads to something forbidden, by its name or by what it stands for."""
    names = [name for name in forbidden if not name.startswith(".")]
    if any(path == name or path.startswith(name + ".") for name in names):
        return True
    target = _object(path)
    return target is not None and (
        does_the_work(target) or any(is_or_is_inside(target, name) for name in names)
    )


def _text(node: ast.AST, depth: int = 0) -> str | None:
    """The text that an expression spells out: "a", "a" + "b", f"a{'b'}"."""
    if depth > DEEPEST:
        return None
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) and len(node.value) < 200 else None
    parts: list[ast.AST] = []
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        parts = [node.left, node.right]
    elif isinstance(node, ast.JoinedStr):
        parts = [p.value if isinstance(p, ast.FormattedValue) else p for p in node.values]
    texts = [_text(part, depth + 1) for part in parts[:DEEPEST]] + [None] * (len(parts) > DEEPEST)
    known = [text for text in texts if text is not None]
    return "".join(known) if parts and len(known) == len(texts) else None


def _spelled(node: ast.AST) -> str:
    names: list[str] = []
    while isinstance(node, ast.Attribute) and len(names) < DEEPEST:
        names.append(node.attr)
        node = node.value
    names.append(node.id if isinstance(node, ast.Name) else "…")
    return ".".join(reversed(names))


def _is_in(module: str, name: str, forbidden: tuple[str, ...]) -> bool:
    """Whether `from module import *` brings a name that matters."""
    path = f"{module}.{name}"
    return module in KEPT_ANSWERS or path in forbidden or _object(path) is not None


ROOMS = {f"helpers.lectures.{module.name}" for module in pkgutil.iter_modules(helpers.lectures.__path__)}


def _object(path: str) -> Any:
    """What a path stands for, as far as this process has loaded it; nothing that a source names is imported."""
    parts = path.split(".")
    if parts[0] not in ("numpy", "torch", "scipy", "skimage", "helpers"):
        return None
    room = ".".join(parts[:3])
    if room in ROOMS:  # the course's own, which the grader may not have needed yet
        importlib.import_module(room)
    target: Any = sys.modules.get(parts[0])
    for place, name in enumerate(parts[1:], 2):
        if not inspect.ismodule(target):
            return None
        target = sys.modules.get(".".join(parts[:place])) or vars(target).get(name)
    return target
