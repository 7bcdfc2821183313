"""`hand_in()` packs one zip, says what is open, and never overwrites."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from helpers import hand_in
from helpers.student import handing_in
from helpers.student.clean_run import clean_run
from helpers.student.handing_in import HandInError
from helpers.student.records import record

ROOT = Path(__file__).parent.parent
ANSWER = "def count_values(height, width, channels):\n    return height * width * channels"


@pytest.fixture(autouse=True)
def desk(tmp_path, monkeypatch):
    """A folder with the untouched notebook 00, and a login name."""
    for name in ("NBGRADER_EXECUTION", "JPY_SESSION_NAME", "NB_USER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("JUPYTERHUB_USER", "ada")
    monkeypatch.setattr(handing_in, "RUN_SECONDS", 0)  # each test of the run in a clean kernel asks for it
    folder = tmp_path / "desk"
    folder.mkdir()
    shutil.copy(ROOT / "notebooks/00_start_here.ipynb", folder)
    monkeypatch.chdir(folder)
    return folder


def answered(path: Path, source: str = ANSWER) -> None:
    notebook = json.loads(path.read_text())
    cell = next(c for c in notebook["cells"] if c["id"] == "count_values-answer")
    cell["source"] = source
    path.write_text(json.dumps(notebook))


def manifest(path: Path) -> dict:
    return json.loads(zipfile.ZipFile(path).read("manifest.json"))


def test_the_zip_holds_the_notebook_and_a_manifest_that_vouches_for_it(desk):
    result = hand_in()
    assert result.path == desk / "00_start_here-ada.zip"
    content = (desk / "00_start_here.ipynb").read_bytes()
    assert sorted(zipfile.ZipFile(result.path).namelist()) == ["00_start_here.ipynb", "manifest.json"]
    assert zipfile.ZipFile(result.path).read("00_start_here.ipynb") == content
    told = manifest(result.path)
    assert (told["student"], told["lecture"]) == ("ada", "00_start_here")
    assert told["files"] == {"00_start_here.ipynb": hashlib.sha256(content).hexdigest()}
    assert told["versions"]["python"] == sys.version.split()[0] and told["versions"]["helpers"]
    moment = datetime.fromisoformat(told["time"])
    assert moment.utcoffset().total_seconds() == 0
    assert abs((datetime.now(UTC) - moment).total_seconds()) < 60


def test_what_is_open_is_said_and_blocks_nothing(desk):
    path = desk / "00_start_here.ipynb"
    assert hand_in().remarks == ("Not attempted: `count_values`.",)
    stub = "def count_values(height: int, width: int, channels: int) -> int:\n    raise NotImplementedError  # later"
    answered(path, stub)
    assert hand_in().remarks == ("Not attempted: `count_values`.",)
    answered(path)
    assert hand_in().remarks == ("Answered, but never checked on this computer: `count_values`.",)
    record("00_start_here", "count_values", "not yet right")
    assert hand_in().remarks == ("By your own check not right yet: `count_values`.",)
    record("00_start_here", "count_values", "right")
    result = hand_in()
    assert result.remarks == () and "Every exercise is attempted" in result.text
    assert result.path.name == "00_start_here-ada-5.zip"


def test_the_text_says_when_the_notebook_was_saved(desk):
    moment = datetime(2026, 3, 4, 14, 3)
    os.utime(desk / "00_start_here.ipynb", (moment.timestamp(), moment.timestamp()))
    result = hand_in()
    assert "saved at 14:03 on 04 March" in result.text
    assert "<code>count_values</code>" in result.html and "14:03" in result.html


def test_a_written_answer_and_a_value_exercise_are_seen_as_untouched(desk):
    shutil.copy(ROOT / "notebooks/01_why_convolution.ipynb", desk)
    said = hand_in("01_why_convolution").remarks[0]
    assert "`what_sharing_assumes`" in said and "`thirty_filters`" in said


def test_a_removed_cell_and_a_cell_with_an_error_are_said(desk):
    path = desk / "00_start_here.ipynb"
    notebook = json.loads(path.read_text())
    notebook["cells"] = [c for c in notebook["cells"] if c["id"] != "count_values-answer"]
    code = next(c for c in notebook["cells"] if c["cell_type"] == "code")
    code["outputs"] = [{"output_type": "error", "ename": "E", "evalue": "", "traceback": []}]
    path.write_text(json.dumps(notebook))
    said = " ".join(hand_in().remarks)
    assert "gone from the notebook: `count_values`" in said and "1 cell ended in an error" in said


def changed(path: Path, *sources: str) -> None:
    """The notebook with these code cells in place of all others, and a call to `hand_in` as a student makes it."""
    notebook = json.loads(path.read_text())
    cells = [{"cell_type": "code", "id": f"c{i}", "source": s} for i, s in enumerate(sources)]
    notebook["cells"] = [{**c, "metadata": {}, "outputs": [], "execution_count": None} for c in cells]
    path.write_text(json.dumps(notebook))


UNSAVED = """
from IPython.core.interactiveshell import InteractiveShell
import helpers.student.handing_in as h
shell = InteractiveShell.instance()
shell.run_cell({source!r})
print(h.hand_in("00_start_here.ipynb", "ada", seconds=0).remarks)
"""


@pytest.mark.parametrize(("ran", "is_told"), [(ANSWER + " + 1", True), (ANSWER, False)])
def test_an_answer_that_was_run_and_not_saved_is_named(ran, is_told, desk):
    answered(desk / "00_start_here.ipynb")
    code = UNSAVED.format(source=ran)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert ("not in the saved file: `count_values`. Save" in done.stdout) == is_told, (
        done.stdout + done.stderr
    )
    assert "never checked" in done.stdout


def test_a_notebook_that_runs_is_said_to_run_though_it_hands_itself_in(desk):
    path = desk / "00_start_here.ipynb"
    changed(path, "from helpers import hand_in; x = 1", "hand_in(); assert x == 1")
    result = hand_in(seconds=60)
    assert result.ran and "In a clean kernel it runs to its end." in result.text
    assert [p.name for p in desk.glob("*.zip")] == ["00_start_here-ada.zip"], "the run itself packs nothing"


def test_a_cell_that_needs_what_is_gone_is_named_and_blocks_nothing(desk):
    path = desk / "00_start_here.ipynb"
    changed(path, "x = 1", "\ny = x + gone")
    result = hand_in(seconds=60)
    assert result.path.exists() and result.ran is False
    assert result.remarks[0] == (
        "In a clean kernel it stops at the cell that begins with `y = x + gone`: NameError: name 'gone' is not defined."
    )


def test_a_cell_that_never_ends_is_named_when_the_time_is_over(desk):
    path = desk / "00_start_here.ipynb"
    changed(path, "while True: pass")
    said = clean_run(path, 2)
    assert "does not come to its end within 2 seconds" in said and "`while True: pass`" in said


def test_a_cell_that_ends_its_kernel_is_named(desk):
    path = desk / "00_start_here.ipynb"
    changed(path, "import os; os._exit(1)")
    assert (
        clean_run(path, 60)
        == "In a clean kernel the cell that begins with `import os; os._exit(1)` ends the kernel."
    )


def test_an_existing_zip_is_kept(desk):
    (desk / "00_start_here-ada.zip").write_text("mine")
    assert [hand_in().path.name, hand_in().path.name] == [
        "00_start_here-ada-2.zip",
        "00_start_here-ada-3.zip",
    ]
    assert (desk / "00_start_here-ada.zip").read_text() == "mine"


def test_the_running_notebook_is_found(desk, monkeypatch, tmp_path):
    shutil.copy(desk / "00_start_here.ipynb", tmp_path)
    monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / "00_start_here.ipynb"))
    assert hand_in().path.parent == tmp_path
    monkeypatch.setenv("JPY_SESSION_NAME", "notebooks/00_start_here.ipynb")
    assert hand_in().path.parent == desk, "an older server tells the path from its own root"


def test_the_newest_lecture_of_the_folder_is_taken_outside_jupyter(desk):
    shutil.copyfile(ROOT / "notebooks/05_pooling.ipynb", desk / "05_pooling.ipynb")
    (desk / "notes.ipynb").write_text("{}")
    os.utime(desk / "00_start_here.ipynb", (1e9, 1e9))
    assert hand_in().lecture == "05_pooling"


def test_the_zip_goes_to_the_folder_named(desk, tmp_path):
    assert hand_in(folder=tmp_path).path.parent == tmp_path
    with pytest.raises(HandInError, match="Name another folder"):
        hand_in(folder=tmp_path / "nowhere")


@pytest.mark.parametrize("name", ["../bob", "a/b", "bob ", "bob\n", "bö", ".bob", "x" * 65, "-"])
def test_a_name_that_is_not_plain_is_refused(name, desk):
    with pytest.raises(HandInError, match="plain letters.*on the course's list"):
        hand_in(student=name)
    assert not list(desk.glob("*.zip"))


def test_the_name_given_goes_before_the_login_name(monkeypatch):
    assert hand_in(student="bob@uni.example").student == "bob@uni.example"
    monkeypatch.delenv("JUPYTERHUB_USER")
    monkeypatch.setenv("NB_USER", "grace")
    assert hand_in().student == "grace"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("05_pooling.ipynb", None, "there is no notebook"),
        ("05_pooling-Copy1.ipynb", "{}", "not named like a lecture"),
        ("05_pooling.ipynb", "{", "not a whole notebook"),
        (
            "05_pooling.ipynb",
            '{"cells": 3, "nbformat": 4, "nbformat_minor": 5, "metadata": {}}',
            "not a whole",
        ),
    ],
)
def test_a_file_that_cannot_be_handed_in_is_one_sentence(name, content, words, desk):
    if content is not None:
        (desk / name).write_text(content)
    with pytest.raises(HandInError, match=words):
        hand_in(name)
    assert not list(desk.glob("*.zip"))


def test_an_empty_folder_is_one_sentence(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(HandInError, match="no lecture's notebook stands in"):
        hand_in()


@pytest.mark.parametrize("mode", ["validate", "autograde", "static"])
def test_nothing_is_written_while_nbgrader_runs(mode, desk, monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", mode)
    result = hand_in()
    assert result.path is None and "while nbgrader runs" in result.text and result.html
    assert not list(desk.glob("*.zip"))


def test_pytorch_is_not_loaded_to_hand_in(desk):
    code = "import sys; from helpers import hand_in; hand_in(seconds=0); assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
