"""A reader of certificates that shares no code with the package: it computes every obligation anew and compares.

    recomputed(head)    the obligations of the theorem and its steps, by the rules that design.md states
    written(text)       the head, and the obligations that stand in the file as SMT-LIB
    compared(text)      both are the same, obligation by obligation, up to the names of quotients at the image of a map

A polynomial is a sum of monomials with coefficients, a monomial a tuple of names and of atoms (kind, top, bottom).
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

TOKEN = re.compile(r"\s*(?:(\d+)|([^\W\d][\w'!]*)|(.))")


# polynomials
class Poly:
    """Terms in the order in which they are written; equal whatever the order."""

    def __init__(self, terms: Any) -> None:
        found: dict[Any, Any] = {}
        for monomial, c in terms:
            key = tuple(sorted(map(repr, monomial)))
            found[key] = (found[key][0], found[key][1] + c) if key in found else (monomial, c)
        self.terms = [(m, c) for m, c in found.values() if c]
        self.key = tuple(sorted((key, c) for key, (_, c) in found.items() if c))

    def __iter__(self) -> Iterator[tuple[Any, int]]:
        return iter(self.terms)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Poly) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        return repr(self.key)

    @property
    def alone(self) -> Any:
        """The one factor of the one term."""
        ((factor,), one) = self.terms[0]
        assert one == 1
        return factor


def made(terms: Any) -> Poly:
    return Poly(terms)


def num(n: int) -> Poly:
    return made([((), n)])


def var(name: str) -> Poly:
    return made([((name,), 1)])


def add(*es: Poly) -> Poly:
    return made(t for e in es for t in e)


def neg(e: Poly) -> Poly:
    return made((m, -c) for m, c in e)


def sub(a: Poly, b: Poly) -> Poly:
    return add(a, neg(b))


def mul(a: Poly, b: Poly) -> Poly:
    return made((m + n, c * d) for m, c in a for n, d in b)


def total(e: Poly, of: Any) -> Poly:
    """The polynomial with every factor replaced by ``of(factor)``."""
    parts = []
    for m, c in e:
        product = num(c)
        for factor in m:
            product = mul(product, of(factor))
        parts.append(product)
    return add(*parts)


def put(e: Poly, values: dict[str, Poly]) -> Poly:
    def one(f: Any) -> Poly:
        if isinstance(f, str):
            return values.get(f, var(f))
        return made([(((f[0], put(f[1], values), put(f[2], values)),), 1)])

    return total(e, one)


def names(e: Poly) -> set[str]:
    return {n for m, _ in e for f in m for n in ({f} if isinstance(f, str) else names(f[1]) | names(f[2]))}


def parse(text: str) -> Poly:
    """2*s*i + floor(N - 1, s) - P."""
    tokens = [next(g for g in t if g) for t in TOKEN.findall(text)]

    def factor() -> Poly:
        token = tokens.pop(0)
        if token.isdigit():
            return num(int(token))
        if tokens and tokens[0] == "(":
            tokens.pop(0)
            top = sums()
            assert tokens.pop(0) == ","
            bottom = sums()
            assert tokens.pop(0) == ")"
            return made([(((token, top, bottom),), 1)])
        return var(token)

    def sums() -> Poly:
        found, sign = num(0), 1
        while True:
            while tokens[0] in "+-":
                sign = sign if tokens.pop(0) == "+" else -sign
            product = factor()
            while tokens and tokens[0] == "*":
                tokens.pop(0)
                product = mul(product, factor())
            found = add(found, mul(num(sign), product))
            if not tokens or tokens[0] not in "+-":
                return found
            sign = 1

    found = sums()
    assert not tokens, text
    return found


def read(value: Any) -> Any:
    return [read(v) for v in value] if isinstance(value, list) else parse(value)


# what the file says
def written(text: str) -> tuple[dict[str, Any], list[tuple[Any, Any, str, Poly]]]:
    lines = text.splitlines()
    head = json.loads("\n".join(line[2:] for line in lines[lines.index("; begin") + 1 : lines.index("; end")]))
    found = []
    for part in text.split("(push 1)")[1:]:
        asserts = [spelt(line) for line in part.splitlines() if line.startswith("(assert")]
        (relation, goal, zero) = asserts.pop()[1][1]
        ge, eq = ([polynomial(a[1][1]) for a in asserts if a[1][0] == sign] for sign in (">=", "="))
        assert zero == "0"
        assert all(a[1][2] == "0" for a in asserts)
        found.append((set(ge), set(eq), "ge" if relation == ">=" else "eq", polynomial(goal)))
    return head, found


def spelt(line: str) -> Any:
    """An s-expression as nested lists."""
    stack: list[list[Any]] = [[]]
    for token in re.findall(r"\(|\)|\|[^|]*\||[^\s()]+", line):
        if token == "(":
            stack.append([])
        elif token == ")":
            done = stack.pop()
            stack[-1].append(done)
        else:
            stack[-1].append(token)
    return stack[0][0]


def polynomial(e: Any) -> Poly:
    if isinstance(e, str):
        return num(int(e)) if e.isdigit() else var(e.strip("|"))
    sign, parts = e[0], [polynomial(p) for p in e[1:]]
    if sign == "+":
        return add(*parts)
    if sign == "-":
        return neg(parts[0])
    assert sign == "*"
    return list(itertools.accumulate(parts, mul))[-1]


# the theorem anew
class Wrong(Exception):
    """The file's theorem or a step of it is not one."""


class Claim:
    """One claim of the head: its hypotheses, its terms, and the obligations so far."""

    def __init__(self, head: dict[str, Any]) -> None:
        self.head, self.owed = head, list[tuple[Any, Any, str, Poly]]()
        self.ge: list[Poly] = []
        self.eq: list[Poly] = []
        self.atoms: dict[Any, Poly] = {}
        self.called = {parse(text).alone: name for text, name in head["quotients"]}
        self.extents: dict[str, list[Poly]] = {}
        self.count = itertools.count()
        self.sizes = {n for part in ("sizes", "definitions", "free") for n, _ in head[part]} | set(self.called.values())
        defined, free = {n for n, _ in head["definitions"]}, {n for n, _ in head["free"]}
        given = [parse(e) for e in head["given"]]
        for name, least in head["sizes"]:
            self.ge.append(sub(var(name), num(least)))
        self.ge += [self.clean(e) for e in given if not names(e) & (defined | free)]
        for name, meaning in head["definitions"]:
            self.eq.append(sub(self.clean(parse(meaning)), var(name)))
        self.ge += [self.clean(e) for e in given if names(e) & defined and not names(e) & free]
        for name, size in head["free"]:
            self.ge += [] if size is None else [var(name), sub(self.clean(parse(size)), add(num(1), var(name)))]
        self.ge += [self.clean(e) for e in given if names(e) & free]
        self.terms: dict[int, Term] = {}
        for sign, part in ((1, "left"), (-1, "right")):
            for items in head.get(part, []):
                for term in self.term(items, sign):
                    if term.coefficient:
                        self.terms[len(self.terms)] = term
        self.named()
        self.next = len(self.terms)
        goals = [(kind, self.clean(sub(parse(a), parse(b)))) for kind, a, b in head.get("goals", [])]
        self.facts(head["facts"], self.ge, self.eq, keep=True)
        for step in head["steps"]:
            self.step(step)
        for (kind, e), facts in zip(goals, head["shown"], strict=True):
            ge, eq = self.facts(facts, self.ge, self.eq)
            self.owe(ge, eq, kind, e)
        if self.terms or not (goals or head["bound"]):
            raise Wrong("something is left to be shown")

    def owe(self, ge: list[Poly], eq: list[Poly], kind: str, goal: Poly) -> None:
        self.owed.append((list(ge), list(eq), kind, goal))

    def fresh(self) -> str:
        return f"#{next(self.count)}"

    def named(self) -> None:
        """The names that the file gives to the bound integers of every term."""
        known: dict[str, Poly] = {}
        for number, term in self.terms.items():
            given = self.head["bound"][str(number)]
            if len(given) != len(term.bound):
                raise Wrong(f"term {number} binds {len(term.bound)}")
            for own, name in zip(term.bound, given, strict=True):
                if known.setdefault(own, var(name)) != var(name):
                    raise Wrong("one bound integer has two names")
        if len(set(map(repr, known.values()))) < len(known):
            raise Wrong("two bound integers have one name")
        for term in self.terms.values():
            term.rename(known)
        self.owed = [
            ([put(e, known) for e in ge], [put(e, known) for e in eq], k, put(g, known)) for ge, eq, k, g in self.owed
        ]

    # quotients of sizes
    def clean(self, e: Poly) -> Poly:
        return total(e, lambda f: var(f) if isinstance(f, str) else self.atom(f))

    def atom(self, f: Any) -> Poly:
        kind, key, other = plain(f, self.clean)
        if key not in self.atoms:
            if key[0] != "min":
                self.owe(self.ge, self.eq, "ge", sub(key[2], num(1)))
            introduce(key, self.atoms, self.ge, self.eq, lambda k: self.called[k])
        if kind == "quotient":
            self.owe(self.ge, self.eq, "eq", self.atoms[other])
        return self.atoms[key]

    def extent(self, entry: dict[str, Any]) -> list[Poly]:
        sizes = [self.clean(parse(n)) for n in entry["sizes"]]
        first = self.extents.setdefault(entry["entry"], sizes)
        for one, n in zip(first, sizes, strict=True):
            if one != n:
                self.owe(self.ge, self.eq, "eq", sub(one, n))
        return sizes

    # terms
    def term(self, items: list[Any], sign: int) -> Iterator[Term]:
        outer = Term(self, Fraction(sign))
        later = outer.take(items)
        if not later:
            yield outer
            return
        (of, by) = later[0]
        out = self.head["output"]
        self.extent(out["entry"])
        self.extent(of)
        for inner in out["definition"]:
            for place, item in enumerate(inner):
                if item.get("entry") != by["entry"]:
                    continue
                term = outer.copy()
                term.renamed = {}
                for name, size in out["bound"]:
                    term.bind(name, size)
                for e, at in zip(out["entry"]["at"], of["at"], strict=True):
                    term.eq.append(sub(put(parse(e), term.renamed), term.clean(at)))
                term.take([*inner[:place], {"taken": item, "by": by}, *inner[place + 1 :]])
                yield term

    # facts and steps
    def facts(
        self, facts: list[Any], ge: list[Poly], eq: list[Poly], keep: bool = False, own: Any = ()
    ) -> tuple[list[Poly], list[Poly]]:
        ge, eq = (ge, eq) if keep else (list(ge), list(eq))
        known = self.sizes | set(own)
        for fact in facts:
            rule, parts = fact[0], read(fact[1])
            mentioned(parts, known)
            if len(fact) > 2 and (known & set(fact[2]) or len(set(fact[2])) != 2):
                raise Wrong("a quotient or a rest has a name that is taken")
            known |= set(fact[2]) if len(fact) > 2 else set()
            if rule.startswith("have"):
                self.owe(ge, eq, rule[5:], parts[0])
            elif rule == "product":
                for e in parts:
                    self.owe(ge, eq, "ge", e)
            elif rule == "divide":
                self.owe(ge, eq, "ge", sub(parts[0], num(1)))
                self.owe(ge, eq, "ge", sub(add(mul(parts[0], parts[1]), parts[0]), num(1)))
            else:
                self.owe(ge, eq, "ge", sub(parts[1], num(1)))
            more = said(fact)
            ge += more[0]
            eq += more[1]
        if keep:
            self.sizes = known
        return ge, eq

    def step(self, s: dict[str, Any]) -> None:
        if "merge" in s:
            self.merge(s)
        elif "split" in s:
            term, e = self.terms[s["split"]], parse(s["by"])
            mentioned([e], self.sizes | set(term.bound))
            self.terms[s["split"]] = term.copy(ge=[*term.ge, e])
            self.new(term.copy(ge=[*term.ge, sub(neg(e), num(1))]))
        elif "share" in s:
            term, part = self.terms.pop(s["share"]), Fraction(s["part"])
            for c in (part, term.coefficient - part):
                if c:
                    self.new(term.copy(coefficient=c))
        elif "drop" in s:
            term = self.terms.pop(s["drop"])
            ge, eq = self.facts(s["facts"], [*self.ge, *term.ge], [*self.eq, *term.eq], own=term.bound)
            self.owe(ge, eq, "ge", num(-1))
        else:
            term, t = self.terms[s["cancel"]], var(s["bound"])
            (over, (n,)) = term.reads[s["read"]]
            ranges = [t, sub(n, add(num(1), t))]
            reads = [r for k, r in enumerate(term.reads) if k != s["read"]]
            rest = term.copy(ge=[e for e in term.ge if e not in ranges], reads=reads)
            rest.bound = [b for b in term.bound if b != s["bound"]]
            held = [e for e in (n, *rest.ge, *rest.eq, *(e for _, at in reads for e in at)) if s["bound"] in names(e)]
            if over != ("over",) or held or s["bound"] not in term.bound or not all(e in term.ge for e in ranges):
                raise Wrong("no sum against 1/n")
            self.owe([*self.ge, *rest.ge], [*self.eq, *rest.eq], "ge", sub(n, num(1)))
            self.terms[s["cancel"]] = rest

    def new(self, term: Term) -> None:
        self.terms[self.next] = term
        self.next += 1

    def merge(self, s: dict[str, Any]) -> None:
        one, other = self.terms[s["merge"]], self.terms.pop(s["with"])
        if (
            s["merge"] == s["with"]
            or sorted(s["reads"]) != list(range(len(one.reads)))
            or len(one.reads) != len(other.reads)
        ):
            raise Wrong("no two terms with as many reads")
        there, back = read(s["there"]), read(s["back"])
        self.carried(one, other, there, back, s["facts"], s["facts back"], s["reads"])
        self.carried(other, one, back, there, s["facts back"], s["facts"], None)
        one.coefficient += other.coefficient
        if not one.coefficient:
            del self.terms[s["merge"]]

    def carried(self, one: Term, other: Term, there: Any, back: Any, facts: Any, returning: Any, reads: Any) -> None:
        ge, eq = self.facts(facts, [*self.ge, *one.ge], [*self.eq, *one.eq], own=one.bound)
        mentioned(there, self.sizes | set(one.bound) | {n for fact in facts for two in fact[2:] for n in two})
        image = dict(zip(other.bound, there, strict=True))
        for kind, guards in (("eq", other.eq), ("ge", other.ge)):
            for e in guards:
                self.owe(ge, eq, kind, put(e, image))
        for (called, at), place in zip(one.reads, reads or [], strict=reads is not None):
            if called != other.reads[place][0]:
                raise Wrong("another tensor is read")
            for a, b in zip(at, other.reads[place][1], strict=True):
                self.owe(ge, eq, "eq", sub(a, put(b, image)))
        image |= {n: var(self.fresh()) for fact in returning for n in (fact[2] if len(fact) > 2 else [])}
        for fact in returning:
            more = said(fact)
            ge, eq = ge + [put(e, image) for e in more[0]], eq + [put(e, image) for e in more[1]]
        for name, e in zip(one.bound, back, strict=True):
            self.owe(ge, eq, "eq", sub(var(name), put(e, image)))


def mentioned(es: list[Poly], known: set[str]) -> None:
    """Raise Wrong for a name that its place does not know, or a quotient."""
    if any(names(e) - known for e in es) or any(not isinstance(f, str) for e in es for m, _ in e for f in m):
        raise Wrong("a map or a fact mentions what its place does not know")


def said(fact: list[Any]) -> tuple[list[Poly], list[Poly]]:
    rule, parts = fact[0], read(fact[1])
    if rule.startswith("have"):
        return (parts, []) if rule == "have ge" else ([], parts)
    if rule in ("product", "divide"):
        return ([mul(*parts)] if rule == "product" else [parts[1]]), []
    (u, v), (q, t) = parts, map(var, fact[2])
    return [t, sub(v, add(num(1), t))], [sub(add(mul(v, q), t), u)]


def plain(f: Any, clean: Any) -> tuple[str, Any, Any]:
    """(kind, key, key of the rest): ceilings and exact quotients are floors."""
    kind, top, bottom = f[0], clean(f[1]), clean(f[2])
    if kind == "ceil":
        top = sub(add(top, bottom), num(1))
    key = (kind if kind in ("min", "mod") else "floor", top, bottom)
    return kind, key, ("mod", top, bottom)


def introduce(key: Any, atoms: Any, ge: list[Poly], eq: list[Poly], called: Any) -> None:
    kind, top, bottom = key
    if kind == "min":
        m = var(called(key))
        atoms[key] = m
        ge += [sub(top, m), sub(bottom, m)]
        eq.append(mul(sub(top, m), sub(bottom, m)))
        return
    q, t = (var(called((k, top, bottom))) for k in ("floor", "mod"))
    atoms |= {("floor", top, bottom): q, ("mod", top, bottom): t}
    ge += [t, sub(bottom, add(num(1), t))]
    eq.append(sub(add(mul(bottom, q), t), top))


class Term:
    """coefficient * sum over bound of reads under guards; those of entries being inside make no divisor positive."""

    def __init__(self, claim: Claim, coefficient: Fraction) -> None:
        self.claim, self.coefficient = claim, coefficient
        self.bound: list[str] = []
        self.ge: list[Poly] = []
        self.eq: list[Poly] = []
        self.soft: tuple[list[Poly], list[Poly]] = ([], [])
        self.reads: list[Any] = []
        self.atoms: dict[Any, Poly] = {}
        self.renamed: dict[str, Poly] = {}

    def copy(self, **changed: Any) -> Term:
        made_ = Term(self.claim, self.coefficient)
        for name in ("bound", "ge", "eq", "reads", "atoms", "renamed"):
            setattr(made_, name, getattr(self, name).copy())
        made_.soft = list(self.soft[0]), list(self.soft[1])
        for name, value in changed.items():
            setattr(made_, name, value)
        return made_

    def rename(self, known: dict[str, Poly]) -> None:
        """Placeholders get the file's names, and all guards are one."""
        self.bound = [known[b].alone for b in self.bound]
        self.ge = [put(e, known) for e in (*self.ge, *self.soft[0])]
        self.eq = [put(e, known) for e in (*self.eq, *self.soft[1])]
        self.soft = [], []
        self.reads = [(called, [put(e, known) for e in at]) for called, at in self.reads]

    def new(self) -> str:
        self.bound.append(self.claim.fresh())
        return self.bound[-1]

    def positive(self, e: Poly) -> None:
        if names(e) or e == num(0) or e.terms[0][1] < 1:
            self.claim.owe([*self.claim.ge, *self.ge], [*self.claim.eq, *self.eq], "ge", sub(e, num(1)))

    def clean(self, e: Any) -> Poly:
        """A polynomial of the file with the quotients of this term as names."""
        e = put(parse(e), self.renamed) if isinstance(e, str) else e
        return total(e, lambda f: var(f) if isinstance(f, str) else self.atom(f))

    def atom(self, f: Any) -> Poly:
        kind, key, other = plain(f, self.clean)
        table = self.claim.atoms if key in self.claim.atoms and key not in self.atoms else self.atoms
        if key not in table:
            if key[0] != "min":
                self.positive(key[2])
            introduce(key, self.atoms, self.ge, self.eq, lambda _: self.new())
        if kind == "quotient":
            self.claim.owe([*self.claim.ge, *self.ge], [*self.claim.eq, *self.eq], "eq", table[other])
        return table[key]

    def bind(self, name: str, size: str) -> None:
        length = self.clean(size)
        t = var(self.new())
        self.renamed = {**self.renamed, name: t}
        self.ge += [t, sub(length, add(num(1), t))]

    def exact(self, value: Poly, divisor: Poly, eq: list[Poly]) -> Poly:
        self.positive(divisor)
        u = var(self.new())
        eq.append(sub(mul(divisor, u), value))
        return u

    def take(self, items: list[Any]) -> list[Any]:
        """Sums where they stand; between two of them divisibilities, other conditions, then the rest."""
        level, keyed, later = 0, [], []
        for item in items:
            level += "sum" in item
            where = item.get("where")
            order = 0 if "sum" in item else 3 if where is None else 1 if any(c[0] == "divides" for c in where) else 2
            keyed.append((level, order, item))
        for _, _, item in sorted(keyed, key=lambda k: k[:2]):
            if "derivative" in item and item["derivative"]["entry"] != item["by"]["entry"]:
                at, j = ([put(parse(e), self.renamed) for e in item[k]["at"]] for k in ("derivative", "by"))
                later.append(({**item["derivative"], "at": at}, {**item["by"], "at": j}))
            else:
                self.item(item)
        return later

    def item(self, item: dict[str, Any]) -> None:
        if "sum" in item:
            self.bind(item["sum"], item["below"])
        elif "where" in item:
            for kind, a, b in sorted(item["where"], key=lambda c: c[0] != "divides"):
                self.condition(kind, self.clean(a), self.clean(b))
        elif "over" in item:
            below = self.clean(item["over"])
            self.positive(below)
            self.reads.append((("over",), [below]))
        elif "times" in item:
            self.coefficient *= Fraction(item["times"])
        elif "function" in item:
            self.claim.extent(item["of"])
            at = [self.clean(e) for e in item["of"]["at"]]
            self.reads.append((("function", item["function"], item["order"], item["of"]["entry"]), at))
        elif "entry" in item:
            self.entry(item)
        else:
            of = item.get("taken") or item["derivative"]
            self.derivative(of, item["by"])

    def condition(self, kind: str, a: Poly, b: Poly) -> None:
        if kind == "equal":
            self.eq.append(sub(a, b))
        elif kind == "within":
            self.ge += [a, sub(b, add(num(1), a))]
        else:
            k = self.exact(b, a, self.eq)
            self.atoms |= {("floor", b, a): k, ("mod", b, a): num(0)}

    def entry(self, item: dict[str, Any]) -> None:
        at = []
        for k, (e, n) in enumerate(zip(item["at"], self.claim.extent(item), strict=True)):
            place = self.clean(e)
            if "spread" in item and parse(item["spread"][k]) != num(1):
                place = self.exact(place, self.claim.clean(parse(item["spread"][k])), self.soft[1])
            if item.get("flipped") and item["flipped"][k]:
                place = sub(n, add(num(1), place))
            self.soft[0].extend([place, sub(n, add(num(1), place))])
            at.append(place)
        self.reads.append((("inverse" if item.get("inverse") else "entry", item["entry"]), at))

    def derivative(self, of: dict[str, Any], by: dict[str, Any]) -> None:
        self.claim.extent(by)
        for k, (e, j, n) in enumerate(zip(of["at"], by["at"], self.claim.extent(of), strict=True)):
            place, wanted = self.clean(e), self.clean(j)
            factor = self.claim.clean(parse(of["spread"][k])) if "spread" in of else num(1)
            self.positive(factor)
            self.ge += [wanted, sub(n, add(num(1), wanted))]
            turned = of.get("flipped") and of["flipped"][k]
            self.eq.append(sub(place, mul(factor, sub(n, add(num(1), wanted)) if turned else wanted)))


# both
def recomputed(head: dict[str, Any]) -> list[tuple[Any, Any, str, Poly]]:
    """The obligations of every claim, each on what shares names with its goal."""
    return [near(*o) for claim in head["claims"] for o in Claim(claim).owed]


def near(ge: list[Poly], eq: list[Poly], kind: str, goal: Poly) -> tuple[Any, Any, str, Poly]:
    seen, every = names(goal), [*ge, *eq]
    while seen:
        wider = seen.union(*(names(e) for e in every if names(e) & seen))
        if wider == seen:
            break
        seen = wider
    if not names(goal):
        return set(ge), set(eq), kind, goal
    return {e for e in ge if names(e) <= seen}, {e for e in eq if names(e) <= seen}, kind, goal


def canonical(o: tuple[Any, Any, str, Poly], stated: set[str]) -> tuple[Any, Any, str, Poly]:
    """With the names that no part of the head gives in the order in which they were made."""
    ge, eq, kind, goal = o
    loose = {n for e in (*ge, *eq, goal) for n in names(e)} - stated
    order = sorted(loose, key=lambda n: int(re.split(r"[!#]", n)[-1]))
    known = {n: var(f"?{k}") for k, n in enumerate(order)}
    return {put(e, known) for e in ge}, {put(e, known) for e in eq}, kind, put(goal, known)


def stated(head: dict[str, Any]) -> set[str]:
    """Every name that the head gives to something."""
    found: set[str] = set()
    for claim in head["claims"]:
        found |= {n for part in ("sizes", "definitions", "free") for n, _ in claim[part]}
        found |= {n for _, n in claim["quotients"]} | {n for bound in claim["bound"].values() for n in bound}
        found |= set(re.findall(r"[a-z]+!!\d+", json.dumps(claim)))
    return found


def compared(text: str) -> int:
    """The number of obligations, if those in the file are those of its theorem and steps."""
    head, there = written(text)
    here, known = recomputed(head), stated(head)
    assert len(here) == len(there), f"{len(here)} obligations, {len(there)} in the file"
    for number, (one, other) in enumerate(zip(here, there, strict=True), 1):
        assert canonical(one, known) == canonical(other, known), f"obligation {number} is another"
    return len(here)
