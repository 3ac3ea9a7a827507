"""Claims about tensors: gradients, identities and definitions as published, each with the verdict that brute force gives.

The verdicts under test are compared with a second construction where that matters: ``brute`` writes a layer out in plain
loops over integers and differentiates it entry by entry.
"""

from __future__ import annotations

import itertools
import random

import pytest

import symconv as sc
from symconv.api.tensor_claims import judge
from symconv.errors import SymconvError
from symconv.language.claims import Judgement, Published

DX = r"\frac{\partial L}{\partial x_j} = \sum_i \frac{\partial L}{\partial y_i} w_{j-i}"


def verdict(formula: str, about: str = "gradient", **given: object) -> str:
    return judged(formula, about, **given).verdict.status


def judged(formula: str, about: str = "gradient", **given: object) -> Judgement:
    return judge(Published(formula, about=about, **given))  # type: ignore[arg-type]


# gradients
GRADIENTS = [
    (DX, {"forward": r"y_i = \sum_p w_p x_{i+p}"}, "proved"),
    (DX, {"forward": "conv1d"}, "proved"),
    (DX, {"forward": r"y_i = \sum_p w_p x_{i-p}"}, "refuted"),
    (DX.replace("j-i", "i-j"), {"forward": r"y_i = \sum_p w_p x_{i-p}"}, "proved"),
    (DX.replace("j-i", "i-j"), {"forward": "conv1d"}, "refuted"),
    (DX, {}, "ambiguous"),
    (DX, {"operator": "conv1d"}, "conditional"),
    (DX.replace("j-i", "j-si"), {"forward": "conv1d(stride=s)"}, "proved"),
    (DX.replace("j-i", "j-i+P"), {"forward": r"y_i = \sum_p w_p x_{i+p-P}"}, "proved"),
    ("dL/dx_j = sum_i dL/dy_i w_{j-i}", {"forward": "y[i] = sum(w[p]*x[i+p] for p in range(K))"}, "proved"),
    ("dx[j] = sum_p dy[(j-p)/s] * w[p]", {"forward": "y[i] = sum_p w[p]*x[s*i+p]"}, "proved"),
    ("dx[j] = sum_p dy[j-p] * w[p]", {"forward": "y[i] = sum_p w[p]*x[s*i+p]"}, "conditional"),
    (r"\frac{\partial L}{\partial w_p} = \sum_{i=0}^{N-K} \frac{\partial L}{\partial y_i} x_{i+p}", {"forward": "conv1d"}, "proved"),
    (r"\frac{\partial L}{\partial w_p} = \sum_{i=0}^{N-K+1} \frac{\partial L}{\partial y_i} x_{i+p}", {"forward": "conv1d"}, "refuted"),
    (r"\frac{\partial L}{\partial w_p} = \sum_{i=0}^{N-K-1} \frac{\partial L}{\partial y_i} x_{i+p}", {"forward": "conv1d"}, "refuted"),
    (r"\frac{\partial L}{\partial b} = \sum_{i,j} \frac{\partial L}{\partial y_{ij}}", {}, "proved"),
    (r"\frac{\partial L}{\partial b_o} = \sum_{n,i,j} \delta_{n,o,i,j}", {}, "proved"),
    ("db = mean(dY)", {}, "refuted"),
    ("db = dY.sum(axis=(0, 2, 3))", {}, "checked"),
    ("dX = conv_full(dY, rot180(W))", {}, "ambiguous"),
    ("dX = conv_full(dY, rot180(W))", {"forward": "conv2d", "conventions": (("star", "cross-correlation"),)}, "proved"),
    ("dX = conv_full(dY, rot180(W))", {"forward": "conv2d", "where": (("conv", "true convolution"),)}, "refuted"),
    ("dX = conv_full(dY, W)", {"forward": "conv2d", "where": (("conv", "true convolution"),)}, "proved"),
    ("dX = conv2d(dY, rot180(W), padding=K-1)", {"forward": "conv2d"}, "proved"),
    ("dX = conv2d(dY, W, padding=K-1)", {"forward": "conv2d"}, "refuted"),
    ('dw = np.correlate(x, dy, "valid")', {"forward": "conv1d"}, "proved"),
    ('dw = np.correlate(dy, x, "valid")', {"forward": "conv1d"}, "refuted"),
    (r"\delta^l_{i,j} = \sum_{m=0}^{k_1-1}\sum_{n=0}^{k_2-1} \delta^{l+1}_{i-m,j-n} w_{m,n} f'(x_{i,j})", {"forward": "conv2d"}, "proved"),
    ("dX = scipy.signal.convolve2d(dY, W)", {"forward": "conv2d"}, "proved"),
    ('dx = np.convolve(dy, w[::-1], "full")', {"forward": "conv1d"}, "refuted"),
    ("dW = F.conv2d(X, dY)", {"forward": "conv2d"}, "proved"),
    (r"\delta^{l} = \delta^{l+1} * rot180(w)", {"forward": "Y = X * w"}, "proved"),
    ("dX = conv_full(dilate(dY, s), rot180(W))", {"forward": "Y = conv(X, W, stride=s)"}, "conditional"),
    (r"\nabla_W L = X \star \nabla_Y L", {"forward": "conv2d"}, "proved"),
]  # fmt: skip


@pytest.mark.sweep(2)
@pytest.mark.parametrize(("formula", "given", "expected"), GRADIENTS)
def test_gradients_as_published(formula: str, given: dict[str, object], expected: str) -> None:
    assert verdict(formula, "gradient", **given) == expected


def test_a_remainder_is_named() -> None:
    found = judged("dX = conv_full(dilate(dY, s), rot180(W))", forward="Y = conv(X, W, stride=s)")
    assert found.condition is not None
    assert found.condition.words == "s divides N - K"
    assert found.condition.exact
    assert found.failure is not None
    assert dict(found.failure.sizes) == {"N": "2", "K": "1", "s": "2"}


def test_a_repair_is_proved() -> None:
    found = judged("dX = conv_full(dY, rot180(W))", forward="conv2d", where=(("conv", "true convolution"),))
    assert found.repair is not None
    assert found.repair.formula == "conv_full(dY, W)"
    assert found.repair.verdict.status == "proved"


def test_both_answers_of_an_ambiguous_one() -> None:
    found = judged(DX)
    answers = {label: branch.verdict.status for label, branch in found.branches}
    assert answers == {
        "the forward pass is a cross-correlation": "proved",
        "the forward pass is a true convolution": "refuted",
    }


# identities and definitions
CHAIN = r"[f*g](i) = \sum_a f(a) g(i{}a) = \sum_a f(i{}a) g(a) = [g*f](i)"
IDENTITIES = [
    (CHAIN.replace("{}", "+"), {}, "refuted"),
    (CHAIN.replace("{}", "-"), {}, "proved"),
    (r"S(i,j) = (I*K)(i,j) = \sum_m \sum_n I(m,n) K(i-m, j-n) = \sum_m \sum_n I(i-m, j-n) K(m, n)", {}, "proved"),
    (r"S(i,j) = (I*K)(i,j) = \sum_m \sum_n I(m,n) K(i-m, j-n) = \sum_m \sum_n I(i-n, j-m) K(m, n)", {}, "refuted"),
    ("f*(g*h) = (f*g)*h", {"where": (("*", "convolution"),)}, "proved"),
    ("f*(g*h) = (f*g)*h", {"where": (("*", "cross-correlation"),)}, "refuted"),
    ("f*(g*h) = (f*g)*h", {}, "ambiguous"),
    ("f * (g + h) = f*g + f*h", {}, "proved"),
    (r"f \star g = g \star f", {}, "refuted"),
    (r"(f \star g)(n) = (g \star f)(-n)", {}, "proved"),
    ("rot180(f * g) = rot180(f) * rot180(g)", {}, "proved"),
    ("rot180(rot180(W)) = W", {}, "proved"),
    ("D(f * g) = Df * g = f * Dg", {"where": (("D", "difference operator"), ("*", "convolution"))}, "proved"),
    ("correlate(v, a) = conj(flip(correlate(a, v)))", {}, "checked"),
    ("correlate(v, a) = flip(correlate(a, v))", {}, "proved"),
    ("convolution(shift(input)) = shift(convolution(input))", {}, "conditional"),
    (r"f * \delta = f", {"where": (("*", "convolution"),)}, "checked"),
    (r"\sum_{a=0}^{N-1} f(a) g(i-a) = \sum_{b=0}^{M-1} f(i-b) g(b)", {}, "proved"),
]
DEFINITIONS = [
    (r"[f * g](i) = \sum_{p=1}^d f(p)g(i+p)", {}, "proved"),
    (r"[f*g](i) = \sum^g_{p=1}f(p)g(i+p)", {}, "refuted"),
    (r"(f\star g)[m]=\sum_i f[i] g[m-i]", {}, "ambiguous"),
    (r"(f\star g)[m]=\sum_i f[i] g[m-i]", {"where": (("\\star", "cross-correlation"),)}, "refuted"),
    (r"z[k] = \sum_l x_l y_{l-k}^{*}", {"operator": "scipy.signal.correlate"}, "proved"),
    (r"z[k] = \sum_l x_l y_{l+k}^{*}", {"operator": "scipy.signal.correlate"}, "refuted"),
    (r"c_k = \sum_n a_{n+k} \cdot \overline{v}_n", {"operator": "numpy.correlate"}, "conditional"),
    ("y[i] = sum(w[p]*x[s*i+d*p-P] for p in range(K))", {"operator": "conv1d"}, "proved"),
    (r"y[i] = \sum_p w[p] x[i+p]", {"operator": "conv1d"}, "conditional"),
    (r"y[i] = \sum_p w[p] x[i+p]", {"forward": "conv1d"}, "proved"),
    (r"y[n] = \sum_{k=0}^{N-1} h[k] x[n - k \mod N]", {"operator": "circular convolution"}, "checked"),
    (r"y[n] = \sum_{k=0}^{N-1} h[k] x[n + k \mod N]", {"operator": "circular convolution"}, "refuted"),
    ("z[j] = circshift(x, j-1)' * y", {"operator": "circular convolution"}, "refuted"),
    ("z[j] = circshift(x, j-1)' * y", {"operator": "circular cross-correlation"}, "checked"),
    (
        r"Z_{i,j,k} = \sum_{l,m,n} V_{l,j+m-1,k+n-1} K_{i,l,m,n}",
        {"forward": "conv2d", "where": (("V", "input"),)},
        "ambiguous",
    ),
    (
        r"out[n,i,:,:] = bias[i] + \sum_{j=0}^{channel} data[n,j,:,:] \star weight[i,j,:,:]",
        {"forward": "conv2d", "where": (("channel", "number of input channels"),)},
        "refuted",
    ),
]


@pytest.mark.sweep(2)
@pytest.mark.parametrize(("formula", "given", "expected"), IDENTITIES)
def test_identities_as_published(formula: str, given: dict[str, object], expected: str) -> None:
    assert verdict(formula, "identity", **given) == expected


@pytest.mark.sweep(3)
@pytest.mark.parametrize(("formula", "given", "expected"), DEFINITIONS)
def test_definitions_as_published(formula: str, given: dict[str, object], expected: str) -> None:
    assert verdict(formula, "definition", **given) == expected


def test_correlation_does_not_commute_at_the_smallest_sizes() -> None:
    found = judged(CHAIN.replace("{}", "+"), "identity")
    assert found.failure is not None
    assert found.failure.sizes == (("N_f", "1"), ("N_g", "2"))
    assert (found.failure.claimed, found.failure.true) == ("0", "1")
    assert any("cross-correlation" in str(r) for r in found.reading)


# continuous and fast algorithms
CONTINUOUS = [
    (r"[f * g](x) = \int f(z)g(x-z)dz = \int f(x-z)g(z)dz = [g * f](x)", "proved"),
    (r"[f * g](x) = \int f(z)g(x+z)dz = \int f(x+z)g(z)dz = [g * f](x)", "refuted"),
    (r"\int f(z) g(x - z) dz = \int f(x - 2z) g(z) dz", "refuted"),
    (r"f*(g*h) = (f*g)*h", "proved"),
    (r"(f*g)' = f'*g = f*g'", "conditional"),
    (r"\frac{d}{dx}(f*g) = \frac{df}{dx} * g = f * \frac{dg}{dx}", "conditional"),
]
A, G, B = (
    "[[1,1,1,0],[0,1,-1,-1]]",
    "[[1,0,0],[1/2,1/2,1/2],[1/2,-1/2,1/2],[0,0,1]]",
    "[[1,0,-1,0],[0,1,1,0],[0,-1,1,0],[0,1,0,-1]]",
)
F23 = (("A^T", A), ("G", G), ("B^T", B))


@pytest.mark.parametrize(("formula", "expected"), CONTINUOUS)
def test_identities_between_integrals(formula: str, expected: str) -> None:
    assert verdict(formula, "continuous") == expected


@pytest.mark.parametrize(
    ("formula", "where", "expected"),
    [
        (r"Y = A^T[(Gg)\odot(B^Td)]", F23, "proved"),
        (r"Y = A^T\left[[GgG^T]\odot[B^TdB]\right]A", F23, "proved"),
        (r"Y = A^T[(G g) \odot (B^T d)]", (("A^T", A.replace("-1]]", "1]]")), *F23[1:]), "refuted"),
        ("A^T[(G g) \\odot (B^T d)] = [d[0]g[0] + d[1]g[1] + d[2]g[2], d[1]g[0] + d[2]g[1] + d[3]g[2]]", F23, "proved"),
        ("A^T[(G g) \\odot (B^T d)] = [d[0]g[2] + d[1]g[1] + d[2]g[0], d[1]g[2] + d[2]g[1] + d[3]g[0]]", F23, "refuted"),
    ],
)
def test_fast_algorithms(formula: str, where: tuple[tuple[str, str], ...], expected: str) -> None:
    assert verdict(formula, "winograd", where=where) == expected


# metamorphic
SAME = [
    DX,
    r"\frac{\partial L}{\partial x_{j}} = \sum_{i} \left( \frac{\partial L}{\partial y_{i}} \right) \cdot w_{j - i}",
    r"\frac{\partial L}{\partial x_b} = \sum_a \frac{\partial L}{\partial y_a} w_{b-a}",
    r"\frac{\partial L}{\partial x_j} = \sum_i w_{j-i} \frac{\partial L}{\partial y_i}",
    r"\frac{\partial L}{\partial x_j} = \sum_{p} \frac{\partial L}{\partial y_{j-p}} w_p",
    "dL/dx[j] = sum_i dL/dy[i] * w[j-i]",
    "dx[j] = sum_i (dy[i] * w[(j - i)])",
    "∂L/∂x_j = Σ_i ∂L/∂y_i w_{j-i}",
    "dx = np.convolve(dy, w)",
]


@pytest.mark.parametrize("formula", SAME)
def test_spelling_does_not_change_a_verdict(formula: str) -> None:
    assert verdict(formula, forward=r"y_i = \sum_p w_p x_{i+p}") == "proved"


def test_one_wrong_edit_is_never_proved() -> None:
    right = "dx[j] = sum_i dy[i] * w[j-i]"
    for wrong in ("w[j+i]", "w[i-j]", "w[j-i+1]", "w[j-i-1]", "w[j-2*i]", "w[j]", "w[i]"):
        found = verdict(right.replace("w[j-i]", wrong), forward="conv1d", conventions=(("base", "0"),))
        assert found == "refuted", wrong


# a second construction
def brute(n: int, k: int, s: int, d: int, lo: int) -> dict[tuple[int, int, int], int]:
    """How often g[i] w[p] stands in dL/dx[j], from y[i] = sum_p w[p] x[s i + d p - lo] in plain loops."""
    found: dict[tuple[int, int, int], int] = {}
    for i in range((n + 2 * lo - d * (k - 1) - 1) // s + 1):
        for p in range(k):
            j = s * i + d * p - lo
            if 0 <= j < n:
                found[j, i, p] = found.get((j, i, p), 0) + 1
    return found


@pytest.mark.sweep(8)
@pytest.mark.parametrize("seed", range(30))
def test_random_gradients_against_plain_loops(seed: int) -> None:
    """w[a j + b i + c] for a random layer: proved or checked exactly where the loops agree at every small size."""
    rng = random.Random(seed)
    s, d, lo = rng.choice([1, 1, 2]), 1, rng.choice([0, 0, 1])
    a, b, c = rng.choice([1, 1, -1]), rng.choice([-s, -s, s, -1]), rng.choice([lo, lo, 0, 1])
    formula = f"dx[j] = sum_i dy[i] * w[{a}*j + {b}*i + {c}]".replace("+ -", "- ")
    true = True
    for n, k in itertools.product(range(1, 7), range(1, 5)):
        if n + 2 * lo < k:
            continue
        o = (n + 2 * lo - k) // s + 1
        claimed = {(j, i, a * j + b * i + c): 1 for j in range(n) for i in range(o) if 0 <= a * j + b * i + c < k}
        true &= claimed == brute(n, k, s, d, lo)
    found = verdict(formula, forward=f"conv1d(stride={s}, padding={lo})", conventions=(("base", "0"),))
    assert found in (("proved", "checked") if true else ("refuted", "conditional")), formula


# bad input
@pytest.mark.parametrize(
    ("formula", "about"),
    [
        ("x", "gradient"),
        ("dX = ", "gradient"),
        ("dX = dY +* W", "gradient"),
        ("dX = frobnicate(dY)", "gradient"),
        ("f * g", "identity"),
        ("f = ((((g", "identity"),
        (r"\int f(z) = 1", "continuous"),
        ("Y = A^T B", "winograd"),
        ("dX = conv_full(dY, W, U, V)", "gradient"),
        ("dx[j] = sum_i dy[i] w[q-i]", "gradient"),
        ("dX = dY @ W.T", "gradient"),
        ("d_b = d_out_col.+sum(axis=1)", "gradient"),
        (r"f * \delta = f", "continuous"),
        ("dx[j] = sum_i dy[i] * w[x[j]]", "gradient"),
    ],
)
def test_what_is_not_understood_is_said(formula: str, about: str) -> None:
    with pytest.raises(SymconvError):
        judged(formula, about)


def test_a_restricted_tensor_is_not_taken_for_an_arbitrary_one() -> None:
    with pytest.raises(SymconvError, match="symmetric"):
        judged("conv(x, w) = corr(x, w)", "identity", where=(("w", "symmetric kernel"),))


def test_absurd_limits_are_bounded() -> None:
    found = verdict("dx[j] = sum_{i=0}^{999999999} dy[i] w[j-i]", forward="conv1d")
    assert found in ("refuted", "unsupported")


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        (r"\sum_{m=5}^{M} h_m = \sum_{m=0}^{M} h_m", "refuted"),
        (r"\sum_{q=0}^{K-2} w_q x_{i+q} = \sum_{q=0}^{K-1} w_q x_{i+q}", "refuted"),
        (r"\sum_{k=0}^{n} f_k g_{n-k} = \sum_{k=1}^{n} f_{n-k} g_k", "refuted"),
        (r"\sum_{k=0}^{n} f_k g_{n-k} = \sum_{k=0}^{n} f_{n-k} g_k", "proved"),
        (r"\sum_{m=1}^{M} h_m = \sum_{k=0}^{M-1} h_{k+1}", "proved"),
        (r"\sum_{m=1}^{M} h_m = \sum_{k=1}^{M-1} h_{k+1}", "refuted"),
        (r"\sum_{k=0}^{N-1} a_k = \sum_{j=0}^{M-1} a_j", "refuted"),
    ],
)
def test_extents_come_from_all_sums_together(formula: str, expected: str) -> None:
    """What one sum leaves out is an entry all the same where another reads it."""
    assert verdict(formula, "identity") == expected


@pytest.mark.sweep(2)
@pytest.mark.parametrize(
    ("factor", "status"),
    [
        ("2^{-1} \\cdot 2", "checked"), ("4^{1/2} / 2", "checked"), ("2^{100} 2^{-100}", "checked"), ("(1/9)^{1/2} 3", "checked"),
        ("3^{-1}", "refuted"), ("3^{100}", "refuted"), ("0^{-1}", "refuted"),
        ("2^{1/2} 2^{-1/2}", "unsupported"), ("2^{9^9}", "unsupported"),
    ],
)  # fmt: skip
def test_powers_of_numbers_beside_entries(factor: str, status: str) -> None:
    """Exact where they are rational; 0^-1 has no value, and what is irrational or too large decides nothing."""
    formula = rf"\sum_k x_{{n+k}} w_k = {factor} \sum_k x_{{n+k}} w_k"
    found = sc.verify(formula, about="identity")
    assert found.status == status
    if factor == "0^{-1}":
        assert found.counterexample is not None
        assert found.counterexample.entry == "a division by 0"


def test_a_whole_product_by_a_power_without_a_value_is_refuted() -> None:
    found = sc.verify("dW = 0^{-1} dout @ x_col.T", about="gradient", forward="out = W @ x_col")
    assert (found.status, str(found.verdict.how).rpartition(": ")[2]) == ("refuted", "a division by 0")
    assert sc.verify("dW = 2^{-1} 2 dout @ x_col.T", about="gradient", forward="out = W @ x_col").status in (
        "checked",
        "proved",
    )
