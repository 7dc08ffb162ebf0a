"""Small dumps made for one rule, and what a rule says of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from crash_knowledge.diagnosis import Finding, diagnose
from crash_knowledge.wcr.dump import Dump
from crash_knowledge.wcr.reading import read_dumps

DASHES = "-" * 60
NOT_UNDERSTOOD = "UndefinedObject(Object)>>doesNotUnderstand:"


def dump(
    frames: Sequence[str] = (),
    cause: str = "Unhandled exception: Message not understood: #open",
    exception: tuple[str, str] = ("MessageNotUnderstood", "a Message with selector: #open and arguments: #()"),
    arguments: str = "",
    header: Iterable[str] = (),
    windows: str = "",
    quiescent: str = "",
    memory: str = "",
    census: bool = True,
    end: bool = True,
    line_end: str = "\n",
) -> Dump:
    """A dump with these frames, innermost first; ``exception`` is its class and parameter."""
    stack = "\n".join(f"[{number}] \t{frame}" for number, frame in enumerate(frames, start=1))
    more = "".join(f"{line}\n" for line in header)
    text = f"""\
==2024/4/2==16:10:30==BEGIN RUNTIME DIAGNOSTIC DUMP
System Error Report
Whats'On User: user-0123456789
Whats'On Site: ACME(svc)
Whats'On Build: 2024r1.000[ACME].001.1
{more}Cause of Dump: {cause}
Command Line: app.exe
{DASHES}
Active Process
Process named: 'Launcher'
Process priority: 50
Process identity hash: 1
Context stack
{stack}

{DASHES}
Unhandled Exception:
\tclass: {exception[0]}
\tcreator: {exception[0]}
\terrorString: x
\tparameter: {exception[1]}

{DASHES}
Initial Context Stack Arguments:
{arguments}
{DASHES}
Quiescent Processes
{quiescent}
{DASHES}
Scheduled Windows:

{windows}
{memory}
"""
    text += "\nAll objects\n\nPoint\t3\t60\n" if census else ""
    text += "==2024/4/2==16:10:30==END RUNTIME DIAGNOSTIC DUMP\n" if end else ""
    return read_dumps(text.replace("\n", line_end).encode()).dumps[0]


def window(label: str, model: str) -> str:
    return f"\ta MediaGeniX.Window 26 '{label}' label: '{label}'\n\t\tmodel class:  {model}\n\n"


def said(dump: Dump, rule: str) -> Finding:
    """The one finding of a rule."""
    (finding,) = [finding for finding in diagnose(dump).findings if finding.rule == rule]
    return finding


def silent(dump: Dump, rule: str) -> bool:
    return not [finding for finding in diagnose(dump).findings if finding.rule == rule]


def text_at(dump: Dump, line: int) -> str:
    """The line of the file with this number."""
    return next(text for index, text in enumerate(dump.text.split("\n")) if dump.line_of(index) == line)
