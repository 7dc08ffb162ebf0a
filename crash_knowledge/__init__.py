"""WHATS'ON crash knowledge: dumps in, verdicts and learnt fixes out."""

__version__ = "0.1.0"
