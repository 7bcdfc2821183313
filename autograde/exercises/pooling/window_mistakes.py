"""Mistakes about windows that all pooling exercises share, as edits of an answer that cuts out window by window.

The answer must hold these lines, each once:

    stride = kernel_size if stride is None else stride          (where stride has a default)
    kh, kw = pair(kernel_size)
    sh, sw = pair(stride)
    if kh > height or kw > width:
    rows, columns = (height - kh) // sh + 1, (width - kw) // sw + 1
    for sample, channel, i, j in np.ndindex(n, c, rows, columns):
        window = x[sample, channel, i * sh : i * sh + kh, j * sw : j * sw + kw]

and the exercise examples called "a window that is not square" and "a row and a column left over".
"""

from __future__ import annotations


def add_window_mistakes(exercise, of):
    """Windows that are too many, too few, in the wrong place, of the wrong size, or not refused."""
    exercise.edit(
        "one_stride_for_both_ways",
        of=of,
        replace="sh, sw = pair(stride)",
        by="sh = sw = pair(stride)[0]",
        look="By how much do your windows move down, and by how much across?",
        wrong="Your windows move across by the stride that is meant for down. A pair is (down, across).",
    )
    exercise.edit(
        "one_side_for_both",
        of=of,
        replace="kh, kw = pair(kernel_size)",
        by="kh = kw = pair(kernel_size)[0]",
        look="How wide is the window that gives your first number?",
        wrong="Your window is as wide as it is high. A pair is (height, width), and the two may differ.",
    )
    exercise.edit(
        "swaps_height_and_width",
        of=of,
        replace="kh, kw = pair(kernel_size)\n    sh, sw = pair(stride)",
        by="kw, kh = pair(kernel_size)\n    sw, sh = pair(stride)",
        look="How many rows and how many columns does the window have that gives your first number?",
        wrong="Pairs are read as (across, down). They mean (down, across): the first number goes with rows.",
        shown="a window that is not square",
    )
    exercise.edit(
        "keeps_partial_windows",
        of=of,
        replace="(height - kh) // sh + 1, (width - kw) // sw + 1",
        by="-((kh - height) // sh) + 1, -((kw - width) // sw) + 1",
        look="Count the windows that lie inside the map. How many numbers does your output have?",
        wrong=(
            "Your output has numbers for windows that hang over the lower or right border. Only windows that lie "
            "inside the map count."
        ),
    )
    exercise.edit(
        "starts_a_window_at_every_stride",
        of=of,
        replace="(height - kh) // sh + 1, (width - kw) // sw + 1",
        by="-(-height // sh), -(-width // sw)",
        look="Where does your last window start? Does it end inside the map?",
        wrong=(
            "Your output has a number for every start inside the map, also where the window then hangs over the border. "
            "The last start is height minus window height, and likewise across."
        ),
    )
    exercise.edit(
        "leaves_out_the_last_window",
        of=of,
        replace="(height - kh) // sh + 1, (width - kw) // sw + 1",
        by="-((kh - height) // sh), -((kw - width) // sw)",
        look="Where does your last window start? Would one more fit?",
        wrong=(
            "A window that ends exactly at the border is missing from your output. "
            "It lies inside the map and counts: the last start is height minus window height, included."
        ),
        if_source_has={"range(": "`range` stops before its end: is it one short?"},
    )
    exercise.edit(
        "forgets_the_first_window",
        of=of,
        replace="(height - kh) // sh + 1, (width - kw) // sw + 1",
        by="(height - kh) // sh, (width - kw) // sw",
        look="Count the windows that fit along one side. How many does your output have?",
        wrong="Your output is one short along each side. (H − kh) // sh counts steps; the window also stands at the start: + 1.",
    )
    exercise.edit(
        "one_count_for_both_sides",
        of=of,
        replace="(width - kw) // sw + 1",
        by="(height - kh) // sh + 1",
        look="How many windows fit along the height, and how many along the width?",
        wrong="Your output has as many columns as rows. Along the width, W, kw and sw count.",
    )
    exercise.edit(
        "drops_the_wrong_border",
        of=of,
        replace="rows, columns =",
        by="x = x[:, :, (height - kh) % sh :, (width - kw) % sw :]\n    rows, columns =",
        look="One row and one column are left over. Which ones does your output leave out?",
        wrong=(
            "Your windows leave out the first row and column. The first window starts at the upper left corner; what "
            "is left over is below and right."
        ),
        shown="a row and a column left over",
    )
    exercise.edit(
        "starts_windows_one_apart",
        of=of,
        replace="i * sh : i * sh + kh, j * sw : j * sw + kw",
        by="i : i + kh, j : j + kw",
        look="The first window is right. At which row and column does your second one start?",
        wrong=(
            "The output has the right shape, but its windows start at (i, j). Window (i, j) starts at row i times "
            "stride, column j times stride."
        ),
    )
    exercise.edit(
        "windows_as_large_as_the_stride",
        of=of,
        replace="i * sh : i * sh + kh, j * sw : j * sw + kw",
        by="i * sh : i * sh + sh, j * sw : j * sw + sw",
        look="How large is the window that gives your first number?",
        wrong="Your windows are as large as the stride. The kernel size says how large they are, the stride how far they move.",
    )
    exercise.edit(
        "reads_the_first_image_only",
        of=of,
        replace="x[sample, channel, i",
        by="x[0, channel, i",
        look="Do the outputs of the images differ?",
        wrong="Every image of your output is the first image, pooled. Each image of the batch is pooled by itself.",
    )
    exercise.edit(
        "fills_the_first_image_only",
        of=of,
        replace="np.ndindex(n, c, rows, columns)",
        by="np.ndindex(1, c, rows, columns)",
        look="What does your output hold for the second image?",
        wrong="Your output is right for the first image and 0 for the others. x holds a whole batch: x has shape (N, C, H, W).",
    )
    exercise.edit(
        "reads_the_first_channel_only",
        of=of,
        replace="x[sample, channel, i",
        by="x[sample, 0, i",
        look="Do the output planes of the channels differ?",
        wrong="Every channel of your output is the first channel, pooled. Each channel is pooled by itself.",
    )
    exercise.edit(
        "returns_something_where_nothing_fits",
        of=of,
        replace="kh > height or kw > width",
        by="False",
        look="What does your function do with a window that does not fit into the map?",
        wrong="Where the window does not fit, your function returns something. The docstring promises a ValueError.",
    )
    exercise.edit(
        "refuses_only_what_is_too_large_both_ways",
        of=of,
        replace="kh > height or kw > width",
        by="kh > height and kw > width",
        look="What does your function do with a window that is too large in one direction only?",
        wrong=(
            "You refuse windows that are too high and too wide at once. One of the two is enough: "
            "such a window does not fit either."
        ),
    )
    exercise.edit(
        "refuses_by_the_height_only",
        of=of,
        replace="kh > height or kw > width",
        by="kh > height",
        look="What does your function do with a window that is wider than the map?",
        wrong="A window that is too high is refused, one that is too wide is not. It does not fit either: raise a ValueError.",
    )
    exercise.edit(
        "refuses_by_the_width_only",
        of=of,
        replace="kh > height or kw > width",
        by="kw > width",
        look="What does your function do with a window that is higher than the map?",
        wrong="A window that is too wide is refused, one that is too high is not. It does not fit either: raise a ValueError.",
    )
    exercise.edit(
        "refuses_a_window_as_large_as_the_map",
        of=of,
        replace="kh > height or kw > width",
        by="kh >= height or kw >= width",
        look="Does a window fit that is as large as the map?",
        wrong="You refuse a window that is as high or as wide as the map. It fits, once: only a larger one must be refused.",
    )


def add_loop_mistakes(exercise, of, returns):
    """Windows that no loop visits; `returns` is the last line of the answer, without its indentation."""
    last, inside = f"    {returns}", f"            {returns}"
    exercise.edit(
        "returns_after_the_first_window",
        of=of,
        replace=last,
        by=f"        {returns}",
        look="How many windows does your result know of?",
        wrong="Only the first window is in your result. All others have their place there too.",
        if_source_has={"return": "Does your `return` stand inside a loop?"},
    )
    exercise.edit(
        "returns_after_the_first_row",
        of=of,
        replace=last,
        by=f"        if j == columns - 1:\n{inside}",
        look="How many rows of windows does your result know of?",
        wrong="Only the first row of windows is in your result. The others have their place there too.",
        if_source_has={"return": "Does your `return` stand inside a loop?"},
    )
    exercise.edit(
        "returns_after_the_first_plane",
        of=of,
        replace=last,
        by=f"        if (i, j) == (rows - 1, columns - 1):\n{inside}",
        look="What does your result hold for the second plane?",
        wrong="Only the first channel of the first image is in your result. All others have their place there too.",
        if_source_has={"return": "Does your `return` stand inside a loop?"},
    )
    exercise.edit(
        "leaves_out_the_last_row_and_column",
        of=of,
        replace="np.ndindex(n, c, rows, columns)",
        by="np.ndindex(n, c, rows - 1, columns - 1)",
        look="Up to which row and column does your result hold something?",
        wrong="The windows of the last row and the last column are missing in your result. They count.",
        if_source_has={"range(": "`range` stops before its end: is it one short?"},
    )
    exercise.edit(
        "leaves_out_the_last_row",
        of=of,
        replace="np.ndindex(n, c, rows, columns)",
        by="np.ndindex(n, c, rows - 1, columns)",
        look="Up to which row does your result hold something?",
        wrong="The windows of the last row are missing in your result. They count.",
        if_source_has={"range(": "`range` stops before its end: is it one short?"},
    )
    exercise.edit(
        "leaves_out_the_last_column",
        of=of,
        replace="np.ndindex(n, c, rows, columns)",
        by="np.ndindex(n, c, rows, columns - 1)",
        look="Up to which column does your result hold something?",
        wrong="The windows of the last column are missing in your result. They count.",
        if_source_has={"range(": "`range` stops before its end: is it one short?"},
    )
    exercise.edit(
        "leaves_out_the_last_channel",
        of=of,
        replace="np.ndindex(n, c, rows, columns)",
        by="np.ndindex(n, c - 1, rows, columns)",
        look="What does your result hold for the last channel?",
        wrong="The last channel is missing in your result. It counts, even if it is the only one.",
        if_source_has={"range(": "`range` stops before its end: is it one short?"},
    )
    exercise.edit(
        "fills_nothing",
        of=of,
        replace="np.ndindex(n, c, rows, columns)",
        by="np.ndindex(0, c, rows, columns)",
        look="Which of your numbers is not 0?",
        wrong="Your result holds nothing but zeros.",
    )


def add_default_stride_mistakes(exercise, of):
    """Strides that are left out, given, or pairs."""
    exercise.edit(
        "stride_defaults_to_one",
        of=of,
        replace="kernel_size if stride is None else stride",
        by="1 if stride is None else stride",
        look="What is the shape of your output when nobody names a stride?",
        wrong=(
            "Without a stride your windows move by 1. In pooling the default is the kernel size, so windows"
            " touch and don't overlap."
        ),
    )
    exercise.edit(
        "default_stride_is_the_height",
        of=of,
        replace="kernel_size if stride is None else stride",
        by="pair(kernel_size)[0] if stride is None else stride",
        look="By how much do your windows move down and across when nobody names a stride?",
        wrong=(
            "Without a stride your windows move by the window's height in both directions. "
            "Across they should move by its width."
        ),
    )
    exercise.edit(
        "ignores_the_stride",
        of=of,
        replace="kernel_size if stride is None else stride",
        by="kernel_size",
        look="Where does your second window begin? Where should it, with this stride?",
        wrong="Your windows always move by their own size. The stride that was asked for is not used.",
    )
    exercise.edit(
        "swaps_the_window_only",
        of=of,
        replace="stride = kernel_size if stride is None else stride\n    kh, kw = pair(kernel_size)",
        by="kw, kh = pair(kernel_size)\n    stride = (kh, kw) if stride is None else stride",
        look="How many rows and how many columns does the window have that gives your first number?",
        wrong="Height and width of the window are swapped. A pair is (height, width): the first number goes with rows.",
    )
    exercise.edit(
        "swaps_the_strides_only",
        of=of,
        replace="sh, sw = pair(stride)",
        by="sh, sw = pair(stride) if stride == kernel_size else pair(stride)[::-1]",
        look="By how much do your windows move down, and by how much across?",
        wrong="The two strides are swapped. A pair is (down, across): the first number goes with rows.",
    )
