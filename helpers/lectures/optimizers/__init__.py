"""Notebook 08: its numbers, pictures and explorers."""

from helpers.lectures.optimizers.numbers import *  # noqa: F403
