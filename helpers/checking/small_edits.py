"""Every small edit of Python source: an operator, one more or less, another name, two things swapped, a statement moved.

Each edit is a change of the text in one place, the kind of slip that people make and mend. Used to find the line where a
student's answer goes wrong, and to try whether a right answer with a slip in it is told from a right one. Knows
nothing of exercises. Error messages, annotations, decorators, docstrings and imports are left alone.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

# Kinds of edits, the likeliest slips first: this is the order in which they are tried.
KINDS = (
    "operator",  # + for -, // for /
    "index",  # one more or less in an index, a slice or a range
    "comparison",  # < for <=, == for !=
    "assignment",  # = for +=
    "logic",  # and for or, a dropped not, a condition that always or never holds
    "swap",  # two arguments, items, targets or operands exchanged
    "slice",  # an end or a step dropped
    "number",  # 0, 1 or 2 for another number, axes among them
    "boolean",  # True for False
    "sign",  # a minus dropped
    "name",  # a name for one that looks like it or was bound beside it
    "keyword",  # an argument dropped
    "place",  # a statement moved into a loop, out of it, or past its neighbour
    "statement",  # a statement dropped
    "parentheses",  # a + b // c for (a + b) // c
    "call",  # int(x) for x, x.T for x
    "function",  # max for min, zeros for ones
    "operand",  # a for a * b
    "one more",  # one more or less elsewhere
    "text",  # one word for another
    "negation",  # a minus added to what is stored or returned
    "minus",  # a minus added to an argument
    "added keyword",  # axis=0, dtype=float, keepdims=True, or a parameter's own name
    "factor",  # i * stride for i
    "reversal",  # x[::-1] or x.T for x
    "other name",  # any other name in scope
)
RANK = {kind: rank for rank, kind in enumerate(KINDS)}

OPERATORS: dict[type[ast.operator], tuple[str, tuple[str, ...]]] = {
    ast.Add: ("+", ("-", "*")),
    ast.Sub: ("-", ("+",)),
    ast.Mult: ("*", ("+", "/", "//", "@", "**")),
    ast.Div: ("/", ("//", "*")),
    ast.FloorDiv: ("//", ("/", "%", "*")),
    ast.Mod: ("%", ("//",)),
    ast.Pow: ("**", ("*",)),
    ast.MatMult: ("@", ("*",)),
    ast.BitAnd: ("&", ("|",)),
    ast.BitOr: ("|", ("&",)),
    ast.LShift: ("<<", (">>",)),
    ast.RShift: (">>", ("<<",)),
}
COMPARISONS: dict[type[ast.cmpop], tuple[str, tuple[str, ...]]] = {
    ast.Lt: ("<", ("<=", ">")),
    ast.LtE: ("<=", ("<", ">=")),
    ast.Gt: (">", (">=", "<")),
    ast.GtE: (">=", (">", "<=")),
    ast.Eq: ("==", ("!=", ">=")),
    ast.NotEq: ("!=", ("==", ">")),
    ast.Is: ("is", ("is not",)),
    ast.IsNot: (r"is\s+not", ("is",)),
    ast.In: ("in", ("not in",)),
    ast.NotIn: (r"not\s+in", ("in",)),
}
NOT_COMMUTATIVE = (ast.Sub, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.MatMult)
COMMUTATIVE = ("max", "min", "maximum", "minimum", "allclose", "array_equal")
SISTERS = (
    ("max", "min"),
    ("maximum", "minimum"),
    ("argmax", "argmin"),
    ("amax", "amin"),
    ("nanmax", "nanmin"),
    ("sum", "mean", "prod"),
    ("floor", "ceil", "round"),
    ("zeros", "ones"),
    ("zeros_like", "ones_like"),
    ("cos", "sin"),
    ("any", "all"),
    ("flipud", "fliplr"),
    ("hstack", "vstack"),
    ("append", "extend"),
    ("real", "imag"),
    ("var", "std"),
)
WITH_AXIS = "sum mean max min argmax argmin any all prod cumsum flip concatenate stack roll norm std var amax amin".split()
WITH_DTYPE = "zeros ones empty zeros_like ones_like empty_like full full_like array asarray arange".split()
STRIDE_LIKE = re.compile(r"^(s|d|stride|step|dilation|[sd][hwyxrc]|(stride|step|dilation)_?\w{0,3})$")
LOOPS = (ast.For, ast.While)
SIMPLE = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr, ast.Return, ast.Break, ast.Continue)

Piece = tuple[int, int, str]  # from, to (in bytes), and what stands there instead


@dataclass(frozen=True)
class SmallEdit:
    """One edit: its kind, the line that it changes (from 1, in the old source), and the source that it makes."""

    kind: str
    line: int
    source: str

    def after(self) -> str:
        """The changed line as it reads afterwards, stripped: for the eyes of whoever keeps the course, never for students."""
        lines = self.source.splitlines()
        return lines[self.line - 1].strip() if self.line <= len(lines) else ""


def small_edits(source: str, known: Mapping[str, Sequence[str]] | None = None) -> Iterator[SmallEdit]:
    """All small edits of `source`, the likeliest slips first, each source once; some don't compile.

    known  parameters of functions that stand elsewhere, for arguments that a call forgot
    """
    tree = ast.parse(source)
    text = _Text(source)
    signatures = {f.name: _parameters(f) for f in ast.walk(tree) if isinstance(f, ast.FunctionDef)}
    signatures.update({name: list(parameters) for name, parameters in (known or {}).items()})
    found: list[tuple[int, int, str, tuple[Piece, ...]]] = []
    for statement in tree.body:
        if not isinstance(statement, ast.Import | ast.ImportFrom):
            walk = _Walk(text, signatures, _scope_of(statement))
            walk.block([statement], top=True)
            found += [(RANK[kind], place, kind, pieces) for kind, place, pieces in walk.found]
    found.sort(key=lambda one: one[:2])
    seen = {source}
    for _, place, kind, pieces in found:
        made = text.with_pieces(pieces)
        if made not in seen:
            seen.add(made)
            yield SmallEdit(kind, text.line_of(place), made)


class _Text:
    """Source as bytes, in which `ast` counts its columns."""

    def __init__(self, source: str) -> None:
        self.raw = source.encode()
        self.starts = [0]
        for line in self.raw.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))

    def start(self, node: ast.AST) -> int:
        return self.starts[node.lineno - 1] + node.col_offset  # type: ignore[attr-defined]

    def end(self, node: ast.AST) -> int:
        return self.starts[node.end_lineno - 1] + node.end_col_offset  # type: ignore[attr-defined]

    def of(self, node: ast.AST) -> str:
        return self.raw[self.start(node) : self.end(node)].decode()

    def line_of(self, place: int) -> int:
        return max(i for i, start in enumerate(self.starts) if start <= place) + 1

    def token(self, pattern: str, start: int, end: int) -> tuple[int, int] | None:
        """Where an operator stands between two operands, comments left out."""
        gap = re.sub(rb"#[^\n]*", lambda m: b" " * len(m[0]), self.raw[start:end])
        found = re.search(pattern.encode(), gap)
        return (start + found.start(), start + found.end()) if found else None

    def with_pieces(self, pieces: Iterable[Piece]) -> str:
        raw = self.raw
        for start, end, by in sorted(pieces, reverse=True):
            raw = raw[:start] + by.encode() + raw[end:]
        return raw.decode()

    def own_lines(self, node: ast.stmt) -> tuple[int, int] | None:
        """From where to where the lines of a statement go that shares them with no other; None where it does."""
        first, last = (
            self.starts[node.lineno - 1],
            self.starts[min(node.end_lineno or 1, len(self.starts) - 1)],
        )
        rest = self.raw[self.end(node) : last].strip()
        if self.raw[first : self.start(node)].strip() or (rest and not rest.startswith(b"#")):
            return None
        return first, last

    def moved(self, node: ast.stmt, column: int) -> str:
        """The lines of a statement with another indentation."""
        lines = self.own_lines(node)
        assert lines is not None
        block = self.raw[lines[0] : lines[1]].decode()
        if not block.endswith("\n"):
            block += "\n"
        shift = column - node.col_offset
        if shift >= 0:
            return "".join(" " * shift + line for line in block.splitlines(keepends=True))
        return "".join(
            line[min(-shift, len(line) - len(line.lstrip())) :] for line in block.splitlines(keepends=True)
        )


@dataclass(frozen=True)
class _Scope:
    """Names that a function binds, each with the line from which it is bound, and the groups that were bound together."""

    bound: Mapping[str, int]
    groups: tuple[frozenset[str], ...]
    attributes: frozenset[str]
    words: frozenset[str]


def _scope_of(statement: ast.stmt) -> _Scope:
    bound: dict[str, int] = {}
    groups: list[frozenset[str]] = []
    attributes: set[str] = set()
    words: set[str] = set()
    inside = {
        id(t) for c in ast.walk(statement) if isinstance(c, ast.comprehension) for t in ast.walk(c.target)
    }
    for node in ast.walk(statement):
        if isinstance(node, ast.arg):
            bound.setdefault(node.arg, 0)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and id(node) not in inside:
            bound[node.id] = min(node.lineno, bound.get(node.id, node.lineno))
        elif isinstance(node, ast.Tuple) and isinstance(node.ctx, ast.Store):
            groups.append(frozenset(n.id for n in ast.walk(node) if isinstance(n, ast.Name)))
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and _is_self(node.value):
            attributes.add(node.attr)
        elif isinstance(node, ast.Compare):
            words |= {
                c.value for c in ast.walk(node) if isinstance(c, ast.Constant) and isinstance(c.value, str)
            }
    bound.pop("self", None)
    return _Scope(bound, tuple(groups), frozenset(attributes), frozenset(words))


def _is_self(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id == "self"


def _parameters(function: ast.FunctionDef) -> list[str]:
    names = [a.arg for a in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)]
    return [name for name in names if name != "self"]


def _alike(one: str, other: str, scope: _Scope) -> bool:
    """Whether two names are easily taken for each other."""
    if any(one in group and other in group for group in scope.groups):
        return True
    if len(one) == len(other) and sum(a != b for a, b in zip(one, other, strict=True)) == 1:
        return True
    return one.lower() == other.lower() or one.startswith(other) or other.startswith(one)


class _Walk:
    """Goes through one top-level statement and notes its edits as (kind, place, pieces)."""

    def __init__(self, text: _Text, signatures: Mapping[str, Sequence[str]], scope: _Scope) -> None:
        self.text = text
        self.signatures = signatures
        self.scope = scope
        self.inner: list[str] = []  # names of the comprehensions around
        self.found: list[tuple[str, int, tuple[Piece, ...]]] = []

    def note(self, kind: str, *pieces: Piece, at: int | None = None) -> None:
        self.found.append((kind, pieces[0][0] if at is None else at, pieces))

    def replace(self, kind: str, node: ast.AST, by: str) -> None:
        self.note(kind, (self.text.start(node), self.text.end(node), by))

    # Statements

    def block(self, body: Sequence[ast.stmt], top: bool = False, loops: tuple[ast.stmt, ...] = ()) -> None:
        for place, statement in enumerate(body):
            if _is_docstring(statement, place):
                continue
            if not top:
                self.dropped(statement)
                self.placed(body, place, loops)
            self.statement(statement, loops)

    def statement(self, node: ast.stmt, loops: tuple[ast.stmt, ...]) -> None:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            if isinstance(node, ast.FunctionDef):
                for default in (*node.args.defaults, *node.args.kw_defaults):
                    if default is not None:
                        self.expression(default, index=False)
            self.block(node.body)
        elif isinstance(node, ast.Raise | ast.Import | ast.ImportFrom | ast.Global | ast.Nonlocal | ast.Pass):
            return
        elif isinstance(node, ast.Assert):
            self.expression(node.test, index=False)
        elif isinstance(node, ast.If | ast.While):
            self.condition(node.test)
            self.expression(node.test, index=False)
            around = (*loops, node) if isinstance(node, ast.While) else loops
            self.block(node.body, loops=around)
            self.block(node.orelse, loops=loops)
        elif isinstance(node, ast.For):
            self.targets(node.target)
            self.expression(node.iter, index=False)
            self.block(node.body, loops=(*loops, node))
        elif isinstance(node, ast.With):
            for item in node.items:
                self.expression(item.context_expr, index=False)
            self.block(node.body)
        elif isinstance(node, ast.Try):
            for body in (
                node.body,
                *(handler.body for handler in node.handlers),
                node.orelse,
                node.finalbody,
            ):
                self.block(body)
        else:
            self.assignment(node)

    def assignment(self, node: ast.stmt) -> None:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                self.targets(target)
            target = node.targets[-1]
            equals = self.text.token(r"=", self.text.end(target), self.text.start(node.value))
            if (
                len(node.targets) == 1
                and equals
                and isinstance(target, ast.Name | ast.Subscript | ast.Attribute)
            ):
                self.note("assignment", (*equals, "+="))
            self.sized(node.value)
            if isinstance(node.value, ast.Name) and node.value.id in self.scope.bound:
                self.scaled(node.value, self.scope.bound)
        elif isinstance(node, ast.AugAssign):
            self.targets(node.target)
            sign, others = OPERATORS[type(node.op)]
            found = self.text.token(
                re.escape(sign) + "=", self.text.end(node.target), self.text.start(node.value)
            )
            if found:
                self.note("assignment", (*found, "="))
                for other in others:
                    self.note("operator", (*found, other + "="))
        value = getattr(node, "value", None)
        if value is not None:
            if isinstance(node, ast.Return | ast.Assign | ast.AugAssign):
                self.negated(value)
            if isinstance(node, ast.Return):
                self.sized(value)
            self.expression(value, index=False)

    def sized(self, value: ast.expr) -> None:
        """What a size is worked out as: one more or less."""
        for part in value.elts if isinstance(value, ast.Tuple) else [value]:
            whole = isinstance(part, ast.BinOp) and isinstance(part.op, ast.Add | ast.Sub | ast.FloorDiv)
            if whole or isinstance(part, ast.Call) and getattr(part.func, "id", "") in ("int", "len"):
                self.one_more("one more", part)

    def targets(self, node: ast.expr) -> None:
        if isinstance(node, ast.Tuple | ast.List):
            self.swaps(node.elts)
            for item in node.elts:
                self.targets(item)
        elif isinstance(node, ast.Subscript):
            self.expression(node.value, index=False)
            self.subscript(node)
            self.expression(node.slice, index=True)

    def condition(self, test: ast.expr) -> None:
        self.replace("logic", test, "True")
        self.replace("logic", test, "False")
        if not isinstance(test, ast.UnaryOp | ast.Compare):
            self.replace("logic", test, f"not ({self.text.of(test)})")

    def dropped(self, node: ast.stmt) -> None:
        if isinstance(
            node, ast.FunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom | ast.Pass | ast.Raise
        ):
            return
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            if self.scope.bound.get(node.targets[0].id, node.lineno) >= node.lineno:
                return  # the name would be missing; nobody forgets that for long
        if self.text.own_lines(node) and not _is_elif(self.text, node):
            self.replace("statement", node, "pass")

    def placed(self, body: Sequence[ast.stmt], place: int, loops: tuple[ast.stmt, ...]) -> None:
        """A statement in another place: with its neighbour, into or out of a loop."""
        node = body[place]
        lines = self.text.own_lines(node)
        if not isinstance(node, SIMPLE) or lines is None:
            return
        after = body[place + 1] if place + 1 < len(body) else None
        before = body[place - 1] if place else None
        next_lines = self.text.own_lines(after) if isinstance(after, SIMPLE) else None
        if next_lines and after is not None and _meet(node, after):
            swapped = self.text.moved(after, after.col_offset) + self.text.moved(node, node.col_offset)
            self.note("place", (lines[0], next_lines[1], swapped))
        for loop in (s for s in body[place + 1 :] if isinstance(s, LOOPS)):
            for inner in _nested(loop, first=True):
                self.move(node, inner.body[0], before=True)
        if isinstance(before, LOOPS):
            for inner in _nested(before, first=False):
                self.move(node, inner.body[-1], before=False)
        alone = len(body) == 1
        for depth, around in enumerate(reversed(loops)):
            if alone and depth == 0:
                break
            self.move(node, around, before=True)
            if after is None:
                self.move(node, around, before=False)

    def move(self, node: ast.stmt, beside: ast.stmt, before: bool) -> None:
        lines, there = self.text.own_lines(node), self.text.own_lines(beside)
        if lines is None or there is None:
            return
        place = there[0] if before else there[1]
        made = self.text.moved(node, beside.col_offset)
        if place == len(self.text.raw) and not self.text.raw.endswith(b"\n"):
            made = "\n" + made
        if place in lines:  # just indented less or more
            self.note("place", (lines[0], lines[1], made))
        elif not lines[0] <= place < lines[1]:
            self.note("place", (lines[0], lines[1], ""), (place, place, made), at=lines[0])

    # Expressions

    def expression(self, node: ast.AST, index: bool) -> None:
        """Edits of an expression and what is in it. `index`: it says where, not what."""
        if isinstance(node, ast.JoinedStr):
            return
        if isinstance(node, ast.Constant):
            self.constant(node, index)
        elif isinstance(node, ast.Name):
            self.name(node, index)
        elif isinstance(node, ast.Attribute):
            self.attribute(node, index)
        elif isinstance(node, ast.BinOp):
            self.operation(node)
        elif _is_negative_number(node):
            self.replace("sign", node, self.text.of(node.operand))  # type: ignore[attr-defined]
            self.replace("number", node, "0")
            return
        elif isinstance(node, ast.UnaryOp):
            self.replace(
                "sign" if isinstance(node.op, ast.USub) else "logic", node, self.text.of(node.operand)
            )
        elif isinstance(node, ast.Compare):
            self.comparison(node)
        elif isinstance(node, ast.BoolOp):
            self.logic(node)
        elif isinstance(node, ast.IfExp):
            self.condition(node.test)
            self.swaps([node.body, node.orelse])
        elif isinstance(node, ast.Subscript):
            self.subscript(node)
        elif isinstance(node, ast.Tuple | ast.List):
            self.swaps(node.elts)
        elif isinstance(node, ast.Call):
            self.call(node)
        self.children(node, index)

    def children(self, node: ast.AST, index: bool) -> None:
        if isinstance(node, ast.Subscript):
            self.expression(node.value, False)
            self.expression(node.slice, True)
        elif isinstance(node, ast.Attribute):
            self.expression(node.value, False)
        elif isinstance(node, ast.Call):
            if not isinstance(node.func, ast.Name):
                self.expression(node.func, False)
            for argument in node.args:
                self.expression(argument, _name_of(node.func) == "range")
            for keyword in node.keywords:
                if keyword.arg != "writeable":
                    self.expression(keyword.value, False)
                    self.axis(keyword)
        elif isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
            targets = [n.id for g in node.generators for n in ast.walk(g.target) if isinstance(n, ast.Name)]
            self.inner += targets
            for generator in node.generators:
                self.expression(generator.iter, False)
                for test in generator.ifs:
                    self.condition(test)
                    self.expression(test, False)
            for part in (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,):
                self.expression(part, index)
            del self.inner[len(self.inner) - len(targets) :]
        elif isinstance(node, ast.Lambda):
            names = [a.arg for a in node.args.args]
            self.inner += names
            self.expression(node.body, index)
            del self.inner[len(self.inner) - len(names) :]
        else:
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.expr | ast.Slice):
                    self.expression(child, index)

    def constant(self, node: ast.Constant, index: bool) -> None:
        value = node.value
        if isinstance(value, bool):
            self.replace("boolean", node, str(not value))
        elif isinstance(value, int):
            for other in dict.fromkeys((value - 1, value + 1, 0, 1, 2)):
                if other != value and other >= 0:
                    self.replace("index" if index and abs(other - value) == 1 else "number", node, str(other))
        elif isinstance(value, float) and abs(value) >= 1e-3 or value == 0.0:
            for number in (0.0, 1.0, 2.0 * value):
                if number != value:
                    self.replace("number", node, repr(number))
        elif isinstance(value, str) and value in self.scope.words:
            for word in sorted(self.scope.words - {value}):
                self.replace("text", node, repr(word))

    def axis(self, keyword: ast.keyword) -> None:
        if keyword.arg in ("axis", "dim") and isinstance(keyword.value, ast.Constant):
            self.replace("number", keyword.value, "-1")

    def name(self, node: ast.Name, index: bool) -> None:
        known = {*self.inner, *(n for n, line in self.scope.bound.items() if line <= node.lineno)}
        if node.id not in known:
            return
        if index:
            self.one_more("index", node)
        for other in sorted(known - {node.id}):
            self.replace("name" if _alike(node.id, other, self.scope) else "other name", node, other)
        if index:
            self.scaled(node, known)
        if not index:
            self.replace("reversal", node, f"{node.id}[::-1]")
            self.replace("reversal", node, f"{node.id}.T")

    def scaled(self, node: ast.Name, known: Iterable[str]) -> None:
        if not STRIDE_LIKE.match(node.id):
            for other in sorted(name for name in known if STRIDE_LIKE.match(name)):
                self.replace("factor", node, f"{node.id} * {other}")

    def attribute(self, node: ast.Attribute, index: bool) -> None:
        if _is_self(node.value) and node.attr in self.scope.attributes:
            for other in sorted(self.scope.attributes - {node.attr}):
                kind = "name" if _alike(node.attr, other, self.scope) else "other name"
                self.replace(kind, node, f"self.{other}")
            if index:
                self.one_more("index", node)
        if node.attr == "T":
            self.replace("call", node, self.text.of(node.value))
        self.sisters(node.attr, self.text.end(node) - len(node.attr), self.text.end(node))

    def sisters(self, name: str, start: int, end: int) -> None:
        for family in SISTERS:
            for other in family if name in family else ():
                if other != name:
                    self.note("function", (start, end, other))

    def operation(self, node: ast.BinOp) -> None:
        text, left, right = self.text, node.left, node.right
        sign, others = OPERATORS[type(node.op)]
        found = text.token(re.escape(sign), text.end(left), text.start(right))
        if found is None:
            return
        for other in others:
            self.note("operator", (*found, other))
        if isinstance(node.op, NOT_COMMUTATIVE):
            self.swaps([left, right])
        self.replace("operand", node, text.of(left))
        self.replace("operand", node, text.of(right))
        self.regrouped(node, left, right)

    def regrouped(self, node: ast.BinOp, left: ast.expr, right: ast.expr) -> None:
        text = self.text
        for inner, first in ((left, True), (right, False)):
            if not isinstance(inner, ast.BinOp):
                continue
            start, end = text.start(inner), text.end(inner)
            opened = (
                text.token(r"\(\s*$", text.start(node), start)
                if first
                else text.token(r"\(\s*$", text.end(left), start)
            )
            closed = (
                text.token(r"^\s*\)", end, text.start(right))
                if first
                else text.token(r"^\s*\)", end, text.end(node))
            )
            if first and _same_anyway(inner.op, node.op) or not first and _same_anyway(node.op, inner.op):
                continue
            if opened and closed:
                self.note("parentheses", (start, end, text.of(inner)), (*opened, ""), (*closed, ""), at=start)
            elif first:  # a b c -> a (b c)
                self.note(
                    "parentheses",
                    (
                        text.start(inner.right),
                        text.end(node),
                        f"({text.raw[text.start(inner.right) : text.end(node)].decode()})",
                    ),
                )
            else:  # a (b c) without parentheses -> (a b) c
                self.note(
                    "parentheses",
                    (
                        text.start(node),
                        text.end(inner.left),
                        f"({text.raw[text.start(node) : text.end(inner.left)].decode()})",
                    ),
                )

    def comparison(self, node: ast.Compare) -> None:
        sides = [node.left, *node.comparators]
        for left, operator, right in zip(sides, node.ops, sides[1:], strict=False):
            pattern, others = COMPARISONS[type(operator)]
            found = self.text.token(pattern, self.text.end(left), self.text.start(right))
            if found:
                for other in others:
                    self.note("comparison", (*found, other))
            for side in (left, right):
                if isinstance(side, ast.Name | ast.Attribute | ast.Subscript | ast.BinOp):
                    self.one_more("one more", side)

    def logic(self, node: ast.BoolOp) -> None:
        is_and = isinstance(node.op, ast.And)
        for left, right in zip(node.values, node.values[1:], strict=False):
            found = self.text.token("and" if is_and else "or", self.text.end(left), self.text.start(right))
            if found:
                self.note("logic", (*found, "or" if is_and else "and"))
        for value in node.values:
            self.replace("logic", value, "True" if is_and else "False")

    def subscript(self, node: ast.Subscript) -> None:
        items = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        for item in items:
            if isinstance(item, ast.Slice):
                self.slice(item)
            elif not isinstance(item, ast.Constant | ast.Name):
                self.one_more("index", item)
        if isinstance(node.slice, ast.Slice) and isinstance(node.ctx, ast.Load):
            self.replace("slice", node, self.text.of(node.value))

    def slice(self, node: ast.Slice) -> None:
        bounds = {"lower": node.lower, "upper": node.upper, "step": node.step}
        texts = {key: "" if bound is None else self.text.of(bound) for key, bound in bounds.items()}
        for key, bound in bounds.items():
            if bound is not None:
                self.replace("slice", node, _slice_text({**texts, key: ""}))
                if not isinstance(bound, ast.Constant | ast.Name) and key != "step":
                    self.one_more("index", bound)
                if key != "step":
                    self.negated(bound, "slice")

    def call(self, node: ast.Call) -> None:
        text, name = self.text, _name_of(node.func)
        plain = [a for a in node.args if not isinstance(a, ast.Starred)]
        if name not in COMMUTATIVE:
            self.swaps(plain)
        if isinstance(node.func, ast.Name):
            self.sisters(name, text.start(node.func), text.end(node.func))
        for argument in plain:
            if name == "range" and not isinstance(argument, ast.Constant | ast.Name):
                self.one_more("index", argument)
            elif isinstance(argument, ast.Tuple):
                for item in argument.elts:
                    if not isinstance(item, ast.Starred | ast.Constant):
                        self.one_more("one more", item)
            self.negated(argument, "minus")
        self.arguments(node, name)
        if (
            len(node.args) == 1
            and len(plain) == 1
            and (isinstance(node.func, ast.Name) or node.keywords == [])
        ):
            self.replace("call", node, f"({text.of(plain[0])})")
        if isinstance(node.func, ast.Attribute) and not (
            isinstance(node.func.value, ast.Name) and node.func.value.id not in self.scope.bound
        ):
            self.replace("call", node, text.of(node.func.value))

    def arguments(self, node: ast.Call, name: str) -> None:
        given: list[ast.AST] = [*node.args, *node.keywords]
        for place, argument in enumerate(given):
            if isinstance(argument, ast.keyword) and argument.arg == "writeable":
                continue  # a guard, not a result
            if len(given) > 1 or isinstance(argument, ast.keyword):
                start, end = self.text.start(argument), self.text.end(argument)
                if place:
                    start = self.text.end(given[place - 1])
                elif len(given) > 1:
                    end = self.text.start(given[1])
                self.note("keyword", (start, end, ""), at=self.text.start(argument))
        closing = self.text.end(node) - 1
        comma = ", " if given and not self.text.raw[:closing].rstrip().endswith(b",") else ""
        words = [k.arg for k in node.keywords]
        for added in self.missing(node, name, words):
            self.note("added keyword", (closing, closing, comma + added), at=self.text.start(node))
        if name == "range" and len(node.args) == 1:
            self.note("index", (self.text.start(node.args[0]),) * 2 + ("1, ",))

    def missing(self, node: ast.Call, name: str, words: Sequence[str | None]) -> Iterator[str]:
        own = isinstance(node.func, ast.Name)
        if name in WITH_AXIS and not own and "axis" not in words and len(node.args) <= 1:
            yield from ("axis=0", "axis=1", "axis=-1")
        if name in WITH_AXIS and not own and "keepdims" not in words:
            yield "keepdims=True"
        if name in WITH_DTYPE and not own and "dtype" not in words:
            yield "dtype=float"
        if own and name in self.signatures:
            for parameter in self.signatures[name][len(node.args) :]:
                if parameter not in words and parameter in self.scope.bound:
                    yield f"{parameter}={parameter}"

    # Parts

    def swaps(self, nodes: Sequence[ast.expr]) -> None:
        pairs = [(i, j) for i in range(len(nodes)) for j in range(i + 1, len(nodes))]
        for i, j in pairs:
            if len(nodes) > 4 and j - i > 1:
                continue
            one, other = self.text.of(nodes[i]), self.text.of(nodes[j])
            if one != other:
                self.note(
                    "swap",
                    (self.text.start(nodes[i]), self.text.end(nodes[i]), other),
                    (self.text.start(nodes[j]), self.text.end(nodes[j]), one),
                )

    def one_more(self, kind: str, node: ast.expr) -> None:
        if isinstance(node, ast.Starred | ast.Slice | ast.Tuple | ast.JoinedStr):
            return
        text = self.text.of(node)
        whole = (
            text if not isinstance(node, ast.IfExp | ast.Lambda | ast.Compare | ast.BoolOp) else f"({text})"
        )
        self.replace(kind, node, f"{whole} + 1")
        self.replace(kind, node, f"{whole} - 1")

    def negated(self, node: ast.expr, kind: str = "negation") -> None:
        if isinstance(node, ast.Call) and _name_of(node.func) in WITH_DTYPE:
            return
        if isinstance(node, ast.Name | ast.Attribute | ast.Subscript | ast.Call):
            self.replace(kind, node, f"-{self.text.of(node)}")
        elif isinstance(node, ast.BinOp):
            self.replace(kind, node, f"-({self.text.of(node)})")


def _slice_text(parts: Mapping[str, str]) -> str:
    return f"{parts['lower']}:{parts['upper']}" + (f":{parts['step']}" if parts["step"] else "")


def _nested(loop: ast.stmt, first: bool) -> Iterator[ast.For | ast.While]:
    """A loop, and the loops inside of it that begin (or end) where it does."""
    here: ast.stmt | None = loop
    while isinstance(here, ast.For | ast.While):
        yield here
        inner = [s for s in here.body if isinstance(s, LOOPS)] if first else here.body[-1:]
        here = inner[0] if inner else None


def _meet(one: ast.stmt, other: ast.stmt) -> bool:
    """Whether the order of two statements may count: one stores what the other uses, or one is no assignment."""
    if not isinstance(one, ast.Assign | ast.AugAssign) or not isinstance(other, ast.Assign | ast.AugAssign):
        return True
    return bool(_stored(one) & _used(other) or _stored(other) & _used(one))


def _stored(node: ast.stmt) -> set[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", node)]
    return {n.id for target in targets for n in ast.walk(target) if isinstance(n, ast.Name)}


def _used(node: ast.stmt) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}


def _name_of(function: ast.expr) -> str:
    return getattr(function, "id", "") or getattr(function, "attr", "")


def _is_negative_number(node: ast.AST) -> bool:
    minus = isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub)
    return minus and isinstance(node.operand, ast.Constant)  # type: ignore[attr-defined]


def _same_anyway(first: ast.operator, second: ast.operator) -> bool:
    """Whether a first b second c comes to the same in either order."""
    if isinstance(first, ast.Add):
        return isinstance(second, ast.Add | ast.Sub)
    return isinstance(first, ast.Mult) and isinstance(second, ast.Mult)


def _is_docstring(node: ast.stmt, place: int) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and place == 0


def _is_elif(text: _Text, node: ast.stmt) -> bool:
    return text.raw[text.start(node) :].startswith(b"elif")
