"""Secrets and personal data out, before anything is stored, embedded, shown or sent."""

from crash_knowledge.redaction.redactor import RedactedDump, Redactor, SecretFinding
from crash_knowledge.redaction.secret import load_secret

__all__ = ["RedactedDump", "Redactor", "SecretFinding", "load_secret"]
