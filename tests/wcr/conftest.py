"""A small dump, written by hand, for the tests of the readers."""

from collections.abc import Callable

import pytest

from crash_knowledge.wcr.dump import Dump
from crash_knowledge.wcr.reading import read_dumps

DASHES = "-" * 60
BEGIN = "==2024/4/2==16:10:30==BEGIN RUNTIME DIAGNOSTIC DUMP"
END = "==2024/4/2==16:10:30==END RUNTIME DIAGNOSTIC DUMP"

SECTIONS = {
    "header": """
System Error Report
Whats'On User: a.miller
Whats'On Site: FJORD(oracle:db1:1521/won)
Whats'On Version: 2024r1.000.001
Whats'On Minor Version:{blank}
Whats'On Build: 2024r1.000[FJORD].001.1
Whats'On DB Hash: 00FF
Whats'On Version on database: 2024r1.000.001
Whats'On Connector Version: 2024r1.000
Smalltalk Version: 'VisualWorks®, 9.1.1 of Thu 16 September 2021'

COMPUTERNAME=TS-7
USERNAME=amiller
TimeZone offset=7200

Frame rate mode: Single frame rate mode
Frame rate: 29.97 fps DF

Oracle Server Version:{blank}
Oracle Database 19c

Oracle Client Version: 19.24.0.0.0
Database encoding: AL32UTF8
Session encoding: ???


Cause of Dump: Unhandled exception: Message not understood: #title
Command Line: C:\\WHATSON\\won.exe
""".replace("{blank}", " "),
    "active": """Active Process
Process named: 'WHATS''ON Launcher'
Process priority: 50
Process identity hash: 1398
Context stack
[1] \tUndefinedObject(Object)>>doesNotUnderstand:
[2] \toptimized [] in [] in MediaGeniX.PSIBlockFJORD(MediaGeniX.PSIBlock)>>titleOf:
[3] \tProcess class>>forBlock:priority:
""",
    "exception": """Unhandled Exception:
\tclass: MessageNotUnderstood
\tcreator: MessageNotUnderstood
\terrorString: Message not understood: #title
\tparameter: a Message with selector: #title and arguments: #()
""",
    "arguments": """Initial Context Stack Arguments:
[1] UndefinedObject(Object)>>doesNotUnderstand:
\tReceiver: (id=1) nil
\tArg1: (id=77) a Message with selector: #title and arguments: #()

[2] MediaGeniX.PSIBlockFJORD(MediaGeniX.PSIBlock)>>titleOf:
\tReceiver: (id=5) a PSIBlockFJORD (oid = 42)
\t[1] dependents                      (id=1) nil
\t[2] session                         (id=9) a MediaGeniX.T3Session(9)
\t[1] oid                             (id=10) 42
\t[2] dateCreated                     (id=11) Tue 2 April 2024 14:02:32.676

""",
    "quiescent": """Quiescent Processes
Process named: 'IdleLoopProcess'
Process priority: 10
Process identity hash: 16143
Context stack
[1] \tSemaphore>>wait
""",
    "suspended": """Suspended Processes
Process named: 'TimerProcess'
Process priority: 100
Process identity hash: 8964
Context stack
[1] \tSemaphore>>wait
[2] \tBlockClosure>>repeat

Process named: 'LowSpaceProcess'
Process priority: 95
Process identity hash: 7491
Context stack
[1] \tSemaphore>>wait
""",
    "transcript": """Transcript:
<<<BEGIN TRANSCRIPT>>>

started
<<<END TRANSCRIPT>>>
""",
    "database": """External Database Connections (all instances):

\tan OracleConnection( hsvcctx = 2E60C674 )
\t\thash: 14608
\t\tstate: #xactYes
\t\tusername: '"PSI"'
\t\tenvironment: 'db1:1521/won'

\tan OracleConnection'( hsvcctx = 2E60C674 )
\t\thash: 617
\t\tstate: #xactNo
\t\tusername: nil
\t\tenvironment: nil

External Database Sessions (all instances):

\tan OracleSession'( hstmt = 331EE9DC )
\t\tstate: #prepared
\t\tconnection hash: 14608
\t\tquery: nil

\tan OracleSession( hstmt = 331EE9DC )
\t\tstate: #prepared
\t\tconnection hash: 14608
\t\tquery: 'SELECT OID FROM PSI.PSIBLOCK WHERE NAME = ''x'''

""",
    "windows": """Scheduled Windows:

\ta MediaGeniX.MAFContextAwareApplicationWindow 26 'WHATS''ON Launcher' label: 'WHATS''ON Launcher'
\t\tmodel class:  WOnLauncherFJORD

Memory Report
=============
Incremental garbage collector state: resting
Eden:\t\t36 KB\t\t2.44%
Survivor:\t\t59 KB\t\t19.95%
Large:\t\t553 KB\t\t55.39%
Old:\t\t422,161 KB\t\t91.62%
Perm:\t\t22,118 KB\t\t100.00%
Total:\t\t444,930 KB\t\t

Config file memory limit:\t\tNA\t\t
Memory limit upper bound:\t\t3,072,000 KB\t\t
Growth limit upper bound:\t\t1,843,200 KB\t\t
Free memory upper bound:\t\t614,400 KB\t\t



All objects

Array\t986453\t35510296
ByteSymbol\t332932\t0

Only T3Objects

ByteSymbol\t332932\t0

""",
}


def compose(sections: dict[str, str], complete: bool = True) -> str:
    """Return the text of a dump of these sections, in this order."""
    text = BEGIN + "\n" + f"\n{DASHES}\n".join(sections.values())
    return text + "\n" + END + "\n" if complete else text


@pytest.fixture
def sections() -> dict[str, str]:
    """The sections of the small dump, to change."""
    return dict(SECTIONS)


@pytest.fixture
def read() -> Callable[[dict[str, str]], Dump]:
    """Compose sections and read them as one dump."""
    return lambda sections: read_dumps(compose(sections).encode()).dumps[0]


@pytest.fixture
def small_dump() -> str:
    """The text of a whole small dump."""
    return compose(SECTIONS)


@pytest.fixture(scope="session")
def big_dump() -> str:
    """The text of a dump of about 30 KB: the small one with more of everything that comes in great numbers."""
    more = dict(SECTIONS)
    frames = "".join(f"[{n}] \toptimized [] in A.Step{n}FJORD(A.Step)>>run:with:\n" for n in range(4, 60))
    more["active"] += frames
    more["suspended"] += "\n" + SECTIONS["active"].partition("\n")[2] + frames
    variables = "".join(
        f"\t[{n}] variableWithAVeryLongNameNumber{n % 10}(id={n * 7}) a MediaGeniX.Thing{n} 'it''s\n\n[1] {n}'\n"
        for n in range(1, 12)
    )
    more["arguments"] += "".join(
        f"[{n}] A.Step{n}FJORD(A.Step)>>run:with:\n\tReceiver: (id={n}) a Step\n{variables}\tTemp[t1]: (id=1) nil\n\n"
        for n in range(4, 14)
    )
    more["database"] += "".join(
        f"\tan OracleSession{twin}( hstmt = {n:08X} )\n\t\tstate: #prepared\n\t\tconnection hash: 14608\n"
        f"\t\tquery: {query}\n\n"
        for n in range(40)
        for twin, query in (("'", "nil"), ("", f"'select\n\n\t''{n}''\nfrom x'"))
    )
    rows = "".join(f"Class{n}\t{9000 - n}\t{90000 - n}\n" for n in range(200))
    more["windows"] = more["windows"].replace("ByteSymbol", rows + "ByteSymbol", 1)
    return compose(more)


@pytest.fixture
def dump(small_dump: str) -> Dump:
    """The small dump, read."""
    return read_dumps(small_dump.encode()).dumps[0]
