"""The kernel, the prover and the theorems."""
