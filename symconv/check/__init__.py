"""The checkers.  None shares a rewrite with the deriver: each starts from the forward definition alone."""
