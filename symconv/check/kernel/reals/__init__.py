"""Real functions: a normal form that vanishes, region by region, with the places where a side is undefined.

The certificate is a list of regions; ``functions`` checks that they cover everything and works both sides out in each of them,
over the rational functions of ``field``, with the signs of ``signs``, slopes by ``duals``, places by ``places``.  Nothing here
is shared with the index algebra but the seal.
"""
