"""Two mistakes at once: what two edits of one right answer do together, so that the check can name both."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from autograde.course.definition import Exercise, WrongAnswer
from autograde.course.edits import EditError, edited, overlap
from autograde.course.signatures import signatures, wrong_places
from helpers.checking.recognising import Seen, fingerprint
from helpers.travel.calls import Observation, observe_in_silence
from helpers.travel.output import captured_output


def pairs_of(exercise: Exercise) -> dict[str, tuple[int, int]]:
    """Fingerprints of pairs of edits, each with the places of both among the misconceptions that examples can show.

    A pair counts only where it does something that no single misconception does.
    """
    expected = [exercise.expected(example.call) for example in exercise.examples]
    known = signatures(exercise)
    places = {m.name: place for place, m in enumerate(known)}
    singles = {_fingerprint(exercise, dict(m.observations)) for m in known}
    found: dict[str, tuple[int, int]] = {}
    for one, other in _combinable(exercise):
        try:
            both = edited(one.edit.of, (one.edit, other.edit), "both")  # type: ignore[union-attr, arg-type]
        except EditError:
            continue  # what is left of one edit is no longer Python with the other
        with captured_output():
            seen = [observe_in_silence(both, example.call) for example in exercise.examples]
        print_of_both = _fingerprint(exercise, wrong_places(exercise, seen, expected))
        if print_of_both not in singles:
            found.setdefault(print_of_both, (places[one.name], places[other.name]))
    return found


def _fingerprint(exercise: Exercise, wrong: dict[int, Observation]) -> str:
    """The fingerprint of an answer that is wrong in these places and right in all others."""
    nothing = Observation()
    return fingerprint(
        [
            Seen(example.call, wrong.get(place, nothing), place in wrong)
            for place, example in enumerate(exercise.examples)
        ]
    )


def _combinable(exercise: Exercise) -> Iterator[tuple[WrongAnswer, WrongAnswer]]:
    edits = [wrong for wrong in exercise.misconceptions if wrong.edit is not None and not wrong.hidden_only]
    for one, other in combinations(edits, 2):
        assert one.edit is not None and other.edit is not None
        if one.edit.of is other.edit.of and not overlap(one.edit, other.edit):
            yield one, other
