"""Worked examples and traces."""
