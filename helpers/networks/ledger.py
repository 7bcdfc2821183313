"""The layer table of a network: what each layer hands on, what it costs, and how far it sees. Built from a recording.

ledger(LeNet(), (1, 1, 28, 28))      a table in a notebook; print() it elsewhere
"""

from __future__ import annotations

import html
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from helpers.networks.recorder import Recording, Step, Weight, record

if TYPE_CHECKING:
    from torch import nn

HEAD = ("layer", "kind", "output", "parameters", "multiply-adds", "activations", "sees")


@dataclass(frozen=True)
class Row:
    """One layer, each time it runs, or one operation that stands in no layer of its own.

    output         shape of what it hands on, without the batch
    parameters     of its own; those that another row has already counted are left out
    multiply_adds  for one input; None where the counter does not know an operation in it
    activations    numbers that it hands on, for one input
    sees           sides of the receptive field in pixels of the input; None for all of it
    again          whether all its parameters were counted in a row before
    """

    name: str
    kind: str
    output: tuple[int, ...]
    parameters: int
    multiply_adds: int | None
    activations: int
    sees: tuple[int, ...] | None
    again: bool = False


@dataclass(frozen=True)
class Ledger:
    """All rows of a network, with sums. `notes` say what the table cannot."""

    rows: tuple[Row, ...]
    input_shape: tuple[int, ...]
    notes: tuple[str, ...] = ()

    @property
    def parameters(self) -> int:
        """A shared parameter counts once."""
        return sum(row.parameters for row in self.rows)

    @property
    def multiply_adds(self) -> int:
        """For one input, of the operations that the counter knows."""
        return sum(row.multiply_adds or 0 for row in self.rows)

    @property
    def activations(self) -> int:
        """For one input; what inplace layers write over counts too."""
        return sum(row.activations for row in self.rows)

    def __str__(self) -> str:
        lines = [HEAD, *map(_cells, self.rows), self._sums()]
        widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
        text = ["  ".join(map(_aligned, line, widths, NUMBERS)).rstrip() for line in lines]
        rule = "-" * max(map(len, text))
        return "\n".join([text[0], rule, *text[1:-1], rule, text[-1], *self.notes])

    def _repr_html_(self) -> str:
        return _page(self)

    def _sums(self) -> tuple[str, ...]:
        sums = (self.parameters, self.multiply_adds, self.activations)
        return ("together", "", "", *map(_spaced, sums), "")


NUMBERS = (False, False, True, True, True, True, True)


def ledger(network: nn.Module | Callable[[], nn.Module], input_shape: Sequence[int]) -> Ledger:
    """The layer table of a network for inputs of this shape (batch first); see `record` for what it takes and raises."""
    return ledger_of(record(network, input_shape))


def ledger_of(recording: Recording) -> Ledger:
    """The table of what was recorded."""
    batch = recording.input_shape[0]
    counted: set[str] = set()
    rows = []
    for name, first, last in _layers(recording):
        steps = recording.steps[first:last]
        own = [w for w in recording.weights if name in _owners(w)] if name else []
        new = [weight for weight in own if weight.name not in counted]
        counted.update(weight.name for weight in new)
        rows.append(_row(recording, name, steps, sum(w.count for w in new), bool(own) and not new, batch))
    notes = []
    if recording.unknown:
        notes.append(f"Not counted, because the counter does not know them: {', '.join(recording.unknown)}.")
    if recording.unused:
        notes.append(f"Defined, but never run: {', '.join(recording.unused)}.")
    left = [w for w in recording.weights if w.name not in counted]
    if left:
        named = ", ".join(f"{weight.name} ({_spaced(weight.count)})" for weight in left)
        notes.append(f"In no row, {_spaced(sum(w.count for w in left))} parameters: {named}.")
    return Ledger(tuple(rows), recording.input_shape, tuple(notes))


def _owners(weight: Weight) -> set[str]:
    """The modules to which a parameter belongs."""
    return {name.rpartition(".")[0] for name in (weight.name, *weight.shared)}


def _layers(recording: Recording) -> list[tuple[str, int, int]]:
    """What gets a row, in the order in which it ran: modules without modules, and operations that stand outside of them."""
    inner = {name.rpartition(".")[0] for name in recording.kinds if name}
    leaves = [call for call in recording.calls if call[0] and call[0] not in inner and call[1] < call[2]]
    covered = {number for _, first, last in leaves for number in range(first, last)}
    single = [("", number, number + 1) for number in range(len(recording.steps)) if number not in covered]
    return sorted([*leaves, *single], key=lambda call: call[1])


def _row(
    recording: Recording, name: str, steps: Sequence[Step], parameters: int, again: bool, batch: int
) -> Row:
    last = steps[-1]
    output = last.shape[1:]
    adds = [step.multiply_adds for step in steps]
    counted = None if None in adds else sum(n for n in adds if n is not None) // batch
    size = math.prod(output)
    where = name or (f"{last.place}: {last.name}" if last.place else last.name)
    kind = recording.kinds[name] if name else last.name
    sees = last.reach.field if last.reach else None
    return Row(where, kind, output, parameters, counted, size, sees, again)


def _cells(row: Row) -> tuple[str, ...]:
    def number(value: int | None) -> str:
        return "unknown" if value is None else _spaced(value)

    sees = " × ".join(map(str, row.sees)) if row.sees else "all"
    output = " × ".join(map(str, row.output))
    parameters = "as above" if row.again else number(row.parameters)
    return (
        row.name, row.kind, output, parameters, number(row.multiply_adds), number(row.activations), sees,
    )  # fmt: skip


def _spaced(number: int) -> str:
    """As in print: 138 357 544."""
    return f"{number:,}".replace(",", " ")


def _aligned(text: str, width: int, right: bool) -> str:
    return text.rjust(width) if right else text.ljust(width)


def _page(table: Ledger) -> str:
    """The table as HTML that needs no script; numbers stand under one another."""

    def line(cells: Sequence[str], tag: str) -> str:
        style = ("text-align:left", "text-align:right; font-variant-numeric:tabular-nums")
        inside = (
            f'<{tag} style="{style[right]}">{html.escape(cell)}</{tag}>'
            for cell, right in zip(cells, NUMBERS, strict=True)
        )
        return f"<tr>{''.join(inside)}</tr>"

    shape = " × ".join(map(str, table.input_shape[1:]))
    body = "".join(line(_cells(row), "td") for row in table.rows)
    notes = "".join(f"<p>{html.escape(note)}</p>" for note in table.notes)
    return (
        f"<table><caption>One input of {shape}</caption><thead>{line(HEAD, 'th')}</thead><tbody>{body}</tbody>"
        f"<tfoot>{line(table._sums(), 'th')}</tfoot></table>{notes}"
    )
