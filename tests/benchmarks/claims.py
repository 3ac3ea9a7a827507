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
    ("verify a size formula of four symbols: refuted and repaired", SIZE, "api.judge(false)", 1.0),
]
FUNCTION = """
from symconv.api import verify as api
forget = lambda: None
sigmoid = api.published("sigma'(x) = sigma(x)(1 - sigma(x))")
loss = api.published("dL/dz_i = p_i - y_i", operator="cross_entropy")
pool = api.published("y_i = max_{0 <= p < K} x_{s i + p}", operator="max_pool1d(padding=0,dilation=1)")
api.judge(sigmoid), api.judge(loss), api.judge(pool)
"""
INSIDE += [
    ("verify the derivative of the sigmoid: proved", FUNCTION, "api.judge(sigmoid)", 0.1),
    ("verify the gradient of the cross-entropy: proved for any number of classes", FUNCTION, "api.judge(loss)", 0.5),
    ("verify the definition of max pooling: proved for all sizes", FUNCTION, "api.judge(pool)", 0.3),
]
WHERE = "--where 'o=output, i=input, k=kernel'"
COMMANDS = [
    ("symconv verify one formula, in all", "verify o=i-k+2p+1", 1.0),
    ("symconv verify a size formula, names given, in all", f"verify 'o = i - k + 1' {WHERE}", 1.0),
    ("symconv verify a size formula with a floor, in all", r"verify 'o = \lfloor (i + 2p - k)/s \rfloor + 1'", 1.0),
]
CORPUS = """
import time
from pathlib import Path
from statistics import median
from symconv.api import verify
from symconv.language.claims import Published
spent = []
for file in sorted(Path("tests/corpora/claims").glob("[!m]*.toml")):
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
