"""Networks for users: ``chain`` puts layers in a row; ``derive`` and ``evaluate`` take the net like any operator."""

from __future__ import annotations

from typing import Any

from symconv.api import networks
from symconv.errors import SymconvError
from symconv.language.layer import Layer
from symconv.language.network import Network as Core
from symconv.public.door import door, doors
from symconv.public.operators import Operator


@doors
class Network:
    """Layers in a row.  ``parameters`` are their names (conv1.w, conv1.b, ...); ``at`` fixes the input's shape."""

    def __init__(self, data: Core) -> None:
        self.data = data

    @property
    def name(self) -> str:
        """What a net is called on a page."""
        return "net"

    @property
    def labels(self) -> tuple[str, ...]:
        """The layers' labels, in order."""
        return tuple(label for label, _ in self.data.layers)

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the parameters, in order."""
        return tuple(self.data.parameters)

    def at(self, input: Any) -> Network:
        """The net for inputs of this shape, the batch left out: (2, 6, 6).

        Raises SymconvError where two layers do not fit.
        """
        return Network(networks.network([op for _, op in self.data.layers], input))

    def __repr__(self) -> str:
        return f"net: {', '.join(f'{label} ({op.name})' for label, op in self.data.layers)}"


@door
def chain(*layers: Any, input: Any = None) -> Network:
    """A net: h1 = layer1(x), h2 = layer2(h1), ..., the loss last if there is one.

    ``layers`` are operators (sc.conv2d(2, 3, kernel=3), sc.relu(), sc.max_pool2d(2), sc.flatten(), sc.linear(5),
    sc.cross_entropy()), or one text with a layer list.  ``input`` is the input's shape without the batch.  Raises SymconvError
    where two layers do not fit (naming both, with both shapes) and for a text that cannot be read.
    """
    if len(layers) == 1 and isinstance(layers[0], str):
        return Network(networks.network(layers[0], input))
    made = []
    for k, layer in enumerate(layers, 1):
        if not isinstance(layer, Operator):
            raise SymconvError(f"chain: expected layers such as sc.relu(), got {type(layer).__name__} at place {k}")
        made.append(layer.data)
    return Network(networks.network(made, input))


def core(op: object) -> Layer:
    """The core data of a handle."""
    if isinstance(op, (Operator, Network)):
        return op.data
    raise SymconvError(f"expected an operator such as sc.conv2d(stride=2), got {type(op).__name__}")
