"""The suite proper and the whole: how many cases of a law stand in each, and no clock in either.

A law over many cases is marked ``sweep(few)``: so many of them, spread over all, stand in the suite proper; the others are
marked ``slow``.  Hypothesis tries a quarter of its examples in the suite proper, and all of them in the marked set.
"""

from __future__ import annotations

import gc
import os
import re
import sys
from collections import defaultdict
from itertools import pairwise
from zlib import crc32

import pytest
from hypothesis import HealthCheck, is_hypothesis_test, settings

# what one process compiled, no other compiles again: the tests start some sixty, and two of their own
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

HEALTH = [HealthCheck.too_slow, HealthCheck.data_too_large]
for profile, most in (("suite", 10), ("whole", 40)):
    settings.register_profile(profile, deadline=None, derandomize=True, max_examples=most, suppress_health_check=HEALTH)


def marked(config: pytest.Config) -> bool:
    """Whether this run takes what is marked slow."""
    return re.search(r"(?<!not )\bslow\b", config.option.markexpr) is not None


def pytest_configure(config: pytest.Config) -> None:
    """The same examples on every machine."""
    settings.load_profile("whole" if marked(config) else "suite")


def spread(law: list[pytest.Item], few: int) -> set[pytest.Item]:
    """So many of the cases, one of each stretch of them: the same in every run, and by all laws over the same cases."""
    bounds = [len(law) * k // few for k in range(few + 1)]
    stretches = (law[begin:end] for begin, end in pairwise(bounds) if begin < end)
    return {min(stretch, key=lambda item: crc32(item.nodeid.partition("[")[2].encode())) for stretch in stretches}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Sweeps are divided; where the marked set runs, every law by hypothesis runs whole."""
    laws = defaultdict(list)
    for item in items:
        if (sweep := item.get_closest_marker("sweep")) and not item.get_closest_marker("slow"):
            laws[item.nodeid.partition("[")[0], sweep.args[0]].append(item)
        if marked(config) and is_hypothesis_test(getattr(item, "obj", None)):
            item.add_marker("slow")
    for (_, few), law in laws.items():
        proper = spread(law, few)
        for item in law:
            if item not in proper:
                item.add_marker("slow")


def pytest_collection_finish() -> None:
    """What is loaded and collected stays to the end: the garbage collector need not look at it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
