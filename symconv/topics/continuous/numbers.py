"""Exact numbers: Fractions where everything is rational, SymPy expressions as soon as a parameter stands in them.

SymPy is imported only then: piecewise polynomials with rational knots never need it.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from symconv.errors import SymconvError
from symconv.topics.continuous.facts import TimeFunction

LARGEST = 600  # e^600 is a float, and e^710 is none


class Undecided(SymconvError):
    """A sign or a case that depends on the parameters."""

    exit_status = 1


def rational(value: Any) -> bool:
    """Whether a number is a Fraction."""
    return isinstance(value, Fraction)


def tidy(value: Any) -> Any:
    """A number in canonical form: a Fraction if it is rational, else cancelled."""
    if isinstance(value, int):
        return Fraction(value)
    if rational(value) or value.is_Symbol:
        return value
    import sympy

    made, names = held(sympy.powsimp(sympy.expand_power_base(value)))
    made = sympy.cancel(made)
    return Fraction(made.p, made.q) if made.is_Rational else sympy.factor(made).xreplace(names)


def held(value: Any) -> tuple[Any, dict[Any, Any]]:
    """With a symbol in the place of every e^(p/q ...) with a large p, which SymPy would take for a power of degree p."""
    import sympy

    there: dict[Any, Any] = {}
    back: dict[Any, Any] = {}
    for e in value.atoms(sympy.exp):
        c, rest = e.args[0].as_coeff_Mul()
        if c.is_Rational and abs(c.p) > LARGEST:
            symbol_ = next((s for s, known in back.items() if known == sympy.exp(abs(c) * rest)), None)
            symbol_ = symbol_ or sympy.Dummy(positive=True)
            back[symbol_] = sympy.exp(abs(c) * rest)
            there[e] = symbol_ if c > 0 else 1 / symbol_
    return value.xreplace(there), back


def zero(value: Any) -> bool:
    """Whether a number is 0."""
    if isinstance(value, (int, Fraction)):
        return value == 0
    if value.is_zero is not None:
        return bool(value.is_zero)
    import sympy

    made, names = held(sympy.powsimp(sympy.expand(value)))
    made = sympy.cancel(made).xreplace(names)
    return bool(made == 0) or (made.is_number and abs(complex(made.evalf(30))) < 1e-20 and sympy.simplify(made) == 0)


def same(a: Any, b: Any) -> bool:
    """Whether two numbers are equal."""
    if a == b or (rational(a) and rational(b)):
        return bool(a == b)
    if all(not rational(e) and e.is_Symbol for e in (a, b)):
        return False
    return zero(a - b)


def sign(value: Any) -> int:
    """-1, 0 or 1.

    Raises Undecided where it depends on the parameters.
    """
    if isinstance(value, (int, Fraction)):
        return (value > 0) - (value < 0)
    if zero(value):
        return 0
    import sympy

    made, names = held(value)
    made = sympy.factor(sympy.cancel(made)).xreplace(names)
    if made.is_positive:
        return 1
    if made.is_negative:
        return -1
    raise Undecided(f"cannot decide the sign of {str(made)[:60]}: give numbers, or parameters that settle it")


def exponential(value: Any) -> Any:
    """e^value.

    Raises SymconvError for exponents that no float holds; SymPy would take e^n for a polynomial of degree n besides.
    """
    if isinstance(value, (int, Fraction)) and value == 0:
        return Fraction(1)
    import sympy

    power = sympy.expand(symbolic(value))
    for term in sympy.Add.make_args(power):
        size = abs(term.as_coeff_Mul()[0])
        if size > (LARGEST if term.is_number else LARGEST // 3):
            raise SymconvError(
                f"function: expected rates and places whose products stay below {LARGEST if term.is_number else LARGEST // 3}, "
                f"got a factor e^({str(term)[:40]}): choose another unit for t"
            )
    return sympy.exp(symbolic(value))


def symbolic(value: Any) -> Any:
    """As a SymPy expression."""
    import sympy

    if isinstance(value, Fraction):
        return sympy.Rational(value.numerator, value.denominator)
    return sympy.Integer(value) if isinstance(value, int) else value


def symbol(name: str, is_positive: bool) -> Any:
    """A parameter."""
    import sympy

    return sympy.Symbol(name, positive=True) if is_positive else sympy.Symbol(name, real=True)


def scalar(node: TimeFunction, above: set[str]) -> Any:
    """The value of a node that does not depend on t; the parameters in ``above`` are positive."""
    if node.kind == "number":
        return node.value
    if node.kind == "name":
        return symbol(node.value, node.value in above)
    if node.kind == "pi":
        import sympy

        return sympy.pi
    inner = [scalar(part, above) for part in node.parts]
    if node.kind == "sqrt":
        import sympy

        return tidy(sympy.sqrt(symbolic(inner[0])))
    if node.kind == "div" and zero(inner[1]):
        raise SymconvError("function: expected no division by 0")
    operations: dict[str, Callable[[], Any]] = {
        "add": lambda: sum(inner, Fraction(0)),
        "mul": lambda: product(inner),
        "div": lambda: inner[0] / inner[1],
        "pow": lambda: inner[0] ** node.value,
    }
    return tidy(operations[node.kind]())


def product(values: list[Any]) -> Any:
    """The product of numbers."""
    found: Any = Fraction(1)
    for value in values:
        found = found * value
    return found
