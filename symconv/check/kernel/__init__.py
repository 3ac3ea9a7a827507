"""The kernel: the only place in the package that can say ``proved``.

A prover finds a certificate any way it likes and is not trusted.  The kernel builds the terms of the theorem from its
expressions, recomputes every obligation of the certificate, and lets each fall to an identity that it checks itself or to a
solver's ``unsat``.  Three parts, none of which leans on another, and the seal that they share:

    verdict      the sealed verdict, and who may issue it                       (relay: the same across a process border)
    terms  hypotheses  obligations  steps  session      sums over tensors of any size: the algebra of indices
    reals/       functions of real numbers: a normal form that vanishes in every region
    finite  cyclotomic  integrals       identities with finitely many coefficients, and integrals by substitution
"""
