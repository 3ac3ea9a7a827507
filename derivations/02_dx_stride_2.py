"""dL/dx with stride: zeros between the entries, and the remainder

With stride s only every s-th window is taken. Solving s i + p = j for i leaves a condition, s divides j - p, and that
condition is what the zeros between the entries of the upstream gradient stand for.

If the windows do not end where the input ends, a places remain at the end that no window reads. They must come back as
zeros in dL/dx, so the right pad grows by the remainder a. Forgetting it is the most frequent bug in hand-written backward
passes: the gradient then has the wrong size, or the right size with the wrong entries.
"""

import symconv as sc

page = [
    sc.derive(sc.conv1d(stride="s"), wrt="x"),
    sc.derive(sc.conv1d(stride=2), wrt="x").at(input=6, kernel=3),
    sc.derive(sc.conv2d(stride=(2, 3)), wrt="x"),
]
