"""Image filters: the same sums, on pictures

A filter is a cross-correlation (or a convolution) of every channel with a small kernel. Here a picture of five by five pixels
with a bright square in its lower right corner, one pixel written out for each filter; the command symconv filter does the same
with photographs. A kernel of rank 1 is a column times a row, and two passes along the axes do the work of one over the window.
"""

import symconv as sc

picture = [
    [10, 12, 14, 16, 18],
    [12, 14, 16, 18, 20],
    [14, 16, 200, 210, 220],
    [16, 18, 210, 220, 230],
    [18, 20, 220, 230, 240],
]

page = [
    sc.image_filter(picture, kernel="sobel-x", pixel=(2, 1)),
    sc.image_filter(picture, kernel="sobel-x", mode="convolve", range="offset", pixel=(2, 1)),
    sc.image_filter(picture, kernel="gaussian", pixel=(0, 0)),
    sc.image_filter(picture, kernel="laplacian", border="zeros", pixel=(4, 4)),
    sc.image_filter(picture, kernel="sharpen", pixel=(2, 2)),
    sc.image_filter(picture, kernel="1 1 1 1; 0 0 0 0; -1 -1 -1 -1", border="replicate", pixel=(1, 1)),
]
