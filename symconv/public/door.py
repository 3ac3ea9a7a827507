"""The public door: what a user passes is looked at before anything is done with it.

Each public function says by its annotations what it takes: a text, True or False, a whole number; anything else must be data
(numbers, texts, lists, dicts, arrays, SymPy expressions, handles).  What is neither, such as a generator, a function or an
object of a class that nobody here knows, is one clear line that names the parameter, and is never touched further.

One thread at a time passes.  SymPy computes with mpmath's one precision for the whole process, its printers and z3's main context
hold state of their own; all of it is Python that runs one thread at a time in any case, so that a lock here costs nothing, and
every answer is the one that a single thread would get.
"""

from __future__ import annotations

import operator
import os
from collections.abc import Callable
from functools import cache, wraps
from math import prod
from threading import RLock
from typing import Any, TypeVar

from symconv.errors import SymconvError, brief

Made = TypeVar("Made", bound=Callable[..., Any])
Kind = TypeVar("Kind", bound=type)
KNOWN = {"numpy", "torch", "sympy", "symconv", "fractions"}
DEEPEST, SEEN = 12, 10_000  # levels of lists, and how many of their entries are looked at; readers look at each
ARRAYS = {"x": 20_000_000, "w": 20_000_000, "b": 20_000_000, "g": 20_000_000, "target": 20_000_000, "picture": 100_000_000}
BITS = 13_000  # of a whole number
SHOWN = {"__init__", "__repr__", "__getattr__", "_repr_latex_", "_repr_markdown_", "_repr_html_"}
WORDS = {"str": "a text", "bool": "True or False", "int": "a whole number"}


def data(value: Any) -> bool:
    """Whether a value is of a kind that some reader knows; containers apart."""
    if value is None or isinstance(value, (bool, int, float, complex, str)):
        return True
    if isinstance(value, os.PathLike):
        try:
            return isinstance(os.fspath(value), str)
        except Exception:  # whatever an object of the user's raises
            return False
    return any(one.__module__.partition(".")[0] in KNOWN for one in type(value).__mro__)


def entries(value: Any) -> int:
    """How many entries an array has, of NumPy or PyTorch; a broadcast one takes no room, but its copies do."""
    shape = getattr(value, "shape", ())
    return prod(shape) if isinstance(shape, tuple) and all(isinstance(n, int) for n in shape) else 0


def looked_at(value: Any, name: str) -> None:
    """Raise SymconvError for what no reader knows, in lists and dicts too."""
    todo, left, most = [(value, 0)], SEEN, ARRAYS.get(name, SEEN)
    while todo and left:
        one, depth = todo.pop()
        left -= 1
        if isinstance(one, (list, tuple, dict)):
            if depth >= DEEPEST:
                raise SymconvError(f"{name}: expected at most {DEEPEST} levels of nesting, got more")
            inner = [*one, *one.values()] if isinstance(one, dict) else one[:SEEN]
            todo += [(part, depth + 1) for part in inner]
        elif not data(one):
            raise SymconvError(f"{name}: expected numbers, texts, lists or arrays, got {brief(one)}")
        elif entries(one) > most:
            raise SymconvError(f"{name}: expected at most {most} numbers in an array, got {entries(one)}")
        elif isinstance(one, int) and one.bit_length() > BITS:
            raise SymconvError(f"{name}: expected numbers of at most 4000 digits, got a longer one")


def taken(value: Any, annotation: str, name: str) -> Any:
    """The value of a parameter; whole numbers of NumPy become Python's."""
    kinds = {word.strip() for word in annotation.split("|")}
    if kinds <= {"str", "bool", "int", "None"}:
        if value is None and "None" in kinds:
            return None
        if "int" in kinds and not isinstance(value, bool):
            try:
                return operator.index(value)
            except Exception:  # whatever an object of the user's raises
                value = value if data(value) else type(value)
        if ("str" in kinds and isinstance(value, str)) or ("bool" in kinds and isinstance(value, bool)):
            return value
        if kinds == {"str"} and isinstance(value, (bool, int, float, type(None))):
            looked_at(value, name)
            return value  # its reader knows the words that it expects
        wanted = " or ".join(WORDS[kind] for kind in ("str", "bool", "int") if kind in kinds)
        raise SymconvError(f"{name}: expected {wanted}, got {brief(value)}")
    looked_at(value, name)
    return value


_ONE = RLock()
if hasattr(os, "register_at_fork"):  # a thread that holds it does not exist in a forked process
    os.register_at_fork(before=_ONE.acquire, after_in_parent=_ONE.release, after_in_child=_ONE.release)


def alone(function: Made) -> Made:
    """A function that one thread at a time runs."""

    @wraps(function)
    def single(*args: Any, **given: Any) -> Any:
        with _ONE:
            return function(*args, **given)

    return single  # type: ignore[return-value]


@cache
def parameters(function: Callable[..., Any]) -> Any:
    """The signature of a function; read when it is first called, for it takes time."""
    import inspect

    return inspect.signature(function)


def door(function: Made) -> Made:
    """A public function whose arguments are looked at, and that one thread at a time runs."""

    @wraps(function)
    def opened(*args: Any, **given: Any) -> Any:
        signature = parameters(function)
        bound = signature.bind(*args, **given)
        for name, value in bound.arguments.items():
            parameter = signature.parameters[name]
            if name == "self":
                continue
            if parameter.kind is parameter.VAR_KEYWORD:
                for key, one in value.items():
                    looked_at(one, key)
            elif parameter.kind is parameter.VAR_POSITIONAL:
                for k, one in enumerate(value, 1):
                    looked_at(one, f"argument {k}")
            else:
                bound.arguments[name] = taken(value, str(parameter.annotation), name)
        with _ONE:
            return function(*bound.args, **bound.kwargs)

    return opened  # type: ignore[return-value]


def doors(kind: Kind) -> Kind:
    """A handle whose methods are doors, and whose properties and displays one thread at a time computes."""
    for name, member in list(vars(kind).items()):
        if isinstance(member, property) and member.fget is not None:
            setattr(kind, name, property(alone(member.fget)))
        elif callable(member) and not isinstance(member, type):
            if name == "__call__" or not name.startswith("_"):
                setattr(kind, name, door(member))
            elif name in SHOWN:
                setattr(kind, name, alone(member))
    return kind
