"""What must hold for any bytes. Each target takes bytes and raises when its property does not hold.

Used by hypothesis and the corpus in `make test`, and by atheris in `make fuzz`.
"""

from __future__ import annotations

import json
import socket
from html.parser import HTMLParser
from typing import Any

from autograde.engine.interview import RemoteAnswer, questions_about
from autograde.engine.master import Master, MasterCell
from autograde.engine.reading import Unreadable, read_notebook
from autograde.engine.repair import repaired
from autograde.engine.safe_outputs import clean, safe_outputs
from autograde.engine.workers import WorkerGone
from helpers.checking.checkfile import CheckData, Entry
from helpers.travel.calls import Call
from helpers.travel.codec import CodecError, decode, encode
from helpers.worker import protocol
from helpers.worker.protocol import Closed, ProtocolError

ACTING = set("script iframe frame form input button textarea object embed base meta link style math".split())
CALL = Call((1, 2, 3))
DATA = CheckData("f", "", 0.0, "function", "", ("f",))
VALUES = CheckData("v", "", 0.0, "values", "", (), entries=(Entry("a", None, "", {}),))


def _cell(name: str, part: str, kind: str = "code", **meta: Any) -> MasterCell:
    metadata = {"grade_id": name, "grade": False, "solution": False, "locked": False, "points": 1.0} | meta
    return MasterCell(name, kind, part, name, f"# {name}", f"# {name} full", metadata, (), bool(metadata["locked"]))  # fmt: skip


MASTER = Master(
    "a",
    "a",
    (
        MasterCell("intro", "markdown", "plain", None, "# Title", "# Title", None),
        MasterCell("picture", "code", "show", None, "draw()", "draw()", None),
        _cell("f-answer", "answer", solution=True),
        _cell("f", "check", grade=True, locked=True),
        _cell("asserts", "grade", grade=True, locked=True),
        _cell("words", "grade", "markdown", grade=True, solution=True),
    ),
    {},
    "",
)


def codec(raw: bytes) -> None:
    """JSON decodes to a value that encodes and decodes to the same, or raises CodecError."""
    try:
        given = json.loads(raw)
    except (ValueError, RecursionError):
        return
    try:
        value = decode(given, keep_fixtures=True)
    except CodecError:
        return
    try:
        written = encode(value)
    except CodecError:  # a value at the limits may be over them in its own form
        return
    assert json.dumps(encode(decode(written, keep_fixtures=True))) == json.dumps(written)


def messages(raw: bytes) -> None:
    """A body is a message or raises ProtocolError; outputs in it are outputs that a file can hold, or raise it."""
    try:
        message = protocol.parsed(raw)
        outputs = protocol.checked_outputs(message.get("outputs"))
    except ProtocolError:
        return
    written = json.dumps(safe_outputs(outputs), ensure_ascii=False, allow_nan=False).encode()
    assert protocol.checked_outputs(outputs) == outputs
    assert len(written) < 4 * protocol.CELL_BYTES


def frames(raw: bytes) -> None:
    """Bytes on a socket are messages until one breaks the protocol or the sender hangs up."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(raw[:50_000])
        theirs.close()
        while True:
            try:
                assert isinstance(protocol.receive(ours, 20.0, 2**20)["op"], str)
            except (Closed, ProtocolError):
                return


def reader(raw: bytes) -> None:
    """Bytes are a notebook whose graded cells are the assignment's, each once, or are unreadable for a reason."""
    try:
        given = read_notebook(raw)
    except Unreadable as reason:
        assert str(reason)
        return
    shape = repaired(MASTER, given)
    graded = [c.master.grade_id for c in shape.cells if c.master and c.master.nbgrader and c.master.nbgrader["grade"]]  # fmt: skip
    assert sorted(map(str, graded)) == ["asserts", "f", "words"]
    assert len({cell.identity for cell in shape.cells}) == len(shape.cells)
    for cell in shape.cells:
        assert cell.master is None or not cell.master.locked or cell.source == cell.master.full
        json.dumps([cell.source, cell.attachments], ensure_ascii=False).encode()
    json.dumps(shape.notes)


class _Scripted:
    """A worker that says what it is told to say."""

    def __init__(self, reply: Any) -> None:
        self.reply = reply

    def interview(self, questions: str, seconds: float, op: str = "interview") -> Any:
        return self.reply


def answers(raw: bytes) -> None:
    """A reply is answers, or its worker counts as tampered with."""
    try:
        reply = protocol.parsed(raw)
    except ProtocolError:
        return
    for data, asked in ((DATA, questions_about(DATA, (CALL,))), (DATA, questions_about(DATA, (), (CALL,))), (VALUES, questions_about(VALUES, ()))):  # fmt: skip
        answer = RemoteAnswer(_Scripted(reply), data, asked, 1e12)  # type: ignore[arg-type]
        for ask in (
            answer.problem,
            answer.untouched,
            answer.off_limits,
            answer.values,
            lambda a=answer: a.observe(CALL),  # type: ignore[misc]
        ):
            try:
                ask()
            except WorkerGone as gone:
                assert gone.kind == "tampered"


class Look(HTMLParser):
    """Reads a page and raises at what would act in it."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in ACTING, tag
        for name, value in attrs:
            assert not name.startswith("on"), name
            assert not (value or "").strip().lower().startswith("javascript:"), value


def cleaner(raw: bytes) -> None:
    """Cleaned mark-up holds nothing that acts."""
    Look().feed(clean(raw.decode(errors="replace")[:4_000]))


TARGETS = {f.__name__: f for f in (codec, messages, frames, reader, answers, cleaner)}
