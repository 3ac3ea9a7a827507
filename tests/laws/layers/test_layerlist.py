"""Layer lists as typed: what is read, where an error is, which name was meant."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symconv.errors import SymconvError
from symconv.language.layerlist import DEEPEST, LONGEST, MOST, LayerText, read_layers
from tests.cases.helpers import examples

KNOWN = {
    "conv2d": ["in_channels", "out_channels", "kernel", "stride", "padding"],
    "max_pool2d": ["kernel", "stride", "padding", "ceil_mode"],
    "relu": [],
    "leaky_relu": ["slope"],
    "flatten": [],
    "linear": ["out_features"],
    "cross_entropy": [],
}


def one(text: str) -> LayerText:
    (layer,) = read_layers(text, KNOWN)
    return layer


def test_the_list_of_the_issue() -> None:
    text = "conv2d(2,3,kernel=3) relu max_pool2d(2) flatten linear(5) cross_entropy"
    layers = read_layers(text, KNOWN)
    assert [(name, args, keywords) for name, args, keywords, _, _ in layers] == [
        ("conv2d", (2, 3), {"kernel": 3}),
        ("relu", (), {}),
        ("max_pool2d", (2,), {}),
        ("flatten", (), {}),
        ("linear", (5,), {}),
        ("cross_entropy", (), {}),
    ]
    assert [layer.text for layer in layers] == text.split()
    for layer in layers:
        assert text[layer.place - 1 :].startswith(layer.text)


@pytest.mark.parametrize("between", [" ", "\n", ",", ", ", "->", " -> ", " → ", ";", "   "])
def test_what_stands_between_layers(between: str) -> None:
    layers = read_layers(between.join(["relu", "max_pool2d(3)", "relu()"]), KNOWN)
    assert [layer.name for layer in layers] == ["relu", "max_pool2d", "relu"]
    assert layers[2].args == ()


VALUES: dict[str, Any] = {
    "3": 3,
    "-2": -2,
    "+2": 2,
    "0.1": Fraction(1, 10),
    "1e-2": Fraction(1, 100),
    "2.0": Fraction(2),
    "1/10": Fraction(1, 10),
    "3x2": (3, 2),
    "3 × 2 x 1": (3, 2, 1),
    "-1x2": (-1, 2),
    "(3,2)": (3, 2),
    "( 3 , 2 , )": (3, 2),
    "(3,)": (3,),
    "(3)": 3,
    "((3))": 3,
    "1:0x2:1": ((1, 0), (2, 1)),
    "1x2:1": (1, (2, 1)),
    "-1:0": ((-1, 0),),
    "((1,0),(2,1))": ((1, 0), (2, 1)),
    "(1:0)": ((1, 0),),
    "P:Q": (("P", "Q"),),
    "(s1,s2)": ("s1", "s2"),
    "same": "same",
    "'same'": "same",
    '"full"': "full",
    "True": True,
    "false": False,
    "None": None,
}


@pytest.mark.parametrize(("text", "value"), VALUES.items(), ids=VALUES)
def test_values(text: str, value: Any) -> None:
    found = one(f"conv2d(7, stride={text})")
    assert found.args == (7,)
    assert found.keywords == {"stride": value}
    assert type(found.keywords["stride"]) is type(value)
    assert one(f"leaky_relu({text})").args == (value,)


WRONG = {
    "conv2(3)": ["'conv2'", "character 1", "did you mean 'conv2d'"],
    "relu\nmaxpool2d(2)": ["'maxpool2d'", "character 6", "did you mean 'max_pool2d'"],
    "relu zzz": ["'zzz'", "character 6", "expected one of conv2d"],
    "conv2d(kernal=3)": ["'kernal'", "character 8", "did you mean 'kernel'"],
    "relu relu(slope=1)": ["relu takes no parameter 'slope'", "character 11", "takes none"],
    "relu(3)": ["character 6", "expected no parameters"],
    "linear(3, 4)": ["character 11", "at most 1 parameters (out_features)"],
    "conv2d(kernel=3, 4)": ["character 18", "behind kernel="],
    "conv2d(1, in_channels=2)": ["in_channels once", "character 11"],
    "conv2d(kernel=1, kernel=1)": ["kernel once", "character 18"],
    "conv2d(1 2)": ["character 10"],
    "conv2d(1,,2)": ["character 10"],
    "conv2d(2))": ["character 10"],
    "conv2d 3": ["character 8"],
    "conv2d(3x)": ["character 10"],
    "conv2d(1:2:3)": ["character 11"],
    "conv2d(1/0)": ["below the bar", "character 10"],
    "conv2d(2": ["at the end", "open"],
    "conv2d(stride=": ["at the end"],
    "leaky_relu('a b')": ["character 12"],
    "conv2d(kernel=__import__('os').x)": ["character"],
    "->": ["character 1"],
    "relu -> ": ["at the end"],
    "": ["at least one layer"],
    " \n ": ["at least one layer"],
    "conv2d(99999999999999999999)": ["character"],
}


@pytest.mark.parametrize(("text", "said"), WRONG.items(), ids=WRONG)
def test_errors_name_the_place_and_the_mend(text: str, said: list[str]) -> None:
    with pytest.raises(SymconvError) as error:
        read_layers(text, KNOWN, "net")
    message = str(error.value)
    assert message.startswith("net: ")
    assert "\n" not in message
    assert all(word in message for word in said), message


def test_limits() -> None:
    assert len(read_layers("relu " * MOST, KNOWN)) == MOST
    with pytest.raises(SymconvError, match=f"at most {MOST} layers, got {MOST + 1}"):
        read_layers("relu " * (MOST + 1), KNOWN)
    with pytest.raises(SymconvError, match=f"at most {LONGEST} characters"):
        read_layers(" " * LONGEST + "relu", KNOWN)
    deep = "1"
    for level in range(DEEPEST + 1):
        assert level == 0 or one(f"conv2d({deep})").args
        deep = f"({deep},)"
    for text in (deep, "(" * 5000 + "1" + ",)" * 5000):
        with pytest.raises(SymconvError, match=f"at most {DEEPEST} levels"):
            read_layers(f"conv2d({text})", KNOWN)
    with pytest.raises(SymconvError, match="open"):
        read_layers("conv2d(" + "(" * 9000, KNOWN)
    assert one(f"conv2d({'(' * 5000}1{')' * 5000})").args == (1,)


@pytest.mark.parametrize("given", [None, 3, ["relu"], b"relu"])
def test_only_texts_are_read(given: Any) -> None:
    with pytest.raises(SymconvError, match="expected a text"):
        read_layers(given, KNOWN)


@given(st.text(alphabet="conv2drelu(),=x:/'-> 13_TN.", max_size=60))
@examples(300)
def test_nothing_but_its_own_error(text: str) -> None:
    try:
        layers = read_layers(text, KNOWN)
    except SymconvError as error:
        said = str(error)
    else:
        said = ""
        assert all(layer.name in KNOWN for layer in layers)
        again = read_layers(" ".join(layer.text for layer in layers), KNOWN)
        assert [layer[:3] for layer in again] == [layer[:3] for layer in layers]
    assert "\n" not in said
