"""Layers built as operators have the geometry of the same layers as text."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

import symconv as sc
from symconv.errors import SymconvError
from symconv.layers.described import described

PAIRS: list[tuple[Any, str]] = [
    (sc.conv2d(3, 4, kernel=(3, 2), stride=(2, 1), padding=((1, 0), (2, 1)), dilation=(1, 2)),
     "conv2d(3,4,kernel=3x2,stride=2x1,padding=1:0x2:1,dilation=1x2)"),
    (sc.conv2d(4, 6, kernel=3, groups=2, bias=False), "conv2d(4,6,kernel=3,groups=2,bias=False)"),
    (sc.conv1d(kernel=3, stride="s", padding="P"), "conv1d(kernel=3,stride=s,padding=P)"),
    (sc.conv_transpose2d(4, 2, kernel=(3, 2), stride=3, padding=((1, 0), (0, 1)), output_padding=(1, 2)),
     "conv_transpose2d(4,2,kernel=3x2,stride=3,padding=1:0x0:1,output_padding=1x2)"),
    (sc.local2d(2, 3, kernel=2, stride=2), "local2d(2,3,kernel=2,stride=2)"),
    (sc.max_pool2d(3, stride=2, padding=1, ceil_mode=True), "max_pool2d(3,stride=2,padding=1,ceil_mode=True)"),
    (sc.avg_pool1d(2), "avg_pool1d(2)"),
    (sc.depthwise_conv2d(3, kernel=2, stride=2, multiplier=2), "depthwise_conv2d(3,kernel=2,stride=2,multiplier=2)"),
    (sc.depthwise_conv1d(kernel=3), "depthwise_conv1d(kernel=3)"),
    (sc.linear(4, 5, bias=False), "linear(4,5,bias=False)"),
    (sc.linear(out_features=5), "linear(5)"),
    (sc.relu(), "relu"), (sc.softmax(), "softmax"), (sc.flatten(), "flatten"), (sc.cross_entropy(), "cross_entropy"),
]  # fmt: skip


@pytest.mark.parametrize(("op", "text"), PAIRS, ids=[text for _, text in PAIRS])
def test_an_operator_is_its_layer(op: Any, text: str) -> None:
    (ours,), (theirs,) = described(op.data), described(text)
    assert replace(ours, text="", place=0) == replace(theirs, text="", place=0)
    (again,) = described(ours.text) if ours.kind not in ("linear",) and ours.groups == 1 and ours.bias else (ours,)
    assert replace(again, text="", place=0) == replace(ours, text="", place=0)


def test_sizes_of_a_net_of_operators_and_of_lists() -> None:
    layers = (
        sc.conv2d(2, 3, kernel=3, stride=2),
        sc.relu(),
        sc.max_pool2d(2),
        sc.flatten(),
        sc.linear(5),
        sc.cross_entropy(),
    )
    text = "conv2d(2,3,kernel=3,stride=2) relu max_pool2d(2) flatten linear(5) cross_entropy"
    wanted = sc.sizes(text, input=(2, 9, 11))
    for given in (sc.chain(*layers), list(layers), layers, ["conv2d(2,3,kernel=3,stride=2) relu", *layers[2:]]):
        found = sc.sizes(given, input=(2, 9, 11))
        assert (found.shapes, found.parameters, found.multiply_adds) == (
            wanted.shapes,
            wanted.parameters,
            wanted.multiply_adds,
        )
        assert {v.status for v in found.verdicts} == {"checked"}
    assert sc.sizes(sc.chain(*layers, input=(2, 9, 11))).shapes == wanted.shapes
    one = sc.sizes(sc.conv2d(3, 4, kernel=3), input=(3, 5, 6))
    assert one.shapes == ((3, 5, 6), (4, 3, 4))
    assert "conv2d(3,4,kernel=3)" in one.text()


def test_receptive_fields_of_operators() -> None:
    text = sc.receptive_field("conv2d(kernel=3) conv2d(kernel=3,stride=2) max_pool2d(2)")
    layers = [sc.conv2d(kernel=3), sc.conv2d(kernel=3, stride=2), sc.max_pool2d(2)]
    for given in (layers, sc.chain(*layers)):
        found = sc.receptive_field(given)
        assert (found.sizes, found.jumps, found.starts) == (text.sizes, text.jumps, text.starts)
    assert sc.receptive_field(sc.conv1d(kernel=5)).sizes == ((5,),)


@pytest.mark.parametrize(
    ("layers", "said"),
    [
        (3, "expected a text, sc.chain"),
        ([], "expected at least one layer"),
        ([sc.relu(), 4], "got int"),
        (sc.correlate2d(), "which has no channels; use conv2d"),
        ([sc.conv2d(3, 4, kernel=3), sc.conv2d(3, 4, kernel=3)], "layers do not chain"),
    ],
)
def test_what_is_no_layer_is_one_line(layers: Any, said: str) -> None:
    with pytest.raises(SymconvError, match=said):
        sc.sizes(layers, input=(3, 9, 9))
