"""The parts of a dump, one tab each; only the open one is drawn."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from crash_knowledge.analyzer import Analysis
from crash_knowledge.verdict.card import VerdictCard
from crash_knowledge.wcr.dump import Dump
from crash_knowledge.wcr.model import FrameArguments, Process
from crash_knowledge.wording import counted
from pages.widgets.card import statements
from pages.widgets.stack import stack
from pages.widgets.texts import plain


def sections(analysis: Analysis, card: VerdictCard, key: str) -> None:
    """Tabs for everything the dump holds."""

    def all_findings(analysis: Analysis, key: str) -> None:
        _findings(card, key)

    parts: dict[str, Callable[[Analysis, str], None]] = {
        "Stack": _active_stack,
        "Variables": _variables,
        "Exception": _exception,
        "Processes": _processes,
        "Database": _database,
        "Windows": _windows,
        "Memory": _memory,
        "Transcript": _transcript,
        "Findings": all_findings,
        "Notes": _notes,
    }
    tabs = st.tabs(list(parts), on_change="rerun", key=f"{key}-tabs")
    for tab, (name, draw) in zip(tabs, parts.items(), strict=True):
        if tab.open:
            with tab:
                draw(analysis, f"{key}-{name}")


def _active_stack(analysis: Analysis, key: str) -> None:
    process = _telling_process(analysis)
    if process is None or not process.frames:
        st.info("This dump has no stack of the active process.")
        return
    if analysis.fingerprint.culprit:
        st.info(
            f"This is the stack of “{plain(process.name)}”, which did the work. "
            "The active process was only a bystander: see Processes."
        )
    stack(process.frames, key)


def _telling_process(analysis: Analysis) -> Process | None:
    """The process whose stack was compared: the active one, or the culprit behind a bystander."""
    dump, chosen = analysis.dump, analysis.fingerprint
    if not chosen.culprit:
        return dump.active_process
    others = (*dump.quiescent_processes, *dump.suspended_processes)
    return next((process for process in others if process.name == chosen.process), dump.active_process)


def _variables(analysis: Analysis, key: str) -> None:
    frames = {entry.number: entry for entry in analysis.dump.frame_arguments}
    if not frames:
        st.info("This dump lists no variables of its frames.")
        return
    number = st.selectbox(
        "Frame",
        list(frames),
        format_func=lambda number: f"[{number}] {frames[number].frame_text}",
        key=f"{key}-frame",
    )
    _frame_variables(frames[number])


def _frame_variables(entry: FrameArguments) -> None:
    st.markdown("**Receiver**")
    st.text(entry.receiver.text if entry.receiver else "not printed")
    rows = [
        {
            "Name": argument.label,
            "Value": argument.value.text,
            "Kind": "temporary" if argument.temporary else "argument",
        }
        for argument in entry.arguments
    ] + [
        {
            "Name": variable.name,
            "Value": variable.value.text,
            "Kind": "attribute" if variable.persistent else "variable",
        }
        for variable in entry.variables
    ]
    if rows:
        table = pd.DataFrame(rows)
        st.dataframe(table, hide_index=True, alt="Arguments and variables of this frame")
        st.caption(f"{sum(row['Value'] == 'nil' for row in rows)} of {len(rows)} are nil.")


def _exception(analysis: Analysis, key: str) -> None:
    exception = analysis.dump.exception
    if exception is None:
        st.info("This dump has no exception section: the program stopped without one, as in a memory emergency.")
        return
    st.table(
        {
            "Class": plain(exception.class_name),
            "Raised by": plain(exception.creator),
            "Text": plain(exception.error_string),
            "Parameter": plain(exception.parameter),
        },
        border="horizontal",
        hide_header=True,
        alt="The exception",
    )
    st.markdown("**Cause, as printed**")
    st.text(analysis.dump.cause or "none")


def _processes(analysis: Analysis, key: str) -> None:
    dump = analysis.dump
    active = [dump.active_process] if dump.active_process else []
    named: dict[str, Process] = {
        f"{state} {index}: {process.name} ({counted(len(process.frames), 'frame')})": process
        for state, processes in (
            ("active", active),
            ("waiting", dump.quiescent_processes),
            ("suspended", dump.suspended_processes),
        )
        for index, process in enumerate(processes, 1)
    }
    if not named:
        st.info("This dump lists no processes.")
        return
    chosen = st.selectbox(f"Process (one of {len(named)})", list(named), key=f"{key}-process")
    stack(named[chosen].frames, key)


def _database(analysis: Analysis, key: str) -> None:
    dump = analysis.dump
    twins = sum(connection.twin for connection in dump.connections)
    st.markdown(
        f"**{counted(len(dump.connections), 'connection')}** listed, {twins} of them copies; "
        f"**{counted(dump.distinct_sessions, 'session')}** ({len(dump.sessions):,} entries as listed)."
    )
    if dump.connections:
        st.dataframe(
            pd.DataFrame(
                [
                    {
                        "Connection": connection.class_name,
                        "Handle": connection.handle,
                        "State": connection.state,
                        "User": connection.username,
                        "Database": connection.environment,
                        "Copy": connection.twin,
                    }
                    for connection in dump.connections
                ]
            ),
            hide_index=True,
            alt="Database connections",
        )
    statements = [session for session in dump.sessions if session.query]
    if statements:
        st.dataframe(
            pd.DataFrame({"State": s.state, "Statement": s.query, "Line": s.line} for s in statements),
            hide_index=True,
            alt="Database sessions with their statements",
        )


def _windows(analysis: Analysis, key: str) -> None:
    windows = analysis.dump.windows
    if not windows:
        st.info("No window was open, or the dump does not list them.")
        return
    st.dataframe(
        pd.DataFrame({"Window": w.label or w.title, "Model": w.model_class, "Number": w.number} for w in windows),
        hide_index=True,
        alt="Open windows",
    )
    st.caption("An asterisk at the end of a window's name means unsaved changes.")


def _memory(analysis: Analysis, key: str) -> None:
    dump: Dump = analysis.dump
    if dump.memory is None:
        st.info("This dump has no memory report.")
    else:
        memory = dump.memory
        used, limit = st.columns(2)
        used.metric("Memory in use", f"{memory.total_kb:,} KB" if memory.total_kb is not None else "not printed")
        limit.metric(
            "Upper limit",
            f"{memory.limit_upper_bound_kb:,} KB" if memory.limit_upper_bound_kb is not None else "not printed",
        )
        st.dataframe(
            pd.DataFrame({"Space": s.name, "Size (KB)": s.size_kb, "Used (%)": s.percent} for s in memory.spaces),
            hide_index=True,
            alt="Memory spaces",
        )
    if dump.census:
        st.markdown(f"**Objects in memory**: the 200 largest of {len(dump.census):,} classes")
        st.dataframe(
            pd.DataFrame(
                {"Class": row.class_name, "Objects": row.count, "Bytes": row.size_bytes} for row in dump.census[:200]
            ),
            hide_index=True,
            alt="Objects in memory by class",
        )


def _transcript(analysis: Analysis, key: str) -> None:
    if analysis.dump.transcript.strip():
        st.code(analysis.dump.transcript, language=None, wrap_lines=True)
    else:
        st.info("The transcript is empty.")


def _findings(card: VerdictCard, key: str) -> None:
    if not card.all_statements:
        st.info("No rule found anything worth saying in this dump.")
    statements(card.all_statements, key)


def _notes(analysis: Analysis, key: str) -> None:
    notes = (*analysis.dump.notes, *analysis.diagnosis.notes)
    if not notes:
        st.success("Every part of the dump was read.")
        return
    st.dataframe(
        pd.DataFrame({"Line": note.line, "Level": note.level, "What": note.what} for note in notes),
        hide_index=True,
        alt="What could not be read",
    )
