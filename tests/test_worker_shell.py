"""Cells in a worker: IPython's semantics, nbformat's outputs, limits on time, memory and output."""

from __future__ import annotations

import base64

import pytest

from autograde.engine.workers import WorkerGone


@pytest.fixture
def run(control):
    with control.worker() as worker:
        yield lambda source, seconds=20.0: worker.run(source, seconds)


def text(outputs):
    return "".join(o["text"] for o in outputs if o["output_type"] == "stream")


def test_the_last_expression_becomes_a_result(run):
    status, outputs = run("a = 20\na + 1")
    assert status == "ok"
    assert outputs == [
        {"output_type": "execute_result", "execution_count": 1, "data": {"text/plain": "21"}, "metadata": {}}
    ]


def test_a_semicolon_hides_the_result(run):
    assert run("21;") == ("ok", [])


def test_prints_are_joined_into_one_stream_in_order(run):
    _, outputs = run("import sys\nprint(1)\nprint(2)\nprint('bad', file=sys.stderr)\nprint(3)")
    assert [(o["name"], o["text"]) for o in outputs] == [
        ("stdout", "1\n2\n"),
        ("stderr", "bad\n"),
        ("stdout", "3\n"),
    ]


def test_a_figure_is_shown_after_its_cell_as_in_a_notebook(run):
    _, outputs = run("import matplotlib.pyplot as plt\nplt.plot([1, 2]);")
    assert [o["output_type"] for o in outputs] == ["display_data"]
    assert base64.b64decode(outputs[0]["data"]["image/png"]).startswith(b"\x89PNG")


def test_the_inline_magic_is_understood(run):
    status, outputs = run("%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]); plt.show()")
    assert status == "ok" and "image/png" in outputs[-1]["data"]


def test_await_display_magics_and_shell_commands_work(run):
    source = "import asyncio\nfrom IPython.display import HTML, display\nawait asyncio.sleep(0.01)\ndisplay(HTML('<b>x</b>'))\n!echo hello"
    status, outputs = run(source)
    assert status == "ok"
    assert outputs[0]["data"]["text/html"] == "<b>x</b>"
    assert text(outputs) == "hello\n"
    assert run("%time 1 + 1")[0] == "ok"


def test_what_a_child_process_writes_is_seen(run):
    assert text(run("import os\nos.system('echo native');")[1]) == "native\n"


def test_an_updated_display_replaces_the_first(run):
    _, outputs = run("h = display('one', display_id=True)\nh.update('two')")
    assert [o["data"]["text/plain"] for o in outputs] == ["'two'"]


def test_an_error_is_an_output_and_the_next_cell_runs(run):
    status, outputs = run("1 / 0")
    assert (status, outputs[-1]["ename"], outputs[-1]["evalue"]) == (
        "error",
        "ZeroDivisionError",
        "division by zero",
    )
    assert any("1" in line for line in outputs[-1]["traceback"])
    assert run("'still here'")[0] == "ok"


def test_a_syntax_error_is_an_output(run):
    assert run("def f(:")[1][-1]["ename"] == "SyntaxError"


def test_leaving_is_an_error_and_ends_nothing(run):
    assert run("raise SystemExit(3)")[0] == "error"
    assert run("exit")[0] == "ok"
    assert run("1")[0] == "ok"


def test_a_cell_that_takes_too_long_is_interrupted_as_nbgrader_does(run):
    status, outputs = run("while True:\n    pass", 0.4)
    assert status == "timeout"
    assert [o["ename"] for o in outputs] == ["KeyboardInterrupt", "CellTimeoutError"]
    assert run("1")[0] == "ok"


def test_a_cell_that_ignores_the_interrupt_is_ended(run):
    with pytest.raises(WorkerGone) as gone:
        run(
            "import time\nwhile True:\n    try:\n        time.sleep(60)\n    except BaseException:\n        pass",
            0.3,
        )
    assert gone.value.kind == "timeout"


def test_too_much_memory_is_an_error_of_the_cell(run):
    assert run("b = bytearray(3 * 2**30)")[1][-1]["ename"] == "MemoryError"


@pytest.mark.parametrize(
    "flood",
    ["print('x' * 10**8)", "for i in range(10**6): print('line', i)", "import os\nos.write(1, b'y' * 10**7)"],
)
def test_endless_output_is_cut(run, flood):
    _, outputs = run(flood)
    assert len(text(outputs)) < 2.2 * 2**20


def test_thousands_of_displays_are_cut(run):
    assert len(run("for i in range(5000): display(i)")[1]) <= 500


@pytest.mark.parametrize(
    ("source", "detail"),
    [
        ("import os; os._exit(3)", "exit 3"),
        ("import ctypes; ctypes.string_at(0)", "segmentation"),
        ("import os; os.abort()", "crashed"),
    ],
)
def test_a_cell_that_ends_its_process_is_told_with_how(run, source, detail):
    with pytest.raises(WorkerGone, match=detail) as gone:
        run(source)
    assert gone.value.kind == "killed"


def test_training_threads_and_loaders_work_in_a_fork(run):
    source = """
import torch
from torch.utils.data import DataLoader, TensorDataset
torch.set_num_threads(2)
data = DataLoader(TensorDataset(torch.randn(64, 1, 8, 8), torch.zeros(64, dtype=torch.long)), batch_size=16)
net = torch.nn.Sequential(torch.nn.Conv2d(1, 4, 3), torch.nn.Flatten(), torch.nn.Linear(144, 2))
step = torch.optim.SGD(net.parameters(), lr=0.1)
for x, y in data:
    step.zero_grad(); torch.nn.functional.cross_entropy(net(x), y).backward(); step.step()
from multiprocessing import Pool
def square(x): return x * x
with Pool(2) as pool: print(pool.map(square, [1, 2, 3]))
"""
    status, outputs = run(source)
    assert (status, text(outputs)) == ("ok", "[1, 4, 9]\n")


def test_two_submissions_share_nothing(control):
    with control.worker() as first:
        first.run("secret = 42\nopen('note', 'w').write('mine')\nimport sys; sys.modules['evil'] = 1", 10)
    with control.worker() as second:
        source = "import os, sys\nprint('secret' in globals(), os.listdir('.'), 'evil' in sys.modules)"
        assert text(second.run(source, 10)[1]) == "False [] False\n"
