"""Titles, descriptions, legends and notes of figures."""

from __future__ import annotations

FIGURES = {
    "figure.flatten.description": "Every image of x ({sizes}) becomes a row of {count}, the last index running fastest.",
    "figure.sum.description": "The {entries} entries of x add up to L = {total}; the gradient is 1 at each.",
    "figure.mse.title": "mse: {title}",
    "figure.mse.description": "Pairs: {pairs}.",
    "figure.flatten.title": "flatten: {title}",
    "figure.sum.title": "sum: {title}",
    "figure.both": "forward and backward",
    "figure.gradient": "the gradient",
    "figure.bars.class": "; the class is {k}",
    "figure.bars.row": "x = {x} becomes {name} = {y}{target}; dL/dx = {gradient}.",
    "figure.residuals": "residuals and the gradient",
    "figure.back": "the way back",
    "figure.upstream": "upstream gradient g",
    "figure.bars.mean": "s: the mean of g under y",
    "figure.bars.chosen": "the class",
    "figure.bars.entry": "the entry",
    "figure.folding.dashed": "dashed: places of copies; at the edges the index of the entry that each place is added to",
    "figure.folding.title": "The padding taken back",
    "figure.folding.left": " so far, {missing} to come",
    "figure.geometry.title": "windows of {operator}: stride, dilation, padding",
    "figure.geometry.lands": (
        "{axis}N = {n}, K = {taps}, stride {stride}, dilation {dilation}, padding {padding}: where every input lands"
    ),
    "figure.geometry.stride": "stride {value}",
    "figure.geometry.dilation": "dilation {value}",
    "figure.geometry.unread": "{head}. No window reads {places}.",
    "figure.geometry.lands.on": "products that land on ",
    "figure.geometry.even": "Every output of {operator} collects {products} products.",
    "figure.geometry.uneven": "Outputs of {operator} collect between {least} and {most} products: the overlap is uneven.",
    "figure.geometry.overlap": "overlap counts of {operator}",
    "figure.copies": "dashed: copies beyond the ends",
    "figure.geometry.input.dilation": "input dilation {value}",
    "figure.geometry.read": "{head}. Every input is read.",
    "figure.graph.description": "The graph of {name}{primes}(x).",
    "figure.graph.entries": "the entries of x",
    "figure.graph.kink": " At x = {at} there is no slope; {taken} is taken, by convention.",
    "figure.graph.slope": "{name}, its slope",
    "figure.graph.both": "{name} and its slope",
    "figure.graph.title": "graph of {name}",
    "figure.graph.entry": "{name} at one entry",
    "figure.graph.steps": "{name}, step by step",
    "figure.graph.noslope": "no slope at the kink",
    "figure.graph.taken": "{taken} is taken there",
    "figure.local.window": "a window and its own kernel",
    "figure.local.back": "what an entry gets back",
    "figure.local.kernel": "the gradient of one window's kernel",
    "figure.local.kernels": "{shown} of {kernels} kernels",
    "figure.local.own": "a kernel for every window",
    "figure.local.unread": "hatched grey: entries of {name} that no window reads; their gradient is 0",
    "figure.local.kernel.description": (
        "The gradient of one window's kernel, {name}: the upstream gradient of its output times what it reads: {values}."
    ),
    "figure.local.title": "{layer}: forward and backward",
    "figure.forward": "the forward pass",
    "figure.local.description": " The kernel is the window's own: no other window has its weights.",
    "figure.skipped": "… ({count} more) …",
    "figure.matrix.title": "the contribution matrix of {operator}",
    "figure.matrix.description": (
        "{rows} rows, {columns} columns: the row of an entry of {output} shows which entries of {input} it is made "
        "of, each with its tap of {kernel}; "
    ),
    "figure.matrix.copies": " Where several taps meet one entry, through its copies, their sum stands.",
    "figure.matrix.again": "; colours come again",
    "figure.matrix.own": "one colour, one window's kernel{again}: no weight stands twice",
    "figure.matrix.transposed": ", transposed",
    "figure.matrix.own.description": "a colour is the kernel of one window, and no weight stands twice.",
    "figure.matrix.bands": "every tap forms a band.",
    "figure.closed": "{name} in closed form",
    "figure.pool.selected": "selected as the largest",
    "figure.pool.alike": "as large, not selected",
    "figure.pool.read": "read by the window",
    "figure.pool.windows": "Windows over {name}: ",
    "figure.pool.more": "; and more.",
    "figure.pool.unread": "read by no window",
    "figure.pool.others": "selected by other windows",
    "figure.pool.back": "the window of {name} sends {worth} back to {entries}",
    "figure.pool.largest": ", the largest at {entries}",
    "figure.pool.mean": ", a mean over {count}",
    "figure.upstream.read": "{array} as {kernel} reads it",
    "figure.upstream.description": "{title}: {steps}. {kernel}",
    "figure.upstream.asis": "as it comes",
    "figure.upstream.nopadding": "no padding",
    "figure.upstream.crop": "crop {count} {where}",
    "figure.upstream.axes": " along every axis",
    "figure.window.slides": "A window slides over {over}; here it yields {name} = {products}{more} = {worth}.",
    "figure.window.unread": "hatched grey: entries of {input} in no product of {output}; their gradient is 0",
    "figure.window.dashed": "dashed: copies beyond the ends; the indices at the edges are those of the entries",
    "figure.window.more": " + … ({products} products in all)",
    "figure.window.padded": "the padded {name}",
    "figure.window.title": "forward and backward: {forward} and {backward}",
    "figure.window.sides": " on every side",
    "figure.window.both": " on both sides",
    "figure.overlap.title": "The {kind} of {f} and {g} as t moves",
    "figure.overlap.description": (
        "Four panels show f(τ) and g(t {sign} τ) for four values of t; the filled area is that of their product. "
        "The last panel shows the areas as a function of t, (f {star} g)(t): {places}."
    ),
    "figure.overlap.at": "at t = {t} it is {value}",
    "figure.overlap.values": " Drawn for {values}.",
    "figure.cells.local": "locally connected",
    "figure.cells.cells": (
        "{rows} rows, one an entry of {output}, and {columns} columns, one an entry of {input}: {filled} of the "
        "{cells} cells hold {held}; all others are 0."
    ),
    "figure.cells.bands": "an entry of {name}, each of which forms a band",
    "figure.cells.three": (
        "Three matrices with {rows} rows (outputs) and {columns} columns (inputs). {first}{rest}. The locally "
        "connected layer keeps the windows of the convolution, but shares no weight; the dense layer joins "
        "everything."
    ),
    "figure.cells.three.title": (
        "dense, locally connected and convolutional: weight matrices of the sizes of this {operator}"
    ),
    "figure.cells.one": "an entry of {name}, each that of one window alone",
    "figure.cells.sums": "{bands}, or the sum of several, where a window meets an entry through its copies as well",
    "figure.cells.room": "+…: the sum of more entries than there is room for",
    "figure.cells.image": " for one image",
    "figure.cells.shared.numbers": "a weight that several cells share: equal numbers are the same weight",
    "figure.cells.shared.band": "a weight that several cells share: one along a band",
    "figure.cells.several": "a sum of several entries",
    "figure.cells.again": "and the other entries likewise: colours come again",
    "figure.cells.weight": "a weight of its own",
    "figure.cells.padding": "weights that meet nothing but padding stand in no cell",
    "figure.sizes.title": "the receptive field behind {layer}",
    "figure.sizes.unit": (
        "Unit {unit} behind {layer} depends on {read}{span}{where}.{between}{padded} Its field has R = {size} "
        "places; neighbours are J = {jump} apart."
    ),
    "figure.sizes.legend": "R: places seen; J: how far the fields of neighbours are apart",
    "figure.sizes.reads": " It reads {steps}.",
    "figure.sizes.from": " from {first} to {last}",
    "figure.sizes.before": " Units before 0 are padding.",
    "figure.sizes.outermost": "of every window only the outermost lines are drawn",
    "figure.sizes.dashed": "dashed: padding, through which nothing is read",
    "figure.sizes.unread": "a place within the field that is not read",
    "figure.sizes.shown": "{shown} of {layers} layers are shown",
    "figure.sizes.places": "{places} places",
}
