"""The log of changes: its filter and its table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time

import pandas as pd
import streamlit as st

from crash_knowledge.knowledge.audit import AuditEntry, AuditFilter, action_words, changes_in_words
from crash_knowledge.store.audit import AuditSubject
from crash_knowledge.wording import clipped
from pages.widgets.services import change_log

PAGE_SIZE = 100
TABLE_HEIGHT = 520
ROWS_IN_TABLE = 13
SUBJECTS: list[AuditSubject] = ["pattern", "crash", "chain"]
LONGEST_CHANGE = 400
WHEN = st.column_config.DatetimeColumn("When, UTC", format="D MMM YYYY, HH:mm", timezone="UTC")


def chosen_filter() -> AuditFilter:
    """By person, subject and time, which the address keeps."""
    who, what, which, since, until = st.columns([3, 2, 2, 2, 2])
    by = who.selectbox(
        "Who", change_log().people(), index=None, placeholder="Everybody", key="who", bind="query-params"
    )
    subject = what.selectbox("What", SUBJECTS, index=None, placeholder="Everything", key="what", bind="query-params")
    subject_id = which.text_input("Its id", key="id", bind="query-params", placeholder="12 or chain-…")
    first = since.date_input("From", value=None, key="from", bind="query-params")
    last = until.date_input("To", value=None, key="to", bind="query-params")
    return AuditFilter(
        by=by,
        subject=subject,
        subject_id=(subject_id or "").strip() or None,
        since=_beginning(first),
        until=_end(last),
    )


def changes_table(entries: Sequence[AuditEntry]) -> None:
    """One row a change."""
    st.dataframe(
        pd.DataFrame(_row(entry) for entry in entries),
        hide_index=True,
        height=TABLE_HEIGHT if len(entries) > ROWS_IN_TABLE else "auto",
        column_config={"When": WHEN, "Before and after": st.column_config.TextColumn(width="large")},
        alt="Changes, the latest first",
    )


def _row(entry: AuditEntry) -> dict[str, object]:
    return {
        "When": entry.at,
        "Who": entry.by or "the program",
        "What": f"{entry.subject} {entry.subject_id}",
        "Change": action_words(entry),
        "Before and after": clipped(changes_in_words(entry.changes), LONGEST_CHANGE),
    }


def _beginning(day: date | None) -> datetime | None:
    return datetime.combine(day, time.min, UTC) if day else None


def _end(day: date | None) -> datetime | None:
    return datetime.combine(day, time.max, UTC) if day else None
