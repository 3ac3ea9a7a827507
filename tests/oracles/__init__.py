"""Truths by plain means: loops, readers and tables that share nothing with what is tested."""
