"""The public names of symconv.  Written by ``python -m tests.stub`` from the rows of the catalogue and the topics."""

from fractions import Fraction as _Fraction

from symconv.errors import InternalError as InternalError
from symconv.errors import SymconvError as SymconvError
from symconv.layers.given import Number as _Number
from symconv.layers.given import Padding as _Padding
from symconv.layers.given import PerAxis as _PerAxis
from symconv.layers.given import Real as _Real
from symconv.public import Claim as Claim
from symconv.public import Derivation as Derivation
from symconv.public import Example as Example
from symconv.public import Instance as Instance
from symconv.public import Judgement as Judgement
from symconv.public import Network as Network
from symconv.public import Operator as Operator
from symconv.public import Page as Page
from symconv.public import Theorem as Theorem
from symconv.public import Trace as Trace
from symconv.public import chain as chain
from symconv.public import derive as derive
from symconv.public import evaluate as evaluate
from symconv.public import example as example
from symconv.public import render as render
from symconv.public import trace as trace
from symconv.public import verify as verify
from symconv.topics.continuous.handle import Continuous as Continuous
from symconv.topics.continuous.handle import Derivative as Derivative
from symconv.topics.continuous.handle import continuous as continuous
from symconv.topics.continuous.handle import derivative_theorem as derivative_theorem
from symconv.topics.fast.handle import Algorithm as Algorithm
from symconv.topics.fast.handle import check_winograd as check_winograd
from symconv.topics.fast.handle import karatsuba as karatsuba
from symconv.topics.fast.handle import toom_cook as toom_cook
from symconv.topics.fast.handle import winograd as winograd
from symconv.topics.filters.handle import Filtered as Filtered
from symconv.topics.filters.handle import image_filter as image_filter
from symconv.topics.fourier.handle import fourier as fourier
from symconv.topics.im2col.handle import im2col as im2col
from symconv.topics.matrix.handle import Matrix as Matrix
from symconv.topics.matrix.handle import matrix as matrix
from symconv.topics.sizes.handle import ReceptiveField as ReceptiveField
from symconv.topics.sizes.handle import Sizes as Sizes
from symconv.topics.sizes.handle import receptive_field as receptive_field
from symconv.topics.sizes.handle import sizes as sizes
from symconv.topics.theorems.handle import Proof as Proof
from symconv.topics.theorems.handle import prove as prove

__version__: str

def correlate1d(
    kernel: _PerAxis | None = None,
    mode: str | None = None,
    stride: _PerAxis = 1,
    padding: _Padding | None = None,
    dilation: _PerAxis = 1,
    padding_mode: str = "zeros",
) -> Operator:
    """Cross-correlation in 1D, one channel."""

def correlate2d(
    kernel: _PerAxis | None = None,
    mode: str | None = None,
    stride: _PerAxis = 1,
    padding: _Padding | None = None,
    dilation: _PerAxis = 1,
    padding_mode: str = "zeros",
) -> Operator:
    """Cross-correlation in 2D, one channel."""

def correlate3d(
    kernel: _PerAxis | None = None,
    mode: str | None = None,
    stride: _PerAxis = 1,
    padding: _Padding | None = None,
    dilation: _PerAxis = 1,
    padding_mode: str = "zeros",
) -> Operator:
    """Cross-correlation in 3D, one channel."""

def convolve1d(
    kernel: _PerAxis | None = None,
    mode: str | None = None,
    stride: _PerAxis = 1,
    padding: _Padding | None = None,
    dilation: _PerAxis = 1,
    padding_mode: str = "zeros",
) -> Operator:
    """Convolution in 1D, one channel: the kernel is turned round."""

def convolve2d(
    kernel: _PerAxis | None = None,
    mode: str | None = None,
    stride: _PerAxis = 1,
    padding: _Padding | None = None,
    dilation: _PerAxis = 1,
    padding_mode: str = "zeros",
) -> Operator:
    """Convolution in 2D, one channel: the kernel is turned round."""

def convolve3d(
    kernel: _PerAxis | None = None,
    mode: str | None = None,
    stride: _PerAxis = 1,
    padding: _Padding | None = None,
    dilation: _PerAxis = 1,
    padding_mode: str = "zeros",
) -> Operator:
    """Convolution in 3D, one channel: the kernel is turned round."""

def conv1d(
    in_channels: _Number | None = None,
    out_channels: _Number | None = None,
    kernel: _PerAxis | None = None,
    stride: _PerAxis = 1,
    padding: _Padding = 0,
    dilation: _PerAxis = 1,
    groups: _Number = 1,
    bias: bool = True,
    flip_kernel: bool = False,
    padding_mode: str = "zeros",
) -> Operator:
    """The 1D convolution layer of a CNN."""

def conv2d(
    in_channels: _Number | None = None,
    out_channels: _Number | None = None,
    kernel: _PerAxis | None = None,
    stride: _PerAxis = 1,
    padding: _Padding = 0,
    dilation: _PerAxis = 1,
    groups: _Number = 1,
    bias: bool = True,
    flip_kernel: bool = False,
    padding_mode: str = "zeros",
) -> Operator:
    """The 2D convolution layer of a CNN."""

def conv3d(
    in_channels: _Number | None = None,
    out_channels: _Number | None = None,
    kernel: _PerAxis | None = None,
    stride: _PerAxis = 1,
    padding: _Padding = 0,
    dilation: _PerAxis = 1,
    groups: _Number = 1,
    bias: bool = True,
    flip_kernel: bool = False,
    padding_mode: str = "zeros",
) -> Operator:
    """The 3D convolution layer of a CNN."""

def depthwise_conv1d(
    in_channels: _Number | None = None,
    kernel: _PerAxis | None = None,
    stride: _PerAxis = 1,
    padding: _Padding = 0,
    dilation: _PerAxis = 1,
    multiplier: _Number = 1,
    bias: bool = True,
    flip_kernel: bool = False,
    padding_mode: str = "zeros",
) -> Operator:
    """The 1D convolution layer with a filter for every channel."""

def depthwise_conv2d(
    in_channels: _Number | None = None,
    kernel: _PerAxis | None = None,
    stride: _PerAxis = 1,
    padding: _Padding = 0,
    dilation: _PerAxis = 1,
    multiplier: _Number = 1,
    bias: bool = True,
    flip_kernel: bool = False,
    padding_mode: str = "zeros",
) -> Operator:
    """The 2D convolution layer with a filter for every channel."""

def depthwise_conv3d(
    in_channels: _Number | None = None,
    kernel: _PerAxis | None = None,
    stride: _PerAxis = 1,
    padding: _Padding = 0,
    dilation: _PerAxis = 1,
    multiplier: _Number = 1,
    bias: bool = True,
    flip_kernel: bool = False,
    padding_mode: str = "zeros",
) -> Operator:
    """The 3D convolution layer with a filter for every channel."""

def conv_transpose1d(
    in_channels: _Number | None = None,
    out_channels: _Number | None = None,
    kernel: _PerAxis | None = None,
    stride: _PerAxis = 1,
    padding: _Padding = 0,
    output_padding: _PerAxis = 0,
    groups: _Number = 1,
    bias: bool = True,
    dilation: _PerAxis = 1,
) -> Operator:
    """The 1D transposed convolution layer: it scatters."""

def conv_transpose2d(
    in_channels: _Number | None = None,
    out_channels: _Number | None = None,
    kernel: _PerAxis | None = None,
    stride: _PerAxis = 1,
    padding: _Padding = 0,
    output_padding: _PerAxis = 0,
    groups: _Number = 1,
    bias: bool = True,
    dilation: _PerAxis = 1,
) -> Operator:
    """The 2D transposed convolution layer: it scatters."""

def conv_transpose3d(
    in_channels: _Number | None = None,
    out_channels: _Number | None = None,
    kernel: _PerAxis | None = None,
    stride: _PerAxis = 1,
    padding: _Padding = 0,
    output_padding: _PerAxis = 0,
    groups: _Number = 1,
    bias: bool = True,
    dilation: _PerAxis = 1,
) -> Operator:
    """The 3D transposed convolution layer: it scatters."""

def linear(
    in_features: _Number | None = None,
    out_features: _Number | None = None,
    bias: bool = True,
) -> Operator:
    """Every input to every output: W x + b."""

def local1d(
    in_channels: _Number | None = None,
    out_channels: _Number | None = None,
    kernel: _PerAxis | None = None,
    stride: _PerAxis = 1,
    padding: _Padding = 0,
    dilation: _PerAxis = 1,
    groups: _Number = 1,
    bias: bool = True,
) -> Operator:
    """The 1D locally connected layer: a kernel for every place."""

def local2d(
    in_channels: _Number | None = None,
    out_channels: _Number | None = None,
    kernel: _PerAxis | None = None,
    stride: _PerAxis = 1,
    padding: _Padding = 0,
    dilation: _PerAxis = 1,
    groups: _Number = 1,
    bias: bool = True,
) -> Operator:
    """The 2D locally connected layer: a kernel for every place."""

def local3d(
    in_channels: _Number | None = None,
    out_channels: _Number | None = None,
    kernel: _PerAxis | None = None,
    stride: _PerAxis = 1,
    padding: _Padding = 0,
    dilation: _PerAxis = 1,
    groups: _Number = 1,
    bias: bool = True,
) -> Operator:
    """The 3D locally connected layer: a kernel for every place."""

def max_pool1d(
    kernel: _PerAxis | None = None,
    stride: _PerAxis | None = None,
    padding: _Padding = 0,
    dilation: _PerAxis = 1,
    ceil_mode: bool = False,
    ties: str = "first",
) -> Operator:
    """The largest entry of every window, in 1D."""

def max_pool2d(
    kernel: _PerAxis | None = None,
    stride: _PerAxis | None = None,
    padding: _Padding = 0,
    dilation: _PerAxis = 1,
    ceil_mode: bool = False,
    ties: str = "first",
) -> Operator:
    """The largest entry of every window, in 2D."""

def max_pool3d(
    kernel: _PerAxis | None = None,
    stride: _PerAxis | None = None,
    padding: _Padding = 0,
    dilation: _PerAxis = 1,
    ceil_mode: bool = False,
    ties: str = "first",
) -> Operator:
    """The largest entry of every window, in 3D."""

def avg_pool1d(
    kernel: _PerAxis | None = None,
    stride: _PerAxis | None = None,
    padding: _Padding = 0,
    dilation: _PerAxis = 1,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Operator:
    """The mean of every window, in 1D."""

def avg_pool2d(
    kernel: _PerAxis | None = None,
    stride: _PerAxis | None = None,
    padding: _Padding = 0,
    dilation: _PerAxis = 1,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Operator:
    """The mean of every window, in 2D."""

def avg_pool3d(
    kernel: _PerAxis | None = None,
    stride: _PerAxis | None = None,
    padding: _Padding = 0,
    dilation: _PerAxis = 1,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Operator:
    """The mean of every window, in 3D."""

def elu(
    alpha: _Real = _Fraction(1, 1),
) -> Operator:
    """The positive part, and an exponential that nears -alpha."""

def gelu() -> Operator:
    """X times the normal distribution function."""

def hardswish() -> Operator:
    """X times a ramp from -3 to 3."""

def leaky_relu(
    slope: _Real = _Fraction(1, 100),
) -> Operator:
    """The positive part, and a little of the negative."""

def mish() -> Operator:
    """X times the hyperbolic tangent of its softplus."""

def relu() -> Operator:
    """The positive part."""

def relu6() -> Operator:
    """The positive part, 6 at most."""

def selu() -> Operator:
    """Elu with the constants that keep mean 0 and variance 1."""

def sigmoid() -> Operator:
    """The logistic function."""

def silu() -> Operator:
    """X times its sigmoid."""

def softmax() -> Operator:
    """Probabilities along the channels."""

def softplus() -> Operator:
    """A smooth positive part."""

def tanh() -> Operator:
    """The hyperbolic tangent."""

def flatten() -> Operator:
    """All axes behind the first in one, row by row."""

def cross_entropy(
    reduction: str = "mean",
) -> Operator:
    """The log loss of a class per image, on logits."""

def mse(
    reduction: str = "mean",
) -> Operator:
    """The squared error."""

def sum() -> Operator:
    """The sum of all entries."""
