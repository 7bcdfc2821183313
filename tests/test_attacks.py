"""Attacks on grading: none gains a mark, changes another's, reads what is hidden, leaves anything behind, or stops the batch.

All of them (tests/attacks) are handed in to one course, with honest students in between, and graded in one run by the
command that instructors use: as root and as an ordinary user where the tests run as root, else as this user.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import sys
from pathlib import Path

import pytest

from autograde.classroom.grading import cases_of
from autograde.course.registry import find
from autograde.engine.interview import RemoteAnswer
from helpers.travel.codec import encode
from tests.attacks import ATTACKS, batch
from tests.attacks.attack import NOT_REFUSALS, Attack
from tests.attacks.batch import HONEST_SCORE, Batch
from tests.attacks.control import CONTROLS, reached_without_a_sandbox
from tests.fuzz.targets import Look

ROOT = Path(__file__).parent.parent
USERS = ["root", "ordinary user"]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux can confine")


@pytest.fixture(scope="module", params=USERS)
def graded(request, tmp_path_factory) -> Batch:
    """All attacks, graded once per user, also where several test processes ask for them."""
    if request.param == "root" and os.geteuid() != 0:
        pytest.skip("not root: attacks are graded as this user only")
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared
    kept = shared / f"attacks {request.param}.json"
    with (shared / f"{kept.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            kept.write_text(batch.run(request.param).to_json())
    return Batch.from_json(kept.read_text())


def names(attack: Attack) -> str:
    return f"{attack.kind}: {attack.name}"


def test_every_submission_is_graded_and_the_batch_goes_to_its_end(graded):
    assert f"{len(graded.outcomes)} submissions" in graded.said, graded.said
    ungraded = [student for student, made in graded.outcomes.items() if made.score is None]
    assert not ungraded
    assert len(graded.outcomes) > len(ATTACKS)


def test_honest_students_in_between_get_their_marks(graded):
    assert len(graded.honest) > 15
    wrong = {student: made.score for student, made in graded.honest.items() if made.score != HONEST_SCORE}
    assert not wrong


def test_nothing_outside_was_reached_changed_or_left_behind(graded):
    assert graded.broken == []


@pytest.mark.parametrize("attack", ATTACKS, ids=names)
def test_an_attack_gains_no_mark_and_reads_nothing_hidden(graded, attack):
    made = graded.of(attack)
    assert made.score == 0.0, made.verdicts
    assert "REACHED" not in made.outputs
    assert "REACHED" not in json.dumps(made.verdicts)
    if "autograde.plain" not in attack.first:  # the attack's own words
        assert "autograde.plain" not in made.notebook and "HIDDEN TESTS" not in made.notebook
    assert len(made.notebook) < 4 * 2**20


@pytest.mark.parametrize("attack", [a for a in ATTACKS if a.first and not a.ends], ids=names)
def test_an_attack_was_really_carried_out(graded, attack):
    """Code with a slip of the pen would be repelled by itself."""
    said = graded.of(attack).outputs
    if attack.kind == "resources" and "CellTimeoutError" in said:
        return  # on a busy machine its time was over before its limit was reached
    if attack.reaches:
        refused = re.findall(r"REFUSED (\w+)", said)
        assert refused and not NOT_REFUSALS & set(refused), said[:2000]
    elif "'DO' + 'NE'" in attack.first:
        assert "DONE" in said or "outputs left out" in said or "output cut" in said, said[:2000]


@pytest.mark.parametrize("attack", [a for a in ATTACKS if a.kind == "pages"], ids=names)
def test_what_acts_in_a_page_is_taken_out_of_the_outputs(graded, attack):
    for output in json.loads(graded.of(attack).outputs or "[]"):
        for mime, content in output.get("data", {}).items():
            if mime in ("text/html", "image/svg+xml", "text/markdown"):
                Look().feed(content)
            assert mime != "application/javascript" and "widget" not in mime


def test_the_same_code_succeeds_where_nothing_confines_it():
    """What is refused above is refused by the sandbox, and not because there was nothing to reach."""
    assert reached_without_a_sandbox() == sorted(CONTROLS)


def test_the_table_in_the_docs_lists_every_attack():
    rows = re.findall(r"^\| ([^|]+?) \| ([^|]+?) \|", (ROOT / "docs" / "attacks.md").read_text(), re.M)
    listed = [(name, kind) for name, kind in rows if kind in {a.kind for a in ATTACKS}]
    assert listed == [(a.name.replace("|", "/"), a.kind) for a in ATTACKS]
    assert len({a.name for a in ATTACKS}) == len(ATTACKS)


def test_a_question_holds_no_expected_value_and_the_first_no_hidden_input():
    from autograde.engine.submission import questions

    names = ("max_pool2d", "avg_pool2d", "max_pool2d_backward", "avg_pool2d_backward")
    for name in names:
        asked = questions(name, 7)
        for case in cases_of(find(name), 7):
            expected = case.expected.value
            given = [a for a in case.call.args if getattr(a, "shape", None) == getattr(expected, "shape", ())]
            if getattr(expected, "size", 0) > 3 and not any((a == expected).all() for a in given):
                assert encode(expected)["npy"] not in asked.hidden + asked.visible
            for argument in case.call.args:
                if getattr(argument, "size", 0) > 3:
                    assert encode(argument)["npy"] in asked.hidden
                    assert encode(argument)["npy"] not in asked.visible
    fields = {"worker", "data", "questions", "deadline", "cell", "use", "_looked", "_called"}
    assert RemoteAnswer.__dataclass_fields__.keys() == fields
