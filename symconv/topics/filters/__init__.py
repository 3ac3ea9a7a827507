"""Image filters: kernels in exact numbers, their factors, and pictures as arrays."""
