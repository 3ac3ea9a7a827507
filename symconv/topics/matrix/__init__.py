"""Operators as matrices: cells, their pattern, and what sharing weights means."""

from symconv.topics import Topic

TOPIC = Topic(
    "matrix",
    {
        "matrix": "Write OPERATOR at given sizes as a matrix, y = T x.",
    },
    ("Matrix", "matrix"),
)
