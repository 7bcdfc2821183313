"""The messages between grader, worker server and worker, and the limits that every receiver checks.

A message is a JSON object in UTF-8 behind its length (4 bytes, big-endian). docs/engine.md lists every message. A
receiver trusts nothing: what is too long, not JSON, or not shaped as documented raises ProtocolError.
"""

from __future__ import annotations

import json
import socket
import struct
import time
from typing import Any

Message = dict[str, Any]

LENGTH = struct.Struct(">I")
MESSAGE_BYTES = 96 * 2**20
CONTROL_BYTES = 2**16
OUTPUT_BYTES = 2 * 2**20
CELL_BYTES = 8 * 2**20  # tracebacks and mark-up come on top of what a cell prints
OUTPUTS = 500
TEXT = 2**20
SAFE_DEPTH = 64
# Lists and objects, however empty, that a message may hold: a few bytes each here become a hundred in memory.
BRACKETS = 1_500_000
COMMAS = 4_000_000


class ProtocolError(ValueError):
    """A message that breaks the protocol: its sender is stopped."""


class Closed(ConnectionError):
    """The other side is gone."""


class Late(TimeoutError):
    """No whole message arrived in time."""


def packed(message: Message) -> bytes:
    """The bytes of a message. Raises ProtocolError when it is too long to be accepted."""
    return framed(json.dumps(message, ensure_ascii=True, allow_nan=False).encode())


def framed(body: bytes) -> bytes:
    """A message's body behind its length."""
    if len(body) > MESSAGE_BYTES:
        raise ProtocolError(f"a message of {len(body)} bytes; at most {MESSAGE_BYTES} are accepted")
    return LENGTH.pack(len(body)) + body


def send(channel: socket.socket, message: Message, seconds: float | None = None) -> None:
    """Send one message. Raises Closed when nobody receives, Late when the receiver does not read."""
    send_bytes(channel, packed(message), seconds)


def send_bytes(channel: socket.socket, data: bytes, seconds: float | None = None) -> None:
    """Send a framed message. Raises Closed or Late."""
    try:
        channel.settimeout(seconds)
        channel.sendall(data)
    except TimeoutError:
        raise Late("the other side does not read") from None
    except OSError as error:
        raise Closed(str(error)) from None


def receive(channel: socket.socket, seconds: float | None = None, limit: int = MESSAGE_BYTES) -> Message:
    """The next message. Raises Closed, Late (after `seconds` in all) or ProtocolError."""
    deadline = None if seconds is None else time.monotonic() + seconds
    (length,) = LENGTH.unpack(_exactly(channel, LENGTH.size, deadline))
    if length > limit:
        raise ProtocolError(f"a message of {length} bytes; at most {limit} are accepted")
    return parsed(_exactly(channel, length, deadline))


def parsed(body: bytes | bytearray) -> Message:
    """The message in the bytes of its body. Raises ProtocolError."""
    if body.count(b"[") + body.count(b"{") > BRACKETS or body.count(b",") > COMMAS:
        raise ProtocolError("a message of too many parts")
    try:
        message = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ProtocolError(f"not JSON: {str(error)[:100]}") from None
    if not isinstance(message, dict) or not isinstance(message.get("op"), str):
        raise ProtocolError("a message is an object with an `op`")
    return message


def _exactly(channel: socket.socket, size: int, deadline: float | None) -> bytearray:
    data = bytearray()
    while len(data) < size:
        left = None if deadline is None else deadline - time.monotonic()
        if left is not None and left <= 0:
            raise Late("no whole message in time")
        try:
            channel.settimeout(left)
            piece = channel.recv(min(size - len(data), 2**20))
        except TimeoutError:
            raise Late("no whole message in time") from None
        except OSError as error:
            raise Closed(str(error)) from None
        if not piece:
            raise Closed("the other side hung up")
        data += piece
    return data


def texts(value: Any, count: int = 100, length: int = 1_000) -> tuple[str, ...]:
    """A list of short texts, checked."""
    if not isinstance(value, list) or len(value) > count:
        raise ProtocolError(f"expected a list of at most {count} texts")
    return tuple(text(item, length) for item in value)


def text(value: Any, length: int = TEXT) -> str:
    """A text, checked. Half of a character pair, which no file can hold, becomes a question mark."""
    if not isinstance(value, str) or len(value) > length:
        raise ProtocolError(f"expected a text of at most {length} characters")
    return value.encode("utf-8", "replace").decode()


def checked_outputs(value: Any) -> list[Message]:
    """Outputs of a cell in nbformat's shape, rebuilt from known keys only. Raises ProtocolError."""
    if not isinstance(value, list) or len(value) > OUTPUTS:
        raise ProtocolError(f"expected at most {OUTPUTS} outputs")
    made = [_output(item) for item in value]
    if sum(_size(output) for output in made) > CELL_BYTES:
        raise ProtocolError(f"outputs of more than {CELL_BYTES} characters")
    return made


def _size(value: Any) -> int:
    """Characters of all texts, and a few for every other thing."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return sum(_size(key) + _size(item) for key, item in value.items()) + 2
    return sum(map(_size, value)) + 2 if isinstance(value, list) else 4


def _output(item: Any) -> Message:
    kind = item.get("output_type") if isinstance(item, dict) else None
    if kind == "stream":
        if item.get("name") not in ("stdout", "stderr"):
            raise ProtocolError("a stream is stdout or stderr")
        return {"output_type": kind, "name": item["name"], "text": text(item.get("text"), OUTPUT_BYTES)}
    if kind == "error":
        return {
            "output_type": kind,
            "ename": text(item.get("ename"), 1_000),
            "evalue": text(item.get("evalue"), 100_000),
            "traceback": list(texts(item.get("traceback"), 2_000, 100_000)),
        }
    if kind in ("display_data", "execute_result"):
        made = {
            "output_type": kind,
            "data": _bundle(item.get("data")),
            "metadata": _metadata(item.get("metadata")),
        }
        if kind == "execute_result":
            count = item.get("execution_count")
            made["execution_count"] = count if type(count) is int and 0 <= count < 10**6 else None
        return made
    raise ProtocolError("an output is a stream, an error, a display or a result")


def _bundle(data: Any) -> Message:
    if not isinstance(data, dict) or len(data) > 20:
        raise ProtocolError("a display holds a few MIME types")
    made: Message = {}
    for given, content in data.items():
        mime = text(given, 100)
        if isinstance(content, str):
            made[mime] = text(content, OUTPUT_BYTES)
        elif mime.endswith("json") and _shallow(content):
            made[mime] = _as_json(content)
        else:
            raise ProtocolError("a MIME type's content is text")
    return made


def _as_json(content: Any) -> Any:
    """The content as JSON can hold it in a file: no infinities, no halves of character pairs."""
    try:
        written = json.dumps(content, ensure_ascii=False, allow_nan=False)
    except ValueError:
        raise ProtocolError("a number that JSON does not have") from None
    return json.loads(written.encode("utf-8", "replace"))


def _metadata(data: Any) -> Message:
    """The sizes of pictures; nothing else in an output's metadata is of use to a reader."""
    if not isinstance(data, dict):
        return {}
    made = {}
    for mime in ("image/png", "image/jpeg", "image/svg+xml"):
        given = data.get(mime)
        sizes = given.items() if isinstance(given, dict) else ()
        kept = {key: value for key, value in sizes if key in ("width", "height") and _is_length(value)}
        if kept:
            made[mime] = kept
    return made


def _is_length(value: Any) -> bool:
    return type(value) in (int, float) and 0 < value < 100_000


def _shallow(value: Any, depth: int = 0) -> bool:
    if depth > SAFE_DEPTH:
        return False
    if isinstance(value, dict):
        return all(_shallow(item, depth + 1) for item in value.values())
    return all(_shallow(item, depth + 1) for item in value) if isinstance(value, list) else True
