"""The technical facts: names of classes, methods and tables, numbers; never a text of the dump."""

from __future__ import annotations

from collections.abc import Iterator

from crash_knowledge.diagnosis import FactName
from crash_knowledge.replies.model import Reader, Sentence
from crash_knowledge.replies.speaker import Speaker

_NIL = ("UndefinedObject", "nil")
_MOST_NAMES = 5

_SINGLE: tuple[tuple[FactName, str, str], ...] = (
    ("exception_class", "exception", "exception"),
    ("permission", "permission", "permission"),
    ("external_library", "library", "library"),
    ("error_code", "error_code", "code"),
)
"""Facts that are quoted as they are: fact, phrase, name in the phrase."""

_COUNTS: tuple[tuple[FactName, str, str], ...] = (
    ("memory_asked_mb", "memory_asked", "asked"),
    ("new_objects", "objects_new", "number"),
    ("modified_objects", "objects_modified", "number"),
    ("removed_objects", "objects_removed", "number"),
    ("uptime_hours", "uptime", "hours"),
)


def technical(speaker: Speaker, reader: Reader) -> Iterator[Sentence]:
    """What a developer needs to find the place; for support without the inside of the machine."""
    if reader == "developer":
        yield from speaker.cause()
    yield from _names(speaker)
    yield from _iteration(speaker)
    yield from (
        speaker.say(key, known.confidence, **{slot: known.first})
        for name, key, slot in _SINGLE
        if (known := speaker.facts.known(name))
    )
    yield from _table(speaker)
    yield from _memory(speaker)
    yield from (
        speaker.say(key, known.confidence, **{slot: speaker.forms.number(known.first)})
        for name, key, slot in _COUNTS
        if (known := speaker.facts.known(name))
    )
    if reader == "developer":
        yield from _program(speaker)


def _names(speaker: Speaker) -> Iterator[Sentence]:
    facts = speaker.facts
    method = facts.known("method")
    if method:
        yield speaker.say("method", method.confidence, method=method.first)
    message, receiver = facts.known("missing_message"), facts.known("receiver_class")
    if message and receiver:
        told = "#" + message.first.removeprefix("#")
        if receiver.first in _NIL:
            yield speaker.say("nil_receiver", message.confidence, message=told)
        else:
            yield speaker.say("not_understood", message.confidence, receiver=receiver.first, message=told)
    candidates = facts.known("nil_candidate", _MOST_NAMES)
    if candidates:
        yield speaker.say("nil_candidates", candidates.confidence, names=speaker.forms.listed(candidates.values))
    dangling = facts.known("dangling_reference")
    if dangling:
        yield speaker.say("dangling", dangling.confidence, reference=dangling.first)


def _iteration(speaker: Speaker) -> Iterator[Sentence]:
    known = speaker.facts.known("iteration")
    if known:
        position, count = known.first.split(" of ")
        yield speaker.say("iteration", known.confidence, position=position, count=count)


def _table(speaker: Speaker) -> Iterator[Sentence]:
    """The table without its owner, which is the name of a user of the database."""
    known = speaker.facts.known("table")
    if known:
        yield speaker.say("table", known.confidence, table=known.first.rpartition(".")[2])


def _memory(speaker: Speaker) -> Iterator[Sentence]:
    used, limit = speaker.facts.known("memory_used_mb"), speaker.facts.known("memory_limit_mb")
    number = speaker.forms.number
    if used and limit:
        yield speaker.say("memory", used.confidence, used=number(used.first), limit=number(limit.first))
    grew = speaker.facts.known("memory_grew", _MOST_NAMES)
    if grew:
        yield speaker.say("memory_grew", grew.confidence, classes=speaker.forms.listed(grew.values))


def _program(speaker: Speaker) -> Iterator[Sentence]:
    executor, circumstance = speaker.facts.known("executor"), speaker.circumstance()
    if executor and circumstance and circumstance[0] == "command":
        yield speaker.say("executor", executor.confidence, executor=executor.first)
    built = speaker.facts.known("image_built")
    day = speaker.day(built) if built else None
    if built and day:
        yield speaker.say("image", built.confidence, date=day)
    ticket = speaker.facts.known("ticket")
    if ticket:
        yield speaker.say("ticket", ticket.confidence, ticket=ticket.first)
