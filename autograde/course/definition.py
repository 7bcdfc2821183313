"""How an exercise is written down: oracle, visible examples, hidden cases, misconceptions, alternatives.

Everything else (the check, hidden grading, reports, the exercise's own tests) is derived from these objects.
A definition knows nothing of notebooks, nbgrader or files.
"""

from __future__ import annotations

import inspect
import numbers
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from autograde.course.edits import Edit, EditError
from helpers.checking.checkfile import Timed
from helpers.checking.compare import Comparator, close
from helpers.checking.features import Feature, Given
from helpers.checking.references import REFERENCES
from helpers.drivers import driver
from helpers.fixtures import fixture
from helpers.travel.calls import Call, Observation, observe

__all__ = ["call", "call_error", "exercise", "fixture", "prediction", "values", "written"]

Function = Callable[..., Any]
CLOSE = close()


class DefinitionError(ValueError):
    """An exercise that cannot be what its author meant; the message says which and what to do."""


def call(*args: Any, function: str | None = None, **kwargs: Any) -> Call:
    """One call of the student's function. `function` names it where an exercise has several."""
    return Call(args, kwargs, function)


def call_error(error: type[Exception], *args: Any, function: str | None = None, **kwargs: Any) -> Call:
    """One call that the contract answers with an exception of type `error`."""
    return Call(args, kwargs, function, error.__name__)


@dataclass(frozen=True)
class VisibleExample:
    """An example that students see, with its title."""

    title: str
    call: Call


@dataclass(frozen=True)
class CaseGroup:
    """Hidden cases made by one seeded generator; the group's weight is shared by its cases."""

    name: str
    weight: float
    make: Callable[[np.random.Generator], Iterable[Call]]


@dataclass(frozen=True)
class WrongAnswer:
    """A misconception: where to look, what goes wrong, and the code that a student who has it writes.

    hidden_only    why no visible example can show it, or "" when one does
    shown          title of the example to show with the hints; "" takes the failing one with the fewest things going on
    if_source_has  sentences about a construct: each is said only when its text stands in the student's source
    edit           where the answer is written as an edit of an alternative: that edit
    """

    name: str
    look: str
    wrong: str
    function: Function
    hidden_only: str = ""
    shown: str = ""
    if_source_has: Mapping[str, str] = field(default_factory=dict)
    edit: Edit | None = None


@dataclass(frozen=True)
class SpeedRequirement:
    """A demand for speed, the share of the points that it carries, and a right answer that is too slow."""

    timed: Timed
    share: float
    slow: Function


@dataclass
class Exercise:
    """A function exercise. Made by `exercise`; filled by its methods."""

    name: str
    module: str
    points: float
    oracle: Function
    difficulty: str
    minutes: int
    compare: Comparator
    changes_input: bool
    examples: list[VisibleExample] = field(default_factory=list)
    groups: list[CaseGroup] = field(default_factory=list)
    misconceptions: list[WrongAnswer] = field(default_factory=list)
    alternatives: list[Function] = field(default_factory=list)
    requirements: list[SpeedRequirement] = field(default_factory=list)
    forbidden: tuple[str, ...] = ()
    off_limits_cost: float = 1.0
    features: list[Feature] = field(default_factory=list)
    through: str | None = None
    kind: str = "function"

    @property
    def summary(self) -> str:
        return (inspect.getdoc(self.oracle) or "").split("\n")[0]

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the arguments of a call: the function's, or those of the driver that calls it."""
        if self.through is None:
            return tuple(inspect.signature(self.oracle).parameters)
        return tuple(inspect.signature(driver(self.through)).parameters)[1:]

    def feature(self, *, present: str, absent: str) -> Callable[[Function], Function]:
        """Decorate a predicate on the arguments: something that examples have or lack, besides helpers.checking.features.

        Both phrases follow "with": `present="letters in lower case", absent="capitals only"`.
        """

        def add(has: Function) -> Function:
            def on_given(given: Given) -> object:
                return has(**given.values)

            self.features.append(Feature(has.__name__, present, absent, on_given))
            return has

        return add

    def example(self, title: str, /, *args: Any, **kwargs: Any) -> None:
        """Add a visible example: its title, then the arguments."""
        self.examples.append(VisibleExample(title, Call(args, kwargs, through=self.through)))

    def example_error(self, title: str, error: type[Exception], /, *args: Any, **kwargs: Any) -> None:
        """Add a visible example that must raise `error`."""
        self.examples.append(
            VisibleExample(title, Call(args, kwargs, error=error.__name__, through=self.through))
        )

    def cases(self, make: Function | None = None, *, weight: float = 1.0) -> Function:
        """Decorate a generator `(rng) -> calls` of hidden cases."""

        def add(generator: Function) -> Function:
            self.groups.append(CaseGroup(generator.__name__, weight, generator))
            return generator

        return add if make is None else add(make)

    def misconception(
        self,
        *,
        look: str,
        wrong: str,
        hidden_only: str = "",
        shown: str = "",
        if_source_has: Mapping[str, str] | None = None,
    ) -> Callable[[Function], Function]:
        """Decorate a wrong answer that students give. `look` says where to look first, `wrong` what the output is.

        Both must be true of any answer that behaves like this one, however it is written; what is true of a construct
        goes into `if_source_has`. `shown` names the example to show, where another one than the simplest tells more.
        """

        def add(function: Function) -> Function:
            made = WrongAnswer(
                function.__name__, look, wrong, function, hidden_only, shown, if_source_has or {}
            )
            _add_misconception(self, made)
            return function

        return add

    def edit(
        self,
        name: str,
        *,
        of: Function,
        replace: str,
        by: str,
        look: str,
        wrong: str,
        hidden_only: str = "",
        shown: str = "",
        if_source_has: Mapping[str, str] | None = None,
    ) -> None:
        """Add a misconception called `name`: the alternative `of` in which `by` stands in place of `replace`.

        `replace` occurs once in the alternative. Edits of one alternative also combine: the check knows pairs of them.
        """
        change = Edit(of, replace, by)
        try:
            function = change.function(name)
        except EditError as error:
            raise DefinitionError(f"{self.name}: {error}") from None
        made = WrongAnswer(name, look, wrong, function, hidden_only, shown, if_source_has or {}, change)
        _add_misconception(self, made)

    def alternative(self, function: Function) -> Function:
        """Decorate a right answer in another style."""
        self.alternatives.append(function)
        return function

    def timed(
        self,
        title: str,
        /,
        *args: Any,
        reference: str,
        at_least: float,
        share: float,
        look: str,
        wrong: str,
        **kwargs: Any,
    ) -> Callable[[Function], Function]:
        """Demand that one call runs `at_least` times as fast as a function of helpers.checking.references.

        Decorates a right answer that is too slow; `look` and `wrong` are its hints. `title` says the size ("On 16 images");
        `share` of the points hangs on it. Large arguments are fixtures, so that they need not travel.
        """
        if reference not in REFERENCES:
            raise DefinitionError(
                f"{self.name}: helpers.checking.references has no {reference!r}; add it there"
            )
        if sum(r.share for r in self.requirements) + share >= 1.0:
            raise DefinitionError(f"{self.name}: speed carries all the points; leave a share for being right")

        def add(function: Function) -> Function:
            timed = Timed(function.__name__, title, Call(args, kwargs), reference, at_least, look, wrong)
            self.requirements.append(SpeedRequirement(timed, share, function))
            return function

        return add

    def off_limits(self, *names: str, costs: float = 1.0) -> None:
        """Name routines that may not be called ("numpy.convolve", a module, or ".method") and the share of the points it costs."""
        self.forbidden += names
        self.off_limits_cost = costs

    def expected(self, wanted: Call) -> Observation:
        """What the oracle does. Raises DefinitionError where it contradicts the call's own promise."""
        seen = observe(self.oracle, wanted)
        if wanted.error is not None:
            return Observation(errors=(wanted.error,))
        if seen.raised:
            raise DefinitionError(
                f"{self.name}: the oracle raised {seen.errors[0]} ({seen.message}) on {wanted}; use call_error if that is the contract"
            )
        return Observation(value=seen.value)

    def hidden_calls(self, group: CaseGroup, rng: np.random.Generator) -> Iterator[Call]:
        for made in group.make(rng):
            yield replace(made, through=self.through)


@dataclass
class ValueExercise:
    """Numbers or choices: the oracle returns a dictionary, one entry per variable of the student's cell."""

    name: str
    module: str
    points: float
    oracle: Callable[[], dict[str, Any]]
    difficulty: str
    minutes: int
    digits: int | None
    words: tuple[str, ...] = ()
    misconceptions: list[WrongAnswer] = field(default_factory=list)
    alternatives: list[Function] = field(default_factory=list)
    kind: str = "values"

    @property
    def summary(self) -> str:
        return (inspect.getdoc(self.oracle) or "").split("\n")[0]

    def misconception(self, *, look: str, wrong: str) -> Callable[[Function], Function]:
        """Decorate a function that returns the dictionary of wrong values."""

        def add(function: Function) -> Function:
            _add_misconception(self, WrongAnswer(function.__name__, look, wrong, function))
            return function

        return add


@dataclass(frozen=True)
class WrittenExercise:
    """A question answered in words and graded by hand with a rubric."""

    name: str
    module: str
    points: float
    question: str
    rubric: str
    kind: str = "written"

    @property
    def summary(self) -> str:
        return self.question.split("\n")[0]


@dataclass(frozen=True)
class Prediction:
    """A guess before a result appears: practice, no marks. `choices` empty means a number.

    `mistakes` holds what is said to some wrong guesses besides: choices or numbers with a sentence each.
    """

    name: str
    module: str
    question: str
    answer: Any
    reason: str
    choices: tuple[str, ...] = ()
    mistakes: Mapping[Any, str] = field(default_factory=dict)


AnyExercise = Exercise | ValueExercise | WrittenExercise
_exercises: dict[str, AnyExercise] = {}
_predictions: dict[str, Prediction] = {}


def exercise(
    *,
    points: float,
    difficulty: str = "medium",
    minutes: int = 10,
    compare: Comparator = CLOSE,
    changes_input: bool = False,
    through: str | None = None,
) -> Callable[[Function], Exercise]:
    """Decorate the oracle of a function exercise; its name is the exercise's id.

    `through` names the function in helpers.drivers that calls the student's and tells what came of it, where the
    arguments are no data (networks, loaders, optimizers). Examples and cases give that driver's arguments.
    """
    if through is not None:
        driver(through)

    def make(oracle: Function) -> Exercise:
        made = Exercise(
            oracle.__name__,
            _lecture_module(oracle.__module__),
            points,
            oracle,
            difficulty,
            minutes,
            compare,
            changes_input,
            through=through,
        )
        return _register(_exercises, made)

    return make


def values(
    *,
    points: float,
    digits: int | None = None,
    words: Iterable[str] = (),
    difficulty: str = "easy",
    minutes: int = 5,
) -> Callable[[Function], ValueExercise]:
    """Decorate the oracle of a value exercise: it returns {variable: value}. `digits` significant digits count.

    `words` are those that the statement offers for answers in words: another word is told apart from a wrong one.
    """

    def make(oracle: Function) -> ValueExercise:
        made = ValueExercise(
            oracle.__name__,
            _lecture_module(oracle.__module__),
            points,
            oracle,
            difficulty,
            minutes,
            digits,
            tuple(word.strip().lower() for word in words),
        )
        return _register(_exercises, made)

    return make


def written(name: str, *, points: float, question: str, rubric: str) -> WrittenExercise:
    """Define a question that is graded by hand."""
    made = WrittenExercise(name, _caller(), points, inspect.cleandoc(question), inspect.cleandoc(rubric))
    return _register(_exercises, made)


def prediction(
    name: str,
    *,
    question: str,
    answer: Any,
    reason: str,
    choices: Iterable[str] = (),
    mistakes: Mapping[Any, str] | None = None,
) -> Prediction:
    """Define a prediction; `answer` is a number or one of `choices`.

    mistakes   {wrong choice or wrong number: what makes people say so}; said before the reason
    """
    made = Prediction(name, _caller(), question, answer, reason, tuple(choices), dict(mistakes or {}))
    for wrong in made.mistakes:
        if wrong == answer or (made.choices and wrong not in made.choices):
            raise DefinitionError(
                f"{name}: {wrong!r} among the mistakes is no wrong answer of this prediction"
            )
    if made.choices and answer not in made.choices:
        raise DefinitionError(f"{name}: the answer {answer!r} is not among the choices {made.choices}")
    if not made.choices and (isinstance(answer, bool) or not isinstance(answer, numbers.Real)):
        raise DefinitionError(f"{name}: the answer {answer!r} is no number; give choices, or a number")
    return _register(_predictions, made)


def _add_misconception(exercise: Exercise | ValueExercise, wrong: WrongAnswer) -> None:
    if wrong.name in [known.name for known in exercise.misconceptions]:
        raise DefinitionError(f"{exercise.name} has two misconceptions called {wrong.name}; rename one")
    exercise.misconceptions.append(wrong)


def _caller() -> str:
    return _lecture_module(str(sys._getframe(2).f_globals["__name__"]))


def _lecture_module(module: str) -> str:
    """The lecture's module of an exercise: a lecture may be one file or a package with a file per exercise."""
    parts = module.split(".")
    return ".".join(parts[:3]) if parts[:2] == ["autograde", "exercises"] else module


def _register(table: dict[str, Any], made: Any) -> Any:
    other = table.get(made.name)
    if other is not None:
        place = (
            f"twice in {made.module}"
            if other.module == made.module
            else f"in {other.module} and in {made.module}"
        )
        raise DefinitionError(
            f"{made.name!r} is defined {place}; ids are unique in the course, so rename one"
        )
    table[made.name] = made
    return made


def defined_exercises() -> dict[str, AnyExercise]:
    """All exercises defined so far, by id."""
    return _exercises


def defined_predictions() -> dict[str, Prediction]:
    """All predictions defined so far, by name."""
    return _predictions
