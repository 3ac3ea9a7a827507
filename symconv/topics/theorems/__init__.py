"""The theorem catalogue: statements as plain data, proved or refuted by the all-sizes prover."""

from symconv.topics import Topic

TOPIC = Topic(
    "theorems",
    {
        "prove": "Prove the theorem NAME for all sizes, or refute it by its smallest counterexample (exit status 1).",
        "theorems": "Prove or refute every theorem of the catalogue; exit status 0 if all are as expected.",
    },
    ("Proof", "prove"),
)
