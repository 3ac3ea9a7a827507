"""What is written: pages, formulas, figures."""
