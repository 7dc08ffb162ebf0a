"""The ten real dumps against what was counted in them with plain text tools (expected_sections.toml)."""

import tomllib
from pathlib import Path

import pytest

from crash_knowledge.wcr.reading import read_dumps

EXPECTED = tomllib.loads(Path(__file__).with_name("expected_sections.toml").read_text(encoding="utf-8"))


def seen(dump):
    """Return what the parser sees, under the names of expected_sections.toml."""
    frames = dump.active_process.frames
    variables = [variable for entry in dump.frame_arguments for variable in entry.variables]
    old = next(space for space in dump.memory.spaces if space.name == "Old")
    limit = dump.memory.config_limit_kb
    return {
        "first_line": dump.line_of(0),
        "last_line": dump.line_of(dump.text.count("\n")),
        "active_process_line": dump.active_process.line,
        "exception_line": dump.exception.line,
        "frames": len(frames),
        "argument_entries": sum(entry.receiver is not None for entry in dump.frame_arguments),
        "variables": len(variables),
        "persistent_variables": sum(variable.persistent for variable in variables),
        "arguments": sum(len(entry.arguments) for entry in dump.frame_arguments),
        "quiescent": len(dump.quiescent_processes),
        "quiescent_frames": sum(len(process.frames) for process in dump.quiescent_processes),
        "suspended": len(dump.suspended_processes),
        "suspended_frames": sum(len(process.frames) for process in dump.suspended_processes),
        "transcript_lines": sum(bool(line) for line in dump.transcript.split("\n")),
        "connections": len(dump.connections),
        "distinct_connections": dump.distinct_connections,
        "open_transactions": sum(connection.state == "#xactYes" for connection in dump.connections),
        "sessions": len(dump.sessions),
        "distinct_sessions": dump.distinct_sessions,
        "sessions_without_query": sum(session.query is None for session in dump.sessions),
        "windows": len(dump.windows),
        "memory_total_kb": dump.memory.total_kb,
        "memory_old_kb": old.size_kb,
        "memory_old_percent": old.percent,
        "config_limit_kb": "NA" if limit is None else limit,
        "census_rows": len(dump.census),
        "persistent_census_rows": len(dump.persistent_census),
        "cause_lines": sum(bool(line.strip()) for line in dump.cause.split("\n")),
        "exception_class": dump.exception.class_name,
        "innermost_selector": frames[0].selector,
        "outermost_selector": frames[-1].selector,
        "optimized_frames": sum(frame.optimized for frame in frames),
        "blocks": sum(frame.blocks for frame in frames),
    }


def test_all_dumps_are_expected(real_dumps):
    assert sorted(path.name for path in real_dumps.iterdir()) == sorted(EXPECTED)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_sections_of_a_real_dump(real_dumps, name):
    read = read_dumps((real_dumps / name).read_bytes(), name)
    (dump,) = read.dumps
    assert seen(dump) == EXPECTED[name]
    assert dump.complete
    assert read.encoding == "utf-8"


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_everything_of_a_real_dump_is_read(real_dumps, name):
    (dump,) = read_dumps((real_dumps / name).read_bytes()).dumps
    expected = ["Every line end is doubled: the empty lines in between were left out"]
    assert [note.what for note in dump.notes] == (expected if name == "WCR_25-11_9-42-27.txt" else [])
    assert dump.header.site.customer
    assert dump.header.version.patch
    assert dump.header.build.customer == dump.header.site.customer
    assert dump.utc_time is not None
    assert all(frame.selector for frame in dump.active_process.frames)


@pytest.mark.parametrize("name", sorted(EXPECTED))
@pytest.mark.parametrize("change", [lambda text: text.replace("\n", "\r\n"), lambda text: text.replace("\n", "\n\n")])
def test_line_ends_change_nothing(real_dumps, name, change):
    content = (real_dumps / name).read_bytes()
    text = content.decode()
    if name == "WCR_25-11_9-42-27.txt":
        text = text.replace("\n\n", "\n")
    (dump,) = read_dumps(content).dumps
    (changed,) = read_dumps(change(text).encode()).dumps
    assert changed.sha256 == dump.sha256
    assert changed.text == dump.text


def test_all_files_in_one(real_dumps):
    paths = sorted(real_dumps.iterdir())
    read = read_dumps(b"\n".join(path.read_bytes() for path in paths))
    assert [len(dump.active_process.frames) for dump in read.dumps] == [EXPECTED[path.name]["frames"] for path in paths]
    assert [dump.memory.total_kb for dump in read.dumps] == [EXPECTED[path.name]["memory_total_kb"] for path in paths]
