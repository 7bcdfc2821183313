# ---
# jupyter:
#   course:
#     title: Start here
#     promise: In a quarter of an hour you know how every notebook of this course works.
#     minutes: 15
#     needs: []
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {display_name: Python 3 (ipykernel), language: python, name: python3}
# ---

# %% [markdown]
# # 00 · Start here
#
# **In a quarter of an hour you know how every notebook of this course works.**
#
# - Time: about 15 minutes.
# - You need: a little Python. Nothing about neural networks.
#
# Afterwards you can
#
# 1. run cells and tell whether your kernel is ready,
# 2. solve an exercise and read what its check tells you,
# 3. say how many numbers a picture holds,
# 4. find your progress, save your work and hand it in.

# %% [markdown]
# ## 1 · Is the kernel ready?
#
# A notebook is a page of **cells**. Text cells are there to be read. Code cells run on the **kernel**, a Python process that remembers what earlier cells defined.
#
# Click into the next cell and press **Shift + Enter**. The cell runs, and the one below it is selected. The number in brackets on its left counts the cells you have run; `[*]` means: still running.

# %%
from helpers import check, course_map, datasets, draw, explore, kernel_check, predict, progress

# %%
kernel_check()

# %% [markdown]
# Every line should carry a ✓. If one carries a ✗, the right-hand column says what to do.
#
# Three rules keep you out of trouble:
#
# - Run cells **from top to bottom**. A cell can only use what has run before it.
# - If things get confusing, choose *Kernel → Restart Kernel and Run All Cells…*. Your text stays; the memory starts afresh.
# - A cell that does not end is stopped with the ■ button above the notebook (or press **Esc**, then **I** twice).

# %% [markdown]
# ## 2 · How many numbers are in a picture?
#
# Here is a photograph, the way you see it:

# %% show="photograph"
draw.photo(
    datasets.photo("chelsea", size=160),
    alt="The face of a tabby cat; it looks past the camera, down to the right.",
    caption="160 rows of 160 pixels. How many numbers does a computer need for them?",
)

# %% [markdown]
# The computer sees none of this. It stores numbers: for every **pixel** (picture element) one number per **channel**. A colour picture has three channels, red, green and blue; a grey one has a single channel.
#
# Take a picture so small that we can write it all down. It has 2 rows and 3 columns of pixels; its left pixels are red, the middle ones green, the right ones blue, and the lower row is darker:

# %% show="three_planes"
import numpy as np

flag = np.array([[[200, 0, 0], [0, 200, 0], [0, 0, 200]], [[90, 0, 0], [0, 90, 0], [0, 0, 90]]])
draw.colour_planes(flag)

# %% [markdown]
# Count along: each plane has 2 · 3 = 6 cells, and there are 3 planes. The picture holds 18 numbers.
#
# Pictures with sliders, or with cells to click, are called **explorers** in this course. They come with suggestions. Try them: move a slider with the mouse, or select it and use the arrow keys.

# %% show="picture_size_explorer"
explore.picture_size()

# %% [markdown]
# So the cat, 160 rows of 160 pixels in colour, takes 160 · 160 · 3 = 76 800 numbers.
#
# Before a result appears, the course often asks you to **predict** it. A wrong guess costs nothing, and it makes you remember the answer. Commit to one:

# %% show="predict_photo_numbers"
predict("photo_numbers")

# %% [markdown]
# ## 3 · Meet a check three times
#
# After reading and playing, you write code. Every exercise in code has the same three parts:

# %% show="exercise_parts"
draw.exercise_parts()

# %% [markdown]
# You will now meet the check of one exercise three times: before an answer, after a wrong one, after yours.
#
# **First time: nothing is written yet.** This is what an exercise looks like when you find it. Run both cells.


# %%
def count_values(height, width, channels):
    raise NotImplementedError


# %%
check("count_values")

# %% [markdown]
# "Not attempted" is no mistake. It tells you that the answer is still waiting for you.
#
# **Second time: a wrong answer.** Somebody wrote this one. Run both cells and read what the check says, from top to bottom.


# %%
def count_values(height, width, channels):
    return height * width


# %%
check("count_values")

# %% [markdown]
# Read the check like a colleague's note:
#
# - the **headline** counts the examples that pass,
# - for each mistake that the check knows, a sentence says **where to look**; open *What goes wrong* only when you have looked,
# - then it may say what the failing examples have **in common**,
# - below stands **one failing example**, a simple one: the call, which you can copy into a cell and run, what was expected, what this answer gave.
#
# Here it recognised two mistakes, because many people make them. It will not give you the solution.
#
# **Third time: your turn.** Put it right. The second mistake is one that nobody had told this answer about: a picture without rows, or with −1 channels, makes no sense, and the function must say so with a `ValueError`. In Python that reads `raise ValueError("…what is wrong…")`.

# %% [markdown]
# **Exercise — `count_values`** · easy · about 3 minutes · 1 point
#
# Return how many numbers a picture holds, as an integer: one that is `height` pixels high and `width` pixels wide and has `channels` channels. If one of the three is below 1, raise a `ValueError`.
#
# By hand: 2 rows, 3 columns, 3 channels give 18. A grey picture with 4 rows and 5 columns gives 20.
#
# Replace the line `raise NotImplementedError`, run your cell, then run the check.


# %% exercise="count_values"
def count_values(height: int, width: int, channels: int) -> int:
    """Number of values that a picture holds.

    height, width   pixels, at least 1
    channels        numbers per pixel, at least 1: 1 for grey, 3 for colour

    Raises ValueError when a size is below 1.
    """
    ### BEGIN SOLUTION
    if min(height, width, channels) < 1:
        raise ValueError(f"sizes must be at least 1, got {height}, {width}, {channels}")
    return height * width * channels
    ### END SOLUTION


# %% check="count_values"
check("count_values")

# %% [markdown]
# ### What just happened
#
# You wrote a function, and the check tried it on a few **visible examples**. When your notebook is graded, **hidden cases** try more of what the statement allows: other sizes, other shapes, bad input. An answer that follows the statement passes both; one that is fitted to the examples does not. Part of the cases right earns part of the points.
#
# Three things to know about checks:
#
# - It can be run as often as you like. Tries cost nothing.
# - No exercise needs an earlier one. If one resists, go on and come back.
# - Some exercises rebuild what a library already offers, `np.convolve` for instance. A call that would do the whole job is off limits there; the statement names it, and the check says so before anything else.
#
# From notebook 01 on, one question in each is answered **in words**. Below it stands a text cell that reads "YOUR ANSWER HERE": click it twice, write your answer over these words, press **Shift + Enter**. A person grades it; no check can.

# %% [markdown]
# ## 4 · Saving, progress, handing in
#
# **Saving.** JupyterLab saves by itself every now and then, and at once with **Ctrl + S** (⌘ + S on a Mac). On Binder, nothing outlives the session: download your notebook with *File → Download* before you leave.
#
# **Progress.** Whenever you run a check, the course remembers the outcome on this computer, outside the notebook. An exercise that was right once stays right on this page. Marks come from the hidden cases alone. Questions in words are not on it, as no check can judge them; the map below counts their points too.

# %%
progress()

# %% [markdown]
# **Handing in.** First choose *Kernel → Restart Kernel and Run All Cells…* and look through the notebook: this is what the grader will do. Then save.
#
# - Does your class use nbgrader? The *Validate* button above the notebook runs all checks at once; *Nbgrader → Assignment List* in the menu hands the notebook in.
# - Otherwise make a new cell (**Esc**, then **B**), run `from helpers import hand_in; hand_in()` in it, and send the zip that it names in the way that your instructor asks for. It packs your notebook as it was last saved, tries it in a clean kernel, and says what is still open. `hand_in(student="ada")` packs it under the name `ada`.
#
# Keep the names of functions and files as they are: graders find your answers by them. A cell with a lock cannot be edited, and you never need to.

# %% [markdown]
# ## 5 · The map
#
# Where to go from here: an arrow means "read this one first". Click a name in the list to open its notebook. Notebooks that are still being written are listed as coming.

# %% show="map"
course_map()

# %% [markdown]
# ## Recap
#
# - **Shift + Enter** runs a cell; cells run from top to bottom; restart when confused.
# - An exercise is a statement, your cell, and a check with three outcomes: right, not yet right, not attempted.
# - A hint says where to look first. The failing example that is shown is the quickest way to your mistake.
# - A picture of height $H$, width $W$ and $C$ channels holds $H \cdot W \cdot C$ numbers.
#
# **Common mistakes**: defining a function and not running the cell again after a change; running cells out of order; renaming a function, so that the check cannot find it.
#
# **A question to take along**: the photograph above holds 76 800 numbers. Why would you not want a program with one adjustable number for each of them, and that again for each thing it should recognise? Notebook 01 counts them.
