"""What users hold: thin handles over core data, with the convenient methods.  Everything is computed by ``api``."""

from __future__ import annotations

from sys import modules
from typing import Any

from symconv import api
from symconv.errors import SymconvError
from symconv.language.facts import Claim, Reduction, Theorem, Verdict
from symconv.language.facts import Derivation as Facts
from symconv.language.operator import Operator as Core
from symconv.public.claims import Judgement, verify
from symconv.public.door import door, doors
from symconv.public.instances import NodeInstance
from symconv.public.networks import Network, chain
from symconv.public.pages import Filtered, Page, fourier, im2col, image_filter


@doors
class Operator:
    """A convolution or cross-correlation, or a gradient of one: a member of the closed family; or a layer outside of it.

    ``formula`` is its forward formula, ``at`` fixes sizes, ``data`` is its core data.
    """

    def __init__(self, data: Any) -> None:
        self.data = data

    @property
    def name(self) -> str:
        """The operator's name, as in the catalogue."""
        return str(self.data.name)

    @property
    def formula(self) -> str:
        """y[...] = ..., as Unicode text."""
        return api.formula_text(self.data)

    def at(
        self,
        input: Any = None,
        kernel: Any = None,
        batch: Any = None,
        in_channels: Any = None,
        out_channels: Any = None,
        limit: int | None = None,
        loss: str | None = None,
        **values: int,
    ) -> Any:
        """The explicit case at small sizes.

        ``input`` and ``kernel`` are spatial sizes (an integer, or one per axis); channels are totals.  Keywords give numbers
        to parameters that are names (``s=2``).  Raises SymconvError for sizes that are missing, not positive, without
        output, or with more products than ``limit``.
        """
        concrete = api.at(self.data, input, kernel, batch, in_channels, out_channels, values)
        if not isinstance(concrete, Core):
            if loss is not None:
                raise SymconvError(f"loss: expected none for {self.name}: put a loss behind it in a net")
            return NodeInstance(concrete, limit)
        return Instance(concrete, limit, loss)

    def __repr__(self) -> str:
        return f"{self.name}: {self.formula}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Operator) and self.data == other.data

    def __hash__(self) -> int:
        return hash(self.data)

    def _repr_latex_(self) -> str:
        return api.formula_latex(self.data)


class Sum:
    """A closed form that only adds up: dL/db is the upstream gradient, summed."""

    def __init__(self, data: Reduction) -> None:
        self.data = data

    def __repr__(self) -> str:
        return f"the sum of {self.data.data.name}"

    def _repr_latex_(self) -> str:
        return api.sum_latex(self.data)


class Step:
    """One line of a derivation: ``rule`` by name, ``expr`` as core data, ``formula`` as text, ``latex``, ``verdict``."""

    def __init__(self, facts: Facts, number: int) -> None:
        self._facts, self._number = facts, number
        line = facts.steps[number]
        self.rule, self.expr = line.rule, line.expr
        self.verdict = line.verdict or Verdict("unsupported", "not checked")

    @property
    def formula(self) -> str:
        """The right-hand side as Unicode text, with its guards."""
        return api.step_text(self._facts, self._number)

    @property
    def latex(self) -> str:
        """The right-hand side as LaTeX, with its guards."""
        return api.step_latex(self._facts, self._number)

    def __repr__(self) -> str:
        return f"{self.formula}    ({self.rule}: {self.verdict.status})"

    def _repr_latex_(self) -> str:
        return api.line_latex(self._facts, self._number)


@doors
class Derivation:
    """dL/d(wrt) in steps, with the closed form and the verdicts."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    @property
    def steps(self) -> tuple[Step, ...]:
        """The lines: each with .rule, .formula, .latex, .verdict."""
        return tuple(Step(self.facts, k) for k in range(len(self.facts.steps)))

    @property
    def result(self) -> str:
        """The gather form, as Unicode text with its guards."""
        return api.gather_text(self.facts)

    @property
    def closed_form(self) -> Operator | Sum | None:
        """The gradient as a member of the family: data x (usually g), kernel w, to be evaluated or derived again.

        None where it is none (a maximum, unshared kernels); average pooling's is that of the layer with a constant kernel.
        """
        bordered = getattr(self.facts, "bordered", None)
        closed = bordered.closed_form if bordered else self.facts.closed_form
        if closed is None:
            return None
        return Sum(closed) if isinstance(closed, Reduction) else Operator(closed)

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """The verdict of each step, then of each check of the result."""
        steps = [s.verdict or Verdict("unsupported", "not checked") for s in every_step(self.facts)]
        return (*steps, *(c.verdict for c in self.facts.checks))

    def text(self) -> str:
        """The page for a terminal of 80 columns."""
        return str(api.render(self.facts, "text"))

    def latex(self, standalone: bool = False) -> str:
        """The page as a LaTeX fragment, or as a document that plain pdflatex compiles."""
        return str(api.render(self.facts, "latex", standalone=standalone))

    def markdown(self) -> str:
        """The page in GitHub's Markdown."""
        return str(api.render(self.facts, "markdown"))

    def html(self) -> str:
        """The page as one HTML file that works offline."""
        return str(api.render(self.facts, "html"))

    def at(
        self, input: Any = None, kernel: Any = None, limit: int | None = None, loss: str | None = None, **given: Any
    ) -> Derivation:
        """The same derivation, continued with the explicit case at small sizes (see ``Operator.at``).

        ``loss`` is a scalar expression in the entries of y, such as "y0^2/2 + y1*y2".
        """
        bordered = getattr(self.facts, "bordered", None)
        op = bordered.op if bordered else self.facts.op
        if getattr(op, "window", None) is None:
            raise SymconvError(f"at: expected no explicit case for {op.name}; sc.evaluate gives its numbers")
        named = ("batch", "in_channels", "out_channels")
        values = {key: value for key, value in given.items() if key not in named}
        sizes = {key: given.get(key) for key in named}
        concrete = api.at(op, input, kernel, **sizes, values=values)
        return Derivation(api.with_case(self.facts, concrete, limit, loss))

    def json(self) -> str:
        """The derivation as one JSON object."""
        return str(api.render(self.facts, "json"))

    def __repr__(self) -> str:
        return self.text()

    def _repr_latex_(self) -> str:
        return api.steps_latex(self.facts)


def every_step(facts: Facts) -> tuple[Any, ...]:
    """The lines of a derivation, those by which padding is taken back included."""
    bordered = getattr(facts, "bordered", None)  # other kinds of derivation have no border
    if bordered is None:
        return facts.steps
    return (*facts.steps, *(s for f in bordered.folds for s in f.steps), *bordered.wrapped)


@doors
class Instance:
    """An explicit case: SymPy arrays of y and of the gradients, found by differentiating L = sum g y."""

    def __init__(self, concrete: Core, limit: int | None = None, loss: str | None = None) -> None:
        self.data = concrete
        self._case = api.explicit(concrete, limit)
        self._own = api.composed(self._case, loss) if loss is not None else None

    @property
    def y(self) -> Any:
        """y as a SymPy array."""
        return api.sympy_array(self._case, self._case.y, self.data.result)

    @property
    def loss(self) -> Any:
        """L = sum g y, or the user's own loss in the entries of y; a SymPy expression."""
        return self._own.loss if self._own is not None else self._case.loss

    @property
    def upstream(self) -> Any:
        """g = dL/dy as a SymPy array: symbols, or the derivatives of the user's own loss."""
        entries = self._own.upstream if self._own is not None else self._case.symbols(self._case.upstream)
        return api.sympy_array(self._case, entries, self.data.result)

    def grad(self, wrt: str) -> Any:
        """dL/d(wrt), wrt x, w or b, as a SymPy array: L differentiated by SymPy.

        With a loss of the user's, L(y(x, w)) is differentiated directly.
        """
        operand = self.data.operand(api.role(wrt))
        found = self._own.gradient(wrt) if self._own is not None else self._case.gradient(wrt)
        return api.sympy_array(self._case, found, operand)

    def closed_form(self, wrt: str) -> Any:
        """The closed form's entries as a SymPy array, built by hand from padded arrays of symbols."""
        member = api.concrete_closed(self.data, api.role(wrt))
        return api.sympy_array(self._case, self._case.closed(member), self.data.operand(wrt))

    def check(self) -> Verdict:
        """Whether dL/dx, dL/dw (and dL/db) equal their closed forms, entry by entry, exactly."""
        return api.check_explicit(self.data, self._case, self._own)

    def __repr__(self) -> str:
        return f"{self.data.name} at explicit sizes: y has shape {tuple(self._case.shape(self.data.result))}"

    def _repr_latex_(self) -> str:
        return api.entries_latex(self.data, self._case)


@door
def derive(op: Operator, wrt: str = "x", channels: bool = False, check: bool = True, proof: bool = True) -> Derivation:
    """Derive dL/d(wrt) of an operator, wrt "x", "w" or "b"; check every line, and prove it for all sizes.

    ``channels=True`` carries batch, channels and groups through every step; otherwise the spatial step is shown and one
    checked line gives the channels.  ``proof=False`` leaves out the proof for all sizes.  Raises SymconvError for bad input,
    InternalError for a line that fails its check.
    """
    return Derivation(api.derive(core(op), wrt, channels, check, proof))


@doors
class Proof:
    """A theorem with its verdict: ``verdict``, ``counterexample`` (or None), ``obligations`` as (words, way)."""

    def __init__(self, result: Any, proof: Any) -> None:
        self.theorem, self.verdict, self.obligations, self.counterexample = result
        self._result, self._proof = result, proof

    @property
    def document(self) -> Any:
        """The page as blocks, for a gallery."""
        return api.theorem_document(self._result)

    def text(self) -> str:
        """The page for a terminal."""
        return str(api.theorem_page(self._result, "text"))

    def latex(self, standalone: bool = False) -> str:
        """The page as LaTeX."""
        return str(api.theorem_page(self._result, "latex", standalone=standalone))

    def markdown(self) -> str:
        """The page in GitHub's Markdown."""
        return str(api.theorem_page(self._result, "markdown"))

    def html(self) -> str:
        """The page as one HTML file that works offline."""
        return str(api.theorem_page(self._result, "html"))

    def json(self) -> str:
        """The theorem as one JSON object."""
        return str(api.theorem_page(self._result, "json"))

    def certificate(self) -> str:
        """The obligations as SMT-LIB 2, each with the answer that is expected."""
        return api.certificate(self.theorem, self._proof)

    def __repr__(self) -> str:
        return self.text()


@door
def prove(theorem: str | Theorem) -> Proof:
    """Prove a theorem for all sizes, or refute it: one of the catalogue by its name, or one of your own.

    A theorem of your own is a ``Theorem`` of ``Claim``s, stated with the expressions of ``symconv.topics.theorems.language``.
    Raises SymconvError for an unknown name, contradictory hypotheses and undeclared names.
    """
    return Proof(*api.prove(api.theorem(theorem) if isinstance(theorem, str) else api.stated(theorem)))


def core(op: Any) -> Any:
    """The core data of a handle."""
    if isinstance(op, (Operator, Network)):
        return op.data
    raise SymconvError(f"expected an operator such as sc.conv2d(stride=2), got {type(op).__name__}")


@door
def evaluate(
    op: Operator,
    x: Any = None,
    w: Any = None,
    b: Any = None,
    g: Any = None,
    input: Any = None,
    kernel: Any = None,
    output: Any = None,
    target: Any = None,
    params: Any = None,
    **values: int,
) -> Any:
    """Exact values and gradients: run.y, run.grad_x, run.grad_w, run.grad_b as NumPy arrays (None where undetermined).

    Operands are nested lists or arrays of ints, Fractions or floats, in PyTorch's axis order for the layers and bare spatial
    arrays for correlate/convolve.  A loss takes a ``target``; a net takes its parameters as ``params`` = {"conv1.w": ...}
    and gives run.loss, run.outputs, run.grads, run.exact.  ``input``, ``kernel``, ``output`` give the spatial sizes of
    operands left out.  A batch without images gives a y without images, and gradients of w and b that are 0.
    Raises SymconvError for windows that do not fit into the padded input, NaN, infinity, ragged arrays and shapes that do not
    agree.
    """
    if isinstance(op, Sum):
        return api.evaluate_sum(op.data, x)
    if isinstance(op, Network):
        extra = [
            n for n, v in (("w", w), ("b", b), ("input", input), ("kernel", kernel), ("output", output)) if v is not None
        ]
        if extra or values:
            raise SymconvError(
                f"{[*extra, *values][0]}: expected x, params, target and g for a net; parameters go into params"
            )
        return api.evaluate_network(op.data, x, params, target, g)
    if params is not None:
        raise SymconvError(f"params: expected none for {op!r:.60}: give w and b")
    return api.evaluate(
        core(op), x=x, w=w, b=b, g=g, input=input, kernel=kernel, output=output, values=values, target=target
    )


@door
def render(page: Any, to: str = "text", path: Any = None, **options: Any) -> Any:
    """A derivation, worked example or trace as text, latex, markdown, html, json or pdf (bytes).

    With ``path`` also write the file (whole, or not at all).  Raises SymconvError for an unknown target, a place that cannot
    be written, or a PDF without a pdflatex.
    """
    from symconv.public.examples import Example, Trace

    if not isinstance(page, (Derivation, Example, Trace)):
        raise SymconvError(f"render: expected a derivation, got {type(page).__name__}; derive one with sc.derive")
    if options and (to != "latex" or options.keys() - {"standalone"}):
        raise SymconvError(
            f"render: expected no option but standalone (with to='latex'), got {', '.join(options)} with to={to!r}"
        )
    made = api.render(page.facts, to, **options) if isinstance(page, Derivation) else page.render(to, **options)
    if path is not None:
        api.write(made, path)
    return made


def _constructor(name: str) -> Any:
    entry = api.CATALOG[name]

    def make(*args: Any, **parameters: Any) -> Operator:
        return Operator(api.build(name, *args, **parameters))

    make.__name__ = make.__qualname__ = name
    about = modules[entry.make.__module__].__doc__ or ""
    make.__doc__ = f"{name}({', '.join(entry.names)}): see symconv.layers.\n\n{about.strip()}"
    return door(make)


correlate1d, correlate2d, correlate3d = (_constructor(f"correlate{n}d") for n in (1, 2, 3))
convolve1d, convolve2d, convolve3d = (_constructor(f"convolve{n}d") for n in (1, 2, 3))
conv1d, conv2d, conv3d = (_constructor(f"conv{n}d") for n in (1, 2, 3))
conv_transpose1d, conv_transpose2d, conv_transpose3d = (_constructor(f"conv_transpose{n}d") for n in (1, 2, 3))
linear, flatten = _constructor("linear"), _constructor("flatten")
relu, leaky_relu, sigmoid, tanh, softplus, gelu, softmax = (
    _constructor(name) for name in ("relu", "leaky_relu", "sigmoid", "tanh", "softplus", "gelu", "softmax")
)
mse, cross_entropy = _constructor("mse"), _constructor("cross_entropy")
local1d, local2d, local3d = (_constructor(f"local{n}d") for n in (1, 2, 3))
max_pool1d, max_pool2d, max_pool3d = (_constructor(f"max_pool{n}d") for n in (1, 2, 3))
avg_pool1d, avg_pool2d, avg_pool3d = (_constructor(f"avg_pool{n}d") for n in (1, 2, 3))

relu6, silu, mish, elu, selu, hardswish = (
    _constructor(name) for name in ("relu6", "silu", "mish", "elu", "selu", "hardswish")
)
depthwise_conv1d, depthwise_conv2d, depthwise_conv3d = (_constructor(f"depthwise_conv{n}d") for n in (1, 2, 3))

sum = _constructor("sum")  # a loss; the builtin is not used here

__all__ = [
    "Claim",
    "Derivation",
    "Filtered",
    "Instance",
    "Judgement",
    "Network",
    "Operator",
    "Page",
    "Proof",
    "Step",
    "Sum",
    "Theorem",
    "chain",
    "derive",
    "evaluate",
    "fourier",
    "im2col",
    "image_filter",
    "prove",
    "render",
    "verify",
]
