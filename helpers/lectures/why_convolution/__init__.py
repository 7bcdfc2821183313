"""Notebook 01: its numbers, pictures and explorers."""

from helpers.lectures.why_convolution.numbers import *  # noqa: F403
