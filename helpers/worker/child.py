"""One submission's worker: takes messages from the grader, runs cells, calls functions, sends back what came of it.

Answers only with data. What it says is the student's word: the grader checks its form and judges its content.
"""

from __future__ import annotations

import base64
import socket
from dataclasses import replace
from pathlib import Path

from helpers.checking.answers import NotebookAnswer
from helpers.checking.checkfile import CheckData, Entry
from helpers.travel.calls import Call, Observation, observe
from helpers.travel.codec import CodecError, encode, fresh
from helpers.travel.output import captured_output
from helpers.worker import protocol
from helpers.worker.protocol import Closed, Message, ProtocolError
from helpers.worker.shell import Alarm, WorkerShell

NOT_COMPARABLE = "ResultThatCannotBeCompared"
RESULT_CHARACTERS = 16 * 2**20


def serve(channel: socket.socket, shell: WorkerShell) -> None:
    """Answer the grader's messages until it hangs up."""
    while True:
        try:
            message = protocol.receive(channel)
        except (Closed, ProtocolError):
            return
        try:
            reply = HANDLERS[message["op"]](shell, message)
        except KeyboardInterrupt:
            reply = {"op": "late"}
        except MemoryError:
            reply = {"op": "memory"}
        except Exception as error:  # a student's object may raise from anywhere
            reply = {"op": "failed", "why": f"{type(error).__name__}: {_text(error)}"}
        _answer(channel, reply | {"id": message.get("id")})


def _text(error: Exception) -> str:
    try:
        return str(error)[:300]
    except Exception:  # not even its text
        return ""


def _answer(channel: socket.socket, reply: Message) -> None:
    try:
        protocol.send(channel, reply)
    except (ProtocolError, ValueError, TypeError, RecursionError) as error:
        protocol.send(channel, {"op": "unsendable", "why": str(error)[:300], "id": reply["id"]})


def _file(shell: WorkerShell, message: Message) -> Message:
    path = Path(message["name"])
    if path.is_absolute() or ".." in path.parts:
        raise ProtocolError("a file outside the scratch folder")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(base64.b64decode(message["data"]))
    return {"op": "stored"}


def _run(shell: WorkerShell, message: Message) -> Message:
    status, outputs = shell.run(message["source"], message["seconds"])
    return {"op": "ran", "status": status, "outputs": outputs}


def _interview(shell: WorkerShell, message: Message) -> Message:
    """What is asked about one exercise where its check stands; calls are made in the order given.

    The notebook's names are kept as they are here, for the calls that come later.
    """
    shell.kept[message["about"]["name"]] = dict(shell.user_ns)
    with Alarm(message["seconds"]):
        answer = _answer_in(shell, message)
        told: Message = {"op": "told", "problem": None, "untouched": False, "off_limits": None, "seen": []}
        if answer.data.kind == "values":
            return told | {"values": _values(answer)}
        told["problem"] = answer.problem()
        if told["problem"] is None:
            told["untouched"] = answer.untouched()
        if told["problem"] is None and not told["untouched"]:
            told["seen"] = [_observe(answer, call) for call in message["calls"]]
            told["off_limits"] = answer.off_limits()
        return told


def _calls(shell: WorkerShell, message: Message) -> Message:
    """Calls of an exercise after all cells have run, with the names that the notebook had at its check."""
    _back_to(shell, message)
    with Alarm(message["seconds"]):
        answer = _answer_in(shell, message)
        return {"op": "told", "seen": [_observe(answer, call) for call in message["calls"]]}


def _back_to(shell: WorkerShell, message: Message) -> None:
    kept = shell.kept[message["about"]["name"]]
    shell.user_ns.clear()
    shell.user_ns.update(kept)


def _ready(shell: WorkerShell, message: Message) -> Message:
    """Lay out one call that is to be timed, so that its time holds nothing but the call."""
    _back_to(shell, message)
    answer, call = _answer_in(shell, message), Call.from_json(message["calls"][0])
    function = answer.names[call.function or answer.data.functions[0]]
    shell.waiting = (
        function,
        fresh(list(call.args)),
        {name: fresh(value) for name, value in call.kwargs.items()},
    )
    return {"op": "told"}


def _go(shell: WorkerShell, message: Message) -> Message:
    """Make the call that was laid out. Whoever asked takes the time."""
    function, args, kwargs = shell.waiting
    with Alarm(message["seconds"]), captured_output():
        try:
            function(*args, **kwargs)
        except (Exception, SystemExit):
            return {"op": "told", "raised": True}
    return {"op": "told", "raised": False}


def _where(shell: WorkerShell, message: Message) -> Message:
    """The line of the notebook's own code in which one small change makes all visible examples right."""
    from helpers.checking.checkfile import check_data
    from helpers.checking.own_code import own_code
    from helpers.checking.searching import search

    data = replace(check_data(message["exercise"]), misconceptions=(), pairs={}, timed=())
    with Alarm(message["seconds"]):
        found = search(own_code(data.functions, shell.user_ns), data, message["search"])
    if found is None:
        return {"op": "told", "line": None}
    return {"op": "told", "line": found.line, "function": found.function, "everything": found.everything}


def _answer_in(shell: WorkerShell, message: Message) -> NotebookAnswer:
    about = message["about"]
    entries = tuple(Entry(name, None, "", {}) for name in about["values"])
    data = CheckData(
        "", "", 0.0, about["kind"], about["stub"], tuple(about["functions"]),
        off_limits=tuple(about["off_limits"]), entries=entries,
    )  # fmt: skip
    return NotebookAnswer(data, shell.user_ns)


def _observe(answer: NotebookAnswer, described: Message) -> Message:
    call = Call.from_json(described)
    function = answer.names[call.function or answer.data.functions[0]]
    return observation_json(observe(function, call))


def observation_json(seen: Observation) -> Message:
    """An observation as data; a value that cannot travel becomes a sentence that says so."""
    try:
        made = seen.to_json()
        if len(str(made["value"])) > RESULT_CHARACTERS:
            raise CodecError(f"a result of more than {RESULT_CHARACTERS / 2**20:.0f} MB cannot travel")
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        kind = type(seen.value).__name__[:100]
        why = str(error) if isinstance(error, CodecError) else f"a {kind} cannot be compared"
        made = {
            "value": None,
            "errors": [NOT_COMPARABLE],
            "message": why[:400],
            "changed": list(seen.changed),
        }
    return made | {"unwritten": seen.unwritten, "printed": seen.printed}


def _values(answer: NotebookAnswer) -> Message:
    told = {}
    for name, value in answer.values().items():
        try:
            told[name] = encode(value)
        except KeyboardInterrupt:
            raise
        except BaseException:  # what cannot travel is no number, choice or set: wrong in any case
            told[name] = None
    return told


HANDLERS = {
    "file": _file, "run": _run, "interview": _interview, "calls": _calls, "ready": _ready, "go": _go, "where": _where,
}  # fmt: skip
