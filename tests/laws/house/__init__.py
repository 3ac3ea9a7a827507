"""The house: its arrows, its processes, its limits, its command line."""
