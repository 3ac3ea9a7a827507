"""What ``inspect.signature``, ``help`` and a completion show of a constructor is what its row says."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

import symconv as sc
from symconv.layers.catalog import CATALOG, build


@pytest.mark.parametrize("name", CATALOG)
def test_a_constructor_shows_the_parameters_of_its_row(name: str) -> None:
    """By name and in order, each with its type, and with the default by which the layer is the one that is built."""
    constructor, row = getattr(sc, name), CATALOG[name]
    shown = inspect.signature(constructor)
    assert tuple(shown.parameters) == row.names
    assert all(p.annotation not in (p.empty, Any) and not isinstance(p.annotation, str) for p in shown.parameters.values())
    assert shown.return_annotation is sc.Operator
    defaults = {p.name: p.default for p in shown.parameters.values()}
    assert constructor(**defaults).data == constructor().data == build(name)
    assert constructor is getattr(sc, name)


@pytest.mark.parametrize("name", CATALOG)
def test_a_constructor_says_what_it_takes(name: str) -> None:
    """Every parameter with what it means, the shapes of the tensors, what is refused, and the small case of the row."""
    row, words = CATALOG[name], inspect.getdoc(getattr(sc, name)) or ""
    assert all(f"    {p.name}: {p.words}" in words for p in row.parameters)
    assert f"symconv example {name} {row.case}" in words
    assert "Raises SymconvError" in words
    assert ("Shapes: x " in words) == (row.family not in ("loss", "shape") and name != "softmax")


def test_a_parameter_that_is_none_is_named_with_its_nearest() -> None:
    with pytest.raises(sc.SymconvError, match="did you mean 'stride'"):
        sc.conv2d(strid=2)


def test_every_public_function_names_and_types_its_parameters() -> None:
    for name in sc.__all__:
        found = getattr(sc, name)
        if callable(found) and not inspect.isclass(found):
            parameters = inspect.signature(found).parameters.values()
            assert all(p.annotation is not p.empty for p in parameters), name
            assert inspect.getdoc(found), name
