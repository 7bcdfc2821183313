"""The guesses of notebook 08, made before a result appears."""

from __future__ import annotations

from autograde.course.definition import prediction

prediction(
    "rate_on_a_bowl",
    question="The loss is ½ · 4 · w², so the gradient is 4w. You start at w = 1 with the rate 0.6. Where is w after one step?",
    answer=-1.4,
    reason="1 − 0.6 · 4 · 1 = −1.4. Each step multiplies w by 1 − 0.6 · 4 = −1.4: it jumps across the valley and ends higher than it began.",
    mistakes={
        0.4: "That is 1 − 0.6: the rate alone. The step is the rate times the gradient, and the gradient is 4.",
        -2.4: "That is the step. w is 1 plus it.",
        2.4: "That is the length of the step. w is 1 minus it.",
        3.4: "That goes along the gradient, uphill. A step goes against it.",
        -0.2: "That takes ½ · 4 · w for the gradient. The derivative of ½ · 4 · w² is 4w: the square's 2 cancels the half.",
    },
)

prediction(
    "steps_along_the_ravine",
    question="Along the bottom of the ravine the curvature is 1. With the rate 0.06, after about how many steps is w[0] half of what it was?",
    choices=["3", "11", "35"],
    answer="11",
    reason="Each step multiplies w[0] by 1 − 0.06 · 1 = 0.94, and 0.94 to the power 11 is 0.51.",
    mistakes={
        "3": "0.94 · 0.94 · 0.94 is still 0.83.",
        "35": "After 35 steps only 0.11 is left.",
    },
)

prediction(
    "memory_of_a_steady_gradient",
    question="The gradient is 1 at every step, and the momentum is 0.9. Towards which number does m grow?",
    answer=10,
    reason="m stops growing where 0.9 m + 1 = m, at m = 1 / (1 − 0.9) = 10. A step along a steady slope becomes ten times as long.",
    mistakes={
        1: "That holds for an average, in which the new gradient gets the share 1 − 0.9. Here it enters in full.",
        1.9: "That is m after the second step. It goes on growing.",
        0.9: "That is what is left of the first gradient after one step.",
    },
)

prediction(
    "first_average",
    question="m starts at 0, β₁ is 0.9, and the first gradient is 5. What is m after the first step?",
    answer=0.5,
    reason="0.9 · 0 + 0.1 · 5 = 0.5: a tenth of the gradient, because nine tenths of the average are still the 0 that it started with.",
    mistakes={
        5: "That would be momentum's m, a sum. An average takes in a tenth of the new value.",
        4.5: "That gives the new gradient the large share. β₁ = 0.9 is the share that the old average keeps.",
    },
)

prediction(
    "gradient_of_a_sure_network",
    question="One sample, three classes. The network says 0.98 for class 2, and 2 is the label. What is the gradient of the loss by the logit of class 2?",
    answer=-0.02,
    reason="0.98 − 1 = −0.02. A network that is right and sure hardly learns from this sample any more; one that said 0.1 would get −0.9.",
    mistakes={
        0.98: "That is the probability itself. At the label 1 is subtracted.",
        0.02: "The size is right, the sign is not: a larger logit at the label makes the loss smaller.",
        0: "Nearly: it would be 0 if the network were quite sure.",
    },
)

prediction(
    "without_zero_grad",
    question="The loss lies on a steady slope: every mini-batch has the gradient 1. zero_grad is never called, plain SGD takes the steps. How do they grow?",
    choices=[
        "they stay the same",
        "they grow by the same amount each time: 1, 2, 3, …",
        "they double each time: 1, 2, 4, …",
    ],
    answer="they grow by the same amount each time: 1, 2, 3, …",
    reason="Each backward adds 1 to what is there, so step t uses the sum of all t gradients. That is momentum with μ = 1: a memory that never fades.",
    mistakes={
        "they stay the same": "They would if backward wrote into p.grad. It adds.",
        "they double each time: 1, 2, 4, …": "Each backward adds one new gradient, not all that is there once more.",
    },
)

prediction(
    "rate_of_the_swings",
    question="The two roots are complex, so they have the same size |σ|. Their product is μ = 0.81. By which factor does the distance shrink each step?",
    answer=0.9,
    reason="|σ| · |σ| = 0.81, so |σ| = 0.9, the root of μ. The curvature plays no part, as long as there are swings.",
    mistakes={
        0.81: "That is the product of both sizes. One of them is its root.",
        1.8: "That would be growth. |σ| · |σ| = 0.81.",
        0.405: "Equal factors of 0.81 are its root, not its half.",
    },
)

prediction(
    "adagrad_after_many_steps",
    question="The gradient is 1 at every step. How long is AdaGrad's step number 100, compared with its first?",
    choices=["just as long", "a tenth", "a hundredth"],
    answer="a tenth",
    reason="After 100 steps v is 100 and its root 10. The sum only grows, so the rate only falls: 1 / √t. Good for a problem that gets easier, bad for one that lasts.",
    mistakes={
        "just as long": "It would be, if old squares were forgotten. AdaGrad keeps them all.",
        "a hundredth": "v is 100, but the step is divided by its root.",
    },
)

prediction(
    "when_the_rate_drops",
    question="After ten steps the rate drops to a tenth. Which form slows down at once?",
    choices=["section 2's, whose m holds gradients", "AlexNet's, whose m holds steps", "both alike"],
    answer="section 2's, whose m holds gradients",
    reason="There the rate multiplies the whole memory at every step. In AlexNet's form the steps remembered were made with the old rate, and they fade only by 0.9 a step.",
    mistakes={
        "AlexNet's, whose m holds steps": "Its m is full of long steps, made with the old rate.",
        "both alike": "They are alike only while the rate stays the same.",
    },
)
