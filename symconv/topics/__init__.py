"""Topics: subjects that stand on the spine, one folder each, and nothing stands on them."""
