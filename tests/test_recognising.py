"""Which mistakes explain an answer: the fewest, never one that the answer contradicts, two at once where edits combine."""

from __future__ import annotations

import numpy as np
import pytest

from autograde.course.definition import DefinitionError, Exercise
from autograde.course.edits import own_source
from autograde.course.hints import hint_problems, visible_examples
from autograde.course.pairs import pairs_of
from autograde.course.signatures import signatures
from autograde.course.standalone import standalone_source
from helpers.checking.compare import close, difference
from helpers.checking.recognising import Seen, recognise, same
from helpers.travel.calls import Call, Observation, observe


def window_sums(x, k, stride=1):
    """Sums of k neighbours, every stride-th."""
    if k > len(x):
        raise ValueError("too long")
    return np.array([x[i : i + k].sum() for i in range(0, len(x) - k + 1, stride)])


def with_a_loop(x, k, stride=1):
    if k > len(x):
        raise ValueError("does not fit")
    out = []
    for i in range(0, len(x) - k + 1, stride):
        total = 0.0
        for j in range(k):
            total += x[i + j]
        out.append(total)
    return np.array(out)


def takes_means(x, k, stride=1):
    if k > len(x):
        raise ValueError("too long")
    return np.array([x[i : i + k].mean() for i in range(0, len(x) - k + 1, stride)])


def never_refuses(x, k, stride=1):
    return np.array([x[i : i + k].sum() for i in range(0, len(x) - k + 1, stride)])


def made() -> Exercise:
    exercise = Exercise("window_sums", "made_up", 2, window_sums, "easy", 1, close(), False)
    exercise.example("three numbers", np.array([1.0, 2.0, 4.0]), 2)
    exercise.example("a stride of 2", np.array([1.0, 2.0, 4.0, 8.0, 16.0]), 1, 2)
    exercise.example("pairs, stride 2", np.array([1.0, 2.0, 4.0, 8.0, 16.0]), 2, 2)
    exercise.example_error("a window too long", ValueError, np.array([1.0]), 2)
    exercise.misconception(look="Sum or mean?", wrong="Your numbers are means.")(takes_means)
    exercise.misconception(look="Too long?", wrong="A window that is too long must be refused.")(
        never_refuses
    )
    exercise.edit(
        "ignores_the_stride", of=with_a_loop, replace="+ 1, stride)", by="+ 1)",
        look="How many sums?", wrong="Your windows move by one.",
    )  # fmt: skip
    exercise.edit(
        "doubles", of=with_a_loop, replace="total += x[i + j]", by="total += 2 * x[i + j]",
        look="How large?", wrong="Your sums are twice as large.",
    )  # fmt: skip
    exercise.edit(
        "one_term_short", of=with_a_loop, replace="range(k)", by="range(k - 1)",
        look="How many terms?", wrong="The last number of each window is missing.",
    )  # fmt: skip
    return exercise


def named(exercise: Exercise, answer, pairs=None) -> list[tuple[str, bool]]:
    seen = []
    for example in exercise.examples:
        wanted, got = exercise.expected(example.call), observe(answer, example.call)
        seen.append(
            Seen(example.call, got, difference(exercise.compare, example.call, wanted, got) is not None)
        )
    found = recognise(exercise.compare, signatures(exercise), seen, pairs)
    return [(one.misconception.name, one.whole) for one in found]


def test_one_mistake_is_named_however_it_is_written():
    def other_words(x, k, stride=1):
        if len(x) < k:
            raise ValueError("no room")
        return np.array([np.add.reduce(x[i : i + k]) / k for i in range(0, len(x) - k + 1, stride)])

    assert named(made(), other_words) == [("takes_means", True)]


def test_a_forgotten_refusal_no_longer_hides_the_mistake():
    def both(x, k, stride=1):
        return np.array([sum(x[i : i + k]) / k for i in range(0, len(x) - k + 1, stride)])

    assert named(made(), both) == [("takes_means", True), ("never_refuses", True)]


def test_a_mistake_that_the_answer_contradicts_is_not_named():
    def mean_of_two_only(x, k, stride=1):
        if k > len(x):
            raise ValueError("too long")
        part = 0.5 if stride == 1 else 1.0  # right where takes_means is wrong
        return part * window_sums(x, k, stride)

    assert ("takes_means", True) not in named(made(), mean_of_two_only)


def test_two_edits_of_one_answer_are_recognised_together():
    exercise = made()
    pairs = pairs_of(exercise)

    def both(x, k, stride=1):
        assert k <= len(x) or raises()
        return np.array([2.0 * sum(x[i : i + k - 1]) for i in range(0, len(x) - k + 1, stride)])

    def raises():
        raise ValueError("too long")

    assert named(exercise, both) == []
    assert named(exercise, both, pairs) == [("doubles", True), ("one_term_short", True)]


def test_pairs_that_are_seen_from_apart_are_not_stored():
    exercise = made()
    places = {m.name: place for place, m in enumerate(signatures(exercise))}
    assert (places["doubles"], places["one_term_short"]) in pairs_of(exercise).values()
    assert all(len(fingerprint) == 16 for fingerprint in pairs_of(exercise))


def test_a_right_answer_gets_no_name():
    assert named(made(), with_a_loop) == []


def test_an_edit_must_occur_once_and_be_python():
    exercise = made()
    with pytest.raises(DefinitionError, match="occurs 3 times"):
        exercise.edit("twice", of=with_a_loop, replace="total", by="t", look="?", wrong="!")
    with pytest.raises(DefinitionError, match="does not parse"):
        exercise.edit("broken", of=with_a_loop, replace="range(k)", by="range(", look="?", wrong="!")


def test_the_edited_source_is_what_a_submission_gets():
    exercise = made()
    wrong = next(m for m in exercise.misconceptions if m.name == "doubles")
    assert "total += 2 * x[i + j]" in own_source(wrong.function)
    source = standalone_source(wrong.function, "window_sums")
    assert source.count("def window_sums(") == 1 and "import numpy as np" in source


def problems(look: str, wrong: str = "Wrong.", shown: str = "") -> list[str]:
    exercise = Exercise("window_sums", "made_up", 2, window_sums, "easy", 1, close(), False)
    exercise.example("three numbers", np.array([1.0, 2.0, 4.0]), 2)
    exercise.example("stride 2", np.array([1.0, 2.0, 4.0, 8.0]), 1, stride=2)
    exercise.misconception(look=look, wrong=wrong, shown=shown)(never_right)
    return hint_problems(exercise, visible_examples(exercise, exercise.parameters))


def never_right(x, k, stride=1):
    return np.zeros(7)


@pytest.mark.parametrize(
    "look",
    [
        "Look at the second example.",
        "Look at the examples.",
        "How large is the 5 x 5 image?",
        "Stride 3: where does it begin?",
        "You used `np.sum(x)`: of what?",
    ],
)
def test_a_hint_that_mentions_what_is_not_shown_is_refused(look):
    assert len(problems(look)) == 1


@pytest.mark.parametrize("look", ["Look at this example.", "Sum or mean?", "`k` numbers, not `len(x)`."])
def test_a_hint_that_keeps_to_what_is_shown_is_fine(look):
    assert problems(look) == []


def test_a_hint_may_choose_its_example():
    assert problems("Stride 2: where does the next window begin?", shown="stride 2") == []
    assert "no example" in problems("?", shown="stride 9")[0]


def test_refusals_of_what_is_right_are_alike_in_any_words_and_librarys_errors_are_not():
    call = Call((1,))

    def raising(message: str) -> Observation:
        return Observation(errors=("ValueError", "Exception"), message=message)

    assert same(close(), call, raising("no room"), raising("kernel 5 does not fit"))
    assert not same(
        close(), call, raising("no room"), raising("could not broadcast input array from shape (0,)")
    )
    assert not same(
        close(), call, raising("cannot reshape array of size 3"), raising("cannot reshape array of size 4")
    )
