"""Constructors by family: each says its formula (which member of the closed family it is) and its sizes."""
