"""One meaning a letter (docs/notation.md): what a machine can see of it in formulas, signatures and words."""

from __future__ import annotations

import re

import pytest

from autograde.course.definition import Exercise
from autograde.course.lecture import Lecture, read_lecture
from autograde.course.registry import exercises, lecture_paths, module_of, repository

# Written before there was one notation; their second edition takes them off this list.
EXEMPT = (
    "00_start_here", "01_why_convolution", "02_convolution_1d", "03_convolution_2d", "04_padding_and_stride",
    "05_pooling", "06_convolution_gradients",
)  # fmt: skip
LECTURES = [read_lecture(path) for path in lecture_paths() if path.stem not in EXEMPT]
FORMULA = re.compile(r"\$\$(.+?)\$\$|\$([^$\n]+?)\$", re.DOTALL)
# In a formula, besides commands (\lambda) and words (\text{…}): what must not stand there, and what does.
FORBIDDEN = {
    r"(?<![\\A-Za-z{])L(?![A-Za-z])|(?<!\\mathcal)\{L\}": r"the loss is \mathcal{L}, a length T, a depth D",
    r"\\epsilon(?![A-Za-z])": r"the small number is \varepsilon",
    r"\\delta(?![A-Za-z])": r"the upstream gradient is \partial\mathcal{L}/\partial y",
    r"(?<![\\A-Za-z])g(?![A-Za-z])": r"the upstream gradient is \partial\mathcal{L}/\partial y",
    r"\\alpha(?![A-Za-z])": r"the learning rate is \eta",
    r"(?<![\\A-Za-z])k\s*\\times\s*k": "a kernel is K × K; k is a class",
    r"(?<![\\A-Za-z_])p_\{?(keep|drop)": "the probability of keeping is q",
}
NAMES = {
    "learning_rate": "lr", "eta": "lr", "rate": "lr", "grad_output": "dout", "dy": "dout", "delta_out": "dout", "upstream": "dout",
    "wd": "weight_decay", "epsilon": "eps", "kernel": "w", "weights": "w", "bias": "b", "target": "labels", "num_classes": "classes",
}  # fmt: skip


def formulas(text: str) -> list[str]:
    """Formulas of a markdown text without the words in them."""
    found = [one or other for one, other in FORMULA.findall(re.sub(r"`[^`]*`", "", text))]
    return [re.sub(r"\\(?:text|mathrm|operatorname)\{[^}]*\}", "", formula) for formula in found]


def misused(text: str) -> list[str]:
    return [
        f"{formula!r}: {right}"
        for formula in formulas(text)
        for pattern, right in FORBIDDEN.items()
        if re.search(pattern, formula)
    ]


@pytest.mark.parametrize("lecture", LECTURES, ids=lambda lecture: lecture.name)
def test_formulas_keep_to_the_notation(lecture: Lecture) -> None:
    assert [
        found for cell in lecture.cells if cell.kind == "markdown" for found in misused(cell.source)
    ] == []


@pytest.mark.parametrize("lecture", LECTURES, ids=lambda lecture: lecture.name)
def test_arguments_of_exercises_keep_to_the_notation(lecture: Lecture) -> None:
    mine = [
        e for e in exercises().values() if isinstance(e, Exercise) and e.module == module_of(lecture.name)
    ]
    assert mine
    assert {
        f"{e.name}({name}): {NAMES[name]}" for e in mine for name in e.parameters if name in NAMES
    } == set()


@pytest.mark.parametrize("lecture", LECTURES, ids=lambda lecture: lecture.name)
def test_nobody_is_told_of_lectures_and_slides(lecture: Lecture) -> None:
    said = re.compile(r"\b(the|this|our|next|last) (lectures?|slides?|decks?)\b", re.IGNORECASE)
    text = "\n".join(cell.source for cell in lecture.cells)
    assert said.findall(text) == []


@pytest.mark.parametrize(
    "wrong", [r"$L = 3$", r"$\partial L/\partial w$", r"$$\mathrm{d} L$$", r"$g_i$", r"$\alpha w$", r"$\frac{L}{2}$", r"$\delta_n$", r"$p_{keep}$"]
)  # fmt: skip
def test_other_letters_are_seen(wrong: str) -> None:
    assert misused(wrong)


@pytest.mark.parametrize(
    "right", [r"$\mathcal{L} = \tfrac12$", r"$\lambda, \gamma$", r"$\text{lr} \cdot g$".replace("g$", "w$"), r"$\log \hat y$", "`$L$`"]
)  # fmt: skip
def test_the_right_letters_pass(right: str) -> None:
    assert misused(right) == []


def test_the_table_has_every_letter_once() -> None:
    rows = [
        line
        for line in (repository() / "docs" / "notation.md").read_text().splitlines()
        if line.startswith("| ")
    ][1:]
    letters = [letter for row in rows for letter in re.findall(r"\$([^$]+)\$", row.split("|")[2])]
    single = [one.strip() for group in letters for one in re.split(r"[,;]", group) if one.strip()]
    twice = {letter for letter in single if single.count(letter) > 1}
    assert twice <= {"w", "h", "x_c", "y_c", "v"}, (
        twice
    )  # a box's w and h, a window's v stand beside their own words
