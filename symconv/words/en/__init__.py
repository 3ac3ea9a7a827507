"""English."""

from symconv.words.en.checks import CHECKS

ENGLISH = {**CHECKS}
