"""The names of functions and of operations on tensors, as people spell them, and the marks of layers."""

from __future__ import annotations

import re

FUNCTIONS = {
    "floor": "floor", "math.floor": "floor", "np.floor": "floor", "torch.floor": "floor", "tf.floor": "floor", "int":
    "trunc", "ceil": "ceil", "math.ceil": "ceil", "np.ceil": "ceil", "tf.ceil": "ceil", "round": "round", "ceiling":
    "ceil", "max": "max", "min": "min", "abs": "abs", "ceil_div": "ceildiv", "floor_div": "quotient", "cdiv":
    "ceildiv", "div_ceil": "ceildiv", "mod": "mod", "sum": "sum", "np.sum": "sum", "prod": "prod", "np.prod": "prod",
    "sqrt": "sqrt", "pow": "pow", "floordiv": "quotient", "divmod": "divmod", "len": "len", "range": "range", "gcd":
    "gcd", "log": "log", "exp": "exp", "sin": "sin", "cos": "cos", "tanh": "tanh", "float": "exact", "Max": "max",
    "Min": "min", "fix": "trunc", "log2": "log2", "idiv": "quotient", "trunc": "trunc", "Math.floor": "floor",
    "Math.ceil": "ceil", "ceildiv": "ceildiv", "clip": "clip", "np.clip": "clip", "clamp": "clip", "torch.clamp": "clip",
    "torch.clip": "clip", "tf.clip_by_value": "clip", "jnp.clip": "clip", "np.mod": "mod", "torch.remainder": "mod",
}  # fmt: skip
OPERATIONS = {
    "rot180": "flip", "rot": "flip", "flip": "flip", "flipud": "flip", "fliplr": "flip", "flipall": "flip", "reverse":
    "flip", "np.flip": "flip", "torch.flip": "flip", "flip_kernel": "flip", "rotate180": "flip", "np.rot90": "rot90",
    "rot90": "rot90", "Rot180": "flip", "rot_180": "flip", "Flip": "flip", "conj": "conj", "np.conj": "conj",
    "conjugate": "conj", "pad": "pad", "zero_pad": "pad", "np.pad": "pad", "F.pad": "pad", "dilate": "dilate",
    "upsample": "dilate", "zero_insert": "dilate", "zero_dilate": "dilate", "conv": "conv", "convolve": "convolve",
    "np.convolve": "convolve",
    "numpy.convolve": "convolve", "numpy.correlate": "corr", "jnp.convolve": "convolve",
    "conv2": "convolve", "convn": "convolve", "scipy.signal.convolve": "convolve",
    "signal.convolve": "conv", "scipy.signal.convolve2d": "convolve", "convolve2d": "convolve", "signal.convolve2d":
    "convolve", "correlate": "corr", "np.correlate": "corr", "xcorr": "corr", "corr": "corr", "correlate2d": "corr",
    "corr2d": "corr", "signal.correlate": "corr", "signal.correlate2d": "corr", "filter2": "corr",
    "scipy.signal.correlate": "corr", "scipy.signal.correlate2d": "corr", "cross_correlation": "corr",
    "cross_correlate": "corr", "xcorr2": "corr", "conv1d": "layer", "conv2d": "layer", "conv3d": "layer", "F.conv1d":
    "layer", "F.conv2d": "layer", "F.conv3d": "layer", "Conv": "layer", "Conv2d": "layer", "Conv2D": "layer",
    "torch.nn.functional.conv2d": "layer", "nn.functional.conv2d": "layer", "conv_full": "conv_full",
    "FullConvolution": "conv_full", "Full_Convolution": "conv_full", "full_conv": "conv_full", "fullconv":
    "conv_full", "convolve_full": "conv_full", "correlate_full": "corr_full", "corr_full": "corr_full",
    "full_correlate": "corr_full", "full_corr": "corr_full", "conv_valid": "conv_valid", "valid_conv": "conv_valid",
    "corr_valid": "corr_valid", "conv_same": "conv_same", "correlate_valid": "corr_valid", "convolve_valid":
    "conv_valid", "full_convolution": "conv_full", "fullConv": "conv_full", "full_cross_correlation": "corr_full",
    "valid_corr": "corr_valid", "conv_transpose2d": "transposed", "conv_transpose1d": "transposed",
    "conv_transpose3d": "transposed", "F.conv_transpose2d": "transposed", "ConvTranspose2d": "transposed", "deconv":
    "transposed", "shift": "shift", "roll": "roll", "np.roll": "roll", "circshift": "roll", "transpose": "transpose",
    "np.transpose": "transpose", "sum": "total", "np.sum": "total", "vec": "vec", "im2col": "im2col", "col2im":
    "col2im", "full": "full", "dot": "dot", "np.dot": "dot", "convolution": "conv", "mean": "mean", "np.mean": "mean",
    "crosscorrelation": "corr", "cross_corr": "corr", "full_conv2d": "conv_full", "conv2d_full": "conv_full",
    "F.conv_transpose1d": "transposed", "F.conv_transpose3d": "transposed", "flip180": "flip", "flip_both": "flip",
    "mirror": "flip", "correlation": "corr", "conv_2d": "conv", "convolve1d": "convolve", "ndimage.convolve":
    "conv_same", "ndimage.correlate": "corr_same", "correlate1d": "corr", "corr1d": "corr", "crop": "crop",
    "Convolution": "conv", "convolution_full": "conv_full", "fourier": "fourier", "inversefourier": "inversefourier",
    "im2row": "im2row", "row2im": "row2im",
}  # fmt: skip
RELATION = {
    "EQUAL": "=", "COMPARE": None, "IN": "in", "ARROW": "->", "IFF": "<=>", "DIVIDES": None, "APPROX": "~", "IS":
    "is", "UPDATE": None,
}  # fmt: skip
NUMPY = {
    "np.convolve",
    "numpy.convolve",
    "np.correlate",
    "numpy.correlate",
    "jnp.convolve",
}  # the longer operand comes first
MARKS = {
    "ell", "ell-1", "ell+1", "(ell)", "(ell-1)", "(ell+1)", "[ell]", "[ell-1]", "[ell+1]", "(1)", "(2)", "[1]", "[2]",
    "l", "L", "l+1", "l-1", "(l)", "(l+1)", "(l-1)", "[l]", "[l-1]", "[l+1]", "t", "(i)", "(k)", "(n)",
}  # fmt: skip
TRANSPOSES = {
    "T", "top", "⊤", "t", "H", "dagger",
}  # fmt: skip
LETTER = re.compile(r"(?:[a-z]|[^\W\d_A-Za-z])'*\Z")
METHODS = {
    "sum": "total", "mean": "mean", "reshape": "reshape", "view": "reshape", "flatten": "reshape", "transpose":
    "transpose", "permute": "transpose", "flip": "flip", "conj": "conj", "ravel": "reshape", "dot": "dot",
}  # fmt: skip
REMARKS = {
    "full": "full", "fullconvolution": "full", "fullconv": "full", "fullmode": "full", "valid": "valid", "validmode":
    "valid", "validconvolution": "valid", "same": "same", "samemode": "same", "fullcorrelation": "full",
    "fullcross_correlation": "full", "validcorrelation": "valid", "validcross_correlation": "valid",
}  # fmt: skip
