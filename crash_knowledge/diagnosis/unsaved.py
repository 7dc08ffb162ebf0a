"""Unsaved work: in which transaction it was done, what was new or changed, and whether it reached the database."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from crash_knowledge.diagnosis.labels import caption_of, has_unsaved_changes
from crash_knowledge.diagnosis.model import Fact, FactName, Finding
from crash_knowledge.diagnosis.stack import short_name
from crash_knowledge.diagnosis.words import spoken_list
from crash_knowledge.wcr.dump import Dump
from crash_knowledge.wcr.model import Connection, FrameArguments

_TRANSACTION = re.compile(r"an? (?:MediaGeniX\.)?T3Transaction\('([^']{0,80})',\s?\d{1,18},\s?(\w{1,40})")
_STATE = re.compile(r"T3ObjectState\((\w{1,40}),\s?([\w.]{1,120}),\s?#(\w{1,20})\)")
_SHARED = "Global"
_MOST_WINDOWS = 3
_OPEN = "#xactYes"
_KINDS = {
    "buffering": "buffering",
    "immediateTransaction": "immediate",
    "immediate": "immediate",
    "readOnly": "readOnly",
}
_CHANGED: dict[str, FactName] = {
    "new": "new_objects",
    "modified": "modified_objects",
    "removed": "removed_objects",
}


@dataclass(frozen=True, slots=True)
class Record:
    """A domain object in a transaction: its database key, its class without namespace, and its state."""

    oid: str
    class_name: str
    state: str
    line: int


def records_in(dump: Dump) -> tuple[Record, ...]:
    """The domain objects whose state the dump prints, each once, in the order printed: innermost frames first."""
    found: dict[tuple[str, str], Record] = {}
    position = line_index = 0
    for match in _STATE.finditer(dump.text):
        key = (match[1], match[2])
        if key not in found:
            line_index += dump.text.count("\n", position, match.start())
            position = match.start()
            found[key] = Record(match[1], short_name(match[2]), match[3], dump.line_of(line_index))
    return tuple(found.values())


def transaction_kind(dump: Dump) -> Iterator[Finding]:
    """Says in what kind of transaction the failing work was done, for whom, and what is wrong with it.

    The innermost one that can write counts, or else the innermost; the one that all share is left out. Buffering:
    changes wait in the program until they are saved. Immediate: changes go to the database at once. Says nothing when
    the stack shows no transaction. Example: "The work was done in a buffering transaction of ContractNavigator:
    changes wait in the program until they are saved; nothing is half written in the database".
    """
    found = _transaction(dump)
    if found is None:
        return
    known, name, kind = found
    owner = "" if name in ("immediate", "") else f" of {name}"
    meaning = {
        "buffering": ": changes wait in the program until they are saved",
        "immediate": ": changes go to the database at once, all or nothing",
        "readOnly": ": nothing can be changed in it",
    }[kind]
    flags = {v.name: v.line for v in known.variables if v.value.text == "true"}
    troubles = {"isDiscarded": "had been discarded", "hasCollidedDuringMerge": "collided with another user's changes"}
    trouble = [said for flag, said in troubles.items() if flag in flags]
    spoken_kind = "read-only" if kind == "readOnly" else kind
    article = "an" if kind == "immediate" else "a"
    sentence = f"The work was done in {article} {spoken_kind} transaction{owner}{meaning}"
    sentence += f"; it {spoken_list(trouble)}" if trouble else ""
    if kind == "buffering" and dump.connections and not _open_connections(dump):
        sentence += "; nothing is half written in the database"
    lines = (known.line, *(flags[flag] for flag in troubles if flag in flags))
    yield Finding("transaction_kind", "database", sentence, "certain", lines, (Fact("transaction", kind),))


def open_transaction(dump: Dump) -> Iterator[Finding]:
    """Says that a transaction was open in the database: what it had written is undone when the program ends.

    Says nothing when none was open. Example: "A database transaction was open: what it had written is undone when the
    program ends".
    """
    lines = tuple(connection.line for connection in _open_connections(dump))
    if lines:
        sentence = "A database transaction was open: what it had written is undone when the program ends"
        facts = (Fact("transaction", "open in the database"),)
        yield Finding("open_transaction", "database", sentence, "certain", lines, facts)


def lost_work(dump: Dump) -> Iterator[Finding]:
    """Says what work may be lost: windows with unsaved changes, and the new, modified and removed objects in the dump.

    The dump prints only the objects near the failure, so the numbers are the least there were. Says nothing when
    nothing was unsaved. Example: "Work may be lost: "Contract navigator" had unsaved changes; at least 33 new objects
    were not saved".
    """
    windows = [window for window in dump.windows if has_unsaved_changes(window)]
    records = records_in(dump)
    counts = Counter(record.state for record in records if record.state in _CHANGED)
    if not windows and not counts:
        return
    captions = [f'"{caption_of(window)}"' for window in windows[:_MOST_WINDOWS]]
    captions += [f"{len(windows) - _MOST_WINDOWS} more windows"] if len(windows) > _MOST_WINDOWS else []
    parts = [f"{spoken_list(captions)} had unsaved changes"] if windows else []
    if counts:
        counted = [f"{counts[state]} {state}" for state in _CHANGED if counts[state]]
        one = sum(counts.values()) == 1
        parts.append(f"at least {spoken_list(counted)} object{'' if one else 's'} {'was' if one else 'were'} not saved")
    facts = tuple(Fact("unsaved", window.model_class or "window") for window in windows)
    facts += tuple(Fact(name, str(counts[state])) for state, name in _CHANGED.items() if counts[state])
    firsts = [next(r.line for r in records if r.state == state) for state in _CHANGED if counts[state]]
    lines = (*(window.line for window in windows), *firsts)
    yield Finding("lost_work", "records", f"Work may be lost: {'; '.join(parts)}", "likely", lines, facts)


def _open_connections(dump: Dump) -> list[Connection]:
    return [connection for connection in dump.connections if connection.state == _OPEN and not connection.twin]


def _transaction(dump: Dump) -> tuple[FrameArguments, str, str] | None:
    """Entry, name and kind of the transaction in which the work was done."""
    found: list[tuple[FrameArguments, str, str]] = []
    for known in dump.frame_arguments:
        match = _TRANSACTION.match(known.receiver.text) if known.receiver else None
        if match and match[2] in _KINDS and match[1] != _SHARED:
            found.append((known, match[1], _KINDS[match[2]]))
    writing = (one for one in found if one[2] != "readOnly")
    return next(writing, next(iter(found), None))
