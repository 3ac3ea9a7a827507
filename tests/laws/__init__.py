"""Laws, by what they speak of."""
