"""Searching and filtering what is stored; the address keeps every filter."""
