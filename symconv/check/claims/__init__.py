"""Deciding claims."""
