"""Backpropagation through a whole network

A convolution layer, relu, pooling, a dense layer, cross entropy. Every edge has a shape and an upstream gradient; every layer
hands on the gradient that it gets; every parameter's gradient falls out on the way. First with open sizes, then for inputs of
6 x 6. Last a layer that pads by copies: what it reads, and what comes back, goes through one index map.
"""

import symconv as sc

net = sc.chain(sc.conv2d(2, 3, kernel=3), sc.relu(), sc.max_pool2d(2), sc.flatten(), sc.linear(5), sc.cross_entropy())
ring = sc.chain(sc.conv1d(1, 2, kernel=3, padding=1, padding_mode="circular"), sc.relu(), sc.sum(), input=(1, 5))
page = [sc.derive(net, wrt="conv1.w"), sc.derive(net.at(input=(2, 6, 6)), wrt="all"), sc.derive(ring, wrt="all")]
