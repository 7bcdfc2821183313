"""Runs a notebook in a clean kernel, as *Restart Kernel and Run All Cells…* does, and says in a sentence where it stops.

In a process of its own, so that the notebook that asks can be the one that runs. It must not know about handing in.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

SPARE_SECONDS = 30.0  # for starting and stopping the kernel, on top of the time that the cells may take
LONGEST_LINE = 60
MODE = "clean run"  # nothing is recorded or packed meanwhile


def clean_run(path: Path, seconds: float) -> str:
    """A sentence that says where the notebook stops within `seconds`, "" when it runs to its end."""
    environment = {**os.environ, "NBGRADER_EXECUTION": MODE, "COURSE_PACE": "fast"}
    command = [sys.executable, "-m", "helpers.student.clean_run", str(path), str(seconds)]
    try:
        done = subprocess.run(
            command,
            cwd=path.parent,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds + SPARE_SECONDS,
        )
        return str(json.loads(done.stdout))
    except subprocess.TimeoutExpired:
        return _too_long(seconds)
    except (OSError, ValueError):
        return "It could not be tried in a clean kernel here."


def _stop(path: Path, seconds: float) -> str:
    """What `clean_run` says; runs the cells in this process's own kernel."""
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}}
    )
    with client.setup_kernel(env=dict(os.environ), stderr=subprocess.DEVNULL):
        until = time.monotonic() + seconds
        for index, cell in enumerate(notebook.cells):
            client.timeout = max(1, round(until - time.monotonic()))
            try:
                client.execute_cell(cell, index)
            except CellExecutionError as error:
                return f"In a clean kernel it stops at {_place(cell)}: {_reason(error)}."
            except CellTimeoutError:
                return f"{_too_long(seconds)} The time ran out in {_place(cell)}."
            except DeadKernelError:
                return f"In a clean kernel {_place(cell)} ends the kernel."
    return ""


def _too_long(seconds: float) -> str:
    return f"In a clean kernel it does not come to its end within {seconds:g} seconds."


def _place(cell: Any) -> str:
    line = next((line.strip() for line in cell.source.splitlines() if line.strip()), "")
    short = line if len(line) <= LONGEST_LINE else line[: LONGEST_LINE - 1] + "…"
    return f"the cell that begins with `{short.replace('`', '’')}`"


def _reason(error: Any) -> str:
    said = (error.evalue or "").strip().splitlines()
    return f"{error.ename}: {said[0][:200].rstrip('.')}" if said else error.ename


if __name__ == "__main__":
    print(json.dumps(_stop(Path(sys.argv[1]), float(sys.argv[2]))))
