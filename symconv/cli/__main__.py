"""``python -m symconv.cli``."""

from symconv.cli import main

main()
