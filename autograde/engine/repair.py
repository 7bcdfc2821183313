"""Puts a submission back into its assignment's shape: every graded cell once, in its place, with its own metadata.

Students' cells keep their text and order. What was removed, doubled, moved, retagged or renamed is repaired from the
course's own notebook, and said in a note.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from autograde.engine.master import Master, MasterCell
from autograde.engine.reading import GivenCell

IDENTITY = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True)
class Cell:
    """A cell to be run or judged. `master` is its counterpart in the course, None for a cell that the student added."""

    kind: str
    source: str
    identity: str
    master: MasterCell | None = None
    attachments: dict[str, Any] | None = None

    @property
    def part(self) -> str:
        if self.master is None:
            return "plain"
        if self.master.part == "show" and self.source.strip() != self.master.released.strip():
            return "plain"
        return self.master.part


@dataclass(frozen=True)
class Repaired:
    """The cells in order, and notes on what had to be repaired."""

    cells: tuple[Cell, ...]
    notes: tuple[str, ...]


def untouched(master: Master) -> Repaired:
    """The notebook as it was handed out."""
    return Repaired(
        tuple(Cell(m.kind, m.full if m.locked else m.released, m.identity, m) for m in master.cells), ()
    )


def repaired(master: Master, given: list[GivenCell]) -> Repaired:
    """The submission in its assignment's shape."""
    notes: list[str] = []
    counterpart = _counterparts(master, given, notes)
    cells = [_cell(cell, counterpart.get(number), notes) for number, cell in enumerate(given)]
    cells = _with_missing(master, cells, notes)
    cells = _checks_after_answers(cells, notes)
    return Repaired(tuple(_unique_identities(cells)), tuple(notes))


def _counterparts(master: Master, given: list[GivenCell], notes: list[str]) -> dict[int, MasterCell]:
    """Which cell of the submission stands for which of the course: by grade_id, then by cell id."""
    found: dict[int, MasterCell] = {}
    for wanted in master.cells:
        if wanted.grade_id is None:
            continue
        claiming = [n for n, cell in enumerate(given) if cell.grade_id == wanted.grade_id and n not in found]
        if len(claiming) > 1:  # nbgrader keeps the last of several, too
            notes.append(f"`{wanted.grade_id}` stands {len(claiming)} times; the last one counts")
        if claiming:
            found[claiming[-1]] = wanted
            _note_claims(wanted, given[claiming[-1]], notes)
    for wanted in master.cells:
        if wanted in found.values() or not wanted.identity:
            continue
        alike = [n for n, cell in enumerate(given) if cell.identity == wanted.identity and n not in found]
        if alike and not given[alike[0]].grade_id:
            found[alike[0]] = wanted
            if wanted.grade_id:
                notes.append(f"`{wanted.grade_id}` had lost its mark and was recognised by its cell id")
    known = {cell.grade_id for cell in master.cells}
    notes += [
        f"the unknown mark {c.grade_id[:60]!r} was dropped"
        for c in given
        if c.grade_id and c.grade_id not in known
    ]
    return found


def _note_claims(wanted: MasterCell, cell: GivenCell, notes: list[str]) -> None:
    assert wanted.nbgrader is not None
    for key in ("grade", "solution", "locked", "points"):
        if key in cell.claims and key in wanted.nbgrader and cell.claims[key] != wanted.nbgrader[key]:
            notes.append(
                f"`{wanted.grade_id}` claimed {key}={str(cell.claims[key])[:30]}; the course's value counts"
            )
    tags = cell.claims.get("tags")
    if isinstance(tags, list) and "skip-execution" in tags:
        notes.append(f"`{wanted.grade_id}` was tagged skip-execution; the tag was dropped")


def _cell(given: GivenCell, master: MasterCell | None, notes: list[str]) -> Cell:
    if master is None:
        return Cell(given.kind, given.source, given.identity, None, given.attachments)
    if given.kind != master.kind and master.grade_id:
        notes.append(f"`{master.grade_id}` had become a {given.kind} cell and is {master.kind} again")
    kind = master.kind if master.grade_id else given.kind
    if not master.locked:
        counterpart = master if master.grade_id or kind == master.kind else None
        return Cell(kind, given.source, master.identity, counterpart, given.attachments)
    if given.source.strip() not in (master.released.strip(), master.full.strip()):
        notes.append(f"`{master.grade_id}` is locked but was edited; the course's text counts")
    return Cell(kind, master.full, master.identity, master)


def _with_missing(master: Master, cells: list[Cell], notes: list[str]) -> list[Cell]:
    """Graded cells that are missing come back behind the nearest cell of the course that is there.

    A removed answer does not: its stub would overwrite an answer that was moved into another cell.
    """
    there = {cell.master.grade_id for cell in cells if cell.master and cell.master.grade_id}
    made = list(cells)
    for number, wanted in enumerate(master.cells):
        if wanted.grade_id is None or wanted.grade_id in there or wanted.part == "answer":
            continue
        notes.append(f"`{wanted.grade_id}` was missing and came back")
        before = master.cells[:number]
        places = [i for i, cell in enumerate(made) if cell.master in before]
        source = wanted.full if wanted.locked else wanted.released
        made.insert(max(places) + 1 if places else 0, Cell(wanted.kind, source, wanted.identity, wanted))
    return made


def _checks_after_answers(cells: list[Cell], notes: list[str]) -> list[Cell]:
    """A check that was moved in front of its answer goes behind it."""
    made = list(cells)
    for cell in cells:
        if cell.part != "check" or cell.master is None:
            continue
        answer = next(
            (
                i
                for i, c in enumerate(made)
                if c.master and c.master.grade_id == f"{cell.master.grade_id}-answer"
            ),
            None,
        )
        if answer is not None and answer > made.index(cell):
            made.remove(cell)
            made.insert(answer, cell)
            notes.append(f"`{cell.master.grade_id}` stood before its answer and was moved behind it")
    return made


def _unique_identities(cells: list[Cell]) -> list[Cell]:
    seen: set[str] = {cell.identity for cell in cells if cell.master}
    made = []
    for number, cell in enumerate(cells):
        identity = cell.identity
        if cell.master is None and (not IDENTITY.fullmatch(identity) or identity in seen):
            identity = f"added-{number}"
        if cell.master is not None and not IDENTITY.fullmatch(identity):
            identity = f"cell-{number}"
        seen.add(identity)
        made.append(replace(cell, identity=identity))
    return made
