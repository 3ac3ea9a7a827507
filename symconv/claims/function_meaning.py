r"""What a formula about functions, softmax or losses says: its families, its definitions, its free indices.

    \frac{\partial L}{\partial z_i} = p_i - y_i  with cross_entropy:   L = -sum_k y_k log p_k,  p = softmax(z),  sum_k y_k = 1

Nothing is guessed silently: every definition that is put in is a line of the reading.
"""

from __future__ import annotations

import re
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter

from symconv.claims.function_context import (
    DERIVED_BY,
    KRONECKER,
    Context,
    named,
    own_loss,
    steps_back,
    words_of,
)
from symconv.claims.function_expand import Entries
from symconv.claims.function_groups import Groups
from symconv.claims.function_losses import fill
from symconv.claims.function_names import ACTIVATIONS, APPLIED, LOSSES, NORMAL, SAID, canonical
from symconv.claims.function_reader import read_functions
from symconv.claims.function_roles import Draft, connected, defaults, functions_of
from symconv.claims.relations import Statement
from symconv.claims.spelling import spelled
from symconv.claims.tensor_names import plain_name
from symconv.errors import SymconvError
from symconv.language.claims import Published
from symconv.language.formula import Node, name, number
from symconv.language.functional import Defined, Family, Functional
from symconv.language.prose import Prose

LETTERS = ("f", "g", "phi", "varphi", "psi", "act", "activation", "sigma", "y", "h", "a")
CONSTANTS = ("e", "pi")
POSITIVE = ("N", "M", "B", "T", "tau", "beta", "batch_size", "K", "C")


def meant(published: Published, transposed: bool = False) -> Functional:
    """The meaning of a formula about functions and losses; ``transposed``: a dense layer is z = W^T x + b.

    Raises FormulaError with the place of what cannot be read, SymconvError for what has no meaning here.
    """
    published = with_variable_e(published)
    context = contextual(published)
    context.transposed = transposed
    functions = frozenset(applied_names(published.formula, context))
    statements = read_functions(published.formula, functions)
    draft = Draft(context, [])
    context.aliases |= {f: context.function or "?" for f in functions if f not in context.aliases}
    separate(draft, statements, published)
    for text in published.given:
        draft.given += [plain(s.node) for s in read_functions(text, functions)]
    if "=" in published.forward:
        forward(draft, published.forward, functions)
    draft.variable = variable_of(draft)
    if (word := draft.variable.parts[0]) in context.aliases:
        raise SymconvError(f"{word!r} is said to be a function, and stands as a variable: say with --where what it is")
    if context.slope:
        draft.slope = number_or_name(context.slope)
    defaults(draft)
    measure(draft)
    fill(draft)
    return built(draft)


BY_E = re.compile(r"\\partial\s*e(?![A-Za-z])|∂\s*e(?![A-Za-z])|(?:/|\{)\s*d\s*e(?![A-Za-z])")
LONE_E = re.compile(r"(?<![A-Za-z\\])e(?![A-Za-z])|(?<=∂)e(?![A-Za-z])")


def with_variable_e(published: Published) -> Published:
    """Where something is differentiated by e, it is a variable and no constant: it is read as epsilon."""
    if not BY_E.search(published.formula):
        return published

    def put(text: str) -> str:
        return LONE_E.sub(r"\\varepsilon ", re.sub(r"(?<=[/{])(\s*)de(?![A-Za-z])", r"\1d e", text))

    return replace(
        published,
        formula=put(published.formula),
        forward=put(published.forward),
        given=tuple(map(put, published.given)),
        where=tuple((put(n), words) for n, words in published.where),
    )


def contextual(published: Published) -> Context:
    """The operator and the roles of the names."""
    context = None
    for text in (published.operator, published.forward):
        if text.strip() and not (text is published.forward and "=" in text):
            context = named(text)
    context = context or Context()
    for key, role in words_of(published).items():
        plain_key = plain_name(key)
        if role.startswith("="):
            context.aliases[plain_key] = role[1:]
        else:
            context.roles[plain_key] = role
    if not context.kind:
        context.kind = guessed(published)
    step = steps_back(published)
    if step is not None and step.groupdict().get("input"):
        context.roles[step["input"]] = "input"
    return context


def guessed(published: Published) -> str:
    """The kind of a claim whose operator is not said."""
    if steps_back(published):
        return "dense"
    said = " ".join([*(w for _, w in published.where), published.formula, published.forward])
    if (own := own_loss(published)) and "=" not in published.forward:
        return own
    if re.search(r"cross-?\s?entropy|softmax loss", said, re.IGNORECASE):
        return "cross_entropy"
    loss = re.search(r"(?:\\partial|∂|d)\s*(?:\\mathcal\{?)?[LJECl]\b|(?:^|[,;])\s*L(?:_\w+)?\s*=", published.formula)
    if loss and re.search(r"softmax", said, re.IGNORECASE) and "=" not in published.forward:
        return "cross_entropy"
    if KRONECKER.search(published.formula) or DERIVED_BY.match(published.formula):
        return "softmax"
    return "softmax" if re.search(r"softmax", said, re.IGNORECASE) else ""


def applied_names(text: str, context: Context) -> set[str]:
    """Letters that are applied to brackets and may be functions."""
    found = set(context.aliases)
    if context.kind in ("pointwise", "dense"):
        for letter in LETTERS:
            if re.search(
                rf"(?<![A-Za-z\\_]){letter}\s*(?:'|′|\^\{{?\\prime\}}?)*\s*\(|\\{letter}\s*(?:'|′)*\s*(?:\\left)?\(", text
            ):
                found.add(letter)
    if re.search("gelu", text + context.function, re.IGNORECASE):
        for letter, function in NORMAL.items():
            if re.search(rf"\\{letter}\b|{'Φ' if letter == 'Phi' else '[φϕ]'}|\b{letter}\b", text):
                context.aliases.setdefault(letter, function)
                found.add(letter)
    if context.kind == "dense":
        found |= {"sigma"} if re.search(r"\\?sigma|σ", text) else set()
        context.aliases.setdefault("sigma", context.function or "?")
    return found - set(ACTIVATIONS) | ({"sigma"} if "sigma" in context.aliases else set())


def plain(node: Node, labels: bool = True) -> Node:
    """Names and losses in one spelling; an index of a loss, and of a label, is part of its name."""
    if node.kind == "index" and node.parts[0].kind == "name" and node.parts[0].parts[0] in LOSSES:
        return name(node.parts[0].parts[0])
    parts = tuple(plain(p, labels) if isinstance(p, Node) else p for p in node.parts)
    if node.kind == "relation" and labels:
        parts = (parts[0], *(labelled(p) for p in parts[1:]))
    return Node(node.kind, parts, node.place)


def labelled(node: Node) -> Node:
    """y_i beside k is the class of sample i."""
    if node.kind == "index" and node.parts[0] == name("y") and len(node.parts) == 2 and node.parts[1].kind == "name":
        return name(f"y_{node.parts[1].parts[0]}")
    return node


def separate(draft: Draft, statements: list[Statement], published: Published) -> None:
    """What is claimed, what is only a condition, and what defines a name for the rest."""
    equations: list[tuple[Node, Node]] = []
    for s in statements:
        node = plain(s.node, draft.context.kind != "dense")
        if s.condition is not None:
            draft.given.append(plain(s.condition))
        if node.kind == "relation" and node.parts[0] == "=":
            equations.append((gradient(derived_by(draft, node.parts[1])), node.parts[2]))
        elif node.kind == "relation" and node.parts[0] in ("<", ">", "<=", ">=", "!="):
            if len(statements) == 1:
                raise SymconvError("an inequality between functions is not understood, only an equation")
            draft.given.append(node)
        elif node.kind == "relation" and node.parts[0] == "~":
            raise SymconvError("an approximation (≈) has no verdict: write = to see where and by how much it fails")
        else:
            raise SymconvError(f"expected an equation between functions, got {s.text or spelled(node)[:60]!r}")
    if not equations:
        raise SymconvError("expected an equation between functions")
    for k, (left, right) in enumerate(equations):
        base = left.parts[0] if left.kind == "index" else left
        chained = k and equations[k - 1][1] == left
        later = [n for a, b in equations[k + 1 :] for side in (a, b) for n in everything(side)]
        vector = draft.context.kind in ("cross_entropy", "bce", "mse") and right.kind == "call" and left.kind == "name"
        own = base.kind == "name" and (vector or not published.operator) and not chained and base.parts[0] in later
        if own and all(e.kind == "name" for e in left.parts[1:] if left.kind == "index") and not is_function(draft, base):
            parameters = tuple(e.parts[0] for e in left.parts[1:]) if left.kind == "index" else ()
            draft.definitions[base.parts[0]] = whole_vector(parameters, right)
            draft.say(f"{spelled(left)} = {spelled(right)} is a definition")
        else:
            draft.pairs.append((left, right))
    if not draft.pairs:
        raise SymconvError("only definitions, with nothing to compare: say with --operator what it shall be")


def derived_by(draft: Draft, left: Node) -> Node:
    """D_j S_i is dS_i/dz_j, z the logits."""
    if left.kind != "mul" or len(left.parts) != 2 or left.parts[0].kind != "index" or left.parts[0].parts[0] != name("D"):
        return left
    wrt = Node("index", (name("z"), *left.parts[0].parts[1:]))
    made = Node("partial", (left.parts[1], wrt), left.place)
    draft.say(Prose("reading.logits", {"left": spelled(left), "right": spelled(made)}))
    return made


def gradient(left: Node) -> Node:
    """dz = ... is dL/dz = ..., as code says it."""
    base = left.parts[0] if left.kind == "index" else left
    if base == name("d") and left.kind == "index" and len(left.parts) == 2:
        return Node("partial", (name("L"), left.parts[1]), left.place)
    if base.kind != "name" or not re.fullmatch(r"d_?(?:[A-Za-z]|logits|scores|probs)", base.parts[0]):
        return left
    bare = name(base.parts[0][1:].lstrip("_"))
    wrt = Node("index", (bare, *left.parts[1:])) if left.kind == "index" else bare
    return Node("partial", (name("L"), wrt), left.place)


def everything(node: Node) -> set[str]:
    """Every name below a node, bound or free."""
    return {n.parts[0] for n in node.walk() if n.kind == "name"}


def is_function(draft: Draft, base: Node) -> bool:
    """Whether a bare name is that of a function."""
    return base.parts[0].rstrip("'") in draft.context.aliases or canonical(base.parts[0]) in APPLIED


def forward(draft: Draft, text: str, functions: frozenset[str]) -> None:
    """The definitions of a forward pass."""
    for s in read_functions(text, functions):
        node = plain(s.node)
        if node.kind != "relation" or node.parts[0] != "=":
            raise SymconvError(f"forward: expected a definition such as L = ..., got {s.text[:60]!r}")
        _, left, right = node.parts
        base = left.parts[0] if left.kind == "index" else left
        if base.kind != "name" or not all(e.kind == "name" for e in left.parts[1:] if left.kind == "index"):
            raise SymconvError(f"forward: expected a name or an entry on the left, got {spelled(left)}")
        parameters = tuple(e.parts[0] for e in left.parts[1:]) if left.kind == "index" else ()
        draft.definitions[base.parts[0]] = whole_vector(parameters, right)
        draft.say(Prose("reading.forward", {"left": spelled(left), "right": spelled(right)}))


def whole_vector(parameters: tuple[str, ...], body: Node) -> tuple[tuple[str, ...], Node]:
    """p = softmax(z) defines every entry of p."""
    if not parameters and body.kind == "call" and body.parts[0] in ("softmax", "logsoftmax"):
        return ("_v",), Node("index", (body, name("_v")))
    return parameters, body


def variable_of(draft: Draft) -> Node:
    """The variable of a function without its argument: the one below a derivative, or in a function's brackets."""
    for n in draft.nodes():
        if n.kind == "partial" and n.parts[1].kind == "name":
            return Node("name", n.parts[1].parts)
    for n in draft.nodes():
        if n.kind in ("call", "prime") and isinstance(n.parts[-1], Node) and n.parts[-1].kind == "name":
            word = n.parts[-1].parts[0]
            if word not in draft.context.aliases and canonical(word) not in APPLIED:
                return name(word)
    return name("x")


def number_or_name(text: str) -> Node:
    """0.1, 1/10 or alpha."""
    found = read_functions(text)[0].node
    if found.kind not in ("number", "name", "div", "neg"):
        raise SymconvError(f"slope: expected a number or a name, got {text[:40]!r}")
    return found


def measure(draft: Draft) -> None:
    """The shapes of names that are indexed."""
    nodes = [*draft.nodes(), *(n for _, body in draft.definitions.values() for n in body.walk())]
    for n in nodes:
        if n.kind == "index" and n.parts[0].kind == "name":
            word, count = n.parts[0].parts[0], len(n.parts) - 1
            if word == "delta" and count == 2:
                continue
            if draft.shapes.setdefault(word, count) != count:
                raise SymconvError(f"{word!r} is read with {draft.shapes[word]} and with {count} indices")
        if n.kind == "call" and n.parts[0] in ("softmax", "logsoftmax", "logsumexp"):
            argument = n.parts[1]
            inner = argument.parts[0] if argument.kind == "index" else argument
            for m in inner.walk():
                if m.kind == "name" and m.parts[0] not in draft.context.roles:
                    vector = inner.kind in ("name", "neg") or m.parts[0] in "zxaouvhsf"
                    if vector:
                        draft.shapes.setdefault(m.parts[0], 1)
    for word, (parameters, _) in draft.definitions.items():
        draft.shapes.setdefault(word, len(parameters))


# the whole
def built(draft: Draft) -> Functional:
    """Entries, groups, families."""
    connected(draft)
    entries = Entries(draft.shapes, draft.context.aliases, draft.variable, slope_of(draft))
    entries.entrywise = draft.context.kind == "pointwise"
    links, free = [], dict[str, None]()
    for left, right in draft.pairs:
        shape = abs(entries.shape(left)) or abs(entries.shape(right))
        at = tuple(name(letter) for letter in "ijklmn"[:shape])
        links.append(
            (
                entries.entry(left, at if entries.shape(left) else ()),
                entries.entry(right, at if entries.shape(right) else ()),
            )
        )
    definitions = [Defined(word, parameters, entries.entry(body)) for word, (parameters, body) in draft.definitions.items()]
    given = [entries.condition(g) for g in draft.given]
    for word in entries.used:
        if word in SAID:
            draft.say(SAID[word])
    told = tuple(
        dict.fromkeys(e.parts[0] for n in draft.nodes() if n.kind == "index" for e in n.parts[1:] if e.kind == "name")
    )
    groups = Groups()
    links = [(groups.whole(a), groups.whole(b)) for a, b in links]
    definitions = [Defined(d.name, d.parameters, groups.whole(d.body)) for d in definitions if d.body is not None]
    for d in definitions:
        groups.define(d)
    scalars = {w for w, s in draft.shapes.items() if not s} | set(draft.domains)
    for d in definitions:
        if d.body is not None:
            groups.visit(d.body, scalars)
    apart = groups.axes(draft.shapes)
    for node in [side for pair in links for side in pair] + given:
        groups.visit(node, scalars)
    for pair in links:
        for side in pair:
            groups.counting(side)
    merged = groups.merged(apart) if draft.context.kind == "dense" else ""
    for size, family in draft.counts.items():
        groups.join(groups.axis(family, 0), f"size {size}")
        groups.sizes[size] = groups.axis(family, 0)
    for loss, of in draft.losses.items():
        definitions.append(Defined(loss, (), None, of))
        groups.join(groups.axis(f"d{loss}/d{of}", 0), groups.axis(of, 0))
    for pair in links:
        for side in pair:
            free |= dict.fromkeys(n for n in side.names() if n in groups.indices)
    made = finished(draft, links, definitions, given, groups, tuple(free))
    return replace(made, told=told, misfit=merged)


def slope_of(draft: Draft) -> Node | None:
    """The slope of leaky_relu: the name that the formula has for it, or 1/100."""
    if draft.slope is not None:
        return draft.slope
    for word in ("alpha", "slope", "negative_slope", "a", "lambda"):
        if any(n == name(word) for n in draft.nodes()):
            return name(word)
    called = functions_of(draft)
    if called & {"elu", "celu"}:
        draft.say(Prose("reading.alpha"))
        return number(1)
    if "leaky_relu" not in called:
        return None
    decimals = {n.parts[0] for n in draft.nodes() if n.kind == "number" and 0 < n.parts[0] < 1}
    if len(decimals) == 1:  # the formula's own slope
        draft.say(Prose("reading.leaky.number", {"slope": f"{float(*decimals):g}"}))
        return number(*decimals)
    draft.say(Prose("reading.leaky.default"))
    return Node("div", (number(1), number(100)))


def arities(links: list[tuple[Node, Node]], definitions: list[Defined]) -> None:
    """Refuse what is defined with so many indices and read with another number."""
    counts = {d.name: len(d.parameters) for d in definitions if d.body is not None}
    for node in [s for pair in links for s in pair] + [d.body for d in definitions if d.body is not None]:
        read_: dict[str, int] = {}
        for n in node.walk():
            if n.kind == "index" and n.parts[0].kind == "name":
                read_[n.parts[0].parts[0]] = len(n.parts) - 1
        for word in node.names():
            if counts.get(word, read_.get(word, 0)) != read_.get(word, 0):
                raise SymconvError(f"{word!r} is defined with {counts[word]} indices and read with {read_.get(word, 0)}")


def circles(definitions: list[Defined]) -> None:
    """Refuse what is defined by itself: z by a loss of z."""
    names = {d.name for d in definitions}
    uses = {d.name: (set(d.body.names()) - set(d.parameters)) & names for d in definitions if d.body is not None}
    uses |= {d.name: {d.of} & names for d in definitions if d.body is None}
    try:
        TopologicalSorter(uses).prepare()
    except CycleError as error:
        raise SymconvError(f"{error.args[1][0]!r} is defined by itself: say with --where what it stands for") from None


def finished(
    draft: Draft,
    links: list[tuple[Node, Node]],
    definitions: list[Defined],
    given: list[Node],
    groups: Groups,
    free: tuple[str, ...],
) -> Functional:
    """Families of all names that nothing defines, and the notes."""
    arities(links, definitions)
    circles(definitions)
    known = {d.name for d in definitions} | set(groups.indices) | set(CONSTANTS) | set(groups.sizes) | {"#"}
    used: dict[str, int] = {}
    for node in [s for pair in links for s in pair] + [d.body for d in definitions if d.body is not None] + given:
        for n in node.walk():
            if n.kind == "index":
                used[n.parts[0].parts[0]] = len(n.parts) - 1
        for word in node.names():
            used.setdefault(word, 0)
    for loss, of in draft.losses.items():
        used[f"d{loss}/d{of}"] = 1
    families = []
    for word, count in used.items():
        if word in known:
            continue
        axes = tuple(groups.root(groups.axis(word, k)) for k in range(count))
        families.append(
            Family(word, axes, draft.domains.get(word) or ("positive" if word in POSITIVE and not axes else "real"))
        )
    for n in (n for pair in links for side in pair for n in side.walk() if n.kind == "partial"):
        of = n.parts[0].parts[0] if n.parts[0].kind == "index" else n.parts[0]
        if (
            of.kind == "name"
            and of.parts[0] in {f.name for f in families}
            and of != n.parts[1]
            and of.parts[0] != "following"
        ):
            raise SymconvError(f"what is {of.parts[0]!r}, that is differentiated?  Say it with --operator or --forward")
    for left, right in links:
        for a in (left, right):
            base = a.parts[0] if a.kind == "index" else a
            if base.kind == "name" and base.parts[0] in {f.name for f in families}:
                word = base.parts[0]
                others = [n for pair in links for s in pair if s is not a for n in s.walk()] + draft.given
                if name(word) not in others:
                    raise SymconvError(
                        f"what is {word!r}?  Say it with --operator (cross_entropy, mse, sigmoid, ...) or --forward"
                    )
    roots = {i: groups.root(i) for i in groups.indices}
    roots |= {f"k@{of}": groups.root(groups.axis(of, 0)) for of in draft.losses.values()}
    sizes = tuple((groups.root(of), size) for size, of in groups.sizes.items())
    if len({g for g, _ in sizes}) != len(sizes):
        raise SymconvError("two names for one size: keep one")
    if free and any(f.groups for f in families):
        draft.say(Prose("reading.base.one"))
    return Functional(
        tuple((a, b) for a, b in links), tuple(families), tuple(definitions), free, tuple(roots.items()), sizes,
        tuple(given), tuple(draft.reading),
    )  # fmt: skip
