"""The search for proofs: certificates for the kernel to check, which is trusted alone, and smallest counterexamples.

A side is a list of terms; a term is a sum, over bound integers, of a product of tensor entries under polynomial guards.
For fixed sizes both sides are polynomials in independent tensor entries, equal iff every coefficient is equal, and a
coefficient counts the bound integers that meet the guards at given coordinates.

Limits: exact arithmetic, not floats; no index that depends on data.
"""
