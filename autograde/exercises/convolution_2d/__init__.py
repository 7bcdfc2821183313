"""The exercises of notebook 03, one file each: sliding in two dimensions, the flip, channels, Gaussians, edges, factors.

Oracles are PyTorch, SciPy, closed forms and pivots, none of them the loop that the student writes. Wrong answers
and alternatives are written as students write them.
"""
