"""Topics that stand on the spine."""
