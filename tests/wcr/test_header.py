"""The header: every known line, several-line values, absent and empty lines, and the splitting of its values."""

import pytest

from crash_knowledge.wcr.model import Build, Site, Version
from crash_knowledge.wcr.site import split_site
from crash_knowledge.wcr.version import split_build, split_version


def test_every_line(dump):
    header = dump.header
    assert header.user == "a.miller"
    assert header.site == Site("FJORD(oracle:db1:1521/won)", "FJORD", "oracle", "db1", 1521, "won")
    assert header.version == Version("2024r1.000.001", "2024r1", "000", "001", None)
    assert header.minor_version == ""
    assert header.build == Build("2024r1.000[FJORD].001.1", "2024r1.000.001", "FJORD", 1)
    assert header.database_hash == "00FF"
    assert header.version_on_database == "2024r1.000.001"
    assert header.connector_version == "2024r1.000"
    assert header.smalltalk_version == "'VisualWorks®, 9.1.1 of Thu 16 September 2021'"
    assert (header.computer, header.windows_user, header.tz_offset_seconds) == ("TS-7", "amiller", 7200)
    assert (header.frame_rate_mode, header.frame_rate) == ("Single frame rate mode", "29.97 fps DF")
    assert header.database_server_version == "Oracle Database 19c"
    assert header.database_client_version == "19.24.0.0.0"
    assert (header.database_encoding, header.session_encoding) == ("AL32UTF8", "???")
    assert header.command_line == "C:\\WHATSON\\won.exe"


def with_line(sections, read, line, other):
    assert line in sections["header"]
    sections["header"] = sections["header"].replace(line, other)
    return read(sections)


@pytest.mark.parametrize(
    ("lines", "cause", "first"),
    [
        (
            "Unhandled exception:  \nORA-00942: table\n",
            "Unhandled exception:  \nORA-00942: table",
            "Unhandled exception:",
        ),
        ("Emergency: No Space Left.", "Emergency: No Space Left.", "Emergency: No Space Left."),
        ("a\n\nUSERNAME=not a key here\nb", "a\n\nUSERNAME=not a key here\nb", "a"),
        ("\nthe text is on the next line", "the text is on the next line", "the text is on the next line"),
        ("", "", ""),
    ],
)
def test_the_cause_runs_to_the_command_line(sections, read, lines, cause, first):
    dump = with_line(sections, read, "Unhandled exception: Message not understood: #title", lines)
    assert dump.cause == cause
    assert dump.header.cause_first_line == first
    assert dump.header.command_line == "C:\\WHATSON\\won.exe"
    assert dump.header.windows_user == "amiller"


def test_without_a_command_line_the_cause_runs_to_the_next_known_line(sections, read):
    dump = with_line(sections, read, "Command Line: C:\\WHATSON\\won.exe", "more\nFrame rate: no second one")
    assert dump.cause == "Unhandled exception: Message not understood: #title\nmore\nFrame rate: no second one"
    sections["header"] = "\nCause of Dump: a\nb\nSmalltalk Version: 'x'\n"
    dump = read(sections)
    assert (dump.cause, dump.header.smalltalk_version) == ("a\nb", "'x'")


def test_a_missing_cause_is_said(sections, read):
    dump = with_line(sections, read, "Cause of Dump: Unhandled exception: Message not understood: #title", "")
    assert dump.cause == ""
    assert [note.what for note in dump.notes] == ["The header has no line 'Cause of Dump'"]


@pytest.mark.parametrize(
    ("label", "server", "client"),
    [("Oracle", "140.13", "libpq.dll 10.00.09"), ("Database", "Oracle Database 19c", "12.2.0.1.0")],
)
def test_labels_of_the_database_versions(sections, read, label, server, client):
    header = sections["header"].replace(
        "Oracle Server Version: \nOracle Database 19c", f"{label} Server Version: \n{server}"
    )
    sections["header"] = header.replace("Oracle Client Version: 19.24.0.0.0", f"{label} Client Version: {client}")
    header = read(sections).header
    assert (header.database_server_version, header.database_client_version) == (server, client)


def test_a_database_version_without_a_value_takes_none_from_the_next_key(sections, read):
    dump = with_line(sections, read, "Oracle Database 19c\n", "")
    assert dump.header.database_server_version == ""
    assert dump.header.database_client_version == "19.24.0.0.0"


def test_absent_lines_are_none_and_unknown_lines_a_note(sections, read):
    sections["header"] = "\nCause of Dump: x\nCommand Line: y\n\nPlanet: Mars\n"
    dump = read(sections)
    assert dump.header.user is None
    assert dump.header.site is None
    assert dump.utc_time is None
    assert dump.header.command_line == "y"
    assert [(note.line, note.level) for note in dump.notes] == [(6, "warning")]


def test_a_typographic_apostrophe_in_a_key(sections, read):
    dump = with_line(sections, read, "Whats'On User", "Whats’On User")
    assert dump.header.user == "a.miller"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("STVNL(WONP11)", ("STVNL", None, None, None, "WONP11")),
        ("BRX(oracle:db-host-28:1521/svc28)", ("BRX", "oracle", "db-host-28", 1521, "svc28")),
        ("ORIOLE(won.db.example:1521/won2)", ("ORIOLE", "oracle", "won.db.example", 1521, "won2")),
        ("N(postgresql:db.n.example:5432_n_live)", ("N", "postgresql", "db.n.example", 5432, "n_live")),
        ("N(postgresql:my_db:5432_live)", ("N", "postgresql", "my_db", 5432, "live")),
        ("Channel (UK)(WONP1)", ("Channel (UK)", None, None, None, "WONP1")),
        ("X((DESCRIPTION=(HOST=h)))", ("X", None, None, None, "(DESCRIPTION=(HOST=h))")),
        ("NOBODY", ("NOBODY", None, None, None, None)),
        ("X()", ("X", None, None, None, None)),
        ("X(cut", ("X", None, None, None, "cut")),
        ("", ("", None, None, None, None)),
        ("x)", ("x)", None, None, None, None)),
        ("X(oracle:alias)", ("X", "oracle", None, None, "alias")),
        ("X(h:999999/s)", ("X", None, None, None, "h:999999/s")),
    ],
)
def test_sites(text, expected):
    assert split_site(text) == Site(text, *expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024r1.000.001", ("2024r1", "000", "001", None)),
        ("2023r8.001.042a", ("2023r8", "001", "042", "a")),
        ("2022r13.000.023", ("2022r13", "000", "023", None)),
        ("2024r1.000", ("2024r1", "000", None, None)),
        ("development", (None, None, None, None)),
        ("", (None, None, None, None)),
    ],
)
def test_versions(text, expected):
    assert split_version(text) == Version(text, *expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024r1.000[BRX].001.1", ("2024r1.000.001", "BRX", 1)),
        ("2023r10.000[STVNL].059e.12", ("2023r10.000.059e", "STVNL", 12)),
        ("2024r1.000.001.1", ("2024r1.000.001", None, 1)),
        ("2024r1.000[].001", ("2024r1.000.001", "", None)),
        ("nightly", (None, None, None)),
    ],
)
def test_builds(text, expected):
    assert split_build(text) == Build(text, *expected)
