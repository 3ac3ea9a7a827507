"""Pages of every kind, by name: what the laws about written targets run over."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import symconv as sc
from symconv.public import Derivation
from tests.cases import zoo

TRANSPOSED: dict[str, tuple[str, dict[str, Any]]] = {
    "conv_transpose1d-names": (
        "conv_transpose1d", {"stride": "s", "padding": (("left", "right"),), "dilation": "d", "output_padding": "r"},
    ),
    "conv_transpose2d": ("conv_transpose2d", {"stride": (2, 1), "padding": ((1, 0), (0, -1)), "output_padding": (1, 0)}),
    "conv_transpose2d-groups": ("conv_transpose2d", {"stride": "s", "groups": "G"}),
    "conv_transpose3d": ("conv_transpose3d", {"padding": "P"}),
    "conv_transpose1d-one-tap": ("conv_transpose1d", {"kernel": 1}),
}  # fmt: skip


def first(name: str, wrt: str, **parameters: Any) -> Derivation:
    return sc.derive(getattr(sc, name)(**parameters), wrt)


def again(name: str, path: str, channels: bool = False, **parameters: Any) -> Derivation:
    """The closed form of the closed form."""
    member = getattr(sc, name)(**parameters)
    for role in path[:-1]:
        member = sc.derive(member, role, check=False).closed_form
    return sc.derive(member, path[-1], channels=channels)


SPECIAL: dict[str, Callable[[], Derivation]] = {
    "channels": lambda: sc.derive(sc.conv2d(stride="s", groups="G"), "x", channels=True),
    "channels-w": lambda: sc.derive(sc.conv2d(stride=2, padding=1), "w", channels=True),
    "channels-flip": lambda: sc.derive(sc.conv1d(flip_kernel=True, stride="s", groups=2), "w", channels=True),
    "unchecked": lambda: sc.derive(sc.conv1d(stride="s"), "x", check=False),
    "names-with-tails": lambda: first("conv1d", "x", stride="my_stride", padding="P_left", dilation="d2"),
    "greek": lambda: first("conv1d", "x", stride="alpha", padding="rho"),
    "second-xw": lambda: again("conv1d", "xw", stride="s", padding="P", dilation="d"),
    "second-wx": lambda: again("conv2d", "wx", stride=(2, 1), padding=((1, 0), (-1, 2))),
    "second-channels": lambda: again("conv2d", "xw", channels=True, stride=2, groups=2),
    "second-transposed": lambda: again("conv_transpose1d", "xw", stride=2, output_padding=1),
    "third": lambda: again("convolve1d", "xwx", stride="s"),
    "fifth": lambda: again("conv1d", "xwxwx"),
    "explicit": lambda: first("conv1d", "x", stride=2, padding=1).at(input=5, kernel=3),
    "explicit-2d": lambda: first("conv2d", "x", padding=((1, 0), (0, 1))).at(input=(3, 4), kernel=(2, 3)),
    "explicit-w": lambda: first("conv2d", "w", stride=(2, 1)).at(input=(5, 3), kernel=(3, 2), batch=2),
    "explicit-b": lambda: first("conv1d", "b").at(input=4, kernel=2, out_channels=2, batch=2),
    "explicit-3d": lambda: first("conv3d", "x").at(input=(2, 3, 2), kernel=(1, 2, 2)),
    "explicit-channels": lambda: first("conv1d", "x", groups=2).at(input=4, kernel=2, in_channels=4, out_channels=2),
    "explicit-large": lambda: first("conv2d", "x").at(input=(14, 13), kernel=(3, 2)),
    "explicit-transposed": lambda: first("conv_transpose2d", "x", stride=2, output_padding=1).at(input=(2, 3), kernel=(2, 1)),
    "explicit-unread": lambda: first("conv1d", "x", stride=3).at(input=6, kernel=1),
    "loss": lambda: first("conv1d", "x").at(input=5, kernel=3, loss="y0^2/2 + y1*y2"),
    "loss-functions": lambda: first("conv1d", "w").at(input=5, kernel=3, loss="exp(y0)/y1 - sqrt(y2)*log(y1) + tanh(sin(y0))"),
    "loss-numbers": lambda: first("conv1d", "x").at(input=4, kernel=2, loss="0.1*y0^-3 - 2/7*cos(y1) + y2^(1/3)"),
    "loss-2d": lambda: first("correlate2d", "x").at(input=(3, 3), kernel=(2, 2), loss="sum(y^2)/2 + y0_1*y[1,0]"),
}  # fmt: skip


# the pages of the others say of each line that it was not checked; what they say is known from elsewhere
CHECKED = ("conv1d", "conv1d-names", "conv2d-axes", "conv1d-flip-plain", "correlate2d-full", "convolve1d-names")


def _table() -> dict[str, Callable[[], Derivation]]:
    table = dict(SPECIAL)
    for key, wrt in zoo.QUESTIONS:
        checked = wrt == "x" and key in CHECKED
        table[f"{key}-{wrt}"] = lambda key=key, wrt=wrt, checked=checked: sc.derive(zoo.build(key), wrt, check=checked)
    for key, (name, parameters) in TRANSPOSED.items():
        for wrt in "xwb":
            table[f"{key}-{wrt}"] = lambda name=name, parameters=parameters, wrt=wrt: first(name, wrt, **parameters)
    return table


PAGES = _table()


@cache
def page(name: str) -> Derivation:
    """The derivation of that name."""
    return PAGES[name]()
