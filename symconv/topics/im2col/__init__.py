"""im2col: an operator as a matrix product, its windows laid out as columns."""
