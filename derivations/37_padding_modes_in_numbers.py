"""Padding modes in numbers: where does the gradient of a copy go?

Padding that is not zeros puts in copies of the input. Each product then reads an entry of the input, some of them through a copy,
and on the way back it hands its share of the gradient to that entry. So the gradient of the padded input, which a correlation
gives, is folded back: what arrives at a copy is added to the entry that was copied.

First a line with reflect padding, in full. Then a trace of one entry under circular padding: it follows the entry through each of
its places. Last a pad that is longer than the input, so that the mirror image is mirrored again.
"""

import symconv as sc

page = [
    sc.example(sc.correlate1d(padding=((2, 1),), padding_mode="reflect"), x="1 4 2 3", w="2 -1 3", g="1 -1 2 3 1"),
    sc.trace(
        "dx[1,0]",
        sc.correlate2d(stride=(1, 2), padding=((1, 0), (0, 2)), padding_mode="circular"),
        x="1 2 0; 3 -1 4",
        w="1 2; 3 -2",
        g="1 2; -1 3",
    ),
    sc.example(sc.correlate1d(padding=((4, 0),), padding_mode="symmetric"), x="2 5", w="1 3 -1", g="1 2 -1 1"),
]
