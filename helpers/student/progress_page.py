"""`progress()`: every lecture and exercise with its state, the points so far, and what to do next.

Reads what `helpers.student.records` keeps and writes nothing. A state is told by a sign and a word, and in the bars by a filling.
"""

from __future__ import annotations

import html
from dataclasses import dataclass

from helpers.checking.checkfile import course
from helpers.checking.evaluation import NOT_ATTEMPTED, RIGHT
from helpers.draw.palette import MUTED, TEXT, colour
from helpers.student.records import IN_PROGRESS, cannot_be_kept, known

SIGNS = {RIGHT: "✓", IN_PROGRESS: "◐", NOT_ATTEMPTED: "○"}
FILLINGS = {
    RIGHT: colour("output"),
    IN_PROGRESS: f"repeating-linear-gradient(45deg,{colour('kernel')} 0 3px,transparent 3px 6px)",
    NOT_ATTEMPTED: "none",
}


@dataclass(frozen=True)
class Line:
    """One exercise that a check can judge."""

    lecture: str
    exercise: str
    points: float
    state: str


@dataclass(frozen=True)
class Part:
    """One lecture. written  names and points of the answers in words, which a person reads."""

    name: str
    title: str
    lines: tuple[Line, ...]
    written: tuple[tuple[str, float], ...] = ()

    @property
    def points(self) -> float:
        return sum(line.points for line in self.lines if line.state == RIGHT)

    @property
    def total(self) -> float:
        return sum(line.points for line in self.lines)

    @property
    def right(self) -> int:
        return sum(line.state == RIGHT for line in self.lines)

    @property
    def heading(self) -> str:
        return f"{self.name[:2]} · {self.title}"

    @property
    def summary(self) -> str:
        return f"{self.right} of {len(self.lines)} right, {self.points:g} of {self.total:g} points"


@dataclass(frozen=True)
class ProgressPage:
    """All lectures; shows itself. notes  sentences about trouble with the files."""

    parts: tuple[Part, ...]
    notes: tuple[str, ...] = ()

    @property
    def lines(self) -> tuple[Line, ...]:
        return tuple(line for part in self.parts for line in part.lines)

    @property
    def points(self) -> float:
        return sum(part.points for part in self.parts)

    @property
    def next_step(self) -> Line | None:
        """What to do next: in the first lecture with something open, what was begun comes before what is new."""
        for part in self.parts:
            for state in (IN_PROGRESS, NOT_ATTEMPTED):
                for line in part.lines:
                    if line.state == state:
                        return line
        return None

    @property
    def summary(self) -> str:
        total = sum(part.total for part in self.parts)
        right = sum(part.right for part in self.parts)
        return f"{self.points:g} of {total:g} points by your own checks, {right} of {len(self.lines)} exercises right."

    def __repr__(self) -> str:
        step = self.next_step
        follow = f"Next: {step.exercise} in {step.lecture}." if step else "Everything is right."
        rows = [f"{self.summary} {follow}", *self.notes]
        for part in self.parts:
            rows.append(f"{part.heading}: {part.summary}")
            rows += [
                f"  {SIGNS[line.state]} {line.exercise:<28} {line.state:<14} {line.points:g}"
                for line in part.lines
            ]
            rows += [f"  ✎ {name:<28} {'in words':<14} {points:g}" for name, points in part.written]
        return "\n".join(rows)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/html": self._html(), "text/plain": repr(self)}

    def _html(self) -> str:
        step = self.next_step
        if step:
            verb = "Go on with" if step.state == IN_PROGRESS else "Next"
            title = next(part.heading for part in self.parts if part.name == step.lecture)
            follow = f"{verb}: <code>{html.escape(step.exercise)}</code> in {_link(step.lecture, title)}."
        else:
            follow = "Everything is right."
        notes = "".join(
            f'<p style="margin:.3em 0"><strong>⚠</strong> {html.escape(n)}</p>' for n in self.notes
        )
        parts = "".join(_part(part, step is not None and part.name == step.lecture) for part in self.parts)
        words = (
            "✎ marks an answer in words: your instructor reads it. "
            if any(p.written for p in self.parts)
            else ""
        )
        return (
            f'<div class="course-progress" style="max-width:52em;color:{TEXT}">'
            f'<p style="margin:.3em 0;font-size:1.15em"><strong>{html.escape(self.summary)}</strong></p>'
            f'<p style="margin:.3em 0">{follow}</p>{notes}{parts}'
            f'<p style="margin:.6em 0 0;color:{MUTED}">{_legend()} {words}Marks come from the hidden cases alone.</p></div>'
        )


def _part(part: Part, unfolded: bool) -> str:
    rows = "".join(
        f"<tr>{_cell(f'{SIGNS[line.state]} {line.state}')}{_cell(f'<code>{html.escape(line.exercise)}</code>')}"
        f"{_cell(f'{line.points:g}', 'right')}</tr>"
        for line in part.lines
    )
    rows += "".join(
        f"<tr>{_cell('✎ in words')}{_cell(f'<code>{html.escape(name)}</code>')}{_cell(f'{points:g}', 'right')}</tr>"
        for name, points in part.written
    )
    head = f"<tr>{_cell('state', tag='th')}{_cell('exercise', tag='th')}{_cell('points', 'right', 'th')}</tr>"
    return (
        f'<div style="margin:.7em 0;border-top:1px solid #76767666;padding-top:.4em">'
        f'<div style="display:flex;flex-wrap:wrap;gap:.1em 1em;align-items:baseline;justify-content:space-between">'
        f"<strong>{_link(part.name, part.heading)}</strong>"
        f"<span>{html.escape(part.summary)}</span></div>{_bar(part)}"
        f"<details{' open' if unfolded else ''}><summary style='display:list-item;cursor:pointer'>{_counted(part)}</summary>"
        f'<table style="margin:.3em 0"><thead>{head}</thead><tbody>{rows}</tbody></table></details></div>'
    )


def _bar(part: Part) -> str:
    """One field per exercise, as wide as its points: filled when right, hatched when begun, empty when untouched."""
    fields = "".join(
        f'<div style="flex:{line.points:g} 0 0;border:1px solid #767676;border-radius:3px;background:{FILLINGS[line.state]}"></div>'
        for line in part.lines
    )
    return (
        f'<div role="img" aria-label="{html.escape(part.summary)}" '
        f'style="display:flex;gap:3px;height:14px;margin:.3em 0">{fields}</div>'
    )


def _legend() -> str:
    fields = [
        f'<span aria-hidden="true" style="display:inline-block;width:18px;height:11px;border:1px solid #767676;border-radius:3px;'
        f'background:{FILLINGS[state]}"></span> {SIGNS[state]} {state}'
        for state in SIGNS
    ]
    return " &nbsp; ".join(fields) + "."


def _counted(part: Part) -> str:
    number = len(part.lines) + len(part.written)
    return f"{number} exercise{'' if number == 1 else 's'}"


def _cell(content: str, align: str = "left", tag: str = "td") -> str:
    return f'<{tag} style="text-align:{align}">{content}</{tag}>'


def _link(lecture: str, text: str) -> str:
    return f'<a href="{html.escape(lecture)}.ipynb">{html.escape(text)}</a>'


def progress(lecture: str | None = None) -> ProgressPage:
    """Your progress through the course, or through one lecture. Raises LookupError for a lecture that the course lacks."""
    chosen = [part for part in course()["lectures"] if lecture in (None, part["name"])]
    if not chosen:
        names = ", ".join(part["name"] for part in course()["lectures"])
        raise LookupError(f"there is no lecture {lecture!r}; the course has {names}")
    parts, notes = [], [cannot_be_kept()]
    for part in chosen:
        states, note = known(part["name"])
        notes.append(note)
        checked = [e for e in part["exercises"] if e["kind"] != "written"]
        lines = tuple(
            Line(part["name"], e["name"], e["points"], states.get(e["name"], NOT_ATTEMPTED)) for e in checked
        )
        written = tuple((e["name"], e["points"]) for e in part["exercises"] if e["kind"] == "written")
        parts.append(Part(part["name"], part.get("title", part["name"]), lines, written))
    return ProgressPage(tuple(parts), tuple(filter(None, notes)))


__all__ = ["Line", "Part", "ProgressPage", "progress"]
