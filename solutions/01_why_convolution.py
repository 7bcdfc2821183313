# ---
# jupyter:
#   course:
#     title: Why convolution?
#     promise: You count, move and shuffle pixels until you see why a network for images looks locally and shares its weights.
#     minutes: 120
#     needs: [00_start_here]
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {display_name: Python 3 (ipykernel), language: python, name: python3}
# ---

# %% [markdown]
# # 01 · Why convolution?
#
# *You count, move and shuffle pixels until you see why a network for images looks locally and shares its weights.*
#
# **Time** about two hours; a good place for a break is after section 5. **You need** Python, a little NumPy, and notebook 00. Nothing about neural networks.
#
# Afterwards you can
#
# 1. read the shape of a batch of images, change its layout, and say where in memory each number lies;
# 2. count the parameters of a fully connected, a locally connected and a convolutional layer;
# 3. say what a fully connected layer does not know about a picture;
# 4. move a picture by hand, and test what a layer makes of the movement;
# 5. check a number on a lecture's slide, and say where it does not hold.
#
# Run the next cell first. It fetches the checks, the pictures, the explorers and this lecture's data.

# %%
import numpy as np

from helpers import check, datasets, draw, explore, predict, yours
from helpers.lectures import why_convolution as lecture

# %% [markdown]
# ## 1 · What does a computer see?
#
# You see a cat. What arrives in the computer's memory?
#
# Here is a grey photograph. The small orange square is written out on the right, one number for each pixel: 0 is black, 255 is white.

# %% show="pixels_as_numbers"
draw.pixels_as_numbers(datasets.photo("chelsea", gray=True, size=160), top=52, left=40)

# %% [markdown]
# Nothing in these 144 numbers says "eye". The border of the pupil, the dark slit, is there, if you look for it: in each of the lower eight rows the numbers fall from about 100 to about 10 within a few pixels.
# Whatever is to recognise the cat must find such patterns in 25 600 numbers, and it must find them wherever the cat sits.
#
# A single grey picture is a table with rows and columns. Networks are fed more than that: pictures with several channels (notebook 00: red, green, blue), and many pictures at a time, a **batch**.
# So the numbers get four **axes**. An array of numbers with any number of axes is called a **tensor**.
#
# > In PyTorch and in this course, a batch of images is a tensor of shape $(N, C, H, W)$.
# >
# > $N$: how many **samples**, that is, pictures · $C$: how many **channels** each has · $H$: height, rows of pixels · $W$: width, columns of pixels.
#
# The number in sample $n$, channel $c$, row $h$, column $w$ is `x[n, c, h, w]`, and all four count from 0.

# %% [markdown]
# ## 2 · Four axes, one row of memory
#
# Memory has no rows and columns. It is one long row of places, numbered 0, 1, 2, … How does a tensor with four axes fit into it?
#
# The lecture's example has shape (2, 2, 3, 3) and holds the numbers 1, 2, 3, … in the order in which memory keeps them.
# (The slide shows three of its four planes, 1 to 27. The fourth goes on to 36: 2 · 2 · 3 · 3 numbers in all. It counts samples and channels from 1; we count from 0, as NumPy does.)

# %% show="tensor_in_memory"
draw.tensor_in_memory(lecture.tensor)

# %% [markdown]
# Row after row, plane after plane, sample after sample: **the last axis moves fastest**. This is called **C order**, after the programming language, and it is NumPy's and PyTorch's default.

# %% show="predict_numbers_between_neighbours"
predict("numbers_between_neighbours")

# %% [markdown]
# One step to the right skips nothing: the neighbour lies 1 place further on. One step down skips a row, $W$ places. One step to the next channel skips a plane, $H \cdot W$ places; to the next sample, all its channels:
#
# > $$\text{place} \;=\; n \cdot (C\,H\,W) \;+\; c \cdot (H\,W) \;+\; h \cdot W \;+\; w$$
# >
# > $n, c, h, w$: the four indices · $C, H, W$: sizes of the axes · place: a whole number from 0 to $N\,C\,H\,W - 1$.
#
# The four factors, here (18, 9, 3, 1), are called **strides**: how many places one step along each axis skips. Each is the product of all sizes to its *right* in the shape; $N$ appears nowhere.
#
# The order of the axes in memory is a **layout**, named after its letters. Ours is **NCHW**. In the other one that you will meet, **NHWC**, the channels come last: all numbers of one *pixel* lie side by side. In the explorer you can change from one to the other.

# %% show="explore_memory_walk"
explore.memory_walk(lecture.tensor)

# %% [markdown]
# **Exercise — `memory_index`** · medium · about 10 minutes · 2 points
#
# Where in memory does `x[n, c, h, w]` lie? Return its place, an integer counted from 0 in numbers (not in bytes), for a tensor of any shape (N, C, H, W) in C order. For an index that lies outside its axis, negative ones included, raise an `IndexError`.
#
# *By hand first.* Place (1, 2, 1, 3) in a tensor of shape (2, 3, 4, 5): the strides are 60, 20, 5 and 1, so it lies at $1 \cdot 60 + 2 \cdot 20 + 1 \cdot 5 + 3 = 108$.
#
# `np.ravel_multi_index` does the whole job and is off limits here.

# %% exercise="memory_index"
def memory_index(n: int, c: int, h: int, w: int, shape: tuple[int, int, int, int]) -> int:
    """Place of x[n, c, h, w] in the memory of a tensor in C order.

    n, c, h, w   sample, channel, row, column, each counted from 0
    shape        (N, C, H, W), sizes of the axes, each at least 1
    returns      int from 0 to N * C * H * W - 1

    Raises IndexError when an index is negative or not smaller than the size of its axis.
    """
    ### BEGIN SOLUTION
    for index, size in zip((n, c, h, w), shape, strict=True):
        if not 0 <= index < size:
            raise IndexError(f"index {index} is outside an axis of size {size}")
    N, C, H, W = shape
    return n * (C * H * W) + c * (H * W) + h * W + w
    ### END SOLUTION

# %% check="memory_index"
check("memory_index")

# %% [markdown]
# *What just happened.* You wrote what NumPy computes each time you write `x[n, c, h, w]`. It matters when pixels should be near each other: in this layout a row of *one channel* lies together in memory.
# Other software keeps the channels of *one pixel* together. How do you get from one to the other?
#
# ## 3 · Channels first, channels last
#
# Photographs, once a file is decoded, and most drawing libraries have the channels **last**: shape $(N, H, W, C)$. PyTorch and this course put them second: $(N, C, H, W)$. These are the two layouts of the explorer, NHWC and NCHW. Between them, axes have to change places.
#
# **Exercise — `to_nchw`** · easy · about 8 minutes · 2 points
#
# Turn a batch (N, H, W, C) into (N, C, H, W). The same number must then be found at `[n, c, h, w]` that was at `[n, h, w, c]`. Return a NumPy array of the same dtype, whatever that is; it may be a view of the input. The input may be a view itself, even one that is read backwards. An array that does not have four axes is a `ValueError`. No call is off limits.
#
# *By hand first.* One picture of 2 × 2 pixels, two channels; the pixels are (1, 10), (2, 20) in the first row and (3, 30), (4, 40) in the second. In memory: 1 10 2 20 3 30 4 40.
# Channel 0 of the result is [[1, 2], [3, 4]], channel 1 is [[10, 20], [30, 40]]. In memory: 1 2 3 4 10 20 30 40. The order has changed, so a `reshape`, which keeps the order in memory and only changes where rows end, can't do it.

# %% exercise="to_nchw"
def to_nchw(images_nhwc: np.ndarray) -> np.ndarray:
    """A batch of images with its channels moved from the last axis to the second.

    images_nhwc  (N, H, W, C) array of any dtype
    returns      (N, C, H, W) array of the same dtype: out[n, c, h, w] = images_nhwc[n, h, w, c]

    Raises ValueError when the array does not have four axes. The input is left unchanged.
    """
    ### BEGIN SOLUTION
    if images_nhwc.ndim != 4:
        raise ValueError(f"expected four axes (N, H, W, C), got shape {images_nhwc.shape}")
    return images_nhwc.transpose(0, 3, 1, 2)
    ### END SOLUTION

# %% check="to_nchw"
check("to_nchw")

# %% [markdown]
# Look at what your function makes of a real batch: one colour photograph, now as three planes.

# %% show="yours_three_planes"
yours(
    "to_nchw",
    lambda to_nchw: draw.photos(
        list(to_nchw(datasets.photo("coffee", size=120)[None])[0]),
        ["channel 0: red", "channel 1: green", "channel 2: blue"],
        alt="Three grey pictures of a cup of coffee on a wooden table, one for each channel; the table is brightest in the red one.",
        caption="The planes of one sample, each drawn in grey: bright where the photograph has much of that colour.",
    ),
)

# %% [markdown]
# *What just happened.* A cup appears three times, brightest in red. For comparison, a `reshape` to the same shape:

# %% show="reshaped_by_mistake"
draw.photos(
    list(datasets.photo("coffee", size=60).reshape(3, 60, 60)),
    ["“channel 0”", "“channel 1”", "“channel 2”"],
    alt="Three planes torn up: each holds a third of the rows, in which left, middle and right parts of the cup lie on top of each other in fine stripes.",
    width=4.8,
    caption="The right shape, the wrong numbers: each plane holds a third of the picture's rows, with all channels mixed.",
)

# %% [markdown]
# The shape is right, so no error warns you. Only the picture shows it. Look at your data.

# %% [markdown]
# ## 4 · One weight for every number
#
# How could a machine decide whether the photograph shows a cat? A simple idea: let every number vote. Give each number a **weight** $w_i$, positive if a large number there speaks for a cat, negative if against; multiply, add up, and add one more number, the **bias** $b$:
#
# > $$z \;=\; b + \sum_{i=1}^{D} w_i\, x_i$$
# >
# > $x$: the $D$ numbers of the image, written in one row · $w$: $D$ weights · $b$: one bias · $z$: one number, the **score**.
#
# One such sum is called a **unit**. A layer has several units, each with weights and a bias of its own, and each unit looks at *all* numbers. That is a **fully connected** or **dense** layer. Weights and biases together are its **parameters**: the numbers that **training** must find, by changing them little by little until the scores for example pictures come out right (notebook 06 finds out by how much to change each; training itself is notebook 08, coming).
#
# Here is one unit at work, on a grey image of 2 × 2 pixels: $3 \cdot 1 + 0 \cdot 2 + 1 \cdot (-1) + 2 \cdot \tfrac12 = 3$, and the bias makes it 2.

# %% show="unit_at_work"
draw.unit_at_work(lecture.tiny_image, lecture.tiny_weights, bias=-1)

# %% [markdown]
# Count by hand: the image has $D = 4$ numbers. A layer with two units has $2 \cdot 4 = 8$ weights and 2 biases, 10 parameters.

# %% show="predict_dense_on_a_photo"
predict("dense_on_a_photo")

# %% [markdown]
# **Exercise — `dense_parameters`** · easy · about 5 minutes · 2 points
#
# Count the parameters of a fully connected layer with `units` units on an image, and return the count as an integer. All four sizes are whole numbers of at least 1; you need not refuse others.
#
# *By hand first.* You have just counted 10 for a grey 2 × 2 image and two units. In colour it would be $2 \cdot 12 + 2 = 26$.
#
# `torch.nn.Linear` and `torch.nn.LazyLinear` build the layer, which could then be asked for the answer: they are off limits. Count; don't build.

# %% exercise="dense_parameters"
def dense_parameters(height: int, width: int, channels: int, units: int) -> int:
    """Number of weights and biases of a fully connected layer on an image.

    height, width, channels   sizes of the image, each at least 1
    units                     number of units, at least 1; each has its own weights and one bias
    """
    ### BEGIN SOLUTION
    inputs = height * width * channels
    return units * (inputs + 1)
    ### END SOLUTION

# %% check="dense_parameters"
check("dense_parameters")

# %% [markdown]
# *What just happened.* The lecture's photograph, 640 × 480 in colour, with 1000 units: 921 601 000 parameters, in a single layer. Stored with 4 bytes each they fill 3.7 GB.
# And each of them has to be learned from examples: with a million photographs, there would be more than 900 parameters to find for every photograph.

# %% [markdown]
# ## 5 · What flattening destroys
#
# Many parameters are a matter of cost. There is a second trouble, and more memory does not cure it. Ask: *what does a fully connected unit know about the picture?*
#
# To feed it, the image is **flattened**: written in one row of $D$ numbers. Below, a unit whose weights are the average of 500 handwritten threes minus the average of all other digits. It gives this 3 the score 18.6 (no bias). Is that much? The 500 threes get 14.7 on average, all other digits 1.8; only 3 of those 4500 get more than this one.

# %% show="scored_digit"
draw.scored_digit(*lecture.digit_and_unit()[:2])

# %% [markdown]
# Now take the 784 pixels and let them change places at random; let the unit's weights change places in the same way.

# %% show="predict_score_of_a_scrambled_digit"
predict("score_of_a_scrambled_digit")

# %% show="scrambled_scores"
draw.scrambled_scores(*lecture.digit_and_unit())

# %% [markdown]
# No difference. And that holds for every digit and every unit. So if all pictures of a data set were scrambled in one and the same way, a fully connected layer would learn just as well as before, while you would recognise nothing.
# **A fully connected layer does not know which pixels are neighbours.**
#
# Is that worth knowing? Compare each pixel of a photograph with its right-hand neighbour.

# %% show="neighbours"
cat = datasets.photo("chelsea", gray=True, size=160)
mixed = lecture.scrambled(cat)
draw.photos(
    [cat, mixed],
    [f"neighbours correlate: {lecture.neighbour_correlation(cat):.2f}", f"scrambled: {lecture.neighbour_correlation(mixed):.2f}"],
    alt="A cat's face, and the same pixels scrambled into grey noise. Correlation of horizontal neighbours: 0.94 in the photograph, 0.02 in the noise.",
    caption="Both pictures hold the same 25 600 numbers. Correlation: 1 if every pixel followed from its neighbour by one straight, rising line (as when they are equal), about 0 when neighbours have nothing to do with each other.",
    width=5.1,
)

# %% [markdown]
# In a photograph a pixel tells you much about its neighbour (correlation 0.94), and the places where it doesn't are the interesting ones: edges. Flattening throws this knowledge away, and the layer would have to find it again from examples.
#
# *What just happened.* You have the two complaints of the lecture in numbers: parameters explode (921 601 000), and the spatial structure is destroyed (0.94 or 0.02, all the same to a dense layer). The next two sections cure one each.
#
# This is a good place for a break.

# %% [markdown]
# ## 6 · Look locally
#
# If neighbours belong together, need a unit see the whole picture? To notice an edge, a few pixels are enough.
#
# So let each unit look at a small **window** only, and have many units, one for each place of the window. This is **local connectivity**. Here it is in one dimension: six input numbers (blue), four units (green), windows of three.

# %% show="three_wirings"
draw.three_wirings()

# %% [markdown]
# The left picture is section 4. In the middle, each unit keeps 3 of its 6 lines: 12 weights instead of 24. (The right picture has to wait for section 7.)
#
# How many units are there? A window of 3 on 6 numbers can start at 0, 1, 2 or 3: that is $6 - 3 + 1 = 4$ places. In two dimensions this holds for rows and columns separately. (Notebook 04 lets windows hang over the border or skip places; here they do neither.)
#
# > A window of $k_h \times k_w$ pixels fits at $H' \times W'$ places of an image of $H \times W$ pixels, where
# >
# > $$H' = H - k_h + 1 \qquad W' = W - k_w + 1$$
# >
# > It covers all $C_{in}$ channels of the image, so one unit has $k_h \cdot k_w \cdot C_{in}$ weights.
#
# Usually several units look at the *same* place, one for each thing worth noticing: an edge, a colour, a corner. Such a kind of unit is called a **filter**; with $C_{out}$ filters there are $C_{out}$ units at each place. The numbers that one filter gives at all places form a **map** of $H' \times W'$ numbers.
#
# By hand: a grey 3 × 4 image, a 2 × 2 window, one filter. Places: $2 \cdot 3 = 6$. Weights: $6 \cdot 4 = 24$. With a bias for each of the six units: 30 parameters.
#
# **Exercise — `locally_connected_parameters`** · medium · about 10 minutes · 2 points
#
# Count the parameters of a locally connected layer. Nothing is shared: every filter has, at every place, weights of its own and, if `bias` is true, a bias of its own.
# `kernel_size` says how large the window is: one number for a square, or a pair (rows, columns). Biases are counted only where the call asks for them. Return an integer. A window that is too high or too wide for the image is a `ValueError`; other sizes need not be refused. No call is off limits.

# %% exercise="locally_connected_parameters"
def locally_connected_parameters(height, width, in_channels, out_channels, kernel_size, bias=False):
    """Number of parameters of a layer that looks through windows and shares nothing.

    height, width   int   size of the input image
    in_channels     int   channels of the image; a window covers all of them
    out_channels    int   filters: units at each place of the window
    kernel_size     int for a square window, or (rows, columns)
    bias            bool  whether each unit has a bias
    returns         int

    The window lies wholly on the image and moves one pixel at a time.
    Raises ValueError when the window is larger than the image.
    """
    ### BEGIN SOLUTION
    kh, kw = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    if kh > height or kw > width:
        raise ValueError(f"a window of {kh} x {kw} does not fit into an image of {height} x {width}")
    places = (height - kh + 1) * (width - kw + 1)
    units = places * out_channels
    return units * (kh * kw * in_channels + (1 if bias else 0))
    ### END SOLUTION

# %% check="locally_connected_parameters"
check("locally_connected_parameters")

# %% [markdown]
# *What just happened.* Take the lecture's second example, a colour image of 32 × 32 and thirty filters with 5 × 5 windows. With thirty fully connected units for each place of the window, the layer would have 72 253 440 weights. Looking locally saves a factor of 41 here, and the saving grows with the image.

# %% [markdown]
# ## 7 · Share the weights
#
# Each of these 28 · 28 places now has its own weights for "an edge". But an edge at the top left is the same thing as an edge at the bottom right. Why learn it 784 times?
#
# So use **one set of weights per filter, at every place**. This is **weight sharing**, also called parameter sharing, and it is the right-hand wiring of the picture above: lines drawn alike carry the same weight. The shared set is called the **kernel**. (The Python process behind a notebook has the same name, by accident.)
#
# Local connectivity and weight sharing together make a **convolutional layer**. Its parameters belong to the window, so the size of the image no longer matters:
#
# > $$\text{parameters} \;=\; C_{out} \cdot (k_h \cdot k_w \cdot C_{in} + 1)$$
# >
# > $C_{out}$: filters, each with one bias · $k_h, k_w$: rows and columns of the window · $C_{in}$: channels of the input. Without biases the $+\,1$ goes.

# %% show="predict_twice_the_side"
predict("twice_the_side")

# %% show="explore_parameter_counter"
explore.parameter_counter()

# %% [markdown]
# When the window is as large as the image there is one place only. Nothing is left to share, and all four layers are one and the same: a fully connected layer is the convolution with the largest possible window.
#
# **Exercise — `conv_parameters`** · easy · about 8 minutes · 2 points
#
# Count the parameters of a convolutional layer, and return the count as an integer. `kernel_size` is one number for a square window or a pair (rows, columns). Here biases are counted unless the call says `bias=False`, as in PyTorch. All sizes are at least 1; you need not refuse others.
#
# *By hand first.* 3 channels in, 4 filters, 2 × 2: each filter has $2 \cdot 2 \cdot 3 = 12$ weights and one bias, so $4 \cdot 13 = 52$ parameters.
#
# `torch.nn.Conv2d` and `torch.nn.LazyConv2d` build the layer, which could then be asked for the answer: they are off limits. Count; don't build.

# %% exercise="conv_parameters"
def conv_parameters(in_channels, out_channels, kernel_size, bias=True):
    """Number of parameters of a convolutional layer.

    in_channels    int, at least 1   channels of the input; each filter reads all of them
    out_channels   int, at least 1   filters
    kernel_size    int for a square window, or (rows, columns)
    bias           bool              whether each filter has a bias
    returns        int
    """
    ### BEGIN SOLUTION
    kh, kw = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    return out_channels * (kh * kw * in_channels + (1 if bias else 0))
    ### END SOLUTION

# %% check="conv_parameters"
check("conv_parameters")

# %% [markdown]
# *What just happened.* For the thirty filters on a 32 × 32 colour image, a fully connected layer with the same outputs needs 72 276 960 parameters, and that is 31 700 times as many as your function counts: a factor of 31 700. The bill: the layer *cannot* treat two places differently. That is an assumption about pictures, and the question at the end of this notebook is about it.

# %% [markdown]
# ## 8 · Audit: three million weights?
#
# An **audit** recomputes a published or lectured number. It is a habit of this course: slides and papers contain slips, and you find them by counting.
#
# A slide of the lecture argues for weight sharing with this layer: input 32 × 32 × 3, windows 5 × 5, thirty filters. It says: the output has size $(32 - 5)/1 + 1 = 28$ (divided by 1 because the window moves by 1); each neuron (another word for unit) has $5 \cdot 5 \cdot 3 = 75$ weights; *before sharing*: $(32 \cdot 32 \cdot 30) \cdot 75 = 3$ million weights; *after sharing*: $30 \cdot 75 = 2250$.
#
# **Exercise — `thirty_filters`** · easy · about 8 minutes · 2 points
#
# Compute four numbers, in your head or in Python, and store them as whole numbers:
#
# | variable | what |
# |---|---|
# | `lecture_product` | the slide's own product, $32 \cdot 32 \cdot 30 \cdot 75$ |
# | `without_sharing` | weights before sharing, with the 28 × 28 output that the slide itself gives |
# | `without_sharing_with_biases` | the same, with a bias for each of the 28 · 28 · 30 units |
# | `with_sharing_with_biases` | weights and biases after sharing |

# %% exercise="thirty_filters"
### BEGIN SOLUTION
lecture_product = 32 * 32 * 30 * 75
without_sharing = 28 * 28 * 30 * 75
without_sharing_with_biases = 28 * 28 * 30 * (75 + 1)
with_sharing_with_biases = 30 * (75 + 1)
### END SOLUTION

# %% check="thirty_filters"
check("thirty_filters")

# %% [markdown]
# *What just happened.* Two slips on one slide. The product is 2 304 000, which rounds to 2 million and not to 3; and it puts a neuron on each of the 32 × 32 input pixels, although the slide's own output has 28 × 28 of them. The right number is **1 764 000**.
# The slide's conclusion survives: sharing divides the weights by 28 · 28 = 784. (2 250 is right, for the weights alone.)

# %% [markdown]
# ## 9 · What moves along
#
# Weight sharing saves parameters. What else does it bring? Take a picture of a plus sign and a kernel that looks like one. At each place: nine products, one sum.

# %% show="plus_and_map"
draw.plus_and_map(lecture.plus_sign(2, 2, side=5), lecture.plus_kernel, at=(0, 1))

# %% [markdown]
# The map peaks, with 5, where the window lies right on the plus. Written as a rule, for one channel and without a bias:
#
# > $$y[i, j] \;=\; \sum_{u=0}^{k-1} \sum_{v=0}^{k-1} w[u, v]\; x[i + u,\, j + v]$$
# >
# > $x$: the picture, shape $(H, W)$ · $w$: the kernel, shape $(k, k)$ · $y$: the map, shape $(H - k + 1, W - k + 1)$ · $(i, j)$: the window's top left corner · $(u, v)$: position inside the window.
#
# This is all that "convolution" means here. Notebook 02 builds it in one dimension and notebook 03 in two, step by step, so you need not write it yet.
#
# Now a competitor: one fully connected unit with a weight for each pixel, set so that it answers 5 to a plus sign standing where this one stands: weight 1 on these five pixels, 0 elsewhere.

# %% show="predict_plus_one_step_aside"
predict("plus_one_step_aside")

# %% show="explore_moving_plus"
explore.moving_plus()

# %% [markdown]
# *What just happened.* The unit must be taught the plus at *every* position anew; each place that it has not been taught is lost on it. The kernel has learned it once. When the picture moves, its map moves along, until the border.
# A fully connected layer of 100 units *could* give the same 10 × 10 map: each unit would hold the kernel's weights at one place and zeros everywhere else. That takes 14 400 weights where the kernel has 9, and each unit would have to find its own.
#
# ## 10 · Move first, or weigh first?
#
# "Its map moves along": is that exact, or only roughly so? To find out you need a function that moves a picture.
#
# **Exercise — `shift_image`** · medium · about 12 minutes · 2 points
#
# Move a picture by `dy` rows and `dx` columns: positive is down and right, negative up and left. Pixels that leave the frame are lost, and zeros move in at the other side. The caller's picture stays as it was.
#
# *By hand first.* The picture [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]] moved by (1, −2), one down and two left: [[0, 0, 0, 0], [3, 4, 0, 0], [7, 8, 0, 0]].
#
# The result is a NumPy array with the size and dtype of the picture, whatever these are. Slices, loops, `np.pad` and `np.roll` are fine; `scipy.ndimage.shift` and `scipy.ndimage.affine_transform` do the whole job and are off limits.

# %% exercise="shift_image"
def shift_image(image: np.ndarray, dy: int, dx: int) -> np.ndarray:
    """A picture moved by whole pixels, zeros moving in.

    image    (H, W) array of any dtype
    dy       rows: positive moves down, negative up; may be larger than H
    dx       columns: positive moves right, negative left; may be larger than W
    returns  (H, W) array of the same dtype: out[r, c] = image[r - dy, c - dx], 0 where that lies outside

    The image is left unchanged.
    """
    ### BEGIN SOLUTION
    height, width = image.shape
    out = np.zeros_like(image)
    if abs(dy) < height and abs(dx) < width:
        out[max(0, dy) : height + min(0, dy), max(0, dx) : width + min(0, dx)] = image[
            max(0, -dy) : height + min(0, -dy), max(0, -dx) : width + min(0, -dx)
        ]
    return out
    ### END SOLUTION

# %% check="shift_image"
check("shift_image")

# %% [markdown]
# With your function the claim can be tested. Do two things in both orders: *move the picture and then slide the kernel*, or *slide the kernel and then move the map*. If the order makes no difference, the layer is called **translation equivariant** ("changing along with shifts"):
#
# > $$f(S\,x) \;=\; S\,f(x)$$
# >
# > $x$: a picture · $f$: the layer, from picture to map · $S$: a shift by $(dy, dx)$, of the picture on the left side, of the map on the right.

# %% show="predict_peak_after_a_shift"
predict("peak_after_a_shift")

# %% show="yours_both_orders"
yours(
    "shift_image",
    lambda shift_image: draw.shifted_both_ways(
        shift_image, lecture.plus_sign(3, 3, side=9), lecture.plus_kernel, dy=1, dx=2
    ),
)

# %% [markdown]
# *Do.* Change `dy` and `dx` in the cell above and run it again: do the maps agree for every shift that you try? Then put the plus at (2, 2), nearer to the corner, and set `dy=1, dx=2` again.
#
# The reason for the agreement is in the rule: $y$ at $(i, j)$ depends on what lies in the window at $(i, j)$, and *on nothing else*, not on where the window is. Move the contents of the windows and the sums move along.
#
# It ends at the border. With the plus at (2, 2) and this shift the maps differ in 2 of 49 places, (0, 3) and (2, 1). The windows there touch a tip of the moved plus. Before the move that tip was touched from over the border, where no window can lie; so the map had no such number to move, and a zero came in.
# And a pattern that is pushed out of the frame is lost to both sides: in the explorer the peak shrinks from 5 to 2 as soon as the plus is cut off.
#
# A word about words. The lecture lists "translation **invariance**" as a virtue of local connectivity. **Invariant** means that the answer *stays the same* when the picture moves: $f(S\,x) = f(x)$. A map does not stay the same; it moves along. That is **equivariance**.
# Invariance comes later in the network, from pooling (notebook 05), and you will measure there that it holds only roughly. The largest number of the map *is* invariant: 5, wherever the plus stands inside the frame.
#
# *What just happened.* You gave "the map moves along" a precise meaning, tested it with your own function, and found where it ends.

# %% [markdown]
# ## 11 · Four ingredients
#
# The lecture names four elements of a **convolutional neural network**, ConvNet or CNN for short. You have met the first two. The others are announced here; their notebooks explain them.
#
# | element | where it lives | its idea in one line | notebook |
# |---|---|---|---|
# | local connectivity | convolution layer | a unit looks through a small window | 01–04 |
# | parameter sharing | convolution layer | the same kernel at every place | 01–04 |
# | non-linearity | activation function | bend the numbers between two layers, so that layers in a row can do more than one | 07, coming |
# | pooling, also called subsampling | pooling layer | summarise small regions, forget a little about place | 05 |

# %% show="network_sketch"
draw.network_sketch(lecture.stages)

# %% [markdown]
# Where are such networks used? Wherever numbers have neighbours: in two dimensions, in one, in time.
#
# | task | question | input | example |
# |---|---|---|---|
# | classification | what is in the picture? | photograph | Krizhevsky et al. 2012; notebook 12, coming |
# | retrieval | which pictures are like this one? | photograph | the same network's inner numbers, compared; notebook 22, coming |
# | detection | what, and where? | photograph | Ren et al. 2015; notebook 24, coming |
# | segmentation | which pixel belongs to what? | photograph | Farabet et al. 2013; notebook 25, coming |
# | pose estimation | where are the elbows and knees? | photograph | Toshev and Szegedy 2014 |
# | speech | which sounds, which words? | air pressure over time | Waibel et al. 1989; notebook 02 |
# | text | praise or complaint? | a row of words | Kim 2014; notebook 02 |
# | protein and DNA binding | will this protein attach here? | a row of letters | Alipanahi et al. 2015; notebook 02 |

# %% [markdown]
# Equivariant or invariant: that depends on the task.

# %% show="predict_what_segmentation_should_do"
predict("what_segmentation_should_do")

# %% [markdown]
# *What just happened.* You have a list of parts and a list of tasks. Convolution gives every task what moves along; how much of the place to forget afterwards is a choice.
#
# ## 12 · A short history
#
# The idea is older than the computers that could run it.

# %% show="predict_the_year_of_the_idea"
predict("the_year_of_the_idea")

# %% show="milestones"
draw.milestones(lecture.milestones)

# %% [markdown]
# - **1959 and 1962.** Hubel and Wiesel record single cells in the visual cortex of cats. *Simple cells* answer to an edge of one direction at one place of the view, that is, in a small window; *complex cells* answer to the same edge wherever it lies in a somewhat larger region.
# - **1980** (in Japanese 1979). Fukushima builds the **Neocognitron** after this model: layers of "simple" units with local windows and shared weights, and between them layers of "complex" units that tolerate small shifts. It learns without gradients.
# - **1989.** LeCun and colleagues let **backpropagation**, repeated use of the chain rule, find the kernels, for handwritten zip codes (notebook 06 shows how).
# - **1998.** **LeNet-5** reads the amounts on bank cheques (notebook 11, coming).
# - **2010 to 2017.** The *ImageNet Large Scale Visual Recognition Challenge*, **ILSVRC**: 1.2 million training photographs, 1000 names. In 2012 a ConvNet wins for the first time; from then on, only ConvNets do. The picture ends with 2016; in 2017 SENet won with 2.25 %.

# %% show="ilsvrc_winners"
draw.winners(lecture.ILSVRC_YEARS, lecture.ilsvrc_winners, lecture.ilsvrc_errors)

# %% [markdown]
# The teams' names hide networks of Part II, which is coming: SuperVision is AlexNet (notebook 12), GoogLeNet is notebook 15, and MSRA (Microsoft Research Asia) in 2015 is ResNet (notebook 18).
# A small audit: the lecture's slide puts the citation "He, ICCV 2015" under MSRA's entry. That is another paper of the same group, on PReLU and initialisation; the winning network is in He et al., CVPR 2016.
#
# *What just happened.* Local windows and shared weights took more than thirty years from a machine (1980) to a breakthrough (2012). What was missing was not the idea but data, computing power, and the tricks of notebooks 07 to 10, which are coming.

# %% [markdown]
# ## Recap
#
# | you can now | because of |
# |---|---|
# | read $(N, C, H, W)$, change layouts, find a number in memory | `to_nchw`, `memory_index`: strides $CHW, HW, W, 1$ |
# | count the parameters of three layers | `dense_parameters`, `locally_connected_parameters`, `conv_parameters` |
# | say what a fully connected layer does not know | the scrambled digit: which pixels are neighbours |
# | test what a layer makes of a shift | `shift_image`, $f(S\,x) = S\,f(x)$ |
# | check a slide | `thirty_filters`: 1 764 000, not 3 million |
#
# **Where it goes wrong most often**
#
# - `reshape` where `transpose` is meant: the shape looks right, the picture is torn up.
# - Forgetting channels: a 5 × 5 window on a colour image covers 75 numbers.
# - Biases: one for each filter when weights are shared, one for each unit when they are not.
# - The size of the input where the size of the output belongs: 32 instead of 28.
# - `image[:-dy]` when `dy` is 0; `np.roll`, which brings back at the left what left at the right.
# - "Invariant" for "equivariant".
#
# Now in your own words.

# %% [markdown] written="what_sharing_assumes"
# (a) It is true that a fully connected layer can do the same: it may have the kernel's weights inside each window and 0 everywhere else. But it has to learn this, at every place anew, from examples. For a 32 × 32 colour image and thirty 28 × 28 maps that takes 72 276 960 parameters where the convolution has 2 280; for the lecture's photograph, 921 601 000. It starts without knowing which pixels are neighbours: scrambled pictures are all the same to it.
#
# (b) The map moves by (2, 3) as well, and its values stay the same: the layer is equivariant to translation. (It is not invariant: the map does change its place.) This ends at the border, where part of the pattern leaves the frame or the window would have to hang over it.
#
# (c) Passport photographs: eyes are always in the upper half, so a detector for eyes need not look at the chin, and different places deserve different weights. Or a table of measurements: column 3 is a temperature and column 4 a price; neighbours have nothing to do with each other, and no pattern means the same in another column.

# %% [markdown]
# **To discuss** (not graded). Your own eye does not share weights: the middle of the view has far more cells than the edge, and what you learn to see at one place you partly have to learn again at another. What might it gain by that?
#
# **Further reading**
#
# - D. H. Hubel and T. N. Wiesel (1959). Receptive fields of single neurones in the cat's striate cortex. *The Journal of Physiology* 148(3), 574–591.
# - D. H. Hubel and T. N. Wiesel (1962). Receptive fields, binocular interaction and functional architecture in the cat's visual cortex. *The Journal of Physiology* 160(1), 106–154.
# - K. Fukushima (1980). Neocognitron: a self-organizing neural network model for a mechanism of pattern recognition unaffected by shift in position. *Biological Cybernetics* 36, 193–202.
# - Y. LeCun, B. Boser, J. S. Denker, D. Henderson, R. E. Howard, W. Hubbard and L. D. Jackel (1989). Backpropagation applied to handwritten zip code recognition. *Neural Computation* 1(4), 541–551.
# - Y. LeCun, L. Bottou, Y. Bengio and P. Haffner (1998). Gradient-based learning applied to document recognition. *Proceedings of the IEEE* 86(11), 2278–2324.
# - A. Krizhevsky, I. Sutskever and G. E. Hinton (2012). ImageNet classification with deep convolutional neural networks. *Advances in Neural Information Processing Systems* 25.
# - O. Russakovsky et al. (2015). ImageNet large scale visual recognition challenge. *International Journal of Computer Vision* 115, 211–252. The winners' errors up to 2014.
# - K. He, X. Zhang, S. Ren and J. Sun (2016). Deep residual learning for image recognition. *CVPR*, 770–778. The 3.57 % of 2015. (Their PReLU paper: Delving deep into rectifiers. *ICCV* 2015, 1026–1034.)
# - ImageNet (2016). *ILSVRC 2016 results*, image-net.org. The 2.99 % of 2016.
# - J. Hu, L. Shen and G. Sun (2018). Squeeze-and-excitation networks. *CVPR*, 7132–7141. The 2.25 % of 2017.
# - C. Farabet, C. Couprie, L. Najman and Y. LeCun (2013). Learning hierarchical features for scene labeling. *IEEE Transactions on Pattern Analysis and Machine Intelligence* 35(8), 1915–1929.
# - S. Ren, K. He, R. Girshick and J. Sun (2015). Faster R-CNN: towards real-time object detection with region proposal networks. *Advances in Neural Information Processing Systems* 28.
# - A. Toshev and C. Szegedy (2014). DeepPose: human pose estimation via deep neural networks. *CVPR*, 1653–1660.
# - A. Waibel, T. Hanazawa, G. Hinton, K. Shikano and K. Lang (1989). Phoneme recognition using time-delay neural networks. *IEEE Transactions on Acoustics, Speech, and Signal Processing* 37(3), 328–339.
# - Y. Kim (2014). Convolutional neural networks for sentence classification. *EMNLP*, 1746–1751.
# - B. Alipanahi, A. Delong, M. T. Weirauch and B. J. Frey (2015). Predicting the sequence specificities of DNA- and RNA-binding proteins by deep learning. *Nature Biotechnology* 33, 831–838.
