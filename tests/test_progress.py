"""Progress is kept in one small file per lecture, and trouble with it never stops a lesson."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.checking.evaluation import NOT_ATTEMPTED, NOT_YET, RIGHT
from helpers.student import progress_page, records
from helpers.student.progress_page import progress
from helpers.student.records import directory, record

ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def course(monkeypatch: pytest.MonkeyPatch) -> None:
    def made(name: str, *exercises: str) -> dict:
        listed = [{"name": e, "kind": "function", "points": 2} for e in exercises]
        return {
            "name": name,
            "title": f"About {name}",
            "exercises": [*listed, {"name": "words", "kind": "written", "points": 3}],
        }

    monkeypatch.setattr(
        progress_page,
        "course",
        lambda: {"lectures": [made("01_a", "first", "second"), made("02_b", "third")]},
    )
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)


def states() -> list[str]:
    return [line.state for line in progress().lines]


def test_a_right_answer_is_remembered_and_a_wrong_one_is_in_progress():
    assert record("01_a", "first", RIGHT) == record("01_a", "second", NOT_YET) == ""
    assert states() == [RIGHT, records.IN_PROGRESS, NOT_ATTEMPTED]
    assert progress().points == 2
    assert progress().next_step.exercise == "second"
    assert "2 of 6 points" in repr(progress()) and "Next: second in 01_a" in repr(progress())
    assert len(progress("02_b").lines) == 1


def page() -> str:
    return progress()._repr_mimebundle_()["text/html"]


def test_the_page_names_every_lecture_and_exercise_with_its_state_in_words():
    record("01_a", "first", RIGHT)
    record("01_a", "second", NOT_YET)
    for words in (
        "01 · About 01_a",
        "1 of 2 right, 2 of 4 points",
        "✓ right",
        "◐ in progress",
        "○ not attempted",
    ):
        assert words in page()
    assert page().count("✎ in words") == 2, "answers in words are listed and not counted"
    assert page().count('role="img" aria-label="') == 2, "each lecture's bar is told in words"


def test_the_next_exercise_is_linked_and_what_was_begun_goes_first():
    record("01_a", "second", NOT_YET)
    assert 'Go on with: <code>second</code> in <a href="01_a.ipynb">01 · About 01_a</a>' in page()
    record("01_a", "second", RIGHT)
    assert "Next: <code>first</code>" in page()
    record("01_a", "first", RIGHT)
    assert 'Next: <code>third</code> in <a href="02_b.ipynb">' in page()
    record("02_b", "third", RIGHT)
    assert "Everything is right." in page() and "Next" not in page()


def test_a_lecture_that_is_not_there_is_named_with_those_that_are():
    with pytest.raises(LookupError, match="01_a, 02_b"):
        progress("07_c")


def test_another_kernel_sees_what_this_one_recorded():
    code = "from helpers.student.records import record, known; record('01_a', 'first', 'right')"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=dict(os.environ), check=True)
    assert states() == [RIGHT, NOT_ATTEMPTED, NOT_ATTEMPTED]


def test_once_right_stays_right():
    record("01_a", "first", RIGHT)
    record("01_a", "first", NOT_YET)
    assert states()[0] == RIGHT
    assert json.loads((directory() / "01_a.json").read_text())["first"]["tries"] == 2


def test_an_untouched_exercise_leaves_no_trace():
    record("01_a", "first", NOT_ATTEMPTED)
    assert not directory().exists()


def test_a_file_is_replaced_in_one_step_and_leaves_no_draft(monkeypatch):
    record("01_a", "first", RIGHT)

    def crash(draft: Path, path: Path) -> None:
        assert json.loads(Path(draft).read_text())["second"]["right"], (
            "the new file is whole before it takes its place"
        )
        raise OSError("power cut")

    with monkeypatch.context() as power:
        power.setattr(records.os, "replace", crash)
        assert "could not be saved" in record("01_a", "second", RIGHT)
    assert list(json.loads((directory() / "01_a.json").read_text())) == ["first"]


TWO = """
import sys
from helpers.student.records import record
for i in range(40):
    note = record("01_a", f"{sys.argv[1]}{i}", "right")
    assert note == "", note
"""


def test_two_notebooks_at_once_lose_nothing():
    def start(name: str) -> subprocess.Popen:
        return subprocess.Popen([sys.executable, "-c", TWO, name], cwd=ROOT, env=dict(os.environ))

    both = [start("one"), start("two")]
    assert [process.wait() for process in both] == [0, 0]
    saved = json.loads((directory() / "01_a.json").read_text())
    assert len(saved) == 80 and all(entry["right"] for entry in saved.values())
    assert not list(directory().glob("*.tmp"))


DAMAGED = ["", "{", "[1, 2]", '{"first": 3}', '{"first": {"tries": "x"}}', "[" * 100_000, "\udce4"]


@pytest.mark.parametrize("text", DAMAGED, ids=range(len(DAMAGED)))
def test_a_damaged_file_is_set_aside_with_a_sentence(text):
    directory().mkdir()
    path = directory() / "01_a.json"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    assert states()[0] == NOT_ATTEMPTED
    assert path.exists(), "looking changes nothing"
    assert "01_a.json is damaged" in page() and "01_a.json is damaged" in repr(progress())
    note = record("01_a", "first", RIGHT)
    assert "was damaged" in note
    assert (directory() / note.split("kept as ")[1].split(",")[0]).exists()
    assert states()[0] == RIGHT
    assert record("01_a", "second", RIGHT) == ""


def test_a_place_that_cannot_be_written_gives_a_sentence(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("COURSE_PROGRESS_DIR", str(tmp_path / "file"))
    note = record("01_a", "first", RIGHT)
    assert "could not be saved" in note and "everything else works" in note
    assert states() == [NOT_ATTEMPTED] * 3
    assert "Nothing can be saved in" in page() and "Nothing can be saved in" in repr(progress())


def test_a_lock_that_is_held_gives_a_sentence(monkeypatch):
    from filelock import FileLock

    directory().mkdir()
    monkeypatch.setattr(records, "LOCK_SECONDS", 0.05)
    with FileLock(directory() / "01_a.json.lock"):
        assert "could not be saved" in record("01_a", "first", RIGHT)


@pytest.mark.parametrize("mode", ["validate", "autograde", "static"])
def test_nothing_is_written_or_shown_while_nbgrader_runs(mode, monkeypatch):
    record("01_a", "first", RIGHT)
    before = {path.name: path.read_bytes() for path in directory().iterdir()}
    code = "from helpers import check\ndef count_values(height, width, channels): return 1\n"
    code += "try: check('count_values')\nexcept AssertionError: pass"
    environment = {**os.environ, "NBGRADER_EXECUTION": mode}
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, check=True)
    assert {path.name: path.read_bytes() for path in directory().iterdir()} == before
    monkeypatch.setenv("NBGRADER_EXECUTION", mode)
    assert states() == [NOT_ATTEMPTED] * 3, "a page made for everybody shows nobody's own progress"


def test_the_data_directory_of_the_user_is_the_default(monkeypatch):
    monkeypatch.delenv("COURSE_PROGRESS_DIR")
    monkeypatch.setenv("XDG_DATA_HOME", "/somewhere")
    if sys.platform == "linux":
        assert directory() == Path("/somewhere/convnet-course")
