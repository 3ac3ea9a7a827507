"""Fast algorithms: Winograd, Toom-Cook, Karatsuba

A convolution of short signals is a product of polynomials, and a polynomial is known from few of its values. That trades
multiplications for additions: F(2, 3) makes 4 products where the definition makes 6, nested on two axes 16 for 36. Every
matrix here is generated from interpolation points, and proved: all coefficients of the products agree with the definition.
Larger tiles save more, and lose more: their constants grow.
"""

import symconv as sc

page = [
    sc.winograd(2, 3),
    sc.winograd(4, 3),
    sc.winograd(2, 3, nested=True),
    sc.toom_cook(3, 2),
    sc.karatsuba(4),
]
