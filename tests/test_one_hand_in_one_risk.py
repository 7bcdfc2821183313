"""Whatever one hand-in is or does stays with it: its neighbours are graded, in time, in the same run."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import time

import nbformat
import numpy as np
import pytest

from autograde.classroom.classgrading import grade_course
from autograde.classroom.coursefolder import course_api
from autograde.classroom.onerun import LOCK, only_run
from autograde.engine.reading import Unreadable, read_notebook
from autograde.engine.safe_outputs import _nesting
from autograde.engine.said import FORMS, bounded, without_words
from autograde.engine.submission import Settings, grade_notebook
from helpers.checking.compare import Mismatch, close, difference
from helpers.checking.secrets import canonical
from helpers.travel.calls import Call, Observation
from helpers.travel.codec import CodecError, Limits, decode, encode
from tests.classes import START, book, hand_in
from tests.counting import lines_run
from tests.engine import SEED, handed_in, master, outcomes, solutions

SIDEWAYS = "thirty_filters"
LECTURE_01 = "01_why_convolution"


@pytest.fixture
def classroom(course, tmp_path):
    """A course folder with an honest student on each side of whatever else is handed in."""
    folder = tmp_path / "course"
    shutil.copytree(course, folder)
    for student in ("ada", "zoe"):
        hand_in(folder, student, handed_in(course, START, solutions(START)))
    return folder


def graded(classroom) -> dict[str, float]:
    results = grade_course(classroom)
    honest = {r.student: r.score for r in results if r.student in ("ada", "zoe")}
    assert honest == {"ada": 1.0, "zoe": 1.0}
    with book(classroom) as gradebook:
        assert gradebook.find_submission(START, "zoe").score == 1.0
    return {r.student: r.problem for r in results}


@pytest.mark.parametrize(
    "stamp",
    [b"0h" + b"9" * 33, b"1" * 1_000_000, b"\xff\xfe\x00", b"2026-01-01 00:00:00 ../../../etc/localtime"],
)
def test_a_hostile_time_stamp(classroom, course, stamp, capsys):
    hand_in(classroom, "mal", handed_in(course, START, solutions(START)))
    (classroom / "submitted/mal" / START / "timestamp.txt").write_bytes(stamp)
    started = time.monotonic()
    assert graded(classroom)["mal"] == ""
    assert time.monotonic() - started < 60
    with book(classroom) as gradebook:
        assert gradebook.find_submission(START, "mal").timestamp is None


def test_a_folder_in_place_of_the_notebook(classroom):
    place = classroom / "submitted/mal" / START / f"{START}.ipynb"
    place.mkdir(parents=True)
    (place / "x.txt").write_text("inside")
    assert "a folder" in graded(classroom)["mal"]
    assert (classroom / "autograded/mal" / START / f"{START}.ipynb").is_file()


def test_folders_that_are_no_submission_are_named(classroom):
    for name in ("mal/no_such_lecture", "__MACOSX/x", ".hidden/x"):
        (classroom / "submitted" / name).mkdir(parents=True)
    os.makedirs(os.fsencode(classroom / "submitted") + b"/m\xffl/" + START.encode())
    (classroom / "submitted" / "notes.txt").write_text("stray")
    problems = graded(classroom)
    assert "no assignment no_such_lecture" in problems["mal"]
    assert any("not UTF-8" in why for why in problems.values())
    assert not any(name.startswith(("__MACOSX", ".")) for name in problems)


def test_what_the_gradebook_refuses_is_left_alone(classroom, course, monkeypatch):
    from autograde.engine import gradebook

    hand_in(classroom, "mal", handed_in(course, START, solutions(START)))
    whole = gradebook.GradebookWriter._write_one

    def refuses(self, db, report, timestamp, before):
        if report["student"] == "mal":
            raise ArithmeticError("made up")
        whole(self, db, report, timestamp, before)

    monkeypatch.setattr(gradebook.GradebookWriter, "_write_one", refuses)
    assert "ArithmeticError" in graded(classroom)["mal"]


def _holds(course, said, release) -> None:
    with only_run(course, lambda line: None):
        said.set()
        release.wait(60)


def test_a_second_run_says_who_is_first_and_waits(tmp_path):
    said, release = multiprocessing.Event(), multiprocessing.Event()
    first = multiprocessing.Process(target=_holds, args=(tmp_path, said, release))
    first.start()
    said.wait(30)
    lines: list[str] = []

    def hears(line: str) -> None:
        lines.append(line)
        release.set()

    with only_run(tmp_path, hears):
        assert first.pid is not None and f"process {first.pid} of" in lines[0]
    first.join()


def test_the_lock_of_a_process_that_was_killed_is_free(tmp_path):
    said, release = multiprocessing.Event(), multiprocessing.Event()
    first = multiprocessing.Process(target=_holds, args=(tmp_path, said, release))
    first.start()
    said.wait(30)
    first.kill()
    first.join()
    lines: list[str] = []
    with only_run(tmp_path, lines.append):
        assert lines == []
    assert (tmp_path / LOCK).exists()


def test_a_submission_has_limits_as_a_whole(control, course):
    """Many cells that each stay below their limit run out of the submission's time, and no round gives them more."""
    made = handed_in(course, START, solutions(START))
    import nbformat

    made.cells[0:0] = [nbformat.v4.new_code_cell("import time; time.sleep(1.5)") for _ in range(60)]
    started = time.monotonic()
    graded = grade_notebook(
        control, master(course, START), nbformat.writes(made).encode(), {}, Settings(SEED, 2.0, 4.0)
    )
    assert time.monotonic() - started < 60  # the cells would sleep for 90 s
    assert set(outcomes(graded).values()) == {"timeout"}
    assert "4 s that all its cells have together" in graded.verdicts[0].sentence


def test_rounds_share_the_time_of_a_submission(control, course):
    ends = "import time, os; time.sleep(1); os._exit(1)"
    import nbformat

    made = handed_in(course, START, solutions(START))
    made.cells[0:0] = [nbformat.v4.new_code_cell(ends) for _ in range(90)]
    started = time.monotonic()
    grade_notebook(
        control, master(course, START), nbformat.writes(made).encode(), {}, Settings(SEED, 5.0, 2.0)
    )
    assert time.monotonic() - started < 60  # the cells would sleep for 90 s


def test_an_array_of_nothing_costs_nothing():
    empty = encode(np.empty((30_000_000, 0)))
    with pytest.raises(CodecError, match="bytes"):
        decode(empty, Limits(bytes=2**20))
    assert canonical(np.empty((3, 0)), None) == "other ndarray"
    assert canonical(np.zeros((200, 200)), None) == "other ndarray"
    assert canonical(np.array([1.0, 2.0]), None) == canonical([1, 2], None)


def test_keys_that_collide_are_few():
    modulus = (1 << 61) - 1
    with pytest.raises(CodecError, match="tuples"):
        decode({"$": "set", "items": [{"$": "tuple", "items": [k * modulus, 1]} for k in range(400)]})
    with pytest.raises(CodecError, match="huge numbers"):
        decode({"$": "set", "items": [k * modulus * 2**20 for k in range(1, 400)]})
    assert decode(encode({(1, 2), (3, 4)})) == {(1, 2), (3, 4)}


@pytest.mark.parametrize("piece", ["<" + "a" * 9, "<a ", "<a b='", "</"])
def test_reading_tags_takes_time_in_proportion(piece):
    """A reading that went back for each tag would take hours here."""
    started = time.process_time()
    _nesting(piece * 400_000)
    assert time.process_time() - started < 60


def test_tags_within_tags_are_counted():
    assert _nesting("<div>" * 5 + "</div>" * 5 + "<br><path/>") == 5


def test_an_old_notebook_is_measured_before_it_is_converted():
    cells = ",".join(['{"cell_type":"code","input":"1","outputs":[]}'] * 3_000)
    raw = f'{{"nbformat":3,"metadata":{{}},"worksheets":[{{"cells":[{cells}]}}]}}'.encode()

    def read() -> None:
        with pytest.raises(Unreadable, match="3000 cells"):
            read_notebook(raw)

    assert 3 * lines_run(read) < lines_run(lambda: nbformat.reads(raw.decode(), as_version=4))


SECRET = "7261 9154 3386"


@pytest.mark.parametrize(
    ("expected", "observed"),
    [
        (np.zeros(2), Observation(value=int("1" + "7" * 4000))),
        (np.zeros(2), Observation(value=SECRET)),
        (None, Observation(value=SECRET)),
        ("text", Observation(value=SECRET)),
        (np.zeros(2), Observation(value=np.zeros((7261, 0, 9154)))),
        (np.zeros(2), Observation(value=np.array(["7261", "9154"]))),
        ({"a": 1}, Observation(value={SECRET: 1})),
        (np.zeros(2), Observation(errors=(SECRET, "Exception"), message=SECRET)),
        (np.zeros(2), Observation(value=np.zeros(2), changed=(SECRET, "x"))),
        ((1, 2), Observation(value=[SECRET] * 9154)),
    ],
    ids=range(10),
)  # fmt: skip
def test_a_page_says_of_a_hidden_call_what_is_on_a_closed_list(expected, observed):
    seen = without_words(observed, None, ("x", "w"))
    found = difference(close(), Call(), Observation(value=expected), seen)
    assert found is not None
    sentence = bounded(found).sentence
    assert len(sentence) < 200
    for piece in (*SECRET.split(), "7777777777"):
        assert piece not in sentence or "yours has shape" in sentence


def test_sentences_that_teach_pass_the_list():
    for sentence in (
        "3 of 12 numbers differ, the first at index (0, 0, 1, 2): expected 1.25, yours is −3e-05",
        "expected shape (2, 3), yours has shape (3, 2)",
        "dx: expected shape (2,), yours has shape ()",
        "dw: 1 of 4 numbers differs, at index 3: expected 2, yours is 1; db is right",
        "your code raised IndexError",
        "got None. Is a `return` missing?",
    ):
        assert FORMS.fullmatch(sentence), sentence
        assert bounded(Mismatch("value", sentence)).sentence == sentence


def test_a_course_api_is_what_graders_use(classroom):
    assert course_api(classroom).coursedir.db_url.endswith("gradebook.db")
