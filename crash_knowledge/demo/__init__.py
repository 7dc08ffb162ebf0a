"""Demo knowledge: a year of invented crashes, so that every page has something true to show."""

from crash_knowledge.demo.fill import build_demo, fill

__all__ = ["build_demo", "fill"]
