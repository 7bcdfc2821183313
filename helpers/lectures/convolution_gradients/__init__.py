"""Notebook 06: its numbers, pictures and explorers."""

from helpers.lectures.convolution_gradients.numbers import *  # noqa: F403
