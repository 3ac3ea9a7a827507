"""Chains of layers: sizes, costs, receptive fields."""
