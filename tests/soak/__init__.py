"""Load and faults against the real app: `python -m tests.soak` plays scenarios and prints a row a figure."""
