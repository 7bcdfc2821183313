"""The tests of access find what they are meant to find: faults planted in a page of their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.access import pale_texts, violations
from tests.jupyter import browser_page

pytestmark = pytest.mark.browser
TEXT = '<svg width="200" height="50" aria-label="numbers"><rect width="200" height="50" fill="{ground}" {more}/><text x="9" y="30" fill="{ink}" font-size="14" {more}>12</text></svg>'


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with browser_page() as opened:
        yield opened


@pytest.mark.parametrize(
    ("fault", "rule"),
    [
        ('<p style="color:#bbb">pale</p>', "color-contrast"),
        ('<input type="text">', "label"),
        ('<svg role="img" width="9" height="9"></svg>', "svg-img-alt"),
        ("<button></button>", "button-name"),
    ],
)
def test_a_planted_violation_is_found(page, fault, rule):
    page.set_content(f'<html lang="en"><main class="here">{fault}</main></html>')
    assert [sentence.split()[0] for sentence in violations(page, ".here")] == [rule]


def test_good_output_has_no_violation(page):
    page.set_content('<html lang="en"><main class="here"><label>n <input type="text"></label></main></html>')
    assert violations(page, ".here") == []


@pytest.mark.parametrize(
    ("ink", "ground", "more", "is_pale"),
    [
        ("#000000", "#ffffff", "", False),
        ("#ffffff", "#009E73", "", True),
        ("#000000", "#009E73", "", False),
        ("#000000", "#ffffff", 'opacity="0.35"', True),
    ],
)
def test_text_in_a_picture_is_held_against_what_lies_below_it(page, ink, ground, more, is_pale):
    page.set_content(f'<div class="here">{TEXT.format(ink=ink, ground=ground, more=more)}</div>')
    assert bool(pale_texts(page, ".here")) is is_pale
