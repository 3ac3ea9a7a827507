"""A role for every name of a formula; two names for one role, or none for a name, are errors with a place."""

from __future__ import annotations

import re
from dataclasses import replace

from symconv.claims.given import plain
from symconv.claims.relations import Statement
from symconv.claims.setting import Interpretation
from symconv.claims.tokens import refuse
from symconv.claims.vocabulary import DERIVED, Role, recognise
from symconv.errors import SymconvError
from symconv.language.claims import Published
from symconv.language.formula import number
from symconv.language.prose import Prose


def named(meaning: Interpretation, claims: list[Statement], published: Published) -> None:
    """A role for every name that occurs; two names for one role, or none for a name, are errors with a place."""
    inner = dict.fromkeys(n for node in (*meaning.formulas.values(), *meaning.given) for n in node.names())
    seen = [
        n for s in claims for node in (s.node, *([s.condition] if s.condition is not None else ())) for n in node.names()
    ]
    for each in [n for n in meaning.roles if n not in seen and n not in inner and n not in meaning.formulas]:
        if meaning.roles[each].kind not in DERIVED:
            del meaning.roles[each]  # said, but not in the formula: it has its default
    free_topic = meaning.topic in ("identity", "arithmetic")
    for each in dict.fromkeys([*seen, *inner, *meaning.formulas]):
        if each in meaning.roles:
            meaning.roles[each] = adjusted(meaning, each, meaning.roles[each], claims)
            continue
        role = recognise(each, meaning.topic)
        helper = each in inner and each not in seen and each not in meaning.formulas
        if free_topic or (helper and (role is None or taken(meaning, each, role))):
            role = Role("number")
        if role is None and each in meaning.formulas:
            role = Role("number")
        if role is None:
            raise unbound(each, claims, published)
        meaning.roles[each] = adjusted(meaning, each, role, claims)
    for each, role in layered(meaning, seen).items():
        meaning.roles[each] = role
    derived_left(meaning, claims)
    backwards(meaning, claims)
    compete(meaning, claims, published)
    for each, role in meaning.roles.items():
        if each in seen or each in inner or each in meaning.formulas:
            meaning.say(in_words(meaning, each, role, free_topic))


WANTED = {"parameters": "parameters", "output-size": "output", "receptive-field": "rf", "winograd": "multiplications"}


def derived_left(meaning: Interpretation, claims: list[Statement]) -> None:
    """A name alone on the left that by its letter is a parameter is what the topic derives: P of a number of parameters."""
    for node in (s.node for s in claims):
        if meaning.topic not in WANTED or node.kind != "relation" or node.parts[0] != "=" or node.parts[1].kind != "name":
            continue
        left, right = node.parts[1].parts[0], node.parts[2].names()
        role = meaning.roles[left]
        by_letter = not role.said and role.kind not in DERIVED and left not in meaning.formulas and left not in right
        beside = {meaning.roles[n].kind for n in right if n in meaning.roles}
        if by_letter and "kernel" in beside and len(left) <= 2 and role.kind not in ("input", "number"):
            meaning.roles[left] = Role(WANTED[meaning.topic], role.axis)


def backwards(meaning: Interpretation, claims: list[Statement]) -> None:
    """r_{l-1} told by r_l: so many inputs of a layer are needed for so many of its outputs."""
    if meaning.topic != "receptive-field" or len(claims) != 1 or claims[0].node.kind != "relation":
        return
    left, right = claims[0].node.parts[1:]
    role = meaning.roles.get(left.parts[0]) if left.kind == "name" else None
    fields = [n for n in right.names() if meaning.roles.get(n, Role("")).kind == "rf"]
    if role is not None and role.kind == "rf-in" and len(fields) == 1:
        meaning.roles[left.parts[0]], meaning.roles[fields[0]] = Role("span-in", role.axis), Role("span", role.axis)


def in_words(meaning: Interpretation, each: str, role: Role, free_topic: bool) -> Prose:
    """What a name is, for the reading."""
    formula = f"= {plain(meaning.formulas[each])}" if each in meaning.formulas else ""
    if role.kind not in ("number", "rational"):
        return Prose("reading.is.defined" if formula else "reading.is.role",
                     {"name": each, "formula": formula, "role": role.words()})  # fmt: skip
    return Prose("reading.is", {"name": each, "what": formula or Prose(f"role.{'number' if free_topic else role.kind}")})


def layered(meaning: Interpretation, seen: list[str]) -> dict[str, Role]:
    """n[l] and n[l-1] are the output and the input of layer l."""
    found: dict[str, Role] = {}
    for each in seen:  # W_1 and W_2 are the sizes before and after
        pair = re.fullmatch(r"([A-Za-z])_?1", each)
        after = next((n for n in seen if pair and re.fullmatch(pair[1] + r"_?2", n)), None)
        if pair and after and meaning.topic == "output-size" and meaning.roles[each].kind == "input":
            plain_role = recognise(pair[1])
            axis = plain_role.axis if plain_role else ""
            found |= {each: Role("input", axis), after: Role("output", axis)}
    for each in seen:
        before = re.fullmatch(r"(.+?)(?:\^)?(\[\(?l-1\)?\]|\(l-1\)|_l-1)", each)
        if before:
            after = next(
                (n for n in seen if n != each and re.fullmatch(re.escape(before[1]) + r"\^?(\[l\]|\(l\)|_l)", n)), None
            )
            if after and meaning.roles[each].kind in ("input", "output", "number"):
                axis = meaning.roles[each].axis
                found |= {each: Role("input", axis), after: Role("output", axis)}
    return found


def taken(meaning: Interpretation, each: str, role: Role) -> bool:
    """Whether another name has the role already."""
    return any(other != each and r.kind == role.kind and r.axis == role.axis for other, r in meaning.roles.items())


def adjusted(meaning: Interpretation, each: str, role: Role, claims: list[Statement]) -> Role:
    """A role in the light of the topic and the conventions."""
    left = {s.node.parts[1].parts[0] for s in claims if s.node.kind == "relation" and s.node.parts[1].kind == "name"}
    if (
        meaning.topic == "padding"
        and role.kind in ("padding", "padding-total")
        and each in left
        and each not in meaning.formulas
    ):
        if meaning.setting.mode == "same":
            return Role("same-total", role.axis)
        if meaning.setting.family == "transposed":
            raise SymconvError(
                "padding: which padding of a transposed convolution is meant is not known: say it with --where"
            )
        wanted = {"full": "full-padding", "causal": "causal-padding"}.get(meaning.setting.mode, "same-padding")
        if role.kind == "padding" and not role.said and wanted == "same-padding":
            choice = meaning.conventions.get("padding")
            if choice == "total":
                return Role("same-padding-total", role.axis)
            if choice is None:
                meaning.open["padding"] = "total"
        role = Role(wanted + ("-total" if role.kind == "padding-total" and wanted == "same-padding" else ""), role.axis)
    if meaning.topic == "padding" and meaning.setting.mode == "same" and each not in meaning.formulas:
        beside = {"padding-lo": "same-lo", "padding-hi": "same-hi", "padding": "same-total", "padding-total": "same-total"}
        if role.kind in beside:
            return Role(beside[role.kind], role.axis)
    if role.kind == "padding" and not role.said:
        choice = meaning.conventions.get("padding")
        if choice == "total":
            return Role("padding-total", role.axis, True)
        if choice is None:
            meaning.open["padding"] = "total"
    if role.kind == "dilation" and not role.said and meaning.formulas.get(each) != number(1):
        choice = meaning.conventions.get("dilation")
        if choice == "0":
            return Role("dilation-0", role.axis, True)
        if choice is None:
            meaning.open["dilation"] = "0"
    if (
        meaning.topic == "parameters"
        and role.kind == "output"
        and not any(
            (meaning.roles.get(n) or recognise(n, "parameters") or Role("")).kind == "input"
            for s in claims
            for n in s.node.names()
        )
    ):
        return Role("output", role.axis, True)
    return role


def compete(meaning: Interpretation, claims: list[Statement], published: Published) -> None:
    """Two names for one role of one axis: the one that is defined by the other stays, else it is an error."""
    unify(meaning)
    lua(meaning)
    effective(meaning)
    before_and_after(meaning, claims)
    said = {key for key, _ in published.where}
    inner = {n for node in (*meaning.formulas.values(), *meaning.given) for n in node.names()} - said
    for each in [n for n in meaning.roles if n in inner and n not in meaning.formulas]:
        if taken(meaning, each, meaning.roles[each]):
            meaning.roles[each] = Role("number")
    holders: dict[tuple[str, str], str] = {}
    for each, role in meaning.roles.items():
        if (
            role.kind in ("number", "rational")
            or (role.kind in DERIVED and role.kind != "output")
            or each in meaning.formulas
        ):
            continue
        key = (role.kind, role.axis)
        if key in holders and each != holders[key]:
            other = holders[key]
            raise unbound(each, claims, published, f"{other} and {each} both read as the {role.words()}")
        holders[key] = each


def effective(meaning: Interpretation) -> None:
    """k' or k with a hat beside k is the extent of the dilated kernel."""
    for each, role in list(meaning.roles.items()):
        plain = each.removesuffix("'").removesuffix("^hat").removesuffix("^tilde")
        if (
            plain != each
            and role.kind == "kernel"
            and meaning.roles.get(plain, Role("")).kind == "kernel"
            and not role.said
        ):
            meaning.roles[each] = Role("extent", role.axis)


def before_and_after(meaning: Interpretation, claims: list[Statement]) -> None:
    """A size on the left beside another on the right is the output: n_H = .. n_H_prev .."""
    first = claims[0].node if claims else None
    if meaning.topic != "output-size" or first is None or first.kind != "relation" or first.parts[1].kind != "name":
        return
    left = first.parts[1].parts[0]
    role = meaning.roles.get(left, Role(""))
    others = [meaning.roles[n] for n in first.parts[2].names() if n in meaning.roles]
    if role.kind == "input" and not role.said and any(r.kind == "input" and r.axis in ("", role.axis) for r in others):
        meaning.roles[left] = Role("output", role.axis)


def lua(meaning: Interpretation) -> None:
    """In Torch's names dW is the stride beside dilationW."""
    for each, role in list(meaning.roles.items()):
        if re.fullmatch(r"d[WHTLwhtl]", each) and role.kind.startswith("dilation") and taken(meaning, each, role):
            meaning.roles[each] = Role("stride", role.axis)


def unify(meaning: Interpretation) -> None:
    """stride[0] beside H_out is the stride of the height: numbered axes are height and width (after depth, in 3D)."""
    found = {r.axis for r in meaning.roles.values()}
    lettered = [a for a in ("d", "h", "w") if a in found]
    numbered = sorted(found & {"0", "1", "2"})
    for each, role in meaning.roles.items() if numbered else ():
        letter = re.search(r"\[([a-z])\]\Z", each)
        if letter and not role.axis:  # shape[i] beside stride[0]: any axis, and the first one
            meaning.roles[each] = replace(role, axis=letter[1])
    if not lettered or not numbered:
        return
    order = ["d", "h", "w"] if "d" in found or meaning.setting.dims == 3 else ["h", "w"]
    same = (
        dict(zip(numbered, lettered, strict=True))
        if len(lettered) == len(numbered)
        else dict(zip("012", order, strict=False))
    )
    for each, role in meaning.roles.items():
        if role.axis in same:
            meaning.roles[each] = replace(role, axis=same[role.axis])


def unbound(each: str, claims: list[Statement], published: Published, why: str = "") -> SymconvError:
    """An error at the place of a name."""
    what = why or f"no meaning is known for the name {each!r}"
    message = f"{what}: say it with --where '{each}=...'"
    for statement in claims:
        for node in statement.node.walk():
            if node.kind == "name" and node.parts[0] == each:
                return refuse(published.formula, *node.place, message)
    return SymconvError(f"formula: {message}")
