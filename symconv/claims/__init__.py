"""Formulas as published: read from LaTeX, plain text or code, and given their meaning."""
