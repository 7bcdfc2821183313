"""What a check shows: one object, with a text form for terminals and screen readers and an HTML form for notebooks.

Knows how to say things, not how to judge them.
"""

from __future__ import annotations

import html
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from helpers.checking.asking_where import Search
from helpers.checking.calling import describe
from helpers.checking.evaluation import NOT_ATTEMPTED, RIGHT, Evaluation, Named, Trial
from helpers.checking.words import listed
from helpers.travel.calls import Observation

SIGNS = {RIGHT: "✓", NOT_ATTEMPTED: "○"}
COLOURS = {RIGHT: "#009e73", NOT_ATTEMPTED: "#767676"}
NOT_YET_COLOUR = "#d55e00"


@dataclass(frozen=True)
class CheckResult:
    """The outcome of one check.

    name     the exercise
    points   what it is worth
    outcome  "right", "not yet right" or "not attempted"
    unfolded shows the whole hint at once, as on a feedback page
    line     the line where a small change helps, as a sentence, or what is said while it is looked for
    search   the search for it that is offered below the card, or None
    """

    name: str
    points: float
    evaluation: Evaluation
    note: str = ""
    unfolded: bool = False
    line: str = ""
    search: Search | None = field(default=None, repr=False, compare=False)
    _picture: list[str] = field(default_factory=list, repr=False, compare=False)

    @property
    def outcome(self) -> str:
        return self.evaluation.outcome

    @property
    def right(self) -> bool:
        return self.outcome == RIGHT

    @property
    def headline(self) -> str:
        done = self.evaluation
        if done.outcome == RIGHT:
            return f"Right: all {done.total} {self._things} pass." if done.total > 1 else "Right."
        if done.outcome == NOT_ATTEMPTED:
            return "Not attempted yet."
        if done.problem:
            return "Not yet."
        return f"Not yet: {done.passed} of {done.total} {self._things} right."

    @property
    def _things(self) -> str:
        return "examples" if self.evaluation.trials else "values"

    def sentences(self) -> list[str]:
        """What to read, in order, below the headline."""
        done = self.evaluation
        said = [done.problem] if done.problem else []
        for _, sentences in self._hints():
            said += sentences
        said += self._after_hints()
        return said

    def _hints(self) -> list[tuple[str, list[str]]]:
        """For each recognised mistake what introduces it, and its two hints: where to look, what goes wrong."""
        named = self.evaluation.named
        many = {2: "Two things.", 3: "Three things."}.get(len(named), "")
        found = []
        for place, one in enumerate(named):
            lead = "" if not many else f"{many} First: " if place == 0 else "Then: "
            found.append((lead, [f"{lead}{_where(one)}{one.look}", one.wrong]))
        return found

    def _after_hints(self) -> list[str]:
        done = self.evaluation
        said = [done.in_common] if done.in_common else []
        if done.ticks:
            said.append(
                "So far: " + " · ".join(f"{text} {'✓' if fine else '✗'}" for text, fine in done.ticks)
            )
        if self.line:
            said.append(self.line)
        if done.outcome == NOT_ATTEMPTED and not done.problem:
            said.append("Write your answer in the cell above, run it, then run this check again.")
        if done.outcome == RIGHT and done.trials:
            said += [speed.sentence for speed in done.speeds]
            said.append("Hidden cases, which grade the exercise, try more of what the statement allows.")
        said += [
            f"`{name}` is none of the words asked for: {', '.join(words)}."
            for name, words in done.strange_values
        ]
        strange = [name for name, _ in done.strange_values]
        wrong = tuple(name for name in done.wrong_values if name not in strange)
        if wrong:
            said.append(f"Look again at {_listed(wrong)}.")
        if done.open_values:
            said.append(f"Still open: {_listed(done.open_values)}.")
        if self.note:
            said.append(self.note)
        return said

    @property
    def _called(self) -> str:
        """The failing example as it can be pasted and run; "" where there is none."""
        failure = self.evaluation.smallest_failure
        if failure is None or failure.mismatch is None:
            return ""
        title = failure.example.title
        return describe(failure.example.call, self.name, (self.name, title), failure.parameters)

    @property
    def text(self) -> str:
        lines = [f"{SIGNS.get(self.outcome, '✗')} {self.name} — {self.headline}", *self.sentences()]
        failure = self.evaluation.smallest_failure
        if failure is not None and failure.mismatch is not None and not self.evaluation.problem:
            lines.append(f"{self._shown}, {failure.example.title}:")
            lines += [f"    {line}" for line in self._called.splitlines()]
            lines.append(f"    {failure.mismatch.sentence}")
            lines.extend(f"    {line}" for line in _value_lines(failure))
            if failure.observed.printed.strip():
                lines.append(f"    it printed: {failure.observed.printed.strip()}")
        return "\n".join(lines)

    @property
    def _shown(self) -> str:
        count = self.evaluation.total - self.evaluation.passed
        return "The failing example" if count == 1 else f"One of {count} failing examples"

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/html": self.html, "text/plain": self.text}

    def _ipython_display_(self) -> None:
        # Displayed, not returned as Out[n]: nbgrader reads a grade cell's returned value as partial credit.
        from IPython.display import display

        if self.search is None:
            display(self._repr_mimebundle_(), raw=True)
            return
        card = display(self._repr_mimebundle_(), raw=True, display_id=True)
        self.search.show(lambda line: card.update(replace(self, line=line)._repr_mimebundle_(), raw=True))

    @property
    def html(self) -> str:
        colour = COLOURS.get(self.outcome, NOT_YET_COLOUR)
        sign = SIGNS.get(self.outcome, "✗")
        parts = [
            f'<div class="course-check" role="status" style="border-left:4px solid {colour};padding:.4em .9em;margin:.3em 0">',
            f'<p style="margin:.2em 0"><strong>{sign} {html.escape(self.headline)}</strong>'
            f" <code>{html.escape(self.name)}</code></p>",
            *self._hints_html(),
            *self._failure_html(),
            "</div>",
        ]
        return "\n".join(parts)

    def _hints_html(self) -> list[str]:
        """The hint climbs: where to look is open, what goes wrong is one click away."""
        done = self.evaluation
        parts = [_paragraph(done.problem)] if done.problem else []
        state = " open" if self.unfolded else ""
        for _, (look, wrong) in self._hints():
            parts.append(_paragraph(look))
            if wrong:
                parts.append(
                    f'<details{state} style="margin:.3em 0"><summary style="display:list-item">What goes wrong</summary>{_paragraph(wrong)}</details>'
                )
        return [*parts, *(_paragraph(s) for s in self._after_hints())]

    def _failure_html(self) -> list[str]:
        failure = self.evaluation.smallest_failure
        if failure is None or failure.mismatch is None or self.evaluation.problem:
            return []
        parts = [
            f'<p style="margin:.6em 0 .2em">{self._shown}, <em>{html.escape(failure.example.title)}</em>:</p>',
            f'<pre style="margin:.2em 0;white-space:pre-wrap">{html.escape(self._called)}</pre>',
            *_inputs(failure),
            _paragraph(
                failure.mismatch.sentence.rstrip(".?")
                + ("?" if failure.mismatch.sentence.endswith("?") else ".")
            ),
            *_comparison(failure),
        ]
        if failure.observed.printed.strip():
            parts.append(f"<p>It printed:</p><pre>{html.escape(failure.observed.printed.strip())}</pre>")
        return parts


def _where(named: Named) -> str:
    """Where a hint explains only some of the failing examples: in which."""
    if not named.part:
        return ""
    listed = [f"“{title}”" for title in named.titles[:3]]
    return f"In {listed[0] if len(listed) == 1 else ', '.join(listed[:-1]) + ' and ' + listed[-1]}: "


def _paragraph(text: str) -> str:
    """A paragraph in which `code` is set as code."""
    pieces = html.escape(text, quote=False).split("`")
    if len(pieces) % 2 == 0:
        return f'<p style="margin:.2em 0">{html.escape(text, quote=False)}</p>'
    marked = "".join(f"<code>{piece}</code>" if index % 2 else piece for index, piece in enumerate(pieces))
    return f'<p style="margin:.2em 0">{marked}</p>'


def _listed(names: tuple[str, ...]) -> str:
    return listed([f"`{name}`" for name in names])


def _value_lines(failure: Trial) -> list[str]:
    expected, observed = failure.example.expected, failure.observed
    if expected.raised or observed.raised or failure.mismatch is None or failure.mismatch.kind == "changed":
        return []
    return [*_block("expected", expected), *_block("yours", observed)]


def _block(label: str, observation: Observation) -> list[str]:
    try:
        text = repr(observation.value)
    except Exception:  # a student's object may not know how to print itself
        text = f"a {type(observation.value).__name__}"
    lines = (text if len(text) <= 1_000 else text[:997] + "…").splitlines() or [""]
    indent = " " * 10
    return [f"{label + ':':<10}{lines[0]}", *(indent + line for line in lines[1:])]


def _inputs(failure: Trial) -> list[str]:
    """The planes among the arguments, where they are small enough to read."""
    args = failure.example.call.args
    names = [*failure.parameters, *(f"argument {i + 1}" for i in range(len(failure.parameters), len(args)))]
    shown = {
        name: a
        for name, a in zip(names, args, strict=False)
        if isinstance(a, np.ndarray) and is_small_plane(a)
    }
    if not shown:
        return []
    from helpers.draw import Grid, row, table_alt

    planes = {name: array.reshape(array.shape[-2:]) for name, array in shown.items()}
    panels = [Grid(planes[name], _role(name), name, f"shape {array.shape}") for name, array in shown.items()]
    alt = "; ".join(table_alt(plane, name) for name, plane in planes.items())
    return [row(*panels, alt=alt, gap=24).html()]


def _role(parameter: str) -> str:
    """The colour of an argument, by the names that the course uses throughout."""
    if parameter in ("w", "weight", "kernel"):
        return "kernel"
    return "gradient" if parameter.startswith("dout") else "input"


def is_small_plane(array: Any) -> bool:
    """Whether a value is one plane of numbers that can be read as a picture."""
    if not isinstance(array, np.ndarray):
        return False
    return array.ndim >= 2 and 0 < array.size <= 80 and array.size == array.shape[-1] * array.shape[-2]


def _comparison(failure: Trial) -> list[str]:
    """Expected, yours and their difference as a picture, where there are values to draw."""
    expected, observed = failure.example.expected, failure.observed
    if expected.raised or observed.raised or failure.mismatch is None:
        return []
    if failure.mismatch.kind not in ("value", "shape", "nan"):
        return []
    from helpers.draw import compare_values

    values = failure.mismatch.drawn or (expected.value, observed.value)
    return [compare_values(*values)._repr_mimebundle_()["text/html"]]
