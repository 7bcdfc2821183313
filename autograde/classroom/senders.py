"""Who an LMS says an upload is from: the names that Canvas and Moodle give to the files of a download archive.

What stands in front of an upload's own name is the LMS's; everything behind it is the student's choice.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath

CANVAS = re.compile(
    r"(?P<name>[^_/]+)_(?P<late>LATE_)?(?P<number>\d+)_(?:question_\d+_)?\d+_(?P<file>.+)", re.DOTALL
)
MOODLE = re.compile(r"(?P<name>[^/]+?)_(?P<number>\d+)_assignsubmission_[a-z]+_(?P<file>.*)", re.DOTALL)


@dataclass(frozen=True)
class Sender:
    """Who handed in, as the LMS names the upload: a name, its number there, and whether it came late."""

    name: str = ""
    number: str = ""
    late: bool = False

    @property
    def identity(self) -> str:
        return f"{self.name}_{self.number}" if self.number else ""

    def student(self, numbers: bool) -> str:
        """A folder name for the student: letters without accents, digits, dots and dashes; with the LMS's number on demand."""
        bare = unicodedata.normalize("NFKD", self.name.replace("ß", "ss")).encode("ascii", "ignore").decode()
        name = re.sub(r"[^A-Za-z0-9.-]+", "_", bare).strip("._-")[:40].rstrip("._-") or "student"
        lost = name == "student" and self.name.lower() != "student"
        return f"{name}-{self.number}"[:64] if numbers or lost else name


def sender_of(name: str) -> tuple[Sender, str]:
    """The sender that a name in an archive tells, and the file's own name; a sender without a name where it tells none."""
    path = PurePosixPath(name)
    for folder in path.parts[:-1]:
        moodle = MOODLE.fullmatch(folder)
        if moodle:
            return Sender(moodle["name"], moodle["number"]), path.name
    # Canvas's own part has no underscore in the name, so it is recognised by its beginning, and a file that a student
    # called like Moodle's changes nothing.
    canvas = CANVAS.fullmatch(path.name)
    if canvas:
        return Sender(canvas["name"], canvas["number"], bool(canvas["late"])), canvas["file"]
    moodle = MOODLE.fullmatch(path.name)  # a download without folders
    if moodle:
        return Sender(moodle["name"], moodle["number"]), moodle["file"]
    return Sender(), path.name
