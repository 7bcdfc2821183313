"""Hands in every attack beside honest students, grades them all in one run, and notes what came of it.

What stands outside of the sandbox and must not be reached is there too: sockets that listen, a home, neighbours.
"""

from __future__ import annotations

import contextlib
import copy
import hashlib
import json
import os
import re
import secrets
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import nbformat

from tests.attacks import ATTACKS
from tests.attacks.attack import Attack
from tests.attacks.ground import ATTACKED_EXERCISES, ATTACKED_TEXT, HONEST_HALF
from tests.attacks.handing_in import VICTIM, made_by_hand_in, packed
from tests.small_course import LECTURE, ROOT, small_environment, small_repository

ORDINARY_USER = 4242
CELL_SECONDS = 8
HONEST = {
    "triple": "factor = 3.0\ndef triple(x):\n    return factor * x",
    "sizes": "low, high = 2, 8",
    "halved": HONEST_HALF,
}
# What comes after a check changes nothing about it, though hidden cases are tried at the end.
AFTERWARDS = "factor = 0.0\ndef triple(x):\n    return None\nlow = high = 0"
HONEST_EVERY, HONEST_SCORE = 12, 3.7
TOTALS = """
    select s.student_id, sum(g.auto_score), count(g.manual_score) from grade g
    join submitted_notebook n on g.notebook_id = n.id join submitted_assignment s on n.assignment_id = s.id
    group by s.student_id
"""


@dataclass
class Outcome:
    """What became of one submission: its score, its graded notebook as text, the outputs' text, verdicts."""

    score: float | None
    notebook: str
    outputs: str
    verdicts: list[dict[str, Any]]


@dataclass
class Batch:
    """What came of one run over all attacks.

    user      "root" or "ordinary user"
    status    exit status of the command, and what it said
    outcomes  by student; honest ones are named so
    broken    what happened outside and must not: connections, files, processes, changed folders
    """

    user: str
    status: int
    said: str
    seconds: float
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    def of(self, attack: Attack) -> Outcome:
        return self.outcomes[student_of(attack)]

    @property
    def honest(self) -> dict[str, Outcome]:
        return {name: made for name, made in self.outcomes.items() if name.endswith("honest")}

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Batch:
        data = json.loads(text)
        data["outcomes"] = {name: Outcome(**made) for name, made in data["outcomes"].items()}
        return cls(**data)


def student_of(attack: Attack) -> str:
    """The name under which an attack is handed in."""
    number = ATTACKS.index(attack) + 1
    return f"s{number:03d}-{re.sub('[^a-z0-9]+', '-', attack.name.lower()).strip('-')[:40]}"


class Outside:
    """What an attack may want to reach: listening sockets, a home, and the words that stand for them in its code."""

    def __init__(self, place: Path, course: Path, repository: Path) -> None:
        self.token = secrets.token_hex(6)
        self.mark = f"/tmp/attack-{self.token}"
        self.place = place
        self.lines = {
            "TCP": _listening(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)),
            "UDP": _listening(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0)),
            "SOCKET": _listening(socket.AF_UNIX, socket.SOCK_STREAM, str(place / "s")),
            "DATAGRAM": _listening(socket.AF_UNIX, socket.SOCK_DGRAM, str(place / "d")),
            "ABSTRACT": _listening(socket.AF_UNIX, socket.SOCK_STREAM, f"\0{self.token}"),
        }
        with contextlib.suppress(OSError):  # a machine without IPv6
            self.lines["TCP6"] = _listening(socket.AF_INET6, socket.SOCK_STREAM, ("::1", 0))
        for name in ("s", "d"):
            (place / name).chmod(0o777)
        self.words = {
            "@TCP@": str(self.lines["TCP"].getsockname()[1]),
            "@UDP@": str(self.lines["UDP"].getsockname()[1]),
            "@TCP6@": str(self.lines["TCP6"].getsockname()[1]) if "TCP6" in self.lines else "1",
            "@SOCKET@": str(place / "s"),
            "@DATAGRAM@": str(place / "d"),
            "@ABSTRACT@": self.token,
            "@TOKEN@": self.token,
            "@MARK@": self.mark,
            "@COURSE@": str(course),
            "@REPOSITORY@": str(repository),
            "@HOME@": str(place / "home"),
        }

    def filled(self, code: str) -> str:
        for word, meaning in self.words.items():
            code = code.replace(word, meaning)
        return code

    def reached(self) -> list[str]:
        """What was reached: each listener that heard something, files and processes with the mark."""
        found = [f"{name} was connected to" for name, line in self.lines.items() if _heard(line)]
        found += [f"{path} is there" for path in Path("/tmp").glob(Path(self.mark).name + "*")]
        found += [f"a process is left: {text}" for text in _processes(self.token)]
        return found

    def close(self) -> None:
        for line in self.lines.values():
            line.close()


def _listening(family: int, kind: int, address: Any) -> socket.socket:
    line = socket.socket(family, kind)
    line.bind(address)
    if kind == socket.SOCK_STREAM:
        line.listen(64)
    line.setblocking(False)
    return line


def _heard(line: socket.socket) -> bool:
    try:
        if line.type & socket.SOCK_DGRAM == socket.SOCK_DGRAM:
            line.recv(100)
        else:
            line.accept()[0].close()
    except BlockingIOError:
        return False
    return True


def _processes(token: str, seconds: float = 20.0) -> list[str]:
    """Processes that carry the token in their arguments, once they had time to end."""
    until = time.monotonic() + seconds
    while True:
        found = []
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):
                text = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
                if token in text and path.parent.name != str(os.getpid()):
                    found.append(text[:200])
        if not found or time.monotonic() > until:
            return found
        time.sleep(0.1)


@dataclass(frozen=True)
class Ground:
    """A course folder with all attacks handed in, the home beside it, and the environment to grade it in."""

    place: Path
    course: Path
    repository: Path
    environment: dict[str, str]


@contextlib.contextmanager
def ground() -> Iterator[Ground]:
    """A course on a small repository, in a folder that every user may enter; removed afterwards."""
    place = Path(tempfile.mkdtemp(prefix="attacks-"))
    place.chmod(0o755)
    try:
        repository = small_repository(place / "repository", ATTACKED_TEXT, ATTACKED_EXERCISES)
        environment = small_environment(repository) | {"HOME": str(place / "home"), "MPLBACKEND": "agg"}
        environment.pop("XDG_CACHE_HOME", None)
        (place / "home").mkdir()
        (place / "home" / ".bashrc").write_text("# mine\n")
        course = place / "course"
        _autograde(environment, place, "init", str(course))
        config = course / "nbgrader_config.py"
        changed = config.read_text().replace("timeout = 60", f"timeout = {CELL_SECONDS}")
        config.write_text(changed)
        yield Ground(place, course, repository, environment)
    finally:
        subprocess.run(["rm", "-rf", str(place)])  # some submissions are nested deeper than Python removes


def _autograde(environment: dict[str, str], place: Path, *arguments: str) -> None:
    command = [sys.executable, "-m", "autograde", *arguments]
    subprocess.run(command, env=environment, cwd=place, check=True, stdout=subprocess.DEVNULL)


def hand_in(ground: Ground, outside: Outside, attacks: tuple[Attack, ...]) -> None:
    """Every attack and, in between, students who are honest."""
    released = nbformat.read(ground.course / "release" / LECTURE / f"{LECTURE}.ipynb", as_version=4)
    uploads: dict[Attack, bytes] = {}
    for number, attack in enumerate(attacks):
        if number % HONEST_EVERY == 0:
            honest = answered(released, HONEST)
            if number % (2 * HONEST_EVERY) == 0:
                honest.cells.append(nbformat.v4.new_code_cell(AFTERWARDS))
            _write(ground, f"s{number:03d}-honest", json.dumps(honest).encode())
        answers = {"triple": outside.filled(attack.answer)} | (
            {"halved": attack.halved} if attack.halved else {}
        )
        made = answered(released, answers)
        for at, code in ((0, attack.first), (len(made.cells), attack.last)):
            if code:
                made.cells.insert(min(at, len(made.cells)), nbformat.v4.new_code_cell(outside.filled(code)))
        if attack.bend:
            attack.bend(made)
        raw = json.dumps(made).encode()
        if attack.raw:
            raw = attack.raw(raw)
            raw = outside.filled(raw.decode()).encode() if b"@MARK@" in raw else raw
        if attack.upload:
            uploads[attack] = raw
            continue
        folder = _write(ground, student_of(attack), raw)
        if attack.beside:
            attack.beside(folder, ground.course)
    _collect(ground, json.dumps(answered(released, HONEST)).encode(), uploads)


def _collect(ground: Ground, honest: bytes, uploads: dict[Attack, bytes]) -> None:
    """Hand in through an LMS's downloads: an honest student first, then everybody's uploads; what is refused is handed in plainly."""
    _download(ground, {f"{VICTIM}_1_1_x.zip": packed(made_by_hand_in(honest, VICTIM))})
    files = {}
    for number, (attack, raw) in enumerate(uploads.items(), 2):
        assert attack.upload is not None
        for name, content in attack.upload(raw).items():
            files[f"{student_of(attack)}_{number}_{number}_{name}"] = content
    _download(ground, files)
    for attack, raw in uploads.items():
        if not (ground.course / "submitted" / student_of(attack)).exists():
            _write(ground, student_of(attack), raw)


def _download(ground: Ground, files: dict[str, bytes]) -> None:
    path = ground.place / "download.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    command = [
        sys.executable,
        "-m",
        "autograde",
        "collect",
        str(ground.course),
        str(path),
        "--newest",
        "--replace",
    ]
    done = subprocess.run(command, env=ground.environment, cwd=ground.place, capture_output=True, text=True)
    assert "Traceback" not in done.stderr, done.stderr


def answered(released: Any, answers: dict[str, str]) -> Any:
    """A copy of the released notebook with these answers."""
    made = copy.deepcopy(released)
    for cell in made.cells:
        name = cell.id.removesuffix("-answer")
        if cell.id.endswith("-answer") and name in answers:
            cell.source = answers[name]
    return made


def _write(ground: Ground, student: str, raw: bytes) -> Path:
    folder = ground.course / "submitted" / student / LECTURE
    folder.mkdir(parents=True)
    (folder / f"{LECTURE}.ipynb").write_bytes(raw)
    return folder


def run(user: str, attacks: tuple[Attack, ...] = ATTACKS) -> Batch:
    """Grade all attacks in one run as this process's user, or from root as an ordinary one."""
    with ground() as made:
        outside = Outside(made.place, made.course, made.repository)
        hand_in(made, outside, attacks)
        command = [sys.executable, "-m", "autograde", "grade", str(made.course), "--jobs", "2"]
        if user == "ordinary user" and os.geteuid() == 0:
            subprocess.run(["chown", "-Rh", str(ORDINARY_USER), str(made.place)], check=True)
            command = [sys.executable, "-m", "tests.attacks.as_user", str(ORDINARY_USER), *command]
        environment = made.environment | {"PYTHONPATH": f"{made.repository}{os.pathsep}{ROOT}"}
        before = _digests(made)
        started = time.monotonic()
        done = subprocess.run(
            command, env=environment, cwd=made.place, capture_output=True, text=True, errors="replace"
        )
        batch = Batch(user, done.returncode, (done.stdout + done.stderr)[-6000:], time.monotonic() - started)
        batch.broken = outside.reached() + [
            f"{name} changed" for name, digest in _digests(made).items() if digest != before[name]
        ]
        batch.outcomes = _outcomes(made)
        outside.close()
        return batch


def _digests(ground: Ground) -> dict[str, str]:
    """Digests of what no submission may change."""
    names = ("source", "release", "submitted", "nbgrader_config.py", ".autograde_seed")
    paths = {name: ground.course / name for name in names}
    paths |= {"home": ground.place / "home", "helpers": ground.repository / "helpers"}
    return {name: _digest(path) for name, path in paths.items()}


def _digest(place: Path) -> str:
    """Names and contents below a folder; large files by their size, caches left aside."""
    found = hashlib.sha256()
    listed = subprocess.run(
        ["find", str(place), "-maxdepth", "5", "-type", "f", "-printf", "%s %p\\0"], capture_output=True
    )
    for entry in sorted(listed.stdout.split(b"\0")):
        if not entry or b"/__pycache__/" in entry or b"/.cache/" in entry:
            continue
        size, _, name = entry.partition(b" ")
        found.update(entry)
        if int(size) < 2**22:
            found.update(Path(os.fsdecode(name)).read_bytes())
    return found.hexdigest()


def _outcomes(ground: Ground) -> dict[str, Outcome]:
    with contextlib.closing(sqlite3.connect(ground.course / "gradebook.db")) as book:
        totals = {student: score for student, score, _ in book.execute(TOTALS)}
        by_hand = sum(manual for _, _, manual in book.execute(TOTALS))
    assert by_hand == 0, "somebody entered marks by hand"
    lines = [json.loads(line) for line in (ground.course / "audit.jsonl").read_text().splitlines()]
    verdicts = {line["student"]: [v for n in line["notebooks"] for v in n["verdicts"]] for line in lines}
    found = {}
    for folder in (ground.course / "submitted").iterdir():
        path = ground.course / "autograded" / folder.name / LECTURE / f"{LECTURE}.ipynb"
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        found[folder.name] = Outcome(
            totals.get(folder.name), text[:200_000] if len(text) > 3 * 2**20 else text, _printed(text), verdicts.get(folder.name, [])
        )  # fmt: skip
    return found


def _printed(text: str) -> str:
    """All outputs of a graded notebook, as one text."""
    if not text:
        return ""
    book = json.loads(text)
    outputs = [output for cell in book["cells"] for output in cell.get("outputs", [])]
    return json.dumps(outputs, ensure_ascii=False)
