"""The exercises of notebook 05, one file each: pooling forward and back, switches, the shapes of a network.

Oracles are window views, matrices of linear maps and counted sums, none of them a nested loop like the
solution. Wrong answers and alternatives are written as students write them.
"""
