"""The explorers of notebook 08: a bowl, a race, rates of single weights, the map of momentum. All run the student's own steps."""

from __future__ import annotations

from typing import Any

from helpers.draw.picture import Picture
from helpers.explore.base import Explorer
from helpers.explore.controls import choice, slider, toggle
from helpers.explore.state import State
from helpers.lectures.optimizers.momentum_map import measured, momentum_map
from helpers.lectures.optimizers.pictures import Racers, Step, bowl_steps, effective_rates_of, race_on
from helpers.lectures.optimizers.surfaces import MAKERS

__all__ = ["bowl", "effective_rates", "momentum_styles", "race"]


def bowl(step: Step) -> Explorer:
    """Gradient descent on a bowl: choose the rate and the curvature."""

    def drawn(state: State) -> Picture:
        return bowl_steps(step, state.lr, state.curvature)

    return Explorer(
        drawn,
        {
            "lr": slider(0.02, 0.6, 0.4, 0.02, label="learning rate"),
            "curvature": slider(1.0, 6.0, 4.0, 0.5, label="curvature"),
        },
        try_this=[
            "Find the rate that reaches the bottom in a single step. What is it times the curvature?",
            "From which rate on does w run away? Set the curvature to 2 and look again.",
            "Make the rate small. After how many steps is half of the way done?",
        ],
    )


def race(racers: Racers, on: str = "ravine", try_this: Any = ()) -> Explorer:
    """Step functions from one start on one of five surfaces, with a slider for all rates and one for noise."""

    def drawn(state: State) -> Picture:
        return race_on(state.surface, racers, state.steps, 2.0**state.rate, state.noise)

    return Explorer(
        drawn,
        {
            "surface": choice({name: name for name in MAKERS}, on, label="surface"),
            "rate": slider(-4.0, 2.0, 0.0, 0.25, label="rates times 2 to the power"),
            "noise": slider(0.0, 0.5, 0.0, 0.05, label="noise in the gradients"),
            "steps": slider(5, 150, 80, 5, label="steps"),
        },
        try_this=try_this
        or [
            "Raise the rates until the first one runs away. Which is it?",
            "Choose the saddle. Who leaves it, and who stays for long?",
            "Add noise. Which path becomes calm again when you lower the rates?",
        ],
    )


def effective_rates(racers: Racers) -> Explorer:
    """How far two weights move for each unit of their gradients, when these differ in size."""
    return Explorer(
        lambda state: effective_rates_of(racers, 10.0**state.scale, state.quiet),
        {
            "scale": slider(-3.0, 0.0, -1.0, 0.25, label="second weight's gradients: 10 to the power"),
            "quiet": toggle("first weight's gradients fall to a hundredth half way"),
        },
        try_this=[
            "Make the second weight's gradients a thousandth. How do the two lines stand to each other?",
            "Let the first weight's gradients fall. Whose rate comes up again, and whose never does?",
        ],
    )


def momentum_styles(step: Step) -> Explorer:
    """A place on the map of momentum, and the walk that belongs to it."""
    kept = measured(step)  # once: it does not depend on the place

    return Explorer(
        lambda state: momentum_map(step, state.rate, state.momentum, kept=kept),
        {
            "rate": slider(0.05, 3.95, 1.0, 0.05, label="learning rate × curvature"),
            "momentum": slider(0.0, 0.98, 0.81, 0.01, label="momentum"),
        },
        try_this=[
            "Start at momentum 0. From which rate on does w run away? Then raise the momentum: how far can the rate go?",
            "Set the rate to 0.1. Which momentum comes down fastest without a swing?",
        ],
    )
