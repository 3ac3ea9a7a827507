"""``language.lazy.dataclass`` against the standard library's: the same classes made by both say and do the same."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import field
from threading import Barrier
from typing import Any, ClassVar

import pytest

from symconv.language import lazy

Decorator = Any


def classes(dataclass: Decorator) -> dict[str, Any]:
    """Every way in which the package defines one."""

    @dataclass(frozen=True)
    class Point:
        """Fields, one with a default, one that is not compared; a class variable and a method."""

        kind: ClassVar[str] = "point"
        x: int
        y: tuple[int, ...] = (1, 2)
        place: tuple[int, int] = field(default=(0, 0), compare=False)

        def double(self) -> int:
            return 2 * self.x

    @dataclass(frozen=True)
    class Derived(Point):
        """Another field behind those of its base."""

        z: str = "z"

    @dataclass(frozen=True, kw_only=True)
    class Named(Derived):
        """A field without a default behind those that have one."""

        last: int

    @dataclass
    class Box:
        """Open to change, with something new in every instance, and more to do once it is filled."""

        items: list[int] = field(default_factory=list)
        inner: Any = None

        def __post_init__(self) -> None:
            self.items.append(0)

    @dataclass(frozen=True)
    class Own:
        """What the body defines stays."""

        only: int

        def __repr__(self) -> str:
            return "own"

        def __hash__(self) -> int:
            return 7

    @dataclass(frozen=True)
    class Nothing:
        """No fields."""

    return {cls.__name__: cls for cls in (Point, Derived, Named, Box, Own, Nothing)}


LAZY, STANDARD = classes(lazy.dataclass), classes(dataclasses.dataclass)
MADE: list[tuple[str, Callable[[Any], Any]]] = [
    ("Point", lambda c: c(1)),
    ("Point", lambda c: c(1, (2,), place=(3, 4))),
    ("Point", lambda c: c(y=(), x=5)),
    ("Derived", lambda c: c(1, (2,), (3, 4), "w")),
    ("Named", lambda c: c(1, last=9)),
    ("Box", lambda c: c()),
    ("Box", lambda c: c([1, 2], "inner")),
    ("Own", lambda c: c(3)),
    ("Nothing", lambda c: c()),
]
WRONG: list[tuple[str, Callable[[Any], Any]]] = [
    ("Point", lambda c: c()),
    ("Point", lambda c: c(1, 2, 3, 4)),
    ("Point", lambda c: c(1, x=1)),
    ("Point", lambda c: c(1, size=2)),
    ("Named", lambda c: c(1, (2,), (3, 4), "w", 9)),
    ("Named", lambda c: c(1)),
    ("Point", lambda c: setattr(c(1), "x", 2)),
    ("Derived", lambda c: setattr(c(1), "z", 2)),
    ("Point", lambda c: delattr(c(1), "x")),
    ("Box", lambda c: hash(c())),
]


@pytest.mark.parametrize("number", range(len(MADE)))
def test_instances_are_those_of_the_standard_library(number: int) -> None:
    name, make = MADE[number]
    ours, theirs = make(LAZY[name]), make(STANDARD[name])
    assert repr(ours) == repr(theirs)
    assert dataclasses.asdict(ours) == dataclasses.asdict(theirs)
    assert inspect.signature(type(ours)).parameters.keys() == inspect.signature(type(theirs)).parameters.keys()
    assert type(ours).__match_args__ == type(theirs).__match_args__
    for other_name, other in MADE:
        assert (ours == other(LAZY[other_name])) == (theirs == other(STANDARD[other_name]))
    if name not in ("Box", "Own"):
        assert hash(ours) == hash(theirs)


@pytest.mark.parametrize("number", range(len(WRONG)))
def test_what_the_standard_library_refuses_is_refused_in_its_kind(number: int) -> None:
    name, do = WRONG[number]
    with pytest.raises((TypeError, AttributeError)) as theirs:
        do(STANDARD[name])
    with pytest.raises(type(theirs.value)):
        do(LAZY[name])


def test_what_is_compared_and_what_is_not() -> None:
    point, box, own = LAZY["Point"], LAZY["Box"], LAZY["Own"]
    assert point(1, place=(5, 5)) == point(1)
    assert hash(point(1, place=(5, 5))) == hash(point(1))
    assert point(1) != LAZY["Derived"](1)
    assert point(1).double() == 2
    assert dataclasses.replace(point(1), x=3) == point(3)
    assert box() == box()
    assert box().items is not box().items
    assert (hash(own(1)), own(1) == own(1), own(1) == own(2)) == (7, True, False)


def test_a_class_that_holds_itself_is_shown() -> None:
    box = LAZY["Box"]()
    box.inner = box
    assert "..." in repr(box)


def test_nothing_is_made_before_the_first_instance() -> None:
    made = classes(lazy.dataclass)
    assert not any(dataclasses.is_dataclass(cls) for cls in made.values())
    made["Derived"](1)
    assert [name for name, cls in made.items() if "_waiting" not in cls.__dict__] == ["Point", "Derived"]


def test_threads_meet_a_whole_class() -> None:
    """Eight threads at once make the first instances of a class, over and over."""
    for _ in range(50):
        made, together = classes(lazy.dataclass)["Derived"], Barrier(8)

        def one(k: int, made: Any = made, together: Barrier = together) -> Any:
            together.wait()
            instance = made(k)
            return repr(instance), hash(instance), instance == made(k)

        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(one, range(8)))
        assert found == [(repr(made(k)), hash(made(k)), True) for k in range(8)]
