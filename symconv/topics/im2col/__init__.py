"""im2col: an operator as a matrix product, its windows laid out as columns."""

from symconv.topics import Topic

TOPIC = Topic(
    "im2col",
    {
        "im2col": "Write OPERATOR as a matrix product: its windows as columns (im2col, unfold), and both gradients.",
    },
    ("im2col",),
)
