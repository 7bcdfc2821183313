"""Loads everything slow once, before workers are forked: NumPy, PyTorch, Matplotlib, IPython and what they load late.

PyTorch is told to use one thread before any operation: a parent that ever ran several threads leaves its forks hanging.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from helpers.worker.shell import WorkerShell

ENVIRONMENT = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "NBGRADER_EXECUTION": "autograde",
    "PYTHONHASHSEED": "0",
}
FIRST_CELL = """
import numpy as np
class _Warm(Exception): pass
display({"text/plain": "1"}, raw=True)
print(1)
np.ones((2, 2)) @ np.ones((2, 2))
"""


def warm_shell() -> WorkerShell:
    """The shell that every fork inherits, after one cell and one traceback."""
    os.environ.update(ENVIRONMENT)
    for load in (_numpy, _torch, _matplotlib, _helpers):
        load()
    from helpers.worker.shell import WorkerShell

    shell = WorkerShell.instance()
    _draw()
    shell.run(FIRST_CELL, 0)
    shell.run("raise ValueError(1)", 0)
    shell.forget()
    gc.collect()
    gc.freeze()
    return shell


def _quietly(load: Callable[[], object]) -> None:
    try:
        load()
    except ImportError:  # a course that does not use it need not have it
        pass


def _numpy() -> None:
    import numpy.random  # noqa: F401
    import numpy.testing  # noqa: F401


def _torch() -> None:
    def load() -> None:
        import torch

        torch.set_num_threads(1)
        import torch._dynamo
        import torch.fx.experimental.symbolic_shapes
        import torch.nn.functional
        import torch.optim
        import torch.utils.data

        layer = torch.nn.Conv2d(1, 1, 3)
        picture = torch.ones(1, 1, 5, 5, requires_grad=True)
        result = layer(picture)
        result.backward(torch.ones_like(result))
        torch.optim.SGD(layer.parameters(), lr=0.1).step()

    _quietly(load)


def _matplotlib() -> None:
    def load() -> None:
        import matplotlib.backends.backend_agg
        import matplotlib.font_manager
        import matplotlib.pyplot  # noqa: F401

    _quietly(load)


def _draw() -> None:
    def load() -> None:
        import io

        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        figure = Figure()
        FigureCanvasAgg(figure)
        figure.add_subplot().plot([0, 1], [0, 1], label="warm")
        figure.savefig(io.BytesIO(), format="png", bbox_inches="tight")

    _quietly(load)


def _helpers() -> None:
    import helpers

    for name in ("check", "draw", "explore", "datasets", "predict", "yours", "course_map"):
        getattr(helpers, name)
    import helpers.checking.answers
    import helpers.checking.offlimits
    import helpers.travel.calls
    import helpers.travel.codec
    import helpers.worker.child  # noqa: F401
