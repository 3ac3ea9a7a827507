"""Continuous convolution: functions as sums of terms, their products and their convolutions, exactly; its derivative."""

from symconv.topics import Topic

TOPIC = Topic(
    "continuous",
    {
        "continuous": "The convolution of two functions of t, with every step.",
        "derivative": "The theorem (f * g)' = f * g', its discrete twin, and why it is not backpropagation.",
    },
    ("Continuous", "Derivative", "continuous", "derivative_theorem"),
)
