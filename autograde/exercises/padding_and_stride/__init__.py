"""The exercises of notebook 04, one file each: output size, same padding, padding, the layer, receptive fields, cost.

Oracles count places, search or ask PyTorch, none of them the formula that the student writes. Wrong answers
and alternatives are written as students write them.
"""
