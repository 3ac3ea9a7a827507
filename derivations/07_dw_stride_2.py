"""dL/dw with stride: stride and dilation change places

The entries of the upstream gradient meet the input s apart, so the forward stride is the dilation of dL/dw, and the forward
dilation is its stride. The remainder is cropped from the right pad: without that crop the result has K + a/d entries,
rounded down, and the surplus ones are no gradient of anything.
"""

import symconv as sc

page = [
    sc.derive(sc.conv1d(stride="s", dilation="d", padding="P"), wrt="w"),
    sc.derive(sc.conv1d(stride=2), wrt="w").at(input=6, kernel=3),
    sc.derive(sc.conv2d(stride=(2, 3), padding=1), wrt="w"),
]
