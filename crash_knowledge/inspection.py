"""Everything a dump says, as plain JSON: what ``crash-knowledge inspect`` prints."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from crash_knowledge.fingerprint.frames import is_in_app
from crash_knowledge.wcr.dump import Dump
from crash_knowledge.wcr.model import ExceptionInfo, Frame, MemoryReport, Process

CENSUS_ROWS_SHOWN = 20


def inspection(dump: Dump, file_name: str) -> dict[str, Any]:
    """One dump as a JSON object; sections that the dump does not have are null or empty."""
    header = dump.header
    return {
        "file": file_name,
        "index": dump.index,
        "complete": dump.complete,
        "local_time": header.local_time.isoformat() if header.local_time else None,
        "utc_time": dump.utc_time.strftime("%Y-%m-%dT%H:%M:%SZ") if dump.utc_time else None,
        "tz_offset": header.tz_offset_seconds,
        "user": header.user,
        "site": header.site.text if header.site else None,
        "site_parts": asdict(header.site) if header.site else None,
        "version": header.version.text if header.version else None,
        "version_parts": asdict(header.version) if header.version else None,
        "build": header.build.text if header.build else None,
        "computer": header.computer,
        "windows_user": header.windows_user,
        "smalltalk_version": header.smalltalk_version,
        "database_server_version": header.database_server_version,
        "database_client_version": header.database_client_version,
        "command_line": header.command_line,
        "cause_first_line": header.cause_first_line,
        "cause": dump.cause,
        "exception": _exception(dump.exception),
        "active_process": _process(dump.active_process) if dump.active_process else None,
        "frame_arguments": [asdict(entry) for entry in dump.frame_arguments],
        "quiescent_processes": [_process(process) for process in dump.quiescent_processes],
        "suspended_processes": [_process(process) for process in dump.suspended_processes],
        "transcript": dump.transcript,
        "connections": [asdict(connection) for connection in dump.connections],
        "sessions": [asdict(session) for session in dump.sessions],
        "distinct_sessions": dump.distinct_sessions,
        "windows": [asdict(window) for window in dump.windows],
        "memory": _memory(dump.memory),
        "census_rows": len(dump.census) + len(dump.persistent_census),
        "persistent_census_rows": len(dump.persistent_census),
        "census": [asdict(row) for row in dump.census[:CENSUS_ROWS_SHOWN]],
        "notes": [asdict(note) for note in dump.notes],
    }


def _exception(exception: ExceptionInfo | None) -> dict[str, str] | None:
    if exception is None:
        return None
    return {
        "class": exception.class_name,
        "creator": exception.creator,
        "error_string": exception.error_string,
        "parameter": exception.parameter,
    }


def _process(process: Process) -> dict[str, Any]:
    return {
        "name": process.name,
        "priority": process.priority,
        "identity_hash": process.identity_hash,
        "frames": [_frame(frame) for frame in process.frames],
    }


def _frame(frame: Frame) -> dict[str, Any]:
    return {
        "number": frame.number,
        "text": frame.text,
        "receiver": frame.receiver,
        "implementor": frame.implementor,
        "selector": frame.selector,
        "blocks": frame.blocks,
        "class_side": frame.class_side,
        "in_app": is_in_app(frame),
    }


def _memory(memory: MemoryReport | None) -> dict[str, Any] | None:
    if memory is None:
        return None
    facts = asdict(memory)
    del facts["line"]
    return facts
