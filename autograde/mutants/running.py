"""Runs the mutants of many exercises in a few processes, and tells what came of them."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from pathlib import Path

from autograde.course.definition import DefinitionError, Exercise
from autograde.course.registry import exercises, find, lecture_paths, module_of
from autograde.mutants.judging import SLIPS, Judge, Judged, judge_answer, sources_of
from autograde.mutants.reasons import Sorted, reasons_for, sort_out
from helpers.checking.checkfile import CheckData

MEMORY = 4 * 2**30  # bytes beyond what a process starts with: an edited size may ask for any


@dataclass(frozen=True)
class Found:
    """What came of the mutants of one exercise.

    made       all of them
    survivors  those that the check calls right, with reasons and without
    """

    name: str
    made: tuple[Judged, ...]
    survivors: Sorted

    @property
    def told_right(self) -> list[Judged]:
        """Called right by the check and refused by hidden cases, without a reason."""
        return [one for one in self.survivors.unexplained if not one.graded]

    @property
    def accepted(self) -> list[Judged]:
        """Accepted by check and grading, without a reason."""
        return [one for one in self.survivors.unexplained if one.graded]

    @property
    def kinder(self) -> list[Judged]:
        """Refused by the check and accepted by all hidden cases: a hidden case is missing."""
        return [one for one in self.made if one.check == "not yet right" and one.graded]

    @property
    def returning(self) -> list[Judged]:
        return [one for one in self.made if one.returns]

    @property
    def explained(self) -> list[Judged]:
        return [one for one in self.returning if one.explained]


def chosen_exercises(what: str = "") -> list[str]:
    """The function exercises of the course, of a lecture ("05_pooling" or "pooling"), or just the one of that name."""
    names = [name for name, one in exercises().items() if isinstance(one, Exercise)]
    if not what:
        return names
    if what in names:
        return [what]
    lectures = {path.stem: module_of(path.stem) for path in lecture_paths()}
    for lecture, module in lectures.items():
        if what in (lecture, lecture.split("_", 1)[1]):
            return [name for name in names if find(name).module == module]
    raise DefinitionError(
        f"there is no function exercise and no lecture called {what!r}; the lectures are {', '.join(lectures)}"
    )


def run(
    names: Sequence[str], one_of: int = 1, jobs: int = 1, kinds: Sequence[str] = SLIPS
) -> Iterator[Found]:
    """The mutants of these exercises, exercise by exercise as they are done; with `one_of` 20, every twentieth."""
    if jobs == 1:
        for name in names:
            yield judged(name, one_of, kinds)
        return
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=spawn, initializer=limit_memory) as pool:
        waiting = [pool.submit(judged, name, one_of, kinds) for name in names]
        for done in as_completed(waiting):
            yield done.result()


def judged(name: str, one_of: int = 1, kinds: Sequence[str] = SLIPS, data: CheckData | None = None) -> Found:
    """The mutants of one exercise, judged by its check data, which are made anew where not given."""
    judge = Judge(name, data)
    made: list[Judged] = []
    for answer, source in sources_of(name).items():
        start = zlib.crc32(f"{name}/{answer}".encode()) % one_of
        made += judge_answer(judge, answer, source, kinds, range(start, 10**9, one_of))
    whole = one_of == 1 and set(kinds) >= set(SLIPS)
    return Found(name, tuple(made), sort_out(name, made, reasons_for(name), complete=whole))


def limit_memory() -> None:
    """Let an edit that asks for too much memory fail, in place of the machine."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        pages = int(Path("/proc/self/statm").read_text().split()[0])
        limit = pages * resource.getpagesize() + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def row(found: Found) -> str:
    """One exercise as a line of the table."""
    refused = sum(not one.graded for one in found.made)
    return (
        f"{found.name:30} {len(found.made):6} {refused:8} {len(found.told_right):10} {len(found.accepted):9} "
        f"{len(found.survivors.excused):8} {len(found.kinder):7} {len(found.returning):8} {share(found):>10}"
    )


HEADER = (
    f"{'exercise':30} {'slips':>6} {'refused':>8} {'told right':>10} {'survivors':>9} {'excused':>8} {'kinder':>7} "
    f"{'returning':>8} {'explained':>10}"
)


def share(found: Found) -> str:
    """The explained share of the mutants that return a wrong value."""
    return f"{100 * len(found.explained) / len(found.returning):.0f} %" if found.returning else "-"


def total(all_found: Sequence[Found]) -> Found:
    """All exercises as one."""
    parts = [found.survivors for found in all_found]
    return Found(
        "together",
        tuple(one for found in all_found for one in found.made),
        Sorted(
            tuple(one for part in parts for one in part.excused),
            tuple(one for part in parts for one in part.unexplained),
            tuple(line for part in parts for line in part.stale),
        ),
    )


def details(found: Found) -> str:
    """The lists: what is told right and refused, what nobody refuses, what only the check refuses, what is stale."""
    sections = (
        ("Called right by the check, refused by hidden cases:", found.told_right),
        ("Accepted by both, without a reason:", found.accepted),
        ("Refused by the check, accepted by all hidden cases:", found.kinder),
    )
    lines = []
    for title, mutants in sections:
        if mutants:
            lines += ["", title, *(line for one in mutants for line in _lines(one))]
    if found.survivors.stale:
        lines += [
            "",
            "Reasons that nothing needs any more:",
            *(f"  {line}" for line in found.survivors.stale),
        ]
    return "\n".join(lines)


def _lines(one: Judged) -> Iterable[str]:
    mutant = one.mutant
    return (
        f"  {mutant.exercise}, {mutant.answer}, line {mutant.line} ({mutant.kind})",
        f"      {mutant.was}",
        f"    → {mutant.now}",
    )


def write(path: Path, all_found: Sequence[Found]) -> None:
    """Everything as JSON: a list of mutants, each with what check and grading said and its reason."""
    rows = []
    for found in all_found:
        why = {id(one): reason for one, reason in found.survivors.excused}
        for one in found.made:
            rows.append({**asdict(one.mutant), **_verdict(one), "reason": why.get(id(one))})
    path.write_text(json.dumps(rows, indent=1), encoding="utf-8")


def _verdict(one: Judged) -> dict[str, object]:
    return {"check": one.check, "graded": one.graded, "returns": one.returns, "explained": one.explained}


def report(names: Sequence[str], one_of: int, jobs: int, say: Callable[[str], None]) -> list[Found]:
    """Run and print the table as it grows, then the lists."""
    say(HEADER)
    all_found = []
    for found in run(names, one_of, jobs):
        all_found.append(found)
        say(row(found))
    together = total(all_found)
    if len(all_found) > 1:
        say(row(together))
    say(details(together))
    return all_found
