"""The rooms put together, each module one subject.

``story`` is the way from an operator to its page, ``examples`` that from numbers to a worked example, ``verify`` that from a
published formula to its verdict.
"""
