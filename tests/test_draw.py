"""Pictures: their words, their colours, their form outside a notebook, and hints that always stand."""

from __future__ import annotations

import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest

from helpers import draw
from helpers.draw import palette
from helpers.draw.numbers import number
from helpers.draw.picture import STATIC, STATIC_MIME, standalone
from tests.counting import LITTLE, lines_run

INPUT = np.array([[0, 55, 0, 0], [20, 0, 41, 33], [0, 90, 0, 0], [0, 57, 0, 95]])


def pooling_picture() -> draw.Picture:
    return draw.row(
        draw.Grid(INPUT, "input", "input", name="x", marks=[draw.ring((0, 1)), draw.window(0, 0, 2, 2)]),
        "→",
        draw.Grid([[55, 41], [90, 95]], "output", "output", name="y"),
        alt="max pooling",
        caption="Each window keeps its winner.",
        connect=[("y:0,0", "x:0,1")],
    )


def every_kind_of_picture() -> list[draw.Picture]:
    signal = np.array([1, 5, 3, 7, -5, np.nan])
    return [
        pooling_picture(),
        draw.stack(
            draw.Bars(signal, "input", "x", marks=[draw.ring(1), draw.ghost(2), draw.dim(3)]),
            draw.Strip([1 / 3] * 3, "kernel", "w", offset=2),
            draw.Strip(list("GATTACA")),
            alt="a signal & its kernel",
        ),
        draw.row(draw.Grid(np.eye(28)), draw.Grid(-np.eye(14), "gradient"), alt="maps"),
        draw.row(
            draw.Grid(np.eye(3), marks=[draw.hatch((0, 0)), draw.symbol("★", (1, 1))], missing=np.eye(3) > 0),
            draw.above("a note", draw.Grid([[1]], indices=True)),
            alt="marks",
        ),
        draw.note("Not attempted yet."),
        draw.compare_values(INPUT, INPUT + 1, "dx"),
        draw.compare_values([1, 2, 3], [1, 2]),
        draw.curves(None, {"a": [1, 2], "b": [2, 1]}, "step", "loss", alt="two curves"),
        draw.photo(np.zeros((8, 8)), alt="a black square"),
    ]


# --- words ---


def test_a_picture_without_alt_text_is_an_error_that_says_what_to_do():
    with pytest.raises(ValueError, match="pass alt="):
        draw.Picture("<svg></svg>", alt="  ")


def test_a_picture_shows_its_alt_text_and_its_caption():
    bundle = pooling_picture()._repr_mimebundle_()
    assert bundle["text/html"].startswith('<figure class="course-picture"')
    assert 'role="img" aria-label="max pooling"' in bundle["text/html"]
    assert "<figcaption" in bundle["text/html"]
    assert bundle["text/plain"] == "max pooling\nEach window keeps its winner."
    assert STATIC_MIME not in bundle


def test_while_building_a_picture_also_travels_as_data(monkeypatch):
    monkeypatch.setenv(STATIC, "1")
    picture = pooling_picture()
    assert picture._repr_mimebundle_()[STATIC_MIME] == {
        "svg": picture.svg,
        "alt": picture.alt,
        "caption": picture.caption,
    }


def test_alt_text_is_escaped():
    assert "&quot;&lt;b&gt;" in draw.note("x", alt='"<b>').html()


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (3.0, "3"),
        (-0.25, "−0.25"),
        (1 / 3, "0.333"),
        (-0.0, "0"),
        (1234.5, "1234"),
        (921_601_000, "9.22e8"),
        (1e-9, "1e−9"),
        (0.00192, "0.00192"),
        (float("nan"), "NaN"),
        (float("-inf"), "−∞"),
        (True, "True"),
        (np.float32(0.1), "0.1"),
        ("A", "A"),
        (None, "None"),
    ],
)
def test_a_number_is_short_and_has_a_proper_minus(value, shown):
    assert number(value) == shown


def test_a_small_array_is_spelled_out_and_a_large_one_is_summed_up():
    assert draw.table_alt([[1, 0], [3, -4]], "input") == "input, 2 × 2: 1, 0; 3, −4"
    assert draw.table_alt(np.arange(100), "x") == "x, 100, range 0 … 99"
    assert draw.table_alt(np.zeros((0, 3))) == "0 × 3: empty"


# --- colours ---


def luminance(rgb: tuple[float, float, float]) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: tuple[float, float, float], b: tuple[float, float, float]) -> float:
    dark, light = sorted((luminance(a), luminance(b)))
    return (light + 0.05) / (dark + 0.05)


def rgb(code: str) -> tuple[float, float, float]:
    return tuple(int(code[i : i + 2], 16) / 255 for i in (1, 3, 5))


def blend(ink: tuple[float, ...], paper: tuple[float, ...], opacity: float) -> tuple[float, ...]:
    return tuple(opacity * i + (1 - opacity) * p for i, p in zip(ink, paper, strict=True))


THEMES = {  # JupyterLab's backgrounds, and its text colour as an ink with an opacity
    "light": (rgb("#ffffff"), (rgb("#000000"), 0.87)),
    "dark": (rgb("#111111"), (rgb("#ffffff"), 1.0)),
    "standalone": (rgb("#ffffff"), (rgb("#1a1a1a"), 1.0)),
}


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("role", palette.ROLES)
def test_numbers_can_be_read_on_the_strongest_tint_and_outlines_can_be_seen(role, theme):
    paper, (ink, opacity) = THEMES[theme]
    cell = blend(rgb(draw.colour(role)), paper, palette.STRONGEST)
    assert contrast(blend(ink, cell, opacity), cell) >= 4.5
    assert contrast(rgb(draw.colour(role)), paper) >= 3


# Machado, Oliveira & Fernandes 2009, severity 1, on linear RGB.
BLINDNESS = {
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
}


def seen_in_lab(role: str, kind: str) -> np.ndarray:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb(draw.colour(role))]
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = to_xyz @ np.clip(np.array(BLINDNESS[kind]) @ linear, 0, 1) / [0.9505, 1, 1.089]
    x, y, z = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("kind", BLINDNESS)
def test_the_four_roles_of_a_layer_differ_for_colour_blind_eyes(kind):
    roles = [seen_in_lab(role, kind) for role in ("input", "kernel", "output", "gradient")]
    apart = [np.linalg.norm(a - b) for i, a in enumerate(roles) for b in roles[i + 1 :]]
    assert min(apart) > 15  # CIELAB; 2 can just be told apart, side by side


def test_an_unknown_role_names_the_known_ones():
    with pytest.raises(ValueError, match="input, kernel, output, gradient"):
        draw.row(draw.Grid([[1]], "inptu"), alt="x")


# --- form ---


def test_every_picture_is_well_formed_and_the_same_each_time():
    for once, again in zip(every_kind_of_picture(), every_kind_of_picture(), strict=True):
        ElementTree.fromstring(once.svg)
        assert once == again


def test_no_picture_carries_an_id_that_could_clash_with_another_one():
    assert not any(re.search(r'\sid="', picture.svg) for picture in every_kind_of_picture())


def test_a_picture_stands_alone_without_a_page_around_it():
    resvg = pytest.importorskip("resvg_py")
    import matplotlib

    fonts = str(Path(matplotlib.get_data_path()) / "fonts" / "ttf")
    for picture in every_kind_of_picture():
        alone = standalone(picture.svg)
        assert "var(" not in alone and 'xmlns="http://www.w3.org/2000/svg"' in alone
        png = bytes(resvg.svg_to_bytes(svg_string=alone, font_dirs=[fonts], zoom=2, skip_system_fonts=True))
        assert png.startswith(b"\x89PNG")
        pixels = _pixels(png)
        assert pixels[0, 0].tolist() == [255, 255, 255]
        assert len(np.unique(pixels.reshape(-1, 3), axis=0)) > (1 if "black square" in picture.alt else 5)


def _pixels(png: bytes) -> np.ndarray:
    import io

    from matplotlib.image import imread

    return (imread(io.BytesIO(png))[..., :3] * 255).round().astype(np.uint8)


def test_nested_variables_fall_back_to_the_innermost_value():
    assert 'fill="rgb(1,2,3)"' in standalone('<svg><rect fill="var(--a, var(--b, rgb(1,2,3)))"/></svg>')


def test_a_large_grid_says_its_range_and_stays_small():
    picture = draw.row(draw.Grid(np.linspace(-3, 9, 128 * 128).reshape(128, 128), "output"), alt="a map")
    assert "range −3 … 9, grey is negative" in picture.svg
    assert len(picture.svg) < 60_000


def test_a_strip_of_fractions_keeps_in_step_with_the_bars_above_it():
    boxes = draw.above(
        draw.Bars([1, 2, 3, 4], name="x"), draw.Strip([1 / 3] * 3, offset=1, name="w")
    ).anchors(0, 0)
    assert boxes["w:0,0"].x == boxes["x:0,1"].x
    assert boxes["w:0,2"].x == boxes["x:0,3"].x


def test_a_line_of_digits_is_given_the_room_that_digits_take():
    DIGIT_OF_DEJAVU = 0.636  # font sizes; among the widest fonts in use
    assert draw.Words("2304000", 16.0).size().width >= 7 * 16 * DIGIT_OF_DEJAVU
    assert draw.Words("abcdefg", 16.0).size().width < draw.Words("2304000", 16.0).size().width


def test_three_dimensions_are_refused_with_a_way_out():
    with pytest.raises(ValueError, match=r"pick one plane, x\[0, 0\]"):
        draw.row(draw.Grid(np.zeros((2, 2, 2))), alt="x")


def test_connecting_to_a_cell_that_is_not_there_names_the_cells():
    with pytest.raises(ValueError, match="no cell 'z:0,0'"):
        draw.row(draw.Grid([[1]], name="x"), alt="x", connect=[("x:0,0", "z:0,0")])


def test_tensors_with_gradients_can_be_drawn():
    torch = pytest.importorskip("torch")
    assert ">5<" in draw.row(draw.Grid(torch.full((2, 2), 5.0, requires_grad=True)), alt="x").svg


def test_three_grids_are_little_work():
    grid = draw.Grid(np.arange(64).reshape(8, 8), "input", "input")
    assert lines_run(lambda: draw.row(grid, grid, grid, alt="x")) < LITTLE


def test_drawing_needs_neither_torch_nor_matplotlib_to_be_loaded():
    code = "import sys; from helpers import draw; print({'torch', 'matplotlib'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


# --- hints ---

ODD = {
    "nothing": None,
    "text": "yes",
    "a dictionary": {"a": 1},
    "a number": 3.5,
    "not a number": float("nan"),
    "complex": np.ones((2, 2)) * 1j,
    "NaN and infinities": np.array([[np.nan, np.inf], [-np.inf, 0]]),
    "empty": np.zeros((0,)),
    "empty plane": np.zeros((3, 0)),
    "objects": np.array([None, "a"], dtype=object),
    "ragged": [[1, 2], [3]],
    "booleans": np.array([[True, False], [False, True]]),
    "huge": np.ones((400, 400)),
    "five axes": np.ones((2, 1, 2, 3, 3)),
    "a tuple of arrays": (np.ones((2, 2)), np.zeros((2, 2))),
    "a class": object,
    "integers beyond float": 10**400,
    "a long text": "x" * 10_000,
}


class Unprintable:
    def __repr__(self) -> str:
        raise RuntimeError("no")


@pytest.mark.parametrize("yours", [*ODD.values(), Unprintable()], ids=[*ODD, "unprintable"])
@pytest.mark.parametrize("expected", ODD.values(), ids=ODD)
def test_a_hint_is_drawn_whatever_was_returned(expected, yours):
    picture = draw.compare_values(expected, yours, "y")
    ElementTree.fromstring(picture.svg)
    assert picture.alt


def test_a_hint_says_expected_yours_and_where_they_differ():
    picture = draw.compare_values([[1, 2], [3, 4]], [[1, 2], [3, -4]], "dx")
    assert picture.alt == (
        "dx. Expected, 2 × 2: 1, 2; 3, 4. Yours, 2 × 2: 1, 2; 3, −4. "
        "1 value is different, the first at (1, 1)."
    )
    assert (
        picture.svg.count('stroke="#D2391E" stroke-width="2.5"') == 2
    )  # ringed in yours and in the difference


def test_a_hint_shows_the_plane_and_the_cut_around_the_first_difference():
    expected = np.zeros((2, 3, 20, 20))
    yours = expected.copy()
    yours[1, 2, 15, 4] = 1
    picture = draw.compare_values(expected, yours)
    assert "plane (1, 2) of 2 × 3, rows 12 to 19 of 20, columns 1 to 8 of 20" in picture.alt
    assert "+1" in picture.svg


def test_a_hint_on_a_single_plane_does_not_number_it():
    one, two = np.zeros((1, 2, 3)), np.zeros((2, 2, 3))
    assert "plane" not in draw.compare_values(one, one + 1).alt
    assert "plane 0 of 2" in draw.compare_values(two, two + 1).alt


def test_a_missing_bar_without_a_number_leaves_no_trace():
    drawn = draw.row(draw.Bars([2.0, 0.0], missing=[False, True], numbers=False), alt="one bar")
    assert "stroke-dasharray" not in drawn.svg


def test_a_hint_on_shapes_names_both_shapes_and_dashes_what_is_missing():
    picture = draw.compare_values([8, 4, 12], [8, 4, 12, 1, 3])
    assert "expected (3,), yours (5,)" in picture.alt
    assert picture.svg.count("stroke-dasharray") == 2


def test_a_hint_on_several_results_shows_the_one_that_is_wrong():
    right, wrong = np.ones((2, 2)), np.zeros((2, 2))
    assert "result 2 of 2" in draw.compare_values((right, right), (right, wrong)).alt


def test_equal_values_are_said_to_agree():
    assert draw.compare_values([1, np.nan], [1, np.nan]).alt.startswith("Expected and yours agree")


def test_a_hint_is_little_work():
    assert lines_run(lambda: draw.compare_values(np.eye(8), np.eye(8) * 2)) < LITTLE
