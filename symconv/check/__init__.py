"""The checkers.  None shares a rewrite with the deriver: each starts from the forward definition alone."""

from __future__ import annotations

import builtins
import os
from importlib.util import find_spec

_solver = find_spec("z3")
if _solver is not None and _solver.origin and not hasattr(builtins, "Z3_LIB_DIRS"):
    # left to itself z3 looks for its library in the current folder first, and runs what lies there
    _folder = os.path.dirname(os.path.abspath(_solver.origin))
    builtins.Z3_LIB_DIRS = [os.path.join(_folder, "lib"), _folder]  # type: ignore[attr-defined]
