"""The `autograde` command from outside: help that teaches, `list`, `try`, `init`, and errors without a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
RIGHT = """
def count_values(height, width, channels):
    if min(height, width, channels) < 1:
        raise ValueError("too small")
    return height * width * channels
"""


def autograde(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop("AUTOGRADE_COURSE", None)
    command = [sys.executable, "-m", "autograde", *arguments]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True)


@pytest.fixture
def answer(tmp_path):
    def write(source: str) -> str:
        path = tmp_path / "answer.py"
        path.write_text(source)
        return str(path)

    return write


def tried(file: str, *options: str) -> dict:
    done = autograde("try", "count_values", file, "--json", *options)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_help_lists_every_command_in_the_order_of_use():
    text = autograde("--help").stdout
    places = [
        text.rindex(f"\n  {name} ")
        for name in ("list", "try", "mutants", "build", "init", "collect", "grade", "demo", "bench", "bundle")
    ]
    assert places == sorted(places)
    assert "A class of your own" in text


@pytest.mark.parametrize(
    "command", ["list", "try", "mutants", "build", "init", "collect", "grade", "demo", "bench", "bundle"]
)
def test_every_command_explains_itself(command):
    done = autograde(command, "--help")
    assert done.returncode == 0
    assert len(done.stdout.split("Options:")[0].split()) > 10


def test_list_shows_lecture_points_and_misconceptions():
    rows = json.loads(autograde("list", "--json").stdout)
    row = next(row for row in rows if row["name"] == "count_values")
    assert (row["lecture"], row["points"], row["kind"]) == ("00_start_here", 1, "function")
    assert row["misconceptions"] >= 4
    table = autograde("list").stdout
    assert "count_values" in table and f"{len(rows)} exercises" in table


def test_try_grades_a_right_answer(answer):
    done = tried(answer(RIGHT))
    visible, hidden = done.pop("visible"), done.pop("hidden")
    assert done == {
        "score": 1.0,
        "points": 1,
        "outcome": "right",
        "misconception": None,
        "misconceptions": [],
        "in_common": None,
        "line": None,
    }
    assert visible["passed"] == visible["total"] >= 5
    assert hidden["passed"] == hidden["total"] >= 13


def test_try_names_a_misconception_in_json_and_in_words(answer):
    file = answer(RIGHT.replace(" * channels", ""))
    done = tried(file)
    assert (done["outcome"], done["misconception"]) == ("wrong", "forgets_channels")
    assert (done["misconceptions"], done["line"]) == (["forgets_channels"], None)
    assert done["score"] == 0  # refusals alone earn nothing
    text = autograde("try", "count_values", file).stdout
    assert "How many numbers does one pixel hold" in text
    assert "Recognised as: forgets_channels" in text and "failing in pictures_of_every_shape" in text


def test_try_says_the_line_when_asked(answer):
    file = answer(RIGHT.replace("* channels", "+ channels"))
    done = tried(file, "--where")
    assert (done["outcome"], done["line"]) == ("wrong", 5)
    text = autograde("try", "count_values", file, "--where").stdout
    assert "One small change in line 5 makes all examples right: `return height * width + channels`" in text
    assert tried(answer(RIGHT), "--where")["line"] is None


def test_try_says_what_failing_examples_have_in_common(answer):
    source = RIGHT.replace("return height", "return 7 if channels > 1 else height")
    done = tried(answer(source))
    assert done["in_common"] and done["in_common"] in autograde("try", "count_values", answer(source)).stdout


ENDLESS_FILE = "while True:\n    pass\n"
ENDLESS_ANSWER = RIGHT.replace(
    "return height * width * channels",
    """count, i = 0, 0
    while i < height:
        count += width * channels
        i = 1
    return count""",
)


@pytest.mark.parametrize(
    ("source", "options"),
    [(ENDLESS_FILE, ()), (ENDLESS_ANSWER, ()), (ENDLESS_ANSWER, ("--json",)), ("sum(range(10**15))", ())],
)
def test_a_loop_that_never_ends_is_ended(source, options, answer):
    done = autograde("try", "count_values", answer(source), "--seconds", "1", *options)
    assert done.returncode == 1
    assert "did not end within 1 s. Is there a loop that never ends?" in done.stderr
    assert "Traceback" not in done.stderr


def test_of_a_loop_that_never_ends_the_line_is_said(answer):
    done = autograde("try", "count_values", answer(ENDLESS_ANSWER), "--seconds", "1", "--where")
    assert "did not end within 1 s" in done.stderr
    assert "One small change in line 8 makes all examples right: `i = 1`" in done.stderr


def test_what_an_endless_answer_started_is_ended_with_it(answer, tmp_path):
    mark = tmp_path / "alive"
    beat = f"import time\nwhile True:\n    open({str(mark)!r}, 'a').write('.'); time.sleep(0.05)"
    source = f"import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', {beat!r}])\nwhile True: pass\n"
    autograde("try", "count_values", answer(source), "--seconds", "2")
    size = mark.stat().st_size
    time.sleep(0.5)
    assert size and mark.stat().st_size == size


def test_an_answer_that_ends_its_process_is_one_sentence(answer):
    done = autograde("try", "count_values", answer("import os\nos._exit(3)"))
    assert done.returncode == 1
    assert "ended the process that ran it, with status 3" in done.stderr and "Traceback" not in done.stderr


def test_try_tells_not_attempted_from_wrong(answer):
    assert (
        tried(answer("def count_values(height, width, channels):\n    raise NotImplementedError"))["outcome"]
        == "not attempted"
    )
    assert tried(answer("x = 1"))["outcome"] == "not attempted"
    assert tried(answer("def count_values(h, w, c):\n    return 'many'"))["outcome"] == "wrong"


def test_what_the_file_prints_does_not_spoil_the_json(answer):
    noise = "import sys\nprint('hello')\nprint('x', file=sys.stderr)\n"
    assert tried(answer(noise + RIGHT.replace("return", "print('again'); return")))["outcome"] == "right"


def test_a_seed_chooses_the_hidden_cases_and_the_same_seed_the_same(answer):
    file = answer(RIGHT.replace("return", "return 1 if height > 150 else"))
    assert tried(file, "--seed", "5") == tried(file, "--seed", "5")
    assert len({tried(file, "--seed", str(seed))["score"] for seed in range(4)}) > 1


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("def count_values(:", "does not run: SyntaxError"),
        ("1 / 0", "does not run: ZeroDivisionError"),
        ("import not_there", "does not run: ModuleNotFoundError"),
        ("exit(3)", "does not run: SystemExit"),
    ],
)
def test_a_file_that_does_not_run_is_one_sentence(source, words, answer):
    done = autograde("try", "count_values", answer(source))
    assert done.returncode == 1
    assert words in done.stderr and "Traceback" not in done.stderr


def test_a_file_that_is_no_text_is_one_sentence(tmp_path):
    (tmp_path / "answer.py").write_bytes(b"\xff\xfe\x00")
    done = autograde("try", "count_values", str(tmp_path / "answer.py"))
    assert "not text in UTF-8" in done.stderr and "Traceback" not in done.stderr


def test_an_unknown_exercise_gets_a_suggestion(answer):
    done = autograde("try", "count_value", answer(RIGHT))
    assert done.returncode == 1
    assert "Did you mean 'count_values'?" in done.stderr


def test_a_place_that_is_no_course_is_refused_in_words(tmp_path):
    (tmp_path / "file").write_text("x")
    assert "is a file; name a folder" in autograde("init", str(tmp_path / "file")).stderr
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("x")
    assert "is not empty and no course folder" in autograde("init", str(tmp_path / "full")).stderr
    done = autograde("grade", str(tmp_path / "full"))
    assert done.returncode == 1 and "nothing handed in" in done.stderr
    (tmp_path / "full" / "submitted" / "ada" / "00_start_here").mkdir(parents=True)
    assert "make the folder with `autograde init" in autograde("grade", str(tmp_path / "full")).stderr
