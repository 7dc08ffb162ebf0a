"""What kind of cause it was, which decides who acts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from crash_knowledge.diagnosis.code import own_code_of
from crash_knowledge.diagnosis.exceptions import earlier_exception
from crash_knowledge.diagnosis.installation import missing_library
from crash_knowledge.diagnosis.knowledge import KindOfCause, causes
from crash_knowledge.diagnosis.model import Confidence, Fact, Finding
from crash_knowledge.diagnosis.nil import dangling_reference
from crash_knowledge.diagnosis.permission import permission_check
from crash_knowledge.diagnosis.sql import error_code
from crash_knowledge.diagnosis.stack import short_name, telling_frame, work
from crash_knowledge.wcr.dump import Dump


@dataclass(frozen=True, slots=True)
class _Signal:
    """What speaks for a kind of cause; ``because`` ends a sentence."""

    kind: KindOfCause
    because: str
    confidence: Confidence
    lines: tuple[int, ...]


def kind_of_cause(dump: Dump) -> Iterator[Finding]:
    """Says what kind of cause it was and who acts then: the first thing to know.

    Kinds: capacity, client installation, infrastructure, permission, upgrade script, database schema, configuration,
    data, customer code, base code. Each signal in the dump speaks for one: the class of the exception, an error code of
    the database, words in the cause, an earlier exception, a missing library, a check of permissions, a running upgrade
    script, a dangling reference, the innermost application method. When signals disagree, the first kind in this order
    counts; base code is what remains when nothing else speaks. The signals and who acts are in
    ``data/diagnosis/causes.toml``. Says nothing when there is neither a signal nor an application method. "Kind of
    cause: database schema, because the database has no such column (ORA-00904). To act: whoever upgrades the database"
    """
    signals = [signal for look in _LOOKS for signal in look(dump)]
    if not signals:
        return
    found = min(signals, key=lambda signal: causes().rank(signal.kind))
    sentence = f"Kind of cause: {found.kind}, because {found.because}. To act: {causes().acts(found.kind)}"
    facts = (Fact("kind_of_cause", found.kind),)
    yield Finding("kind_of_cause", "cause", sentence, found.confidence, found.lines, facts)


def _by_exception(dump: Dump) -> Iterator[_Signal]:
    exception = dump.exception
    signal = causes().of_exception(short_name(exception.class_name)) if exception else None
    if exception and signal:
        yield _Signal(signal.kind, signal.because, "likely", (exception.line,))


def _by_earlier_exception(dump: Dump) -> Iterator[_Signal]:
    for finding in earlier_exception(dump):
        name = next(fact.value for fact in finding.facts if fact.name == "first_exception")
        signal = causes().of_exception(name)
        if signal:
            yield _Signal(signal.kind, f"{signal.because} ({name} came first)", "likely", finding.lines)


def _by_error_code(dump: Dump) -> Iterator[_Signal]:
    code = error_code(dump)
    signal = causes().of_code(code) if code else None
    if code and signal:
        lines = (dump.exception.line,) if dump.exception else (dump.line_of(0),)
        yield _Signal(signal.kind, f"{signal.because} ({code})", "likely", lines)


def _by_words(dump: Dump) -> Iterator[_Signal]:
    exception = dump.exception
    signal = causes().of_message(f"{dump.cause} {exception.error_string if exception else ''}")
    if signal:
        yield _Signal(signal.kind, signal.because, "likely", (exception.line if exception else dump.line_of(0),))


def _by_library(dump: Dump) -> Iterator[_Signal]:
    for finding in missing_library(dump):
        library = next(fact.value for fact in finding.facts if fact.name == "external_library")
        yield _Signal("client installation", f"the {library} was not found", "certain", finding.lines)


def _by_permission(dump: Dump) -> Iterator[_Signal]:
    check = permission_check(dump)
    if check:
        yield _Signal("permission", "a right was missing", "certain", (check.line,))


def _by_upgrade(dump: Dump) -> Iterator[_Signal]:
    runner = next((frame for frame in work(dump).frames if frame.selector.startswith("runScript:of:")), None)
    if runner:
        yield _Signal("upgrade script", "an upgrade of the database was running a script", "likely", (runner.line,))


def _by_dangling_reference(dump: Dump) -> Iterator[_Signal]:
    for finding in dangling_reference(dump):
        reference = next(fact.value for fact in finding.facts if fact.name == "dangling_reference")
        because = f"{reference} points to a record that is not there"
        yield _Signal("data", because, finding.confidence, finding.lines)


def _by_code(dump: Dump) -> Iterator[_Signal]:
    frame = telling_frame(work(dump).frames)
    if frame is None:
        return
    customer = own_code_of(dump, frame)
    if customer:
        because = f"the method that failed is {customer}'s own"
        yield _Signal("customer code", because, "likely", (frame.line,))
    else:
        because = "the method that failed is the product's, and nothing speaks for another kind"
        yield _Signal("base code", because, "possible", (frame.line,))


_LOOKS: tuple[Callable[[Dump], Iterator[_Signal]], ...] = (
    _by_library,
    _by_permission,
    _by_error_code,
    _by_exception,
    _by_earlier_exception,
    _by_words,
    _by_upgrade,
    _by_dangling_reference,
    _by_code,
)
