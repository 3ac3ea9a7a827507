"""The theorem catalogue: statements as plain data, proved or refuted by the all-sizes prover."""
