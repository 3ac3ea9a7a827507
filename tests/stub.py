"""``symconv/__init__.pyi``: the public names as static checkers and editors see them, from the rows and the topics.

At run time a constructor is made of its row and a topic is loaded when it is asked for; neither can be read off the source.
This writes them down::

    python -m tests.stub          # write the file anew, after a row, a parameter or a public name changed
"""

from __future__ import annotations

import re
from pathlib import Path

import symconv
from symconv import public
from symconv.layers import given
from symconv.layers.catalog import CATALOG
from symconv.layers.row import Row
from symconv.topics import topics

STUB = Path(symconv.__file__).with_suffix(".pyi")
HEAD = '''\
"""The public names of symconv.  Written by ``python -m tests.stub`` from the rows of the catalogue and the topics."""
'''


def imports() -> list[str]:
    """The names that stand in modules: errors, the spine's, every topic's."""
    found = [("symconv.errors", name) for name in ("InternalError", "SymconvError")]
    found += [("symconv.layers.given", name) for name in kinds()]
    found += [("symconv.public", name) for name in public.__all__]
    found += [(f"symconv.topics.{topic.name}.handle", name) for topic in topics() for name in topic.names]
    seen = {*kinds(), "Fraction"}
    lines = [f"from {home} import {name} as {'_' * (name in seen)}{name}" for home, name in sorted(found)]
    return ["from fractions import Fraction as _Fraction", "", *lines]


def kinds() -> list[str]:
    """The kinds of parameters that the signatures name."""
    words = {word for row in CATALOG.values() for p in row.parameters for word in re.findall(r"\w+", p.kind)}
    return sorted(word for word in words if hasattr(given, word))


def private(text: str) -> str:
    """A type or a default; what it names from elsewhere is no public name of symconv."""
    return re.sub(rf"\b({'|'.join([*kinds(), 'Fraction'])})\b", r"_\1", text)


def constructor(row: Row) -> list[str]:
    """The constructor of a row: every parameter by name, with its type and its default, and the layer's words."""
    known = [f"    {p.name}: {private(p.kind)} = {private(default(p.default))}," for p in row.parameters]
    head = [f"def {row.name}(", *known, ") -> Operator:"] if known else [f"def {row.name}() -> Operator:"]
    return ["", *head, f'    """{row.words[:1].upper() + row.words[1:]}."""']


def default(value: object) -> str:
    """A default as source."""
    return repr(value).replace("'", '"')


def stub() -> str:
    """The whole file."""
    lines = [HEAD, *imports(), "", "__version__: str"]
    for row in CATALOG.values():
        lines += constructor(row)
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    STUB.write_text(stub(), encoding="utf-8")
