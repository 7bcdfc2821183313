# ---
# jupyter:
#   course:
#     title: Convolution in one dimension
#     promise: You build the operation at the heart of every convolutional network, first by hand, then in NumPy.
#     minutes: 150
#     needs: [00_start_here]
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {display_name: Python 3 (ipykernel), language: python, name: python3}
# ---

# %% [markdown]
# # 02 · Convolution in one dimension
#
# *You build the operation at the heart of every convolutional network, first by hand, then in NumPy.*
#
# **Time** about two and a half hours; a good place for a break is after section 5. **You need** Python, NumPy's indexing, and notebook 00.
#
# Afterwards you can
#
# 1. compute a cross-correlation and a convolution by hand, and say what the flip between them is for;
# 2. say how long an output is, for every mode, stride and padding;
# 3. write a convolution as a matrix, and read from that matrix what a convolutional layer saves;
# 4. write a convolution layer for batches of signals with channels;
# 5. use one to find a pattern: in sound, in a sentence, in DNA.
#
# Run the next cell first. It fetches the checks, the pictures, the explorers and this lecture's numbers.

# %%
import numpy as np

from helpers import check, draw, explore, predict, yours
from helpers.lectures import convolution_1d as lecture

# %% [markdown]
# ## 1 · A window that slides
#
# A thermometer reports eight numbers, one each hour:
#
# $$x = [1,\; 5,\; 3,\; 7,\; 5,\; 9,\; 7,\; 14]$$
#
# Is it getting warmer? Three times the reading falls from one hour to the next, so a look at two neighbours can tell you anything.
# What would you do to see through the zigzag?
#
# You could average. Take the first three readings: $(1 + 5 + 3)/3 = 3$. Move on by one: $(5 + 3 + 7)/3 = 5$. And so on to the end.

# %% show="predict_moving_average_length"
predict("moving_average_length")

# %% [markdown]
# Here is the second step. The orange frame is the **window**: the three readings that are looked at now. Under it stand three **weights**, each ⅓.
# Multiply each reading by the weight below it, add the products up, write the sum down.

# %% show="window_at_one"
draw.sliding_kernel(lecture.x, lecture.moving_average, at=1)

# %% [markdown]
# The six averages are 3, 5, 5, 7, 7, 10. They never fall: it is getting warmer.
#
# Four words, used in every notebook from here on. The list of readings is the **signal** $x$; one of its numbers is a **sample**.
# The list of weights is the **kernel** $w$. The list of sums is the **output** $y$. (Two of these words have a second meaning: in notebook 01 a sample is one picture of many, and in notebook 00 the kernel is the Python process.) Here is the rule that makes $y$ from $x$ and $w$:
#
# > $$y[i] \;=\; \sum_{k=0}^{K-1} x[i + k]\; w[k] \qquad i = 0, \dots, N - K$$
# >
# > $x$: shape $(N,)$, the signal · $w$: shape $(K,)$, the kernel, $K \le N$ · $y$: shape $(N - K + 1,)$ · $i$: where the window starts · $k$: position inside the window.
# > The unit of $y$ is the unit of $x$ times the unit of $w$: here degrees times a plain number.
#
# Each output is the **dot product** of the kernel with one window: a sliding dot product. The operation is called **cross-correlation**; with the window always wholly on the signal, *valid* cross-correlation.
# There are $N - K + 1$ outputs because the first window starts at 0 and the last at $N - K$.
#
# The weights need not be equal. That is the whole point: **another kernel asks the signal another question.** Try it.

# %% show="explore_sliding_window"
explore.sliding_window(lecture.x, lecture.moving_average)

# %% [markdown]
# **Exercise — `correlate1d`** · easy · about 10 minutes · 3 points
#
# Write the rule above as a function. It takes a signal `x` of shape $(N,)$ and a kernel `w` of shape $(K,)$ and returns an array of $N - K + 1$ sums.
#
# *By hand first.* Take $x = [1, 5, 3, 7, 5]$ and $w = [1, 2, -1]$. The first window holds 1, 5, 3:
# $\;1 \cdot 1 + 5 \cdot 2 + 3 \cdot (-1) = 8$. The next: $\;5 \cdot 1 + 3 \cdot 2 + 7 \cdot (-1) = 4$. The last: $\;3 \cdot 1 + 7 \cdot 2 + 5 \cdot (-1) = 12$.
# So $y = [8, 4, 12]$.
#
# A kernel that is empty, or longer than the signal, has no place at all: then raise a `ValueError` that says so.
#
# Build it from indexing, sums and products. Off limits here, because they do the whole job: `np.correlate`, `np.convolve`, `np.polymul`, their relatives in SciPy (`signal.correlate`, `signal.convolve`, `signal.lfilter`, `ndimage.correlate1d`, …) and PyTorch's convolution layers.
# The output is an array of floats, also when signal and kernel hold integers; single precision is enough.

# %% exercise="correlate1d"
def correlate1d(x, w):
    """Valid cross-correlation of a signal with a kernel.

    x        (N,) array   the signal, of ints or floats
    w        (K,) array   the kernel, of ints or floats, 1 <= K <= N
    returns  (N - K + 1,) array of floats: y[i] = x[i] w[0] + x[i + 1] w[1] + ...

    Raises ValueError when w is empty or longer than x. x and w are left unchanged.
    """
    ### BEGIN SOLUTION
    N, K = len(x), len(w)
    if not 1 <= K <= N:
        raise ValueError(f"a kernel of length {K} does not fit a signal of length {N}")
    y = np.zeros(N - K + 1)
    for i in range(N - K + 1):
        y[i] = np.sum(x[i : i + K] * w)
    return y
    ### END SOLUTION

# %% check="correlate1d"
check("correlate1d")

# %% [markdown]
# *What just happened.* One short loop, and you have an operation that never looks at more than $K$ numbers at a time and uses the same $K$ weights everywhere.
# These two habits have names, **locality** and **weight sharing**; section 6 counts what they save.
# The next cell shows what *your* function makes of the lecture's signal.

# %% show="yours_moving_average"
yours(
    "correlate1d",
    lambda correlate1d: draw.signal_and_output(
        lecture.x, correlate1d(lecture.x, lecture.moving_average), "your moving average"
    ),
)

# %% [markdown]
# ## 2 · Two kernels, two questions
#
# The moving average asks: *what is the level around here?* Such a kernel is said to **smooth** the signal. How would you ask: *how fast does it change?*
#
# Subtract each sample from the next one. On the lecture's signal: $5 - 1 = 4$, then $3 - 5 = -2$, then $7 - 3 = 4$, …
# As a kernel that is $w = [-1, 1]$: minus the sample now, plus the one that follows. It is called **differencing**.

# %% show="differences"
draw.signal_and_output(
    lecture.x,
    np.diff(lecture.x),  # the same numbers as the cross-correlation with [-1, 1]
    "output of the kernel [−1, 1]",
    caption="Where the signal rises the output is positive, where it falls negative.",
)

# %% show="predict_difference_of_a_constant"
predict("difference_of_a_constant")

# %% [markdown]
# Feed a constant signal $x[i] = c$ through any kernel and the sum factors:
#
# $$y[i] \;=\; \sum_k c\; w[k] \;=\; c \sum_k w[k]$$
#
# So the **sum of a kernel** tells you what it does where nothing happens. The moving average sums to 1: it keeps the level. Differencing sums to 0: it is silent until something changes.
# You will look at the sum of every kernel you meet in this course.
#
# Now to a longer signal. Sound is air pressure, measured thousands of times each second. Below is the syllable "sa", 0.6 seconds at 16 000 samples per second: 9 600 numbers.
# (It is made by a formula, a caricature of a voice, so that you all have the same one.) The "s" is a hiss; the "a" is a tone that repeats 120 times a second.

# %% show="syllable"
draw.waveforms(
    {"the syllable “sa”": lecture.syllable()},
    lecture.SAMPLE_RATE,
    {"s": lecture.HISS, "a": lecture.VOWEL},
    caption="Air pressure over time; amplitude in units of the loudest possible sound.",
)

# %% show="predict_what_smoothing_removes"
predict("what_smoothing_removes")

# %% [markdown]
# Let your function decide. The cell below runs it with two kernels: an average of nine samples, and $[-1, 1]$.

# %% show="yours_on_sound"
yours(
    "correlate1d",
    lambda correlate1d: draw.waveforms(
        {
            "“sa”": lecture.syllable(),
            "your moving average of nine samples": correlate1d(lecture.syllable(), np.full(9, 1 / 9)),
            "your differencing, [−1, 1]": correlate1d(lecture.syllable(), lecture.differencing),
        },
        lecture.SAMPLE_RATE,
        {"s": lecture.HISS, "a": lecture.VOWEL},
        caption="The same function, two kernels: one keeps the vowel, the other the hiss.",
    ),
)

# %% [markdown]
# Measured as loudness (the root of the mean square of the samples):
#
# | what is left of | the hiss "s" | the vowel "a" |
# |---|---|---|
# | after averaging nine samples | 11 % | 69 % |
# | after differencing | 174 % | 34 % |
#
# *What just happened.* One kernel weakens what is fast in a sound, the other what is slow, and neither knew what a vowel is. (Differencing even makes the hiss louder: neighbouring samples of a hiss often have opposite signs, and then their difference is larger than either.)
# A convolutional network for speech does the same with hundreds of kernels. It differs in one thing: nobody chooses the weights; they are learned.
#
# *Do.* Go back to the cell above and put a kernel of your own in it. Which one lets even less of the hiss through? The picture says how loud each part is.

# %% [markdown]
# ## 3 · One spike, and the reason for a flip
#
# Someone hands you a closed box. A signal goes in, its cross-correlation with a secret kernel comes out. Which signal would you send in to learn the kernel in one go?
#
# The shortest possible one: zeros, a single 1, zeros. It is called an **impulse**. Each output then contains at most one product that isn't 0, and that product is 1 times a weight.

# %% show="predict_impulse_through_correlation"
predict("impulse_through_correlation")

# %% show="passing_the_spike"
draw.kernel_passing_by(lecture.impulse, lecture.one_two_three, starts=[1, 2, 3])

# %% [markdown]
# The kernel comes out **backwards**: 3, 2, 1. Nothing is wrong; look at who arrives first. The strip travels from left to right, so its right end meets the spike first.
#
# In the explorer below the strip may also hang over the ends of the signal. Beyond them stand **ghost zeros**: samples that don't exist and count as 0.
# Each output is written under the right end of the strip and counted from the first place at which the strip touches the signal. That is $K - 1 = 2$ places before the first window above, so what was y[1] in the picture is output 3 here. On the right the same arithmetic stands as a matrix, one row for each place of the strip; section 6 comes back to it.

# %% show="explore_kernel_strip"
explore.kernel_strip(lecture.impulse, lecture.one_two_three)

# %% [markdown]
# Why would anyone want the other order? Think of a clap in a large room. The clap is an impulse. What comes back is the room's answer: the sound itself at once, an echo at half the loudness after two moments,
# another at a quarter after four: $w = [1, 0, \tfrac12, 0, \tfrac14]$. The answer to an impulse must come out **forwards**, first things first, or the echo would precede the clap.
#
# Now let the sound go on: three samples 1, 5, 3. Each of them claps, as loud as its number, and sends out its own copy of the kernel. What you hear is the sum of the copies. (No room answers with the kernel [1, 2, −1] of the picture; its numbers are easier to follow.)

# %% show="copies_of_the_kernel"
draw.copies_added(lecture.short_signal[:3], lecture.lopsided)

# %% [markdown]
# Read one column: output 2 is $1 \cdot (-1) + 5 \cdot 2 + 3 \cdot 1 = 12$. The *earliest* sample meets the *last* weight. Written as a rule:
#
# > $$y[n] \;=\; (x * w)[n] \;=\; \sum_{m} x[m]\; w[n - m] \qquad n = 0, \dots, N + K - 2$$
# >
# > $x$: shape $(N,)$ · $w$: shape $(K,)$ · $y$: shape $(N + K - 1,)$ · the sum runs over all $m$ for which both $x[m]$ and $w[n-m]$ exist.
#
# This is **convolution**, with the sign $*$. In cross-correlation the two indices grow together ($i + k$ and $k$); here one grows while the other shrinks ($m$ and $n - m$). That is the **flip**:
#
# > Convolution with $w$ is cross-correlation with $w$ turned round.
#
# What the flip buys: an impulse returns the kernel as it is; $x * w = w * x$, so signal and kernel may change places; and $(x * u) * v = x * (u * v)$, so brackets may be moved. Cross-correlation has none of the three. (Two kernels one after the other are one kernel in either case. But where you cross-correlate twice, first with $u$ and then with $v$, that one kernel is $u * v$: for the kernels themselves you need the convolution again.)
#
# Two remarks about words. The lecture's kernel [⅓, ⅓, ⅓] reads the same from both ends, so there the two operations agree: **a symmetric kernel hides the flip.** And today's deep-learning libraries compute
# cross-correlation but call it "convolution". Keep that in mind for the question at the end of this notebook.
#
# *What just happened.* One spike told you everything about an operation. The experiment works with every black box that treats all places alike and is **linear**: twice the signal gives twice the output, and the sum of two signals the sum of their outputs.
# With a layer that adds a bias, or bends its outputs afterwards, the spike alone tells less.

# %% [markdown]
# ## 4 · Full, same, valid
#
# Five samples, a kernel of four. Should the kernel stop at the ends of the signal, or may it hang over? And if it may, how far?
#
# There are three conventions, and NumPy has all of them. Solid is the first place of the kernel, dashed the last:

# %% show="three_modes"
draw.kernel_places(5, 4)

# %% [markdown]
# | mode | which places | number of outputs | 5 samples, kernel of 4 |
# |---|---|---|---|
# | **full** | every place where kernel and signal touch | $N + K - 1$ | 8 |
# | **same** | the middle of full | $\max(N, K)$ | 5 |
# | **valid** | the shorter one lies wholly on the longer one | $\max(N, K) - \min(N, K) + 1$ | 2 |
#
# So *same* and *valid* need no calculation of their own: compute *full* and cut. For *valid*, $\min(N, K) - 1$ numbers are dropped at each end.
# For *same*, $\min(N, K) - 1$ are dropped in all. When that number is odd, the two ends can't share it equally, and a convention must decide. **NumPy's**, which we follow: drop the smaller half on the left, the larger half on the right.
# On the left that is $\lfloor (\min(N, K) - 1)/2 \rfloor$, where $\lfloor\cdot\rfloor$ means: round down.
#
# Note that *same* has the length of the **longer** of the two. With a kernel longer than the signal the output is longer than the signal.
#
# By hand, with $x = [1, 5, 3, 7, 5]$ and $w = [1, 2, -1, 3]$. Add four-number copies of $w$, five of them, as in section 3:
#
# $$\text{full} = [1, 7, 12, 11, 31, 12, 16, 15]$$
#
# *same* drops $\lfloor 3/2 \rfloor = 1$ on the left and 2 on the right: $[7, 12, 11, 31, 12]$. *valid* drops 3 at each end: $[11, 31]$.
#
# Now draw a signal and a kernel of your own. (This explorer has its own convolution inside; it works before you have written yours.)

# %% show="explore_own_signal"
explore.own_signal()

# %% [markdown]
# **Exercise — `convolve1d`** · medium · about 15 minutes · 4 points
#
# Convolution in the three modes, with NumPy's convention for *same*. Signal and kernel have any lengths from 1 up; either may be the longer one.
#
# *By hand first.* The impulse $[0, 1, 0]$ with the kernel $[1, 2, 3]$, mode full: $[0, 1, 2, 3, 0]$. Forwards! If yours prints 3, 2, 1, you have written the cross-correlation.
#
# Two roads lead there: turn the kernel round and slide it over a signal with zeros at both ends; or add up shifted copies. Choose the one that you would explain to a friend.
#
# Off limits here, because they do the whole job: the same routines as for `correlate1d`, `np.polymul` among them. A Fourier transform (`np.fft`), should you know it, is allowed.
# The output is an array of floats, also when signal and kernel hold integers; single precision is enough.

# %% exercise="convolve1d"
def convolve1d(x, w, mode="full"):
    """Convolution of a signal with a kernel (the kernel is flipped).

    x        (N,) array   the signal, of ints or floats, N >= 1
    w        (K,) array   the kernel, of ints or floats, K >= 1; may be longer than x
    mode     "full"    N + K - 1 numbers
             "same"    max(N, K) numbers: full without its first (min(N, K) - 1) // 2 numbers, cut to that length
             "valid"   max(N, K) - min(N, K) + 1 numbers
    returns  array of floats

    Raises ValueError for any other mode, and when x or w is empty. x and w are left unchanged.
    """
    ### BEGIN SOLUTION
    N, K = len(x), len(w)
    if mode not in ("full", "same", "valid"):
        raise ValueError(f"mode must be 'full', 'same' or 'valid', not {mode!r}")
    if N == 0 or K == 0:
        raise ValueError(f"signal and kernel need at least one number each, got {N} and {K}")
    full = np.zeros(N + K - 1)
    for m in range(N):
        full[m : m + K] += x[m] * w  # the echo that sample m sends out
    longer, shorter = max(N, K), min(N, K)
    if mode == "same":
        start = (shorter - 1) // 2
        return full[start : start + longer]
    if mode == "valid":
        return full[shorter - 1 : longer]
    return full
    ### END SOLUTION

# %% check="convolve1d"
check("convolve1d")

# %% [markdown]
# *What just happened.* Three modes turned out to be one calculation and two cuts. In a network, *valid* makes signals shrink from layer to layer by $K - 1$, and *same* keeps their length, at a price: outputs near the ends are partly made of zeros nobody measured.
#
# Here is the explorer once more, with **your** function inside. Compare it with the built-in convolution.

# %% show="yours_own_signal"
yours("convolve1d", lambda convolve1d: explore.own_signal(convolve1d))

# %% [markdown]
# ## 5 · You have been convolving since primary school
#
# How do you multiply 13 by 12 on paper? You multiply 13's digits with 12's digits, each with each, and add up what lands in the same column.

# %% show="predict_digits_multiplied"
predict("digits_multiplied")

# %% show="long_multiplication"
draw.copies_added(np.array([1.0, 3]), np.array([1.0, 2]), "x: the digits of 13; w: those of 12")

# %% [markdown]
# That is long multiplication, and it is section 3's picture of shifted copies. What adds up in one column are the products whose *positions* add up to the same number. Polynomials are multiplied in just the same way:
#
# $$(a_0 + a_1 t + a_2 t^2 + \dots)(b_0 + b_1 t + b_2 t^2 + \dots) \;\text{ has at } t^n \text{ the coefficient }\; \sum_m a_m\, b_{n - m}$$
#
# ($a_m$, $b_m$: coefficients, shapes $(N,)$ and $(K,)$; $t$: the variable, which only keeps the places apart. Mind the order: here the coefficient of $t^0$ comes first, while a number is written with its ones last. Put $t = 10$, and 13 is the list $[3, 1]$.) Compare with the rule for convolution: it is the same sum.
# **Convolving two lists is multiplying two polynomials**, and that is why order and brackets don't matter: they don't matter in a product.
#
# *Do.* Let your function compute 99 · 99. The cell takes the outputs as hundreds, tens and ones and carries.

# %% show="yours_multiplies"
def product_by_convolution(convolve1d):
    """99 · 99 from the full convolution of the digits."""
    columns = convolve1d(np.array([9, 9]), np.array([9, 9]))
    total = sum(round(float(column)) * 10**power for power, column in enumerate(reversed(columns)))
    return draw.note(
        f"columns {', '.join(draw.number(c) for c in columns)}, so 99 · 99 = {total}; Python says {99 * 99}",
        caption="Hundreds, tens and ones before the carry.",
    )


yours("convolve1d", product_by_convolution)

# %% [markdown]
# *What just happened.* The columns are 81, 162, 81, and $81 \cdot 100 + 162 \cdot 10 + 81 = 9801$.
#
# The same view explains stacks of layers. Averaging two neighbours is the kernel $[\tfrac12, \tfrac12]$. Doing it twice is $[\tfrac12, \tfrac12] * [\tfrac12, \tfrac12] = [\tfrac14, \tfrac12, \tfrac14]$ once: **two layers of kernel 2 see as far as one layer of kernel 3.**
# You will meet that sentence again when networks get deep.

# %% [markdown]
# ## 6 · The same thing as a matrix
#
# The simplest layer of a neural network is the **fully connected** one: every output is a weighted sum of *all* inputs, $y = M x$, and every entry of the matrix $M$ is a weight of its own. Can a convolution be written that way? And if so, what is special about its matrix?
#
# Take $w = [1, 2, -1]$ and the five samples 1, 5, 3, 7, 5, as in the exercise of section 1. Output 0 was $1 \cdot 1 + 2 \cdot 5 - 1 \cdot 3 + 0 \cdot 7 + 0 \cdot 5 = 8$: a row of weights, times the signal. Write the three rows below each other.

# %% show="matrix_by_hand"
draw.matrix_times_signal(lecture.lopsided_matrix, lecture.short_signal)

# %% [markdown]
# The kernel stands in every row, one column further to the right each time. Along each diagonal the entries are equal; a matrix with that property is called a **Toeplitz matrix**. For valid cross-correlation:
#
# > $$T[i, j] \;=\; \begin{cases} w[j - i] & 0 \le j - i < K \\ 0 & \text{otherwise} \end{cases} \qquad y = T x$$
# >
# > $T$: shape $(n - K + 1,\; n)$ · $i$: the output, a row · $j$: the sample, a column · $n$: length of the signal · $w$: shape $(K,)$.

# %% show="predict_free_numbers_in_the_matrix"
predict("free_numbers_in_the_matrix")

# %% [markdown]
# The zeros are **locality**: output $i$ does not look beyond its window. The repetition is **weight sharing**: every window is treated alike.
# The saving grows with the signal. For one second of sound, $n = 16\,000$ and $K = 3$, a fully connected layer with as many outputs has $15\,998 \cdot 16\,000 = 255\,968\,000$ weights. The convolution has 3.
#
# You have seen this matrix already, beside the strip in section 3: there with its rows for the ghost zeros as well.
#
# **Exercise — `toeplitz_matrix`** · medium · about 10 minutes · 3 points
#
# Build $T$ from the kernel and the length $n$ of the signal. Multiplied by any signal of that length it must give the valid **cross-correlation** (no flip).
#
# *By hand first.* $w = [3, 1, 4]$, $n = 3$: there is one place for the kernel, so $T$ has one row: $[[3, 1, 4]]$. With $n = 4$ there are two: $[[3, 1, 4, 0], [0, 3, 1, 4]]$.
#
# Off limits here, because they make such a matrix ready-made: `toeplitz`, `circulant` and `convolution_matrix` of `scipy.linalg`. Everything else is allowed.

# %% exercise="toeplitz_matrix"
def toeplitz_matrix(w, n):
    """Matrix T with T @ x = valid cross-correlation of x with w, for every x of length n.

    w        (K,) array   the kernel, of ints or floats, 1 <= K <= n
    n        int          length of the signal
    returns  (n - K + 1, n) array of floats

    Raises ValueError when w is empty or longer than n. w is left unchanged.
    """
    ### BEGIN SOLUTION
    K = len(w)
    if not 1 <= K <= n:
        raise ValueError(f"a kernel of length {K} does not fit a signal of length {n}")
    T = np.zeros((n - K + 1, n))
    for i in range(n - K + 1):
        T[i, i : i + K] = w
    return T
    ### END SOLUTION

# %% check="toeplitz_matrix"
check("toeplitz_matrix")

# %% show="yours_as_matrix"
yours(
    "toeplitz_matrix",
    lambda toeplitz_matrix: draw.matrix_times_signal(toeplitz_matrix(lecture.moving_average, 8), lecture.x),
)

# %% [markdown]
# *What just happened.* A convolution is a linear layer, so everything you know about matrices holds for it. One fact to keep: the **transposed** matrix $T^\top$ has the kernel running down its columns, and $T^\top y$ is the *full convolution* of $y$ with $w$.
# Correlate on the way forward, convolve on the way back: in notebook 06 the gradients travel along $T^\top$, and the flip returns.

# %% [markdown]
# ## 7 · Step size and padding
#
# A speech recogniser cuts one second of sound, 16 000 samples, into windows of 25 ms (400 samples). The next window starts 10 ms (160 samples) later. How many windows does it get? Not 16 000 − 400 + 1: it doesn't move by one.
#
# How far the window moves is called the **stride** $s$. A small case by hand: $N = 8$, $K = 3$, $s = 2$. The windows start at 0, 2 and 4; one at 6 would need sample 8, which doesn't exist. Three outputs, and sample 7 is never read.
#
# The other setting you know from section 4, where it came as ghost zeros. A layer lets you say how many zeros to put **on each side**: the **padding** $p$. (PyTorch's also takes the words `"valid"` and, with stride 1, `"same"`; Keras's takes words only. None has *full*: with $p = K - 1$ you get it.) The padded signal has $N + 2p$ numbers. Together:
#
# > $$L' \;=\; \left\lfloor \frac{N + 2p - K}{s} \right\rfloor + 1$$
# >
# > $L'$: number of outputs · $N$: samples · $p$: zeros on each side · $K$: length of the kernel · $s$: stride. All are whole numbers.
#
# Read it as: so many steps from the first window to the last one that fits, and one window more than steps.

# %% show="explore_stride_and_padding"
explore.stride_and_padding()

# %% [markdown]
# **Exercise — `output_lengths`** · easy · about 5 minutes · 2 points
#
# Work out six lengths on paper and type them in as whole numbers.
#
# | variable | signal | kernel | setting |
# |---|---|---|---|
# | `valid_length` | 12 | 5 | mode valid |
# | `same_length` | 12 | 5 | mode same |
# | `full_length` | 12 | 5 | mode full |
# | `strided_length` | 23 | 10 | stride 3, no padding |
# | `padded_length` | 10 | 5 | stride 2, padding 4 |
# | `speech_length` | 16 000 | 400 | stride 160, no padding |
#
# *An example:* signal 8, kernel 3, stride 2, padding 1: $\lfloor (8 + 2 - 3)/2 \rfloor + 1 = \lfloor 3.5 \rfloor + 1 = 4$.

# %% exercise="output_lengths"
### BEGIN SOLUTION
valid_length = 12 - 5 + 1
same_length = 12
full_length = 12 + 5 - 1
strided_length = (23 - 10) // 3 + 1
padded_length = (10 + 2 * 4 - 5) // 2 + 1
speech_length = (16000 - 400) // 160 + 1
### END SOLUTION

# %% check="output_lengths"
check("output_lengths")

# %% [markdown]
# *What just happened.* With one formula you can tell the length of every layer's output in advance. With stride $s$ a signal shrinks to about $1/s$ of its length: one second of sound became fewer than a hundred windows.

# %% [markdown]
# ## 8 · Many signals at once
#
# Two microphones record the same room. A kernel that sees both could do more than two kernels that see one each: it could compare them. What does a window look like when there are two signals?
#
# Signals that run side by side are **channels**. The kernel gets one row of weights for each channel, and all rows move together. At each place *all* products are added up, over the window and over the channels, into one number:

# %% show="explore_channel_filter"
explore.channel_filter(lecture.two_channels[0], lecture.stereo_filter[0])

# %% [markdown]
# By hand, at position 0: channel 0 gives $1 \cdot 1 + 2 \cdot (-1) = -1$, channel 1 gives $10 \cdot \tfrac12 + 0 \cdot 0 = 5$; together 4. Two channels went in, **one** came out.
#
# Such a kernel with a row for each channel is called a **filter**. It usually brings a number of its own, the **bias**, which is added to all its outputs. A layer has several filters, and each makes one channel of the output.

# %% show="predict_maps_after_a_layer"
predict("maps_after_a_layer")

# %% [markdown]
# Lastly, networks are fed many signals at a time, a **batch**; each is treated on its own. With batch, channels, stride and padding the rule of section 1 has become a **convolution layer**:
#
# > $$y[n, f, i] \;=\; b[f] + \sum_{c=0}^{C-1}\;\sum_{k=0}^{K-1} \tilde x[n, c,\; i\,s + k]\;\, w[f, c, k]$$
# >
# > $\tilde x$: the signals $x$, shape $(N, C, L)$, with $p$ zeros before and behind each channel · $w$: shape $(F, C, K)$, the filters · $b$: shape $(F,)$, one bias for each filter · $y$: shape $(N, F, L')$ with $L' = \lfloor (L + 2p - K)/s \rfloor + 1$.
# > $n$ counts the signals of the batch, $c$ channels, $f$ filters, $i$ outputs, $k$ positions in the window. ($N$ is now the size of the batch, as in PyTorch; the length of a signal is $L$.)
#
# It is cross-correlation, as in all of today's deep-learning libraries: no flip.
#
# **Exercise — `conv1d`** · hard · about 25 minutes · 5 points
#
# Write the layer. Give a clear `ValueError` when a kernel does not fit, or when signals and filters differ in channels. Signals `x` have shape $(N, C, L)$, filters `w` $(F, C, K)$, biases `b` $(F,)$ or `None`; the result has shape $(N, F, L')$.
#
# *By hand first.* $x = [[[1, 2, 3, 4],\, [10, 0, 20, 0]]]$ (one signal, two channels), $w = [[[1, -1],\, [\tfrac12, 0]]]$ (one filter), no bias. You have computed output 0 above. Output 1: $2 - 3 + 0 \cdot \tfrac12 + 20 \cdot 0 = -1$. Output 2: $3 - 4 + 20 \cdot \tfrac12 + 0 \cdot 0 = 9$. So $y = [[[4, -1, 9]]]$.
#
# A good order of work: first stride 1, no padding, one filter; then the other filters; then stride; then padding; then the bias. Run the check after each step and see more examples turn right.
#
# Off limits here, because they are the layer: PyTorch's `conv1d`, `conv2d`, `nn.Conv1d` and `nn.Conv2d`. Everything else is allowed, `np.correlate` for one signal and one row of weights too.
# The output is an array of floats, also when signals and filters hold integers; single precision is enough.

# %% exercise="conv1d"
def conv1d(x, w, b=None, stride=1, padding=0):
    """Convolution layer on a batch of signals with channels (cross-correlation, no flip).

    x        (N, C, L) array   batch of N signals with C channels of L samples, of ints or floats
    w        (F, C, K) array   F filters with one row of K weights for each channel, of ints or floats
    b        (F,) array        one bias for each filter, or None for no bias
    stride   int, at least 1   how far the window moves
    padding  int, at least 0   zeros before and behind each channel
    returns  (N, F, L') array of floats, L' = (L + 2 * padding - K) // stride + 1

    Raises ValueError when x and w differ in channels, or when K > L + 2 * padding.
    x, w and b are left unchanged.
    """
    ### BEGIN SOLUTION
    N, C, L = x.shape
    F, channels, K = w.shape
    if channels != C:
        raise ValueError(f"the signals have {C} channels, the filters are made for {channels}")
    if K > L + 2 * padding:
        raise ValueError(f"kernel {K} does not fit signal {L} with padding {padding}")
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding)))
    length = (L + 2 * padding - K) // stride + 1
    y = np.zeros((N, F, length))
    for i in range(length):
        window = padded[:, :, i * stride : i * stride + K]  # (N, C, K)
        y[:, :, i] = np.tensordot(window, w, axes=([1, 2], [1, 2]))  # sums over channels and window
    if b is not None:
        y += b[:, np.newaxis]  # (F, 1): the same bias at every position
    return y
    ### END SOLUTION

# %% check="conv1d"
check("conv1d")

# %% [markdown]
# What can a layer like this read? A sentence is a sequence too: one position for each word. The channels say what a word is like: does it *negate*, does it *strengthen*, does it *praise*?
# Two filters of width 2, each with bias −1, so that only a full match rises above zero: one looks for a negation followed by praise, the other for a strengthener followed by praise.

# %% show="yours_reads_a_sentence"
yours(
    "conv1d",
    lambda conv1d: draw.sentence_as_channels(
        lecture.sentence,
        lecture.words_as_channels(lecture.sentence)[0],
        conv1d(lecture.words_as_channels(lecture.sentence), lecture.phrase_filters, lecture.phrase_bias)[0],
        lecture.PROPERTIES,
        ["negation + praise", "strengthener + praise"],
    ),
)

# %% [markdown]
# *What just happened.* "Good" stands twice in *the cast is very good but the plot is not good*. A count of words can't tell the two apart. A window of two words can: one filter answers $1 + 1 - 1 = 1$ at "not good", the other at "very good".
# Order matters here: a flipped kernel would look for "good not". Kim (2014) classified sentences with filters of widths 3, 4 and 5 over learned word channels; the layer was the one you have just written.

# %% [markdown]
# ## 9 · Finding a word in DNA
#
# DNA is a text in four letters, A, C, G, T. Before a bacterium reads a gene, its machinery looks for a signpost close to the gene's start: a word like TATAAT, the Pribnow box (Pribnow 1975). In real genomes the word is rarely spelled right. How do you search for something that is *nearly* TATAAT?
#
# Letters can't be multiplied, so give each letter its own channel: a 1 in its row and 0 in the three others. This is called **one-hot** coding. Write the motif in the same way and use it as a filter. A product is then 1 where the letters agree and 0 elsewhere, so the sum *counts the letters that match*.

# %% show="explore_motif_window"
explore.motif_window("CTATGATCTATAAT", "TATAAT", position=6)

# %% [markdown]
# > $$\text{score}[i] \;=\; \sum_{c \in \{A, C, G, T\}}\;\sum_{k=0}^{K-1} S[c, i + k]\; M[c, k]$$
# >
# > $S$: shape $(4, N)$, the sequence · $M$: shape $(4, K)$, the motif · score: shape $(N - K + 1,)$, from 0 to $K$ matches.
#
# Real files bring two complications. Small letters are the same bases, only marked by the software that wrote the file. And an **N** says that the base could not be read: its column is all zeros. The same goes for any other letter.

# %% show="predict_unknown_letters_score"
predict("unknown_letters_score")

# %% [markdown]
# **Exercise — `motif_scores`** · medium · about 15 minutes · 3 points
#
# Count, for each place of the motif on the sequence, how many letters match. Capital and small letters are the same. N, and every other letter that is not A, C, G or T, scores 0 everywhere, also against itself. (U is such a letter: RNA has it in place of T, DNA has not.)
#
# *By hand first.* Sequence TNACNTA, motif TNA. At 0 stands TNA: T matches, N scores nothing, A matches: 2. At 4 stands NTA: N against T no, T against N no, A against A yes: 1. In full: $[2, 0, 0, 0, 1]$.
#
# You may go by way of one-hot channels or compare letters; the result is the same. Nothing is off limits, `np.correlate` for a channel is welcome.

# %% exercise="motif_scores"
def motif_scores(sequence, motif):
    """Number of matching letters at each place of a motif on a DNA sequence.

    sequence  str of length N   any letters; A, C, G, T count, in capitals or small letters
    motif     str of length K   1 <= K <= N; likewise
    returns   (N - K + 1,) array of whole numbers (int or float), each from 0 to K

    A letter other than A, C, G, T matches nothing, not even itself.
    Raises ValueError when motif is empty or longer than sequence.
    """
    ### BEGIN SOLUTION
    N, K = len(sequence), len(motif)
    if not 1 <= K <= N:
        raise ValueError(f"a motif of {K} letters does not fit a sequence of {N}")

    def one_hot(text):
        return np.array([[letter == base for letter in text.upper()] for base in "ACGT"], dtype=float)

    S, M = one_hot(sequence), one_hot(motif)
    return np.array([np.sum(S[:, i : i + K] * M) for i in range(N - K + 1)])
    ### END SOLUTION

# %% check="motif_scores"
check("motif_scores")

# %% [markdown]
# Here is a piece of a real genome: 58 letters from before the genes with which *E. coli* digests milk sugar (Dickson et al. 1975). Where is the signpost?

# %% show="yours_on_lac"
yours(
    "motif_scores",
    lambda motif_scores: draw.scores_along(
        lecture.lac_promoter, motif_scores(lecture.lac_promoter, lecture.pribnow_box), lecture.pribnow_box
    ),
)

# %% [markdown]
# Hard to say: four places reach 4 of 6, and none more. The true site is the one at position 34, spelled TATGTT. The bacterium finds it hard as well; it needs a helper protein there.
#
# In 1970 mutants turned up that no longer needed the helper (Silverstone et al.). One of them, UV5, differs in two letters of this word: TATGTT became TATAAT.

# %% show="yours_on_uv5"
yours(
    "motif_scores",
    lambda motif_scores: draw.scores_along(
        lecture.lac_uv5, motif_scores(lecture.lac_uv5, lecture.pribnow_box), lecture.pribnow_box
    ),
)

# %% [markdown]
# *What just happened.* Now one place scores 6, two more than any other. You wrote a **matched filter**: a kernel that is itself the pattern it looks for, and that answers with a degree instead of yes or no.
# A network's first layer on DNA holds such filters, with learned weights in place of ones and zeros (Alipanahi et al. 2015). And its first layer on photographs holds them for edges and colours: that is notebook 03, in two dimensions.

# %% [markdown]
# ## Recap
#
# | you can now | because of |
# |---|---|
# | compute cross-correlation and convolution, and say what the flip is for | `correlate1d`, `convolve1d`, the impulse |
# | give the length of any output | `output_lengths`: $\lfloor (N + 2p - K)/s \rfloor + 1$ |
# | write a convolution as a matrix and count what it saves | `toeplitz_matrix`: zeros are locality, repetition is sharing |
# | write a layer for batches and channels | `conv1d` |
# | find a pattern with a filter | `motif_scores`, the sentence, the sound |
#
# **Where it goes wrong most often**
#
# - One window too few: there are $N - K + 1$ places, not $N - K$.
# - A symmetric kernel in a test: it can't tell a flip from no flip. Test with $[1, 2, -1]$.
# - An output array that takes its type from whole-number input, and cuts every sum down to a whole number.
# - `=` for `+=` in the loop over channels; a bias along the positions; `np.pad(x, p)`, which pads *every* axis.
# - Padding counted once: a signal grows by $2p$.
#
# Now in your own words.

# %% [markdown] written="what_the_flip_changes"
# (a) The impulse returns the kernel forwards under convolution and backwards under cross-correlation. (Or: convolution is commutative, x ∗ w = w ∗ x, and associative; cross-correlation is neither.)
#
# (b) The weights of a layer are learned from examples. If the layer flips its kernel, training finds the same weights in reversed order, and the layer computes the same outputs. The set of functions that the layer can compute is the same either way.
#
# (c) When the kernel is not learned afterwards. If I measure a room's echo and apply it with cross-correlation, the echo comes before the sound. If I move trained weights from a library that correlates to one that convolves, every filter looks for the reversed pattern: "good not" for "not good".

# %% [markdown]
# **To discuss** (not graded). A sound has no left and right end in the sense of a photograph: it goes on before the recording starts. Ghost zeros claim that it was silent. What else could you put beyond the ends? For which kernels does the choice matter least?
#
# **Further reading**
#
# - V. Dumoulin and F. Visin (2016). *A guide to convolution arithmetic for deep learning.* arXiv:1603.07285. Strides and paddings in pictures.
# - A. Waibel, T. Hanazawa, G. Hinton, K. Shikano and K. Lang (1989). Phoneme recognition using time-delay neural networks. *IEEE Transactions on Acoustics, Speech, and Signal Processing* 37(3), 328–339. A one-dimensional convolutional network for speech.
# - Y. Kim (2014). Convolutional neural networks for sentence classification. *EMNLP*, 1746–1751.
# - B. Alipanahi, A. Delong, M. T. Weirauch and B. J. Frey (2015). Predicting the sequence specificities of DNA- and RNA-binding proteins by deep learning. *Nature Biotechnology* 33, 831–838.
# - D. Pribnow (1975). Nucleotide sequence of an RNA polymerase binding site at an early T7 promoter. *PNAS* 72, 784–788.
# - R. C. Dickson, J. Abelson, W. M. Barnes and W. S. Reznikoff (1975). Genetic regulation: the lac control region. *Science* 187, 27–35.
# - A. E. Silverstone, R. R. Arditti and B. Magasanik (1970). Catabolite-insensitive revertants of lac promoter mutants. *PNAS* 66, 773–779.
