"""Random and half-broken bytes: the notebook reader and the grader's receivers answer with their own errors, never with others."""

from __future__ import annotations

import json
import random
import string
from typing import Any

import pytest

from autograde.engine.interview import Questions, RemoteAnswer
from autograde.engine.reading import Unreadable, read_notebook
from autograde.engine.repair import repaired
from autograde.engine.safe_outputs import safe_outputs
from autograde.engine.workers import WorkerGone
from helpers.calls import Call
from helpers.checkfile import check_data
from helpers.worker import protocol
from helpers.worker.protocol import ProtocolError
from tests.engine import handed_in, master, solutions

WORDS = [
    "cells", "cell_type", "code", "markdown", "source", "metadata", "nbgrader", "grade_id", "count_values", "grade", "solution",
    "points", "locked", "id", "nbformat", "outputs", "output_type", "stream", "name", "stdout", "text", "data", "text/html",
    "display_data", "execute_result", "error", "ename", "evalue", "traceback", "$", "array", "tuple", "npy", "items", "value",
    "errors", "message", "changed", "unwritten", "printed", "seen", "problem", "untouched", "off_limits", "values", "tags",
]  # fmt: skip


def anything(dice: random.Random, depth: int = 0) -> Any:
    """A JSON value that likes the words of the formats under test."""
    kind = dice.randrange(9 if depth < 5 else 6)
    if kind < 2:
        return dice.choice(WORDS)
    if kind == 2:
        return dice.choice([None, True, False, 0, 1, 4, -1, 2**63, 1e308, 0.5])
    if kind == 3:
        return "".join(dice.choices(string.printable + "é\ud800\u0000", k=dice.randrange(20)))
    if kind in (4, 5):
        return dice.choice(["", [], {}])
    if kind == 6:
        return [anything(dice, depth + 1) for _ in range(dice.randrange(4))]
    return {dice.choice(WORDS): anything(dice, depth + 1) for _ in range(dice.randrange(6))}


def mutated(dice: random.Random, value: Any) -> Any:
    """The value with a few places replaced by anything."""
    if dice.random() < 0.02:
        return anything(dice, 3)
    if isinstance(value, dict):
        return {k: mutated(dice, v) for k, v in value.items() if dice.random() > 0.01}
    if isinstance(value, list):
        kept = [mutated(dice, v) for v in value if dice.random() > 0.01]
        return kept + kept[:1] if dice.random() < 0.02 else kept
    return value


@pytest.mark.parametrize("seed", range(150))
def test_a_mutated_notebook_is_read_and_repaired_or_unreadable(course, seed):
    dice = random.Random(seed)
    notebook = mutated(
        dice, json.loads(json.dumps(handed_in(course, "00_start_here", solutions("00_start_here"))))
    )
    whole = master(course, "00_start_here")
    try:
        shape = repaired(whole, read_notebook(json.dumps(notebook).encode()))
    except Unreadable:
        return
    graded = [
        c.master.grade_id
        for c in shape.cells
        if c.master and c.master.nbgrader and c.master.nbgrader["grade"]
    ]
    assert sorted(graded) == sorted(c.grade_id for c in whole.graded)
    assert len({c.identity for c in shape.cells}) == len(shape.cells)


@pytest.mark.parametrize("seed", range(150))
def test_random_bytes_are_unreadable_and_no_message(seed):
    raw = random.Random(seed).randbytes(200)
    with pytest.raises(Unreadable):
        read_notebook(raw)
    with pytest.raises(ProtocolError):
        protocol.parsed(raw)


def test_random_outputs_are_outputs_or_break_the_protocol():
    dice = random.Random(1)
    fine = 0
    good = [
        {"output_type": "stream", "name": "stdout", "text": "x"},
        {"output_type": "display_data", "data": {"text/html": "<b>x</b>", "text/plain": "x"}, "metadata": {}},
        {"output_type": "error", "ename": "E", "evalue": "", "traceback": ["x"]},
    ]
    for _ in range(3000):
        try:
            safe_outputs(
                protocol.checked_outputs(mutated(dice, good) if dice.random() < 0.8 else anything(dice))
            )
            fine += 1
        except ProtocolError:
            pass
    assert fine > 100


class Scripted:
    """A worker that says what it is told to say."""

    def __init__(self, reply: Any) -> None:
        self.reply = reply

    def interview(self, questions: str, seconds: float, op: str = "interview") -> Any:
        return self.reply


def test_random_answers_are_answers_or_tampering():
    dice = random.Random(2)
    call = Call((1, 2, 3))
    questions = Questions("{}", {id(call): 0}, (call,))
    seen = {
        "value": {"$": "tuple", "items": [1, 2]},
        "errors": [],
        "message": "",
        "changed": [],
        "unwritten": False,
        "printed": "",
    }
    good = {
        "op": "told",
        "problem": None,
        "untouched": False,
        "off_limits": None,
        "seen": [seen],
        "values": {},
    }
    told = 0
    for _ in range(3000):
        reply = mutated(dice, good) if dice.random() < 0.8 else {"op": "told", "seen": [anything(dice)]}
        reply = reply if isinstance(reply, dict) else good  # the protocol lets objects through, nothing else
        answer = RemoteAnswer(Scripted(reply), check_data("count_values"), questions, 1e12)  # type: ignore[arg-type]
        for ask in (
            answer.problem,
            answer.untouched,
            lambda a=answer: a.observe(call),
            answer.off_limits,
            answer.values,
        ):
            try:
                ask()
                told += 1
            except WorkerGone as gone:
                assert gone.kind == "tampered"
    assert told > 1000
