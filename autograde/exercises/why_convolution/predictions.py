"""The predictions of notebook 01."""

from autograde.course.definition import prediction

prediction(
    "numbers_between_neighbours",
    question="The lecture's tensor has shape (2, 2, 3, 3). Two pixels lie one below the other in the same plane. How many places apart do they lie "
    "in memory?",
    answer=3,
    reason="One row of a plane is 3 numbers wide, so the pixel below lies 3 places further on. The pixel to the right lies 1 place further.",
)
prediction(
    "dense_on_a_photo",
    question="A photograph, 640 × 480 pixels in colour, goes into a layer of 1000 units, each connected to every number. About how many weights does the layer have?",
    choices=["about 1 million", "about 10 million", "about 100 million", "about 1 billion"],
    answer="about 1 billion",
    reason="640 · 480 · 3 = 921 600 numbers, times 1000 units = 921 600 000 weights. With biases you will compute 921 601 000.",
)
prediction(
    "score_of_a_scrambled_digit",
    question="The unit gives the digit above the score 18.6. Now the 784 pixels change places, and the unit's 784 weights change places in the same "
    "way. What is its score for the scrambled digit?",
    answer=18.6,
    reason="Every pixel still meets its own weight, and the order of the terms does not matter to a sum.",
)
prediction(
    "plus_one_step_aside",
    question="The unit's five weights lie where the plus stood. The plus moves one pixel to the right. What does the unit answer now?",
    answer=2,
    reason="Old and new plus share two pixels of the horizontal bar; all other products are 0.",
)
prediction(
    "twice_the_side",
    question="The image becomes twice as high and twice as wide. By what factor does the number of weights of a convolutional layer grow?",
    answer=1,
    reason="It does not grow: the weights belong to the window, not to the image. A dense layer with the same units has four times as many.",
)
prediction(
    "peak_after_a_shift",
    question="The largest number of the map stands at row 3, column 3. The image moves 2 down and 1 to the right. At which row does the largest number stand now?",
    answer=5,
    reason="The same window contents are met two rows further down, with the same weights. Row 3 + 2 = 5, column 3 + 1 = 4.",
)
prediction(
    "what_segmentation_should_do",
    question="A network marks every pixel of a photograph that belongs to the road. The camera turns, and the picture moves 3 pixels to the left. What should "
    "the marks do?",
    choices=["stay where they are", "move 3 pixels to the left", "fade a little"],
    answer="move 3 pixels to the left",
    reason="Segmentation wants equivariance: the answer moves along. Classification wants invariance: a cat stays a cat.",
)
prediction(
    "the_year_of_the_idea",
    question="In 2012 a network with local windows and shared weights won the largest contest on photographs for the first time. How old was that idea then?",
    choices=["it was new", "about 10 years", "more than 30 years"],
    answer="more than 30 years",
    reason="Fukushima's Neocognitron, published in Japanese in 1979 and in English in 1980, had both. Finding its weights by gradients followed in 1989.",
)
