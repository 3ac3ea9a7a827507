"""The derivative of a convolution is not the gradient that backpropagation needs

Two derivatives are mixed up in lecture notes: that of a convolution by its position, which falls on one of the factors, and
that of a loss by the entries of a factor, which is a correlation of the upstream gradient. This page states the first with
its condition, shows its discrete twin, and sets it beside the second in numbers.
"""

import symconv as sc

page = [sc.derivative_theorem()]
