"""English: a table for each subject, no key in two of them."""

from symconv.words.en.applied import APPLIED
from symconv.words.en.checks import CHECKS
from symconv.words.en.claims import CLAIMS
from symconv.words.en.continuous import CONTINUOUS
from symconv.words.en.edits import EDITS
from symconv.words.en.examples import EXAMPLES
from symconv.words.en.figures import FIGURES
from symconv.words.en.kernel import KERNEL
from symconv.words.en.layers import LAYERS
from symconv.words.en.pages import PAGES
from symconv.words.en.readings import READINGS
from symconv.words.en.roles import ROLES
from symconv.words.en.signals import SIGNALS
from symconv.words.en.sizes import SIZES
from symconv.words.en.verdicts import VERDICTS

TABLES = (
    PAGES,
    LAYERS,
    EXAMPLES,
    APPLIED,
    SIGNALS,
    SIZES,
    CONTINUOUS,
    CHECKS,
    CLAIMS,
    VERDICTS,
    READINGS,
    ROLES,
    EDITS,
    FIGURES,
    KERNEL,
)
ENGLISH = {key: words for table in TABLES for key, words in table.items()}
