"""The language that every room speaks: integers, index expressions, operators, facts, typed text."""
