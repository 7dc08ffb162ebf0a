"""The list of stored crashes, and one of them in full."""
