"""The guesses of notebook 06, made before a result appears."""

from __future__ import annotations

from autograde.course.definition import prediction

prediction(
    "loss_with_a_larger_weight",
    question="The kernel [1, 2, −1] answers [8, 4, 12]; wanted is [7, 6, 8]. Raise w[1] a little: does the loss rise or fall?",
    choices=["it rises", "it falls", "it stays as it is"],
    answer="it rises",
    reason="The outputs change by 5, 3 and 7 times the step. Outputs 0 and 2 are too large already and get worse; output 1 gets better, "
    "but by less. Together: 1 · 5 − 2 · 3 + 4 · 7 = 27 times the step.",
)

prediction(
    "best_step_size",
    question="A smaller step h brings the difference closer to the derivative. Which of these steps gives the smallest error on a computer?",
    choices=["0.1", "0.00001", "0.000000000001"],
    answer="0.00001",
    reason="Below it the two function values agree in nearly all of their 16 digits, and the difference keeps only the digits that rounding has spoiled.",
)

prediction(
    "one_output_one_weight",
    question="y[1] = x[1] w[0] + x[2] w[1] + x[3] w[2], with x = [1, 5, 3, 7, 5]. You raise w[2] by 1. By how much does y[1] rise?",
    answer=7,
    reason="Only the last product changes, by x[3] = 7: the sample that stood under the weight.",
)

prediction(
    "gradient_of_the_last_weight",
    question="Weight w[2] met the samples 3, 7, 5; the upstream gradients are 1, −2, 4. What is ∂L/∂w[2]?",
    answer=9,
    reason="1 · 3 − 2 · 7 + 4 · 5 = 9: along every path the upstream gradient times the sample, and the paths add up.",
)

prediction(
    "weights_on_the_paths",
    question="Sample x[2] goes into y[0], y[1] and y[2]. Which weights does it meet there, in this order?",
    choices=["w[0], w[1], w[2]", "w[2], w[1], w[0]", "w[1] every time"],
    answer="w[2], w[1], w[0]",
    reason="In y[i] sample j stands under weight j − i. When i grows by 1, the weight's number shrinks by 1.",
)

prediction(
    "bias_gradient_of_a_batch",
    question="Two images, three filters, maps of 4 × 4, and every upstream gradient is 1. What is ∂L/∂b[0]?",
    answer=32,
    reason="Bias 0 is added to every output of filter 0: 2 · 4 · 4 = 32 of them, each with gradient 1. The other filters have biases of their own.",
)

prediction(
    "numbers_in_the_columns",
    question="An image with 2 channels of 3 × 4 pixels is unrolled for a 2 × 2 kernel, stride 1, no padding. How many numbers does the matrix hold?",
    answer=48,
    reason="2 · 3 = 6 windows, one column each, of 2 · 2 · 2 = 8 numbers. The image had 24.",
)

prediction(
    "back_and_forth",
    question="Nine pixels, all 1. You unroll them for a 2 × 2 kernel and add the columns back with col2im. What stands in the middle?",
    answer=4,
    reason="The middle pixel lies in all four windows, so four copies of it come back. col2im adds; it does not undo im2col.",
)

prediction(
    "why_loops_are_slow",
    question="Four nested loops and one matrix product do the same multiplications. About how many times as fast is the matrix product?",
    choices=["about as fast", "about 5 times", "more than 100 times"],
    answer="more than 100 times",
    reason="The multiplications take almost no time. Each round of a Python loop costs microseconds for itself, and the matrix product needs no rounds.",
)
