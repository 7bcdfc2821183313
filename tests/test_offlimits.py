"""Which names count as a routine that is off limits, and which only look like one."""

from __future__ import annotations

import numpy as np
import pytest

from autograde.classroom.trying import run_source
from helpers.checking.offlimits import off_limits_use, ways_around


def use(body: str, *forbidden: str, before: str = "") -> str | None:
    source = f"import numpy as np\n{before}\ndef f(x, w):\n    {body}\n"
    names = run_source(source, f"offlimits{abs(hash(source))}.py")
    return off_limits_use(names["f"], forbidden)


@pytest.mark.parametrize(
    ("body", "forbidden", "found"),
    [
        ("return np.convolve(x, w)", "numpy.convolve", "np.convolve"),
        ("return np.correlate(x, w)", "numpy.convolve", None),
        ("return np.fft.fft(x)", "numpy.fft", "np.fft.fft"),
        ("return x.convolve(w)", "numpy.convolve", None),
        ("return x.unfold(0, 2, 1)", ".unfold", "x.unfold"),
        ("return x[0].y().unfold(0)", ".unfold", "….unfold"),
        ("return x.unfolded", ".unfold", None),
        (
            "from numpy.lib.stride_tricks import as_strided as s\n    return s(x)",
            "numpy.lib.stride_tricks",
            "s",
        ),
        ("import numpy.lib.stride_tricks\n    return 1", "numpy.lib.stride_tricks", None),
        ("import scipy.ndimage as n\n    return n.convolve(x, w)", "scipy.ndimage", "n.convolve"),
        ("import not_installed_anywhere as n\n    return n.convolve(x)", "numpy.convolve", None),
        ("convolve = max\n    return convolve(x)", "numpy.convolve", None),
    ],
)
def test_names_are_resolved_to_what_they_stand_for(body, forbidden, found):
    assert use(body, forbidden) == found


def test_pytorch_is_found_by_its_modules_and_classes():
    pytest.importorskip("torch")
    names = ("torch.nn.functional.max_pool2d", "torch.nn.MaxPool2d")
    assert (
        use("return F.max_pool2d(x, 2)", *names, before="import torch.nn.functional as F") == "F.max_pool2d"
    )
    assert use("return nn.MaxPool2d(2)(x)", *names, before="from torch import nn") == "nn.MaxPool2d"
    assert use("return nn.AvgPool2d(2)(x)", *names, before="from torch import nn") is None


def test_helpers_that_call_one_another_are_followed_once():
    before = "def a(x): return b(x)\ndef b(x): return a(x) or np.convolve(x, x)"
    assert use("return a(x)", "numpy.convolve", before=before) == "np.convolve"


def test_without_a_list_nothing_is_off_limits():
    assert use("return np.convolve(x, w)") is None


def test_a_function_without_source_is_judged_by_itself():
    assert off_limits_use(np.convolve, ("numpy.convolve",)) == "numpy.convolve"
    assert off_limits_use(len, ("numpy.convolve",)) is None
    assert off_limits_use(3, ("numpy.convolve",)) is None


LAYER = """
class Layer:
    def __init__(self, w):
        self.w = w
    def backward(self, x):
        return x * self.w
    @staticmethod
    def unfold(x):
        return {inside}
"""


@pytest.mark.parametrize(
    "body",
    ["return Layer(w).backward(x)", "own = Layer(w)\n    return own.backward(x)", "return Layer.unfold(x)"],
)
def test_a_students_own_class_may_call_its_methods_anything(body):
    assert use(body, ".backward", ".unfold", before=LAYER.format(inside="x")) is None


def test_what_a_method_of_ones_own_class_uses_is_seen():
    before = LAYER.format(inside="np.convolve(x, x)")
    assert use("return Layer(w).backward(x)", "numpy.convolve", before=before) == "np.convolve"


def test_a_method_of_a_tensor_is_found_beside_a_class_that_has_none_of_that_name():
    before = "class Layer:\n    def forward(self, x): return x"
    assert use("return x.backward()", ".backward", before=before) == "x.backward"


def test_a_method_reached_through_its_class_is_found():
    pytest.importorskip("torch")
    before = "import torch\n" + LAYER.format(inside="x")
    assert use("return torch.Tensor.unfold(x, 0, 2, 1)", ".unfold", before=before) == "torch.Tensor.unfold"


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("def f(x): return getattr(np, 'con' + 'volve')(x, x)", ("getattr",)),
        ("def f(x): exec('y = 1'); return eval('y')", ("exec", "eval")),
        ("def f(x): return __import__('numpy').convolve(x, x)", ("__import__",)),
        ("import sys\ndef f(x): return sys.modules['numpy'].convolve(x, x)", ("sys.modules",)),
        ("import re\ndef f(x): return re.compile('a')", ()),
        ("def f(x): return x +", ()),
    ],
)
def test_ways_around_are_noted(source, found):
    assert ways_around(source) == found


@pytest.mark.parametrize(
    ("before", "body"),
    [
        ("from helpers.lectures import why_convolution as lecture", "return lecture.window_sums(x, w)"),
        ("from helpers.lectures.why_convolution.numbers import window_sums as s", "return s(x, w)"),
        ("from helpers.lectures.convolution_2d.pictures.sliding import window_sums as s", "return s(x, w)"),
        (
            "from helpers.checking.references import conv2d_four_loops",
            "return conv2d_four_loops(x, w, 0, 1, 0)",
        ),
        ("from helpers.lectures.padding_and_stride.layer_stack import Stack", "return Stack(x, w)"),
    ],
)
def test_the_courses_own_routines_are_off_limits_in_every_exercise(before, body):
    assert use(body, before=before) is not None


def test_pictures_checks_and_numbers_of_the_course_are_not():
    before = (
        "from helpers import check, draw, explore\nfrom helpers.lectures import convolution_2d as lecture"
    )
    assert (
        use(
            "draw.pooling(x); explore.pooling_window; check('x')\n    return x * lecture.sobel_x",
            before=before,
        )
        is None
    )


@pytest.mark.parametrize(
    ("body", "before"),
    [
        ("return torch.nn.functional.max_pool3d(x, 2)", "import torch"),
        ("return torch.ops.aten.max_pool2d(x, 2)", "import torch"),
        ("return torch._C._nn.max_pool2d_with_indices(x, 2)", "import torch"),
        ("return pool(x)", "import torch\npool = torch.nn.MaxPool2d(2)"),
    ],
)
def test_other_ranks_inner_routines_and_layers_made_beforehand_are_the_same_routine(body, before):
    assert use(body, "torch.nn.functional.max_pool2d", "torch.nn.MaxPool2d", before=before) is not None


def test_routines_that_come_from_the_same_inner_module_are_none():
    assert (
        use("return F.linear(x, w)", "torch.nn.functional.conv2d", before="import torch.nn.functional as F")
        is None
    )
