"""`predict("name")`: commit to a guess, then see the answer with its reason. Practice, no marks.

The question, answer and reason come from the lecture's check file; the notebook holds the name only.
"""

from __future__ import annotations

import base64
import html
import json
import math
import os
import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from helpers.checking.checkfile import prediction_data
from helpers.draw.picture import STATIC, Picture

TOLERANCE = 0.005


@dataclass(frozen=True)
class Prediction:
    """A question with its hidden answer. `choices` empty means that a number is asked for.

    mistakes   what is said to some wrong guesses besides, by choice or number
    then       the picture that comes with the answer, or a function that makes it
    """

    name: str
    question: str
    choices: tuple[str, ...]
    answer: str
    reason: str
    mistakes: Mapping[str, str] = field(default_factory=dict)
    then: Picture | Callable[[], Picture] | None = None

    def agrees(self, guess: str) -> bool:
        """Whether a guess is right: the same choice, or a number within half a percent. Raises ValueError for no number."""
        return self._is(guess, self.answer)

    def _is(self, guess: str, said: str) -> bool:
        if self.choices:
            return guess == said
        return any(math.isclose(n, float(said), rel_tol=TOLERANCE, abs_tol=1e-9) for n in numbers_in(guess))

    def reveal(self, guess: str) -> str:
        """What is shown after committing."""
        verdict = (
            "Right." if self.agrees(guess) else f"You guessed {guess.strip()}; it is {_plain(self.answer)}."
        )
        mistake = next((said for wrong, said in self.mistakes.items() if self._is(guess, wrong)), "")
        return " ".join(part for part in (verdict, mistake, self.reason) if part)

    def picture(self) -> Picture | None:
        """What comes with the answer, made only when it is asked for."""
        return self.then() if callable(self.then) else self.then

    def __repr__(self) -> str:
        options = f" ({' / '.join(self.choices)})" if self.choices else ""
        return f"Predict: {self.question}{options}"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        items = "".join(f"<li>{html.escape(choice)}</li>" for choice in self.choices)
        static = f"<p><strong>Predict.</strong> {_marked(self.question)}</p>" + (
            f"<ul>{items}</ul>" if items else ""
        )
        picture = self.picture() if os.environ.get(STATIC) else None
        if picture is not None:  # a page without a kernel: the answer waits in a fold
            answer = _marked(f"{_plain(self.answer)}. {self.reason}")
            static += f"<details><summary>The answer, once you have guessed</summary><p>{answer}</p>{picture.html()}</details>"
        bundle: dict[str, Any] = {"text/html": static, "text/plain": repr(self)}
        bundle.update(_widget_view(self))
        return bundle


def predict(name: str, then: Picture | Callable[[], Picture] | None = None) -> Prediction:
    """The prediction called `name`, ready to show itself. Raises LookupError for an unknown name.

    `then` is the picture that comes with the answer (or a function that makes it): nobody sees it before the guess.
    """
    data = prediction_data(name)
    mistakes = json.loads(_unpacked(data["mistakes"])) if "mistakes" in data else {}
    answer, reason = _unpacked(data["answer"]), _unpacked(data["reason"])
    return Prediction(name, data["question"], tuple(data["choices"]), answer, reason, mistakes, then)


def numbers_in(text: str) -> list[float]:
    """What a typed number may mean: "0,5" is a half, "1,024" may be 1.024 or 1024. Fractions like 1/3 are understood.

    Raises ValueError with a sentence when it is no number.
    """
    cleaned = "".join(text.split()).replace("−", "-")
    readings = [cleaned.replace(",", ".")]
    if re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d*)?", cleaned):
        readings.append(cleaned.replace(",", ""))
    found = [number for number in map(_number, readings) if number is not None]
    if not found:
        raise ValueError("Type a number, for example 3, -0.5 or 1/3.")
    return found


def _number(text: str) -> float | None:
    numerator, _, denominator = text.partition("/")
    try:
        number = float(numerator) / (float(denominator) if denominator else 1.0)
    except (ValueError, ZeroDivisionError):
        return None
    return number if math.isfinite(number) else None


def _plain(text: str) -> str:
    try:
        value = float(text)
    except ValueError:
        return text
    digits = f"{value:.6g}" if not value.is_integer() else f"{int(value):,}".replace(",", "\u202f")
    return digits.replace("-", "−")


def _widget_view(prediction: Prediction) -> dict[str, Any]:
    import ipywidgets as widgets

    question = widgets.HTML(f"<strong>Predict.</strong> {_marked(prediction.question)}")
    guess = _guess_widget(prediction)
    commit = widgets.Button(description="Commit", button_style="primary", tooltip="Show the answer")
    shown = widgets.HTML(layout={"max_width": "60em"})
    shown.add_class("course-prediction-answer")

    def reveal(_: object) -> None:
        if guess.value in (None, ""):
            shown.value = "Commit to a guess first; a wrong one teaches more than none."
            return
        try:
            text = prediction.reveal(str(guess.value))
        except ValueError as error:
            shown.value = html.escape(str(error))
            return
        picture = prediction.picture()
        drawn = picture.html() if picture is not None else ""
        shown.value = f'<div role="status">{_marked(text)}</div>{drawn}'
        guess.disabled = True
        commit.disabled = True

    commit.on_click(reveal)
    if not prediction.choices:
        guess.continuous_update = False
        guess.on_submit(reveal) if hasattr(guess, "on_submit") else None
    row = [guess, commit]
    box = widgets.VBox([question, widgets.VBox(row) if prediction.choices else widgets.HBox(row), shown])
    box.add_class("course-prediction")
    return box._repr_mimebundle_()


def _guess_widget(prediction: Prediction) -> Any:
    import ipywidgets as widgets

    if prediction.choices:
        return widgets.RadioButtons(
            options=list(prediction.choices), value=None, layout={"width": "max-content"}
        )
    # The description is the field's label, for the eye and for a screen reader.
    style = {"description_width": "initial"}
    return widgets.Text(description="Your guess", style=style, layout={"width": "16em"})


def _marked(text: str) -> str:
    pieces = html.escape(text, quote=False).split("`")
    return "".join(f"<code>{piece}</code>" if index % 2 else piece for index, piece in enumerate(pieces))


def _unpacked(text: str) -> str:
    return zlib.decompress(base64.b64decode(text)).decode()
