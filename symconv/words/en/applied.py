"""The prose of worked examples and traces of activations, losses and flatten, by key."""

from __future__ import annotations

APPLIED = {
    "kind.digits": "digits",
    "kind.slope": "slope",
    "applied.conventions": "Indices start at 0.",
    "applied.axes.flatten": (
        "The formula is written for four axes; it is the same for any number, the last index running fastest."
    ),
    "applied.axes.one": "Here there is one row, and {n} is left out.",
    "applied.axes.more": (
        "Axes behind the channel belong to the place, as {n} does: every place has a row of channels of its own."
    ),
    "applied.rounded": (
        "A number behind ≈ is irrational and rounded to {digits} significant digits, {few} where it is put into a line; what "
        "follows is computed from the exact expressions, not from the rounded numbers."
    ),
    "applied.target": "The target {name}",
    "applied.classes": "The classes {name}, one for each image; {T} is 1 there, else 0",
    # forward
    "applied.part.Z": "First the normaliser: the powers of {e} of every row, added up.",
    "applied.part.log Z": (
        "Its logarithm, the largest logit {m} of the row taken out: no power is larger than 1, so that nothing overflows in "
        "floating point."
    ),
    "applied.part.p": "The probabilities, softmax of the logits:",
    "applied.part.r": "First the residuals.",
    "applied.forward.pointwise": "Each entry of {y} is the function at the same entry of {x}.",
    "applied.forward.softmax": "Each entry of {y} is its power of {e} over the normaliser of its row.",
    "applied.forward.flatten": "Each entry of {x} goes to one place {f} of its image, the last index running fastest.",
    "applied.forward.sum": "The loss is the sum of all entries.",
    "applied.forward.mse": "The loss adds up their squares.",
    "applied.forward.cross_entropy": "The loss: of every image the log-sum-exp less the logit of its class.",
    "applied.again": "The same by the probabilities, less the logarithm of that of the class:",
    "applied.case.above": "{x} > {at}",
    "applied.case.between": "{at} < {x} < {to}",
    "applied.case.below": "{x} < {at}",
    "applied.case.kink": "{x} = {at}",
    "applied.case.zero": "{x} = {at}",
    "applied.case.kink.slope": "{x} = {at}: the kink",
    "applied.place": "{place}",
    "applied.other": "not the class",
    # backward
    "applied.backward": (
        "{L} is any scalar loss, and {g} its derivative by {y}: what {y} is asked to change. It is multiplied by the "
        "derivative of {y} by {x}."
    ),
    "applied.backward.loss": "{L} is the loss itself: backpropagation begins here, with the upstream gradient 1.",
    "applied.way.slope": "Entry by entry, {g} times the slope at {x}:",
    "applied.way.moved": "Every entry of {g} goes back to where its number came from.",
    "applied.way.ones": "Every entry enters the sum once, with the factor 1.",
    "applied.way.residual": "The power rule: twice the residual, over the number of entries if the mean is taken.",
    "applied.way.jacobian": (
        "First way: accumulate through the Jacobian. Every entry of {y} depends on every entry of {x} in its row, {jacobian}, "
        "and the contributions of all {k} are added."
    ),
    "applied.way.closed": "Second way: the closed form. First the mean of {g} under the probabilities of the row,",
    "applied.way.closed.then": "then every entry by itself, {y} times what {g} is above that mean:",
    "applied.way.fused": (
        "First way: softmax and logarithm together. Log-sum-exp hands back the probability, and the logit of the class takes 1 "
        "away:"
    ),
    "applied.way.apart": "Second way: apart. First by the probabilities; only that of the class is in the loss.",
    "applied.way.apart.then": "Then through the Jacobian of softmax, where one term is left, for the class:",
    "applied.agree": "Both ways agree in all {count} entries, exactly.",
    "applied.kink.smooth": "At {x} = {at} the slope is {slope} on both sides: there is no kink.",
    "applied.kink.met": "It is met here at {list}.",
    # traces
    "trace.terms": "Terms: {count} of {all}",
    "trace.together": "Together:",
    "trace.case.x.holds": "holds, for {x} = {value}: the slope is {taken}",
    "trace.case.x.fails": "does not hold, for {x} = {value}; there the slope would be {taken}",
    "trace.case.y.holds": "holds, for {x} = {value}: the value is {taken}",
    "trace.case.y.fails": "does not hold, for {x} = {value}",
    "trace.absent.class": "the logit of the class is another entry",
    "trace.others.entries.x": "The other {count} terms are 0: each {yk} depends on {xk} alone.",
    "trace.others.entries.x.one": "The other term is 0: each {yk} depends on {xk} alone.",
    "trace.others.entries.y": "The other {count} entries of {x} do not enter: each {yk} depends on {xk} alone.",
    "trace.others.entries.y.one": "The other entry of {x} does not enter: each {yk} depends on {xk} alone.",
    "trace.others.places.x": "The other {count} terms are 0: each entry of {x} has one place.",
    "trace.others.places.x.one": "The other term is 0: each entry of {x} has one place.",
    "trace.others.places.y": "The other {count} entries of {x} have places of their own.",
    "trace.others.places.y.one": "The other entry of {x} has a place of its own.",
    "trace.others.rows.x": "The {count} terms of other rows are 0: each row is by itself.",
    "trace.others.rows.x.one": "The term of the other row is 0: each row is by itself.",
    "trace.others.rows.y": "The {count} entries of other rows do not enter: each row is by itself.",
    "trace.others.rows.y.one": "The entry of the other row does not enter: each row is by itself.",
    "trace.others.summands.x": "The other {count} summands do not hold {entry}.",
    "trace.others.summands.x.one": "The other summand does not hold {entry}.",
}
