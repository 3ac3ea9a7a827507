"""What verifying published formulas costs: one claim, and the encoded corpus of 125, in a fresh interpreter; in T."""

from __future__ import annotations

import subprocess
import sys
from statistics import median

SIZE = """
from symconv.api import verify as api
forget = lambda: None
true = api.published("o = floor((i + 2p - k)/s) + 1", about="output-size")
false = api.published("o = floor((i + 2p - k)/s) + 2", about="output-size")
api.judge(true)
"""
INSIDE = [
    ("verify a size formula of four symbols: proved", SIZE, "api.judge(true)", 0.3),
    ("verify a size formula of four symbols: refuted and repaired", SIZE, "api.judge(false)", 0.6),
]
COMMANDS = [("symconv verify one formula, in all", "verify o=i-k+2p+1", 2.0)]
CORPUS = """
import time
from pathlib import Path
from statistics import median
from symconv.api import verify
from symconv.core.claims import Published
spent = []
for file in sorted(Path("tests/data/claims").glob("[!m]*.toml")):
    for claim in verify.claims(file, Published("")).claims:
        start = time.perf_counter()
        verify.tolerant(claim)
        spent.append(time.perf_counter() - start)
assert len(spent) > 90
print({statistic}(spent))
"""


def corpus(statistic: str, rounds: int) -> float:
    """Seconds for the corpus in a fresh interpreter: the median of a claim, or the sum."""
    code = CORPUS.replace("{statistic}", statistic)
    runs = (subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True) for _ in range(rounds))
    return median(float(done.stdout) for done in runs)


WHOLE = [
    ("verify the 125 published formulas, median of a claim", "median", 0.3),
    ("verify the 125 published formulas, all of them", "sum", 60.0),
]
