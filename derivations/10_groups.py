"""Groups: the same, within each group

With groups the channels and the filters are cut into G blocks, and block γ sees only itself. An index of a channel is then
c + C γ, with C channels to a group; two such indices are equal only if both digits are, and that is the one step that groups
add. A depthwise layer has one channel in each group: the channels stay apart, and no channel is summed.
"""

import symconv as sc

page = [
    sc.derive(sc.conv1d(groups="G"), wrt="x", channels=True),
    sc.derive(sc.conv1d(groups="G"), wrt="w", channels=True),
    sc.derive(sc.conv2d(4, 4, kernel=(3, 2), groups=4, stride=2), wrt="x", channels=True),
    sc.derive(sc.depthwise_conv2d(stride=2), wrt="w", channels=True),
]
