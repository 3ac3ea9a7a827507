"""The process that judges: a claim comes as data, its verdict goes back, the word of the kernel under the key that came."""

from __future__ import annotations

from typing import Any

from symconv.api.judging import KINDS
from symconv.api.verify import tolerant
from symconv.check.kernel.relay import sealed
from symconv.processes.serving import serve
from symconv.processes.wire import packed, unpacked


def judge(asked: dict[str, Any]) -> Any:
    """A verdict on a formula of a file."""
    key = bytes.fromhex(asked["key"])
    return packed(tolerant(unpacked(asked["claim"], KINDS)), lambda value: sealed(value, key))


def main() -> None:
    """Serve until the one who asks is gone."""
    serve(judge)
