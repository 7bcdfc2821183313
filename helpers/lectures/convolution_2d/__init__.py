"""Notebook 03: its numbers, pictures and explorers."""

from helpers.lectures.convolution_2d.numbers import *  # noqa: F403
