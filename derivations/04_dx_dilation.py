"""dL/dx with dilation: the taps stay d apart

Dilation spreads the taps of the kernel, stride spreads the windows. In dL/dx the dilation stays with the kernel, and the
stride has become zeros in the upstream gradient: the two do not mix.
"""

import symconv as sc

page = [
    sc.derive(sc.conv1d(dilation="d"), wrt="x"),
    sc.derive(sc.conv1d(dilation=2, stride=3, padding=1), wrt="x").at(input=8, kernel=3),
    sc.derive(sc.conv2d(dilation=(2, 1), stride=(1, 2)), wrt="x"),
]
