"""The run of the program that crashed: which one, where, since when, of which build."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from crash_knowledge.diagnosis.dates import day_in, moment_in
from crash_knowledge.diagnosis.expertise import expertise
from crash_knowledge.diagnosis.labels import caption_of, tag_of
from crash_knowledge.diagnosis.model import Confidence, Fact, Finding
from crash_knowledge.diagnosis.places import line_at, line_with
from crash_knowledge.diagnosis.stack import work
from crash_knowledge.diagnosis.words import spoken_list
from crash_knowledge.wcr.dump import Dump

_SESSION = re.compile(r"a (?:MediaGeniX\.)?T3Session\((\d+)")
_BUILT = re.compile(r"\.im created at ([^\n]{6,60})")
_STARTED = re.compile(r"^([^\t\n]{10,60})\t[^\n]*Service started", re.MULTILINE)
_TICKET_IN_NAME = re.compile(r"(?<![A-Za-z0-9])([A-Z][A-Z0-9]+)_(\d{3,6})(?!\d)")
_TICKET_IN_LABEL = re.compile(r"\b([A-Z][A-Z0-9]+)-(\d{3,6})\b")
_NO_TICKETS = ("ORA", "PLS", "TNS", "SP2", "UTF", "ISO")
_MESSAGE_WINDOW = "MAFMessageDialog"
_MANY_MESSAGES = 2
_DEVELOPER_START = "devStartUp"
_MARK_LENGTH = 10


def same_run(dump: Dump) -> Iterator[Finding]:
    """Gives the run of the program a mark: dumps with the same mark were written by one run, on one machine.

    The mark is made of the machine, the site and the program's own session, or else of its database connections; a
    restart or a new login changes it. Says nothing when the dump has neither. Example: "Dumps with the run mark
    3f9a12bc44 are of this same run of the program".
    """
    session = _SESSION.search(dump.text)
    made = [c for c in dump.connections if c.handle and not c.twin and c.state != "#new"]
    if session is None and not made:
        return
    own = f"session {session[1]}" if session else f"connections {sorted(connection.handle for connection in made)}"
    site = dump.header.site.text if dump.header.site else ""
    mark = hashlib.sha256(f"{dump.header.computer}\n{site}\n{own}".encode()).hexdigest()[:_MARK_LENGTH]
    lines = (line_at(dump, session.start()),) if session else tuple(connection.line for connection in made)
    sentence = f"Dumps with the run mark {mark} are of this same run of the program"
    yield Finding("same_run", "run", sentence, "certain" if session else "likely", lines, (Fact("run", mark),))


def image_built(dump: Dump) -> Iterator[Finding]:
    """Says when the program's image was built, from the transcript: what was delivered later is not in it.

    Says nothing when the transcript does not tell. Example: "The program was built on 27 Mar 2024, 6 days before the
    crash: later fixes are not in it".
    """
    match = _BUILT.search(dump.transcript)
    day = day_in(match[1]) if match else None
    if match is None or day is None:
        return
    moment = dump.header.local_time
    days = (moment.date() - day).days if moment else -1
    ago = f", {'1 day' if days == 1 else f'{days} days'} before the crash" if days >= 0 else ""
    sentence = f"The program was built on {day.day} {day:%b %Y}{ago}: later fixes are not in it"
    facts = (Fact("image_built", day.isoformat()),)
    yield Finding("image_built", "run", sentence, "certain", line_with(dump, match[0]), facts)


def service_uptime(dump: Dump) -> Iterator[Finding]:
    """Says how long a service had been running when it failed, from the transcript.

    Says nothing of programs with windows, which do not log their start. Example: "The service had been running for 7
    days and 18 hours".
    """
    match = _STARTED.search(dump.transcript)
    started = moment_in(match[1]) if match else None
    now = dump.header.local_time
    if match is None or started is None or now is None or now < started:
        return
    hours = (now - started).total_seconds() / 3600
    days, rest = divmod(int(hours), 24)
    parts = [f"{days} day{'' if days == 1 else 's'}"] if days else []
    parts += [f"{rest} hour{'' if rest == 1 else 's'}"] if rest or not days else []
    sentence = f"The service had been running for {spoken_list(parts)}"
    facts = (Fact("uptime_hours", f"{hours:.0f}"),)
    yield Finding("service_uptime", "run", sentence, "certain", line_with(dump, match[0]), facts)


def environment_of_program(dump: Dump) -> Iterator[Finding]:
    """Says whether this is a production, test or development environment, by its names.

    Looks at the tag of the window labels, then the database, then the program's folder; the words stand in
    ``data/diagnosis/environments.txt``. A tag without such a word is given as it is. Says nothing when no name tells.
    Example: "This is a test environment (window tag: STAGING)".
    """
    tagged = next((window for window in dump.windows if tag_of(window)), None)
    command = dump.header.command_line or ""
    if _DEVELOPER_START in command:
        yield _environment("development", "started from the development tools", line_with(dump, _DEVELOPER_START))
        return
    tag = (tag_of(tagged) or "") if tagged else ""
    site = dump.header.site.text.partition("(")[2] if dump.header.site else ""
    folder, _, _ = command.partition(" -")
    tag_lines = (tagged.line,) if tagged else ()
    for what, name, lines in (
        (f"window tag: {tag}", tag, tag_lines),
        ("by the database's name", site, line_with(dump, "Whats'On Site:")),
        ("by the program's folder", folder, line_with(dump, "Command Line:")),
    ):
        kind = expertise().environment_of(name)
        if kind:
            yield _environment(kind, what, lines)
            return
    if tag:
        facts = (Fact("environment", tag),)
        yield Finding("environment_of_program", "run", f"The environment is “{tag}”", "certain", tag_lines, facts)


def started_by_developer(dump: Dump) -> Iterator[Finding]:
    """Says that the program was started from the development tools, which is not how customers start it.

    Says nothing otherwise. Example: "A developer had started the program, from the development tools".
    """
    if _DEVELOPER_START in (dump.header.command_line or ""):
        sentence = "A developer had started the program, from the development tools"
        facts = (Fact("process_kind", "developer start"),)
        yield Finding("started_by_developer", "run", sentence, "certain", line_with(dump, _DEVELOPER_START), facts)


def error_windows(dump: Dump) -> Iterator[Finding]:
    """Says that several message windows were open at once: the user had seen errors before this dump.

    Says nothing of fewer than two. Example: "5 message windows were open: there were errors before this one".
    """
    messages = [window for window in dump.windows if window.model_class == _MESSAGE_WINDOW]
    if len(messages) >= _MANY_MESSAGES:
        sentence = f"{len(messages)} message windows were open: there were errors before this one"
        yield Finding("error_windows", "run", sentence, "likely", tuple(window.line for window in messages))


def tickets_named(dump: Dump) -> Iterator[Finding]:
    """Names the tickets whose keys stand in the names of methods on the stack or in window labels.

    Says nothing when there are none, or when an upgrade script's ticket is told already. Example: "The code on the
    stack names ticket PLAN-123".
    """
    found: dict[str, int] = {}
    frames = work(dump).frames
    if not any(frame.selector.startswith("runScript:of:") for frame in frames):
        for frame in frames:
            for match in _TICKET_IN_NAME.finditer(frame.selector.replace("story_", " ")):
                found.setdefault(f"{match[1]}-{match[2]}", frame.line)
    if found:
        yield _tickets("The code on the stack names", found)
    labelled: dict[str, int] = {}
    for window in dump.windows:
        for match in _TICKET_IN_LABEL.finditer(caption_of(window)):
            if match[1] not in _NO_TICKETS and match[0] not in found:
                labelled.setdefault(match[0], window.line)
    if labelled:
        yield _tickets("A window's label names", labelled)


def _tickets(where: str, found: dict[str, int]) -> Finding:
    noun = "ticket" if len(found) == 1 else "tickets"
    facts = tuple(Fact("ticket", ticket) for ticket in found)
    confidence: Confidence = "likely" if where.startswith("The code") else "possible"
    sentence = f"{where} {noun} {spoken_list(list(found))}"
    return Finding("tickets_named", "run", sentence, confidence, tuple(found.values()), facts)


def _environment(kind: str, by: str, lines: tuple[int, ...]) -> Finding:
    sentence = f"This is a {kind} environment ({by})"
    return Finding("environment_of_program", "run", sentence, "likely", lines, (Fact("environment", kind),))
