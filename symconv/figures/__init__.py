"""Figures: scenes built from operators and worked examples; nothing here computes a convolution or knows a file format."""
