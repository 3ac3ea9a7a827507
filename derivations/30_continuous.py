"""Continuous convolution: boxes, triangles, Gaussians, exponentials, impulses

What a convolution is before there is any grid: mirror g, move it by t, multiply, and take the area. Between the places where
the ends of the two functions meet, the limits of the integral stay the same, so every case is one integral. Piecewise
polynomials are sums of truncated powers, whose knots and degrees add; Gaussians meet by completing the square; causal
exponentials by partial fractions, with equal rates apart.
"""

import symconv as sc

page = [
    sc.continuous("box(-1/2,1/2)", "box(-1/2,1/2)"),
    sc.continuous("box(0,2)", "triangle"),
    sc.continuous("gaussian(mu_1,sigma_1)", "gaussian(mu_2,sigma_2)"),
    sc.continuous("exp_decay(a)", "exp_decay(b)"),
    sc.continuous("exp_decay(a)", "exp_decay(b)", correlate=True),
    sc.continuous("box(0,1)", "gaussian(sigma)"),
    sc.continuous("delta(-1) + 2*delta(1)", "triangle"),
]
