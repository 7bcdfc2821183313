"""What the check of one exercise knows: visible examples, expected results, signatures of wrong answers.

Written by `autograde build` into helpers/data/checks, one file per lecture, and read here. It holds no hidden case and
no solution. Numbers and choices are stored as salted slow hashes.
"""

from __future__ import annotations

import base64
import difflib
import functools
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from helpers.checking.compare import Comparator, close, comparator_from_json
from helpers.travel.calls import Call, Observation
from helpers.travel.codec import Json

DATA = Path(__file__).parent.parent / "data"


@dataclass(frozen=True)
class Example:
    """A visible example: a title, the call, what should come of it, and what it has about it (helpers.checking.features)."""

    title: str
    call: Call
    expected: Observation
    features: tuple[str, ...] = ()


@dataclass(frozen=True)
class Misconception:
    """A wrong answer that students give: where to look, what goes wrong, and what it does where it is wrong.

    observations   by place among the visible examples; it is right on all others
    shown          title of the example to show with it, "" for the simplest
    if_source_has  sentences that are said only where the student's source holds their text
    """

    name: str
    look: str
    wrong: str
    observations: Mapping[int, Observation]
    shown: str = ""
    if_source_has: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Timed:
    """A call that an answer must do faster than a reference.

    name       the misconception behind an answer that is right and too slow, with its hints `look` and `wrong`
    title      the size, said to the student
    reference  a name in helpers.checking.references
    at_least   how many times as fast
    """

    name: str
    title: str
    call: Call
    reference: str
    at_least: float
    look: str
    wrong: str

    def to_json(self) -> Json:
        return {**vars(self), "call": self.call.to_json()}

    @classmethod
    def from_json(cls, data: Json) -> Timed:
        return cls(**{**data, "call": Call.from_json(data["call"])})


@dataclass(frozen=True)
class Entry:
    """One variable of a value exercise: digest of the right answer, and (name, look, wrong) of the misconception behind wrong ones.

    words  the words among which the answer is, in lower case; () for a number
    """

    name: str
    digits: int | None
    digest: str
    hints: dict[str, tuple[str, str, str]]
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class CheckData:
    """All that `check` needs for one exercise. `kind` is "function" or "values"; `stub` the digest of the released cell."""

    name: str
    lecture: str
    points: float
    kind: str
    stub: str
    functions: tuple[str, ...] = ()
    compare: Comparator = field(default_factory=close)
    changes_input: bool = False
    examples: tuple[Example, ...] = ()
    misconceptions: tuple[Misconception, ...] = ()
    off_limits: tuple[str, ...] = ()
    salt: str = ""
    entries: tuple[Entry, ...] = ()
    timed: tuple[Timed, ...] = ()
    parameters: tuple[str, ...] = ()
    own_features: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    pairs: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def to_json(self) -> Json:
        return {
            "name": self.name,
            "lecture": self.lecture,
            "points": self.points,
            "kind": self.kind,
            "stub": self.stub,
            "functions": list(self.functions),
            "compare": self.compare.to_json(),
            "changes_input": self.changes_input,
            "examples": [
                {
                    "title": e.title,
                    "call": e.call.to_json(),
                    "expected": e.expected.to_json(),
                    "features": list(e.features),
                }
                for e in self.examples
            ],
            "misconceptions": [
                {
                    "name": m.name,
                    "look": m.look,
                    "wrong": m.wrong,
                    "shown": m.shown,
                    "if_source_has": dict(m.if_source_has),
                }
                for m in self.misconceptions
            ],
            "signatures": packed(
                [{str(k): o.to_json() for k, o in m.observations.items()} for m in self.misconceptions]
            ),
            "pairs": {key: list(both) for key, both in self.pairs.items()},
            "own_features": {name: list(both) for name, both in self.own_features.items()},
            "off_limits": list(self.off_limits),
            "salt": self.salt,
            "entries": [
                {
                    "name": e.name,
                    "digits": e.digits,
                    "digest": e.digest,
                    "hints": {k: list(v) for k, v in e.hints.items()},
                    "words": list(e.words),
                }
                for e in self.entries
            ],
            "timed": [t.to_json() for t in self.timed],
            "parameters": list(self.parameters),
        }

    @classmethod
    def from_json(cls, data: Json) -> CheckData:
        return cls(
            name=data["name"],
            lecture=data["lecture"],
            points=data["points"],
            kind=data["kind"],
            stub=data["stub"],
            functions=tuple(data["functions"]),
            compare=comparator_from_json(data["compare"]),
            changes_input=data["changes_input"],
            examples=tuple(
                Example(
                    e["title"],
                    Call.from_json(e["call"]),
                    Observation.from_json(e["expected"]),
                    tuple(e["features"]),
                )
                for e in data["examples"]
            ),
            misconceptions=tuple(
                Misconception(
                    m["name"],
                    m["look"],
                    m["wrong"],
                    {int(place): Observation.from_json(o) for place, o in seen.items()},
                    m["shown"],
                    m["if_source_has"],
                )
                for m, seen in zip(data["misconceptions"], unpacked(data["signatures"]), strict=True)
            ),
            pairs={key: (both[0], both[1]) for key, both in data["pairs"].items()},
            own_features={name: (both[0], both[1]) for name, both in data["own_features"].items()},
            off_limits=tuple(data["off_limits"]),
            salt=data["salt"],
            entries=tuple(
                Entry(
                    e["name"],
                    e["digits"],
                    e["digest"],
                    {k: (v[0], v[1], v[2]) for k, v in e["hints"].items()},
                    tuple(e["words"]),
                )
                for e in data["entries"]
            ),
            timed=tuple(Timed.from_json(t) for t in data.get("timed", ())),
            parameters=tuple(data.get("parameters", ())),
        )


def packed(data: Json) -> Json:
    """JSON made small: what wrong answers do is much the same from one to the next."""
    text = json.dumps(data, sort_keys=True, separators=(",", ":"))
    return {"$": "packed", "zlib": base64.b64encode(zlib.compress(text.encode(), 9)).decode()}


def unpacked(data: Json) -> Json:
    """What `packed` made small."""
    return json.loads(zlib.decompress(base64.b64decode(data["zlib"])))


@functools.cache
def course() -> dict[str, Any]:
    """The course's table of contents: lectures in order, each with its exercises, points and predictions."""
    path = DATA / "course.json"
    if not path.exists():
        raise FileNotFoundError(
            "helpers/data/course.json is missing: run `autograde build` or reinstall helpers"
        )
    return json.loads(path.read_text(encoding="utf-8"))


def lecture_of(exercise: str) -> str:
    """Name of the lecture that an exercise belongs to. Raises LookupError with a suggestion for an unknown name."""
    names = {e["name"]: lecture["name"] for lecture in course()["lectures"] for e in lecture["exercises"]}
    if exercise not in names:
        near = difflib.get_close_matches(exercise, names, n=1)
        suggestion = f" Did you mean {near[0]!r}?" if near else ""
        raise LookupError(f"there is no exercise called {exercise!r} in this course.{suggestion}")
    return names[exercise]


@functools.cache
def _lecture_file(lecture: str) -> dict[str, Json]:
    path = DATA / "checks" / f"{lecture}.json"
    if not path.exists():
        raise FileNotFoundError(
            f"the checks of {lecture} are missing ({path.name}): run `autograde build` or reinstall helpers"
        )
    return json.loads(path.read_text(encoding="utf-8"))


@functools.cache
def check_data(exercise: str) -> CheckData:
    """The check data of one exercise. Raises LookupError for an unknown name."""
    return CheckData.from_json(_lecture_file(lecture_of(exercise))["exercises"][exercise])


def prediction_data(name: str) -> Json:
    """The data of one prediction. Raises LookupError for an unknown name."""
    for lecture in course()["lectures"]:
        if name in lecture["predictions"]:
            return _lecture_file(lecture["name"])["predictions"][name]
    raise LookupError(f"there is no prediction called {name!r} in this course")
