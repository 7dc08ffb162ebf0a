"""Database connections and sessions, as listed and with twins folded."""

import pytest

from crash_knowledge.wcr.database import count_distinct


def session(name, query="nil", state="#prepared"):
    return f"\t{name}\n\t\tstate: {state}\n\t\tconnection hash: 7\n\t\tquery: {query}\n\n"


@pytest.fixture
def read_sessions(sections, read):
    def read_text(text):
        body = "External Database Connections (all instances):\n\nExternal Database Sessions (all instances):\n\n"
        return read({**sections, "database": body + text})

    return read_text


@pytest.mark.parametrize(
    ("name", "class_name", "handle", "twin"),
    [
        ("an OracleSession( hstmt = 331EE9DC )", "OracleSession", "331EE9DC", False),
        ("an OracleSession'( hstmt = 331EE9DC )", "OracleSession", "331EE9DC", True),
        ("an OracleThreadedSession", "OracleThreadedSession", "", False),
        ("a MediaGeniX.MgXPostgresLibpqSession'", "MediaGeniX.MgXPostgresLibpqSession", "", True),
    ],
)
@pytest.mark.parametrize("rest", ["", "\t\todd: 1\n"], ids=["usual form", "with another field"])
def test_names(read_sessions, name, class_name, handle, twin, rest):
    dump = read_sessions(session(name).rstrip("\n") + "\n" + rest)
    (read,) = dump.sessions
    assert (read.class_name, read.handle, read.twin) == (class_name, handle, twin)
    assert (read.state, read.connection_hash, read.query) == ("#prepared", 7, None)


@pytest.mark.parametrize(
    ("literal", "query"),
    [
        ("nil", None),
        ("''", ""),
        ("'SELECT 1'", "SELECT 1"),
        ("'SELECT ''a'' FROM b'", "SELECT 'a' FROM b"),
        ("'select\n\t\tstate: x\n\nfrom (\n\tPSI prg\n)\n'", "select\n\t\tstate: x\n\nfrom (\n\tPSI prg\n)\n"),
        ("'a ''\n'' b'", "a '\n' b"),
        ("'x ''''y'''", "x ''y'"),
    ],
)
@pytest.mark.parametrize("state", ["#prepared", "a state"], ids=["usual form", "odd state"])
def test_queries(read_sessions, literal, query, state):
    dump = read_sessions(session("a B( h = 1 )", literal, state) + session("a B( h = 2 )", "'last'"))
    assert [one.query for one in dump.sessions] == [query, "last"]
    assert [one.state for one in dump.sessions] == [state, "#prepared"]
    assert dump.notes == ()


@pytest.mark.parametrize("literal", ["'cut", "'cut\nfrom x", "'cut ''q''\n"])
def test_a_query_that_never_closes_ends_before_the_next_session(read_sessions, literal):
    dump = read_sessions(session("a B( h = 1 )", literal) + session("a B( h = 2 )", "'last'") + session("a B( h = 3 )"))
    assert [one.handle for one in dump.sessions] == ["1", "2", "3"]
    assert [one.query for one in dump.sessions][1:] == ["last", None]


def test_lines_of_sessions_are_those_of_the_file(read_sessions):
    dump = read_sessions(
        session("a B( h = 1 )", "'a\nb\nc'") + session("a B( h = 2 )", "x y") + session("a B( h = 3 )")
    )
    lines = dump.text.split("\n")
    assert [lines[one.line - 1] for one in dump.sessions] == [f"\ta B( h = {handle} )" for handle in (1, 2, 3)]


@pytest.mark.parametrize(
    ("names", "listed", "distinct"),
    [
        (["an A( h = 1 )", "an A'( h = 1 )", "an A( h = 2 )"], 3, 2),
        (["an A'( h = 1 )"], 1, 1),
        (["an A", "an A'", "an A", "an A'"], 4, 2),
        (["an A", "an A", "an A'"], 3, 2),
        (["an A'", "an A'"], 2, 2),
        (["an A", "a B'", "an A( h = 1 )"], 3, 3),
        ([], 0, 0),
    ],
)
def test_twins_are_folded(read_sessions, names, listed, distinct):
    dump = read_sessions("".join(map(session, names)))
    assert (len(dump.sessions), dump.distinct_sessions) == (listed, distinct)
    assert count_distinct(dump.sessions) == distinct


def test_connections_of_other_kinds(sections, read):
    sections["database"] = (
        "External Database Connections (all instances):\n\n"
        "\tan OracleConnection\n\t\thash: 11523\n\t\tstate: #new\n\t\tusername: '\"PSI\"'\n\t\tenvironment: nil\n\n"
        "\ta MediaGeniX.MgXPostgresLibpqConnection'\n\t\thash: 874\n\t\tstate: #xactYes\n"
    )
    oracle, postgresql = read(sections).connections
    assert (oracle.handle, oracle.hash, oracle.state, oracle.environment) == ("", 11523, "#new", None)
    assert (postgresql.class_name, postgresql.twin) == ("MediaGeniX.MgXPostgresLibpqConnection", True)
    assert (postgresql.username, postgresql.state) == (None, "#xactYes")


def test_lines_between_entries_are_noted(read_sessions):
    dump = read_sessions("stray\n" + session("an A( h = 1 )") + "another\n" + session("an A( h = 2 )"))
    assert len(dump.sessions) == 2
    assert [note.what[:7] for note in dump.notes] == ["2 lines"]
