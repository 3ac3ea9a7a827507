"""Deciding published formulas: exact values, conditions, counterexamples, and proofs for all sizes."""
