"""Writing it down: one document drives every target."""
