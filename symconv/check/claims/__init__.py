"""Deciding published formulas: exact values at points, conditions, and proofs for all sizes."""
