"""What a page may say of a hidden call: a closed list of forms, each with a bounded room for what the answer chose.

A hidden call's inputs are known to the answer by then, and anything it chooses (a number, a name, a shape, the text of
an exception) could repeat them. Every sentence about a hidden or timed call goes through here.
"""

from __future__ import annotations

import builtins
import re
from dataclasses import replace

from helpers.checking.compare import Mismatch
from helpers.travel.calls import Observation

SAID = "(a message)"  # stands for any words of an exception: whether there are some counts in some exercises
KNOWN_ERRORS = {name for name, kind in vars(builtins).items() if isinstance(kind, type)} | {
    "LinAlgError",
    "ResultThatCannotBeCompared",
}
NUMBER = r"[−-]?(?:\d{1,9}(?:\.\d{1,9})?(?:e[+−-]?\d{1,3})?|inf|nan|True|False)"
SHAPE = r"\((?:\d{1,6}(?:, ?|(?=\)))){0,6}\)"
PLACE = rf"(?:at index (?:\d{{1,6}}|{SHAPE}): )?"
PREFIX = r"(?:[a-z]{1,12}(?: [a-z]{1,12})?: |item \d{1,3}: ){0,3}"
SUFFIX = r"(?:; (?:[a-z]{1,12}(?: and )?){1,4} (?:is|are) right)?(?:; but your code changed its input `[a-z_]{1,20}`(?: and `[a-z_]{1,20}`){0,5}, work on a copy)?"
FORMS = re.compile(
    rf"{PREFIX}(?:"
    rf"expected {NUMBER}, yours is {NUMBER}"
    rf"|\d{{1,7}} of \d{{1,7}} numbers differs?, (?:the first )?{PLACE}expected {NUMBER}, yours is {NUMBER}"
    rf"|expected shape {SHAPE}, yours has shape {SHAPE}"
    r"|expected \d{1,4} items, yours has \d{1,2}"
    r"|got None\. Is a `return` missing\?|got None"
    r"|your result holds NaN \(not a number\)\. Is there a division by zero or an empty mean\?"
    r"|the values are right, but they are [a-z -]{1,30}; expected [a-z -]{1,30}"
    r"|the result is right, but your code changed its input `[a-z_]{1,20}`(?: and `[a-z_]{1,20}`){0,5}; work on a copy"
    r"|your code raised [A-Z]\w{2,30}"
    r"|this input must raise [A-Z]\w{2,30}; yours (?:returned a result|raised [A-Z]\w{2,30})"
    rf"){SUFFIX}"
)
OTHERWISE = {
    "error": "your code raised an exception",
    "no error": "this input must raise an exception; yours returned a result",
    "type": "the result is of another kind than expected",
    "shape": "the result has another shape than expected",
    "dtype": "the result has another dtype than expected",
    "nan": "the result holds NaN (not a number)",
    "changed": "the result is right, but your code changed its input; work on a copy",
}


def bounded(mismatch: Mismatch) -> Mismatch:
    """The mismatch with a sentence of a known form, and no values to draw."""
    sentence = mismatch.sentence
    if FORMS.fullmatch(sentence) is None:
        sentence = OTHERWISE.get(mismatch.kind, "the result differs from what is expected")
    return replace(mismatch, sentence=sentence, drawn=None)


def without_words(seen: Observation, allowed: str | None, parameters: tuple[str, ...]) -> Observation:
    """An observation of a hidden call without the answer's own words.

    allowed  the exception that the contract asks for
    """
    errors = tuple(name if name in KNOWN_ERRORS or name == allowed else "Exception" for name in seen.errors)
    changed = tuple(name if name in parameters else "input" for name in seen.changed[: len(parameters)])
    message = SAID if seen.message.strip() else ""
    return replace(seen, errors=errors, message=message, printed="", changed=tuple(dict.fromkeys(changed)))
