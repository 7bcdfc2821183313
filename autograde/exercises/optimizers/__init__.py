"""The exercises of notebook 08, optimizers: one module each."""

from autograde.exercises.optimizers import (  # noqa: F401
    adagrad_step,
    adam_step,
    alexnet_step,
    cosine_schedule,
    evaluate,
    momentum_step,
    nesterov_step,
    predictions,
    rmsprop_step,
    sgd_step,
    step_decay,
    train_one_epoch,
    two_layer_backward,
)
