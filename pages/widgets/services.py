"""The services of this installation, the same for all visitors."""

from __future__ import annotations

from crash_knowledge import services
from crash_knowledge.analyzer import CrashAnalyzer
from crash_knowledge.knowledge.corrections import PatternCorrections
from crash_knowledge.store import Store


def analyzer() -> CrashAnalyzer:
    return services.analyzer()


def store() -> Store:
    return services.open_store()


def corrections() -> PatternCorrections:
    return PatternCorrections(store())
