"""Image filters: kernels in exact numbers, their factors, and pictures as arrays."""

from symconv.topics import Topic

TOPIC = Topic(
    "filters",
    {
        "filter": "Filter IMAGE, a PNG or JPEG (or sample:astronaut, ...), and say what was computed, exactly.",
    },
    ("Filtered", "image_filter"),
)
