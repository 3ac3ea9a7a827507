"""Channels: what is summed, and why they change places

The forward pass sums over input channels c and keeps filters o. Backwards it is the other way round: dL/dx sums over the
filters, and the kernel is read with o and c exchanged. dL/dw sums over the images of the batch instead, so that c plays the
batch and n the channels.
"""

import symconv as sc

page = [
    sc.derive(sc.conv1d(stride="s"), wrt="x", channels=True),
    sc.derive(sc.conv1d(stride="s"), wrt="w", channels=True),
    sc.derive(sc.conv2d(), wrt="x", channels=True),
]
