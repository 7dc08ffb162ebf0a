"""The small dump says what was written in it, in any order of its sections and with sections missing or repeated."""

import pickle
from datetime import UTC, datetime

import pytest

from crash_knowledge.wcr.model import CensusRow, Connection, MemorySpace, Session, Window


def test_light_parts(dump):
    assert dump.complete
    assert dump.index == 0
    assert dump.cause == "Unhandled exception: Message not understood: #title"
    assert dump.header.local_time == datetime(2024, 4, 2, 16, 10, 30)  # noqa: DTZ001
    assert dump.utc_time == datetime(2024, 4, 2, 14, 10, 30, tzinfo=UTC)
    assert dump.active_process.name == "WHATS'ON Launcher"
    assert (dump.active_process.priority, dump.active_process.identity_hash) == (50, 1398)
    assert [frame.selector for frame in dump.active_process.frames] == [
        "doesNotUnderstand:",
        "titleOf:",
        "forBlock:priority:",
    ]
    assert dump.exception.class_name == "MessageNotUnderstood"
    assert dump.exception.parameter == "a Message with selector: #title and arguments: #()"
    assert [process.name for process in dump.quiescent_processes] == ["IdleLoopProcess"]
    assert [len(process.frames) for process in dump.suspended_processes] == [2, 1]
    assert dump.transcript == "started"
    assert dump.notes == ()


def test_heavy_parts(dump):
    connection, twin = dump.connections
    assert connection == Connection(
        "OracleConnection", "2E60C674", False, 14608, "#xactYes", '"PSI"', "db1:1521/won", connection.line
    )
    assert (twin.twin, twin.username, twin.environment) == (True, None, None)
    assert dump.distinct_connections == 1
    query = "SELECT OID FROM PSI.PSIBLOCK WHERE NAME = 'x'"
    line = dump.sessions[1].line
    assert dump.sessions[1] == Session("OracleSession", "331EE9DC", False, "#prepared", 14608, query, line)
    assert (len(dump.sessions), dump.distinct_sessions) == (2, 1)
    title = "WHATS'ON Launcher"
    line = dump.windows[0].line
    assert dump.windows == (
        Window("MediaGeniX.MAFContextAwareApplicationWindow", 26, title, title, "WOnLauncherFJORD", line),
    )
    assert dump.memory.spaces[3] == MemorySpace("Old", 422161, 91.62)
    assert dump.census == (CensusRow("Array", 986453, 35510296), CensusRow("ByteSymbol", 332932, 0))
    assert dump.persistent_census == (CensusRow("ByteSymbol", 332932, 0),)


def test_lines_are_those_of_the_file(dump, small_dump):
    lines = small_dump.split("\n")
    assert lines[dump.active_process.line - 1] == "Process named: 'WHATS''ON Launcher'"
    assert lines[dump.active_process.frames[1].line - 1].startswith("[2] ")
    assert lines[dump.exception.line - 1] == "Unhandled Exception:"
    assert lines[dump.frame_arguments[1].variables[2].line - 1].startswith("\t[1] oid")
    assert lines[dump.frame_arguments[0].arguments[0].line - 1].startswith("\tArg1:")
    assert lines[dump.connections[1].line - 1] == "\tan OracleConnection'( hsvcctx = 2E60C674 )"
    assert lines[dump.sessions[1].line - 1] == "\tan OracleSession( hstmt = 331EE9DC )"
    assert "Launcher" in lines[dump.windows[0].line - 1]
    assert lines[dump.memory.line - 1] == "Memory Report"
    assert [dump.line_of(index) for index in (0, 5)] == [1, 6]


def test_sections_can_stand_in_any_order(dump, sections, read):
    order = ["windows", "database", "transcript", "suspended", "quiescent", "arguments", "exception", "active"]
    turned = read({"header": sections["header"], **{name: sections[name] for name in order}})
    assert turned.notes == ()
    assert [frame.text for frame in turned.active_process.frames] == [f.text for f in dump.active_process.frames]
    for name in ("census", "persistent_census", "transcript", "distinct_sessions"):
        assert getattr(turned, name) == getattr(dump, name)
    assert [len(getattr(turned, name)) for name in ("sessions", "connections", "windows")] == [2, 2, 1]


@pytest.mark.parametrize(
    ("missing", "attribute", "value"),
    [
        ("active", "active_process", None),
        ("exception", "exception", None),
        ("arguments", "frame_arguments", ()),
        ("quiescent", "quiescent_processes", ()),
        ("suspended", "suspended_processes", ()),
        ("transcript", "transcript", ""),
        ("database", "connections", ()),
        ("database", "sessions", ()),
        ("windows", "windows", ()),
        ("windows", "memory", None),
        ("windows", "census", ()),
    ],
)
def test_a_missing_section_is_empty(sections, read, missing, attribute, value):
    del sections[missing]
    dump = read(sections)
    assert getattr(dump, attribute) == value
    assert [note.what for note in dump.notes] == (
        ["The dump has no section 'Active Process': its stack is missing"] if missing == "active" else []
    )


def test_repeated_sections(sections, read):
    lists = read({**sections, "again": sections["suspended"], "and again": sections["windows"]})
    assert len(lists.suspended_processes) == 4
    assert len(lists.windows) == 2
    assert [note.what for note in lists.notes] == ["Section 'Memory Report' stands here again: only the first is read"]
    single = read({**sections, "again": sections["exception"].replace("NotUnderstood", "Other")})
    assert single.exception.class_name == "MessageNotUnderstood"
    assert len(single.notes) == 1


def test_an_unknown_section_ends_the_one_before_it(sections, read):
    sections["exception"] += "\n" + "-" * 60 + "\nJava Virtual Machines\nnone\n"
    dump = read(sections)
    assert dump.exception.parameter == "a Message with selector: #title and arguments: #()"
    assert [(note.what, note.level) for note in dump.notes] == [
        ("Section 'Java Virtual Machines' is not known", "info")
    ]


@pytest.mark.parametrize(
    "inner", ["-" * 60 + "\n  and more", "-" * 60 + "\n" + "-" * 60, "-" * 59 + "\nActive Process"]
)
def test_dashed_lines_inside_other_text(sections, read, inner):
    sections["exception"] = sections["exception"].replace("#title\n\tp", f"#title\n{inner}\n\tp")
    assert inner.strip() in read(sections).exception.error_string


def test_titles_inside_the_transcript_are_text(sections, read):
    logged = f"\n{'-' * 60}\nActive Process\nProcess named: 'no'\n\nMemory Report\n====\n"
    sections["transcript"] = sections["transcript"].replace("started", logged)
    dump = read(sections)
    assert "Process named: 'no'" in dump.transcript
    assert dump.memory.total_kb == 444930
    assert len(dump.active_process.frames) == 3


def test_a_transcript_without_its_end_marker_ends_at_the_next_section(sections, read):
    sections["transcript"] = "Transcript:\n<<<BEGIN TRANSCRIPT>>>\nstarted\n"
    dump = read(sections)
    assert dump.transcript == "started"
    assert len(dump.connections) == 2


def test_a_dump_without_any_dashed_line(small_dump):
    from crash_knowledge.wcr.reading import read_dumps

    dump = read_dumps(small_dump.replace("-" * 60, "").encode()).dumps[0]
    assert len(dump.active_process.frames) == 3
    assert dump.exception.class_name == "MessageNotUnderstood"
    assert len(dump.frame_arguments[1].variables) == 4
    assert dump.transcript == "started"
    assert len(dump.census) == 2


def test_with_text_reads_the_same_lines_from_another_text(dump):
    other = dump.with_text(dump.text.replace("a.miller", "user-1"))
    assert (other.header.user, dump.header.user) == ("user-1", "a.miller")
    assert other.active_process == dump.active_process
    with pytest.raises(ValueError, match="as many lines"):
        dump.with_text(dump.text + "\n")


def test_a_dump_goes_through_pickle(dump):
    dump.notes  # noqa: B018 - everything read
    copy = pickle.loads(pickle.dumps(dump))
    assert copy == dump
    assert copy.frame_arguments == dump.frame_arguments
