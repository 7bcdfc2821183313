# ---
# jupyter:
#   course:
#     title: Convolution in two dimensions
#     promise: You slide kernels over photographs, learn to read nine numbers, and write the layer that sees colour.
#     minutes: 175
#     needs: [01_why_convolution, 02_convolution_1d]
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {display_name: Python 3 (ipykernel), language: python, name: python3}
# ---

# %% [markdown]
# # 03 · Convolution in two dimensions
#
# *You slide kernels over photographs, learn to read nine numbers, and write the layer that sees colour.*
#
# **Time** just under three hours; the exercises take about 95 minutes of them. Good places for a break are after sections 3 and 5.
# **You need** notebooks 01 and 02: images as arrays, channels, kernels, cross-correlation, the flip.
#
# Afterwards you can
#
# 1. compute a cross-correlation and a convolution of an image by hand and in NumPy (`correlate2d`, `convolve2d`);
# 2. look at a kernel and say what it does to a photograph: blur, sharpen, find edges (`read_kernels`, `trust_a_kernel`);
# 3. make a Gaussian kernel of any size and width (`gaussian_kernel`);
# 4. measure how strong an edge is and which way it faces (`sobel_edges`);
# 5. write a layer with many filters over many channels (`conv2d_multichannel`);
# 6. tell whether a kernel can be taken apart into a column and a row, and what that saves (`separate`).
#
# Run the next cell first. It fetches the checks, the pictures, the explorers and this lecture's images.

# %%
import numpy as np

from helpers import check, draw, explore, predict, yours
from helpers.lectures import convolution_2d as lecture

# %% [markdown]
# ## 1 · A window that slides in two directions
#
# A signal has a before and an after. A picture has four sides: what is a *window* in a picture, and how does it slide?
#
# Here are the lecture's numbers: an **image** $x$ of 5 × 5 brightnesses, each of them a **pixel**, and a kernel $w$ of 3 × 3 weights. The orange frame is the window: nine pixels.
# Multiply each of them by the weight in the same place of the kernel, add the nine products up, write the sum down. Then move the window by one column; at the end of a row, go on with the next row.

# %% show="window_on_the_lecture_image"
draw.sliding_kernel2d(
    lecture.image,
    lecture.kernel,
    at=(0, 1),
    caption="The window at row 0, column 1: nine products and their sum. Pale outputs come later.",
)

# %% show="predict_places_on_five_by_five"
predict("places_on_five_by_five")

# %% [markdown]
# Check one output by hand, the one in the middle. Its window starts at row 1, column 1 and holds 0 1 3 / 1 2 2 / 0 0 2. Under the kernel:
#
# $$0\cdot 0 + 1\cdot 1 + 3\cdot 2 \;+\; 1\cdot 2 + 2\cdot 2 + 2\cdot 0 \;+\; 0\cdot 0 + 0\cdot 1 + 2\cdot 2 \;=\; 7 + 6 + 4 \;=\; 17$$
#
# Written as a rule, it is notebook 02's with a second index, for the columns:
#
# > $$y[i, j] \;=\; \sum_{a=0}^{K_h-1}\;\sum_{b=0}^{K_w-1} x[i + a,\; j + b]\;\, w[a, b] \qquad i = 0, \dots, H - K_h, \quad j = 0, \dots, W - K_w$$
# >
# > $x$: shape $(H, W)$, the image · $w$: shape $(K_h, K_w)$, the kernel · $y$: shape $(H - K_h + 1,\; W - K_w + 1)$, the output, also called a **map**.
# > $i, j$: row and column where the window starts · $a, b$: row and column inside the window. Rows count downwards, columns to the right, both from 0.
#
# This is **valid cross-correlation** in two dimensions; its sign in our pictures is ⋆. Step through it yourself.

# %% show="explore_correlation_stepper"
explore.correlation_stepper(lecture.image, lecture.kernel)

# %% [markdown]
# **Exercise — `correlate2d`** · medium · about 15 minutes · 4 points
#
# Write the rule as a function. Image and kernel may have any shape, the kernel no larger than the image.
#
# *By hand first.* The lecture's kernel is friendly: upside down it is the same kernel, so it hides that mistake. This one has no symmetry:
#
# $$x = \begin{pmatrix} 1 & 0 & 2 & 0 \\ 0 & 3 & 0 & 1 \\ 2 & 0 & 1 & 0 \end{pmatrix} \qquad w = \begin{pmatrix} 1 & 2 \\ 3 & 5 \end{pmatrix} \qquad y = \begin{pmatrix} 16 & 13 & 7 \\ 12 & 8 & 5 \end{pmatrix}$$
#
# The first window holds 1 0 / 0 3: $\;1\cdot 1 + 0\cdot 2 + 0\cdot 3 + 3\cdot 5 = 16$. The one to its right holds 0 2 / 3 0: $\;0\cdot 1 + 2\cdot 2 + 3\cdot 3 + 0\cdot 5 = 13$.
#
# Off limits is what slides a kernel over an image in one call, for that is the exercise: `conv2d`, `conv3d` and `conv_transpose2d` of PyTorch, `correlate`, `convolve`, `correlate2d`, `convolve2d`, `fftconvolve` and `oaconvolve` of `scipy.signal`, `correlate` and `convolve` of `scipy.ndimage`.
# Anything smaller is allowed: `np.correlate` on rows, `sliding_window_view`, `unfold`, a Fourier transform. Single precision is good enough.

# %% exercise="correlate2d"
def correlate2d(image, kernel):
    """Valid cross-correlation of an image with a kernel.

    image    (H, W) array     brightnesses; whole numbers (bytes, too) or floats
    kernel   (KH, KW) array   weights, 1 <= KH, 1 <= KW; not turned
    returns  (H - KH + 1, W - KW + 1) array of floats, whatever the image holds

    Raises ValueError when the kernel is higher or wider than the image. image and kernel are left unchanged.
    """
    ### BEGIN SOLUTION
    (H, W), (KH, KW) = image.shape, kernel.shape
    if KH > H or KW > W:
        raise ValueError(f"a kernel of {KH} x {KW} does not fit an image of {H} x {W}")
    y = np.zeros((H - KH + 1, W - KW + 1))
    for i in range(H - KH + 1):
        for j in range(W - KW + 1):
            y[i, j] = np.sum(image[i : i + KH, j : j + KW] * kernel)
    return y
    ### END SOLUTION

# %% check="correlate2d"
check("correlate2d")

# %% [markdown]
# *What just happened.* Two loops and a slice, and you have the operation that does nearly all the work in a convolutional network. It still looks at a few neighbours at a time and uses the same weights everywhere; it has only learned to move down as well as across.
#
# Now a real photograph. The cell below runs *your* function on 144 × 144 pixels, that is 144 · 142 = 20 448 windows, with a kernel that subtracts the left neighbour from the right one. It takes about a tenth of a second.

# %% show="yours_on_a_photograph"
camera = lecture.camera()  # (144, 144), from 0 (black) to 1 (white)
yours(
    "correlate2d",
    lambda correlate2d: draw.photo_maps(
        camera,
        {"right minus left": correlate2d(camera, np.array([[-1.0, 0, 1]]))},
        alt="A photograph of a cameraman and your cross-correlation of it with the kernel −1, 0, 1.",
        caption="Orange: brighter on the right. Blue: brighter on the left. White: no difference. Colours end where 99 % of the values do.",
    ),
)

# %% [markdown]
# ## 2 · Reading nine numbers
#
# Before networks learned their kernels, people designed them. Can you tell from nine numbers what they will do to a photograph?
#
# Three habits help. They work for learned kernels, too.
#
# 1. **Add the weights up.** On a wall of one brightness $c$ every output is $c$ times the sum: sum 1 keeps the wall, sum 0 turns it black.
# 2. **Look at the signs.** Several positive weights and no negative one average and so blur. (A single one only moves or dims the picture.) Positive against negative weights compare one side with the other.
# 3. **Ask what would please the kernel most.** The largest output comes where bright pixels lie under positive weights and dark ones under negative weights: a kernel looks for its own picture.

# %% show="predict_flat_wall_after_sharpening"
predict("flat_wall_after_sharpening")

# %% show="kernel_gallery"
draw.kernel_gallery(
    camera,
    {
        "identity": lecture.identity,
        "box blur": lecture.box_blur,
        "Gaussian blur": lecture.gaussian,
        "Laplacian": lecture.laplacian,
        "sharpen": lecture.sharpen,
        "Sobel x": lecture.sobel_x,
        "Sobel y": lecture.sobel_y,
    },
    caption="Kernels that sum to 1 give a photograph again, drawn cut to 0 … 1 where it leaves that range, as the sharpened one does. Kernels that sum to 0 give a map with signs: blue below 0, orange above; its colours end where 99 % of the values do.",
)

# %% [markdown]
# Go through them with the three habits.
#
# - The **identity** has a single 1 in the middle: each pixel is answered by itself.
# - The **box blur** gives nine pixels the same say; the **Gaussian blur** listens more to the near ones. Both sum to 1 and have no minus sign.
# - The **Laplacian** compares the four neighbours with four times the middle. It is 0 on a wall, and also on a slope that gets brighter evenly: there the neighbours' mean *is* the middle. It answers where brightness *bends*: on both sides of an edge, with opposite signs, and at single spots.
# - **Sharpen** adds to each pixel its differences from its four neighbours, so that every border is exaggerated. The audit at the end of this section takes it apart.
# - **Sobel x** compares right with left, **Sobel y** below with above; the middle row or column counts twice. Section 4 is about them.
#
# Results can leave the range of a photograph: Sobel x of our image, at 144 × 144 pixels, reaches from −3.18 to 3.06. (The editors below show smaller copies of the photographs, with slightly other ranges.) That is no mistake. A map of answers is not a picture; we show it on a scale with signs, and always say its range.
#
# Often only the positive answers are passed on, $\max(0, z)$, where $z$ is the map: "the pattern is here, this strongly" or nothing. This is a **rectified** map. Why networks do that is the subject of notebook 07, coming; in the explorer you can already look at it.

# %% show="explore_kernel_editor"
explore.kernel_editor()

# %% [markdown]
# *Do.* Find nine numbers for each of these: a kernel that moves the photograph by one pixel; one that answers 0 on flat regions and most strongly on thin bright lines that run downwards (steps will answer, too, half as strongly: no nine numbers can be silent on every step and see lines); one that smears the photograph along one diagonal only, as if the camera had moved.

# %% [markdown]
# The same editor with *your* function in it, on 64 × 64 pixels, so that your loops keep up:

# %% show="yours_in_the_kernel_editor"
yours("correlate2d", lambda correlate2d: explore.kernel_editor(correlate2d=correlate2d))

# %% [markdown]
# **Exercise — `read_kernels`** · easy · about 5 minutes · 2 points
#
# Five kernels, slid by cross-correlation. Say what each does to a photograph, in one of these words: `"blur"`, `"sharpen"`, `"edges"`, `"shift"`, `"darken"`. For kernel B say also which way the photograph moves: `"left"`, `"right"`, `"up"` or `"down"`.
#
# $$A = \begin{pmatrix} 0 & 0 & 0 \\ \tfrac13 & \tfrac13 & \tfrac13 \\ 0 & 0 & 0 \end{pmatrix} \quad B = \begin{pmatrix} 0 & 0 & 0 \\ 0 & 0 & 1 \\ 0 & 0 & 0 \end{pmatrix} \quad C = \begin{pmatrix} -1 & -1 & -1 \\ -1 & 9 & -1 \\ -1 & -1 & -1 \end{pmatrix}$$
#
# $$D = \begin{pmatrix} -1 & -1 & -1 \\ -1 & 8 & -1 \\ -1 & -1 & -1 \end{pmatrix} \quad E = \begin{pmatrix} 0 & 0 & 0 \\ 0 & \tfrac12 & 0 \\ 0 & 0 & 0 \end{pmatrix}$$
#
# *An example:* the box blur sums to 1, has no minus sign and looks at nine pixels alike: `"blur"`.

# %% exercise="read_kernels"
### BEGIN SOLUTION
effect_a = "blur"
effect_b = "shift"
b_moves_to_the = "left"
effect_c = "sharpen"
effect_d = "edges"
effect_e = "darken"
### END SOLUTION

# %% check="read_kernels"
check("read_kernels")

# %% [markdown]
# *What just happened.* You read five kernels before any of them ran: the sum first, then the signs, then the place of the weights. B is the one that fools most people. Ask from which side each output *fetches* its pixel; where the weight stands is not where the photograph goes.
#
# ### Audit · Does the lecture's "sharpen" sharpen?
#
# The lecture's table of kernels lists, as "sharpen", this one:
#
# $$\begin{pmatrix} 0 & 1 & 0 \\ 1 & -4 & 1 \\ 0 & 1 & 0 \end{pmatrix}$$

# %% show="predict_wall_under_the_lectures_sharpening"
predict("wall_under_the_lectures_sharpening")

# %% [markdown]
# It is the Laplacian. On our photograph the mean of its answers is less than 0.0001 away from 0: nothing is left of the picture's brightness. The two belong together, though. Where a pixel is darker than its neighbours, the Laplacian is positive. *Subtract* it, and dark pixels beside bright ones get darker still, bright ones beside dark ones brighter:
#
# $$\underbrace{\begin{pmatrix} 0 & 0 & 0 \\ 0 & 1 & 0 \\ 0 & 0 & 0 \end{pmatrix}}_{\text{identity}} \;-\; \underbrace{\begin{pmatrix} 0 & 1 & 0 \\ 1 & -4 & 1 \\ 0 & 1 & 0 \end{pmatrix}}_{\text{Laplacian}} \;=\; \underbrace{\begin{pmatrix} 0 & -1 & 0 \\ -1 & 5 & -1 \\ 0 & -1 & 0 \end{pmatrix}}_{\text{sharpen}}$$
#
# You may add and subtract kernels like this because cross-correlation is **linear**: $x \star (u - v) = x \star u - x \star v$. A step shows what it does. To the left of the step the wall gets darker, to the right brighter:

# %% show="sharpened_step"
draw.kernel_on_grid(
    0.25 + 0.5 * lecture.step_edge,
    lecture.sharpen,
    "sharpen",
    caption="A step from 0.25 to 0.75 becomes one from −0.25 to 1.25, right at the border; the walls stay as they were.",
)

# %% [markdown]
# *What just happened.* One sum was enough to find a kernel under a wrong name. Keep the habit: a kernel that should keep a picture a picture must sum to 1.

# %% [markdown]
# ## 3 · A bell in a grid
#
# Where do the lecture's sixteenths come from?
#
# $$\frac{1}{16}\begin{pmatrix} 1 & 2 & 1 \\ 2 & 4 & 2 \\ 1 & 2 & 1 \end{pmatrix}$$
#
# A good blur gives near pixels more say than far ones, and treats all directions alike. The **Gaussian** bell does both. Its height depends on the distance $r$ from the centre alone:
#
# $$g(r) \;=\; \exp\!\left(-\frac{r^2}{2\sigma^2}\right)$$
#
# $r$: distance in pixels · $\sigma$, "sigma": the **standard deviation** in pixels, which says how wide the bell is. At $r = \sigma$ it has fallen to $e^{-1/2} \approx 0.61$ of its height, at $2\sigma$ to 0.14.
#
# To make a kernel, measure the height at the centre of each pixel, then divide all heights by their sum, so that the weights sum to 1. By hand, for 3 × 3 pixels and $\sigma = 0.8493$, at which the bell has fallen to a half after one pixel: the centre has $r = 0$ and height 1. Its four neighbours have $r = 1$ and height
# $e^{-1/(2 \cdot 0.7213)} = 0.5$. The corners have $r^2 = 2$ and height $0.5 \cdot 0.5 = 0.25$. The sum is $1 + 4\cdot 0.5 + 4\cdot 0.25 = 4$. Divide: ¼ in the centre, ⅛ beside it, 1/16 in the corners. There they are, the sixteenths.

# %% show="predict_very_wide_bell"
predict("very_wide_bell")

# %% show="explore_gaussian_bell"
explore.gaussian_bell()

# %% [markdown]
# With an even size no pixel lies in the centre. The centre of a grid of $n$ pixels is at position $(n - 1)/2$, counted from the middle of pixel 0: for $n = 3$ that is pixel 1, for $n = 4$ it is 1.5, between two pixels. The four samples then stand at −1.5, −0.5, 0.5 and 1.5. So:
#
# > $$w[a, b] \;=\; \frac{1}{Z}\,\exp\!\left(-\frac{(a - m)^2 + (b - m)^2}{2\sigma^2}\right) \qquad m = \frac{n - 1}{2}$$
# >
# > $w$: shape $(n, n)$ · $a, b$: row and column · $m$: the centre, in pixels · $Z$: the sum of all $n^2$ exponentials, so that $w$ sums to 1.
#
# **Exercise — `gaussian_kernel`** · easy · about 10 minutes · 2 points
#
# Sample the bell at the pixel centres and normalise. Sizes may be even. Off limits are ready-made bells: `scipy.signal.windows` and `get_window`, `torch.signal.windows`, `gaussian_filter` and `gaussian_filter1d` of `scipy.ndimage`.
# Bells far narrower than a pixel are not tried: from $\sigma = 0.25$ on is enough.
#
# *By hand first.* Size 4, $\sigma = 1.5$. Along one row through the middle the heights go with $1.5^2 = 2.25$ and $0.5^2 = 0.25$, both divided by $2\sigma^2 = 4.5$: $e^{-0.5} = 0.607$ and $e^{-0.056} = 0.946$, left and right alike.
# A corner is $0.607 \cdot 0.607 = 0.368$, a pixel at the centre $0.946 \cdot 0.946 = 0.895$. All sixteen sum to 9.641, so the corners get 0.0382 and the centre pixels 0.0928.

# %% exercise="gaussian_kernel"
def gaussian_kernel(size, sigma):
    """A Gaussian bell, sampled at pixel centres, that sums to 1.

    size     int, at least 1   pixels along each side; even sizes too
    sigma    float, positive   standard deviation, in pixels
    returns  (size, size) array of floats

    Raises ValueError when size is below 1 or sigma is not positive.
    """
    ### BEGIN SOLUTION
    if size < 1 or sigma <= 0:
        raise ValueError(f"size must be at least 1 and sigma positive, got {size} and {sigma}")
    t = np.arange(size) - (size - 1) / 2  # distance of each pixel from the centre, along one axis
    r_squared = t[:, np.newaxis] ** 2 + t[np.newaxis, :] ** 2
    kernel = np.exp(-r_squared / (2 * sigma**2))
    return kernel / kernel.sum()
    ### END SOLUTION

# %% check="gaussian_kernel"
check("gaussian_kernel")

# %% [markdown]
# *What just happened.* Two numbers, a size and a width, now stand for a whole family of kernels, from the identity ($\sigma$ near 0, for an odd size; for an even one four pixels share the middle) to the box blur ($\sigma$ very large). You also met the question of every kernel with an even side: where is its centre? It comes back with padding, in notebook 04.

# %% [markdown]
# ## 4 · Which way does an edge face?
#
# An edge is a place where brightness changes fast. In one dimension that was a difference of neighbours. In a picture brightness can change to the right, downwards, or anything between. How do you measure a direction with numbers?
#
# With two kernels. The lecture's:
#
# $$\text{Sobel x} = \begin{pmatrix} -1 & 0 & 1 \\ -2 & 0 & 2 \\ -1 & 0 & 1 \end{pmatrix} \qquad \text{Sobel y} = \begin{pmatrix} -1 & -2 & -1 \\ 0 & 0 & 0 \\ 1 & 2 & 1 \end{pmatrix}$$
#
# Sobel x says how much brighter it is on the right than on the left. Take a step from 0 to 1. A window that has the step between its columns sees 0 0 1 or 0 1 1 in each row; right minus left is 1, and the rows count once, twice, once: $1 + 2 + 1 = 4$. Anywhere else: 0. Each row of the output reads 0 0 4 4 0 0, as in the lecture.

# %% show="step_edge"
draw.edge_of_grid(
    lecture.step_edge,
    {"Sobel x": lecture.sobel_x, "Sobel y": lecture.sobel_y},
    caption="A step from dark to bright. Sobel x answers on two columns, Sobel y nowhere.",
)

# %% show="predict_sobel_x_on_a_horizontal_edge"
predict("sobel_x_on_a_horizontal_edge")

# %% [markdown]
# At each place you now have two numbers, $g_x$ and $g_y$: an arrow that points to where it gets brighter, the **gradient** of brightness. It has a length and an angle:
#
# > $$\text{magnitude} \;=\; \sqrt{g_x^2 + g_y^2} \qquad\qquad \text{direction} \;=\; \mathrm{arctan2}(g_y,\, g_x)$$
# >
# > $g_x, g_y$: shape $(H - 2, W - 2)$, the image under Sobel x and Sobel y · magnitude: the same shape, at least 0 · direction: in **radians**, from $-\pi$ to $\pi$; a full turn is $2\pi$.
# > 0 points to the right. As rows count downwards, $\pi/2$ points *down*. Where brightness grows by 1 from each column to the next, the magnitude is 8.
#
# Why arctan2 and not the arctangent of $g_y/g_x$? Because a quotient forgets signs: $4/4$ and $-4/-4$ are both 1, but the arrows are opposite. And where $g_x = 0$ there is no quotient. `np.arctan2(gy, gx)` takes both numbers, *y first*, and knows the whole circle.

# %% show="predict_direction_of_a_falling_edge"
predict("direction_of_a_falling_edge")

# %% show="explore_turned_edge"
explore.turned_edge(30)

# %% [markdown]
# **Exercise — `sobel_edges`** · medium · about 15 minutes · 3 points
#
# Return magnitude and direction of the Sobel gradient, valid, by cross-correlation. It needs nothing from your `correlate2d`: two kernels of six weights can be written as slices, too.
#
# An image file holds **bytes** (`uint8`): whole numbers from 0 to 255. They know no negative numbers, so that 10 − 200 becomes 66; turn the image into floats before you subtract. Brightnesses may have fractions. Single precision is good enough.
# Off limits is only what is called Sobel already (`scipy.ndimage.sobel` and the like). Slide the kernels with what you like.
#
# Where the magnitude is 0 an arrow has no direction; whatever you return there counts as right. So does a direction that differs by full turns.
#
# *By hand first.* One window: 0 0 1 / 0 1 1 / 1 1 1. $g_x = (1 - 0) + 2\,(1 - 0) + (1 - 1) = 3$ and $g_y = (1 - 0) + 2\,(1 - 0) + (1 - 1) = 3$. Magnitude $\sqrt{18} = 4.24$, direction $\mathrm{arctan2}(3, 3) = \pi/4$: to the right and down, towards the bright corner.

# %% exercise="sobel_edges"
def sobel_edges(image):
    """Strength and direction of edges, by the Sobel kernels.

    image    (H, W) array   brightnesses; floats, integers or bytes (uint8, as in an image file)
    returns  magnitude  (H - 2, W - 2) floats, at least 0
             direction  (H - 2, W - 2) floats, radians; 0 to the right, pi/2 down, towards the brighter side

    Raises ValueError when H or W is below 3. image is left unchanged.
    """
    ### BEGIN SOLUTION
    H, W = image.shape
    if H < 3 or W < 3:
        raise ValueError(f"an image of {H} x {W} is smaller than a 3 x 3 kernel")
    sobel_x = np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    sobel_y = sobel_x.T
    gx, gy = np.zeros((H - 2, W - 2)), np.zeros((H - 2, W - 2))
    for a in range(3):
        for b in range(3):
            shifted = image[a : a + H - 2, b : b + W - 2]
            gx += sobel_x[a, b] * shifted
            gy += sobel_y[a, b] * shifted
    return np.sqrt(gx**2 + gy**2), np.arctan2(gy, gx)
    ### END SOLUTION

# %% check="sobel_edges"
check("sobel_edges")

# %% [markdown]
# A bright disc has an edge in every direction. Your arrows on it should all point to its centre:

# %% show="yours_arrows_on_a_disc"
yours(
    "sobel_edges",
    lambda sobel_edges: draw.gradient_arrows(
        lecture.disc(),
        *sobel_edges(lecture.disc()),
        caption="Your sobel_edges on a bright disc: an arrow for each pixel that has a gradient, its length the magnitude.",
    ),
)

# %% show="yours_edges_of_a_photograph"
yours(
    "sobel_edges",
    lambda sobel_edges: draw.photo_maps(
        camera,
        {"magnitude, white is 1.5": sobel_edges(camera)[0]},
        alt="A photograph of a cameraman and the magnitude of its Sobel gradient: white lines on black.",
        caption="Magnitude has no sign: edges of all directions become one drawing in white lines.",
        signed=False,
        white=1.5,
    ),
)

# %% [markdown]
# *What just happened.* Two kernels that see one direction each give you every direction between. Brains use a similar trick. In 1959 Hubel and Wiesel found cells in the visual cortex of cats that fire for a bar or an edge at one place and one angle, and stay silent when it is turned away.
# The first layer of a network trained on photographs learns oriented edges as well, from data alone. You will see them in notebook 12, coming.

# %% [markdown]
# ### Audit · Does the lecture's "edge detection" find edges?
#
# The lecture's table lists, as "edge detection": $\;\begin{pmatrix} 1 & 0 & -1 \\ 0 & 0 & 0 \\ -1 & 0 & 1 \end{pmatrix}$. Its sum is 0, which is a good sign.

# %% show="predict_corners_kernel_on_a_step"
predict("corners_kernel_on_a_step")

# %% [markdown]
# Not on the vertical step, and not on a horizontal one either. Look at its rows to see why: the upper one takes left minus right, the lower one right minus left. So it asks how the difference *across* changes on the way *down*. For an answer, brightness must change in both directions at once.
# That happens at a corner, and along edges that run diagonally. Here is a bright quarter: two straight edges that meet in a corner.

# %% show="corner_found"
draw.edge_of_grid(
    lecture.bright_quarter,
    {"lecture's": lecture.corners, "Sobel x": lecture.sobel_x, "Laplacian": lecture.laplacian},
    caption="The lecture's kernel is silent along both edges and answers at the corner. Sobel x sees one edge; the Laplacian both.",
)

# %% [markdown]
# So the honest name is *corners and diagonals*. If you want one kernel for straight edges of all directions, take the Laplacian, which answers on both sides of an edge, with opposite signs; if you want strength and direction, take both Sobel kernels.

# %% [markdown]
# ## 5 · One white pixel
#
# In notebook 02 a single spike printed the kernel backwards, until we flipped it. What happens in two dimensions? Flip which way: upside down, left to right, or both?
#
# Ask a kernel that looks different from every side: the letter F, as ones on zeros. The image is black with one white pixel.

# %% show="predict_white_pixel_under_correlation"
predict("white_pixel_under_correlation")

# %% show="explore_letter_and_pixel"
explore.letter_and_pixel()

# %% [markdown]
# The F comes out turned by 180°: rows in reverse order *and* columns in reverse order. To get it upright, turn the kernel by 180° first. That is **convolution**:
#
# > $$y[i, j] \;=\; \sum_{a=0}^{K_h-1}\;\sum_{b=0}^{K_w-1} x[i + a,\; j + b]\;\, w[K_h - 1 - a,\; K_w - 1 - b]$$
# >
# > Shapes and ranges as in section 1 (*valid*: only places where the whole kernel lies on the image). Its sign is ∗.
#
# In the lecture it is written $\sum X(x - u, y - v)\, w(u, v)$: the same thing, with output places counted from the other corner of the window. One index grows while the other shrinks; that is the mark of a convolution.
#
# Half a turn is not a mirror and not a transposition. For $w = \begin{pmatrix} 1 & 2 \\ 3 & 5 \end{pmatrix}$:
#
# | what is done | result |
# |---|---|
# | turned by 180° | 5 3 / 2 1 |
# | upside down | 3 5 / 1 2 |
# | mirrored left to right | 2 1 / 5 3 |
# | transposed (rows become columns) | 1 3 / 2 5 |
# | turned by 90° | 2 5 / 1 3 |
#
# **Exercise — `convolve2d`** · easy · about 10 minutes · 3 points
#
# Valid convolution: the kernel turned by 180°. Off limits is, as for `correlate2d`, what slides a kernel over an image in one call.
#
# *By hand first.* The image of section 1 with the turned kernel 5 3 / 2 1. First window 1 0 / 0 3: $\;1\cdot 5 + 0\cdot 3 + 0\cdot 2 + 3\cdot 1 = 8$. In full:
#
# $$\begin{pmatrix} 1 & 0 & 2 & 0 \\ 0 & 3 & 0 & 1 \\ 2 & 0 & 1 & 0 \end{pmatrix} \ast \begin{pmatrix} 1 & 2 \\ 3 & 5 \end{pmatrix} \;=\; \begin{pmatrix} 8 & 12 & 11 \\ 13 & 16 & 5 \end{pmatrix}$$

# %% exercise="convolve2d"
def convolve2d(image, kernel):
    """Valid convolution of an image with a kernel: the kernel is turned by 180 degrees.

    image    (H, W) array     brightnesses; whole numbers (bytes, too) or floats
    kernel   (KH, KW) array   weights, 1 <= KH, 1 <= KW
    returns  (H - KH + 1, W - KW + 1) array of floats, whatever the image holds

    Raises ValueError when the kernel is higher or wider than the image. image and kernel are left unchanged.
    """
    ### BEGIN SOLUTION
    (H, W), (KH, KW) = image.shape, kernel.shape
    if KH > H or KW > W:
        raise ValueError(f"a kernel of {KH} x {KW} does not fit an image of {H} x {W}")
    turned = kernel[::-1, ::-1]  # a view: the caller's kernel stays as it is
    y = np.zeros((H - KH + 1, W - KW + 1))
    for i in range(H - KH + 1):
        for j in range(W - KW + 1):
            y[i, j] = np.sum(image[i : i + KH, j : j + KW] * turned)
    return y
    ### END SOLUTION

# %% check="convolve2d"
check("convolve2d")

# %% [markdown]
# Back to the letter, with *your* function:

# %% show="yours_letter_and_pixel"
yours("convolve2d", lambda convolve2d: explore.letter_and_pixel(convolve2d))

# %% [markdown]
# Which of the two do libraries compute? NVIDIA's cuDNN, on which PyTorch and TensorFlow run on graphics cards, offers both, as modes `CUDNN_CONVOLUTION` and `CUDNN_CROSS_CORRELATION`. Networks use the second and call the layer "convolution" all the same.
#
# They may. A kernel that is *learned* starts from random numbers. If the layer turned it, training would find the turned numbers, and the answers would be the same. The turn matters where you write the kernel yourself. Under convolution Sobel x answers with the opposite sign, and every arrow of section 4 points from bright to dark.
#
# *What just happened.* You know a test for any black box that claims to be a convolution: show it one white pixel, and read its kernel off, together with its convention.

# %% [markdown]
# ## 6 · Colour
#
# A colour photograph is three photographs: how much red, how much green, how much blue. Notebook 01 called them **channels**; the array has shape $(C, H, W)$ with $C = 3$.

# %% show="photo_planes"
draw.photo_planes(
    lecture.coffee(),
    caption="The red saucer is bright in the red plane and dark in the other two; the rim of the cup, nearly white, stands out in all three.",
)

# %% [markdown]
# How should a kernel look at three planes at once? Giving each plane a map of its own would only postpone the question. To see "red on the left, green on the right" *one* number must know about both planes.
#
# So a **filter** has a kernel for each channel, and one filter makes one map: at each place, all products are added up, over the window and over the channels. Take twenty pixels. Above, red meets green; below, black meets white. The filter likes red on the left and green on the right, and doesn't look at blue:

# %% show="red_meets_green"
draw.filter_over_channels(
    lecture.coloured_patch,
    lecture.red_beside_green,
    at=(0, 1),
    caption="The red plane gives 5 + 5 = 10, the green plane 5 + 5 = 10, the blue plane 0: together 20, one number in one map.",
)

# %% show="predict_colour_filter_on_a_grey_edge"
predict("colour_filter_on_a_grey_edge")

# %% show="explore_colour_filter"
explore.colour_filter(lecture.coloured_patch, lecture.red_beside_green)

# %% [markdown]
# As in notebook 02 each filter may bring a **bias**, one number that is added to its whole map, and a layer has several filters. Each makes a map; the maps are stacked and become the channels of the layer's output:
#
# > $$y[f, i, j] \;=\; b[f] \;+\; \sum_{c=0}^{C-1}\;\sum_{a=0}^{K_h-1}\;\sum_{b'=0}^{K_w-1} x[c,\; i + a,\; j + b']\;\, w[f, c, a, b']$$
# >
# > $x$: shape $(C, H, W)$, the image · $w$: shape $(F, C, K_h, K_w)$, $F$ filters · $b$: shape $(F,)$, one bias for each filter · $y$: shape $(F,\; H - K_h + 1,\; W - K_w + 1)$, one map for each filter.
# > $c$ counts channels, $f$ filters; $a, b'$ are row and column inside the window.

# %% show="predict_weights_of_eight_filters"
predict("weights_of_eight_filters")

# %% [markdown]
# What is the smallest filter? One pixel: $K_h = K_w = 1$, written **1×1**. It sees no neighbours, only the channels of its own pixel, and mixes them. You have used one for years: turning a photograph grey takes
# $0.299 \cdot \text{red} + 0.587 \cdot \text{green} + 0.114 \cdot \text{blue}$, because green looks brightest to our eyes and blue darkest. One 1×1 filter with three weights, which sum to 1. With $F$ such filters a layer turns $C$ channels into $F$ new ones at every pixel; notebook 15, coming, builds a whole network around that.
#
# **Exercise — `conv2d_multichannel`** · medium · about 20 minutes · 4 points
#
# Write the layer for one image. `bias` may be `None`. Give a clear `ValueError` when image and filters differ in channels, or a filter does not fit. (NumPy won't always: it stretches one channel to three without a word.)
# Off limits is, as before, what slides kernels over an image in one call: PyTorch's `conv2d` and its kin, those of `scipy.signal` and `scipy.ndimage`.
#
# *By hand first.* Two channels, one filter of 2 × 2, no bias:
#
# $$x[0] = \begin{pmatrix} 1 & 2 & 0 \\ 0 & 1 & 3 \end{pmatrix} \quad x[1] = \begin{pmatrix} 2 & 0 & 1 \\ 4 & 1 & 0 \end{pmatrix} \qquad w[0, 0] = \begin{pmatrix} 1 & 0 \\ 2 & -1 \end{pmatrix} \quad w[0, 1] = \begin{pmatrix} 0.5 & 1 \\ 0 & 3 \end{pmatrix}$$
#
# First place: channel 0 gives $1 + 0 + 0 - 1 = 0$, channel 1 gives $1 + 0 + 0 + 3 = 4$; together **4**. Second place: $2 + 0 + 2 - 3 = 1$ and $0 + 1 + 0 + 0 = 1$; together **2**. So $y = [[[4, 2]]]$, shape $(1, 1, 2)$.

# %% exercise="conv2d_multichannel"
def conv2d_multichannel(image, weight, bias=None):
    """Convolution layer on one image with channels (cross-correlation, no flip).

    image    (C, H, W) array        an image with C channels; whole numbers (bytes, too) or floats
    weight   (F, C, KH, KW) array   F filters with one kernel for each channel
    bias     (F,) array             one bias for each filter, or None for no bias
    returns  (F, H - KH + 1, W - KW + 1) array of floats, whatever the image holds; one map for each filter

    Raises ValueError when image and weight differ in channels, or when a filter is higher or wider than the image.
    image, weight and bias are left unchanged.
    """
    ### BEGIN SOLUTION
    C, H, W = image.shape
    F, channels, KH, KW = weight.shape
    if channels != C:
        raise ValueError(f"the image has {C} channels, the filters are made for {channels}")
    if KH > H or KW > W:
        raise ValueError(f"filters of {KH} x {KW} do not fit an image of {H} x {W}")
    y = np.zeros((F, H - KH + 1, W - KW + 1))
    for i in range(H - KH + 1):
        for j in range(W - KW + 1):
            window = image[:, i : i + KH, j : j + KW]  # (C, KH, KW)
            y[:, i, j] = np.sum(weight * window, axis=(1, 2, 3))  # over channels and window, not over filters
    if bias is not None:
        y += bias[:, np.newaxis, np.newaxis]  # (F, 1, 1): the same bias all over a map
    return y
    ### END SOLUTION

# %% check="conv2d_multichannel"
check("conv2d_multichannel")

# %% [markdown]
# Four filters on the cup of coffee: two Sobel kernels copied into all three channels, and two that weigh colours against each other.

# %% show="yours_four_maps"
yours(
    "conv2d_multichannel",
    lambda conv2d_multichannel: draw.photo_maps(
        lecture.coffee(),
        dict(
            zip(
                lecture.COLOUR_FILTER_NAMES,
                conv2d_multichannel(lecture.coffee(), lecture.colour_filters, None),
                strict=True,
            )
        ),
        alt="A photograph of a cup of coffee and the four maps that your layer makes of it.",
        caption="One photograph in, four maps out: (3, 128, 128) became (4, 126, 126).",
        columns=3,
    ),
)

# %% show="yours_grey_by_one_pixel_filter"
yours(
    "conv2d_multichannel",
    lambda conv2d_multichannel: draw.photo_maps(
        lecture.coffee(),
        {"one 1 × 1 filter": conv2d_multichannel(lecture.coffee(), lecture.luma, None)[0]},
        alt="A photograph of a cup of coffee in colour and in grey.",
        caption="Three weights turn colour into grey; height and width stay as they were.",
        signed=False,
    ),
)

# %% [markdown]
# *What just happened.* This is a convolutional layer. PyTorch's does more: it takes a batch of images and has a stride, padding and dilation, all of which notebook 04 adds to yours; and groups, for filters that read only some of the channels. Note what grew and what did not: filters times channels times window is the number of weights, whatever the size of the image.

# %% [markdown]
# ## 7 · One kernel, two passes
#
# A 15 × 15 blur needs 225 products for every pixel. Must it?
#
# Look at the lecture's Gaussian again: each row is a multiple of (1, 2, 1), and so is each column. The whole kernel is a column *times* a row. The same goes for Sobel x:

# %% show="sobel_from_two_factors"
draw.factors(
    [1, 2, 1],
    [-1, 0, 1],
    caption="Sobel x: smooth down (1, 2, 1), differ across (−1, 0, 1). Each weight is its row's factor times its column's factor.",
)

# %% [markdown]
# Check one weight: row 1, column 2 holds $2 \cdot 1 = 2$. A kernel like this is called **separable**, and the product of a column and a row is an **outer product**:
#
# > $$w[a, b] \;=\; u[a]\; v[b]$$
# >
# > $u$: shape $(K_h,)$, the column · $v$: shape $(K_w,)$, the row · $w$: shape $(K_h, K_w)$.
#
# Then the double sum of section 1 comes apart:
#
# $$\sum_a \sum_b x[i + a, j + b]\; u[a]\, v[b] \;=\; \sum_a u[a] \Bigl( \sum_b x[i + a, j + b]\; v[b] \Bigr)$$
#
# The bracket is a pass with the row alone. The sum around it is a pass with the column over the result. Two narrow passes do the work of one wide one.

# %% show="predict_products_of_two_passes"
predict("products_of_two_passes")

# %% show="explore_column_times_row"
explore.column_times_row()

# %% [markdown]
# Which kernels come apart? Those whose rows are all multiples of one row: matrices of **rank 1**, and the kernel of zeros, which is 0 times anything and has rank 0. The **singular value decomposition** measures it: `u, s, vt = np.linalg.svd(w)` writes any matrix as a sum of outer products, the largest first,
#
# $$w \;=\; s_0\, u_0 v_0^{\mathsf T} \;+\; s_1\, u_1 v_1^{\mathsf T} \;+\; \dots \qquad s_0 \ge s_1 \ge \dots \ge 0$$
#
# $u_0$: column 0 of `u` · $v_0^{\mathsf T}$: *row* 0 of `vt`; the squares of each sum to 1 · $s_0, s_1, \dots$: the **singular values**, which say how large each part is.
# If $s_1$ is 0, the first part is all there is. For Sobel x they are 3.46, 0, 0. For the Laplacian 4.45, 0.449, 0: two parts, no way to write it as one column times one row.
#
# Computers round, so $s_1$ is hardly ever exactly 0. Compare it with $s_0$, by a **relative tolerance** $t$: the kernel counts as separable when $s_1 \le t \cdot s_0$. A fixed bound would not do: a kernel of tiny numbers has tiny singular values, separable or not.
#
# **Exercise — `separate`** · hard · about 20 minutes · 3 points
#
# Return `(column, row)` whose outer product is the kernel, or `None` when the kernel is not separable within the tolerance. The two factors are not unique, (2u, v/2) does as well; any pair with the right product counts. A kernel of zeros gives two arrays of zeros. Nothing is off limits.
#
# You need not use the singular value decomposition. There is a way with one division: if $w[p, q] \ne 0$, then column $q$ and row $p$ hold everything. What is left over then, the kernel minus the product of your factors, plays the part of $s_1$, and the kernel's largest entry or its norm that of $s_0$: no kernel that is tried lies so close to the bound that the choice matters.
#
# *By hand first.* $w = \begin{pmatrix} 0 & 0 & 0 \\ 0 & 3 & -1 \\ 0 & 6 & -2 \end{pmatrix}$. Row 2 is twice row 1, row 0 is 0 times row 1: column (0, 1, 2), row (0, 3, −1). Column 0 and row 0 would have told you nothing.

# %% exercise="separate"
def separate(kernel, tol=1e-6):
    """Column and row whose outer product is the kernel, or None.

    kernel   (KH, KW) array   whole numbers or floats
    tol      float            relative: the second singular value may be up to tol times the first
    returns  (column, row)    arrays of shapes (KH,) and (KW,) with np.outer(column, row) equal to the kernel;
                              two arrays of zeros for a kernel of zeros;
                              None when the kernel is not separable

    kernel is left unchanged.
    """
    ### BEGIN SOLUTION
    u, s, vt = np.linalg.svd(kernel)
    if len(s) > 1 and s[1] > tol * s[0]:
        return None
    return s[0] * u[:, 0], vt[0]  # the size goes to one of the two
    ### END SOLUTION

# %% check="separate"
check("separate")

# %% [markdown]
# *What just happened.* You take kernels apart, and you know when you can't. For a Gaussian of 15 × 15 that makes 30 products from 225. Learned kernels are rarely separable. The idea came back nevertheless: notebook 17, coming, trains a 1 × 3 and a 3 × 1 layer in place of a 3 × 3 one.

# %% [markdown]
# ## Recap
#
# | you can now | because of |
# |---|---|
# | compute a cross-correlation and a convolution of an image | `correlate2d`, `convolve2d`: half a turn lies between them |
# | read a kernel before you run it | `read_kernels`: the sum, the signs, its own picture |
# | blur by a chosen amount | `gaussian_kernel`: sampled at pixel centres, sum 1 |
# | say how strong an edge is and which way it faces | `sobel_edges`: two kernels, one arrow |
# | write a layer with many filters over many channels | `conv2d_multichannel`: sum over channels, one map for each filter |
# | make two narrow passes of one wide one, where it is possible | `separate`: rank 1 |
#
# **Where it goes wrong most often**
#
# - `@` for `*`: the matrix product of window and kernel is another operation.
# - A symmetric kernel or a square image in a test: they hide flips, transpositions and swapped axes. Test with 1 2 / 3 5 on a rectangle.
# - One map for each *channel* of a filter. A filter sums over all channels; *filters* make maps.
# - `arctan(gy/gx)`, which forgets half of the circle; x before y in `arctan2`.
# - Differences of bytes: in `uint8`, 10 − 200 is 66.
# - Trusting a kernel's name. Add it up.
#
# Now in your own words.

# %% [markdown] written="trust_a_kernel"
# (a) The sum of the nine weights. On a flat wall every output is the wall's brightness times the sum. A kernel that sharpens must keep walls as they are, so it must sum to 1; an edge detector must be silent on walls, so it must sum to 0. The sum can't be both: at least one of the claims is wrong, whatever the numbers are.
#
# (b) A black image with one white pixel, at least two pixels away from every border. Under cross-correlation the 3 × 3 outputs around the pixel are the nine weights, turned by 180°: rows and columns in reverse order.
#
# (c) A black image with a large bright square. An edge detector answers all along the four sides. A corner detector such as 1 0 −1 / 0 0 0 / −1 0 1 is silent along the sides, because the rows of each window are alike and cancel, and answers at the four corners only.

# %% [markdown]
# **To discuss** (not graded). Sobel's 1, 2, 1 smooths along the edge before it compares. What would 1, 1, 1 do better, and what worse? What would a single row −1, 0, 1 do in a noisy photograph?
#
# **Further reading**
#
# - D. H. Hubel and T. N. Wiesel (1959). Receptive fields of single neurones in the cat's striate cortex. *Journal of Physiology* 148, 574–591. The paper that the lecture shows.
# - V. Dumoulin and F. Visin (2016). *A guide to convolution arithmetic for deep learning.* arXiv:1603.07285. The lecture's 5 × 5 example is theirs.
# - J. Canny (1986). A computational approach to edge detection. *IEEE Transactions on Pattern Analysis and Machine Intelligence* 8(6), 679–698. What comes after Sobel: thin lines from thick answers.
# - S. Chetlur, C. Woolley, P. Vandermersch, J. Cohen, J. Tran, B. Catanzaro and E. Shelhamer (2014). *cuDNN: Efficient primitives for deep learning.* arXiv:1410.0759.
