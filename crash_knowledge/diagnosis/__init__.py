"""What a dump tells beyond its cause and stack: small rules, each with its evidence."""

from crash_knowledge.diagnosis.model import Confidence, Diagnosis, Fact, FactName, Finding, FindingKind
from crash_knowledge.diagnosis.pipeline import RULES, Rule, diagnose, user_action

__all__ = [
    "RULES",
    "Confidence",
    "Diagnosis",
    "Fact",
    "FactName",
    "Finding",
    "FindingKind",
    "Rule",
    "diagnose",
    "user_action",
]
