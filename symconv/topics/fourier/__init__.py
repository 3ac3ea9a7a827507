"""The DFT theorem: circular operators as products of spectra, exactly."""

from symconv.topics import Topic

TOPIC = Topic(
    "fourier",
    {
        "fourier": "Show the DFT theorem for a circular operator, exactly and in symbols, and how circular differs from linear.",
    },
    ("fourier",),
)
