"""An exercise's answer that lives in a worker: asked at its check for what students see, and later for what they don't.

Nothing hidden reaches a worker before all of its cells have run and everything that a page shows has come back: what a
function learns from a hidden call, no later cell can print. Every reply is checked. Knows how to ask and what a reply
must look like, not what is right.
"""

from __future__ import annotations

import json
import math
import time
from dataclasses import dataclass
from typing import Any

from autograde.engine.said import without_words
from autograde.engine.workers import Worker, WorkerGone
from autograde.engine.written import Use
from helpers.checking.checkfile import CheckData
from helpers.travel.calls import Call, Observation
from helpers.travel.codec import CodecError, Limits, decode
from helpers.worker import protocol
from helpers.worker.protocol import Message, ProtocolError

VALUES = Limits(depth=32, values=200_000, bytes=64 * 2**20)


@dataclass(frozen=True)
class Questions:
    """All that is asked about one exercise, written down once and sent to every worker.

    visible, hidden  bodies of the two messages; no hidden one where there is nothing to call
    places           where a call's answer stands, by the call's identity: (whether it is hidden, number)
    visible_calls, hidden_calls   the calls, kept alive
    """

    visible: str
    hidden: str
    places: dict[int, tuple[bool, int]]
    visible_calls: tuple[Call, ...] = ()
    hidden_calls: tuple[Call, ...] = ()


def questions_about(data: CheckData, visible: tuple[Call, ...], hidden: tuple[Call, ...] = ()) -> Questions:
    """The questions about an exercise: is it there, is it untouched, what do these calls do, is anything off limits."""
    places = {id(call): (False, place) for place, call in enumerate(visible)}
    places |= {id(call): (True, place) for place, call in enumerate(hidden)}
    return Questions(_body(data, visible), _body(data, hidden), places, visible, hidden)


def _body(data: CheckData, calls: tuple[Call, ...]) -> str:
    about = {
        "name": data.name,
        "kind": data.kind,
        "stub": data.stub,
        "functions": list(data.functions),
        "off_limits": list(data.off_limits),
        "values": [entry.name for entry in data.entries],
    }
    return json.dumps({"about": about, "calls": [call.to_json() for call in calls]})


@dataclass
class RemoteAnswer:
    """An answer that lives in a worker, as grading asks it (helpers.checking.answers.Answer).

    deadline  moment (time.monotonic) at which the exercise's time is over
    cell      source of the cell that holds the answer
    use       what the grader itself reads from the sources
    """

    worker: Worker
    data: CheckData
    questions: Questions
    deadline: float
    cell: str = ""
    use: Use = Use()
    _looked: Message | None = None
    _called: Message | None = None

    def look(self) -> None:
        """Ask what students see too. The worker keeps the notebook's names as they are now."""
        self._looked = self._interview(self.questions.visible)

    def _told(self, key: str) -> Any:
        if self._looked is None:
            self.look()
        assert self._looked is not None
        return self._looked.get(key)

    def _interview(self, body: str, op: str = "interview") -> Message:
        return self.worker.interview(body, self.deadline - time.monotonic(), op)

    def seconds(self, call: Call) -> float:
        """How long one call takes, taken here: the worker lays the call out first, then makes it."""
        self._interview(_body(self.data, (call,)), "ready")
        started = time.perf_counter()
        reply = self._interview("{}", "go")
        spent = time.perf_counter() - started
        return spent if reply.get("raised") is False else math.inf

    def problem(self) -> str | None:
        return self._sentence(self._told("problem"), 600)

    def untouched(self) -> bool:
        return self._told("untouched") is True

    def off_limits(self) -> str | None:
        told = self._sentence(self._told("off_limits"), 200)
        return self.use.off_limits or told

    def source(self) -> str:
        return self.cell

    def values(self) -> dict[str, Any]:
        told = self._told("values")
        wanted = [entry.name for entry in self.data.entries]
        if not isinstance(told, dict) or set(told) != set(wanted):
            raise WorkerGone("tampered", "it sent other values than those asked for")
        return {name: self._decoded(told[name]) for name in wanted}

    def observe(self, call: Call) -> Observation:
        hidden, place = self.questions.places.get(id(call), (False, -1))
        if place < 0:  # asked for only where the rest is right: the large call of a demand for speed
            seen = self._seen(self._interview(_body(self.data, (call,)), "calls").get("seen"), 0, 1)
            return without_words(seen, call.error, self.data.parameters)
        if not hidden:
            return self._seen(self._told("seen"), place, len(self.questions.visible_calls))
        if self._called is None:
            self._called = self._interview(self.questions.hidden, "calls")
        seen = self._seen(self._called.get("seen"), place, len(self.questions.hidden_calls))
        return without_words(seen, call.error, self.data.parameters)

    def _seen(self, seen: Any, place: int, wanted: int) -> Observation:
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
