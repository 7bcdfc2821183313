"""The predictions of notebook 03, and its question that is graded by hand."""

from __future__ import annotations

from autograde.course.definition import prediction, written

prediction(
    "places_on_five_by_five",
    question="A 3 × 3 kernel on a 5 × 5 image, one pixel at a time and never over the border: how many outputs are there?",
    answer=9,
    reason="The window can start in rows 0, 1, 2 and in columns 0, 1, 2: 3 · 3 = 9 places, an output of 3 × 3.",
)

prediction(
    "flat_wall_after_sharpening",
    question="Every pixel of a wall has brightness 0.5. What does the kernel [0 −1 0, −1 5 −1, 0 −1 0] answer there?",
    answer=0.5,
    reason="The weights sum to 5 − 4 = 1, and 1 · 0.5 = 0.5: the wall stays as it is.",
)

prediction(
    "wall_under_the_lectures_sharpening",
    question="And the kernel [0 1 0, 1 −4 1, 0 1 0], which the lecture lists as “sharpen”, on the same wall?",
    answer=0,
    reason="Its weights sum to 0, so a wall of any brightness becomes 0. A photograph in which every wall is black was not "
    "sharpened.",
)

prediction(
    "very_wide_bell",
    question="Keep the size at 3 × 3 and make σ very large. What does the Gaussian kernel turn into?",
    choices=["the identity", "the box blur", "a kernel of zeros"],
    answer="the box blur",
    reason="A very wide bell is nearly flat over three pixels: nine equal samples, each 1/9 once they sum to 1. A very narrow "
    "bell does the opposite: only the centre is left, the identity.",
)

prediction(
    "sobel_x_on_a_horizontal_edge",
    question="The upper half of an image is dark, the lower half bright. What does Sobel x answer on the border between them?",
    answer=0,
    reason="Left and right of every pixel stands the same brightness, so right minus left is 0 in each of the three rows.",
)

prediction(
    "direction_of_a_falling_edge",
    question="Bright on the left, dark on the right: gx = −4 and gy = 0. What is arctan2(gy, gx)?",
    choices=["0", "π/2", "π"],
    answer="π",
    reason="The arrow points to where it gets brighter, here to the left: half a turn from “right”. arctan(gy/gx) = arctan(0) would "
    "say 0, as for the opposite edge.",
)

prediction(
    "corners_kernel_on_a_step",
    question="The lecture's “edge detection” kernel [1 0 −1, 0 0 0, −1 0 1] on the vertical step edge above: how large is its strongest "
    "answer?",
    answer=0,
    reason="In every window the upper row gives left minus right, and the lower row right minus left. On a vertical edge both rows are "
    "alike, so they cancel, everywhere.",
)

prediction(
    "white_pixel_under_correlation",
    question="A kernel in the shape of an F slides over one white pixel, cross-correlation, no flip. What appears in the output?",
    choices=["an upright F", "an F turned by 180°", "a mirrored F"],
    answer="an F turned by 180°",
    reason="The window whose lower right weight lies on the pixel comes first, so that weight is written first, top left. Rows and columns "
    "both come out in reverse order: half a turn.",
)

prediction(
    "colour_filter_on_a_grey_edge",
    question="Now move the window to where black meets white. What is the sum over the three planes there?",
    answer=0,
    reason="On grey pixels red and green are equal. Red gives −10, green +10, blue 0: the filter sees colours and is blind to brightness.",
)

prediction(
    "weights_of_eight_filters",
    question="A layer has 8 filters of 3 × 3 for a red-green-blue image. How many weights are that, without biases?",
    answer=216,
    reason="Each filter needs a kernel for each channel: 8 · 3 · 3 · 3 = 216. The size of the image plays no part.",
)

prediction(
    "products_of_two_passes",
    question="A 15 × 15 Gaussian costs 225 products for each output pixel. With a row of 15 and then a column of 15: how many?",
    answer=30,
    reason="15 for the pass with the row and 15 for the pass with the column: 7.5 times fewer.",
)

written(
    "trust_a_kernel",
    points=3,
    question="Someone sends you nine numbers and says: “This kernel sharpens photographs and finds edges.” You may compute with the numbers "
    "and run the kernel on test images of your own.\n\n(a) Which single number do you compute first, and what does it tell you about "
    "each of the two claims?\n\n(b) Describe a test image that shows you all nine weights in one go, and say how they appear under "
    "cross-correlation.\n\n(c) Describe a test image that tells an edge detector from a corner detector, and what you expect "
    "of each.",
    rubric="1 point: (a) the sum of the weights; 1 keeps the brightness of flat regions (needed for sharpening), 0 silences them (needed for an "
    "edge detector); since it can't be both, the two claims contradict each other. Half without the consequence. 1 point: (b) one white "
    "pixel on black, at least as far from the border as the kernel is large; the weights appear turned by 180° (rows and columns reversed). "
    "Half if 'mirrored' or without the order. 1 point: (c) an image with a straight edge and a corner (a step edge, or a bright square): an edge detector "
    "answers all along the side, a corner detector is silent there and answers where two sides meet.",
)
