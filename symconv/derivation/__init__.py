"""The one engine: from an operator's formula to its gradient, step by step, to the closed form."""
