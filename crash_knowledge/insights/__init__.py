"""What stored crashes tell together."""
