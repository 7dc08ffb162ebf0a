"""The services of this installation, the same for all visitors."""

from __future__ import annotations

from crash_knowledge import services
from crash_knowledge.analyzer import CrashAnalyzer
from crash_knowledge.knowledge.audit import ChangeLog
from crash_knowledge.knowledge.conversation import Conversation
from crash_knowledge.knowledge.corrections import PatternCorrections
from crash_knowledge.knowledge.labels import PatternLabels
from crash_knowledge.knowledge.life_cycle import PatternLifeCycle
from crash_knowledge.knowledge.queue import VerdictQueue
from crash_knowledge.knowledge.resolutions import ResolutionDesk
from crash_knowledge.knowledge.solution_desk import SolutionDesk
from crash_knowledge.network.builder import CrashGraphBuilder
from crash_knowledge.store import Store


def analyzer() -> CrashAnalyzer:
    return services.analyzer()


def store() -> Store:
    return services.open_store()


def corrections() -> PatternCorrections:
    return PatternCorrections(store())


def labels() -> PatternLabels:
    return PatternLabels(store())


def life_cycles() -> PatternLifeCycle:
    return services.life_cycle()


def solution_desk() -> SolutionDesk:
    return services.solution_desk()


def resolution_desk() -> ResolutionDesk:
    return ResolutionDesk(store(), services.redactor().redact_text)


def verdict_queue() -> VerdictQueue:
    return VerdictQueue(store())


def conversation() -> Conversation:
    return Conversation(store(), services.redactor().redact_text)


def graph_builder() -> CrashGraphBuilder:
    return services.graph_builder()


def change_log() -> ChangeLog:
    return ChangeLog(store())
