"""Puts the rooms together as the settings say; pages, command line and API all start here."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

from crash_knowledge.analyzer import CrashAnalyzer
from crash_knowledge.errors import StoreError
from crash_knowledge.fingerprint.embedding import Embedder, load_embedder
from crash_knowledge.knowledge.life_cycle import PatternLifeCycle
from crash_knowledge.knowledge.solution_desk import SolutionDesk
from crash_knowledge.redaction import Redactor, load_secret
from crash_knowledge.settings import settings
from crash_knowledge.store import Store

if TYPE_CHECKING:
    from crash_knowledge.network.builder import CrashGraphBuilder


@cache
def open_store() -> Store:
    """The store of this installation, made and migrated at the first call. Raises StoreError."""
    home = settings().home
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"The folder {home} cannot be made ({error.strerror}). "
            "Set CRASH_KNOWLEDGE_HOME to a folder you may write to."
        ) from error
    return Store.open(settings().effective_database_url)


@cache
def redactor() -> Redactor:
    """The redactor with the secret of this installation, which is made at the first call."""
    open_store()
    return Redactor(load_secret(settings().redaction_key_path))


@cache
def embedder() -> Embedder:
    """The text model of this installation, loaded at the first call."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    return load_embedder(settings().model, settings().model_dir)


@cache
def analyzer() -> CrashAnalyzer:
    """The crash analyzer of this installation."""
    return CrashAnalyzer(open_store(), redactor(), embedder(), settings().max_upload_mb * 1_000_000)


def life_cycle() -> PatternLifeCycle:
    """The life of this installation's patterns."""
    return PatternLifeCycle(open_store(), redactor().redact_text)


def solution_desk() -> SolutionDesk:
    """The solutions of this installation, to be changed by people."""
    return SolutionDesk(open_store(), redactor().redact_text)


def graph_builder() -> CrashGraphBuilder:
    """Finds the relations between the patterns of this installation."""
    from crash_knowledge.network.builder import CrashGraphBuilder

    return CrashGraphBuilder(open_store(), embedder())
