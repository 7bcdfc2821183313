"""Predictions: what a typed guess means, and what is shown after committing."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from autograde.building.checkdata import prediction_json
from autograde.course import definition
from autograde.course.definition import DefinitionError
from helpers import draw
from helpers.draw.picture import STATIC
from helpers.student import predictions
from helpers.student.predictions import Prediction, numbers_in, predict

NUMBER = Prediction("n", "How many `values`?", (), "294912", "Height × width × 3.")
CHOICE = Prediction("c", "Which?", ("left", "<b>right</b>"), "left", "It moves.")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("3", 3), (" -0.5 ", -0.5), ("−2", -2), ("0,5", 0.5), ("1/3", 1 / 3), ("-3/4", -0.75), ("1e-3", 0.001),
        ("294 912", 294912), ("294\u202f912", 294912), ("294\u00a0912", 294912), ("294,912", 294912), ("1,234,567", 1234567),
        ("1,234.5", 1234.5), (".5", 0.5), ("+4", 4),
    ],
)  # fmt: skip
def test_a_number_is_understood_as_people_type_it(text, number):
    assert any(n == pytest.approx(number) for n in numbers_in(text))


@pytest.mark.parametrize(
    "text", ["", "  ", "three", "1/0", "1/2/3", "nan", "inf", "1e999", "4 px", "--1", "/"]
)
def test_what_is_no_number_is_answered_with_a_sentence(text):
    with pytest.raises(ValueError, match="Type a number, for example"):
        numbers_in(text)


@pytest.mark.parametrize(
    ("guess", "right"),
    [("294912", True), ("294,912", True), ("295000", True), ("98304", False), ("290000", False)],
)
def test_a_number_within_half_a_percent_is_right(guess, right):
    assert NUMBER.agrees(guess) == right


def test_zero_has_to_be_zero():
    zero = Prediction("z", "?", (), "0.0", "None.")
    assert zero.agrees("0") and zero.agrees("-0") and not zero.agrees("0.001")


def test_committing_reveals_the_answer_with_its_reason():
    assert NUMBER.reveal("294912") == "Right. Height × width × 3."
    assert NUMBER.reveal(" 7 ") == "You guessed 7; it is 294\u202f912. Height × width × 3."
    assert CHOICE.reveal("<b>right</b>").endswith("it is left. It moves.")


KNOWN = Prediction(
    "k", "How much?", (), "-1.4", "So it is.", {"0.4": "That is the rate alone.", "2.4": "That is the step."}
)
TOLD = Prediction("t", "Which?", ("a", "b", "c"), "a", "So it is.", {"b": "Not b, since it is small."})


def test_a_wrong_guess_that_is_known_gets_its_own_sentence():
    assert KNOWN.reveal("2/5") == "You guessed 2/5; it is −1.4. That is the rate alone. So it is."
    assert KNOWN.reveal("3") == "You guessed 3; it is −1.4. So it is."
    assert KNOWN.reveal("-1.4") == "Right. So it is."
    assert TOLD.reveal("b") == "You guessed b; it is a. Not b, since it is small. So it is."
    assert TOLD.reveal("c") == "You guessed c; it is a. So it is."


def test_the_picture_comes_with_the_answer_and_not_before(monkeypatch):
    from ipywidgets.widgets import widget

    made: list[int] = []

    def picture() -> draw.Picture:
        made.append(1)
        return draw.note("the fall")

    bundle = replace(CHOICE, then=picture)._repr_mimebundle_()
    box = widget._instances[bundle["application/vnd.jupyter.widget-view+json"]["model_id"]]
    assert not made and "the fall" not in str(bundle) and "details" not in bundle["text/html"]
    guess, button = box.children[1].children
    guess.value = "left"
    button.click()
    assert made == [1] and "the fall" in box.children[2].value and "It moves." in box.children[2].value


def test_on_a_page_without_a_kernel_answer_and_picture_wait_in_a_fold(monkeypatch):
    monkeypatch.setenv(STATIC, "1")
    folded = replace(CHOICE, then=draw.note("the fall"))._repr_mimebundle_()["text/html"]
    before, fold = folded.split("<details>")
    assert "It moves." not in before and "the fall" not in before
    assert "left. It moves." in fold and "the fall" in fold
    assert "<details>" not in CHOICE._repr_mimebundle_()["text/html"]


def test_the_static_form_holds_question_and_choices_but_no_answer(monkeypatch):
    monkeypatch.setattr(predictions, "_widget_view", lambda _: {})
    bundle = CHOICE._repr_mimebundle_()
    assert "Which?" in bundle["text/plain"] and "&lt;b&gt;right" in bundle["text/html"]
    assert "<code>values</code>" in NUMBER._repr_mimebundle_()["text/html"]
    for text in bundle.values():
        assert "It moves." not in text
    assert "294912" not in str(NUMBER._repr_mimebundle_())


def test_the_widget_keeps_its_secret_until_a_guess_is_committed():
    import ipywidgets as widgets
    from ipywidgets.widgets import widget

    def shown(prediction: Prediction) -> tuple[widgets.Widget, widgets.Button, widgets.HTML]:
        bundle = prediction._repr_mimebundle_()
        box = widget._instances[bundle["application/vnd.jupyter.widget-view+json"]["model_id"]]
        row = box.children[1]
        return row.children[0], row.children[1], box.children[2]

    guess, button, answer = shown(NUMBER)
    button.click()
    assert "Commit to a guess first" in answer.value
    guess.value = "many"
    button.click()
    assert "Type a number" in answer.value and not button.disabled
    guess.value = "12"
    button.click()
    assert "it is 294\u202f912" in answer.value and button.disabled and guess.disabled


def test_the_data_file_does_not_show_answer_or_reason_at_a_glance(monkeypatch):
    made = definition.Prediction(
        "p", "m", "Question?", 0.125, "Because of an eighth.", (), {0.5: "Not a half."}
    )
    data = prediction_json(made)
    assert not any(word in json.dumps(data) for word in ("0.125", "eighth", "half"))
    monkeypatch.setattr(predictions, "prediction_data", lambda name: data)
    assert predict("p") == Prediction(
        "p", "Question?", (), "0.125", "Because of an eighth.", {"0.5": "Not a half."}
    )


def test_an_unknown_prediction_is_named():
    with pytest.raises(LookupError, match="'nothing'"):
        predict("nothing")


@pytest.mark.parametrize(
    ("wanted", "words"), [({"answer": "up", "choices": ["left"]}, "not among the choices"), ({"answer": True}, "no number"),
                          ({"answer": "7"}, "no number"), ({"answer": 7, "mistakes": {7.0: "."}}, "no wrong answer"),
                          ({"answer": "up", "choices": ["up", "left"], "mistakes": {"down": "."}}, "no wrong answer")]
)  # fmt: skip
def test_a_prediction_that_nobody_could_get_right_is_refused(wanted, words, monkeypatch):
    monkeypatch.setattr(definition, "_predictions", {})
    with pytest.raises(DefinitionError, match=words):
        definition.prediction("p", question="?", reason="!", **wanted)
