"""dL/dx with padding: what was added in front is cropped behind

Padding the input by lo and hi shifts the windows. The gradient of the padded input is a full convolution; the gradient of
the input is its middle part, without the first lo and the last hi entries. As pads of a correlation these are d(K-1) - lo
and d(K-1) - hi, and they may be negative.
"""

import symconv as sc

page = [
    sc.derive(sc.conv1d(padding="P:Q"), wrt="x"),
    sc.derive(sc.conv1d(padding=((1, 2),), stride=2), wrt="x").at(input=5, kernel=3),
    sc.derive(sc.conv2d(padding=((1, 0), (0, 2))), wrt="x").at(input=(3, 3), kernel=(2, 3)),
]
