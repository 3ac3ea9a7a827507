"""English."""

from symconv.words.en.checks import CHECKS
from symconv.words.en.verdicts import VERDICTS

ENGLISH = {**CHECKS, **VERDICTS}
