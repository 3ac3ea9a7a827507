"""Worked examples: numbers read or drawn, every product forward and backward, the closed forms, traces."""
