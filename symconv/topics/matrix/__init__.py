"""Operators as matrices: cells, their pattern, and what sharing weights means."""
