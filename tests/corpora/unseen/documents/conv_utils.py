"""Helpers for the sizes, paddings and gradients of convolutions.

No formula in here is evaluated; the functions below are.
"""

import math


def conv_out(size, k, s=1, p=0, d=1):
    r"""Number of windows that fit.

    .. math::

        o = \left\lfloor \frac{size + 2 p - d (k - 1) - 1}{s} \right\rfloor + 1

    where ``o`` is the output size, ``size`` the input size, ``k`` the kernel size, ``s`` the stride, ``p`` the padding on
    each side and ``d`` the dilation.
    """
    return (size + 2 * p - d * (k - 1) - 1) // s + 1


def same_padding(x, k, s, d=1):
    """Total padding of the mode SAME.

    .. symconv: about=padding where="pad=total SAME padding, x=input size, k=kernel size, s=stride, d=dilation"

    ``pad = max((ceil(x / s) - 1) * s + (k - 1) * d + 1 - x, 0)``
    """
    return max((math.ceil(x / s) - 1) * s + (k - 1) * d + 1 - x, 0)


def keep_padding(kernel_size, dilation=1):
    """Padding on each side that keeps the size of the input at stride 1, for an odd kernel_size.

    ``padding = dilation * (kernel_size - 1) // 2``

    An earlier version had ``padding = dilation * kernel_size // 2 - 1``.
    """
    return dilation * (kernel_size - 1) // 2


def conv_backward(x, w, g, stride):
    """Gradients of the layer ``y[i] = sum(w[k] * x[stride*i + k] for k in range(K))``.

    The weights collect ``dw[k] += g[i] * x[stride*i + k]`` and the input ``dx[stride*i + k] += g[i] * w[k]``, where g is
    the upstream gradient. Wrong is ``dx[i + k] += g[i] * w[k]``.
    """
    dx, dw = [0] * len(x), [0] * len(w)
    for i in range(len(g)):
        for k in range(len(w)):
            dw[k] += g[i] * x[stride * i + k]
            dx[stride * i + k] += g[i] * w[k]
    return dx, dw


class Swish:
    r"""The function

    .. math::
        :label: swish

        f(x) = x \sigma(x)

    with the logistic function :math:`\sigma`. Its slope is

    .. math:: f'(x) = f(x) + \sigma(x) (1 - f(x))

    and not :math:`f'(x) = \sigma(x) + x (1 - \sigma(x))`. The default is ``eps = 1e-5``.
    """
