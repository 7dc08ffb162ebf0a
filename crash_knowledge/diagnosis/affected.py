"""Which records the failing work was busy with, by class and state, and how old the newest of them is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

from crash_knowledge.diagnosis.dates import moment_in
from crash_knowledge.diagnosis.model import Fact, Finding
from crash_knowledge.diagnosis.stack import short_name
from crash_knowledge.diagnosis.unsaved import Record, records_in
from crash_knowledge.wcr.dump import Dump
from crash_knowledge.wcr.model import FrameArguments

_MOST_CLASSES = 4
_MOST_KEYS = 3
_USERS = ("PSIUser", "WOnUser")
_YOUNG = timedelta(days=2)
_RECEIVER = re.compile(r"^(?:optimized )?(?:\[\] in )*|[ (>].*$")


def affected_records(dump: Dump) -> Iterator[Finding]:
    """Lists the records that the failing work was busy with: class, state and database key, for who looks them up.

    The records of users are left out; of many classes the four nearest to the failure are named. Says nothing when the
    dump prints no record's state. Example: "Records near the failure: 2 new Right (387824, 387826), 1 unmodified
    Contract (387810)".
    """
    records = [record for record in records_in(dump) if not record.class_name.startswith(_USERS)]
    groups: dict[tuple[str, str], list[Record]] = {}
    for record in records:
        groups.setdefault((record.class_name, record.state), []).append(record)
    if not groups:
        return
    named = list(groups.items())[:_MOST_CLASSES]
    parts = [f"{len(group)} {state} {class_name} ({_keys(group)})" for (class_name, state), group in named]
    more = sum(map(len, groups.values())) - sum(len(group) for _, group in named)
    sentence = f"Records near the failure: {', '.join(parts)}" + (f", and {more} more" if more else "")
    facts = tuple(Fact("record", f"{r.class_name} {r.oid}") for _, group in named for r in group[:_MOST_KEYS])
    facts += tuple(Fact("object_state", f"{class_name} {state}") for class_name, state in groups)
    lines = tuple(group[0].line for _, group in named)
    yield Finding("affected_records", "records", sentence, "certain", lines, facts)


def record_age(dump: Dump) -> Iterator[Finding]:
    """Says that the record nearest to the failure was made or changed shortly before: the crash may be about that.

    Dates inside records are UTC. Says nothing of records older than two days, or when the dump has no time zone.
    Example: "The CM2Right nearest to the failure was created 5 s before the crash".
    """
    now = dump.utc_time
    for known in dump.frame_arguments if now else ():
        dates = {v.name: v for v in known.variables if v.name in ("dateCreated", "dateModified")}
        found = [(v, moment, name) for name, v in dates.items() if (moment := moment_in(v.value.text))]
        if not found or now is None:
            continue
        variable, moment, name = max(found, key=lambda one: one[1])
        age = now.replace(tzinfo=None) - moment
        if timedelta(0) <= age <= _YOUNG:
            done = "created" if name == "dateCreated" else "changed"
            sentence = f"The {_class_of(known)} nearest to the failure was {done} {_spoken(age)} before the crash"
            yield Finding("record_age", "records", sentence, "certain", (variable.line,))
        return


def _class_of(known: FrameArguments) -> str:
    """The class of the receiver: of ``Right_episode(Right)>>openOn:`` the object's own."""
    return short_name(_RECEIVER.sub("", known.frame_text))


def _keys(group: list[Record]) -> str:
    keys = [record.oid for record in group[:_MOST_KEYS]]
    return ", ".join(keys) + (", …" if len(group) > _MOST_KEYS else "")


def _spoken(age: timedelta) -> str:
    seconds = int(age.total_seconds())
    if seconds < 120:
        return f"{seconds} s"
    minutes = seconds // 60
    return f"{minutes} minutes" if minutes < 120 else f"{minutes // 60} hours"
