"""The tests: laws x cases.  ``strategies`` makes the cases, ``brute`` the truth, each test file states its law."""
