"""The list of patterns, and what is done with several of them at once."""
