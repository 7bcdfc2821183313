"""Notebook 04: its numbers, pictures and explorers."""

from helpers.lectures.padding_and_stride.numbers import *  # noqa: F403
