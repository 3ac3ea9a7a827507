"""dL/db: the upstream gradient, summed

The bias of a filter is added to every output entry of that filter, in every image. Its gradient is therefore a plain sum.
"""

import symconv as sc

page = [
    sc.derive(sc.conv1d(), wrt="b", channels=True),
    sc.derive(sc.conv2d(), wrt="b").at(input=(3, 3), kernel=(2, 2), out_channels=2),
]
