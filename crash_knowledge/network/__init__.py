"""Relations between patterns: which come together, which cause which, which is the old one in new clothes."""
