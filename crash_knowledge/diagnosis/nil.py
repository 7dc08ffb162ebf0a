"""Which variable of the sender was nil."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from crash_knowledge.diagnosis.knowledge import dull_variables
from crash_knowledge.diagnosis.messages import sent_message
from crash_knowledge.diagnosis.model import Confidence, Fact, Finding
from crash_knowledge.diagnosis.stack import NIL, known_of, message_not_understood, sender_of, short_name
from crash_knowledge.diagnosis.words import spoken_list, words_of
from crash_knowledge.wcr.dump import Dump
from crash_knowledge.wcr.model import Frame, FrameArguments, Variable

_KEY_ENDINGS = ("OID", "Oid", "Id", "ID")
_MOST = 4
"""Candidates named in the sentence."""


@dataclass(frozen=True, slots=True)
class _Sender:
    """The method that sent a message to nil, and what the dump knows of its receiver and arguments."""

    frame: Frame
    known: FrameArguments

    @property
    def class_name(self) -> str:
        return short_name(self.frame.receiver)


@dataclass(frozen=True, slots=True)
class _Candidate:
    name: str
    line: int
    shared_words: int
    derived: bool


def dangling_reference(dump: Dump) -> Iterator[Finding]:
    """Points at a variable that is nil while the key beside it is set: the record it names was probably deleted.

    Looks in the object whose method sent a message to nil. Says nothing when no nil variable has such a key.
    "In the UpdateRecord, rightGroup is nil but rightGroupOID is 20014548312000: the record with that key is probably
    deleted (dangling reference)"
    """
    sender = _sender_to_nil(dump)
    for variable, key in _dangling(sender.known) if sender else ():
        assert sender is not None
        sentence = (
            f"In the {sender.class_name}, {variable.name} is nil but {key.name} is {key.value.text}: "
            "the record with that key is probably deleted (dangling reference)"
        )
        named = variable.name.lower() in sender.frame.selector.lower()
        confidence: Confidence = "likely" if named else "possible"
        facts = (
            Fact("dangling_reference", f"{sender.class_name}.{variable.name}"),
            Fact("nil_candidate", variable.name),
        )
        yield Finding("dangling_reference", "cause", sentence, confidence, (variable.line, key.line), facts)


def nil_candidates(dump: Dump) -> Iterator[Finding]:
    """Names the variables that may have been the nil: those that are nil in the object that sent a message to nil.

    Bookkeeping that is often nil is left out; variables whose name shares a word with the method or the message come
    first, those that are worked out from others last. Says nothing when no variable is left, or when a dangling
    reference was found already. "Candidates for what was nil: startDateAccuracy and endDateAccuracy of the
    CM2LicenseWindow (4 less likely)".
    """
    sender = _sender_to_nil(dump)
    if sender is None or any(_dangling(sender.known)):
        return
    candidates = _ranked(dump, sender)
    if not candidates:
        return
    shown = [candidate for candidate in candidates if candidate.derived == candidates[0].derived][:_MOST]
    more = len(candidates) - len(shown)
    sentence = (
        f"{'Candidates' if len(shown) > 1 else 'Candidate'} for what was nil: "
        f"{spoken_list([candidate.name for candidate in shown])} of the {sender.class_name}"
    )
    sentence += f" ({more} less likely)" if more else ""
    confidence: Confidence = "likely" if shown[0].shared_words else "possible"
    facts = tuple(Fact("nil_candidate", candidate.name) for candidate in shown)
    lines = tuple(candidate.line for candidate in shown)
    yield Finding("nil_candidates", "cause", sentence, confidence, lines, facts)


def _sender_to_nil(dump: Dump) -> _Sender | None:
    failed = message_not_understood(dump)
    frame = sender_of(dump)
    if failed is None or failed.receiver != NIL or frame is None:
        return None
    known = known_of(dump, frame)
    return _Sender(frame, known) if known else None


def _dangling(known: FrameArguments) -> Iterator[tuple[Variable, Variable]]:
    """Pairs of a nil variable and the set key beside it. The value tells: the id of nil is that of the number 1 too."""
    variables = {variable.name: variable for variable in known.variables}
    for variable in known.variables:
        keys = (variables.get(variable.name + ending) for ending in _KEY_ENDINGS)
        key = next((key for key in keys if key is not None and key.value.text not in ("nil", "0")), None)
        if variable.value.text == "nil" and key is not None:
            yield variable, key


def _ranked(dump: Dump, sender: _Sender) -> list[_Candidate]:
    dull = dull_variables()
    wanted = words_of(sender.frame.selector) | words_of(sent_message(dump)[0])
    found = [
        _Candidate(variable.name, variable.line, len(wanted & words_of(variable.name)), dull.is_derived(variable.name))
        for variable in sender.known.variables
        if variable.value.text == "nil" and not dull.is_boilerplate(variable.name)
    ]
    found += [
        _Candidate(f"its argument {number}", argument.line, 0, False)
        for number, argument in enumerate(sender.known.arguments, start=1)
        if argument.value.text == "nil" and not argument.temporary
    ]
    return sorted(found, key=lambda candidate: (candidate.derived, -candidate.shared_words))
