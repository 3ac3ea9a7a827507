"""symconv derives the calculus of convolution, checks every line, and writes it down.

>>> import symconv as sc
>>> sc.derive(sc.conv1d(stride="s", padding="P", dilation="d"), wrt="x")    # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module

from symconv.errors import InternalError, SymconvError

TYPE_CHECKING = False  # typing's own, without loading it: a file of that name may lie where ``python -m symconv`` starts
if TYPE_CHECKING:
    from typing import Any

__version__ = "0.1.0"
_FAMILIES = ("correlate", "convolve", "conv", "depthwise_conv", "conv_transpose", "local", "max_pool", "avg_pool")
_OPERATORS = tuple(f"{family}{n}d" for family in _FAMILIES for n in (1, 2, 3))
_HANDLES = (
    "Claim",
    "Derivation",
    "Instance",
    "Judgement",
    "Operator",
    "Proof",
    "Theorem",
)
_VERBS = (
    "derive",
    "evaluate",
    "prove",
    "render",
    "verify",
)
_ACTIVATIONS = (
    *("relu", "leaky_relu", "relu6", "sigmoid", "tanh", "softplus", "gelu", "silu", "mish", "elu", "selu", "hardswish"),
    "softmax",
)
_LAYERS = ("linear", "flatten", *_ACTIVATIONS, "sum", "mse", "cross_entropy")
# public functions and handles that live in a module of their own
_ELSEWHERE = {
    "topics.sizes.handle": ("ReceptiveField", "Sizes", "receptive_field", "sizes"),
    "topics.matrix.handle": ("Matrix", "matrix"),
    "public.networks": ("Network", "chain"),
    "public.pages": ("Filtered", "Page", "fourier", "im2col", "image_filter"),
    "topics.continuous.handle": ("Continuous", "Derivative", "continuous", "derivative_theorem"),
    "topics.fast.handle": ("Algorithm", "check_winograd", "karatsuba", "toom_cook", "winograd"),
    "public.examples": ("Example", "Trace", "example", "trace"),
}
_HOME = {name: f"symconv.{module}" for module, names in _ELSEWHERE.items() for name in names}
_PUBLIC = (*_HANDLES, *_VERBS, *_LAYERS, *_OPERATORS, *_HOME)
__all__ = ["InternalError", "SymconvError", "__version__", *_PUBLIC]  # noqa: PLE0604 (all are strings)


def __getattr__(name: str) -> Any:
    """The public names, imported when first used, so that ``symconv --help`` answers at once."""
    if name in _PUBLIC:
        return getattr(import_module(_HOME.get(name, "symconv.public")), name)
    raise AttributeError(f"module 'symconv' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
