"""English."""

from symconv.words.en.checks import CHECKS
from symconv.words.en.readings import READINGS
from symconv.words.en.verdicts import VERDICTS

ENGLISH = {**CHECKS, **VERDICTS, **READINGS}
