"""One operation on the store: its repositories, over one connection."""

from __future__ import annotations

from functools import cached_property

from sqlalchemy import Connection

from crash_knowledge.store.arrangement import Arrangement
from crash_knowledge.store.audit import AuditLog
from crash_knowledge.store.bulk import Bulk
from crash_knowledge.store.catalogue import Catalogue
from crash_knowledge.store.chains import Chains
from crash_knowledge.store.comments import Comments
from crash_knowledge.store.corrections import Corrections
from crash_knowledge.store.crashes import Crashes
from crash_knowledge.store.decision_models import DecisionModelVersions
from crash_knowledge.store.error_events import ErrorEvents
from crash_knowledge.store.event_vectors import EventVectors
from crash_knowledge.store.evolution import Evolution
from crash_knowledge.store.facts import Facts
from crash_knowledge.store.history import History
from crash_knowledge.store.journal import Journal
from crash_knowledge.store.layouts import Layouts
from crash_knowledge.store.life_cycle import LifeCycle
from crash_knowledge.store.origins import Origins
from crash_knowledge.store.patterns import Patterns
from crash_knowledge.store.postings import Postings
from crash_knowledge.store.rekeying import Rekeying
from crash_knowledge.store.relations import Relations
from crash_knowledge.store.repository import Scope
from crash_knowledge.store.resolutions import Resolutions
from crash_knowledge.store.restoration import Restoration
from crash_knowledge.store.review_queue import ReviewQueue
from crash_knowledge.store.rules import Rules
from crash_knowledge.store.saved_searches import SavedSearches
from crash_knowledge.store.solutions import Solutions
from crash_knowledge.store.tags import Tags
from crash_knowledge.store.text_search import TextSearch
from crash_knowledge.store.validations import Validations
from crash_knowledge.store.variants import Variants
from crash_knowledge.store.vectors import Vectors


class Unit:
    """The repositories of one transaction or one reading; not to be used after it."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    @property
    def connection(self) -> Connection:
        """The SQLAlchemy connection, for queries that no repository answers."""
        return self._scope.connection

    @cached_property
    def patterns(self) -> Patterns:
        return Patterns(self._scope)

    @cached_property
    def variants(self) -> Variants:
        return Variants(self._scope)

    @cached_property
    def postings(self) -> Postings:
        return Postings(self._scope)

    @cached_property
    def catalogue(self) -> Catalogue:
        return Catalogue(self._scope)

    @cached_property
    def tags(self) -> Tags:
        return Tags(self._scope)

    @cached_property
    def saved_searches(self) -> SavedSearches:
        return SavedSearches(self._scope)

    @cached_property
    def text_search(self) -> TextSearch:
        return TextSearch(self._scope)

    @cached_property
    def vectors(self) -> Vectors:
        return Vectors(self._scope)

    @cached_property
    def bulk(self) -> Bulk:
        return Bulk(self._scope)

    @cached_property
    def solutions(self) -> Solutions:
        return Solutions(self._scope)

    @cached_property
    def crashes(self) -> Crashes:
        return Crashes(self._scope)

    @cached_property
    def validations(self) -> Validations:
        return Validations(self._scope)

    @cached_property
    def evolution(self) -> Evolution:
        return Evolution(self._scope)

    @cached_property
    def chains(self) -> Chains:
        return Chains(self._scope)

    @cached_property
    def error_events(self) -> ErrorEvents:
        return ErrorEvents(self._scope)

    @cached_property
    def event_vectors(self) -> EventVectors:
        return EventVectors(self._scope)

    @cached_property
    def resolutions(self) -> Resolutions:
        return Resolutions(self._scope)

    @cached_property
    def origins(self) -> Origins:
        return Origins(self._scope)

    @cached_property
    def comments(self) -> Comments:
        return Comments(self._scope)

    @cached_property
    def audit(self) -> AuditLog:
        return AuditLog(self._scope)

    @cached_property
    def review_queue(self) -> ReviewQueue:
        return ReviewQueue(self._scope)

    @cached_property
    def rules(self) -> Rules:
        return Rules(self._scope)

    @cached_property
    def rekeying(self) -> Rekeying:
        return Rekeying(self._scope)

    @cached_property
    def corrections(self) -> Corrections:
        return Corrections(self._scope)

    @cached_property
    def arrangement(self) -> Arrangement:
        return Arrangement(self._scope)

    @cached_property
    def journal(self) -> Journal:
        return Journal(self._scope)

    @cached_property
    def restoration(self) -> Restoration:
        return Restoration(self._scope)

    @cached_property
    def decision_models(self) -> DecisionModelVersions:
        return DecisionModelVersions(self._scope)

    @cached_property
    def history(self) -> History:
        return History(self._scope)

    @cached_property
    def life_cycle(self) -> LifeCycle:
        return LifeCycle(self._scope)

    @cached_property
    def facts(self) -> Facts:
        return Facts(self._scope)

    @cached_property
    def relations(self) -> Relations:
        return Relations(self._scope)

    @cached_property
    def layouts(self) -> Layouts:
        return Layouts(self._scope)
