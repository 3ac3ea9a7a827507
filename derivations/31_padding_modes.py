"""Padding that is not zeros: the gradient folds back

With circular, reflect, symmetric or replicate padding a layer reads copies of its input beyond the edges. The padded input is an
index map of the input, and the layer reads it without any padding of its own: everything known about that layer holds. What is
left is to take the padding back, by the transpose of the map: what arrives at a copy is added to the entry that was copied.

The names are PyTorch's. Its reflect is ndimage's mirror; what ndimage calls reflect is NumPy's symmetric.
"""

import symconv as sc

page = [
    sc.derive(sc.correlate1d(padding=(("P", "Q"),), stride="s", padding_mode="reflect"), wrt="x"),
    sc.derive(sc.correlate1d(padding=1, padding_mode="symmetric"), wrt="x").at(input=4, kernel=3),
    sc.derive(sc.correlate2d(padding=((1, 0), (2, 1)), stride=(2, 1), padding_mode="replicate"), wrt="x"),
    sc.derive(sc.conv1d(padding="P", padding_mode="reflect"), wrt="w"),
]
