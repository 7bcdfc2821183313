"""Makes the check data that helpers read: visible examples with expected results, signatures, hashed values, predictions."""

from __future__ import annotations

import base64
import json
import sys
import zlib
from collections.abc import Mapping
from typing import Any

import numpy

from autograde.building.kept import HOME, code_of, kept
from autograde.building.keptpairs import kept_pairs
from autograde.course import registry
from autograde.course.definition import Exercise, Prediction, ValueExercise
from autograde.course.hints import visible_examples
from autograde.course.lecture import Lecture, stub_source
from autograde.course.signatures import signatures
from helpers.checking.checkfile import CheckData, Entry
from helpers.checking.namespace import source_digest
from helpers.checking.secrets import digest
from helpers.travel.codec import Json

DECIDES = (
    "helpers/checking",
    "helpers/travel",
    "helpers/fixtures.py",
    "helpers/datasets.py",
    "autograde/course",
)


def kept_check_data(exercise: Exercise | ValueExercise, lecture: Lecture) -> CheckData:
    """`check_data_of`, worked out once as long as the exercise and all that decides about it stay what they are.

    Exercises that are not the course's own (a test's, say) are worked out every time.
    """
    if registry.exercises().get(exercise.name) is not exercise:
        return check_data_of(exercise, lecture)
    said = [exercise.points, [(m.name, m.look, m.wrong) for m in exercise.misconceptions]]
    said += [len(getattr(exercise, "examples", ())), stub_source(lecture.solution(exercise.name))]
    text = kept(
        f"check-{exercise.name}",
        ".json",
        [repr(said), *deciding(lecture)],
        lambda: json.dumps(check_data_of(exercise, lecture).to_json()),
    )
    return CheckData.from_json(json.loads(text))


def deciding(lecture: Lecture) -> list[str]:
    """What decides about a lecture's definitions: its exercises, all that runs and compares them, and whose numbers they are."""
    module = registry.module_of(lecture.name).replace(".", "/")
    beside = [place for place in (module, module + ".py") if (HOME / place).exists()]
    code = code_of(*beside, "autograde/building/checkdata.py", *DECIDES)
    return [lecture.name, code, f"{sys.version_info[:2]} {numpy.__version__}"]


def check_data_of(exercise: Exercise | ValueExercise, lecture: Lecture) -> CheckData:
    """The check data of one exercise of a lecture."""
    stub = source_digest(stub_source(lecture.solution(exercise.name)))
    if isinstance(exercise, ValueExercise):
        salt = f"{lecture.name}/{exercise.name}/"
        entries = tuple(_entry(exercise, name, value, salt) for name, value in exercise.oracle().items())
        return CheckData(
            exercise.name, lecture.name, exercise.points, "values", stub, salt=salt, entries=entries
        )
    return CheckData(
        exercise.name,
        lecture.name,
        exercise.points,
        "function",
        stub,
        functions=(exercise.name,),
        compare=exercise.compare,
        changes_input=exercise.changes_input,
        examples=tuple(visible_examples(exercise, exercise.parameters)),
        misconceptions=tuple(signatures(exercise)),
        pairs=kept_pairs(exercise),
        own_features={f.name: (f.present, f.absent) for f in exercise.features},
        off_limits=exercise.forbidden,
        timed=tuple(requirement.timed for requirement in exercise.requirements),
        parameters=exercise.parameters,
    )


def _entry(exercise: ValueExercise, name: str, value: Any, salt: str) -> Entry:
    hints: dict[str, tuple[str, str, str]] = {}
    right = digest(value, exercise.digits, salt + name)
    for wrong in exercise.misconceptions:
        got = digest(wrong.function()[name], exercise.digits, salt + name)
        if got != right:
            hints.setdefault(got, (wrong.name, wrong.look, wrong.wrong))
    words = exercise.words if _in_words(value) else ()
    return Entry(name, exercise.digits, right, hints, words)


def _in_words(value: Any) -> bool:
    items = value if isinstance(value, set | frozenset | list | tuple) else [value]
    return all(isinstance(item, str) for item in items)


def prediction_json(prediction: Prediction) -> Json:
    """A prediction for helpers; answer and reason are packed so that a glance at the file does not spoil them."""
    return {
        "question": prediction.question,
        "choices": list(prediction.choices),
        "answer": _packed(str(prediction.answer)),
        "reason": _packed(prediction.reason),
        **({"mistakes": _packed(json.dumps(_by_text(prediction.mistakes)))} if prediction.mistakes else {}),
    }


def _by_text(mistakes: Mapping[Any, str]) -> dict[str, str]:
    return {str(guess): sentence for guess, sentence in mistakes.items()}


def _packed(text: str) -> str:
    return base64.b64encode(zlib.compress(text.encode(), 9)).decode()
