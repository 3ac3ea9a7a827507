"""Settles every entry of formulas.json by brute force from the definitions: no code of symconv is used.

Each function returns what is so: TRUE, FALSE (fails somewhere, no simple condition), IFF (the formula holds exactly where
its condition does, both tried), AMBIGUOUS (two honest readings, one true, one false). The run prints a line of agreement
for each entry and ends with the count.
"""
import cmath, itertools, json, math, os, random, re, sys  # noqa: E401
from fractions import Fraction as Q

HERE = os.path.dirname(os.path.abspath(__file__))
TRUE, FALSE, IFF, AMBIGUOUS = "true", "false", "iff", "ambiguous"
SETTLE = {}
rnd = random.Random(7)


def entry(name):
    def keep(f):
        assert name not in SETTLE, name
        SETTLE[name] = f
        return f
    return keep


# ------------------------------------------------------------------ definitions
def osize(n, k, s=1, lo=0, hi=0, d=1):
    """Number of windows, counted."""
    return sum(1 for i in range(n + lo + hi + 1) if s * i + d * (k - 1) < n + lo + hi)


def tsize(n, k, s=1, p=0, op=0, d=1):
    """Extent of the scatter of a transposed layer, cropped by p, grown by op; None if nothing is left."""
    o = max(s * i + d * q for i in range(n) for q in range(k)) + 1 - 2 * p + op
    return o if o >= 1 else None


def same_total(n, k, s, d=1):
    """Least total padding with which ceil(n/s) windows fit."""
    o = -(-n // s)
    return next(t for t in itertools.count() if osize(n, k, s, 0, t, d) >= o)


def iff(points, claim, cond):
    """The claim holds at a point exactly when the condition does; both happen."""
    yes = no = 0
    for p in points:
        c, h = bool(cond(*p)), bool(claim(*p))
        assert c == h, (p, c, h)
        yes, no = yes + c, no + (not c)
    assert yes and no, (yes, no)
    return IFF


def law(points, claim):
    """True at all points, or false somewhere."""
    n = 0
    for p in points:
        n += 1
        if not claim(*p):
            return FALSE
    assert n > 3
    return TRUE


def grid(*ranges):
    return itertools.product(*ranges)


R = range
def r1(n): return R(1, n + 1)


# signals of finite support as dicts
def sig(n=4, lo=-2, cplx=False):
    v = lambda: rnd.randint(-5, 5) + (1j * rnd.randint(-5, 5) if cplx else 0)
    return {i + lo: v() for i in R(n)}


def clean(a): return {k: v for k, v in a.items() if v != 0}
def conv(a, b):
    c = {}
    for i, x in a.items():
        for j, y in b.items():
            c[i + j] = c.get(i + j, 0) + x * y
    return clean(c)
def add2(a, b): return clean({k: a.get(k, 0) + b.get(k, 0) for k in set(a) | set(b)})
def scale(a, t): return clean({k: t * v for k, v in a.items()})
def rev(a): return {-k: v for k, v in a.items()}
def conj(a): return {k: complex(v).conjugate() for k, v in a.items()}
def shift(a, m): return {k + m: v for k, v in a.items()}
def corr_first(f, g): return conv(conj(rev(f)), g)      # sum conj f(m) g(n+m)
def corr_second(f, g): return conv(f, conj(rev(g)))     # sum f(m) conj g(m-n)
def same(a, b): return clean(a) == clean(b)
def trials(n, *kw): return [tuple(sig(**dict(k)) for k in kw) for _ in R(n)]
def sigs(m, n=30, **kw): return [tuple(sig(rnd.randint(1, 4), rnd.randint(-3, 2), **kw) for _ in R(m)) for _ in R(n)]
DELTA = {0: 1}
def step(N=12, lo=0): return {i: 1 for i in R(lo, N)}


def near(a, b, tol=1e-9): return abs(a - b) <= tol * max(1, abs(a), abs(b))
def dft(x):
    n = len(x)
    return [sum(x[m] * cmath.exp(-2j * cmath.pi * k * m / n) for m in R(n)) for k in R(n)]
def integral(f, a, b, n=4000):
    h = (b - a) / n
    return h / 3 * sum((1 if i in (0, n) else 4 if i % 2 else 2) * f(a + i * h) for i in R(n + 1))
def slope(f, x, h=1e-5): return (f(x + h) - f(x - h)) / (2 * h)
def sigma(x): return 1 / (1 + math.exp(-x))
REALS = [-7.3, -2.5, -1.1, -0.4, 0.3, 0.9, 1.7, 4.2]
def digits(value, printed):
    """printed is the value rounded to the digits shown."""
    d = len(printed.split(".")[1])
    return abs(value - float(printed)) <= 0.5 * 10 ** -d


# ------------------------------------------------------------------ identities
entry("ko-star-commutes")(lambda: law(sigs(2), lambda x, y: same(conv(x, y), conv(y, x))))
entry("ko-star-associates")(lambda: law(sigs(3), lambda x, y, z: same(conv(conv(x, y), z), conv(x, conv(y, z)))))
@entry("ko-star-distributes")
def _():
    a = law(sigs(3), lambda x, y, z: same(conv(x, add2(y, z)), add2(conv(x, y), conv(x, z))))
    b = law(sigs(3), lambda x, y, z: same(corr_first(x, add2(y, z)), add2(corr_first(x, y), corr_first(x, z))))
    assert a == b
    return a
entry("both-reversed")(lambda: law(sigs(2), lambda x, h: same(conv(x, h), conv(rev(x), rev(h)))))
@entry("openstax-derivative")
def _():  # on Gaussians-times-polynomials, numerically
    f, g = lambda t: math.exp(-t * t) * (1 + t), lambda t: math.exp(-2 * t * t) * (2 - t)
    df = lambda t: math.exp(-t * t) * (1 - 2 * t - 2 * t * t)
    dg = lambda t: math.exp(-2 * t * t) * (-1 - 8 * t + 4 * t * t)
    c = lambda a, b, t: integral(lambda u: a(u) * b(t - u), -8, 8, 1600)
    return law([(t,) for t in (-1.3, -0.2, 0.5, 1.1)], lambda t: near(slope(lambda v: c(f, g, v), t, 1e-4), c(df, g, t), 1e-5)
               and near(c(df, g, t), c(f, dg, t), 1e-7))
@entry("mathworld-four-stars")
def _():
    out = [law(sigs(2, cplx=True), lambda g, h: same(s(s(g, h), s(g, h)), s(s(g, g), s(h, h)))) for s in (corr_first, corr_second)]
    assert out[0] == out[1]
    return out[0]
@entry("mathworld-bar")
def _():
    out = [law(sigs(2), lambda f, g: same(s(f, g), conv(conj(rev(f)), g))) for s in (corr_first, corr_second)]
    assert out == [TRUE, FALSE]
    return AMBIGUOUS
@entry("auto-with-reversed")
def _():
    out = [law(sigs(1, cplx=True), lambda f: same(s(f, f), conv(f, conj(rev(f))))) for s in (corr_first, corr_second)]
    assert out == [TRUE, TRUE]  # a third reading, conj on the shifted factor in front, mirrors it for complex f
    return AMBIGUOUS
@entry("esrh-product")
def _():
    assert conv({0: 1, 1: 2, 2: 3}, {0: 4, 1: 5}) == {0: 4, 1: 13, 2: 22, 3: 15}
    assert [3 * 4, 2 * 4 + 3 * 5, 1 * 4 + 2 * 5, 1 * 5] == [12, 23, 14, 5]
    return FALSE
entry("ko-sifting")(lambda: law(sigs(1), lambda x: all(sum(v * (n - k == 0) for k, v in x.items()) == x.get(n, 0) for n in R(-9, 9))))
@entry("nemotron-scaling")
def _():
    f, g = lambda t: math.exp(-t * t), lambda t: math.exp(-2 * (t - .5) ** 2)
    c = lambda a, b, t: integral(lambda u: a(u) * b(t - u), -12, 12, 1200)
    ts = (0.3, -0.8, 1.1)
    left = lambda a, t: c(lambda u: f(a * u), lambda u: g(a * u), t)
    for a in (1.0, -1.0, 2.0, 0.5, -3.0):
        assert all(near(left(a, t), c(f, g, a * t) / abs(a), 1e-6) for t in ts)
    return iff([(a,) for a in (1.0, -1.0, 2.0, 0.5, -3.0)], lambda a: all(near(left(a, t), c(f, g, t / a) / abs(a), 1e-6) for t in ts), lambda a: a in (1, -1))
def conv_at(a, b, n, N=40): return sum(a(k) * b(n - k) for k in R(-N, N + 1))
U = lambda n: 1 if n >= 0 else 0
entry("step-star-step-n")(lambda: law([(n,) for n in R(-4, 9)], lambda n: conv_at(U, U, n) == n))
@entry("an-with-step")
def _():
    ok = lambda a, n: conv_at(lambda k: a ** k * U(k) if k >= 0 else 0, U, n) == (U(n) - (a ** (n + 1) * U(n) if n >= 0 else 0)) / (1 - a)
    assert law([(a, n) for a in (Q(1, 2), Q(-3), Q(2, 3)) for n in R(-3, 7)], ok) == TRUE
    return IFF  # 1/(1-a) does not exist at a = 1
entry("an-with-itself")(lambda: law([(a, n) for a in (Q(1, 2), Q(-3), Q(1)) for n in R(-3, 8)], lambda a, n: conv_at(lambda k: a ** k if k >= 0 else 0, lambda k: a ** k if k >= 0 else 0, n) == ((n + 1) * a ** n if n >= 0 else 0)))
@entry("exp-both-sides")
def _():
    val = lambda t: integral(lambda w: math.exp(-(t - w)) * math.exp(w), -30, min(0.0, t + 2), 6000)
    assert near(val(-1.0), math.exp(1) * math.exp(0) / 2, 1e-6)
    return iff([(t,) for t in (-4.0, -2.5, -1.5, -1.0, -0.5, 0.5, 1.0)], lambda t: near(val(t), -t * math.exp(-t), 1e-6), lambda t: t == -0.5)
entry("integral-e-t-2l")(lambda: iff([(t,) for t in (0.0, 0.5, -1.0, 2.0)], lambda t: near(integral(lambda l: math.exp(t - 2 * l), 0, t), -2 * math.exp(-t) + 2 * math.exp(t)), lambda t: t == 0))
entry("pulse-with-step")(lambda: law([(t,) for t in (-1.0, 0.5, 1.5, 2.5, 7.0)], lambda t: near(max(0, min(t, 2)), t * U(t) + (2 - t) * U(t - 2))))
# ------------------------------------------------------------------ Fourier
def FT(f, xi): return integral(lambda x: f(x) * cmath.exp(-1j * xi * x), -9, 9, 1800)
f0, g0 = (lambda x: math.exp(-x * x) * (1 + x)), (lambda x: math.exp(-2 * (x - .3) ** 2))
entry("ko-fourier-shift")(lambda: law(grid((0.5, -1.2), (0.0, 0.7, -2.0)), lambda a, xi: near(FT(lambda x: f0(x - a), xi), cmath.exp(-1j * a * xi) * FT(f0, xi), 1e-7)))
@entry("ko-fourier-product")
def _():
    c = lambda t: integral(lambda u: f0(u) * g0(t - u), -8, 8, 320)
    h = lambda xi: integral(lambda x: c(x) * cmath.exp(-1j * xi * x), -9, 9, 360)
    return law([(xi,) for xi in (0.0, 0.7, -1.5, 2.0)], lambda xi: near(h(xi), FT(f0, xi) * FT(g0, xi), 1e-5))
def vecs(n, N=(1, 2, 3, 5, 6)): return [[rnd.randint(-4, 4) + 1j * rnd.randint(-4, 4) for _ in R(m)] for m in N for _ in R(n)]
entry("ko-dft-product")(lambda: law([(a, [rnd.randint(-4, 4) for _ in a]) for a in vecs(3)], lambda a, b: all(near(u, v) for u, v in zip(
    dft([sum(a[m] * b[(n - m) % len(a)] for m in R(len(a))) for n in R(len(a))]), [p * q for p, q in zip(dft(a), dft(b))]))))
def cc(x, y): return [sum(x[m].conjugate() * y[(n + m) % len(x)] for m in R(len(x))) for n in R(len(x))]
pairs = lambda: [(a, [rnd.randint(-4, 4) + 1j * rnd.randint(-4, 4) for _ in a]) for a in vecs(3)]
entry("dsprelated-correlation")(lambda: law(pairs(), lambda x, y: all(near(u, p.conjugate() * q) for u, p, q in zip(dft(cc(x, y)), dft(x), dft(y)))))
entry("dsprelated-correlation-bar-moved")(lambda: law(pairs(), lambda x, y: all(near(u, p * q.conjugate()) for u, p, q in zip(dft(cc(x, y)), dft(x), dft(y)))))
# ------------------------------------------------------------------ sizes
fits = lambda n, k, p=0, d=1: n + 2 * p >= d * (k - 1) + 1
G3 = [(n, k, s) for n, k, s in grid(r1(9), r1(5), r1(4)) if fits(n, k)]
G4 = [(n, k, s, p) for n, k, s, p in grid(r1(8), r1(5), r1(4), R(0, 4)) if fits(n, k, p)]
G5 = [(n, k, s, p, d) for n, k, s, p, d in grid(r1(8), r1(4), r1(3), R(0, 4), r1(3)) if fits(n, k, p, d)]
entry("ko-names-in-words")(lambda: iff(G3, lambda n, k, s: Q(n - k, s) + 1 == osize(n, k, s), lambda n, k, s: (n - k) % s == 0))
entry("ko-oh-divides")(lambda: law([g for g in G4 if (g[0] + 2 * g[3] - g[1]) % g[2] == 0], lambda n, k, s, p: Q(n + 2 * p - k, s) + 1 == osize(n, k, s, p, p)))
entry("ko-ow-with-fh")(lambda: iff([g + (fh,) for g in G4 for fh in r1(5)], lambda w, fw, s, p, fh: (w + 2 * p - fh) // s + 1 == osize(w, fw, s, p, p), lambda w, fw, s, p, fh: (w + 2 * p - fh) // s == (w + 2 * p - fw) // s))
@entry("ko-woochan-two")
def _():
    assert Q(5 - 3 + 0, 1) + 1 == 3
    return TRUE if Q(5 - 3 + 0, 2) + 1 == Q(5 - 3 + 0, 1) + 1 else FALSE
GT = [(n, k, s, p) for n, k, s, p in grid(r1(6), r1(5), r1(4), R(0, 4)) if tsize(n, k, s, p)]
entry("weili-transposed")(lambda: law(GT, lambda n, k, s, p: (n - 1) * s + k - 2 * p == tsize(n, k, s, p)))
entry("cunn-one-padding")(lambda: iff(G4, lambda n, k, s, p: Q(n + p - k, s) + 1 == osize(n, k, s, p, p), lambda n, k, s, p: (n + p - k) % s == 0 and p < s))
entry("mlpack-floor-early")(lambda: iff(G4, lambda n, k, s, p: Q(n + 2 * p - k, s) + 1 == osize(n, k, s, p, p), lambda n, k, s, p: (n + 2 * p - k) % s == 0))
entry("semlee-bracket")(lambda: FALSE if not any(Q(n + 2 * p - k, s + 1) == osize(n, k, s, p, p) for n, k, s, p in G4) else TRUE)
entry("viper-c-ints")(lambda: law(G4, lambda n, k, s, p: (n + 2 * p - k) // s + 1 == osize(n, k, s, p, p)))
entry("mindspore-sides")(lambda: law([(n, k, s, lo, hi, d) for n, k, s, lo, hi, d in grid(r1(6), r1(4), r1(3), R(3), R(3), r1(3)) if n + lo + hi >= d * (k - 1) + 1],
    lambda n, k, s, lo, hi, d: math.floor(1 + Q(n + lo + hi - k - (k - 1) * (d - 1), s)) == osize(n, k, s, lo, hi, d)))
@entry("mindspore-dilation-mixed")
def _():  # a law in W_in: for all of them
    claim = lambda k, s, p, d1, d0: all(math.floor(1 + Q(n + 2 * p - k - (k - 1) * (d0 - 1), s)) == osize(n, k, s, p, p, d1) for n in r1(16) if fits(n, k, p, d1))
    return iff(grid(r1(3), r1(3), R(2), r1(3), r1(3)), claim, lambda k, s, p, d1, d0: d1 == d0 or k == 1)
entry("tensorrt-f-for-dk")(lambda: iff([(m, f, s, d) for m, f, s, d in grid(r1(9), r1(4), r1(3), r1(3)) if m >= d * (f - 1) + 1], lambda m, f, s, d: (m - f) // s + 1 == osize(m, f, s, 0, 0, d), lambda m, f, s, d: (m - f) // s == (m - 1 - d * (f - 1)) // s))
@entry("alexnet-54")
def _():
    assert Q(224 - 11, 4) + 1 != 54 and (224 - 11) // 4 + 1 == 54
    return AMBIGUOUS
def keeps(k, p, s=1, d=1, N=14): return p == int(p) and p >= 0 and all(osize(n, k, s, int(p), int(p), d) == n for n in r1(N) if fits(n, k, int(p), d))
entry("weidman-even")(lambda: FALSE if not any(keeps(n, n // 2) for n in (2, 4, 6, 8)) else TRUE)
@entry("nemo-old-padding")
def _():
    pts = [(k, d) for k, d in grid(r1(9), r1(7)) if (d * k) // 2 - 1 >= 0]
    return iff(pts, lambda k, d: keeps(k, (d * k) // 2 - 1, 1, d, 40), lambda k, d: d == 2 or (d == 3 and k % 2 == 1))
entry("nemo-new-padding")(lambda: law(grid((1, 3, 5, 7), r1(5)), lambda k, d: keeps(k, (d * (k - 1)) // 2, 1, d, 40)))
entry("mace-deconv-pad")(lambda: law(GT, lambda n, k, s, p: Q((n - 1) * s - tsize(n, k, s, p) + k, 2) == p))
@entry("csdn-same-pad-strided")
def _():
    pts = [(i, k, s, d, Q((i - 1) * s - i + k + (k - 1) * (d - 1), 2)) for i, k, s, d in grid(r1(7), r1(4), r1(3), r1(3))]
    return law([x for x in pts if x[4].denominator == 1 and x[4] >= 0], lambda i, k, s, d, p: osize(i, k, s, int(p), int(p), d) == i)
entry("csdn-p-2d")(lambda: law([(d,) for d in r1(6)], lambda d: keeps(5, 2 * d, 1, d, 40)))
entry("csdn-doubles")(lambda: law([(i, k, s) for i, k, s in grid(r1(6), (1, 3, 5, 7), r1(4)) if tsize(i, k, s, (k - 1) // 2, s - 1)], lambda i, k, s: tsize(i, k, s, (k - 1) // 2, s - 1) == s * i))
entry("pegwu-n-over-s")(lambda: law([(n, k, s) for n, k, s in grid(r1(12), (1, 3, 5), r1(4)) if n % s == 0], lambda n, k, s: osize(n, k, s, (k - 1) // 2, (k - 1) // 2) == Q(n, s)))
# ------------------------------------------------------------------ SAME, VALID, ceilings
GS = list(grid(r1(9), r1(4), r1(4), r1(3)))
entry("nnapi-out-size")(lambda: law(GS, lambda n, k, s, d: (n + s - 1) // s == math.ceil(Q(n, s)) and osize(n, k, s, 0, same_total(n, k, s, d), d) >= (n + s - 1) // s))
entry("timm-same")(lambda: law(GS, lambda n, k, s, d: max((math.ceil(Q(n, s)) - 1) * s + (k - 1) * d + 1 - n, 0) == same_total(n, k, s, d)))
entry("trtx-same-no-max")(lambda: iff(grid(r1(9), r1(7), r1(5)), lambda n, dk, s: ((n - 1) // s) * s + dk - n == same_total(n, dk, s), lambda n, dk, s: ((n - 1) // s) * s + dk >= n))
entry("lkcell-cases")(lambda: law(grid(r1(9), r1(6), r1(5)), lambda n, k, s: (max(k - s, 0) if n % s == 0 else max(k - n % s, 0)) == same_total(n, k, s)))
entry("ceil-mode-idiom")(lambda: law(G3, lambda n, k, s: (n - k + s - 1) // s + 1 == math.ceil(Q(n - k, s)) + 1))
# ------------------------------------------------------------------ worked numbers and counts
entry("ko-lenet-28")(lambda: TRUE if Q(32 - 5 + 2 * 0, 1) + 1 == 28 == osize(32, 5) else FALSE)
def params(ci, co, kh, kw, groups=1, bias=True): return sum(1 for o in R(co) for c in R(ci // groups) for _ in R(kh * kw)) + (co if bias else 0)
entry("ko-lenet-156")(lambda: TRUE if (5 * 5 + 1) * 6 == 156 == params(1, 6, 5, 5) else FALSE)
@entry("ko-lenet-connections")
def _():
    assert 28 * 28 * 156 == 122304
    return TRUE if 28 * 28 * 56 == 122304 else FALSE
@entry("ko-convt-nine-layer")
def _():
    assert (4 - 1) * 2 + (3 - 1) + 1 == 9 == tsize(4, 3, 2) and tsize(4, 2, 2) == 8
    return FALSE
entry("ko-12832")(lambda: TRUE if 5 * 5 * 16 * 32 + 32 == 12832 == params(16, 32, 5, 5) else FALSE)
entry("ko-num-parameters")(lambda: law(grid(r1(4), r1(4), r1(4)), lambda k, ci, co: k * k * ci * co + co == params(ci, co, k, k)))
entry("ko-kkc")(lambda: law(grid(r1(4), r1(5), r1(5)), lambda k, c, m: k * k * c + c * m == c * (k * k + m) == params(c, c, k, k, c, False) + params(c, m, 1, 1, 1, False)))
def products(ci, co, k, o, groups=1): return sum(1 for _ in R(co) for _ in R(ci // groups) for _ in R(k * k) for _ in R(o * o))
entry("ko-geunuk-mm")(lambda: iff(grid(r1(3), r1(3), r1(3), r1(3)), lambda k, m, n, f: k * k * m * m * f * f == products(m, n, k, f), lambda k, m, n, f: m == n))
entry("alexnet-conv2-groups")(lambda: TRUE if 5 * 5 * 48 * 256 + 256 == 307456 == params(96, 256, 5, 5, 2) else FALSE)
@entry("alexnet-total-wrong")
def _():
    t = 34944 + 614656 + 885120 + 1327488 + 884992 + 37752832 + 16781312 + 4097000
    assert t == 62378344
    return TRUE if t == 62377344 else FALSE
entry("keras-55")(lambda: TRUE if params(2, 5, 5, 1) == 55 else FALSE)
entry("gfg-separable")(lambda: law(grid(r1(3), r1(3), r1(3), r1(3)), lambda m, n, k, p: m * p * p * (k * k + n) == products(m, m, k, p, m) + products(m, n, 1, p)))
entry("flashgene-factored")(lambda: law(grid(r1(3), r1(3), r1(3), r1(3), r1(3)), lambda k, ci, h, w, co: k * k * ci * h * w + ci * h * w * co == ci * h * w * (k * k + co)))
def macs(ci, co, hk, wk, ho, wo): return sum(1 for _ in R(co * ho * wo) for _ in R(ci * hk * wk))
GM = list(grid(r1(3), r1(3), r1(2), r1(3), r1(2), r1(2)))
entry("csdn-mac-minus-one")(lambda: FALSE if not any((ci * hk * wk - 1) * co * ho * wo == macs(ci, co, hk, wk, ho, wo) for ci, co, hk, wk, ho, wo in GM) else TRUE)
@entry("merchideas-bias-mac")
def _():
    assert not any(ho * wo * co * (k * k * ci + 1) == macs(ci, co, k, k, ho, wo) for ci, co, k, _, ho, wo in GM)
    return AMBIGUOUS  # true if the bias counts as one more multiply-accumulate of each output
entry("fan-out-as-in")(lambda: iff(grid(r1(3), r1(3), r1(4), r1(4)), lambda kh, kw, ci, co: kh * kw * ci == sum(1 for _ in R(co) for _ in R(kh) for _ in R(kw)), lambda kh, kw, ci, co: ci == co))
# ------------------------------------------------------------------ Winograd
rq = lambda n: [Q(rnd.randint(-5, 5)) for _ in R(n)]
entry("yahei-first")(lambda: law([(rq(4), rq(3)) for _ in R(40)], lambda d, g: d[0] * g[0] + d[1] * g[1] + d[2] * g[2] == (d[0] - d[2]) * g[0] + (d[1] + d[2]) * sum(g) / 2 + (d[2] - d[1]) * (g[0] - g[1] + g[2]) / 2))
entry("yahei-second-sign")(lambda: iff([(rq(4), rq(3)) for _ in R(300)], lambda d, g: d[1] * g[0] + d[2] * g[1] + d[3] * g[2] == (d[1] + d[2]) * sum(g) / 2 - (d[2] - d[1]) * (g[0] - g[1] + g[2]) / 2 + (d[1] - d[3]) * g[2], lambda d, g: (d[1] - d[3]) * g[2] == 0))
@entry("winconv-tiles")
def _():
    tiles = lambda h, w: len({(i // 2, j // 2) for i in R(h - 2) for j in R(w - 2)})
    return iff(grid(R(3, 12), R(3, 12)), lambda h, w: Q((h - 2) * (w - 2), 4) == tiles(h, w), lambda h, w: h % 2 == 0 and w % 2 == 0)
entry("parrot-speedup")(lambda: TRUE if Q(9, 1) / Q(16, 4) == Q("2.25") else FALSE)
entry("hiascend-unsolved")(lambda: TRUE if all((k - s - 2 * p == 0) == (tsize(n, k, s, p) == s * n) for n, k, s, p in GT) else FALSE)
# ------------------------------------------------------------------ receptive fields and positions
def field(ks, ss, ds=None):
    """Places that unit 0 depends on, sent backwards."""
    at = {0}
    for k, s, d in reversed(list(zip(ks, ss, ds or [1] * len(ks)))):
        at = {s * i + d * p for i in at for p in R(k)}
    return max(at) - min(at) + 1
STACKS = [(ks, ss) for n in r1(4) for ks in grid(*[r1(3)] * n) for ss in grid(*[r1(2)] * n)]
def prefix(ks, ss): return field(ks[:-1], ss[:-1]) if len(ks) > 1 else 1
entry("rf-l-k")(lambda: law(STACKS, lambda ks, ss: field(ks, ss) == prefix(ks, ss) + (ks[-1] - 1) * math.prod(ss[:-1])))
entry("rf-last-stride-only")(lambda: iff([x for x in STACKS if len(x[0]) > 1], lambda ks, ss: field(ks, ss) == prefix(ks, ss) + (ks[-1] - 1) * ss[-2], lambda ks, ss: ks[-1] == 1 or math.prod(ss[:-2]) == 1))
entry("ko-rf-top-down")(lambda: law(grid(r1(6), r1(4), r1(5)), lambda r, s, k: (r - 1) * s + k == max(s * i + p for i in R(r) for p in R(k)) + 1))
def reads(i, q, s, p, d):
    """Index in the input of tap q of window i: walk over the padded line."""
    return list(R(-p, 200))[s * i + d * q]
GP = list(grid(R(5), R(4), r1(3), R(3), r1(3)))
entry("three-axes-position")(lambda: law(GP, lambda i, q, s, p, d: i * s - p + q * d == reads(i, q, s, p, d)))
entry("position-pad-of-other-axis")(lambda: iff([g + (ph,) for g in GP for ph in R(3)], lambda i, q, s, p, d, ph: i * s - ph + q * d == reads(i, q, s, p, d), lambda i, q, s, p, d, ph: p == ph))
# ------------------------------------------------------------------ gradients: L = sum g y, by differences in exact integers
def T(*shape):
    return {ix: rnd.randint(-6, 6) for ix in itertools.product(*[R(n) for n in shape])}
def conv_layer(x, w, s=1, p=0):
    """x[c,h,w], w[o,c,u,v] -> y[o,i,j], by the definition."""
    C, H, W = [max(k[a] for k in x) + 1 for a in R(3)]
    O, _, U_, V = [max(k[a] for k in w) + 1 for a in R(4)]
    return {(o, i, j): sum(x.get((c, s * i - p + u, s * j - p + v), 0) * w[o, c, u, v] for c in R(C) for u in R(U_) for v in R(V))
            for o in R(O) for i in R(osize(H, U_, s, p, p)) for j in R(osize(W, V, s, p, p))}
def grads(x, w, g, s=1, p=0):
    """Exact: the loss is linear in each entry, so a difference of one step is the derivative."""
    base = conv_layer(x, w, s, p)
    loss = lambda y: sum(g[k] * y[k] for k in y)
    def by(t, other):
        out = {}
        for k in t:
            up = dict(t); up[k] += 1
            out[k] = loss(other(up)) - loss(base)
        return out
    return by(x, lambda v: conv_layer(v, w, s, p)), by(w, lambda v: conv_layer(x, v, s, p))
def case(C=2, H=4, W=5, O=3, U_=2, V=3, s=1, p=0):
    x, w = T(C, H, W), T(O, C, U_, V)
    g = {k: rnd.randint(-6, 6) for k in conv_layer(x, w, s, p)}
    return x, w, g
@entry("lex-dw")
def _():
    x, w, g = case(); _, dw = grads(x, w, g)
    return law([k for k in dw], lambda o, c, u, v: dw[o, c, u, v] == sum(g[q, i, j] * x[c, i + u, j + v] for q, i, j in g if q == o))
@entry("lex-dx")
def _():
    x, w, g = case(); dx, _ = grads(x, w, g)
    return law([k for k in dx], lambda c, h, ww: dx[c, h, ww] == sum(g[o, i, j] * w[o, c, u, v] for o, i, j in g for u in R(2) for v in R(3) if i + u == h and j + v == ww))
def scatter(kind, stride_kept, s):
    x, w, g = case(1, 5, 6, 2, 2, 3, s); dx, dw = grads(x, w, g, s)
    acc = {k: 0 for k in (dx if kind == "x" else dw)}
    for (o, i, j), gv in g.items():
        for c in R(1):
            for u in R(2):
                for v in R(3):
                    t = s if stride_kept else 1
                    if kind == "x": acc[c, i * t + u, j * t + v] += gv * w[o, c, u, v]
                    else: acc[o, c, u, v] += gv * x[c, i * t + u, j * t + v]
    return acc == (dx if kind == "x" else dw)
entry("torchedup-dkernel")(lambda: law([(s,) for s in (1, 2, 3, 1, 2)], lambda s: scatter("w", True, s)))
entry("torchedup-dx")(lambda: law([(s,) for s in (1, 2, 3, 1, 2)], lambda s: scatter("x", True, s)))
entry("torchedup-dx-no-stride")(lambda: iff([(s,) for s in (1, 2, 3, 1, 2)], lambda s: scatter("x", False, s), lambda s: s == 1))
@entry("ctensor-mean")
def _():
    def claim(O, s, K):
        x = [Q(rnd.randint(1, 9)) for _ in R(s * (O - 1) + K)]; g = [Q(rnd.randint(1, 9)) for _ in R(O)]
        return all(sum(g[i] * x[s * i + k] for i in R(O)) == sum(g[i] * x[s * i + k] for i in R(O)) / O for k in R(K))
    return iff(grid(r1(4), r1(3), r1(3)), claim, lambda O, s, K: O == 1)
@entry("ko-ratsgo-dw11")
def _():
    def one():
        x, w, g = case(1, 3, 3, 1, 2, 2); _, dw = grads(x, w, g)
        return dw[0, 0, 0, 0] == x[0, 0, 0] * g[0, 0, 0] + x[0, 0, 1] * g[0, 0, 1] + x[0, 1, 0] * g[0, 1, 0] + x[0, 1, 1] * g[0, 1, 1]
    return law([()] * 12, one)
@entry("ko-ratsgo-dx22-unflipped")
def _():
    def one(flip):
        x, w, g = case(1, 3, 3, 1, 2, 2); dx, _ = grads(x, w, g)
        W = lambda a, b: w[0, 0, a, b] if not flip else w[0, 0, 1 - a, 1 - b]
        return dx[0, 1, 1] == sum(W(a, b) * g[0, a, b] for a in R(2) for b in R(2))
    assert law([(True,)] * 12, one) == TRUE
    return law([(False,)] * 12, one)
@entry("inada-a22")
def _():
    def one():
        x, w, g = case(1, 4, 4, 1, 3, 3, 2, 1); dx, _ = grads(x, w, g, 2, 1)
        assert len(g) == 4
        return dx[0, 1, 1] == g[0, 0, 0] * w[0, 0, 2, 2] + g[0, 0, 1] * w[0, 0, 2, 0] + g[0, 1, 0] * w[0, 0, 0, 2] + g[0, 1, 1] * w[0, 0, 0, 0]
    return law([()] * 12, one)
@entry("elfouly-dx")
def _():
    def one():
        x, w, g = case(1, 3, 3, 1, 2, 2); g = {k: 1 for k in g}; dx, _ = grads(x, w, g)
        return dx[0, 0, 1] == w[0, 0, 0, 0] + w[0, 0, 0, 1]
    return law([()] * 12, one)
@entry("ko-hbcho-w1")
def _():
    def loss(w1, w2, x1, x2, b, y): return (max(w1 * x1 + w2 * x2 + b, 0) - y) ** 2 / 2
    def one(w1, w2, x1, x2, b, y):
        h = Q(1, 10 ** 6)
        r = (loss(w1 + h, w2, x1, x2, b, y) - loss(w1, w2, x1, x2, b, y)) / h
        l = (loss(w1, w2, x1, x2, b, y) - loss(w1 - h, w2, x1, x2, b, y)) / h
        z = w1 * x1 + w2 * x2 + b
        c = (max(z, 0) - y) * (1 if z > 0 else 0) * x1
        return abs(r - c) < Q(1, 1000) and abs(l - c) < Q(1, 1000)
    v = [Q(-1), Q(0), Q(2)]
    return iff(grid(v, v, v, v, v, v), one, lambda w1, w2, x1, x2, b, y: w1 * x1 + w2 * x2 + b != 0 or x1 == 0 or y == 0)
# ------------------------------------------------------------------ softmax, functions, cases
def softmax(z):
    e = [math.exp(v) for v in z]
    return [v / sum(e) for v in e]
ZS = [[0.3, -1.2, 0.8], [2.0, 0.1], [0.5], [-0.7, 0.2, 1.1, 0.9]]
def jac(z, i, j): return slope(lambda t: softmax(z[:j] + [t] + z[j + 1:])[i], z[j])
IJ = [(z, i, j) for z in ZS for i in R(len(z)) for j in R(len(z))]
entry("ko-softmax-cases")(lambda: law(IJ, lambda z, i, j: near(jac(z, i, j), (lambda p: p[i] * (1 - p[i]) if i == j else -p[i] * p[j])(softmax(z)), 1e-7)))
entry("softmax-delta")(lambda: law(IJ, lambda z, i, j: near(jac(z, i, j), (lambda p: p[i] * ((i == j) - p[j]))(softmax(z)), 1e-7)))
entry("softmax-delta-indices")(lambda: law(IJ, lambda z, i, j: near(jac(z, i, j), (lambda p: p[i] * ((i == j) - p[i]))(softmax(z)), 1e-7)))
entry("ko-ce-logit")(lambda: law([(z, t, j) for z in ZS for t in R(len(z)) for j in R(len(z))], lambda z, t, j: near(slope(lambda v: -math.log(softmax(z[:j] + [v] + z[j + 1:])[t]), z[j]), softmax(z)[j] - (t == j), 1e-7)))
entry("ko-ce-output")(lambda: law(grid((0.2, 0.5, 0.9), (0.0, 1.0, 0.3)), lambda q, y: near(slope(lambda v: -y * math.log(v), q), -y / q, 1e-7)))
XS = [(x,) for x in REALS]
entry("ko-sigmoid-exp")(lambda: law(XS, lambda x: near(sigma(x) ** 2 * math.exp(-x), sigma(x) * (1 - sigma(x)))))
entry("rohit-swish")(lambda: law(XS, lambda x: near(slope(lambda v: v * sigma(v), x), x * sigma(x) + sigma(x) * (1 - x * sigma(x)), 1e-7)))
def onesided(f, x, h=1e-7): return (f(x + h) - f(x)) / h, (f(x) - f(x - h)) / h
@entry("rohit-elu")
def _():
    def one(a, x):
        f = lambda v: v if v > 0 else a * (math.exp(v) - 1)
        r, l = onesided(f, x); c = 1 if x > 0 else a * math.exp(x)
        return near(r, c, 1e-5) and near(l, c, 1e-5)
    return iff(grid((0.5, 1.0, 2.0, 1.7), (-1.0, 0.0, 0.5)), one, lambda a, x: x != 0 or a == 1)
@entry("rohit-relu")
def _():
    def one(x):
        r, l = onesided(lambda v: max(0, v), x); c = 1 if x > 0 else 0
        return near(r, c, 1e-5) and near(l, c, 1e-5)
    return iff([(x,) for x in (-1.0, 0.0, 0.5, 2.0)], one, lambda x: x != 0)
@entry("click4ai-swish-second")
def _():
    def one(b, x):
        s = lambda v: v * sigma(b * v)
        right = b * s(x) + sigma(b * x) * (1 - b * s(x))
        assert near(slope(s, x), right, 1e-7)
        return near(slope(s, x), s(x) + sigma(b * x) * (b - b * s(x)), 1e-7)
    return iff(grid((1.0, 0.5, 2.0, -1.0), (1.0, 0.3, -0.7, 2.2)), one, lambda b, x: b == 1 or x == 1)
entry("click4ai-swish-minus-one")(lambda: TRUE if digits(-1 * sigma(-1), "-0.2689") else FALSE)
entry("swish-as-tanh")(lambda: law(XS, lambda x: near(x * sigma(x), x / 2 * math.tanh(x / 2) + x / 2)))
@entry("swish-sum")
def _():
    assert law(XS, lambda x: near(x * sigma(x) - x * sigma(-x), x * math.tanh(x / 2))) == TRUE
    return iff(XS + [(0.0,)], lambda x: near(x * sigma(x) + x * sigma(-x), x * math.tanh(x / 2)), lambda x: x == 0)
@entry("stdlib-huber")
def _():
    def one(w, x, y, d):
        L = lambda v: (y - v * x) ** 2 / 2 if abs(y - v * x) <= d else d * (abs(y - v * x) - d / 2)
        e = y - w * x
        c = -e * x if abs(e) <= d else -d * math.copysign(1, e) * x
        r, l = onesided(L, w, 1e-6)
        return near(r, c, 1e-4) and near(l, c, 1e-4)
    return law(grid((-1.0, 0.5, 2.0), (-1.5, 0.0, 1.0), (-2.0, 0.3, 1.5), (0.5, 1.0, 2.0)), one)
entry("edspi-sigmoid-sign")(lambda: law(XS, lambda x: near(slope(sigma, x), -math.exp(-x) / (1 + math.exp(-x)) ** 2, 1e-6)))
entry("edspi-logit")(lambda: law([(q,) for q in (0.1, 0.3, 0.5, 0.9)], lambda q: near(slope(lambda v: math.log(v / (1 - v)), q), 1 / (q * (1 - q)), 1e-6)))
entry("techqa-log-sigmoid")(lambda: law(XS, lambda x: near(slope(lambda v: math.log(sigma(v)), x), 1 / (math.exp(x) + 1), 1e-6)))
entry("fiqlab-sigma")(lambda: TRUE if digits(sigma(1.10591), "0.75137") else FALSE)
entry("fiqlab-exp-wrong")(lambda: TRUE if digits(math.exp(-0.3775), "0.68566") else FALSE)
entry("ko-softmax-number")(lambda: TRUE if digits(softmax([2.1, -1.5, 0.3, -0.7, 1.0, -0.5, 0.2, 3.5, 0.8, -2.0])[7], "0.60") else FALSE)
entry("ko-max-of-window")(lambda: TRUE if max({2, 4, 1, 1}) == 4 else FALSE)
@entry("ko-avg-pool-grad")
def _():
    def one():
        x = {(i, j): Q(rnd.randint(-5, 5)) for i in R(4) for j in R(4)}; g = {(i, j): rnd.randint(-5, 5) for i in R(2) for j in R(2)}
        L = lambda t: sum(g[i, j] * sum(t[2 * i + a, 2 * j + b] for a in R(2) for b in R(2)) / 4 for i in R(2) for j in R(2))
        up = dict(x); up[0, 0] += 1
        return L(up) - L(x) == Q(g[0, 0], 4)
    return law([()] * 8, one)
# ------------------------------------------------------------------ calls
def full(a, v): return [sum(a[m] * v[n - m] for m in R(len(a)) if 0 <= n - m < len(v)) for n in R(len(a) + len(v) - 1)]
def valid_conv(a, v): return full(a, v)[len(v) - 1:len(a)]
def valid_corr(a, v): return [sum(a[i + q] * v[q] for q in R(len(v))) for i in R(len(a) - len(v) + 1)]
entry("stsci-valid")(lambda: TRUE if valid_conv(list(R(8)), [1, 2, 3]) == [4, 10, 16, 22, 28, 34] else FALSE)
@entry("stsci-valid-correlation")
def _():
    assert valid_corr(list(R(8)), [1, 2, 3]) == [8, 14, 20, 26, 32, 38]
    return FALSE
def conv1d(x, w, p=0): return valid_corr([0] * p + x + [0] * p, w)
def convt1d(x, w, p=0):
    y = [0] * (len(x) + len(w) - 1)
    for i, a in enumerate(x):
        for q, b in enumerate(w): y[i + q] += a * b
    return y[p:len(y) - p]
entry("jvkersch-numbers")(lambda: TRUE if conv1d([10, 11, 12, 13, 14], [1, 2, -1], 1) == [9, 20, 22, 24, 41] else FALSE)
@entry("jvkersch-transposed")
def _():
    one = lambda n, k: (lambda x, w: conv1d(x, w, 1) == convt1d(x, w[::-1], 1))([rnd.randint(1, 9) for _ in R(n)], [rnd.randint(1, 9) + 10 * q for q in R(k)])
    assert iff(grid(R(4, 9), (2, 3, 4)), one, lambda n, k: k == 3) == IFF
    return law([(n, 3) for n in R(1, 9)], one)
# ------------------------------------------------------------------ definitions
def true_conv(x, w, r, t): return sum(w[q] * x[t - r * q] for q in R(len(w)) if 0 <= t - r * q < len(x))
GD = [(rq(n), rq(k), r) for n in r1(5) for k in r1(3) for r in r1(3)]
def dense(w, r):
    out = [0] * (r * (len(w) - 1) + 1)
    for q, v in enumerate(w): out[r * q] = v
    return out
entry("emergent-causal")(lambda: law(GD, lambda x, w, r: all(sum(x[t - r * k] * w[k] for k in R(len(w)) if 0 <= t - r * k < len(x)) == v for t, v in enumerate(full(x, dense(w, r))))))
@entry("emergent-causal-plus")
def _():
    pos = [([abs(a) + 1 for a in x], [abs(b) + 1 for b in w], r) for x, w, r in GD]
    return iff(pos, lambda x, w, r: all(sum(x[t + r * k] * w[k] for k in R(len(w)) if 0 <= t + r * k < len(x)) == v for t, v in enumerate(full(x, dense(w, r)))), lambda x, w, r: len(w) == 1)
@entry("mindspore-ccor")
def _():
    def one():
        x, w, _ = case(); b = [rnd.randint(-3, 3) for _ in R(3)]
        cc2 = lambda o, c: {(i, j): sum(x[c, i + u, j + v] * w[o, c, u, v] for u in R(2) for v in R(3)) for i in R(3) for j in R(3)}
        y = conv_layer(x, w)
        return all(y[o, i, j] + b[o] == sum(cc2(o, c)[i, j] for c in R(2)) + b[o] for o, i, j in y)
    return law([()] * 5, one)
entry("ko-boost-activation")(lambda: law([(rq(n), rq(k)) for n in R(3, 7) for k in r1(3)], lambda x, V: all(
    near(sigma(float(sum(V[j - 1] * x[i + j - 2] for j in R(1, len(V) + 1)))), sigma(float(v))) for i, v in enumerate(valid_corr(x, V), 1))))

@entry("profiler-star-definition")
def _():
    pos = [([abs(a) + 1 for a in x], [abs(b) + 1 for b in w]) for x, w, r in GD]
    return law(pos, lambda f, g: all(sum((f[n] if n < len(f) else 0) * (g[n - k] if 0 <= n - k < len(g) else 0) for k in R(len(f))) == v for n, v in enumerate(full(f, g))))
entry("profiler-psi")(lambda: law([(g, a, b) for g, a, b in grid(r1(4), r1(3), r1(3))], lambda g, a, b: Q(g * a, g) * Q(g * b, g) * g == Q(g * a * g * b, g) == params(g * a, g * b, 1, 1, g, False)))
def dense_case(B, I, J):
    X = [rq(I) for _ in R(B)]; W = [rq(J) for _ in R(I)]; G = [rq(J) for _ in R(B)]
    loss = lambda Y: sum(G[b][j] * sum(Y[b][i] * W[i][j] for i in R(I)) for b in R(B) for j in R(J))
    d = [[0] * I for _ in R(B)]
    for b in R(B):
        for i in R(I):
            up = [list(r) for r in X]; up[b][i] += 1
            d[b][i] = loss(up) - loss(X)
    return d, W, G
entry("purepisces-dx1")(lambda: law([()] * 6, lambda: (lambda d, W, G: d[0][0] == G[0][0] * W[0][0] + G[0][1] * W[0][1])(*dense_case(1, 2, 2))))
entry("purepisces-dX")(lambda: law(grid(r1(2), r1(3), r1(3)), lambda B, I, J: (lambda d, W, G: d == [[sum(G[b][j] * W[i][j] for j in R(J)) for i in R(I)] for b in R(B)])(*dense_case(B, I, J))))
@entry("dsse-dy")
def _():
    def one(N, m):
        y, w = rq(N), rq(m); g = rq(N - m + 1)
        loss = lambda t: sum(g[i] * v for i, v in enumerate(valid_corr(t, w)))
        return all(loss(y[:i] + [y[i] + 1] + y[i + 1:]) - loss(y) == sum(g[i - a] * w[a] for a in R(m) if 0 <= i - a < len(g)) for i in R(N))
    return law([(N, m) for N in r1(6) for m in r1(3) if m <= N], one)


# ------------------------------------------------------------------ the documents, formula by formula in order
DEF, SETTING, OPEN = "definition", "not a claim", "needs a meaning"
def num(ok): return lambda: TRUE if ok else FALSE
def same_entry(name): return ALL[name]
def layer1(s, stride_read, reverse=False):
    """y_i = sum_p w_p x_{s i + p}: gradients, exact, against formulas given as functions of (g, x, w)."""
    def run(by, formula):
        N, m = 7, 3
        x, w = rq(N), rq(m); o = osize(N, m, s); g = rq(o)
        loss = lambda X, W: sum(g[i] * W[q] * X[s * i + q] for i in R(o) for q in R(m))
        t = x if by == "x" else w
        d = [(loss([v + (k == j) for j, v in enumerate(x)], w) if by == "x" else loss(x, [v + (k == j) for j, v in enumerate(w)])) - loss(x, w) for k in R(len(t))]
        at = lambda a, n: a[n] if 0 <= n < len(a) else 0
        return all(d[k] == formula(g, x, w, k, at) for k in R(len(t)))
    return run
def l1(s, by, formula): return lambda: law([()] * 8, lambda: layer1(s, None)(by, formula))
def grad2(kind, wrong=False):
    def one():
        x, w, g = case(1, 4, 5, 1, 2, 3); dx, dw = grads(x, w, g)
        G = lambda i, j: g.get((0, i, j), 0)
        if kind == "w": return all(dw[0, 0, m, n] == sum(g[0, i, j] * x[0, i + m, j + n] for _, i, j in g) for m in R(2) for n in R(3))
        t = 1 if wrong else -1
        return all(dx[0, i, j] == sum(G(i + t * m, j + t * n) * w[0, 0, m, n] for m in R(2) for n in R(3)) for _, i, j in dx)
    return lambda: law([()] * 8, one)
PAGES = {
    "sizes_notes.md": [
        lambda: law(G4, lambda n, k, s, p: (n - k + 2 * p) // s + 1 == osize(n, k, s, p, p)),
        lambda: law(G4, lambda n, k, s, p: Q(n - k + 2 * p, s + 1) == osize(n, k, s, p, p)),
        lambda: law(G4, lambda n, k, s, p: (n - k + p) // s + 1 == osize(n, k, s, p, p)),
        lambda: law(G4, lambda n, k, s, p: Q(n - k + 2 * p, s) + 1 == osize(n, k, s, p, p)),
        num(Q(227 - 11, 4) + 1 == 55), num(32 - 5 + 1 == 28),
        lambda: law(grid((1, 3, 5, 7), r1(5)), lambda k, d: keeps(k, Q(d * (k - 1), 2), 1, d, 40)),
        SETTING, "rf-l-k", lambda: FALSE if same_entry("rf-last-stride-only")() == IFF else TRUE, num(1 + 2 + 2 + 2 == 7 == field((3, 3, 3), (1, 1, 1))),
        lambda: law(grid(r1(3), r1(3), r1(3)), lambda k, ci, co: (k * k * ci + 1) * co == params(ci, co, k, k)), num((5 * 5 * 6 + 1) * 16 == 2416), OPEN],
    "lenet_ko.md": [
        lambda: law(G4, lambda n, k, s, p: (n - k + 2 * p) // s + 1 == osize(n, k, s, p, p)),
        lambda: law(G4, lambda n, k, s, p: Q(n - k + 2 * p, s) + 1 == osize(n, k, s, p, p)),
        lambda: law([(n, k) for n, k, s in G3], lambda n, k: n - k + 1 == osize(n, k)),
        num(Q(32 - 5 + 2 * 0, 1) + 1 == 28), num(14 - 5 + 1 == 10), "ko-num-parameters", num((5 * 5 + 1) * 6 == 156), num(5 * 5 * 6 * 16 + 16 == 2416),
        num(28 * 28 * 156 == 122304), num(28 * 28 * 56 == 122304), DEF,
        l1(2, "x", lambda g, x, w, j, at: sum(g[i] * at(w, j - 2 * i) for i in R(len(g)))), l1(2, "w", lambda g, x, w, p, at: sum(g[i] * at(x, i + p) for i in R(len(g)))), SETTING, OPEN],
    "signals.tex": [DEF, "ko-star-commutes", "ko-star-associates", "ko-star-distributes", lambda: law(sigs(1), lambda x: same(conv(x, DELTA), x)), "both-reversed",
        lambda: law([(n,) for n in R(-4, 9)], lambda n: conv_at(U, U, n) == (n + 1) * U(n)), "step-star-step-n", "weili-transposed", "mace-deconv-pad", DEF,
        lambda: law([(v,) for v in vecs(2)], lambda v: near(sum(abs(a) ** 2 for a in v), sum(abs(a) ** 2 for a in dft(v)) / len(v))), SETTING],
    "operators.rst": [
        lambda: law(G5, lambda n, k, s, p, d: math.floor(1 + Q(n + 2 * p - k - (k - 1) * (d - 1), s)) == osize(n, k, s, p, p, d)),
        lambda: law(grid(r1(5), r1(4)), lambda k, d: 1 + d * (k - 1) == max(d * q for q in R(k)) + 1),
        lambda: law([x for x in GS if x[0] >= 1 + x[3] * (x[1] - 1)], lambda m, f, s, d: (m - 1 - d * (f - 1)) // s + 1 == osize(m, f, s, 0, 0, d)),
        lambda: law([x for x in GS if x[0] >= 1 + x[3] * (x[1] - 1)], lambda m, f, s, d: math.floor(Q(m - 1 - d * (f - 1), s) + s) == osize(m, f, s, 0, 0, d)),
        lambda: law([x for x in GS if x[3] == 1], lambda n, k, s, d: max(0, (math.ceil(Q(n, s)) - 1) * s + k - n) == same_total(n, k, s)),
        "weili-transposed", lambda: law([g + (ph,) for g in GT for ph in R(3)], lambda n, k, s, p, ph: (n - 1) * s - 2 * ph + k == tsize(n, k, s, p)),
        num(11 * 11 * 3 * 96 + 96 == 34944 == params(3, 96, 11, 11)), num(5 * 5 * 48 * 256 + 256 == 307456 == params(96, 256, 5, 5, 2)), num(34944 + 307456 == 342400), num(34944 + 614656 == 649500), SETTING, OPEN],
    "backprop.ipynb": [DEF, grad2("w"), grad2("x"), grad2("x", True), DEF, "softmax-delta",
        lambda: law(IJ, lambda z, i, j: near(jac(z, i, j), (lambda p: p[i] * (1 - p[j]))(softmax(z)), 1e-7)), DEF, "ko-ce-logit", num(Q("0.23731") + Q("0.26860") + Q("0.60000") == Q("1.10591")),
        num(digits(1 / (1 + math.exp(-1.10591)), "0.75137")), num(digits(math.exp(-0.3775), "0.68566")), SETTING],
    "conv_utils.py": [
        lambda: law(G5, lambda n, k, s, p, d: (n + 2 * p - d * (k - 1) - 1) // s + 1 == osize(n, k, s, p, p, d)), "timm-same", "nemo-new-padding",
        lambda: FALSE if same_entry("nemo-old-padding")() == IFF else TRUE, DEF,
        l1(2, "w", lambda g, x, w, k, at: sum(g[i] * x[2 * i + k] for i in R(len(g)))), l1(2, "x", lambda g, x, w, j, at: sum(g[i] * w[k] for i in R(len(g)) for k in R(len(w)) if 2 * i + k == j)),
        l1(2, "x", lambda g, x, w, j, at: sum(g[i] * w[k] for i in R(len(g)) for k in R(len(w)) if i + k == j)), DEF, "rohit-swish",
        lambda: law(XS, lambda x: near(slope(lambda v: v * sigma(v), x), sigma(x) + x * (1 - sigma(x)), 1e-7)), SETTING],
}
ALL = dict(SETTLE)


def documents():
    pages = json.load(open(os.path.join(HERE, "documents", "expected.json")))["pages"]
    bad = n = 0
    assert set(pages) == set(PAGES)
    for page, rows in pages.items():
        assert len(rows) == len(PAGES[page]), page
        for row, f in zip(rows, PAGES[page]):
            found = f if f in (DEF, SETTING, OPEN) else (ALL[f] if isinstance(f, str) else f)()
            out = row["outcome"] if isinstance(row["outcome"], list) else [row["outcome"]]
            want = {TRUE: {"proved", "checked"}, FALSE: {"refuted"}, DEF: {DEF}, SETTING: {SETTING}, OPEN: {OPEN}, IFF: {"refuted"}}[found]
            ok = want <= set(out) and not (found == TRUE and "refuted" in out) and not (found in (FALSE, IFF) and "proved" in out)
            bad += not ok; n += 1
            print("%-3s %-20s line %3d %-16s %s" % ("ok" if ok else "BAD", page, row["line"], found, "/".join(out)))
    print(n, "formulas in documents,", bad, "bad")
    return bad


def agrees(e, found):
    x, n = set(e["expect"]), set(e["never"])
    proved = bool(x & {"proved", "checked"})
    if found == TRUE: return proved and "refuted" not in x and "refuted" in n
    if found == FALSE: return "refuted" in x and not proved and "proved" in n
    if found == IFF: return "conditional" in x and e["condition"] and ("proved" not in x or "refuted" in n)
    return "ambiguous" in x
def main():
    entries = json.load(open(os.path.join(HERE, "formulas.json")))["formulas"]
    bad = 0
    for e in entries:
        f = SETTLE.pop(e["id"], None)
        try: found = f() if f else "no function"
        except AssertionError as err: found = "assertion %s" % err
        ok = f is not None and agrees(e, found)
        bad += not ok
        print("%-3s %-34s %-10s %s" % ("ok" if ok else "BAD", e["id"], found, "/".join(e["expect"])))
    print(len(entries), "entries,", bad, "bad; functions without an entry:", sorted(SETTLE))
    return 1 if bad + documents() or SETTLE else 0
if __name__ == "__main__":
    sys.exit(main())
