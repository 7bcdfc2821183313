"""Notebook 02: its numbers, pictures and explorers."""

from helpers.lectures.convolution_1d.numbers import *  # noqa: F403
