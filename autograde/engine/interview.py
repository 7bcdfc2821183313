"""An exercise's answer that lives in a worker: everything about it is asked in one interview, and every reply checked.

Knows how to ask and what a reply must look like, not what is right.
"""

from __future__ import annotations

import json
import math
import time
from dataclasses import dataclass
from typing import Any

from autograde.engine.workers import Worker, WorkerGone
from helpers.calls import Call, Observation
from helpers.checkfile import CheckData
from helpers.codec import CodecError, Limits, decode
from helpers.worker import protocol
from helpers.worker.protocol import Message, ProtocolError

VALUES = Limits(depth=32, values=200_000, bytes=64 * 2**20)


@dataclass(frozen=True)
class Questions:
    """All that is asked about one exercise, written down once and sent to every worker.

    places  where a call's answer stands in the reply, by the call's identity; `calls` keeps those alive
    """

    body: str
    places: dict[int, int]
    calls: tuple[Call, ...]


def questions_about(data: CheckData, calls: tuple[Call, ...]) -> Questions:
    """The questions about an exercise: is it there, is it untouched, what do these calls do, is anything off limits."""
    about = {
        "kind": data.kind,
        "stub": data.stub,
        "functions": list(data.functions),
        "off_limits": list(data.off_limits),
        "values": [entry.name for entry in data.entries],
    }
    body = json.dumps({"about": about, "calls": [call.to_json() for call in calls]})
    return Questions(body, {id(call): place for place, call in enumerate(calls)}, calls)


@dataclass
class RemoteAnswer:
    """An answer that lives in a worker, as grading asks it (helpers.answers.Answer). The worker is asked once.

    deadline  moment (time.monotonic) at which the exercise's time is over
    """

    worker: Worker
    data: CheckData
    questions: Questions
    deadline: float
    _reply: Message | None = None

    def _told(self, key: str) -> Any:
        if self._reply is None:
            self._reply = self._interview(self.questions.body)
        return self._reply.get(key)

    def _interview(self, body: str, op: str = "interview") -> Message:
        return self.worker.interview(body, self.deadline - time.monotonic(), op)

    def seconds(self, call: Call) -> float:
        """How long one call takes, taken here: the worker lays the call out first, then makes it."""
        self._interview(questions_about(self.data, (call,)).body, "ready")
        started = time.perf_counter()
        reply = self._interview("{}", "go")
        spent = time.perf_counter() - started
        return spent if reply.get("raised") is False else math.inf

    def problem(self) -> str | None:
        return self._sentence(self._told("problem"), 600)

    def untouched(self) -> bool:
        return self._told("untouched") is True

    def off_limits(self) -> str | None:
        return self._sentence(self._told("off_limits"), 200)

    def values(self) -> dict[str, Any]:
        told = self._told("values")
        wanted = [entry.name for entry in self.data.entries]
        if not isinstance(told, dict) or set(told) != set(wanted):
            raise WorkerGone("tampered", "it sent other values than those asked for")
        return {name: self._decoded(told[name]) for name in wanted}

    def observe(self, call: Call) -> Observation:
        if id(call) in self.questions.places:
            seen, place = self._told("seen"), self.questions.places[id(call)]
            wanted = len(self.questions.calls)
        else:  # asked for only where the rest is right: the large call of a demand for speed
            apart = questions_about(self.data, (call,))
            seen, place, wanted = self._interview(apart.body).get("seen"), 0, 1
        if not isinstance(seen, list) or len(seen) != wanted:
            raise WorkerGone("tampered", "it did not answer every call")
        try:
            return self._observation(seen[place])
        except (ProtocolError, KeyError, TypeError) as error:
            raise WorkerGone("tampered", f"it sent no observation: {error}") from None

    def _observation(self, told: Any) -> Observation:
        if not isinstance(told, dict):
            raise ProtocolError("not an object")
        errors = protocol.texts(told["errors"], 64, 300)
        changed = protocol.texts(told["changed"], 64, 300)
        value = None if errors else self._decoded(told["value"])
        return Observation(
            value, errors, protocol.text(told["message"], 600), changed,
            told["unwritten"] is True, protocol.text(told["printed"], 4_000),
        )  # fmt: skip

    def _decoded(self, data: Any) -> Any:
        if _names_a_fixture(data):
            raise WorkerGone("tampered", "it sent the name of a fixture as a result")
        try:
            return decode(data, VALUES)
        except CodecError as error:
            raise WorkerGone("tampered", f"it sent no value: {error}") from None

    def _sentence(self, told: Any, length: int) -> str | None:
        if told is None:
            return None
        try:
            return protocol.text(told, length)
        except ProtocolError as error:
            raise WorkerGone("tampered", str(error)) from None


def _names_a_fixture(data: Any) -> bool:
    """Fixtures are built from code; a worker sends data only."""
    waiting = [data]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            if item.get("$") == "fixture":
                return True
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)
    return False
