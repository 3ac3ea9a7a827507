"""The kernel: the only place in the package that can say ``proved``.

A prover finds a certificate any way it likes and is not trusted.  The kernel builds the terms of the theorem from its
expressions, recomputes every obligation of the certificate, and lets each fall to an identity that it checks itself or to a
solver's ``unsat``.  ``verdict`` holds the sealed verdict; its other modules are the checkers that may make it.
"""
