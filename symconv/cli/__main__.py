"""``python -m symconv.cli``: the same as ``python -m symconv``."""

from symconv.__main__ import run

run()
