"""The question of notebook 01 that is answered in words."""

from autograde.course.definition import written

written(
    "what_sharing_assumes",
    points=3,
    question="""
        A convolutional layer looks locally and uses the same weights everywhere. Both are assumptions about the data.

        (a) A colleague says: "A fully connected layer can do all that a convolution can, so it is the safer choice." What is
        true about that, and what does the choice cost? Use two numbers that you computed in this notebook.

        (b) What exactly happens to a convolution's output when the input moves by (2, 3), and where does that end?

        (c) Name one kind of data for which sharing weights over all positions is a bad assumption, and say why.
    """,
    rubric="""
        1 point: (a) says that the dense layer can hold the same weights (zeros outside the window, copies inside), so it is at
        least as general; and that it must learn every position anew from examples, with two computed numbers (for example
        2 280 against 72 276 960 parameters for the same 28 × 28 × 30 outputs, or 921 601 000). Half a point without numbers.

        1 point: (b) the output moves by (2, 3) as well, with unchanged values: equivariance, not invariance. It ends at the
        border, where the window no longer sees the whole pattern. Half a point for one of the two.

        1 point: (c) data whose positions mean different things: passport photographs with eyes always at the same height,
        columns of a table, a spectrum in which each frequency has its own meaning, a board game's edges; with the reason.
        No point for "small images" or "text", which do not say that positions differ.
    """,
)
