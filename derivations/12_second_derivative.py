"""Second derivatives: the closed form can be derived again

A gradient of a convolution is a member of the same family, so it can be derived again, flips and remainders included. With
the upstream gradient held fixed, L is linear in x and linear in w, so its pure second derivatives vanish; the mixed one does
not. Contracted with a direction h it is again a correlation.
"""

import symconv as sc

gradient = sc.derive(sc.conv1d(stride="s", padding="P"), wrt="x").closed_form
plane = sc.derive(sc.conv2d(stride=2), wrt="x").closed_form

page = [
    sc.derive(gradient, wrt="w"),
    sc.derive(gradient, wrt="x"),
    sc.derive(plane, wrt="w"),
]
