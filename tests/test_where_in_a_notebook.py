"""In a real kernel: the card comes at once, a button below it, and after the second failed check the line by itself."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from jupyter_client.manager import start_new_kernel

WRONG = """
import numpy as np
from helpers import check
def global_avg_pool(x):
    n, c = x.shape[:2]
    y = np.zeros((n, c))
    for i in range(n - 1):
        for j in range(c):
            y[i, j] = x[i, j].mean()
    return y
"""
LINE = "One small change in line 6 makes all examples right"


@pytest.fixture
def kernel(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_PROGRESS_DIR", str(tmp_path))
    for name in ("NBGRADER_EXECUTION", "COURSE_STATIC"):
        monkeypatch.delenv(name, raising=False)
    manager, client = start_new_kernel(cwd=str(Path(__file__).parent.parent), env=dict(os.environ))
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def run(client, code: str) -> list[dict]:
    """What one cell shows."""
    shown: list[dict] = []

    def hear(message) -> None:
        if message["msg_type"] in ("display_data", "update_display_data", "error"):
            shown.append(message["content"])

    client.execute_interactive(code, timeout=60, output_hook=hear)
    return shown


def updates(client, seconds: float = 20.0) -> list[str]:
    """The texts that arrive later, until a line is there or time is up."""
    texts, end = [], time.monotonic() + seconds
    while time.monotonic() < end and not any(LINE in text for text in texts):
        try:
            message = client.get_iopub_msg(timeout=1)
        except Exception:
            continue
        if message["msg_type"] == "update_display_data":
            texts.append(message["content"]["data"]["text/plain"])
    return texts


def test_the_first_failed_check_offers_a_button_and_the_second_says_the_line(kernel):
    first = run(kernel, WRONG + "check('global_avg_pool')")
    assert "Not yet" in first[0]["data"]["text/plain"] and LINE not in first[0]["data"]["text/plain"]
    button = first[1]["data"]
    assert "application/vnd.jupyter.widget-view+json" in button and button["text/plain"] == ""
    second = run(kernel, "check('global_avg_pool')")
    assert len([one for one in second if "widget" in str(one["data"])]) == 0
    texts = [one["data"]["text/plain"] for one in second] + updates(kernel)
    assert any("Looking for the line" in text for text in texts)
    assert LINE in texts[-1] and "for i in range(n - 1):" in texts[-1]
    assert "range(n):" not in texts[-1]


def test_a_right_answer_and_one_that_is_graded_get_no_offer(kernel):
    right = WRONG.replace("n - 1", "n")
    assert len(run(kernel, right + "check('global_avg_pool')")) == 1
    run(kernel, "import os; os.environ['NBGRADER_EXECUTION'] = 'autograde'")
    assert len(run(kernel, WRONG + "check('global_avg_pool')")) == 1
