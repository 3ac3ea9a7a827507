"""Chains of layers: sizes, costs, receptive fields."""

from symconv.topics import Topic

TOPIC = Topic(
    "sizes",
    {
        "sizes": "Print the shape at every edge of LAYERS, with parameters and costs.",
        "receptive-field": "Print which places of the input a unit behind each of LAYERS depends on.",
    },
    ("ReceptiveField", "Sizes", "receptive_field", "sizes"),
)
