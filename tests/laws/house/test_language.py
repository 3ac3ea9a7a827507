"""Another language is one table: with it, no English is left on a page but mathematics, names and what the user typed.

The toy language says the key of a sentence, in brackets, in place of its words; the slots stay.  What is left of English is
looked for word by word, three letters or more.
"""

from __future__ import annotations

import re
from string import Formatter

import pytest

from symconv import words
from symconv.words.en import ENGLISH
from tests import fence

MATHEMATICS = frozenset(
    ("max", "min", "exp", "log", "mod", "tanh", "sqrt", "relu", "softplus", "softmax", "for", "divides", "all", "start")
)
# functions, choices of options, einops
NAMES = frozenset(("symconv", "evaluate", "einsum", "gamma", "mean", "first", "sum", "conv", "corr"))
SAMPLE = [
    "derive conv1d --wrt x --stride s --padding P --dilation d --to text",
    "derive conv2d --wrt w --stride s --padding P --groups G --channels --to text",
    "derive local1d --wrt x --input 5 --kernel 2 --stride 2 --to text",
    "derive max_pool2d --stride 2x1 --ties split --to text",
    "derive avg_pool2d --stride 2x3 --padding 1 --exclude-pad --to text",
    "derive conv2d --wrt x --padding 1 --padding-mode reflect --input 4x5 --kernel 3x2 --to text",
    "derive softmax --to text",
    "derive cross_entropy --to text",
    "derive net --layers 'conv2d(1,2,kernel=3) relu flatten linear(3) cross_entropy' --input 1x5x4 --wrt all --to text",
    "example conv2d --input 2x5x6 --kernel 3x2 --stride 2x1 --padding 1:0x2 --out-channels 3 --to text",
    "example conv1d --input 4 --kernel 3 --padding 2:1 --padding-mode reflect --stride 2 --to text",
    "example max_pool1d --x '1 3 3 2 3' --kernel 3 --stride 1 --ties split --to svg",
    "example local1d --input 2x5 --kernel 2 --stride 2 --padding 1:0 --out-channels 2 --to svg",
    "example conv_transpose1d --input 3 --kernel 4 --stride 3 --dilation 2 --to svg",
    "example softmax --x '1 2 0; -1 3 1' --to svg",
    "example conv2d --input 4x3 --kernel 2x1 --stride 2x1 --padding 1:0x0 --figure upstream --to svg",
    "example conv2d --input 4x3 --kernel 2x1 --stride 2x1 --padding 1:0x0 --figure strides --to svg",
    "trace 'dx[2]' max_pool1d --x '1 3 3 2 3' --kernel 3 --stride 1 --to text",
    "matrix conv2d --input 3x4 --kernel 2x1 --stride 1x2 --to text",
    "matrix conv1d --input 5 --kernel 3 --to svg",
    "im2col conv2d --input 2x4x3 --kernel 2x1 --stride 2x1 --out-channels 3 --to text",
    "fourier --input 4 --kernel 3 --to text",
    "winograd 2 3 --to text",
    "karatsuba 4 --to text",
    "sizes 'conv2d(3,8,kernel=3,stride=2,padding=1) relu max_pool2d(2)' --input 3x32x28 --to text",
]  # fmt: skip


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> str:
    """A language that says keys."""
    table = {key: f"<{key}> " + " ".join(slots(template)) for key, template in ENGLISH.items()}
    monkeypatch.setitem(words.LANGUAGES, "toy", table)
    return "toy"


def slots(template: str) -> list[str]:
    """{name}, {name:>5}: as they stand."""
    found = [part for part in Formatter().parse(template) if part[1] is not None]
    return [f"{{{name}{f'!{how}' if how else ''}{f':{form}' if form else ''}}}" for _, name, form, how in found]


def english(page: str, command: str) -> set[str]:
    """The words that are left."""
    shown = page.partition("\n--- stderr")[0].replace("&lt;", "<").replace("&gt;", ">")
    bare = re.sub(r"<[/?]?[a-z][^>]*>", " ", shown)
    typed = set(re.findall(r"[A-Za-z]{3,}", command))
    return set(re.findall(r"(?<![\\\w])[A-Za-z]{3,}(?![\w(])", bare)) - typed - MATHEMATICS - NAMES


@pytest.mark.parametrize("command", SAMPLE)
def test_a_language_is_one_table(toy: str, command: str) -> None:
    with words.spoken(toy):
        page = fence.page(command).decode("utf-8")
    assert "<" in page
    assert english(page, command) == set()
