"""``python -m tests.benchmarks``: how long things take, as ratios to SymPy's import time in the same run."""
