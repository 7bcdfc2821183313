"""The pictures of notebook 03: a kernel on an image, kernels on photographs, a white pixel, colours, edges, factors.

Each function takes arrays that a student can print and returns one Picture. Knows no explorer, no exercise
and no student's function.
"""

from helpers.lectures.convolution_2d.pictures.channels import filter_over_channels, photo_planes
from helpers.lectures.convolution_2d.pictures.edges import edge_reading, gradient_arrows
from helpers.lectures.convolution_2d.pictures.factors import bell_samples, factors
from helpers.lectures.convolution_2d.pictures.photographs import kernel_gallery, photo_maps
from helpers.lectures.convolution_2d.pictures.sliding import (
    edge_of_grid,
    kernel_on_grid,
    sliding_kernel2d,
    white_pixel,
)

__all__ = [
    "bell_samples",
    "photo_planes",
    "edge_of_grid",
    "edge_reading",
    "factors",
    "filter_over_channels",
    "gradient_arrows",
    "kernel_gallery",
    "kernel_on_grid",
    "photo_maps",
    "sliding_kernel2d",
    "white_pixel",
]
