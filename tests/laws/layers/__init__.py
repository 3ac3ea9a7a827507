"""Layers: derivations, gradients, numbers."""
