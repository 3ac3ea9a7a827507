"""Fast algorithms as identities: Winograd's short correlations, Toom-Cook and Karatsuba for full convolution."""

from symconv.topics import Topic

TOPIC = Topic(
    "fast",
    {
        "winograd": "F(M, R): M outputs of a correlation with R taps in M + R - 1 products.",
        "toom-cook": "The full convolution of N entries with M in N + M - 1 products.",
        "karatsuba": "The full convolution of N entries with N, by halves.",
    },
    ("Algorithm", "check_winograd", "karatsuba", "toom_cook", "winograd"),
)
