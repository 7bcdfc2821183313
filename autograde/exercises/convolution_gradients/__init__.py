"""The exercises of notebook 06, gradients of a convolution: one module each."""

from autograde.exercises.convolution_gradients import (  # noqa: F401
    col2im,
    conv1d_backward,
    conv2d_backward,
    conv2d_im2col,
    im2col,
    numerical_gradient,
    predictions,
    relative_error,
    written,
)
